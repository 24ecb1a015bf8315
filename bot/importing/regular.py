"""Finds pasted stories that have their address in the same place each: what repeats is the form of the text.

Whether a line is a headline is badly seen from the line, and well from where all its likes stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.importing.cues import AGAIN
from bot.importing.draft import Role, check_stories
from bot.importing.furniture import pointed_at, without_prompt
from bot.importing.inline import holds_sentences
from bot.importing.one_line import is_company_first
from bot.importing.openings import (
    LONGEST_OPENING,
    Behind,
    address_last,
    behind_headlines,
    opened,
    without_mark,
    without_numbers,
)
from bot.importing.rows import Row
from bot.importing.words import ends_sentence, width

_FEWEST = 3  # addresses that repeat by no accident
_ALIKE = 0.8  # of the stories have as many lines as most
_MOST_LINES = 3  # of a story, beside its address
_HEADED = 0.8  # of the lines where the headlines stand may be one


@dataclass(frozen=True, slots=True)
class _Part:
    """A line's words, or its address."""

    row: Row
    text: str
    url: str = ""
    beside: bool = False  # words with their address behind them, or such an address

    @property
    def heads(self) -> bool:
        """May be a headline."""
        text = self.text.rstrip("?!？！")
        return (
            width(text) <= LONGEST_OPENING and not ends_sentence(text) and text[-1:] not in {",", ":", "："}
        )

    @property
    def gap(self) -> bool:
        """Stands below a blank line."""
        return self.row.gap > 0 and not (self.url and self.beside)


def find_regular(rows: list[Row]) -> bool:
    """Settle the stories of a text in which every one has its address; True if that is the form of it."""
    parts = [part for row in rows for part in _parts(row)]
    ends = [n for n, part in enumerate(parts) if part.url]
    if len(ends) < _FEWEST:
        return False
    counts = Counter(below - above - 1 for above, below in pairwise(ends))
    usual, often = counts.most_common(1)[0]
    if not 1 <= usual <= _MOST_LINES or often < _ALIKE * counts.total():
        return False
    forms = [_heads(parts, ends, offset) for offset in (-usual, -1, 1)]
    heads = max(forms, key=lambda heads: _fit(parts, heads, one_line=usual == 1))
    if _fit(parts, heads, one_line=usual == 1) < _HEADED:
        return False
    check_stories(len(heads))
    _settle(rows, parts, heads, one_line=usual == 1)
    return True


def _is_sure(text: str) -> bool:
    return text[0].isalnum() and not text[0].islower() and text[-1] not in "!！" and not holds_sentences(text)


def find_alternating(rows: Sequence[Row]) -> bool:
    """Settle the lines that are no sentence above texts too short to tell by; True if that is the form."""
    told = [_Part(row, row.text) for row in rows if row.open]
    heads = [n for n, part in enumerate(told) if part.heads]
    if len(heads) < _FEWEST or heads[-1] == len(told) - 1 or any(told[n + 1].heads for n in heads):
        return False
    texts = [part for n, part in enumerate(told) if n > heads[0] and not part.heads]
    # Between long texts stand other short lines as well.
    long = 2 * sum(part.row.prose for part in texts) > len(texts)
    if long and not (len(texts) == len(heads) and all(map(_is_sure, (told[n].text for n in heads)))):
        return False
    for n, text in zip(heads, without_numbers([told[n].text for n in heads]), strict=True):
        told[n].row.text = without_mark(text)
        told[n].row.be(Role.HEADLINE)
    return True


def _parts(row: Row) -> Iterator[_Part]:
    """Yield the words and the address of a line that is not settled otherwise."""
    if row.role is Role.LINK:
        yield _Part(row, row.text, row.url)
    elif row.reason == AGAIN:  # and yet a line of the story
        yield _Part(row, row.text)
    elif row.open and (url := pointed_at(row.text)):
        yield _Part(row, row.text, url)
    elif row.open:
        said, url = address_last(row.text)
        yield _Part(row, without_prompt(said) if url else said, beside=bool(url))
        if url:
            yield _Part(row, url, url, beside=True)


def _heads(parts: Sequence[_Part], ends: Sequence[int], offset: int) -> Mapping[int, int]:
    """Return the places so far from the addresses where words stand, each with that of its address."""
    places = {end + offset: end for end in ends if 0 <= end + offset < len(parts)}
    return {
        place: end
        for place, end in places.items()
        if not any(part.url for part in parts[min(place, end + 1) : max(place + 1, end)])
    }


def _fit(parts: Sequence[_Part], heads: Mapping[int, int], *, one_line: bool) -> float:
    """Return how well the headlines stand there: 0 if badly, more the more addresses have one."""
    if not heads:
        return 0
    fitting = sum(parts[n].heads or (one_line and parts[n].beside) for n in heads) / len(heads)
    others = [part for n, part in enumerate(parts) if n > min(heads) and n not in heads]
    parted = _share_of_gaps([parts[n] for n in heads]) - _share_of_gaps(others)
    addressed = len(heads) / sum(bool(part.url) for part in parts)
    return fitting + addressed - 1 + max(0, parted) if fitting >= _HEADED else 0


def _share_of_gaps(parts: Sequence[_Part]) -> float:
    return sum(part.gap for part in parts) / max(1, len(parts))


def _settle(rows: list[Row], parts: Sequence[_Part], heads: Mapping[int, int], *, one_line: bool) -> None:
    """Make headlines, texts and addresses of the parts, each address below its headline."""
    texts = dict(zip(heads, without_numbers([parts[n].text for n in heads]), strict=True))
    named = all(map(is_company_first, texts.values()))
    behind = Behind.STOP if named else behind_headlines(list(texts.values()))
    moved = {end for head, end in heads.items() if end < head}
    made: dict[int, list[Row]] = {id(part.row): [] for part in parts}
    for n, part in enumerate(parts):
        if n in moved:
            continue
        home = made[id(part.row)]
        if n in heads and one_line and part.beside:
            said = opened(texts[n], behind=behind)
            home.append(replace(part.row, text=said.headline, role=Role.HEADLINE, whole=True))
            home += [replace(part.row, text=said.rest, role=Role.BODY)] if said.rest else []
        elif n in heads:
            home.append(replace(part.row, text=without_mark(texts[n]), role=Role.HEADLINE))
        else:
            home.append(_told(part))
        home += [_told(parts[heads[n]])] if heads.get(n) in moved else []
    rows[:] = [part for row in rows for part in made.get(id(row), [row])]


def _told(part: _Part) -> Row:
    return replace(part.row, text=part.text, role=Role.LINK if part.url else part.row.role, url=part.url)
