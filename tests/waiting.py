"""Waiting for what another thread or process does: generous, because machines are busy."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import pytest

T = TypeVar("T")

PATIENCE = 60.0  # seconds


def until(true: Callable[[], T], what: str) -> T:
    """Return the first truthy result, or fail naming what did not happen."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if result := true():
            return result
        time.sleep(0.02)
    pytest.fail(f"not within {PATIENCE:.0f} s: {what}")
