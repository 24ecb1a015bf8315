"""Days, months and years as people write them alone: 2020-05, 1.5.2020, june. In running text: `when`.

Between points the day is written first everywhere. Between slashes or hyphens either may be (3/4/2020):
that is not guessed, and is no date, unless only one of the two can be a month, or both are the same.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

_MONTH_NAMES = {
    name[:3]: name
    for name in (
        *("january", "february", "march", "april", "may", "june"),
        *("july", "august", "september", "october", "november", "december"),
    )
}
_NUMBERS = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_NTH = r"(0?[1-9]|[12]\d|3[01])"
_YEAR_LAST = re.compile(rf"{_NTH}([./-]){_NTH}\2(\d{{4}})")
_MONTH_OF_YEAR = re.compile(r"(\d{1,2})/(\d{4})")
# As plain text has them: without accents.
_MONTHS_OF_ALL = """
january jan januar janvier enero gennaio janeiro januari
february feb februar fevrier febrero febbraio fevereiro februari
march mar marz maerz mars marzo marco maart
april apr avril abril aprile
may mai mayo maggio maio mei
june jun juni juin junio giugno junho
july jul juli juillet julio luglio julho
august aug aout agosto augustus
september sept sep septembre septiembre settembre setembro
october oct oktober okt octobre octubre ottobre outubro
november nov novembre noviembre novembro
december dec dezember dez decembre diciembre dicembre dezembro
"""
MONTH_OF = {name: n for n, names in enumerate(_MONTHS_OF_ALL.split("\n")) for name in names.split()}
ALSO_WORDS = frozenset({"may", "march", "mar", "mars", "august"})  # 5 may follow; on Mars
Span = tuple[date, date]  # the first and the last day, both included
_YEARS = range(2, 9999)  # whoever counts on from a day of these, or back, finds others

_RELATIVE = re.compile(
    r"\b(today|yesterday|(?:this|last|past|previous) (?:week|month|year))(?!\w)", re.IGNORECASE
)


def days(text: str, today: date) -> Span | None:
    """Return the first and last day of what is meant: a day, a month, a year, a name for one of them."""
    if numbers := _NUMBERS.fullmatch(text):
        return numbered(*(int(n) if n else None for n in numbers.groups()))
    if of_year := _MONTH_OF_YEAR.fullmatch(text):
        return numbered(int(of_year[2]), int(of_year[1]))
    if year_last := _YEAR_LAST.fullmatch(text):
        return _year_last(int(year_last[1]), year_last[2], int(year_last[3]), int(year_last[4]))
    if (full := _MONTH_NAMES.get(text[:3])) and text in (full, full[:3], full[:4]):
        month = list(_MONTH_NAMES).index(text[:3]) + 1
        return month_of(today.year if month <= today.month else today.year - 1, month)
    monday = today - timedelta(days=today.weekday())
    return {
        "today": (today, today),
        "yesterday": (today - timedelta(days=1), today - timedelta(days=1)),
        "week": (monday, monday + timedelta(days=6)),
        "month": month_of(today.year, today.month),
        "year": (date(today.year, 1, 1), date(today.year, 12, 31)),
    }.get(text)


def _year_last(first: int, sign: str, second: int, year: int) -> Span | None:
    day_first, month_first = numbered(year, second, first), numbered(year, first, second)
    if sign == "." or day_first == month_first:
        return day_first
    return None if day_first and month_first else day_first or month_first


def other_name(month: str) -> str:
    """Return January for jan, and jan for January; anything else as it is."""
    full = _MONTH_NAMES.get(month[:3], "")
    if month == full:
        return month[:3]
    return full if month in (full[:3], full[:4]) else month


def relative_days(text: str, today: date) -> Span | None:
    """Return what "today", "this month" or "last year" are, if one of them stands in a text."""
    match = _RELATIVE.search(text)
    if match is None:
        return None
    which, _, unit = match[1].lower().rpartition(" ")
    span = days(unit, today)
    if span and which in ("last", "past", "previous"):
        return days(unit, span[0] - timedelta(days=1))
    return span


def numbered(year: int | None, month: int | None = None, day: int | None = None) -> Span | None:
    """Return a day, a month or a year; None if there is none such."""
    if year is None or year not in _YEARS:
        return None
    try:
        if day:
            return date(year, month or 0, day), date(year, month or 0, day)
        if month:
            return month_of(year, month)
        return date(year, 1, 1), date(year, 12, 31)
    except ValueError:  # the 31st of June, month 13
        return None


def month_of(year: int, month: int) -> Span:
    """Return a month's first and last day."""
    first = date(year, month, 1)
    return first, first.replace(day=monthrange(year, month)[1])


def months_of(year: int, nth: int, length: int) -> Span | None:
    """Return the nth quarter or half of a year, or its nth third: early 2020."""
    if nth * length > 12:
        return None  # a third half
    first, last = numbered(year, length * (nth - 1) + 1), numbered(year, length * nth)
    return (first[0], last[1]) if first and last else None


def season_of(year: int, month: int) -> Span | None:
    """Return three months from one on; a winter ends in the next year."""
    first, last = numbered(year, month), numbered(year + month // 11, (month + 1) % 12 + 1)
    return (first[0], last[1]) if first and last else None


_PARTS_OF_MONTH = ((1, 10), (11, 20), (21, 31))


def part_of(month: Span, nth: int) -> Span:
    """Return the beginning (0), the middle (1) or the end (2) of a month."""
    first, last = _PARTS_OF_MONTH[nth]
    return month[0].replace(day=first), month[0].replace(day=min(last, month[1].day))
