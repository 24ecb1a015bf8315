"""Which words there are, and which of them are near a misspelt one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.core.search.vocabulary import Vocabulary, blocks

WORDS = st.sets(st.text("abz9", min_size=3, max_size=6).filter(lambda word: not word.isdigit()), max_size=40)


@given(words=WORDS, others=WORDS)
def test_vocabulary_knows_its_words_and_no_others(words: set[str], others: set[str]) -> None:
    """What it denies is not looked up in the index: a wrong no would lose a story."""
    vocabulary = Vocabulary(blocks(words), lambda place, letter: b"")

    assert {word for word in words | others if word in vocabulary} == words
