"""What Slack's composer makes of what a person types or pastes: the rich_text block beside the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.practice.model import BOT_USER, Json, SlackError

# Slack's own composer takes no more, and offers to send the rest as a snippet.
MOST_CHARACTERS = 12_000
_MARKED = re.compile(r"(?P<url>https?://[^\s<>]*[^\s<>.,;:!?()\"'])|(?P<bot>@roundup\b)")


def typed_blocks(text: str) -> list[Json]:
    """Return the blocks of a message that a person wrote, its addresses as links."""
    section = {"type": "rich_text_section", "elements": [*_runs(text)]}
    return [{"type": "rich_text", "elements": [section]}]


def _runs(text: str) -> Iterator[Json]:
    start = 0
    for found in _MARKED.finditer(text):
        yield from _plain(text[start : found.start()])
        if found["bot"]:
            yield {"type": "user", "user_id": BOT_USER}
        else:
            yield {"type": "link", "url": found["url"]}
        start = found.end()
    yield from _plain(text[start:])


def _plain(text: str) -> Iterator[Json]:
    if text:
        yield {"type": "text", "text": text}


def refuse_unsent(text: str, *, with_file: bool) -> None:
    """Refuse what the composer does not send."""
    if not text.strip() and not with_file:
        raise SlackError("no_text")
    if len(text) > MOST_CHARACTERS:
        raise SlackError("msg_too_long")
