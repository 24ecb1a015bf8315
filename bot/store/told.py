"""What the editors were told, so that of all replicas one tells it, once."""

from __future__ import annotations

from bot.store.database import Database, insert, wrote
from bot.store.tables import told


class Told:
    """Subjects that are no news any more."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tell_once(self, subject: str) -> bool:
        """Return True for the first to ask about a subject: that one tells the editors."""
        with self._database.writing() as db:
            now = self._database.time(db)
            row = insert(db, told).values(subject=subject, at=now).on_conflict_do_nothing()
            return wrote(db, row.returning(told.c.subject))

    def untell(self, subject: str) -> None:
        """Forget that something was told: it is over, and the next time is news again."""
        with self._database.writing() as db:
            db.execute(told.delete().where(told.c.subject == subject))
