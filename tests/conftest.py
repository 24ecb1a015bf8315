"""What holds for all tests, and the databases: who takes *database_url* runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import settings
from uvicorn.protocols.websockets import wsproto_impl

from bot.store.ledger import Ledger, open_ledger
from tests.delivery.world import START
from tests.postgres import PostgresServer, binaries
from tests.store.memory import MemoryLedger

# A landing is judged on the same examples every time; at a desk every run looks at new ones.
settings.register_profile("steady", derandomize=True)
if os.environ.get("CI") == "true":
    settings.load_profile("steady")


@pytest.fixture(scope="session", autouse=True)
def dice_of_its_own() -> Iterator[None]:
    """Let uvicorn's pings draw from a generator that nobody else uses.

    A practice workspace that lives on while other tests run pings in its thread every 20 seconds. Drawn
    from Python's common generator, that looks to hypothesis as if the strategy under way used `random`.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wsproto_impl, "random", Random())  # noqa: S311 - of a ping
        yield


@pytest.fixture(autouse=True)
def index_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep index files out of the user's own cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "roundup"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    programs = binaries()
    if programs is None:
        missing = "PostgreSQL's server programs are not installed (apt-get install postgresql)"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with PostgresServer(programs) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/roundup.db"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.database()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """The real ones, and the one the simulation uses: the same contract."""
    if request.param == "memory":
        yield MemoryLedger(lambda: START)
        return
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/roundup.db"
    else:
        url = request.getfixturevalue("postgres").database()
    opened = open_ledger(url, environ={})
    yield opened
    opened.close()
