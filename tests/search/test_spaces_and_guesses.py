"""Names that a space or a hyphen tears, and guesses that no answer may stand on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from bot.core.search.answer import AnswerKind
from bot.search.engine import SearchEngine
from tests.search.stories import engine_over

COMPANIES: Mapping[str, Sequence[str]] = {"Well-Baked": ()}
TEXTS = {
    "baked": ("Bread Is Sold", "Well-Baked sells it.", ("Well-Baked",)),
    "bakers": ("They Bake at Night", "All of them bake, and bake well.", ()),
    "soko": ("Soko Opens a Shop", "It is the first one of Soko.", ()),
    "ko": ("A Boxer Wins", "It was a ko in round two.", ()),
    "buns": ("Papers", "Buns are eaten.", ()),
    "bun": ("Papers Again", "More buns.", ()),
    "bunk": ("Festival of Old", "A bunk was there.", ()),
    "festival": ("Festival of Boats", "Boats are shown.", ()),
    "festivals": ("Festival of Kites", "Kites are shown.", ()),
    "fairs": ("Festival of Songs", "Songs are sung.", ()),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    with engine_over(TEXTS, COMPANIES, tmp_path_factory.mktemp("index")) as engine:
        yield engine


def test_compound_with_a_small_word_may_be_a_mistyped_company(engine: SearchEngine) -> None:
    """Bake alone is in other stories: the small word before it is part of the name."""
    answer = engine.search("well-bake")

    assert answer.matches[0].story.id == "baked"
    assert "spelled" in answer.matches[0].why


def test_name_torn_by_a_space_is_not_its_rest(engine: SearchEngine) -> None:
    """The first half is a small word; what has only the other half is about something else."""
    answer = engine.search("So ko")

    assert [match.story.id for match in answer.matches] == ["soko"]


def test_any_guess_brings_a_closest_story_forward(engine: SearchEngine) -> None:
    """Likelier ones are in no story with the rest of the question."""
    answer = engine.search("festival bunx")

    assert answer.kind is AnswerKind.CLOSEST
    assert answer.matches[0].story.id == "bunk"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("night market", ["headline", "apart", "text", "far"]),
        ("Night Market -opens", ["headline", "text", "far"]),
    ],
)
def test_name_of_several_words_is_one_before_they_are_apart(
    query: str, found: list[str], tmp_path: Path
) -> None:
    """The newest headline with both words came first, whatever stood between them."""
    texts: Mapping[str, tuple[str, str, Sequence[str]]] = {
        "headline": ("Night Market Rebuilt", "It is old.", ()),
        "text": ("Stalls", "The Night Market has some.", ()),
        "far": ("Lamps", "At night they light a market.", ()),
        "apart": ("Night Falls, and the Market Opens", "It is new.", ()),
    }
    with engine_over(texts, {}, tmp_path) as engine:
        assert [match.story.id for match in engine.search(query).matches] == found
