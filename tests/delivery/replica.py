"""A replica as a process of its own, that can be told where to die.

ROUNDUP_FAILPOINT is "<what>:<part>:<when>:<nth>", for example "claim:0:commit:1": the process kills itself
before, at the commit of, or after the nth such call for that part that does something. Product code
knows nothing of it.
"""

from __future__ import annotations

import logging
import mmap
import multiprocessing
import os
import signal
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.app.front_desk import database_of
from bot.app.post_office import build_posting
from bot.core.delivery.outbox import LOG, Letter, Task
from bot.core.delivery.state import Delivery, Posting, Step
from bot.delivery.clocks import Clocks
from bot.delivery.scheduler import Scheduler
from bot.files.config import load_settings
from bot.newsroom.clearance import Clearance
from bot.newsroom.library import Library
from bot.newsroom.versions import Versions
from bot.store.approvals import Approvals
from bot.store.limits import Wait
from bot.store.versions import KeptVersions
from tests.clock.sitecustomize import set_clock_of_sqlite, shift
from tests.delivery.world import AT_ONCE

LEDGER = ("arrange", "claim", "write")
SLACK = ("post", "edit", "remove", "find", "mail", "find_mail")
OUTBOX = ("letter_claim", "letter_write")  # of those to people; not of the log's


class Failpoint:
    """Counts what it stands in for has done, and dies where it was told."""

    def __init__(self, where: str) -> None:
        self.what, part, self.when, nth = where.split(":")
        self.part, self.nth = int(part), int(nth)
        self._done = 0
        self._inside = threading.local()

    def around(self, target: Any, names: tuple[str, ...]) -> None:
        if self.what in names:
            name = self.what.removeprefix("letter_")
            method = getattr(target, name)
            setattr(target, name, lambda *args, **kwargs: self._call(method, args, kwargs))

    def at_commit(self, connection: sa.Connection) -> None:
        if self.when == "commit" and getattr(self._inside, "armed", False):
            die()

    def _call(self, method: Any, args: Any, kwargs: Any) -> Any:
        armed = _part(args, kwargs) == self.part and self._done + 1 >= self.nth
        if armed and self.when == "before":
            die()
        self._inside.armed = armed
        result = method(*args, **kwargs)
        self._inside.armed = False
        if _part(args, kwargs) == self.part and result and not isinstance(result, Wait):
            self._done += 1
            if armed and self.when == "after":
                die()
        return result


def _part(args: Any, kwargs: Any) -> int:
    """Return which part a call is about; letters have but one."""
    match args:
        case [str(), str(), *_]:  # edit and remove know messages by their ts; count all of them
            return 0
        case _ if "letter" in kwargs or "part" in kwargs:
            return int(kwargs.get("part", 0))
        case [Step(delivery=Delivery(part=part)), *_] | [Delivery(part=part), *_]:
            return part
        case [Task(letter=Letter(whom=whom)), *_] | [Letter(whom=whom), *_]:
            return 0 if whom != LOG else -1
        case [Posting(), *_]:
            return 0
    return -1


class HostClock:
    """By how many seconds the clock of a scene's host is wrong, as all on that host see it at once."""

    def __init__(self, folder: Path) -> None:
        path, mine = folder / "clock", folder / f"clock-{os.getpid()}"
        if not path.exists():
            mine.write_bytes(bytes(8))
            with suppress(FileExistsError):  # whole at once, as others open it; and by one of them only
                path.hardlink_to(mine)
        with path.open("r+b") as file:
            self._seconds = memoryview(mmap.mmap(file.fileno(), 8)).cast("d")

    def read(self) -> float:
        """Return it."""
        return float(self._seconds[0])

    def set(self, seconds: float) -> None:
        """Set the clock, for whoever runs, too."""
        self._seconds[0] = seconds


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_with_whoever_started_us() -> None:
    """Wait for their end, however that comes: of whom -9 kills, nobody ends the children."""
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()
    die()


def run(folder: Path, environ: dict[str, str]) -> None:
    """Post what is due until told to stop by SIGTERM."""
    threading.Thread(target=die_with_whoever_started_us, daemon=True).start()
    logging.basicConfig(filename=folder / f"log-{os.getpid()}", level=logging.INFO, force=True)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    if "CLOCK_AHEAD" in environ:  # of this one's host; its SQLite file lives by it, too
        shift(int(environ["CLOCK_AHEAD"]))
    off = HostClock(folder)
    if not environ.get("CLOCK_AHEAD"):
        set_clock_of_sqlite(lambda: time.time() + off.read())
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    settings = load_settings(folder / "config.yaml")
    database, clock = database_of(environ), Clocks(lambda: datetime.now(UTC) + timedelta(seconds=off.read()))
    versions = Versions(KeptVersions(database))
    clearance = Clearance(Approvals(database), versions, rule=lambda: settings.approval)
    library = Library(settings.digests, versions=versions, clearance=clearance)
    office = build_posting(
        lambda: settings, library, database=database, environ=environ, clock=clock, pace=AT_ONCE
    )
    if where := environ.get("ROUNDUP_FAILPOINT"):
        failpoint = Failpoint(where)
        failpoint.around(office.books.ledger, LEDGER)
        failpoint.around(office.edge.messenger, SLACK)
        failpoint.around(office.books.outbox, OUTBOX)
        sa.event.listen(database._engine, "commit", failpoint.at_commit)

    def tick() -> datetime | None:
        library.refresh(clock())
        wake = office.publisher.tick()
        if look := office.publisher.look:
            versions.hear(look.changes)
            clearance.hear(look.changes)
        return wake

    scheduler = Scheduler(tick, clock=clock)
    scheduler.start()
    stop.wait()
    scheduler.stop()
    office.close()
