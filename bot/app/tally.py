"""How many parts are in which state, for the metrics: counted when something has changed, not when asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.core.delivery.state import State
from bot.store.ledger import Ledger, Look

OFTEN = timedelta(seconds=5)  # at most, however much changes
SELDOM = timedelta(minutes=10)  # at least, whatever another replica began and ended between two looks


class Tally:
    """The last count. Only the thread that ticks counts; a scrape waits for no database."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._seen: Look | None = None
        self._counts: Mapping[str, int] = {}

    def counts(self) -> Mapping[str, int]:
        """Return how many parts were in each state when last counted; nothing before the first look."""
        return self._counts

    def keep_up(self, look: Look) -> None:
        """Count again if this look at the ledger found another world than the one that was counted."""
        seen = self._seen
        if seen and abs(look.now - seen.now) < (SELDOM if _alike(look, seen) else OFTEN):
            return
        counted = self._ledger.counts()
        self._counts = {state.value: counted.get(state, 0) for state in State}
        self._seen = look


def _alike(one: Look, other: Look) -> bool:
    return (one.changes, one.deliveries) == (other.changes, other.deliveries)
