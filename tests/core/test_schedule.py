"""Slots, against the calendar of every zone: never skipped, never twice, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.schedule import ClockChange, Schedule, WeeklyTime

ZONES = sorted(available_timezones() - {"Factory", "localtime"})
TIMES = (time(0, 0), time(0, 30), time(1, 30), time(2, 30), time(3, 0), time(9, 0))


def weekly(weekday: int, at: time, zone: str) -> Schedule:
    return Schedule(times=(WeeklyTime(weekday=weekday, at=at),), zone=ZoneInfo(zone))


@given(
    zone=st.sampled_from(ZONES),
    weekday=st.integers(0, 6),
    at=st.sampled_from(TIMES),
    days=st.integers(0, 730),
)
@settings(deadline=None, max_examples=150)
def test_there_is_one_slot_a_week_in_every_zone(zone: str, weekday: int, at: time, days: int) -> None:
    """As a running bot finds them: the next one, and then the next; all of them in benchmarks/delivery."""
    schedule = weekly(weekday, at, zone)
    instant, found = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=days), []
    for _ in range(56):
        slot = schedule.next_slot(instant)
        assert slot.at > instant
        instant = slot.at
        found.append(slot.day)

    assert found == [found[0] + timedelta(days=7 * n) for n in range(56)]
    assert found[0].weekday() == weekday


@given(
    zone=st.sampled_from(ZONES),
    weekday=st.integers(0, 6),
    at=st.times(),
    day=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
@settings(deadline=None, max_examples=150)
def test_a_slot_shows_its_wall_clock_time_unless_that_does_not_exist(
    zone: str, weekday: int, at: time, day: date
) -> None:
    at = at.replace(second=0, microsecond=0)
    slot = weekly(weekday, at, zone).first_slot(day)
    shown = slot.at.astimezone(ZoneInfo(zone))

    if slot.change is ClockChange.SHIFTED:
        before = (slot.at - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
        assert shown.utcoffset() != before.utcoffset()
        assert before.replace(tzinfo=None) < datetime.combine(slot.day, at) < shown.replace(tzinfo=None)
    else:
        assert (shown.date(), shown.time()) == (slot.day, at)
        assert shown.fold == 0


@pytest.mark.parametrize(
    ("zone", "at", "day", "expected", "change"),
    [
        ("America/New_York", time(2, 30), date(2027, 3, 14), "2027-03-14T07:00", ClockChange.SHIFTED),
        ("America/New_York", time(1, 30), date(2026, 11, 1), "2026-11-01T05:30", ClockChange.AMBIGUOUS),
        ("America/New_York", time(0, 0), date(2027, 3, 15), "2027-03-15T04:00", None),
        ("Africa/Cairo", time(0, 30), date(2027, 4, 30), "2027-04-29T22:00", ClockChange.SHIFTED),
        ("Australia/Lord_Howe", time(1, 45), date(2027, 4, 4), "2027-04-03T14:45", ClockChange.AMBIGUOUS),
        ("Asia/Shanghai", time(9, 0), date(2026, 5, 1), "2026-05-01T01:00", None),
    ],
)
def test_a_gap_gives_the_instant_after_it_and_an_overlap_the_first_pass(
    zone: str, at: time, day: date, expected: str, change: ClockChange | None
) -> None:
    slot = weekly(day.weekday(), at, zone).first_slot(day)

    assert (slot.at, slot.day, slot.change) == (
        datetime.fromisoformat(expected).replace(tzinfo=UTC),
        day,
        change,
    )


def test_several_times_a_week_come_in_order() -> None:
    times = (WeeklyTime(weekday=3, at=time(17, 30)), WeeklyTime(weekday=0, at=time(9)))
    schedule = Schedule(times=times, zone=ZoneInfo("UTC"))
    monday = datetime(2026, 9, 7, 9, tzinfo=UTC)

    assert schedule.first_slot(date(2026, 9, 5)).at == monday
    assert schedule.next_slot(monday).at == monday + timedelta(days=3, hours=8, minutes=30)
