"""What `status` says comes next: when, and in whose hands it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.core.delivery.outlook import outlook
from bot.core.delivery.state import WITHHELD, Delivery, Posting, State
from bot.core.delivery.ways import IN_SLACK

NINE = datetime(2026, 9, 7, 9, tzinfo=UTC)
LATER = datetime(2026, 9, 7, 9, 2, 30, tzinfo=UTC)
FIRST = Delivery(
    digest="d",
    channel="C1",
    part=0,
    state=State.SENT,
    slot=NINE,
    since=NINE,
    dated=date(2026, 9, 7),
    wanted="w",
    asked="w",
    shown="w",
    ts="1.0",
)
NOT_YET: dict[str, Any] = {"state": State.PENDING, "asked": "", "shown": None, "ts": ""}
REPLY = replace(FIRST, part=1, **NOT_YET)


def said(d: Delivery, first: Delivery | None = None, *, posting: Posting | None = None) -> str:
    return outlook(d, first or (FIRST if d.part else d), posting=posting, name="#news", listed=True)


@pytest.mark.parametrize(
    ("state", "more", "words"),
    [
        (
            State.SENDING,
            {},
            "Slack is being asked; without an answer",
        ),
        (
            State.SENDING,
            {"lease_until": LATER},
            "searched after the lease ends at 09:02:30 UTC",
        ),
        (State.UNSURE, {}, "the history is searched now; if it is not there, it is sent again"),
        (State.UNSURE, {"not_before": LATER}, "the history is searched at 09:02:30 UTC"),
        (State.PENDING, {}, "sent in its turn"),
        (State.PENDING, {"wanted": WITHHELD}, "sent once its post is corrected"),
        (State.PENDING, {"not_before": LATER}, "tried again at 09:02:30 UTC"),
        (
            State.FAILED,
            {"error": "is_archived", "not_before": LATER},
            "out of the config; then roundup retry (or tried again at 09:02:30 UTC)",
        ),
        (State.FAILED, {"error": "odd", "refused": "w"}, "mend it; then roundup retry"),
        (State.HELD, {}, "roundup resolve --repost or --drop"),
        (State.HELD, {"asked": "w"}, "roundup resolve --there, --repost or --drop"),
        (State.MISSED, {}, "roundup resolve --repost (now), --next (at the next slot) or --drop"),
        (State.WITHDRAWN, {"by_person": True}, "stays deleted; roundup resolve --repost brings it back"),
    ],
)
def test_what_is_not_there_says_when_it_goes_on_or_who_must_act(
    state: State, more: dict[str, Any], words: str
) -> None:
    told = said(replace(FIRST, **{**NOT_YET, "state": state, **more}))

    assert words in told
    assert "None" not in told


@pytest.mark.parametrize("state", [State.SKIPPED, State.WITHDRAWN])
def test_what_is_over_says_nothing(state: State) -> None:
    assert said(replace(FIRST, state=state)) == ""


def test_what_stands_as_it_should_says_nothing() -> None:
    assert said(FIRST) == ""


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"wanted": "new"}, "corrected, tried now"),
        ({"wanted": "", "not_before": LATER}, "removed, tried again at 09:02:30 UTC"),
        ({"wanted": "new", "ts": ""}, "cannot be corrected, as nobody said where it is"),
        ({"wanted": "", "ts": ""}, "cannot be removed, as nobody said where it is"),
        (
            {"wanted": "new", "refused": "new", "error": "edit_window_closed"},
            "stays as it is: the workspace's settings forbid editing by now; then roundup retry",
        ),
    ],
)
def test_what_stands_otherwise_says_what_becomes_of_it(more: dict[str, Any], words: str) -> None:
    assert said(replace(FIRST, **more)).startswith(words)


def test_a_reply_says_what_it_waits_for() -> None:
    assert said(REPLY) == "sent in its turn"
    assert said(REPLY, replace(FIRST, **NOT_YET)) == "follows its first message"
    assert said(REPLY, replace(FIRST, ts="")).startswith("cannot follow, as nobody said where")
    assert said(replace(FIRST, part=1), replace(FIRST, state=State.WITHDRAWN, by_person=True)).startswith(
        "counts as deleted, as its first message was"
    )


def test_in_slack_it_says_what_to_press() -> None:
    def told(d: Delivery, first: Delivery = FIRST) -> str:
        return outlook(d, first, posting=None, name="#news", listed=True, ways=IN_SLACK)

    unplaced = "ask an operator to run `roundup resolve --there --link` with its link"

    assert told(replace(FIRST, state=State.MISSED)) == "decide: Post now, Next slot or Skip"
    assert told(replace(FIRST, state=State.HELD)).endswith(": It is there, Post it or Leave it out")
    assert told(replace(FIRST, state=State.HELD, asked="")).endswith(": Post it or Leave it out")
    assert told(replace(FIRST, state=State.FAILED, refused="w")) == "mend it; then press Try again"
    assert told(replace(FIRST, wanted="new", ts="")).endswith(unplaced)
    assert told(replace(FIRST, state=State.WITHDRAWN, by_person=True)).startswith(
        "stays deleted; an operator's"
    )


def test_what_was_missed_and_decided_says_when_it_goes_out() -> None:
    missed, ordered = replace(FIRST, state=State.MISSED), Posting(digest="d", channel="C1")

    assert said(missed, posting=ordered) == "goes out now"
    assert said(missed, posting=replace(ordered, moved_to=LATER)) == "goes out at 2026-09-07 09:02 UTC"


@pytest.mark.parametrize("state", [State.PENDING, State.FAILED])
def test_what_was_meant_for_a_channel_taken_out_says_so(state: State) -> None:
    d = replace(FIRST, state=state)

    assert outlook(d, d, posting=None, name="C1", listed=False) == (
        "nothing: the channel is no longer in the config"
    )
