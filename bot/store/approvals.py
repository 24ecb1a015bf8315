"""Which versions of digests may go out: who approved which, and who took that back."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.core.delivery.approvals import Approved, Refusal, Words
from bot.core.delivery.outbox import NOTHING, News
from bot.core.versions import FILE
from bot.store.database import Database, insert, wrote
from bot.store.decisions import Decision, count_change, record
from bot.store.outbox import spread
from bot.store.tables import approvals, columns, counters, instant, milliseconds, values, versions

_APPROVED = columns(approvals, Approved)
RULE = "approval "  # the counters that tell since when each rule has been in force


class Approvals:
    """The approvals of every version. None is ever forgotten: it says what readers may see."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def approved(self, *, after: int = -1, digest: str = "") -> tuple[Approved, ...]:
        """Return the approvals, taken back ones too, that changed after that many changes; all or of one."""
        c = approvals.c
        wanted = sa.select(*_APPROVED).where(c.change > after).order_by(c.digest, c.number)
        with self._database.reading() as db:
            rows = db.execute(wanted.where(c.digest == digest) if digest else wanted)
            return tuple(Approved(**values(row)) for row in rows)

    def approve(
        self, digest: str, number: int, wording: str, *, who: str, news: News = NOTHING
    ) -> Refusal | None:
        """Let a version go out, if it is the newest; or say why not. Then people hear the *news*."""
        with self._database.writing() as db:
            newest = db.execute(_newest(digest)).first()
            if newest is None or newest.number != number:
                return Refusal.CHANGED
            if newest.who == who:
                return Refusal.OWN
            at = self._database.time(db)
            new = Approved(digest=digest, number=number, wording=wording, who=who, at=at)
            if not _let_out(db, new):
                db.rollback()
                return Refusal.ALREADY
            record(db, Decision(at=at, who=who, what=f"approve version {number}", digest=digest))
            spread(db, news, at)
        return None

    def revoke(self, digest: str, *, who: str, news: News = NOTHING) -> bool:
        """Take back what lets the newest version go out; False if nothing does."""
        c = approvals.c
        newest = (
            sa.select(sa.func.max(versions.c.number)).where(versions.c.digest == digest).scalar_subquery()
        )
        with self._database.writing() as db:
            row = approvals.update().where(c.digest == digest, c.number == newest, c.revoked == "")
            if not wrote(db, row.values(revoked=who, change=count_change(db)).returning(c.number)):
                db.rollback()
                return False
            at = self._database.time(db)
            record(db, Decision(at=at, who=who, what="revoke the approval", digest=digest))
            spread(db, news, at)
        return True

    def lets_out(self, digest: str, *, of_files_too: bool) -> bool:
        """Tell whether a digest may go out as its newest version has it."""
        with self._database.reading() as db:
            newest = db.execute(_newest(digest)).first()
            return newest is not None and _is_let_out(db, digest, newest, of_files_too=of_files_too)

    def carry(self, digest: str, number: int, wording: str) -> None:
        """Let a version go out that says the same words as the approved one right before it."""
        with self._database.writing() as db:
            if not carry(db, digest, number, wording, of=number - 1):
                db.rollback()

    def since(self, rule: str, *, begin: bool = False) -> datetime | None:
        """Return since when that rule of the config is in force; None if it never was.

        *begin*: from now on, unless it is the last that came into force.
        """
        name = f"{RULE}{rule}"
        with self._database.reading() as db:
            rows = sa.select(counters.c.name, counters.c.value).where(counters.c.name.like(f"{RULE}%"))
            known = {row.name: row.value for row in db.execute(rows)}
        if begin and known.get(name, -1) < max(known.values(), default=0):
            known[name] = self._begin(name)
        return instant(known[name]) if name in known else None

    def _begin(self, name: str) -> int:
        with self._database.writing() as db:
            at = milliseconds(self._database.time(db))
            row = insert(db, counters).values(name=name, value=at)
            db.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": at}))
        return at


def carry(db: sa.Connection, digest: str, number: int, wording: str, *, of: int) -> bool:
    """Do so within the transaction that writes the version; tell whether the one it is *of* was approved."""
    c = approvals.c
    before = sa.select(*_APPROVED).where(c.digest == digest, c.number == of)
    row = db.execute(before.where(c.wording == wording, c.revoked == "")).first()
    return row is not None and _let_out(db, replace(Approved(**values(row)), number=number))


def may_go_out(db: sa.Connection, digest: str, words: Words) -> bool:
    """Tell whether words are in force and approved, and keep it so until the transaction ends."""
    newest = db.execute(_newest(digest)).first()
    if newest is None or newest.fingerprint != words.text:
        return False
    return _is_let_out(db, digest, newest, of_files_too=words.of_files_too)


def _is_let_out(db: sa.Connection, digest: str, newest: sa.Row[Any], *, of_files_too: bool) -> bool:
    if newest.who == FILE and not of_files_too:
        return True
    c = approvals.c
    holds = sa.select(c.number).where(c.digest == digest, c.number == newest.number, c.revoked == "")
    # Whoever takes it back waits until what it lets out is written down.
    return db.execute(holds.with_for_update(read=True)).first() is not None


def _newest(digest: str) -> sa.Select[tuple[int, str, str]]:
    c = versions.c
    return (
        sa.select(c.number, c.who, c.fingerprint).where(c.digest == digest).order_by(c.number.desc()).limit(1)
    )


def _let_out(db: sa.Connection, new: Approved) -> bool:
    """Write an approval; False if the version has one that holds."""
    row = insert(db, approvals).values(**asdict(new), change=count_change(db))
    fresh = {name: getattr(row.excluded, name) for name in ("wording", "who", "at", "revoked", "change")}
    update = row.on_conflict_do_update(
        index_elements=["digest", "number"], set_=fresh, where=approvals.c.revoked != ""
    )
    return wrote(db, update.returning(approvals.c.number))
