"""Dates in running text: 1 May 2020, 1.5.2020, in april, Q2 2020, the first week of May, between … and ….

A month alone may be a name or a verb (May, march), a weekday a part of a name (Black Friday), a number alone
anything: those are dates only after a word that says so. Without a year it is the latest such day that is not
in the future. Months are known in the languages our readers write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.search.ago import (
    A_MONTH,
    A_WEEK,
    A_YEAR,
    IS_LAST,
    IS_LAST_BEHIND,
    IS_THIS,
    THE_YEAR,
    at_the_end,
    this_or_last,
    told_from_today,
    year_of,
)
from bot.core.search.days import (
    ALSO_WORDS,
    MONTH_OF,
    Span,
    days,
    month_of,
    months_of,
    numbered,
    part_of,
    season_of,
)
from bot.core.search.patterns import any_of
from bot.core.search.weekdays import (
    SHORT_WEEKDAYS,
    WEEKDAY_OF,
    WEEKENDS,
    in_week_of,
    latest_of,
    of_month,
)

_SINCE = frozenset({"since", "seit", "ab", "depuis", "desde", "dal", "sinds"})
_AFTER = frozenset({"after", "nach", "apres", "despues", "dopo"})
_BEFORE = frozenset({"before", "vor", "avant", "antes", "prima", "voor"})
_UNTIL = frozenset({"until", "till", "til", "by", "through", "bis", "hasta", "ate", "tot"})
_FROM = frozenset({"from", "between", "zwischen", "von", "vom", "entre", "tra", "tussen"})
_IN = frozenset({"in", "during", "im", "en", "em", "de", "du", "di", "van"})
_FRENCH = frozenset({"en", "de", "du", "depuis", "avant", "apres", "entre"})  # mars is no planet behind these
_OPENS = _SINCE | _AFTER | _BEFORE | _UNTIL | _FROM | _IN  # after these even a month or a year is a date
_BOUNDS = _SINCE | _AFTER | _BEFORE | _UNTIL
_ON = frozenset({"on", "am", "le", "el"})
# "Na vrijdag" is after that, "no friday" none, and who is "at Monday" works there.
_ON_WEEKDAYS = "over|at(?= (?:the )?week)|op|no(?= (?:ultimo )?(?:sabado|domingo|fim))|na(?= [a-z]+-feira)"
# What makes it another time than the one at a question's end: neither that week nor that month is meant.
_OTHERWISE = frozenset({"and", "between", "except", "not", "or", "than", "to", "without"})
_ARTICLES = r"(?:the|den|dem|le|el|il|lo|o|het) "
_ORDINALS = """
last letzte letzten derniere ultima laatste
first 1st 1. erste erstes ersten premier premiere primer primera primeiro primeira primo prima eerste
second 2nd 2. zweite zweites zweiten deuxieme segundo segunda secondo seconda tweede
third 3rd 3. dritte drittes dritten troisieme tercer tercera terceiro terceira terzo terza derde
fourth 4th 4. vierte viertes vierten quatrieme cuarto cuarta quarto quarta vierde
"""
_ORDINAL_OF = {name: n for n, names in enumerate(_ORDINALS.strip().split("\n")) for name in names.split()}
_UNITS = {  # in months
    **dict.fromkeys(("quarter", "quartal", "trimestre", "kwartaal"), 3),
    **dict.fromkeys(("half", "halfte", "halbjahr", "semestre", "helft"), 6),
}
_WEEK = "(?:week|woche|semaine|semana|settimana)"
_NUMBERED_WEEK = rf"{_WEEK}|(?:calendar )?week|(?:kalender)?woche|kw|wk"
_IS_CALENDAR = re.compile("k|cal", re.IGNORECASE)  # who says so numbers them: week 56 may be a name
# Not fine, half, begin, debut and meta: in English they are other words.
_PARTS = {
    **dict.fromkeys(
        ("early", "beginning", "start", "anfang", "au debut", "principios", "inicio", "inizio"), 0
    ),
    **dict.fromkeys(("mid", "middle", "mitte", "mediados", "meados"), 1),
    **dict.fromkeys(("late", "end", "ende", "fin", "finales", "alla fine", "eind"), 2),
}
# Not estate, as most of them are real. The first month of each; they are those of the north.
_SEASONS = {
    3: "spring fruhling fruhjahr printemps primavera lente voorjaar",
    6: "summer sommer ete verano verao zomer",
    9: "autumn fall herbst automne otono autunno outono herfst najaar",
    12: "winter hiver invierno inverno",
}
_SEASON_OF = {name: month for month, names in _SEASONS.items() for name in names.split()}
_ALSO_ENDS = frozenset({"end", "beginning", "start", "middle"})  # a front end 2020
_DAYS_OF_WEEKS_PARTS = ((0, 2), (1, 3), (3, 6))


_MONTH = rf"{any_of(MONTH_OF)}\b\.?"
_YEAR = r"(?:19|20)\d{2}"
_ANY_YEAR = rf"(?:{_YEAR}|{A_YEAR})"
_NTH = r"\d{1,2}(?:st|nd|rd|th|er)?(?!\d)"
_TO = r" ?(?:-|to|and|until|bis|und|a|al|et) ?"
_OF = r"(?: of| in| im| de| du| di| do| van)?"
_ORDINAL = any_of(map(re.escape, _ORDINAL_OF))


def _of_year(which: int) -> str:
    """Return what may stand behind a month; *which* tells its group from others."""
    return rf"(?:,?{_OF} (?P<y{which}>{_ANY_YEAR}))?"


_WEEKDAY = any_of(WEEKDAY_OF)
_DAY_OFF = any_of((*WEEKDAY_OF, *WEEKENDS))
_ON_ONE = rf"(?:{_WEEKDAY},? (?:{_ARTICLES})?)?"  # Friday, 1 May
_DATE = re.compile(
    rf"(?<![\w-])(?:(?P<whole>{_WEEK}) (?=(?:of|vom|du|del|da) ))?"
    rf"(?:(?P<how>{any_of(_OPENS | _ON | {'of'})}) (?:{_ARTICLES})?)?(?:"
    rf"{_ON_ONE}(?P<iso>\d{{4}}-\d{{1,2}}(?:-\d{{1,2}})?|\d{{1,2}}(?P<sign>[./-])\d{{1,2}}(?P=sign){_YEAR}"
    rf"|{_YEAR}/\d{{1,2}}/\d{{1,2}}|\d{{1,2}}/{_YEAR})"
    rf"|{_ON_ONE}(?P<d1>{_NTH})(?:{_TO}(?P<to1>{_NTH}))?\.?{_OF} (?P<m1>{_MONTH}){_of_year(1)}"
    rf"|{_ON_ONE}(?P<m2>{_MONTH}) (?:the )?(?P<d2>{_NTH})(?:{_TO}(?P<to2>{_NTH}))?(?:,? (?P<y2>{_ANY_YEAR}))?"
    rf"|(?P<week>{_ORDINAL}) (?:{_WEEK}|(?P<on1>{_DAY_OFF})){_OF} (?P<m3>{_MONTH}){_of_year(3)}"
    rf"|(?P<part>{any_of(_PARTS)})(?:{_OF} |-)(?P<m4>{_MONTH}){_of_year(4)}"
    rf"|(?P<on2>{_DAY_OFF}),?{_OF} (?P<inweek2>{A_WEEK})"
    rf"|(?P<inweek3>{A_WEEK}),?(?: on| am)? (?P<on3>{_DAY_OFF})"
    rf"|(?P<on4>{any_of((*WEEKDAY_OF, *WEEKENDS, *SHORT_WEEKDAYS))}) (?P<last3>{IS_LAST_BEHIND})"
    rf"|(?:(?P<how2>{_ON_WEEKDAYS}) (?:{_ARTICLES})?)?"
    rf"(?:(?P<last4>{IS_LAST}|{IS_LAST_BEHIND}) |(?P<this>{IS_THIS}) )?(?P<on5>{_DAY_OFF})"
    rf"|(?P<part2>{any_of(_PARTS)})(?:{_OF} |-)(?:(?P<y10>{_ANY_YEAR})|{THE_YEAR})"
    rf"|(?P<part3>{any_of(_PARTS)}){_OF} (?:(?P<inweek1>{A_WEEK})|(?P<inmonth>{A_MONTH}))"
    rf"|(?P<season1>{any_of(_SEASON_OF)}),?{_OF} (?P<y11>{_ANY_YEAR})"
    rf"|(?:(?P<last5>{IS_LAST}) |(?P<this2>{IS_THIS}) )(?P<season2>{any_of(_SEASON_OF)})"
    rf"|(?P<q1>q[1-4]|h[12])(?:,?{_OF} |/)(?P<y5>{_ANY_YEAR})|(?P<y6>{_YEAR})(?:[ /-])(?P<q2>q[1-4]|h[12])"
    rf"|(?P<nth>{_ORDINAL}) (?P<unit>{any_of(_UNITS)}){_OF} (?P<y7>{_ANY_YEAR})"
    rf"|(?P<weeks>{_NUMBERED_WEEK}) (?P<wk1>[1-5]?\d)(?:,?{_OF} (?P<y12>{_ANY_YEAR}))?"
    rf"|(?P<y13>{_YEAR})-?w(?P<wk2>[0-5]\d)"
    rf"|(?P<q3>q[1-4])"
    rf"|(?P<last>{IS_LAST}) (?P<m5>{_MONTH})|(?P<m6>{_MONTH}) (?P<last2>{IS_LAST_BEHIND})\b"
    rf"|(?P<y>{A_YEAR}) (?:in|im|en|em) (?P<m8>{_MONTH})"
    rf"|(?P<m7>{_MONTH}),?(?:{_OF} (?P<y8>{_ANY_YEAR}))?"
    rf"|(?P<y9>{_YEAR})"
    r")(?:'s)?(?![\w-]|[.,]\d|\.\w)",
    re.IGNORECASE,
)
_KINDS = {name: name.rstrip("0123456789") for name in _DATE.groupindex}
_LETTERS = re.compile(r"[^\W\d_]+")
# A date without any word of theirs has a year, or no blank before or behind a number: Q3, 1/5/20, 5月1日.
_NUMBERED = re.compile(rf"\d{{4}}|[qh]\d|\d(?:[./-]\d|[^\W\d_])|(?:{_NUMBERED_WEEK}) \d", re.IGNORECASE)
_HINTS = frozenset(MONTH_OF) | _UNITS.keys() | _PARTS.keys() | WEEKDAY_OF.keys() | SHORT_WEEKDAYS.keys()
_HINTS |= _SEASON_OF.keys()
_HINTS |= {word for words in (*WEEKENDS, *_PARTS) for word in words.split()}
_LINK = re.compile(r" (?:and|und|et|y|e|a|al|en)(?: the)? ", re.IGNORECASE)
_TIE = re.compile(r"^,? (?:(?:in|of|de|im) )?", re.IGNORECASE)
_RANGE = re.compile(r" ?(?:to|until|till|through|-|bis) ?(?:the )?", re.IGNORECASE)
_Written = tuple[str, Span]


@dataclass(frozen=True, slots=True)
class _Date:
    """One date in a text, which may be a half of two."""

    match: re.Match[str]
    parts: Mapping[str, str]  # by their kind, whichever way it was written

    @classmethod
    def of(cls, match: re.Match[str]) -> _Date:
        """Return what was found. Its parts are asked for a dozen times, and a question may have 800 dates."""
        found = reversed(match.groupdict().items())  # the first that is there counts
        return cls(match, {_KINDS[name]: text.lower() for name, text in found if text})

    def __getitem__(self, kind: str) -> str:
        """Return a part by its kind; "" if it is not there."""
        return self.parts.get(kind, "")

    @property
    def is_sure(self) -> bool:
        """Tell whether it is a date even alone."""
        how, month = self["how"], self["m"].rstrip(".")
        if self["season"] or self["wk"]:  # the last Spring release is none
            return bool(self["y"]) or (self._is_at_the_end if self["season"] else self._is_calendar_week)
        if self["iso"] or (self["y"] and (month or self["q"] or self["nth"])):
            return True
        if self._is_weekday:
            # Black Friday is none, nor is a logo by Monday, or a word in the Sunday Times.
            says_which = bool(self["last"] or self["this"] or self["inweek"])
            is_none = how in ("", "by", "of", "through") or (how == "in" and self["on"] in WEEKDAY_OF)
            return says_which or not is_none
        if not month:  # "neutral by 2030" is no date of a story
            return how in _OPENS - _UNTIL or (self._is_part and how not in _UNTIL)
        if not (self["week"] or self["part"] or self["d"]):
            is_planet = month == "mars" and (how not in _FRENCH or "Mars" in self.match[0])
            return (how in _OPENS and how != "by" and not is_planet) or self._is_last(month)
        is_written_so = self.match["m2"] or not self["d"].isdigit() or self.match["m1"][0].isupper()
        return bool(month not in ALSO_WORDS or how or is_written_so)

    @property
    def says_year(self) -> bool:
        return bool(self["iso"] or self["y"] or self["inweek"] or self["inmonth"])

    @property
    def is_bare(self) -> bool:
        """Tell whether it is a month, a weekday or a quarter that nothing opens, and no other word: april."""
        month = self.match["m7"] or ""
        is_alone = bool(month or self.match["on5"] or self.match["q3"])
        return is_alone and not self["how"] and month.lower() not in ALSO_WORDS

    @property
    def _is_weekday(self) -> bool:
        return bool(self["on"]) and not self["week"]

    @property
    def _is_calendar_week(self) -> bool:
        """Tell whether it is KW 23, in week 23, or all that is asked: one among words may be a name."""
        is_all = self.match[0] == self.match.string.strip(" ?.!")
        return is_all or self["how"] in _OPENS or bool(_IS_CALENDAR.match(self["weeks"]))

    @property
    def _is_part(self) -> bool:
        """Tell whether it is early 2020 or the end of 2020: a front end 2020 is none."""
        return bool(self["part"]) and (self["part"] not in _ALSO_ENDS or " of " in self.match[0])

    @property
    def _is_at_the_end(self) -> bool:
        return self.match.end() == len(self.match.string.rstrip("?.!"))

    def _is_last(self, month: str) -> bool:
        """Tell whether it is last May, or mayo pasado: the last march of robots or Mars rover is none."""
        match = self.match
        is_capital = bool(match["m5"]) and match["m5"][0].isupper()
        is_month = month != "mars" and (month not in ALSO_WORDS or is_capital or self._is_at_the_end)
        return bool(match["m6"] or (match["m5"] and is_month))

    def span(self, today: date, year: int | None = None) -> Span | None:
        """Return its days; without a year in *year*, or the latest that are not in the future."""
        if iso := self["iso"]:
            return days(iso, today)
        if said := self["y"]:
            return self._in(year_of(said, today))
        if self["inweek"] or self["inmonth"]:
            return self._within(today)
        if self._is_weekday:
            day = latest_of(self["on"], today)
            is_to_come = self["last"] and day[1] >= today
            return latest_of(self["on"], day[0] - timedelta(days=1)) if is_to_come else day
        if year:
            return self._in(year)
        span = self._in(today.year)
        is_over = span and (span[1] < today if self["last"] else span[0] <= today)
        return span if is_over else self._in(today.year - 1)

    def _within(self, today: date) -> Span | None:
        """Return what is told of a week or a month: early last month, friday last week."""
        if said := self["inmonth"]:
            month = this_or_last(said, "month", today)
            return month and self._in_month(month[0].year, month[0].month)
        week = this_or_last(self["inweek"], "week", today)
        if week is None or self["on"]:
            return week and in_week_of(self["on"], week[0])
        first, last = _DAYS_OF_WEEKS_PARTS[_PARTS[self["part"]]]
        return week[0] + timedelta(days=first), week[0] + timedelta(days=last)

    def nearest(self, near: Span | None, today: date) -> Span | None:
        """Return its days; without a year those that are nearest to another time, if there is one."""
        if near is None or self.says_year:
            return self.span(today)
        if self._is_weekday:
            return self.span(min(near[1], today))
        last = min(near[1], today).year  # of what goes on for ever, the latest
        years = range(max(last - 1, date.min.year), last + 2)
        spans = [span for span in map(self._in, years) if span and span[0] <= today]
        return min(spans, key=lambda span: (_gap(span, near), -span[0].year), default=None)

    def begin(self, end: Span, today: date) -> Span | None:
        """Return its days where it reaches to others."""
        if self._is_weekday:
            return self.span(min(end[1], today))
        begin = self.span(today, end[0].year)
        return self.span(today, end[0].year - 1) if begin and begin[0] > end[1] else begin

    def _in(self, year: int) -> Span | None:
        if season := self["season"]:
            return season_of(year, _SEASON_OF[season])
        if week := self["wk"]:
            return _calendar_week(year, int(week))
        if quarter := self["q"]:
            return months_of(year, int(quarter[1]), 3 if quarter[0] == "q" else 6)
        if nth := self["nth"]:
            return months_of(year, _ORDINAL_OF[nth] or 12 // _UNITS[self["unit"]], _UNITS[self["unit"]])
        if self["part"] and not self["m"]:
            return months_of(year, _PARTS[self["part"]] + 1, 4)
        return self._in_month(year, MONTH_OF[self["m"].rstrip(".")]) if self["m"] else numbered(year)

    def _in_month(self, year: int, month: int) -> Span | None:
        if week := self["week"]:
            nth = _ORDINAL_OF[week]
            return of_month(self["on"], nth, month_of(year, month)) if self["on"] else _week(year, month, nth)
        if part := self["part"]:
            return part_of(month_of(year, month), _PARTS[part])
        if not self["d"]:
            return month_of(year, month)
        first_day = numbered(year, month, _number(self["d"]))
        last_day = numbered(year, month, _number(self["to"])) if self["to"] else first_day
        if first_day and self["whole"]:  # the week of May 4
            monday = first_day[0] - timedelta(days=first_day[0].weekday())
            return monday, monday + timedelta(days=6)
        return (first_day[0], last_day[1]) if first_day and last_day else None


def written_days(text: str, today: date) -> Iterator[_Written]:
    """Yield what stands of dates in running text, and from which day to which each goes."""
    told = list(_told_from_today(text, today))
    named = list(_in_numbers_or_months(text, today, told[0] if told else None))
    yield from ((written, span) for written, span, _ in named)
    for written, span in told:
        # Beside a month it only says of which year: in march two years ago. Where both cannot be, what is
        # named is meant: in the last two weeks of may 2019.
        meant = (other for _, other, says_year in named if not says_year or _gap(other, span))
        yield written, next(meant, span)
    # Beside another date it says which year or month is meant by that.
    if not named and not told and (at_end := at_the_end(text, today)):
        said, before, span = at_end
        if before.lower() in _BOUNDS:
            yield f"{before} {said}", _bounded(before.lower(), span)
        elif before.lower() not in _OTHERWISE:
            yield said, span


def _told_from_today(text: str, today: date) -> Iterator[_Written]:
    return ((said, _bounded(how, span)) for said, how, span in told_from_today(text, today))


def _in_numbers_or_months(text: str, today: date, told: _Written | None) -> Iterator[tuple[str, Span, bool]]:
    """Yield the dates that are named, each with whether it says its year; else it is nearest to *told*."""
    near = told and told[1]
    if not _NUMBERED.search(text) and _HINTS.isdisjoint(_LETTERS.findall(text.lower())):
        return
    found = [*map(_Date.of, _DATE.finditer(text))]
    n = 0
    while n < len(found):
        both = found[n : n + 2]
        if len(both) == 2 and (span := _between(both, today, near)):
            yield text[both[0].match.start() : both[1].match.end()], span, both[1].says_year
            n += 2
            continue
        one = found[n]
        span = one.nearest(near, today)
        if span and (one.is_sure or (told and one.is_bare and _is_part(one, span, told))):
            yield one.match[0], _bounded(one["how"], span), one.says_year
        n += 1


def _between(both: Sequence[_Date], today: date, near: Span | None) -> Span | None:
    """Return the days from one date to another, if that is what two neighbours say."""
    first, last = both
    tied = first.match.string[first.match.end() : last.match.start()]
    if how := last["how"]:
        tied = f"{tied}{how} "
    reaches = bool(tied.strip() in _UNTIL or _RANGE.fullmatch(tied))
    if not (reaches and first.is_sure) and not (first["how"] in _FROM and (reaches or _LINK.fullmatch(tied))):
        return None
    end = last.nearest(near, today)
    begin = end and first.begin(end, today)
    return (begin[0], end[1]) if begin and end and begin[0] <= end[1] else None


def _is_part(one: _Date, span: Span, told: _Written) -> bool:
    """Tell whether a month is that of the time it stands beside: april two years ago; Juli Zeh is none."""
    said, (first, last) = told
    before, after = one.match.string[: one.match.start()], one.match.string[one.match.end() :]
    if one.match["q3"] and before.strip(", ") not in ("", said):
        return False  # a Q2 may be a car
    is_beside = before.rstrip(", ").endswith(said) or _TIE.sub("", after, count=1).startswith(said)
    return is_beside and first <= span[0] and span[1] <= last


def _gap(one: Span, other: Span) -> timedelta:
    """Return how long it is from the one to the other; nothing, if they share a day."""
    return max(one[0] - other[1], other[0] - one[1], timedelta())


def _bounded(how: str, span: Span) -> Span:
    if how in _SINCE:
        return span[0], date.max
    if how in _AFTER:
        return span[1] + timedelta(days=1), date.max
    if how in _BEFORE:
        return date.min, span[0] - timedelta(days=1)
    return (date.min, span[1]) if how in _UNTIL else span


def _week(year: int, month: int, nth: int) -> Span:
    """Return a week of a month, counted from its first day; the 0th is its last."""
    first, last = month_of(year, month)
    if not nth:
        return last - timedelta(days=6), last
    return first + timedelta(days=7 * (nth - 1)), first + timedelta(days=7 * nth - 1)


def _calendar_week(year: int, number: int) -> Span | None:
    """Return a week of a year as ISO 8601 counts them, and as the codes of stories do."""
    try:
        monday = date.fromisocalendar(year, number, 1)
        return monday, monday + timedelta(days=6)
    except (ValueError, OverflowError):
        return None


def _number(nth: str) -> int:
    return int(re.sub(r"\D", "", nth))
