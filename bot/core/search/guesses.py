"""What a word of a question may stand for that the archive does not have as it is typed.

Another form of it, a name that it sounds like in another script, what it is short for; else the nearest name
or word that typing could have made of it, and how sure that is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import mul

from bot.core.search.amounts import is_said_amount, same_amounts
from bot.core.search.belief import MERIT, belief, traits_of, without_slips
from bot.core.search.compounds import is_cut
from bot.core.search.endings import all_forms, doers, is_deed, number_forms, spellings
from bot.core.search.query import Part, deed_of, is_sentence
from bot.core.search.scripts import is_spelt, sound, stretches
from bot.core.search.terms import (
    has_other_digits,
    is_doer,
    is_no_name,
    is_other_number,
    is_plain,
    is_rare,
    is_side_by_side,
    lacks_its_last_letter,
)
from bot.core.search.unit import DOUBTED, Candidate, Term
from bot.core.search.vocabulary import is_fuzzy, spelt

SURE_ALONE = 0.9  # a word so well understood is a part of a longer one only if that is a company
SURE_COMPANY = 0.75  # goes before whatever seems likelier: "googll" is Google, not goo.gl
_KEPT = 3  # candidates of a word
_BY_CHANCE = 2.0  # what two words are worth less as one than one is; 1 to 3 do alike
_FAME = 2.4  # what it adds to the odds of a mistyped name that people know it, and not what was typed
_OTHER_FORM = 0.95  # podcasts for podcast
_HEARD = 0.5  # a name that another script may mean: worth naming, and enough beside other words
_COMMONER = 5  # times, than any other word that k8s may stand for
# The fewer stories, the less likely a word is near one of theirs by chance; with few letters it still is.
_FITTED_TO = 20_000
_SMALLNESS = 0.35
# Looking for neighbours is what costs. Who mistypes more words of one question than that is not asking.
_FORGIVEN = 16

Lookup = Callable[[Iterable[str]], Mapping[str, Term]]
Near = Callable[[str], Sequence[tuple[str, int]]]
SpeltOut = Callable[[str], Sequence[str]]
IsKnown = Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Who is asked about words: the archive, and by *is_known* whether people know one that it has not."""

    stories: int
    lookup: Lookup
    near: Near
    spelt_out: SpeltOut = lambda word: ()
    is_known: IsKnown = lambda word: False
    has_companies: bool = True


class Guesses:
    """What the words of one question may stand for; *named* are those that are written as names."""

    def __init__(self, parts: Sequence[Part], lexicon: Lexicon, *, named: Collection[str]) -> None:
        self._lexicon, self._named, self._in_sentence = lexicon, named, is_sentence(parts)
        self._luck = _SMALLNESS * math.log(max(1, _FITTED_TO / max(lexicon.stories, 10)))
        self._spoken = {stretch for part in parts for stretch in stretches(part.typed)}
        self._deed = deed_of(parts)
        self._cut = {part.letters for part in parts if is_cut(part)}
        self._found: dict[str, tuple[Candidate, ...]] = {}

    def of(self, word: str) -> tuple[Candidate, ...]:
        """Return what a word may stand for, the likeliest first."""
        if (found := self._found.get(word)) is None:
            found = self._find_candidates(word, may_be_mistyped=len(self._found) < _FORGIVEN)
            self._found[word] = found
        return found

    def beside(self, word: str) -> tuple[Candidate, ...]:
        """Return what a word that the archive has stands for, too."""
        same = () if word.isascii() else self._same_amounts(word)
        return (*same, *self._long_forms(word), *self._doers(word))

    def _find_candidates(self, word: str, *, may_be_mistyped: bool) -> tuple[Candidate, ...]:
        if not word.isascii() and (same := self._same_amounts(word)):
            return same
        if forms := (*self._other_forms(word), *self._doers(word)):
            return forms
        if forms := self._sounding_like(word) or self._long_forms(word):
            return forms
        near = self._near_ones(word) if may_be_mistyped and word not in self._cut else ()
        return near or self._sounding_nearly_like(word)

    def _near_ones(self, word: str) -> tuple[Candidate, ...]:
        distances = dict(self._lexicon.near(word)) if is_fuzzy(word) else {}
        if not distances:
            return ()
        typed = spelt(word)
        scored = []
        for term in without_slips(self._lexicon.lookup(distances).values()):
            traits = traits_of(
                typed,
                term,
                distances[term.word],
                self._lexicon.stories,
                has_companies=self._lexicon.has_companies,
            )
            merit = sum(map(mul, MERIT, traits)) - _BY_CHANCE * is_side_by_side(term)
            scored.append((merit, traits, term))
        scored.sort(key=lambda entry: -entry[0])
        merits = [merit for merit, _, _ in scored]
        is_known = self._lexicon.is_known(word)
        found = []
        for merit, traits, term in scored[:_KEPT]:
            luck = self._luck + _FAME * self._is_famous(term)
            sure = belief(typed, traits, merit, merits, luck)
            if (is_known and not lacks_its_last_letter(word, term)) or has_other_digits(word, term):
                sure = min(DOUBTED, sure)
            if self._is_kept_from(word, term):
                sure = 0.0  # whatever stands beside it
            found.append(Candidate(term, distances[term.word], sure))
        return tuple(sorted(found, key=_sure_company_first))

    def _is_kept_from(self, word: str, term: Term) -> bool:
        """Tell whether a word written as a name is no slip of that plain one: Pinterest is no interest.

        Among keywords people write a plain word with a capital, too, but seldom slip in its first letter.
        """
        if word not in self._named or not is_no_name(term):
            return False
        return self._in_sentence or term.word[:1] != word[:1]

    def _is_famous(self, term: Term) -> bool:
        """Tell whether it is a name that people know, though no story is said to be about it."""
        if term.companies or 2 * term.capitals <= term.stories:
            return False
        return all(map(self._lexicon.is_known, term.shown.lower().replace("-", " ").split()))

    def _is_topic(self, term: Term) -> bool:
        """Tell whether it is a tag that is a word like others: Travel, for travelling."""
        return term.role == "tag" and " " not in term.shown and self._lexicon.is_known(term.word)

    def _sounding_like(self, word: str) -> tuple[Candidate, ...]:
        """Return the company that a word of another script sounds like."""
        if word not in self._spoken or not (sounds := sound(word)):
            return ()
        if is_spelt(word):
            return _as_companies(self._lexicon.lookup({sounds, *map(sound, number_forms(word))}).values())
        near = sorted(
            ((distance, other) for other, distance in self._lexicon.near(sounds)), key=lambda pair: pair[0]
        )
        terms = self._lexicon.lookup({sounds, *(other for _, other in near)})
        heard = (terms.get(other) for other in (sounds, *(other for _, other in near)))
        return _as_companies(filter(None, heard))

    def _sounding_nearly_like(self, word: str) -> tuple[Candidate, ...]:
        """Return the company that a word in Greek or Cyrillic sounds like, but for a letter or two."""
        if word not in self._spoken or not is_spelt(word):
            return ()
        off = dict(self._lexicon.near(sound(word)))
        terms = sorted(self._lexicon.lookup(off).values(), key=lambda term: off[term.word])
        companies = [term for term in terms if term.role == "company"]
        return tuple(Candidate(term, off[term.word], _HEARD) for term in companies[:1])

    def _other_forms(self, word: str) -> tuple[Candidate, ...]:
        if word in self._named and self._in_sentence:
            return ()  # Ravens are not several of a raven
        spelt = set(spellings(word))
        is_known = is_deed(word) or any(map(self._lexicon.is_known, (word, *spelt)))
        if not (terms := self._lexicon.lookup(all_forms(word) if is_known else number_forms(word))):
            return ()
        same = [
            term
            for term in terms.values()
            if is_plain(term)
            or self._is_topic(term)
            or term.word in spelt
            or (is_known and is_other_number(term, word))
        ]
        return tuple(Candidate(term, 0, _OTHER_FORM, is_form=True) for term in same[:_KEPT])

    def _same_amounts(self, word: str) -> tuple[Candidate, ...]:
        """Return an amount of a currency as others write it, but never one of another currency."""
        terms = self._lexicon.lookup(same_amounts(word)) if is_said_amount(word) else {}
        return tuple(Candidate(term, 0, 1.0) for term in terms.values())

    def _doers(self, word: str) -> tuple[Candidate, ...]:
        """Return who does what is asked: founder, for "who founded it"."""
        terms = self._lexicon.lookup(doers(word)).values() if word == self._deed else ()
        return tuple(Candidate(term, 0, _OTHER_FORM, is_form=True) for term in terms if is_doer(term))

    def _long_forms(self, word: str) -> tuple[Candidate, ...]:
        """Return the word that everybody here means by one like k8s, if they do."""
        if not (long := self._lexicon.spelt_out(word)):
            return ()
        terms = self._lexicon.lookup(long).values()
        found = sorted((term for term in terms if " " not in term.shown), key=lambda term: -term.stories)
        # Of several, the one that is on everybody's lips, where k8s is in use: "a11y" is not "automatically".
        known = self._lexicon.lookup([word]).get(word)
        in_use = known is not None and not is_rare(known, self._lexicon.stories)
        if not found or (len(found) > 1 and not (in_use and found[0].stories > _COMMONER * found[1].stories)):
            return ()
        return (Candidate(found[0], 0, _OTHER_FORM, is_form=True),)


def _as_companies(heard: Iterable[Term]) -> tuple[Candidate, ...]:
    """Return the first company of these, as what a word of another script is."""
    companies = (term for term in heard if term.role == "company")
    return tuple(Candidate(term, 0, SURE_ALONE, is_form=True) for term in islice(companies, 1))


def _sure_company_first(candidate: Candidate) -> float:
    is_sure = candidate.term.role == "company" and candidate.belief > SURE_COMPANY
    return -candidate.belief if is_sure else 0.0
