"""Which engine a database URL names; a place where the ledger could not keep its promise is refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from bot.core.errors import RoundupError


def parsed(url: str) -> sa.URL:
    """Read a database URL; RoundupError if it is none."""
    try:
        return sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise RoundupError(
            "DATABASE_URL is not a database URL: use sqlite:///roundup.db or postgresql://…"
        ) from error


def engine_at(url: sa.URL, environ: Mapping[str, str]) -> sa.Engine:
    """Return an engine that waits for nothing for ever; RoundupError if no promise can be kept there."""
    match url.get_backend_name():
        case "sqlite":
            return _sqlite(url, environ)
        case "postgres" | "postgresql":
            return _postgresql(url)
        case other:
            raise RoundupError(
                f"DATABASE_URL: {other} is not supported: use sqlite:///roundup.db or postgresql://…"
            )


def only_reading(file: Path) -> sa.Engine:
    """Return an engine that changes nothing in an SQLite file, nor leaves one beside it."""
    return sa.create_engine("sqlite+pysqlite://", creator=lambda: _only_reading(file), poolclass=sa.QueuePool)


def in_memory(copy_of: Path | None = None) -> sa.Engine:
    """Return an SQLite database that is gone when it is let go: empty, or with what a file has now."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        if copy_of is not None:
            with closing(_only_reading(copy_of)) as file:
                file.backup(connection)
        return connection

    return sa.create_engine("sqlite+pysqlite://", creator=connect, poolclass=sa.StaticPool)


def _only_reading(file: Path) -> sqlite3.Connection:
    # Not mode=ro: that one leaves the files beside it that a write-ahead log needs.
    address = f"{file.resolve().as_uri()}?mode=rw"
    connection = sqlite3.connect(address, uri=True, timeout=10.0, check_same_thread=False)
    connection.execute("PRAGMA query_only=ON")
    return connection


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
        raise RoundupError("DATABASE_URL names PostgreSQL: pip install 'roundup[postgresql]'") from error
