"""Clears away what has become old, a little at a time. Nothing that keeps "once" is ever among it."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.tables import (
    channels,
    copies,
    counters,
    decisions,
    deliveries,
    letters,
    milliseconds,
    numbers,
    paces,
    postings,
    replicas,
    skips,
    told,
)

AT_ONCE = 200  # rows of a table: writers wait for it
# What is kept for `keep`, and the column that says how old it is.
FOR_A_WHILE = {decisions: decisions.c.at, told: told.c.at}
# Without these something could be posted, shared or numbered twice. Presses stand in `copies`.
FOR_EVER = frozenset({postings, deliveries, numbers, letters, copies, channels, skips, counters})
# Cleared by who keeps them, or as below: they say something about now.
FOR_NOW = frozenset({replicas, paces})
PASSED = timedelta(days=1)


class Cleaning:
    """The broom."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def clean(self, keep: timedelta) -> bool:
        """Take some of what is older than that away; tell whether there may be more."""
        with self._database.writing() as db:
            now = self._database.time(db)
            old = [_some(db, table, at < now - keep) for table, at in FOR_A_WHILE.items()]
            old.append(_some(db, paces, paces.c.free_at < milliseconds(now - PASSED)))
        return max(old) == AT_ONCE


def _some(db: sa.Connection, table: sa.Table, old: sa.ColumnElement[bool]) -> int:
    """Delete some rows; return how many."""
    (key,) = table.primary_key.columns
    some = sa.select(key).where(old).limit(AT_ONCE).scalar_subquery()
    return len(db.execute(table.delete().where(key.in_(some)).returning(key)).all())
