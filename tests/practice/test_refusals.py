"""One row a refusal: what is asked, and the code of the reference (§5.2) that Slack answers."""

# ruff: noqa: S310 - every address is the test's own server

from __future__ import annotations

import urllib.request
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.practice.model import ME, Channel, Content
from bot.practice.server import PracticeServer
from bot.practice.tokens import APP_TOKEN, BOT_TOKEN
from tests.practice.conftest import Clock, Connect

Ask = Callable[[PracticeServer, WebClient], object]

DIVIDER = {"type": "divider"}
PHOTO = {"type": "image", "image_url": "https://gone.example.com/a.png", "alt_text": "A boat"}
PART = {"event_type": "roundup_part", "event_payload": {"digest": "2020-05-01", "part": 0}}


def person_says(server: PracticeServer, text: str = "hello") -> str:
    return server.interactions.say("news", text).ts


def bot_says(slack: WebClient, **more: Any) -> str:
    return str(slack.chat_postMessage(channel="news", text="x", **more)["ts"])


def post(**args: Any) -> Ask:
    return lambda server, slack: slack.chat_postMessage(**{"channel": "news", "text": "x"} | args)


def post_raw(**args: Any) -> Ask:
    """Post as the client does, without its advice about missing text."""
    return lambda server, slack: slack.api_call("chat.postMessage", json={"channel": "news", **args})


def news(server: PracticeServer) -> Channel:
    return server.workspace.channel("news")


def restricted(code: str) -> Ask:
    def ask(server: PracticeServer, slack: WebClient) -> None:
        news(server).restriction = code
        slack.chat_postMessage(channel="news", text="x")

    return ask


def without_scope(scope: str, ask: Ask) -> Ask:
    def asking(server: PracticeServer, slack: WebClient) -> None:
        server.tokens[BOT_TOKEN].scopes.discard(scope)
        ask(server, slack)

    return asking


def dead_token(code: str) -> Ask:
    def ask(server: PracticeServer, slack: WebClient) -> None:
        server.tokens[BOT_TOKEN].dead = code
        slack.auth_test()

    return ask


def unreachable_photo(server: PracticeServer, slack: WebClient) -> None:
    server.workspace.unreachable.add("gone.example.com")
    slack.chat_postMessage(channel="news", text="x", blocks=[DIVIDER, PHOTO])


def reply_under(server: PracticeServer, slack: WebClient) -> None:
    parent = bot_says(slack)
    bot_says(slack, thread_ts=bot_says(slack, thread_ts=parent))


def reply_under_deleted(server: PracticeServer, slack: WebClient) -> None:
    parent = bot_says(slack)
    slack.chat_delete(channel="C0PRACTICE1", ts=parent)
    bot_says(slack, thread_ts=parent)


def late_edit(server: PracticeServer, slack: WebClient) -> None:
    server.workspace.edit_window = timedelta(seconds=-1)
    slack.chat_update(channel="C0PRACTICE1", ts=bot_says(slack), text="y")


def edit_ephemeral(server: PracticeServer, slack: WebClient) -> None:
    ts = slack.chat_postEphemeral(channel="news", user=ME, text="x")["message_ts"]
    slack.chat_update(channel="C0PRACTICE1", ts=ts, text="y")


def delete_twice(server: PracticeServer, slack: WebClient) -> None:
    ts = bot_says(slack)
    slack.chat_delete(channel="C0PRACTICE1", ts=ts)
    slack.chat_delete(channel="C0PRACTICE1", ts=ts)


REFUSALS: dict[str, tuple[str, Ask]] = {
    # tokens and scopes
    "no token": ("not_authed", lambda server, _: WebClient(base_url=server.api_url).auth_test()),
    "unknown token": (
        "invalid_auth",
        lambda server, _: WebClient("xoxb-other", base_url=server.api_url).auth_test(),
    ),
    "app token for a bot's method": (
        "not_allowed_token_type",
        lambda server, _: WebClient(APP_TOKEN, base_url=server.api_url).chat_postMessage(
            channel="news", text="x"
        ),
    ),
    "bot token for the socket": (
        "not_allowed_token_type",
        lambda _, slack: slack.apps_connections_open(app_token=BOT_TOKEN),
    ),
    "revoked": ("token_revoked", dead_token("token_revoked")),
    "expired": ("token_expired", dead_token("token_expired")),
    "deactivated": ("account_inactive", dead_token("account_inactive")),
    "may not write": ("missing_scope", without_scope("chat:write", post())),
    "may not read": (
        "missing_scope",
        without_scope(
            "channels:history", lambda _, slack: slack.conversations_history(channel="C0PRACTICE1")
        ),
    ),
    "may not list private channels": (
        "missing_scope",
        without_scope(
            "groups:read", lambda _, slack: slack.conversations_list(types="public_channel,private_channel")
        ),
    ),
    "may not join": (
        "missing_scope",
        without_scope("channels:join", lambda _, slack: slack.conversations_join(channel="C0PRACTICE2")),
    ),
    "no such method": ("unknown_method", lambda _, slack: slack.api_call("chat.shout")),
    # channels
    "unknown channel": ("channel_not_found", post(channel="nowhere")),
    "private, not in it": ("channel_not_found", post(channel="secret")),
    "unknown person": ("channel_not_found", post(channel="U0NOBODY01")),
    "not in a public channel": (
        "not_in_channel",
        without_scope("chat:write.public", post(channel="other")),
    ),
    "history of a channel it is not in": (
        "not_in_channel",
        lambda _, slack: slack.conversations_history(channel="C0PRACTICE2"),
    ),
    "archived": ("is_archived", post(channel="old")),
    "join an archived one": (
        "is_archived",
        lambda _, slack: slack.conversations_join(channel="C0PRACTICE4"),
    ),
    "read-only": (
        "restricted_action_read_only_channel",
        restricted("restricted_action_read_only_channel"),
    ),
    "thread-only": (
        "restricted_action_thread_only_channel",
        restricted("restricted_action_thread_only_channel"),
    ),
    "restricted": ("restricted_action", restricted("restricted_action")),
    # what is said
    "nothing": ("no_text", post_raw(text="")),
    "blanks": ("no_text", post_raw(text=" \n")),
    "blocks are no list": ("invalid_blocks_format", post(blocks={"type": "divider"})),
    "blocks are no JSON": ("invalid_blocks_format", post(blocks="[{")),
    "two texts": ("markdown_text_conflict", post(markdown_text="*x*")),
    "too much markdown": ("msg_too_long", post(text=None, markdown_text="a" * 12_001)),
    "markdown blocks together": (
        "msg_blocks_too_long",
        post(blocks=[{"type": "markdown", "text": "a" * 6_001}] * 2),
    ),
    "too many attachments": ("too_many_attachments", post(attachments=[{"text": "x"}] * 101)),
    "two tables": ("invalid_attachments", post(blocks=[{"type": "table", "rows": [[{}]]}] * 2)),
    "image gone": ("invalid_blocks", unreachable_photo),
    "image is webp": (
        "invalid_blocks",
        post(blocks=[{**PHOTO, "image_url": "https://example.com/a.webp"}]),
    ),
    "metadata too large": (
        "metadata_too_large",
        post(metadata={"event_type": "a", "event_payload": {"x": "a" * 1_100}}),
    ),
    "metadata without payload": ("invalid_metadata_format", post(metadata={"event_type": "a"})),
    "metadata badly named": (
        "invalid_metadata_format",
        post(metadata={"event_type": "Roundup Part", "event_payload": {}}),
    ),
    # threads
    "unknown thread": ("cannot_reply_to_message", post(thread_ts="1.000001")),
    "reply under a reply": ("cannot_reply_to_message", reply_under),
    "reply under a deleted message": ("cannot_reply_to_message", reply_under_deleted),
    "unknown thread to read": (
        "thread_not_found",
        lambda _, slack: slack.conversations_replies(channel="C0PRACTICE1", ts="1.000001"),
    ),
    # edits
    "edit another's": (
        "cant_update_message",
        lambda server, slack: slack.chat_update(channel="C0PRACTICE1", ts=person_says(server), text="y"),
    ),
    "edit an unknown one": (
        "message_not_found",
        lambda _, slack: slack.chat_update(channel="C0PRACTICE1", ts="1.000001", text="y"),
    ),
    "edit an ephemeral one": ("message_not_found", edit_ephemeral),
    "edit by channel name": (
        "channel_not_found",
        lambda _, slack: slack.chat_update(channel="news", ts=bot_says(slack), text="y"),
    ),
    "edit too long": (
        "msg_too_long",
        lambda _, slack: slack.chat_update(channel="C0PRACTICE1", ts=bot_says(slack), text="a" * 4_001),
    ),
    "edit too late": ("edit_window_closed", late_edit),
    "delete another's": (
        "cant_delete_message",
        lambda server, slack: slack.chat_delete(channel="C0PRACTICE1", ts=person_says(server)),
    ),
    "delete twice": ("message_not_found", delete_twice),
    "link to an unknown one": (
        "message_not_found",
        lambda _, slack: slack.chat_getPermalink(channel="C0PRACTICE1", message_ts="1.000001"),
    ),
    "ephemeral to a stranger": (
        "user_not_in_channel",
        lambda _, slack: slack.chat_postEphemeral(channel="news", user="U0NOBODY01", text="x"),
    ),
    # reading
    "limit too large": (
        "invalid_limit",
        lambda _, slack: slack.conversations_history(channel="C0PRACTICE1", limit=1_000),
    ),
    "bad cursor": (
        "invalid_cursor",
        lambda _, slack: slack.conversations_history(channel="C0PRACTICE1", cursor="bm90aGluZw=="),
    ),
    "bad oldest": (
        "invalid_ts_oldest",
        lambda _, slack: slack.conversations_history(channel="C0PRACTICE1", oldest="yesterday"),
    ),
    "unknown user": ("user_not_found", lambda _, slack: slack.users_info(user="U0NOBODY01")),
    "unknown type": ("invalid_types", lambda _, slack: slack.conversations_list(types="secret")),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_slack_refuses(what: str, server: PracticeServer, slack: WebClient) -> None:
    code, ask = REFUSALS[what]

    with pytest.raises(SlackApiError) as refused:
        ask(server, slack)

    assert refused.value.response.status_code == 200
    assert refused.value.response["error"] == code
    if code == "missing_scope":
        assert refused.value.response["needed"] not in refused.value.response["provided"].split(",")
    if what.startswith("image"):
        assert "downloading image failed [json-pointer:/blocks/" in refused.value.response["errors"][0]


@pytest.mark.parametrize(
    ("what", "ask"), [(what, ask) for what, (_, ask) in REFUSALS.items() if "post" in ask.__qualname__]
)
def test_a_refused_post_leaves_nothing(what: str, ask: Ask, server: PracticeServer, slack: WebClient) -> None:
    """A definite code means: nothing was posted. The publisher counts on it."""
    with pytest.raises(SlackApiError):
        ask(server, slack)

    for channel in ("news", "other", "secret", "old"):
        assert server.workspace.posted(channel) == []


def test_an_accessory_image_is_never_fetched(server: PracticeServer, slack: WebClient) -> None:
    server.workspace.unreachable.add("gone.example.com")
    story = {"type": "section", "text": {"type": "mrkdwn", "text": "Fliggy"}, "accessory": PHOTO}

    assert slack.chat_postMessage(channel="news", text="x", blocks=[story])["ok"]


def test_messages_are_counted_a_second_and_channel(clock: Clock) -> None:
    """The 429 names a wait after which the same post is taken; other channels are not held up."""
    with PracticeServer(channels=["news", "other"], clock=clock) as server:
        slack = WebClient(BOT_TOKEN, base_url=server.api_url, retry_handlers=[])
        for _ in range(15):
            slack.chat_postMessage(channel="news", text="x")
        with pytest.raises(SlackApiError) as refused:
            slack.chat_postMessage(channel="news", text="x")
        answer = refused.value.response
        slack.chat_postMessage(channel="other", text="x")
        clock.forward(seconds=int(answer.headers["Retry-After"]))
        slack.chat_postMessage(channel="news", text="x")

        assert (answer.status_code, answer["error"]) == (429, "ratelimited")
        assert len(server.workspace.posted("news")) == 16


def test_every_other_method_has_its_tier(clock: Clock) -> None:
    with PracticeServer(channels=["news"], clock=clock) as server:
        slack = WebClient(BOT_TOKEN, base_url=server.api_url, retry_handlers=[])
        for _ in range(20):
            slack.conversations_list()
        with pytest.raises(SlackApiError) as refused:
            slack.conversations_list()

        assert refused.value.response.status_code == 429


def test_history_pages_from_the_newest_and_hides_metadata_unless_asked(
    server: PracticeServer, slack: WebClient
) -> None:
    """Reconciliation reads all pages and needs `include_all_metadata` (python-slack-sdk#1501)."""
    sent = [bot_says(slack, metadata=PART) for _ in range(5)]

    pages = [
        page["messages"]
        for page in slack.conversations_history(channel="C0PRACTICE1", limit=2, include_all_metadata=True)
    ]
    bare = slack.conversations_history(channel="C0PRACTICE1", limit=1)["messages"][0]

    assert [m["ts"] for page in pages for m in page] == sent[::-1]
    assert pages[0][0]["metadata"] == PART
    assert bare["metadata"] == {"event_type": "roundup_part"}


def test_oldest_and_latest_are_exclusive_unless_inclusive(slack: WebClient) -> None:
    first, second, third = (bot_says(slack) for _ in range(3))

    def between(**more: Any) -> list[str]:
        found = slack.conversations_history(channel="C0PRACTICE1", oldest=first, latest=third, **more)
        return [message["ts"] for message in found["messages"]]

    assert between() == [second]
    assert between(inclusive=True) == [third, second, first]


def test_a_thread_stands_under_its_parent_and_not_in_the_channel(slack: WebClient) -> None:
    parent = bot_says(slack)
    reply = bot_says(slack, thread_ts=parent)

    (shown,) = slack.conversations_history(channel="C0PRACTICE1")["messages"]
    thread = slack.conversations_replies(channel="C0PRACTICE1", ts=parent)["messages"]

    assert (shown["ts"], shown["reply_count"], shown["latest_reply"]) == (parent, 1, reply)
    assert [message["ts"] for message in thread] == [parent, reply]


def test_a_deleted_parent_leaves_a_tombstone_without_metadata(slack: WebClient) -> None:
    parent = bot_says(slack, metadata=PART)
    bot_says(slack, thread_ts=parent)
    slack.chat_delete(channel="C0PRACTICE1", ts=parent)

    (shown,) = slack.conversations_history(channel="C0PRACTICE1", include_all_metadata=True)["messages"]

    assert shown["subtype"] == "tombstone"
    assert "metadata" not in shown


def test_an_edit_keeps_metadata_and_drops_blocks_that_are_not_repeated(
    server: PracticeServer, slack: WebClient
) -> None:
    ts = bot_says(slack, blocks=[DIVIDER], metadata=PART)

    slack.chat_update(channel="C0PRACTICE1", ts=ts, text="corrected")
    (message,) = server.workspace.posted("news")
    kept = message.metadata
    slack.chat_update(channel="C0PRACTICE1", ts=ts, text="corrected", metadata={})

    assert (message.text, message.blocks, kept) == ("corrected", [], PART)
    assert message.metadata is None
    assert [said.text for said in message.history] == ["x", "corrected"]


def test_text_is_cut_at_forty_thousand(server: PracticeServer, slack: WebClient) -> None:
    slack.chat_postMessage(channel="news", text="a" * 40_001)

    assert len(server.workspace.posted("news")[0].text) == 40_000


def test_a_ts_is_unique_and_grows_while_the_clock_stands(slack: WebClient) -> None:
    sent = [bot_says(slack) for _ in range(5)]

    assert sorted(set(sent)) == sent


def test_a_person_is_a_direct_message(server: PracticeServer, slack: WebClient) -> None:
    posted: SlackResponse = slack.chat_postMessage(channel=ME, text="x")

    assert posted["channel"] == "D024BE7LH"
    assert [message.text for message in server.workspace.posted("D024BE7LH")] == ["x"]


def test_a_channel_given_as_an_id_keeps_it() -> None:
    with PracticeServer(channels=["C0123ABCD", "#news"]) as server:
        assert list(server.workspace.channels) == ["C0123ABCD", "C0PRACTICE2", "C0PRACTICE3", "D024BE7LH"]
        assert server.workspace.channel("general").id == "C0PRACTICE3"


def test_the_token_may_come_in_the_body(server: PracticeServer) -> None:
    request = urllib.request.Request(server.api_url + "auth.test", data=f"token={BOT_TOKEN}".encode())
    with urllib.request.urlopen(request) as answer:
        assert b'"ok":true' in answer.read()
        assert "chat:write" in answer.headers["x-oauth-scopes"]


VIEW = {"type": "modal", "title": {"type": "plain_text", "text": "Follow"}, "blocks": [DIVIDER]}


def trigger(server: PracticeServer) -> str:
    return server.workspace.permits.issue_trigger(ME)


def spent_trigger(server: PracticeServer, slack: WebClient) -> None:
    id_ = trigger(server)
    slack.views_open(trigger_id=id_, view=VIEW)
    slack.views_open(trigger_id=id_, view=VIEW)


def slow_trigger(server: PracticeServer, slack: WebClient) -> None:
    id_ = trigger(server)
    server.workspace.clock.forward(seconds=3.1)  # type: ignore[attr-defined]
    slack.views_open(trigger_id=id_, view=VIEW)


def taken_external_id(server: PracticeServer, slack: WebClient) -> None:
    for _ in range(2):
        slack.views_open(trigger_id=trigger(server), view={**VIEW, "external_id": "one"})


def fourth_modal(server: PracticeServer, slack: WebClient) -> None:
    view = slack.views_open(trigger_id=trigger(server), view=VIEW)["view"]
    for _ in range(3):
        id_ = server.workspace.permits.issue_trigger(ME, view["id"])
        view = slack.views_push(trigger_id=id_, view=VIEW)["view"]


def stale_home(server: PracticeServer, slack: WebClient) -> None:
    home = {"type": "home", "blocks": [DIVIDER]}
    old = slack.views_publish(user_id=ME, view=home)["view"]["hash"]
    slack.views_publish(user_id=ME, view=home)
    slack.views_publish(user_id=ME, view=home, hash=old)


VIEW_REFUSALS: dict[str, tuple[str, Ask]] = {
    "invented trigger": (
        "invalid_trigger_id",
        lambda _, slack: slack.views_open(trigger_id="1.2.3", view=VIEW),
    ),
    "trigger used twice": ("exchanged_trigger_id", spent_trigger),
    "trigger too old": ("expired_trigger_id", slow_trigger),
    "external id taken": ("duplicate_external_id", taken_external_id),
    "fourth modal": ("push_limit_reached", fourth_modal),
    "home changed meanwhile": ("hash_conflict", stale_home),
    "unknown view": ("not_found", lambda _, slack: slack.views_update(view_id="V1", view=VIEW)),
    "not a view": (
        "invalid_arguments",
        lambda server, slack: slack.views_open(trigger_id=trigger(server), view={"type": "tab"}),
    ),
    "home of a stranger": (
        "user_not_found",
        lambda _, slack: slack.views_publish(user_id="U0NOBODY01", view=VIEW),
    ),
    "too large": (
        "view_too_large",
        lambda server, slack: slack.views_publish(
            user_id=ME,
            view={
                "type": "home",
                "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "a" * 3000}}] * 90,
            },
        ),
    ),
}


@pytest.mark.parametrize("what", VIEW_REFUSALS)
def test_slack_refuses_a_view(what: str, server: PracticeServer, slack: WebClient) -> None:
    code, ask = VIEW_REFUSALS[what]

    with pytest.raises(SlackApiError) as refused:
        ask(server, slack)

    assert refused.value.response["error"] == code


def test_every_change_of_a_channel_is_an_event(server: PracticeServer) -> None:
    events: list[str] = []
    server.workspace.on_event = lambda event: events.append(event["type"])
    workspace = server.workspace

    workspace.join(workspace.channel("other"))
    workspace.rename("other", "newer")
    workspace.archive("newer")
    workspace.post(workspace.channel("news"), Content(text="x"))

    assert events == ["member_joined_channel", "channel_rename", "channel_archive"]


def test_reading_the_roll(slack: WebClient, connect: Connect) -> None:
    """A private channel is listed only to its members; users.conversations lists the bot's own."""
    listed = [
        channel["name"] for channel in slack.conversations_list(limit=1, types="public_channel")["channels"]
    ]
    every = [
        channel["name"]
        for page in slack.conversations_list(limit=2, types="public_channel,private_channel")
        for channel in page["channels"]
    ]
    own = [channel["name"] for channel in slack.users_conversations(exclude_archived=True)["channels"]]

    assert listed == ["news"]
    assert every == ["news", "other", "old", "general"]
    assert own == ["news"]
