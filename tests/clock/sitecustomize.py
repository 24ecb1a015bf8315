"""The tests' clock: as far ahead of the machine's as TESTS_NOW says, in this process and in its children.

TESTS_NOW=2028-12-31T23:30Z begins at that moment, and time passes at its usual pace from there. Python loads
a module of this name at its start, before anything looks at a clock; while time is shifted this folder is on
the PYTHONPATH of all that the tests start. What measures how long something takes is left alone.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

AHEAD = "TESTS_AHEAD"  # seconds; handed on, so that a child lives by the same clock however late it starts


def ahead() -> int:
    """Return by how many seconds the tests' clock is ahead of the machine's."""
    if AHEAD not in os.environ:
        now = os.environ.get("TESTS_NOW")
        os.environ[AHEAD] = str(round(datetime.fromisoformat(now).timestamp() - time.time()) if now else 0)
    return int(os.environ[AHEAD])


def shift(seconds: int) -> None:
    """Set this process's clock, and see to it that its children do the same."""
    _set_clock(seconds)
    set_clock_of_sqlite(time.time)
    folders = [str(Path(__file__).parent), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(filter(None, folders)))


def _set_clock(seconds: int) -> None:
    # time_machine brings pytest along where there is one; what the tests start must not pay for that.
    already = "pytest" in sys.modules
    if not already:
        sys.modules["pytest"] = None  # type: ignore[assignment]
    import time_machine

    if not already:
        del sys.modules["pytest"]
    time_machine.travel(time.time() + seconds, tick=True).start()
    time.time()  # that clock stands until it is first asked


def set_clock_of_sqlite(now: Callable[[], float]) -> None:
    """Let SQLite's own function for "now", which asks the machine and which the ledger asks, tell that."""
    import sqlite3

    real = sqlite3.connect

    def connect(*arguments: Any, **more: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = real(*arguments, **more)
        connection.create_function("julianday", 1, lambda _: now() / 86400 + 2440587.5)
        return connection

    sqlite3.connect = sqlite3.dbapi2.connect = connect  # type: ignore[assignment]


def _shifted() -> bool:
    machine = sys.modules.get("time_machine")
    return machine is not None and bool(machine.escape_hatch.is_travelling())


if ahead() and not _shifted():  # this module may be loaded twice, by two names
    shift(ahead())
