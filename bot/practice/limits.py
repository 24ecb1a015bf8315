"""How often Slack may be asked: one bucket a method, a channel and the workspace."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimits:
    """Slack's limits: a message a second and channel with short bursts, some hundred a minute in all.

    *burst* is how many a quiet channel takes at once; Slack only says "short".
    """

    burst: int = 15
    per_second: float = 1.0
    workspace_per_minute: int = 300
    tiers: bool = True  # also the per-minute tier of every other method


@dataclass(slots=True)
class _Bucket:
    level: float
    since: datetime


class Meter:
    """Counts requests and tells when there were too many."""

    def __init__(self, limits: RateLimits | None, clock: Callable[[], datetime]) -> None:
        self.limits = limits
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def posting(self, channel: str) -> int:
        """Take a post's share; return the seconds to wait, 0 if it may go."""
        if self.limits is None:
            return 0
        wait = self._take(f"post {channel}", self.limits.burst, self.limits.per_second)
        per_minute = self.limits.workspace_per_minute
        return wait or self._take("posts", per_minute, per_minute / 60)

    def method(self, name: str, per_minute: int) -> int:
        """Take a request's share of a method's tier; return the seconds to wait, 0 if it may go."""
        if self.limits is None or not self.limits.tiers or not per_minute:
            return 0
        return self._take(name, per_minute, per_minute / 60)

    def _take(self, key: str, size: int, per_second: float) -> int:
        now = self._clock()
        bucket = self._buckets.setdefault(key, _Bucket(size, now))
        # A clock that steps back refills nothing.
        gained = max(0.0, (now - bucket.since).total_seconds()) * per_second
        bucket.level, bucket.since = min(size, bucket.level + gained), now
        if bucket.level < 1:
            return max(1, math.ceil((1 - bucket.level) / per_second))
        bucket.level -= 1
        return 0
