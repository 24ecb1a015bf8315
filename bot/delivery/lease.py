"""How long what we claimed is ours. We count it ourselves: clocks may be set while we wait for Slack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.core.settings import DeliverySettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """Something that is ours for the length of a lease."""

    rules: DeliverySettings
    started: float  # by *uptime*, before the claim was asked for
    uptime: Callable[[], float]

    @property
    def age(self) -> timedelta:
        """Return how long it has been ours at most."""
        return timedelta(seconds=self.uptime() - self.started)

    @property
    def is_over(self) -> bool:
        """Whether others may be at it."""
        return self.age > self.rules.lease

    @property
    def too_late(self) -> bool:
        """Whether an answer might come after the lease, when others may be at it; with a tenth to spare."""
        return self.age > self.rules.lease - self.rules.timeout - self.rules.lease / 10
