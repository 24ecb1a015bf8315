"""The alarm clock: it wakes in time, survives what a tick throws, and its watchdog tells when it is stuck."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.scheduler import JOB, STUCK, Scheduler
from tests.delivery.scene import wait_for
from tests.waiting import PATIENCE


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def running(scheduler: Scheduler) -> Iterator[Scheduler]:
    scheduler.start()
    yield scheduler
    scheduler.stop()


def test_it_wakes_again_and_again_and_never_more_often_than_every_second() -> None:
    """An alarm clock that rang all the time would keep the database busy."""
    ticks: list[float] = []
    began = time.monotonic()
    with running(Scheduler(lambda: ticks.append(time.monotonic() - began), clock=now)):
        assert wait_for(lambda: len(ticks) >= 3)

    assert [n for n, after in enumerate(ticks) if after < n] == []


def test_it_wakes_sooner_when_something_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.scheduler.EVERY", timedelta(hours=1))
    ticks = []

    def tick() -> datetime:
        ticks.append(1)
        return now() + timedelta(milliseconds=100)

    with running(Scheduler(tick, clock=now)):
        assert wait_for(lambda: len(ticks) >= 3)


def test_a_tick_that_breaks_does_not_stop_the_clock(caplog: pytest.LogCaptureFixture) -> None:
    """A bug keeps its traceback, and the next tick comes."""
    ticks = []

    def tick() -> None:
        ticks.append(1)
        raise ZeroDivisionError

    with caplog.at_level(logging.ERROR), running(Scheduler(tick, clock=now)):
        assert wait_for(lambda: len(ticks) >= 2)

    assert any(record.exc_info for record in caplog.records)


def test_the_watchdog_notices_a_loop_that_no_longer_turns() -> None:
    """APScheduler's own `running` would still say that all is well."""
    stuck = threading.Event()

    def tick() -> None:
        stuck.wait(PATIENCE)

    passed = [0.0]
    scheduler = Scheduler(tick, clock=now, uptime=lambda: passed[0])
    with running(scheduler):
        assert scheduler.alive()
        passed[0] = STUCK.total_seconds() + 2
        assert not scheduler.alive()
        stuck.set()


def test_two_ticks_never_run_at_once() -> None:
    began, go_on, inside, most = 0, threading.Event(), 0, 0

    def tick() -> None:
        nonlocal began, inside, most
        began, inside = began + 1, inside + 1
        most = max(most, inside)
        go_on.wait(PATIENCE)
        inside -= 1

    with running(scheduler := Scheduler(tick, clock=now)):
        assert wait_for(lambda: began == 1)
        due = scheduler._alarm.get_job(JOB).next_run_time + timedelta(seconds=1)
        assert wait_for(lambda: now() > due)  # the second one has been due for a second
        assert began == 1
        go_on.set()
        assert wait_for(lambda: began >= 3)

    assert most == 1
