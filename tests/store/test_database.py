"""A database is opened where the promise can be kept, and is away without anything being lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.core.errors import RoundupError
from bot.store.database import LedgerError, open_database
from bot.store.engines import file_system
from bot.store.ledger import Ledger
from bot.store.told import Told
from tests.postgres import PostgresServer


def test_sqlite_writes_every_commit_through(tmp_path: Path) -> None:
    """After a power cut a claim must not be forgotten whose post went out."""
    opened = open_database(f"sqlite:///{tmp_path}/a.db", environ={})
    with opened._engine.connect() as db:
        settings = [db.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    opened.close()

    assert settings == ["wal", 2]


def test_a_locked_database_is_an_outage_not_a_bug(tmp_path: Path) -> None:
    opened = open_database(f"sqlite:///{tmp_path}/a.db", environ={})
    sa.event.listen(opened._engine, "connect", lambda db, _: db.execute("PRAGMA busy_timeout=10"))
    opened._engine.dispose()
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")

    with pytest.raises(LedgerError, match="locked"):
        Told(opened).tell_once("x")
    other.close()
    opened.close()


def test_a_server_that_is_away_at_the_start_is_an_outage() -> None:
    """A bot that starts meanwhile answers questions, and posts when the server is back."""
    opened = open_database("postgresql://nobody@127.0.0.1:1/x", environ={})

    with pytest.raises(LedgerError, match="refused"):
        opened.now()
    opened.close()


def test_a_server_that_comes_back_is_used(postgres: PostgresServer) -> None:
    url = postgres.database()
    postgres.crash()
    opened = open_database(url, environ={})
    with pytest.raises(LedgerError):
        Ledger(opened).look()
    postgres.start()
    assert Ledger(opened).look().deliveries == ()
    postgres.crash()
    with pytest.raises(LedgerError):
        Ledger(opened).look()
    postgres.start()
    assert Ledger(opened).look().deliveries == ()
    opened.close()


@pytest.mark.parametrize(
    ("url", "environ", "told"),
    [
        ("sqlite://", {}, "memory"),
        ("sqlite:///a.db", {"DYNO": "web.1"}, "PostgreSQL"),
        ("sqlite:////nowhere/at/all.db", {}, "no folder"),
        ("mysql://x/y", {}, "mysql is not supported"),
        ("what?", {}, "not a database URL"),
    ],
)
def test_a_place_where_the_promise_cannot_be_kept_is_refused(
    url: str, environ: dict[str, str], told: str
) -> None:
    with pytest.raises(RoundupError, match=told):
        open_database(url, environ=environ)


def test_a_network_disk_is_known_by_its_mount() -> None:
    mounts = "/dev/sda / ext4 rw 0 0\nserver:/x /srv/shared nfs4 rw 0 0\n"

    assert file_system(Path("/srv/shared/deep/roundup.db"), mounts) == "nfs4"
    assert file_system(Path("/srv/roundup.db"), mounts) == "ext4"
