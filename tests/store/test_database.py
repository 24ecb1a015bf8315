"""A database is opened where the promise can be kept, and is away without anything being lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from bot.core.errors import RoundupError
from bot.store import engines, postgresql
from bot.store.clock import ClockWasSetError
from bot.store.database import Database, LedgerError, _Silence, open_database, probe, read_database
from bot.store.engines import _keep_to_ourselves, file_system
from bot.store.ledger import Ledger
from bot.store.outages import (
    AWAY,
    DAMAGED,
    FULL,
    LOCKED,
    NOT_THERE,
    REFUSED,
    SILENT,
    SLOW,
    STARTING,
    UNENCRYPTED,
)
from tests.postgres import PostgresServer
from tests.store.whole import Store, open_store

LONG = timedelta(hours=1)
LOOKS: list[Callable[[Store], object]] = [
    lambda store: store.now(),
    lambda store: store.look(),
    lambda store: store.postings(),
    lambda store: store.deliveries(),
    lambda store: store.known(),
    lambda store: store.skipped(),
    lambda store: store.all(),
    lambda store: store.stale_copies(),
]


@contextmanager
def write_lock(file: Path) -> Iterator[None]:
    """Somebody else writes, for as long as it takes."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def impatient(store: Store) -> None:
    """Wait ten milliseconds for SQLite's lock, not ten seconds."""
    engine = store._database._engine
    sa.event.listen(engine, "connect", lambda db, _: db.execute("PRAGMA busy_timeout=10"))
    engine.dispose()


@pytest.mark.parametrize("look", LOOKS)
def test_a_look_waits_for_nobody_who_writes(look: Callable[[Store], object], tmp_path: Path) -> None:
    with closing(open_store(f"sqlite:///{tmp_path}/a.db")) as store:
        impatient(store)
        with write_lock(tmp_path / "a.db"):
            look(store)
            with pytest.raises(LedgerError, match="locked"):
                store.tell_once("x")


def test_a_start_waits_for_nobody_who_writes(tmp_path: Path) -> None:
    """Nor does its schema have to be looked at with the lock."""
    url = f"sqlite:///{tmp_path}/a.db"
    open_store(url).close()
    with write_lock(tmp_path / "a.db"), closing(open_database(url, environ={})) as database:
        assert database._migrated


def test_a_server_that_hangs_is_given_up(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of a transaction, from the pool, and for those who come just after."""
    monkeypatch.setattr(postgresql, "PATIENCE", timedelta(seconds=0.5))
    with closing(open_store(postgres.database())) as store:
        assert store._database.trouble(within=LONG) == ""
        with pytest.raises(LedgerError, match=SILENT), store._database.writing() as db, postgres.frozen():
            db.exec_driver_sql("SELECT 1")
        monkeypatch.setattr("bot.store.database.PAUSE", 0.0)
        store._database._silence.heard("")
        with postgres.frozen(), pytest.raises(LedgerError, match=SILENT):
            store.look()
        assert store._database.trouble(within=LONG) == SILENT
        assert store.look().deliveries == ()
        assert store._database.trouble(within=LONG) == ""


def test_all_connections_to_a_server_wait_for_no_answer_for_ever(postgres: PostgresServer) -> None:
    with closing(open_store(postgres.database())) as store, store._database.reading() as db:
        assert isinstance(db.connection.driver_connection, postgresql.PunctualConnection)


def test_who_comes_after_a_silence_is_told_at_once(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hundreds of digests at a start, or of buttons, would wait their own ten seconds each."""
    monkeypatch.setattr(postgresql, "PATIENCE", timedelta(seconds=0.5))
    with closing(open_store(postgres.database())) as store:
        tried: list[str] = []
        sa.event.listen(store._database._engine, "checkout", lambda *_: tried.append("asked"))
        with postgres.frozen():
            for _ in range(500):
                with pytest.raises(LedgerError, match=SILENT):
                    store.known()

    assert len(tried) < 5


def test_who_cannot_learn_the_schema_waits_for_it_once(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A start asks for six things, and would wait six times for the replica that changes the schema."""
    url = postgres.database()
    open_store(url).close()
    options = {**postgresql._CONNECT, "options": "-c lock_timeout=200"}
    monkeypatch.setattr(postgresql, "_CONNECT", options)
    tried: list[str] = []
    with closing(psycopg.connect(url)) as other:
        other.execute("LOCK TABLE counters")
        store = open_store(url)
        sa.event.listen(store._database._engine, "checkout", lambda *_: tried.append("asked"))
        for look in LOOKS:
            with pytest.raises(LedgerError, match=LOCKED):
                look(store)
    with closing(store):
        assert tried == []
        store._database._silence.heard("")
        assert store.look().deliveries == ()


def test_what_is_known_of_a_database_grows_old(tmp_path: Path) -> None:
    with closing(open_database(f"sqlite:///{tmp_path}/a.db", environ={})) as database:
        assert database.trouble(within=LONG) == ""
        assert "nothing was heard" in database.trouble(within=timedelta(0))


@pytest.mark.parametrize("mask", [0o022, 0o000])
def test_nobody_else_reads_a_new_database(mask: int, tmp_path: Path) -> None:
    before = os.umask(mask)
    try:
        with closing(open_store(f"sqlite:///{tmp_path}/a.db")) as store:
            store.tell_once("x")
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    finally:
        os.umask(before)

    assert modes == {"a.db": 0o600, "a.db-wal": 0o600, "a.db-shm": 0o600}


def test_an_older_database_is_kept_to_ourselves_from_now_on(tmp_path: Path) -> None:
    with closing(open_store(f"sqlite:///{tmp_path}/a.db")) as store:
        store.tell_once("x")
        for file in tmp_path.iterdir():
            file.chmod(0o644)
        open_store(f"sqlite:///{tmp_path}/a.db").close()

        assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize("make", [lambda path: path.mkdir(mode=0o755), lambda path: os.mkfifo(path, 0o644)])
def test_what_is_no_file_is_not_closed_to_others(make: Callable[[Path], None], tmp_path: Path) -> None:
    """`sqlite:////etc`, by mistake and as root, would end everybody else's day."""
    make(tmp_path / "a")
    mode = (tmp_path / "a").stat().st_mode
    for opens in (open_database, probe, read_database):
        with pytest.raises(RoundupError, match="what is there is no file"):
            opens(f"sqlite:///{tmp_path}/a", environ={})
    _keep_to_ourselves(tmp_path / "a")

    assert (tmp_path / "a").stat().st_mode == mode


def test_sqlite_writes_every_commit_through(tmp_path: Path) -> None:
    """After a power cut a claim must not be forgotten whose post went out."""
    opened = open_database(f"sqlite:///{tmp_path}/a.db", environ={})
    with opened._engine.connect() as db:
        settings = [db.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    opened.close()

    assert settings == ["wal", 2]


def test_who_asks_after_a_check_has_as_much_time_as_ever(tmp_path: Path) -> None:
    """A check is broken off when its time is over; nothing else is, of the same connection's."""
    long = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT max(i) FROM n"
    )
    with closing(open_store(f"sqlite:///{tmp_path}/a.db")) as store:
        store._database.check(within=timedelta(0))
        with store._database.reading() as db:
            assert db.exec_driver_sql(long).scalar() == 20_000


def test_a_locked_database_is_an_outage_not_a_bug(tmp_path: Path) -> None:
    opened = open_database(f"sqlite:///{tmp_path}/a.db", environ={})
    sa.event.listen(opened._engine, "connect", lambda db, _: db.execute("PRAGMA busy_timeout=10"))
    opened._engine.dispose()
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")

    with pytest.raises(LedgerError, match="locked"):
        Store(opened).tell_once("x")
    other.close()
    opened.close()


def test_who_could_not_write_knows_no_better_for_having_read(tmp_path: Path) -> None:
    """/readyz said "ok" ten seconds of eleven, while nothing could be posted."""
    opened = open_database(f"sqlite:///{tmp_path}/a.db", environ={})
    sa.event.listen(opened._engine, "connect", lambda db, _: db.execute("PRAGMA busy_timeout=10"))
    opened._engine.dispose()
    store = Store(opened)
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerError):
            store.tell_once("x")
        store.look()
        meanwhile = opened.trouble(within=LONG)
    store.tell_once("x")

    assert (meanwhile, opened.trouble(within=LONG)) == (LOCKED, "")
    opened.close()


def test_a_clock_that_was_set_is_no_trouble_of_the_database(tmp_path: Path) -> None:
    opened = open_database(f"sqlite:///{tmp_path}/a.db", environ={})
    with pytest.raises(ClockWasSetError), opened.writing():
        raise ClockWasSetError("its clock was set")

    assert opened.trouble(within=LONG) == ""
    opened.close()


def test_a_server_that_is_away_at_the_start_is_an_outage() -> None:
    """A bot that starts meanwhile answers questions, and posts when the server is back."""
    opened = open_database("postgresql://nobody@127.0.0.1:1/x", environ={})

    with pytest.raises(LedgerError, match="cannot be reached"):
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
        ("mysql://x/y", {}, "not supported"),
        ("what?", {}, "not a database URL"),
        ("postgresql://u:Top@Secret9@127.0.0.1:1/db", {}, "more than one @.* @ as %40"),
        ("postgresql://u:Top@Secret9:x@127.0.0.1:1/db", {}, "percent-encode @ as %40"),
        ("postgresql://Secret9:Top@127.0.0.1:Secret9/db", {}, "its port is not a number"),
        ("postgresql://127.0.0.1:1/db?Secret9=Top", {}, "does not know an option"),
        ("Secret9:///Top", {}, "not supported"),
        ("sqlite://Secret9/a.db", {}, "sqlite:///roundup.db"),
        ("sqlite:///a.db?key=Secret9", {}, "sqlite:///roundup.db"),
        ("sqlite:///a?b.db", {}, "sqlite:///roundup.db"),
        ("postgresql://127.0.0.1:1/db?plugin=Secret9", {}, "does not know an option"),
        ("postgresql:///db?host=a:1&host=b:2&port=Secret9", {}, "does not know an option"),
        ("postgresql://u:Secret9@db..example/db", {}, "no host's name"),
        ("postgresql:///db?host=a&host=Secret9..example", {}, "no host's name"),
        (f"postgresql://u:Secret9@{'a' * 64}.example/db", {}, "no host's name"),
        ("sqlite:///a%00Secret9.db", {}, "no file's name"),
        ("sqlite:///a\0Secret9.db", {}, "no file's name"),
        (f"sqlite:///{'Secret9' * 50}.db", {}, "too long"),
        (f"sqlite:////{'Secret9/' * 900}.db", {}, "too long"),
    ],
)
def test_a_place_where_the_promise_cannot_be_kept_is_refused(
    url: str, environ: dict[str, str], told: str
) -> None:
    with pytest.raises(RoundupError, match=told) as refused:
        open_database(url, environ=environ)
    assert "Secret9" not in "".join(traceback.format_exception(refused.value))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "host", ["db.example", "db.example.", "::1", "bücher.example", f"/cloudsql/{'a' * 70}", ""]
)
def test_every_kind_of_host_is_asked(host: str) -> None:
    engine = engines.engine_at(sa.URL.create("postgresql", query={"host": host}), {})

    assert engine.url.query["host"] == host


def test_a_file_that_leads_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.db").symlink_to("a.db")
    for opens in (open_database, probe, read_database):
        with pytest.raises(RoundupError, match="symbolic links"):
            opens(f"sqlite:///{tmp_path}/a.db", environ={})


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://Secret9:Secret9@127.0.0.1:1/db", AWAY),
        ("postgresql://Secret9:Secret9@nowhere.invalid/Secret9", AWAY),
        ("{there}?user=Secret9", REFUSED),
        ("{server}/Secret9", NOT_THERE),
        ("{there}?sslmode=require", UNENCRYPTED),
        ("{there}?sslmode=Secret9", UNENCRYPTED),
    ],
)
def test_an_outage_is_told_without_host_user_or_password(
    url: str, told: str, postgres: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    there = postgres.database()
    full = url.format(there=there, server=there.rpartition("/")[0])
    with closing(open_database(full, environ={})) as opened, pytest.raises(LedgerError) as error:
        opened.now()

    assert str(error.value) == told
    shown = "".join(traceback.format_exception(error.value)) + caplog.text
    assert not [word for word in ("Secret9", "127.0.0.1", "nowhere") if word in shown]


@pytest.mark.parametrize("pages", [0.5, 2.5, 7])
def test_a_file_that_was_cut_off_is_told_so(pages: float, tmp_path: Path) -> None:
    """At the start, not when somebody reads what is missing."""
    open_store(f"sqlite:///{tmp_path}/a.db").close()
    file = tmp_path / "a.db"
    file.write_bytes(file.read_bytes()[: int(pages * 4096)])

    with pytest.raises(RoundupError, match=r"a\.db: damaged, or no database; put a backup in its place"):
        open_database(f"sqlite:///{file}", environ={})


def test_a_file_that_is_another_one_by_now_is_used_no_more(tmp_path: Path) -> None:
    """The system keeps what was deleted for who has it open: all was well, and gone with the process."""
    file = tmp_path / "a.db"
    with closing(open_database(f"sqlite:///{file}", environ={})) as opened:
        file.rename(tmp_path / "away.db")
        with pytest.raises(LedgerError, match="its file was moved, deleted or replaced"), opened.writing():
            pass
        assert not file.exists()
        shutil.copy(tmp_path / "away.db", file)
        with pytest.raises(LedgerError, match="moved"):
            opened.now()
        assert "moved" in opened.trouble(within=timedelta(hours=1))
        (tmp_path / "away.db").replace(file)
        assert opened.now()


@pytest.mark.parametrize(
    ("pragma", "told"),
    [("query_only=ON", "read-only; let the bot's user"), ("max_page_count=1", "no room left")],
)
def test_a_file_that_takes_nothing_is_told_so(
    pragma: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a disk that is mounted read-only, or full. Whoever waited for it would wait for ever."""
    url = f"sqlite:///{tmp_path}/a.db"
    if "query_only" in pragma:
        open_store(url).close()
    prepare = engines._prepare_sqlite

    def crippled(connection: sqlite3.Connection, record: object) -> None:
        prepare(connection, record)
        connection.execute(f"PRAGMA {pragma}")

    monkeypatch.setattr(engines, "_prepare_sqlite", crippled)
    with pytest.raises(RoundupError, match=told) as refused:
        open_database(url, environ={})
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("SELECT pg_sleep(3)", SLOW),
        ("DO $$ BEGIN RAISE 'no' USING ERRCODE = 'disk_full'; END $$", FULL),
        ("DO $$ BEGIN RAISE 'no' USING ERRCODE = 'index_corrupted'; END $$", DAMAGED),
        ("DO $$ BEGIN RAISE 'no' USING ERRCODE = 'lock_not_available'; END $$", LOCKED),
        ("SELECT pg_terminate_backend(pg_backend_pid())", STARTING),
    ],
)
def test_what_postgresql_says_has_words_of_ours(statement: str, told: str, postgres: PostgresServer) -> None:
    def ask(database: Database) -> None:
        with database.writing() as db:
            if told == SLOW:
                db.exec_driver_sql("SET statement_timeout = 50")
            db.exec_driver_sql(statement)

    with (
        closing(open_database(postgres.database(), environ={})) as opened,
        pytest.raises(LedgerError) as error,
    ):
        ask(opened)

    assert str(error.value) == told


def test_what_is_still_in_use_is_let_go_of_when_it_comes_back(database_url: str) -> None:
    """An order may wait for a database that hangs while the bot ends."""
    store = open_store(database_url)
    with store._database.reading() as db:
        in_use = db.connection.dbapi_connection
        store.close()
    assert in_use is not None
    with pytest.raises((psycopg.OperationalError, sqlite3.ProgrammingError)):
        in_use.cursor().execute("SELECT 1")


def test_what_lacks_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bot.store.postgresql", None)
    monkeypatch.delattr("bot.store.postgresql", raising=False)

    with pytest.raises(RoundupError, match=r"pip install 'psycopg\[binary\]'$"):
        open_database("postgresql://u@h/x", environ={})


def test_a_network_disk_is_known_by_its_mount() -> None:
    mounts = "/dev/sda / ext4 rw 0 0\nserver:/x /srv/shared nfs4 rw 0 0\n"

    assert file_system(Path("/srv/shared/deep/roundup.db"), mounts) == "nfs4"
    assert file_system(Path("/srv/roundup.db"), mounts) == "ext4"


def test_after_a_silence_nobody_is_asked_for_a_while_and_after_any_other_fault_at_once() -> None:
    silence = _Silence()
    silence.heard(LOCKED)
    silence.knock()
    silence.heard(SILENT)

    with pytest.raises(LedgerError, match=SILENT):
        silence.knock()
