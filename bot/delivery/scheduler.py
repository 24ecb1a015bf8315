"""Wakes the publisher up. Decides nothing: a missed or doubled wake-up does no harm."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event, Lock, Thread

from apscheduler.schedulers.background import BackgroundScheduler

from bot.delivery.clocks import uptime

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=1)
# A tick is a look into the database: with its time-outs (10 s to connect, 10 s to ask) still below this.
STUCK = timedelta(seconds=60)
JOB = "tick"


class Scheduler:
    """An alarm clock: every second, or sooner when the publisher says that something is due."""

    def __init__(
        self,
        tick: Callable[[], datetime | None],
        *,
        clock: Callable[[], datetime],
        uptime: Callable[[], float] = uptime,
    ) -> None:
        self._tick, self._clock, self._uptime = tick, clock, uptime
        self._turned = self._uptime()
        self._setting, self._stopping = Lock(), Event()
        self._guard = Thread(target=self._mind_the_clock, name="alarm-guard", daemon=True)
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
        self._turned = self._uptime()
        self._alarm.start()
        self._guard.start()

    def stop(self) -> None:
        """Stop ticking; a tick that is running ends first."""
        # APScheduler waits for that tick with its jobs locked: it must not want to set the alarm any more.
        with self._setting:
            self._stopping.set()
        if self._alarm.running:
            self._alarm.shutdown(wait=True)

    def alive(self) -> bool:
        """Tell whether the loop still turns. APScheduler's `running` stays true when its thread is dead."""
        return self._uptime() - self._turned < STUCK.total_seconds()

    def _wake(self) -> None:
        due = self._tick()
        now, self._turned = self._clock(), self._uptime()
        if due and due < now + EVERY:
            self._set_alarm(max(due - now, timedelta(0)))

    def _set_alarm(self, ahead: timedelta) -> None:
        with self._setting:
            if not self._stopping.is_set():
                # APScheduler lives by the system's clock, whatever *clock* says.
                self._alarm.modify_job(JOB, next_run_time=datetime.now(UTC) + ahead)

    def _mind_the_clock(self) -> None:
        """Ring at once when the system's clock was set back: APScheduler would sleep for as long."""
        while not self._stopping.wait(EVERY.total_seconds()):
            job = self._alarm.get_job(JOB)
            if job and job.next_run_time > datetime.now(UTC) + 2 * EVERY:
                log.warning("alarm_set_back was=%s", job.next_run_time.isoformat())
                self._set_alarm(timedelta(0))
