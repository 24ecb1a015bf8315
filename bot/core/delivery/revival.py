"""Which parts start anew when their post is arranged again, and what they are then."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.core.delivery.state import Delivery, Rung, State

# A post starts again whatever came to nothing before. A correction only brings back what an earlier one took
# away: what failed or was left out waits for an editor's word, not for a mended comma.
BY_POST = frozenset({State.MISSED, State.SKIPPED, State.HELD, State.WITHDRAWN, State.FAILED})
BY_CORRECTION = frozenset({State.WITHDRAWN})


def revived(d: Delivery, states: Collection[State], *, slot: datetime, now: datetime) -> Delivery:
    """Return *d* as new, due at *slot*, if it rests in one of *states*; else as it is.

    What a person deleted stays deleted, and what may be in the channel is not sent again.
    """
    may_be_there = d.state is State.HELD and bool(d.asked)
    if d.state not in states or d.owner or d.by_person or may_be_there or not d.wanted:
        return d
    return replace(
        d,
        state=State.PENDING,
        since=now,
        slot=slot,
        error="",
        asked="",
        shown=None,
        refused=None,
        rung=Rung.WHOLE,
        parent="",
        not_before=None,
        checks=0,
    )
