"""What is offered where a word that decides the question is in no story, and what is said first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, islice

from bot.core.search.answer import Answer, AnswerKind
from bot.core.search.meaning import Unit
from bot.search.reading import SURE_OF_ONE

_SURE_OF_A_WORD = 0.9  # a mistyped word that is no company, on which alone a closest story may stand
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
    missing = (*dates, *answer.missing)
    return replace(
        answer,
        kind=AnswerKind.CLOSEST,
        total=len(shown),
        matches=shown,
        missing=missing,
        hint=lacking(missing),
    )


def lacking(missing: Sequence[str]) -> str:
    """Say first what is not there: what follows is no answer."""
    *others, last = (f"“{word}”" for word in dict.fromkeys(missing)) if missing else ("",)
    said = f"{', '.join(others)} or {last}" if others else last
    return f"Nothing about {said}." if missing else ""


def is_anchor(unit: Unit) -> bool:
    """Tell whether a closest story may stand on that word alone."""
    if unit.is_small:
        return False
    if not unit.is_exact:
        return unit.belief >= (SURE_OF_ONE if unit.is_company else _SURE_OF_A_WORD)
    # A letter or a number that it shares with the question brings no story near to it.
    return unit.is_company or any(len(part.letters) > 1 and not part.letters.isdigit() for part in unit.parts)


def anchorage(unit: Unit) -> tuple[bool, bool, bool, float]:
    is_number = all(part.letters.isdigit() for part in unit.parts)
    return unit.is_company, unit.is_exact, not is_number, unit.weight


def stands_on(chosen: Sequence[Unit], anchor: Unit) -> bool:
    """Tell whether stories with these words are near: a name is offered, else most of the question."""
    return anchor in chosen or (len(chosen) > 1 and not anchor.is_company and any(map(is_anchor, chosen)))


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
