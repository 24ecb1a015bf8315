"""The alarm clock is stopped while it rings: whoever stops the bot does not wait for ever."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from bot.delivery.scheduler import Scheduler
from tests.waiting import PATIENCE, until


def now() -> datetime:
    return datetime.now(UTC)


def test_a_tick_that_has_more_to_do_does_not_keep_the_bot_from_stopping(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """APScheduler waits for the tick with its jobs locked, and the tick wanted to set the alarm anew."""
    ringing = threading.Event()

    def tick() -> datetime:
        ringing.set()
        until(lambda: not scheduler._alarm.running, "the stop is under way")
        return now()

    scheduler = Scheduler(tick, clock=now)
    scheduler.start()
    assert ringing.wait(PATIENCE)
    stop = threading.Thread(target=scheduler.stop, daemon=True)
    stop.start()
    stop.join(PATIENCE)

    assert not stop.is_alive()
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_who_is_stopped_twice_or_never_started_is_stopped() -> None:
    never, twice = Scheduler(lambda: None, clock=now), Scheduler(lambda: None, clock=now)
    never.stop()
    twice.start()
    twice.stop()
    twice.stop()

    assert not never._alarm.running
    assert not twice._alarm.running
