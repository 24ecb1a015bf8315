"""What somebody means who writes an abbreviation or an offset for a time zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.files.zones import CITIES, MEANT, PLACES, read_zone

WINTER, SUMMER = datetime(2026, 1, 15, 12), datetime(2026, 7, 15, 12)  # noqa: DTZ001 - wall-clock times


def said(text: str) -> str:
    with pytest.raises(ValueError, match="is no time zone") as problem:
        read_zone(text)
    return str(problem.value)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("PST", ": it has no clock changes; write a place's, `America/Los_Angeles`"),
        ("pdt", ": it has no clock changes; write a place's, `America/Los_Angeles`"),
        ("CST", "write a place's, `America/Chicago` or `Asia/Shanghai` or `America/Havana`"),
        ("IST", "write a place's, `Asia/Kolkata` or `Europe/Dublin` or `Asia/Jerusalem`"),
        ("GMT+1", "such as `Europe/Berlin`; `Etc/GMT-1` is the offset, with its sign turned round"),
        ("GMT-8", "such as `America/Los_Angeles`; `Etc/GMT+8` is the offset, with its sign turned round"),
        ("UTC+8", "such as `Asia/Shanghai`; `Etc/GMT-8` is the offset, with its sign turned round"),
        ("utc +08:00", "such as `Asia/Shanghai`; `Etc/GMT-8` is the offset, with its sign turned round"),
        ("+0530", "such as `Asia/Kolkata`"),
        ("UTC+0", "such as `Europe/London`, or `Etc/UTC`"),
        ("GMT+99", "such as `Europe/London`"),
    ],
)
def test_the_remedy_is_what_was_meant(text: str, meant: str) -> None:
    """By letters PST came near to EST, and GMT+1 to Etc/GMT+1: three hours off, and two."""
    assert said(text).endswith(meant)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Asia/Beijing", "; did you mean `Asia/Shanghai`?"),
        ("Asia/Mumbai", "; did you mean `Asia/Kolkata`?"),
        ("America/San_Francisco", "; did you mean `America/Los_Angeles`?"),
        ("san francisco", "; did you mean `America/Los_Angeles`?"),
        ("China", "; did you mean `Asia/Shanghai`?"),
        ("New York", "; did you mean `America/New_York`?"),
        ("UK/London", "; did you mean `Europe/London`?"),
        ("Europe / London", "; did you mean `Europe/London`?"),
        ("Europe/Londn", "; did you mean `Europe/London`?"),
        ("Amercia/New_Yrok", "; did you mean `America/New_York`?"),
        ("asia/shanghai", "; did you mean `Asia/Shanghai`?"),
        ("Z", "; did you mean `UTC`?"),
        ("America/Cleveland", "; write one such as Europe/London"),
        ("Europe/Bremen", "; write one such as Europe/London"),
        ("true", "; write one such as Europe/London"),
    ],
)
def test_no_city_far_away_is_offered_for_its_letters(text: str, meant: str) -> None:
    """Asia/Beijing came near to Asia/Beirut, Asia/Mumbai to Asia/Dubai: who took it over posted hours off."""
    assert said(text).endswith(meant)


@pytest.mark.parametrize("city", CITIES)
def test_a_place_that_has_anothers_clocks_is_no_zone_itself(city: str) -> None:
    assert said(city).endswith(f"; did you mean `{CITIES[city]}`?")
    assert ZoneInfo(CITIES[city])


@pytest.mark.parametrize("short", MEANT)
def test_no_abbreviation_that_is_explained_is_a_zone(short: str) -> None:
    text = said(short)

    assert all(f"`{place}`" in text and ZoneInfo(place) for place in MEANT[short])


@pytest.mark.parametrize("minutes", PLACES)
def test_each_place_has_the_offset_it_stands_for(minutes: int) -> None:
    zone = ZoneInfo(PLACES[minutes])
    offsets = {day.replace(tzinfo=zone).utcoffset() for day in (WINTER, SUMMER)}

    assert timedelta(minutes=minutes) in offsets


@pytest.mark.parametrize("hours", [*range(-12, 0), *range(1, 15)])
def test_the_fixed_zone_named_for_an_offset_has_it(hours: int) -> None:
    """POSIX counts westwards: it is the one with the other sign."""
    fixed = said(f"GMT{hours:+d}").partition("; `")[2].partition("`")[0]

    assert WINTER.replace(tzinfo=ZoneInfo(fixed)).utcoffset() == timedelta(hours=hours)
