"""What words of a question may stand for: terms of the archive, as candidates of a unit. Decides nothing."""

from __future__ import annotations

from operator import attrgetter
from typing import NamedTuple

from bot.core.search.compounds import is_cut
from bot.core.search.query import Part
from bot.core.search.scripts import is_joint

_IS_SMALL = attrgetter("is_small")
# Whoever types a word that people know means it. What looks like it is worth naming, and no answer.
DOUBTED = 0.3


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
    is_form: bool = False  # the same word in another form


class Unit(NamedTuple):
    """Neighbouring words of a question that mean one thing; without candidates we do not know what."""

    parts: tuple[Part, ...]
    candidates: tuple[Candidate, ...]
    weight: float
    synonyms: tuple[tuple[str, ...], ...] = ()  # each as its words

    @property
    def is_understood(self) -> bool:
        """Tell whether it may be in a story: as it is, in another form, or mistyped."""
        return self.belief > DOUBTED

    @property
    def is_exact(self) -> bool:
        return bool(self.candidates) and not self.candidates[0].distance

    @property
    def is_company(self) -> bool:
        return bool(self.candidates) and self.candidates[0].term.role == "company"

    @property
    def is_small(self) -> bool:
        """Tell whether a story without it lacks nothing of the question's sense."""
        part = self.parts[0]
        # Each unit is asked a dozen times a question: first what tells of most that they are not.
        if part.letters.isascii() and not part.is_small:
            return False
        if self.is_cut_from_a_run and (not self.candidates or is_joint(part.letters, part.typed)):
            return True  # two letters, most likely not a word at all, or what ties one to the next
        return not self.is_company and all(map(_IS_SMALL, self.parts))

    @property
    def is_cut_from_a_run(self) -> bool:
        return len(self.parts) == 1 and is_cut(self.parts[0])

    @property
    def is_remnant(self) -> bool:
        """Tell whether it is cut from a run, and means nothing here."""
        return not self.candidates and self.is_cut_from_a_run

    @property
    def place(self) -> int:
        """Return which word of the question it is, or is a piece of."""
        return self.parts[0].place

    @property
    def is_typed_as_one(self) -> bool:
        """Tell whether nothing stands between its parts: B&Q, and any single word."""
        return self.place == self.parts[-1].place

    @property
    def typed(self) -> str:
        return " ".join(dict.fromkeys(part.typed for part in self.parts))

    @property
    def belief(self) -> float:
        return self.candidates[0].belief if self.candidates else 0.0

    @property
    def worth(self) -> float:
        return self.weight * self.belief
