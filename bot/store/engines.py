"""Which engine a database URL names; a place where the ledger could not keep its promise is refused."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path

import sqlalchemy as sa

from bot.core.errors import RoundupError
from bot.store.outages import MOVED


def parsed(url: str) -> sa.URL:
    """Read a database URL; RoundupError if it is none, with nothing of it: it may hold a password."""
    try:
        place = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise RoundupError(
            "DATABASE_URL is not a database URL: use sqlite:///roundup.db or postgresql://…"
        ) from None
    except ValueError:
        raise RoundupError(f"DATABASE_URL: its port is not a number; {QUOTED}") from None
    if "@" in (place.host or ""):
        raise RoundupError(f"DATABASE_URL has more than one @; {QUOTED}")
    # What is behind a question mark would be dropped: a file called "a?b.db" were another one.
    if place.get_backend_name() == "sqlite" and (place.host or "?" in url):
        raise RoundupError("DATABASE_URL: SQLite takes a file and nothing else: sqlite:///roundup.db")
    if place.get_backend_name() == "sqlite" and place.database:
        _must_be_possible(Path(place.database))
    return place


def _must_be_possible(file: Path) -> None:
    try:
        found = stat.S_IFMT(file.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):  # a new one, or who makes it says what is in its way
        return
    except (OSError, ValueError) as error:  # its name, a link to itself, a folder that is closed to us
        why = (getattr(error, "strerror", None) or "it is no file's name").lower()
        raise RoundupError(
            f"DATABASE_URL: no file can be there: {why}; name another, or let the bot's user into its folder"
        ) from None
    if found != stat.S_IFREG:
        raise RoundupError("DATABASE_URL: what is there is no file: name one, as in sqlite:///roundup.db")


QUOTED = "in a user's name or password percent-encode @ as %40, : as %3A, / as %2F and ? as %3F"


def engine_at(url: sa.URL, environ: Mapping[str, str]) -> sa.Engine:
    """Return an engine that waits for nothing for ever; RoundupError if no promise can be kept there."""
    match url.get_backend_name():
        case "sqlite":
            return _sqlite(url, environ)
        case "postgres" | "postgresql":
            return _postgresql(url)
        case _:  # not named: it may be the beginning of a password
            raise RoundupError(
                "DATABASE_URL names a database that is not supported: use sqlite:///roundup.db or postgresql://…"
            )


def only_reading(file: Path) -> sa.Engine:
    """Return an engine that changes nothing in an SQLite file, nor leaves one beside it."""
    return sa.create_engine("sqlite+pysqlite://", creator=lambda: only_read(file), poolclass=sa.QueuePool)


def in_memory(copy_of: Path | None = None) -> sa.Engine:
    """Return an SQLite database that is gone when it is let go: empty, or with what a file has now."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        if copy_of is not None:
            with closing(only_read(copy_of)) as file:
                file.backup(connection)
        return connection

    return sa.create_engine("sqlite+pysqlite://", creator=connect, poolclass=sa.StaticPool)


def only_read(file: Path) -> sqlite3.Connection:
    """Return a connection to an SQLite file that changes nothing in it."""
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
    _keep_to_ourselves(path)
    engine = sa.create_engine(
        url.set(drivername="sqlite+pysqlite"), connect_args={"timeout": 10.0}, pool_size=4, pool_timeout=10
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_immediate)
    if there := _identity(path):
        for moment in ("do_connect", "checkout"):
            sa.event.listen(engine, moment, lambda *_: _must_be(there, path))
    return engine


def _keep_to_ourselves(file: Path) -> None:
    """Let nobody else read the file, a new one or one that is ours; SQLite makes those beside it alike."""
    with suppress(OSError):  # who may not write there is told so by SQLite
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    for ours in (file, *(file.with_name(file.name + more) for more in ("-wal", "-shm"))):
        with suppress(OSError):  # not there, or gone again
            found = ours.stat()
            # A folder, or /dev/null, may be named by mistake: root would close it to everybody.
            plain = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid()
            if plain and stat.S_IMODE(found.st_mode) & 0o077:
                ours.chmod(0o600)


def _identity(file: Path) -> tuple[int, int] | None:
    with suppress(OSError):
        found = file.stat()
        return found.st_dev, found.st_ino
    return None


def _must_be(there: tuple[int, int], file: Path) -> None:
    """Refuse a file that is not the one we began with.

    Who goes on writes to what is gone with the process: all is well until then, and nothing is known after.
    """
    if _identity(file) != there:
        error = sqlite3.OperationalError(MOVED)
        error.sqlite_errorcode = sqlite3.SQLITE_READONLY_DBMOVED  # SQLite's own, which rarely looks
        raise error


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # no BEGIN of the driver's own: ours is immediate
    connection.execute("PRAGMA journal_mode=WAL")
    # NORMAL may lose the claim of a post that went out when the power goes: that would be a double.
    connection.execute("PRAGMA synchronous=FULL")


def _begin_immediate(connection: sa.Connection) -> None:
    # SQLAlchemy says "begin" for a connection that commits by itself, too. Such a one only reads, and must
    # not queue for the one lock of those who write.
    if connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
        return
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
    try:
        from bot.store import postgresql
    except ImportError:  # neither the driver nor, without its own, the system's library
        raise RoundupError("DATABASE_URL names PostgreSQL: pip install 'psycopg[binary]'") from None
    return postgresql.engine_at(url)
