"""A question's frame carries no sense: "did we write about Acme" asks for what "Acme" asks for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.search.answer import AnswerKind
from bot.core.search.frames import unframed
from bot.search.engine import SearchEngine
from tests.search.stories import engine_over

_STORIES = {
    "links": ("Links Wanted", "A report of ours has links. We write it, and its coverage is wide.", ()),
    "written": (
        "Acme Covers Roofs",
        "We mention a report and a link, write a summary and catch up.",
        ("Acme",),
    ),
    "kayaks": ("Kayaks for All", "A factory opens.", ("Acme",)),
    "Uber": ("Uber Drives", "Cars come.", ("Uber",)),
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[SearchEngine]:
    with engine_over(_STORIES, {}, tmp_path) as engine:
        yield engine


@pytest.mark.parametrize(
    "frame",
    [
        *("link to", "send me the link to", "any links for", "coverage of", "our coverage of", "mentions of"),
        *("did we write about", "have we covered", "have we ever mentioned", "has anyone written about"),
        *("when did we last write about", "how often did we write about", "last time we mentioned"),
        *("stories mentioning", "articles that mention", "who wrote about", "who covered", "which issue had"),
        *("catch me up on", "bring me up to speed on", "fill us in on", "search for", "can you find"),
        *("hi, can you please send me the", "quick question: did we cover", "what's the deal with"),
        *("i remember a story about", "wasn't there something about", "report on", "details about"),
        *("could you summarize", "I'd like to know more about", "any word from", "anything new on"),
        *(
            "Link zu",
            "liens sur",
            "enlaces sobre",
            "link a",
            "couverture de",
            "cobertura de",
            "ponme al día sobre",
        ),
    ],
)
def test_what_only_asks_is_not_looked_for(frame: str, engine: SearchEngine) -> None:
    """It gave the one story that says "link", or said that nothing is about "coverage"."""
    asked, alone = engine.search(f"{frame} Acme"), engine.search("Acme")

    assert asked.kind is AnswerKind.MATCHES
    assert [match.story.id for match in asked.matches] == [match.story.id for match in alone.matches]
    assert alone.total == 2


@pytest.mark.parametrize(
    "query",
    [
        *("haben wir über {} geschrieben", "Berichte über {}", "Artikel über {}", "mehr über {}"),
        *(
            "wo wurde {} erwähnt?",
            "Erinnere mich an {}",
            "avons-nous écrit sur {} ?",
            "où a-t-on mentionné {}",
        ),
        *("rappelle-moi ce que {} a fait", "du nouveau sur {}", "des nouvelles de {} s'il te plaît"),
        *("¿hemos escrito sobre {}?", "artículos que mencionan {}", "noticias de {} por favor"),
        *(
            "abbiamo scritto di {}?",
            "ricordami cosa ha fatto {}",
            "já escrevemos sobre {}?",
            "matérias sobre {}",
        ),
        *("有没有写过{}", "提到{}的文章", "{}有什么新消息", "{}に関する記事", "{}について書きましたか"),
    ],
)
def test_what_only_asks_is_not_looked_for_in_other_languages(query: str, engine: SearchEngine) -> None:
    """Nothing was about "geschrieben", and "über Acme" was about Uber."""
    asked = engine.search(query.format("Acme"))

    assert asked.kind is AnswerKind.MATCHES
    assert {match.story.id for match in asked.matches} == {"written", "kayaks"}


@pytest.mark.parametrize(
    ("query", "story"),
    [
        *(("links", "links"), ("coverage", "links"), ("coverage wide", "links")),
        *(("Was macht Uber?", "Uber"), ("was macht uber", "Uber"), ("uber cars", "Uber")),
        *(("Artikel über Uber", "Uber"), ("mehr von Uber", "Uber")),
    ],
)
def test_the_same_words_count_where_they_are_what_is_asked(
    query: str, story: str, engine: SearchEngine
) -> None:
    answer = engine.search(query)

    assert answer.kind is AnswerKind.MATCHES
    assert answer.matches[0].story.id == story


@pytest.mark.parametrize(
    "text",
    [
        *("link to it", "coverage of", "did we write about that?", "who wrote about us", "catch me up on"),
        *(
            "test coverage of kayaks",
            "link",
            "linked to Acme",
            "word of mouth",
            "post to Acme",
            "writes about Acme",
        ),
        "search engines for Acme",
    ],
)
def test_frame_leads_on_to_something(text: str) -> None:
    assert unframed(text) == text


def test_frame_before_a_phrase_or_a_day_is_none_of_it(engine: SearchEngine) -> None:
    assert [m.story.id for m in engine.search('link to Acme "kayaks for all"').matches] == ["kayaks"]
    assert engine.search("did we write about Acme in june 2020?").total == 2


@pytest.mark.parametrize("query", ["Uber coverage", "search Uber", "Search uber"])
def test_asking_for_all_of_a_company_is_no_more_than_its_name(query: str, engine: SearchEngine) -> None:
    answer = engine.search(query)

    assert (answer.kind, [match.story.id for match in answer.matches]) == (AnswerKind.MATCHES, ["Uber"])


@pytest.mark.parametrize("query", ["Uber search", "coverage Uber", "kayaks coverage", "Uber links"])
def test_the_same_words_elsewhere_are_asked_for(query: str, engine: SearchEngine) -> None:
    assert engine.search(query).kind is AnswerKind.CLOSEST
