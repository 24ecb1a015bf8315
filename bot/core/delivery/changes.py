"""What is known of a part after something happened to it: a claim, an answer, a search, an editor's word.

Each function takes what was known and returns what is known now; whether that is still ours to write down,
the ledger tells.
"""

from __future__ import annotations

from collections.abc import Sequence
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
# Searches that could not read the history before the editors are asked: with the usual time-out some six
# minutes after the answer was lost. It is still looked for then, and what is found settles it.
DOUBTS = 4
SLOWEST = timedelta(minutes=10)  # between two searches


def claimed(
    d: Delivery,
    step: Step,
    *,
    owner: str,
    now: datetime,
    rules: DeliverySettings,
    slack: datetime | None = None,
) -> Delivery:
    """Return *d* as it is while *owner* is at it. Asking comes first: from here on Slack may have it.

    *slack* is what time Slack has, None if it never said.
    """
    # A lease and no lock: who dies holding it keeps nobody out for longer than any request can last.
    ours = replace(d, owner=owner, replica=owner, lease_until=now + rules.lease, not_before=None)
    if step.kind is Kind.SEARCH:
        return ours
    rung = d.rung if d.asked == d.wanted else Rung.WHOLE
    ours = replace(ours, asked=d.wanted, shown=None, attempts=d.attempts + 1, rung=rung)
    if step.kind is not Kind.SEND:
        return ours
    # Kept for good: a search must look back to the first of all sends. By Slack's clock, as the history is:
    # by one that is two minutes ahead, it would begin after the post that it looks for.
    first_asked = d.first_asked or slack or min(now, d.slot)
    sending = replace(ours, state=State.SENDING, first_asked=first_asked, parent=step.parent)
    return _since(sending, d, now)


def asked_since(d: Delivery) -> datetime:
    """Return since when a part may have been asked for, by whichever clock, if nothing of it was noted."""
    return d.first_asked or min(d.since, d.slot)  # written down by a ledger's clock that may have been ahead


def unsent(d: Delivery, before: Delivery, *, now: datetime) -> Delivery:
    """Return *d* given back: the claim took too long, so nothing was asked."""
    undone = replace(d, state=before.state, asked=before.asked, shown=before.shown, attempts=before.attempts)
    return _let_go(undone, d, now)


def answered(
    d: Delivery,
    kind: Kind,
    outcome: Outcome,
    *,
    now: datetime,
    rules: DeliverySettings,
    folded: bool = False,
) -> Delivery:
    """Return what Slack's answer makes of *d*, claimed for *kind*; *folded* if a reader opens its stories."""
    if folded and kind is Kind.SEND and isinstance(outcome, Refused) and _is_about_folding(outcome):
        # Not down the ladder: the same digest is arranged in another way, in which it keeps its looks.
        refused = replace(d, state=State.PENDING, refused=d.asked, error=_in_words(outcome))
        return _let_go(refused, d, now)
    return _let_go(_answered(d, kind, outcome, now, rules), d, now)


def _is_about_folding(refusal: Refused) -> bool:
    """Tell whether a message may be refused for what is folded in it, and not for a picture."""
    return refusal.error in CONTENT and "image" not in refusal.detail


def _answered(d: Delivery, kind: Kind, outcome: Outcome, now: datetime, rules: DeliverySettings) -> Delivery:
    match outcome:
        case Accepted(ts=ts):
            return _accepted(d, kind, ts)
        case Deferred(after=after, error=error):
            state = State.PENDING if kind is Kind.SEND else d.state
            return replace(d, state=state, not_before=now + after, error=error)
        case Unknown(error=error):
            # Also for what may be asked twice: an old edit that lands late must not undo a newer one.
            state = State.UNSURE if kind is Kind.SEND else d.state
            return replace(d, state=state, not_before=now + rules.settle, error=error)
        case Refused():
            return _refused(d, kind, outcome, now)


def _accepted(d: Delivery, kind: Kind, ts: str) -> Delivery:
    done = replace(d, error="", refused=None, not_before=None)
    if kind is Kind.REMOVE:
        return replace(done, state=State.WITHDRAWN, shown="", ts="")
    # What was asked, not what is wanted: that may have changed while Slack was answering.
    return replace(done, state=State.SENT, ts=ts if kind is Kind.SEND else d.ts, shown=d.asked)


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
    error = _in_words(outcome)
    if outcome.error in GONE and (d.part or kind is not Kind.SEND):
        gone = replace(d, state=State.WITHDRAWN, ts="", shown="")
        by_us = kind is Kind.REMOVE
        return replace(gone, by_person=not by_us, error="" if by_us else error)
    back = State.PENDING if kind is Kind.SEND else d.state
    if outcome.error in CONTENT and kind is not Kind.REMOVE and d.rung < Rung.NO_BLOCKS:
        # Down, and asked again at once: a digest is never lost to one bad part.
        lower = Rung.NO_IMAGES if d.rung is Rung.WHOLE and "image" in outcome.detail else Rung.NO_BLOCKS
        return replace(d, state=back, rung=lower, error=error)
    if kind is Kind.SEND:
        # What is wrong with the words stays wrong until they change; what is wrong with the channel heals.
        for_good = d.asked if outcome.error in CONTENT else None
        return replace(d, state=State.FAILED, error=error, refused=for_good, not_before=now + HEAL)
    # A posted message never becomes a failed one: it stays what it is, and the error says why.
    return replace(d, refused=d.asked, error=error)


def _in_words(refusal: Refused) -> str:
    return f"{refusal.error}: {refusal.detail}" if refusal.detail else refusal.error


# What the rest of a post can follow; what waits for an editor waits for that first.
_LEADS = frozenset({State.PENDING, State.SENDING, State.UNSURE, State.SENT, State.FAILED})


def slept(parts: Sequence[Delivery], *, now: datetime, catch_up: timedelta) -> list[Delivery]:
    """Return a post's parts that are to be looked for before they are sent, after nobody ran for a while.

    The database may be a copy that was put back, and they have gone out after it was made.
    """
    if not parts or parts[0].state not in _LEADS or (parts[0].state is State.SENT and not parts[0].ts):
        return []
    return [_doubted(d, now) for d in parts if d.wanted and not d.owner and _may_go_out(d, now - catch_up)]


def _may_go_out(d: Delivery, since: datetime) -> bool:
    return d.state is State.PENDING or (d.state is State.FAILED and d.slot > since)


def _doubted(d: Delivery, now: datetime) -> Delivery:
    doubtful = replace(d, state=State.UNSURE, asked=d.wanted, refused=None, not_before=None, checks=0)
    return _since(replace(doubtful, first_asked=asked_since(d), error="nobody ran for a while"), d, now)


def lapsed(d: Delivery, rules: DeliverySettings) -> Delivery:
    """Return *d* after its owner fell silent: it may have asked, so we look, once that could show."""
    assert d.lease_until is not None  # noqa: S101 - who owns has a lease
    until = d.lease_until
    # Not pending: its last request may have been accepted in the lease's last moment. Settling begins there.
    unsure = replace(d, state=State.UNSURE, not_before=until + rules.settle, error="the replica fell silent")
    return _let_go(unsure, d, until)


def searched(d: Delivery, finding: Finding, *, now: datetime, rules: DeliverySettings) -> Delivery:
    """Return what the history makes of *d*: only a full read without it may lead to a second post."""
    return _let_go(_searched(d, finding, now, rules), d, now)


def _searched(d: Delivery, finding: Finding, now: datetime, rules: DeliverySettings) -> Delivery:
    known = replace(d, error="", checks=0, not_before=None)
    match finding:
        case Found(ts=ts):
            return replace(known, state=State.SENT, ts=ts, shown=d.asked)
        case Absent():
            return replace(known, state=State.PENDING)
        case Unreadable(error=error, after=timedelta() as after):
            # Not counted as a doubt: Slack will let us read, later.
            return replace(d, error=error, not_before=now + after)
        case Unreadable(error=error, lasting=lasting):
            checks = d.checks + 1
            given_up = lasting or checks >= DOUBTS
            if given_up and rules.on_unknown is OnUnknown.REPOST:
                return replace(known, state=State.PENDING, error=error)
            # Held, and still looked for: the editors need not decide what the history tells after all.
            wait = SLOWEST if given_up else min(rules.timeout * 2**checks, SLOWEST)
            state = State.HELD if given_up else d.state
            return replace(d, state=state, error=error, checks=checks, not_before=now + wait)


def retried(d: Delivery, *, now: datetime, wall: datetime) -> Delivery:
    """Return a failed, or a held and unanswered, part to be tried now; a refused correction likewise.

    *now* is the ledger's clock, *wall* the one that slots go by.
    """
    afresh = replace(d, refused=None, not_before=None, rung=Rung.WHOLE)
    match d.state:
        case State.FAILED:
            return _let_go(replace(afresh, state=State.PENDING, slot=wall), d, now)
        case State.HELD if d.asked:
            return _let_go(replace(d, state=State.UNSURE, checks=0, not_before=None), d, now)
        case State.SENT if d.refused is not None:
            return _let_go(afresh, d, now)
    return d


def is_there(d: Delivery, *, now: datetime, ts: str = "") -> Delivery:
    """Return *d* after an editor saw it in the channel. Without its *ts* it cannot be edited."""
    there = replace(d, state=State.SENT, ts=ts or d.ts, shown=d.asked or d.wanted, not_before=None, error="")
    return _let_go(there, d, now)


def is_absent(d: Delivery, *, now: datetime, wall: datetime) -> Delivery:
    """Return *d* after an editor said that it is not there and shall go out now."""
    # Due now: by its old slot it would be too late again.
    due = replace(d, state=State.PENDING, slot=wall, checks=0, not_before=None, error="", by_person=False)
    return _let_go(due, d, now)


def dropped(d: Delivery, *, now: datetime) -> Delivery:
    """Return *d* after an editor decided to leave it at that."""
    return _let_go(replace(d, state=State.SKIPPED, not_before=None), d, now)


def missed(d: Delivery, *, now: datetime) -> Delivery:
    """Return *d*, for which it is too late by now."""
    return _since(replace(d, state=State.MISSED), d, now)


def withdrawn(d: Delivery, *, now: datetime, because: str = "", by_person: bool = False) -> Delivery:
    """Return *d*, which was not sent yet and shall not be; by a person if they deleted its first message."""
    gone = replace(d, state=State.WITHDRAWN, error=because, by_person=by_person or d.by_person)
    return _since(gone, d, now)


def _let_go(new: Delivery, old: Delivery, now: datetime) -> Delivery:
    return _since(replace(new, owner="", lease_until=None), old, now)


def _since(new: Delivery, old: Delivery, now: datetime) -> Delivery:
    return new if new.state is old.state else replace(new, since=now)
