"""Days, months and years as people write them: 2020-05, june, 1 May 2020, in april, last month."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

_MONTH_NAMES = {
    name[:3]: name
    for name in (
        *("january", "february", "march", "april", "may", "june"),
        *("july", "august", "september", "october", "november", "december"),
    )
}
_NUMBERS = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
Span = tuple[date, date]  # the first and the last day, both included

_MONTH = rf"(?:{'|'.join((*_MONTH_NAMES.values(), *_MONTH_NAMES, 'sept'))})"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_BEFORE = r"(?:(?P<how>from|in|on|during|of|since|after|before|until|till|by) (?:the )?)?"
_WRITTEN = re.compile(
    rf"\b{_BEFORE}(?:(?P<d1>{_DAY}) (?:of )?(?P<m1>{_MONTH})\.?,? (?P<y1>\d{{4}})"
    rf"|(?P<m2>{_MONTH})\.? (?P<d2>{_DAY}),? (?P<y2>\d{{4}})|(?P<m3>{_MONTH})\.?,? (?P<y3>\d{{4}})"
    rf"|(?P<iso>\d{{4}}-\d{{1,2}}(?:-\d{{1,2}})?))(?![\w-])"
    # A month without a year is one only after such a word; else it may be a name, or a verb.
    rf"|\b(?P<how4>from|in|during|since) (?P<m4>{_MONTH})(?![\w-])(?! \d)"
    rf"|\b(?P<how5>from|in|during|since) (?P<y5>(?:19|20)\d{{2}})(?![\w.-])",
    re.IGNORECASE,
)
_HINT = re.compile(rf"\d{{4}}|(?:in|from|during|since) {_MONTH}", re.IGNORECASE)
_RELATIVE = re.compile(
    r"\b(today|yesterday|(?:this|last|past|previous) (?:week|month|year))(?!\w)",
    re.IGNORECASE,
)


def days(text: str, today: date) -> Span | None:
    """Return the first and last day of what is meant: a day, a month, a year, a name for one of them."""
    if numbers := _NUMBERS.fullmatch(text):
        return _numbered(*(int(n) if n else None for n in numbers.groups()))
    if (full := _MONTH_NAMES.get(text[:3])) and text in (full, full[:3], full[:4]):
        month = list(_MONTH_NAMES).index(text[:3]) + 1
        return _month(today.year if month <= today.month else today.year - 1, month)
    monday = today - timedelta(days=today.weekday())
    return {
        "today": (today, today),
        "yesterday": (today - timedelta(days=1), today - timedelta(days=1)),
        "week": (monday, monday + timedelta(days=6)),
        "month": _month(today.year, today.month),
        "year": (date(today.year, 1, 1), date(today.year, 12, 31)),
    }.get(text)


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


def written_days(text: str, today: date) -> Iterator[tuple[re.Match[str], Span]]:
    """Yield where dates stand in running text, and from which day to which each goes."""
    if not _HINT.search(text):
        return
    for match in _WRITTEN.finditer(text):
        how = (match["how"] or match["how4"] or match["how5"] or "").lower()
        if span := _day_of(match, today):
            yield match, _bounded(how, span)


def _day_of(match: re.Match[str], today: date) -> Span | None:
    if iso := match["iso"]:
        return days(iso, today)
    if year := match["y5"]:
        return _numbered(int(year), None, None)
    if month := match["m4"]:
        return days(month.lower()[:3], today)
    n = next(n for n in "123" if match[f"m{n}"])
    day = int(re.sub(r"\D", "", match[f"d{n}"])) if n != "3" else None
    return _numbered(int(match[f"y{n}"]), list(_MONTH_NAMES).index(match[f"m{n}"].lower()[:3]) + 1, day)


def _bounded(how: str, span: Span) -> Span:
    if how == "since":
        return span[0], date.max
    if how == "after":
        return span[1] + timedelta(days=1), date.max
    if how == "before":
        return date.min, span[0] - timedelta(days=1)
    return (date.min, span[1]) if how in ("until", "till", "by") else span


def _numbered(year: int | None, month: int | None, day: int | None) -> Span | None:
    try:
        if day:
            return date(year or 0, month or 0, day), date(year or 0, month or 0, day)
        if month:
            return _month(year or 0, month)
        return date(year or 0, 1, 1), date(year or 0, 12, 31)
    except ValueError:  # the 31st of June, month 13, year 0
        return None


def _month(year: int, month: int) -> Span:
    first = date(year, month, 1)
    return first, first.replace(day=monthrange(year, month)[1])
