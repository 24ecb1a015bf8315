"""The ledger keeps one contract on SQLite, on PostgreSQL, and in the memory that the simulation uses."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.core.delivery.answers import Accepted
from bot.core.delivery.changes import answered
from bot.core.delivery.copies import Stale
from bot.core.delivery.state import Delivery, Kind, Posting, State, Step, Verdict
from bot.core.errors import RoundupError
from bot.core.message import Message, Part
from bot.core.numbering import Numbered
from bot.core.settings import DeliverySettings
from bot.store.ledger import (
    SCHEMA,
    Claim,
    Decision,
    Ledger,
    LedgerError,
    Limit,
    Wait,
    copies,
    counters,
    deliveries,
    file_system,
    letters,
    open_ledger,
    read_ledger,
)
from tests.postgres import PostgresServer
from tests.store.memory import MemoryLedger

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


def arranged(ledger: Ledger) -> Delivery:
    """Freeze a post of two parts; return the first as it is now."""
    assert ledger.arrange(posting(), PARTS)
    return ledger.deliveries()[0]


def claim(ledger: Ledger, d: Delivery, *limits: Limit, owner: str = "me") -> Claim | Wait | None:
    return ledger.claim(Step(kind=Kind.SEND, delivery=d), owner=owner, rules=RULES, limits=limits)


def claimed(ledger: Ledger, d: Delivery) -> Delivery:
    found = claim(ledger, d)
    assert isinstance(found, Claim)
    return found.delivery


def test_a_post_is_frozen_once(ledger: Ledger) -> None:
    """Two replicas decide the same at the same moment."""
    first, second = ledger.arrange(posting(), PARTS), ledger.arrange(posting(), PARTS)

    assert (first, second) == (True, False)
    assert [(d.part, d.state) for d in ledger.deliveries()] == [(0, State.PENDING), (1, State.PENDING)]


def test_a_claim_gives_the_frozen_message_and_a_lease_by_the_ledgers_clock(ledger: Ledger) -> None:
    before = ledger.now()
    found = claim(ledger, arranged(ledger))

    assert isinstance(found, Claim)
    assert found.part == PARTS[0]
    assert found.delivery.state is State.SENDING
    assert found.delivery.lease_until is not None
    assert before + RULES.lease <= found.delivery.lease_until <= ledger.now() + RULES.lease


def test_only_one_of_two_claims_wins(ledger: Ledger) -> None:
    d = arranged(ledger)
    first, second = claim(ledger, d), claim(ledger, d, owner="you")

    assert isinstance(first, Claim)
    assert second is None


def test_many_at_once_claim_a_part_once(database_url: str) -> None:
    """Threads with connections of their own, all after the same row."""
    shared = open_ledger(database_url, environ={})
    d = arranged(shared)
    with ThreadPoolExecutor(12) as pool:
        claims = list(pool.map(lambda i: claim(shared, d, owner=str(i)), range(24)))
    shared.close()

    assert sum(isinstance(found, Claim) for found in claims) == 1


def test_a_result_is_written_only_by_who_claimed(ledger: Ledger) -> None:
    """The first was frozen, its lease ran out, and somebody else took over."""
    mine = claimed(ledger, arranged(ledger))
    taken_over = replace(mine, state=State.UNSURE, owner="")
    sent = answered(mine, Kind.SEND, Accepted("C", "1.0"), now=ledger.now(), rules=RULES)

    assert ledger.write(mine, taken_over)
    assert not ledger.write(mine, sent)
    assert ledger.deliveries()[0].state is State.UNSURE


def test_a_correction_under_way_does_not_lose_the_answer(ledger: Ledger) -> None:
    """What is wanted and what was answered are written by different hands."""
    mine = claimed(ledger, arranged(ledger))
    known = ledger.postings()[0]
    assert ledger.arrange(known, (Part(message=Message(text="corrected")),))
    assert ledger.write(mine, answered(mine, Kind.SEND, Accepted("C", "1.0"), now=ledger.now(), rules=RULES))

    first, second = ledger.deliveries()
    assert (first.state, first.ts) == (State.SENT, "1.0")
    assert first.shown not in (None, first.wanted)
    assert second.wanted == ""


def test_what_was_corrected_since_is_not_claimed(ledger: Ledger) -> None:
    """The step was decided for other words."""
    d = arranged(ledger)
    ledger.arrange(ledger.postings()[0], (Part(message=Message(text="corrected")),))

    assert claim(ledger, d) is None


def test_a_limit_leaves_no_more_than_its_burst(ledger: Ledger) -> None:
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


def test_a_pause_holds_for_everybody(ledger: Ledger) -> None:
    """Slack said Retry-After to one replica: all of them wait."""
    limit = Limit(name="posts", interval=timedelta(seconds=1), burst=5)
    d = arranged(ledger)
    ledger.pause(limit, timedelta(seconds=30))
    found = claim(ledger, d, limit)

    assert isinstance(found, Wait)
    assert timedelta(seconds=28) < found.until - ledger.now() <= timedelta(seconds=30)


def test_what_needs_nothing_is_not_looked_at(ledger: Ledger) -> None:
    """Years of history cost a look nothing."""
    d = arranged(ledger)
    for part in ledger.look().deliveries:
        ledger.write(part, replace(part, state=State.SENT, ts="1.0", shown=part.wanted))

    assert d.state is State.PENDING
    assert ledger.look().deliveries == ()
    assert len(ledger.deliveries(digest="d", channel="C")) == 2


def test_whole_posts_are_looked_at(ledger: Ledger) -> None:
    """A part in a thread needs to know its parent."""
    first = arranged(ledger)
    ledger.write(first, replace(first, state=State.SENT, ts="1.0", shown=first.wanted))

    assert sorted((d.part, d.ts) for d in ledger.look().deliveries) == [(0, "1.0"), (1, "")]


def test_parts_that_went_come_back_as_new(ledger: Ledger) -> None:
    """A digest that shrank and grows again."""
    arranged(ledger)
    ledger.arrange(ledger.postings()[0], PARTS[:1])
    second = ledger.deliveries()[1]
    ledger.write(second, replace(second, state=State.WITHDRAWN))
    ledger.arrange(ledger.postings()[0], PARTS, revive=(State.WITHDRAWN,))

    assert [(d.state, bool(d.wanted)) for d in ledger.deliveries()] == [(State.PENDING, True)] * 2


def test_what_a_person_deleted_does_not_come_back(ledger: Ledger) -> None:
    d = arranged(ledger)
    ledger.write(d, replace(d, state=State.WITHDRAWN, by_person=True))
    ledger.arrange(ledger.postings()[0], PARTS, revive=(State.WITHDRAWN,))

    assert ledger.deliveries()[0].state is State.WITHDRAWN


def test_the_first_sight_of_a_channel_stays(ledger: Ledger) -> None:
    """By name before it is found, by ID through renames."""
    first = ledger.saw("#news")

    assert ledger.saw("#news", "C1") == first
    assert ledger.saw("#renamed", "C1") == first
    assert ledger.known_channels()["#news"] == "C1"
    assert ledger.saw("#news") == first
    assert ledger.known_channels()["#news"] == "C1"


def test_decisions_are_all_or_nothing_and_leave_a_trace(ledger: Ledger) -> None:
    d = arranged(ledger)
    known = ledger.postings()[0]
    stale = replace(known, version=7)
    decision = Decision(at=SLOT, who="U1", what="retract", digest="d", channel="C")

    assert not ledger.decide(decision, deliveries=[(d, replace(d, state=State.SKIPPED))], postings=[stale])
    assert ledger.deliveries()[0].state is State.PENDING
    assert ledger.decide(decision, postings=[replace(known, verdict=Verdict.RETRACTED)], unwanted=[known])
    assert {part.wanted for part in ledger.deliveries()} == {""}
    assert ledger.decisions() == (decision,)


def test_only_what_changed_is_read_again(ledger: Ledger) -> None:
    arranged(ledger)
    seen = ledger.look().changes
    ledger.arrange(posting(digest="e"), PARTS)

    assert [p.digest for p in ledger.postings(after=seen)] == ["e"]
    assert ledger.look().changes > seen


def test_a_skip_and_an_alarm_happen_once(ledger: Ledger) -> None:
    day = date(2026, 12, 25)

    assert [ledger.skip("C", day), ledger.skip("C", day)] == [True, False]
    assert ledger.skipped() == {"C": frozenset({day})}
    assert [ledger.tell_once("x"), ledger.tell_once("x")] == [True, False]
    ledger.untell("x")
    assert ledger.tell_once("x")


def test_story_numbers_are_remembered_and_replaced_only_under_their_number(database_url: str) -> None:
    opened = open_ledger(database_url, environ={})
    one, two = Numbered(n=1, url="u", headline="h", body="b"), Numbered(n=2, url="", headline="i", body="c")
    opened.number("d", [one, two])
    opened.number("d", [replace(two, headline="new")])
    found = opened.numbering("d")
    opened.close()

    assert found == (one, replace(two, headline="new"))


def test_a_digest_keeps_its_place_in_a_week_through_a_restart(database_url: str) -> None:
    first = open_ledger(database_url, environ={})
    seen = first.places({"2018": ["friday", "saturday"], "2019": ["monday"]})
    first.close()
    again = open_ledger(database_url, environ={})
    later = again.places({"2018": ["monday", "friday"]})
    again.close()

    assert seen == {"2018": {"friday": 0, "saturday": 1}, "2019": {"monday": 0}}
    assert later == {"2018": {"friday": 0, "saturday": 1, "monday": 2}}


def test_replicas_that_see_other_files_first_agree_on_places(database_url: str) -> None:
    opened = open_ledger(database_url, environ={})
    weeks = [str(week) for week in range(10)]
    names = [f"d{n}" for n in range(5)]
    orders = [dict.fromkeys(weeks[n:] + weeks[:n], names[n:] + names[:n]) for n in range(5)]
    with ThreadPoolExecutor(5) as pool:
        agreed = list(pool.map(opened.places, orders))
    opened.close()

    assert all(places == agreed[0] for places in agreed)
    assert all(sorted(places.values()) == [0, 1, 2, 3, 4] for places in agreed[0].values())


def test_what_readers_shared_is_written_once_and_told_once(database_url: str) -> None:
    """One row a digest, as each is corrected for itself."""
    opened = open_ledger(database_url, environ={})
    place = {"channel": "C1", "name": "random", "who": "U1"}
    shared = [opened.share(press, ["d/2", "e/1", "d/1"], **place) for press in ("x", "x", "y")]
    opened.unshare("y")
    before = opened.look().changes
    opened.outdate("d", Stale.CORRECTED, channel="C2")
    fresh = opened.stale_copies()
    opened.outdate("d", Stale.CORRECTED)
    corrected = opened.untold_copies()
    opened.outdate("d", Stale.CORRECTED)
    again = opened.untold_copies()
    opened.outdate("d", Stale.RETRACTED, channel="C1")
    opened.outdate("d", Stale.CORRECTED)
    retracted, stale, after = opened.untold_copies(), opened.stale_copies(), opened.look().changes
    opened.close()

    assert (shared, fresh, again) == ([True, False, True], (), ())
    assert [(c.digest, c.stories, c.stale) for c in corrected] == [("d", ("d/1", "d/2"), Stale.CORRECTED)]
    assert retracted == stale == (replace(corrected[0], stale=Stale.RETRACTED),)
    assert after == before + 2  # so that the publisher looks


def test_many_presses_of_one_button_at_once_share_once(database_url: str) -> None:
    opened = open_ledger(database_url, environ={})
    with ThreadPoolExecutor(8) as pool:
        shared = list(
            pool.map(lambda _: opened.share("x", ["d/1", "e/1"], channel="C", name="", who="U"), range(16))
        )
    opened.close()

    assert sum(shared) == 1


def test_a_schema_of_the_first_release_is_brought_up_to_date(database_url: str) -> None:
    """What was posted stays known, and what came later has its place."""
    opened = open_ledger(database_url, environ={})
    arranged(opened)
    with opened._engine.begin() as db:
        for table in (copies, letters):
            table.drop(db)
        db.execute(counters.update().where(counters.c.name == "schema").values(value=1))
    opened.close()
    early = read_ledger(database_url, environ={})  # on SQLite it changes nothing
    assert early.stale_copies() == ()
    early.close()
    again = open_ledger(database_url, environ={})
    with again._engine.begin() as db:
        version = db.scalar(sa.select(counters.c.value).where(counters.c.name == "schema"))
    placed = again.places({"2018": ["d"]})
    shared = again.share("x", ["d/1"], channel="C", name="", who="U")
    rows = again.deliveries()
    again.close()

    assert (version, shared, len(rows)) == (SCHEMA, True, 2)
    assert placed == {"2018": {"d": 0}}


def test_what_was_written_survives_a_restart(database_url: str) -> None:
    first = open_ledger(database_url, environ={})
    arranged(first)
    first.close()
    again = open_ledger(database_url, environ={})
    rows, part = again.deliveries(), again.part(again.deliveries()[0].key)
    again.close()

    assert len(rows) == 2
    assert part == PARTS[0]


def test_what_an_earlier_version_froze_is_still_sent(database_url: str) -> None:
    """It did not say whose block is whose: an update comes while posts are on their way."""
    opened = open_ledger(database_url, environ={})
    d = arranged(opened)
    with opened._engine.begin() as db:
        db.execute(deliveries.update().values(payload='{"text": "old", "blocks": [], "stories": ["d/1"]}'))
    part = opened.part(d.key)
    opened.close()

    assert part == Part(message=Message(text="old"), stories=("d/1",))


def test_replicas_that_start_together_migrate_once(database_url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        for opened in pool.map(lambda _: open_ledger(database_url, environ={}), range(6)):
            assert opened.look().changes == 0
            opened.close()


def test_a_newer_schema_is_refused(database_url: str) -> None:
    opened = open_ledger(database_url, environ={})
    with opened._engine.begin() as db:
        db.execute(counters.update().where(counters.c.name == "schema").values(value=SCHEMA + 1))
    opened.close()

    with pytest.raises(RoundupError, match="newer Roundup"):
        open_ledger(database_url, environ={})


def test_sqlite_writes_every_commit_through(tmp_path: Path) -> None:
    """After a power cut a claim must not be forgotten whose post went out."""
    opened = open_ledger(f"sqlite:///{tmp_path}/a.db", environ={})
    with opened._engine.connect() as db:
        settings = [db.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    opened.close()

    assert settings == ["wal", 2]


def test_a_locked_database_is_an_outage_not_a_bug(tmp_path: Path) -> None:
    opened = open_ledger(f"sqlite:///{tmp_path}/a.db", environ={})
    sa.event.listen(opened._engine, "connect", lambda db, _: db.execute("PRAGMA busy_timeout=10"))
    opened._engine.dispose()
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")

    with pytest.raises(LedgerError, match="locked"):
        opened.tell_once("x")
    other.close()
    opened.close()


def test_a_server_that_is_away_at_the_start_is_an_outage() -> None:
    """A bot that starts meanwhile answers questions, and posts when the server is back."""
    opened = open_ledger("postgresql://nobody@127.0.0.1:1/x", environ={})

    with pytest.raises(LedgerError, match="refused"):
        opened.now()
    opened.close()


def test_a_server_that_comes_back_is_used(postgres: PostgresServer) -> None:
    url = postgres.database()
    postgres.crash()
    opened = open_ledger(url, environ={})
    with pytest.raises(LedgerError):
        opened.look()
    postgres.start()
    assert opened.look().deliveries == ()
    postgres.crash()
    with pytest.raises(LedgerError):
        opened.look()
    postgres.start()
    assert opened.look().deliveries == ()
    opened.close()


@pytest.mark.parametrize(
    ("url", "environ", "told"),
    [
        ("sqlite://", {}, "memory"),
        ("sqlite:///a.db", {"DYNO": "web.1"}, "PostgreSQL"),
        ("sqlite:////nowhere/at/all.db", {}, "no folder"),
        ("mysql://x/y", {}, "mysql is not supported"),
        ("what?", {}, "not a database URL"),
    ],
)
def test_a_place_where_the_promise_cannot_be_kept_is_refused(
    url: str, environ: dict[str, str], told: str
) -> None:
    with pytest.raises(RoundupError, match=told):
        open_ledger(url, environ=environ)


def test_a_network_disk_is_known_by_its_mount() -> None:
    mounts = "/dev/sda / ext4 rw 0 0\nserver:/x /srv/shared nfs4 rw 0 0\n"

    assert file_system(Path("/srv/shared/deep/roundup.db"), mounts) == "nfs4"
    assert file_system(Path("/srv/roundup.db"), mounts) == "ext4"


def test_memory_has_every_method_the_simulation_needs() -> None:
    """What it inherits from the real one would ask a database it does not have."""
    unneeded = {"migrate", "only_read", "numbering", "number", "places", "share", "unshare", "stale_copies"}
    public = {name for name in vars(Ledger) if not name.startswith("_")}

    assert public - unneeded <= set(vars(MemoryLedger))
