"""Finds pasted stories that are one line each: numbered, marked, named, or with their address at the end.

Each function looks at all rows, and splits those that are stories into headline, text and address in place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.importing.draft import Role, check_stories
from bot.importing.furniture import pointed_at
from bot.importing.openings import (
    LONGEST_OPENING,
    Behind,
    Opening,
    address_last,
    behind_headlines,
    counted,
    is_bracketed,
    is_dashed,
    is_marked,
    is_one_line,
    is_shouted_first,
    mostly,
    opened,
    without_mark,
)
from bot.importing.rows import Row
from bot.importing.words import (
    ends_sentence,
    is_body,
    is_phrase,
    is_unspaced,
    is_url,
    plain,
    states,
    tidy,
    web_address,
    width,
)

# "1、choco：a tool like …", "Example Lines: opens a port"; so many of them that they are no list in a story.
_NAMED, _LONG_LIST = re.compile(r"[^：:。！？]{2,50}(：|: )\S.{12,}"), 8
_FEWEST_WORDS = 4  # of a sentence in a cell
# Of a text's addresses, those below a headline and one line more.
_NEARLY_ALL = 0.7
_MOST_DASHED = 0.5  # of all lines that say something
# Paragraphs for each headline, where every one has its address.
_MOST_TEXTS = 4
_MOST_OF_ALL, _LONGEST_NAME = 0.4, 30


def is_named(text: str) -> bool:
    """Tell a line that says a name and, behind a colon, what became of it."""
    return _NAMED.match(text) is not None


def is_company_first(text: str) -> bool:
    """Tell "Company: what happened" from a headline before its text."""
    return is_named(text) and _is_short(text)


def split_numbered(rows: list[Row]) -> None:
    """Make a story of each line that counts, where hardly anything stands between them."""
    chains = counted((i, row.text) for i, row in enumerate(rows) if row.open)
    named = [c for c in chains if len(c) >= _LONG_LIST and _names_and_tells(rows, c)]
    whole = [c for c in chains if len(c) >= 3 and len(c) >= 0.6 * _open(rows[c[0][0] : c[-1][0] + 1])]
    shouted = [c for c in chains if len(c) >= 3 and all(is_shouted_first(rows[i].text[end:]) for i, end in c)]
    begin = {i: end for chain in shouted or named or whole for i, end in chain}
    # A story has a list as well; only where they are most of the text are they the stories.
    if shouted or named or len(begin) >= _MOST_OF_ALL * _open(rows):
        _split(rows, begin)


def split_with_addresses(rows: list[Row]) -> None:
    """Make a story of each "• Title https://…", if there are several."""
    said = {i: address_last(row.text) for i, row in enumerate(rows) if row.open and not pointed_at(row.text)}
    titled = [
        i
        for i, (title, url) in said.items()
        if url and (len(title) <= LONGEST_OPENING or is_one_line(rows[i].text))
    ]
    marked = [
        i
        for i in titled
        if is_marked(rows[i].text) or is_one_line(rows[i].text) or not ends_sentence(said[i][0])
    ]
    if any(is_marked(rows[i].text) for i in said.keys() - set(marked)):
        return  # then it is the list whose items are the stories
    if len(marked) >= 2 and len(marked) >= 0.4 * len(said):
        named = all(is_named(rows[i].text) for i in marked)
        behind = Behind.STOP if named else behind_headlines([said[i][0] for i in marked])
        _split(rows, dict.fromkeys(marked, 0), behind=behind)


def split_named(rows: list[Row]) -> None:
    """Make a story of each "Company: what happened", where hardly anything else is said."""
    told = {i for i, row in enumerate(rows) if row.open and is_company_first(row.text)}
    names = {plain(_name_in(rows[i].text)) for i in told}
    # In a talk the same names come again and again.
    if len(told) < 3 or len(names) < 0.8 * len(told):
        return
    others = [row for i, row in enumerate(rows) if row.open and i not in told]
    if len(told) >= 0.6 * (len(told) + len(others)) and sum(row.prose for row in others) <= 1:
        _split(rows, dict.fromkeys(told, 0), behind=Behind.STOP)


def split_cells(rows: list[Row]) -> None:
    """Make a story of each line of a table that says a headline and its text or address in cells."""
    told = dict(_told_in_cells(rows))
    if len(told) > 1 and 2 * len(told) > sum(len(row.cells) > 1 for row in rows):
        check_stories(len(told))
        rows[:] = [
            part for i, row in enumerate(rows) for part in (_lines(row, told[i]) if i in told else [row])
        ]


def _told_in_cells(rows: Sequence[Row]) -> Iterator[tuple[int, Opening]]:
    """Yield the rows that are stories; a table below its columns' names or right below a text has facts."""
    stands = False
    for i, (above, row) in enumerate(zip([None, *rows], rows, strict=False)):
        whole = tidy(" ".join(row.cells)) == row.text  # else other lines were joined with it
        said = _story_in(row) if row.open and whole else None
        if row.gap or not above or not above.cells:
            stands = said is not None and not (above and above.prose and not row.gap)
        if stands and said:
            yield i, said


def _story_in(row: Row) -> Opening | None:
    url = next((web_address(cell) for cell in row.cells if is_url(cell)), "")
    headline, *texts = [
        cell for n, cell in enumerate(row.cells) if not is_url(cell) and (n or not cell.isdigit())
    ] or [""]
    heads = plain(headline) and width(headline) <= LONGEST_OPENING and not states(headline)
    told = any(map(_is_text, texts)) if texts else url and is_phrase(headline)
    return Opening(headline, " | ".join(texts), url) if heads and told else None


def _is_text(cell: str) -> bool:
    """Tell a sentence from a name such as "Example Inc."; no Chinese name has a stop."""
    says = is_unspaced(cell[-1]) or len(cell.split()) >= _FEWEST_WORDS
    return is_body(cell) or (says and ends_sentence(cell))


def split_dashed(rows: list[Row]) -> None:
    """Make a story of each "• Headline – what happened", where hardly anything else is said."""
    told = [i for i, row in enumerate(rows) if row.open and is_marked(row.text) and is_dashed(row.text)]
    if len(told) > 2 and len(told) >= _MOST_DASHED * _open(rows):
        _split(rows, dict.fromkeys(told, 0))


def split_bracketed(rows: list[Row]) -> None:
    """Make a story of each "【Headline】 what happened", if there are several."""
    told = [i for i, row in enumerate(rows) if row.open and is_bracketed(address_last(row.text)[0])]
    if len(told) > 1:
        _split(rows, dict.fromkeys(told, 0))


def find_above_addresses(rows: Sequence[Row]) -> bool:
    """Settle headlines that stand above bare addresses; True if that is the form of this text."""
    links = [i for i, row in enumerate(rows) if row.role is Role.LINK and row.gap == 0]
    above = _above(rows, links, 1)
    bodies = sum(row.prose for row in rows)
    # Fewer are links inside stories; in a mail in text form every headline has its address below.
    if len(above) < 3 or len(above) < bodies / _MOST_TEXTS:
        # Where texts stand too, only blank lines tell them from a table's rows.
        parted = len(links) >= 3 and any(row.gap for row in rows)
        above = _above(rows, links, 2) if parted or not bodies else []
        if not above or len(above) < max(_NEARLY_ALL * len(links), bodies / _MOST_TEXTS):
            return False
    # Or the address stands below each story's text.
    if 2 * sum(row.prose for row in above) > len(above):
        return False
    for row in above:
        row.be(Role.HEADLINE)
    return True


def find_beside_addresses(rows: Sequence[Row]) -> bool:
    """Settle the short lines above texts that have their addresses right above or below them.

    True if that is the form of this text, however many blank lines it has.
    """
    said = [row for row in rows if row.role in {None, Role.LINK, Role.HEADLINE}]
    links = [n for n, row in enumerate(said) if row.role is Role.LINK or pointed_at(row.text)]
    above = [said[n - 1] for n in links if n and _heads(said[n - 1]) and _tells(said[n + 1 : n + 2])]
    below = [said[n + 1] for n in links if _tells(said[n + 2 : n + 3]) and _heads(said[n + 1])]
    heads = above if mostly(len(above), links) else below if mostly(len(below), links[1:]) else []
    if len(heads) < sum(row.prose for row in rows) / _MOST_TEXTS:
        return False  # they are links inside stories
    if heads is below:
        first = [n for n in range(links[0]) if _heads(said[n]) and _tells(said[n + 1 : n + 2])]
        heads = [*(said[n] for n in first[-1:]), *heads]
    for row in heads:
        row.text = without_mark(row.text)
        row.be(Role.HEADLINE)
    return bool(heads)


def _heads(row: Row) -> bool:
    short = not row.prose and width(row.text) <= LONGEST_OPENING
    return row.open and short and not states(row.text) and row.text[-1] not in ",:："


def _tells(rows: Sequence[Row]) -> bool:
    return bool(rows) and rows[0].prose and not pointed_at(rows[0].text)


def _above(rows: Sequence[Row], links: Sequence[int], lines: int) -> list[Row]:
    """Return what may be headlines so many lines above addresses, with short lines between."""
    any_gaps = any(row.gap for row in rows)
    above = [
        rows[i - lines]
        for i in links
        if i >= lines and not any(row.gap or row.prose for row in rows[i - lines + 1 : i])
    ]
    return [
        row
        for row in above
        if row.open
        and len(row.text) <= 200
        and (row.gap or not any_gaps)
        and row.text[-1] not in "(,:"
        and row.text[0] != ")"
    ]


def split_closed_by_addresses(rows: list[Row]) -> None:
    """Where no line is a headline, make a story of each text that has its address below it, or at its end.

    One alone is the only text.
    """
    ends = [i for i, row in enumerate(rows) if row.role is Role.LINK]
    told = [i - 1 for i in ends if i and rows[i - 1].tells]
    if any(row.role is Role.HEADLINE for row in rows):
        return
    if _open(rows) == 1:
        told = [i for i, row in enumerate(rows) if row.tells and (ends or address_last(row.text)[1])]
    elif not mostly(len(told), ends):
        return
    if sum(row.prose for row in rows) <= 2 * len(told):
        _split(rows, dict.fromkeys(told, 0))


def split_items(rows: list[Row]) -> None:
    """Where no line is a headline, make a story of each item of a list with marks."""
    items = [i for i, row in enumerate(rows) if row.open and is_marked(row.text)]
    if len(items) < 2 or any(row.role is Role.HEADLINE for row in rows):
        return
    closing = rows[items[-1] + 1 :]
    if closing and closing[0].gap and not any(row.prose for row in closing):
        for row in closing:
            row.be(Role.DROPPED, "below the last item: a closing")
    _split(rows, dict.fromkeys(items, 0))


def _name_in(text: str) -> str:
    return re.split("[:：]", text, maxsplit=1)[0]


def _is_short(text: str) -> bool:
    """Tell a company's name from an article's before the colon."""
    return width(_name_in(text)) <= _LONGEST_NAME


def _names_and_tells(rows: Sequence[Row], chain: Sequence[tuple[int, int]]) -> bool:
    """Tell a list whose lines name a thing and say what it is, whatever parts them."""
    told = [i for i, end in chain if _NAMED.match(rows[i].text, end)]
    return len(told) >= 0.8 * len(chain)


def _open(rows: Sequence[Row]) -> int:
    return sum(row.open for row in rows)


def _split(rows: list[Row], begin: Mapping[int, int], *, behind: Behind = Behind.ANY) -> None:
    """Split the rows that are stories into their lines; *begin* says where their words do."""
    check_stories(len(begin))
    rows[:] = [
        part
        for i, row in enumerate(rows)
        for part in (_story_of(row, begin[i], behind) if i in begin else [row])
    ]


def _story_of(item: Row, begin: int, behind: Behind) -> list[Row]:
    """Split "• Headline – the story. https://…" into its lines; its words *begin* behind its number."""
    return _lines(item, opened(item.text[begin:], behind=behind))


def _lines(item: Row, said: Opening) -> list[Row]:
    lines = [(Role.HEADLINE, said.headline), (Role.BODY, said.rest), (Role.LINK, said.url)]
    return [
        replace(item, text=text, role=role, url=said.url if role is Role.LINK else "", whole=True)
        for role, text in lines
        if text
    ]
