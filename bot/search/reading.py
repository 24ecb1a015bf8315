"""What is looked for in the index, and why a story that was found was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.core.search.answer import Document, Match
from bot.core.search.highlight import Passage, excerpt, key
from bot.core.search.meaning import Candidate, Unit
from bot.core.search.query import Parts
from bot.core.search.text import NAME, join

SURE_OF_ONE = 0.75  # how much of a question of one word must be understood


class Reading(NamedTuple):
    """What is looked for: an FTS5 expression, and the units and phrases that must be in a story."""

    match: str
    units: tuple[Unit, ...]
    phrases: tuple[Parts, ...]


def expression(unit: Unit) -> str:
    """Return what finds a unit. All words are quoted, so none of them is an operator."""
    if unit.synonyms:
        return f"({_written(unit)} OR {' OR '.join(map(quoted, unit.synonyms))})"
    return _written(unit)


def _written(unit: Unit) -> str:
    best = unit.candidates[0]
    if not is_terms(unit):
        written = quoted([part.letters for part in unit.parts])
        if best.term.role != "company":
            parts = [f'"{part.letters}"' for part in unit.parts if not part.is_stop]
            written = " AND ".join(parts) if parts else written
        return f'("{best.term.word}" OR ({written}))'
    return "(" + " OR ".join(f'"{candidate.term.word}"' for candidate in _meant(unit)) + ")"


def is_terms(unit: Unit) -> bool:
    """Tell whether a unit is found by its terms alone, rather than by the words of a name, too."""
    return len(unit.parts) == 1 or unit.candidates[0].distance > 0


def quoted(parts: Sequence[str]) -> str:
    return f'"{" ".join(parts)}"'


def _meant(unit: Unit) -> Iterator[Candidate]:
    """Yield what is looked for: the best, its other forms, and the runner-up of one that is not sure."""
    best, *others = unit.candidates
    yield best
    if best.distance == 0:
        yield from others
    elif best.belief < SURE_OF_ONE:
        yield from (other for other in others[:1] if other.belief > 0.5 * best.belief)


def explained(story: Document, score: float, reading: Reading) -> Match:
    headline, body = Passage(story.headline), Passage(story.body)
    words: list[str] = []
    reasons: list[str] = []
    for unit in reading.units:
        reason, word = _why(story, unit, headline, body)
        reasons.append(reason)
        words.append(word)
    for parts in reading.phrases:
        written = " ".join(parts)
        forms = (written, join(parts))
        words.append(headline.find(forms) or body.find(forms) or body.find_compound(forms))
        reasons.append(f"“{written}” as a phrase")
    found = tuple(dict.fromkeys(filter(None, words)))
    return Match(
        story=story,
        score=round(score, 4),
        why="; ".join(dict.fromkeys(reasons)) or "newest first",
        words=found,
        excerpt=excerpt(story.body, found),
    )


def _why(story: Document, unit: Unit, headline: Passage, body: Passage) -> tuple[str, str]:
    """Return how a unit is in a story, and the word there."""
    for candidate in _meant(unit):
        where, found = _where(story, unit, candidate, (headline, body))
        if where:
            return f"{_named(unit, candidate)}, {where}", found
    for synonym in unit.synonyms:
        forms = (" ".join(synonym), join(synonym))
        if found := headline.find(forms) or body.find(forms):
            return f"{found}, which means the same as {unit.typed}", found
    return f"{_named(unit, unit.candidates[0])}, text", ""


def _where(
    story: Document, unit: Unit, candidate: Candidate, passages: tuple[Passage, Passage]
) -> tuple[str, str]:
    """Return where a candidate is in a story, "" for nowhere, and the word there."""
    term = candidate.term
    headline, body = passages
    if term.word.isdigit() and (amount := headline.find_amount(term.word) or body.find_amount(term.word)):
        return "text", amount
    typed = " ".join(part.letters for part in unit.parts)
    named = (term.of.lower(),) if term.of else ()
    # "On" in bold would be any "on" there is.
    forms = (
        ()
        if term.word.endswith(NAME)
        else tuple(dict.fromkeys((term.shown.lower(), term.word, typed, *named)))
    )
    names = {term.word, key(term.of or term.word)}
    in_headline = headline.find(forms)
    found = in_headline or body.find(forms) or headline.find_compound(forms) or body.find_compound(forms)
    if not names.isdisjoint(map(key, story.companies)):
        return "company", found
    if in_headline:
        return "headline", found
    if not names.isdisjoint(map(key, story.tags)):
        return "tag", found
    return "text" if found else "", found


def _named(unit: Unit, candidate: Candidate) -> str:
    term = candidate.term
    typed = " ".join(dict.fromkeys(part.typed for part in unit.parts))
    if term.of:
        return f"{term.shown}, another name for {term.of}"
    if candidate.distance:
        return f"{term.shown}, {candidate.distance} letter{'s' * (candidate.distance > 1)} off"
    if candidate.is_form and term.word != typed.lower():
        return f"{term.shown}, for “{typed}”"
    return term.shown if term.role else typed
