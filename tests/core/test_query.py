"""A question taken apart: what is asked for, what is left out, what cannot be asked."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.search.query import read_query

TODAY = date(2020, 6, 20)
OPENINGS = (
    *("what", "when", "where", "which", "who", "whose", "why", "how", "any", "tell", "show", "please"),
    *("is", "are", "was", "were", "do", "does", "did", "has", "have", "can", "could", "will"),
    *("latest", "news"),
)


@pytest.mark.parametrize("word", OPENINGS)
def test_sentence_is_told_by_its_first_word(word: str) -> None:
    """In one, "not" may say anything, and no small word is looked for."""
    asked = read_query(f"{word} acme of rivals not", today=TODAY)
    with_not = read_query(f"{word} acme not rivals", today=TODAY)

    assert asked.small_words == ()
    assert with_not.excluded == ()


def test_keywords_are_no_sentence() -> None:
    assert read_query("acme of rivals", today=TODAY).small_words == (("of",),)
    assert read_query("acme not rivals?", today=TODAY).excluded == (("rivals",),)


@pytest.mark.parametrize(
    "query",
    [
        *("acme without rivals or foes", "acme without rivals nor foes?", "acme ohne rivals oder foes"),
        *("acme sans rivals ou foes, please", "acme sin rivals ni foes", "acme senza rivals o foes"),
    ],
)
def test_what_follows_an_or_is_left_out_too(query: str) -> None:
    """It was looked for, the contrary of what was asked."""
    asked = read_query(query, today=TODAY)

    assert asked.excluded == (("rivals",), ("foes",))
    assert "foes" not in [part.letters for part in asked.parts]


@pytest.mark.parametrize(
    "words",
    [
        *("without", "except", "except for", "excluding", "but not", "and not"),
        *("ohne", "außer", "sans", "sauf", "sin", "sem", "senza", "zonder"),
    ],
)
@pytest.mark.parametrize("before", ["acme", "what does acme do"])
def test_what_is_to_be_left_out_is_excluded_in_each_language(words: str, before: str) -> None:
    asked = read_query(f"{before} {words} rivals, please", today=TODAY)

    assert asked.excluded == (("rivals",),)
    assert "rivals" not in [part.letters for part in asked.parts]
    assert asked.without[0][-1] == "rivals"


@pytest.mark.parametrize(
    "word", ["news", "story", "stories", "article", "articles", "update", "updates", "latest", "newest"]
)
def test_word_for_news_alone_asks_for_no_story_that_says_so(word: str) -> None:
    assert read_query(word, today=TODAY).in_so_many_words is None


@pytest.mark.parametrize("key", ["from", "to", "has", "is", "with"])
def test_modifier_without_a_meaning_here_is_refused(key: str) -> None:
    assert read_query(f"acme {key.upper()}:me", today=TODAY).problem.startswith(f"{key}: has no meaning here")


def test_each_word_has_a_place_of_its_own_and_pieces_of_one_share_it() -> None:
    places = [part.place for part in read_query("acme RMB10bn net-a-porter ink", today=TODAY).parts]

    assert len(set(places)) == 4
    assert places[2] == places[3] == places[4]


def test_only_so_many_words_are_looked_up() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    asked = read_query(" ".join(f"acme{letter}" for letter in letters), today=TODAY)

    assert [part.letters for part in asked.parts] == [f"acme{letter}" for letter in letters[:24]]
