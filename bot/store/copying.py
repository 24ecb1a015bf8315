"""Copies of a whole database: a backup of a live SQLite file, and everything into another database."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.core.errors import RoundupError
from bot.store.database import Database, LedgerError
from bot.store.engines import only_read
from bot.store.outages import in_words
from bot.store.replicas import Replicas
from bot.store.tables import counters, metadata

AT_ONCE = 500  # rows
PAGES = 500
# Told how much of how much is done.
Progress = Callable[[int, int], None]


def back_up(file: Path, to: Path, progress: Progress) -> None:
    """Write what an SQLite file has in this moment into a new one; nobody who posts is kept waiting."""
    try:
        os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise RoundupError(f"{to} is there already: name a new file") from None
    except OSError as error:
        raise RoundupError(f"{to} cannot be written: {(error.strerror or str(error)).lower()}") from error
    try:
        _copy_file(file, to, progress)
    except BaseException:  # whoever is interrupted too: half a copy must not be taken for one
        for more in ("", "-journal", "-wal", "-shm"):
            to.with_name(to.name + more).unlink(missing_ok=True)
        raise


def _copy_file(file: Path, to: Path, progress: Progress) -> None:
    with _in_our_words(), closing(only_read(file)) as source, closing(sqlite3.connect(to)) as target:
        # One look for all of it: without, the copy begins anew each time that a replica writes.
        source.isolation_level = None
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM counters").fetchone()
        source.backup(target, pages=PAGES, progress=lambda _, left, whole: progress(whole - left, whole))
        # One file, without a log beside it: it may be carried elsewhere.
        target.execute("PRAGMA journal_mode=DELETE")
        target.commit()


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise LedgerError(in_words(error)) from None


def copy_all(source: Database, target: Database, progress: Progress) -> dict[str, int]:
    """Copy every row into an empty database, in one transaction; return how many, by table.

    RoundupError if the target has rows, or somebody runs on the source. Nobody can write there meanwhile.
    """
    if source.is_same_as(target):
        raise RoundupError("that is the same database: name another one")
    if running := Replicas(source).running():
        raise RoundupError(f"a bot is running on this database: stop it first ({', '.join(running)})")
    with source.writing() as old, target.writing() as new:
        _lock(old)
        if full := [table.name for table in _tables() if _count(new, table)]:
            raise RoundupError(f"the other database has rows already ({', '.join(full)}): name an empty one")
        counts = {table.name: _count(old, table) for table in _tables()}
        done = 0
        for table in _tables():
            for rows in _rows(old, table):
                new.execute(table.insert(), rows)
                done += len(rows)
                progress(done, sum(counts.values()))
            _go_on_counting(new, table)
        _copy_counters(old, new)
    return counts


def _tables() -> list[sa.Table]:
    return [table for table in metadata.sorted_tables if table is not counters]


def _lock(db: sa.Connection) -> None:
    if db.dialect.name == "postgresql":  # on SQLite the transaction itself is the only one that may write
        names = ", ".join(table.name for table in metadata.sorted_tables)
        db.exec_driver_sql(f"LOCK TABLE {names} IN SHARE MODE")


def _count(db: sa.Connection, table: sa.Table) -> int:
    return int(db.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


def _rows(db: sa.Connection, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    ordered = sa.select(table).order_by(*table.primary_key)
    found = db.execution_options(yield_per=AT_ONCE).execute(ordered)
    for rows in found.mappings().partitions():
        yield [dict(row) for row in rows]


def _go_on_counting(db: sa.Connection, table: sa.Table) -> None:
    """Let PostgreSQL count on from the greatest number there is, where it counts by itself."""
    keys: Sequence[sa.Column[Any]] = [c for c in table.primary_key if isinstance(c.type, sa.Integer)]
    if db.dialect.name != "postgresql" or len(table.primary_key) > 1:
        return
    for key in keys:
        sequence = db.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, key.name)))
        greatest = db.scalar(sa.select(sa.func.max(key)))
        if sequence and greatest is not None:
            db.execute(sa.select(sa.func.setval(sequence, greatest)))


def _copy_counters(old: sa.Connection, new: sa.Connection) -> None:
    rows = [dict(row) for row in old.execute(sa.select(counters)).mappings()]
    new.execute(counters.delete())
    new.execute(counters.insert(), rows)
