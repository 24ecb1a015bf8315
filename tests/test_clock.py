"""The tests' own clock, and which rooms need none: what `make test-clocks` relies on."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from tests.children import ROOT, handed_on
from tests.conftest import TIMELESS
from tests.store.whole import open_store
from tests.waiting import PATIENCE

READS = re.compile(r"\b(?:now|today|utcnow|localtime)\(\)|datetime\.now|\btime\.time|gmtime\(\)")
SHOW = "from datetime import UTC, datetime; print(datetime.now(UTC).isoformat())"


def near(told: datetime) -> bool:
    return abs(datetime.now(UTC) - told) < timedelta(seconds=PATIENCE)


def test_children_live_by_the_tests_clock() -> None:
    command = [sys.executable, "-c", SHOW]
    told = subprocess.run(command, env=handed_on(), capture_output=True, text=True, check=True).stdout

    assert near(datetime.fromisoformat(told.strip()))


def test_databases_live_by_the_tests_clock(database_url: str) -> None:
    ledger = open_store(database_url)
    told = ledger.now()
    ledger.close()

    assert near(told)


@pytest.mark.parametrize("room", TIMELESS)
def test_rooms_whose_tests_are_not_repeated_at_other_times_read_no_clock(room: str) -> None:
    sources = {path: path.read_text(encoding="utf-8") for path in (ROOT / "bot" / room).rglob("*.py")}

    assert sources
    assert {str(path): found for path, text in sources.items() if (found := READS.findall(text))} == {}
