"""What a channel's history has of ours, and what a ledger that did not know of it makes of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.core.delivery.state import Delivery, Posting, State, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A part that stands in a channel. What it was made from is "" in posts of versions that did not say."""

    digest: str
    part: int
    ts: str
    parent: str = ""
    words: str = ""  # fingerprint of the words of its whole post
    shows: str = ""  # fingerprint of its message
    changed: str = ""  # ts of its last edit, or its own

    @property
    def at(self) -> datetime:
        """Return when it was posted."""
        return datetime.fromtimestamp(float(self.ts), UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """All of ours that stands in a channel. *unread*: why a digest's thread could not be read."""

    parts: tuple[Standing, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict)

    @property
    def posts(self) -> dict[str, tuple[Standing, ...]]:
        """Return the parts of each digest in order, the oldest where one stands there twice."""
        found: dict[str, dict[int, Standing]] = {}
        for part in sorted(self.parts, key=lambda p: p.ts):
            found.setdefault(part.digest, {}).setdefault(part.part, part)
        return {name: tuple(parts[n] for n in sorted(parts)) for name, parts in found.items() if 0 in parts}


def words_of(parts: Sequence[Standing]) -> str:
    """Return the fingerprint of the words that a post has now: what was changed last has the newest."""
    return max(parts, key=lambda part: part.changed).words


def adopted(old: Delivery | None, found: Standing, posting: Posting) -> Delivery | None:
    """Return what is known of a part since it was found; None if that is nothing new.

    What it shows is taken for what should be there unless it says so itself: nobody edits it unasked.
    """
    if old is None:
        return _new(found, posting)
    known = old.state is State.SENT and old.ts  # where one of two stands, if it stands there twice
    later = found.at > old.since  # than it was withdrawn or left out: it was posted again
    if old.owner or known or (_is_over(old) and not later):
        return None
    there = replace(
        old,
        state=State.SENT,
        since=found.at,
        ts=found.ts,
        parent=found.parent,
        refused=None,
        not_before=None,
        by_person=False,
        error="",
    )
    shows = found.shows or old.wanted or _as_found(found)
    return replace(there, wanted=old.wanted or shows, asked=shows, shown=shows)


def _new(found: Standing, posting: Posting) -> Delivery:
    assert posting.slot and posting.dated  # noqa: S101, PT018 - what was posted had both
    shows = found.shows or _as_found(found)
    return Delivery(
        digest=posting.digest,
        channel=posting.channel,
        part=found.part,
        state=State.SENT,
        slot=posting.slot,
        since=found.at,
        dated=posting.dated,
        wanted=shows,
        asked=shows,
        shown=shows,
        ts=found.ts,
        parent=found.parent,
    )


def _is_over(d: Delivery) -> bool:
    return d.state in (State.WITHDRAWN, State.SKIPPED)


def _as_found(found: Standing) -> str:
    return f"as found {found.ts}"


def unread(d: Delivery, why: str) -> Delivery:
    """Return a part of a thread that may or may not stand below its first message.

    It is searched for like any other: what its first message says of the thread often tells. Only if not,
    somebody is asked.
    """
    return replace(d, state=State.UNSURE, asked=d.wanted, error=why)


def is_back(posting: Posting) -> Posting:
    """Return a posting of which something was found that the ledger did not know."""
    return replace(posting, verdict=Verdict.POST, ordered=None, moved_to=None, note="found in the channel")
