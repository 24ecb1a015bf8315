"""What is offered where a word that decides the question is in no story: stories, or names that are near."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, islice

from bot.core.search.amounts import is_number
from bot.core.search.answer import Answer, AnswerKind
from bot.core.search.query import Part
from bot.core.search.text import is_unspaced
from bot.core.search.unit import Unit
from bot.search.known_words import is_known
from bot.search.reading import SURE_OF_ONE

_SURE_OF_A_WORD = 0.9  # a mistyped word that is no company, on which alone a closest story may stand
_LONG = 6  # letters of a mistyped company that is known even beside gibberish
_SHORTEST_KNOWN = 4  # letters, of the list of known words
_TELLING = 3  # letters of a word, unless it is in capitals or Chinese
_SUGGESTED = 0.25  # a name that likely is worth showing, but not worth answering with
_OF_A_WORD = 0.6  # of what is no name: gibberish is near to some word
CLOSEST = 3  # stories of a second best
_TRIES = 24  # combinations of words that are tried when not all are in one story
# Each try walks through the stories of all its words: of many words fewer, or a page of common ones pasted
# into the question costs 30 ms on 10,000 stories.
_MANY, _TRIES_OF_MANY = 10, 10


def without_dates(answer: Answer, dates: tuple[str, ...]) -> Answer | None:
    """Return stories of other days as what they are: not what was asked for."""
    if not answer.matches:
        return None
    shown = answer.matches[:CLOSEST]
    return replace(
        answer,
        kind=AnswerKind.CLOSEST,
        total=len(shown),
        matches=shown,
        missing=(*dates, *answer.missing),
        hint=f"{lacking(dates)} {answer.hint}".strip(),
    )


def lacking(missing: Sequence[str], elsewhere: Sequence[str] = ()) -> str:
    """Say first what is not there, or not in the stories that follow: those are no answer."""
    told = [f"Nothing about {_listed(missing, 'or')}."] if missing else []
    if elsewhere:
        are = "is" if len(set(elsewhere)) == 1 else "are"
        told.append(f"{_listed(elsewhere, 'and')} {are} only in other stories.")
    return " ".join(told)


def _listed(words: Sequence[str], link: str) -> str:
    *others, last = (f"“{word}”" for word in dict.fromkeys(words))
    return f"{', '.join(others)} {link} {last}" if others else last


def anchors(all_units: Sequence[Unit]) -> list[Unit]:
    """Return the words on which alone a closest story may stand."""
    beside_strange = any(map(_is_strange, all_units))
    return [
        unit
        for unit in all_units
        if unit.is_understood
        and _is_anchor(unit, beside_strange=beside_strange)
        and not tears([unit], [other for other in all_units if other is not unit])
    ]


def _is_strange(unit: Unit, *, likely: float = 0.0) -> bool:
    """Tell whether nobody has ever seen such a word: beside one, what looks like a typo is gibberish, too."""
    letters = "".join(part.letters for part in unit.parts)
    may_be_known = len(letters) >= _SHORTEST_KNOWN and letters.isascii() and not is_number(letters)
    return may_be_known and unit.belief <= likely and not (unit.is_small or stands_alone(unit))


def _is_anchor(unit: Unit, *, beside_strange: bool) -> bool:
    if unit.is_small:
        return False
    if not unit.is_exact:
        sure = SURE_OF_ONE if unit.is_company else _SURE_OF_A_WORD
        is_long = unit.is_company and len(unit.typed) >= _LONG
        return unit.belief >= sure and (is_long or not beside_strange)
    # A letter or a number that it shares with the question brings no story near to it.
    return unit.is_company or any(map(_tells, unit.parts))


def _tells(part: Part) -> bool:
    is_short = len(part.letters) < _TELLING and not part.typed.isupper() and not is_unspaced(part.letters)
    return not is_short and not is_number(part.letters)


def tears(chosen: Sequence[Unit], others: Sequence[Unit]) -> bool:
    """Tell whether a word is told apart that is one as typed: rihsv-uu is not about UU."""
    torn = {unit.place for unit in others}
    return any(unit.place in torn and not stands_alone(unit) for unit in chosen)


def told_apart(chosen: Sequence[Unit], missing: Sequence[Unit]) -> tuple[Unit, ...]:
    """Return units as what they are, not as the run they were cut from: the rest of that is missing."""
    places = {unit.place for unit in missing}
    return tuple(
        unit._replace(parts=tuple(part._replace(typed=part.letters) for part in unit.parts))
        if unit.is_cut_from_a_run and unit.place in places
        else unit
        for unit in chosen
    )


def stands_alone(unit: Unit) -> bool:
    """Tell whether a piece of a compound is a word by itself, as in london-based."""
    if unit.is_company and unit.is_exact:
        return True
    return all(is_known(part.letters) or is_unspaced(part.letters) for part in unit.parts)


def anchorage(unit: Unit) -> tuple[bool, bool, bool, float, int]:
    """Return how firmly a closest story stands on a word; of two as rare, on that of more headlines."""
    is_numeric = all(is_number(part.letters) for part in unit.parts)
    headlines = unit.candidates[0].term.headlines
    return unit.is_company, unit.is_exact, not is_numeric, unit.weight, headlines


def stands_on(chosen: Sequence[Unit], anchor: Unit, others: Sequence[Unit]) -> bool:
    """Tell whether stories with these words are near: a name is offered, else most of the question."""
    if anchor in chosen:
        return True
    return len(chosen) > 1 and not anchor.is_company and any(unit in others for unit in chosen)


def choices(known: Sequence[Unit]) -> Iterator[Sequence[Unit]]:
    """Yield these units, then fewer and fewer of them: those that tell most first."""
    yield known
    fewer = [
        chosen
        for size in range(len(known) - 1, 0, -1)
        for chosen in islice(combinations(known, size), _TRIES)
    ]
    fewer.sort(key=lambda chosen: -sum(unit.worth for unit in chosen))
    yield from fewer[: _TRIES if len(known) <= _MANY else _TRIES_OF_MANY]


def suggestions(all_units: Sequence[Unit]) -> tuple[str, ...]:
    """Return names and words that are near to what was typed, likely ones first."""
    beside_strange = any(_is_strange(unit, likely=_SUGGESTED) for unit in all_units)
    of_a_name, of_a_word = (SURE_OF_ONE, 1.0) if beside_strange else (_SUGGESTED, _OF_A_WORD)
    near = sorted(
        (
            candidate
            for unit in all_units
            for candidate in unit.candidates
            if candidate.distance and candidate.belief >= (of_a_name if candidate.term.role else of_a_word)
            if candidate.term.role or " " not in candidate.term.shown
        ),
        key=lambda candidate: (not candidate.term.role, -candidate.belief),
    )
    return tuple(dict.fromkeys(candidate.term.of or candidate.term.shown for candidate in near))[:3]
