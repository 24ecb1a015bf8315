"""What the words of a question stand for in this archive, and how sure we are of it.

A word is taken as it stands if the archive has it; else as the nearest name or word that typing could have
made of it. Neighbours may be one name: "vm ware", "mrgan stanley". Nothing here reads a story.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import OSA

from bot.core.query import Part
from bot.core.text import MAX_WORD, join
from bot.core.vocabulary import is_fuzzy

LONGEST_NAME = 4  # parts of a question that are tried as one name


class Term(NamedTuple):
    """A word of the archive, and in how many stories it is where."""

    word: str
    stories: int
    headlines: int
    companies: int
    capitals: int
    shown: str  # as it is written
    role: str  # "company", "tag" or ""
    of: str  # the name it stands for, if it is another name for it


class Candidate(NamedTuple):
    """What a word may stand for."""

    term: Term
    distance: int
    belief: float


class Unit(NamedTuple):
    """Neighbouring words of a question that mean one thing; without candidates we do not know what."""

    parts: tuple[Part, ...]
    candidates: tuple[Candidate, ...]
    weight: float

    @property
    def belief(self) -> float:
        return self.candidates[0].belief if self.candidates else 0.0

    @property
    def worth(self) -> float:
        return self.weight * self.belief


Lookup = Callable[[Iterable[str]], Mapping[str, Term]]
Near = Callable[[str], Sequence[tuple[str, int]]]


def units(parts: Sequence[Part], *, stories: int, lookup: Lookup, near: Near) -> tuple[Unit, ...]:
    """Return the best reading of a question's words, without its stop words."""
    return _Reading(parts, stories=stories, lookup=lookup, near=near).best()


class _Reading:
    def __init__(self, parts: Sequence[Part], *, stories: int, lookup: Lookup, near: Near) -> None:
        self._parts, self._stories, self._lookup, self._near = parts, stories, lookup, near
        spans = [
            (start, end)
            for start in range(len(parts))
            for end in range(start + 1, min(len(parts), start + LONGEST_NAME) + 1)
        ]
        self._joined = {span: self._join(span) for span in spans}
        self._known = lookup({word for word in self._joined.values() if len(word) <= MAX_WORD})

    def _join(self, span: tuple[int, int]) -> str:
        return join([part.letters for part in self._parts[span[0] : span[1]]])

    def best(self) -> tuple[Unit, ...]:
        """Return the units of the segmentation that explains most (dynamic programming from the left)."""
        best: list[tuple[float, tuple[Unit, ...]]] = [(0.0, ())]
        for end in range(1, len(self._parts) + 1):
            options = []
            for start in range(max(0, end - LONGEST_NAME), end):
                before, units_before = best[start]
                for unit in self._readings(start, end):
                    options.append((before + unit.worth * _bonus(unit), (*units_before, unit)))
                if end - start == 1 and self._parts[start].is_stop:
                    options.append((before, units_before))
            best.append(max(options, key=lambda option: option[0]))
        return best[-1][1]

    def _readings(self, start: int, end: int) -> list[Unit]:
        word = self._joined[start, end]
        parts = tuple(self._parts[start:end])
        weight = sum(self._weight(part) for part in parts)
        if end - start == 1:
            if parts[0].is_stop:
                return []
            if known := self._known.get(word):
                return [Unit(parts, (Candidate(known, 0, 1.0),), weight)]
            return [Unit(parts, self._candidates(word), weight)]
        if known := self._known.get(word):
            return [Unit(parts, (Candidate(known, 0, 1.0),), weight)]
        if any(part.is_stop for part in (parts[0], parts[-1])) or all(
            part.letters in self._known for part in parts
        ):
            return []
        found = self._candidates(word)
        return [Unit(parts, found, weight)] if found else []

    def _weight(self, part: Part) -> float:
        """Return how much a word tells: the rarer the more; an unknown one as much as the rarest."""
        if part.is_stop:
            return 0.1
        known = self._known.get(part.letters)
        return math.log1p(self._stories / (known.stories if known else 0.5))

    def _candidates(self, word: str) -> tuple[Candidate, ...]:
        if not is_fuzzy(word):
            return ()
        found = dict(self._near(word))
        terms = self._lookup(found)
        scored = sorted(
            ((_merit(word, term, found[other], self._stories), other) for other, term in terms.items()),
            reverse=True,
        )
        return tuple(
            Candidate(terms[other], found[other], _belief(merit, word)) for merit, other in scored[:3]
        )


def _bonus(unit: Unit) -> float:
    if len(unit.parts) == 1 or not unit.candidates:
        return 1.0
    return 1.2 if unit.candidates[0].term.companies else 1.05


def _merit(word: str, term: Term, distance: int, stories: int) -> float:
    scale = (1e5 / max(stories, 10)) ** 0.4
    return (
        -6.06 * distance
        + 0.52 * math.log1p(term.headlines * scale)
        + 1.22 * math.log1p(term.companies * scale)
        + 1.79 * term.capitals / term.stories
        + 2.1 * (word[0] == term.word[0])
        + 0.87 * abs(len(word) - len(term.word))
        - 0.06 * math.log1p(term.stories * scale)
    )


def _belief(merit: float, word: str) -> float:
    return 1 / (1 + math.exp(-(merit + 2 + 0.5 * (len(word) - 6))))
