"""Slack's Web API methods over one workspace: tokens, scopes, arguments, paging, answers.

A method takes a `Call` and returns the answer without `ok`; a refusal is a `SlackError`. What is not here
answers `unknown_method`, as Slack does.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.practice import rules
from bot.practice.workspace import (
    APP_ID,
    BOT_ID,
    BOT_USER,
    TEAM_ID,
    USER_ID,
    Channel,
    Content,
    Json,
    Message,
    SlackError,
    User,
    View,
    Workspace,
)

BOT_TOKEN = "xoxb-practice"  # noqa: S105 - opens nothing but the practice workspace
APP_TOKEN = "xapp-practice"  # noqa: S105 - likewise

# What the manifest asks for and what an admin may add; a test takes some away.
SCOPES = frozenset(
    [
        "app_mentions:read",
        "channels:history",
        "channels:join",
        "channels:read",
        "chat:write",
        "chat:write.public",
        "commands",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "users:read",
    ]
)
HISTORY_SCOPES = {"channel": "channels:history", "private": "groups:history", "dm": "im:history"}
READ_SCOPES = {"channel": "channels:read", "private": "groups:read", "dm": "im:read"}
KIND_OF_TYPE = {"public_channel": "channel", "private_channel": "private", "im": "dm", "mpim": "mpim"}


@dataclass(slots=True, kw_only=True)
class Token:
    """A token, what it may do, and what Slack says of it if it is dead (`token_revoked`, …)."""

    kind: str  # "bot" or "app"
    scopes: set[str]
    dead: str = ""


def practice_tokens() -> dict[str, Token]:
    """Return the two tokens of a freshly installed app."""
    return {
        BOT_TOKEN: Token(kind="bot", scopes=set(SCOPES)),
        APP_TOKEN: Token(kind="app", scopes={"connections:write"}),
    }


@dataclass(slots=True, kw_only=True)
class Call:
    """One request to a method."""

    workspace: Workspace
    args: Mapping[str, Any]
    scopes: set[str]
    socket_url: Callable[[], str]
    lag: float = 0.0  # seconds by which the history is behind, by order of a fault

    def need(self, *names: str) -> list[str]:
        """Return required arguments as text, or refuse."""
        values = [self.args.get(name) for name in names]
        if missing := [name for name, value in zip(names, values, strict=True) if value in (None, "")]:
            messages = [f"[ERROR] missing required field: {name}" for name in missing]
            raise SlackError("invalid_arguments", response_metadata={"messages": messages})
        return [str(value) for value in values]

    def flag(self, name: str) -> bool:
        return self.args.get(name) in (True, 1, "1", "true", "True")

    def scope(self, needed: str) -> None:
        """Refuse unless the token was given that scope."""
        if needed not in self.scopes:
            raise SlackError("missing_scope", needed=needed, provided=",".join(sorted(self.scopes)))

    def channel(self, name: str = "channel") -> Channel:
        ref = self.args.get(name)
        if not ref:
            raise SlackError("channel_not_found")
        return self.workspace.visible_channel(str(ref))

    def json(self, name: str) -> Any:
        """Return an argument that is JSON, whether it came as such or as text; broken text as None."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method and what a caller needs for it. *per_minute* is its tier; 0 leaves it to the posting rules."""

    run: Callable[[Call], Json]
    caller: str  # whose token it takes: "bot", "app", "any" of them, or "none"
    scope: str
    per_minute: int


METHODS: dict[str, Method] = {}
TIER_2, TIER_3, TIER_4 = 20, 50, 100
POSTING = ("chat.postMessage", "chat.postEphemeral", "chat.update", "chat.delete")


def method(
    name: str, *, scope: str = "", caller: str = "bot", per_minute: int = 0
) -> Callable[[Callable[[Call], Json]], Callable[[Call], Json]]:
    """Enter a function as a Web API method."""

    def enter(run: Callable[[Call], Json]) -> Callable[[Call], Json]:
        METHODS[name] = Method(run=run, caller=caller, scope=scope, per_minute=per_minute)
        return run

    return enter


def authorise(tokens: Mapping[str, Token], token: str, wanted: Method) -> Token:
    """Return what we know of the token, or refuse as Slack does."""
    if not token:
        raise SlackError("not_authed")
    known = tokens.get(token)
    if known is None:
        raise SlackError("invalid_auth")
    if known.dead:
        raise SlackError(known.dead)
    if wanted.caller not in (known.kind, "any"):
        raise SlackError("not_allowed_token_type")
    return known


# --- who am I


@method("api.test", caller="none")
def api_test(call: Call) -> Json:
    if error := call.args.get("error"):
        raise SlackError(str(error))
    return {"args": dict(call.args)}


@method("auth.test", caller="any")
def auth_test(call: Call) -> Json:
    return {
        "url": "https://practice.slack.com/",
        "team": call.workspace.team["name"],
        "team_id": TEAM_ID,
        "user": "roundup",
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", caller="app", scope="connections:write", per_minute=TIER_3)
def apps_connections_open(call: Call) -> Json:
    return {"url": call.socket_url()}


@method("bots.info", scope="users:read", per_minute=TIER_3)
def bots_info(call: Call) -> Json:
    if call.args.get("bot") not in (None, "", BOT_ID):
        raise SlackError("bot_not_found")
    bot = {"id": BOT_ID, "app_id": APP_ID, "user_id": BOT_USER, "name": "roundup", "deleted": False}
    return {"bot": bot}


# --- posting


@method("chat.postMessage", scope="chat:write")
def chat_post_message(call: Call) -> Json:
    channel = _target(call)
    call.workspace.may_post(channel, anywhere=_may_post_anywhere(call, channel))
    content = read_content(call)
    thread_ts = _thread(call, channel)
    message = call.workspace.post(
        channel, content, thread_ts=thread_ts, broadcast=bool(thread_ts) and call.flag("reply_broadcast")
    )
    return {"channel": channel.id, "ts": message.ts, "message": slack_message(call.workspace, message)}


@method("chat.postEphemeral", scope="chat:write", per_minute=TIER_4)
def chat_post_ephemeral(call: Call) -> Json:
    (user,) = call.need("user")
    channel = call.channel()
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    call.workspace.may_post(channel, anywhere=False)
    message = call.workspace.post(channel, read_content(call), thread_ts=_thread(call, channel), seen_by=user)
    return {"message_ts": message.ts}


@method("chat.update", scope="chat:write", per_minute=TIER_3)
def chat_update(call: Call) -> Json:
    (ts,) = call.need("ts")
    channel = _by_id(call)
    message = call.workspace.own_message(channel, ts, otherwise="cant_update_message")
    _refuse_late_edit(call.workspace, message)
    if channel.archived:
        raise SlackError("is_archived")
    if len(str(call.args.get("text") or "")) > rules.UPDATE_TEXT:
        raise SlackError("msg_too_long")
    content = _edited(call, message)
    call.workspace.edit(message, content)
    shown = slack_message(call.workspace, message)
    return {"channel": channel.id, "ts": ts, "text": content.text, "message": shown}


@method("chat.delete", scope="chat:write", per_minute=TIER_3)
def chat_delete(call: Call) -> Json:
    (ts,) = call.need("ts")
    channel = _by_id(call)
    call.workspace.delete(call.workspace.own_message(channel, ts, otherwise="cant_delete_message"))
    return {"channel": channel.id, "ts": ts}


@method("chat.getPermalink")
def chat_get_permalink(call: Call) -> Json:
    (ts,) = call.need("message_ts")
    channel = call.channel()
    message = call.workspace.messages[channel.id].get(ts)
    if message is None or message.deleted or message.seen_by:
        raise SlackError("message_not_found")
    link = f"https://practice.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    if message.thread_ts not in (None, ts):
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


@method("blocks.validate", caller="none", per_minute=TIER_3)
def blocks_validate(call: Call) -> Json:
    given = [name for name in ("blocks", "message", "view") if call.args.get(name) not in (None, "")]
    if len(given) != 1:
        raise SlackError("invalid_arguments")
    subject = call.json(given[0])
    if given[0] == "view":
        faults = rules.view_faults(subject)
    else:
        blocks = subject if given[0] == "blocks" else (subject or {}).get("blocks", [])
        faults = rules.block_faults(blocks, surface="message")
    if faults:
        errors = [_linted(fault) for fault in faults]
        raise SlackError(f"invalid_{given[0]}", errors=errors)
    return {}


def _linted(fault: str) -> Json:
    text, _, pointer = fault.removesuffix("]").partition(" [json-pointer:")
    return {"code": "invalid", "message": text, "pointer": pointer, "constraint": None}


def read_content(call: Call) -> Content:
    """Return what a posting method was given to say, or refuse it."""
    blocks, attachments = call.json("blocks"), call.json("attachments")
    metadata = rules.check_metadata(call.json("metadata")) if "metadata" in call.args else None
    text, markdown = str(call.args.get("text") or ""), call.args.get("markdown_text")
    if call.args.get("blocks") not in (None, "", []) and not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if call.args.get("attachments") not in (None, "", []) and not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    blocks, attachments = blocks or [], attachments or []
    if markdown is not None:
        blocks = [*_markdown(str(markdown), text, blocks)]
    rules.check_message(text, blocks, attachments)
    _refuse_images(call.workspace, blocks)
    return Content(
        text=text[: rules.TEXT_CUT], blocks=blocks, attachments=attachments, metadata=metadata or None
    )


def _markdown(markdown: str, text: str, blocks: list[Any]) -> Iterable[Json]:
    if text or blocks:
        raise SlackError("markdown_text_conflict")
    if len(markdown) > rules.MARKDOWN:
        raise SlackError("msg_too_long")
    return [{"type": "markdown", "text": markdown}]


def _edited(call: Call, message: Message) -> Content:
    """Blocks stay only if neither text nor blocks are given; metadata stays unless given, `{}` clears it."""
    said = {name: value for name, value in call.args.items() if value is not None}
    if not {"text", "blocks", "markdown_text", "attachments"} & set(said):
        if "metadata" not in said:
            raise SlackError("no_text")
        said |= {"text": message.text, "blocks": message.blocks, "attachments": message.content.attachments}
    content = read_content(
        Call(workspace=call.workspace, args=said, scopes=call.scopes, socket_url=call.socket_url)
    )
    if "metadata" not in said:
        content.metadata = message.metadata
    return content


def _refuse_images(workspace: Workspace, blocks: list[Json]) -> None:
    """Slack fetches image blocks (and only those) while posting; here a list says what can be fetched."""
    faults = [
        f"downloading image failed [json-pointer:/blocks/{n}/image_url]"
        for n, block in enumerate(blocks)
        if block["type"] == "image" and "image_url" in block and not workspace.reachable(block["image_url"])
    ]
    rules.refuse("invalid_blocks", faults)


def _refuse_late_edit(workspace: Workspace, message: Message) -> None:
    window = workspace.edit_window
    if window is not None and workspace.clock().timestamp() - float(message.ts) > window.total_seconds():
        raise SlackError("edit_window_closed")


def _target(call: Call) -> Channel:
    """Return where to post: a channel, by ID or name, or a person, who gets a direct message."""
    ref = str(call.args.get("channel") or "")
    if USER_ID.fullmatch(ref):
        if ref not in call.workspace.users or ref == BOT_USER:
            raise SlackError("channel_not_found")
        return call.workspace.direct(ref)
    return call.channel()


def _by_id(call: Call) -> Channel:
    """Return a channel by its ID; editing does not take names."""
    if str(call.args.get("channel")) not in call.workspace.channels:
        raise SlackError("channel_not_found")
    return call.channel()


def _may_post_anywhere(call: Call, channel: Channel) -> bool:
    return channel.kind == "channel" and "chat:write.public" in call.scopes


def _thread(call: Call, channel: Channel) -> str | None:
    thread_ts = call.args.get("thread_ts")
    if thread_ts in (None, ""):
        return None
    return call.workspace.parent(channel, str(thread_ts)).ts


# --- reading


@method("conversations.history", per_minute=TIER_3)
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


@method("conversations.replies", per_minute=TIER_3)
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


@method("conversations.info", per_minute=TIER_3)
def conversations_info(call: Call) -> Json:
    channel = call.channel()
    call.scope(READ_SCOPES[channel.kind])
    return {"channel": channel_json(channel)}


@method("conversations.list", per_minute=TIER_2)
def conversations_list(call: Call) -> Json:
    return _conversations(call, lambda channel: channel.kind == "channel" or BOT_USER in channel.members)


@method("users.conversations", per_minute=TIER_3)
def users_conversations(call: Call) -> Json:
    user = str(call.args.get("user") or BOT_USER)
    return _conversations(call, lambda channel: {user, BOT_USER} <= channel.members)


@method("conversations.members", per_minute=TIER_4)
def conversations_members(call: Call) -> Json:
    channel = call.channel()
    call.scope(READ_SCOPES[channel.kind])
    page, cursor = paged(call, sorted(channel.members), default=100, most=999)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


@method("conversations.join", scope="channels:join", per_minute=TIER_3)
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


@method("conversations.open", scope="im:write", per_minute=TIER_3)
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


@method("users.info", scope="users:read", per_minute=TIER_4)
def users_info(call: Call) -> Json:
    user = call.workspace.users.get(str(call.args.get("user")))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user_json(user)}


@method("users.list", scope="users:read", per_minute=TIER_2)
def users_list(call: Call) -> Json:
    page, cursor = paged(call, list(call.workspace.users.values()), default=100, most=999)
    return {"members": [user_json(user) for user in page], "response_metadata": {"next_cursor": cursor}}


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.scope(HISTORY_SCOPES[channel.kind])
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


def paged(call: Call, items: list[Any], *, default: int, most: int) -> tuple[list[Any], str]:
    """Return one page and the cursor of the next, empty at the end."""
    try:
        limit = int(call.args.get("limit") or default)
        cursor = str(call.args.get("cursor") or "")
        start = int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:")) if cursor else 0
    except ValueError as error:  # no number, no base64, no text
        raise SlackError("invalid_cursor" if call.args.get("cursor") else "invalid_limit") from error
    if not 1 <= limit <= most:
        raise SlackError("invalid_limit")
    end = start + limit
    more = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return items[start:end], more


# --- views


@method("views.open", per_minute=TIER_4)
def views_open(call: Call) -> Json:
    return _opened(call, push=False)


@method("views.push", per_minute=TIER_4)
def views_push(call: Call) -> Json:
    return _opened(call, push=True)


@method("views.update", per_minute=TIER_4)
def views_update(call: Call) -> Json:
    body = _view_argument(call, "modal")
    view = _open_view(call)
    if view is None or view not in call.workspace.views:
        raise SlackError("not_found")
    updated = call.workspace.update_view(view, body, call.args.get("hash"))
    return {"view": call.workspace.view_json(updated)}


@method("views.publish", per_minute=TIER_4)
def views_publish(call: Call) -> Json:
    (user,) = call.need("user_id")
    if user not in call.workspace.users:
        raise SlackError("user_not_found")
    view = call.workspace.publish_home(user, _view_argument(call, "home"), call.args.get("hash"))
    return {"view": call.workspace.view_json(view)}


def _opened(call: Call, *, push: bool) -> Json:
    (trigger_id,) = call.need("trigger_id")
    body = _view_argument(call, "modal")
    view = call.workspace.open_view(call.workspace.use_trigger(trigger_id), body, push=push)
    return {"view": call.workspace.view_json(view)}


def _open_view(call: Call) -> View | None:
    if id_ := call.args.get("view_id"):
        return call.workspace.view(str(id_))
    (external_id,) = call.need("external_id")
    views = call.workspace.views
    return next((view for view in views if view.body.get("external_id") == external_id), None)


def _view_argument(call: Call, kind: str) -> Json:
    body = call.json("view")
    rules.check_view(body, kind)
    return dict(body)


# --- how Slack writes things down


def channel_json(channel: Channel) -> Json:
    """Return a conversation as Slack sends it."""
    common: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_im": channel.kind == "dm",
        "is_archived": channel.archived,
    }
    if channel.kind == "dm":
        return {**common, "user": channel.name, "is_user_deleted": False}
    return {
        **common,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "private",
        "is_mpim": False,
        "is_private": channel.kind == "private",
        "is_member": BOT_USER in channel.members,
        "is_general": channel.name == "general",
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "num_members": len(channel.members),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def user_json(user: User) -> Json:
    """Return a member as Slack sends them."""
    return {
        "id": user.id,
        "team_id": TEAM_ID,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": False,
        "is_bot": user.is_bot,
        "tz": "Etc/UTC",
        "tz_offset": 0,
        "profile": {"real_name": user.real_name, "display_name": user.real_name},
    }


def slack_message(workspace: Workspace, message: Message, *, payload: bool = True) -> Json:
    """Return a message as Slack sends it. Without *payload* its metadata is only the event_type."""
    shown: Json = {"type": "message", "ts": message.ts, "team": TEAM_ID}
    if message.deleted:
        text = "This message was deleted."
        shown |= {"subtype": "tombstone", "user": "USLACKBOT", "text": text, "hidden": True}
    else:
        shown |= {"user": message.user, "text": message.text} | _said(message, payload=payload)
    if message.thread_ts:
        shown |= {"thread_ts": message.thread_ts}
        shown |= _thread_summary(workspace, message) if message.thread_ts == message.ts else {}
    if message.broadcast:
        shown["subtype"] = "thread_broadcast"
    return shown


def _said(message: Message, *, payload: bool) -> Json:
    said: Json = {}
    if message.bot:
        profile = {"id": BOT_ID, "app_id": APP_ID, "name": "roundup", "team_id": TEAM_ID, "deleted": False}
        said |= {"bot_id": BOT_ID, "app_id": APP_ID, "bot_profile": profile}
    if message.blocks:
        said["blocks"] = message.blocks
    if message.content.attachments:
        said["attachments"] = message.content.attachments
    if message.edited_at:
        said["edited"] = {"user": message.user, "ts": message.edited_at}
    if message.metadata:
        said["metadata"] = message.metadata if payload else {"event_type": message.metadata["event_type"]}
    return said


def _thread_summary(workspace: Workspace, parent: Message) -> Json:
    replies = workspace.replies(parent)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "reply_users": users,
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }
