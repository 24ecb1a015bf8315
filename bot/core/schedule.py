"""When a channel gets its post. Wall-clock time exists only here; everywhere else time is aware and in UTC.

APScheduler's cron trigger loses a week in 182 zones a year and doubles in 173 (measured around clock
changes), so slots are computed here: a gap gives the first instant after it, an overlap the first pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import count
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class ClockChange(StrEnum):
    """What a clock change does to a slot's wall-clock time."""

    SHIFTED = "dst_shift"  # that time does not exist on that day; the slot is the first instant after the gap
    AMBIGUOUS = "ambiguous"  # that time happens twice; the slot is the first pass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class WeeklyTime:
    """A weekday (0 is Monday) and a wall-clock time."""

    weekday: int
    at: time

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} {self.at:%H:%M}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One instant at which a channel gets what is due. Its nominal day keys it, whatever the clocks do."""

    at: datetime  # UTC
    day: date  # the local calendar day it belongs to
    change: ClockChange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One or several times a week, at a wall-clock time somewhere."""

    times: tuple[WeeklyTime, ...]
    zone: ZoneInfo
    skip: frozenset[date] = field(default_factory=frozenset)  # local days on which nothing is posted

    def __post_init__(self) -> None:
        if not self.times:
            raise ValueError("a schedule needs at least one time")

    def slots(self, start: date) -> Iterator[Slot]:
        """Yield every slot from local day *start* on, in order, without end, skipped days included."""
        for offset in count():
            day = start + timedelta(days=offset)
            yield from (self._slot(day, t.at) for t in sorted(self.times) if t.weekday == day.weekday())

    def first_slot(self, on_or_after: date) -> Slot:
        """Return the first slot at or after midnight, local time, of that day."""
        return next(self.slots(on_or_after))

    def next_slot(self, after: datetime) -> Slot:
        """Return the first slot later than that instant."""
        # A day early: the local date may be behind UTC's, and a gap may push a slot over midnight.
        start = after.astimezone(self.zone).date() - timedelta(days=1)
        return next(slot for slot in self.slots(start) if slot.at > after)

    def skips(self, slot: Slot) -> bool:
        """Tell whether the admin has left that day out."""
        return slot.day in self.skip

    def local(self, instant: datetime) -> datetime:
        """Return the instant as the channel's clocks show it."""
        return instant.astimezone(self.zone)

    def spoken(self, instant: datetime) -> str:
        """Return it in words, with the zone by its name: "CST" is China's, Cuba's and Chicago's."""
        return f"{self.local(instant):%a %d %b %Y %H:%M} {self.zone.key}"

    def _slot(self, day: date, at: time) -> Slot:
        wall = datetime.combine(day, at)
        first, second = wall.replace(tzinfo=self.zone, fold=0), wall.replace(tzinfo=self.zone, fold=1)
        if first.utcoffset() == second.utcoffset():
            return Slot(at=first.astimezone(UTC), day=day)
        if _exists(wall, self.zone):
            return Slot(at=first.astimezone(UTC), day=day, change=ClockChange.AMBIGUOUS)
        return Slot(at=_end_of_gap(wall, self.zone), day=day, change=ClockChange.SHIFTED)


def _exists(wall: datetime, zone: ZoneInfo) -> bool:
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall


def _end_of_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    # PEP 495: in a gap fold=1 gives an instant before the change and fold=0 one at or after it.
    before = int(wall.replace(tzinfo=zone, fold=1).timestamp())
    after = int(wall.replace(tzinfo=zone, fold=0).timestamp())
    offset = datetime.fromtimestamp(before, zone).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return datetime.fromtimestamp(after, UTC)
