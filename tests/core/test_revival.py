"""What an order or a correction starts anew, and what it leaves as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.core.delivery.revival import BY_CORRECTION, BY_POST, revived
from bot.core.delivery.state import Delivery, Rung, State

THEN = datetime(2026, 9, 1, 9, tzinfo=UTC)
NOW = THEN + timedelta(days=1)
RESTING = Delivery(
    digest="d",
    channel="C",
    part=0,
    state=State.FAILED,
    slot=THEN,
    since=THEN,
    dated=date(2026, 9, 1),
    wanted="new",
    asked="old",
    shown="old",
    refused="old",
    rung=Rung.NO_BLOCKS,
    ts="1.0",
    parent="0.5",
    not_before=NOW,
    first_asked=THEN,
    attempts=3,
    checks=2,
    error="is_archived",
    replica="me",
    version=7,
)


def test_what_failed_starts_anew_and_keeps_its_history() -> None:
    """How far back a search must look is no matter of this attempt."""
    fresh = Delivery(
        digest="d",
        channel="C",
        part=0,
        state=State.PENDING,
        slot=NOW,
        since=NOW,
        dated=RESTING.dated,
        wanted="new",
    )
    kept = replace(fresh, ts="1.0", first_asked=THEN, attempts=3, replica="me", version=7)

    assert revived(RESTING, BY_POST, slot=NOW, now=NOW) == kept


@pytest.mark.parametrize(
    "d",
    [
        replace(RESTING, owner="somebody"),
        replace(RESTING, state=State.WITHDRAWN, by_person=True),
        replace(RESTING, state=State.HELD),  # it was asked for: it may be in the channel
        replace(RESTING, wanted=""),
        replace(RESTING, state=State.SENT),
        replace(RESTING, state=State.UNSURE),
    ],
)
def test_what_may_be_there_or_shall_not_be_stays_as_it_is(d: Delivery) -> None:
    assert revived(d, BY_POST, slot=NOW, now=NOW) is d


def test_what_was_held_before_anything_was_asked_goes_out_when_ordered() -> None:
    held = replace(RESTING, state=State.HELD, asked="")

    assert revived(held, BY_POST, slot=NOW, now=NOW).state is State.PENDING


@pytest.mark.parametrize("state", [State.FAILED, State.MISSED, State.SKIPPED, State.HELD])
def test_a_correction_revives_only_what_one_took_away(state: State) -> None:
    """What waits for an editor is not sent because somebody mended a comma."""
    waiting, gone = replace(RESTING, state=state, asked=""), replace(RESTING, state=State.WITHDRAWN)

    assert revived(waiting, BY_CORRECTION, slot=NOW, now=NOW) is waiting
    assert revived(gone, BY_CORRECTION, slot=NOW, now=NOW).state is State.PENDING
