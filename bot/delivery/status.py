"""What became of every post, part by part, in words; where it is shown is decided there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.delivery.outlook import outlook
from bot.core.delivery.state import Delivery, Posting, to_be_changed
from bot.core.delivery.ways import Ways
from bot.store.ledger import History


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """One part of one digest in one channel, in words."""

    delivery: Delivery
    channel: str  # as the config names it
    error: str
    next: str


def in_rows(known: History, names: Mapping[str, str], *, ways: Ways, long: str) -> tuple[StatusRow, ...]:
    """Return a row for each part. *names* are the channels' of the config, by ID.

    *long* says how long corrections take, "" if that is not worth a word.
    """
    postings = {(posting.digest, posting.channel): posting for posting in known.postings}
    firsts = {(d.digest, d.channel): d for d in known.deliveries if d.part == 0}
    rows = []
    for d in known.deliveries:
        place, name = (d.digest, d.channel), names.get(d.channel, d.channel)
        posting, listed = postings.get(place), d.channel in names
        then = outlook(d, firsts[place], posting=posting, name=name, listed=listed, ways=ways)
        takes = long if to_be_changed(d) and d.wanted else ""
        rows.append(
            StatusRow(delivery=d, channel=name, error=d.error or _note(posting), next=then + takes),
        )
    return tuple(rows)


def _note(posting: Posting | None) -> str:
    """Return who decided what about a posting, and when it was corrected."""
    if posting is None:
        return ""
    corrected = f"corrected {posting.corrected}" if posting.corrected else ""
    return "; ".join(filter(None, [posting.note, corrected]))
