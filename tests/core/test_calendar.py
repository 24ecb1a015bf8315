"""What is coming, week by week, clock changes and all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from bot.cli.plan import _calendar, _lines
from bot.core.delivery.calendar import coming, coming_of, span
from bot.core.delivery.plan import Target
from bot.core.delivery.state import Posting, Verdict
from bot.core.digest import Digest, Story
from bot.core.markdown.source import literal
from bot.core.schedule import Schedule, WeeklyTime
from bot.core.settings import ChannelSettings

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def target(
    *, weekday: int = 4, at: time = time(9), zone: str = "Europe/London", skip: date | None = None
) -> Target:
    schedule = Schedule(
        times=(WeeklyTime(weekday=weekday, at=at),),
        zone=ZoneInfo(zone),
        skip=frozenset([skip] if skip else []),
    )
    return Target(channel="C1", settings=ChannelSettings(channel="#news", schedule=schedule), since=NOW)


def digest(day: date, name: str = "d", *, draft: bool = False) -> Digest:
    story = Story(id=f"{name}/1", n=1, headline="Fliggy", body=literal("Trips."))
    return Digest(id=name, title=name, date=day, stories=(story,), draft=draft)


def test_every_slot_is_listed_with_its_digest_or_none() -> None:
    posts = coming([digest(date(2026, 3, 12))], [target()], {}, now=NOW, weeks=3)

    assert [(post.slot.day, post.digest and post.digest.id) for post in posts] == [
        (date(2026, 3, 6), None),
        (date(2026, 3, 13), "d"),
        (date(2026, 3, 20), None),
    ]


def test_a_digest_without_a_story_for_a_channel_is_said_to_leave_it_empty() -> None:
    """The plan said "none yet", as if nobody had written one."""
    picky = replace(target(), settings=replace(target().settings, only=("Decathlon",)))
    posts = coming([digest(date(2026, 3, 12))], [picky], {}, now=NOW, weeks=2)

    assert [(post.digest, post.left_out) for post in posts] == [(None, ()), (None, ("d",))]
    said = list(_lines(posts, NOW, 2))
    assert said[2].endswith("none yet")
    assert said[4].endswith("nothing: no story of d is about what its `only` names")


def test_local_time_stands_still_when_clocks_change() -> None:
    posts = coming([], [target()], {}, now=NOW, weeks=6)

    assert {post.local.time() for post in posts} == {time(9)}
    assert {post.slot.at.hour for post in posts} == {9, 8}


@pytest.mark.parametrize(
    ("now", "note", "utc"),
    [
        (datetime(2026, 3, 25, tzinfo=UTC), "dst_shift", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (datetime(2026, 10, 21, tzinfo=UTC), "ambiguous", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_clock_change_in_the_slot_is_flagged(now: datetime, note: str, utc: datetime) -> None:
    [post] = coming([], [target(weekday=6, at=time(1, 30))], {}, now=now, weeks=1)

    assert post.note == note
    assert post.slot.at == utc


def test_skipped_day_is_flagged() -> None:
    [post] = coming([digest(date(2026, 3, 2))], [target(skip=date(2026, 3, 6))], {}, now=NOW, weeks=1)

    assert post.note == "skipped"
    assert post.digest is not None


def test_two_digests_in_a_slot_are_two_posts_oldest_first() -> None:
    both = [digest(date(2026, 3, 4), "b"), digest(date(2026, 3, 3), "a")]

    posts = coming(both, [target()], {}, now=NOW, weeks=1)

    assert [post.digest.id for post in posts if post.digest] == ["a", "b"]


def test_what_is_posted_or_a_draft_is_not_coming() -> None:
    posted = Posting(digest="d", channel="C1", verdict=Verdict.POST)
    week = [digest(date(2026, 3, 4)), digest(date(2026, 3, 4), "draft", draft=True)]

    [post] = coming(week, [target()], {("d", "C1"): posted}, now=NOW, weeks=1)

    assert post.digest is None


def test_moved_digest_is_coming_in_its_new_slot_however_far() -> None:
    moved = Posting(digest="d", channel="C1", moved_to=datetime(2027, 3, 12, 9, tzinfo=UTC))

    [post] = coming_of(digest(date(2026, 3, 4)), [target()], {("d", "C1"): moved}, now=NOW)

    assert post.slot.at == datetime(2027, 3, 12, 9, tzinfo=UTC)


def test_plan_stays_whole_and_says_the_day_in_utc_too() -> None:
    """A table broke names at 80 columns, and its UTC column had an hour of which day?"""
    long = f"#{'n' * 79}"
    tokyo, osaka = (
        replace(each, settings=replace(each.settings, channel=name))
        for each, name in ((target(at=time(8), zone="Asia/Tokyo"), long), (target(zone="Asia/Tokyo"), "#b"))
    )
    skipping = target(at=time(8), zone="Asia/Tokyo", skip=date(2026, 3, 6))
    posts = coming([digest(date(2026, 3, 4))], [tokyo, osaka, skipping], {}, now=NOW, weeks=1)

    assert list(_lines(posts, NOW, 1)) == [
        "The next week",
        "Fri 06 Mar 2026 08:00 Asia/Tokyo = Thu 05 Mar 23:00 UTC, in 4 days 23 h",
        f"  {'#news':<80}  d; skipped",
        f"  {long}  d",
        "Fri 06 Mar 2026 09:00 Asia/Tokyo = Fri 06 Mar 00:00 UTC, in 5 days 0 h",
        f"  {'#b':<80}  d",
    ]


def test_calendar_file_is_read_back_by_a_calendar_library() -> None:
    posts = coming([digest(date(2026, 3, 4))], [target()], {}, now=NOW, weeks=2)

    calendar = Calendar.from_ical(_calendar(posts, NOW))
    events = calendar.walk("VEVENT")

    assert [event.decoded("dtstart") for event in events] == [post.slot.at for post in posts]
    assert [str(event["summary"]) for event in events] == ["#news: d", "#news: no digest yet"]
    assert len({str(event["uid"]) for event in events}) == 2


def test_event_keeps_its_uid_as_weeks_pass_and_its_digest_arrives() -> None:
    """A calendar that reads the file again would otherwise show every later post twice."""
    before = coming([], [target()], {}, now=NOW, weeks=3)
    later = coming([digest(date(2026, 3, 11))], [target()], {}, now=NOW + timedelta(days=7), weeks=3)

    uids = [
        [str(e["uid"]) for e in Calendar.from_ical(_calendar(p, NOW)).walk("VEVENT")] for p in (before, later)
    ]

    assert uids[0][1:] == uids[1][:2]


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(days=1, hours=2, minutes=59), "1 day 2 h"),
        (timedelta(days=4), "4 days 0 h"),
        (timedelta(hours=3, minutes=5), "3 h 5 min"),
        (timedelta(minutes=40, seconds=59), "40 min"),
        (timedelta(seconds=-5), "0 min"),
    ],
)
def test_span_is_said_in_its_two_largest_units(length: timedelta, words: str) -> None:
    assert span(length) == words
