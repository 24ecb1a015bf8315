"""Where digests stand with readers: which any channel has, and which were taken back or left out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from bot.core.delivery.out import Standing
from bot.core.delivery.state import State, Verdict
from bot.store.database import Database
from bot.store.tables import channels, deliveries, postings


class Standings:
    """Looks at the ledger for those who answer readers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def standing(self, digests: Collection[str] | None = None) -> Standing:
        """Return what is known of these digests, or of all."""
        same = sa.and_(postings.c.digest == deliveries.c.digest, postings.c.channel == deliveries.c.channel)
        first = sa.and_(deliveries.c.part == 0, deliveries.c.state == State.SENT)
        there = sa.select(postings.c.digest, postings.c.channel, deliveries.c.ts)
        there = there.select_from(postings.join(deliveries, same))
        there = there.where(first, postings.c.verdict != Verdict.RETRACTED)
        left = sa.select(postings.c.digest).where(
            postings.c.verdict.in_((Verdict.RETRACTED, Verdict.SKIPPED))
        )
        if digests is not None:
            ours = postings.c.digest.in_(digests)
            there, left = there.where(ours), left.where(ours)
        with self._database.reading() as db:
            posts = {(digest, channel): ts for digest, channel, ts in db.execute(there)}
            dropped = frozenset(db.scalars(left.distinct()))
        return Standing(there=frozenset(digest for digest, _ in posts), dropped=dropped, posts=posts)

    def decided(self, *, after: int) -> frozenset[str]:
        """Return the digests about which anything was decided after that many changes."""
        with self._database.reading() as db:
            return frozenset(db.scalars(sa.select(postings.c.digest).where(postings.c.change > after)))

    def first_seen(self) -> dict[str, datetime]:
        """Return when each channel was first seen, by the name or ID that the config has for it."""
        with self._database.reading() as db:
            rows = db.execute(sa.select(channels.c.name, channels.c.channel, channels.c.first_seen)).all()
        first = {row.name: row.first_seen for row in rows}
        return {row.name: first.get(row.channel, row.first_seen) for row in rows}
