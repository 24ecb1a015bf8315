"""The lines of a pasted text on their way to their roles."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.importing.draft import Line, Role
from bot.importing.furniture import pointed_at
from bot.importing.words import ends_sentence, is_body, is_shouted, is_url, tidy, width

_SHORT_TEXT = 40


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
            rows.append(Row(at=at, last=at, text=line, gap=gap, width=len(raw.rstrip())))
        gap = 0 if line else gap + 1
    return _unwrap(rows)


def _unwrap(rows: list[Row]) -> list[Row]:
    """Join the lines of a hard-wrapped mail: a line goes on where the next word would not have fitted."""
    widths = sorted(row.width for row in rows if "://" not in row.text)
    if not widths or not 50 <= widths[int(len(widths) * 0.9)] <= 82:
        return rows
    # Few lines tell no width: then one goes on only where the next begins in the midst of a sentence.
    few = len(widths) < 10
    widest = max(width for width in widths if width <= 84)
    joined: list[Row] = []
    for row in rows:
        above = joined[-1] if joined else None
        if above is not None and row.gap == 0 and _goes_on(above, row, widest, few=few):
            above.text, above.last, above.width = f"{above.text} {row.text}", row.last, row.width
        else:
            joined.append(row)
    return joined


def _goes_on(above: Row, row: Row, widest: int, *, few: bool) -> bool:
    if any(is_url(one.text) or pointed_at(one.text) for one in (above, row)):
        return False
    if re.match(r"[-*•+=_] ?|\d+[.)] ", row.text) or is_shouted(above.text) > is_shouted(row.text):
        return False
    shouted = is_shouted(above.text) and is_shouted(row.text)
    if few and not shouted and (not row.text[0].islower() or ends_sentence(above.text)):
        return False
    return above.width + 1 + len(row.text.split(" ", 1)[0]) > widest - 4
