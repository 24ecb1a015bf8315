"""Reading channels and what stands in them: `conversations.*`, `users.conversations`."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.practice.methods.call import TIER_2, TIER_3, TIER_4, Call, Family, paged
from bot.practice.model import BOT_USER, Channel, Json, SlackError
from bot.practice.objects import channel_json, slack_message

CONVERSATIONS = Family()
HISTORY_SCOPES = {"channel": "channels:history", "private": "groups:history", "dm": "im:history"}
READ_SCOPES = {"channel": "channels:read", "private": "groups:read", "dm": "im:read"}
KIND_OF_TYPE = {"public_channel": "channel", "private_channel": "private", "im": "dm", "mpim": "mpim"}


@CONVERSATIONS.method("conversations.history", per_minute=TIER_3)
def conversations_history(call: Call) -> Json:
    channel = _readable(call)
    within = _between(call)
    messages = [m for m in call.workspace.in_channel(channel) if within(m.ts)]
    page, cursor = paged(call, messages[::-1], default=100, most=999)
    return {
        "messages": [slack_message(call.workspace, m, payload=_all_metadata(call)) for m in page],
        "has_more": bool(cursor),
        "pin_count": 0,
        "response_metadata": {"next_cursor": cursor},
    }


@CONVERSATIONS.method("conversations.replies", per_minute=TIER_3)
def conversations_replies(call: Call) -> Json:
    (ts,) = call.need("ts")
    channel = _readable(call)
    found = call.workspace.messages[channel.id].get(ts)
    parent = found and call.workspace.messages[channel.id].get(found.thread_ts or found.ts)
    if not parent or (parent.deleted and not call.workspace.replies(parent)):
        raise SlackError("thread_not_found")
    within = _between(call)
    messages = [parent, *(m for m in call.workspace.replies(parent) if within(m.ts))]
    page, cursor = paged(call, messages, default=999, most=999)
    return {
        "messages": [slack_message(call.workspace, m, payload=_all_metadata(call)) for m in page],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


@CONVERSATIONS.method("conversations.info", per_minute=TIER_3)
def conversations_info(call: Call) -> Json:
    channel = call.channel()
    call.scope(READ_SCOPES[channel.kind])
    return {"channel": channel_json(channel)}


@CONVERSATIONS.method("conversations.list", per_minute=TIER_2)
def conversations_list(call: Call) -> Json:
    return _conversations(call, lambda channel: channel.kind == "channel" or BOT_USER in channel.members)


@CONVERSATIONS.method("users.conversations", per_minute=TIER_3)
def users_conversations(call: Call) -> Json:
    user = str(call.args.get("user") or BOT_USER)
    return _conversations(call, lambda channel: {user, BOT_USER} <= channel.members)


@CONVERSATIONS.method("conversations.members", per_minute=TIER_4)
def conversations_members(call: Call) -> Json:
    channel = call.channel()
    call.scope(READ_SCOPES[channel.kind])
    page, cursor = paged(call, sorted(channel.members), default=100, most=999)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


@CONVERSATIONS.method("conversations.join", scope="channels:join", per_minute=TIER_3)
def conversations_join(call: Call) -> Json:
    channel = call.channel()
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    answer: Json = {}
    if BOT_USER in channel.members:
        answer = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    else:
        call.workspace.join(channel)
    return {"channel": channel_json(channel), **answer}


@CONVERSATIONS.method("conversations.open", scope="im:write", per_minute=TIER_3)
def conversations_open(call: Call) -> Json:
    users = [user for user in str(call.args.get("users") or "").split(",") if user]
    if call.args.get("channel"):
        channel = call.channel()
    elif len(users) != 1:  # group conversations are not practised here
        raise SlackError("users_list_not_supplied" if not users else "not_enough_users")
    elif users[0] not in call.workspace.users:
        raise SlackError("user_not_found")
    else:
        channel = call.workspace.direct(users[0])
    return {"channel": {"id": channel.id, **(channel_json(channel) if call.flag("return_im") else {})}}


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.scope(HISTORY_SCOPES[channel.kind])
    # Slack lets a bot post where it is no member (chat:write.public), but not read there.
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _between(call: Call) -> Callable[[str], bool]:
    """Return the test whether a ts is between `oldest` and `latest`, and old enough for a lagging history."""
    oldest, latest = (_ts_argument(call, name) for name in ("oldest", "latest"))
    inclusive = call.flag("inclusive")
    visible = int((call.workspace.clock().timestamp() - call.lag) * 1_000_000) if call.lag else None

    def within(ts: str) -> bool:
        at = _micros(ts)
        return (
            (visible is None or at <= visible)
            and (oldest is None or at > oldest or (inclusive and at == oldest))
            and (latest is None or at < latest or (inclusive and at == latest))
        )

    return within


def _ts_argument(call: Call, name: str) -> int | None:
    value = str(call.args.get(name) or "")
    if value in ("", "now"):
        return None
    if not re.fullmatch(r"\d{1,12}(\.\d{1,6})?", value):
        raise SlackError(f"invalid_ts_{name}")
    return _micros(value)


def _micros(ts: str) -> int:
    # Whole microseconds: a float of a ts is off by some, and `oldest` would leave out the message it names.
    seconds, _, fraction = ts.partition(".")
    return int(seconds) * 1_000_000 + int(fraction.ljust(6, "0") or 0)


def _all_metadata(call: Call) -> bool:
    return call.flag("include_all_metadata")


def _conversations(call: Call, wanted: Callable[[Channel], bool]) -> Json:
    types = [word.strip() for word in str(call.args.get("types") or "public_channel").split(",")]
    if unknown := [word for word in types if word not in KIND_OF_TYPE]:
        raise SlackError("invalid_types", detail=unknown[0])
    kinds = {KIND_OF_TYPE[word] for word in types}
    for kind in sorted(kinds & set(READ_SCOPES)):
        call.scope(READ_SCOPES[kind])
    found = [
        channel
        for channel in call.workspace.channels.values()
        if channel.kind in kinds
        and wanted(channel)
        and not (channel.archived and call.flag("exclude_archived"))
    ]
    page, cursor = paged(call, found, default=100, most=999)
    return {"channels": [channel_json(c) for c in page], "response_metadata": {"next_cursor": cursor}}
