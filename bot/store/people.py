"""What the database knows of a person, and how to forget the name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.decisions import count_change
from bot.store.tables import deliveries, envelopes, metadata, numbers, outbox, versions

# What stands in channels, in the editors' words: no record of ours.
CONTENT = frozenset({deliveries.c.payload, *numbers.c, versions.c.text})
# Messages to people, whoever they are to. With another name they would wait for somebody for ever.
MAIL = frozenset({outbox, envelopes})


@dataclass(frozen=True, slots=True)
class Mention:
    """A row that has a person's ID: of which table, and what it says."""

    table: str
    row: Mapping[str, Any]


class People:
    """Wherever there is text, the ID of a person may be: whatever tables are added, none is forgotten."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def mentions(self, user: str) -> tuple[Mention, ...]:
        """Return every row that has that person's ID."""
        with self._database.reading() as db:
            return tuple(Mention(table.name, dict(row)) for table, row, _ in _found(db, user))

    def forget(self, user: str) -> int:
        """Replace a person's ID wherever it is, so that nothing tells whose it was; return how many rows.

        Messages to that person are deleted, those too that have not arrived: the others have theirs.
        """
        # Another for each person and each time, derived from nothing: what one person did stays together.
        name = f"erased-{token_hex(4)}"
        with self._database.writing() as db:
            found = list(_found(db, user))
            change = count_change(db) if found else 0
            for table, row, texts in found:
                same = sa.and_(*(column == row[column.name] for column in table.primary_key))
                if table in MAIL and row["whom"] == user:
                    db.execute(table.delete().where(same))
                    continue
                fresh: dict[str, Any] = {text: re.sub(rf"\b{user}\b", name, row[text]) for text in texts}
                # A replica that has read the row before must not write the old name back.
                fresh |= {"version": row["version"] + 1} if "version" in table.c else {}
                fresh |= {"change": change} if "change" in table.c else {}
                db.execute(table.update().where(same).values(fresh))
        return len(found)


def _found(db: sa.Connection, user: str) -> Iterator[tuple[sa.Table, Mapping[str, Any], list[str]]]:
    for table in metadata.sorted_tables:
        texts = [c for c in table.c if isinstance(c.type, sa.Text) and c not in CONTENT]
        if not texts:
            continue
        named = sa.or_(*(text.contains(user, autoescape=True) for text in texts))
        for row in db.execute(sa.select(table).where(named)).mappings().all():
            its = [text.name for text in texts if re.search(rf"\b{user}\b", row[text.name] or "")]
            if its:
                yield table, dict(row), its
