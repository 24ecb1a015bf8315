"""Waiting for what another thread or process does: generous, because machines are busy."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

T = TypeVar("T")

HASTE = 3  # seconds; for an answer that never comes, and still enough for the question to arrive

PATIENCE = 180  # seconds; a test as a whole has longer, see pyproject.toml


def until(true: Callable[[], T], what: str) -> T:
    """Return the first truthy result, or fail naming what did not happen; asks ever more rarely."""
    deadline, pause = time.monotonic() + PATIENCE, 0.02
    while time.monotonic() < deadline:
        if result := true():
            return result
        time.sleep(pause)
        pause = min(1.1 * pause, 0.1)
    pytest.fail(f"not within {PATIENCE} s: {what}")


def finished(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in a thread of its own: where a browser is driven, this one has a loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
