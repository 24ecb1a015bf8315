"""Which words there are, and which of them are near a misspelt one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from bot.core.search.vocabulary import (
    Vocabulary,
    blocks,
    edits_allowed,
    is_fuzzy,
    letter_sets,
    spelt,
    written,
)

WORDS = st.sets(st.text("abz9", min_size=3, max_size=6).filter(lambda word: not word.isdigit()), max_size=40)

OTHERS = st.text("абвґῳ", min_size=3, max_size=9)


@given(words=WORDS, others=WORDS)
def test_vocabulary_knows_its_words_and_no_others(words: set[str], others: set[str]) -> None:
    """What it denies is not looked up in the index: a wrong no would lose a story."""
    vocabulary = Vocabulary(blocks(words), lambda place, letter: b"")

    assert {word for word in words | others if word in vocabulary} == words


@settings(deadline=None, max_examples=50)
@given(words=st.sets(OTHERS, max_size=30), asked=OTHERS)
def test_neighbours_in_other_letters_are_all_that_are_near(words: set[str], asked: str) -> None:
    """Several of their letters share a set: that may only let more through, never fewer."""
    rows = blocks(words)
    sets = {(place, letter): has for place, letter, has in letter_sets(rows)}

    near = Vocabulary(rows, lambda *of: sets[of]).near(asked)

    assert dict(near) == {
        word: off
        for word in words
        if 0 < (off := OSA.distance(word, asked)) <= edits_allowed(max(len(word), len(asked)))
    }


@pytest.mark.parametrize("word", ["중앙은행", "ガンダム", "нацбанк", "हिंदी", "йод", "amazing"])
def test_word_is_what_is_spelt_so(word: str) -> None:
    assert is_fuzzy(word)
    assert written(spelt(word)) == word


@pytest.mark.parametrize("word", ["飞猪旅行", "アリ", "ปต", "행", "нац2020", "нацbank", "2020"])
def test_what_is_no_word_of_letters_is_never_mistyped(word: str) -> None:
    assert not is_fuzzy(word)
