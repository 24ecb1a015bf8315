"""The product's first weeks: ten stories of one digest, and every answer about them honest."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.search.answer import AnswerKind
from bot.files.config import load_settings
from bot.newsroom.library import Library
from bot.search.engine import SearchEngine
from tests.search.stories import TODAY

ROOT = Path(__file__).parents[2]


@pytest.fixture
def engine() -> SearchEngine:
    """Search the digest that ships with the bot, with the companies of its config."""
    library = Library(ROOT / "digests")
    library.refresh(datetime(2020, 5, 2, tzinfo=UTC))
    companies = load_settings(ROOT / "config.yaml").companies
    return SearchEngine.over(library.documents(), companies, today=lambda: TODAY)


@pytest.mark.parametrize(
    ("query", "headline"),
    [
        ("fligy", "Fliggy Fuels"),
        ("filggy", "Fliggy Fuels"),
        ("飞猪", "Fliggy Fuels"),
        ("Labor Day", "Fliggy Fuels"),
        ("what did Fliggy do for Labor Day?", "Fliggy Fuels"),
        ("travel", "Fliggy Fuels"),
        ("mybnak", "Ant Financial’s"),
        ("ant financial", "Ant Financial’s"),
        ("covid", "Jack Ma"),
        ("jack ma", "Jack Ma"),
        ("hema", "Alibaba Leads"),
        ("H&M", "H&M’s Arket"),
        ("arket", "H&M’s Arket"),
        ("watches & wonders", "Richemont"),
        ("concrt", "Damai and Youku"),
        ("coronavirs", "Luohan Academy"),
        ("labour", "Fliggy Fuels"),
        ("coupns", "Fliggy Fuels"),
        ("watch", "Richemont"),
        ("飞猪有什么新闻", "Fliggy Fuels"),
        ("Was macht Fliggy?", "Fliggy Fuels"),
        ("Que fait Richemont ?", "Richemont"),
    ],
)
def test_story_is_found(engine: SearchEngine, query: str, headline: str) -> None:
    answer = engine.search(query)

    assert answer.kind is AnswerKind.MATCHES
    assert answer.matches[0].story.headline.startswith(headline)


def test_name_of_several_words_is_named_whole(engine: SearchEngine) -> None:
    """A part of it is a company, too."""
    assert engine.search("what is Alibaba Cloud doing?").matches[0].why == "about Alibaba Cloud"


@pytest.mark.parametrize(
    ("query", "headlines"),
    [
        ("24 April 2020", ["Decathlon"]),
        ("in:tmall april 24 2020", ["Decathlon"]),
        ("29. April 2020", ["Richemont,"]),
        ("in april 2020", ["Decathlon", "Richemont,"]),
        ("april 30 2020", []),
        ("on:2020-04-24", []),
    ],
)
def test_day_alone_is_one_that_stories_say(engine: SearchEngine, query: str, headlines: list[str]) -> None:
    """No digest is of that day. With a word beside it, these stories were found."""
    found = [match.story.headline.split()[0] for match in engine.search(query).matches]

    assert found == headlines


@pytest.mark.parametrize(
    ("query", "missing"), [("飞猪裁员", "裁员"), ("盒马上市", "上市"), ("優酷會員", "會員")]
)
def test_two_letters_beside_a_company_decide(engine: SearchEngine, query: str, missing: str) -> None:
    """Fliggy layoffs is no question about Fliggy in Chinese either."""
    assert (engine.search(query).kind, engine.search(query).missing) == (AnswerKind.CLOSEST, (missing,))


@pytest.mark.parametrize("query", ["飞猪旅行", "盒马鲜生", "飞猪公司", "腾讯音乐集团"])
def test_two_letters_of_a_name_are_a_part_of_it(engine: SearchEngine, query: str) -> None:
    assert engine.search(query).kind is AnswerKind.MATCHES


@pytest.mark.parametrize(
    "query", ["Fliggy 2020", "2020 fligy travel", "Fliggy coupons 2020", "飞猪 ２０２０"]
)
def test_year_is_the_day_of_a_story_or_a_word_in_it(engine: SearchEngine, query: str) -> None:
    """No story about Fliggy says 2020; all of them are of 2020."""
    answer = engine.search(query)

    assert answer.kind is AnswerKind.MATCHES
    assert answer.matches[0].story.headline.startswith("Fliggy Fuels")
    assert engine.search("MYbank 2018").total == 1
    assert engine.search("Fliggy 2019").missing == ("2019",)
    assert engine.search("Fliggy layoffs 2020").missing == ("layoffs",)


@pytest.mark.parametrize("query", ["飞猪 财务报告", "飞猪财务报告"])
def test_what_is_missing_is_said_in_a_language_without_spaces(engine: SearchEngine, query: str) -> None:
    answer = engine.search(query)

    assert (answer.kind, answer.missing) == (AnswerKind.CLOSEST, ("财务报告",))
    assert answer.matches[0].story.headline.startswith("Fliggy Fuels")


def test_frequent_name_is_led_by_its_own_stories(engine: SearchEngine) -> None:
    """Nearly every story mentions them."""
    assert "Tmall" in engine.search("tmall").matches[0].story.headline
    assert "Alibaba" in engine.search("alibaba").matches[0].story.headline


@pytest.mark.parametrize(
    "query",
    [
        "Zillow",
        "asdkjh",
        "iwx",
        "Amazon",
        "Microsoft",
        "youtube",
        "nike",
        "yeti",
        "Meituan",
        "tell me about Netflix",
        "🎉",
        "the",
    ],
)
def test_what_is_not_there_is_not_answered(engine: SearchEngine, query: str) -> None:
    answer = engine.search(query)

    assert (answer.kind, answer.matches) == (AnswerKind.NOTHING, ())
    assert answer.hint
