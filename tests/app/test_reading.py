"""A reader in the practice workspace, with the whole bot behind it: asks, reads, goes back, shares."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.app.bot import Bot
from bot.practice.interactions import Result
from bot.practice.model import EDITOR, GUEST, ME, STRANGER, Json, Message
from bot.practice.server import PracticeServer
from bot.practice.tokens import APP_TOKEN, BOT_TOKEN
from bot.slack.listeners.readers import GONE, SHARED_ALREADY
from bot.slack.views.answers import NOT_ANSWERED
from tests.waiting import until

CONFIG = """\
timezone: UTC
digests: {digests}
editors: [{editor}]
readers: {readers}
channels:
  - {{channel: "#news", post: mon 09:00}}
  - {{channel: "#travel", post: mon 09:00, only: [Fliggy]}}
companies: {{Fliggy: [飞猪]}}
"""
ISSUE = """\
title: Roundup
date: 2020-05-01
stories:
  - {headline: Fliggy fuels travel, body: Coupons for trains and hotels., companies: [Fliggy]}
  - {headline: It rained, body: All week long., tags: [Weather]}
"""


class Reading:
    """The reader's hands, and what they see."""

    def __init__(self, practice: PracticeServer, bot: Bot) -> None:
        self.practice, self.bot = practice, bot

    def ask(self, text: str, *, channel: str = "#news", user: str = ME) -> Message:
        """Ask, and return the answer as it stands there, however it came."""
        before = len(self.practice.workspace.ephemerals(channel, user))
        assert self.practice.command("/roundup", text, channel=channel, user=user).ok
        until(lambda: len(self.seen(channel, user)) > before, "the question is answered")
        return self.seen(channel, user)[-1]

    def seen(self, channel: str, user: str = ME) -> list[Message]:
        return self.practice.workspace.ephemerals(channel, user)

    def press(self, message: Message, label: str, *, user: str = ME, n: int = 0) -> Result:
        """Press the n-th button of that label."""
        found = [one for one in buttons(message) if one["text"]["text"] == label]
        block = next(
            b["block_id"] for b in message.blocks if found[n] in b.get("elements", [b.get("accessory")])
        )
        place = {"block_id": block, "user": user}
        return self.practice.press(message.channel, message.ts, found[n]["action_id"], **place)

    def becomes(self, message: Message, words: str) -> None:
        until(lambda: words in message.text, f"the message says {words}")

    def told(self, words: str, user: str = ME) -> None:
        until(lambda: words in self.seen("#news", user)[-1].text, f"they are told {words}")

    def shared(self) -> list[Message]:
        return [m for m in self.practice.workspace.posted("#news") if m.text.startswith("Shared by")]


def buttons(message: Message) -> list[Json]:
    elements = [one for b in message.blocks for one in (*b.get("elements", ()), b.get("accessory"))]
    return [one for one in elements if one and one.get("type") == "button"]


@pytest.fixture
def practice() -> Iterator[PracticeServer]:
    with PracticeServer(channels=["news", "travel"]) as server:
        yield server


@pytest.fixture
def start(practice: PracticeServer, tmp_path: Path) -> Iterator[Callable[..., Reading]]:
    bots: list[Bot] = []

    def start(readers: str = "members") -> Reading:
        (tmp_path / "digests").mkdir()
        (tmp_path / "digests" / "issue.yaml").write_text(ISSUE)
        config = tmp_path / "config.yaml"
        config.write_text(CONFIG.format(digests=tmp_path / "digests", editor=EDITOR, readers=readers))
        environ = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": practice.api_url,
            "DATABASE_URL": f"sqlite:///{tmp_path}/roundup.db",
        }
        bots.append(Bot(config, environ))
        assert bots[0].connect(socket=True)
        return Reading(practice, bots[0])

    yield start
    for bot in bots:
        bot.stop()


@pytest.fixture
def reading(start: Callable[..., Reading]) -> Reading:
    return start()


def test_a_story_is_read_in_place_and_the_answer_comes_back(reading: Reading) -> None:
    answer = reading.ask("fligy")
    found = answer.text

    assert "Why: spelled “fligy”, read as Fliggy" in found
    reading.press(answer, "Read")
    reading.becomes(answer, "1 May 2020 · Roundup")
    assert "Why:" not in answer.text
    reading.press(answer, "Back")
    reading.becomes(answer, "Why:")
    assert answer.text == found
    assert len(reading.seen("#news")) == 1


def test_a_headline_under_the_welcome_opens_and_the_welcome_comes_back(reading: Reading) -> None:
    welcome = reading.ask("")

    reading.press(welcome, "Read", n=1)
    reading.becomes(welcome, "All week long.")
    reading.press(welcome, "Back")
    reading.becomes(welcome, "Ask the roundup")


def test_a_story_is_shared_once_and_the_second_press_says_so(reading: Reading) -> None:
    answer = reading.ask("news")
    for _ in range(2):
        reading.press(answer, "Share", n=1)
    reading.told(SHARED_ALREADY)
    # Either press may be the first whose work is done.
    until(lambda: len(reading.shared()) > 0, "the story is shared")

    [shared] = reading.shared()
    assert f"<@{ME}>" in shared.text
    assert "It rained" in shared.text
    reading.press(answer, "Share", n=0)
    until(lambda: len(reading.shared()) == 2, "the other story is another matter")


def test_the_link_leads_to_the_post_in_the_channel_where_it_is_asked(reading: Reading) -> None:
    """Else to one that everybody can look into, and never to one that does not have the story."""
    assert "In the channel" not in json.dumps(reading.ask("rained").blocks)
    desk = reading.bot.posting.desk
    until(lambda: len(list(desk.places())) == 2, "the channels are found")
    desk.post_now(desk.find("issue"), who=EDITOR)

    def leads_there(name: str) -> bool:
        return linked(reading, reading.ask("fliggy", channel=name), name)

    until(lambda: leads_there("#travel") and leads_there("#news"), "both posts are known")

    assert linked(reading, reading.ask("rained", channel="#travel"), "#news")
    desk.retract("issue", who=EDITOR)
    until(lambda: "No story" in reading.ask("rained").text, "it is taken back")


def linked(reading: Reading, answer: Message, name: str) -> bool:
    """Tell whether the answer leads to the bot's post in that channel."""
    post = next(iter(reading.practice.workspace.posted(name)), None)
    there = (
        f"{reading.practice.url}/archives/{post.channel}/p{post.ts.replace('.', '')}" if post else "nowhere"
    )
    return there in [one.get("url") for one in buttons(answer)]


def test_a_button_of_a_story_that_is_out_no_more_says_so(reading: Reading) -> None:
    answer = reading.ask("fligy")
    desk = reading.bot.posting.desk
    until(lambda: len(list(desk.places())) == 2, "the channels are found")
    desk.post_now(desk.find("issue"), who=EDITOR)
    until(lambda: "In the channel" in json.dumps(reading.ask("rained").blocks), "it is posted")
    desk.retract("issue", who=EDITOR)
    until(lambda: "No story" in reading.ask("rained").text, "it is taken back")

    for label in ("Read", "Share"):
        reading.press(answer, label)
        reading.told(GONE)
    assert reading.shared() == []


@pytest.mark.parametrize(
    ("readers", "user", "answered"),
    [
        *(("members", GUEST, False), ("guests", GUEST, True)),
        *(("members", STRANGER, False), ("guests", STRANGER, False), ("guests", EDITOR, True)),
    ],
)
def test_who_is_answered(start: Callable[..., Reading], readers: str, user: str, answered: bool) -> None:
    reading = start(readers)

    for text in ("fligy", "", "latest", "companies"):
        answer = reading.ask(text, user=user)
        assert (answer.text == NOT_ANSWERED) is not answered
        assert ("Fliggy" in answer.text) is answered


def test_somebody_who_has_just_come_is_asked_about_and_answered(reading: Reading) -> None:
    """Slack is asked once: the second answer comes within the acknowledgement."""
    users: dict[str, Any] = reading.practice.workspace.users
    users["U0NEWHERE1"] = users[ME].__class__(id="U0NEWHERE1", name="new", real_name="New")
    asked = reading.practice.requests["users.info"]

    assert "Fliggy" in reading.ask("fligy", user="U0NEWHERE1").text
    assert "Fliggy" in reading.ask("fligy", user="U0NEWHERE1").text
    assert reading.practice.requests["users.info"] == asked + 1


def test_without_the_scope_everybody_of_ours_is_answered_and_no_stranger(
    practice: PracticeServer, start: Callable[..., Reading], caplog: pytest.LogCaptureFixture
) -> None:
    """An app that was installed before it was needed goes on answering."""
    practice.tokens[BOT_TOKEN].scopes.discard("users:read")
    reading = start()

    assert "Fliggy" in reading.ask("fligy", user=GUEST).text
    assert reading.ask("fligy", user=STRANGER).text == NOT_ANSWERED
    assert "readers_unknown error=missing_scope (users:read)" in caplog.messages


@pytest.mark.parametrize(
    "text",
    [
        *("x" * 4000, "😀🎉👩‍👩‍👧", "<!channel> <@U024BE7LH> *b* _i_ `c`", "مرحبا بالعالم", "\u202egnp.exe"),
        *("<https://evil.test|click>", '"' * 500, "in:" * 300, "飞" * 3000, "\x00\x07", "-" * 100),
    ],
)
def test_odd_questions_get_a_helpful_line(
    reading: Reading, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = reading.ask(text)

    assert "`/roundup help`" in answer.text
    said = json.dumps(answer.blocks, ensure_ascii=False) + answer.text
    assert "<!channel>" not in said
    assert "<@U024BE7LH>" not in said
    assert "\u202e" not in said
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_an_expired_address_is_a_line_in_the_log(reading: Reading, caplog: pytest.LogCaptureFixture) -> None:
    """What is shared too late is not shared, and may be pressed again."""
    answer = reading.ask("fligy")
    permits = reading.practice.workspace.permits
    use = permits.use_response_url
    permits.use_response_url = lambda id_: use("gone")  # type: ignore[method-assign]
    reading.press(answer, "Share")
    until(lambda: any("response_failed" in line for line in caplog.messages), "Slack says no")
    permits.use_response_url = use  # type: ignore[method-assign]

    # The line comes before it is forgotten that it was shared: who is that quick presses once more.
    until(lambda: reading.press(answer, "Share").ok and reading.shared(), "it can be shared")
    assert not [record for record in caplog.records if record.exc_info]
