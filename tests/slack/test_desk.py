"""From what an editor sends to what is posted, by the bot's buttons and forms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.practice.model import EDITOR, ME, READER
from tests.slack.desk import SEED, Desk, typed
from tests.waiting import until

RAW = SEED.read_bytes()
SHORT = b"Weekly News\n\nFliggy Sells Trips\n\nTo many people, who like to go far away from home.\n\nMYbank Lends Money\n\nTo shops that need it, at a rate that they can pay.\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One for all tests of this module: each sends what is its own."""
    with Desk.open(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


def test_a_file_becomes_a_draft_and_comes_back_as_markdown(desk: Desk) -> None:
    answer = desk.send("newsletter.txt", RAW)

    said = desk.text_of(answer)
    assert "10 stories" in said
    assert "page navigation" in said  # what was left out, and why
    channel = desk.server.workspace
    until(lambda: channel.posted(answer.channel)[-1].files, "the draft is there as a file")
    (file,) = channel.posted(answer.channel)[-1].files
    markdown = channel.files.find(file).content
    again = desk.send(channel.files.find(file).name, markdown.replace(b"Fliggy Fuels", b"Fliggy Drives"))
    assert "is updated" in desk.text_of(again)
    sheet = desk.bot.writing.read(channel.files.find(file).name.removesuffix(".md"))
    assert sheet.version.number == 2
    assert sheet.digest and "Fliggy Drives Travel and Hospitality Sectors" in [
        story.headline for story in sheet.digest.stories
    ]
