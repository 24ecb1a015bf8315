"""Which parts start anew when their post is decided about again, and what they are then."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.core.delivery.state import Delivery, Rung, State

# A post starts again whatever came to nothing before. A correction only brings back what an earlier one took
# away: what failed or was left out waits for an editor's word, not for a mended comma.
BY_POST = frozenset({State.MISSED, State.SKIPPED, State.HELD, State.WITHDRAWN, State.FAILED})
BY_CORRECTION = frozenset({State.WITHDRAWN})


# What a part is while nothing was sent and nobody is at it.
_AT_REST = frozenset({State.MISSED, State.SKIPPED, State.HELD})


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


def left(d: Delivery, *, state: State, error: str, slot: datetime, now: datetime) -> Delivery:
    """Return *d* as what was decided about it now, if it came to nothing before; else as it is."""
    may_be_there = d.state is State.HELD and bool(d.asked)
    if d.state not in _AT_REST or d.owner or may_be_there:
        return d
    return replace(d, state=state, since=now, slot=slot, error=error, not_before=None)
