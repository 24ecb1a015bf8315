"""Decides what happens next to each digest in each channel; to each part of it, `steps` does.

Values in, values out. The publisher carries out what is returned here, writes down what is then known,
and asks again; catch-up, retry, correction and recovery are the same code.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import TypeVar

from bot.core.delivery.state import Posting, Verdict
from bot.core.delivery.wording import digest_of, is_reworded
from bot.core.digest import Digest
from bot.core.message import Message
from bot.core.numbering import is_same_issue
from bot.core.schedule import Schedule, Slot
from bot.core.settings import ChannelSettings, DeliverySettings

CORRECTIONS = timedelta(days=14)  # after the slot; older posts are history and stay as they are
# A slot is at most a week after its digest's date; a day more for zones that are ahead of UTC.
REACH = timedelta(days=8)

# Of the others, mypy would not see that something is missing.
A = TypeVar("A", "Post", "Skip", "Miss", "Withdraw")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A configured channel under its ID, and what the ledger and the editors say about it."""

    channel: str
    settings: ChannelSettings
    since: datetime  # when the ledger first saw it; slots before are none of our business
    skipped: frozenset[date] = field(default_factory=frozenset)  # local days left out by editors

    @property
    def name(self) -> str:
        """Return what the editors call it: its name or ID in the config."""
        return self.settings.channel

    def skips(self, slot: Slot) -> bool:
        """Tell whether the config or an editor left that slot's day out."""
        return slot.day in self.skipped or self.settings.schedule.skips(slot)


def target_of(
    settings: ChannelSettings, channel: str, *, since: datetime, skipped: Mapping[str, frozenset[date]]
) -> Target:
    """Return a configured channel that was found under that ID. *skipped* has every channel's days."""
    return Target(channel=channel, settings=settings, since=since, skipped=skipped.get(channel, frozenset()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something to write down about a digest in a channel. *posting* is what we knew when we decided."""

    digest: Digest
    target: Target
    slot: Slot
    posting: Posting

    def as_(self, kind: type[A], *, slot: Slot | None = None) -> A:
        """Return what was decided about the same digest in the same channel."""
        return kind(digest=self.digest, target=self.target, posting=self.posting, slot=slot or self.slot)


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
class TakeOver(Action):
    """It is *former*, under another name: the posts that has in this channel are its own."""

    former: Posting


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Action):
    """Nobody can know whether the channel has it: the editors decide."""

    why: str


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
    gone: Mapping[str, Digest] = MappingProxyType({}),
    waiting: Collection[str] = (),
) -> list[Action]:
    """Return what is to be written down now, oldest digest first, then by id.

    *digests* have been valid and unchanged for the quiet time. *ordered* are the ones an editor may have
    told to go now: they need not be that old. *gone* are known ones whose file is no more, by id: a new one
    may be one of them renamed. *waiting* are the ids of those that nobody has approved as they are.
    """
    calm = {digest.id: digest for digest in digests}
    known = {digest.id: digest for digest in (*ordered, *calm.values()) if not digest.draft}
    oldest_first = sorted(known.values(), key=lambda d: (d.date, d.id))
    twins = _Twins(postings, gone)
    actions = []
    for target in targets:
        for digest in oldest_first:
            posting = postings.get((digest.id, target.channel))
            if _before_our_time(digest, target) if posting is None else is_history(posting, now):
                continue
            slot = slot_of(digest, target, posting)
            about = posting or Posting(digest=digest.id, channel=target.channel)
            wanted = Action(digest=digest, target=target, slot=slot, posting=about)
            action = _decide(wanted, twins, now, rules, calm=digest.id in calm)
            # What comes too late is asked about once it may go out; nobody is asked about what may not.
            if action and not (digest.id in waiting and isinstance(action, Post | Miss | Correct | Withdraw)):
                actions.append(action)
                if isinstance(action, Post):
                    twins.note(action)
    return actions


class _Twins:
    """Which digest each channel has that this one may be. Read from all postings, if anybody asks."""

    def __init__(self, postings: Mapping[tuple[str, str], Posting], gone: Mapping[str, Digest]) -> None:
        self._postings, self._gone = postings, gone
        self._same: dict[tuple[str, str], bool] = {}

    @cached_property
    def _delivered(self) -> dict[tuple[str, str, date | None], str]:
        has = (p for p in self._postings.values() if p.verdict is Verdict.POST)
        return {(p.channel, p.title, p.dated): p.digest for p in has}

    def of(self, action: Action) -> str:
        """Return the digest that the channel has for this one: itself, if none."""
        alike = self._delivered.get(_looks(action), action.digest.id)
        return alike if alike != action.digest.id else self._renamed(action)

    def former(self, action: Action) -> Posting | None:
        """Return the post of the digest that this one is under another name and nothing else."""
        twin = self._delivered.get(_looks(action), "")
        gone = self._gone.get(twin)
        return (
            self._postings.get((twin, action.target.channel))
            if gone and self._is_same(action.digest, gone)
            else None
        )

    def _renamed(self, action: Action) -> str:
        """Return the digest that this one was before it got another file, title or date."""
        new, channel = action.digest, action.target.channel
        near = (old for old in self._gone.values() if abs(old.date - new.date) <= REACH + CORRECTIONS)
        had = (
            old.id
            for old in near
            if (p := self._postings.get((old.id, channel))) and p.verdict is Verdict.POST
            if old.id != new.id and self._is_same(new, old)
        )
        return next(had, new.id)

    def _is_same(self, new: Digest, old: Digest) -> bool:
        # Bodies are compared with bodies, and the answer is every channel's.
        if (new.id, old.id) not in self._same:
            self._same[new.id, old.id] = is_same_issue(new, old)
        return self._same[new.id, old.id]

    def note(self, post: Post) -> None:
        """Count what is decided now as delivered."""
        self._delivered.setdefault(_looks(post), post.digest.id)


def _looks(action: Action) -> tuple[str, str, date | None]:
    return action.target.channel, action.digest.title, action.digest.date


def is_history(posting: Posting, now: datetime) -> bool:
    """Tell whether `plan` has nothing more to say, whatever becomes of the digest; editors still have."""
    if posting.verdict in (Verdict.POST, Verdict.MISSED):
        return posting.slot is None or now > posting.slot + CORRECTIONS
    return posting.verdict is not Verdict.OPEN


def _before_our_time(digest: Digest, target: Target) -> bool:
    return digest.date < target.since.date() - REACH


def _decide(
    action: Action, twins: _Twins, now: datetime, rules: DeliverySettings, *, calm: bool
) -> Action | None:
    """Return what becomes of a digest that is wanted in a channel at the action's slot."""
    match action.posting.verdict:
        case Verdict.POST if calm:
            return _correction(action)
        case Verdict.OPEN if action.target.settings.selection(action.digest):
            return _first_decision(action, twins, now, rules, calm=calm)
        case Verdict.MISSED if action.target.settings.selection(action.digest):
            # By a clock that was days ahead it was too late; now that the clock is right, it is not.
            again = _first_decision(action, twins, now, rules, calm=calm)
            return again if isinstance(again, Post) else None
    return None


def _first_decision(
    action: Action, twins: _Twins, now: datetime, rules: DeliverySettings, *, calm: bool
) -> Action | None:
    digest, posting, target, slot = action.digest, action.posting, action.target, action.slot
    if posting.ordered is None:
        before_our_time = slot.at < target.since and posting.moved_to is None
        if not calm or slot.at > now or before_our_time:
            return None
        if posting.version == 0 and (former := twins.former(action)):
            return TakeOver(digest=digest, target=target, posting=posting, slot=slot, former=former)
        if target.skips(slot):
            return action.as_(Skip)
    due = replace(slot, at=posting.ordered or slot.at)
    twin = twins.of(action)
    if twin != digest.id and not posting.allowed:
        return Hold(digest=digest, target=target, posting=posting, slot=due, twin=twin)
    if now - due.at > rules.catch_up:
        return action.as_(Miss, slot=due)
    return action.as_(Post, slot=due)


def _correction(action: Action) -> Action | None:
    digest, target, posting = action.digest, action.target, action.posting
    settings = target.settings
    reworded = is_reworded(posting.content, digest, settings)
    if not reworded and posting.layout == settings.layout:
        return None
    slot = replace(action.slot, at=posting.slot or action.slot.at)
    if not settings.selection(digest):
        return action.as_(Withdraw, slot=slot)
    return Correct(digest=digest, target=target, posting=posting, slot=slot, reworded=reworded)


def fingerprint(message: Message) -> str:
    """Tell messages apart: two are the same if Slack would show the same."""
    return digest_of(json.dumps([message.text, list(message.blocks)], sort_keys=True))


def turn(digest: str, channel: str) -> str:
    """Return what orders channels, differently for each digest: none is always the last one."""
    # By name or by the config's order it would be: 500 channels take 100 seconds, every week the same way.
    return digest_of(f"{digest} {channel}")


def first_of_interest(now: datetime) -> date:
    """Return from which date on a digest may be due or corrected; older ones only if an editor says so."""
    return now.date() - REACH - CORRECTIONS


def next_change(
    digests: Iterable[Digest],
    targets: Iterable[Target],
    postings: Mapping[tuple[str, str], Posting],
    *,
    now: datetime,
) -> datetime | None:
    """Return the next slot at which `plan` may say something new, or None while none is known."""
    recent = [digest for digest in digests if digest.date >= first_of_interest(now)]
    coming = (
        slot.at
        for target in targets
        for digest in recent
        if (slot := slot_of(digest, target, postings.get((digest.id, target.channel)))).at > now
    )
    return min(coming, default=None)
