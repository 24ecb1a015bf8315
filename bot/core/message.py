"""A message as Slack takes it, and the parts that a digest's post is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Block = Mapping[str, Any]  # one Block Kit block, as JSON


def escape(text: str) -> str:
    """Escape the three characters that mean something to Slack, and no others. Call it once."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """*text* reads well alone (notification, screen reader); *blocks* is what is seen. Both are escaped."""

    text: str
    blocks: tuple[Block, ...] = ()

    @property
    def folds(self) -> bool:
        """Tell whether there is anything in it that a reader opens."""
        return any(block["type"] == "container" for block in self.blocks)

    def as_ephemeral(self) -> dict[str, Any]:
        """Return the arguments of Bolt's `ack` and `respond`: for this reader only."""
        return {"response_type": "ephemeral", **self.as_arguments()}

    def as_arguments(self) -> dict[str, Any]:
        """Return what every posting method takes; no preview cards under a digest."""
        return {"text": self.text, "blocks": list(self.blocks), "unfurl_links": False, "unfurl_media": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of a post. The first part stands in the channel, the others in its thread.

    *stories* are the ids of the stories whose words it carries, in order; *whose* has, for each block, the
    id of the one story it belongs to, or "". Slack names a block it will not take by its place alone.
    """

    message: Message
    stories: tuple[str, ...] = ()
    whose: tuple[str, ...] = ()  # empty for what was frozen before it was kept
    words: str = ""  # fingerprint of its post's words, once it is frozen; empty likewise
