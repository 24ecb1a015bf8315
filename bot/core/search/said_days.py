"""Days that a text says, however it writes them: Oct 11, 11 October and 10/11 are one word.

What is to come is told earlier, with its day. Of 10/11 either may be the month: it is both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.core.search.amounts import Amount
from bot.core.search.days import ALSO_WORDS, MONTH_OF, Span, month_of, numbered
from bot.core.search.patterns import any_of

_SIGN = "\u207f"  # begins such a word; no text has it: `plain` makes an n of it
_NTH = r"(?:st|nd|rd|th|er)?"
_MONTH = any_of(MONTH_OF)
# It begins with a digit, which is quickly found; what stands before it is looked at then.
_DAY = re.compile(
    rf"(?<![\w./-])(?!24/7)(?P<day>\d{{1,2}})(?:/(?P<other>\d{{1,2}})(?![\w/]|[.,]\d)"
    rf"|{_NTH}\.?(?: of| de)? (?P<month>{_MONTH})\b|{_NTH}(?![\w:/]|[.,]\d))",
    re.IGNORECASE,
)
_WORD_BEFORE = re.compile(r"(?<![\w./-])(?P<month>[^\W\d_]+)\.? $")
_LONGEST = max(map(len, MONTH_OF)) + len(". ")
_LEAP_YEAR = 2020
_ALSO_OTHERS = ALSO_WORDS | {
    "augustus",
    "avril",
    "dec",
    "jan",
    "juli",
    "julio",
    "jun",
    "mai",
    "marco",
    "mei",
    "sept",
}


def said_days(text: str) -> Iterator[Amount]:
    """Yield where a text says a day, and what that day is as one word."""
    for match in _DAY.finditer(text):
        start, month = match.start(), match["month"] or ""
        if not (month or match["other"]):
            before = _WORD_BEFORE.search(text, max(0, start - _LONGEST), start)
            if before is None or before["month"].lower() not in MONTH_OF:
                continue
            start, month = before.start(), before["month"]
        for nth, day in _read(match, month):
            if numbered(_LEAP_YEAR, nth, day):
                yield Amount(start, match.end(), _word(nth, day))


def names_of_day(word: str) -> tuple[str, str]:
    """Return what a day that is said is found by: itself, and its month."""
    return word, word[:-2] + "00"


def word_of_days(days: Span) -> str:
    """Return the word for one day, or for a whole month; "" for any others."""
    first, last = days
    if first == last:
        return _word(first.month, first.day)
    return _word(first.month, 0) if days == month_of(first.year, first.month) else ""


def word_of_month(name: str) -> str:
    """Return the word for a month by its name; "" if that may be another word, or somebody: may, marco."""
    return _word(MONTH_OF[name], 0) if name in MONTH_OF and name not in _ALSO_OTHERS else ""


def is_of_any_year(date: str) -> bool:
    """Tell whether a date ends with its day and month, and so leaves its year open."""
    return any(day.end == len(date) for day in said_days(date))


def names_a_day(date: str) -> bool:
    """Tell whether a date is one that stories may say: none says that it is this month."""
    return any(map(str.isdigit, date)) or not MONTH_OF.keys().isdisjoint(date.lower().split())


def is_day(word: str) -> bool:
    """Tell whether a word of the archive is one."""
    return word.startswith(_SIGN)


def _read(match: re.Match[str], month: str) -> Iterable[tuple[int, int]]:
    """Return which months' which days these may be."""
    day = int(match["day"])
    if match["other"] is None:
        return [(MONTH_OF[month.lower()], day)]
    other = int(match["other"])
    return dict.fromkeys(((day, other), (other, day)))


def _word(month: int, day: int) -> str:
    return f"{_SIGN}{month:02}{day:02}"
