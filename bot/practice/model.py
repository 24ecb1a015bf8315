"""What a workspace is made of: people, channels, messages, views, and Slack's no. Rules stand elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

TEAM_ID = "T0PRACTICE"
APP_ID = "A0PRACTICE"
BOT_ID = "B0PRACTICE"
BOT_USER = "U0ROUNDUP1"
ME = "U024BE7LH"  # the person at the page
EDITOR = "U0EDITOR01"
READER = "U0READER01"
GUEST = "U0GUEST001"  # let into a few channels only
STRANGER = "W0STRANGE1"  # of another organisation, in a channel that both share
OTHER_TEAM = "T0STRANGER"

CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{8,}")
USER_ID = re.compile(r"[UW][A-Z0-9]{8,}")


class SlackError(Exception):
    """Slack's "no": an error code, and what else its answer carries."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra


@dataclass(slots=True, kw_only=True)
class User:
    """A member, by role; the workspace has no invented people."""

    id: str
    name: str
    real_name: str
    is_bot: bool = False
    team: str = TEAM_ID
    is_guest: bool = False
    deleted: bool = False  # deactivated, as Slack's pages say


@dataclass(slots=True, kw_only=True)
class Channel:
    """A channel, or the bot's direct conversation with one person."""

    id: str
    name: str
    kind: str  # "channel", "private" or "dm"
    members: set[str] = field(default_factory=set)
    archived: bool = False
    shared: bool = False  # with another organisation (Slack Connect)
    restriction: str = ""  # an admin's policy: posting answers with this code
    created: int = 0

    @property
    def type(self) -> str:
        """Return the word that scopes and `types=` use."""
        return {"channel": "public_channel", "private": "private_channel", "dm": "im"}[self.kind]


@dataclass(slots=True, kw_only=True)
class Content:
    """What a message says; all of it replaceable by an edit."""

    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None


@dataclass(slots=True, kw_only=True)
class Message:
    """A message as the workspace keeps it. *seen_by* makes it ephemeral: only that person has it."""

    ts: str
    channel: str
    user: str
    content: Content
    thread_ts: str | None = None
    broadcast: bool = False
    seen_by: str | None = None
    deleted: bool = False
    history: list[Content] = field(default_factory=list)  # what it said before each edit
    edited_at: str = ""
    files: tuple[str, ...] = ()  # ids of what hangs on it

    @property
    def bot(self) -> bool:
        return self.user == BOT_USER

    @property
    def text(self) -> str:
        return self.content.text

    @property
    def blocks(self) -> list[Json]:
        return self.content.blocks

    @property
    def metadata(self) -> Json | None:
        return self.content.metadata

    @property
    def in_channel(self) -> bool:
        """Tell whether it stands in the channel itself, not only in a thread."""
        return self.thread_ts in (None, self.ts) or self.broadcast


@dataclass(slots=True, kw_only=True)
class View:
    """An open modal or somebody's App Home. *hash* changes with every update."""

    id: str
    user: str
    body: Json
    hash: str
    root: str
    previous: str | None = None


def pressable(block: Json) -> list[Json]:
    """Return the interactive elements of a block."""
    elements = [block.get("accessory"), block.get("element")]
    if block["type"] in ("actions", "context_actions"):
        elements += block["elements"]
    return [element for element in elements if element and element["type"] != "image"]


def name_blocks(blocks: Sequence[Json], number: Callable[[], int]) -> None:
    """Give every block a block_id and everything that can be pressed an action_id, as Slack does."""
    for block in blocks:
        block.setdefault("block_id", f"b{number()}")
        for element in pressable(block):
            element.setdefault("action_id", f"a{number()}")
