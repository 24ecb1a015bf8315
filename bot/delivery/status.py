"""How deliveries stand, in words: what editors and operators are shown."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.core.delivery.calendar import span
from bot.core.delivery.outlook import outlook
from bot.core.delivery.state import Delivery, Posting, to_be_changed
from bot.core.delivery.ways import Ways
from bot.delivery.places import Places
from bot.delivery.sender import corrections_take
from bot.store.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """One part of one digest in one channel, in words."""

    delivery: Delivery
    channel: str  # as the config names it
    error: str
    next: str


class Status:
    """What is known of deliveries, and what each of them waits for."""

    def __init__(self, ledger: Ledger, places: Places) -> None:
        self._ledger, self._places = ledger, places

    def rows(
        self, *, since: datetime | None, waiting: bool, digest: str, channel: str, ways: Ways
    ) -> tuple[StatusRow, ...]:
        """Return deliveries, oldest slot first; which ones and in which *ways*, see `Desk.status`."""
        names = self._places.listed()
        place = self._places.id_of(channel) if channel else ""
        known = self._ledger.history(since=since, waiting=waiting, digest=digest, channel=place)
        postings = {(posting.digest, posting.channel): posting for posting in known.postings}
        firsts = {(d.digest, d.channel): d for d in known.deliveries if d.part == 0}
        long = self._how_long(known.deliveries)
        return tuple(
            StatusRow(
                delivery=d,
                channel=names.get(d.channel, d.channel),
                error=d.error or _note(postings.get((d.digest, d.channel))),
                next=outlook(
                    d,
                    firsts[d.digest, d.channel],
                    posting=postings.get((d.digest, d.channel)),
                    name=names.get(d.channel, d.channel),
                    listed=d.channel in names,
                    ways=ways,
                )
                + (long if to_be_changed(d) and d.wanted else ""),
            )
            for d in known.deliveries
        )

    def _how_long(self, shown: Collection[Delivery]) -> str:
        """Say how long corrections will take, if any of *shown* waits for its turn among many."""
        if not any(map(to_be_changed, shown)):
            return ""
        takes = corrections_take(self._ledger.look().deliveries)
        return f"; all corrections take about {span(takes)}, as Slack allows no more" if takes else ""


def _note(posting: Posting | None) -> str:
    """Return who decided what about a posting, and when it was corrected."""
    if posting is None:
        return ""
    corrected = f"corrected {posting.corrected}" if posting.corrected else ""
    return "; ".join(filter(None, [posting.note, corrected]))
