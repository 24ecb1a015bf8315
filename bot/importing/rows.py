"""The lines of a pasted text on their way to their roles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise, zip_longest

from bot.importing.draft import Line, Role
from bot.importing.furniture import furniture, pointed_at
from bot.importing.openings import IN_BRACKETS
from bot.importing.words import (
    DASHES,
    begins_lower,
    ends_sentence,
    is_body,
    is_quotation,
    is_shouted,
    is_unspaced,
    is_url,
    tidy,
    width,
)

_SHORT_TEXT = 40
_LONGEST_TORN = 5000
_MANY = 40  # lines
_WIDEST_LINE = 84  # of a hard-wrapped mail
# Of the lines below others in a text of torn sentences.
_FULL, _LOWER = 0.6, 0.25
# Letters; lines of a column, which is narrower than a mail, and how many go on at least.
_NEAR, _NARROWEST, _NARROWEST_MAIL, _FEWEST_TORN = 4, 20, 50, 4
# A sentence of signs without blanks that runs on.
_RUNS_ON = re.compile("[、，。；！？].")
_WIDEST_CELL = 60  # of a table of facts
_OPEN_ADDRESS = re.compile(r"[(<\[]\s*https?://[^\s<>()\[\]]*")
_ADDRESS_PART = re.compile(r"[^\s<>()\[\]]*[)>\]]")
_ADDRESS_ENDS = re.compile(r"https?://[^\s<>()\[\]]+$")
# The rest of an address that is as wide as a line: no word, and nothing else in its line.
_ADDRESS_REST = re.compile(r"(?!https?:)(?=[^\s]*[/=&?%_\d-])[\w./=&?%#~+:;,@!-]+")
_ADDRESS_IN_BRACKETS_ENDS = re.compile(r"https?://\S+\s*[)>\]]$")
_SET_OFF_ENDS = re.compile(r"https?://\S+\s*[)>\]]\s*(?:[—–,-]|\s(?:and|or|und|oder|et|ou|y|o|e))$")
_ADDRESS_FIRST = re.compile(
    r"<?(?P<url>https?://[^\s<>]+)>?\s+(?:[:–—|-]\s+)?(?P<said>(?!.*://)[\w“‘\"'「『【（].*)"
)
# Not a row of a table.
_FRAMED = re.compile(r"\|\s+(?P<said>[^|\s][^|]*?)\s+\|")
_GOES_ON = re.compile(r"[—–,.;]|-- |[^\W\d_A-Z]+[\s,.]")


@dataclass(slots=True, kw_only=True)
class Row:
    """A line on its way to its role."""

    at: int
    last: int
    text: str
    gap: int  # blank lines above
    width: int  # of the last line of it, as it stood there
    role: Role | None = None
    reason: str = ""
    url: str = ""
    tags: tuple[str, ...] = ()
    whole: bool = False  # a headline of a story that may say no more
    boxed: bool = False  # stood in a frame of signs
    cells: tuple[str, ...] = ()  # what tabs parted, as a table has it that is copied

    @property
    def open(self) -> bool:
        return self.role is None

    @property
    def prose(self) -> bool:
        """May be part of a body, and does not look like a heading."""
        return self.role in {None, Role.BODY} and is_body(self.text)

    @property
    def tells(self) -> bool:
        """May be a story's text, however short."""
        return self.open and (self.prose or width(self.text) >= _SHORT_TEXT)

    def be(self, role: Role, reason: str = "") -> None:
        """Settle the role, unless it is settled already."""
        if self.role is None:
            self.role, self.reason = role, reason

    def line(self) -> Line:
        return Line(
            at=self.at,
            last=self.last,
            text=self.text,
            role=self.role or Role.BODY,
            reason=self.reason,
            url=self.url,
            tags=self.tags,
        )


def rows_of(text: str) -> list[Row]:
    """Return the lines with something in them, those of a hard-wrapped mail joined."""
    rows: list[Row] = []
    gap = 0
    for at, raw in enumerate(text.splitlines(), start=1):
        if line := tidy(raw):
            framed = _FRAMED.fullmatch(line)
            line = framed["said"] if framed else line
            cells = tuple(filter(None, map(tidy, raw.split("\t")))) if "\t" in raw else ()
            row = Row(at=at, last=at, text=line, gap=gap, width=len(raw.rstrip()), cells=cells)
            row.boxed = framed is not None
            rows.append(row)
        gap = 0 if line else gap + 1
    rows = _with_addresses_whole(rows)
    _put_addresses_last(rows)
    return _unwrap(rows)


def _put_addresses_last(rows: Sequence[Row]) -> None:
    """Put the address of "https://… Ships sail" behind the words, where most lines with one begin so."""
    first = [(row, found) for row in rows if (found := _ADDRESS_FIRST.fullmatch(row.text))]
    first = [(row, found) for row, found in first if not begins_lower(found["said"].split(maxsplit=1)[0])]
    if len(first) > 1 and 2 * len(first) > sum("://" in row.text for row in rows):
        for row, found in first:
            row.text = f"{found['said']} {found['url']}"


def take_tables(rows: Sequence[Row]) -> None:
    """Make lines of a story of a table's rows in it; where tables are most of the text, they are the news."""
    pairs = [(above, row) for above, row in pairwise(rows) if _are_rows(above, row)]
    tables = list({row.at: row for pair in pairs for row in pair}.values())
    for row in tables if 2 * len(tables) < len(rows) else ():
        row.text = " | ".join(row.cells)
        row.be(Role.BODY)


def take_attributions(rows: Sequence[Row]) -> None:
    """Make what says below a quotation whose it is a line of its story, wherever it leads."""
    for above, row, below in zip_longest(rows, rows[1:], rows[2:]):
        # Several below each other are a list that somebody typed.
        listed = below is not None and below.text.startswith(DASHES)
        if row and row.text.startswith(DASHES) and is_quotation(above.text) and not listed:
            row.be(Role.BODY)


def _are_rows(above: Row, row: Row) -> bool:
    same = row.gap == 0 and len(row.cells) == len(above.cells) > 1
    return same and all(
        one.open and tidy(" ".join(one.cells)) == one.text and max(map(width, one.cells)) <= _WIDEST_CELL
        for one in (above, row)
    )


def _with_addresses_whole(rows: Sequence[Row]) -> list[Row]:
    """Join what was torn where an address left no room: inside it, before it, or behind it."""
    joined: list[Row] = []
    for row, below in zip_longest(rows, rows[1:]):
        above = joined[-1] if joined and row.gap == 0 else None
        if above is not None and (glue := _torn(above, row, below)) is not None:
            above.text, above.last, above.width = f"{above.text}{glue}{row.text}", row.last, row.width
        else:
            joined.append(row)
    return joined


def _torn(above: Row, row: Row, below: Row | None) -> str | None:
    """Return what to put between two lines that an address tore, or None if none did."""
    if above.boxed or ("://" not in above.text and "://" not in row.text) or len(above.text) > _LONGEST_TORN:
        return None
    if _is_open(above.text) and _ADDRESS_PART.match(row.text):
        return ""
    if 60 <= above.width <= 80 and _ADDRESS_ENDS.search(above.text) and _ADDRESS_REST.fullmatch(row.text):
        return ""
    if is_url(above.text):
        return None
    if IN_BRACKETS.match(row.text) or _is_open(row.text):
        return " "
    # One dash sets a text off; several are a list.
    dash = row.text.startswith("- ") and not (below and below.gap == 0 and below.text.startswith("- "))
    goes_on = (dash or _GOES_ON.match(row.text)) and _ADDRESS_IN_BRACKETS_ENDS.search(above.text)
    return " " if goes_on or _SET_OFF_ENDS.search(above.text) else None


def _is_open(text: str) -> bool:
    """Tell whether *text* ends inside an address in brackets."""
    start = max(map(text.rfind, "(<["))
    return start >= 0 and _OPEN_ADDRESS.fullmatch(text, start) is not None


def _unwrap(rows: list[Row]) -> list[Row]:
    """Join the lines of a hard-wrapped text: a line goes on where the next word would not have fitted."""
    below = [pair for pair in pairwise(rows) if pair[1].gap == 0]
    forms = [form for form in (_as_in_a_mail(rows), _as_in_a_column(rows)) if form]
    if not forms:
        return rows
    goes_on = max(forms, key=lambda goes_on: sum(goes_on(*pair) for pair in below))
    joined: list[Row] = []
    for row in rows:
        above = joined[-1] if joined else None
        if above is not None and row.gap == 0 and goes_on(above, row):
            glue = "" if is_unspaced(above.text[-1]) and is_unspaced(row.text) else " "
            above.text, above.last, above.width = f"{above.text}{glue}{row.text}", row.last, row.width
        else:
            joined.append(row)
    return joined


def _as_in_a_mail(rows: Sequence[Row]) -> Callable[[Row, Row], bool] | None:
    """Return which lines go on, if they are as long as a mail's are that is wrapped."""
    widths = sorted(row.width for row in rows if "://" not in row.text or width(_words(row)) > _WIDEST_LINE)
    if not widths or not _NARROWEST_MAIL <= widths[int(len(widths) * 0.9)] <= 82:
        return None
    # Few lines tell no width: then one goes on only where the next begins in the midst of a sentence.
    few = len(widths) < 10
    # A few stand out: an address, a rule, a table.
    usual = [width for width in widths[: max(_MANY, int(0.97 * len(widths)))] if width <= _WIDEST_LINE]
    alone = not few and usual[-1] - usual[-2] > _NEAR >= usual[-2] - usual[-5]
    goes_on = partial(_goes_on, widest=usual[-2 if alone else -1], few=few)
    return goes_on if _are_torn(rows, goes_on) else None


def _are_torn(rows: Sequence[Row], goes_on: Callable[[Row, Row], bool]) -> bool:
    """Tell lines of torn sentences, most of them full or going on in small letters, from whole lines."""
    pairs = [
        pair for pair in pairwise(rows) if pair[1].gap == 0 and not any(is_url(row.text) for row in pair)
    ]
    full = [row for above, row in pairs if goes_on(above, row)]
    lower = sum(row.text[0].islower() for row in full)
    return bool(full) and (len(full) >= _FULL * len(pairs) or lower >= _LOWER * len(full))


def _as_in_a_column(rows: Sequence[Row]) -> Callable[[Row, Row], bool] | None:
    """Return which lines go on, if nearly all are as full as some width lets them be."""
    pairs = [
        (above, row)
        for above, row in pairwise(rows)
        if row.gap == 0 and _may_go_on(above, row) and not furniture(row.text)
    ]
    below = [(above, row) for above, row in pairs if not above.gap and above is not rows[0]]
    wide, heads = _column(pairs), False
    first = [(above, row) for above, row in pairs if above.gap or above is rows[0]] if wide else []
    # Where most texts have a line above that is not as full, the first lines are headlines.
    if not wide or 2 * sum(_fits(pair, wide) for pair in first) < len(first):
        wide, heads = _column(below), True
    ends = {row.at for above, row in (below if heads else pairs) if _fits((above, row), wide)}
    return (lambda _, row: row.at in ends) if wide else None


def _column(pairs: Sequence[tuple[Row, Row]]) -> int:
    """Return the width that lines were broken at within their sentences; 0 if they were not."""
    unended = [pair for pair in pairs if not ends_sentence(pair[0].text)]
    fitting = Counter(wide for pair in unended for wide in range(*_widths(*pair)))
    wide, count = max(fitting.items(), key=lambda found: (found[1], found[0]), default=(0, 0))
    full = [pair for pair in unended if _fits(pair, wide)]
    torn = sum(_is_torn(*pair) for pair in full) >= _LOWER * count and _end_sentences(full)
    return wide if torn and count >= max(_FEWEST_TORN, _FULL * len(unended)) else 0


def _fits(pair: tuple[Row, Row], wide: int) -> bool:
    return wide in range(*_widths(*pair))


def _widths(above: Row, row: Row) -> tuple[int, int]:
    """Return from which width on two lines would have been as long, and from which the first longer."""
    long, below = width(above.text), width(_words(row))
    if is_unspaced(row.text):
        # A stop or two may hang over.
        return max(long, below - _NEAR, _NARROWEST), min(long + _NEAR, _WIDEST_LINE)
    word = row.text.split(maxsplit=1)[0]
    return max(long, below, _NARROWEST), min(long + 1 + width(word), _NARROWEST_MAIL)


def _is_torn(above: Row, row: Row) -> bool:
    """Tell a break within a sentence; all signs of Chinese may begin a headline."""
    runs_on = is_unspaced(row.text) and _RUNS_ON.search(above.text) is not None
    return row.text[0].islower() or runs_on


def _end_sentences(full: Sequence[tuple[Row, Row]]) -> bool:
    """Tell paragraphs, most of which end as a sentence does, from lists of headlines of one length."""
    begun = {above.at for above, _ in full}
    last = [row for _, row in full if row.at not in begun]
    return 2 * sum(ends_sentence(row.text) for row in last) >= len(last)


def _words(row: Row) -> str:
    return re.sub(r"https?://\S+", "", row.text)


def _has_words(text: str) -> bool:
    # Looks no further than the first: a paragraph of 3,000 lines was folded whole for each of them.
    return any(map(str.isalnum, text))


def _may_go_on(above: Row, row: Row) -> bool:
    if above.boxed or row.boxed:
        return False
    if any(is_url(one.text) or pointed_at(one.text) or not _has_words(one.text) for one in (above, row)):
        return False
    listed = re.match(r"[-*•+=_] ?|\d+[.)] ", row.text) is not None
    return not listed and is_shouted(above.text) <= is_shouted(row.text)


def _goes_on(above: Row, row: Row, *, widest: int, few: bool) -> bool:
    if not _may_go_on(above, row):
        return False
    shouted = is_shouted(above.text) and is_shouted(row.text)
    if few and not shouted and (not row.text[0].islower() or ends_sentence(above.text)):
        return False
    # An address is as long as it is, and a line that is longer for one tells nothing.
    if above.width > widest and "://" in above.text:
        return begins_lower(row.text.split(maxsplit=1)[0]) and not ends_sentence(above.text)
    # Between Chinese signs a line may end anywhere.
    word = row.text[:1] if is_unspaced(row.text) else row.text.split(" ", 1)[0]
    return above.width + 1 + len(word) > widest - _NEAR
