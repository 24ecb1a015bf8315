"""Each word that says when, in each language: no line of a table is there for nothing."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.search.days import relative_days
from bot.core.search.folding import plain
from bot.core.search.query import read_query
from bot.core.search.when import written_days
from tests.core.test_when import TODAY, spans

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def days_of(text: str) -> list[tuple[str, str]]:
    return [(first, last) for _, first, last in spans(text)]


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("since seit ab depuis desde dal sinds", "2020-05-05", "…"),
        ("after nach après después dopo", "2020-05-06", "…"),
        ("before vor avant antes prima voor", "…", "2020-05-04"),
        ("until till til by through bis hasta até tot", "…", "2020-05-05"),
        ("on am le el of", "2020-05-05", "2020-05-05"),
    ],
)
def test_word_before_a_date_bounds_it(words: str, first: str, last: str) -> None:
    for word in words.split():
        assert spans(f"Fliggy {word} 5 may") == [(plain(f"{word} 5 may"), first, last)]


@pytest.mark.parametrize(
    "word",
    [
        *["in", "during", "im", "en", "em", "de", "du", "di", "van"],
        *["from", "zwischen", "von", "vom", "tra", "tussen"],
    ],
)
def test_month_is_a_date_behind_a_word_that_opens_one(word: str) -> None:
    assert spans(f"Fliggy {word} june") == [(f"{word} june", "2020-06-01", "2020-06-30")]


@pytest.mark.parametrize("word", ["from", "between", "zwischen", "von", "vom", "entre", "tra", "tussen"])
@pytest.mark.parametrize("link", ["and", "und", "et", "y", "e", "a", "al", "en"])
def test_two_dates_are_the_ends_of_one_time(word: str, link: str) -> None:
    assert days_of(f"Fliggy {word} 5 April {link} 9 May") == [("2020-04-05", "2020-05-09")]


@pytest.mark.parametrize("word", ["to", "until", "till", "through", "bis", "-"])
def test_date_reaches_to_another(word: str) -> None:
    assert days_of(f"Fliggy 5 April 2020 {word} 9 May 2020") == [("2020-04-05", "2020-05-09")]


@pytest.mark.parametrize("word", ["en", "de", "du", "depuis", "avant", "après", "entre"])
def test_mars_is_a_month_behind_a_word_of_french(word: str) -> None:
    assert spans(f"Fliggy {word} mars")
    assert spans(f"Fliggy {word} Mars") == []


@pytest.mark.parametrize("word", ["may", "march", "mar", "mars", "august"])
def test_month_that_is_a_word_like_others_is_none_behind_a_number(word: str) -> None:
    assert spans(f"5 {word} follow") == []
    assert spans(f"on 5 {word}")


@pytest.mark.parametrize("word", ["and", "between", "except", "not", "or", "than", "to", "without"])
def test_week_behind_such_a_word_is_not_the_one_that_is_meant(word: str) -> None:
    assert spans(f"Fliggy {word} last week") == []


@pytest.mark.parametrize(
    ("units", "last"),
    [
        ("quarter quartal trimestre kwartaal", "2019-03-31"),
        ("half hälfte halbjahr semestre helft", "2019-06-30"),
    ],
)
def test_parts_of_a_year_are_counted(units: str, last: str) -> None:
    for unit in units.split():
        assert days_of(f"first {unit} of 2019") == [("2019-01-01", last)]
        assert days_of(f"first {unit} of last year") == [("2019-01-01", last)]


@pytest.mark.parametrize(
    ("parts", "month", "year"),
    [
        (
            "early beginning Anfang principios início inizio",
            ("2019-04-01", "2019-04-10"),
            ("2019-01-01", "2019-04-30"),
        ),
        ("mid Mitte mediados meados", ("2019-04-11", "2019-04-20"), ("2019-05-01", "2019-08-31")),
        ("late end Ende fin finales eind", ("2019-04-21", "2019-04-30"), ("2019-09-01", "2019-12-31")),
    ],
)
def test_month_and_year_begin_and_end(parts: str, month: tuple[str, str], year: tuple[str, str]) -> None:
    for part in parts.split():
        assert days_of(f"Fliggy {part} of april 2019") == [month]
        assert days_of(f"Fliggy {part} of 2019") == [year]


@pytest.mark.parametrize("part", ["end", "beginning"])
def test_end_of_a_thing_is_none_of_a_year(part: str) -> None:
    assert spans(f"a {part} 2019") == []


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        *((f"{word} 2 weeks", "2020-06-01", "2020-06-07") for word in ("vor", "hace", "há", "il y a")),
        *((f"2 weeks {word}", "2020-06-01", "2020-06-07") for word in ("ago", "fa", "geleden", "atrás")),
        *(
            (f"{word} 2 weeks", "2020-06-06", "2020-06-20")
            for word in ("since", "seit", "depuis", "desde hace", "sinds")
        ),
    ],
)
def test_time_is_counted_back_in_each_language(text: str, first: str, last: str) -> None:
    assert days_of(f"Fliggy {text}") == [(first, last)]


@pytest.mark.parametrize(
    ("one", "many", "first", "last"),
    [
        (
            "day tag jour día giorno dag",
            "days tage tagen jours días dias giorni dagen",
            "2020-06-18",
            "2020-06-18",
        ),
        (
            "week woche semaine semana settimana",
            "weeks wochen semaines semanas settimane weken",
            "2020-06-01",
            "2020-06-07",
        ),
        (
            "month monat monats mois mes mese maand",
            "months monate monaten meses mesi maanden",
            "2020-04-01",
            "2020-04-30",
        ),
        (
            "year jahr jahres an année ano anno jaar",
            "years jahre jahren ans années anos anni jaren",
            "2018-01-01",
            "2018-12-31",
        ),
    ],
)
def test_each_language_counts_days_weeks_months_and_years(one: str, many: str, first: str, last: str) -> None:
    for unit in f"{one} {many}".split():
        assert (unit, days_of(f"Fliggy 2 {unit} ago")) == (unit, [(first, last)])


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("两天前 两日前", "2020-06-18", "2020-06-18"),
        ("两周前 两周间前 两星期前 两个星期前 2週間前", "2020-06-01", "2020-06-07"),
        ("两月前 两个月前 2か月前", "2020-04-01", "2020-04-30"),
        ("两年前 前年", "2018-01-01", "2018-12-31"),
        ("今年", "2020-01-01", "2020-12-31"),
        ("去年 昨年", "2019-01-01", "2019-12-31"),
        ("上周 上星期 上个星期 先周 先週", "2020-06-08", "2020-06-14"),
        ("上月 上个月 先月", "2020-05-01", "2020-05-31"),
        ("昨天 昨日", "2020-06-19", "2020-06-19"),
        ("一昨日 おととい", "2020-06-18", "2020-06-18"),
        ("本周 这周 今周 今週", "2020-06-15", "2020-06-21"),
        ("本月 这个月 今月", "2020-06-01", "2020-06-30"),
        ("去年以来 去年以后 去年之后 去年から 去年起 去年后", "2019-01-01", "…"),
        ("去年之前 去年以前 去年前", "…", "2018-12-31"),
        ("上周一", "2020-06-08", "2020-06-08"),
        ("上周六", "2020-06-13", "2020-06-13"),
        ("上周日 上周天", "2020-06-14", "2020-06-14"),
        ("十天前 10天前", "2020-06-10", "2020-06-10"),
        ("九天前", "2020-06-11", "2020-06-11"),
        ("十九天前", "2020-06-01", "2020-06-01"),
        ("九十九天前", "2020-03-13", "2020-03-13"),
    ],
)
def test_time_is_told_by_each_word_of_chinese_and_japanese(words: str, first: str, last: str) -> None:
    for word in words.split():
        assert (word, days_of(f"飞猪 {word}")) == (word, [(first, last)])


def test_chinese_dates_that_nothing_ties_are_two() -> None:
    assert spans("去年飞猪今年") == [
        ("去年", "2019-01-01", "2019-12-31"),
        ("今年", "2020-01-01", "2020-12-31"),
    ]
    assert days_of("去年到今年以来") == [("2019-01-01", "2019-12-31"), ("2020-01-01", "…")]
    assert days_of("去年以来到今年") == [("2019-01-01", "…"), ("2020-01-01", "2020-12-31")]


@pytest.mark.parametrize("sign", ["到", "至", "和", "与", "~", "-", " 到 "])
def test_chinese_date_reaches_to_another(sign: str) -> None:
    assert days_of(f"飞猪2019年5月{sign}2020年2月") == [("2019-05-01", "2020-02-29")]


@pytest.mark.parametrize("month", MONTHS)
def test_month_is_written_in_full_or_by_its_first_letters(month: str) -> None:
    number = MONTHS.index(month) + 1
    first = date(2020 if number <= TODAY.month else 2019, number, 1)

    for written in {month, month[:3], month[:4], month[:3].upper()}:
        assert read_query(f"fliggy during:{written}", today=TODAY).first == first
    assert [span[0] for _, span in written_days(f"5 {month} 2019", TODAY)] == [date(2019, number, 5)]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("today", (6, 20), (6, 20)),
        ("yesterday", (6, 19), (6, 19)),
        ("this week", (6, 15), (6, 21)),
        ("last week", (6, 8), (6, 14)),
        ("past week", (6, 8), (6, 14)),
        ("previous week", (6, 8), (6, 14)),
        ("this month", (6, 1), (6, 30)),
        ("Last Month", (5, 1), (5, 31)),
        ("this year", (1, 1), (12, 31)),
    ],
)
def test_day_week_month_and_year_are_told_from_today(
    text: str, first: tuple[int, int], last: tuple[int, int]
) -> None:
    assert relative_days(f"what is new {text}?", TODAY) == (date(2020, *first), date(2020, *last))
    assert relative_days(f"what is new {text}ly?", TODAY) is None


@pytest.mark.parametrize(
    "word", ["week", "woche", "semaine", "semana", "settimana", "KW", "wk", "calendar week"]
)
def test_week_of_a_year_is_told_by_its_number(word: str) -> None:
    """As ISO 8601 counts them, like the codes of stories: #2018-2 is of week 18 in 2020."""
    for said in (f"{word} 18 2020", f"{word} 18 of 2020", f"{word} 18, 2020"):
        assert spans(f"Fliggy {said} news") == [(plain(said), "2020-04-27", "2020-05-03")]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("week 18", "2020-04-27", "2020-05-03"),
        ("Week 7?", "2020-02-10", "2020-02-16"),
        ("Fliggy in week 7", "2020-02-10", "2020-02-16"),
        ("Fliggy since week 7", "2020-02-10", "…"),
        ("Fliggy KW 7", "2020-02-10", "2020-02-16"),
        ("in week 52", "2019-12-23", "2019-12-29"),  # that of this year is to come
        ("Fliggy 2020-W18", "2020-04-27", "2020-05-03"),
        ("2020W18", "2020-04-27", "2020-05-03"),
        ("week 53 of 2020", "2020-12-28", "2021-01-03"),
        ("week 1 of 2020", "2019-12-30", "2020-01-05"),
        ("between week 7 and week 9", "2020-02-10", "2020-03-01"),
        ("from week 3 to week 5 of 2020", "2020-01-13", "2020-02-02"),
    ],
)
def test_week_without_its_year_is_the_last_one(text: str, first: str, last: str) -> None:
    assert days_of(text) == [(first, last)]


@pytest.mark.parametrize(
    "text",
    [
        *("Fliggy week 7", "week 7 rust", "the week 2 challenge", "this week 5 things"),  # a name, or a count
        *("week 0", "week 56", "in week 54", "week 53 of 2019", "week 7.5", "week 7-9", "week 123"),
        *("2020-W00", "2020-W54", "every week 2"),
    ],
)
def test_number_beside_a_week_may_be_another(text: str) -> None:
    assert days_of(text) == []
