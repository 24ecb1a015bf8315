"""Dates in running text: 1 May 2020, 1.5.2020, in april, Q2 2020, the first week of May, between … and ….

A month alone may be a name or a verb (May, march), a number alone anything: those are dates only after a word
that says so. Without a year it is the latest such day that is not in the future. Months are known in the
languages our readers write.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.search.ago import A_YEAR, IS_LAST, IS_LAST_BEHIND, at_the_end, told_from_today, year_of
from bot.core.search.days import Span, days, month_of, numbered

# As plain text has them: without accents.
_MONTHS = """
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
_MONTH_OF = {name: n for n, names in enumerate(_MONTHS.split("\n")) for name in names.split()}
_ALSO_WORDS = frozenset({"may", "march", "mar", "mars", "august"})  # 5 may follow; on Mars
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
# What makes it another time than the one at a question's end: neither that week nor that month is meant.
_OTHERWISE = frozenset({"and", "between", "except", "not", "or", "than", "to", "without"})
_ARTICLES = r"(?:the|den|dem|le|el|il|o) "
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
# Not fine, half, begin, debut and meta: in English they are other words.
_PARTS = {
    **dict.fromkeys(("early", "beginning", "anfang", "principios", "inicio", "inizio"), 0),
    **dict.fromkeys(("mid", "mitte", "mediados", "meados"), 1),
    **dict.fromkeys(("late", "end", "ende", "fin", "finales", "eind"), 2),
}
_ALSO_ENDS = frozenset({"end", "beginning"})  # a front end 2020
_DAYS_OF_PARTS = ((1, 10), (11, 20), (21, 31))


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_MONTH = rf"(?:{_any_of(_MONTH_OF)})\b\.?"
_YEAR = r"(?:19|20)\d{2}"
_ANY_YEAR = rf"(?:{_YEAR}|{A_YEAR})"
_NTH = r"\d{1,2}(?:st|nd|rd|th|er)?(?!\d)"
_TO = r" ?(?:-|to|and|until|bis|und|a|al|et) ?"
_OF = r"(?: of| in| im| de| du| di| do| van)?"
_ORDINAL = _any_of(map(re.escape, _ORDINAL_OF))
_DATE = re.compile(
    rf"(?<![\w-])(?:(?P<how>{_any_of(_OPENS | _ON | {'of'})}) (?:{_ARTICLES})?)?(?:"
    rf"(?P<iso>\d{{4}}-\d{{1,2}}(?:-\d{{1,2}})?|\d{{1,2}}(?P<sign>[./-])\d{{1,2}}(?P=sign){_YEAR})"
    rf"|(?P<d1>{_NTH})(?:{_TO}(?P<to1>{_NTH}))?\.?{_OF} (?P<m1>{_MONTH})(?:,?{_OF} (?P<y1>{_ANY_YEAR}))?"
    rf"|(?P<m2>{_MONTH}) (?:the )?(?P<d2>{_NTH})(?:{_TO}(?P<to2>{_NTH}))?(?:,? (?P<y2>{_ANY_YEAR}))?"
    rf"|(?P<week>{_ORDINAL}) {_WEEK}{_OF} (?P<m3>{_MONTH})(?:,?{_OF} (?P<y3>{_ANY_YEAR}))?"
    rf"|(?P<part>{_any_of(_PARTS)})(?:{_OF} |-)(?P<m4>{_MONTH})(?:,?{_OF} (?P<y4>{_ANY_YEAR}))?"
    rf"|(?P<part2>{_any_of(_PARTS)})(?:{_OF} |-)(?P<y10>{_YEAR})"
    rf"|(?P<q1>q[1-4]|h[12])(?:,?{_OF} |/)(?P<y5>{_ANY_YEAR})|(?P<y6>{_YEAR})(?:[ /-])(?P<q2>q[1-4]|h[12])"
    rf"|(?P<nth>{_ORDINAL}) (?P<unit>{_any_of(_UNITS)}){_OF} (?P<y7>{_ANY_YEAR})"
    rf"|(?P<q3>q[1-4])"
    rf"|(?P<last>{IS_LAST}) (?P<m5>{_MONTH})|(?P<m6>{_MONTH}) (?P<last2>{IS_LAST_BEHIND})\b"
    rf"|(?P<y>{A_YEAR}) (?:in|im|en|em) (?P<m8>{_MONTH})"
    rf"|(?P<m7>{_MONTH}),?(?:{_OF} (?P<y8>{_ANY_YEAR}))?"
    rf"|(?P<y9>{_YEAR})"
    r")(?![\w-]|[.,]\d)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_HINTS = frozenset(_MONTH_OF) | _UNITS.keys()
_LINK = re.compile(r" (?:and|und|et|y|e|a|al|en)(?: the)? ", re.IGNORECASE)
_TIE = re.compile(r"^,? (?:(?:in|of|de|im) )?", re.IGNORECASE)
_RANGE = re.compile(r" ?(?:to|until|till|through|-|bis) ?(?:the )?", re.IGNORECASE)
_Written = tuple[str, Span]


@dataclass(frozen=True, slots=True)
class _Date:
    """One date in a text, which may be a half of two."""

    match: re.Match[str]

    def __getitem__(self, kind: str) -> str:
        """Return a part by its kind, whichever way it was written; "" if it is not there."""
        found = (text for name, text in self.match.groupdict().items() if name.rstrip("0123456789") == kind)
        return next((text.lower() for text in found if text), "")

    @property
    def is_sure(self) -> bool:
        """Tell whether it is a date even alone."""
        how, month = self["how"], self["m"].rstrip(".")
        if self["iso"] or (self["y"] and (month or self["q"] or self["nth"])):
            return True
        if not month:  # "neutral by 2030" is no date of a story
            return how in _OPENS - _UNTIL or (self._is_part and how not in _UNTIL)
        if self["week"] or self["part"]:
            return True
        if not self["d"]:
            is_planet = month == "mars" and (how not in _FRENCH or "Mars" in self.match[0])
            return (how in _OPENS and how != "by" and not is_planet) or self._is_last(month)
        is_written_so = self.match["m2"] or not self["d"].isdigit() or self.match["m1"][0].isupper()
        return bool(month not in _ALSO_WORDS or how or is_written_so)

    @property
    def says_year(self) -> bool:
        return bool(self["iso"] or self["y"])

    @property
    def is_month(self) -> bool:
        """Tell whether it is a month alone that nothing opens, and no other word: april."""
        month = self.match["m7"]
        return bool(month and not self["how"] and month.lower() not in _ALSO_WORDS)

    @property
    def _is_part(self) -> bool:
        """Tell whether it is early 2020 or the end of 2020: a front end 2020 is none."""
        return bool(self["part"]) and (self["part"] not in _ALSO_ENDS or " of " in self.match[0])

    def _is_last(self, month: str) -> bool:
        """Tell whether it is last May, or mayo pasado: the last march of robots or Mars rover is none."""
        match = self.match
        is_at_the_end = match.end() == len(match.string.rstrip("?.!"))
        is_capital = bool(match["m5"]) and match["m5"][0].isupper()
        is_month = month != "mars" and (month not in _ALSO_WORDS or is_capital or is_at_the_end)
        return bool(match["m6"] or (match["m5"] and is_month))

    def span(self, today: date, year: int | None = None) -> Span | None:
        """Return its days; without a year in *year*, or the latest that are not in the future."""
        if iso := self["iso"]:
            return days(iso, today)
        if said := self["y"]:
            return self._in(year_of(said, today))
        if year:
            return self._in(year)
        span = self._in(today.year)
        is_over = span and (span[1] < today if self["last"] else span[0] <= today)
        return span if is_over else self._in(today.year - 1)

    def nearest(self, near: Span | None, today: date) -> Span | None:
        """Return its days; without a year those that are nearest to another time, if there is one."""
        if near is None or self.says_year:
            return self.span(today)
        last = min(near[1], today).year  # of what goes on for ever, the latest
        years = range(max(last - 1, date.min.year), last + 2)
        spans = [span for span in map(self._in, years) if span and span[0] <= today]
        return min(spans, key=lambda span: (_gap(span, near), -span[0].year), default=None)

    def _in(self, year: int) -> Span | None:
        if quarter := self["q"]:
            return _months(year, int(quarter[1]), 3 if quarter[0] == "q" else 6)
        if nth := self["nth"]:
            return _months(year, _ORDINAL_OF[nth] or 12 // _UNITS[self["unit"]], _UNITS[self["unit"]])
        if self["part"] and not self["m"]:
            return _months(year, _PARTS[self["part"]] + 1, 4)
        return self._in_month(year, _MONTH_OF[self["m"].rstrip(".")]) if self["m"] else numbered(year)

    def _in_month(self, year: int, month: int) -> Span | None:
        if week := self["week"]:
            return _week(year, month, _ORDINAL_OF[week])
        if part := self["part"]:
            first, last = _DAYS_OF_PARTS[_PARTS[part]]
            whole = month_of(year, month)
            return whole[0].replace(day=first), whole[0].replace(day=min(last, whole[1].day))
        if not self["d"]:
            return month_of(year, month)
        first_day = numbered(year, month, _number(self["d"]))
        last_day = numbered(year, month, _number(self["to"])) if self["to"] else first_day
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
    if not _DIGIT.search(text) and _HINTS.isdisjoint(
        word.rstrip(",.?!") for word in text.lower().replace("-", " ").split()
    ):
        return
    found = [_Date(match) for match in _DATE.finditer(text)]
    n = 0
    while n < len(found):
        both = found[n : n + 2]
        if len(both) == 2 and (span := _between(both, today, near)):
            yield text[both[0].match.start() : both[1].match.end()], span, both[1].says_year
            n += 2
            continue
        one = found[n]
        span = one.nearest(near, today)
        if span and (one.is_sure or (told and one.is_month and _is_part(one, span, told))):
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
    begin = end and first.span(today, end[0].year)
    if begin and end and begin[0] > end[1]:
        begin = first.span(today, end[0].year - 1)
    return (begin[0], end[1]) if begin and end and begin[0] <= end[1] else None


def _is_part(month: _Date, span: Span, told: _Written) -> bool:
    """Tell whether a month is that of the time it stands beside: april two years ago; Juli Zeh is none."""
    said, (first, last) = told
    before, after = month.match.string[: month.match.start()], month.match.string[month.match.end() :]
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


def _months(year: int, nth: int, length: int) -> Span | None:
    if nth * length > 12:
        return None  # a third half
    return month_of(year, length * (nth - 1) + 1)[0], month_of(year, length * nth)[1]


def _week(year: int, month: int, nth: int) -> Span:
    """Return a week of a month, counted from its first day; the 0th is its last."""
    first, last = month_of(year, month)
    if not nth:
        return last - timedelta(days=6), last
    return first + timedelta(days=7 * (nth - 1)), first + timedelta(days=7 * nth - 1)


def _number(nth: str) -> int:
    return int(re.sub(r"\D", "", nth))
