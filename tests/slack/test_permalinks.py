"""Where "In the channel" leads: where the reader can look, and where the story is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.core.delivery.state import Room, Trouble
from bot.core.digest import Digest
from bot.core.settings import Settings
from bot.slack.permalinks import Permalinks
from tests.delivery.world import channel, digest

ISSUE = digest(date(2020, 5, 1))
STORY = ISSUE.stories[0]
POSTS = {"CSECRET": "1588300000.000100", "COPEN": "1588300000.000200", "CPICKY": "1588300000.000300"}


class World:
    """A private, a public and a choosy channel, all of which have the post."""

    def __init__(
        self, posts: Mapping[str, str] = POSTS, workspace: str = "https://example.slack.com/"
    ) -> None:
        self.rooms: Mapping[str, Room | Trouble] = {
            "#secret": Room(id="CSECRET", name="secret"),
            "#open": Room(id="COPEN", name="open", public=True),
            "#picky": Room(id="CPICKY", name="picky", public=True),
            "#gone": Trouble("channel_not_found"),
        }
        entries = [channel(name.strip("#"), "0 09:00") for name in self.rooms]
        entries[2] = replace(entries[2], only=("Decathlon",))
        self.settings = Settings(digests=Path(), channels=tuple(entries))
        self.links = Permalinks(
            posts=lambda name: posts if name == ISSUE.id else {},
            rooms=lambda: self.rooms,
            settings=lambda: self.settings,
            workspace=lambda: workspace,
        )

    def to(self, near: str, of: Digest = ISSUE) -> str:
        return self.links.to(of, STORY, near=near)


OPEN = "https://example.slack.com/archives/COPEN/p1588300000000200"


@pytest.mark.parametrize(
    ("near", "link"),
    [
        ("COPEN", OPEN),
        ("CELSEWHERE", OPEN),
        ("CPICKY", OPEN),  # which has the post, without this story
        (
            "CSECRET",
            "https://example.slack.com/archives/CSECRET/p1588300000000100",
        ),  # whoever asks there is in it
        ("", OPEN),
    ],
)
def test_the_channel_one_asks_in_comes_first_then_one_that_everybody_can_open(near: str, link: str) -> None:
    assert World().to(near) == link


def test_a_private_channel_is_named_to_nobody_outside() -> None:
    assert World({"CSECRET": POSTS["CSECRET"]}).to("COPEN") == ""


def test_without_a_post_or_a_workspace_there_is_no_link() -> None:
    assert World().to("COPEN", of=replace(ISSUE, id="other")) == ""
    assert World(workspace="").to("COPEN") == ""
    assert World({}).to("COPEN") == ""


def test_changed_settings_and_rooms_are_followed() -> None:
    world = World()
    assert world.to("CELSEWHERE") == OPEN

    world.rooms = {**world.rooms, "#open": Room(id="COPEN", name="open")}
    assert world.to("CELSEWHERE") == ""
    world.settings = Settings(digests=Path(), channels=())
    assert world.to("COPEN") == ""
