"""Dates where dates stand in a question, and nothing else for one."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.search import when
from bot.core.search.days import Span
from bot.core.search.folding import plain
from bot.core.search.when import written_days

TODAY = date(2020, 6, 20)


def spans(text: str, today: date = TODAY) -> list[tuple[str, str, str]]:
    return [
        (
            written,
            "…" if first == date.min else first.isoformat(),
            "…" if last == date.max else last.isoformat(),
        )
        for written, (first, last) in written_days(plain(text), today)
    ]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1 May 2020", "2020-05-01", "2020-05-01"),
        ("May 1, 2020", "2020-05-01", "2020-05-01"),
        ("1.5.2020", "2020-05-01", "2020-05-01"),
        ("01.05.2020", "2020-05-01", "2020-05-01"),
        ("am 13.5.2020", "2020-05-13", "2020-05-13"),
        ("13/5/2020", "2020-05-13", "2020-05-13"),
        ("5/13/2020", "2020-05-13", "2020-05-13"),
        ("05-05-2020", "2020-05-05", "2020-05-05"),
        ("between 1.5.2020 and 4.5.2020", "2020-05-01", "2020-05-04"),
        ("May 5", "2020-05-05", "2020-05-05"),
        ("may 5", "2020-05-05", "2020-05-05"),
        ("5 May", "2020-05-05", "2020-05-05"),
        ("June 20", "2020-06-20", "2020-06-20"),
        ("June 21", "2019-06-21", "2019-06-21"),
        ("December 24th", "2019-12-24", "2019-12-24"),
        ("on the 5th of May", "2020-05-05", "2020-05-05"),
        ("on 29 February", "2020-02-29", "2020-02-29"),
        ("1-5 May 2020", "2020-05-01", "2020-05-05"),
        ("May 1 to 5, 2019", "2019-05-01", "2019-05-05"),
        ("in april", "2020-04-01", "2020-04-30"),
        ("in august", "2019-08-01", "2019-08-31"),
        ("April 2020", "2020-04-01", "2020-04-30"),
        ("Apr. 2020", "2020-04-01", "2020-04-30"),
        ("Sept 2019", "2019-09-01", "2019-09-30"),
        ("2020-04", "2020-04-01", "2020-04-30"),
        ("in 2019", "2019-01-01", "2019-12-31"),
        ("Q2 2020", "2020-04-01", "2020-06-30"),
        ("2019 Q4", "2019-10-01", "2019-12-31"),
        ("q1/2020", "2020-01-01", "2020-03-31"),
        ("in Q2", "2020-04-01", "2020-06-30"),
        ("in Q4", "2019-10-01", "2019-12-31"),
        ("H1 2019", "2019-01-01", "2019-06-30"),
        ("the second quarter of 2020", "2020-04-01", "2020-06-30"),
        ("in the first half of 2019", "2019-01-01", "2019-06-30"),
        ("first week of May 2020", "2020-05-01", "2020-05-07"),
        ("last week of February 2020", "2020-02-23", "2020-02-29"),
        ("early May", "2020-05-01", "2020-05-10"),
        ("mid-May 2020", "2020-05-11", "2020-05-20"),
        ("end of February 2019", "2019-02-21", "2019-02-28"),
        ("since April", "2020-04-01", "…"),
        ("since 2019", "2019-01-01", "…"),
        ("after 5 May 2020", "2020-05-06", "…"),
        ("before May", "…", "2020-04-30"),
        ("until May 2020", "…", "2020-05-31"),
        ("by 5 May 2020", "…", "2020-05-05"),
        ("before 2020", "…", "2019-12-31"),
        ("early 2020", "2020-01-01", "2020-04-30"),
        ("mid-2019", "2019-05-01", "2019-08-31"),
        ("at the end of 2019", "2019-09-01", "2019-12-31"),
        ("mid-may", "2020-05-11", "2020-05-20"),
        ("Anfang Mai", "2020-05-01", "2020-05-10"),
        ("Ende März 2020", "2020-03-21", "2020-03-31"),
        ("fin mars 2020", "2020-03-21", "2020-03-31"),
        ("a finales de mayo", "2020-05-21", "2020-05-31"),
        ("início de março", "2020-03-01", "2020-03-10"),
        ("eind mei", "2020-05-21", "2020-05-31"),
        ("die erste Woche im Mai 2020", "2020-05-01", "2020-05-07"),
        ("la première semaine de mai 2020", "2020-05-01", "2020-05-07"),
        ("im ersten Quartal 2020", "2020-01-01", "2020-03-31"),
        ("1. Quartal 2020", "2020-01-01", "2020-03-31"),
        ("premier trimestre 2020", "2020-01-01", "2020-03-31"),
        ("last quarter of 2019", "2019-10-01", "2019-12-31"),
        ("segundo trimestre de 2019", "2019-04-01", "2019-06-30"),
        ("primo semestre 2019", "2019-01-01", "2019-06-30"),
        ("eerste kwartaal van 2020", "2020-01-01", "2020-03-31"),
        ("between April and June 2020", "2020-04-01", "2020-06-30"),
        ("between 2018 and 2019", "2018-01-01", "2019-12-31"),
        ("between May 1 and May 5", "2020-05-01", "2020-05-05"),
        ("from November to February", "2019-11-01", "2020-02-29"),
        ("from 1 May until 5 May 2020", "2020-05-01", "2020-05-05"),
        ("2020-04-01 to 2020-04-05", "2020-04-01", "2020-04-05"),
        ("April 2020 - May 2020", "2020-04-01", "2020-05-31"),
        ("5. Mai 2020", "2020-05-05", "2020-05-05"),
        ("im März", "2020-03-01", "2020-03-31"),
        ("seit Dezember 2019", "2019-12-01", "…"),
        ("zwischen April und Juni 2020", "2020-04-01", "2020-06-30"),
        ("le 5 août 2019", "2019-08-05", "2019-08-05"),
        ("en février", "2020-02-01", "2020-02-29"),
        ("5 de mayo de 2020", "2020-05-05", "2020-05-05"),
        ("desde enero de 2020", "2020-01-01", "…"),
        ("em março de 2020", "2020-03-01", "2020-03-31"),
        ("maggio 2020", "2020-05-01", "2020-05-31"),
        ("in juni 2019", "2019-06-01", "2019-06-30"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "Fliggy {}", "{} Fliggy", "what did Fliggy do {}?"])
def test_date_is_read_where_it_stands(text: str, first: str, last: str, around: str) -> None:
    [(_, found_first, found_last)] = spans(around.format(text))

    assert (found_first, found_last) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        *("May", "march of the robots", "Mai Thai", "6.18", "11.11", "2020", "1688", "5 may follow"),
        *("Swift 5.2", "version 2020.1", "Q2", "RMB10 billion", "24/7", "may 50", "on mars"),
        *(
            "third half of 2020",
            "neutral by the end of 2030",
            "a weekend 2020",
            "front end 2020",
            "high end 2000 chips",
            "Open End 2019",
            "a new beginning 2020",
            "the Meta 2020",
            "prima vista",
            "a debut may",
        ),
        *("neutral by 2030", "until 2030", "by march", "through 2020"),
        *("model 12", "web3 and web 2", "covid-19", "top 10", "May Day", "10 mar", "100 May"),
        *("February 30", "31 June 2020", "May’s plan"),
        *(
            "3/4/2020",
            "3-4-2020",
            "31.2.2020",
            "0.5.2020",
            "5.13.2020",
            "1.5.2020.3",
            "v1.5.2020",
            "h2o",
            "7 june-bugs",
            "in the gap between us and them",
            "decathlon",
            "5 marsupials",
        ),
    ],
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert spans(text) == []


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("last week", "2020-06-08", "2020-06-14"),
        ("in the last week", "2020-06-08", "2020-06-14"),
        ("this week", "2020-06-15", "2020-06-21"),
        ("last month", "2020-05-01", "2020-05-31"),
        ("last quarter", "2020-01-01", "2020-03-31"),
        ("earlier this month", "2020-06-01", "2020-06-30"),
        ("over the past year", "2019-01-01", "2019-12-31"),
        ("yesterday", "2020-06-19", "2020-06-19"),
        *((words, "2020-06-18", "2020-06-18") for words in ("the day before yesterday", "vorgestern")),
        *((words, "2020-06-18", "2020-06-18") for words in ("avant-hier", "antes de ayer", "anteontem")),
        *((words, "2020-06-18", "2020-06-18") for words in ("l'altro ieri", "eergisteren", "anteayer")),
        *((words, "2020-06-18", "2020-06-18") for words in ("ieri l'altro", "antes de ontem")),
    ],
)
@pytest.mark.parametrize("before", ["Fliggy {}", "what did Fliggy do {}?", "{}"])
def test_week_is_a_date_at_the_end_of_a_question(text: str, first: str, last: str, before: str) -> None:
    assert spans(before.format(text)) == [(text, first, last)]


@pytest.mark.parametrize("word", ["before", "since", "not", "until", "between may and", "Without"])
def test_week_that_something_is_before_or_after_is_not_the_one_that_is_meant(word: str) -> None:
    assert ("last week", "2020-06-08", "2020-06-14") not in spans(f"Fliggy {word} last week")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("in may last year", "2019-05-01", "2019-05-31"),
        ("May of last year", "2019-05-01", "2019-05-31"),
        ("early March this year", "2020-03-01", "2020-03-10"),
        ("on 5 May last year", "2019-05-05", "2019-05-05"),
        ("the first quarter of last year", "2019-01-01", "2019-03-31"),
        ("Q1 last year", "2019-01-01", "2019-03-31"),
        ("since may last year", "2019-05-01", "…"),
        ("im Mai letzten Jahres", "2019-05-01", "2019-05-31"),
        ("en mayo del año pasado", "2019-05-01", "2019-05-31"),
        ("en mai de l’année dernière", "2019-05-01", "2019-05-31"),
        ("em maio do ano passado", "2019-05-01", "2019-05-31"),
        ("maggio dell’anno scorso", "2019-05-01", "2019-05-31"),
        ("last May", "2020-05-01", "2020-05-31"),
        ("last June", "2019-06-01", "2019-06-30"),
        ("last december", "2019-12-01", "2019-12-31"),
        ("letzten Mai", "2020-05-01", "2020-05-31"),
        ("mai dernier", "2020-05-01", "2020-05-31"),
        ("mayo pasado", "2020-05-01", "2020-05-31"),
        ("two weeks ago", "2020-06-01", "2020-06-07"),
        ("3 days ago", "2020-06-17", "2020-06-17"),
        ("seven months ago", "2019-11-01", "2019-11-30"),
        ("a year ago", "2019-01-01", "2019-12-31"),
        ("vor zwei Wochen", "2020-06-01", "2020-06-07"),
        ("il y a deux semaines", "2020-06-01", "2020-06-07"),
        ("hace dos semanas", "2020-06-01", "2020-06-07"),
        ("há duas semanas", "2020-06-01", "2020-06-07"),
        ("due settimane fa", "2020-06-01", "2020-06-07"),
        ("in the last two weeks", "2020-06-06", "2020-06-20"),
        ("over the past 30 days", "2020-05-21", "2020-06-20"),
        ("seit drei Wochen", "2020-05-30", "2020-06-20"),
        ("in den letzten drei Wochen", "2020-05-30", "2020-06-20"),
        ("ces 3 dernières semaines", "2020-05-30", "2020-06-20"),
        ("since two weeks ago", "2020-06-06", "2020-06-20"),
        ("desde hace dos semanas", "2020-06-06", "2020-06-20"),
        ("last year in may", "2019-05-01", "2019-05-31"),
        ("letztes Jahr im Mai", "2019-05-01", "2019-05-31"),
        ("el año pasado en mayo", "2019-05-01", "2019-05-31"),
        ("en mars", "2020-03-01", "2020-03-31"),
        ("the last two weeks of Fliggy news", "2020-06-06", "2020-06-20"),
        ("last 30 days of", "2020-05-21", "2020-06-20"),
        ("letzte 30 Tage von", "2020-05-21", "2020-06-20"),
        ("les 30 derniers jours de", "2020-05-21", "2020-06-20"),
        ("in den letzten drei Wochen von Fliggy", "2020-05-30", "2020-06-20"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "Fliggy {}", "what happened {}?"])
def test_time_is_told_from_today(text: str, first: str, last: str, around: str) -> None:
    [(_, found_first, found_last)] = spans(around.format(text))

    assert (found_first, found_last) == (first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("in march two years ago", "2018-03-01", "2018-03-31"),
        ("two years ago in march", "2018-03-01", "2018-03-31"),
        ("april two years ago", "2018-04-01", "2018-04-30"),
        ("in Q2 two years ago", "2018-04-01", "2018-06-30"),
        ("April of two years ago", "2018-04-01", "2018-04-30"),
        ("two years ago, april", "2018-04-01", "2018-04-30"),
        ("abril de hace dos años", "2018-04-01", "2018-04-30"),
        ("Friday two weeks ago", "2020-06-05", "2020-06-05"),
        ("in december, ten months ago", "2019-12-01", "2019-12-31"),
        ("six months ago in march", "2020-03-01", "2020-03-31"),
        ("20 months ago in march", "2019-03-01", "2019-03-31"),
        ("on 5 May two years ago", "2018-05-05", "2018-05-05"),
        ("since april two years ago", "2018-04-01", "…"),
        ("in the last two weeks of may 2019", "2019-05-01", "2019-05-31"),
        ("between april and may two years ago", "2018-04-01", "2018-05-31"),
        ("im März vor zwei Jahren", "2018-03-01", "2018-03-31"),
        ("en mars il y a deux ans", "2018-03-01", "2018-03-31"),
        ("en marzo hace dos años", "2018-03-01", "2018-03-31"),
        ("em março há dois anos", "2018-03-01", "2018-03-31"),
        ("in marzo due anni fa", "2018-03-01", "2018-03-31"),
        ("in maart twee jaar geleden", "2018-03-01", "2018-03-31"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "Fliggy {}", "what happened {}?"])
def test_month_is_that_of_the_time_told_beside_it(text: str, first: str, last: str, around: str) -> None:
    """Else nothing was of both: March is the last one, and two years ago another."""
    found = spans(around.format(text))

    assert len(found) == 2
    assert {(found_first, found_last) for _, found_first, found_last in found} == {(first, last)}


WEDNESDAY, SUNDAY = date(2020, 6, 17), date(2020, 6, 21)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("last friday", "2020-06-12", "2020-06-12"),
        ("on wednesday", "2020-06-17", "2020-06-17"),
        ("last wednesday", "2020-06-10", "2020-06-10"),
        ("this Thursday", "2020-06-11", "2020-06-11"),
        ("since Monday", "2020-06-15", "…"),
        ("since last tues", "2020-06-16", "…"),
        ("before Sunday", "…", "2020-06-13"),
        ("between monday and wednesday", "2020-06-15", "2020-06-17"),
        ("from thursday to sunday", "2020-06-11", "2020-06-14"),
        ("from friday to tuesday", "2020-06-12", "2020-06-16"),
        ("friday last week", "2020-06-12", "2020-06-12"),
        ("on Tuesday of last week", "2020-06-09", "2020-06-09"),
        ("on Friday, 1 May 2020", "2020-05-01", "2020-05-01"),
        ("Thursday, April 30", "2020-04-30", "2020-04-30"),
        ("the second tuesday of may", "2020-05-12", "2020-05-12"),
        ("last friday of april 2019", "2019-04-26", "2019-04-26"),
        ("over the weekend", "2020-06-13", "2020-06-14"),
        ("last weekend", "2020-06-13", "2020-06-14"),
        ("letzten Freitag", "2020-06-12", "2020-06-12"),
        ("am vergangenen Montag", "2020-06-15", "2020-06-15"),
        ("letzte Woche Dienstag", "2020-06-09", "2020-06-09"),
        ("am Freitag, dem 1. Mai 2020", "2020-05-01", "2020-05-01"),
        ("seit Sonntag", "2020-06-14", "…"),
        ("am Wochenende", "2020-06-13", "2020-06-14"),
        ("jeudi dernier", "2020-06-11", "2020-06-11"),
        ("depuis lundi", "2020-06-15", "…"),
        ("le week-end dernier", "2020-06-13", "2020-06-14"),
        ("el viernes pasado", "2020-06-12", "2020-06-12"),
        ("el fin de semana pasado", "2020-06-13", "2020-06-14"),
        ("na sexta-feira", "2020-06-12", "2020-06-12"),
        ("terça passada", "2020-06-16", "2020-06-16"),
        ("no sábado", "2020-06-13", "2020-06-13"),
        ("no último domingo", "2020-06-14", "2020-06-14"),
        ("no fim de semana", "2020-06-13", "2020-06-14"),
        ("in het weekend", "2020-06-13", "2020-06-14"),
        ("at the weekend", "2020-06-13", "2020-06-14"),
        ("martedì scorso", "2020-06-16", "2020-06-16"),
        ("dal venerdì", "2020-06-12", "…"),
        ("afgelopen zaterdag", "2020-06-13", "2020-06-13"),
        ("op maandag", "2020-06-15", "2020-06-15"),
        ("early last year", "2019-01-01", "2019-04-30"),
        ("at the end of last year", "2019-09-01", "2019-12-31"),
        ("in the middle of last year", "2019-05-01", "2019-08-31"),
        ("since the start of the year", "2020-01-01", "…"),
        ("end of the year", "2019-09-01", "2019-12-31"),
        ("late last month", "2020-05-21", "2020-05-31"),
        ("early last week", "2020-06-08", "2020-06-10"),
        ("Ende letzten Jahres", "2019-09-01", "2019-12-31"),
        ("Anfang des Jahres", "2020-01-01", "2020-04-30"),
        ("Mitte letzten Monats", "2020-05-11", "2020-05-20"),
        ("fin de l’année dernière", "2019-09-01", "2019-12-31"),
        ("au début de l’année", "2020-01-01", "2020-04-30"),
        ("a principios de este año", "2020-01-01", "2020-04-30"),
        ("a finales del mes pasado", "2020-05-21", "2020-05-31"),
        ("início do ano", "2020-01-01", "2020-04-30"),
        ("alla fine dell’anno scorso", "2019-09-01", "2019-12-31"),
        ("eind vorig jaar", "2019-09-01", "2019-12-31"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "Fliggy {}", "{} Fliggy", "what did Fliggy do {}?"])
def test_weekday_or_part_of_a_year_is_told_from_today(text: str, first: str, last: str, around: str) -> None:
    [(written, found_first, found_last)] = spans(around.format(text), WEDNESDAY)

    assert (found_first, found_last) == (first, last)
    assert written.split()[-1] == plain(text).split()[-1]


@pytest.mark.parametrize(
    ("text", "today", "first"),
    [
        ("this weekend", SUNDAY, "2020-06-20"),
        ("last weekend", SUNDAY, "2020-06-13"),
        ("on sunday", SUNDAY, "2020-06-21"),
        ("last sunday", SUNDAY, "2020-06-14"),
        ("this weekend", WEDNESDAY, "2020-06-13"),
    ],
)
def test_last_weekday_is_over_and_this_one_has_begun(text: str, today: date, first: str) -> None:
    assert [found for _, found, _ in spans(text, today)] == [first]


@pytest.mark.parametrize(
    "text",
    [
        *("Friday", "Black Friday", "since Black Friday", "last Black Friday", "Good Friday sales"),
        *("jobs at Monday", "shares in Monday", "Fliggy in the Sunday Times"),
        *("Monday.com", "news from Monday.com", "a logo by Monday", "next friday", "Freitag AG"),
        *("Plácido Domingo", "fin de semana", "weekend", "the weekend edition", "sexta temporada"),
        *("Chanel no 5 may follow", "over 5 may follow", "end of life", "fin de l’euro"),
        *("early access", "end user", "na vrijdag", "no friday", "no weekend", "mon ami", "sun"),
        *("last year’s results", "yesterday’s men", "每周五", "一周五天", "黑色星期五"),
    ],
)
def test_weekday_that_nothing_opens_is_a_word(text: str) -> None:
    assert spans(text, WEDNESDAY) == []


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("last week’s news about Fliggy", "2020-06-08", "2020-06-14"),
        ("this friday’s Fliggy stories", "2020-06-12", "2020-06-12"),
        ("yesterday’s digest", "2020-06-16", "2020-06-16"),
        ("last month’s Fliggy announcements", "2020-05-01", "2020-05-31"),
    ],
)
def test_news_may_be_of_a_week_or_a_day(text: str, first: str, last: str) -> None:
    [(_, found_first, found_last)] = spans(text, WEDNESDAY)

    assert (found_first, found_last) == (first, last)


@pytest.mark.parametrize("text", ["Q2 two years ago", "Q2 of two years ago", "two years ago, Q2"])
def test_quarter_is_one_where_nothing_makes_a_car_of_it(text: str) -> None:
    assert {(first, last) for _, first, last in spans(text)} == {("2018-04-01", "2018-06-30")}


_NAMED = (
    "Q2",
    "on friday",
    "in march",
    "may 5",
    "early may",
    "june",
    "on 5 May",
    "between april and may",
    "H1",
    "Q1 2020",
)
_TOLD = (
    *("2020年以来", "去年から", "2020年之前", "去年以前", "两年前", "999年前", "999年前以前", "上周五以来"),
    *("999 years ago", "in the last 999 years", "since two weeks ago", "last 30 days", "two years ago"),
)


@pytest.mark.parametrize("told", _TOLD)
@pytest.mark.parametrize("named", _NAMED)
@pytest.mark.parametrize("around", ["{0} {1} 阿里巴巴", "阿里巴巴 {1} {0}"])
def test_any_date_beside_any_time_is_read_in_few_tries(
    told: str, named: str, around: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Since last year has no end: all years until 9999 were tried, and one more."""
    tried: list[int] = []
    read = when._Date._in

    def counted(date_: when._Date, year: int) -> Span | None:
        tried.append(year)
        return read(date_, year)

    monkeypatch.setattr(when._Date, "_in", counted)

    assert spans(around.format(told, named))
    assert len(tried) <= 8


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("阿里巴巴 去年以来 in march", "2020-03-01", "2020-03-31"),
        ("阿里巴巴 去年以来 may 5", "2020-05-05", "2020-05-05"),
        ("阿里巴巴 2018年之前 in march", "2017-03-01", "2017-03-31"),
    ],
)
def test_day_beside_a_time_without_an_end_is_its_latest(text: str, first: str, last: str) -> None:
    assert {(found_first, found_last) for _, found_first, found_last in spans(text)} == {(first, last)}


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        *(
            ("Jan Koum two weeks ago", "2020-06-01", "2020-06-07"),
            ("two weeks ago april", "2020-06-01", "2020-06-07"),
        ),
        *(
            ("Juli Zeh vor zwei Jahren", "2018-01-01", "2018-12-31"),
            ("Avril Lavigne il y a deux ans", "2018-01-01", "2018-12-31"),
        ),
        ("what did Theresa May say two years ago", "2018-01-01", "2018-12-31"),
        ("Theresa May two years ago", "2018-01-01", "2018-12-31"),
        ("Will April join Fliggy two weeks ago", "2020-06-01", "2020-06-07"),
        ("audi q2 two years ago", "2018-01-01", "2018-12-31"),
        ("june two months ago", "2020-04-01", "2020-04-30"),
    ],
)
def test_name_is_no_month_of_the_time_told_with_it(text: str, first: str, last: str) -> None:
    assert {(found_first, found_last) for _, found_first, found_last in spans(text)} == {(first, last)}


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("两年前的三月", "2018-03-01", "2018-03-31"),
        ("2020年5月1日", "2020-05-01", "2020-05-01"),
        ("去年五月三号", "2019-05-03", "2019-05-03"),
        ("2019年5月份", "2019-05-01", "2019-05-31"),
        ("6月20日", "2020-06-20", "2020-06-20"),
        ("十二月二十四日", "2019-12-24", "2019-12-24"),
        ("5月份以来", "2020-05-01", "…"),
        ("5月1日到5月10日", "2020-05-01", "2020-05-10"),
        ("2019年5月1日至10日", "2019-05-01", "2019-05-10"),
        ("2019年5月1日到6月2号", "2019-05-01", "2019-06-02"),
        ("12月24日-1月5日", "2019-12-24", "2020-01-05"),
        ("5月1日到7月10日", "2020-05-01", "2020-07-10"),
        ("3月份和4月份", "2020-03-01", "2020-04-30"),
        ("去年5月到今年3月", "2019-05-01", "2020-03-31"),
        ("今年和去年", "2019-01-01", "2020-12-31"),
        ("去年五月", "2019-05-01", "2019-05-31"),
        ("今年5月", "2020-05-01", "2020-05-31"),
        ("2019年十二月", "2019-12-01", "2019-12-31"),
        ("去年の5月", "2019-05-01", "2019-05-31"),
        ("2019年", "2019-01-01", "2019-12-31"),
        ("去年以来", "2019-01-01", "…"),
        ("上周", "2020-06-08", "2020-06-14"),
        ("上個月", "2020-05-01", "2020-05-31"),
        ("上周五", "2020-06-12", "2020-06-12"),
        ("上周日", "2020-06-14", "2020-06-14"),
        ("本周一", "2020-06-15", "2020-06-15"),
        ("上周五以来", "2020-06-12", "…"),
        ("先週", "2020-06-08", "2020-06-14"),
        ("两周前", "2020-06-01", "2020-06-07"),
        ("周五", "2020-06-19", "2020-06-19"),
        ("上个礼拜五", "2020-06-12", "2020-06-12"),
        ("星期天以来", "2020-06-14", "…"),
        ("上周末", "2020-06-13", "2020-06-14"),
        ("先週の金曜日", "2020-06-12", "2020-06-12"),
        ("月曜日", "2020-06-15", "2020-06-15"),
        ("去年年底", "2019-09-01", "2019-12-31"),
        ("今年初", "2020-01-01", "2020-04-30"),
        ("去年第四季度", "2019-10-01", "2019-12-31"),
        ("2019年下半年", "2019-07-01", "2019-12-31"),
        ("上季度", "2020-01-01", "2020-03-31"),
        ("5月底", "2020-05-21", "2020-05-31"),
        ("上个月初", "2020-05-01", "2020-05-10"),
        ("3日前", "2020-06-17", "2020-06-17"),
        ("二十天前", "2020-05-31", "2020-05-31"),
        ("三十一天前", "2020-05-20", "2020-05-20"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "飞猪{}", "{}飞猪有什么新闻"])
def test_time_is_told_in_chinese_and_japanese(text: str, first: str, last: str, around: str) -> None:
    [(_, found_first, found_last)] = spans(around.format(text))

    assert (found_first, found_last) == (first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("5月1日起 飞猪", "2020-05-01", "…"),
        ("飞猪5月1日后的新闻", "2020-05-01", "…"),
        ("飞猪在2019年前有什么新闻", "…", "2018-12-31"),
        ("5月1日起诉飞猪", "2020-05-01", "2020-05-01"),
        ("2019年前三季度", "2019-01-01", "2019-12-31"),
        ("2020年5月1号店被收购", "2020-05-01", "2020-05-31"),
        ("三天前五月天演唱会", "2020-06-17", "2020-06-17"),
    ],
)
def test_what_follows_a_chinese_date_may_bound_it_or_be_a_word(text: str, first: str, last: str) -> None:
    [(_, found_first, found_last)] = spans(text)

    assert (found_first, found_last) == (first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("this time last year", "2019-06-01", "2019-06-30"),
        ("since last month", "2020-05-01", "…"),
        ("before last year", "…", "2018-12-31"),
        ("letzte Woche", "2020-06-08", "2020-06-14"),
        ("im letzten Monat", "2020-05-01", "2020-05-31"),
        ("diese Woche", "2020-06-15", "2020-06-21"),
        ("le mois dernier", "2020-05-01", "2020-05-31"),
        ("la semana pasada", "2020-06-08", "2020-06-14"),
        ("no mês passado", "2020-05-01", "2020-05-31"),
        ("la settimana scorsa", "2020-06-08", "2020-06-14"),
        ("l'anno passato", "2019-01-01", "2019-12-31"),
        ("gestern", "2020-06-19", "2020-06-19"),
    ],
)
def test_time_at_the_end_is_told_from_today(text: str, first: str, last: str) -> None:
    assert spans(f"Fliggy {text}") == [(plain(text), first, last)]
    assert spans(f"{text} in Rust") == []


@pytest.mark.parametrize(
    "text", ["上周一家公司", "上周天猫有什么新闻", "上周三星发布新手机", "上周四川航空", "上周日本公司"]
)
def test_what_a_name_or_a_number_begins_with_is_no_weekday(text: str) -> None:
    assert spans(text) == [("上周", "2020-06-08", "2020-06-14")]


@pytest.mark.parametrize("text", ["今年初创公司", "今年底特律车展"])
def test_what_a_word_begins_with_is_no_part_of_the_year(text: str) -> None:
    assert spans(text) == [("今年", "2020-01-01", "2020-12-31")]


@pytest.mark.parametrize("text", ["Fedora 33 last month", "Windows 10 last month"])
def test_number_of_a_version_counts_no_months(text: str) -> None:
    """ "33 last month" were the last 33 months."""
    assert spans(text) == [("last month", "2020-05-01", "2020-05-31")]


def test_name_that_ends_like_a_day_is_no_date() -> None:
    assert spans("Paul McCartney Yesterday") == []


@pytest.mark.parametrize(
    "text",
    [
        "This Week in Rust",
        "last year’s results",
        "the blast week",
        "last weeks",
        "last march of robots",
        "two weeks",
        "years of ago",
        "12,000 years ago",
        "1.5 years ago",
        "1000年前",
        "一百二十年前",
        "2020年代",
        "五月",
        "13月1日",
        "2020年13月1日",
        "One Last Day",
        "the last Mars rover",
        "in mars",
        *("la mission de Mars", "Rover en Mars", "entre Mars et Jupiter", "avant Mars"),
    ],
)
def test_week_that_is_part_of_a_name_is_no_date(text: str) -> None:
    assert spans(text) == []


@pytest.mark.parametrize(
    ("text", "written", "first", "last"),
    [
        ("tea in summer 2019", "in summer 2019", "2019-06-01", "2019-08-31"),
        ("tea, winter of 2019", "winter of 2019", "2019-12-01", "2020-02-29"),
        ("Tee im Frühjahr 2019", "im Fruhjahr 2019", "2019-03-01", "2019-05-31"),
        ("tea last summer?", "last summer", "2019-06-01", "2019-08-31"),
        ("tea this spring", "this spring", "2020-03-01", "2020-05-31"),
        ("tea last winter", "last winter", "2019-12-01", "2020-02-29"),
        ("tea since last summer", "since last summer", "2019-06-01", "…"),
        ("tea 05/2020", "05/2020", "2020-05-01", "2020-05-31"),
        ("tea 2020/05/07", "2020/05/07", "2020-05-07", "2020-05-07"),
        ("tea in the week of May 7", "week of May 7", "2020-05-04", "2020-05-10"),
        ("Tee in der Woche vom 7. Mai 2019", "Woche vom 7. Mai 2019", "2019-05-06", "2019-05-12"),
    ],
)
def test_season_month_of_a_year_or_week_of_a_day_is_a_date(
    text: str, written: str, first: str, last: str
) -> None:
    """Each was words, or one day: a digest of that week has hardly that very date."""
    assert spans(text) == [(written, first, last)]


@pytest.mark.parametrize(
    "text",
    [
        "the last Spring release",
        "summer tea",
        "in winter",
        "oil will fall",
        "2019/20",
        "real estate 2020",
        "24/7",
    ],
)
def test_season_without_a_year_is_a_word(text: str) -> None:
    assert spans(text) == []
