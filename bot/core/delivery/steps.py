"""Decides what each part of each post should do next, and in which order.

Values in, values out, as in `plan`, which decides about whole digests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from bot.core.delivery.changes import lapsed, missed, withdrawn
from bot.core.delivery.plan import CORRECTIONS, turn
from bot.core.delivery.state import WITHHELD, Delivery, Kind, State, Step, to_be_changed
from bot.core.settings import DeliverySettings


def steps(
    deliveries: Iterable[Delivery],
    *,
    now: datetime,
    wall: datetime,
    rules: DeliverySettings,
    configured: frozenset[str],
    sure: bool = True,
) -> list[Step]:
    """Return what can be done now, in the order to do it: first parts of all channels before any thread.

    *now* is the ledger's clock, for leases and waits; *wall* is ours, for slots: as long as it is not *sure*,
    nothing is too late by it for good. A channel that is not *configured* gets nothing more. Every part of a
    post that is handed in must be there.
    """
    posts = [
        tuple(parts)
        for _, parts in groupby(sorted(deliveries, key=lambda d: d.key), key=lambda d: (d.digest, d.channel))
    ]
    moment = _Moment(now, wall, rules, sure)
    line = _first_in_line(parts[0] for parts in posts)
    ready = [
        step
        for parts in posts
        for step in _steps_of(parts, moment, listed=parts[0].channel in configured)
        if not _waits_for_an_older_one(step, line)
    ]
    return sorted(ready, key=_turn)


@dataclass(frozen=True, slots=True)
class _Moment:
    now: datetime
    wall: datetime
    rules: DeliverySettings
    sure: bool

    def late(self, d: Delivery) -> bool:
        return self.wall - d.slot > self.rules.catch_up


def _turn(step: Step) -> tuple[bool, bool, Kind, datetime, int, str]:
    d = step.delivery
    # The limits leave 4.8 posts a second: every channel gets its post before any gets its thread. Corrections
    # of five hundred channels take half an hour, for which no new post waits.
    threaded = d.part > 0 and step.kind is not Kind.NOTE
    return step.kind is Kind.EDIT, threaded, step.kind, d.slot, d.part, turn(d.digest, d.channel)


def _first_in_line(firsts: Iterable[Delivery]) -> Mapping[tuple[str, datetime], str]:
    """Map channel and slot to the oldest digest whose first part is still under way there."""
    # One that cannot be looked for, as the history is not read, keeps no other waiting for it.
    under_way = [
        d
        for d in firsts
        if d.state in (State.PENDING, State.SENDING, State.UNSURE) and d.wanted and not d.checks
    ]
    line: dict[tuple[str, datetime], str] = {}
    for d in sorted(under_way, key=lambda d: (d.dated, d.digest)):
        line.setdefault((d.channel, d.slot), d.digest)
    return line


def _waits_for_an_older_one(step: Step, line: Mapping[tuple[str, datetime], str]) -> bool:
    d = step.delivery
    if step.kind is not Kind.SEND or d.part or d.state is not State.PENDING:
        return False
    return line.get((d.channel, d.slot), d.digest) != d.digest


def _steps_of(parts: Sequence[Delivery], moment: _Moment, *, listed: bool) -> Iterator[Step]:
    for i, d in enumerate(parts):
        step = _step(d, parts[:i], moment)
        # Of a channel that was taken out it is still found out what is there, and a retraction reaches it.
        if step and (listed or step.kind not in (Kind.SEND, Kind.EDIT)):
            yield step


def _step(d: Delivery, before: Sequence[Delivery], moment: _Moment) -> Step | None:
    if d.owner and d.state is State.SENDING:
        over = d.lease_until is None or moment.now >= d.lease_until
        return _note(d, lapsed(d, moment.rules)) if over else None
    if not _ready(d, moment):
        return None
    match d.state:
        case State.PENDING | State.FAILED:
            return _to_send(d, before, moment)
        case State.UNSURE | State.HELD if d.asked:
            return _to_search(d, before)
        case State.SENT:
            return _of_sent(d, before, moment)
    return None


def _ready(d: Delivery, moment: _Moment) -> bool:
    """Tell whether nobody is at it and it has waited long enough."""
    if d.owner and d.lease_until:
        # Who fell silent during an edit may have sent it: a late old one must not undo a newer one.
        return moment.now >= d.lease_until + moment.rules.settle
    return d.not_before is None or moment.now >= d.not_before


def _to_search(d: Delivery, before: Sequence[Delivery]) -> Step | None:
    # Slack knows no key by which it would refuse the same message again: look before sending.
    parent = d.parent or (before[0].ts if before else "")
    if before and not parent:  # in which thread it might be is found out first
        return None
    return Step(kind=Kind.SEARCH, delivery=d, parent=parent)


def _to_send(d: Delivery, before: Sequence[Delivery], moment: _Moment) -> Step | None:
    if not d.wanted:
        return _note(d, withdrawn(d, now=moment.now))
    if d.wanted == WITHHELD:
        return None
    if before:
        return _to_thread(d, before[0], before[-1], moment)
    if moment.late(d) and moment.sure and d.state is State.PENDING:
        return _note(d, missed(d, now=moment.now))
    return None if moment.late(d) or d.refused == d.wanted else Step(kind=Kind.SEND, delivery=d)


def _to_thread(d: Delivery, first: Delivery, last: Delivery, moment: _Moment) -> Step | None:
    if first.by_person:
        return _note(d, withdrawn(d, now=moment.now, because=first.error, by_person=True))
    if d.state is State.FAILED and (d.refused == d.wanted or moment.late(d)):
        return None
    in_turn = last.state is State.SENT or last.by_person
    under_a_parent = first.state is State.SENT and first.ts
    return Step(kind=Kind.SEND, delivery=d, parent=first.ts) if in_turn and under_a_parent else None


def _of_sent(d: Delivery, before: Sequence[Delivery], moment: _Moment) -> Step | None:
    if before and before[0].by_person:
        # Whoever deletes a post's first message means the post: what hangs on it counts as deleted, too.
        return _note(d, withdrawn(d, now=moment.now, because=before[0].error, by_person=True))
    return _to_change(d, before[-1] if before else None, moment.wall) if to_be_changed(d) else None


def _to_change(d: Delivery, before: Delivery | None, wall: datetime) -> Step | None:
    if before and before.state is State.SENT and (before.owner or to_be_changed(before)):
        return None  # the parent before its thread
    if not d.wanted:
        return Step(kind=Kind.REMOVE, delivery=d, parent=d.parent)
    # Frozen in time, or the limit passed while Slack was away.
    return Step(kind=Kind.EDIT, delivery=d, parent=d.parent) if wall <= d.slot + CORRECTIONS else None


def _note(d: Delivery, becomes: Delivery) -> Step:
    return Step(kind=Kind.NOTE, delivery=d, becomes=becomes)
