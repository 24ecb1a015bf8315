"""One Slack workspace in memory: people, channels, messages, views. It remembers what was really posted.

It decides what Slack decides by its state (membership, archives, whose message, which thread); what a
message may look like is in `rules`, how requests come in is in `api`. Safe to use from several threads.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]

TEAM_ID = "T0PRACTICE"
APP_ID = "A0PRACTICE"
BOT_ID = "B0PRACTICE"
BOT_USER = "U0ROUNDUP1"
ME = "U024BE7LH"  # the person at the page
EDITOR = "U0EDITOR01"
READER = "U0READER01"

CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{8,}")
USER_ID = re.compile(r"[UW][A-Z0-9]{8,}")


class SlackError(Exception):
    """Slack's "no": an error code, and what else its answer carries."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra


@dataclass(slots=True, kw_only=True)
class User:
    """A member, by role; the workspace has no invented people."""

    id: str
    name: str
    real_name: str
    is_bot: bool = False


@dataclass(slots=True, kw_only=True)
class Channel:
    """A channel, or the bot's direct conversation with one person."""

    id: str
    name: str
    kind: str  # "channel", "private" or "dm"
    members: set[str] = field(default_factory=set)
    archived: bool = False
    restriction: str = ""  # an admin's policy: posting answers with this code
    created: int = 0

    @property
    def type(self) -> str:
        """Return the word that scopes and `types=` use."""
        return {"channel": "public_channel", "private": "private_channel", "dm": "im"}[self.kind]


@dataclass(slots=True, kw_only=True)
class Content:
    """What a message says; all of it replaceable by an edit."""

    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None


@dataclass(slots=True, kw_only=True)
class Message:
    """A message as the workspace keeps it. *seen_by* makes it ephemeral: only that person has it."""

    ts: str
    channel: str
    user: str
    content: Content
    thread_ts: str | None = None
    broadcast: bool = False
    seen_by: str | None = None
    deleted: bool = False
    history: list[Content] = field(default_factory=list)  # what it said before each edit
    edited_at: str = ""

    @property
    def bot(self) -> bool:
        return self.user == BOT_USER

    @property
    def text(self) -> str:
        return self.content.text

    @property
    def blocks(self) -> list[Json]:
        return self.content.blocks

    @property
    def metadata(self) -> Json | None:
        return self.content.metadata

    @property
    def in_channel(self) -> bool:
        """Tell whether it stands in the channel itself, not only in a thread."""
        return self.thread_ts in (None, self.ts) or self.broadcast


@dataclass(slots=True, kw_only=True)
class View:
    """An open modal or somebody's App Home. *hash* changes with every update."""

    id: str
    user: str
    body: Json
    hash: str
    root: str
    previous: str | None = None


@dataclass(slots=True, kw_only=True)
class Trigger:
    """Leave to open a modal: once, and within three seconds."""

    user: str
    issued: datetime
    view: str | None = None  # the modal it was pressed in: where views.push puts the new one
    used: bool = False


@dataclass(slots=True, kw_only=True)
class ResponseUrl:
    """Leave to answer a command or a press: five times within half an hour, wherever the bot is."""

    user: str
    channel: str
    issued: datetime
    source: str | None = None  # ts of the message whose button was pressed
    uses: int = 0


@dataclass(slots=True, kw_only=True)
class Pending:
    """A message that Slack will have, but has not yet (`late_commit`)."""

    due: datetime
    post: Callable[[], object]


TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_URL_LIFE = timedelta(minutes=30)
RESPONSE_URL_USES = 5
MODALS_STACKED = 3


class Workspace:
    """Everything the workspace knows, and the rules that need to know it."""

    def __init__(
        self,
        *,
        channels: Sequence[str],
        clock: Callable[[], datetime],
        member_of: Iterable[str] | None = None,
        private: Iterable[str] = (),
        archived: Iterable[str] = (),
    ) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.team = {"id": TEAM_ID, "name": "Practice workspace", "domain": "practice"}
        self.users = {
            user.id: user
            for user in (
                User(id=ME, name="you", real_name="You"),
                User(id=EDITOR, name="editor", real_name="Editor"),
                User(id=READER, name="reader", real_name="Reader"),
                User(id=BOT_USER, name="roundup", real_name="Roundup", is_bot=True),
            )
        }
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        self.views: list[View] = []  # open modals, the top one last
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.pending: list[Pending] = []
        self.edit_window: timedelta | None = None  # a workspace may limit edits: edit_window_closed
        self.unreachable: set[str] = set()  # addresses or hosts whose images cannot be fetched
        self.only_reachable: set[str] | None = None  # if set, nothing else can be
        self.watchers: list[Callable[[Json], None]] = []  # told of every change
        self.on_event: Callable[[Json], None] = lambda event: None  # what the Events API would send
        self._last_ts = 0
        self._count = 0
        self._add_channels(channels, member_of, set(private), set(archived))

    # --- people and channels

    def _add_channels(
        self, names: Sequence[str], member_of: Iterable[str] | None, private: set[str], archived: set[str]
    ) -> None:
        wanted = list(dict.fromkeys(_bare(name) for name in names))
        joined = set(wanted) if member_of is None else {_bare(name) for name in member_of}
        hidden = {_bare(name) for name in private}
        closed = {_bare(name) for name in archived}
        for name in dict.fromkeys([*wanted, *sorted(joined | hidden | closed), "general"]):
            self.add_channel(
                name,
                kind="private" if name in hidden else "channel",
                member=name in joined,
                archived=name in closed,
            )
        self.direct(ME)

    def add_channel(
        self, name: str, *, kind: str = "channel", member: bool = False, archived: bool = False
    ) -> Channel:
        """Add a channel; a name that is an ID keeps that ID."""
        name = _bare(name)
        id_ = name if CHANNEL_ID.fullmatch(name) else f"C0PRACTICE{len(self.channels) + 1}"
        members = {ME, EDITOR, READER} | ({BOT_USER} if member else set())
        channel = Channel(
            id=id_, name=name.lower(), kind=kind, members=members, archived=archived, created=self._seconds()
        )
        self.channels[id_] = channel
        self.messages[id_] = {}
        return channel

    def direct(self, user: str) -> Channel:
        """Return the bot's direct conversation with that person, opening it if need be."""
        id_ = f"D{user[1:]}"
        if id_ not in self.channels:
            self.channels[id_] = Channel(
                id=id_, name=user, kind="dm", members={user, BOT_USER}, created=self._seconds()
            )
            self.messages[id_] = {}
        return self.channels[id_]

    def channel(self, ref: str) -> Channel:
        """Find a channel by ID or by name, with or without '#'; for tests and the page."""
        found = self.channels.get(ref) or next(
            (c for c in self.channels.values() if c.name == _bare(ref).lower()), None
        )
        if found is None:
            raise SlackError("channel_not_found")
        return found

    def visible_channel(self, ref: str) -> Channel:
        """Find the channel an API method names; the bot does not see private ones it is not in."""
        channel = self.channel(ref)
        if channel.kind != "channel" and BOT_USER not in channel.members:
            raise SlackError("channel_not_found")
        return channel

    def join(self, channel: Channel, user: str = BOT_USER) -> None:
        """Let somebody into a channel."""
        channel.members.add(user)
        self.changed({"type": "state", "channel": channel.id})
        self.on_event(
            {
                "type": "member_joined_channel",
                "user": user,
                "channel": channel.id,
                "channel_type": "G" if channel.kind == "private" else "C",
                "team": TEAM_ID,
            }
        )

    def leave(self, ref: str, user: str = BOT_USER) -> None:
        """Put somebody out of a channel."""
        channel = self.channel(ref)
        channel.members.discard(user)
        self.changed({"type": "state", "channel": channel.id})

    def archive(self, ref: str) -> None:
        """Archive a channel, as a person would."""
        channel = self.channel(ref)
        channel.archived = True
        self.changed({"type": "state", "channel": channel.id})
        self.on_event({"type": "channel_archive", "channel": channel.id, "user": ME})

    def rename(self, ref: str, name: str) -> None:
        """Rename a channel, as a person would; its ID stays."""
        channel = self.channel(ref)
        channel.name = _bare(name).lower()
        self.changed({"type": "state", "channel": channel.id})
        about = {"id": channel.id, "name": channel.name, "created": channel.created}
        self.on_event({"type": "channel_rename", "channel": about})

    # --- messages

    def next_ts(self) -> str:
        """Return a ts: the clock's microsecond, or the next one free."""
        with self.lock:
            self._last_ts = max(self._last_ts + 1, int(self.clock().timestamp() * 1_000_000))
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def may_post(self, channel: Channel, *, anywhere: bool) -> None:
        """Refuse as Slack refuses a bot's post; *anywhere* is what `chat:write.public` grants."""
        if channel.archived:
            raise SlackError("is_archived")
        if BOT_USER not in channel.members and not anywhere:
            raise SlackError("not_in_channel")
        if channel.restriction:
            raise SlackError(channel.restriction)

    def parent(self, channel: Channel, thread_ts: str) -> Message:
        """Return the message a reply goes under.

        Slack does not say what it does with a parent that is unknown, itself a reply, or deleted;
        the strictest code it lists is taken, so that a reply never lands under the wrong message.
        """
        found = self.messages[channel.id].get(thread_ts)
        if found is None or found.deleted or found.seen_by or found.thread_ts not in (None, found.ts):
            raise SlackError("cannot_reply_to_message")
        return found

    def post(
        self,
        channel: Channel,
        content: Content,
        *,
        user: str = BOT_USER,
        thread_ts: str | None = None,
        broadcast: bool = False,
        seen_by: str | None = None,
    ) -> Message:
        """Put a message there, for everybody or, with *seen_by*, for one person."""
        with self.lock:
            message = Message(
                ts=self.next_ts(),
                channel=channel.id,
                user=user,
                content=content,
                thread_ts=thread_ts,
                broadcast=broadcast,
                seen_by=seen_by,
            )
            self._name_blocks(content)
            self.messages[channel.id][message.ts] = message
            if thread_ts and not seen_by:
                self.messages[channel.id][thread_ts].thread_ts = thread_ts
        self._tell("ephemeral" if seen_by else "message", message)
        return message

    def edit(self, message: Message, content: Content) -> None:
        """Replace what a message says; what it said is kept."""
        with self.lock:
            message.history.append(deepcopy(message.content))
            message.content = content
            message.edited_at = self.next_ts()
            self._name_blocks(content)
        self._tell("changed", message)

    def delete(self, message: Message) -> None:
        """Take a message away. A parent with replies stays as a tombstone."""
        message.deleted = True
        self._tell("deleted", message)

    def own_message(self, channel: Channel, ts: str, *, otherwise: str) -> Message:
        """Return the bot's message with that ts, or refuse: unknown, gone, or another's."""
        message = self.messages[channel.id].get(ts)
        if message is None or message.deleted or message.seen_by:
            raise SlackError("message_not_found")
        if not message.bot:
            raise SlackError(otherwise)
        return message

    def replies(self, parent: Message) -> list[Message]:
        """Return what stands in a message's thread, oldest first."""
        return [
            message
            for message in self.messages[parent.channel].values()
            if message.thread_ts == parent.ts and message.ts != parent.ts and _public(message)
        ]

    def in_channel(self, channel: Channel) -> list[Message]:
        """Return what everybody sees in the channel itself, oldest first, tombstones included."""
        with self.lock:
            return [
                message
                for message in self.messages[channel.id].values()
                if message.in_channel
                and not message.seen_by
                and (not message.deleted or self.replies(message))
            ]

    def posted(self, ref: str) -> list[Message]:
        """Return all that the bot ever posted there, oldest first: replies and deleted ones too."""
        self.settle()
        with self.lock:
            return [m for m in self.messages[self.channel(ref).id].values() if m.bot and not m.seen_by]

    def ephemerals(self, ref: str, user: str = ME) -> list[Message]:
        """Return what only that person sees there, oldest first, without the dismissed."""
        with self.lock:
            here = self.messages[self.channel(ref).id].values()
            return [m for m in here if m.seen_by == user and not m.deleted]

    def settle(self) -> None:
        """Let every late message in whose time has come."""
        with self.lock:
            due = [late for late in self.pending if late.due <= self.clock()]
            self.pending = [late for late in self.pending if late not in due]
        for late in due:
            late.post()

    def reachable(self, url: str) -> bool:
        """Tell whether Slack could fetch that image, by the lists above; nothing is fetched."""
        address = urlsplit(url)
        names = {url, address.hostname}
        if self.only_reachable is not None and not names & self.only_reachable:
            return False
        return not (names & self.unreachable or address.path.lower().endswith(".webp"))

    # --- leave to answer

    def issue_trigger(self, user: str, view: str | None = None) -> str:
        """Hand out a trigger_id."""
        with self.lock:
            id_ = f"{self._number()}.{TEAM_ID}.practice"
            self.triggers[id_] = Trigger(user=user, issued=self.clock(), view=view)
            return id_

    def use_trigger(self, id_: str) -> Trigger:
        """Take a trigger_id back; it is good once, for three seconds."""
        with self.lock:
            trigger = self.triggers.get(id_)
            if trigger is None:
                raise SlackError("invalid_trigger_id")
            if trigger.used:
                raise SlackError("exchanged_trigger_id")
            if self.clock() - trigger.issued > TRIGGER_LIFE:
                raise SlackError("expired_trigger_id")
            trigger.used = True
            return trigger

    def issue_response_url(self, user: str, channel: str, source: str | None = None) -> str:
        """Hand out the secret part of a response_url."""
        with self.lock:
            id_ = f"{self._number()}"
            self.response_urls[id_] = ResponseUrl(
                user=user, channel=channel, issued=self.clock(), source=source
            )
            return id_

    def use_response_url(self, id_: str) -> ResponseUrl:
        """Take one of its five uses."""
        with self.lock:
            leave = self.response_urls.get(id_)
            if leave is None:
                raise SlackError("invalid_url")
            if self.clock() - leave.issued > RESPONSE_URL_LIFE:
                raise SlackError("expired_url")
            if leave.uses >= RESPONSE_URL_USES:
                raise SlackError("used_url")
            leave.uses += 1
            return leave

    # --- views

    def open_view(self, trigger: Trigger, body: Json, *, push: bool = False) -> View:
        """Show a modal, alone or on top of the one the trigger came from."""
        with self.lock:
            self._refuse_taken_external_id(body)
            below = self.view(trigger.view) if push and trigger.view else None
            if push and below is None:
                raise SlackError("invalid_trigger_id")
            if push and len(self.views) >= MODALS_STACKED:
                raise SlackError("push_limit_reached")
            view = self._new_view(trigger.user, body)
            if below is None:
                self.views.clear()
            else:
                view.root, view.previous = below.root, below.id
            self.views.append(view)
        self.changed({"type": "view", "view": self.view_json(view)})
        return view

    def update_view(self, view: View, body: Json, hash_: str | None) -> View:
        """Replace an open view, unless it changed since *hash_*."""
        with self.lock:
            if hash_ and hash_ != view.hash:
                raise SlackError("hash_conflict")
            self._name_blocks(Content(blocks=body["blocks"]))
            view.body, view.hash = body, f"{self._number()}.hash"
        self.changed({"type": "view", "view": self.view_json(view)})
        return view

    def publish_home(self, user: str, body: Json, hash_: str | None) -> View:
        """Set somebody's App Home."""
        with self.lock:
            old = self.homes.get(user)
            if old and hash_ and hash_ != old.hash:
                raise SlackError("hash_conflict")
            view = self._new_view(user, body)
            if old:
                view.id = view.root = old.id
            self.homes[user] = view
        self.changed({"type": "home", "view": self.view_json(view)})
        return view

    def close_views(self, *views: View) -> None:
        """Take modals away."""
        for view in views:
            if view in self.views:
                self.views.remove(view)
        self.changed({"type": "view", "view": None})

    def view(self, id_: str) -> View | None:
        """Find an open modal or a home by its id."""
        return next((view for view in (*self.views, *self.homes.values()) if view.id == id_), None)

    def view_json(self, view: View) -> Json:
        """Return a view as Slack sends it."""
        return {
            "state": {"values": {}},
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            "title": None,
            "close": None,
            "submit": None,
            **view.body,
            "id": view.id,
            "team_id": TEAM_ID,
            "app_id": APP_ID,
            "app_installed_team_id": TEAM_ID,
            "bot_id": BOT_ID,
            "hash": view.hash,
            "root_view_id": view.root,
            "previous_view_id": view.previous,
        }

    def _new_view(self, user: str, body: Json) -> View:
        self._name_blocks(Content(blocks=body["blocks"]))
        id_ = f"V{self._number():09d}"
        return View(id=id_, user=user, body=body, hash=f"{self._number()}.hash", root=id_)

    def _refuse_taken_external_id(self, body: Json) -> None:
        taken = {view.body.get("external_id") for view in (*self.views, *self.homes.values())} - {None, ""}
        if body.get("external_id") in taken:
            raise SlackError("duplicate_external_id")

    # --- telling the others

    def changed(self, change: Json) -> None:
        """Tell everybody who looks at the workspace."""
        for watcher in tuple(self.watchers):
            watcher(change)

    def message_json(self, message: Message) -> Json:
        """Return a message as the page shows it."""
        replies = self.replies(message)
        return {
            "ts": message.ts,
            "channel": message.channel,
            "user": message.user,
            "bot": message.bot,
            "text": "This message was deleted." if message.deleted else message.text,
            "blocks": [] if message.deleted else message.blocks,
            "thread_ts": message.thread_ts,
            "reply_count": len(replies),
            "reply_users": list(dict.fromkeys(reply.user for reply in replies)),
            "latest_reply": replies[-1].ts if replies else None,
            "edited": bool(message.edited_at),
            "deleted": message.deleted,
            "ephemeral": message.seen_by is not None,
            "metadata": message.metadata,
        }

    def _tell(self, type_: str, message: Message) -> None:
        if message.seen_by not in (None, ME):
            return
        self.changed(
            {
                "type": type_,
                "channel": message.channel,
                "ts": message.ts,
                "thread_ts": message.thread_ts,
                "message": self.message_json(message),
            }
        )

    def _name_blocks(self, content: Content) -> None:
        """Give every block a block_id and everything that can be pressed an action_id, as Slack does."""
        for block in content.blocks:
            block.setdefault("block_id", f"b{self._number()}")
            for element in pressable(block):
                element.setdefault("action_id", f"a{self._number()}")

    def _number(self) -> int:
        with self.lock:
            self._count += 1
            return self._count

    def _seconds(self) -> int:
        return int(self.clock().timestamp())


def pressable(block: Json) -> list[Json]:
    """Return the interactive elements of a block."""
    elements = [block.get("accessory"), block.get("element")]
    if block["type"] in ("actions", "context_actions"):
        elements += block["elements"]
    return [element for element in elements if element and element["type"] != "image"]


def _bare(name: str) -> str:
    return name.removeprefix("#")


def _public(message: Message) -> bool:
    return not message.deleted and not message.seen_by
