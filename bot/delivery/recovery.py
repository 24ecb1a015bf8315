"""Reads our own posts back from a channel's history into the ledger, so that nothing is posted twice.

For a ledger that is new, or older than what stands in the channel. Slack is only asked for the history.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from bot.core.delivery.answers import Unreadable
from bot.core.delivery.past import Past, Standing, adopted, is_back, unread, words_of
from bot.core.delivery.plan import Target, fingerprint, slot_of
from bot.core.delivery.state import WITHHELD, Delivery, Posting, State, Verdict
from bot.core.delivery.wording import content
from bot.core.digest import Digest
from bot.core.message import Part
from bot.delivery.needs import Digests, History, Render
from bot.store.channels import KnownChannels
from bot.store.ledger import Ledger

log = logging.getLogger(__name__)

# In place of the words' fingerprint where nobody knows it: of a form that is never compared.
UNTOLD = "untold:"

Row = tuple[Delivery | None, Delivery, Part | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What was found in a channel, by digest, oldest first."""

    known: tuple[str, ...] = ()  # the ledger knew all of it
    new: tuple[str, ...] = ()  # the ledger knows it from now on
    doubtful: tuple[Delivery, ...] = ()  # parts of theirs that may stand in a thread nobody can read
    without_file: tuple[str, ...] = ()  # digests that nobody has any more: they can only be retracted


class Recovery:
    """Takes in what stands in a channel. Safe to repeat, and beside replicas that post."""

    def __init__(
        self, *, ledger: Ledger, known: KnownChannels, history: History, library: Digests, render: Render
    ) -> None:
        self._ledger, self._known, self._history = ledger, known, history
        self._library, self._render = library, render

    def look(
        self,
        target: Target,
        *,
        turn: Callable[[timedelta], None],
        since: datetime | None = None,
        progress: Callable[[datetime], None] = lambda at: None,
    ) -> Recovered | Unreadable:
        """Read what stands in a channel since then, or ever, and write down what the ledger did not know."""
        past = self._history.read(target.channel, since=since, turn=turn, progress=progress)
        if isinstance(past, Unreadable):
            return past
        found = [self._take_in(target, name, parts, past) for name, parts in past.posts.items()]
        self._known.note_look(target.channel)
        return Recovered(
            known=tuple(name for name, rows in found if not rows),
            new=tuple(name for name, rows in found if rows),
            doubtful=tuple(new for _, rows in found for _, new, _ in rows if new.state is State.UNSURE),
            without_file=tuple(name for name, _ in found if name not in self._library.digests),
        )

    def _take_in(
        self,
        target: Target,
        name: str,
        parts: Sequence[Standing],
        past: Past,
    ) -> tuple[str, list[Row]]:
        while True:
            posting, rows = self._found(target, name, parts, past.unread.get(name, ""))
            if not rows or self._ledger.adopt(posting, rows):  # else a replica was at it: look again
                break
        if rows:
            log.info("post_recovered digest=%s channel=%s parts=%d", name, target.channel, len(rows))
        return name, rows

    def _found(
        self, target: Target, name: str, parts: Sequence[Standing], why_unread: str
    ) -> tuple[Posting, list[Row]]:
        known = {d.part: d for d in self._ledger.deliveries(digest=name, channel=target.channel)}
        old = next((p for p in self._ledger.postings(digest=name) if p.channel == target.channel), None)
        digest = self._library.digests.get(name)
        posting = old if old and old.verdict is Verdict.POST else self._posting(target, parts, old, digest)
        rows: list[Row] = [
            (known.get(part.part), new, None)
            for part in parts
            if (new := adopted(known.get(part.part), part, posting))
        ]
        if not rows or digest is None or not posting.content:
            return posting, rows
        rest = self._missing(digest, target, posting, {*known, *(part.part for part in parts)})
        same = posting.content == content(digest, target.settings)
        if rest and why_unread:
            rows += [(None, unread(d, why_unread), part) for d, part in rest if same]
            if not same:  # edited since, and approved by nobody perhaps: what it is to say, a correction says
                rows += [(None, unread(replace(d, wanted=WITHHELD), why_unread), None) for d, _ in rest]
                posting = replace(posting, layout="")
        elif rest and same:
            # Not all of it is there: laid out anew, it gets the rest. Else it may be whole.
            anew = replace(posting, layout="")
            posting = anew if self._is_arranged_so(digest, target, parts) else posting
        return posting, rows

    def _is_arranged_so(self, digest: Digest, target: Target, parts: Sequence[Standing]) -> bool:
        """Tell whether what was found is arranged as it would be now, in one message of it at least."""
        changed = datetime.fromtimestamp(float(parts[0].changed or parts[0].ts), UTC)
        days = (None, target.settings.schedule.local(changed).date())
        now = {
            (n, fingerprint(part.message))
            for day in days
            for n, part in enumerate(self._rendered(digest, target, day))
        }
        return any((part.part, part.shows) in now for part in parts) or not any(part.shows for part in parts)

    def _posting(
        self, target: Target, parts: Sequence[Standing], old: Posting | None, digest: Digest | None
    ) -> Posting:
        posted, about = parts[0].at, old or Posting(digest=parts[0].digest, channel=target.channel)
        due = slot_of(digest, target, old).at if digest else posted
        words = words_of(parts)
        if digest and not words:  # it does not say; as it is now is how it shall stay until it changes
            words = content(digest, target.settings)
        return replace(
            is_back(about),
            slot=min(due, posted),
            title=digest.title if digest else about.title,
            dated=digest.date if digest else about.dated or posted.date(),
            content=words or UNTOLD,
            layout=target.settings.layout,
        )

    def _missing(
        self, digest: Digest, target: Target, posting: Posting, there: set[int]
    ) -> list[tuple[Delivery, Part]]:
        """Return the parts of a post that should stand in its thread and are not known to."""
        parts = self._rendered(digest, target, None)
        assert posting.slot and posting.dated  # noqa: S101, PT018 - what was found has both
        wanted = {
            n: Delivery(
                digest=digest.id,
                channel=target.channel,
                part=n,
                state=State.PENDING,
                slot=posting.slot,
                since=posting.slot,
                dated=posting.dated,
                wanted=fingerprint(part.message),
            )
            for n, part in enumerate(parts)
            if n not in there
        }
        return [(d, parts[n]) for n, d in wanted.items()]

    def _rendered(self, digest: Digest, target: Target, corrected: date | None) -> tuple[Part, ...]:
        settings = target.settings
        return self._render(digest, settings.selection(digest), layout=settings.layout, corrected=corrected)
