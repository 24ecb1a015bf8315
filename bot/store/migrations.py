"""Brings a database to this version's schema: numbered steps, forward only, of which it walks those it lacks.

Steps of our own, not Alembic: a dozen lines do what we need of it, inside the program that needs the schema.
No second command must be run before a start, no folder of scripts be found by an installed package, and
"concurrent starts" is one lock rather than a convention. What Alembic would add (ways back, branches, steps
guessed from the tables) is what we do not want near a ledger.

How to write a step:

- Its SQL is spelled out and never changed again; it uses nothing of tables.py, which says what is true today.
- A replica of the version before goes on posting while it runs and afterwards, and its statements stay as
  they are. So a step only adds: tables, indexes, and columns that are nullable or have a server default; old
  inserts name only the columns they know. What is not needed any more is left alone, or dropped two versions
  later; a new UNIQUE or NOT NULL must hold for what the old version writes.
- It is done within seconds on the largest ledger: writers wait for it, and a statement that takes longer than
  the time-outs in engines.py is cut off and would never get through.
- Before it, with the code that still has the schema before: `python -m tests.store.recording`. It keeps what
  that version says to a database, so that the tests can start from there and go on saying it.
- With it: the same in tables.py. A test compares what the steps lead to with the tables.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import sqlalchemy as sa

from bot.core.errors import RoundupError

log = logging.getLogger(__name__)

# Any number will do that nobody else uses on this database. Every version must use the same.
LOCK = 7_301_951_204


def migrate(db: sa.Connection) -> None:
    """Walk the steps that this database lacks, within the caller's transaction; others wait meanwhile."""
    if db.dialect.name == "postgresql":  # on SQLite the transaction itself is such a lock: it is immediate
        db.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    found = schema_of(db)
    for step in STEPS[found:]:
        step(db)
    if found != SCHEMA:
        db.execute(sa.text("UPDATE counters SET value = :n WHERE name = 'schema'"), {"n": SCHEMA})
    if 0 < found < SCHEMA:
        log.info("database_migrated from=%d to=%d", found, SCHEMA)


def schema_of(db: sa.Connection) -> int:
    """Return how many steps a database has walked; RoundupError if that is more than we know."""
    if not sa.inspect(db).has_table("counters"):
        return 0
    found = int(db.scalar(sa.text("SELECT value FROM counters WHERE name = 'schema'")) or 0)
    if found > SCHEMA:
        raise RoundupError(
            f"The database was written by a newer Roundup (schema {found}, this one knows {SCHEMA}): "
            "update this one"
        )
    return found


def _first(db: sa.Connection) -> None:
    """Roundup 0.1.0."""
    counted = "BIGSERIAL" if db.dialect.name == "postgresql" else "INTEGER"
    for statement in (
        "CREATE TABLE counters (name TEXT NOT NULL PRIMARY KEY, value BIGINT NOT NULL)",
        "INSERT INTO counters (name, value) VALUES ('schema', 1), ('changes', 0)",
        """CREATE TABLE postings (
            digest TEXT NOT NULL,
            channel TEXT NOT NULL,
            verdict TEXT DEFAULT '' NOT NULL,
            slot BIGINT,
            title TEXT DEFAULT '' NOT NULL,
            dated DATE,
            content TEXT DEFAULT '' NOT NULL,
            layout TEXT DEFAULT '' NOT NULL,
            corrected DATE,
            moved_to BIGINT,
            ordered BIGINT,
            allowed BOOLEAN NOT NULL,
            note TEXT DEFAULT '' NOT NULL,
            version INTEGER DEFAULT '0' NOT NULL,
            change BIGINT NOT NULL,
            PRIMARY KEY (digest, channel)
        )""",
        "CREATE INDEX ix_postings_change ON postings (change)",
        """CREATE TABLE deliveries (
            digest TEXT NOT NULL,
            channel TEXT NOT NULL,
            part INTEGER NOT NULL,
            state TEXT NOT NULL,
            slot BIGINT NOT NULL,
            since BIGINT NOT NULL,
            dated DATE NOT NULL,
            wanted TEXT DEFAULT '' NOT NULL,
            asked TEXT DEFAULT '' NOT NULL,
            shown TEXT,
            refused TEXT,
            rung INTEGER DEFAULT '0' NOT NULL,
            ts TEXT DEFAULT '' NOT NULL,
            parent TEXT DEFAULT '' NOT NULL,
            owner TEXT DEFAULT '' NOT NULL,
            lease_until BIGINT,
            not_before BIGINT,
            first_asked BIGINT,
            attempts INTEGER DEFAULT '0' NOT NULL,
            checks INTEGER DEFAULT '0' NOT NULL,
            by_person BOOLEAN NOT NULL,
            error TEXT DEFAULT '' NOT NULL,
            replica TEXT DEFAULT '' NOT NULL,
            version INTEGER DEFAULT '0' NOT NULL,
            payload TEXT DEFAULT '' NOT NULL,
            PRIMARY KEY (digest, channel, part)
        )""",
        "CREATE INDEX unsettled ON deliveries (digest, channel) WHERE owner <> ''"
        " OR state IN ('pending', 'sending', 'unsure', 'failed') OR (state = 'held' AND asked <> '')"
        " OR (state = 'sent' AND ts <> '' AND (shown IS NULL OR shown <> wanted)"
        " AND (refused IS NULL OR refused <> wanted))",
        """CREATE TABLE channels (
            name TEXT NOT NULL PRIMARY KEY,
            channel TEXT DEFAULT '' NOT NULL,
            first_seen BIGINT NOT NULL
        )""",
        "CREATE TABLE skips (channel TEXT NOT NULL, day DATE NOT NULL, PRIMARY KEY (channel, day))",
        "CREATE TABLE paces (name TEXT NOT NULL PRIMARY KEY, free_at BIGINT NOT NULL)",
        "CREATE TABLE told (subject TEXT NOT NULL PRIMARY KEY, at BIGINT NOT NULL)",
        """CREATE TABLE numbers (
            digest TEXT NOT NULL,
            n INTEGER NOT NULL,
            url TEXT DEFAULT '' NOT NULL,
            headline TEXT DEFAULT '' NOT NULL,
            body TEXT DEFAULT '' NOT NULL,
            PRIMARY KEY (digest, n)
        )""",
        f"""CREATE TABLE decisions (
            id {counted} NOT NULL PRIMARY KEY,
            at BIGINT NOT NULL,
            who TEXT DEFAULT '' NOT NULL,
            what TEXT DEFAULT '' NOT NULL,
            digest TEXT DEFAULT '' NOT NULL,
            channel TEXT DEFAULT '' NOT NULL
        )""",
    ):
        db.exec_driver_sql(statement)


def _second(db: sa.Connection) -> None:
    """What readers shared, and the letters of digests' codes."""
    db.exec_driver_sql(
        """CREATE TABLE copies (
            press TEXT NOT NULL,
            digest TEXT NOT NULL,
            stories TEXT DEFAULT '' NOT NULL,
            channel TEXT DEFAULT '' NOT NULL,
            name TEXT DEFAULT '' NOT NULL,
            who TEXT DEFAULT '' NOT NULL,
            at BIGINT NOT NULL,
            stale TEXT DEFAULT '' NOT NULL,
            told BOOLEAN NOT NULL,
            PRIMARY KEY (press, digest)
        )"""
    )
    db.exec_driver_sql(_LETTERS)


def _third(db: sa.Connection) -> None:
    """The letters again: they came into the second schema when there were already databases that had it."""
    db.exec_driver_sql(_LETTERS)


def _fourth(db: sa.Connection) -> None:
    """What a short look at years of posts needs: the newest, what is amiss, and a count by state."""
    db.exec_driver_sql(
        "CREATE INDEX standing_out ON deliveries (digest, channel) WHERE"
        " state IN ('pending', 'sending', 'unsure', 'failed', 'held', 'missed')"
        " OR (state = 'sent' AND (shown IS NULL OR shown <> wanted))"
    )
    db.exec_driver_sql("CREATE INDEX by_slot ON deliveries (slot, digest, channel, state)")


def _fifth(db: sa.Connection) -> None:
    """What digests say: every version that came in, and which file each host had last."""
    for statement in (
        """CREATE TABLE versions (
            digest TEXT NOT NULL,
            number INTEGER NOT NULL,
            fingerprint TEXT DEFAULT '' NOT NULL,
            who TEXT DEFAULT '' NOT NULL,
            place TEXT DEFAULT '' NOT NULL,
            at BIGINT NOT NULL,
            change BIGINT NOT NULL,
            text TEXT DEFAULT '' NOT NULL,
            PRIMARY KEY (digest, number)
        )""",
        "CREATE INDEX ix_versions_change ON versions (change)",
        """CREATE TABLE files (
            place TEXT NOT NULL,
            digest TEXT NOT NULL,
            fingerprint TEXT DEFAULT '' NOT NULL,
            at BIGINT NOT NULL,
            PRIMARY KEY (place, digest)
        )""",
    ):
        db.exec_driver_sql(statement)


def _sixth(db: sa.Connection) -> None:
    """What is said to people, kept until they have heard it."""
    counted = "BIGSERIAL" if db.dialect.name == "postgresql" else "INTEGER"
    for statement in (
        f"""CREATE TABLE outbox (
            id {counted} NOT NULL PRIMARY KEY,
            subject TEXT DEFAULT '' NOT NULL,
            place TEXT DEFAULT '' NOT NULL,
            whom TEXT DEFAULT '' NOT NULL,
            topic TEXT DEFAULT '' NOT NULL,
            said TEXT DEFAULT '' NOT NULL,
            at BIGINT NOT NULL,
            due BIGINT,
            lasting BOOLEAN NOT NULL,
            letter TEXT DEFAULT '' NOT NULL
        )""",
        "CREATE INDEX in_letter ON outbox (letter)",
        "CREATE INDEX lasting_faults ON outbox (subject) WHERE lasting",
        """CREATE TABLE envelopes (
            id TEXT NOT NULL PRIMARY KEY,
            whom TEXT DEFAULT '' NOT NULL,
            topic TEXT DEFAULT '' NOT NULL,
            parent TEXT DEFAULT '' NOT NULL,
            state TEXT DEFAULT '' NOT NULL,
            ts TEXT DEFAULT '' NOT NULL,
            owner TEXT DEFAULT '' NOT NULL,
            lease_until BIGINT,
            not_before BIGINT,
            first_asked BIGINT,
            attempts INTEGER DEFAULT '0' NOT NULL,
            lost INTEGER DEFAULT '0' NOT NULL,
            checks INTEGER DEFAULT '0' NOT NULL,
            plain BOOLEAN NOT NULL,
            error TEXT DEFAULT '' NOT NULL,
            version INTEGER DEFAULT '0' NOT NULL
        )""",
        "CREATE INDEX mail_under_way ON envelopes (id) WHERE state IN ('pending', 'sending', 'unsure')",
        "CREATE INDEX threads ON envelopes (whom, topic)",
    ):
        db.exec_driver_sql(statement)


def _seventh(db: sa.Connection) -> None:
    """Who runs on this database, since when it is awake, and which channels' histories it knows."""
    db.exec_driver_sql(
        """CREATE TABLE replicas (
            name TEXT NOT NULL PRIMARY KEY,
            beat BIGINT NOT NULL,
            running BOOLEAN NOT NULL
        )"""
    )
    db.exec_driver_sql("ALTER TABLE channels ADD COLUMN looked BIGINT")
    # Where it has posted it knows what is there.
    db.exec_driver_sql(
        "UPDATE channels SET looked = first_seen"
        " WHERE channel IN (SELECT channel FROM deliveries WHERE ts <> '')"
    )


def _eighth(db: sa.Connection) -> None:
    """Which versions of digests were approved."""
    db.exec_driver_sql(
        """CREATE TABLE approvals (
            digest TEXT NOT NULL,
            number INTEGER NOT NULL,
            wording TEXT DEFAULT '' NOT NULL,
            who TEXT DEFAULT '' NOT NULL,
            at BIGINT NOT NULL,
            revoked TEXT DEFAULT '' NOT NULL,
            change BIGINT NOT NULL,
            PRIMARY KEY (digest, number)
        )"""
    )
    db.exec_driver_sql("CREATE INDEX ix_approvals_change ON approvals (change)")


_LETTERS = """CREATE TABLE IF NOT EXISTS letters (
    week TEXT NOT NULL,
    digest TEXT NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (week, digest),
    UNIQUE (week, place)
)"""

STEPS: tuple[Callable[[sa.Connection], None], ...] = (
    _first,
    _second,
    _third,
    _fourth,
    _fifth,
    _sixth,
    _seventh,
    _eighth,
)
SCHEMA = len(STEPS)
