"""What is written down about one thing leaves all others as they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from bot.core.delivery.copies import Stale
from tests.store.whole import Store, open_store

PLACE = {"channel": "C1", "name": "random", "who": "U1"}


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url)
    yield opened
    opened.close()


def test_a_press_that_shared_nothing_is_forgotten_and_no_other(store: Store) -> None:
    for press in ("x", "y"):
        store.share(press, ["d/1"], **PLACE)
    store.unshare("x")
    store.outdate("d", Stale.CORRECTED)

    assert len(store.stale_copies()) == 1
    assert store.share("x", ["d/1"], **PLACE)
    assert not store.share("y", ["d/1"], **PLACE)


def test_another_digests_copies_are_not_outdated_nor_another_channels(store: Store) -> None:
    store.share("x", ["d/1", "e/1"], **PLACE)
    store.share("y", ["d/1"], **{**PLACE, "channel": "C2"})
    store.outdate("d", Stale.RETRACTED, channel="C2")

    assert [(copy.digest, copy.channel) for copy in store.stale_copies()] == [("d", "C2")]


def test_two_channels_may_leave_out_one_day_and_one_channel_two(store: Store) -> None:
    first, second = date(2026, 9, 4), date(2026, 9, 11)

    assert store.skip("C1", first)
    assert store.skip("C2", first)
    assert store.skip("C1", second)
    assert not store.skip("C1", first)
    assert store.skipped() == {"C1": {first, second}, "C2": {first}}


def test_an_alarm_that_is_over_is_forgotten_and_no_other(store: Store) -> None:
    for subject in ("one", "other"):
        assert store.tell_once(subject)
    store.untell("one")

    assert store.tell_once("one")
    assert not store.tell_once("other")
