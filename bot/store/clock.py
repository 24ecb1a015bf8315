"""The database's clock where it was set: whatever waits by it is taken along, once for all replicas.

Set back by an hour, a lease would last an hour longer and nothing be posted meanwhile; set ahead, a lease
would end while its owner still waits for Slack, and somebody else would post the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.core.delivery.clocks import NOTHING, SET
from bot.store.database import Database, LedgerError, insert, wrote
from bot.store.tables import (
    MAIL_UNDER_WAY,
    MILLISECOND,
    UNSETTLED,
    channels,
    counters,
    deliveries,
    envelopes,
    instant,
    milliseconds,
    outbox,
    paces,
    replicas,
)

# What waits until a moment by the database's clock. A test holds every other instant against it: those say
# when something was, or are the editors' and the slots'.
WAITS = (
    "deliveries.lease_until",
    "deliveries.not_before",
    "envelopes.lease_until",
    "envelopes.not_before",
    "outbox.due",
    "paces.free_at",
)
OVER = timedelta(seconds=10)  # longer than a call takes
# Seconds that nobody can set are counted from the start of a machine, which has another name each time.
UPTIME, _BOOT = "uptime ", Path("/proc/sys/kernel/random/boot_id")
EXACT = 1.0  # seconds: whoever was frozen for longer while it noted two clocks has not read them at once
CLOCK, STEPS, CHANGES, AWAKE = "clock", "steps", "changes", "awake"


def _noted(name: str | sa.BindParameter[str]) -> sa.ScalarSelect[Any]:
    return sa.select(counters.c.value).where(counters.c.name == name).scalar_subquery()


# What `marks_in` reads, in its order, as columns for whoever asks for more within the same statement.
MARKS = (*map(_noted, (CHANGES, STEPS, CLOCK)), _noted(sa.bindparam("uptime")))
_MARKS = sa.select(*MARKS)


def _moving(column: sa.Column[datetime], waiting: sa.ColumnElement[bool] | sa.TextClause) -> sa.Update:
    later = column + sa.bindparam("by", type_=sa.BigInteger)
    moved = column.table.update().where(waiting, column.is_not(None))
    return moved.values({column.name: sa.type_coerce(later, sa.BigInteger)})


# Their versions stay: whoever is at a part goes on being at it.
_PARTS = tuple(_moving(deliveries.c[name], UNSETTLED) for name in ("lease_until", "not_before"))
_LETTERS = tuple(_moving(envelopes.c[name], MAIL_UNDER_WAY) for name in ("lease_until", "not_before"))
_NOTICES = _moving(outbox.c.due, outbox.c.letter == "")
_OLD_NOTICES = _moving(outbox.c.due, sa.and_(outbox.c.letter == "", outbox.c.at <= sa.bindparam("until")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What replicas tell each other by counting."""

    changes: int  # what was ever decided about postings, skips and orders
    steps: int  # how often the clock was set, as far as anybody has noticed
    latest: datetime | None  # what the clock has shown lately
    uptime: float | None = None  # and when, by the seconds that nobody can set: if this machine noted it


@dataclass(frozen=True, slots=True)
class Expected:
    """What the clock should show by now, and how often it was set by then, as its reader counts."""

    at: datetime
    steps: int


class ClockWasSetError(LedgerError):
    """The clock is not what it was: read it again before anything is written that waits by it."""

    is_outage = False


def as_expected(db: sa.Connection, time: datetime, expected: Expected | None) -> bool:
    """Tell whether the clock is the one that was read: else what is written now would be moved with the rest.

    A little later is no wonder: there may have been a queue.
    """
    if expected is None:
        return True
    return -SET <= time - expected.at <= OVER and marks(db).steps == expected.steps


def marks(db: sa.Connection) -> Marks:
    """Return them all at once."""
    return marks_in(db.execute(_MARKS, of_this_machine()).one())


def of_this_machine() -> dict[str, str]:
    """Return what a statement with `MARKS` has to be given."""
    return {"uptime": UPTIME + _boot()}


def marks_in(noted: Sequence[Any]) -> Marks:
    """Return what stands in the columns `MARKS` of a row."""
    changes, steps, clock, uptime = noted
    return Marks(
        changes=changes or 0,
        steps=steps or 0,
        latest=None if clock is None else instant(clock),
        uptime=None if uptime is None else uptime / 1000,
    )


class LedgerClock:
    """Keeps what the clock has shown, and sets everything that waits by it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self) -> tuple[datetime, Marks]:
        """Return what it shows."""
        with self._database.reading() as db:
            return self._database.time(db), marks(db)

    def mark(self, *, uptime: Callable[[], float] | None = None, expected: Expected | None = None) -> None:
        """Note what the clock shows: should it be set while nobody runs, it is seen by this.

        Nothing is noted if it is not as *expected*: then there is something to be seen.
        """
        with self._database.writing() as db:
            # Not what it showed at the last look: whoever was frozen since would note what is long over.
            time = self._note(db, uptime)
            if not as_expected(db, time, expected):
                db.rollback()

    def _note(self, db: sa.Connection, uptime: Callable[[], float] | None) -> datetime:
        before = uptime() if uptime else 0.0
        time = self._database.time(db)
        _put(db, CLOCK, milliseconds(time))
        db.execute(counters.delete().where(counters.c.name.startswith(UPTIME)))
        if uptime and _boot() and (after := uptime()) - before < EXACT:
            _put(db, UPTIME + _boot(), round(after * 1000))
        return time

    def move(
        self,
        by: timedelta,
        *,
        seen: int,
        now: datetime,
        watched: bool = False,
        uptime: Callable[[], float] | None = None,
    ) -> bool:
        """Take along whatever waits by a clock that was set; False if it is to be looked at anew.

        So it is if somebody has been faster, after *seen* steps, or if *now* is over: it may be right again.
        *watched* if it is known by how much: then it is no longer ago that somebody ran. *uptime* counts
        seconds that nobody can set.
        """
        with self._database.writing() as db:
            time = self._database.time(db)
            if not -OVER < time - now < OVER:
                return False
            db.execute(insert(db, counters).values(name=STEPS, value=0).on_conflict_do_nothing())
            same = sa.and_(counters.c.name == STEPS, counters.c.value == seen)
            counted = counters.update().where(same).values(value=seen + 1)
            if not wrote(db, counted.returning(counters.c.value)):
                return False
            for moving in _PARTS:
                db.execute(moving, {"by": by // MILLISECOND})
            move_mail(db, by, now=time)
            db.execute(paces.update().values(free_at=paces.c.free_at + by // MILLISECOND))
            if watched:
                _move_past(db, by, time)
            self._note(db, uptime)
        return True


def move_mail(db: sa.Connection, by: timedelta, *, now: datetime) -> None:
    """Take along what people are to hear. *now* is what the clock shows since."""
    for moving in _LETTERS:
        db.execute(moving, {"by": by // MILLISECOND})
    # Not what was said since: it is due by the clock as it is. Where that was set back, nobody can tell what
    # was said since; that is heard a little too early.
    if by > NOTHING:
        db.execute(_OLD_NOTICES, {"by": by // MILLISECOND, "until": now - by + SET})
    else:
        db.execute(_NOTICES, {"by": by // MILLISECOND})


def _move_past(db: sa.Connection, by: timedelta, now: datetime) -> None:
    """Take along when somebody ran, and looked: as long ago as before, though never in the future."""

    def moved(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
        later, latest = sa.type_coerce(column, sa.BigInteger) + by // MILLISECOND, milliseconds(now)
        return sa.type_coerce(sa.case((later > latest, latest), else_=later), column.type)

    for column in (replicas.c.beat, channels.c.looked):
        db.execute(column.table.update().where(column.is_not(None)).values({column.name: moved(column)}))
    awake = counters.update().where(counters.c.name == AWAKE)
    db.execute(awake.values(value=moved(counters.c.value)))


@cache
def _boot() -> str:
    """Return what this start of this machine is called; "" where the system does not tell."""
    try:
        return _BOOT.read_text("ascii").strip()
    except OSError:
        return ""


def _put(db: sa.Connection, name: str, value: int) -> None:
    row = insert(db, counters).values(name=name, value=value)
    db.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
