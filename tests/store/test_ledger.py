"""The ledger keeps one contract on SQLite, on PostgreSQL, and in the memory that the simulation uses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.core.delivery.answers import Accepted
from bot.core.delivery.changes import answered
from bot.core.delivery.revival import BY_CORRECTION
from bot.core.delivery.state import Delivery, Kind, Posting, State, Step, Verdict
from bot.core.message import Message, Part
from bot.core.settings import DeliverySettings
from bot.store.decisions import Decision
from bot.store.ledger import Claim, Ledger
from bot.store.limits import Limit, Wait
from bot.store.tables import deliveries
from tests.store.memory import MemoryStore
from tests.store.whole import Store, open_store

RULES = DeliverySettings()
SLOT = datetime(2026, 9, 1, 9, tzinfo=UTC)
BLOCK = {"type": "divider"}
PARTS = (
    Part(message=Message(text="heading", blocks=(BLOCK, BLOCK)), stories=("d/1",), whose=("", "d/1")),
    Part(message=Message(text="story")),
)


def posting(**changes: object) -> Posting:
    known = Posting(
        digest="d", channel="C", verdict=Verdict.POST, slot=SLOT, title="T", dated=date(2026, 9, 1)
    )
    return replace(known, **changes)  # type: ignore[arg-type]


def arranged(ledger: Store) -> Delivery:
    """Freeze a post of two parts; return the first as it is now."""
    assert ledger.arrange(posting(), PARTS)
    return ledger.deliveries()[0]


def claim(ledger: Ledger, d: Delivery, *limits: Limit, owner: str = "me") -> Claim | Wait | None:
    return ledger.claim(Step(kind=Kind.SEND, delivery=d), owner=owner, rules=RULES, limits=limits)


def claimed(ledger: Ledger, d: Delivery) -> Delivery:
    found = claim(ledger, d)
    assert isinstance(found, Claim)
    return found.delivery


def test_a_post_is_frozen_once(ledger: Store) -> None:
    """Two replicas decide the same at the same moment."""
    first, second = ledger.arrange(posting(), PARTS), ledger.arrange(posting(), PARTS)

    assert (first, second) == (True, False)
    assert [(d.part, d.state) for d in ledger.deliveries()] == [(0, State.PENDING), (1, State.PENDING)]


def test_a_claim_gives_the_frozen_message_and_a_lease_by_the_ledgers_clock(ledger: Store) -> None:
    before = ledger.now()
    found = claim(ledger, arranged(ledger))

    assert isinstance(found, Claim)
    assert found.part == PARTS[0]
    assert found.delivery.state is State.SENDING
    assert found.delivery.lease_until is not None
    assert before + RULES.lease <= found.delivery.lease_until <= ledger.now() + RULES.lease


def test_only_one_of_two_claims_wins(ledger: Store) -> None:
    d = arranged(ledger)
    first, second = claim(ledger, d), claim(ledger, d, owner="you")

    assert isinstance(first, Claim)
    assert second is None


def test_many_at_once_claim_a_part_once(database_url: str) -> None:
    """Threads with connections of their own, all after the same row."""
    shared = open_store(database_url)
    d = arranged(shared)
    with ThreadPoolExecutor(12) as pool:
        claims = list(pool.map(lambda i: claim(shared, d, owner=str(i)), range(24)))
    shared.close()

    assert sum(isinstance(found, Claim) for found in claims) == 1


def test_a_result_is_written_only_by_who_claimed(ledger: Store) -> None:
    """The first was frozen, its lease ran out, and somebody else took over."""
    mine = claimed(ledger, arranged(ledger))
    taken_over = replace(mine, state=State.UNSURE, owner="")
    sent = answered(mine, Kind.SEND, Accepted("C", "1.0"), now=ledger.now(), rules=RULES)

    assert ledger.write(mine, taken_over)
    assert not ledger.write(mine, sent)
    assert ledger.deliveries()[0].state is State.UNSURE


def test_a_correction_under_way_does_not_lose_the_answer(ledger: Store) -> None:
    """What is wanted and what was answered are written by different hands."""
    mine = claimed(ledger, arranged(ledger))
    known = ledger.postings()[0]
    assert ledger.arrange(known, (Part(message=Message(text="corrected")),))
    assert ledger.write(mine, answered(mine, Kind.SEND, Accepted("C", "1.0"), now=ledger.now(), rules=RULES))

    first, second = ledger.deliveries()
    assert (first.state, first.ts) == (State.SENT, "1.0")
    assert first.shown not in (None, first.wanted)
    assert second.wanted == ""


def test_what_was_corrected_since_is_not_claimed(ledger: Store) -> None:
    """The step was decided for other words."""
    d = arranged(ledger)
    ledger.arrange(ledger.postings()[0], (Part(message=Message(text="corrected")),))

    assert claim(ledger, d) is None


def test_a_limit_leaves_no_more_than_its_burst(ledger: Store) -> None:
    limit = Limit(name="posts", interval=timedelta(seconds=10), burst=2)
    d = arranged(ledger)
    first = claim(ledger, d, limit)
    assert isinstance(first, Claim)
    ledger.write(first.delivery, replace(d, version=0))
    d = ledger.look().deliveries[0]
    second = claim(ledger, d, limit)
    assert isinstance(second, Claim)
    ledger.write(second.delivery, replace(d, version=0))
    third = claim(ledger, ledger.look().deliveries[0], limit)

    assert isinstance(third, Wait)
    assert timedelta(seconds=8) < third.until - ledger.now() <= timedelta(seconds=10)
    assert ledger.look().deliveries[0].state is State.PENDING


def test_a_pause_holds_for_everybody(ledger: Store) -> None:
    """Slack said Retry-After to one replica: all of them wait."""
    limit = Limit(name="posts", interval=timedelta(seconds=1), burst=5)
    d = arranged(ledger)
    ledger.pause(limit, timedelta(seconds=30))
    found = claim(ledger, d, limit)

    assert isinstance(found, Wait)
    assert timedelta(seconds=28) < found.until - ledger.now() <= timedelta(seconds=30)


def test_a_turn_of_a_clock_that_was_days_ahead_holds_nobody_up(ledger: Store) -> None:
    """While nothing else waits nobody notices that it is set back, and its turns are no limit of Slack's."""
    limit = Limit(name="posts", interval=timedelta(seconds=1))
    ledger.pause(limit, timedelta(seconds=30))
    ledger.move(timedelta(days=2), seen=0, now=ledger.now())
    waited = ledger.turn(limit)
    ledger.pause(limit, timedelta(days=2))
    told = ledger.turn(limit)

    assert waited is None
    assert told is not None
    assert told - ledger.now() <= timedelta(hours=1)


def test_what_needs_nothing_is_not_looked_at(ledger: Store) -> None:
    """Years of history cost a look nothing."""
    d = arranged(ledger)
    for part in ledger.look().deliveries:
        ledger.write(part, replace(part, state=State.SENT, ts="1.0", shown=part.wanted))

    assert d.state is State.PENDING
    assert ledger.look().deliveries == ()
    assert len(ledger.deliveries(digest="d", channel="C")) == 2


def test_whole_posts_are_looked_at(ledger: Store) -> None:
    """A part in a thread needs to know its parent."""
    first = arranged(ledger)
    ledger.write(first, replace(first, state=State.SENT, ts="1.0", shown=first.wanted))

    assert sorted((d.part, d.ts) for d in ledger.look().deliveries) == [(0, "1.0"), (1, "")]


def test_parts_that_went_come_back_as_new(ledger: Store) -> None:
    """A digest that shrank and grows again."""
    arranged(ledger)
    ledger.arrange(ledger.postings()[0], PARTS[:1])
    second = ledger.deliveries()[1]
    ledger.write(second, replace(second, state=State.WITHDRAWN))
    ledger.arrange(ledger.postings()[0], PARTS, revive=BY_CORRECTION)

    assert [(d.state, bool(d.wanted)) for d in ledger.deliveries()] == [(State.PENDING, True)] * 2


def test_what_a_person_deleted_does_not_come_back(ledger: Store) -> None:
    d = arranged(ledger)
    ledger.write(d, replace(d, state=State.WITHDRAWN, by_person=True))
    ledger.arrange(ledger.postings()[0], PARTS, revive=BY_CORRECTION)

    assert ledger.deliveries()[0].state is State.WITHDRAWN


def test_the_first_sight_of_a_channel_stays(ledger: Store) -> None:
    """By name before it is found, by ID through renames."""
    first = ledger.saw("#news")

    assert ledger.saw("#news", "C1") == first
    assert ledger.saw("#renamed", "C1") == first
    assert ledger.known()["#news"] == "C1"
    assert ledger.saw("#news") == first
    assert ledger.known()["#news"] == "C1"


def test_decisions_are_all_or_nothing_and_leave_a_trace(ledger: Store) -> None:
    d = arranged(ledger)
    known = ledger.postings()[0]
    stale = replace(known, version=7)
    decision = Decision(at=SLOT, who="U1", what="retract", digest="d", channel="C")

    assert not ledger.decide(decision, deliveries=[(d, replace(d, state=State.SKIPPED))], postings=[stale])
    assert ledger.deliveries()[0].state is State.PENDING
    assert ledger.decide(decision, postings=[replace(known, verdict=Verdict.RETRACTED)], unwanted=[known])
    assert {part.wanted for part in ledger.deliveries()} == {""}
    assert ledger.all() == (decision,)


def test_a_decision_about_a_channel_names_no_digest_and_one_about_a_digest_no_channel(ledger: Store) -> None:
    ledger.decide(Decision(at=SLOT, who="U1", what="skip 2026-12-25", channel="C"))
    ledger.decide(Decision(at=SLOT, who="U1", what="approve version 1", digest="d"))

    assert [(each.digest, each.channel) for each in ledger.all()] == [("", "C"), ("d", "")]


def test_what_is_read_back_of_one_part_leaves_the_others_as_they_are(ledger: Store) -> None:
    first = arranged(ledger)
    (known,), (_, second) = ledger.postings(), ledger.deliveries()

    assert ledger.adopt(known, [(first, replace(first, state=State.SENT, ts="1.1"), None)])
    read_back, other = ledger.deliveries()
    assert (read_back.state, read_back.ts) == (State.SENT, "1.1")
    assert other == second


def test_only_what_changed_is_read_again(ledger: Store) -> None:
    arranged(ledger)
    seen = ledger.look().changes
    ledger.arrange(posting(digest="e"), PARTS)

    assert [p.digest for p in ledger.postings(after=seen)] == ["e"]
    assert ledger.look().changes > seen


def test_a_skip_and_an_alarm_happen_once(ledger: Store) -> None:
    day = date(2026, 12, 25)

    assert [ledger.skip("C", day), ledger.skip("C", day)] == [True, False]
    assert ledger.skipped() == {"C": frozenset({day})}
    assert [ledger.tell_once("x"), ledger.tell_once("x")] == [True, False]
    ledger.untell("x")
    assert ledger.tell_once("x")


def test_what_was_written_survives_a_restart(database_url: str) -> None:
    first = open_store(database_url)
    arranged(first)
    first.close()
    again = open_store(database_url)
    rows = again.deliveries()
    found = claim(again, rows[0])
    again.close()

    assert len(rows) == 2
    assert isinstance(found, Claim)
    assert found.part == PARTS[0]


def test_what_an_earlier_version_froze_is_still_sent(database_url: str) -> None:
    """It did not say whose block is whose: an update comes while posts are on their way."""
    opened = open_store(database_url)
    d = arranged(opened)
    with opened._database.writing() as db:
        db.execute(deliveries.update().values(payload='{"text": "old", "blocks": [], "stories": ["d/1"]}'))
    found = claim(opened, d)
    opened.close()

    assert isinstance(found, Claim)
    assert found.part == Part(message=Message(text="old"), stories=("d/1",))


def test_memory_has_every_method_the_simulation_needs() -> None:
    """What it inherits from the real one would ask a database it does not have."""
    unneeded = {"share", "unshare", "stale_copies", "history", "versions", "counts", "last_posts"}
    unneeded |= {"originated"}
    unneeded |= {"tell_once", "untell"}  # they ask the outbox, and that one has a database
    public = {name for kind in Store.__mro__ for name in vars(kind) if not name.startswith("_")}

    assert public - unneeded <= set(vars(MemoryStore))


def test_why_nothing_is_posted_is_kept_with_it(ledger: Store) -> None:
    now = ledger.now()
    posting = Posting(digest="d", channel="C", verdict=Verdict.HELD, slot=now, title="T", dated=now.date())
    ledger.arrange(posting, state=State.HELD, error="it seems to be another")

    assert [(d.state, d.error) for d in ledger.deliveries()] == [(State.HELD, "it seems to be another")]
