"""The time between what must not overlap: a request and its lease's end, a post and a search for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.core.delivery.answers import Refused, Unknown, Unreadable
from bot.core.delivery.state import State
from bot.delivery.limits import EDITS, POSTS, REMOVALS, SEARCHES
from bot.files.config import read_settings
from bot.store.limits import Limit
from tests.delivery.wire import SLOT, TODAY, replica
from tests.delivery.world import RULES, START, Killed, digest
from tests.files.written_files import CONFIG, write

# Of RULES: a request may take 30 s of a lease of 90 s, of which a tenth is to spare.
LAST_LOOK = 51.0


@pytest.mark.parametrize(("frozen", "asks"), [(LAST_LOOK - 1, True), (LAST_LOOK + 1, False), (59.0, False)])
def test_who_was_frozen_asks_only_if_the_answer_comes_well_within_the_lease(
    frozen: float, asks: bool
) -> None:
    """Else a second replica takes over while the first one's request is still in the air."""
    with replica() as one:
        one.at(SLOT - 1)
        one.freeze_after("claim", frozen)
        one.at(SLOT)

        assert bool(one.wire.asked) is asks


def test_what_was_given_back_is_sent_at_once() -> None:
    """Nothing was asked: there is nothing to wait for or to look for."""
    with replica() as one:
        one.at(SLOT - 1)
        one.freeze_after("claim", LAST_LOOK + 1)
        one.at(SLOT)
        one.until(SLOT + LAST_LOOK + 10)

        assert one.texts() == [f"Roundup {TODAY}", "one"]
        assert [what for what, _ in one.wire.asked] == ["post", "post"]


def test_an_edit_that_was_given_back_is_still_to_be_made() -> None:
    with replica() as one:
        one.until(SLOT + 60)
        one.simulation.shelf.shelf = {str(TODAY): digest(TODAY, "mended")}
        one.freeze_after("claim", LAST_LOOK + 1)
        one.until(SLOT + 600)

        assert one.texts() == [f"Roundup {TODAY} corrected", "mended"]


@pytest.mark.parametrize(
    "milliseconds", [9_000, 9_999, 10_000, 10_001, 11_000, 11_111, 11_112, 12_000, 90_000]
)
def test_a_lease_that_the_config_takes_leaves_time_to_post(milliseconds: int, tmp_path: Path) -> None:
    """One that does not is refused: with it every claim would be given back, and nothing ever posted."""
    rules = f"delivery: {{timeout: 10s, lease: {milliseconds}ms, settle: 2m, quiet: 0s}}\n"
    config, _ = read_settings(write(tmp_path / "config.yaml", CONFIG + rules))
    short = replace(
        RULES, timeout=timedelta(seconds=10), lease=timedelta(milliseconds=milliseconds), quiet=timedelta(0)
    )
    with replica(rules=short) as one:
        one.at(SLOT - 1)
        one.at(SLOT)

        assert bool(one.texts()) is (config is not None)


@pytest.mark.parametrize(("timeout", "lease"), [("10s", "9s"), ("10s", "10s"), ("9s", "10s")])
def test_a_lease_that_ends_with_the_request_is_refused(timeout: str, lease: str, tmp_path: Path) -> None:
    """Two replicas would be at one post in the same moment."""
    rules = f"delivery: {{timeout: {timeout}, lease: {lease}}}\n"
    config, problems = read_settings(write(tmp_path / "config.yaml", CONFIG + rules))

    assert config is None
    assert [problem.text for problem in problems if "delivery.lease" in problem.text]


def test_what_may_still_show_is_not_looked_for_yet() -> None:
    """A search that comes too early finds nothing, and the post goes out again."""
    with replica() as one:
        one.wire.answers.append(Unknown("timeout"))
        one.until(SLOT + 600)
        (_, posted), (_, looked), *_ = one.wire.asked

        assert one.wire.asked[1][0] == "find"
        assert looked - posted >= RULES.settle.total_seconds()


def test_who_fell_silent_may_have_asked_until_its_lease_ended() -> None:
    with replica() as one:
        one.wire.answers.append(Killed("before the answer"))
        one.until(SLOT + 900)
        (_, posted), (what, looked), *_ = one.wire.asked

        assert what == "find"
        assert looked - posted >= (RULES.lease + RULES.settle).total_seconds()


def test_a_search_goes_back_to_the_first_request_however_often_it_was_looked_for() -> None:
    """What may be there is as old as the first time it was asked for."""
    with replica() as one:
        one.wire.answers.append(Unknown("timeout"))
        one.wire.findings.append(Unreadable("missing_scope", lasting=True))  # held: the editors are asked
        one.until(SLOT + 3 * 3600)
        first = one.wire.asked[0][1]

        assert len(one.wire.since) >= 2
        assert {(since - START).total_seconds() // 1 for since in one.wire.since} == {first // 1}


def test_an_unreadable_history_is_asked_ever_more_seldom_and_then_by_the_editors_leave() -> None:
    with replica() as one:
        one.wire.answers.append(Unknown("timeout"))
        one.wire.findings.extend([Unreadable("timeout")] * 100)
        one.until(SLOT + 4 * 3600)
        looks = [at for what, at in one.wire.asked if what == "find"]
        waits = [later - sooner for sooner, later in pairwise(looks)]
        (first, *_) = one.simulation.ledger.deliveries()

        assert first.state is State.HELD
        assert waits[0] >= 2 * RULES.timeout.total_seconds()
        assert all(later >= sooner - 2 for sooner, later in pairwise(waits))
        assert 590 <= waits[-1] <= 700
        assert len([text for text in one.wire.told if "is held" in text]) == 1


def test_a_channel_that_refuses_is_left_in_peace_for_five_minutes() -> None:
    with replica() as one:
        one.wire.answers.extend([Refused("restricted_action")] * 3)
        one.until(SLOT + 1200)
        posts = [at for what, at in one.wire.asked if what == "post"]

        assert 300 <= posts[1] - posts[0] <= 330
        assert one.texts() == [f"Roundup {TODAY}", "one"]


@pytest.mark.parametrize(
    ("limit", "a_minute"),
    [
        (POSTS, 300),
        (EDITS, 50),
        (REMOVALS, 50),
        (SEARCHES, 50),
    ],
    ids=lambda it: getattr(it, "name", ""),
)
def test_no_minute_has_more_requests_than_slack_takes(limit: Limit, a_minute: int) -> None:
    """And hardly fewer: five hundred channels shall not wait for nothing."""
    most = limit.burst + timedelta(minutes=1) / limit.interval

    assert 0.9 * a_minute <= most <= a_minute


def test_a_channel_gets_one_message_a_second() -> None:
    with replica(digest(TODAY, *"abcdefgh")) as one:
        one.until(SLOT + 60, every=0.1)
        posts = [at for what, at in one.wire.asked if what == "post"]

        assert len(posts) == 9
        assert all(later - sooner > 1 for sooner, later in pairwise(posts))
