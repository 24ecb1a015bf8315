"""What readers may be told of, as the ledger knows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.core.delivery.state import Delivery, Posting, State, Verdict
from bot.core.message import Message, Part
from bot.store.standing import Standings
from tests.store.whole import Store, open_store

FRIDAY = datetime(2026, 9, 4, 9, tzinfo=UTC)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with closing(open_store(database_url)) as opened:
        yield opened


def posted(store: Store, digest: str, *states: State, channel: str = "NEWS") -> None:
    """Let a digest's parts be in these states, each with its number as ts."""
    slot = {"slot": FRIDAY, "dated": date(2026, 9, 4)}
    posting = Posting(digest=digest, channel=channel, verdict=Verdict.POST, **slot)  # type: ignore[arg-type]
    store.arrange(posting, [Part(message=Message(text=f"part {n}")) for n in range(len(states))])
    for part in store.deliveries(digest=digest, channel=channel):
        store.write(part, _told(part, states[part.part]))


def _told(part: Delivery, state: State) -> Delivery:
    return replace(part, state=state, ts=f"{part.part}.0", asked=part.wanted, shown=part.wanted)


def decided(store: Store, digest: str, verdict: Verdict) -> None:
    known = next(iter(store.postings(digest=digest)), Posting(digest=digest, channel="NEWS"))
    store.decide(postings=[replace(known, verdict=verdict)])


def test_a_digest_is_there_once_its_first_message_is_and_only_that_counts(store: Store) -> None:
    posted(store, "whole", State.SENT, State.SENT)
    posted(store, "begun", State.SENT, State.PENDING)
    posted(store, "asked", State.SENDING, State.SENT)
    posted(store, "whole", State.PENDING, channel="TRAVEL")
    standing = Standings(store._database).standing()

    assert standing.there == {"whole", "begun"}
    assert standing.posts == {("whole", "NEWS"): "0.0", ("begun", "NEWS"): "0.0"}
    assert standing.dropped == frozenset()


def test_what_is_taken_back_is_told_of_no_more_though_its_message_still_stands(store: Store) -> None:
    """Slack is asked to delete it a moment later, or much later when it is away."""
    for digest in ("kept", "gone"):
        posted(store, digest, State.SENT)
    decided(store, "gone", Verdict.RETRACTED)
    decided(store, "left out", Verdict.SKIPPED)
    decided(store, "late", Verdict.MISSED)
    standing = Standings(store._database).standing()

    assert standing.there == {"kept"}
    assert standing.dropped == {"gone", "left out"}


def test_only_what_is_asked_about_is_answered(store: Store) -> None:
    for digest in ("one", "other"):
        posted(store, digest, State.SENT)
        decided(store, f"no {digest}", Verdict.SKIPPED)
    standing = Standings(store._database).standing(["one", "no one"])

    assert (standing.there, standing.dropped) == ({"one"}, {"no one"})
