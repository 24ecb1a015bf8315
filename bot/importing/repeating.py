"""Finds the headlines of stories that all look alike: what repeats is the form of the text.

Whether a line is a headline is badly seen from the line, and well from where all its likes stand. The same
for pasted text and for documents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.importing.openings import LONGEST_OPENING
from bot.importing.words import states, width

FEWEST = 3  # addresses that repeat by no accident
_ALIKE = 0.5  # of the stories have as many lines as most; what the others have is seen by it
_MOST_LINES = 3  # of a story, beside its address
# Lines for each of theirs, and beside that: an intro, a section's name, a story of more lines.
_MOST_BESIDE, _BESIDE = 1.5, 6
_HEADED = 0.8  # of the lines where the headlines stand may be one
LONGEST_LABEL = 20  # of a section


# Places of headlines, each with that of its address.
_Heads = dict[int, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A line's or block's words, or its address."""

    text: str
    url: str = ""
    beside: bool = False  # words with their address behind them in their line, or such an address
    gap: bool = False  # stands below a blank line
    no_headline: bool = False  # whatever it looks like

    @property
    def heads(self) -> bool:
        """Looks like a headline."""
        return may_head(self.text)


def may_head(text: str) -> bool:
    """Tell a line that is short and no sentence."""
    return width(text) <= LONGEST_OPENING and not states(text) and text[-1:] not in {",", ":", "："}


@dataclass(frozen=True, slots=True)
class Repeated:
    """Where the headlines stand, each with the place of its address, if it has one.

    *one_line*: with all of their story; *sections*: where names of sections stand above headlines; *moved*:
    the addresses that stand above their headlines, where a digest has none.
    """

    addresses: Mapping[int, int | None]
    one_line: bool
    sections: frozenset[int]
    moved: frozenset[int]


def repeated(parts: Sequence[Part]) -> Repeated | None:
    """Return where the headlines stand of a text in which most stories look alike; None if it is none."""
    ends = [n for n, part in enumerate(parts) if part.url]
    if len(ends) < FEWEST and not _are_two(parts, ends):
        return None
    counts = Counter(below - above - 1 for above, below in pairwise(ends))
    usual, often = max(counts.items(), key=lambda item: (item[1], -item[0]))
    if not 1 <= usual <= _MOST_LINES or often < _ALIKE * counts.total():
        return None
    # Links in an article's text stand at places as many lines apart now and then, too.
    if len(parts) - len(ends) > _BESIDE + _MOST_BESIDE * usual * (often + 1):
        return None
    zones = [range(above + 1, below) for above, below in pairwise([-1, *ends, len(parts)])]
    forms = [form(parts, zones, usual) for form in (_closed, _in_the_midst, _opened)]
    fitting = [heads for heads in forms if _fits(parts, heads, one_line=usual == 1)]
    best = max(fitting, key=lambda heads: _rank(parts, heads), default=None)
    if best is None:
        return None
    moved = frozenset(end for head, end in best.items() if end is not None and end < head)
    return Repeated(best, usual == 1, frozenset(_sections(parts, best)), moved)


def _are_two(parts: Sequence[Part], ends: Sequence[int]) -> bool:
    """Tell two stories, each a headline above a text and its address, from the two links of an article."""
    if len(ends) != 2 or ends[1] != len(parts) - 1:
        return False
    if not parts[ends[0] + 1].gap and any(part.gap for part in parts[1:]):
        return False  # blank lines part something else
    second = parts[ends[0] + 1 :]
    first = parts[max(0, ends[0] + 1 - len(second)) : ends[0] + 1]
    looks = [
        [(part.heads, part.beside, n and part.gap) for n, part in enumerate(story[:-1])]
        for story in (first, second)
    ]
    heads = [part.heads for part in second[:-1]]
    return looks[0] == looks[1] and heads[:1] == [True] and heads.count(True) == 1 < len(heads)


# The forms: the address stands below the story, below its headline, above it


def _closed(parts: Sequence[Part], zones: Sequence[range], usual: int) -> _Heads:
    """Return the headlines of stories that end with their address."""
    heads: _Heads = {}
    behind = _lines_behind(parts, zones, usual)
    for n, zone in enumerate(zones[:-1]):
        if len(zone) <= usual or behind is None:
            starts = list(zone[-usual:][:1])
        else:
            starts = [max(zone[0], k - behind) for k in _above_texts(parts, zone)] or list(zone[-usual:][:1])
        if usual == 1 and n:
            starts = [k for k in zone if not _is_label(parts[k])] or starts
        # Above the first story stands the intro.
        heads |= dict.fromkeys(starts if n else starts[-1:])
        if starts:
            heads[starts[-1]] = zone.stop
    return heads | dict.fromkeys(_above_texts(parts, zones[-1]) if usual > 1 else ())


def _in_the_midst(parts: Sequence[Part], zones: Sequence[range], usual: int) -> _Heads:
    """Return the headlines of stories whose address stands between headline and text."""
    heads: _Heads = {}
    for n, zone in enumerate(zones):
        if n and len(zone) > usual > 1:
            heads |= dict.fromkeys(_above_texts(parts, zone[:-1]))
        if zone and n < len(zones) - 1:
            heads[zone[-1]] = zone.stop
    return heads


def _opened(parts: Sequence[Part], zones: Sequence[range], usual: int) -> _Heads:
    """Return the headlines of stories that begin with their address."""
    heads: _Heads = {}
    for zone in zones[1:]:
        if len(zone) > usual > 1:
            heads |= dict.fromkeys(_above_texts(parts, zone))
        if zone:
            heads[zone[0]] = zone.start - 1
    return heads


def _above_texts(parts: Sequence[Part], zone: range) -> list[int]:
    """Return what may be a headline right above what is none."""
    return [k for k, below in pairwise(zone) if parts[k].heads and not parts[below].heads]


def _lines_behind(parts: Sequence[Part], zones: Sequence[range], usual: int) -> int | None:
    """Return how many short lines stand between headline and text, such as a source; None above no text."""
    behind = Counter(
        next((k - zone[0] - 1 for k in zone if not parts[k].heads), None)
        for zone in zones[1:-1]
        if len(zone) == usual
    )
    return behind.most_common(1)[0][0]


def _sections(parts: Sequence[Part], heads: _Heads) -> Iterator[int]:
    for head in heads:
        above = head - 1
        if above >= 0 and above not in heads and not parts[above].url and _is_label(parts[above]):
            yield above


def _is_label(part: Part) -> bool:
    return part.heads and not part.beside and width(part.text) <= LONGEST_LABEL


def _fits(parts: Sequence[Part], heads: _Heads, *, one_line: bool) -> bool:
    may = [parts[n].heads or (one_line and parts[n].beside) for n in heads if not parts[n].no_headline]
    return sum(may) >= _HEADED * max(1, len(heads))


def _rank(parts: Sequence[Part], heads: _Heads) -> float:
    """Return the more, the more addresses have a headline, and headlines an address and a gap above."""
    # Below the last address, where nothing heads a text, stands who sent it.
    last = max(n for n, part in enumerate(parts) if part.url or n in heads)
    others = [part for n, part in enumerate(parts[: last + 1]) if n > min(heads) and n not in heads]
    parted = _share_of_gaps([parts[n] for n in heads]) - _share_of_gaps(others)
    addressed = sum(end is not None for end in heads.values())
    return addressed / sum(bool(part.url) for part in parts) + addressed / len(heads) + max(0, parted)


def _share_of_gaps(parts: Sequence[Part]) -> float:
    return sum(part.gap for part in parts) / max(1, len(parts))
