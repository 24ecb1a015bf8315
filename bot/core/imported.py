"""What was made of a roundup that somebody sent: the digest, and what the editor should know of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from bot.core.digest import Digest

# What is called so was written, and has no name that could be its title.
PASTED = "the text you sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A digest that is nowhere yet. Its date is only a guess unless it is *dated*."""

    digest: Digest
    dated: bool
    version: int = 0  # that it was made from; 0 if it does not say
    found: tuple[str, ...] = ()  # how many lines have which role, the title, the tags
    dropped: tuple[str, ...] = ()  # lines that are not in it, each with the reason
    doubts: tuple[str, ...] = ()  # what to look at

    def over(self, base: Digest) -> Digest:
        """Return the digest as another state of *base*: what the text does not say is as it was there."""
        day = self.digest.date if self.dated else base.date
        title = base.title if self.digest.title == untitled(self.digest.date) else self.digest.title
        return replace(self.digest, id=base.id, title=title, date=day, draft=base.draft)


def untitled(day: date) -> str:
    """Return what a digest of that day is called whose text does not say it."""
    return f"News of {day}"
