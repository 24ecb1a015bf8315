"""Slack's limits, kept for all replicas together: whose turn it is, and when there is one again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.store.clock import ClockWasSetError, Expected, as_expected
from bot.store.database import Database, insert
from bot.store.tables import MILLISECOND, instant, milliseconds, paces

# Hardly a limit of Slack's makes anybody wait longer, and who was told to asks again then. A turn further
# off was taken by a clock that was ahead, and nobody saw it set back.
LONGEST = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most one every *interval*, with *burst* of them at once after a pause; shared by all replicas."""

    name: str
    interval: timedelta
    burst: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Not before then, by the ledger's clock: that is what Slack's limits leave. *name* is the limit's."""

    name: str
    until: datetime
    asked: datetime  # by the same clock


class Limits:
    """What Slack itself says about them. Turns are taken with what is claimed: see `take_turns`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def now(self) -> datetime:
        """Return the time of the ledger."""
        return self._database.now()

    def turn(self, limit: Limit) -> datetime | None:
        """Take a turn; or return when there will be one, by the clock of the ledger, and take none."""
        with self._database.writing() as db:
            wait = take_turns(db, (limit,), self._database.time(db))
            if wait:
                db.rollback()
        return wait.until if wait else None

    def pause(self, limit: Limit, after: timedelta, *, expected: Expected | None = None) -> None:
        """Let nobody have a turn for so long, because Slack said so; then one at a time.

        ClockWasSetError if the clock is not as *expected*.
        """
        with self._database.writing() as db:
            now = self._database.time(db)
            if not as_expected(db, now, expected):
                raise ClockWasSetError("its clock was set")
            at, until = milliseconds(now), now + min(after, LONGEST)
            free = milliseconds(until + (limit.burst - 1) * limit.interval)
            row = insert(db, paces).values(name=limit.name, free_at=free)
            later = sa.case((_free(at) > free, paces.c.free_at), else_=free)
            db.execute(row.on_conflict_do_update(index_elements=["name"], set_={"free_at": later}))


def take_turns(db: sa.Connection, limits: Iterable[Limit], now: datetime) -> Wait | None:
    """Take a turn in each; or return what there is to wait for, and leave it to the caller to take none."""
    for limit in limits:
        if (until := _take_turn(db, limit, now)) > now:
            return Wait(name=limit.name, until=until, asked=now)
    return None


def _take_turn(db: sa.Connection, limit: Limit, now: datetime) -> datetime:
    """Return *now* if there is a turn, which is then taken, else when there will be one."""
    interval, at = limit.interval // MILLISECOND, milliseconds(now)
    row = insert(db, paces).values(name=limit.name, free_at=at + interval)
    fresh = _free(at) + interval
    taken = row.on_conflict_do_update(index_elements=["name"], set_={"free_at": fresh})
    free = int(db.scalar(taken.returning(paces.c.free_at)) or 0)
    return max(now, instant(free - limit.burst * interval))


def _free(at: int) -> sa.ColumnElement[int]:
    """Return when the last turn that is taken is over, by what the clock shows *at* now."""
    is_ahead = paces.c.free_at.between(at, at + LONGEST // MILLISECOND)
    return sa.case((is_ahead, paces.c.free_at), else_=at)
