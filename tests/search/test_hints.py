"""An empty answer names what emptied it: no spelling is to blame for a date."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.search.answer import AnswerKind, Document
from bot.search.engine import SearchEngine
from bot.search.finding import HINT_NOTHING

TODAY = date(2020, 6, 1)
STORIES = (
    Document(id=1, headline="Fliggy fuels travel", companies=("Fliggy",), tags=("Travel",), date=TODAY),
    Document(id=2, headline="Rain on Labor Day", tags=("Weather", "Long Week"), date=date(2020, 5, 1)),
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return SearchEngine.over(STORIES, {"Fliggy": ("飞猪",)}, today=lambda: TODAY)


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("in:nothing", "No story has the tag of in:nothing; `tags` lists those there are."),
        (
            'fliggy in:"super brand"',
            'No story has the tag of in:"super brand"; `tags` lists those there are.',
        ),
        ("during:april", "No story is from 1 April 2020 to 30 April 2020 (during:april)."),
        ("fligy on:2020-05-02", "No story is from 2 May 2020 (on:2020-05-02)."),
        ("april 2020", "No story is from 1 April 2020 to 30 April 2020 (april 2020)."),
        ("after:2021", "No story is from 1 January 2022 or later (after:2021)."),
        ("before:2019", "No story is from 31 December 2018 or earlier (before:2019)."),
        (
            "after:2020-05 before:2020-05",
            "No story is from 1 June 2020 or later and also from 30 April 2020 or earlier "
            "(after:2020-05 before:2020-05).",
        ),
        (
            '"labor week"',
            'No story has the words "labor week" next to each other; leave out the quotation marks.',
        ),
        (
            "in:travel during:2020-05",
            "Stories meet each of in:travel, during:2020-05, but none meets all of them; leave one out.",
        ),
        (
            "fliggy during:2020-05",
            "Stories fit the words alone, but none of them fits during:2020-05, too; leave that out.",
        ),
        ("fligy -travel", "Stories fit the words alone, but none of them fits -travel, too; leave that out."),
        ("-fliggy -rain", "Without fliggy and rain no story is left."),
        ('during:2020-05 -"labor day"', 'Without "labor day" no story is left.'),
        ("xyzzyplugh", HINT_NOTHING),
        ("xyzzyplugh in:travel", HINT_NOTHING),
    ],
)
def test_the_condition_that_empties_an_answer_is_named(engine: SearchEngine, asked: str, hint: str) -> None:
    answer = engine.search(asked)

    assert (answer.kind, answer.hint) == (AnswerKind.NOTHING, hint)


@pytest.mark.parametrize(
    "asked", ["in:travel", "fliggy during:2020-06", "rain -fliggy", "in:weather before:june"]
)
def test_what_meets_its_conditions_is_found(engine: SearchEngine, asked: str) -> None:
    assert engine.search(asked).total == 1


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("fligy", "spelled “fligy”, read as Fliggy"),
        ("Fliggy", "about Fliggy"),
        ("飞猪", "飞猪 is another name for Fliggy"),
        ("weather", "Weather is one of its tags"),
        ("rain", "“rain” is in the headline"),
        ('"labor day"', "has the words “labor day”"),
    ],
)
def test_why_is_said_in_a_readers_words(engine: SearchEngine, asked: str, why: str) -> None:
    """It was "Fliggy, 1 letter off, company"."""
    assert engine.search(asked).matches[0].why == why


def test_a_condition_that_empties_is_named_before_what_is_closest() -> None:
    """A story has both words: that there is nothing about rain would be wrong."""
    both = Document(id=3, headline="Fliggy sells rain", companies=("Fliggy",), date=date(2020, 4, 1))

    with SearchEngine.over((*STORIES, both), {"Fliggy": ()}, today=lambda: TODAY) as engine:
        emptied = engine.search("fliggy rain during:2020-06")
        closest = engine.search("fliggy bankruptcy during:2020-06")

    assert emptied.hint.startswith("Stories fit the words alone, but none of them fits during:2020-06")
    assert (closest.kind, [match.story.id for match in closest.matches]) == (AnswerKind.CLOSEST, [1])


@pytest.mark.parametrize(
    ("headline", "body", "why"),
    [
        ("An anti-pattern", "It is seen often.", "“antipattern” is in the headline"),
        ("Anti-patterns", "They are seen often.", "“Anti-patterns” is in the headline"),
        ("Of habits", "One is an anti-pattern.", "“antipattern” is in the text"),
    ],
)
def test_why_says_where_a_compound_is(headline: str, body: str, why: str) -> None:
    """One in a headline was said to be in the text."""
    story = Document(id=1, headline=headline, body=body, date=date(2020, 5, 1))

    with SearchEngine.over([story], {}, today=lambda: TODAY) as engine:
        assert engine.search("antipattern").matches[0].why == why


@pytest.mark.parametrize(
    ("query", "whys"),
    [
        (
            "coupon kayaks",
            ["“Coupons” is in the headline", "“Coupons” is in the text", "“coupon” is in the text"],
        ),
        ("antipattern kayaks", [*["“antipattern” is in the headline"] * 2, "“antipatterns” is in the text"]),
        ("antipattern tea kayaks", ["“antipattern” is in the headline; “tea” is in the text"]),
    ],
)
def test_why_says_where_the_form_is_that_a_story_has(query: str, whys: list[str]) -> None:
    """Of a story that is only closest, too, where no word is looked for that has to be there."""
    texts = (
        ("An anti-pattern Is Seen", "It is often seen in tea."),
        ("Tea Is Sold for Coupons", "It rains."),
        ("An Anti_pattern Is Named", "One coupon is left in May."),
        ("Of Vouchers", "Boats take no coupons, nor antipatterns."),
    )
    told = [
        Document(id=n, headline=headline, body=body, date=date(2020, 5, 1 + n))
        for n, (headline, body) in enumerate(texts)
    ]

    with SearchEngine.over(told, {}, today=lambda: TODAY) as engine:
        answer = engine.search(query)

    assert answer.kind is AnswerKind.CLOSEST
    assert sorted(match.why for match in answer.matches) == sorted(whys)
