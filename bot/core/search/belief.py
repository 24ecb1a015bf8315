"""How likely a word of the archive is what somebody mistyped: which of its neighbours, and whether any."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from operator import mul

from bot.core.search.slips import typing_cost
from bot.core.search.unit import Term
from bot.core.search.vocabulary import spelt

# Fitted on typing errors made up for an archive of weekly digests and its parts (benchmarks/README.md):
# MERIT by conditional logit, which neighbour is meant; BELIEF by logistic regression, whether any of them is.
MERIT = (-4.96, 0.31, -0.01, 1.12, 0.28, 0.86, -0.22, 4.67, -0.82)
BELIEF = (1.17, -4.5, 0.64, -0.05, -0.29, 0.42, -0.26, -0.23, 4.87, 2.15, 0.28, 0.34, -1.73, -1.12)
_ROLES = {"company": 1.0, "tag": 0.5, "": 0.0}
_SEVERAL = 3  # stories with a word that may be taken for a name; what fewer have may be a slip itself
_NEARLY_ALWAYS = 0.9
_CLEAR = 6.0  # a margin beyond which a rival says nothing
_SHORT = 4
_LONG = 7  # letters: a shorter word is near to too many others to be a slip of one
_SLIPS_OF = 200  # stories with a word, for each with what may be a slip of it


def without_slips(terms: Collection[Term]) -> Iterable[Term]:
    """Leave out what is itself a slip of another one here: kubernets says nothing against kubernetes."""
    commonest = max(terms, key=lambda term: term.stories, default=None)
    if commonest is None or commonest.stories < _SLIPS_OF:
        return terms
    few = commonest.stories // _SLIPS_OF

    def is_slip(term: Term) -> bool:
        is_rare_word = not term.role and term.stories <= few and len(term.word) >= _LONG
        return is_rare_word and typing_cost(term.word, commonest.word) <= 1

    return [term for term in terms if term is commonest or not is_slip(term)]


def is_like_a_name(term: Term) -> bool:
    """Tell whether a word that is said to name nothing is nearly always written with a capital."""
    if term.role or term.stories < _SEVERAL or " " in term.shown or not term.word.isascii():
        return False
    if not (term.shown.islower() or term.shown.isupper() or term.shown == term.shown.capitalize()):
        return True  # PowerBI
    # A headline is left aside: in many all words have capitals, and those of headlines are not counted.
    return term.capitals >= max(2, _NEARLY_ALWAYS * (term.stories - term.headlines))


def traits_of(
    word: str, term: Term, distance: int, stories: int, *, has_companies: bool
) -> tuple[float, ...]:
    """Return what speaks for or against a term, in the order of MERIT.

    Where no story *has_companies*, what is written like a name counts as a tag does.
    """
    # Counts grow more slowly than archives do: so the weights hold for ten stories and for a million.
    meant = spelt(term.word)
    scale = (1e5 / max(stories, 10)) ** 0.4
    return (
        typing_cost(word, meant),
        math.log1p(term.headlines * scale),
        math.log1p(term.companies * scale),
        term.capitals / term.stories,
        float(word[0] == meant[0]),
        float(abs(len(word) - len(meant))),
        math.log1p(term.stories * scale),
        _ROLES["tag" if not has_companies and is_like_a_name(term) else term.role],
        float(distance > 1),
    )


def belief(word: str, traits: Sequence[float], merit: float, merits: Sequence[float], luck: float) -> float:
    """Return how likely a candidate is what was meant, rather than something that is not in the archive."""
    rival = next((other for other in merits if other != merit), None)
    margin = _CLEAR if rival is None else min(_CLEAR, merit - rival)
    evidence = (1.0, *traits, min(len(word), 12), margin, traits[0] / len(word), math.log1p(len(merits)))
    odds = sum(map(mul, BELIEF, evidence)) + (luck if len(word) > _SHORT else 0.0)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
