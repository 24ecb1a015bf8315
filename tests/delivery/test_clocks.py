"""A host's clock that is off, steps or is set back: no double, and no post is stopped or comes early."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import time_machine

from bot.core.delivery.answers import Deferred, Unknown
from bot.core.delivery.clocks import NOTHING, Reading, may_have_been_set, off_by, was_set
from bot.core.delivery.outbox import PACE
from bot.core.delivery.state import Key, State
from bot.delivery.clocks import Clocks
from bot.delivery.scheduler import Scheduler
from bot.practice.server import PracticeServer
from tests.delivery.scene import Scene, wait_for
from tests.delivery.wire import SLOT, TODAY, Replica, replica
from tests.delivery.world import START

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
BOTH = [f"Roundup {TODAY}", "one"]


def set_clocks(one: Replica, seconds: float, *, back: bool = False) -> None:
    """Set the host's clock, and with it SQLite's, to so many seconds ahead of Slack's."""
    wrong = -seconds if back else seconds
    one.world.off.update({"0": wrong, "ledger": wrong})


def test_a_clock_set_back_by_an_hour_stops_nothing() -> None:
    """What the limits, leases and waits said was by the clock as it was."""
    with replica() as one:
        set_clocks(one, HOUR)
        one.until(SLOT + 0.5)
        set_clocks(one, 0)
        one.until(SLOT + MINUTE)

        assert one.texts() == BOTH


def test_a_wait_that_slack_asked_for_is_as_long_when_the_clock_is_set_back() -> None:
    with replica() as one:
        one.wire.answers.append(Deferred(timedelta(seconds=30)))
        one.until(SLOT + 2)
        set_clocks(one, HOUR, back=True)
        one.until(SLOT + 2 * MINUTE)
        (_, first), (_, second), *_ = one.wire.asked

        assert one.texts() == BOTH
        assert second - first >= 30


def test_who_starts_after_the_clock_was_set_back_waits_no_longer_either() -> None:
    """Nobody ran who could have counted."""
    with replica() as one:
        set_clocks(one, HOUR)
        one.wire.answers.append(Deferred(timedelta(seconds=30)))
        one.until(SLOT + 2)
        set_clocks(one, 0)
        one.simulation._alive[0] = None
        one.until(SLOT + 3 * MINUTE)

        assert one.texts() == BOTH


@pytest.mark.parametrize("ahead", [10 * MINUTE, HOUR, 2 * DAY])
def test_a_clock_set_ahead_during_a_request_doubles_nothing(ahead: float) -> None:
    """What Slack takes late is not there yet when the clock says that it must be."""
    with replica() as one:
        one.at(SLOT - 1)
        one.wire.answers.append(Unknown("timeout"))
        late = one.world.new(Key(str(TODAY), "NEWS", 0), "", BOTH[0])
        one.world.coming.append((SLOT + MINUTE, late))
        one.at(SLOT)
        set_clocks(one, ahead)
        one.until(SLOT + 10 * MINUTE)

        assert one.texts() == BOTH


@pytest.mark.parametrize("ahead", [130.0, -130.0, HOUR])
def test_a_lost_answer_is_looked_for_by_slacks_clock(ahead: float) -> None:
    """By one that is two minutes ahead the search begins after the post that it looks for."""
    with replica() as one:
        set_clocks(one, ahead)
        one.at(SLOT - 1)
        there = one.world.new(Key(str(TODAY), "NEWS", 0), "", BOTH[0])
        one.wire.answers.append(Unknown("timeout"))
        one.world.coming.append((SLOT + 61, there))
        one.until(SLOT + 15 * MINUTE)

        assert one.texts() == BOTH


@pytest.mark.parametrize("ahead", [2 * DAY, 30 * HOUR, -2 * DAY])
def test_a_clock_that_is_days_off_for_an_hour_moves_no_post(ahead: float) -> None:
    """Neither early, as by such a clock it is due, nor missed for good, as by such a clock it is too late."""
    with replica() as one:
        one.until(10.0)
        set_clocks(one, ahead)
        one.until(SLOT / 2, every=10)
        before = one.texts()
        set_clocks(one, 0)
        one.until(SLOT + MINUTE)

        assert before == []
        assert one.texts() == BOTH


def test_what_was_missed_by_a_clock_that_was_ahead_goes_out_in_time() -> None:
    """Also what an older replica, which believes its own clock, has decided."""
    with replica() as one:
        one.at(10.0)
        publisher = one.simulation._alive[0]
        assert publisher is not None
        right = publisher._replica.clocks.hear
        publisher._replica.clocks._heard = None  # it does not know what time Slack has
        set_clocks(one, 2 * DAY)
        one.at(20.0)
        missed = [d.state for d in one.simulation.ledger.deliveries()]
        set_clocks(one, 0)
        right(one.world.now())
        one.until(SLOT + MINUTE)

        assert missed == [State.MISSED]
        assert one.texts() == BOTH


def test_a_clock_that_is_off_is_told_once_and_again_after_it_was_right() -> None:
    with replica(pace=PACE) as one:
        for _ in range(2):
            set_clocks(one, 6 * MINUTE)
            one.until(one.world.time + 5 * MINUTE, every=5)
            set_clocks(one, 0)
            one.until(one.world.time + 5 * MINUTE, every=5)
        told = [text for text in one.wire.told if "clock" in text]
        off, right = told[::2], told[1::2]

        assert len(off) == len(right) == 2
        assert all("6 min ahead of Slack's" in text and "set it" in text for text in off)
        assert all("is right again" in text for text in right)


def test_a_clock_that_is_off_for_a_moment_is_nobodys_alarm() -> None:
    with replica(pace=PACE) as one:
        one.at(1.0)
        set_clocks(one, 6 * MINUTE)
        one.until(MINUTE, every=5)
        trouble = one.simulation._alive[0]._replica.timekeeper.trouble()  # type: ignore[union-attr]
        set_clocks(one, 0)
        one.until(5 * MINUTE, every=5)

        assert "6 min ahead" in trouble
        assert [text for text in one.wire.told if "clock" in text] == []


def test_a_channel_first_seen_by_a_clock_that_was_ahead_gets_its_posts() -> None:
    """Its slots would be of a time before it was seen, for as long as the clock was ahead."""
    with replica() as one:
        set_clocks(one, 2 * DAY)
        one.simulation.ledger._channels.clear()
        one.until(10.0)
        set_clocks(one, 0)
        one.until(SLOT + MINUTE)

        assert one.texts() == BOTH


def test_the_clock_to_live_by_is_the_hosts_until_that_is_off() -> None:
    host, passed = [START], [0.0]
    clocks = Clocks(lambda: host[0], uptime=lambda: passed[0])
    alone = clocks(), clocks.off_by()
    clocks.hear(START - timedelta(seconds=30))
    close = clocks(), clocks.off_by()
    clocks.hear(START - timedelta(minutes=6))
    passed[0] += 10.0

    assert alone == close == (START, "")
    assert clocks() == START - timedelta(minutes=6) + timedelta(seconds=10)
    assert clocks.off_by() == "5 min ahead of Slack's"


def test_nothing_is_final_until_slack_has_said_the_time_or_was_given_a_minute_to() -> None:
    seconds = [0.0]
    clocks = Clocks(lambda: START, uptime=lambda: seconds[0])
    at_first = clocks.is_sure()
    seconds[0] = 60.0
    later = clocks.is_sure()
    another = Clocks(lambda: START, uptime=lambda: seconds[0])
    another.hear(START)

    assert (at_first, later, another.is_sure()) == (False, True, True)


def test_slack_is_asked_for_the_time_every_hour_and_every_minute_while_in_doubt() -> None:
    passed = [0.0]
    clocks = Clocks(lambda: START, uptime=lambda: passed[0])
    asked = [clocks.outdated()]
    for at, off in ((START, 59), (START, 3600), (START + timedelta(hours=1), 59), (START, 60)):
        passed[0] = 0.0
        clocks.hear(at)
        passed[0] = float(off)
        asked.append(clocks.outdated())

    assert asked == [True, False, True, False, False]


def test_slack_is_away_when_it_was_missed_for_longer_than_a_blip() -> None:
    passed = [0.0]
    clocks = Clocks(lambda: START, uptime=lambda: passed[0])
    clocks.hear(START)
    seen = []
    for seconds, why in ((0, "one"), (29, "two"), (30, "three"), (90, "four")):
        passed[0] = float(seconds)
        clocks.miss(why)
        seen.append((clocks.away(), clocks.outdated()))
    clocks.hear(START + timedelta(seconds=90))

    assert seen == [("", True), ("", True), ("three", True), ("four", True)]
    assert (clocks.away(), clocks.outdated()) == ("", False)


def test_a_step_is_what_no_counting_explains() -> None:
    def read(at: float, before: float, after: float) -> Reading:
        return Reading(START + timedelta(seconds=at), before, after)

    assert was_set(read(0, 0, 1), read(60, 60, 61)) == NOTHING
    assert was_set(read(0, 0, 1), read(400, 0, 400)) == NOTHING  # frozen while it was read
    assert was_set(read(0, 0, 0), read(660, 60, 60)) == timedelta(minutes=10)
    assert was_set(read(0, 0, 0), read(-3540, 60, 60)) == -timedelta(hours=1)
    assert may_have_been_set(START, None) == NOTHING
    assert may_have_been_set(START, START + timedelta(hours=1)) == -timedelta(hours=1)
    assert may_have_been_set(START, START - timedelta(seconds=40)) == NOTHING
    assert off_by(START, START + timedelta(seconds=59)) == ""


def test_the_alarm_clock_rings_on_when_the_systems_clock_is_set_back() -> None:
    """APScheduler slept until it was as late again."""
    ticks: list[int] = []
    scheduler = Scheduler(lambda: ticks.append(1), clock=lambda: datetime.now(UTC))
    scheduler.start()
    try:
        assert wait_for(lambda: len(ticks) >= 2)
        with time_machine.travel(datetime.now(UTC) - timedelta(hours=1), tick=True):
            so_far = len(ticks)
            assert wait_for(lambda: len(ticks) >= so_far + 3)
    finally:
        scheduler.stop()


@pytest.mark.parametrize("ahead", [130, 360])
def test_real_replicas_with_a_fast_clock_double_nothing(ahead: int, tmp_path: Path) -> None:
    """On SQLite the ledger's clock is the host's."""
    names = [f"news-{n}" for n in range(4)]
    with PracticeServer(channels=names, limits=None) as slack:
        slack.fault("chat.postMessage", "close_accepted", times=4)
        scene = Scene(tmp_path / "scene", f"sqlite:///{tmp_path}/a.db", slack, names)
        scene.write("one")
        scene.start(ahead=ahead)
        done = wait_for(partial(scene.settled, 8))
        scene.stop()

        assert done
        assert scene.keys() == {("one", name, part): 1 for name in names for part in range(2)}
