"""Who runs on a database, and since when: a copy that was put back is known by its silence."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.core.delivery.state import Posting, State, Verdict
from bot.core.message import Message, Part
from bot.store.clock import ClockWasSetError, Expected
from tests.store.whole import Store, open_store

CATCH_UP = timedelta(hours=12)
PARTS = (Part(message=Message(text="heading")), Part(message=Message(text="story")))


def asleep(store: Store, since: timedelta) -> None:
    with store._database.writing() as db:
        db.execute(
            sa.text("UPDATE replicas SET beat = beat - :ms"), {"ms": since // timedelta(milliseconds=1)}
        )


def arranged(store: Store, *, ago: timedelta = timedelta(0)) -> None:
    slot = store.now() - ago
    store.arrange(
        Posting(digest="d", channel="C", verdict=Verdict.POST, slot=slot, title="T", dated=slot.date()), PARTS
    )


def states(store: Store) -> list[State]:
    return [d.state for d in store.deliveries()]


def test_a_database_is_awake_as_long_as_somebody_runs_on_it(database_url: str) -> None:
    with closing(open_store(database_url)) as store:
        first = store.beat("a", catch_up=CATCH_UP)
        asleep(store, timedelta(minutes=9))
        still = store.beat("b", catch_up=CATCH_UP)
        asleep(store, timedelta(minutes=11))
        again = store.beat("a", catch_up=CATCH_UP)

    assert still == first < again


def test_who_runs_is_known_until_they_end_or_fall_silent(database_url: str) -> None:
    with closing(open_store(database_url)) as store:
        store.beat("a", catch_up=CATCH_UP)
        store.beat("b", catch_up=CATCH_UP)
        both = store.running()
        store.end("a")
        one = store.running()
        asleep(store, timedelta(minutes=3))

        assert (both, one, store.running()) == (("a", "b"), ("b",), ())


def test_what_waited_through_a_silence_is_looked_for_first(database_url: str) -> None:
    """It may have gone out after the copy was made."""
    with closing(open_store(database_url)) as store:
        store.beat("a", catch_up=CATCH_UP)
        arranged(store)
        store.beat("a", catch_up=CATCH_UP)
        before = states(store)
        asleep(store, timedelta(minutes=11))
        store.beat("a", catch_up=CATCH_UP)
        parts = store.deliveries()

    assert before == [State.PENDING] * 2
    assert [d.state for d in parts] == [State.UNSURE] * 2
    assert all(d.asked == d.wanted and d.first_asked for d in parts)


@pytest.mark.parametrize("state", [State.HELD, State.MISSED, State.SKIPPED])
def test_what_waits_for_the_editors_waits_on(state: State, database_url: str) -> None:
    with closing(open_store(database_url)) as store:
        arranged(store)
        first = store.deliveries()[0]
        store.write(first, replace(first, state=state))
        store.beat("a", catch_up=CATCH_UP)

        assert states(store) == [state, State.PENDING]


def test_what_failed_for_good_stays_failed(database_url: str) -> None:
    with closing(open_store(database_url)) as store:
        arranged(store, ago=2 * CATCH_UP)
        first = store.deliveries()[0]
        store.write(first, replace(first, state=State.FAILED))
        store.beat("a", catch_up=CATCH_UP)

        assert states(store)[0] is State.FAILED


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=2)])
def test_a_clock_that_was_ahead_makes_nobody_awake_in_the_future(
    ahead: timedelta, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For as long as that, no look into a channel would have been one since, and nothing posted there."""
    with closing(open_store(database_url)) as store:
        real = store._database.time
        with monkeypatch.context() as patch:
            patch.setattr(store._database, "time", lambda db: real(db) + ahead)
            wrong = store.beat("a", catch_up=CATCH_UP)
        right = store.beat("b", catch_up=CATCH_UP)
        asleep(store, timedelta(minutes=11))
        with store._database.writing() as db:  # as the clock that was ahead had left it
            db.execute(sa.text("UPDATE replicas SET beat = beat + 864000000 WHERE name = 'a'"))
        after = store.beat("b", catch_up=CATCH_UP)

        assert right <= store.now() < wrong
        assert after > right  # a silence is one, though somebody seems to run in the future


def test_a_beat_by_a_clock_that_was_set_meanwhile_is_none(database_url: str) -> None:
    """Two days ahead, it would seem that nobody had run for two days."""
    with closing(open_store(database_url)) as store:
        with pytest.raises(ClockWasSetError):
            store.beat("a", catch_up=CATCH_UP, expected=Expected(store.now() - timedelta(days=2), 0))
        before = store.running()
        store.beat("a", catch_up=CATCH_UP, expected=Expected(store.now(), 0))

        assert (before, store.running()) == ((), ("a",))
