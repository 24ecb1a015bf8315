"""Which neighbouring words of a question, or pieces of one, are written as one. Knows no story.

B&Q and 5.2 are one word each or none, vm-ware may be two, and a run of Chinese is cut into pairs of letters.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.search.query import Part
from bot.core.search.text import NAME, is_letter, is_unspaced, join

LONGEST_NAME = 4  # parts of a question that are tried as one name
_SHORT_PIECE = 2  # letters; of B&Q, E.ON, A/S


def joined(parts: Sequence[Part]) -> str:
    """Return these words as the archive has them as one."""
    return join([part.letters for part in parts])


def word_of(part: Part) -> str:
    """Return the word of the archive that a part is: of R&D one letter is none."""
    if len(part.letters) > 1 or not is_letter(part.letters) or part.is_stop:
        return part.letters
    return part.letters + NAME


def is_compound(parts: Sequence[Part]) -> bool:
    """Tell whether these are pieces of one word as typed."""
    return len(parts) > 1 and parts[0].place == parts[-1].place


def is_cut(part: Part) -> bool:
    """Tell whether it is two neighbours of a longer run without spaces: 猪旅 of 飞猪旅行."""
    return part.letters != part.typed and is_unspaced(part.letters)


def long_runs(parts: Sequence[Part]) -> list[tuple[int, int]]:
    """Return from where to where runs without spaces go that have more parts than a name is looked for in."""
    if not any(is_unspaced(part.letters) for part in parts):
        return []
    ends = {part.place: n for n, part in enumerate(parts, 1)}
    starts = {part.place: n for n, part in reversed([*enumerate(parts)])}
    return [(starts[place], end) for place, end in ends.items() if end - starts[place] > LONGEST_NAME]


def is_short_compound(parts: Sequence[Part]) -> bool:
    """Tell whether these are a letter or two each: B&Q, E.ON."""
    if not is_compound(parts) or len(parts) > LONGEST_NAME:
        return False
    return all(len(part.letters) <= _SHORT_PIECE and part.letters.encode().isalpha() for part in parts)


def is_whole(parts: Sequence[Part]) -> bool:
    """Tell whether these are one word or nothing, and no piece of it is one."""
    return is_short_compound(parts) or is_version(parts)


def is_version(parts: Sequence[Part]) -> bool:
    """Tell whether these are the numbers of a version: 5.2, v1.30."""
    if not is_compound(parts) or len(parts) > LONGEST_NAME:
        return False
    return all(part.letters.removeprefix("v").isdecimal() for part in parts)


def places_within(parts: Sequence[Part]) -> frozenset[int]:
    """Return where a short name or a version would be torn: B&Q and 5.2 are one each, or nothing."""
    joints = (n for n in range(1, len(parts)) if parts[n - 1].place == parts[n].place)
    return frozenset(n for n in joints if is_whole(_same_place(parts, parts[n].place)))


def _same_place(parts: Sequence[Part], place: int) -> Sequence[Part]:
    return [part for part in parts if part.place == place]
