"""Finds pasted stories that look alike: with addresses in the same place, above texts, or titles alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile, zip_longest
from statistics import median

from bot.importing.cues import AGAIN, SECTION
from bot.importing.draft import Role, check_stories
from bot.importing.furniture import begins_footer, heads_briefs, pointed_at, without_prompt
from bot.importing.inline import holds_sentences
from bot.importing.one_line import is_company_first
from bot.importing.openings import (
    Behind,
    address_last,
    behind_headlines,
    is_marked,
    opened,
    without_mark,
    without_numbers,
)
from bot.importing.repeating import FEWEST, LONGEST_LABEL, Part, Repeated, may_head, repeated
from bot.importing.rows import Row
from bot.importing.words import begins_lower, width

# Lines of a text that is no list in a story; of all, those that are no title below the first.
_FEWEST_TITLES, _FEW = 4, 0.05
_SHORT = 0.5  # of the usual title
_SHORTEST_TITLE = 20  # usually; names, addresses and times of an agenda have less


def find_regular(rows: list[Row]) -> bool:
    """Settle the stories of a text in which every one has its address; True if that is the form of it."""
    told = _told(rows)
    form = repeated([part for _, part in told])
    if form:
        check_stories(len(form.addresses))
        _settle(rows, told, form)
    return form is not None


def begins_like_others(row: Row, rows: Sequence[Row]) -> bool:
    """Tell the first headline of such a text from a title: below it stands what stands below the others."""
    told = _told(rows)
    form = repeated([part for _, part in told])
    first = min(form.addresses) if form else 0
    return form is not None and told[first][0] is row and form.addresses[first] is not None


def _told(rows: Sequence[Row]) -> list[tuple[Row, Part]]:
    said = [(row, part) for row in rows for part in _parts(row)]
    # Of several addresses one after the other, the first is the story's; the others stay where they are.
    return said[:1] + [pair for above, pair in pairwise(said) if not (above[1].url and pair[1].url)]


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


def find_titles_above_addresses(rows: Sequence[Row]) -> None:
    """Settle the short lines that stand each above its address, several in turn, whatever else there is."""
    told = [row for row in rows if row.role in {None, Role.LINK}]
    pairs = [
        n for n, (row, below) in enumerate(pairwise(told)) if _may_be_title(row) and below.role is Role.LINK
    ]
    check_stories(len(pairs))
    for run in _runs(told, pairs):
        for n in run if len(run) >= FEWEST else ():
            told[n].text = without_mark(told[n].text)
            told[n].be(Role.HEADLINE)


def _runs(told: Sequence[Row], pairs: Sequence[int]) -> Iterator[list[int]]:
    """Yield the titles that nothing parts but addresses, or the name of a section."""
    run: list[int] = []
    for n in pairs:
        between = [row for row in told[run[-1] + 1 : n] if row.open] if run else []
        if len(between) > 1 or not all(width(row.text) <= LONGEST_LABEL for row in between):
            yield run
            run = []
        run.append(n)
    yield run


def find_titles(rows: Sequence[Row]) -> bool:
    """Settle the lines of a text that is hardly more than titles, below the names of sections; True if so."""
    told = [row for row in rows if row.open]
    titles = [row for row in told if _may_be_title(row)]
    first = next((n for n, row in enumerate(told) if _may_be_title(row)), 0)
    others = sum(not _may_be_title(row) for row in told[first:])  # above is the intro
    if len(titles) < _FEWEST_TITLES or others > _FEW * len(told):
        return False
    listed = 2 * sum(is_marked(row.text) for row in titles) >= len(titles)
    usual = median(width(row.text) for row in titles)
    if not listed and (usual < _SHORTEST_TITLE or _are_broken(titles)):
        return False
    check_stories(len(titles))
    for row, below in zip_longest(titles, titles[1:]):
        if below and (_heads_items(row, below) if listed else _is_label(row, below, usual)):
            row.be(Role.DROPPED, SECTION)
        elif is_marked(row.text) or not listed:  # else the rest of an item that was broken, or a farewell
            row.be(Role.HEADLINE)
            row.text, row.whole = without_mark(row.text), True
    return True


def _are_broken(rows: Sequence[Row]) -> bool:
    """Tell verses, and sentences that were broken into short lines."""
    return 2 * sum(begins_lower(row.text.split()[0]) for row in rows) > len(rows)


def find_briefs(rows: Sequence[Row]) -> None:
    """Settle the titles alone below a line that says that they are told in brief."""
    for n, heading in enumerate(rows):
        if heading.open and heads_briefs(heading.text):
            below = list(takewhile(_may_be_title, rows[n + 1 :]))
            after = rows[n + 1 + len(below) :][:1]
            # The last may be the headline of what stands below it, unless that stands apart.
            heads = (
                after and after[0].prose and after[0].gap <= max((row.gap for row in below[1:]), default=0)
            )
            titles = below[:-1] if heads else below
            for row in titles if len(titles) > 1 else ():
                heading.be(Role.DROPPED, SECTION)
                said, row.url = address_last(row.text)
                row.text, row.whole = without_mark(said), True
                row.be(Role.HEADLINE)


def _may_be_title(row: Row) -> bool:
    return row.open and not row.prose and may_head(row.text) and not begins_footer(row.text)


def _is_label(row: Row, below: Row, usual: float) -> bool:
    """Tell a section's name from the titles below it, which are longer."""
    short = width(row.text) <= min(LONGEST_LABEL, _SHORT * usual)
    return short and width(below.text) > width(row.text)


def _heads_items(row: Row, below: Row) -> bool:
    """Tell a section's name from the second line of an item."""
    return not is_marked(row.text) and is_marked(below.text) and not begins_lower(row.text.split()[0])


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
            home.append(replace(row, text=said.headline, role=Role.HEADLINE, reason="", whole=True))
            home += [replace(row, text=said.rest, role=Role.BODY, reason="")] if said.rest else []
        elif n in heads:
            home.append(replace(row, text=without_mark(texts[n]), role=Role.HEADLINE, reason=""))
        else:
            home.append(_as_told(row, part))
        home += [_as_told(*told[end])] if end is not None and end in form.moved else []
    rows[:] = [part for row in rows for part in made.get(id(row), [row])]


def _as_told(row: Row, part: Part) -> Row:
    return replace(row, text=part.text, role=Role.LINK if part.url else row.role, url=part.url)
