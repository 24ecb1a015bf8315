"""Work under way in other threads: how much of it there is, and that none fails in silence."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from datetime import timedelta
from threading import Lock
from typing import ParamSpec

from bot.store.database import LedgerError

log = logging.getLogger(__name__)
P = ParamSpec("P")

# Hanging requests must not keep others waiting: at 4.8 a second and the longest time-out 72 may hang at once.
WORKERS = 64


class Errands:
    """What a replica has sent its other threads for. The one that ticks waits for none of it."""

    def __init__(self, pool: Executor) -> None:
        self._pool = pool
        self._under_way: set[Future[None]] = set()
        self._lock = Lock()
        self.back = 0  # how many have come back so far

    @property
    def under_way(self) -> int:
        """How many are not back yet."""
        with self._lock:
            return len(self._under_way)

    def finish(self, *, within: timedelta | None = None) -> int:
        """Take no more of it, and wait for what is out; return how much is not back *within* that time."""
        self._pool.shutdown(wait=within is None)
        deadline = time.monotonic() + (within or timedelta(0)).total_seconds()
        while self.under_way and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.under_way

    def start(self, work: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Have it done as soon as a thread is free."""
        future = self._pool.submit(work, *args, **kwargs)
        with self._lock:
            self._under_way.add(future)
        future.add_done_callback(self._finished)

    def _finished(self, future: Future[None]) -> None:
        with self._lock:
            self._under_way.discard(future)
            self.back += 1
        if error := future.exception():
            if isinstance(error, LedgerError):
                log.warning("ledger_lost error=%s", error)
            else:
                log.error("work_failed", exc_info=error)
