"""Clears away what has become old, a little at a time. Nothing that keeps "once" is ever among it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.tables import (
    MAIL_UNDER_WAY,
    approvals,
    channels,
    copies,
    counters,
    decisions,
    deliveries,
    envelopes,
    files,
    letters,
    milliseconds,
    numbers,
    outbox,
    paces,
    postings,
    replicas,
    skips,
    told,
    versions,
)

AT_ONCE = 200  # rows of a table: writers wait for it
# What is kept for `keep`. A notice goes before its letter.
FOR_A_WHILE = (decisions, told, outbox, envelopes, files)
# Without these something could be posted, shared or numbered twice. Presses stand in `copies`.
FOR_EVER = frozenset(
    {postings, deliveries, numbers, letters, copies, channels, skips, counters, versions, approvals}
)
# Cleared by who keeps them, or as below: they say something about now.
FOR_NOW = frozenset({replicas, paces})
PASSED = timedelta(days=1)


def _old(at: sa.BindParameter[datetime]) -> Mapping[sa.Table, sa.ColumnElement[bool]]:
    """Return which rows of what is kept for a while are over and were so at that time."""
    under_way = sa.select(envelopes.c.id).where(MAIL_UNDER_WAY).correlate(None)
    heard = sa.and_(sa.not_(outbox.c.lasting), outbox.c.letter != "", outbox.c.letter.not_in(under_way))
    # A host that has had any file since then is still one: what it had last keeps old files from being news.
    present = sa.select(files.c.place).where(files.c.at >= at).correlate(None)
    return {
        decisions: decisions.c.at < at,
        told: told.c.at < at,
        outbox: sa.and_(outbox.c.at < at, heard),
        envelopes: sa.and_(
            envelopes.c.id.not_in(under_way), envelopes.c.id.not_in(sa.select(outbox.c.letter))
        ),
        files: files.c.place.not_in(present),
    }


def _some(table: sa.Table, old: sa.ColumnElement[bool]) -> sa.Executable:
    """Return what deletes some rows, and returns their keys."""
    keys = table.primary_key.columns
    some = sa.select(*keys).where(old).limit(AT_ONCE)
    return table.delete().where(sa.tuple_(*keys).in_(some)).returning(*keys)


_BEFORE = sa.bindparam("before", type_=decisions.c.at.type)
_SWEEPING = (
    *(_some(table, old) for table, old in _old(_BEFORE).items()),
    _some(paces, paces.c.free_at < sa.bindparam("passed")),
)


class Cleaning:
    """The broom."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def clean(self, keep: timedelta) -> bool:
        """Take some of what is older than that away; tell whether there may be more."""
        with self._database.writing() as db:
            now = self._database.time(db)
            times = {"before": now - keep, "passed": milliseconds(now - PASSED)}
            swept = [len(db.execute(sweeping, times).all()) for sweeping in _SWEEPING]
        return max(swept) == AT_ONCE
