"""Wakes the publisher up. Decides nothing: a missed or doubled wake-up does no harm."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=1)
# A tick is a look into the database: with its time-outs (10 s to connect, 10 s to ask) still below this.
STUCK = timedelta(seconds=60)
JOB = "tick"


class Scheduler:
    """An alarm clock: every second, or sooner when the publisher says that something is due."""

    def __init__(self, tick: Callable[[], datetime | None], *, clock: Callable[[], datetime]) -> None:
        self._tick, self._clock = tick, clock
        self._turned = clock()
        self._setting, self._stopping = Lock(), False
        # APScheduler's own cron trigger loses or doubles weeks around clock changes, and its stores lose
        # jobs; an interval in memory, run however late and never twice at once, cannot.
        self._alarm = BackgroundScheduler(timezone="UTC")
        self._alarm.add_job(
            self._wake,
            "interval",
            id=JOB,
            seconds=EVERY.total_seconds(),
            next_run_time=datetime.now(UTC),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )

    def start(self) -> None:
        """Begin to tick, in a thread of its own."""
        self._turned = self._clock()
        self._alarm.start()

    def stop(self) -> None:
        """Stop ticking; a tick that is running ends first."""
        # APScheduler waits for that tick with its jobs locked: it must not want to set the alarm any more.
        with self._setting:
            self._stopping = True
        if self._alarm.running:
            self._alarm.shutdown(wait=True)

    def alive(self, now: datetime) -> bool:
        """Tell whether the loop still turns. APScheduler's `running` stays true when its thread is dead."""
        return now - self._turned < STUCK

    def _wake(self) -> None:
        due = self._tick()
        self._turned = self._clock()
        if due and due < self._turned + EVERY:
            # APScheduler lives by the system's clock, whatever *clock* says.
            ahead = max(due - self._turned, timedelta(0))
            with self._setting:
                if not self._stopping:
                    self._alarm.modify_job(JOB, next_run_time=datetime.now(UTC) + ahead)
