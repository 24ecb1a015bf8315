"""Remembers what was decided, what was asked of Slack and what it said: on SQLite or PostgreSQL.

Each method is one short transaction, and none is open while we talk to Slack. "Once" is in the schema: a
part has one row, and a row changes only for who has read its present version. Decides nothing.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.delivery.changes import claimed
from bot.core.delivery.copies import Copy, Stale
from bot.core.delivery.plan import fingerprint
from bot.core.delivery.state import Delivery, Key, Posting, Rung, State, Step, Verdict
from bot.core.errors import RoundupError
from bot.core.message import Message, Part
from bot.core.numbering import Numbered
from bot.core.settings import DeliverySettings

log = logging.getLogger(__name__)

SCHEMA = 2
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
# Any number will do that nobody else uses on this database.
MIGRATION_LOCK = 7_301_951_204


class LedgerError(Exception):
    """The database cannot be reached or asked right now. Posting pauses, nothing else; it is tried again."""


class _Instant(sa.TypeDecorator[datetime]):
    """An aware UTC datetime, kept as whole milliseconds since 1970: both databases compare those alike."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else (value - EPOCH) // MILLISECOND

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else EPOCH + value * MILLISECOND


metadata = sa.MetaData()


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


counters = sa.Table(
    "counters",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)
postings = sa.Table(
    "postings",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    _text("verdict"),
    sa.Column("slot", _Instant),
    _text("title"),
    sa.Column("dated", sa.Date),
    _text("content"),
    _text("layout"),
    sa.Column("corrected", sa.Date),
    sa.Column("moved_to", _Instant),
    sa.Column("ordered", _Instant),
    sa.Column("allowed", sa.Boolean, nullable=False),
    _text("note"),
    _count("version"),
    sa.Column("change", sa.BigInteger, nullable=False, index=True),
)
# What may still need something; the others are only history. As an index it costs a look nothing.
UNSETTLED = sa.text(
    "owner <> '' OR state IN ('pending', 'sending', 'unsure', 'failed') OR (state = 'held' AND asked <> '')"
    " OR (state = 'sent' AND ts <> '' AND (shown IS NULL OR shown <> wanted)"
    " AND (refused IS NULL OR refused <> wanted))"
)
deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("slot", _Instant, nullable=False),
    sa.Column("since", _Instant, nullable=False),
    sa.Column("dated", sa.Date, nullable=False),
    _text("wanted"),
    _text("asked"),
    sa.Column("shown", sa.Text),
    sa.Column("refused", sa.Text),
    _count("rung"),
    _text("ts"),
    _text("parent"),
    _text("owner"),
    sa.Column("lease_until", _Instant),
    sa.Column("not_before", _Instant),
    sa.Column("first_asked", _Instant),
    _count("attempts"),
    _count("checks"),
    sa.Column("by_person", sa.Boolean, nullable=False),
    _text("error"),
    _text("replica"),
    _count("version"),
    _text("payload"),
    sa.Index("unsettled", "digest", "channel", sqlite_where=UNSETTLED, postgresql_where=UNSETTLED),
)
channels = sa.Table(
    "channels",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),  # as the config has it, or the ID
    _text("channel"),  # the ID it was last known under
    sa.Column("first_seen", _Instant, nullable=False),
)
skips = sa.Table(
    "skips",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
)
paces = sa.Table(
    "paces",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("free_at", sa.BigInteger, nullable=False),
)
told = sa.Table(
    "told",
    metadata,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("at", _Instant, nullable=False),
)
numbers = sa.Table(
    "numbers",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    _text("url"),
    _text("headline"),
    _text("body"),
)
letters = sa.Table(
    "letters",
    metadata,
    sa.Column("week", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),  # 0 has no letter, 1 has b
    sa.UniqueConstraint("week", "place"),
)
decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("at", _Instant, nullable=False),
    _text("who"),
    _text("what"),
    _text("digest"),
    _text("channel"),
)
copies = sa.Table(
    "copies",
    metadata,
    sa.Column("press", sa.Text, primary_key=True),  # of which button: a second press of it shares nothing
    sa.Column("digest", sa.Text, primary_key=True),
    _text("stories"),
    _text("channel"),
    _text("name"),
    _text("who"),
    sa.Column("at", _Instant, nullable=False),
    _text("stale"),
    sa.Column("told", sa.Boolean, nullable=False),  # whether the editors know that it is stale
)

_DELIVERY = tuple(deliveries.c[f.name] for f in fields(Delivery))
_POSTING = tuple(postings.c[f.name] for f in fields(Posting))
_COPY = tuple(copies.c[f.name] for f in fields(Copy))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Every part of every post that may need something, at *now* by the ledger's clock."""

    now: datetime
    changes: int  # counts what was ever decided about postings, skips and orders
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most one every *interval*, with *burst* of them at once after a pause; shared by all replicas."""

    name: str
    interval: timedelta
    burst: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A part that is ours until its lease ends, and the message frozen for it."""

    delivery: Delivery
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Not before then, by the ledger's clock: that is what Slack's limits leave. *name* is the limit's."""

    name: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an editor did, for the record."""

    at: datetime
    who: str
    what: str
    digest: str = ""
    channel: str = ""


def open_ledger(
    url: str,
    *,
    environ: Mapping[str, str] = os.environ,
    clock: Callable[[], datetime] | None = None,
) -> Ledger:
    """Open or create the ledger at a database URL; RoundupError if it could not keep its promise there.

    A server that is away now is no error: every method raises LedgerError until it is back.
    *clock* replaces SQLite's own (one host, one clock): tests live in other times. PostgreSQL's is kept.
    """
    parsed = _parsed(url)
    match parsed.get_backend_name():
        case "sqlite":
            engine = _sqlite(parsed, environ)
        case "postgres" | "postgresql":
            engine, clock = _postgresql(parsed), None
        case other:
            raise RoundupError(
                f"DATABASE_URL: {other} is not supported: use sqlite:///roundup.db or postgresql://…"
            )
    ledger = Ledger(engine, clock=clock)
    try:
        ledger.migrate()
    except LedgerError as error:
        log.warning("ledger_away error=%s", error)
    except RoundupError:
        ledger.close()
        raise
    return ledger


def read_ledger(url: str, *, environ: Mapping[str, str] = os.environ) -> Ledger:
    """Open the ledger at a database URL only to look into it: no file comes into being, none is changed.

    Where there is none yet, it is one in which nothing was ever posted.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() != "sqlite":
        return open_ledger(url, environ=environ)
    file = Path(parsed.database or "")
    engine = _read_only(file) if file.is_file() else None
    with _outages():
        if engine is None or not sa.inspect(engine).has_table(counters.name):
            engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
            metadata.create_all(engine)
    ledger = Ledger(engine)
    ledger.only_read()
    return ledger


def _parsed(url: str) -> sa.URL:
    try:
        return sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise RoundupError(
            "DATABASE_URL is not a database URL: use sqlite:///roundup.db or postgresql://…"
        ) from error


# Network file systems: their locks do not hold between hosts, and often not within one.
NETWORK = frozenset(
    {
        "9p",
        "afs",
        "ceph",
        "cifs",
        "fuse.sshfs",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
    }
)


def _sqlite(url: sa.URL, environ: Mapping[str, str]) -> sa.Engine:
    if not url.database or url.database == ":memory:":
        raise RoundupError("DATABASE_URL: a ledger in memory forgets what was posted: name a file")
    if "DYNO" in environ:
        raise RoundupError(
            "DATABASE_URL: this host forgets its disk every day, and with it what was posted: "
            "add a PostgreSQL database (heroku addons:create heroku-postgresql)"
        )
    path = Path(url.database).resolve()
    if not path.parent.is_dir():
        raise RoundupError(f"DATABASE_URL: there is no folder {path.parent}")
    if (kind := file_system(path)) in NETWORK:
        raise RoundupError(
            f"DATABASE_URL: {path} is on a network disk ({kind}), where SQLite's locks do not hold: "
            "use a local disk or PostgreSQL"
        )
    engine = sa.create_engine(
        url.set(drivername="sqlite+pysqlite"), connect_args={"timeout": 10.0}, pool_size=4
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_immediate)
    return engine


def _read_only(file: Path) -> sa.Engine:
    # Not mode=ro: that one leaves the files beside it that a write-ahead log needs.
    address = f"{file.resolve().as_uri()}?mode=rw"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(address, uri=True, timeout=10.0, check_same_thread=False)
        connection.execute("PRAGMA query_only=ON")
        return connection

    return sa.create_engine("sqlite+pysqlite://", creator=connect, poolclass=sa.QueuePool)


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # no BEGIN of the driver's own: ours is immediate
    connection.execute("PRAGMA journal_mode=WAL")
    # NORMAL may lose the claim of a post that went out when the power goes: that would be a double.
    connection.execute("PRAGMA synchronous=FULL")


def _begin_immediate(connection: sa.Connection) -> None:
    # A read that becomes a write can fail with "locked" at once, whatever the busy timeout.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def file_system(path: Path, mounts: str | None = None) -> str:
    """Return the kind of file system a path is on, as /proc/mounts tells it, or "" where that is not told."""
    if mounts is None:
        try:
            mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
        except OSError:  # not Linux
            return ""
    kinds = {Path(words[1]): words[2] for line in mounts.splitlines() if len(words := line.split()) > 2}
    return next((kinds[folder] for folder in (path, *path.parents) if folder in kinds), "")


def _postgresql(url: sa.URL) -> sa.Engine:
    # Nothing may wait for ever: a database that hangs is as good as one that is away.
    options = "-c statement_timeout=10000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=15000"
    connect_args = {"connect_timeout": 5, "options": options, "tcp_user_timeout": 10000}
    try:
        return sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args=connect_args,
            pool_pre_ping=True,
            pool_timeout=10,
            pool_size=4,
            max_overflow=12,
            pool_recycle=1800,
        )
    except ModuleNotFoundError as error:
        raise RoundupError("DATABASE_URL names PostgreSQL: pip install 'psycopg[binary]'") from error


class Ledger:
    """The one place where deliveries are written down. Safe to share between threads and processes."""

    def __init__(self, engine: sa.Engine, *, clock: Callable[[], datetime] | None = None) -> None:
        self._engine = engine
        self._clock = clock
        self._migrated = False
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    # The schema

    def migrate(self) -> None:
        """Bring the schema to this version; several replicas may start at once."""
        with _outages(), self._engine.begin() as db:
            if self._engine.dialect.name == "postgresql":
                db.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            metadata.create_all(db, tables=[counters])
            found = _schema(db)
            if found != SCHEMA:
                metadata.create_all(db)  # what is missing of it: no table has changed since the first schema
            if found is None:
                db.execute(
                    counters.insert(), [{"name": "schema", "value": SCHEMA}, {"name": "changes", "value": 0}]
                )
            else:
                db.execute(counters.update().where(counters.c.name == "schema").values(value=SCHEMA))
        self._migrated = True

    def only_read(self) -> None:
        """Take the schema as it is; RoundupError if it is newer than what we know."""
        with _outages(), self._engine.connect() as db:
            _schema(db)
        self._migrated = True

    # What the publisher looks at

    def now(self) -> datetime:
        """Return the ledger's time: the one clock that all replicas share."""
        with self._reading() as db:
            return self._time(db)

    def look(self) -> Look:
        """Return what may need something, whole posts of it, and the number of decisions made so far."""
        unsettled = sa.select(deliveries.c.digest, deliveries.c.channel).where(UNSETTLED).distinct()
        whole = sa.tuple_(deliveries.c.digest, deliveries.c.channel).in_(unsettled)
        with self._reading() as db:
            now = self._time(db)
            changes = db.scalar(sa.select(counters.c.value).where(counters.c.name == "changes"))
            found = [_delivery(row) for row in db.execute(sa.select(*_DELIVERY).where(whole))]
        return Look(now=now, changes=changes or 0, deliveries=tuple(found))

    def postings(self, *, after: int = -1) -> tuple[Posting, ...]:
        """Return what was decided about digests, or only what changed after that many decisions."""
        with self._reading() as db:
            return tuple(
                _posting(row) for row in db.execute(sa.select(*_POSTING).where(postings.c.change > after))
            )

    def deliveries(self, *, digest: str | None = None, channel: str | None = None) -> tuple[Delivery, ...]:
        """Return every part, or only a digest's or a channel's, in order."""
        query = sa.select(*_DELIVERY).order_by(
            deliveries.c.slot, deliveries.c.digest, deliveries.c.channel, deliveries.c.part
        )
        if digest is not None:
            query = query.where(deliveries.c.digest == digest)
        if channel is not None:
            query = query.where(deliveries.c.channel == channel)
        with self._reading() as db:
            return tuple(_delivery(row) for row in db.execute(query))

    def part(self, key: Key) -> Part | None:
        """Return the message frozen for a part."""
        with self._reading() as db:
            payload = db.scalar(sa.select(deliveries.c.payload).where(_is(key)))
        return _thaw(payload) if payload else None

    # What it writes down

    def arrange(
        self,
        posting: Posting,
        parts: Sequence[Part] = (),
        *,
        state: State = State.PENDING,
        revive: Sequence[State] = (),
        error: str = "",
    ) -> bool:
        """Freeze a post's parts, all at once; False if the posting has changed since *posting* was read.

        Parts beyond the ones given shall vanish. Parts that are in one of the *revive* states start anew.
        Without parts, the first part's row is written with *state*, for the record.
        """
        with self._writing() as db:
            if not self._put_posting(db, posting):
                return False
            now = self._time(db)
            insert = self._insert(deliveries)
            fresh = {"wanted": insert.excluded.wanted, "payload": insert.excluded.payload}
            db.execute(
                insert.on_conflict_do_update(index_elements=["digest", "channel", "part"], set_=fresh),
                _rows(posting, parts, state=state, error=error, now=now),
            )
            this = sa.and_(deliveries.c.digest == posting.digest, deliveries.c.channel == posting.channel)
            beyond = deliveries.update().where(this, deliveries.c.part >= len(parts))
            db.execute(beyond.values(wanted="", payload=""))
            if revive and parts:
                db.execute(_revival(this, posting, revive, now))
        return True

    def claim(
        self, step: Step, *, owner: str, rules: DeliverySettings, limits: Sequence[Limit]
    ) -> Claim | Wait | None:
        """Make a part ours, and take its turn in the limits; None if it is no longer as *step* saw it."""
        with self._writing() as db:
            now = self._time(db)
            for limit in limits:
                if (until := self._take_turn(db, limit, now)) > now:
                    db.rollback()
                    return Wait(name=limit.name, until=until)
            ours = claimed(step.delivery, step, owner=owner, now=now, rules=rules)
            payload = self._swap(db, step.delivery, ours)
            if payload is None:
                db.rollback()
                return None
        return Claim(delivery=replace(ours, version=step.delivery.version + 1), part=_thaw(payload))

    def write(self, old: Delivery, new: Delivery) -> bool:
        """Write down what is now known of a part; False if somebody else has since."""
        with self._writing() as db:
            return self._swap(db, old, new) is not None

    def pause(self, limit: Limit, after: timedelta) -> None:
        """Let nobody have a turn for so long, because Slack said so; then one at a time."""
        with self._writing() as db:
            free = _ms(self._time(db) + after + (limit.burst - 1) * limit.interval)
            insert = self._insert(paces).values(name=limit.name, free_at=free)
            later = sa.case((paces.c.free_at > free, paces.c.free_at), else_=free)
            db.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"free_at": later}))

    # Channels, skips, alarms

    def saw(self, name: str, channel: str = "") -> datetime:
        """Note that the config names a channel, and its ID once known; return when that was first so."""
        with self._writing() as db:
            first = self._first_seen(db, name, channel, self._time(db))
            return self._first_seen(db, channel, channel, first) if channel else first

    def known_channels(self) -> dict[str, str]:
        """Map each name that was ever resolved to the ID it had."""
        with self._reading() as db:
            rows = db.execute(sa.select(channels.c.name, channels.c.channel).where(channels.c.channel != ""))
            return {row.name: row.channel for row in rows}

    def skip(self, channel: str, day: date) -> bool:
        """Leave a local day out for a channel; False if it was already."""
        with self._writing() as db:
            insert = self._insert(skips).values(channel=channel, day=day).on_conflict_do_nothing()
            new = _wrote(db, insert.returning(skips.c.day))
            if new:
                _count_change(db)
        return new

    def skipped(self) -> dict[str, frozenset[date]]:
        """Return the local days that editors left out, by channel."""
        found: dict[str, set[date]] = {}
        with self._reading() as db:
            for row in db.execute(sa.select(skips.c.channel, skips.c.day)):
                found.setdefault(row.channel, set()).add(row.day)
        return {channel: frozenset(days) for channel, days in found.items()}

    def tell_once(self, subject: str) -> bool:
        """Return True for the first to ask about a subject: that one tells the editors."""
        with self._writing() as db:
            insert = self._insert(told).values(subject=subject, at=self._time(db)).on_conflict_do_nothing()
            return _wrote(db, insert.returning(told.c.subject))

    def untell(self, subject: str) -> None:
        """Forget that something was told: it is over, and the next time is news again."""
        with self._writing() as db:
            db.execute(told.delete().where(told.c.subject == subject))

    # What editors decide

    def decide(
        self,
        decision: Decision | None = None,
        *,
        postings: Sequence[Posting] = (),
        deliveries: Sequence[tuple[Delivery, Delivery]] = (),
        unwanted: Sequence[Posting] = (),
    ) -> bool:
        """Write an editor's decision down, all of it or, if anything has changed since it was read, nothing.

        Every part of the *unwanted* postings shall vanish.
        """
        with self._writing() as db:
            done = all(self._put_posting(db, posting) for posting in postings)
            done = done and all(self._swap(db, old, new) is not None for old, new in deliveries)
            if not done:
                db.rollback()
                return False
            for posting in unwanted:
                _want_nothing(db, posting)
            if decision:
                row = {f.name: getattr(decision, f.name) for f in fields(decision)}
                db.execute(_DECISIONS.insert().values(row))
        return True

    def decisions(self) -> tuple[Decision, ...]:
        """Return what editors did, oldest first."""
        wanted = [_DECISIONS.c[f.name] for f in fields(Decision)]
        with self._reading() as db:
            rows = db.execute(sa.select(*wanted).order_by(_DECISIONS.c.id))
            return tuple(Decision(**row._mapping) for row in rows)  # noqa: SLF001 - public, despite its name

    # What readers shared

    def share(self, press: str, stories: Iterable[str], *, channel: str, name: str, who: str) -> bool:
        """Write down what a press of a button is about to share; False if that press is known."""
        by_digest = groupby(sorted(stories), key=lambda story: story.rpartition("/")[0])
        with self._writing() as db:
            press_ = {"press": press, "channel": channel, "name": name, "who": who, "at": self._time(db)}
            rows = [
                {**press_, "digest": digest, "stories": json.dumps([*theirs]), "told": False}
                for digest, theirs in by_digest
            ]
            insert = self._insert(copies).values(rows).on_conflict_do_nothing()
            return _wrote(db, insert.returning(copies.c.press))

    def unshare(self, press: str) -> None:
        """Forget a press: nothing was shared, so it may be pressed again."""
        with self._writing() as db:
            db.execute(copies.delete().where(copies.c.press == press))

    def outdate(self, digest: str, stale: Stale, *, channel: str = "") -> None:
        """Note what has become of the digest of these copies, in one channel or everywhere."""
        c = copies.c
        about = sa.and_(c.digest == digest, c.stale.not_in([stale, Stale.RETRACTED]))
        if channel:
            about = sa.and_(about, c.channel == channel)
        with self._writing() as db:
            update = copies.update().where(about).values(stale=stale, told=False)
            if _wrote(db, update.returning(c.press)):
                _count_change(db)

    def stale_copies(self) -> tuple[Copy, ...]:
        """Return the copies whose digest is not any more what it was, oldest first."""
        with self._reading() as db:
            if not sa.inspect(db).has_table(copies.name):  # only read, and of an earlier schema
                return ()
            found = sa.select(*_COPY).where(copies.c.stale != Stale.NO)
            return tuple(map(_copy, db.execute(found.order_by(copies.c.at, copies.c.digest))))

    def untold_copies(self) -> tuple[Copy, ...]:
        """Return the stale copies of which the editors do not know yet, to who asks first."""
        untold = sa.and_(copies.c.stale != Stale.NO, sa.not_(copies.c.told))
        with self._writing() as db:
            found = db.execute(copies.update().where(untold).values(told=True).returning(*_COPY))
            return tuple(sorted(map(_copy, found), key=lambda copy: (copy.digest, copy.at)))

    # Story numbers

    def numbering(self, digest: str) -> tuple[Numbered, ...]:
        """Return every number a digest ever gave, and to what."""
        with self._reading() as db:
            rows = db.execute(sa.select(numbers).where(numbers.c.digest == digest).order_by(numbers.c.n))
            return tuple(Numbered(n=r.n, url=r.url, headline=r.headline, body=r.body) for r in rows)

    def number(self, digest: str, stories: Sequence[Numbered]) -> None:
        """Remember what stories look like now, under their numbers. Numbers are never forgotten."""
        if not stories:
            return
        rows = [
            {"digest": digest, "n": s.n, "url": s.url, "headline": s.headline, "body": s.body}
            for s in stories
        ]
        insert = self._insert(numbers)
        fresh = {name: insert.excluded[name] for name in ("url", "headline", "body")}
        with self._writing() as db:
            db.execute(insert.on_conflict_do_update(index_elements=["digest", "n"], set_=fresh), rows)

    def places(self, weeks: Mapping[str, Sequence[str]]) -> dict[str, dict[str, int]]:
        """Return the place of every digest that ever was in these weeks; new ones follow in their order."""
        with self._writing() as db:
            # Sorted, so that no two replicas wait for each other.
            return {week: self._places(db, week, digests) for week, digests in sorted(weeks.items())}

    # Below: inside a transaction

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        self._ensure_schema()
        with _outages(), self._engine.begin() as db:
            yield db

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        self._ensure_schema()
        with _outages(), self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            yield db

    def _ensure_schema(self) -> None:
        if not self._migrated:  # the database was away at the start
            self.migrate()

    def _time(self, db: sa.Connection) -> datetime:
        if self._clock:
            return self._clock()
        sql = _POSTGRESQL_NOW if self._engine.dialect.name == "postgresql" else _SQLITE_NOW
        return EPOCH + int(db.scalar(sql) or 0) * MILLISECOND

    def _swap(self, db: sa.Connection, old: Delivery, new: Delivery) -> str | None:
        """Replace a row only as long as it is the version that was read; return its payload."""
        values = {f.name: getattr(new, f.name) for f in fields(new) if f.name not in _FIXED}
        row = deliveries.update().where(_is(old.key), deliveries.c.version == old.version)
        if new.asked != old.asked:  # what is asked must be what is wanted: the payload given out is that one
            row = row.where(deliveries.c.wanted == old.wanted)
        payload: str | None = db.scalar(
            row.values(**values, version=old.version + 1).returning(deliveries.c.payload)
        )
        return payload

    def _put_posting(self, db: sa.Connection, posting: Posting) -> bool:
        values = {f.name: getattr(posting, f.name) for f in fields(posting)}
        values |= {"version": posting.version + 1, "change": _count_change(db)}
        if posting.version == 0:
            insert = self._insert(postings).values(values).on_conflict_do_nothing()
            return _wrote(db, insert.returning(postings.c.version))
        same = sa.and_(postings.c.digest == posting.digest, postings.c.channel == posting.channel)
        update = postings.update().where(same, postings.c.version == posting.version).values(values)
        return _wrote(db, update.returning(postings.c.version))

    def _take_turn(self, db: sa.Connection, limit: Limit, now: datetime) -> datetime:
        """Return *now* if there is a turn, which is then taken, else when there will be one."""
        interval, at = limit.interval // MILLISECOND, _ms(now)
        insert = self._insert(paces).values(name=limit.name, free_at=at + interval)
        fresh = sa.case((paces.c.free_at > at, paces.c.free_at), else_=at) + interval
        free = db.scalar(
            insert.on_conflict_do_update(index_elements=["name"], set_={"free_at": fresh}).returning(
                paces.c.free_at
            )
        )
        return max(now, EPOCH + ((free or 0) - limit.burst * interval) * MILLISECOND)

    def _places(self, db: sa.Connection, week: str, digests: Sequence[str]) -> dict[str, int]:
        c = letters.c
        while True:
            given = {row.digest: row.place for row in db.execute(sa.select(letters).where(c.week == week))}
            new = next((digest for digest in digests if digest not in given), None)
            if new is None:
                return given
            place = max(given.values(), default=-1) + 1
            insert = self._insert(letters).values(week=week, digest=new, place=place)
            db.execute(insert.on_conflict_do_nothing())  # another replica was first: look again

    def _first_seen(self, db: sa.Connection, name: str, channel: str, now: datetime) -> datetime:
        insert = self._insert(channels).values(name=name, channel=channel, first_seen=now)
        known = sa.case((insert.excluded.channel != "", insert.excluded.channel), else_=channels.c.channel)
        row = insert.on_conflict_do_update(index_elements=["name"], set_={"channel": known})
        first: datetime = db.execute(row.returning(channels.c.first_seen)).scalar_one()
        return first


_DECISIONS = decisions
_POSTGRESQL_NOW = sa.text("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)")
_SQLITE_NOW = sa.text("SELECT CAST((julianday('now') - 2440587.5) * 86400000.0 + 0.5 AS INTEGER)")
# Set when the row is written first, or by the plan; never by delivering.
_FIXED = frozenset({"digest", "channel", "part", "dated", "wanted", "version"})


@contextmanager
def _outages() -> Iterator[None]:
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.InternalError) as error:
        # no database, no disk, no lock, a transaction that was cut off; anything else is a bug
        raise LedgerError(str(error.orig).strip().splitlines()[0]) from error
    except sa.exc.DatabaseError as error:
        if type(error) is not sa.exc.DatabaseError:
            raise  # a bug: these are its kinds
        raise LedgerError(str(error.orig)) from error  # a file that is damaged, or no database at all
    except sa.exc.TimeoutError as error:  # every connection is busy
        raise LedgerError("no connection became free") from error


def _schema(db: sa.Connection) -> int | None:
    """Return the version of the schema, None while there is none; RoundupError if we do not know it yet."""
    found: int | None = db.scalar(sa.select(counters.c.value).where(counters.c.name == "schema"))
    if found is not None and found > SCHEMA:
        raise RoundupError(
            f"The database was written by a newer Roundup (schema {found}, this one knows {SCHEMA}): "
            "update this one"
        )
    return found


def _wrote(db: sa.Connection, statement: sa.Executable) -> bool:
    """Tell whether a statement that returns what it wrote wrote anything; psycopg's row counts do not."""
    return db.execute(statement).first() is not None


def _is(key: Key) -> sa.ColumnElement[bool]:
    c = deliveries.c
    return sa.and_(c.digest == key.digest, c.channel == key.channel, c.part == key.part)


def _count_change(db: sa.Connection) -> int:
    more = counters.update().where(counters.c.name == "changes").values(value=counters.c.value + 1)
    return int(db.execute(more.returning(counters.c.value)).scalar_one())


def _rows(
    posting: Posting, parts: Sequence[Part], *, state: State, error: str, now: datetime
) -> list[dict[str, Any]]:
    """Return a new row for each part; one that wants nothing where there is none."""
    contents = [(fingerprint(part.message), _freeze(part)) for part in parts] or [("", "")]
    return [
        {
            "digest": posting.digest,
            "channel": posting.channel,
            "part": i,
            "state": state,
            "slot": posting.slot,
            "since": now,
            "dated": posting.dated,
            "wanted": wanted,
            "by_person": False,
            "error": error,
            "version": 1,
            "payload": payload,
        }
        for i, (wanted, payload) in enumerate(contents)
    ]


def _want_nothing(db: sa.Connection, posting: Posting) -> None:
    this = sa.and_(deliveries.c.digest == posting.digest, deliveries.c.channel == posting.channel)
    db.execute(deliveries.update().where(this).values(wanted="", payload=""))


def _revival(
    this: sa.ColumnElement[bool], posting: Posting, states: Sequence[State], now: datetime
) -> sa.Update:
    """Start parts anew that rest in one of *states*; not what a person deleted or what may be there."""
    c = deliveries.c
    may = sa.and_(this, c.state.in_(states), c.wanted != "", c.owner == "", sa.not_(c.by_person))
    may = sa.and_(may, sa.or_(c.state != State.HELD, c.asked == ""))
    anew = {
        "state": State.PENDING,
        "since": now,
        "slot": posting.slot,
        "error": "",
        "asked": "",
        "shown": None,
    }
    anew |= {"refused": None, "rung": 0, "parent": "", "not_before": None, "checks": 0}
    return deliveries.update().where(may).values(**anew, version=c.version + 1)


def _delivery(row: sa.Row[Any]) -> Delivery:
    values = dict(row._mapping)  # noqa: SLF001 - public, despite its name
    return Delivery(**{**values, "state": State(values["state"]), "rung": Rung(values["rung"])})


def _posting(row: sa.Row[Any]) -> Posting:
    values = dict(row._mapping)  # noqa: SLF001 - public, despite its name
    return Posting(**{**values, "verdict": Verdict(values["verdict"])})


def _copy(row: sa.Row[Any]) -> Copy:
    values = dict(row._mapping)  # noqa: SLF001 - public, despite its name
    stories = tuple(json.loads(values["stories"]))
    return Copy(**{**values, "stories": stories, "stale": Stale(values["stale"])})


def _freeze(part: Part) -> str:
    message = part.message
    return json.dumps(
        {"text": message.text, "blocks": message.blocks, "stories": part.stories, "whose": part.whose}
    )


def _thaw(payload: str) -> Part:
    if not payload:  # nothing is wanted there any more
        return Part(message=Message(text=""))
    frozen = json.loads(payload)
    message = Message(text=frozen["text"], blocks=tuple(frozen["blocks"]))
    whose = tuple(frozen.get("whose", ()))  # earlier versions froze none
    return Part(message=message, stories=tuple(frozen["stories"]), whose=whose)


def _ms(instant: datetime) -> int:
    return (instant - EPOCH) // MILLISECOND
