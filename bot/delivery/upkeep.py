"""What a replica does for all now and then: tells that it runs, and clears away what is old."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.core.settings import Settings
from bot.delivery.replica import Replica
from bot.store.cleaning import Cleaning
from bot.store.clock import ClockWasSetError
from bot.store.replicas import Replicas

BEAT = timedelta(seconds=30)
CLEAN = timedelta(hours=1)


class Upkeep:
    """Done by the thread that ticks. By *monotonic*: no clock that is set makes a replica silent."""

    def __init__(
        self,
        *,
        replica: Replica,
        replicas: Replicas,
        cleaning: Cleaning,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._replicas, self._cleaning, self._replica = replicas, cleaning, replica
        self._timekeeper, self._monotonic = replica.timekeeper, monotonic
        self._awake: datetime | None = None
        self._beat_at = self._clean_at = monotonic()

    def see_to_it(self, settings: Settings) -> datetime:
        """Do what is due; return since when, by the ledger's clock, somebody runs on this database."""
        now = self._monotonic()
        if self._awake is None or now >= self._beat_at:
            self._awake = self._beat(settings.delivery.catch_up)
            self._beat_at = now + BEAT.total_seconds()
            self._clean(now, settings.keep)
        return self._awake

    def _beat(self, catch_up: timedelta) -> datetime:
        while True:
            self._timekeeper.now()  # else a clock that was set ahead looks like a long silence
            try:
                expected = self._timekeeper.expected()
                return self._replicas.beat(self._replica.name, catch_up=catch_up, expected=expected)
            except ClockWasSetError:
                continue

    def end(self) -> None:
        """Let the others know that this replica runs no more."""
        if self._awake is not None:
            self._replicas.end(self._replica.name)

    def _clean(self, now: float, keep: timedelta) -> None:
        # As long as there is more, a little with every beat.
        if now >= self._clean_at and not self._cleaning.clean(keep):
            self._clean_at = now + CLEAN.total_seconds()
