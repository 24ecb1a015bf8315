"""A question's words in other forms than the stories': what was done, and in whose spelling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from bot.core.search.answer import Answer, AnswerKind, Document
from bot.core.search.endings import all_forms, spellings
from bot.search.engine import SearchEngine
from tests.search.stories import TODAY, engine_over

TEXTS: Mapping[str, tuple[str, str, Sequence[str]]] = {
    "colors": ("Lamps in One Color", "They are sold at the pier.", ()),
    "removed": ("Old Turnstiles Are Gone", "They were removed from the subway.", ()),
    "deprecated": ("Paper Tickets Are Deprecated", "The ferry takes them for a year.", ()),
    "stabilized": ("Bridges Are Stabilized", "Steel holds the folding arch.", ()),
    "paths": ("Gardeners Meet", "They fold paper. Along the stone path accesses are marked.", ()),
    "uphill": ("Hills Are Climbed", "The stone-paths lead uphill.", ()),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    with engine_over(TEXTS, {}, tmp_path_factory.mktemp("index")) as engine:
        yield engine


def ids(answer: Answer) -> list[str | int]:
    return [match.story.id for match in answer.matches]


@pytest.mark.parametrize(
    ("query", "story"),
    [
        ("turnstile removal", "removed"),
        ("deprecation of ferry tickets", "deprecated"),
        ("bridge arch stabilised", "stabilized"),
        ("stone paths folding", "paths"),
        ("stabilising bridges", "stabilized"),
        ("colours at the pier", "colors"),
    ],
)
def test_what_was_done_is_found_by_its_name_and_its_other_endings(
    engine: SearchEngine, query: str, story: str
) -> None:
    answer = engine.search(query)

    assert (answer.kind, ids(answer)) == (AnswerKind.MATCHES, [story])


@pytest.mark.parametrize(
    ("deed", "done"),
    [
        *(("removal", "removed"), ("acquisition", "acquires"), ("growth", "grew"), ("growth", "growing")),
        *(("deprecation", "deprecated"), ("negotiations", "negotiate"), ("deliveries", "delivered")),
    ],
)
def test_deed_is_a_form_of_what_is_done(deed: str, done: str) -> None:
    assert done in all_forms(deed)
    assert deed in all_forms(done)


@pytest.mark.parametrize(
    ("word", "other"), [("station", "state"), ("nation", "nate"), ("removal", "removaled")]
)
def test_word_with_the_ending_of_a_deed_is_none(word: str, other: str) -> None:
    assert other not in all_forms(word)


@pytest.mark.parametrize(
    ("british", "american"),
    [("stabilised", "stabilized"), ("colours", "colors"), ("cancelled", "canceled"), ("centres", "centers")],
)
def test_every_ending_is_spelt_on_either_side_of_the_atlantic(british: str, american: str) -> None:
    assert american in spellings(british)
    assert british in spellings(american)


def test_word_that_is_a_tag_too_has_its_other_number(index_folder: Path) -> None:
    """Every question with the word in the other number missed what the tag stands for."""
    documents = [
        Document(id="tagged", headline="A Loom Is Paid", body="One grant.", tags=("Grant",), date=TODAY),
        Document(id="many", headline="Potters Meet", body="They ask for grants.", date=TODAY),
        Document(id="weavers", headline="Weavers Meet", body="They got a grant each.", date=TODAY),
    ]
    with SearchEngine.over(documents, {}, today=lambda: TODAY) as engine:
        answer = engine.search("weavers grants")

    assert (answer.kind, ids(answer)) == (AnswerKind.MATCHES, ["weavers"])
