"""Which parts a look finds is said once, in core; here the databases' copy of it is held to that."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.delivery.state import Delivery, Rung, State, unsettled
from bot.store.tables import deliveries
from tests.store.memory import MemoryStore
from tests.store.recording import listening, planned
from tests.store.whole import Store, open_store

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
words = st.sampled_from(["", "old", "new"])
instants = st.sampled_from([None, NOW])
parts = st.builds(
    Delivery,
    digest=st.just("d"),
    channel=st.just("C"),
    part=st.just(0),
    state=st.sampled_from(State),
    slot=st.just(NOW),
    since=st.just(NOW),
    dated=st.just(date(2026, 9, 1)),
    wanted=words,
    asked=words,
    shown=st.none() | words,
    refused=st.none() | words,
    rung=st.sampled_from(Rung),
    ts=st.sampled_from(["", "1.0"]),
    parent=words,
    owner=st.sampled_from(["", "me"]),
    lease_until=instants,
    not_before=instants,
    first_asked=instants,
    attempts=st.integers(0, 2),
    checks=st.integers(0, 2),
    by_person=st.booleans(),
    error=words,
    replica=words,
    version=st.just(1),
)


def put(ledger: Store, many: list[Delivery]) -> None:
    """Leave these parts and no others, as if they had come to be what they are."""
    if isinstance(ledger, MemoryStore):
        ledger._rows = {d.key: d for d in many}
        return
    with ledger._database.writing() as db:
        db.execute(deliveries.delete())
        db.execute(deliveries.insert(), [asdict(d) for d in many])


# The ledger is made once and emptied for each example.
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(many=st.lists(parts, min_size=1, max_size=30))
def test_a_look_finds_what_is_unsettled_and_nothing_else(ledger: Store, many: list[Delivery]) -> None:
    each_of_its_own = [replace(d, digest=f"d{i}") for i, d in enumerate(many)]
    put(ledger, each_of_its_own)

    assert {d.key for d in ledger.look().deliveries} == {d.key for d in each_of_its_own if unsettled(d)}


def test_a_look_costs_what_is_under_way_not_what_was_posted(tmp_path: Path) -> None:
    """The index holds nothing else; SQLite takes it only while it is in the same words as the look."""
    pending = Delivery(
        digest="d",
        channel="C",
        part=0,
        state=State.PENDING,
        slot=NOW,
        since=NOW,
        dated=NOW.date(),
        wanted="new",
    )
    with closing(open_store(f"sqlite:///{tmp_path}/a.db")) as store:
        put(store, [pending])
        with listening() as said:
            assert [d.key for d in store.look().deliveries] == [pending.key]
        plan = planned(store, said, "deliveries")

    # Whether there is anything, then whatever there is.
    scans = [step for step in plan if step.startswith("SCAN") and step != "SCAN CONSTANT ROW"]
    assert scans == 2 * ["SCAN deliveries USING INDEX unsettled"]
