"""What readers shared where, and what has become of it: Slack lets nobody edit those copies."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from bot.core.delivery.copies import Copy, Stale
from bot.store.database import Database, insert, wrote
from bot.store.decisions import count_change
from bot.store.tables import columns, copies, values

_COPY = columns(copies, Copy)
_UNTOLD = sa.and_(copies.c.stale != Stale.NO, sa.not_(copies.c.told))


class Shares:
    """A row for each digest of each press of a button."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def share(self, press: str, stories: Iterable[str], *, channel: str, name: str, who: str) -> bool:
        """Write down what a press of a button is about to share; False if that press is known."""
        by_digest = groupby(sorted(stories), key=lambda story: story.rpartition("/")[0])
        with self._database.writing() as db:
            at = self._database.time(db)
            pressed = {"press": press, "channel": channel, "name": name, "who": who, "at": at}
            rows = [
                {**pressed, "digest": digest, "stories": json.dumps([*theirs]), "told": False}
                for digest, theirs in by_digest
            ]
            new = insert(db, copies).values(rows).on_conflict_do_nothing()
            return wrote(db, new.returning(copies.c.press))

    def unshare(self, press: str) -> None:
        """Forget a press: nothing was shared, so it may be pressed again."""
        with self._database.writing() as db:
            db.execute(copies.delete().where(copies.c.press == press))

    def outdate(self, digest: str, stale: Stale, *, channel: str = "") -> None:
        """Note what has become of the digest of these copies, in one channel or everywhere."""
        c = copies.c
        about = sa.and_(c.digest == digest, c.stale.in_(stale.follows))
        if channel:
            about = sa.and_(about, c.channel == channel)
        with self._database.writing() as db:
            update = copies.update().where(about).values(stale=stale, told=False)
            if wrote(db, update.returning(c.press)):
                count_change(db)

    def stale_copies(self) -> tuple[Copy, ...]:
        """Return the copies whose digest is not any more what it was, oldest first."""
        found = sa.select(*_COPY).where(copies.c.stale != Stale.NO)
        with self._database.reading() as db:
            return tuple(map(_copy, db.execute(found.order_by(copies.c.at, copies.c.digest))))

    def untold_copies(self) -> tuple[Copy, ...]:
        """Return the stale copies of which the editors do not know yet."""
        with self._database.reading() as db:
            found = map(_copy, db.execute(sa.select(*_COPY).where(_UNTOLD)))
            return tuple(sorted(found, key=lambda copy: (copy.digest, copy.at)))


def mark_told(db: sa.Connection, digest: str) -> int:
    """Note, within the transaction that tells it, that the editors know; return of how many copies."""
    mark = copies.update().where(_UNTOLD, copies.c.digest == digest).values(told=True)
    return len(db.execute(mark.returning(copies.c.press)).all())


def _copy(row: sa.Row[Any]) -> Copy:
    known = values(row)
    stories = tuple(json.loads(known["stories"]))
    return Copy(**{**known, "stories": stories, "stale": Stale(known["stale"])})
