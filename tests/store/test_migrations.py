"""From every schema there ever was, with rows in every table, and beside a replica of the older version.

What the older versions said to their databases is in recordings/, as they said it; see recording.py.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine.interfaces import ReflectedColumn, ReflectedIndex

from bot.core.delivery.state import State, Verdict
from bot.core.errors import RoundupError
from bot.store.codes import GivenCodes
from bot.store.database import open_database, read_database
from bot.store.ledger import Ledger
from bot.store.migrations import SCHEMA, STEPS
from bot.store.shares import Shares
from bot.store.tables import metadata
from tests.postgres import PostgresServer
from tests.store.recording import RECORDINGS, OldReplica
from tests.store.whole import Store
from tests.waiting import PATIENCE

# A number each, and what it lacked where databases had that number before the schema was whole.
EVER = sorted({file.name.partition(".")[0] for file in RECORDINGS.glob("*.jsonl")})


def recording(version: str, url: str) -> Path:
    return RECORDINGS / f"{version}.{'sqlite' if url.startswith('sqlite') else 'postgresql'}.jsonl"


@pytest.fixture(params=EVER)
def old(request: pytest.FixtureRequest, database_url: str) -> Iterator[OldReplica]:
    """A replica of an older version that has made its tables and written into each of them."""
    with closing(OldReplica(database_url, recording(request.param, database_url))) as replica:
        replica.start()
        replica.work(0)
        yield replica


@pytest.fixture
def another_url(request: pytest.FixtureRequest, database_url: str) -> str:
    """One more empty database of the same kind."""
    if database_url.startswith("sqlite"):
        return database_url.replace("roundup.db", "another.db")
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.database()


@contextmanager
def looking(url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(url.replace("postgres:", "postgresql+psycopg:"))
    with engine.begin() as db:
        yield db
    engine.dispose()


def shape_of(url: str, make: Callable[[sa.Connection], object] = bool) -> dict[str, object]:
    """Return what tables are there, after *make* has made some, with all that matters of each."""
    with looking(url) as db:
        make(db)
        there = sa.inspect(db)
        return {
            name: {
                "columns": {column["name"]: _column(column) for column in there.get_columns(name)},
                "key": there.get_pk_constraint(name)["constrained_columns"],
                "unique": sorted(unique["column_names"] for unique in there.get_unique_constraints(name)),
                "indexes": {index["name"]: _index(index) for index in there.get_indexes(name)},
                "other rules": [*there.get_foreign_keys(name), *there.get_check_constraints(name)],
            }
            for name in there.get_table_names()
        }


def _column(column: ReflectedColumn) -> tuple[str, bool, str | None]:
    return str(column["type"]), column["nullable"], column["default"]


def _index(index: ReflectedIndex) -> tuple[list[str | None], bool | None, dict[str, str]]:
    where = {name: " ".join(str(said).split()) for name, said in index.get("dialect_options", {}).items()}
    return index["column_names"], index["unique"], where


def rows(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row there is, by table."""
    with looking(url) as db:
        return {
            name: sorted(map(tuple, db.exec_driver_sql(f"SELECT * FROM {name}")), key=repr)  # noqa: S608
            for name in sa.inspect(db).get_table_names()
        }


def walk(db: sa.Connection, until: int = SCHEMA) -> None:
    for step in STEPS[:until]:
        step(db)


def test_every_earlier_schema_is_recorded() -> None:
    """Once a step is in, nobody can record any more what the version before it said."""
    recorded = {file.name for file in RECORDINGS.glob("*.jsonl")}
    wanted = {f"{n}.{kind}.jsonl" for n in range(1, SCHEMA) for kind in ("sqlite", "postgresql")}

    assert wanted <= recorded, "with the commit before the step: python -m tests.store.recording"


@pytest.mark.parametrize("n", range(1, SCHEMA))
def test_a_step_makes_what_its_version_made(n: int, database_url: str, another_url: str) -> None:
    """The first steps were written down later: these are the tables that the programs of then really made."""
    with closing(OldReplica(database_url, recording(str(n), database_url))) as replica:
        replica.start()

    assert shape_of(database_url) == shape_of(another_url, lambda db: walk(db, n))


def test_the_steps_lead_to_the_tables(database_url: str, another_url: str) -> None:
    assert shape_of(database_url, walk) == shape_of(another_url, metadata.create_all)


def test_an_older_database_becomes_what_a_new_one_is(
    old: OldReplica, database_url: str, another_url: str
) -> None:
    before = rows(database_url)
    open_database(database_url, environ={}).close()
    after = rows(database_url)
    counted = sorted((dict(before["counters"]) | {"schema": SCHEMA}).items())

    assert shape_of(database_url) == shape_of(another_url, walk)
    assert all(before.values())
    old_columns = {name: [row[: len(table[0])] for row in after[name]] for name, table in before.items()}
    assert old_columns == before | {"counters": counted}


def test_what_was_written_is_understood(old: OldReplica, database_url: str) -> None:
    with closing(open_database(database_url, environ={})) as database:
        store, codes = Store(database), GivenCodes(database)
        (posting,), parts = store.postings(), store.deliveries()
        numbers = [known.n for known in codes.numberings(["round-0"])["round-0"]]
        places = codes.places({"week round-0": ["round-0", "new"]})["week round-0"]
        shared = store.share("new", ["round-0/1"], channel="C", name="", who="U")
        told, decided = store.tell_once("round-0"), [decision.what for decision in store.all()]

    assert (posting.digest, posting.verdict) == ("round-0", Verdict.RETRACTED)
    assert [(d.part, d.state, d.ts, d.wanted) for d in parts] == [
        (0, State.SENT, "1.0", ""),
        (1, State.SENT, "1.0", ""),
    ]
    assert (numbers, places["round-0"], shared, told) == ([1, 2], 0, True, False)
    assert decided == ["resolve there", "retract"]


def test_an_older_replica_is_answered_as_before(old: OldReplica, database_url: str, another_url: str) -> None:
    """As on a database that nobody has brought up to date."""
    with closing(OldReplica(another_url, old.recording)) as alone:
        alone.start()
        alone.work(0)
        undisturbed = alone.work(1)
    open_database(database_url, environ={}).close()

    assert old.work(1) == undisturbed


def test_an_older_replica_posts_meanwhile(old: OldReplica, database_url: str) -> None:
    """It is at work before, while and after several of the new version start."""
    at_work, over = threading.Event(), threading.Event()

    def post() -> int:
        for n in count(1):
            last = over.is_set()
            old.work(n)
            at_work.set()
            if last:
                return n + 1
        raise AssertionError

    with ThreadPoolExecutor(4) as pool:
        posting = pool.submit(post)
        assert at_work.wait(PATIENCE)
        for database in pool.map(lambda _: open_database(database_url, environ={}), range(3)):
            database.close()
        over.set()
        rounds = posting.result()
    with closing(open_database(database_url, environ={})) as database:
        parts = Ledger(database).deliveries()

    assert rounds >= 3
    assert Counter(d.digest for d in parts) == {f"round-{n}": 2 for n in range(rounds)}
    assert {d.state for d in parts} == {State.SENT}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_older_file_is_read_as_it_is(old: OldReplica, database_url: str) -> None:
    """Looking is no reason to change it: the older version would not start again."""
    before = rows(database_url), shape_of(database_url)
    with closing(read_database(database_url, environ={})) as database:
        parts, copies = Ledger(database).deliveries(), Shares(database).stale_copies()

    assert len(parts) == 2
    assert {copy.digest for copy in copies} <= {"round-0"}
    assert (rows(database_url), shape_of(database_url)) == before


def test_replicas_that_start_together_migrate_once(database_url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        for database in pool.map(lambda _: open_database(database_url, environ={}), range(6)):
            assert Ledger(database).look().changes == 0
            database.close()


def test_a_newer_schema_is_refused_with_what_to_do(database_url: str) -> None:
    with closing(open_database(database_url, environ={})) as database, database.writing() as db:
        db.exec_driver_sql("UPDATE counters SET value = value + 1 WHERE name = 'schema'")

    for opening in (open_database, read_database):
        with pytest.raises(RoundupError, match=r"newer Roundup .*: update this one$"):
            opening(database_url, environ={})
