"""One Slack workspace in memory: people, channels, messages. It remembers what was really posted.

It decides what Slack decides by its state (membership, archives, whose message, which thread); what a
message may look like is in `rules`, how requests come in is in `methods`. Safe to use from several threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from urllib.parse import urlsplit

from bot.practice.files import Files
from bot.practice.model import (
    BOT_USER,
    CHANNEL_ID,
    EDITOR,
    GUEST,
    ME,
    OTHER_TEAM,
    READER,
    STRANGER,
    TEAM_ID,
    Channel,
    Content,
    Json,
    Message,
    SlackError,
    User,
    name_blocks,
)
from bot.practice.open_views import OpenViews
from bot.practice.permits import Permits


@dataclass(slots=True, kw_only=True)
class Pending:
    """A message that Slack will have, but has not yet (`late_commit`)."""

    due: datetime
    post: Callable[[], object]


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
        self.url = "https://practice.slack.com"  # where it is opened in a browser
        self.team = {"id": TEAM_ID, "name": "Practice workspace", "domain": "practice"}
        self.users = {
            user.id: user
            for user in (
                User(id=ME, name="you", real_name="You"),
                User(id=EDITOR, name="editor", real_name="Editor"),
                User(id=READER, name="reader", real_name="Reader"),
                User(id=GUEST, name="guest", real_name="Guest", is_guest=True),
                User(id=STRANGER, name="stranger", real_name="Stranger", team=OTHER_TEAM),
                User(id=BOT_USER, name="roundup", real_name="Roundup", is_bot=True),
            )
        }
        self.groups: dict[str, list[str]] = {}  # user groups (S…) and who is in them
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        self.pending: list[Pending] = []
        self.edit_window: timedelta | None = None  # a workspace may limit edits: edit_window_closed
        self.refused_blocks: set[str] = set()  # kinds of blocks that this workspace does not take
        self.unreachable: set[str] = set()  # addresses or hosts whose images cannot be fetched
        self.only_reachable: set[str] | None = None  # if set, nothing else can be
        self.watchers: list[Callable[[Json], None]] = []  # told of every change
        self.on_event: Callable[[Json], None] = lambda event: None  # what the Events API would send
        self._last_ts = 0
        self._number = partial(next, count(1))  # of blocks, views, permits: never the same twice
        self.files = Files(number=self._number, seconds=self._seconds)
        self.messages_tab = True  # whether people may write to the app; its manifest says
        self.permits = Permits(clock=clock, number=self._number)
        self.views = OpenViews(number=self._number, changed=self.changed)
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
        members = {ME, EDITOR, READER, GUEST, STRANGER} | ({BOT_USER} if member else set())
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
            # Never twice, whatever the clock does: a ts is a message's name in its channel.
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
        files: Iterable[str] = (),
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
                files=tuple(files),
            )
            name_blocks(content.blocks, self._number)
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
            name_blocks(content.blocks, self._number)
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
            # What a person writes is drawn from its text: no reader of ours wants its blocks twice.
            "blocks": message.blocks if message.bot and not message.deleted else [],
            "files": [] if message.deleted else [self._shown_file(id_) for id_ in message.files],
            "thread_ts": message.thread_ts,
            "reply_count": len(replies),
            "reply_users": list(dict.fromkeys(reply.user for reply in replies)),
            "latest_reply": replies[-1].ts if replies else None,
            "edited": bool(message.edited_at),
            "deleted": message.deleted,
            "ephemeral": message.seen_by is not None,
            "metadata": message.metadata,
        }

    def may_see(self, file: str, user: str) -> bool:
        """Tell whether somebody is where a file was shared."""
        places = [c.id for c in self.channels.values() if user in c.members]
        with self.lock:
            return any(file in m.files for place in places for m in self.messages[place].values())

    def _shown_file(self, id_: str) -> Json:
        file = self.files.kept(id_)
        what = "deleted" if file.deleted else file.kind[2]
        return {"id": id_, "name": file.name, "what": what, "size": len(file.content)}

    def _tell(self, type_: str, message: Message) -> None:
        self.changed(
            {
                "type": type_,
                "channel": message.channel,
                "ts": message.ts,
                "thread_ts": message.thread_ts,
                "for": message.seen_by,
                "message": self.message_json(message),
            }
        )

    def _seconds(self) -> int:
        return int(self.clock().timestamp())


def _bare(name: str) -> str:
    return name.removeprefix("#")


def _public(message: Message) -> bool:
    return not message.deleted and not message.seen_by
