"""Databases for the delivery tests: each test that takes *database_url* runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.ledger import Ledger, open_ledger
from tests.delivery.memory import MemoryLedger
from tests.delivery.world import START
from tests.postgres import PostgresServer, binaries


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
