"""What is coming: every slot of every channel, what goes out in it, and what is unusual about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.delivery import Posting, Verdict
from bot.core.digest import Digest
from bot.core.plan import Target, slot_of
from bot.core.schedule import Slot

SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """One post to come, or, without *digest*, a slot that still waits for one."""

    channel: str  # as configured
    slot: Slot
    local: datetime  # the same instant, as the channel's clocks show it
    timezone: str
    digest: Digest | None
    skipped: bool

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
    published = sorted((d for d in digests if not d.draft), key=lambda d: (d.date, d.id))
    found = [post for target in targets for post in _of(target, published, postings, now, weeks)]
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
    for one in digests:
        posting = postings.get((one.id, target.channel))
        if target.settings.selection(one) and (posting is None or posting.verdict is Verdict.OPEN):
            due.setdefault(slot_of(one, target, posting).at, []).append(one)
    slot = schedule.next_slot(now)
    while slot.at <= until:
        posts: Sequence[Digest | None] = due.get(slot.at) or [None]
        for digest in posts:
            yield Coming(
                channel=target.settings.channel,
                slot=slot,
                local=schedule.local(slot.at),
                timezone=schedule.zone.key,
                digest=digest,
                skipped=target.skips(slot),
            )
        slot = schedule.next_slot(slot.at)


def span(length: timedelta) -> str:
    """Return a span in its two largest units: "5 days 3 h", "40 min"."""
    minutes = max(0, int(length.total_seconds() // 60))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} {'day' if days == 1 else 'days'} {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
