"""The tables as they are now, and how their rows become values. How they came to be is in migrations.py."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.core.delivery.outbox import ON_THEIR_WAY
from bot.core.delivery.state import Delivery, Posting, Rung, State, Verdict

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def milliseconds(at: datetime) -> int:
    """Return an instant as it is kept."""
    return (at - EPOCH) // MILLISECOND


def instant(milliseconds: int) -> datetime:
    """Return the instant that is kept so."""
    return EPOCH + milliseconds * MILLISECOND


class Instant(sa.TypeDecorator[datetime]):
    """An aware UTC datetime, kept as whole milliseconds since 1970: both databases compare those alike."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else milliseconds(value)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else instant(value)


metadata = sa.MetaData()


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _index_where(table: sa.Table, name: str, columns: str, condition: sa.TextClause) -> None:
    """Index some rows of a table."""

    # Not as sa.Index: its `postgresql_where` loads all of that dialect, in every command and over SQLite.
    def make(_: sa.Table, db: sa.Connection, **__: object) -> None:
        db.execute(sa.text(f"CREATE INDEX {name} ON {table.name} ({columns}) WHERE {condition.text}"))

    sa.event.listen(table, "after_create", make)


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
    sa.Column("slot", Instant),
    _text("title"),
    sa.Column("dated", sa.Date),
    _text("content"),
    _text("layout"),
    sa.Column("corrected", sa.Date),
    sa.Column("moved_to", Instant),
    sa.Column("ordered", Instant),
    sa.Column("allowed", sa.Boolean, nullable=False),
    _text("note"),
    _count("version"),
    sa.Column("change", sa.BigInteger, nullable=False, index=True),
)
# What core's `unsettled` says, in the words of both databases: as an index it makes a look cost what is on
# its way, not what was ever posted. A test holds the two together.
UNSETTLED = sa.text(
    "owner <> '' OR state IN ('pending', 'sending', 'unsure', 'failed') OR (state = 'held' AND asked <> '')"
    " OR (state = 'sent' AND ts <> '' AND (shown IS NULL OR shown <> wanted)"
    " AND (refused IS NULL OR refused <> wanted))"
)
# Core's `standing_out` in the same way, so that `status` costs what is new or amiss.
STANDING_OUT = sa.text(
    "state IN ('pending', 'sending', 'unsure', 'failed', 'held', 'missed')"
    " OR (state = 'sent' AND (shown IS NULL OR shown <> wanted))"
)
deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("slot", Instant, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("dated", sa.Date, nullable=False),
    _text("wanted"),
    _text("asked"),
    sa.Column("shown", sa.Text),
    sa.Column("refused", sa.Text),
    _count("rung"),
    _text("ts"),
    _text("parent"),
    _text("owner"),
    sa.Column("lease_until", Instant),
    sa.Column("not_before", Instant),
    sa.Column("first_asked", Instant),
    _count("attempts"),
    _count("checks"),
    sa.Column("by_person", sa.Boolean, nullable=False),
    _text("error"),
    _text("replica"),
    _count("version"),
    _text("payload"),
    sa.Index("by_slot", "slot", "digest", "channel", "state"),
)


_index_where(deliveries, "unsettled", "digest, channel", UNSETTLED)
_index_where(deliveries, "standing_out", "digest, channel", STANDING_OUT)
channels = sa.Table(
    "channels",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),  # as the config has it, or the ID
    _text("channel"),  # the ID it was last known under
    sa.Column("first_seen", Instant, nullable=False),
    sa.Column("looked", Instant),  # when its history was last taken in; None: never, and nothing was posted
)
replicas = sa.Table(
    "replicas",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("beat", Instant, nullable=False),  # when it was last heard of
    sa.Column("running", sa.Boolean, nullable=False),  # False once it has ended in good order
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
    sa.Column("at", Instant, nullable=False),
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
    sa.Column("at", Instant, nullable=False),
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
    sa.Column("at", Instant, nullable=False),
    _text("stale"),
    sa.Column("told", sa.Boolean, nullable=False),  # whether the editors know that it is stale
)

versions = sa.Table(
    "versions",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),  # from 1; the greatest is in force
    _text("fingerprint"),
    _text("who"),
    _text("place"),
    sa.Column("at", Instant, nullable=False),
    sa.Column("change", sa.BigInteger, nullable=False, index=True),
    _text("text"),  # last: who wants to know what there is need not read past it
)
# Which versions may go out, where nothing does without; taken back ones, too.
approvals = sa.Table(
    "approvals",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    _text("wording"),
    _text("who"),
    sa.Column("at", Instant, nullable=False),
    _text("revoked"),  # by whom; "" if it holds
    sa.Column("change", sa.BigInteger, nullable=False, index=True),
)
files = sa.Table(
    "files",
    metadata,
    sa.Column("place", sa.Text, primary_key=True),  # a host and a folder of digests there
    sa.Column("digest", sa.Text, primary_key=True),
    _text("fingerprint"),  # of the file as it was there last
    sa.Column("at", Instant, nullable=False),
)
# What is said to people, one row for each who shall hear it; "" as *whom* is the log.
LASTING = sa.text("lasting")  # as the index has it: SQLite would not see that `lasting = 1` says the same
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    _text("subject"),
    _text("place"),  # the channel it is about, as the config names it; "" for the workspace
    _text("whom"),
    _text("topic"),
    _text("said"),
    sa.Column("at", Instant, nullable=False),
    sa.Column("due", Instant),  # NULL: it rests until the fault of its channel is over
    sa.Column("lasting", sa.Boolean, nullable=False),  # a fault that is not over
    _text("letter"),  # the envelope it is in
    sa.Index("in_letter", "letter"),
)
_index_where(outbox, "lasting_faults", "subject", LASTING)
# An index has these words, so that a look costs what is on its way: others need a step in migrations.py.
MAIL_UNDER_WAY = sa.text("state IN ({})".format(", ".join(f"'{state}'" for state in ON_THEIR_WAY)))
envelopes = sa.Table(
    "envelopes",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    _text("whom"),
    _text("topic"),
    _text("parent"),
    _text("state"),
    _text("ts"),
    _text("owner"),
    sa.Column("lease_until", Instant),
    sa.Column("not_before", Instant),
    sa.Column("first_asked", Instant),
    _count("attempts"),
    _count("lost"),
    _count("checks"),
    sa.Column("plain", sa.Boolean, nullable=False),
    _text("error"),
    _count("version"),
    sa.Index("threads", "whom", "topic"),
)
_index_where(envelopes, "mail_under_way", "id", MAIL_UNDER_WAY)


def columns(table: sa.Table, kind: type[DataclassInstance]) -> tuple[sa.Column[Any], ...]:
    """Return the columns that a value of that kind is made from."""
    return tuple(table.c[f.name] for f in fields(kind))


def values(row: sa.Row[Any]) -> dict[str, Any]:
    """Return what a row says, by column."""
    return dict(row._mapping)  # noqa: SLF001 - public, despite its name


def delivery(row: sa.Row[Any]) -> Delivery:
    """Return the part that a row of `columns(deliveries, Delivery)` tells of."""
    known = values(row)
    return Delivery(**{**known, "state": State(known["state"]), "rung": Rung(known["rung"])})


def posting(row: sa.Row[Any]) -> Posting:
    """Return the posting that a row of `columns(postings, Posting)` tells of."""
    known = values(row)
    return Posting(**{**known, "verdict": Verdict(known["verdict"])})
