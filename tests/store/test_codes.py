"""Codes that were given stay what they are, whatever comes later and whoever sees it first."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest

from bot.core.numbering import Numbered
from bot.store.codes import GivenCodes
from bot.store.database import open_database


@pytest.fixture
def codes(database_url: str) -> Iterator[GivenCodes]:
    with closing(open_database(database_url, environ={})) as database:
        yield GivenCodes(database)


def test_story_numbers_are_remembered_and_replaced_only_under_their_number(codes: GivenCodes) -> None:
    one, two = Numbered(n=1, url="u", headline="h", body="b"), Numbered(n=2, url="", headline="i", body="c")
    codes.number("d", [one, two])
    codes.number("d", [replace(two, headline="new")])

    assert codes.numberings(["d", "unknown"]) == {"d": [one, replace(two, headline="new")]}


def test_a_digest_keeps_its_place_in_a_week_through_a_restart(database_url: str) -> None:
    with closing(open_database(database_url, environ={})) as first:
        seen = GivenCodes(first).places({"2018": ["friday", "saturday"], "2019": ["monday"]})
    with closing(open_database(database_url, environ={})) as again:
        later = GivenCodes(again).places({"2018": ["monday", "friday"]})

    assert seen == {"2018": {"friday": 0, "saturday": 1}, "2019": {"monday": 0}}
    assert later == {"2018": {"friday": 0, "saturday": 1, "monday": 2}}


def test_replicas_that_see_other_files_first_agree_on_places(codes: GivenCodes) -> None:
    weeks = [str(week) for week in range(10)]
    names = [f"d{n}" for n in range(5)]
    orders = [dict.fromkeys(weeks[n:] + weeks[:n], names[n:] + names[:n]) for n in range(5)]
    with ThreadPoolExecutor(5) as pool:
        agreed = list(pool.map(codes.places, orders))

    assert all(places == agreed[0] for places in agreed)
    assert all(sorted(places.values()) == [0, 1, 2, 3, 4] for places in agreed[0].values())
