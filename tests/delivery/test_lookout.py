"""Before the first post in a channel its history is looked at: another ledger may have been lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot.core.delivery.past import Past, Standing
from bot.core.delivery.state import State
from bot.delivery.limits import LOOKS, SEARCHES
from bot.delivery.lookout import EACH, PATIENCE
from bot.delivery.recovery import Recovered
from bot.delivery.resolving import Choice
from bot.practice.server import PracticeServer
from bot.store.limits import Limit
from tests.delivery.test_publisher import EDITOR, MONDAY, SLOT, Office
from tests.delivery.world import channel, digest

pytestmark = pytest.mark.usefixtures("hurried")


def forgotten(office: Office) -> None:
    """Let the ledger be a new one."""
    with office.ledger._database.writing() as db:
        for table in ("deliveries", "postings"):
            db.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608
        db.exec_driver_sql("UPDATE channels SET looked = NULL")
        db.exec_driver_sql("UPDATE counters SET value = value + 1 WHERE name = 'changes'")


def test_what_stands_there_already_becomes_rows(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    office = open_office()
    office.tick(SLOT)
    there = [m.ts for m in office.channel()]
    forgotten(office)
    office = open_office(at=SLOT)
    office.tick(SLOT + timedelta(minutes=5))

    assert [m.ts for m in office.channel()] == there
    assert set(office.states()) == {State.SENT}
    assert [d.ts for d in office.ledger.deliveries(channel=practice.workspace.channel("#news").id)] == there
    assert office.told() == []


@pytest.mark.parametrize("error", ["missing_scope", "not_in_channel"])
def test_a_fresh_channel_nobody_can_look_into_gets_its_post_and_nobody_is_bothered(
    error: str, open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    office = open_office()
    practice.fault("conversations.history", error, times=99)
    office.tick(SLOT)

    assert office.channel()
    assert set(office.states()) == {State.SENT}
    assert office.told() == []


def test_an_order_for_such_a_channel_asks_the_editors(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    office = open_office()
    practice.fault("conversations.history", "missing_scope", times=99)
    office.tick()
    office.desk.post_now(office.shelf.find(MONDAY.isoformat()), channel="news", who=EDITOR)
    office.tick()

    assert office.channel() == []
    assert office.states("news") == [State.HELD]
    (told,) = office.told()
    assert "is held and waits for you (history not readable: missing_scope" in told


def test_a_history_that_fails_for_a_while_is_waited_for(
    open_office: Callable[..., Office], practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.lookout.EACH", timedelta(milliseconds=50))
    monkeypatch.setattr("bot.slack.past.PATIENCE", 1)
    office = open_office()
    practice.fault("conversations.history", "http_500", times=5)
    office.tick(SLOT)

    assert timedelta(minutes=1) < PATIENCE
    assert len(office.channel()) == len(office.channel("travel")) > 1
    assert office.told() == []


def test_of_a_post_whose_thread_nobody_can_read_only_what_may_lack_is_in_doubt(
    open_office: Callable[..., Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not its first message, which was found."""
    office = open_office(channels=(channel("news", "0 09:00"),))
    office.tick()
    (target,) = office.publisher._channels.targets(office.config, {})
    ts, recovery = f"{SLOT.timestamp():.6f}", office.publisher._arranging._lookout._recovery
    name = MONDAY.isoformat()
    past = Past(parts=(Standing(digest=name, part=0, ts=ts, changed=ts),), unread={name: "unread"})
    monkeypatch.setattr(recovery, "_history", SimpleNamespace(read=lambda *_, **__: past))
    found = recovery.look(target, turn=lambda _: None)

    assert isinstance(found, Recovered)
    assert [(d.part, d.state) for d in found.doubtful] == [(1, State.UNSURE)]
    assert [d.state for d in office.ledger.deliveries()][:2] == [State.SENT, State.UNSURE]


@pytest.mark.parametrize("replied", [False, True])
def test_a_thread_nobody_may_read_waits_for_an_editor_only_where_its_first_message_does_not_tell(
    replied: bool, open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    """The scope may be missing for threads alone. If a reader has replied, nobody knows whose reply it is."""
    office = open_office(channels=(channel("news", "0 09:00"),))
    office.tick(SLOT)
    first = office.channel()[0]
    there = len(office.channel())
    if replied:
        practice.interactions.say(first.channel, "a word", user=EDITOR, thread_ts=first.ts)
    forgotten(office)
    practice.fault("conversations.replies", "missing_scope", times=99)
    office = open_office(channels=(channel("news", "0 09:00"),), at=SLOT)
    office.tick(SLOT + timedelta(minutes=5))

    assert office.states() == [State.SENT, State.HELD if replied else State.SENT]
    assert sum("is held and waits for you (history not readable" in told for told in office.told()) == replied
    assert len([m for m in office.channel() if m.bot]) == there


def test_what_nobody_approved_is_in_no_thread_that_nobody_can_read(
    open_office: Callable[..., Office], practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger is new and the digest was edited since: only what stands there has been approved.

    Not even an editor who says that the thread is not there sends what it says by now, until it is approved.
    """
    office, name = open_office(channels=(channel("news", "0 09:00"),)), MONDAY.isoformat()
    office.tick(SLOT)
    first, reply = office.channel()
    practice.interactions.say(first.channel, "a word", user=EDITOR, thread_ts=first.ts)
    reply.deleted = True
    forgotten(office)
    practice.fault("conversations.replies", "missing_scope", times=99)
    office = open_office(digest(MONDAY, "unapproved"), channels=(channel("news", "0 09:00"),), at=SLOT)
    monkeypatch.setattr(office.shelf, "waiting", lambda: frozenset({name}))
    office.tick(SLOT + timedelta(minutes=5))
    (target,) = office.publisher._channels.targets(office.config, {})
    office.publisher._arranging._lookout._recovery.look(
        target, turn=lambda _: None
    )  # as `roundup recover` does
    office.tick()
    assert office.states() == [State.SENT, State.HELD]
    office.desk.resolve(name, channel="news", choice=Choice.REPOST, who=EDITOR)
    office.tick()

    assert not [m for m in office.channel() if "unapproved" in f"{m.text} {m.blocks}"]
    monkeypatch.undo()
    office.tick()
    assert [m for m in office.channel() if m.ts != first.ts and "unapproved" in f"{m.text} {m.blocks}"]
    assert set(office.states()) == {State.SENT}
    assert len([m for m in office.channel() if m.bot]) == 2


def test_looks_leave_turns_to_searches(open_office: Callable[..., Office]) -> None:
    limits = open_office().publisher._arranging._lookout._limits

    assert [limits.turn(LOOKS) for _ in range(LOOKS.burst)] == [None] * LOOKS.burst
    assert limits.turn(SEARCHES) is None


def test_where_it_has_posted_nobody_looks_again(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    office = open_office()
    office.tick(SLOT)
    looks = practice.requests["conversations.history"]
    office.desk.retract(MONDAY.isoformat(), who=EDITOR)
    office.tick()
    office.desk.post_now(office.shelf.find(MONDAY.isoformat()), who=EDITOR)
    office.tick()

    assert office.channel()
    assert looks == 2
    assert practice.requests["conversations.history"] == looks


def test_what_a_backup_does_not_know_is_not_caught_up_with(open_office: Callable[..., Office]) -> None:
    """It was made before the post, and put back within the time to catch up."""
    office = open_office()
    office.tick(SLOT)
    there = [m.ts for m in office.channel()]
    with office.ledger._database.writing() as db:
        for table in ("deliveries", "postings"):
            db.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608
        db.exec_driver_sql("UPDATE counters SET value = value + 1 WHERE name = 'changes'")
        db.exec_driver_sql("UPDATE replicas SET beat = beat - 3600000")
        db.exec_driver_sql("UPDATE channels SET looked = looked - 3600000")
    office = open_office(at=SLOT)
    office.tick(SLOT + timedelta(hours=1))

    assert [m.ts for m in office.channel()] == there
    assert set(office.states()) == {State.SENT}


def test_what_is_due_after_a_long_silence_waits_for_no_look(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    """Nobody can have posted it: only what was due before is looked for."""
    office = open_office(at=SLOT)
    with office.ledger._database.writing() as db:
        db.exec_driver_sql("UPDATE channels SET looked = 1")
        db.exec_driver_sql("INSERT INTO counters (name, value) VALUES ('awake', 2)")
        ms = int(office.ledger.now().timestamp() * 1000)
        db.exec_driver_sql(f"INSERT INTO replicas (name, beat, running) VALUES ('x', {ms}, true)")  # noqa: S608
    office.tick(SLOT)

    assert office.channel()
    assert practice.requests["conversations.history"] == 0


def test_a_look_noted_by_a_clock_that_was_ahead_is_none(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    office = open_office()
    office.tick()
    with office.ledger._database.writing() as db:
        ahead = int((office.ledger.now() + timedelta(days=2)).timestamp() * 1000)
        db.exec_driver_sql(f"UPDATE channels SET looked = {ahead}")  # noqa: S608
    office.tick(SLOT)

    assert practice.requests["conversations.history"] == 2
    assert office.channel()


def test_a_clock_that_is_set_back_makes_nobody_wait_for_another_look(
    open_office: Callable[..., Office], practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a minute lies between two looks, however the ledger's clock is set meanwhile."""
    office = open_office()
    office.tick()
    limits, database = office.publisher._arranging._lookout._limits, office.ledger._database
    real, ahead, each = database.time, timedelta(days=2), timedelta(seconds=2)
    monkeypatch.setattr("bot.delivery.lookout.EACH", each)
    with monkeypatch.context() as patch:
        patch.setattr(database, "time", lambda db: real(db) + ahead)
        office.publisher.tick()
        for name in ("#news", "#travel"):  # another replica is at it
            limits.turn(Limit(name=f"look {practice.workspace.channel(name).id}", interval=each))
        office.wall = SLOT
        office.publisher.tick()
    office.tick()

    assert office.channel()
    assert office.channel("travel")


def test_a_channel_that_one_replica_reads_is_read_by_no_other(open_office: Callable[..., Office]) -> None:
    """A long history takes longer than what lies between two looks."""
    office = open_office()
    lookout = office.publisher._arranging._lookout
    lookout._turn_in("C1", timedelta(0))

    assert lookout._limits.turn(Limit(name="look C1", interval=EACH)) is not None
    assert lookout._limits.turn(Limit(name="look C2", interval=EACH)) is None


def test_a_pause_that_slack_wants_of_one_look_all_of_them_have(
    open_office: Callable[..., Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    lookout, pauses = open_office().publisher._arranging._lookout, dict[Limit, timedelta]()
    monkeypatch.setattr(lookout._limits, "pause", pauses.__setitem__)
    lookout._turn_in("C1", timedelta(seconds=30))

    assert pauses[LOOKS] == timedelta(seconds=30)
