"""Copies of stories that readers shared: they can be told of, not edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Stale(StrEnum):
    """What has become of the digest since a copy of it was shared."""

    NO = ""
    CORRECTED = "corrected"
    RETRACTED = "retracted"

    @property
    def follows(self) -> tuple[Stale, ...]:
        """What it takes the place of: what was retracted stays so, and the same again is no news."""
        return tuple(stale for stale in Stale if stale not in (self, Stale.RETRACTED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Stories of one digest that a reader shared. Slack does not say under which `ts`: it stays as it is."""

    digest: str
    stories: tuple[str, ...]  # ids
    channel: str  # ID
    name: str  # the channel's, as Slack had it then
    who: str  # user ID
    at: datetime
    stale: Stale = Stale.NO

    @property
    def spoken(self) -> str:
        """Say where an outdated copy stands, and what can be done about it."""
        return self.told(stories=", ".join(self.stories), place=self.place, who=self.who)

    def told(self, *, stories: str, place: str, who: str) -> str:
        """Say it with these words for what, where and who."""
        verb = "removed" if self.stale is Stale.RETRACTED else "edited"
        when = f"{self.at:%Y-%m-%d %H:%M} UTC"
        return f"{stories} shared in {place} on {when} by {who}: cannot be {verb}; ask them to delete it"

    @property
    def place(self) -> str:
        """Return the channel's name, or the ID of what has none, as a direct message."""
        # Slack's stand-ins for names that not everybody may know.
        return self.channel if self.name in ("", "directmessage", "privategroup") else f"#{self.name}"
