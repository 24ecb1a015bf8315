"""What each of Slack's answers means, over real HTTP; what is in a channel, however much there is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.delivery.answers import Absent, Accepted, Deferred, Found, Refused, Unknown, Unreadable
from bot.core.delivery.state import Room, Trouble
from bot.core.message import Message
from bot.practice.model import BOT_USER, READER, TEAM_ID, Content
from bot.practice.server import PracticeServer
from bot.practice.tokens import BOT_TOKEN
from bot.slack.directory import Directory
from bot.slack.messenger import Identity, Messenger
from bot.store.channels import KnownChannels
from bot.store.database import open_database
from tests.slack.gates import Answering
from tests.waiting import HASTE, PATIENCE

HELLO = Message(text="hello", blocks=({"type": "section", "text": {"type": "mrkdwn", "text": "hello"}},))


@pytest.fixture(scope="module")
def practice() -> Iterator[PracticeServer]:
    with PracticeServer(
        channels=["news", "travel", "quiet", "secret", "old"],
        member_of=["news", "quiet"],
        private=["secret"],
        archived=["old"],
        limits=None,
    ) as server:
        yield server


@pytest.fixture
def slack(practice: PracticeServer) -> Iterator[Messenger]:
    yield messenger(practice)
    practice.faults.clear()


def messenger(practice: PracticeServer, seconds: float = PATIENCE) -> Messenger:
    return Messenger(BOT_TOKEN, base_url=practice.api_url, timeout=lambda: timedelta(seconds=seconds))


@pytest.fixture
def news(practice: PracticeServer) -> str:
    return practice.workspace.channel("#news").id


def find(slack: Messenger, channel: str, digest: str, part: int = 0, **more: str) -> object:
    return slack.find(channel, digest=digest, part=part, since=datetime.now(UTC) - timedelta(hours=1), **more)


@pytest.mark.parametrize(
    "how",
    ["close", "reset", "hang", "http_500", "http_503", "html", "truncated", "internal_error", "fatal_error"],
)
@pytest.mark.parametrize("accepted", [False, True])
def test_an_answer_that_is_lost_is_unknown_and_asked_for_once(
    how: str, accepted: bool, practice: PracticeServer, slack: Messenger, news: str
) -> None:
    """slack_sdk's default client posts twice here."""
    practice.fault("chat.postMessage", f"{how}_accepted" if accepted else how)
    name, before = f"{how}-{accepted}", practice.requests["chat.postMessage"]
    hasty = messenger(practice, HASTE) if how == "hang" else slack
    outcome = hasty.post(news, HELLO, digest=name)

    assert isinstance(outcome, Unknown)
    assert practice.requests["chat.postMessage"] == before + 1
    assert isinstance(find(slack, news, name), Found if accepted else Absent)


def test_slacks_limit_is_waited_for_as_long_as_it_says(
    practice: PracticeServer, slack: Messenger, news: str
) -> None:
    practice.fault("chat.postMessage", "ratelimited", retry_after=17)

    assert slack.post(news, HELLO) == Deferred(timedelta(seconds=17))


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (b"429 Slow down\r\nContent-Length: 0\r\n\r\n", 30),
        (b"429 Slow down\r\nRetry-After: soon\r\nContent-Length: 0\r\n\r\n", 30),
        (b"429 Slow down\r\nRetry-After: nan\r\nContent-Length: 0\r\n\r\n", 30),
        (b"429 Slow down\r\nRETRY-AFTER: 7\r\nContent-Length: 10\r\n\r\n<p>No.</p>", 7),
        (b"429 Slow down\r\nRetry-After: 86400\r\nContent-Length: 0\r\n\r\n", 3600),
        (b'200 OK\r\nContent-Length: 35\r\n\r\n{"ok":false,"error":"rate_limited"}', 30),
    ],
    ids=["without a time", "with none we can read", "no number", "a page", "a day", "by its name only"],
)
def test_a_limit_is_known_by_its_status_whatever_is_said_with_it(answer: bytes, seconds: int) -> None:
    """Slack's edge limits too, without JSON: nothing was posted, so nothing is to be looked for."""
    with Answering(b"HTTP/1.1 " + answer) as server:
        slack = Messenger(
            BOT_TOKEN, base_url=f"{server.url}/api/", timeout=lambda: timedelta(seconds=PATIENCE)
        )

        assert slack.post("C1", HELLO) == Deferred(timedelta(seconds=seconds))


def test_an_answer_of_a_year_beyond_all_years_counts_like_any_other() -> None:
    date = b"Date: Mon, 01 Jan 99999999999999999999 10:00:00 GMT"
    head = b"HTTP/1.1 200 OK\r\n" + date + b"\r\nContent-Length: 21\r\n\r\n"
    with Answering(head + b'{"ok":true,"ts":"1."}') as server:
        slack = Messenger(
            BOT_TOKEN, base_url=f"{server.url}/api/", timeout=lambda: timedelta(seconds=PATIENCE)
        )

        assert isinstance(slack.post("C1", HELLO), Accepted)


def test_who_does_not_hear_its_scopes_has_none() -> None:
    """The header is Slack's; a proxy may keep it."""
    said = b'{"ok":true,"team":"T","user_id":"U1"}'
    with Answering(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(said), said)) as server:
        slack = Messenger(
            BOT_TOKEN, base_url=f"{server.url}/api/", timeout=lambda: timedelta(seconds=PATIENCE)
        )
        us = slack.whoami()

    assert isinstance(us, Identity)
    assert (us.user_id, us.scopes) == ("U1", frozenset())


@pytest.mark.parametrize("fault", ["", "channel_not_found", "http_500", "html"])
def test_what_time_slack_has_is_heard_from_its_own_answers_alone(
    fault: str, practice: PracticeServer, news: str
) -> None:
    """A proxy's page would have the bot live by the proxy's clock."""
    heard: list[datetime] = []
    slack = Messenger(
        BOT_TOKEN,
        base_url=practice.api_url,
        timeout=lambda: timedelta(seconds=PATIENCE),
        heard=heard.append,
    )
    if fault:
        practice.fault("conversations.info", fault)
    slack.ask("conversations.info", {"channel": news})
    practice.faults.clear()

    assert all(abs(at - datetime.now(UTC)) < timedelta(minutes=1) for at in heard)
    assert bool(heard) is (fault == "")


@pytest.mark.parametrize("fault", ["", "channel_not_found", "http_500", "html", "hang"])
def test_whoever_answers_anything_is_not_missed(fault: str, practice: PracticeServer, news: str) -> None:
    missed: list[str] = []
    for url in (practice.api_url, "http://127.0.0.1:9/api/"):
        slack = Messenger(BOT_TOKEN, base_url=url, timeout=lambda: timedelta(seconds=2), missed=missed.append)
        if fault:
            practice.fault("conversations.info", fault)
        slack.ask("conversations.info", {"channel": news})
        practice.faults.clear()

    assert missed == ["no connection to Slack: ConnectionRefusedError"]


def test_patience_may_change_while_running(practice: PracticeServer, news: str) -> None:
    """A request that is more patient than the settings in force may outlast its lease."""
    patience = [timedelta(0)]
    slack = Messenger(BOT_TOKEN, base_url=practice.api_url, timeout=lambda: patience[-1])
    without_any = slack.post(news, HELLO)
    patience.append(timedelta(seconds=60))

    assert isinstance(without_any, Deferred)
    assert isinstance(slack.post(news, HELLO), Accepted)


def test_no_connection_is_certain_and_tried_again(news: str) -> None:
    nobody = Messenger(BOT_TOKEN, base_url="http://127.0.0.1:9/api/", timeout=lambda: timedelta(seconds=5))

    assert isinstance(nobody.post(news, HELLO), Deferred)


@pytest.mark.parametrize(
    "code", ["is_archived", "restricted_action", "msg_blocks_too_long", "metadata_too_large"]
)
def test_a_refusal_is_certain(code: str, practice: PracticeServer, slack: Messenger, news: str) -> None:
    practice.fault("chat.postMessage", code)
    outcome = slack.post(news, HELLO)

    assert isinstance(outcome, Refused)
    assert outcome.error == code


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "missing_scope"])
def test_a_token_that_will_not_do_stops_everything_and_loses_nothing(
    code: str, practice: PracticeServer, slack: Messenger, news: str
) -> None:
    practice.fault("chat.postMessage", code)
    outcome = slack.post(news, HELLO)

    assert isinstance(outcome, Deferred)
    assert outcome.error.startswith(code)


def test_refused_blocks_come_with_slacks_reason(slack: Messenger, news: str) -> None:
    broken = Message(text="x", blocks=({"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}},))
    outcome = slack.post(news, broken)

    assert isinstance(outcome, Refused)
    assert outcome.error == "invalid_blocks"
    assert "/blocks/0" in outcome.detail


def test_a_part_is_found_among_many_by_its_name_and_its_author(
    practice: PracticeServer, slack: Messenger, news: str
) -> None:
    wanted = slack.post(news, HELLO, digest="needle", part=3)
    for _ in range(230):  # more than a page
        practice.workspace.post(practice.workspace.channel(news), Content(text="chat"), user=READER)
    assert isinstance(wanted, Accepted)

    assert find(slack, news, "needle", 3) == Found(wanted.ts)
    assert find(slack, news, "needle", 4) == Absent()


def test_what_is_edited_keeps_its_name_and_what_is_removed_is_gone(slack: Messenger, news: str) -> None:
    posted = slack.post(news, HELLO, digest="changing")
    assert isinstance(posted, Accepted)
    edited = slack.edit(news, posted.ts, Message(text="new"))

    assert isinstance(edited, Accepted)
    assert find(slack, news, "changing") == Found(posted.ts)
    assert isinstance(slack.remove(news, posted.ts), Accepted)
    assert find(slack, news, "changing") == Absent()
    assert slack.edit(news, posted.ts, HELLO) == Refused("message_not_found")


def test_what_is_read_out_of_an_edit_is_cut_to_what_slack_takes(
    practice: PracticeServer, slack: Messenger, news: str
) -> None:
    """An emoji counts two, and none is torn; beside blocks the text is only read out."""
    posted = slack.post(news, HELLO)
    assert isinstance(posted, Accepted)
    edited = slack.edit(news, posted.ts, Message(text="👧" * 2500, blocks=({"type": "divider"},)))
    (there,) = (m for m in practice.workspace.posted("#news") if m.ts == posted.ts)

    assert isinstance(edited, Accepted)
    assert there.text == "👧" * (len(there.text) - 1) + "…"


def test_what_is_edited_says_which_words_it_has_now(
    practice: PracticeServer, slack: Messenger, news: str
) -> None:
    """Whoever reads it back without a ledger must not take it for what it was."""
    posted = slack.post(news, HELLO, digest="told", words="w1", shows="s1")
    assert isinstance(posted, Accepted)
    slack.edit(news, posted.ts, Message(text="new"), digest="told", words="w2", shows="s2")
    (there,) = (m for m in practice.workspace.posted("#news") if m.ts == posted.ts)
    payload = (there.metadata or {}).get("event_payload", {})

    assert (payload["digest"], payload["words"], payload["shows"]) == ("told", "w2", "s2")


@pytest.fixture
def thread(practice: PracticeServer, slack: Messenger) -> tuple[str, str]:
    channel = practice.workspace.channel("#quiet").id
    parent = slack.post(channel, HELLO, digest="threaded")
    assert isinstance(parent, Accepted)
    return channel, parent.ts


def test_a_reply_is_found_in_its_thread(slack: Messenger, thread: tuple[str, str]) -> None:
    channel, parent = thread
    reply = slack.post(channel, HELLO, digest="threaded", part=1, parent=parent)
    assert isinstance(reply, Accepted)

    assert find(slack, channel, "threaded", 1, parent=parent) == Found(reply.ts)
    assert find(slack, channel, "threaded", 2, parent=parent) == Absent()


def test_where_threads_may_not_be_read_their_first_message_tells(
    practice: PracticeServer, slack: Messenger, thread: tuple[str, str]
) -> None:
    """Whether a bot may read replies in channels is doubtful."""
    channel, parent = thread
    practice.fault("conversations.replies", "missing_scope", times=3)
    assert find(slack, channel, "threaded", 1, parent=parent) == Absent()
    first = slack.post(channel, HELLO, digest="threaded", part=1, parent=parent)
    assert isinstance(first, Accepted)

    assert find(slack, channel, "threaded", 1, parent=parent) == Found(first.ts)
    assert find(slack, channel, "threaded", 2, parent=parent, last_reply=first.ts) == Absent()


def test_where_people_replied_too_we_do_not_guess(
    practice: PracticeServer, slack: Messenger, thread: tuple[str, str]
) -> None:
    channel, parent = thread
    workspace = practice.workspace
    workspace.post(workspace.channel(channel), Content(text="nice"), user=READER, thread_ts=parent)
    practice.fault("conversations.replies", "missing_scope")
    found = find(slack, channel, "threaded", 1, parent=parent)

    assert isinstance(found, Unreadable)
    assert found.lasting


@pytest.mark.parametrize(
    ("kind", "lasting"),
    [("missing_scope", True), ("not_in_channel", True), ("http_500", False), ("hang", False)],
)
def test_a_history_that_cannot_be_read_never_reads_as_absent(
    kind: str, lasting: bool, practice: PracticeServer, slack: Messenger, news: str
) -> None:
    slack.whoami()
    practice.fault("conversations.history", kind)
    found = find(messenger(practice, HASTE) if kind == "hang" else slack, news, "anything")

    assert isinstance(found, Unreadable)
    assert found.lasting is lasting


def test_who_we_are_is_asked_once(practice: PracticeServer, slack: Messenger, news: str) -> None:
    """The bot asks at its start; what looks into a history needs it as well."""
    before = practice.requests["auth.test"]
    us = slack.whoami()
    find(slack, news, "anything")

    assert isinstance(us, Identity)
    assert (us.team_id, us.user_id) == (TEAM_ID, BOT_USER)
    assert "chat:write" in us.scopes
    assert practice.requests["auth.test"] == before + 1


@pytest.fixture
def directory(slack: Messenger, tmp_path: Path) -> Iterator[Directory]:
    database = open_database(f"sqlite:///{tmp_path}/a.db", environ={})
    yield Directory(slack, KnownChannels(database))
    database.close()


def test_channels_are_found_by_name_and_id_and_joined(
    practice: PracticeServer, directory: Directory, news: str
) -> None:
    travel = practice.workspace.channel("#travel")
    directory.recall(["#news", travel.id, "#secret", "#old", "#nowhere"])
    rooms = directory.look_up()

    assert rooms["#news"] == Room(id=news, name="news")
    assert rooms[travel.id] == Room(id=travel.id, name="travel")
    assert rooms["#secret"] == Trouble("channel_not_found")
    assert rooms["#nowhere"] == Trouble("channel_not_found")
    assert isinstance(rooms["#old"], Room)
    assert rooms["#old"].trouble == "is_archived"
    assert BOT_USER in travel.members


def test_a_renamed_channel_keeps_its_posts(
    practice: PracticeServer, slack: Messenger, tmp_path: Path
) -> None:
    database = open_database(f"sqlite:///{tmp_path}/a.db", environ={})
    quiet = practice.workspace.channel("#quiet").id
    KnownChannels(database).saw("#quiet", quiet)
    practice.workspace.rename("#quiet", "calm")
    directory = Directory(slack, KnownChannels(database))
    directory.recall(["#quiet"])
    rooms = directory.look_up()
    practice.workspace.rename("#calm", "quiet")
    database.close()

    assert rooms["#quiet"] == Room(id=quiet, name="calm", renamed=True)


def test_of_several_replies_nobody_can_read_none_is_taken_for_ours(
    practice: PracticeServer, slack: Messenger, news: str
) -> None:
    """A ledger that knows none of a thread's replies must not take the newest one for any part."""
    first = slack.post(news, HELLO, digest="lost")
    assert isinstance(first, Accepted)
    slack.post(news, HELLO, digest="lost", part=1, parent=first.ts)
    practice.fault("conversations.replies", "missing_scope", times=2)
    one = find(slack, news, "lost", 1, parent=first.ts)
    slack.post(news, HELLO, digest="lost", part=2, parent=first.ts)
    two = find(slack, news, "lost", 1, parent=first.ts)

    assert isinstance(one, Found)
    assert isinstance(two, Unreadable)
