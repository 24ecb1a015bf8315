"""What editors see first: what comes, what they are at, what waits for them, and what went out last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.delivery.approvals import Edited
from bot.core.delivery.calendar import Coming, coming
from bot.core.delivery.plan import first_of_interest
from bot.core.delivery.reminders import Unapproved
from bot.core.delivery.state import Delivery, State
from bot.core.delivery.ways import IN_SLACK
from bot.core.digest import Digest
from bot.delivery.desk import Desk
from bot.delivery.needs import Digests
from bot.delivery.status import StatusRow
from bot.store.ledger import Ledger

# What waits until somebody decides or mends it.
TO_DECIDE = frozenset({State.HELD, State.MISSED, State.FAILED})
LATELY = timedelta(weeks=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All of it, at one moment."""

    coming: tuple[Coming, ...]
    unapproved: frozenset[str]  # the digests that may not go out as they are; drafts, too
    asked: tuple[Unapproved, ...]  # those that wait for an approval, with their first slot, past or to come
    edited: Mapping[str, Edited]  # those of which an earlier version is out, or could be
    drafts: tuple[Digest, ...]  # the nearest date first
    waiting: tuple[StatusRow, ...]  # one for each post about which somebody has to decide, oldest first
    posts: tuple[StatusRow, ...]  # the first messages of the last posts, the newest first


def waits(d: Delivery) -> bool:
    """Tell whether somebody has to decide, or to mend what Slack refuses; a correction, too."""
    return d.state in TO_DECIDE or (d.state is State.SENT and d.refused is not None and d.refused == d.wanted)


class FrontPage:
    """Puts that together. It costs what is new, not what there ever was."""

    def __init__(
        self, *, desk: Desk, ledger: Ledger, library: Digests, clock: Callable[[], datetime]
    ) -> None:
        self._desk, self._ledger, self._library, self._clock = desk, ledger, library, clock

    def overview(self, *, weeks: int = 4, posts: int = 5) -> Overview:
        """Return what editors see now."""
        now = self._clock()
        rows = self._desk.status(since=now - LATELY, waiting=True, ways=IN_SLACK)
        # The first part that waits stands for its post.
        stuck = {(r.delivery.digest, r.channel): r for r in reversed(rows) if waits(r.delivery)}
        sent = [r for r in rows if r.delivery.part == 0 and r.delivery.state is State.SENT]
        return Overview(
            coming=self._coming({digest for digest, _ in stuck}, now, weeks),
            unapproved=self._library.waiting(),
            asked=self._desk.unapproved(),
            edited=self._library.edited(),
            drafts=self._library.drafts(),
            waiting=tuple(reversed(stuck.values())),
            posts=tuple(sent[: -posts - 1 : -1]),
        )

    def _coming(self, undecided: set[str], now: datetime, weeks: int) -> tuple[Coming, ...]:
        first = first_of_interest(now)
        near = [d for d in self._library.published() if d.date >= first or d.id in undecided]
        known = self._ledger.postings(digests=[digest.id for digest in near])
        postings = {(posting.digest, posting.channel): posting for posting in known}
        return tuple(coming(near, self._desk.places(), postings, now=now, weeks=weeks))
