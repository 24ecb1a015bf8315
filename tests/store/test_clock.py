"""The database's clock where it was set: whatever waits by it is taken along, once, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from bot.core.delivery.alarms import Alarm
from bot.core.delivery.answers import Deferred
from bot.core.delivery.changes import answered
from bot.core.delivery.clocks import Reading, noted, was_set
from bot.core.delivery.outbox import Address, News, Said, tasks
from bot.core.delivery.state import Delivery, Kind, Posting, Step, Verdict
from bot.core.message import Message, Part
from bot.core.settings import DeliverySettings
from bot.store.clock import WAITS, ClockWasSetError, Expected
from bot.store.ledger import Claim
from bot.store.limits import Limit, Wait
from bot.store.outbox import Claimed
from bot.store.tables import Instant, metadata
from tests.store.whole import Store, open_store

HOUR, NOW = timedelta(hours=1), timedelta(0)
RULES = DeliverySettings()
TURN = Limit(name="chat.postMessage", interval=timedelta(seconds=1))
# What says when something was, or what is not ours to set: slots and editors' orders.
NO_WAITS = {
    "approvals.at",
    "channels.first_seen",
    "channels.looked",
    "copies.at",
    "decisions.at",
    "deliveries.first_asked",
    "deliveries.since",
    "deliveries.slot",
    "envelopes.first_asked",
    "files.at",
    "outbox.at",
    "postings.moved_to",
    "postings.ordered",
    "postings.slot",
    "replicas.beat",
    "told.at",
    "versions.at",
}


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url)
    yield opened
    opened.close()


def wait_for_slack(store: Store) -> Delivery:
    """Leave a part that waits until Slack takes it."""
    now = store.now()
    posting = Posting(digest="d", channel="C", verdict=Verdict.POST, slot=now, title="T", dated=now.date())
    store.arrange(posting, (Part(message=Message(text="words")),))
    (part,) = store.deliveries()
    claim = store.claim(
        Step(kind=Kind.SEND, delivery=part), owner="me", rules=RULES, limits=[], slack=now - HOUR
    )
    assert isinstance(claim, Claim)
    d = claim.delivery
    store.write(d, answered(d, Kind.SEND, Deferred(timedelta(minutes=5)), now=now, rules=RULES))
    return store.deliveries()[0]


def test_every_instant_that_is_kept_is_one_that_waits_or_says_when_something_was() -> None:
    """A new one that waits has to be taken along, too."""
    kept = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Instant)
    }

    assert kept | {"paces.free_at"} == NO_WAITS | set(WAITS)


@pytest.mark.parametrize("by", [timedelta(minutes=5), -HOUR, timedelta(days=-2)])
def test_what_waits_is_moved_once_whoever_notices(store: Store, by: timedelta) -> None:
    before = wait_for_slack(store)
    store.pause(TURN, timedelta(seconds=30))
    seen = store.look()
    moved = [store.move(by, seen=seen.steps, now=store.now()) for _ in range(2)]
    (after,) = store.deliveries()
    step = Step(kind=Kind.SEND, delivery=after)
    turn = store.claim(step, owner="me", rules=RULES, limits=[TURN])

    assert moved == [True, False]
    assert before.not_before is not None
    assert after == replace(before, not_before=before.not_before + by)
    assert store.look().steps == seen.steps + 1
    assert isinstance(turn, Wait) is (by > timedelta(0))


def test_a_step_that_is_over_by_now_moves_nothing(store: Store) -> None:
    """Whoever was frozen since it noticed may find the clock right again."""
    before = wait_for_slack(store)

    assert not store.move(HOUR, seen=0, now=store.now() - timedelta(minutes=1))
    assert store.deliveries() == (before,)


def test_what_the_clock_has_shown_is_kept_for_who_comes_next(store: Store) -> None:
    assert store.look().latest is None
    store.mark()
    latest = store.look().latest

    assert latest is not None
    assert abs(latest - store.now()) < timedelta(minutes=1)


def test_what_was_noted_on_this_machine_tells_a_clock_that_was_set_from_a_pause(store: Store) -> None:
    store.mark(uptime=lambda: 1000.0)
    marks = store.read()[1]
    last = noted(marks.latest, marks.uptime)
    assert last is not None

    def by(shown: timedelta, passed: float) -> timedelta:
        return was_set(last, Reading(last.at + shown, 1000.0 + passed, 1000.0 + passed))

    assert by(8 * HOUR, 8 * 3600) == timedelta(0)
    assert by(8 * HOUR, 60) == 8 * HOUR - timedelta(minutes=1)
    assert by(-HOUR, 60) == -HOUR - timedelta(minutes=1)


def test_what_another_machine_noted_or_one_that_was_frozen_tells_less(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter((1000.0, 1006.0))
    store.mark(uptime=lambda: next(seconds))
    frozen = store.look()
    store.mark(uptime=lambda: 1000.0)
    here = store.look()
    monkeypatch.setattr("bot.store.clock._boot", lambda: "another")
    elsewhere = store.look()

    assert (frozen.uptime, here.uptime, elsewhere.uptime) == (None, 1000.0, None)
    assert None not in (frozen.latest, here.latest, elsewhere.latest)


def test_nothing_is_written_by_a_clock_that_was_set_meanwhile(store: Store) -> None:
    """It would be taken along with the rest, or be left behind."""
    d = wait_for_slack(store)
    ahead, other = Expected(store.now() + HOUR, 0), Expected(store.now(), 7)
    for wrong in (ahead, other):
        store.mark(expected=wrong)
        with pytest.raises(ClockWasSetError):
            store.write(d, replace(d, error="new"), expected=wrong)
        with pytest.raises(ClockWasSetError):
            store.pause(TURN, timedelta(minutes=1), expected=wrong)
        step = Step(kind=Kind.SEND, delivery=d)
        assert store.claim(step, owner="me", rules=RULES, limits=[], expected=wrong) is None

    assert store.look().latest is None
    assert store.write(d, replace(d, error="new"), expected=Expected(store.now(), 0))


def test_how_far_back_a_search_looks_is_slacks_time(store: Store) -> None:
    d = wait_for_slack(store)

    assert d.first_asked is not None
    assert d.first_asked < store.now() - timedelta(minutes=50)


def test_a_channel_first_seen_in_the_future_is_first_seen_now(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = store._database.time

    def ahead(db: object) -> datetime:
        return real(db) + 2 * HOUR  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(store._database, "time", ahead)
        first = store.saw("#news", "C1")
    then = store.saw("#news", "C1")

    assert first - then > HOUR
    assert store.saw("#news", "C1") == then


@pytest.mark.parametrize("by", [HOUR, -HOUR])
def test_who_watched_the_clock_being_set_knows_that_nobody_slept(
    store: Store, monkeypatch: pytest.MonkeyPatch, by: timedelta
) -> None:
    awake = store.beat("a", catch_up=HOUR)
    store.note_look("C1")
    looked = store.looked()["C1"]
    real = store._database.time
    monkeypatch.setattr(store._database, "time", lambda db: real(db) + by)
    store.move(by, seen=0, now=store.now(), watched=True)

    assert store.looked()["C1"] == looked + by
    assert store.beat("b", catch_up=HOUR) == awake + by


def test_what_is_said_after_the_clock_was_set_is_due_by_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moved with the rest, it would wait for as long again."""
    by, wait, to = timedelta(days=2), timedelta(minutes=2), (Address(whom="U1"),)
    real = store._database.time

    def tell(subject: str) -> None:
        alarm = Alarm(subject=subject, text="t", over="over")
        store.outbox.tell(News(said=(Said(alarm=alarm, to=to, wait=wait),)))

    tell("before")
    monkeypatch.setattr(store._database, "time", lambda db: real(db) + by)
    tell("since")
    store.move(by, seen=0, now=store.now())

    ahead = [notice.due for notice in store.outbox.mail().notices if notice.due]
    now = store.now()
    monkeypatch.setattr(store._database, "time", real)
    store.move(-by, seen=1, now=store.now())
    back = [notice.due for notice in store.outbox.mail().notices if notice.due]

    assert [now < due <= now + wait for due in ahead] == [True, True]
    assert [due <= store.now() + wait for due in back] == [True, True]


def test_no_letter_is_written_by_a_clock_that_was_set_meanwhile(store: Store) -> None:
    store.outbox.tell(
        News(said=(Said(alarm=Alarm(subject="s", text="t"), to=(Address(whom="U1"),), wait=NOW),))
    )
    (task,) = tasks(store.outbox.mail(), rules=RULES, fits=lambda _: True)
    claim = partial(store.outbox.claim, task, owner="me", rules=RULES, limits=[])
    right, wrong = Expected(store.now(), 0), Expected(store.now() + HOUR, 0)
    refused = claim(expected=wrong)
    claimed = claim(expected=right, slack=store.now() - HOUR)

    assert refused is None
    assert isinstance(claimed, Claimed)
    with pytest.raises(ClockWasSetError):
        store.outbox.write(claimed.letter, replace(claimed.letter, error="new"), expected=wrong)
    assert claimed.letter.first_asked is not None
    assert claimed.letter.first_asked < store.now() - timedelta(minutes=50)  # where a search begins
