"""How Slack writes things down: a channel, a member, a message, as its answers and payloads have them."""

from __future__ import annotations

from bot.practice.files import file_json
from bot.practice.model import APP_ID, BOT_ID, BOT_USER, TEAM_ID, Channel, Json, Message, User
from bot.practice.workspace import Workspace


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
        "is_shared": channel.shared,
        "is_ext_shared": channel.shared,
        "is_org_shared": False,
        "num_members": len(channel.members),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def user_json(user: User) -> Json:
    """Return a member as Slack sends them."""
    return {
        "id": user.id,
        "team_id": user.team,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.deleted,
        "is_bot": user.is_bot,
        "is_restricted": user.is_guest,
        "is_ultra_restricted": False,
        # Slack has it for people of another organisation alone.
        **({"is_stranger": True} if user.team != TEAM_ID else {}),
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
    if message.files and not message.deleted:
        shown |= {"subtype": "file_share", "files": files_json(workspace, message), "upload": False}
    return shown


def files_json(workspace: Workspace, message: Message) -> list[Json]:
    """Return what hangs on a message, as Slack sends it."""
    return [file_json(workspace.files.kept(id_), workspace.url) for id_ in message.files]


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
    # Without include_all_metadata Slack sends the event_type alone (slackapi/python-slack-sdk#1501).
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
