"""Channels as the config named them: since when, under which ID, and which days editors left out."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from bot.store.database import Database, insert, wrote
from bot.store.decisions import count_change
from bot.store.tables import channels, skips


class KnownChannels:
    """What is known of channels beyond what Slack and the config say."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def saw(self, name: str, channel: str = "") -> datetime:
        """Note that the config names a channel, and its ID once known; return when that was first so.

        What is still to come was noted by a clock that has been set back since: then it is first so now.
        """
        with self._database.writing() as db:
            now = self._database.time(db)
            before = db.scalar(sa.select(channels.c.channel).where(channels.c.name == name))
            first = _first_seen(db, name, channel, now)
            if not channel:
                return first
            # A name that was handed to another channel hands nothing on: its past is the other's.
            return _first_seen(db, channel, channel, first if before in (None, "", channel) else now)

    def known(self) -> dict[str, str]:
        """Map each name that was ever resolved to the ID it had."""
        with self._database.reading() as db:
            rows = db.execute(sa.select(channels.c.name, channels.c.channel).where(channels.c.channel != ""))
            return {row.name: row.channel for row in rows}

    def note_look(self, channel: str) -> None:
        """Note that what stands in a channel by now is known, as far as it ever can be."""
        with self._database.writing() as db:
            now = self._database.time(db)
            _first_seen(db, channel, channel, now)
            db.execute(channels.update().where(channels.c.channel == channel).values(looked=now))

    def looked(self) -> dict[str, datetime]:
        """Return when each channel's history was last taken in; not those where that never was."""
        with self._database.reading() as db:
            known = sa.select(channels.c.channel, channels.c.looked).where(channels.c.looked.is_not(None))
            rows = db.execute(known)
            return {row.channel: row.looked for row in rows}

    def skip(self, channel: str, day: date) -> bool:
        """Leave a local day out for a channel; False if it was already."""
        with self._database.writing() as db:
            row = insert(db, skips).values(channel=channel, day=day).on_conflict_do_nothing()
            new = wrote(db, row.returning(skips.c.day))
            if new:
                count_change(db)
        return new

    def unskip(self, channel: str, day: date) -> bool:
        """Let a local day of a channel be as it was; False if it was not left out."""
        with self._database.writing() as db:
            row = skips.delete().where(skips.c.channel == channel, skips.c.day == day)
            if not wrote(db, row.returning(skips.c.day)):
                return False
            count_change(db)
        return True

    def skipped(self) -> dict[str, frozenset[date]]:
        """Return the local days that editors left out, by channel."""
        found: dict[str, set[date]] = {}
        with self._database.reading() as db:
            for row in db.execute(sa.select(skips.c.channel, skips.c.day)):
                found.setdefault(row.channel, set()).add(row.day)
        return {channel: frozenset(days) for channel, days in found.items()}


def _first_seen(db: sa.Connection, name: str, channel: str, now: datetime) -> datetime:
    row = insert(db, channels).values(name=name, channel=channel, first_seen=now)
    known = sa.case((row.excluded.channel != "", row.excluded.channel), else_=channels.c.channel)
    earliest = sa.case(
        (channels.c.first_seen > row.excluded.first_seen, row.excluded.first_seen),
        else_=channels.c.first_seen,
    )
    fresh = {"channel": known, "first_seen": earliest}
    seen = row.on_conflict_do_update(index_elements=["name"], set_=fresh)
    first: datetime = db.execute(seen.returning(channels.c.first_seen)).scalar_one()
    return first
