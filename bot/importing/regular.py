"""Finds pasted stories that all look alike: each with its address in the same place, or above a text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.importing.cues import AGAIN, SECTION
from bot.importing.draft import Role, check_stories
from bot.importing.furniture import pointed_at, without_prompt
from bot.importing.inline import holds_sentences
from bot.importing.one_line import is_company_first
from bot.importing.openings import (
    Behind,
    address_last,
    behind_headlines,
    opened,
    without_mark,
    without_numbers,
)
from bot.importing.repeating import FEWEST, Part, Repeated, may_head, repeated
from bot.importing.rows import Row


def find_regular(rows: list[Row]) -> bool:
    """Settle the stories of a text in which every one has its address; True if that is the form of it."""
    said = [(row, part) for row in rows for part in _parts(row)]
    # Of several addresses one after the other, the first is the story's; the others stay where they are.
    told = said[:1] + [pair for above, pair in pairwise(said) if not (above[1].url and pair[1].url)]
    form = repeated([part for _, part in told])
    if form:
        check_stories(len(form.addresses))
        _settle(rows, told, form)
    return form is not None


def find_alternating(rows: Sequence[Row]) -> bool:
    """Settle the lines that are no sentence, where one stands below each; True if that is the form."""
    told = [row for row in rows if row.open]
    heads = [n for n, row in enumerate(told) if may_head(row.text)]
    if len(heads) < FEWEST or heads[-1] == len(told) - 1 or any(a + 1 == b for a, b in pairwise(heads)):
        return False
    texts = [row for row in told[heads[0] :] if not may_head(row.text)]
    # Between long texts stand other short lines as well.
    long = 2 * sum(row.prose for row in texts) > len(texts)
    if long and not (len(texts) == len(heads) and all(_is_sure(told[n].text) for n in heads)):
        return False
    for n, text in zip(heads, without_numbers([told[n].text for n in heads]), strict=True):
        told[n].text = without_mark(text)
        told[n].be(Role.HEADLINE)
    return True


def _is_sure(text: str) -> bool:
    return text[0].isalnum() and not text[0].islower() and text[-1] not in "!！" and not holds_sentences(text)


def _parts(row: Row) -> Iterator[Part]:
    """Yield the words and the address of a line that is not settled otherwise."""
    gap = row.gap > 0
    if row.role is Role.LINK:
        yield Part(text=row.text, url=row.url, gap=gap)
    elif row.reason == AGAIN:  # and yet a line of the story
        yield Part(text=row.text, gap=gap, no_headline=True)
    elif row.open and (url := pointed_at(row.text)):
        yield Part(text=row.text, url=url, gap=gap)
    elif row.open:
        said, url = address_last(row.text)
        words = without_prompt(said) if url else said
        yield Part(text=words, beside=bool(url), gap=gap)
        if url:  # with the words that point at it
            yield Part(text=row.text[len(words) :].strip(" ()<>[]（）"), url=url, beside=True)


def _settle(rows: list[Row], told: Sequence[tuple[Row, Part]], form: Repeated) -> None:
    """Make headlines, texts and addresses of the parts, each address below its headline."""
    heads = form.addresses
    texts = dict(zip(heads, without_numbers([told[n][1].text for n in heads]), strict=True))
    named = all(map(is_company_first, texts.values()))
    behind = Behind.STOP if named else behind_headlines(list(texts.values()))
    made: dict[int, list[Row]] = {id(row): [] for row, _ in told}
    for n, (row, part) in enumerate(told):
        home = made[id(row)]
        if n in form.moved:
            continue
        end = heads.get(n)
        if n in form.sections:
            home.append(replace(row, role=Role.DROPPED, reason=SECTION))
        elif n in heads and form.one_line and (part.beside or not part.heads):
            said = opened(texts[n], behind=behind)
            home.append(replace(row, text=said.headline, role=Role.HEADLINE, whole=True))
            home += [replace(row, text=said.rest, role=Role.BODY)] if said.rest else []
        elif n in heads:
            home.append(replace(row, text=without_mark(texts[n]), role=Role.HEADLINE))
        else:
            home.append(_as_told(row, part))
        home += [_as_told(*told[end])] if end is not None and end in form.moved else []
    rows[:] = [part for row in rows for part in made.get(id(row), [row])]


def _as_told(row: Row, part: Part) -> Row:
    return replace(row, text=part.text, role=Role.LINK if part.url else row.role, url=part.url)
