"""Which coming slots have no digest yet, in time for somebody to write one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from bot.core.delivery.plan import REACH, Target, slot_of
from bot.core.delivery.state import Posting
from bot.core.digest import Digest
from bot.core.schedule import Slot

DAY = timedelta(days=1)


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
