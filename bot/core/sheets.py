"""A digest as the desk has it, and what became of the wish to change it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.core.digest import Digest
from bot.core.errors import Problem
from bot.core.versions import DISCARDED, Version, mention

_STORY = re.compile(r"^stories\[(\d+)\]\.?([\w.]*)")


def _story(found: re.Match[str]) -> str:
    """Return what stands in a story as one would say it: they are counted from 1."""
    field = found[2].replace(".", " ")
    return f"story {int(found[1]) + 1}{', ' if field else ''}{field}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A digest as the desk has it: one version of it, what that says, and what `check` warns of."""

    version: Version  # its number is what a change of it must expect
    text: str
    digest: Digest | None  # None: it was discarded, or no longer reads as a digest
    problems: tuple[Problem, ...] = ()
    others: tuple[str, ...] = ()  # what somebody else changed meanwhile, in words; both changes are kept

    @property
    def id(self) -> str:
        """Return the digest's id."""
        return self.version.digest

    @property
    def of_a_file(self) -> bool:
        """Whether a file owns it: it is edited there, until somebody takes it over."""
        return self.version.of_a_file

    @property
    def doubts(self) -> list[str]:
        """Return what is wrong with it as editors speak, who see no file: what is only missing comes last."""
        said = [_STORY.sub(_story, problem.text) for problem in self.problems]
        return sorted(said, key=lambda text: ": missing: " in text)

    @property
    def is_discarded(self) -> bool:
        """Whether it was thrown away."""
        return self.text == DISCARDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One version of a digest, and what it has that the one before it has not."""

    version: Version
    what: tuple[str, ...]  # in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdated:
    """Nothing was saved: somebody else has changed the same thing since. *mine* is what was not saved."""

    now: Sheet
    changes: tuple[str, ...]  # what they changed, in words
    mine: Digest | None = None

    def __str__(self) -> str:
        """Say it to whoever wanted to save."""
        what = "; ".join(self.changes) or "something"
        return f"{mention(self.now.version.who)} changed {self.now.id} meanwhile: {what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """Nothing was saved: the loader would refuse it. Each problem begins with its field."""

    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        """Say it line by line."""
        return "\n".join(problem.text for problem in self.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A text that was sent again, in one with what was edited here since it was sent last."""

    sheet: Sheet
    base: int  # the version that both are made from
    sent: int = 0  # the version that says what was sent, if it is not the sheet's
    kept: tuple[str, ...] = ()  # what was edited here, in words
    clashes: tuple[str, ...] = ()  # what both changed: it stays as it was edited here


Saved = Sheet | Outdated | Broken
