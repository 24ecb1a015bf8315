"""A page that is pasted, a word said a hundred times: what is asked counts once, and costs no more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import pytest

from bot.core.search import highlight
from bot.core.search.amounts import Amount
from bot.core.search.answer import Document, Match
from bot.core.search.guesses import Lexicon
from bot.core.search.meaning import Wording
from bot.core.search.prereleases import numbers
from bot.core.search.query import Part, read_query
from bot.search import index, reading
from bot.search.engine import SearchEngine
from bot.search.index import Hit, Index
from bot.search.reading import Sought
from tests.search.stories import TODAY


def over(bodies: Sequence[str]) -> SearchEngine:
    many = [
        Document(id=n, headline=f"Number {n}", body=body, companies=(), tags=(), date=TODAY)
        for n, body in enumerate(bodies)
    ]
    return SearchEngine.over(many, {}, today=lambda: TODAY)


def _ranked(engine: SearchEngine, question: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what FTS5 is asked to put in order for a question."""
    ranked, rank = list[str](), Index._ranked

    def listening(index: Index, match: str, *more: int) -> list[Hit]:
        ranked.append(match)
        return rank(index, match, *more)

    monkeypatch.setattr(Index, "_ranked", listening)
    engine.search(question)
    return ranked


@pytest.mark.parametrize(
    "question",
    ["trains " * 12, "the trains the trains", "story, trains? Trains " * 3, "trains " * 9 + "-xqzwv"],
)
def test_word_that_is_said_again_does_not_count_again(monkeypatch: pytest.MonkeyPatch, question: str) -> None:
    """BM25 counted it in every story that has it: thirty times took 39 ms of CPU on ten thousand stories."""
    explained = list[int]()

    def listening(story: Document, score: float, sought: Sequence[Sought], *more: Any, **how: Any) -> Match:
        explained.append(len(sought))
        return reading.explained(story, score, sought, *more, **how)

    monkeypatch.setattr("bot.search.finding.explained", listening)
    with over(9 * ["The story of trains."]) as engine:
        matches = _ranked(engine, question, monkeypatch)

    assert max(explained) <= len(set(re.findall("[a-z]+", question.lower())))
    assert matches
    assert all(match.count('"trains"') == 1 and match.count('"the"') <= 1 for match in matches)


@pytest.mark.parametrize("question", ["alibaba " * 800, "alibaba, ALIBABA? " * 300])
def test_word_that_is_said_hundreds_of_times_is_one_word(engine: SearchEngine, question: str) -> None:
    assert engine.search(question).matches == engine.search("alibaba").matches


def test_word_that_is_said_again_is_explained_once(engine: SearchEngine) -> None:
    once, twice = engine.search("travel platform"), engine.search("travel platform Travel platform")

    assert [match.story.id for match in twice.matches] == [match.story.id for match in once.matches]
    assert [match.why for match in twice.matches] == [match.why for match in once.matches]


def test_long_question_has_each_of_its_words_once() -> None:
    words = ["worda", "wordb", "wordc"]

    asked = read_query(" ".join(7 * words), today=TODAY)

    assert [part.letters for part in asked.parts] == words


def test_sentence_that_is_pasted_has_all_of_its_words() -> None:
    """Else those around one that is left out would be neighbours, and others count for more."""
    said = "the team is pleased to announce the first candidate of the release of the compiler"

    assert " ".join(part.letters for part in read_query(said, today=TODAY).parts) == said


def test_short_question_has_all_of_its_words() -> None:
    asked = read_query("duran duran", today=TODAY)

    assert [part.letters for part in asked.parts] == ["duran", "duran"]


def test_conditions_behind_a_long_text_count() -> None:
    """Of a page that is pasted only the beginning is looked for; whoever adds a condition means it."""
    asked = read_query("a page about trains " * 40 + "-fliggy in:travel before:2020", today=TODAY)

    assert (asked.excluded, asked.tags, asked.last) == ((("fliggy",),), (("travel",),), date(2019, 12, 31))


def test_day_far_down_a_pasted_page_is_no_condition() -> None:
    near, far = (f"{'pasted page ' * n}of May 2020" for n in (5, 60))

    assert read_query(near, today=TODAY).dates
    assert not read_query(far, today=TODAY).dates


def test_same_day_many_times_is_told_once(engine: SearchEngine) -> None:
    assert engine.search("q4 1999 " * 90).hint.count("q4 1999") == 1


def test_same_stories_are_put_in_order_once_a_question(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same words are asked of other days, read otherwise, and to see whether a condition is at fault."""
    matches = _ranked(engine, "the alibaba the group since may xqzwv", monkeypatch)

    assert len(matches) == len(set(matches))


def test_only_so_much_of_what_was_put_in_order_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("trains hotels", "the trains", "the hotels", "trains berlin", "hotels berlin")
    pages = [(question, limit) for question in asked for limit in (2, 9)]
    with over(9 * ["The trains and hotels of Berlin."]) as engine:
        before = [engine.search(question, limit=limit) for question, limit in pages]
        monkeypatch.setattr(index, "_BEST_KEPT", 2)
        monkeypatch.setattr(index, "_PAGE", 3)
        engine._index._best.clear()

        assert [engine.search(question, limit=limit) for question, limit in pages] == before
        assert 0 < len(engine._index._best) <= 2
        assert all(len(hits) <= 3 for hits in engine._index._best.values())


def test_many_words_with_other_endings_are_near_to_the_story_that_has_them() -> None:
    """Whether it has them with any ending is asked first."""
    told = ("They launched seven trains to hotels in Berlin.", "A zeppelin.", "A train.", "One hotel.")
    with over(told) as engine:
        answer = engine.search("launching seven train hotel berlin zeppelin")

    assert [match.story.id for match in answer.matches] == [0]
    assert answer.missing == ("zeppelin",)


def test_what_words_stand_for_is_found_out_once_for_all_readings(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is most of what an unknown word costs, and was done for each of five."""
    parts = list[object]()

    def listening(worded: Sequence[Part], lexicon: Lexicon, **more: Any) -> Wording:
        parts.append(tuple(worded))
        return Wording(worded, lexicon, **more)

    monkeypatch.setattr("bot.search.finding.Wording", listening)

    engine.search("fligyy in may 2019 -alibaba xqzwv")

    assert parts
    assert len(parts) == len(set(parts))


def test_numbers_of_a_text_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for each number of a question, of which there may be two dozen."""
    read = list[str]()

    def listening(text: str) -> Iterable[Amount]:
        read.append(text)
        return numbers(text)

    monkeypatch.setattr(highlight, "numbers", listening)
    passage = highlight.Passage("It paid 3.5 billion for 12,000 shops, of which 12000 are new.")

    assert [passage.find_number(word) for word in ("3500000000", "12000", "7")] == [
        "3.5 billion",
        "12,000",
        "",
    ]
    assert len(read) == 1
