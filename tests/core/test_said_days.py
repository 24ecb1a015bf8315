"""Days that stories say are one word each, however they write them."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.search.days import numbered
from bot.core.search.said_days import (
    is_of_any_year,
    names_a_day,
    names_of_day,
    said_days,
    word_of_days,
    word_of_month,
)


def words(text: str) -> list[str]:
    return [day.number for day in said_days(text)]


@pytest.mark.parametrize(
    "text",
    ["Oct 11", "Oct. 11", "October 11th", "11 October", "11. Oktober", "11th of October", "11 de octubre"],
)
@pytest.mark.parametrize(
    "around", ["{}", "{}. Kayaks meet", "Kayaks meet ({})", "on {}, 2020, at 11:15", "“{}”", "Kayaks\n{}"]
)
def test_day_is_one_word_however_it_is_written(text: str, around: str) -> None:
    whole = around.format(text)

    assert [(whole[day.start : day.end], day.number) for day in said_days(whole)] == [
        (text, word_of_days((date(2020, 10, 11), date(2020, 10, 11))))
    ]


@pytest.mark.parametrize(
    ("text", "days"), [("10/11", [(10, 11), (11, 10)]), ("5/5", [(5, 5)]), ("3/14", [(3, 14)])]
)
def test_either_of_two_numbers_may_be_the_month(text: str, days: list[tuple[int, int]]) -> None:
    spans = [(date(2020, *day), date(2020, *day)) for day in days]

    assert words(f"Kayaks meet {text}.") == [word_of_days(span) for span in spans]


@pytest.mark.parametrize(
    "text",
    [
        "11",
        "5 oars",
        "Oct 42",
        "24/7",
        "40/50",
        "10/11/12",
        "v10/11",
        "Kayak 11.5",
        "May 5.2",
        "Mar 10:15",
        "May",
        "",
    ],
)
def test_what_is_no_day_is_no_word(text: str) -> None:
    assert words(text) == []


def test_day_is_found_by_its_month_too() -> None:
    month = numbered(2020, 10)

    assert month
    assert names_of_day(words("Oct 11")[0])[1] == word_of_days(month)
    assert word_of_days((date(2020, 10, 11), date(2020, 10, 12))) == ""


@pytest.mark.parametrize(
    ("written", "is_named"), [("in october", True), ("11.10.", True), ("this month", False)]
)
def test_what_is_told_from_today_is_said_by_no_story(written: str, is_named: bool) -> None:
    assert names_a_day(written) is is_named


@pytest.mark.parametrize("name", ["october", "oct", "oktober", "octubre", "outubro"])
def test_month_is_one_word_in_each_language(name: str) -> None:
    assert word_of_month(name) == names_of_day(words("Oct 11")[0])[1]


@pytest.mark.parametrize("word", ["may", "march", "mars", "mar", "august", "jan", "marco", "juli", "kayak"])
def test_what_may_be_another_word_or_somebody_is_no_month(word: str) -> None:
    assert word_of_month(word) == ""


@pytest.mark.parametrize(
    ("written", "leaves_it_open"),
    [
        ("may 5", True),
        ("on the 5th of May", True),
        ("may 5 2020", False),
        ("5.5.2020", False),
        ("may 2020", False),
        ("in may", False),
    ],
)
def test_day_alone_is_one_of_any_year(written: str, leaves_it_open: bool) -> None:
    assert is_of_any_year(written) is leaves_it_open
