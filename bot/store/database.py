"""The database that replicas share: opening it, its clock, its transactions, and what an outage is called.

What is kept there is told by one module a subject. Each of their methods is one short transaction, and none
is open while we talk to Slack.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.compiler import compiles

from bot.core.errors import RoundupError
from bot.store.engines import engine_at, in_memory, only_reading, parsed
from bot.store.migrations import SCHEMA, migrate, schema_of
from bot.store.outages import (
    CANNOT_OPEN,
    CROWDED,
    DAMAGED,
    FAULTY,
    FORBIDDEN,
    FULL,
    LOCKED,
    OF_WRITING,
    READ_ONLY,
    SILENT,
    in_words,
)
from bot.store.tables import Instant

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

    Insert = postgresql.Insert | sqlite.Insert

log = logging.getLogger(__name__)


class _Now(sa.sql.functions.FunctionElement[datetime]):
    """The database's own time while a statement runs, not when its transaction began."""

    inherit_cache = True
    type = Instant()


@compiles(_Now, "postgresql")
def _on_postgresql(*_: object, **__: object) -> str:
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"


@compiles(_Now, "sqlite")
def _on_sqlite(*_: object, **__: object) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000.0 + 0.5 AS INTEGER)"


NOW = _Now()  # a column for who asks for more in the same statement; see Database.shown
_TIME = sa.select(NOW)


class LedgerError(Exception):
    """The database cannot be reached or asked right now. Posting pauses, nothing else; it is tried again."""

    is_outage = True


class Database:
    """Transactions and a clock. Safe to share between threads; replicas have one each on the same tables.

    *clock* replaces SQLite's own (one host, one clock): tests live in other times. PostgreSQL's is kept.
    *migrated*: the schema is known to be this version's.
    """

    def __init__(
        self, engine: sa.Engine, *, clock: Callable[[], datetime] | None = None, migrated: bool = False
    ) -> None:
        self._engine, self._migrated = engine, migrated
        self._silence = _Silence()
        self._trouble, self._unwritten, self._asked = "", "", monotonic()
        self._clock = clock if engine.dialect.name == "sqlite" else None

    def close(self) -> None:
        """Let go of every connection; of one that somebody still waits for, as soon as it is given back."""
        # The pool would keep it, for nobody.
        sa.event.listen(self._engine, "checkin", lambda _, record: record.invalidate())
        self._engine.dispose()

    def migrate(self) -> None:
        """Bring the schema to this version; several replicas may start at once."""
        with self._asking():
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
                there = schema_of(db) == SCHEMA  # then nobody has to wait for those who write
            if not there:
                with self._engine.begin() as db:
                    migrate(db)
        self._migrated = True

    @property
    def file(self) -> Path | None:
        """The file it is in; None if a server has it."""
        sqlite = self._engine.dialect.name == "sqlite"
        return Path(self._engine.url.database or "") if sqlite else None

    def is_same_as(self, other: Database) -> bool:
        """Tell whether both are one and the same."""
        mine, theirs = self.file, other.file
        if mine and theirs:
            return mine.resolve() == theirs.resolve()
        return self._engine.url == other._engine.url

    def try_out(self) -> None:
        """Find out whether a file takes what is written; LedgerError if not.

        Nobody is waited for: where another replica writes just now, it does.
        """
        if self.file is None:
            return
        with _although_locked(), self._reading_a_file() as db:
            db.exec_driver_sql("PRAGMA busy_timeout=0")
            try:
                # What it has is written once more: a commit that reaches the disk.
                db.exec_driver_sql("UPDATE counters SET value = value WHERE name = 'schema'")
            finally:
                db.exec_driver_sql("PRAGMA busy_timeout=10000")

    def check(self, *, within: timedelta) -> None:
        """Find out whether a file is whole, as far as can be told in that time; LedgerError if not."""
        if self.file is None:
            return
        with self._reading_a_file() as db:
            sqlite: Any = db.connection.driver_connection
            end = monotonic() + within.total_seconds()
            sqlite.set_progress_handler(lambda: monotonic() > end, 10_000)
            try:
                if db.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
                    raise LedgerError(DAMAGED)
            except sa.exc.OperationalError as error:
                if getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_INTERRUPT:
                    raise
            finally:
                sqlite.set_progress_handler(None, 0)

    @contextmanager
    def _reading_a_file(self) -> Iterator[sa.Connection]:
        with self._asking(), self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """All that is written within is, or nothing; LedgerError if it cannot be."""
        self._ensure_schema()
        with self._asking(writes=True), self._engine.begin() as db:
            yield db

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Each statement sees what is there at that moment; LedgerError if none can be asked."""
        self._ensure_schema()
        with self._asking(), self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            yield db

    def trouble(self, *, within: timedelta) -> str:
        """Return why the last call failed, or "" if it did not; asks nothing.

        What is known is old if no call has ended *within* that time. Whoever could not write knows no better
        for having read.
        """
        trouble = self._trouble or self._unwritten
        if trouble or monotonic() - self._asked <= within.total_seconds():
            return trouble
        return f"nothing was heard of the database for {within.total_seconds():.0f} s"

    def now(self) -> datetime:
        """Return the database's time: the one clock that all replicas share."""
        with self.reading() as db:
            return self.time(db)

    def time(self, db: sa.Connection) -> datetime:
        """Return the same within a transaction."""
        return self._clock() if self._clock else db.execute(_TIME).scalar_one()

    def shown(self, now: datetime) -> datetime:
        """Return the time of a statement that had `NOW` as a column."""
        return self._clock() if self._clock else now

    @contextmanager
    def _asking(self, *, writes: bool = False) -> Iterator[None]:
        self._silence.knock()
        try:
            with outages():
                yield
        except LedgerError as error:
            self._heard(str(error) if error.is_outage else "", writes=writes)
            raise
        self._heard("", writes=writes)

    def _heard(self, trouble: str, *, writes: bool) -> None:
        if writes:
            self._unwritten = trouble if trouble in OF_WRITING else ""
        self._trouble, self._asked = trouble, monotonic()
        # While another replica brings the schema up to date, there is nothing that could be asked for.
        self._silence.heard(trouble, lasting=_SILENCE if self._migrated else _ALL_LOCKED)

    def _ensure_schema(self) -> None:
        if not self._migrated:  # the database was away at the start
            self.migrate()


# Seconds for which a silent database is left alone: short, as posting waits for them too.
PAUSE = 5.0
# Longer than a call can last that finds out: to connect, to ask, and to be told.
FINDING_OUT = 20.0
_SILENCE = frozenset({SILENT})
_ALL_LOCKED = frozenset({SILENT, LOCKED})


class _Silence:
    """Spares callers the wait for a database that has just left one waiting: one at a time finds out.

    Otherwise each digest of a start and each button would wait its own ten seconds, in a thread each.
    """

    def __init__(self) -> None:
        self._until, self._why = 0.0, ""
        self._lock = Lock()

    def knock(self) -> None:
        """Return if the database may be asked; LedgerError if it was silent just now."""
        with self._lock:
            if monotonic() < self._until:
                raise LedgerError(self._why)
            if self._until:
                self._until = monotonic() + FINDING_OUT

    def heard(self, trouble: str, *, lasting: Collection[str] = _SILENCE) -> None:
        """Note how a call ended; after a *lasting* trouble the next would end alike."""
        with self._lock:
            self._until, self._why = monotonic() + PAUSE if trouble in lasting else 0.0, trouble


def open_database(
    url: str,
    *,
    environ: Mapping[str, str] = os.environ,
    clock: Callable[[], datetime] | None = None,
) -> Database:
    """Open or create the database at a URL; RoundupError if the ledger could not keep its promise there.

    A server that is away now is no error: every method raises LedgerError until it is back.
    """
    database = Database(engine_at(parsed(url), environ), clock=clock)
    try:
        database.migrate()
        database.try_out()
    except LedgerError as error:
        if file := database.file:
            refusal = unusable(file, str(error))
            if refusal:
                database.close()
                raise refusal from None
        log.warning("ledger_away error=%s", error)
    except RoundupError:
        database.close()
        raise
    return database


def unusable(file: Path, trouble: str) -> RoundupError | None:
    """Return the error for a file that waiting does not mend; None if its trouble may be over soon."""
    remedy = _BY_HAND.get(trouble)
    return RoundupError(f"{file}: {trouble}; {remedy}") if remedy else None


_BY_HAND = {
    DAMAGED: "put a backup in its place, or move it away and read the posts back with `roundup recover`",
    READ_ONLY: "let the bot's user write that file and its folder",
    FULL: "make room there, then start again",
    FORBIDDEN: "let the bot's user write that file and its folder",
    CANNOT_OPEN: "let the bot's user write that file and its folder",
    FAULTY: "save a copy of the file, then move it to another disk",
}


def read_database(url: str, *, environ: Mapping[str, str] = os.environ) -> Database:
    """Open the database at a URL only to look into it: no file comes into being, none is changed.

    Where there is none yet, it is one in which nothing was ever posted. An older file is read as this version
    would bring it up to date, in a copy.
    """
    place = parsed(url)
    if place.get_backend_name() != "sqlite":
        return open_database(url, environ=environ)
    file = Path(place.database or "")
    with outages():
        return Database(_up_to_date(file if file.is_file() else None), migrated=True)


def probe(url: str, *, environ: Mapping[str, str] = os.environ) -> datetime | None:
    """Return a database's time, being sure that it can be written; None if its file is still to come.

    Nothing is written. LedgerError if it cannot be used now, RoundupError if it never can.
    """
    place = parsed(url)
    file = Path(place.database or "")
    if place.get_backend_name() == "sqlite" and file.parent.is_dir() and not file.exists():
        if not os.access(file.parent, os.W_OK | os.X_OK):
            raise LedgerError(FORBIDDEN)
        return None
    database = Database(engine_at(place, environ), migrated=True)
    try:
        with database.writing() as db:  # which SQLite refuses at once where it may only read
            if _is_postgresql(db) and db.scalar(sa.text("SHOW transaction_read_only")) == "on":
                raise LedgerError(READ_ONLY)
            schema_of(db)
            return database.time(db)
    finally:
        database.close()


def _up_to_date(file: Path | None) -> sa.Engine:
    if file is not None and _schema_in(file) == SCHEMA:
        return only_reading(file)
    copy = in_memory(file)
    with copy.begin() as db:
        migrate(db)
    return copy


def _schema_in(file: Path) -> int:
    engine = only_reading(file)
    try:
        with engine.connect() as db:
            return schema_of(db)
    finally:
        engine.dispose()


@contextmanager
def _although_locked() -> Iterator[None]:
    """Take it for well that somebody else is at it."""
    try:
        yield
    except LedgerError as error:
        if str(error) != LOCKED:
            raise


@contextmanager
def outages() -> Iterator[None]:
    """Say LedgerError, in our own words, for what is over when the database is back.

    Not chained to the driver's error: a traceback would show what that says of host and user.
    """
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.InternalError) as error:
        # no database, no disk, no lock, a transaction that was cut off; anything else is a bug
        raise LedgerError(in_words(error.orig)) from None
    except sa.exc.DatabaseError as error:
        if type(error) is not sa.exc.DatabaseError:
            raise  # a bug: these are its kinds
        raise LedgerError(in_words(error.orig)) from None  # a file that is damaged, or no database at all
    except sa.exc.TimeoutError:  # every connection is busy
        raise LedgerError(CROWDED) from None


def inserting(db: sa.Connection) -> Callable[[sa.Table], Insert]:
    """Return what makes inserts that may say what to do if the row is there: both spell that alike."""
    if not _is_postgresql(db):
        return sqlite.insert
    from sqlalchemy.dialects.postgresql import insert  # over SQLite nobody pays for it

    return insert


def insert(db: sa.Connection, table: sa.Table) -> Insert:
    """Return an insert that may say what to do if the row is there."""
    return inserting(db)(table)


def wrote(db: sa.Connection, statement: sa.Executable, row: Mapping[str, Any] | None = None) -> bool:
    """Tell whether a statement that returns what it wrote wrote anything; psycopg's row counts do not."""
    return db.execute(statement, row).first() is not None


def _is_postgresql(db: sa.Connection) -> bool:
    return db.dialect.name == "postgresql"
