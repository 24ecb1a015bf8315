"""How much text Slack takes in all the blocks of one message, and how it counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.practice.rules.checks import length

# Slack documents no limit for all the text of a message's blocks. 13,172 and 13,297 characters were refused
# (slackapi/bolt-js#2509); 13,200 with 100 a header is the model that fits the reports. What a link's address
# counts is not known: here it counts in full.
ALL_TEXT, HEADER_COST = 13_200, 100


def all_text(value: Any) -> int:
    """Return the length of everything a block shows, link addresses included."""
    match value:
        case {"type": "header", "text": {"text": str(text)}}:
            return length(text) + HEADER_COST
        case Mapping():
            return sum(
                length(item) if key in ("text", "url") and isinstance(item, str) else all_text(item)
                for key, item in value.items()
                if key not in ("alt_text", "accessory") or not isinstance(item, str)
            )
        case list() | tuple():
            return sum(all_text(item) for item in value)
        case _:
            return 0
