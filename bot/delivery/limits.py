"""How much Slack takes, of what is asked of it for digests and for people alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.store.limits import Limit

# Slack takes one message a second in a channel, and 300 a minute in a workspace: 10 at once and then 4.8 a
# second are never more than 298 in a minute. Edits, deletions and history have 50 a minute each.
POSTS = Limit(name="chat.postMessage", interval=timedelta(seconds=1) / 4.8, burst=10)
EDITS = Limit(name="chat.update", interval=timedelta(seconds=1.5), burst=10)
REMOVALS = Limit(name="chat.delete", interval=timedelta(seconds=1.5), burst=10)
SEARCHES = Limit(name="conversations.history", interval=timedelta(seconds=1.5), burst=10)
# Of the same turns, but half of them are left to searches: a look reads the thread of each post, they one.
LOOKS = replace(SEARCHES, burst=5)
CHANNEL = timedelta(seconds=1.05)  # a little more: requests overtake each other


def in_channel(channel: str) -> Limit:
    """Return what bounds messages to one channel or person."""
    return Limit(name=f"channel {channel}", interval=CHANNEL)
