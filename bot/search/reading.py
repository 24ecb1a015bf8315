"""What is looked for in the index, and why a story that was found was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from bot.core.search.amounts import is_number
from bot.core.search.answer import Document, Match
from bot.core.search.belief import is_like_a_name
from bot.core.search.compounds import is_version
from bot.core.search.highlight import excerpt, key, keys, passage
from bot.core.search.prereleases import is_prerelease
from bot.core.search.query import Part, Parts
from bot.core.search.reasons import (
    COMPANY,
    HEADLINE,
    NEWEST_FIRST,
    TAG,
    TEXT,
    apart_reason,
    phrase_reason,
    reason,
    synonym_reason,
)
from bot.core.search.said_days import is_day
from bot.core.search.smallwords import is_english_too
from bot.core.search.text import NAME, join
from bot.core.search.unit import Candidate, Term, Unit
from bot.search.schema import WHOLE

SURE_OF_ONE = 0.75  # how much of a question of one word must be understood
_HEADED = 0.4  # of a score: what a headline that is just what was asked for adds; .3 to .4 do best


class Reading(NamedTuple):
    """What is looked for: FTS5 expressions that all must fit, and the units and phrases they stand for."""

    wanted: tuple[str, ...]
    units: tuple[Unit, ...]
    phrases: tuple[Parts, ...]

    @property
    def match(self) -> str:
        return " AND ".join(self.wanted)

    def guessing(self, mistyped: Sequence[Unit]) -> Reading:
        """Return the same with all that these words may be, too, however unlikely."""
        return self._replace(wanted=(*self.wanted, *map(_anything, mistyped)))


def expression(unit: Unit) -> str:
    """Return what finds a unit. All words are quoted, so none of them is an operator."""
    if unit.synonyms:
        return f"({_written(unit)} OR {' OR '.join(map(quoted, unit.synonyms))})"
    return _written(unit)


def as_one_first(unit: Unit) -> Sequence[str]:
    """Return what finds a unit: a name of several words as one, then with its words apart, too."""
    if is_terms(unit) or unit.synonyms:
        return (expression(unit),)
    as_one = f'("{unit.candidates[0].term.word}" OR {quoted([part.letters for part in unit.parts])})'
    return tuple(dict.fromkeys((as_one, expression(unit))))


def _anything(unit: Unit) -> str:
    """Return what finds a mistyped word as any of its candidates."""
    return "(" + " OR ".join(f'"{candidate.term.word}"' for candidate in unit.candidates) + ")"


def _written(unit: Unit) -> str:
    best = unit.candidates[0]
    if is_terms(unit):
        return "(" + " OR ".join([f'"{candidate.term.word}"' for candidate in _meant(unit)]) + ")"
    if best.term.role == "company":
        return f'("{best.term.word}" OR ({quoted([part.letters for part in unit.parts])}))'
    if unit.parts[0].is_stop or unit.parts[-1].is_stop:
        return f'("{best.term.word}" OR {quoted([part.letters for part in unit.parts])})'
    places = (list(parts) for _, parts in groupby(unit.parts, key=lambda part: part.place))
    words = [_as_typed(parts) for parts in places if not all(part.is_stop for part in parts)]
    written = " AND ".join(words) or quoted([part.letters for part in unit.parts])
    return f'("{best.term.word}" OR ({written}))'


def _as_typed(parts: Sequence[Part]) -> str:
    """Return what finds one word, which may be a compound or a version: 1.20 is v1.20, too."""
    letters = [part.letters for part in parts]
    if not is_version(parts):
        return quoted(letters)
    number = letters[0].removeprefix("v")
    return f"({quoted([number, *letters[1:]])} OR {quoted([f'v{number}', *letters[1:]])})"


def is_terms(unit: Unit) -> bool:
    """Tell whether a unit is found by its terms alone, rather than by the words of a name, too."""
    return len(unit.parts) == 1 or unit.candidates[0].distance > 0


def quoted(parts: Sequence[str]) -> str:
    return f'"{" ".join(parts)}"'


def in_headline(words: Parts) -> str:
    """Return what finds these words in a headline, one behind the other."""
    return f"(headline : {quoted(words)})"


def _meant(unit: Unit) -> Sequence[Candidate]:
    """Return what is looked for: the best, its other forms, and the runner-up of one that is not sure."""
    best = unit.candidates[0]
    if best.distance == 0:
        return unit.candidates
    others = unit.candidates[1:2] if best.belief < SURE_OF_ONE else ()
    return (best, *(other for other in others if other.belief > 0.5 * best.belief))


def in_field(field: str, sought: str, term: Term) -> str:
    """Return what finds that in one column, or as a company's whole name."""
    if field != WHOLE:
        return f"({field} : {sought})"
    names = {term.word, key(term.of or term.word)}
    either = " OR ".join(f'"{name}{WHOLE}"' for name in sorted(names))
    return f"(companies : ({either}))"


def named(units: Sequence[Unit]) -> tuple[Unit, ...]:
    """Return what is a name, of words that else hold a question together: was macht Novo, que fait uber."""
    known = [unit for unit in units[1:] if unit.is_exact]
    return tuple(unit for unit in known if unit.parts[0].typed[:1].isupper()) or tuple(
        unit for unit in known if unit is units[-1] and _is_written_as_a_name(unit)
    )


def _is_written_as_a_name(unit: Unit) -> bool:
    """Tell whether stories nearly always write an English word as a name: no German "mir" is MIR."""
    return is_english_too(unit.parts[0].letters) and is_like_a_name(unit.candidates[0].term)


class _Form(NamedTuple):
    """One thing that a unit may be in a story."""

    candidate: Candidate
    written: tuple[str, ...]
    names: frozenset[str]
    number: str  # an amount in digits, a pre-release or a day; "" for none

    @classmethod
    def of(cls, unit: Unit, candidate: Candidate) -> _Form:
        term = candidate.term
        letters = " ".join(part.letters for part in unit.parts)
        named = (term.of.lower(),) if term.of else ()
        # As typed, too: the letters of a version are without its dots.
        written = tuple(dict.fromkeys((term.shown.lower(), term.word, letters, unit.typed.lower(), *named)))
        return cls(
            candidate,
            () if term.word.endswith(NAME) else written,  # "On" in bold would be any "on" there is
            frozenset((term.word, key(term.of or term.word))),
            term.word if is_number(term.word) or is_prerelease(term.word) or is_day(term.word) else "",
        )


class Sought(NamedTuple):
    """What a unit may be in a story, the same for each story of an answer."""

    unit: Unit
    typed: str  # its words as the reader wrote them
    forms: tuple[_Form, ...]
    may_stand_apart: bool

    @classmethod
    def of(cls, unit: Unit, typed: str) -> Sought:
        forms = tuple(_Form.of(unit, candidate) for candidate in _meant(unit))
        return cls(unit, typed, forms, _may_stand_apart(unit))


def each_once(units: Sequence[Unit]) -> Iterable[Unit]:
    """Return what is asked: whoever says a word thirty times need not be told thirty times where it is."""
    first: dict[tuple[str, ...], Unit] = {}
    for unit in units:
        first.setdefault(tuple([part.letters for part in unit.parts]), unit)
    return first.values()


def explained(
    story: Document,
    score: float,
    sought: Sequence[Sought],
    phrases: Sequence[Parts],
    *,
    headed: bool,
    quoting: bool,
) -> Match:
    """Return a story that was found with what was found in it.

    *headed*: its headline is yet to count; *quoting*: a sentence of it will be shown, its words in bold.
    """
    told = [_why(story, one, quoting=quoting) for one in sought]
    reasons = [*(why for why, _ in told), *map(phrase_reason, phrases)]
    words = (
        [*(word for _, words in told for word in words), *(_phrase(story, phrase) for phrase in phrases)]
        if quoting
        else []
    )
    found = tuple(dict.fromkeys(filter(None, words)))
    return Match(
        story=story,
        score=round(score * (1 + _HEADED * _headed(story, found)) if headed else score, 4),
        why="; ".join(dict.fromkeys(reasons)) or NEWEST_FIRST,
        words=found,
        excerpt=excerpt(story.body, found) if quoting else "",
    )


def _headed(story: Document, words: Sequence[str]) -> float:
    """Return how much of a story's headline is what was asked for, from 0 to 1.

    BM25 takes a story's length as a whole, and would put a headline that says that and ten things more
    before one that says nothing else.
    """
    asked = sum(len(word.split()) for word in words if word in story.headline)
    return asked / (len(story.headline.split()) or 1)


def _phrase(story: Document, phrase: Parts) -> str:
    """Return a phrase as a story has it."""
    forms, body = (" ".join(phrase), join(phrase)), passage(story.body)
    return passage(story.headline).find(forms) or body.find(forms) or body.find_compound(forms)


def _why(story: Document, sought: Sought, *, quoting: bool) -> tuple[str, Sequence[str]]:
    """Return how a unit is in a story, and its words there, which only a quotation needs."""
    unit = sought.unit
    # What else was it found by?
    is_there = len(sought.forms) == 1 and not (unit.synonyms or sought.may_stand_apart)
    for form in sought.forms:
        where, found = _where(story, form, quoting=quoting, is_there=is_there)
        if where:
            found = found or (_as_compound(story, form)[1] if quoting else "")
            # An amount or a day is written in many ways: the reader judges what the story says of it.
            said = found if form.number and found else sought.typed
            return reason(unit, form.candidate, where, said), (found,)
    # Only then: to join the pieces of every compound of a text takes longer than all the rest.
    for form in sought.forms:
        where, found = _as_compound(story, form)
        if where:
            return reason(unit, form.candidate, where, sought.typed), (found,)
    for synonym in unit.synonyms:
        forms = (" ".join(synonym), join(synonym))
        if found := passage(story.headline).find(forms) or passage(story.body).find(forms):
            return synonym_reason(found, sought.typed), (found,)
    if sought.may_stand_apart:
        return _apart(story, sought)
    return reason(unit, unit.candidates[0], TEXT, sought.typed), ()


def _may_stand_apart(unit: Unit) -> bool:
    """Tell whether a unit is also found where its words do not stand together: see `_written`."""
    if is_terms(unit) or unit.is_company or unit.is_typed_as_one:
        return False
    return not (unit.parts[0].is_stop or unit.parts[-1].is_stop)


def _apart(story: Document, sought: Sought) -> tuple[str, Sequence[str]]:
    """Return that the words of a unit do not stand together in a story, and these words there."""
    words = [part.letters for part in sought.unit.parts if not part.is_stop]
    places = ((HEADLINE, passage(story.headline)), (TEXT, passage(story.body)))
    found = {where: [text.find((word,)) for word in words] for where, text in places}
    where = next((where for where, those in found.items() if all(those)), "")
    either = [headline or text for headline, text in zip(*found.values(), strict=True)]
    return apart_reason(sought.typed, where), found.get(where, either)


def _where(story: Document, form: _Form, *, quoting: bool, is_there: bool) -> tuple[str, str]:
    """Return where a form is in a story as it is written, "" for nowhere, and the word there.

    *is_there*: somewhere it is, so that where it has to be need not be looked for, but for a quotation.
    """
    if form.number and (number := _number(story, form.number)):
        return number
    in_headline = passage(story.headline).find(form.written)
    where = _named(story, form.names, in_headline)
    if not quoting and (where or is_there):
        return where or TEXT, in_headline
    found = in_headline or passage(story.body).find(form.written)
    return where or (TEXT if found else ""), found


def _as_compound(story: Document, form: _Form) -> tuple[str, str]:
    """Return where a story has a compound that is a form when its pieces are joined, and the compound."""
    if found := passage(story.headline).find_compound(form.written):
        return HEADLINE, found
    found = passage(story.body).find_compound(form.written)
    return TEXT if found else "", found


def _number(story: Document, number: str) -> tuple[str, str] | None:
    """Return where a number is in a story, and as what."""
    if in_headline := passage(story.headline).find_number(number):
        return HEADLINE, in_headline
    in_text = passage(story.body).find_number(number)
    return (TEXT, in_text) if in_text else None


def _named(story: Document, names: frozenset[str], in_headline: str) -> str:
    """Return where a story names one of these, "" for nowhere: what counts most."""
    if not names.isdisjoint(keys(story.companies)):
        return COMPANY
    if in_headline:
        return HEADLINE
    return "" if names.isdisjoint(keys(story.tags)) else TAG
