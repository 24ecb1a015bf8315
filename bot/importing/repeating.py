"""Finds the headlines of stories that all look alike: what repeats is the form of the text.

Whether a line is a headline is badly seen from the line, and well from where all its likes stand. The same
for pasted text and for documents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.importing.openings import LONGEST_OPENING
from bot.importing.words import ends_sentence, width

FEWEST = 3  # addresses that repeat by no accident
_ALIKE = 0.8  # of the stories have as many lines as most
_MOST_LINES = 3  # of a story, beside its address
_HEADED = 0.8  # of the lines where the headlines stand may be one


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
        """May be a headline."""
        return not self.no_headline and may_head(self.text)


def may_head(text: str) -> bool:
    """Tell a line that is short and no sentence."""
    text = text.rstrip("?!？！")
    return width(text) <= LONGEST_OPENING and not ends_sentence(text) and text[-1:] not in {",", ":", "："}


@dataclass(frozen=True, slots=True)
class Repeated:
    """Where the headlines stand, each with the place of its address; *one_line*: with all of their story."""

    addresses: Mapping[int, int]
    one_line: bool

    @property
    def moved(self) -> frozenset[int]:
        """The addresses that stand above their headlines, where a digest has none."""
        return frozenset(end for head, end in self.addresses.items() if end < head)


def repeated(parts: Sequence[Part]) -> Repeated | None:
    """Return where the headlines stand of a text in which every story has its address; None if it is none."""
    ends = [n for n, part in enumerate(parts) if part.url]
    if len(ends) < FEWEST:
        return None
    counts = Counter(below - above - 1 for above, below in pairwise(ends))
    usual, often = counts.most_common(1)[0]
    if not 1 <= usual <= _MOST_LINES or often < _ALIKE * counts.total():
        return None
    forms = [Repeated(_heads(parts, ends, offset), usual == 1) for offset in (-usual, -1, 1)]
    form = max(forms, key=lambda form: _fit(parts, form))
    return form if _fit(parts, form) >= _HEADED else None


def _heads(parts: Sequence[Part], ends: Sequence[int], offset: int) -> Mapping[int, int]:
    """Return the places so far from the addresses where words stand, each with that of its address."""
    places = {end + offset: end for end in ends if 0 <= end + offset < len(parts)}
    return {
        place: end
        for place, end in places.items()
        if not any(part.url for part in parts[min(place, end + 1) : max(place + 1, end)])
    }


def _fit(parts: Sequence[Part], form: Repeated) -> float:
    """Return how well the headlines stand there: 0 if badly, more the more addresses have one."""
    heads = form.addresses
    if not heads:
        return 0
    fitting = sum(parts[n].heads or (form.one_line and parts[n].beside) for n in heads) / len(heads)
    others = [part for n, part in enumerate(parts) if n > min(heads) and n not in heads]
    parted = _share_of_gaps([parts[n] for n in heads]) - _share_of_gaps(others)
    addressed = len(heads) / sum(bool(part.url) for part in parts)
    return fitting + addressed - 1 + max(0, parted) if fitting >= _HEADED else 0


def _share_of_gaps(parts: Sequence[Part]) -> float:
    return sum(part.gap for part in parts) / max(1, len(parts))
