"""One of the processes that post: its name, threads and time, and how it writes down what it heard."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.delivery.clocks import Clocks
from bot.delivery.errands import WORKERS, Errands
from bot.delivery.lease import Leased
from bot.delivery.patience import outlast
from bot.delivery.timekeeper import Timekeeper
from bot.store.database import LedgerError
from bot.store.limits import Limit, Limits

log = logging.getLogger(__name__)


class Replica:
    """What all have in common that ask Slack for one. *only* is the digest it sees to, "" for every one."""

    def __init__(
        self,
        name: str,
        *,
        timekeeper: Timekeeper,
        errands: Errands,
        limits: Limits,
        only: str = "",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name, self.timekeeper, self.errands, self.only = name, timekeeper, errands, only
        self._limits, self._sleep = limits, sleep

    @property
    def clocks(self) -> Clocks:
        """The clocks it lives by."""
        return self.timekeeper.clocks

    @property
    def has_nobody_free(self) -> bool:
        """Whether all its threads are out: what is claimed now would wait while its lease runs."""
        return self.errands.under_way >= WORKERS

    def let_all_wait(self, limit: Limit, after: timedelta) -> None:
        """Let every replica wait: Slack limits, or shuts out, the whole workspace at once."""
        try:
            self.timekeeper.now()
            self._limits.pause(limit, after, expected=self.timekeeper.expected())
        except LedgerError as error:  # it would have been a kindness only
            log.warning("ledger_lost error=%s", error)

    def write_down(self, key: str, ours: Leased, write: Callable[[datetime], None]) -> None:
        """Write a result while it is ours to; a database that is away may be back before that ends.

        *write* is given the ledger's time: asked for, not counted, as that clock may have been set meanwhile.
        """
        lost = outlast(lambda: write(self.timekeeper.now()), over=lambda: ours.is_over, sleep=self._sleep)
        if lost:  # whoever takes over looks into the history first
            log.error("result_lost key=%s error=%s", key, lost)
