"""What is known of a part after something happened to it: a claim, an answer, a search, an editor's word.

Each function takes what was known and returns what is known now; whether that is still ours to write down,
the ledger tells.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.delivery.answers import (
    Absent,
    Accepted,
    Deferred,
    Finding,
    Found,
    Outcome,
    Refused,
    Unknown,
    Unreadable,
)
from bot.core.delivery.state import Delivery, Kind, Rung, State, Step
from bot.core.settings import DeliverySettings, OnUnknown

HEAL = timedelta(minutes=5)  # between looks whether a channel that refused us takes us again
DOUBTS = 8  # searches that could not read the history before the editors are asked
SLOWEST = timedelta(minutes=10)  # between two searches


def claimed(d: Delivery, step: Step, *, owner: str, now: datetime, rules: DeliverySettings) -> Delivery:
    """Return *d* as it is while *owner* is at it. Asking comes first: from here on Slack may have it."""
    d = moved(d, now, owner=owner, replica=owner, lease_until=now + rules.lease, not_before=None)
    if step.kind is Kind.SEARCH:
        return d
    rung = d.rung if d.asked == d.wanted else Rung.WHOLE
    d = replace(d, asked=d.wanted, attempts=d.attempts + 1, rung=rung)
    if step.kind is Kind.SEND:
        first_asked = d.first_asked or now
        return moved(d, now, state=State.SENDING, first_asked=first_asked, parent=step.parent, shown=None)
    return replace(d, shown=None)


def unsent(d: Delivery, before: Delivery, *, now: datetime) -> Delivery:
    """Return *d* given back: the claim took too long, so nothing was asked."""
    return _free(d, now, state=before.state, asked=before.asked, shown=before.shown, attempts=before.attempts)


def answered(
    d: Delivery, kind: Kind, outcome: Outcome, *, now: datetime, rules: DeliverySettings
) -> Delivery:
    """Return what Slack's answer makes of *d*, which was claimed for *kind*."""
    match outcome:
        case Accepted(ts=ts):
            return _accepted(d, kind, ts, now)
        case Deferred(after=after, error=error):
            state = State.PENDING if kind is Kind.SEND else d.state
            return _free(d, now, state=state, not_before=now + after, error=error)
        case Unknown(error=error):
            # Also for what may be asked twice: an old edit that lands late must not undo a newer one.
            state = State.UNSURE if kind is Kind.SEND else d.state
            return _free(d, now, state=state, not_before=now + rules.settle, error=error)
        case Refused():
            return _refused(d, kind, outcome, now)


def _accepted(d: Delivery, kind: Kind, ts: str, now: datetime) -> Delivery:
    done = {"error": "", "refused": None, "not_before": None}
    if kind is Kind.REMOVE:
        return _free(d, now, state=State.WITHDRAWN, shown="", ts="", **done)
    return _free(d, now, state=State.SENT, ts=ts if kind is Kind.SEND else d.ts, shown=d.asked, **done)


# Slack names them so when the thing we point at is not there (any more).
GONE = frozenset({"message_not_found", "thread_not_found", "cannot_reply_to_message"})
# The message itself is at fault: a smaller one may pass.
CONTENT = frozenset(
    {
        "attachment_payload_limit_exceeded",
        "block_mismatch",
        "invalid_attachments",
        "invalid_blocks",
        "invalid_blocks_format",
        "markdown_text_conflict",
        "msg_blocks_too_long",
        "msg_blocks_too_many",
        "msg_too_long",
        "no_text",
        "too_many_attachments",
    }
)


def _refused(d: Delivery, kind: Kind, outcome: Refused, now: datetime) -> Delivery:
    error = f"{outcome.error}: {outcome.detail}" if outcome.detail else outcome.error
    if outcome.error in GONE and (d.part or kind is not Kind.SEND):
        gone = {"ts": "", "shown": "", "by_person": kind is not Kind.REMOVE}
        return _free(d, now, state=State.WITHDRAWN, error="" if kind is Kind.REMOVE else error, **gone)
    back = State.PENDING if kind is Kind.SEND else d.state
    if outcome.error in CONTENT and kind is not Kind.REMOVE and d.rung < Rung.NO_BLOCKS:
        lower = Rung.NO_IMAGES if d.rung is Rung.WHOLE and "image" in outcome.detail else Rung.NO_BLOCKS
        return _free(d, now, state=back, rung=lower, error=error)
    if kind is Kind.SEND:
        for_good = d.asked if outcome.error in CONTENT else None
        return _free(d, now, state=State.FAILED, error=error, refused=for_good, not_before=now + HEAL)
    # A posted message never becomes a failed one: it stays what it is, and the error says why.
    return _free(d, now, refused=d.asked, error=error)


def lapsed(d: Delivery, rules: DeliverySettings) -> Delivery:
    """Return *d* after its owner fell silent: it may have asked, so we look, once that could show."""
    assert d.lease_until is not None  # noqa: S101 - who owns has a lease
    until = d.lease_until
    return _free(
        d, until, state=State.UNSURE, not_before=until + rules.settle, error="the replica fell silent"
    )


def searched(
    d: Delivery, finding: Finding, *, now: datetime, wall: datetime, rules: DeliverySettings
) -> Delivery:
    """Return what the history makes of *d*: only a full read without it may lead to a second post."""
    match finding:
        case Found(ts=ts):
            return _free(d, now, state=State.SENT, ts=ts, shown=d.asked, error="", checks=0, not_before=None)
        case Absent():
            return _free(d, now, state=State.PENDING, error="", checks=0, not_before=None)
        case Unreadable(error=error, after=timedelta() as after):
            return _free(d, now, error=error, not_before=now + after)
        case Unreadable(error=error, lasting=lasting):
            checks = d.checks + 1
            given_up = lasting or checks >= DOUBTS
            if given_up and rules.on_unknown is OnUnknown.REPOST:
                return _free(d, now, state=State.PENDING, error=error, checks=0, not_before=None)
            wait = SLOWEST if given_up else min(rules.timeout * 2**checks, SLOWEST)
            state = State.HELD if given_up else d.state
            return _free(d, now, state=state, error=error, checks=checks, not_before=now + wait)


def retried(d: Delivery, *, now: datetime) -> Delivery:
    """Return a failed, or a held and unanswered, part to be tried now; a refused correction likewise."""
    match d.state:
        case State.FAILED:
            return _free(
                d, now, state=State.PENDING, slot=now, refused=None, not_before=None, rung=Rung.WHOLE
            )
        case State.HELD if d.asked:
            return _free(d, now, state=State.UNSURE, checks=0, not_before=None)
        case State.SENT if d.refused is not None:
            return _free(d, now, refused=None, not_before=None, rung=Rung.WHOLE)
    return d


def is_there(d: Delivery, *, now: datetime, ts: str = "") -> Delivery:
    """Return *d* after an editor saw it in the channel. Without its *ts* it cannot be edited."""
    return _free(
        d, now, state=State.SENT, ts=ts or d.ts, shown=d.asked or d.wanted, not_before=None, error=""
    )


def is_absent(d: Delivery, *, now: datetime) -> Delivery:
    """Return *d* after an editor said that it is not there and shall go out now."""
    return _free(d, now, state=State.PENDING, slot=now, checks=0, not_before=None, error="", by_person=False)


def dropped(d: Delivery, *, now: datetime) -> Delivery:
    """Return *d* after an editor decided to leave it at that."""
    return _free(d, now, state=State.SKIPPED, not_before=None)


def _free(d: Delivery, now: datetime, **changes: object) -> Delivery:
    return moved(d, now, owner="", lease_until=None, **changes)


def moved(d: Delivery, now: datetime, **changes: object) -> Delivery:
    """Return *d* with these changes, and since when its state is what it is."""
    new: Delivery = replace(d, **changes)  # type: ignore[arg-type]
    return new if new.state is d.state else replace(new, since=now)
