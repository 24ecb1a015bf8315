"""What is out: by what the ledger knows, and before that by what was over before it began."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.core.delivery.out import Seen, Standing, is_out
from tests.delivery.world import channel, digest

MONDAY = date(2026, 9, 7)
SLOT = datetime(2026, 9, 7, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def seen(since: datetime, **more: Any) -> Seen:
    return Seen(channel("news", "0 09:00", **more), since)


def out(*channels: Seen, of: Any = None, **more: Any) -> bool:
    standing = Standing(there=more.pop("there", ()), dropped=more.pop("dropped", ()))
    return is_out(of or digest(MONDAY, name="d"), channels, standing, today=MONDAY + DAY, **more)


def test_it_is_out_once_a_channel_has_its_first_part() -> None:
    assert not out(seen(SLOT - 30 * DAY))
    assert out(seen(SLOT - 30 * DAY), there={"d"})
    assert out(seen(SLOT - 30 * DAY), there={"d"}, dropped={"d"})


def test_a_draft_is_not_out_whatever_was_posted() -> None:
    assert not out(seen(SLOT - DAY), of=replace(digest(MONDAY, name="d"), draft=True), there={"d"})


@pytest.mark.parametrize(("ahead", "is_out"), [(-1, False), (0, False), (1, True), (24 * 365, True)], ids=str)
def test_an_archive_from_before_the_channels_is_out(ahead: int, is_out: bool) -> None:
    """To the second: the last slot before the bot came is the archive's, the first one after is its own."""
    assert out(seen(SLOT + timedelta(hours=ahead))) is is_out


def test_every_channel_must_have_come_after_it_and_only_those_that_get_it_count() -> None:
    early, late = seen(SLOT - DAY), seen(SLOT + DAY)

    assert not out(early, late)
    assert out(seen(SLOT - DAY, only=("Travel",)), late)
    assert not out(seen(SLOT - DAY, only=("Travel",)))


def test_what_was_taken_back_or_deleted_is_no_archive() -> None:
    assert not out(seen(SLOT + DAY), dropped={"d"})
    assert not out(seen(SLOT + DAY), gone=True)
    assert out(seen(SLOT + DAY), gone=True, there={"d"})


@pytest.mark.parametrize("year", [2019, 2026, 2030])
def test_without_channels_the_date_decides(year: int) -> None:
    assert out(of=digest(date(year, 9, 1))) is (year < 2030)


def test_without_channels_a_digest_is_out_from_its_day_on() -> None:
    assert out(of=digest(MONDAY + DAY))
    assert not out(of=digest(MONDAY + 2 * DAY))


def test_a_far_future_is_not_out() -> None:
    assert not out(seen(SLOT), of=digest(date(2030, 1, 1)))
