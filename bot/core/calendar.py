"""What is coming: every slot of every channel, what goes out in it, and what an editor should know about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
    """Return every coming post in order of time, then channel; several digests in a slot are several posts."""
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
    for digest in digests:
        posting = postings.get((digest.id, target.channel))
        if target.settings.selection(digest) and (posting is None or posting.verdict is Verdict.OPEN):
            due.setdefault(slot_of(digest, target, posting).at, []).append(digest)
    slot = schedule.next_slot(now)
    while slot.at <= until:
        for digest in due.get(slot.at) or [None]:
            yield Coming(
                channel=target.settings.channel,
                slot=slot,
                local=schedule.local(slot.at),
                timezone=schedule.zone.key,
                digest=digest,
                skipped=target.skips(slot),
            )
        slot = schedule.next_slot(slot.at)
