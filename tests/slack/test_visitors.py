"""Who is answered, as Slack describes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.delivery.answers import Deferred, Refused, Unknown
from bot.core.settings import ReadersAllowed, Settings
from bot.slack.messenger import Identity
from bot.slack.visitors import BLIND, KEPT, UNSAID, Visitors
from tests.waiting import until

US = Identity(team="T", team_id="T1", user_id="UBOT", bot_id="B1", enterprise_id="E1")
MEMBER = {"team_id": "T1"}
GUEST = {"team_id": "T1", "is_restricted": True}
ONE_CHANNEL = {"team_id": "T1", "is_restricted": True, "is_ultra_restricted": True}
COLLEAGUE = {"team_id": "T2", "enterprise_user": {"enterprise_id": "E1"}}  # of another workspace of ours
STRANGER = {"team_id": "T3", "is_stranger": True}
CONNECTED = {"team_id": "T3", "enterprise_user": {"enterprise_id": "E3"}}


class World:
    """A Slack that knows these people, or says why it does not."""

    def __init__(
        self, *, more: str = "next", listed: Sequence[Mapping[str, Any]] = (), **people: Mapping[str, Any]
    ) -> None:
        self.people, self.more, self.listed = people, more, listed
        self.says: Refused | Deferred | Unknown | None = None
        self.asked: list[str] = []
        self.now = datetime(2026, 9, 7, tzinfo=UTC)
        self.settings = Settings(digests=Path(), editors=("UEDITOR",))
        self.met = Visitors(self, settings=lambda: self.settings, clock=lambda: self.now)
        self.met.meet(US)

    def ask(
        self, method: str, arguments: Mapping[str, Any]
    ) -> Mapping[str, Any] | Refused | Deferred | Unknown:
        self.asked.append(f"{method} {arguments.get('user', '')}".strip())
        if self.says:
            return self.says
        if method == "users.list":
            return {"members": self.listed, "response_metadata": {"next_cursor": self.more}}
        return {"user": self.people[arguments["user"]]}


@pytest.mark.parametrize(
    ("person", "with_members", "with_guests"),
    [
        *((MEMBER, True, True), (COLLEAGUE, True, True), (GUEST, False, True), (ONE_CHANNEL, False, True)),
        *((STRANGER, False, False), (CONNECTED, False, False)),
    ],
)
def test_members_are_answered_guests_perhaps_and_others_never(
    person: Mapping[str, Any], with_members: bool, with_guests: bool
) -> None:
    world = World(U1=person)

    assert world.met.admits("U1", "T1") is with_members
    world.settings = Settings(digests=Path(), readers=ReadersAllowed.GUESTS)
    assert world.met.admits("U1", "T1") is with_guests
    assert world.asked == ["users.list", "users.info U1"]


def test_who_is_listed_at_the_start_is_answered_at_once() -> None:
    world = World(listed=[{"id": "U1", **MEMBER}, {"id": "U2", **GUEST}])

    assert world.met.knows("U1", "T1") is True
    assert world.met.knows("U2", "T1") is False
    assert world.met.knows("U3", "T1") is None
    assert world.asked == ["users.list"]


def test_of_too_many_those_who_asked_longest_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.visitors.MOST", 2)
    world = World(U1=MEMBER, U2=MEMBER, U3=MEMBER)
    for user in ("U1", "U2", "U3"):
        world.met.admits(user, "T1")

    assert [world.met.knows(user, "T1") for user in ("U1", "U2", "U3")] == [None, True, True]


def test_nobody_is_remembered_for_ever() -> None:
    """A member who becomes a guest is one within half a day."""
    world = World(U1=MEMBER)
    world.met.admits("U1", "T1")
    world.people = {"U1": GUEST}

    assert world.met.knows("U1", "T1") is True
    world.now += KEPT + timedelta(seconds=1)
    assert world.met.knows("U1", "T1") is None
    assert not world.met.admits("U1", "T1")


def test_an_editor_is_answered_unasked() -> None:
    world = World()

    assert world.met.admits("UEDITOR", "T1")
    assert world.asked == ["users.list"]


@pytest.mark.parametrize(
    "why", [Unknown("TimeoutError"), Refused("user_not_found"), Deferred(KEPT, "HTTP 503")]
)
def test_a_bad_minute_of_slack_keeps_news_from_strangers_alone(why: Refused | Deferred | Unknown) -> None:
    world = World(U1=MEMBER)
    world.says = why

    assert world.met.admits("U1", "T1")
    assert not world.met.admits("U2", "T3")
    for _ in range(3):  # nor is Slack asked again at each question
        assert world.met.knows("U1", "T1") is True
        assert world.met.knows("U2", "T3") is False
    assert world.asked == ["users.list", "users.info U1", "users.info U2"]
    world.now += UNSAID + timedelta(seconds=1)
    assert world.met.knows("U1", "T1") is None


def test_who_came_after_everybody_was_listed_is_answered_at_once_and_asked_about() -> None:
    """An answer that waits for Slack comes later, by another way; hardly anybody who is new is a guest."""
    world = World(more="", U1=GUEST)

    assert world.met.knows("U1", "T1") is True
    until(lambda: world.met.knows("U1", "T1") is False, "asked about")
    assert world.met.knows("U2", "T3") is None
    assert world.asked.count("users.info U1") == 1


def test_without_the_scope_slack_is_not_asked_each_time() -> None:
    world = World(U1=MEMBER)
    world.says = Deferred(KEPT, "missing_scope (users:read)")
    for _ in range(3):
        assert world.met.admits("U1", "T1")

    assert world.asked == ["users.list", "users.info U1"]
    world.now += BLIND + timedelta(seconds=1)
    assert world.met.knows("U1", "T1") is None


@pytest.mark.parametrize(
    ("person", "edits"), [(MEMBER, True), (GUEST, False), (STRANGER, False), (COLLEAGUE, True)]
)
def test_who_is_named_as_an_editor_edits_only_as_a_member(person: Mapping[str, Any], edits: bool) -> None:
    world = World(UEDITOR=person)

    assert world.met.may_edit("UEDITOR", "") is edits
    assert world.met.may_edit("UEDITOR", "") is edits  # and so, when they are known
    assert world.met.admits("UEDITOR", "") is True  # answered like any reader
