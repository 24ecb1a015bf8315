"""The days on which a channel gets nothing because an editor said so, and how to take that back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from bot.core.delivery.plan import Target
from bot.core.delivery.ways import ways_of
from bot.core.errors import RoundupError
from bot.core.schedule import Slot
from bot.store.channels import KnownChannels
from bot.store.decisions import Decision, Decisions
from bot.store.ledger import Ledger


class DaysOff:
    """What editors leave out, channel by channel. *due* are the ids of the digests that have that day."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        decisions: Decisions,
        known: KnownChannels,
        clock: Callable[[], datetime],
    ) -> None:
        self._ledger, self._decisions, self._known, self._clock = ledger, decisions, known, clock

    def skip(self, place: Target, day: date, due: Sequence[str], *, who: str) -> str:
        """Leave a day out; return what becomes of what was to go out."""
        slot = _slot_of(place, day, "Nothing was skipped")
        if slot.at <= self._clock():
            raise RoundupError(
                f"{place.name}'s slot of {day} is over: {ways_of(who).retract} takes a post back"
            )
        if not self._known.skip(place.channel, day):
            return f"{place.name} already skips {day:%a %Y-%m-%d}"
        self._record(who, f"skip {day}", place)
        lost = f": {', '.join(due)} is dropped there and gets no other slot" if due else ""
        return f"{place.name} gets nothing on {day:%a %Y-%m-%d}{lost}"

    def unskip(self, place: Target, day: date, due: Sequence[str], *, who: str) -> str:
        """Let a channel have that day again; return what goes out then."""
        slot = _slot_of(place, day, "Nothing was changed")
        if slot.at <= self._clock():
            raise RoundupError(
                f"{place.name}'s slot of {day} is over: {ways_of(who).post} sends what was dropped there"
            )
        left_out = place.settings.schedule.skips(slot)
        still = "; but the config leaves that day out with `skip:`" if left_out else ""
        if not self._known.unskip(place.channel, day):
            return f"{place.name} does not skip {day:%a %Y-%m-%d}{still}"
        self._record(who, f"unskip {day}", place)
        gets = ", ".join(due) or "what is written for it"
        return f"{place.name} gets {gets} at {place.settings.schedule.spoken(slot.at)}{still}"

    def left_out(self, names: Mapping[str, str]) -> tuple[str, ...]:
        """Return the days to come, in words, the nearest first. *names* are the channels', by ID."""
        today = self._clock().date()
        skips = [(day, c) for c, days in self._known.skipped().items() for day in days if day >= today]
        who = {(d.channel, d.what): d.who for d in self._decisions.all()} if skips else {}
        coming = sorted(
            (day, names.get(channel, channel), who.get((channel, f"skip {day}"), "an editor"))
            for day, channel in skips
        )
        return tuple(f"{name} gets nothing on {day:%a %Y-%m-%d}; skipped by {by}" for day, name, by in coming)

    def _record(self, who: str, what: str, place: Target) -> None:
        self._ledger.decide(Decision(at=self._ledger.now(), who=who, what=what, channel=place.channel))


def _slot_of(place: Target, day: date, otherwise: str) -> Slot:
    slot = place.settings.schedule.first_slot(day)
    if slot.day != day:
        raise RoundupError(
            f"{otherwise}: {place.name} has no slot on {day:%a %Y-%m-%d}, the next is on"
            f" {slot.day:%a %Y-%m-%d}"
        )
    return slot
