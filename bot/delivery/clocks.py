"""What time it is, though this host's clock may lie: Slack says with each answer what time it has.

In between, seconds are counted that nobody can set. Digests go out by this clock. Whoever cannot be asked for
the time is away.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.core.delivery.clocks import is_off, off_by

_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
AGREED = timedelta(hours=1)  # how long Slack need not be asked for the time
PATIENCE = timedelta(minutes=1)  # how long after the start Slack is waited for, before anything is final
DOUBTED = timedelta(minutes=1)  # how long not while the two differ: perhaps we have counted wrong
AWAY = timedelta(seconds=30)  # a line that does not come about for longer is no blip


def uptime() -> float:
    """Return seconds that nobody can set; where the system tells, those for which it slept are in them."""
    # time.monotonic() stands still meanwhile: a request claimed before a sleep would go out after it.
    return time.clock_gettime(_STEADY)


class Clocks:
    """This host's clock and Slack's. Call it for the time to live by: the host's, unless that is off."""

    def __init__(self, host: Callable[[], datetime], *, uptime: Callable[[], float] = uptime) -> None:
        self.host, self.uptime = host, uptime
        self._heard: tuple[datetime, float] | None = None
        self._missed: tuple[str, float, float] | None = None  # why; first and last at what uptime
        self._began = uptime()

    def __call__(self) -> datetime:
        """Return the time."""
        host, slack = self.host(), self.slack()
        return slack if slack and is_off(host, slack) else host

    def hear(self, slack: datetime) -> None:
        """Note what time Slack has."""
        self._heard, self._missed = (slack, self.uptime()), None

    def miss(self, why: str) -> None:
        """Note that there is no way to Slack."""
        _, since, _ = self._missed or ("", self.uptime(), 0.0)
        self._missed = why, since, self.uptime()

    def away(self) -> str:
        """Return why there is no way to Slack, if that has been so for a while; asks nothing."""
        why, first, last = self._missed or ("", 0.0, 0.0)
        return why if last - first >= AWAY.total_seconds() else ""

    def slack(self) -> datetime | None:
        """Return what time Slack has, rather too early than too late; None as long as it never said."""
        heard = self._heard
        return heard[0] + timedelta(seconds=self.uptime() - heard[1]) if heard else None

    def is_sure(self) -> bool:
        """Tell whether Slack said what time it has, or was given the time to: what is final waits for it."""
        return self._heard is not None or self.uptime() - self._began >= PATIENCE.total_seconds()

    def outdated(self) -> bool:
        """Tell whether Slack should be asked again what time it has."""
        heard = self._heard
        if heard is None or self._missed:
            return True
        age = timedelta(seconds=self.uptime() - heard[1])
        return age >= (DOUBTED if self.off_by() else AGREED)

    def off_by(self) -> str:
        """Return how wrong this host's clock is, in words; "" if it is not, or Slack never said."""
        slack = self.slack()
        return off_by(self.host(), slack) if slack else ""
