"""What one replica hears, all of them keep to; and what it knows is not lost while the database is away."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from bot.core.delivery.answers import Deferred, Unknown, Unreadable
from tests.delivery.wire import SLOT, TODAY, replica
from tests.delivery.world import RULES, channel, digest

BOTH = (channel("news"), channel("travel"))
HALF_A_MINUTE = timedelta(seconds=30)
POST = [f"Roundup {TODAY}", "one"]


def test_when_slack_asks_for_a_pause_no_channel_is_posted_to_until_it_is_over() -> None:
    """Its limit is the workspace's: who goes on all the same is shut out for longer."""
    with replica(digest(TODAY, "one"), channels=BOTH) as one:
        one.wire.answers.append(Deferred(HALF_A_MINUTE))
        one.until(SLOT + 120)
        first, second, *_ = [at for what, at in one.wire.asked if what == "post"]

        assert second - first >= 30
        assert sorted(one.texts()) == sorted(POST * 2)


def test_when_slack_asks_for_a_pause_no_history_is_read_until_it_is_over() -> None:
    with replica(digest(TODAY, "one"), channels=BOTH) as one:
        one.wire.answers.extend([Unknown("timeout")] * 2)
        one.wire.findings.append(Unreadable("ratelimited", after=HALF_A_MINUTE))
        one.until(SLOT + 600)
        first, second, *_ = [at for what, at in one.wire.asked if what == "find"]

        assert second - first >= 30
        assert sorted(one.texts()) == sorted(POST * 2)


def test_an_answer_is_kept_until_the_database_is_back() -> None:
    """While the lease lasts nobody else is at it: nothing needs to be looked for."""
    with replica(digest(TODAY, "one")) as one:
        tried = one.take_away("write", until=SLOT + 60)
        one.until(SLOT + 120)

        assert one.texts() == POST
        assert [what for what, _ in one.wire.asked] == ["post", "post"]
        assert len(tried) > 20
        assert all(later - sooner <= 2.1 for sooner, later in pairwise(tried))


def test_an_answer_that_came_to_nothing_is_found_in_the_history() -> None:
    """Once the lease is over another replica may be at it: what we knew is not written over what it knows."""
    with replica(digest(TODAY, "one")) as one:
        lease, settle = RULES.lease.total_seconds(), RULES.settle.total_seconds()
        one.take_away("write", until=SLOT + lease + 30)
        one.until(SLOT + lease + settle + 300)

        assert one.texts() == POST
        assert [what for what, _ in one.wire.asked] == ["post", "find", "post"]


def test_a_pause_that_cannot_be_written_down_keeps_nothing_from_being_posted() -> None:
    with replica(digest(TODAY, "one")) as one:
        one.wire.answers.append(Deferred(timedelta(seconds=5)))
        one.take_away("pause", until=SLOT + 3600)
        one.until(SLOT + 60)

        assert one.texts() == POST
