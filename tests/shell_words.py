"""Finds what only a shell understands, in what people read in Slack: nobody there is sent to one.

Where Slack has no way, an operator is named who has a shell; then a command may stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from bot.cli import COMMANDS

_SENTENCE = re.compile(r"(?<=[.!?;])\s|\n")
# Commands of ours but not Slack's `/roundup`, options, and the configuration.
_SHELL = re.compile(rf"(?<![/\w])roundup (?:{'|'.join(COMMANDS)})\b|(?<![\w-])--[a-z][a-z-]+|\bconfig\.yaml")


# What of a message, a view and their blocks people read, or holds that.
_TEXTS = frozenset(
    {
        *("text", "title", "label", "hint", "description", "fields", "options", "initial_option"),
        *("confirm", "submit", "close", "blocks", "child_blocks", "elements", "element", "accessory"),
    }
)


def shell_words(texts: Iterable[str]) -> list[str]:
    """Return the sentences that want a shell of whoever reads them."""
    sentences = (sentence for text in texts for sentence in _SENTENCE.split(text))
    return [said for said in sentences if _SHELL.search(said) and "operator" not in said]


def sayings(shown: Any) -> list[str]:
    """Return every text of a message or a view."""
    if isinstance(shown, str):
        return [shown]
    if isinstance(shown, list | tuple):
        return [said for each in shown for said in sayings(each)]
    if not isinstance(shown, dict):
        return []
    return [said for key, value in shown.items() if key in _TEXTS for said in sayings(value)]


def told_in(change: dict[str, Any]) -> list[str]:
    """Return what a change of the workspace shows somebody of the bot."""
    message, view = change.get("message"), change.get("view")
    if isinstance(message, dict) and message.get("bot"):
        return sayings(message)
    return sayings(view)
