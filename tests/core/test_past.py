"""What a ledger makes of a part that it finds in a channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.delivery.past import Past, Standing, adopted, is_back, words_of
from bot.core.delivery.state import Delivery, Posting, State, Verdict, to_be_changed

NOW = datetime(2026, 9, 7, 9, tzinfo=UTC)
POSTING = Posting(digest="d", channel="C", verdict=Verdict.POST, slot=NOW, dated=NOW.date())


def standing(part: int = 0, *, at: datetime = NOW, **more: str) -> Standing:
    ts = f"{at.timestamp():.6f}"
    return Standing(digest="d", part=part, ts=ts, **{"changed": ts, **more})


def known(state: State, **more: object) -> Delivery:
    d = Delivery(
        digest="d",
        channel="C",
        part=0,
        state=state,
        slot=NOW,
        since=NOW,
        dated=NOW.date(),
        wanted="w",
        version=3,
    )
    return replace(d, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("shows", ["", "fingerprint"])
def test_what_was_not_known_is_sent_and_nothing_is_to_be_changed(shows: str) -> None:
    found = standing(shows=shows)
    new = adopted(None, found, POSTING)

    assert new
    assert (new.state, new.ts, new.wanted) == (State.SENT, found.ts, shows or f"as found {found.ts}")
    assert not to_be_changed(new)


@pytest.mark.parametrize("state", [State.PENDING, State.UNSURE, State.FAILED, State.HELD, State.MISSED])
def test_what_was_on_its_way_has_arrived(state: State) -> None:
    new = adopted(known(state), standing(), POSTING)

    assert new
    assert (new.state, new.wanted, new.shown, new.version) == (State.SENT, "w", "w", 3)


def test_a_message_that_says_to_show_something_else_is_corrected() -> None:
    new = adopted(known(State.PENDING), standing(shows="other"), POSTING)

    assert new
    assert to_be_changed(new)


@pytest.mark.parametrize(
    "old",
    [
        known(State.SENT, ts="1.0", shown="w"),  # the ledger knows another of two: that one is corrected
        known(State.SENDING, owner="somebody"),
        known(State.WITHDRAWN, since=NOW + timedelta(hours=1)),
        known(State.SKIPPED, since=NOW + timedelta(hours=1)),
    ],
)
def test_what_is_known_better_stays(old: Delivery) -> None:
    assert adopted(old, standing(), POSTING) is None


def test_what_stands_there_after_it_was_withdrawn_was_posted_again() -> None:
    new = adopted(known(State.WITHDRAWN, wanted=""), standing(at=NOW + timedelta(hours=1)), POSTING)

    assert new
    assert new.state is State.SENT
    assert not to_be_changed(new)


def test_of_two_the_older_counts_and_a_thread_alone_is_no_post() -> None:
    late = standing(at=NOW + timedelta(hours=1))
    past = Past(parts=(late, standing(), standing(1), replace(standing(1), digest="headless")))

    assert past.posts == {"d": (standing(), standing(1))}


def test_the_words_of_a_post_are_those_of_its_last_change() -> None:
    first = standing(words="new", changed="9999999999.0")

    assert words_of([first, standing(1, words="old")]) == "new"


def test_a_post_that_was_found_goes_by_no_order_any_more() -> None:
    ordered = replace(POSTING, verdict=Verdict.MISSED, ordered=NOW, moved_to=NOW + timedelta(days=7))
    found = is_back(ordered)

    assert (found.verdict, found.ordered, found.moved_to) == (Verdict.POST, None, None)
    assert found.note == "found in the channel"
