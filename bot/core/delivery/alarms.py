"""What the editors must know, as a value; how it is worded in Slack is decided there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.core.delivery.copies import Copy
from bot.core.delivery.state import State
from bot.core.digest import Digest, Story
from bot.core.message import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something the editors must know. *digest* and *channel* are "" if it is about neither."""

    subject: str  # told once under this name
    text: str
    digest: str = ""
    channel: str = ""
    state: State | None = None  # what the delivery is in now, for the buttons that fit
    copies: tuple[Copy, ...] = ()  # to be named below the text

    @property
    def whole(self) -> str:
        """Return the text and what stands below it."""
        return "\n".join([self.text, *(copy.spoken for copy in self.copies)])


def culprit(part: Part, digest: Digest, error: str) -> Story | None:
    """Return the story that the block belongs to which Slack's JSON pointer names, as far as can be told."""
    pointed = re.search(r"/blocks/(\d+)", error)
    block = int(pointed[1]) if pointed else len(part.whose)
    found = part.whose[block] if block < len(part.whose) else ""
    if not found and len(part.stories) == 1:
        found = part.stories[0]
    return next((story for story in digest.stories if story.id == found), None)
