"""Many channels, by name and by ID: lists first, the rest in turn, and no channel without its post."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.core.delivery.state import Room, Trouble
from bot.practice.server import PracticeServer
from bot.slack.directory import AT_ONCE, Directory
from bot.store.channels import KnownChannels
from bot.store.database import open_database
from tests.slack.test_messenger import messenger

IDS = [f"C0MANY{n:04}" for n in range(120)]
Open = Callable[[PracticeServer], Directory]


@pytest.fixture
def open_directory(tmp_path: Path) -> Iterator[Open]:
    database = open_database(f"sqlite:///{tmp_path}/a.db", environ={})
    yield lambda practice: Directory(messenger(practice), KnownChannels(database))
    database.close()


def test_a_hundred_and_twenty_channels_by_id_are_found_at_once(open_directory: Open) -> None:
    """Slack takes fifty questions a minute: the rest once never got a post."""
    with PracticeServer(channels=IDS) as practice:
        directory = open_directory(practice)
        directory.recall(IDS)
        found = directory.look_up()

        assert {name: room.id for name, room in found.items() if isinstance(room, Room)} == {
            name: name for name in IDS
        }
        assert practice.requests["conversations.info"] == 0


def test_what_is_on_no_list_is_asked_for_in_turn_and_counts_as_there_meanwhile(
    open_directory: Open,
) -> None:
    with PracticeServer(channels=["news"], private=IDS, member_of=["news"], limits=None) as practice:
        directory = open_directory(practice)
        directory.recall(IDS)
        rounds = [set(directory.look_up())]
        not_yet = {name: room for name, room in directory.rooms.items() if name not in rounds[0]}
        rounds += [set(directory.look_up()) for _ in range(3)]
        taken_for_there = directory.rooms

        assert [len(said) for said in rounds] == [AT_ONCE] * 4
        assert rounds[0] | rounds[1] | rounds[2] == set(IDS)
        assert rounds[3] == rounds[0]  # whoever was asked for longest ago
        assert set(taken_for_there) == set(IDS)
        assert not_yet == {name: Room(id=name, name=name) for name in set(IDS) - rounds[0]}


def test_a_channel_by_id_is_found_though_slack_lists_none(open_directory: Open) -> None:
    with PracticeServer(channels=IDS[:2], limits=None) as practice:
        directory = open_directory(practice)
        directory.recall(IDS[:2])
        for method in ("users.conversations", "conversations.list"):
            practice.fault(method, "http_500", times=10)
        found = directory.look_up()

        assert {name: room.id for name, room in found.items() if isinstance(room, Room)} == {
            name: name for name in IDS[:2]
        }


@pytest.mark.parametrize("how", ["http_500", "ratelimited"])
def test_a_look_up_that_fails_for_a_moment_says_nothing_and_forgets_nothing(
    how: str, open_directory: Open
) -> None:
    """It is nobody's alarm."""
    with PracticeServer(channels=["news", *IDS[:3]], limits=None) as practice:
        directory = open_directory(practice)
        directory.recall(["#news", *IDS[:3]])
        first = directory.look_up()
        for method in ("users.conversations", "conversations.list", "conversations.info"):
            practice.fault(method, how, times=10)
        second = directory.look_up()

        assert len(first) == 4
        assert second == {}
        assert directory.rooms == first


def test_what_slack_refuses_for_certain_is_said(open_directory: Open) -> None:
    with PracticeServer(channels=["news"], limits=None) as practice:
        directory = open_directory(practice)
        directory.recall(["#nowhere", "C0NOWHERE1"])

        assert directory.look_up() == {
            "#nowhere": Trouble("channel_not_found"),
            "C0NOWHERE1": Trouble("channel_not_found"),
        }


def test_of_a_round_as_many_are_joined_as_slack_takes(open_directory: Open) -> None:
    names = [f"#public-{n:03}" for n in range(AT_ONCE + 5)]
    with PracticeServer(channels=names, member_of=[], limits=None) as practice:
        directory = open_directory(practice)
        directory.recall(names)
        directory.look_up()
        first = practice.requests["conversations.join"]
        directory.look_up()

        assert first == AT_ONCE
        assert practice.requests["conversations.join"] == len(names)
