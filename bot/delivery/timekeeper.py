"""Holds three clocks against each other: this host's, the database's and Slack's.

When the database's is set, whatever waits by it is taken along before anybody acts on it; when one is off
for longer than a passing moment, the editors are told.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.core.delivery.alarms import Alarm
from bot.core.delivery.clocks import (
    NOTHING,
    Reading,
    is_off,
    may_have_been_set,
    noted,
    off_by,
    was_set,
)
from bot.delivery.clocks import Clocks
from bot.delivery.errands import Errands
from bot.delivery.needs import Slack
from bot.delivery.telling import Telling
from bot.store.clock import Expected, LedgerClock, Marks
from bot.store.ledger import Ledger, Look

log = logging.getLogger(__name__)

MARK = timedelta(seconds=30)  # between two notes of what the database's clock shows
ASK = timedelta(minutes=1)  # between two questions for Slack's time
EXACT = 2.0  # seconds: a database that took longer to tell its time told it too long ago to be compared
SET_IT = "set it, for example with `timedatectl set-ntp true`"


class Timekeeper:
    """Every look into the ledger goes through it: what a look finds is to be understood by the clock."""

    def __init__(
        self,
        *,
        clocks: Clocks,
        ledger: Ledger,
        ledger_clock: LedgerClock,
        slack: Slack,
        telling: Telling,
        errands: Errands,
        host: str,
    ) -> None:
        self.clocks, self._ledger, self._ledger_clock = clocks, ledger, ledger_clock
        self._slack, self._telling, self._errands, self._host = slack, telling, errands, host
        self._last: tuple[Reading, int] | None = None  # and how often the clock had been set by then
        self._marked = self._asked = float("-inf")
        self._complaints: tuple[str, ...] = ()
        self._off: set[str] = set()  # subjects

    def look(self) -> Look:
        """Return what may need something, once whatever waits stands by the clock as it is now."""
        while True:
            before = self.clocks.uptime()
            look = self._ledger.look()
            reading = Reading(look.now, before, self.clocks.uptime())
            if self._is_understood(reading, look):
                break
        self._mark(reading.after)
        if reading.after - reading.before < EXACT:
            self._compare(look.now, reading.after)
        return look

    def now(self) -> datetime:
        """Return what the database's clock shows; whatever waits stands by it."""
        while True:
            before = self.clocks.uptime()
            now, marks = self._ledger_clock.read()
            if self._is_understood(Reading(now, before, self.clocks.uptime()), marks):
                return now

    def expected(self) -> Expected | None:
        """Return what the database's clock should show by now; None if it was never read."""
        if self._last is None:
            return None
        last, steps = self._last
        return Expected(last.at + timedelta(seconds=self.clocks.uptime() - last.after), steps)

    def _is_understood(self, reading: Reading, seen: Look | Marks) -> bool:
        """Tell whether the clock is still the one that was read last; else see to what waits by it."""
        by, watched = self._was_set(reading, seen)
        uptime = self.clocks.uptime
        if by and self._ledger_clock.move(
            by, seen=seen.steps, now=reading.at, watched=watched, uptime=uptime
        ):
            log.warning("ledger_clock_set by=%.0fs", by.total_seconds())
            self._last = reading, seen.steps + 1
        elif not by:
            self._last = reading, seen.steps
        return not by

    def trouble(self) -> str:
        """Return which clock is off and by how much, without a host's name; "" if none is known to be."""
        return "; ".join(self._complaints)

    def _was_set(self, reading: Reading, seen: Look | Marks) -> tuple[timedelta, bool]:
        """Return by how much, and whether it cannot have been a pause in which nobody ran."""
        last, known = self._last or (None, 0)
        if last is None or seen.steps != known:
            # Another replica has seen to something since we looked: what it noted then is all there is.
            last = noted(seen.latest, seen.uptime)
        if last is None:
            by = may_have_been_set(reading.at, seen.latest)
            return by, by < NOTHING
        return was_set(last, reading), True

    def _mark(self, now: float) -> None:
        if now - self._marked >= MARK.total_seconds():
            self._marked = now
            self._ledger_clock.mark(uptime=self.clocks.uptime, expected=self.expected())

    def _compare(self, database: datetime, now: float) -> None:
        if self.clocks.outdated() and now - self._asked >= ASK.total_seconds():
            self._asked = now
            self._errands.start(self._slack.ask_the_time)
        host, slack = self.clocks.host(), self.clocks.slack()
        if slack is None:
            return
        here = off_by(host, slack)
        # With SQLite it is the same clock, of which one complaint is enough.
        there = off_by(database, slack) if is_off(database, host) else ""
        found = (("this host's clock", here), ("the database's clock", there))
        self._complaints = tuple(f"{whose} is {by}: {SET_IT}" for whose, by in found if by)
        self._tell(f"clock {self._host}", f"The clock of {self._host}", here)
        self._tell("clock database", "The database's clock", there)

    def _tell(self, subject: str, whose: str, by: str) -> None:
        """Tell the editors once it has lasted, and that it is over."""
        if not by:
            if subject in self._off:
                log.warning("clock_right subject=%s", subject.replace(" ", "/"))
                self._off.discard(subject)
            self._telling.right_again(subject)
        elif subject not in self._off:
            log.warning("clock_off subject=%s by=%r", subject.replace(" ", "/"), by)
            text = f"{whose} is {by}: {SET_IT}. Digests go out by Slack's meanwhile."
            self._telling.alarm(Alarm(subject=subject, text=text, over=f"{whose} is right again."))
            self._off.add(subject)
