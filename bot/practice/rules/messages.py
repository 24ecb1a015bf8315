"""What Slack takes as a whole message."""

from __future__ import annotations

import json
import re
from typing import Any

from bot.practice.model import SlackError
from bot.practice.rules.blocks import MARKDOWN, block_faults
from bot.practice.rules.checks import length, refuse
from bot.practice.rules.counting import ALL_TEXT, all_text

TEXT_CUT = 40_000  # of a posted message; longer is cut, not refused
UPDATE_TEXT = 4_000  # of chat.update; longer is refused
ATTACHMENTS = 100

# The size limit of metadata is not documented; the design keeps to 1 KB, so that is where we stop.
METADATA_BYTES = 1_024

SNAKE_CASE = re.compile(r"[a-z][a-z0-9_]*")


def check_message(said: str, blocks: list[Any], attachments: list[Any]) -> None:
    """Refuse a message that Slack would refuse, with its code."""
    if not (said.strip() or blocks or attachments):
        raise SlackError("no_text")
    refuse("invalid_blocks", block_faults(blocks, surface="message"))
    if sum(block["type"] == "table" for block in blocks) > 1:
        refuse("invalid_attachments", ["only_one_table_allowed"])
    if all_text(blocks) >= ALL_TEXT or _markdown_length(blocks) > MARKDOWN:
        raise SlackError("msg_blocks_too_long")
    if len(attachments) > ATTACHMENTS:
        raise SlackError("too_many_attachments")


def _markdown_length(blocks: list[Any]) -> int:
    return sum(length(block["text"]) for block in blocks if block["type"] == "markdown")


def check_metadata(value: Any) -> dict[str, Any]:
    """Return metadata as it is kept, `{}` for none, or refuse it."""
    if value == {}:
        return {}
    match value:
        case {"event_type": str(kind), "event_payload": dict(payload)} if SNAKE_CASE.fullmatch(kind):
            if len(json.dumps(payload).encode()) > METADATA_BYTES:
                raise SlackError("metadata_too_large")
            return {"event_type": kind, "event_payload": payload}
        case _:
            raise SlackError("invalid_metadata_format")
