"""What editors did, for the record, and how often anything was decided: what tells replicas to read again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.tables import columns, counters, decisions, values


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an editor did."""

    at: datetime
    who: str
    what: str
    digest: str = ""
    channel: str = ""


class Decisions:
    """The record. It is written with what was decided, in one transaction: see `record`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Decision, ...]:
        """Return what editors did, oldest first."""
        wanted = sa.select(*columns(decisions, Decision)).order_by(decisions.c.id)
        with self._database.reading() as db:
            return tuple(Decision(**values(row)) for row in db.execute(wanted))


def record(db: sa.Connection, decision: Decision) -> None:
    """Write a decision down, within the transaction that carries it out."""
    db.execute(decisions.insert().values(asdict(decision)))


def count_change(db: sa.Connection) -> int:
    """Count one more of them, so that every replica reads it; return which it is."""
    more = counters.update().where(counters.c.name == "changes").values(value=counters.c.value + 1)
    return int(db.execute(more.returning(counters.c.value)).scalar_one())
