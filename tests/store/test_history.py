"""What `status` reads of years of posts: the newest, what is amiss, and no more rows than that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.delivery.state import Delivery, Posting, State, Verdict, standing_out
from tests.store.recording import listening, planned
from tests.store.test_unsettled import NOW, parts, put
from tests.store.whole import Store, open_store

WEEK = timedelta(weeks=1)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with closing(open_store(database_url)) as opened:
        yield opened


# The ledger is made once and emptied for each example.
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(many=st.lists(parts, min_size=1, max_size=30))
def test_what_stands_out_is_shown_however_old(store: Store, many: list[Delivery]) -> None:
    each_of_its_own = [replace(d, digest=f"d{i}") for i, d in enumerate(many)]
    put(store, each_of_its_own)
    found = store.history(since=NOW + WEEK, waiting=True).deliveries

    assert {d.key for d in found} == {d.key for d in each_of_its_own if standing_out(d)}
    assert store.counts() == Counter(d.state for d in many)


def test_posts_are_shown_whole_with_what_was_decided(store: Store) -> None:
    """What is to be said of a part depends on its first one and on its posting."""
    for n in range(4):
        channel = f"C{n % 2}"
        store.decide(postings=[Posting(digest=f"d{n}", channel=channel, verdict=Verdict.POST)])
    sent = Delivery(
        digest="", channel="", part=0, state=State.SENT, slot=NOW, since=NOW, dated=NOW.date(), shown=""
    )
    put(
        store,
        [
            replace(sent, digest=f"d{n}", channel=f"C{n % 2}", part=part, slot=NOW + n * WEEK, version=1)
            for n in range(4)
            for part in range(2)
        ],
    )
    old = store.deliveries(digest="d0")[1]
    store.write(old, replace(old, state=State.HELD))
    lately = store.history(since=NOW + 3 * WEEK, waiting=True)

    assert [d.key for d in lately.deliveries] == [
        ("d0", "C0", 0),
        ("d0", "C0", 1),
        ("d3", "C1", 0),
        ("d3", "C1", 1),
    ]
    assert {p.digest for p in lately.postings} == {"d0", "d3"}
    assert {d.digest for d in store.history(since=NOW + 2 * WEEK).deliveries} == {"d2", "d3"}
    assert {d.digest for d in store.history(channel="C0").deliveries} == {"d0", "d2"}
    assert {d.digest for d in store.history(digest="d1").deliveries} == {"d1"}
    assert {d.digest for d in store.history().deliveries} == {"d0", "d1", "d2", "d3"}


def test_a_short_look_back_reads_no_row_that_it_does_not_show(tmp_path: Path) -> None:
    """SQLite takes an index only while its words are the query's."""
    with closing(open_store(f"sqlite:///{tmp_path}/a.db")) as store:
        with listening() as said:
            store.history(since=NOW, waiting=True)
            store.counts()
        plan = planned(store, said, "deliveries")

    assert sum("FROM deliveries" in sql for sql, _ in said) == 3
    scans = {step for step in plan if step.startswith("SCAN")}
    assert scans == {
        "SCAN anon_1",  # which posts are shown
        "SCAN deliveries USING INDEX standing_out",
        "SCAN deliveries USING COVERING INDEX by_slot",  # to count
    }
    assert "SEARCH deliveries USING COVERING INDEX by_slot (slot>?)" in plan
