"""What the metrics know of the ledger: counted when something has changed, not when asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.core.delivery.state import State, posted_at
from bot.store.ledger import Ledger, Look

OFTEN = timedelta(seconds=5)  # at most, however much changes
SELDOM = timedelta(minutes=10)  # at least, whatever another replica began and ended between two looks
# A slot further back has been posted in before the first count, which looked at all of them.
RECENT = timedelta(days=30)


class Tally:
    """The last count. Only the thread that ticks counts; a scrape waits for no database."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._seen: Look | None = None
        self._counts: Mapping[str, int] = {}
        self._last_posts: Mapping[str, datetime] = {}

    def counts(self) -> Mapping[str, int]:
        """Return how many parts were in each state when last counted; nothing before the first look."""
        return self._counts

    def last_posts(self) -> Mapping[str, datetime]:
        """Return when each channel, by its ID, got its last digest, as far as that was counted."""
        return self._last_posts

    def keep_up(self, look: Look) -> None:
        """Count again if this look at the ledger found another world than the one that was counted."""
        seen = self._seen
        if seen and abs(look.now - seen.now) < (SELDOM if _alike(look, seen) else OFTEN):
            return
        counted = self._ledger.counts()
        self._counts = {state.value: counted.get(state, 0) for state in State}
        newer = self._ledger.last_posts(since=look.now - RECENT if seen else None)
        times = {channel: at for channel, ts in newer.items() if (at := posted_at(ts))}
        self._last_posts = {**self._last_posts, **times}
        self._seen = look


def _alike(one: Look, other: Look) -> bool:
    return (one.changes, one.deliveries) == (other.changes, other.deliveries)
