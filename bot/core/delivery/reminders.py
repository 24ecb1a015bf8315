"""What is missing for coming slots, in time for somebody to see to it: a digest, or an approval."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.delivery.plan import REACH, Target, slot_of
from bot.core.delivery.state import Posting, Verdict
from bot.core.digest import Digest
from bot.core.schedule import Slot

DAY = timedelta(days=1)
BEFORE = (timedelta(0), timedelta(hours=1), DAY)  # a slot: when approvers are reminded


@dataclass(frozen=True, slots=True, kw_only=True)
class Unapproved:
    """A digest that nobody has approved, and the first slot that it is to go out at."""

    digest: Digest
    target: Target
    slot: Slot

    @property
    def spoken(self) -> str:
        """Return it in words."""
        where = f"{self.target.name}, {self.target.settings.schedule.spoken(self.slot.at)}"
        return f"{self.digest.id} is not approved; its first slot: {where}"

    def asked(self, now: datetime) -> timedelta | None:
        """Return which reminder is due, by how long before the slot; None if none is yet."""
        return next((ahead for ahead in BEFORE if self.slot.at - ahead <= now), None)

    def next_asked(self, now: datetime) -> datetime | None:
        """Return when the next reminder will be."""
        return min((at for ahead in BEFORE if (at := self.slot.at - ahead) > now), default=None)


def unapproved(
    targets: Sequence[Target],
    digests: Iterable[Digest],
    postings: Mapping[tuple[str, str], Posting],
    *,
    waiting: Collection[str],
    now: datetime,
    catch_up: timedelta,
) -> Iterator[Unapproved]:
    """Yield each digest that waits for an approval to go out; not once its last slot is too long ago."""
    for digest in digests:
        if digest.id not in waiting or digest.date < now.date() - REACH - DAY:
            continue
        slots = [
            (slot.at, n, slot)
            for n, target in enumerate(targets)
            if (slot := _open_slot(digest, target, postings)) and slot.at >= now - catch_up
        ]
        if slots:
            _, n, slot = min(slots, key=lambda found: found[:2])
            yield Unapproved(digest=digest, target=targets[n], slot=slot)


def _open_slot(digest: Digest, target: Target, postings: Mapping[tuple[str, str], Posting]) -> Slot | None:
    posting = postings.get((digest.id, target.channel))
    if (posting and posting.verdict is not Verdict.OPEN) or not target.settings.selection(digest):
        return None
    slot = slot_of(digest, target, posting)
    return None if slot.at < target.since or target.skips(slot) else slot


def empty_slots(
    targets: Iterable[Target],
    digests: Sequence[Digest],
    postings: Mapping[tuple[str, str], Posting],
    *,
    now: datetime,
) -> Iterator[tuple[Target, Slot]]:
    """Yield each channel whose next slot is near and would stay empty; not what was left out on purpose."""
    recent = [digest for digest in digests if digest.date >= now.date() - REACH - DAY]
    for target in targets:
        slot = target.settings.schedule.next_slot(now)
        ahead = target.settings.remind
        if ahead is None or slot.at > now + ahead or target.skips(slot):
            continue
        due = (
            slot_of(digest, target, postings.get((digest.id, target.channel))).at
            for digest in recent
            if target.settings.selection(digest)
        )
        if slot.at not in due:
            yield target, slot


def next_reminders(targets: Iterable[Target], now: datetime) -> list[datetime]:
    """Return when each channel's next slot that is not near yet will be."""
    coming = [
        target.settings.schedule.next_slot(now + ahead).at - ahead
        for target in targets
        if (ahead := target.settings.remind) is not None
    ]
    return [at for at in coming if at > now]
