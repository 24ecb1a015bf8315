"""Which digests are out: what is not is told to nobody, however it is asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.core.delivery.plan import REACH, first_slot
from bot.core.digest import Digest
from bot.core.settings import ChannelSettings

A_DAY = timedelta(days=1)  # zones differ by more than that only in words


@dataclass(frozen=True, slots=True)
class Seen:
    """A configured channel, and when the ledger first saw it."""

    settings: ChannelSettings
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the ledger knows of digests, by id."""

    there: Collection[str] = field(
        default_factory=frozenset
    )  # some channel has the first part, not retracted
    dropped: Collection[str] = field(default_factory=frozenset)  # retracted or skipped in some channel
    # The ts of the first part, by digest and channel, where it is there.
    posts: Mapping[tuple[str, str], str] = field(default_factory=dict)


def is_out(
    digest: Digest, channels: Sequence[Seen], standing: Standing, *, today: date, gone: bool = False
) -> bool:
    """Tell whether readers may be told of a digest. *gone*: its file is here no more.

    It is once a channel has its first part; and if all its slots were over before the ledger first saw the
    channels, so that an archive is found from the first day. Without any channel its date decides.
    """
    if digest.draft:
        return False
    if digest.id in standing.there:
        return True
    if gone or digest.id in standing.dropped:
        return False
    return _was_before(digest, channels) if channels else digest.date <= today


def _was_before(digest: Digest, channels: Sequence[Seen]) -> bool:
    seen = [channel.since for channel in channels]
    if digest.date < min(seen).date() - REACH:  # of ten years of digests, all but a few
        return True
    if digest.date > max(seen).date() + A_DAY:
        return False
    getting = [channel for channel in channels if channel.settings.selection(digest)]
    slots = ((first_slot(c.settings.schedule, digest.date).at, c.since) for c in getting or channels)
    return all(slot < since for slot, since in slots)
