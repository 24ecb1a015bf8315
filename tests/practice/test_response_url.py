"""A response_url: five uses, thirty minutes, and what it can do to the message it came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from bot.practice.model import ME, Content, Message
from bot.practice.server import PracticeServer
from tests.practice.conftest import Clock

Issue = Callable[..., WebhookClient]


@pytest.fixture
def issue(server: PracticeServer) -> Issue:
    """Hand out a response_url for a channel, as for a command; with *source*, as for a button."""

    def issue(channel: str = "news", source: Message | None = None) -> WebhookClient:
        place = server.workspace.channel(channel)
        id_ = server.workspace.permits.issue_response_url(ME, place.id, source.ts if source else None)
        return WebhookClient(f"{server.url}/response/{id_}", retry_handlers=[])

    return issue


def ephemeral(server: PracticeServer) -> Message:
    return server.workspace.post(server.workspace.channel("news"), Content(text="first"), seen_by=ME)


def test_it_lasts_five_uses(issue: Issue) -> None:
    url = issue()

    answers = [url.send(text="x") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 200, 404]
    assert "used_url" in answers[5].body


def test_it_lasts_half_an_hour(issue: Issue, clock: Clock) -> None:
    url = issue()

    clock.forward(minutes=30)
    in_time = url.send(text="x")
    clock.forward(seconds=1)
    late = url.send(text="x")

    assert (in_time.status_code, late.status_code) == (200, 404)
    assert "expired_url" in late.body


def test_it_answers_its_asker_unless_told_otherwise(server: PracticeServer, issue: Issue) -> None:
    """Also where the bot is not: that is what it is for."""
    url = issue("secret")

    url.send(text="for you")
    url.send(text="for all", response_type="in_channel")

    assert [message.text for message in server.workspace.ephemerals("secret")] == ["for you"]
    assert [message.text for message in server.workspace.posted("secret")] == ["for all"]


def test_a_button_s_url_replaces_or_deletes_its_message(server: PracticeServer, issue: Issue) -> None:
    original = ephemeral(server)
    url = issue(source=original)

    url.send(text="second", replace_original=True)
    replaced = original.text
    url.send(delete_original=True)

    assert replaced == "second"
    assert server.workspace.ephemerals("news") == []


def test_a_command_s_url_has_nothing_to_replace(server: PracticeServer, issue: Issue) -> None:
    """An earlier ephemeral answer stays (bolt-python#1268)."""
    ephemeral(server)

    issue().send(text="second", replace_original=True)

    assert [message.text for message in server.workspace.ephemerals("news")] == ["first", "second"]


def test_a_public_answer_may_go_into_a_thread(server: PracticeServer, slack: WebClient, issue: Issue) -> None:
    parent = slack.chat_postMessage(channel="news", text="x")["ts"]

    issue().send_dict({"text": "there", "response_type": "in_channel", "thread_ts": parent})

    assert server.workspace.posted("news")[1].thread_ts == parent


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": ""}, "no_text"),
        ({"blocks": [{"type": "marquee"}], "text": "x"}, "invalid_blocks"),
        ({"text": "x", "thread_ts": "1.000001"}, "cannot_reply_to_message"),
    ],
)
def test_what_cannot_be_said_is_refused(issue: Issue, body: dict[str, Any], code: str) -> None:
    answer = issue().send_dict(body)

    assert answer.status_code == 400
    assert code in answer.body


def test_its_answers_can_be_lost_too(server: PracticeServer, issue: Issue) -> None:
    server.fault("response_url", "http_500_accepted")

    assert issue().send(text="x").status_code == 500
    assert len(server.workspace.ephemerals("news")) == 1
