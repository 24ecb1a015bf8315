"""Tells which stories a sponsor paid for: below a heading that says so, above a line that does, or so noted.

For documents and pasted text alike. What is found is advertising, up to where the next story begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.importing import cues
from bot.importing.cues import ADVERTISING, PAID_FOR, RULER, SPONSOR

_LINE = cues.any_of(cues.SPONSORS_LINE)
_WORDS = cues.joined(*(pattern for _, pattern in cues.SPONSORS_NOTE))
# "Ships sail (Sponsor)", "[Anzeige] Ships sail", "Ships sail // example sponsored".
_NOTED = re.compile(
    rf"[(\[（【]\s*({_WORDS})\s*[)\]）】]\s*\Z|\A[(\[（【]\s*({_WORDS})\s*[)\]）】]"
    r"|\s(//|\||·|—)\s*[^.]{0,30}\bsponsored\s*\Z",
    re.IGNORECASE,
)
_LONGEST_LINE = 60
_HEADING = {ADVERTISING, PAID_FOR, SPONSOR}
# Above a line that says whose a story was; more is no box of a sponsor's.
_MOST_ABOVE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A line or block, as far as sponsors are concerned."""

    text: str
    reason: str = ""  # why it is furniture, if it is
    begins: bool = False  # a story, or a section
    heading: bool = False  # of those that a document has
    picture: bool = False


def sponsored(parts: Sequence[Part]) -> frozenset[int]:
    """Return which of the parts are a sponsor's: of each of its stories all."""
    first = next((n for n, part in enumerate(parts) if part.begins), len(parts))
    return frozenset(
        i for n in range(len(parts)) for i in (*_below(parts, n, begun=first < n), *_above(parts, n))
    )


def _below(parts: Sequence[Part], n: int, *, begun: bool) -> Iterator[int]:
    """Yield what stands below a sponsor's heading, or belongs to a headline with a note that says so."""
    if parts[n].begins and _NOTED.search(parts[n].text):
        yield n
        yield from _to_the_next(parts, n + 1)
    elif parts[n].reason in _HEADING:
        first = next((i for i in range(n + 1, len(parts)) if parts[i].reason != RULER), n)
        below = parts[first]
        if _heads(parts[n], below, begun=begun):
            yield from range(first, first + below.begins)
            yield from _to_the_next(parts, first + below.begins, heading=below.begins and below.heading)


def _heads(part: Part, below: Part, *, begun: bool) -> bool:
    """Tell whether what a sponsor's words stand above is the sponsor's: at the top, they may mean all."""
    if below.picture or below.reason:
        return False  # the picture is all there is of it
    if part.reason == ADVERTISING:
        return part.heading and begun
    if part.reason == PAID_FOR:
        return begun and (below.begins or part.heading or part.text.isupper())
    return begun or not below.begins


def _to_the_next(parts: Sequence[Part], start: int, *, heading: bool = False) -> Iterator[int]:
    """Yield what comes before the next story; if a *heading* began this one, only one begins the next."""
    for i in range(start, len(parts)):
        if (parts[i].begins and parts[i].heading >= heading) or parts[i].reason:
            return
        yield i


def _above(parts: Sequence[Part], n: int) -> Iterator[int]:
    """Yield the story above a line that says whose it is: "Example sponsor"."""
    part = parts[n]
    if part.begins or part.reason or len(part.text) > _LONGEST_LINE or not _LINE.fullmatch(part.text.lower()):
        return
    start = next((i for i in range(n - 1, max(-1, n - _MOST_ABOVE), -1) if parts[i].begins), n)
    yield from range(start, n + 1) if start < n else ()
