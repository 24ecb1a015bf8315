"""Decides what happens next: to each digest in each channel (`plan`), to each part of it (`steps`).

Values in, values out. The publisher carries out what is returned here, writes down what is then known,
and asks again; catch-up, retry, correction and recovery are the same code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import IntEnum
from functools import lru_cache
from itertools import groupby
from typing import Any, TypeVar

from bot.core.delivery.state import (
    Absent,
    Accepted,
    Deferred,
    Delivery,
    Finding,
    Found,
    Outcome,
    Posting,
    Refused,
    Rung,
    State,
    Unknown,
    Unreadable,
    Verdict,
    to_be_changed,
)
from bot.core.digest import Digest
from bot.core.message import Message
from bot.core.schedule import Schedule, Slot
from bot.core.settings import ChannelSettings, DeliverySettings, OnUnknown

CORRECTIONS = timedelta(days=14)  # after the slot; older posts are history and stay as they are
# A slot is at most a week after its digest's date; a day more for zones that are ahead of UTC.
REACH = timedelta(days=8)
HEAL = timedelta(minutes=5)  # between looks whether a channel that refused us takes us again
DOUBTS = 8  # searches that could not read the history before the editors are asked
SLOWEST = timedelta(minutes=10)  # between two searches


A = TypeVar("A", bound="Action")

# What each digest should do in each channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A configured channel under its ID, and what the ledger and the editors say about it."""

    channel: str
    settings: ChannelSettings
    since: datetime  # when the ledger first saw it; slots before are none of our business
    skipped: frozenset[date] = field(default_factory=frozenset)  # local days left out by editors

    def skips(self, slot: Slot) -> bool:
        """Tell whether the config or an editor left that slot's day out."""
        return slot.day in self.skipped or self.settings.schedule.skips(slot)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something to write down about a digest in a channel. *posting* is what we knew when we decided."""

    digest: Digest
    target: Target
    slot: Slot
    posting: Posting

    def as_(self, kind: type[A], *, slot: Slot | None = None, **more: Any) -> A:
        """Return what was decided about the same digest in the same channel."""
        at = slot or self.slot
        return kind(digest=self.digest, target=self.target, posting=self.posting, slot=at, **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post(Action):
    """Freeze its parts and send them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct(Action):
    """Freeze its parts anew. *reworded*: not just laid out differently, so the footer says when."""

    reworded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Action):
    """Take every part away: a correction left nothing for this channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss(Action):
    """Too late to go out unasked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(Action):
    """Looks like *twin*, which this channel already has."""

    twin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip(Action):
    """Left out on purpose."""


@lru_cache(maxsize=4096)
def first_slot(schedule: Schedule, day: date) -> Slot:
    """Return the first slot at or after midnight of that day (remembered: asked for again every second)."""
    return schedule.first_slot(day)


def slot_of(digest: Digest, target: Target, posting: Posting | None) -> Slot:
    """Return the slot a digest is due at: by its date, unless an editor moved it."""
    schedule = target.settings.schedule
    if posting is None or posting.moved_to is None:
        return first_slot(schedule, digest.date)
    return Slot(at=posting.moved_to, day=schedule.local(posting.moved_to).date())


def plan(
    digests: Iterable[Digest],
    targets: Iterable[Target],
    postings: Mapping[tuple[str, str], Posting],
    *,
    now: datetime,
    rules: DeliverySettings,
    ordered: Iterable[Digest] = (),
) -> list[Action]:
    """Return what is to be written down now, oldest digest first, then by id.

    *digests* have been valid and unchanged for the quiet time. *ordered* are the ones an editor may have
    told to go now: they need not be that old.
    """
    calm = {digest.id: digest for digest in digests}
    known = {digest.id: digest for digest in (*ordered, *calm.values()) if not digest.draft}
    oldest_first = sorted(known.values(), key=lambda d: (d.date, d.id))
    delivered = _delivered(postings.values())
    actions = []
    for target in targets:
        twins = delivered.setdefault(target.channel, {})
        for digest in oldest_first:
            posting = postings.get((digest.id, target.channel))
            if posting is None and _before_our_time(digest, target):
                continue
            slot = slot_of(digest, target, posting)
            about = posting or Posting(digest=digest.id, channel=target.channel)
            wanted = Action(digest=digest, target=target, slot=slot, posting=about)
            twin = twins.get((digest.title, digest.date), digest.id)
            if action := _decide(wanted, twin, now, rules, calm=digest.id in calm):
                actions.append(action)
                if isinstance(action, Post):
                    twins.setdefault((digest.title, digest.date), digest.id)
    return actions


def _delivered(postings: Iterable[Posting]) -> dict[str, dict[tuple[str, date | None], str]]:
    """Map each channel to the titles and dates it has, and those to their digest."""
    found: dict[str, dict[tuple[str, date | None], str]] = {}
    for posting in postings:
        if posting.verdict is Verdict.POST:
            found.setdefault(posting.channel, {})[posting.title, posting.dated] = posting.digest
    return found


def _before_our_time(digest: Digest, target: Target) -> bool:
    return digest.date < target.since.date() - REACH


def _decide(
    action: Action, twin: str, now: datetime, rules: DeliverySettings, *, calm: bool
) -> Action | None:
    """Return what becomes of a digest that is wanted in a channel at the action's slot."""
    match action.posting.verdict:
        case Verdict.POST if calm:
            return _correction(action, now)
        case Verdict.OPEN if action.target.settings.selection(action.digest):
            return _first_decision(action, twin, now, rules, calm=calm)
    return None


def _first_decision(
    action: Action, twin: str, now: datetime, rules: DeliverySettings, *, calm: bool
) -> Action | None:
    posting, target, slot = action.posting, action.target, action.slot
    if posting.ordered is None:
        before_our_time = slot.at < target.since and posting.moved_to is None
        if not calm or slot.at > now or before_our_time:
            return None
        if target.skips(slot):
            return action.as_(Skip)
    due = replace(slot, at=posting.ordered or slot.at)
    if twin != action.digest.id and not posting.allowed:
        return action.as_(Hold, slot=due, twin=twin)
    late = now - due.at > rules.catch_up
    return action.as_(Miss if late else Post, slot=due)


def _correction(action: Action, now: datetime) -> Action | None:
    posting, settings = action.posting, action.target.settings
    if posting.slot is None or now > posting.slot + CORRECTIONS:
        return None
    reworded = content(action.digest, settings) != posting.content
    if not reworded and posting.layout == settings.layout:
        return None
    slot = replace(action.slot, at=posting.slot)
    if not settings.selection(action.digest):
        return action.as_(Withdraw, slot=slot)
    return action.as_(Correct, slot=slot, reworded=reworded)


def content(digest: Digest, settings: ChannelSettings) -> str:
    """Return a fingerprint of the words this channel gets; not of their numbers, lines or looks."""
    stories = [
        (s.headline, s.body, s.summary, s.companies, s.tags, s.url, repr(s.image))
        for s in settings.selection(digest)
    ]
    head = (digest.title, digest.date.isoformat(), digest.intro, digest.url, digest.newsletter, digest.tags)
    return _digest_of(repr((head, stories)))


def fingerprint(message: Message) -> str:
    """Tell messages apart: two are the same if Slack would show the same."""
    return _digest_of(json.dumps([message.text, list(message.blocks)], sort_keys=True))


def _digest_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]


def next_change(
    digests: Iterable[Digest],
    targets: Iterable[Target],
    postings: Mapping[tuple[str, str], Posting],
    *,
    now: datetime,
) -> datetime | None:
    """Return the next slot at which `plan` may say something new, or None while none is known."""
    coming = (
        slot.at
        for target in targets
        for digest in digests
        if digest.date >= now.date() - REACH - CORRECTIONS
        if (slot := slot_of(digest, target, postings.get((digest.id, target.channel)))).at > now
    )
    return min(coming, default=None)


# What each part should do next


class Kind(IntEnum):
    """What to do with a part; the order is the order in which they are done."""

    NOTE = 0  # nothing to ask Slack: only to be written down
    REMOVE = 1
    SEND = 2
    EDIT = 3
    SEARCH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is to be done with one part now. *becomes* is what a NOTE writes down."""

    kind: Kind
    delivery: Delivery
    parent: str = ""  # ts of the first part, for what goes into its thread
    becomes: Delivery | None = None


def steps(
    deliveries: Iterable[Delivery],
    *,
    now: datetime,
    wall: datetime,
    rules: DeliverySettings,
    configured: frozenset[str],
) -> list[Step]:
    """Return what can be done now, in the order to do it: first parts of all channels before any thread.

    *now* is the ledger's clock, for leases and waits; *wall* is ours, for slots. A channel that is not
    *configured* gets nothing more. Every part of a post that is handed in must be there.
    """
    posts = [
        tuple(parts)
        for _, parts in groupby(sorted(deliveries, key=lambda d: d.key), key=lambda d: (d.digest, d.channel))
    ]
    moment = _Moment(now, wall, rules)
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

    def late(self, d: Delivery) -> bool:
        return self.wall - d.slot > self.rules.catch_up


def _turn(step: Step) -> tuple[bool, Kind, datetime, int, str]:
    d = step.delivery
    threaded = d.part > 0 and step.kind is not Kind.NOTE
    return threaded, step.kind, d.slot, d.part, turn(d.digest, d.channel)


def turn(digest: str, channel: str) -> str:
    """Return what orders channels, differently for each digest: none is always the last one."""
    return _digest_of(f"{digest} {channel}")


def _first_in_line(firsts: Iterable[Delivery]) -> Mapping[tuple[str, datetime], str]:
    """Map channel and slot to the oldest digest whose first part is still under way there."""
    under_way = [d for d in firsts if d.state in (State.PENDING, State.SENDING, State.UNSURE) and d.wanted]
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
        if step and (listed or step.kind not in (Kind.SEND, Kind.EDIT)):
            yield step


def _step(d: Delivery, before: Sequence[Delivery], moment: _Moment) -> Step | None:
    if d.owner and d.state is State.SENDING:
        over = d.lease_until is None or moment.now >= d.lease_until
        return Step(kind=Kind.NOTE, delivery=d, becomes=lapsed(d, moment.rules)) if over else None
    if not _ready(d, moment):
        return None
    match d.state:
        case State.PENDING | State.FAILED:
            return _to_send(d, before, moment)
        case State.UNSURE | State.HELD if d.asked:
            parent = d.parent or (before[0].ts if before else "")
            return Step(kind=Kind.SEARCH, delivery=d, parent=parent)
        case State.SENT if to_be_changed(d):
            return _to_change(d, before[-1] if before else None, moment.wall)
    return None


def _ready(d: Delivery, moment: _Moment) -> bool:
    """Tell whether nobody is at it and it has waited long enough."""
    if d.owner and d.lease_until:
        # Who fell silent during an edit may have sent it: a late old one must not undo a newer one.
        return moment.now >= d.lease_until + moment.rules.settle
    return d.not_before is None or moment.now >= d.not_before


def _to_send(d: Delivery, before: Sequence[Delivery], moment: _Moment) -> Step | None:
    if not d.wanted:
        return _note(d, moment.now, state=State.WITHDRAWN, error="")
    if before:
        return _to_thread(d, before[0], before[-1], moment)
    if moment.late(d) and d.state is State.PENDING:
        return _note(d, moment.now, state=State.MISSED)
    return None if moment.late(d) or d.refused == d.wanted else Step(kind=Kind.SEND, delivery=d)


def _to_thread(d: Delivery, first: Delivery, last: Delivery, moment: _Moment) -> Step | None:
    if first.by_person:
        return _note(d, moment.now, state=State.WITHDRAWN, by_person=True, error=first.error)
    if d.state is State.FAILED and (d.refused == d.wanted or moment.late(d)):
        return None
    in_turn = last.state is State.SENT or last.by_person
    under_a_parent = first.state is State.SENT and first.ts
    return Step(kind=Kind.SEND, delivery=d, parent=first.ts) if in_turn and under_a_parent else None


def _to_change(d: Delivery, before: Delivery | None, wall: datetime) -> Step | None:
    if before and before.state is State.SENT and (before.owner or to_be_changed(before)):
        return None  # the parent before its thread
    if not d.wanted:
        return Step(kind=Kind.REMOVE, delivery=d, parent=d.parent)
    # Frozen in time, or the limit passed while Slack was away.
    return Step(kind=Kind.EDIT, delivery=d, parent=d.parent) if wall <= d.slot + CORRECTIONS else None


def _note(d: Delivery, now: datetime, **changes: object) -> Step:
    return Step(kind=Kind.NOTE, delivery=d, becomes=_moved(d, now, **changes))


# What is known after something happened


def claimed(d: Delivery, step: Step, *, owner: str, now: datetime, rules: DeliverySettings) -> Delivery:
    """Return *d* as it is while *owner* is at it. Asking comes first: from here on Slack may have it."""
    d = _moved(d, now, owner=owner, replica=owner, lease_until=now + rules.lease, not_before=None)
    if step.kind is Kind.SEARCH:
        return d
    rung = d.rung if d.asked == d.wanted else Rung.WHOLE
    d = replace(d, asked=d.wanted, attempts=d.attempts + 1, rung=rung)
    if step.kind is Kind.SEND:
        first_asked = d.first_asked or now
        return _moved(d, now, state=State.SENDING, first_asked=first_asked, parent=step.parent, shown=None)
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
    return _moved(d, now, owner="", lease_until=None, **changes)


def _moved(d: Delivery, now: datetime, **changes: object) -> Delivery:
    moved: Delivery = replace(d, **changes)  # type: ignore[arg-type]
    return moved if moved.state is d.state else replace(moved, since=now)
