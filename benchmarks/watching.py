"""A plugin of pytest for benchmarks/mutants.py: which test runs which line, how long each takes, which fail.

The same examples and the same dice for every run: a breakage is judged by itself, not by what was drawn.
"""

from __future__ import annotations

import json
import os
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings

settings.register_profile(
    "mutants",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

_seconds: dict[str, float] = defaultdict(float)
_failing: list[str] = []


# After tests/conftest.py has marked them: here what goes over the same lines again and again counts, too.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not item.get_closest_marker("long"):
            item.own_markers = [mark for mark in item.own_markers if mark.name != "again"]


# Named here and not by coverage itself, which would leave out the threads that answer a test.
@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    random.seed(9)
    counting = Coverage.current()
    if counting:
        counting.switch_context(function(item.nodeid))
    return (yield)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _seconds[function(report.nodeid)] += report.duration
    if report.failed:
        _failing.append(report.nodeid)


def pytest_sessionfinish() -> None:
    if place := os.environ.get("MUTANTS_WATCHED"):
        Path(place).write_text(json.dumps({"seconds": _seconds, "failing": _failing}), encoding="utf-8")


def function(nodeid: str) -> str:
    """Return the test without its parameters: they run the same lines, or nearly."""
    return nodeid.partition("[")[0]
