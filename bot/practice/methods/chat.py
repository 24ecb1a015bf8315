"""Posting, editing, deleting, linking: `chat.*`, and the check of blocks without posting them."""

from __future__ import annotations

from bot.practice.methods.call import TIER_3, TIER_4, Call, Family
from bot.practice.methods.content import edited_content, read_content
from bot.practice.model import BOT_USER, USER_ID, Channel, Json, Message, SlackError
from bot.practice.objects import slack_message
from bot.practice.rules.blocks import block_faults
from bot.practice.rules.checks import length
from bot.practice.rules.messages import UPDATE_TEXT
from bot.practice.rules.views import view_faults
from bot.practice.workspace import Workspace

CHAT = Family()


@CHAT.method("chat.postMessage", scope="chat:write")
def chat_post_message(call: Call) -> Json:
    channel = _target(call)
    call.workspace.may_post(channel, anywhere=_may_post_anywhere(call, channel))
    content = read_content(call)
    thread_ts = _thread(call, channel)
    message = call.workspace.post(
        channel, content, thread_ts=thread_ts, broadcast=bool(thread_ts) and call.flag("reply_broadcast")
    )
    return {"channel": channel.id, "ts": message.ts, "message": slack_message(call.workspace, message)}


@CHAT.method("chat.postEphemeral", scope="chat:write", per_minute=TIER_4)
def chat_post_ephemeral(call: Call) -> Json:
    (user,) = call.need("user")
    channel = call.channel()
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    call.workspace.may_post(channel, anywhere=False)
    message = call.workspace.post(channel, read_content(call), thread_ts=_thread(call, channel), seen_by=user)
    return {"message_ts": message.ts}


@CHAT.method("chat.update", scope="chat:write", per_minute=TIER_3)
def chat_update(call: Call) -> Json:
    (ts,) = call.need("ts")
    channel = _by_id(call)
    message = call.workspace.own_message(channel, ts, otherwise="cant_update_message")
    _refuse_late_edit(call.workspace, message)
    if channel.archived:
        raise SlackError("is_archived")
    # Stricter than posting, as Slack is: a text that was posted may be too long to be edited.
    if length(str(call.args.get("text") or "")) > UPDATE_TEXT:
        raise SlackError("msg_too_long")
    content = edited_content(call, message)
    call.workspace.edit(message, content)
    shown = slack_message(call.workspace, message)
    return {"channel": channel.id, "ts": ts, "text": content.text, "message": shown}


@CHAT.method("chat.delete", scope="chat:write", per_minute=TIER_3)
def chat_delete(call: Call) -> Json:
    (ts,) = call.need("ts")
    channel = _by_id(call)
    call.workspace.delete(call.workspace.own_message(channel, ts, otherwise="cant_delete_message"))
    return {"channel": channel.id, "ts": ts}


@CHAT.method("chat.getPermalink")
def chat_get_permalink(call: Call) -> Json:
    (ts,) = call.need("message_ts")
    channel = call.channel()
    message = call.workspace.messages[channel.id].get(ts)
    if message is None or message.deleted or message.seen_by:
        raise SlackError("message_not_found")
    link = f"{call.workspace.url}/archives/{channel.id}/p{ts.replace('.', '')}"
    if message.thread_ts not in (None, ts):
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


@CHAT.method("blocks.validate", caller="none", per_minute=TIER_3)
def blocks_validate(call: Call) -> Json:
    given = [name for name in ("blocks", "message", "view") if call.args.get(name) not in (None, "")]
    if len(given) != 1:
        raise SlackError("invalid_arguments")
    subject = call.json(given[0])
    if given[0] == "view":
        faults = view_faults(subject)
    else:
        blocks = subject.get("blocks", []) if given[0] == "message" and isinstance(subject, dict) else subject
        faults = block_faults(blocks, surface="message")
    if faults:
        errors = [_linted(fault) for fault in faults]
        raise SlackError(f"invalid_{given[0]}", errors=errors)
    return {}


def _linted(fault: str) -> Json:
    text, _, pointer = fault.removesuffix("]").partition(" [json-pointer:")
    # It points into what it was given, so not at "/blocks" first.
    pointer = pointer.removeprefix("/blocks")
    return {"code": "failed_constraint", "message": text, "pointer": pointer, "constraint": None}


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
