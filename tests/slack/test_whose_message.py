"""Which messages of a history count as ours: a wrong one keeps a digest from going out, or doubles it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.delivery.answers import Absent, Accepted, Found, Unreadable
from bot.core.message import Message
from bot.practice.model import BOT_USER, READER, Content
from bot.practice.server import PracticeServer
from bot.slack.messenger import SKEW, Identity, Messenger
from tests.slack.test_messenger import news, practice, slack

__all__ = ["news", "practice", "slack"]

HELLO = Message(text="hello")
FORGED = {"event_type": "roundup_part", "event_payload": {"digest": "forged", "part": 0}}


def find(
    messenger: Messenger, channel: str, digest: str, since: timedelta = -timedelta(hours=1), **more: str
) -> object:
    return messenger.find(channel, digest=digest, part=0, since=datetime.now(UTC) + since, **more)


@pytest.fixture
def stranger(slack: Messenger, monkeypatch: pytest.MonkeyPatch) -> Messenger:
    """Another bot of the workspace, to which our posts are somebody else's."""
    us = slack.whoami()
    assert isinstance(us, Identity)
    monkeypatch.setattr(slack, "whoami", lambda: replace(us, bot_id="B0STRANGER", user_id="U0STRANGER"))
    return slack


def test_another_bots_metadata_is_not_ours(stranger: Messenger, news: str) -> None:
    """Anybody can write it: who believes it lets a stranger keep a digest from going out."""
    parent = stranger.post(news, HELLO, digest="somebody's")
    assert isinstance(parent, Accepted)
    stranger.post(news, HELLO, digest="somebody's reply", parent=parent.ts)

    assert find(stranger, news, "somebody's") == Absent()
    assert find(stranger, news, "somebody's reply", parent=parent.ts) == Absent()


def test_a_persons_metadata_is_not_ours(practice: PracticeServer, slack: Messenger, news: str) -> None:
    practice.workspace.post(practice.workspace.channel(news), Content(text="x", metadata=FORGED), user=READER)

    assert find(slack, news, "forged") == Absent()


def test_who_does_not_know_its_own_id_believes_nobody(
    practice: PracticeServer, slack: Messenger, news: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`auth.test` names no bot for a person's token; nor does a person's message."""
    us = slack.whoami()
    assert isinstance(us, Identity)
    monkeypatch.setattr(slack, "whoami", lambda: replace(us, bot_id=""))
    practice.workspace.post(practice.workspace.channel(news), Content(text="x", metadata=FORGED), user=READER)

    assert find(slack, news, "forged") == Absent()


def test_metadata_of_another_kind_is_not_a_digests_part(
    practice: PracticeServer, slack: Messenger, news: str
) -> None:
    named = {"event_type": "task", "event_payload": {"digest": "a task", "part": 0}}
    practice.workspace.post(
        practice.workspace.channel(news), Content(text="x", metadata=named), user="U0ROUNDUP1"
    )

    assert find(slack, news, "a task") == Absent()


@pytest.mark.parametrize(
    ("who", "finding"),
    [
        ({}, Unreadable("history does not say whose message it is", lasting=True)),
        ({"bot_id": "", "user": ""}, Unreadable("history does not say whose message it is", lasting=True)),
        ({"user": BOT_USER}, Found("5.0")),
        ({"user": READER}, Absent()),
        ({"bot_id": "B0STRANGER", "user": BOT_USER}, Absent()),
    ],
)
def test_a_message_that_says_not_whose_it_is_may_be_ours(
    who: dict[str, str], finding: object, slack: Messenger, news: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It once counted as absent, so that the part was sent again."""
    message = {"ts": "5.0", "metadata": FORGED, **who}
    monkeypatch.setattr(slack, "pages", lambda *_: iter([{"messages": [message]}]))

    assert find(slack, news, "forged") == finding


@pytest.mark.parametrize("ahead", [timedelta(0), SKEW / 2, timedelta(seconds=110)])
def test_a_post_is_found_though_our_clock_is_ahead_of_slacks(
    ahead: timedelta, slack: Messenger, news: str
) -> None:
    """Two minutes ahead, the request is written down as later than the post it made."""
    posted = slack.post(news, HELLO, digest=f"ahead {ahead}")
    assert isinstance(posted, Accepted)

    assert find(slack, news, f"ahead {ahead}", ahead) == Found(posted.ts)


def test_no_more_of_the_history_is_read_than_may_have_it(
    practice: PracticeServer, slack: Messenger, news: str
) -> None:
    """A channel of years is hundreds of pages, at fifty a minute."""
    slack.post(news, HELLO, digest="an old one")

    assert find(slack, news, "an old one", timedelta(minutes=10)) == Absent()
