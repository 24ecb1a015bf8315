"""Which replicas run on this database, and since when it has not been asleep.

A database that nobody has run on for a while may be a copy that somebody put back: what was posted after
the copy was made is not in it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby

import sqlalchemy as sa

from bot.core.delivery.changes import slept
from bot.core.delivery.clocks import SET
from bot.core.delivery.state import Delivery
from bot.store.clock import AWAKE, ClockWasSetError, Expected, as_expected
from bot.store.database import Database, insert
from bot.store.ledger import IN_UNSETTLED, swap
from bot.store.tables import columns, counters, deliveries, delivery, instant, milliseconds, replicas

# Longer than a restart or an update; a copy that is put back is older than that.
ASLEEP = timedelta(minutes=10)
# Several beats: who has been silent for longer is not running any more.
GONE = timedelta(minutes=2)
_DELIVERY = columns(deliveries, Delivery)


class Replicas:
    """Their heartbeats."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def beat(self, name: str, *, catch_up: timedelta, expected: Expected | None = None) -> datetime:
        """Note that a replica runs; return since when this database is awake.

        The first to beat after a long silence has what was on its way looked for: it may have arrived.
        ClockWasSetError if the clock is not as *expected*: a leap ahead is no silence.
        """
        with self._database.writing() as db:
            now = self._database.time(db)
            if not as_expected(db, now, expected):
                raise ClockWasSetError("its clock was set")
            awake = _awake_since(db, now, catch_up)
            _note(db, name, now, running=True)
            db.execute(replicas.delete().where(replicas.c.beat < now - 100 * ASLEEP))
        return awake

    def end(self, name: str) -> None:
        """Note that a replica has ended in good order."""
        with self._database.writing() as db:
            _note(db, name, self._database.time(db), running=False)

    def running(self) -> tuple[str, ...]:
        """Return who runs on this database, as far as is known."""
        with self._database.reading() as db:
            alive = sa.and_(replicas.c.running, replicas.c.beat > self._database.time(db) - GONE)
            return tuple(db.scalars(sa.select(replicas.c.name).where(alive).order_by(replicas.c.name)))


def _note(db: sa.Connection, name: str, now: datetime, *, running: bool) -> None:
    row = insert(db, replicas).values(name=name, beat=now, running=running)
    fresh = {"beat": row.excluded.beat, "running": row.excluded.running}
    db.execute(row.on_conflict_do_update(index_elements=["name"], set_=fresh))


def _awake_since(db: sa.Connection, now: datetime, catch_up: timedelta) -> datetime:
    # What is still to come was noted by a clock that was ahead, and set back while nobody ran: for two days
    # nobody would count as silent, and for two days no look into a channel as one since.
    known = db.scalar(sa.select(counters.c.value).where(counters.c.name == AWAKE))
    last = db.scalar(sa.select(sa.func.max(replicas.c.beat)).where(replicas.c.beat <= now + SET))
    if known is not None and instant(known) <= now + SET and last is not None and last > now - ASLEEP:
        return instant(known)
    row = insert(db, counters).values(name=AWAKE, value=milliseconds(now))
    db.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": row.excluded.value}))
    _look_for_what_was_on_its_way(db, now, catch_up)
    return now


def _look_for_what_was_on_its_way(db: sa.Connection, now: datetime, catch_up: timedelta) -> None:
    parts = map(delivery, db.execute(sa.select(*_DELIVERY).where(IN_UNSETTLED)).all())
    for _, post in groupby(sorted(parts, key=lambda d: d.key), key=lambda d: d.key[:2]):
        known = {d.key: d for d in post}
        for new in slept([*known.values()], now=now, catch_up=catch_up):
            swap(db, known[new.key], new)
