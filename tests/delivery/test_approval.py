"""Whoever presses what in which order: an approved digest goes out once, and no unapproved word ever does."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from bot.core.delivery.alarms import Alarm
from bot.core.delivery.approvals import Edited
from bot.core.delivery.outbox import Address, News, Said
from bot.core.delivery.state import Key, Posting, Verdict
from bot.core.delivery.wording import whole
from bot.core.digest import Digest
from bot.core.errors import RoundupError
from bot.core.message import Part
from bot.core.settings import Approval
from bot.newsroom.clearance import ALL, Clearance
from tests.delivery.world import (
    CALM,
    START,
    HostShelf,
    Simulation,
    Weather,
    World,
    channel,
    desk_over,
    digest,
    settings,
)
from tests.store.memory import MemoryStore

CHANNELS = ("news", "travel")
PEOPLE = ("U0ANN", "U0BEN", "U0CAT")
HOUR = 3600.0
SEEDS = int(os.environ.get("ROUNDUP_SEEDS", "60")) // 10


class DeskShelf(HostShelf):
    """What is in the database and in no file, and which of it may go out."""

    def __init__(self, store: Any, written: dict[str, Digest], rule: Approval) -> None:
        super().__init__("", {}, store, written)
        self._clearance = Clearance(store, self._versions, rule=lambda: rule)
        self._cleared, self._read = ALL, dict[str, str]()

    def read(self, changes: int) -> None:
        for kept in (self._versions, self._clearance):
            kept.hear(changes)
        self._versions.keep_up("", {}, lambda _: None)
        self._clearance.keep_up()
        newest = [v for name in self._versions.digests() if (v := self._versions.newest(name))]
        texts = self._versions.texts(newest)
        self.shelf = {name: self._written[text] for name, text in texts.items()}
        self._read = {v.digest: v.fingerprint for v in newest}
        self._cleared = self._clearance.cleared(self.shelf)

    def waiting(self) -> frozenset[str]:
        return self._cleared.waiting

    def edited(self) -> Mapping[str, Edited]:
        return self._cleared.edited

    def text_of(self, digest: str) -> str:
        return self._read[digest]


@dataclass
class Sheet:
    """A digest as everybody who has heard the last answer must believe it is."""

    digest: Digest
    number: int
    author: str
    approved: bool = False


class Watched(MemoryStore):
    """Looks over the replicas' shoulders at whatever they let out."""

    def __init__(self, clock: Callable[[], datetime], sheets: Mapping[str, Sheet]) -> None:
        super().__init__(clock)
        self._sheets, self.unapproved = sheets, list[str]()

    def arrange(self, posting: Posting, parts: Sequence[Part] = (), **more: Any) -> bool:
        done = super().arrange(posting, parts, **more)
        if done and parts:
            sheet = self._sheets[posting.digest]
            words = [part.message.text for part in parts][1:]
            if not sheet.approved or words != [story.headline for story in sheet.digest.stories]:
                self.unapproved.append(f"{posting.digest}: {words} of version {sheet.number}, {sheet}")
        return done


@dataclass
class Newsroom(Simulation):
    """Editors at one desk press what they like, whenever replicas do anything."""

    sheets: dict[str, Sheet] = field(default_factory=dict)
    presses: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.ledger = store = Watched(lambda: self.world.clock("ledger"), self.sheets)
        self.unapproved = store.unapproved
        for entry in self.settings.channels:
            self.ledger.saw(entry.channel, entry.channel.strip("#").upper())
        self.rooms.recall([entry.channel for entry in self.settings.channels])
        self._mine = DeskShelf(self.ledger, self._written, self.settings.approval)
        self.desk = desk_over(
            store,
            rooms=self.rooms,
            library=self._mine,
            settings=lambda: self.settings,
            clock=self.world.now,
        )

    def write(self, new: Digest, number: int, who: str) -> bool:
        self._written[repr(new)] = new
        version = self.ledger.save(new.id, repr(new), expected=number, who=who, wording=whole(new))
        if version:
            self.sheets[new.id] = Sheet(new, version.number, who)
        return version is not None

    def press(self) -> None:
        """Do one thing, as somebody who may have looked a while ago."""
        chance, self.presses = self.world.random, self.presses + 1
        sheet, who = chance.choice([*self.sheets.values()]), chance.choice(PEOPLE)
        number = max(1, sheet.number - (chance.random() < 0.2))
        what = chance.choice(("edit", "approve", "approve", "send", "revoke", "skip", "unskip"))
        try:
            self._do(what, sheet, number, who)
        except RoundupError:  # said so, and nothing happened
            self.world.count["refused"] += 1

    def _do(self, what: str, sheet: Sheet, number: int, who: str) -> None:
        name, place = sheet.digest.id, self.world.random.choice(CHANNELS)
        match what:
            case "edit":
                self.write(_reworded(sheet.digest, f"{self.presses}"), number, who)
            case "approve" | "send":
                self.approve(sheet, number, who, send=what == "send")
            case "revoke":
                self.desk.revoke(name, who=who)
                sheet.approved = False
            case "skip":
                self.desk.skip(place, sheet.digest.date, who=who)
            case "unskip":
                self.desk.unskip(place, sheet.digest.date, who=who)

    def approve(self, sheet: Sheet, number: int, who: str, *, send: bool) -> None:
        self._mine.read(self.ledger.look().changes)
        self.desk.approve(sheet.digest, number=number, who=who)
        assert (number, who) != (sheet.number, sheet.author)
        assert number == sheet.number
        sheet.approved = True
        if send:
            self.desk.post_now(sheet.digest, who=who)

    def _others(self) -> None:
        if not self._depth and self.world.random.random() < 0.5:
            self.press()
        super()._others()

    def _shelf_of(self, i: int, store: Any) -> HostShelf:
        return DeskShelf(store, self._written, self.settings.approval)


def _reworded(old: Digest, word: str) -> Digest:
    return replace(old, stories=tuple(replace(s, headline=f"{s.id} {word}") for s in old.stories))


def play(seed: int, rule: Approval = Approval.REQUIRED) -> Newsroom:
    """Let everybody press for two days, then approve what there is by then; return how all ended."""
    world = World(random=Random(seed), weather=replace(Weather(), clock=0.0))  # noqa: S311 - to be repeated
    room = Newsroom(world, settings(*map(channel, CHANNELS), approval=rule), shelf=DeskShelf(None, {}, rule))
    for n in range(2):
        assert room.write(digest((START + timedelta(days=n)).date()), 0, "U0ANN")
    for _ in range(25):
        room.press()
        room.run(world.time + HOUR * world.random.random())
    room.calm_down()
    for sheet in room.sheets.values():
        for _ in range(3):  # a channel that could not be looked into is held, and asked for again
            room.approve(sheet, sheet.number, next(p for p in PEOPLE if p != sheet.author), send=True)
            room.calm_down()
    room.calm_down(rounds=3600)  # of the last who died, the leases end
    return room


def test_an_approved_digest_goes_out_once_and_no_unapproved_word_ever_does() -> None:
    first = random.getrandbits(32)
    rooms = {seed: play(seed) for seed in range(first, first + SEEDS)}

    assert {seed: room.unapproved for seed, room in rooms.items() if room.unapproved} == {}
    assert {seed: wrong for seed, room in rooms.items() if (wrong := _not_as_approved(room))} == {}
    assert sum(room.world.count["refused"] for room in rooms.values()) > SEEDS
    assert sum(room.world.count["kill"] for room in rooms.values()) > SEEDS


def _not_as_approved(room: Newsroom) -> list[str]:
    wrong = [f"doubled {room.world.doubled}"] if room.world.doubled else []
    for name, sheet in room.sheets.items():
        for place in CHANNELS:
            for part, story in enumerate(sheet.digest.stories, start=1):
                there = [posted.text for posted in room.world.live(Key(name, place.upper(), part))]
                if there != [story.headline]:
                    wrong.append(f"{name} {place} {part}: {there}, not {story.headline}")
    return wrong


# --- one after the other, in good weather --------------------------------------------------------------


def calm(day: int = 0, **more: Any) -> Newsroom:
    """Have one replica and U0ANN's digest, due at nine of that day; it is eight now."""
    rule = Approval.REQUIRED
    config = settings(
        channel("news"), approval=rule, editors=("U0ANN",), approvers=("U0BEN", "U0CAT"), **more
    )
    world = World(random=Random(1), weather=CALM)  # noqa: S311 - there is no chance
    room = Newsroom(world, config, shelf=DeskShelf(None, {}, rule), replicas=1, skew=0)
    assert room.write(digest((START + timedelta(days=day)).date()), 0, "U0ANN")
    return room


def only(room: Newsroom) -> Sheet:
    [sheet] = room.sheets.values()
    return sheet


def at(room: Newsroom, hours: float) -> None:
    """Be so many hours on, and do what there is to do then."""
    room.world.advance(hours * HOUR - room.world.time)
    for _ in range(5):
        room._tick(0)
        room.world.advance(1)


def told(room: Newsroom, who: str) -> list[str]:
    return [posted.text for posted in room.world.posts if posted.key.channel == who]


def verdicts(room: Newsroom) -> list[Verdict]:
    return [posting.verdict for posting in room.ledger.postings()]


def test_a_late_approval_sends_at_once_and_a_later_one_asks_when() -> None:
    late, later = calm(), calm()
    at(late, 5)
    assert verdicts(late) == []
    late.approve(only(late), 1, "U0BEN", send=False)
    at(late, 5.1)
    at(later, 14)
    assert verdicts(later) == []
    later.approve(only(later), 1, "U0BEN", send=False)
    at(later, 14.1)

    assert verdicts(late) == [Verdict.POST]
    assert verdicts(later) == [Verdict.MISSED]
    assert "missed" in told(later, "U0ANN")[-1]


def test_approvers_are_reminded_a_day_and_an_hour_before_and_at_the_slot_each_once() -> None:
    room = calm(day=2)
    counts = []
    for hours in (0, 24.9, 25.1, 47.9, 48.1, 48.9, 49.1, 53):
        at(room, hours)
        counts.append(len(told(room, "U0BEN")))

    assert counts == [0, 0, 1, 1, 2, 2, 3, 3]
    assert told(room, "U0BEN") == told(room, "U0CAT")
    assert not any("approved" in text for text in told(room, "U0ANN"))


def test_an_edit_of_what_is_posted_waits_for_approval_and_says_so() -> None:
    room = calm()
    room.approve(only(room), 1, "U0BEN", send=False)
    at(room, 2)
    before = _live(room)
    room.write(_reworded(only(room).digest, "new"), 1, "U0ANN")
    at(room, 3)
    waiting = _live(room)
    said = told(room, "U0BEN")
    room.approve(only(room), 2, "U0BEN", send=False)
    at(room, 4)

    assert waiting == before
    assert "Not approved: <@U0ANN> changed " in said[-1]
    assert "nobody has approved version 2 yet" in said[-1]
    assert all(text.endswith(("new", "corrected")) for text in _live(room))


def _live(room: Newsroom) -> list[str]:
    return [posted.text for posted in room.world.posts if posted.key.channel == "NEWS"]


def test_a_replica_that_has_not_heard_of_an_edit_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """For it the approval holds; only the database knows better, in that very moment."""
    room = calm()
    room.approve(only(room), 1, "U0BEN", send=False)
    at(room, 0.5)
    monkeypatch.setattr(DeskShelf, "read", lambda _shelf, _changes: None)
    room.write(_reworded(only(room).digest, "new"), 1, "U0ANN")
    at(room, 1.1)

    assert (verdicts(room), _live(room)) == ([], [])


def test_approve_and_send_is_one_press() -> None:
    room = calm(day=5)
    at(room, 0)
    room.approve(only(room), 1, "U0BEN", send=True)
    at(room, 0.1)

    assert verdicts(room) == [Verdict.POST]


def test_a_replica_that_has_not_heard_of_an_approval_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It knows the order to send, which came with the approval: the digest waits for nobody."""
    room = calm()
    room.approve(only(room), 1, "U0BEN", send=False)
    at(room, 2)
    room.desk.retract(only(room).digest.id, who="U0ANN")
    at(room, 2.2)
    room.write(_reworded(only(room).digest, "new"), 1, "U0ANN")
    at(room, 2.4)
    before = told(room, "U0CAT")
    with monkeypatch.context() as patch:
        patch.setattr(DeskShelf, "read", lambda _shelf, _changes: None)
        room.approve(only(room), 2, "U0BEN", send=True)
        at(room, 2.5)
        said = told(room, "U0CAT")
    at(room, 2.6)

    assert said == before
    assert (verdicts(room), _live(room)[-1].endswith("new")) == ([Verdict.POST], True)


def test_who_has_not_heard_yet_that_an_approval_is_missing_does_not_hear_it_afterwards() -> None:
    """A letter waits for a minute after the one before."""
    room = calm(day=2)
    other = Alarm(subject="approval another 1", text="Another one waits.", digest="another")
    mine = Alarm(subject=f"approval {only(room).digest.id} 1", text="It waits.", digest=only(room).digest.id)
    for alarm in (other, mine):
        to = (Address(whom="U0BEN"),)
        room.ledger.outbox.tell(News(said=(Said(alarm=alarm, to=to, wait=timedelta(minutes=1)),)))
    room.approve(only(room), 1, "U0BEN", send=False)
    at(room, 1)
    first = told(room, "U0BEN")
    room.ledger.outbox.tell(News(said=(Said(alarm=mine, to=(Address(whom="U0BEN"),), wait=timedelta(0)),)))
    at(room, 1.1)

    assert first == ["Another one waits."]
    assert told(room, "U0BEN")[-1] == "It waits."
