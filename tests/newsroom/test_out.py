"""What is not out is told to nobody: each way of asking, from memory, as the ledger changes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from bot.core.delivery.state import Posting, State, Verdict
from bot.core.message import Message, Part
from bot.core.search.answer import Answer, Help, Latest, Opened
from bot.core.settings import Approval
from bot.newsroom.clearance import Clearance
from bot.newsroom.codes import Codes
from bot.newsroom.newsroom import Newsroom
from bot.newsroom.versions import Versions
from bot.store.codes import GivenCodes
from bot.store.database import LedgerError
from bot.store.standing import Standings
from bot.store.tables import channels
from bot.store.versions import KeptVersions
from tests.store.recording import listening
from tests.store.whole import Store, open_store

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
FRIDAY = datetime(2026, 9, 4, 9, tzinfo=UTC)
CONFIG = """\
timezone: UTC
digests: digests
channels:
  - {channel: "#news", post: fri 09:00}
  - {channel: "#travel", post: fri 09:00}
companies:
  Fliggy: [Alitrip]
"""
DIGEST = """\
title: Roundup {name}
date: {date}
stories:
  - headline: {company} sells trips
    body: Words of {name}.
    companies: [{company}]
"""


class Room:
    """A newsroom on a ledger that other replicas write into."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.store = store
        self.folder = folder / "digests"
        self.folder.mkdir()
        (folder / "config.yaml").write_text(CONFIG)
        self.config = folder / "config.yaml"
        for name in ("news", "travel"):
            store.saw(f"#{name}", name.upper())
        with store._database.writing() as db:
            db.execute(channels.update().values(first_seen=NOW))
        self.write("old", date(2026, 8, 21), "Decathlon")

    def write(self, name: str, day: date, company: str, more: str = "") -> None:
        text = DIGEST.format(name=name, date=day, company=company) + more
        (self.folder / f"{name}.yaml").write_text(text)

    def open(self) -> None:
        self.newsroom = Newsroom(
            self.config,
            page=5,
            clock=lambda: NOW,
            codes=Codes(GivenCodes(self.store._database)),
            versions=Versions(KeptVersions(self.store._database)),
            known=Standings(self.store._database),
        )

    def tick(self) -> None:
        """Do what each second does: the files, then a look at the ledger."""
        self.newsroom.refresh()
        self.newsroom.hear(self.store.look())

    def post(self, name: str, *, channel: str = "NEWS", state: State = State.SENT) -> None:
        """Post a digest as another replica does."""
        day = date(2026, 9, 4)
        posting = Posting(digest=name, channel=channel, verdict=Verdict.POST, slot=FRIDAY, dated=day)
        self.store.arrange(
            posting, [Part(message=Message(text="first")), Part(message=Message(text="story"))]
        )
        for part in self.store.deliveries(digest=name, channel=channel):
            told = {"state": state, "ts": "1.0", "asked": part.wanted, "shown": part.wanted}
            self.store.write(part, replace(part, **told))  # type: ignore[arg-type]

    def take_over(self, old: str, new: str) -> bool:
        """Do as the plan decides about a renamed file."""
        [posting] = self.store.postings(digest=old)
        return self.store.take_over(posting, replace(posting, digest=new, version=0))

    def decide(self, name: str, verdict: Verdict, channel: str = "NEWS") -> None:
        known = next(
            (p for p in self.store.postings(digest=name) if p.channel == channel),
            Posting(digest=name, channel=channel),
        )
        self.store.decide(postings=[replace(known, verdict=verdict)])

    def tells_of(self, name: str, company: str) -> set[str]:
        """Return the ways of asking by which a digest's first story is told of."""
        ask, out = self.newsroom.answers.ask, self.newsroom.out
        found, more, suggested = ask(company), self.newsroom.answers.more(company, 0), ask(f"{company}x")
        latest, bare = ask("latest"), ask("")
        assert isinstance(latest, Latest)
        assert isinstance(bare, Help)
        code = self.newsroom.library.digests[name].stories[0].code
        newest = out.newest()
        ways = {
            "name": _shows(found, name),
            "more": _shows(more, name),
            "words": _shows(ask(f"Words of {name}"), name),
            "near": _shows(suggested, name),
            "completed": company in self.newsroom._engine.complete(company[:4]),
            "code": isinstance(ask(code), Opened),
            "latest": bool(latest.digest and latest.digest.id == name),
            "welcome": bool(bare.digest and bare.digest.id == name),
            "home": bool(newest and newest.id == name),
            "share": out.story(f"{name}/1") is not None,
        }
        return {way for way, tells in ways.items() if tells}


def _shows(reply: object, name: str) -> bool:
    return isinstance(reply, Answer) and any(str(m.story.id).startswith(f"{name}/") for m in reply.matches)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with closing(open_store(f"sqlite:///{tmp_path}/a.db")) as store:
        yield Room(tmp_path, store)


EVERY_WAY = {
    "name", "more", "words", "near", "completed", "code", "latest", "welcome", "home", "share",
}  # fmt: skip


def nothing(_: Room) -> None: ...


@pytest.mark.parametrize(
    "happens",
    [
        nothing,
        lambda room: room.post("new", state=State.SENDING),
        lambda room: room.post("new", state=State.WITHDRAWN),
        lambda room: (room.post("new"), room.decide("new", Verdict.RETRACTED)),
        lambda room: (room.decide("new", Verdict.SKIPPED), room.decide("new", Verdict.SKIPPED, "TRAVEL")),
        lambda room: room.decide("new", Verdict.MISSED),
        lambda room: room.decide("new", Verdict.HELD),
    ],
    ids=["coming", "being sent", "withdrawn", "retracted", "skipped", "missed", "held"],
)
@pytest.mark.parametrize("restarted", [False, True], ids=["running", "restarted"])
def test_what_is_not_out_is_told_in_no_way(
    happens: Callable[[Room], object], restarted: bool, room: Room
) -> None:
    room.write("new", date(2026, 9, 4), "Xiaohongshu")
    if not restarted:
        room.open()
        room.tick()
    happens(room)
    if restarted:
        room.open()
    room.tick()

    assert room.tells_of("new", "Xiaohongshu") == set()
    assert room.tells_of("old", "Decathlon") == EVERY_WAY


def test_a_draft_and_a_far_future_are_told_in_no_way(room: Room) -> None:
    room.write("draft", date(2026, 8, 1), "Taobao", "draft: true\n")
    room.write("future", date(2030, 1, 4), "Xiaohongshu")
    room.open()

    assert room.tells_of("draft", "Taobao") == set()
    assert room.tells_of("future", "Xiaohongshu") == set()


def test_what_another_replica_posts_is_out_at_the_next_look(room: Room) -> None:
    """Answers that were finished before must not outlive it."""
    room.write("new", date(2026, 9, 4), "Xiaohongshu")
    room.open()
    room.tick()
    before = room.tells_of("new", "Xiaohongshu")
    room.post("new")
    room.tick()
    posted = room.tells_of("new", "Xiaohongshu")
    room.decide("new", Verdict.RETRACTED)
    room.tick()

    assert (before, posted) == (set(), EVERY_WAY)
    assert room.tells_of("new", "Xiaohongshu") == set()
    assert room.tells_of("old", "Decathlon") == EVERY_WAY


def test_what_was_retracted_in_one_channel_is_out_in_the_other(room: Room) -> None:
    room.write("new", date(2026, 9, 4), "Xiaohongshu")
    room.open()
    for channel in ("NEWS", "TRAVEL"):
        room.post("new", channel=channel)
    room.decide("new", Verdict.RETRACTED)
    room.tick()

    assert room.tells_of("new", "Xiaohongshu") == EVERY_WAY


def test_a_post_that_takes_several_looks_is_noticed_when_it_is_there(room: Room) -> None:
    """From the first look on it is under way; its decision was counted long before."""
    room.write("new", date(2026, 9, 4), "Xiaohongshu")
    room.open()
    room.post("new", state=State.UNSURE)
    room.tick()
    assert room.tells_of("new", "Xiaohongshu") == set()
    for part in room.store.deliveries(digest="new"):
        room.store.write(part, replace(part, state=State.SENT))
    room.tick()

    assert room.tells_of("new", "Xiaohongshu") == EVERY_WAY


def test_a_quiet_second_asks_the_ledger_nothing(room: Room) -> None:
    room.open()
    room.post("old", state=State.FAILED)
    room.tick()
    room.tick()
    look = room.store.look()
    with listening() as said:
        room.newsroom.refresh()
        room.newsroom.hear(look)

    assert said == []


def test_no_answer_asks_the_database(room: Room) -> None:
    room.open()
    room.tick()
    with listening() as said:
        room.tells_of("old", "Decathlon")

    assert said == []


def test_ten_years_before_the_first_start_are_found_from_the_first_second(room: Room) -> None:
    """A fresh install: nobody has looked at any channel yet."""
    with room.store._database.writing() as db:
        db.exec_driver_sql("DELETE FROM channels")
    room.write("ancient", date(2016, 9, 2), "Taobao")
    room.write("new", date(2026, 9, 4), "Xiaohongshu")
    room.open()

    assert {"name", "code", "share", "more"} <= room.tells_of("ancient", "Taobao")
    assert room.tells_of("old", "Decathlon") == EVERY_WAY
    assert room.tells_of("new", "Xiaohongshu") == set()


def test_a_deleted_file_of_what_was_posted_deletes_no_answer(room: Room) -> None:
    """`retract` does. What was never posted goes with its file."""
    room.write("new", date(2026, 9, 4), "Xiaohongshu")
    room.open()
    room.post("new")
    room.tick()
    for name in ("new", "old"):
        (room.folder / f"{name}.yaml").unlink()
    room.newsroom._clock = lambda: NOW + timedelta(seconds=1)
    room.tick()

    assert room.tells_of("new", "Xiaohongshu") == EVERY_WAY
    assert room.tells_of("old", "Decathlon") == set()


def test_a_renamed_digest_is_found_under_the_codes_that_were_posted(room: Room) -> None:
    """People have quoted them; the new name had its own until then."""
    room.write("new", date(2026, 9, 4), "Xiaohongshu")
    room.open()
    room.post("new")
    room.tick()
    quoted = room.newsroom.library.digests["new"].stories[0].code
    (room.folder / "new.yaml").rename(room.folder / "renamed.yaml")
    room.tick()
    own = room.newsroom.library.digests["renamed"].stories[0].code
    assert room.take_over("new", "renamed")
    room.tick()
    room.tick()
    opened = room.newsroom.answers.ask(quoted)

    assert (quoted, own) == ("#2636-1", "#2636b-1")
    assert isinstance(opened, Opened)
    assert opened.digest.id == "renamed"
    assert room.newsroom.library.digests["renamed"].stories[0].code == quoted
    assert room.tells_of("renamed", "Xiaohongshu") >= EVERY_WAY - {"words"}
    assert room.newsroom.library.by_code(own) is not None
    assert isinstance(room.newsroom.answers.ask(own), Answer)


def away(*_: object, **__: object) -> NoReturn:
    raise LedgerError("away")


def test_a_ledger_that_cannot_be_read_is_told_of_once(
    room: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is asked each second; and told of again when it was back meanwhile."""
    room.open()
    room.tick()
    caplog.set_level(logging.INFO)
    for state in (State.SENDING, State.SENT):
        with monkeypatch.context() as patch:
            patch.setattr(Standings, "standing", away)
            room.post("old", channel=state.upper(), state=state)
            for _ in range(3):
                room.tick()
        room.tick()

    assert caplog.messages == ["out_unknown error=away"] * 2


def test_approvals_that_cannot_be_read_are_told_of_once(
    room: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A start without a database wrote such a line each second."""
    versions = Versions(KeptVersions(room.store._database))
    clearance = Clearance(room.store, versions, rule=lambda: Approval.REQUIRED)
    caplog.set_level(logging.INFO)
    for change in (1, 2):
        clearance.hear(change)
        with monkeypatch.context() as patch:
            patch.setattr(Store, "approved", away)
            for _ in range(3):
                assert not clearance.keep_up()
        clearance.keep_up()

    assert caplog.messages == ["approvals_unknown error=away"] * 2
