"""Times that are told from today, in running text: last week, two months ago, im letzten Jahr, 去年五月.

A week, month or year without a number is one only where a question ends: This Week in Rust is a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from bot.core.search.days import Span, month_of, months_of, numbered, part_of
from bot.core.search.patterns import any_of
from bot.core.search.weekdays import WEEKDAYS, WEEKENDS, in_week_of, latest_of

Told = tuple[str, str, Span]  # as it is written, the word that says how it bounds, its days

# As plain text has them: without accents, and Chinese simplified.
_ONE = {
    "day": "day tag jour dia giorno dag",
    "week": "week woche semaine semana settimana",
    "month": "month monat monats mois mes mese maand",
    "quarter": "quarter quartal quartals trimestre kwartaal",
    "year": "year jahr jahres an annee ano anno jaar",
}
_MANY = {
    "day": "days tage tagen jours dias giorni dagen",
    "week": "weeks wochen semaines semanas settimane weken",
    "month": "months monate monaten meses mesi maanden",
    "quarter": "quarters quartale quartalen trimestres trimestri kwartalen",
    "year": "years jahre jahren ans annees anos anni jaren",
}
_UNIT_OF = {name: unit for units in (_ONE, _MANY) for unit, names in units.items() for name in names.split()}
_NUMBERS = """
a an one ein eine einem einer un une una uno um uma een
two zwei deux dos dois duas due twee
three drei trois tres tre drie
four vier quatre cuatro quatro quattro
five funf cinq cinco cinque vijf
six sechs seis sei zes
seven sieben sept siete sete sette
eight acht huit ocho oito otto
nine neun neuf nueve nove
ten zehn dix diez dez dieci tien
eleven elf onze once undici
twelve zwolf douze doce doze dodici
"""
_NUMBER_OF = {name: n for n, names in enumerate(_NUMBERS.split("\n")) for name in names.split()}
_THIS = "this diese dieser dieses diesen diesem ce cette este esta questo questa dit deze neste nesta"
_LAST = """
last past previous letzte letzter letztes letzten letztem vorige voriger voriges vorigen vorig vergangene
vergangener vergangenes vergangenen vergangenem afgelopen ultimo ultima
"""
_BEHIND = "dernier derniere passe passee pasado pasada passado passada scorso scorsa passato passata"
_OF_MANY = f"{_LAST} derniers dernieres ultimos ultimas ultimi ultime laatste"
_YESTERDAY = "yesterday gestern gisteren ayer ontem ieri"
_DAY_BEFORE = (
    *("day before yesterday", "vorgestern", "eergisteren", "avant-hier", "anteayer", "antes de ayer"),
    *("anteontem", "antes de ontem", "l'altro ieri", "altro ieri", "ieri l'altro"),
)
_BEFORE_AGO = ("vor", "hace", "ha", "il y a")
_AGO = ("ago", "fa", "geleden", "atras")
_SINCE = ("since", "seit", "depuis", "desde hace", "sinds")
# What has days of its own: last week's news, but last year's results.
_TOLD = "news stories articles headlines announcements updates digest roundup issue"
_OPENINGS = """
earlier later in of from over during im von vom en em no na nos nas du de del della nel nella degli negli da
"""
_ARTICLES = "the den dem der des die le la les el los las il lo gli o a os as"


_NUMBER = rf"(?:\d{{1,3}}|{any_of(_NUMBER_OF)})"
_LONG = any_of(" ".join(names for unit, names in _ONE.items() if unit != "day"))
_OPENED = rf"(?:{any_of(_OPENINGS)} )?(?:{any_of(_ARTICLES)} |(?:de |d|del)?l')?"
_BESIDE = r"{last} {unit}|{this} {unit}|{unit} {behind}"
IS_THIS, IS_LAST, IS_LAST_BEHIND = any_of(_THIS), any_of(_LAST), any_of(_BEHIND)
_SHAPE = {"this": IS_THIS, "last": IS_LAST, "behind": IS_LAST_BEHIND}


def _beside(unit: str) -> str:
    return rf"(?:do )?{_OPENED}(?:{_BESIDE.format(unit=any_of(_ONE[unit]), **_SHAPE)})"


A_WEEK, A_MONTH, A_YEAR = map(_beside, ("week", "month", "year"))  # en mayo del ano pasado
THE_YEAR = rf"(?:(?:the|des|du|del|do|het) |(?:de |d|del)?l'){any_of(_ONE['year'])}"  # Ende des Jahres
_AT_THE_END = re.compile(
    rf"(?:(?<=\s)|^){_OPENED}(?:(?P<same>(?:this|same) time (?:last|the previous) year)"
    rf"|(?P<day>(?-i:{any_of((*_DAY_BEFORE, *_YESTERDAY.split()))}))"
    rf"|(?P<one>{_BESIDE.format(unit=_LONG, **_SHAPE)}))"
    rf"(?:(?=[?.!]*$)|'s(?= (?:\w+ ){{0,2}}{any_of(_TOLD)}\b))",
    re.IGNORECASE,
)
_SAYS_THIS = frozenset(_THIS.split())
_LAST_WORDS = frozenset(
    (*_UNIT_OF, *_YESTERDAY.split(), *(words.split()[-1] for words in _DAY_BEFORE), *_BEHIND.split())
)
_COUNTED = f"(?P<number>{_NUMBER}) (?P<unit>{any_of(_UNIT_OF)})"
_IN_NUMBERS = tuple(
    re.compile(rf"(?<![\w-])(?<!\d[.,]){form}(?![\w-])", re.IGNORECASE)
    for form in (
        rf"{any_of(_SINCE)} {_COUNTED}(?: {any_of(_AGO)})?",
        rf"{_COUNTED} (?P<ago>{any_of(_AGO)})",
        rf"(?P<ago>{any_of(_BEFORE_AGO)}) {_COUNTED}",
        rf"{_OPENED}{any_of(_OF_MANY)} {_COUNTED}",
        # "Fedora 33 last month" counts no months.
        rf"{_OPENED}(?P<number>{_NUMBER}) {any_of(_OF_MANY)} (?P<unit>{any_of(' '.join(_MANY.values()))})",
    )
)
# The first word of each that makes a number of days a time.
_CUES = frozenset(cue.split()[0] for cue in (*_OF_MANY.split(), *_AGO, *_BEFORE_AGO, *_SINCE))
_DAYS = {"day": 1, "week": 7, "month": 30.44, "quarter": 91.31, "year": 365.25}
_ONES = ("", *"一二三四五六七八九")
_HANZI = {"两": 2} | {
    f"{ten}{one}": 10 * tens + ones
    for tens, ten in enumerate(("", "十", *(f"{ten}十" for ten in _ONES[2:])))
    for ones, one in enumerate(_ONES)
    if tens or ones
}
_HAN_UNIT = {
    "天": "day",
    "日": "day",
    "周": "week",
    "周间": "week",
    "星期": "week",
    "月": "month",
    "年": "year",
}
_YEARS_AGO = {"今年": 0, "去年": 1, "昨年": 1, "前年": 2}
_LAST_HAN, _THIS_HAN = ("上", "上个", "先"), ("本", "这", "这个", "今")
_WEEK_HAN = ("周", "星期", "礼拜")
_HAN_UNITS = (*((week, "week") for week in _WEEK_HAN), ("月", "month"), ("季度", "quarter"))
_DAYS_AGO = {"昨天": 1, "昨日": 1, "一昨日": 2, "おととい": 2}  # 前天 may be of 目前天猫
_SPANS_AGO = {word: (number, "day") for word, number in _DAYS_AGO.items()} | {
    which + name: (number, unit)
    for number, words in enumerate((_THIS_HAN, _LAST_HAN))
    for which in words
    for name, unit in _HAN_UNITS
}
_HOW = {
    "以来": "since",
    "以后": "since",
    "之后": "since",
    "から": "since",
    "之前": "before",
    "以前": "before",
    "起": "since",
    "后": "since",
    "前": "before",
}
_MAY_GO_ON = "[起后前]"  # 起诉 is to sue, 前端 a front end
_NTH = rf"(?:\d{{1,2}}|{any_of(_HANZI)})"
_DAY_SIGN = "(?:日|号(?![店线楼]))"  # 1号店 is a shop
_REACHES = re.compile(" ?[到至和与~-] ?")


_PARTS = {"初": 0, "上旬": 0, "中旬": 1, "底": 2, "末": 2, "下旬": 2}
_PART = rf"{any_of(_PARTS)}(?![级创步音心特盘层部日])"  # 初创 is a startup, 底特律 Detroit


def _rest_of_month(which: str) -> str:
    """Return what stands behind a month; *which* tells its groups from those of another one."""
    reaching = rf"(?:{_REACHES.pattern}(?P<to{which}>{_NTH}){_DAY_SIGN})?"
    return rf"(?:份|(?P<part{which}>{_PART})|(?P<day{which}>{_NTH}){_DAY_SIGN}{reaching})"


_MONTH = rf"(?P<month>{_NTH})月(?!天){_rest_of_month('')}?"  # 五月天 is a band
_MONTH_ALONE = rf"(?<!\d)(?P<month2>{_NTH})月{_rest_of_month('2')}"  # 五月 may be a name
_BEHIND_YEAR = rf"年?(?P<third>{_PART})|第?(?P<quarter>[{_ONES[1:5]}1-4])季度|(?P<half>[上下])半年"
_WEEKDAYS, _JAPANESE = "一二三四五六日", "月火水木金土日"
_COUNTS = "[家个名些起次部款位项共直天日月年周百千万亿十]"  # it is no weekday: 上周一家公司
# Nor is what a name begins with: 上周天猫, 上周三星, 本周四川.
_NAMES = "一[加汽]|二[手维]|三[星亚一峡国体]|四[川大]|五[粮菱]|六福|日[本元产立韩报]|天[猫津气]"
_WEEKDAY = rf"(?!{_NAMES})[{_WEEKDAYS}天](?!{_COUNTS})"
_NO_MORE = rf"(?<![\d.,{''.join(_ONES)}十百千万])"  # of a number: 1000年前
_WHICH_WEEKDAY = rf"(?<![每逢色上下两\d{''.join(_ONES)}]){any_of(_WEEK_HAN)}(?P<weekday2>{_WEEKDAY})"
_CHINESE = re.compile(
    rf"(?:(?:{_NO_MORE}(?P<number>\d{{1,3}}|{any_of(_HANZI)}) ?[个か]?(?P<unit>{any_of(_HAN_UNIT)})前"
    rf"|(?P<year>(?:19|20)\d\d)年(?!代)|(?P<ago>{any_of(_YEARS_AGO)}))(?:[的の]?(?:{_MONTH}|{_BEHIND_YEAR}))?"
    rf"|(?P<span>{any_of(_SPANS_AGO)})(?:(?<=[周期拜])(?:(?P<weekday>{_WEEKDAY})|(?P<weekend>末)"
    rf"|の?(?P<japanese>[{_JAPANESE}])曜日?)|(?<=月)(?P<part3>{_PART}))?"
    rf"|{_WHICH_WEEKDAY}|(?<![每毎])(?P<japanese2>[{_JAPANESE}])曜日?(?!大工)"
    rf"|{_MONTH_ALONE})(?P<how>(?!{_MAY_GO_ON}[^\W的有]){any_of(_HOW)})?[的の]?"
)


def told_from_today(text: str, today: date) -> Iterator[Told]:
    """Yield what a text says of days without naming them, and in Chinese what it names."""
    if not text.isascii():
        yield from _in_chinese(text, today)
    # Most say nothing of it, and to look for it takes ten times as long.
    if _CUES.isdisjoint(text.lower().replace(",", " ").rstrip("?.!").split()):
        return
    for match in filter(None, (form.search(text) for form in _IN_NUMBERS)):
        if span := _counted(match, today):
            yield match[0], "", span
            return


def at_the_end(text: str, today: date) -> Told | None:
    """Return what a text ends with, if that is "last week" or the like, and the word before it."""
    last = text.rstrip("?.!").lower().rpartition(" ")[-1]
    if last not in _LAST_WORDS and "'s " not in text:
        return None
    if not (match := _AT_THE_END.search(text)):
        return None
    before = (text[: match.start()].split() or [""])[-1]
    span = _once(match, today)
    return (match[0], before, span) if span else None


def year_of(words: str, today: date) -> int:
    """Return which year is meant by a number, or by "last year"."""
    return int(words) if words.isdigit() else today.year - (not _says_this(words))


def _once(match: re.Match[str], today: date) -> Span | None:
    if match["same"]:
        return month_of(today.year - 1, today.month)
    if match["day"]:
        return _before(today, 2 if match["day"] in _DAY_BEFORE else 1, "day")
    words = match["one"].lower().split()
    return this_or_last(match["one"], next(_UNIT_OF[word] for word in words if word in _UNIT_OF), today)


def this_or_last(words: str, unit: str, today: date) -> Span | None:
    """Return this week, month, quarter or year, or the last one, whichever these words say."""
    return _before(today, 0 if _says_this(words) else 1, unit)


def _says_this(words: str) -> bool:
    return not _SAYS_THIS.isdisjoint(words.lower().split())


def _counted(match: re.Match[str], today: date) -> Span | None:
    """Return the day, week, month or year so long ago; or all days since then."""
    said, unit = match["number"].lower(), _UNIT_OF[match["unit"].lower()]
    number = _NUMBER_OF.get(said) or int(said)
    if match.groupdict().get("ago"):
        return _before(today, number, unit)
    return today - timedelta(days=round(number * _DAYS[unit])), today


def _before(today: date, number: int, unit: str) -> Span | None:
    """Return the day, week, month or year that was so many of them ago."""
    if unit in ("day", "week"):
        day = today - timedelta(days=number if unit == "day" else 7 * number + today.weekday())
        return day, day + timedelta(days=0 if unit == "day" else 6)
    if unit == "year":
        return numbered(today.year - number)
    length = 3 if unit == "quarter" else 1
    year, nth = divmod((12 * today.year + today.month - 1) // length - number, 12 // length)
    return months_of(year, nth + 1, length)


def _in_chinese(text: str, today: date) -> Iterator[Told]:
    """Yield dates in Chinese and in what Japanese writes alike."""
    found = [(match, span) for match in _CHINESE.finditer(text) if (span := _named_in_chinese(match, today))]
    n = 0
    while n < len(found):
        match, span = found[n]
        if n + 1 < len(found) and (both := _reaching(match, span, *found[n + 1])):
            n += 1
            yield text[match.start() : found[n][0].end()], "", both
        else:
            yield match[0], _HOW.get(match["how"], ""), span
        n += 1


def _reaching(first: re.Match[str], begin: Span, last: re.Match[str], end: Span) -> Span | None:
    """Return the days from one to another, if that is what stands there: 5月1日到6月1日."""
    if first["how"] or last["how"] or not _REACHES.fullmatch(first.string, first.end(), last.start()):
        return None
    if last["month2"]:  # of the same year, or the next
        years = (_day_of(begin[0].year + n, last, "2") for n in (0, 1))
        end = next((span for span in years if span and span[0] >= begin[0]), end)
    return min(begin[0], end[0]), max(begin[1], end[1])


def _named_in_chinese(match: re.Match[str], today: date) -> Span | None:
    if match["month2"]:
        span = _day_of(today.year, match, "2")
        return span if span and span[0] <= today else _day_of(today.year - 1, match, "2")
    if match["weekday2"] or match["japanese2"]:
        return latest_of(_weekday(match, "2"), today)
    if said := match["span"]:
        span = _before(today, *_SPANS_AGO[said])
        return span and _part_of(span, match)
    if unit := match["unit"]:
        span = _before(today, _in_digits(match["number"]), _HAN_UNIT[unit])
    else:
        span = numbered(int(match["year"] or today.year - _YEARS_AGO[match["ago"]]))
    return span and _of_year(span, match)


def _of_year(span: Span, match: re.Match[str]) -> Span | None:
    """Return the month, or the part, that is written behind a year."""
    year = span[0].year
    if match["month"]:
        return _day_of(year, match)
    if third := match["third"]:
        return months_of(year, _PARTS[third] + 1, 4)
    if quarter := match["quarter"]:
        return months_of(year, _in_digits(quarter), 3)
    return months_of(year, "上下".index(match["half"]) + 1, 6) if match["half"] else span


def _part_of(span: Span, match: re.Match[str]) -> Span:
    """Return the weekday, or the part, that is written behind a week or a month."""
    if part := match["part3"]:
        return part_of(span, _PARTS[part])
    name = WEEKENDS[0] if match["weekend"] else _weekday(match)
    return in_week_of(name, span[0]) if name else span


def _day_of(year: int, match: re.Match[str], which: str = "") -> Span | None:
    """Return the month that is written there in some year, or its part, its day, or its days."""
    month, part, *both = (match[f"{name}{which}"] for name in ("month", "part", "day", "to"))
    days = [numbered(year, _in_digits(month), _in_digits(day)) for day in both if day]
    if not days:
        span = numbered(year, _in_digits(month))
        return part_of(span, _PARTS[part]) if span and part else span
    return (days[0][0], days[-1][1]) if days[0] and days[-1] else None


def _weekday(match: re.Match[str], which: str = "") -> str:
    """Return the name of a weekday that is written in Chinese or Japanese; "" for none."""
    chinese, japanese = match[f"weekday{which}"], match[f"japanese{which}"]
    if japanese:
        return WEEKDAYS[_JAPANESE.index(japanese)]
    return WEEKDAYS[_WEEKDAYS.find(chinese)] if chinese else ""  # 天, not found, is the last as 日 is


def _in_digits(number: str) -> int:
    return _HANZI.get(number) or int(number)
