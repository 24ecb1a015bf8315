"""Slack's refusals, one by one: what may pass is waited for, what will not is said at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.delivery.answers import Absent, Accepted, Deferred, Found, Refused, Unreadable
from bot.core.message import Message
from bot.practice.model import BOT_USER, Content
from bot.practice.server import PracticeServer
from bot.slack.messenger import Messenger
from tests.slack.test_messenger import news, practice, slack

__all__ = ["news", "practice", "slack"]

HELLO = Message(text="hello")


def an_hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


@pytest.mark.parametrize(
    ("code", "lasting"),
    [
        ("channel_not_found", True),
        ("is_archived", True),
        ("method_not_supported_for_channel_type", True),
        ("no_permission", True),
        ("not_in_channel", True),
        ("thread_not_found", True),
        ("team_access_not_granted", False),
    ],
)
def test_what_a_bot_may_not_read_it_asks_the_editors_about_at_once(
    code: str, lasting: bool, slack: Messenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asking Slack again would only keep the digest waiting."""
    slack.whoami()
    monkeypatch.setattr(slack, "ask", lambda method, arguments: Refused(code))
    found = slack.find("C0PRACTICE1", digest="d", part=0, since=an_hour_ago())

    assert isinstance(found, Unreadable)
    assert found.lasting is lasting
    assert code in found.error


@pytest.mark.parametrize("code", ["missing_scope", "not_allowed_token_type"])
def test_a_token_that_may_not_read_is_no_matter_of_waiting(
    code: str, slack: Messenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.whoami()
    monkeypatch.setattr(
        slack, "ask", lambda method, arguments: Deferred(timedelta(seconds=60), f"{code} (x:y)")
    )
    found = slack.find("C0PRACTICE1", digest="d", part=0, since=an_hour_ago())

    assert isinstance(found, Unreadable)
    assert (found.lasting, found.after) == (True, None)


@pytest.mark.parametrize("after", [1, 30, 900])
def test_a_limit_on_reading_says_how_long(
    after: int, practice: PracticeServer, slack: Messenger, news: str
) -> None:
    slack.whoami()
    practice.fault("conversations.history", "ratelimited", retry_after=after)
    found = slack.find(news, digest="d", part=0, since=an_hour_ago())

    assert isinstance(found, Unreadable)
    assert (found.lasting, found.after) == (False, timedelta(seconds=after))


def test_whoever_is_shut_out_of_the_workspace_asks_again_in_a_minute_or_so(
    practice: PracticeServer, slack: Messenger, news: str
) -> None:
    """Not every second: it lasts until a person mends it. Not in an hour: then it is mended."""
    practice.fault("chat.postMessage", "token_revoked")
    outcome = slack.post(news, HELLO)

    assert isinstance(outcome, Deferred)
    assert timedelta(seconds=30) <= outcome.after <= timedelta(minutes=5)


def test_where_nothing_answers_it_is_tried_again_in_seconds(news: str) -> None:
    nobody = Messenger(
        "xoxb-no-token", base_url="http://127.0.0.1:9/api/", timeout=lambda: timedelta(seconds=1)
    )
    outcome = nobody.post(news, HELLO)

    assert isinstance(outcome, Deferred)
    assert timedelta(seconds=1) <= outcome.after <= timedelta(seconds=30)


def test_the_threads_newest_reply_tells_however_much_was_said_in_the_channel_since(
    practice: PracticeServer, slack: Messenger, news: str
) -> None:
    """Where threads may not be read, their first message is asked for, and it alone."""
    parent = slack.post(news, HELLO, digest="busy")
    assert isinstance(parent, Accepted)
    reply = slack.post(news, HELLO, digest="busy", part=1, parent=parent.ts)
    assert isinstance(reply, Accepted)
    for _ in range(3):
        practice.workspace.post(practice.workspace.channel(news), Content(text="later"), user=BOT_USER)
    practice.fault("conversations.replies", "missing_scope", times=2)

    def look(last_reply: str) -> object:
        since = datetime.now(UTC)
        return slack.find(news, digest="busy", part=1, since=since, parent=parent.ts, last_reply=last_reply)

    assert look("") == Found(reply.ts)
    assert look(reply.ts) == Absent()
