"""What is coming: every slot of every channel, what goes out in it, and what is unusual about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.delivery.plan import Target, slot_of
from bot.core.delivery.state import Posting, Verdict
from bot.core.digest import Digest
from bot.core.schedule import Slot

SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """One post to come, or, without *digest*, a slot that still waits for one."""

    channel: str  # as configured
    slot: Slot
    local: datetime  # the same instant, as the channel's clocks show it
    timezone: str
    spoken: str  # the same in words, with the zone
    digest: Digest | None
    skipped: bool
    left_out: tuple[str, ...] = ()  # digests of that slot with no story for the channel, where none goes out

    @property
    def note(self) -> str | None:
        """Return what is unusual: left out on purpose, or touched by a clock change."""
        return SKIPPED if self.skipped else self.slot.change


def coming(
    digests: Iterable[Digest],
    targets: Iterable[Target],
    postings: Mapping[tuple[str, str], Posting],
    *,
    now: datetime,
    weeks: int,
) -> list[Coming]:
    """Return every coming post by time, then channel; several digests in a slot are several posts."""
    in_order = sorted(digests, key=lambda digest: (digest.date, digest.id))
    found = [post for target in targets for post in _of(target, in_order, postings, now, weeks)]
    return sorted(found, key=lambda post: (post.slot.at, post.channel))


def coming_of(
    digest: Digest,
    targets: Iterable[Target],
    postings: Mapping[tuple[str, str], Posting],
    *,
    now: datetime,
) -> list[Coming]:
    """Return where and when one digest is still to go out, however far ahead."""
    found = [
        _coming(target, slot, digest)
        for target in targets
        if (slot := _open_slot(digest, target, postings)) and slot.at > now
    ]
    return sorted(found, key=lambda post: (post.slot.at, post.channel))


def _of(
    target: Target,
    digests: list[Digest],
    postings: Mapping[tuple[str, str], Posting],
    now: datetime,
    weeks: int,
) -> Iterator[Coming]:
    schedule, until = target.settings.schedule, now + timedelta(weeks=weeks)
    due: dict[datetime, list[Digest]] = {}
    empty: dict[datetime, list[str]] = {}
    for digest in digests:
        if slot := _open_slot(digest, target, postings):
            due.setdefault(slot.at, []).append(digest)
        elif not digest.draft and not target.settings.selection(digest):
            slot = slot_of(digest, target, postings.get((digest.id, target.channel)))
            empty.setdefault(slot.at, []).append(digest.id)
    slot = schedule.next_slot(now)
    while slot.at <= until:
        left_out = tuple(empty.get(slot.at, ()))
        none = [replace(_coming(target, slot, None), left_out=left_out)]
        yield from [_coming(target, slot, digest) for digest in due.get(slot.at, ())] or none
        slot = schedule.next_slot(slot.at)


def _open_slot(digest: Digest, target: Target, postings: Mapping[tuple[str, str], Posting]) -> Slot | None:
    """Return the slot a digest waits for in a channel; None if it gets nothing of it or all is decided."""
    posting = postings.get((digest.id, target.channel))
    decided = posting is not None and posting.verdict is not Verdict.OPEN
    if digest.draft or decided or not target.settings.selection(digest):
        return None
    return slot_of(digest, target, posting)


def _coming(target: Target, slot: Slot, digest: Digest | None) -> Coming:
    schedule = target.settings.schedule
    return Coming(
        channel=target.settings.channel,
        slot=slot,
        local=schedule.local(slot.at),
        timezone=schedule.zone.key,
        spoken=schedule.spoken(slot.at),
        digest=digest,
        skipped=target.skips(slot),
    )


def span(length: timedelta) -> str:
    """Return a span in its two largest units: "5 days 3 h", "40 min"."""
    minutes = max(0, int(length.total_seconds() // 60))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} {'day' if days == 1 else 'days'} {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
