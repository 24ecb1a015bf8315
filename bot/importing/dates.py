"""Finds days in what roundups say: in eight languages, and asks where a day could be two."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

# By language, January first; the beginnings that people abbreviate to, longest wins.
_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
}
_MORE_MONTHS = {"jänner": 1, "janv": 1, "févr": 2, "fevr": 2, "mrz": 3, "maerz": 3, "avr": 4, "sept": 9,
                "setiembre": 9, "déc": 12, "dez": 12, "juil": 7, "juin": 6, "juni": 6, "juli": 7}  # fmt: skip
_DAYS = {
    "en": "mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun",
    "de": "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|mo|di|mi|do|fr|sa|so",
    "fr": "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche",
    "es": "lunes|martes|miércoles|jueves|viernes|sábado|domingo",
    "pt": "(segunda|terça|quarta|quinta|sexta)(-feira)?|sábado|domingo",
    "it": "lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica",
}


def _bare(text: str) -> str:
    """Return *text* in small letters without accents, as much of it is typed."""
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


_NUMBERS = {_bare(name): n for names in _MONTHS.values() for n, name in enumerate(names.split(), start=1)}
_NUMBERS |= {name[:3]: n for name, n in reversed(_NUMBERS.items()) if name[:3] != "jui"}
_NUMBERS |= {_bare(name): n for name, n in _MORE_MONTHS.items()}
_MONTH = "(?P<month>{})\\.?".format("|".join(sorted(_NUMBERS, key=len, reverse=True)))
_YEAR = r"(?P<y>(?:19|20)\d\d)"
_DATES = [
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d\d?)[-/.](?P<d>\d\d?)(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>20\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?!\d)"),
    re.compile(rf"(?<!\d){_YEAR} ?[年년] ?(?P<m>\d\d?) ?[月월] ?(?P<d>\d\d?) ?[日号號일]?"),
    re.compile(rf"(?<![^\W\d_]){_MONTH} (?P<d>\d\d?)(?:st|nd|rd|th)?,? {_YEAR}(?!\d)"),
    re.compile(
        r"(?<!\d)(?P<d>\d\d?)(?:st|nd|rd|th|er|º|°|\.)?(?: of| de| d')? ?"
        rf"{_MONTH},?(?: del?)? {_YEAR}(?!\d)"
    ),
    # Dots are written where the day comes first; a slash says nothing unless one of the two is no month.
    re.compile(rf"(?<![\d.])(?P<d>\d\d?)\. ?(?P<m>\d\d?)\. ?{_YEAR}(?![\d.]*\d)"),
    re.compile(rf"(?<![\d/-])(?P<d>1[3-9]|2\d|3[01])(?P<s>[/-])(?P<m>0?[1-9]|1[0-2])(?P=s){_YEAR}(?![\d/-])"),
    re.compile(rf"(?<![\d/-])(?P<m>0?[1-9]|1[0-2])(?P<s>[/-])(?P<d>1[3-9]|2\d|3[01])(?P=s){_YEAR}(?![\d/-])"),
    # Years of two digits, where the signs beside them leave no doubt: "3.11.26" may be a version.
    re.compile(r"(?<![\d.])(?P<d>\d\d)\.(?P<m>\d\d)\.(?P<short>\d\d)(?![\d.]*\d)"),
    re.compile(r"(?<![\d/-])(?P<d>1[3-9]|2\d|3[01])/(?P<m>0?[1-9]|1[0-2])/(?P<short>\d\d)(?![\d/-])"),
    re.compile(r"(?<![\d/-])(?P<m>0?[1-9]|1[0-2])/(?P<d>1[3-9]|2\d|3[01])/(?P<short>\d\d)(?![\d/-])"),
]
# What every one of them has; hardly a line does.
_DATED = re.compile(r"(?:19|20)\d\d|\d[./]\d\d?[./]\d\d")
_EITHER = re.compile(
    r"(?<![\d/-])(?P<a>0?[1-9]|1[0-2])[/-](?P<b>0?[1-9]|1[0-2])"
    rf"(?:[/-]{_YEAR}|/(?P<short>\d\d))(?![\d/-])"
)
_ERA = re.compile(r"令和 ?(\d\d?|元) ?年")
_HAN = re.compile(r"[〇零一二三四五六七八九十]{1,4}(?=[年月日号號])")
_DIGITS = {c: n % 10 for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0}
# Only the first words are looked at closely; a date stands at the top of what says one.
_LOOKED_AT = 2000


def _in_digits(text: str) -> str:
    """Return *text* in small letters, with Chinese and Japanese years and days in digits."""
    bare = _bare(unicodedata.normalize("NFKC", text[:_LOOKED_AT]))
    if "年" not in bare:
        return bare
    return _ERA.sub(_of_reiwa, _HAN.sub(_han_number, bare))


def _of_reiwa(found: re.Match[str]) -> str:
    return f"{2018 + (1 if found[1] == '元' else int(found[1]))}年"


def _han_number(found: re.Match[str]) -> str:
    tens, ten, ones = found[0].partition("十")
    if ten:
        return str(10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0))
    return "".join(str(_DIGITS[c]) for c in found[0])


def find_date(text: str) -> date | None:
    """Return the first date written out in *text*. 3/4/20 says nothing: see `two_days`."""
    text = _in_digits(text)
    for pattern in _DATES if _DATED.search(text) else ():
        if (found := pattern.search(text)) and (day := _day(found.groupdict())):
            return day
    return None


def _day(parts: dict[str, str]) -> date | None:
    month = int(parts["m"]) if parts.get("m") else _NUMBERS[parts["month"]]
    try:
        return date(int(parts.get("y") or 2000 + int(parts["short"])), month, int(parts["d"]))
    except ValueError:  # the 45th of May
        return None


def days_in(text: str) -> tuple[date, ...]:
    """Return the day that *text* says, or both that it may mean."""
    day = find_date(text)
    return (day,) if day else two_days(text)


def two_days(text: str) -> tuple[date, ...]:
    """Return both days that *text* may mean: 3/4/2020 is in April or in March."""
    found = _EITHER.search(text[:_LOOKED_AT])
    if not found:
        return ()
    year, a, b = int(found["y"] or 2000 + int(found["short"])), int(found["a"]), int(found["b"])
    return tuple(dict.fromkeys((date(year, b, a), date(year, a, b))))


_DAY_OR_MONTH = re.compile(
    r"(?<![^\W\d_])({}|({})(day)?)\.?(?![^\W\d_])".format(
        "|".join(sorted(_NUMBERS, key=len, reverse=True)), "|".join(_bare(names) for names in _DAYS.values())
    )
)
# Without a year: "11月23日", "23/11"; "2/3" is a part of something.
_MONTH_AND_DAY = re.compile(r"\d ?月 ?\d\d? ?[日号號]|^(?:[0-3]\d/[01]\d|[01]\d/[0-3]\d)$")
_BETWEEN_DAYS = re.compile(
    r"(?<![^\W\d_])(st|nd|rd|th|er|[ap]m|at|on|to|and|utc|gmt|of|de|del|den|der|am|um|uhr|le|el|il|a|alle)(?![^\W\d_])"
    r"|[(（][月火水木金土日一二三四五六][)）]|[年月日号號년월일時时分点]|([星期周週][一二三四五六日天])|[月火水木金土日]曜日?|[上下]午|[\W\d_]"
)


def is_date(text: str) -> bool:
    """Tell whether *text* is one or more days, however written: "28-30 October 2019:"."""
    if len(text) > 60:
        return False
    bare = _in_digits(text)
    rest, names = _DAY_OR_MONTH.subn("", bare)
    named = names > 0 and any(c.isdigit() for c in text)
    dated = named or find_date(text) or two_days(text) or _MONTH_AND_DAY.search(bare)
    return bool(dated) and not _BETWEEN_DAYS.sub("", rest)


def names_a_day(text: str) -> bool:
    """Tell whether *text* is the name of a month or day, with or without a number."""
    return len(text) <= 40 and not _BETWEEN_DAYS.sub(
        "", _DAY_OR_MONTH.sub("", re.sub(r"\d", "", _bare(text)))
    )


def only_a_date(text: str) -> bool:
    """Tell whether *text* says a whole day and hardly more."""
    if len(text) > 120 or not (find_date(text) or two_days(text)):
        return False
    bare = _in_digits(text)
    for pattern in [*_DATES, _EITHER]:
        bare = pattern.sub("", bare)
    return len(_BETWEEN_DAYS.sub("", _DAY_OR_MONTH.sub("", bare))) <= 2
