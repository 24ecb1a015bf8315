"""What is remembered of a workspace: that it does not take stories which a reader opens."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from bot.core.delivery.outbox import News
from bot.store.database import Database, insert
from bot.store.decisions import count_change
from bot.store.outbox import spread
from bot.store.tables import counters, instant, milliseconds

AGAIN = timedelta(days=90)  # then it is tried once more: Slack may have learned it meanwhile
_REFUSED = "folding refused"  # when, in milliseconds


class KnownFolding:
    """Whether the workspace is known to refuse folded stories."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def refuses_folding(self) -> bool:
        """Tell whether it did lately."""
        with self._database.reading() as db:
            at = db.scalar(sa.select(counters.c.value).where(counters.c.name == _REFUSED))
            return at is not None and self._database.time(db) < instant(at) + AGAIN

    def note_refusal(self, news: News) -> None:
        """Note that it does, for every replica, and what people hear of it."""
        with self._database.writing() as db:
            now = self._database.time(db)
            row = insert(db, counters).values(name=_REFUSED, value=milliseconds(now))
            db.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": row.excluded.value}))
            count_change(db)
            spread(db, news, now)
