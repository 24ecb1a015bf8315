"""What a word of a question stands for, told from where the archive has its neighbours."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from rapidfuzz.distance import OSA

from bot.core.search.guesses import Lexicon
from bot.core.search.meaning import Wording
from bot.core.search.query import Part
from bot.core.search.unit import Term, Unit
from bot.core.search.vocabulary import edits_allowed

STORIES = 7_600
HALF = 0.5
# In how many stories each is, in how many headlines, and in how many texts with a capital.
COUNTS = {
    "Hema": (46, 23, 41),
    "Lazada": (21, 15, 7),
    "LZDA": (1, 0, 1),
    "Hem": (2, 0, 1),
    "Cainiao": (4, 0, 4),
    "AutoNavi": (3, 3, 0),
    "Freshippo": (3, 2, 3),
    "Luisaviaroma": (3, 0, 3),
    "report": (196, 86, 6),
    "branched": (4, 1, 0),
}
TERMS = {
    shown.lower().replace(" ", ""): Term(
        shown.lower().replace(" ", ""), *counts[:2], 0, counts[2], shown, "", ""
    )
    for shown, counts in COUNTS.items()
}


def lookup(words: Iterable[str]) -> dict[str, Term]:
    return {word: TERMS[word] for word in words if word in TERMS}


def near(word: str) -> list[tuple[str, int]]:
    off = ((other, OSA.distance(word, other)) for other in TERMS)
    return [(other, edits) for other, edits in off if edits <= edits_allowed(max(len(word), len(other)))]


def meant(word: str, *, has_companies: bool = False) -> Unit:
    lexicon = Lexicon(stories=STORIES, lookup=lookup, near=near, has_companies=has_companies)
    [unit] = Wording([Part(word, word)], lexicon).units()
    return unit


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        *(("lazda", "Lazada"), ("lzada", "Lazada"), ("lazaada", "Lazada")),
        *(("cainao", "Cainiao"), ("csiniao", "Cainiao")),
        *(("frehispo", "Freshippo"), ("lusaviaroa", "Luisaviaroma"), ("luisaviarkms", "Luisaviaroma")),
        *(("hrma", "Hema"), ("hma", "Hema"), ("heam", "Hema"), ("hemma", "Hema")),
        *(("utonavu", "AutoNavi"), ("atnavi", "AutoNavi")),
    ],
)
def test_slip_in_what_is_written_like_a_name_is_read_where_no_story_has_companies(
    typed: str, name: str
) -> None:
    """Missing, doubled, swapped, neighbouring keys; a headline with all words in capitals says nothing."""
    unit = meant(typed)

    assert unit.candidates[0].term.shown == name
    assert unit.belief > HALF


def test_slip_of_a_plain_word_is_no_surer_for_that() -> None:
    unit = meant("brancel")

    assert unit.belief < HALF
    assert unit.belief == meant("brancel", has_companies=True).belief
