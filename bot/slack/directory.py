"""Finds the channels that the config names, and joins the public ones among them unless told not to.

Lists say most of it in a few requests. What is on none of them is asked for one by one, as many at a time
as Slack allows, whoever has waited longest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from bot.core.delivery.answers import Accepted, Deferred, Refused, Unknown
from bot.core.delivery.remedies import WORKSPACE_ERRORS, code_of
from bot.core.delivery.state import Room, Trouble
from bot.store.channels import KnownChannels

if TYPE_CHECKING:
    from bot.slack.messenger import Messenger

LIST_PAGE = 500
AT_ONCE = 40  # conversations.info and conversations.join take 50 a minute each, of all replicas together

Info = Mapping[str, Any]  # a channel, as Slack's JSON has it
NOT_FOUND = Trouble("channel_not_found")
LATER = Trouble("not asked for yet", passing=True)


def is_id(name: str) -> bool:
    """Tell a channel's ID from its name: names are lower case."""
    return name.startswith(("C", "G", "D")) and len(name) >= 3 and name.isalnum() and name.isupper()


def remembered(names: Iterable[str], ids: Mapping[str, str]) -> dict[str, Room | Trouble]:
    """Return the channels as they were when last seen."""
    return {name: Room(id=ids[name], name=_plain(name)) for name in names if name in ids}


class Directory:
    """The configured channels. *rooms* is what was known last; nothing waits for Slack but `look_up`."""

    def __init__(self, messenger: Messenger, channels: KnownChannels) -> None:
        self._messenger, self._channels = messenger, channels
        self._names: tuple[str, ...] = ()
        self._rooms: Mapping[str, Room | Trouble] = {}
        self._turns = count(1)
        self._asked: dict[str, int] = {}  # by name: in which turn it was asked for last
        self._left = 0  # how many more may be asked for, or joined, in this round

    @property
    def rooms(self) -> Mapping[str, Room | Trouble]:
        """Map each name or ID in the config to its channel, or to why it has none."""
        return self._rooms

    def recall(self, names: Iterable[str]) -> None:
        """Take channels for what they were when last seen: a start while Slack is away loses no time."""
        wanted = tuple(names)
        if wanted == self._names:
            return
        self._names = wanted
        self._rooms = remembered(wanted, self._channels.known())

    def look_up(self, *, join: bool = True) -> Mapping[str, Room | Trouble]:
        """Ask Slack for every channel, join the public ones, and return what it said.

        What it did not say, or was not asked for yet, is not in it. A channel that was renamed is still found
        by the ID its old name had.
        """
        listing = _listed(self._messenger, self._names, self._channels.known())
        self._left = AT_ONCE
        found: dict[str, Room | Trouble] = {}
        for name in sorted(self._names, key=lambda each: self._asked.get(each, 0)):
            info = listing.find(name) or self._ask(name, listing)
            found[name] = info if isinstance(info, Trouble) else self._room(name, info, join)
        self._rooms = {name: self._kept(name, found[name]) for name in self._names}
        return {name: room for name, room in found.items() if not _is_passing(room)}

    def _kept(self, name: str, room: Room | Trouble) -> Room | Trouble:
        """Return what to take a channel for: what cannot be found at the moment keeps the ID it had."""
        if isinstance(room, Room):
            return room
        # An ID is one, whether or not it was Slack's turn to say more of it: it gets its posts.
        assumed = Room(id=name, name=name) if is_id(name) and room.passing else room
        return self._rooms.get(name, assumed)

    def _ask(self, name: str, listing: _Listing) -> Info | Trouble:
        """Ask for a channel that is on no list; a trouble that passes if it is not its turn."""
        channel = listing.id_of(name)
        if not channel:
            return listing.trouble or NOT_FOUND
        if not self._left:
            return LATER
        self._asked[name], self._left = next(self._turns), self._left - 1
        info = _info(self._messenger, channel)
        if _is_passing(info):
            self._left = 0  # it is too much, or Slack is away
        return info

    def _room(self, name: str, info: Info, join: bool) -> Room:
        called = str(info.get("name", "")) or _plain(name)
        renamed = not is_id(name) and called != _plain(name)
        trouble = _trouble(info)
        if join and not trouble and not info.get("is_member", True):
            trouble = self._join(str(info["id"]))
        public = info.get("is_private") is False and not info.get("is_im")
        return Room(id=str(info["id"]), name=called, trouble=trouble, renamed=renamed, public=public)

    def _join(self, channel: str) -> str:
        """Join a public channel, and return what hinders."""
        if not self._left:
            return LATER.error
        self._left -= 1
        match self._messenger.join(channel):
            case Accepted():
                return ""
            case Refused(error=error):
                return error
        self._left = 0
        return LATER.error


def find_channels(
    messenger: Messenger, names: Iterable[str], *, ids: Mapping[str, str]
) -> dict[str, Info | Trouble]:
    """Return what Slack says of each channel of that name or ID. *ids* has those that names had once."""
    listing = _listed(messenger, tuple(names), ids)
    return {name: listing.find(name) or _asked(messenger, name, listing) for name in listing.names}


def _asked(messenger: Messenger, name: str, listing: _Listing) -> Info | Trouble:
    channel = listing.id_of(name)
    return _info(messenger, channel) if channel else listing.trouble or NOT_FOUND


def _plain(name: str) -> str:
    return name.removeprefix("#")


def _is_passing(found: Info | Room | Trouble) -> bool:
    """Tell whether Slack is still to be asked."""
    if isinstance(found, Trouble):
        return found.passing
    return isinstance(found, Room) and found.trouble == LATER.error


@dataclass(slots=True, kw_only=True)
class _Listing:
    """What Slack's lists say of the named channels, and why there may be more than we could see."""

    names: tuple[str, ...]
    ids: Mapping[str, str]  # that names had once
    by_name: dict[str, Info] = field(default_factory=dict)
    by_id: dict[str, Info] = field(default_factory=dict)
    trouble: Trouble | None = None
    wanted: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.wanted = frozenset(word for name in self.names for word in (_plain(name), self.id_of(name)))

    def id_of(self, name: str) -> str:
        """Return under which ID a channel can be asked for, "" if it never had one."""
        return name if is_id(name) else self.ids.get(name, "")

    def find(self, name: str) -> Info | None:
        """Return a channel, by its name first: an ID it had once may be another's by now."""
        by_name = None if is_id(name) else self.by_name.get(_plain(name))
        return by_name or self.by_id.get(self.id_of(name))

    def add(self, info: Info) -> None:
        """Take in a channel, if it is one of ours and was not listed before."""
        name, channel = str(info.get("name", "")), str(info.get("id", ""))
        if name in self.wanted or channel in self.wanted:
            self.by_name.setdefault(name, info)
            self.by_id.setdefault(channel, info)

    @property
    def complete(self) -> bool:
        """Whether every channel is there."""
        return all(map(self.find, self.names))


def _listed(messenger: Messenger, names: tuple[str, ...], ids: Mapping[str, str]) -> _Listing:
    listing = _Listing(names=names, ids=ids)
    # The short list first: when every channel is on it, the workspace's long one is not needed.
    for method in ("users.conversations", "conversations.list"):
        if listing.complete:
            break
        # Without the permission for private channels, the public ones are still worth listing.
        for types in ("public_channel,private_channel", "public_channel"):
            listing.trouble = _list_into(listing, messenger, method, types)
            if listing.trouble is None or not listing.trouble.error.startswith("missing_scope"):
                break
    return listing


def _list_into(listing: _Listing, messenger: Messenger, method: str, types: str) -> Trouble | None:
    arguments = {"types": types, "exclude_archived": False, "limit": LIST_PAGE}
    for page in messenger.pages(method, arguments):
        if isinstance(page, Refused | Deferred | Unknown):
            return _trouble_of(page)
        for channel in page.get("channels", ()):
            # users.conversations leaves is_member out: it lists nothing else.
            listing.add({**channel, **({"is_member": True} if method == "users.conversations" else {})})
    return None


def _info(messenger: Messenger, channel: str) -> Info | Trouble:
    answer = messenger.ask("conversations.info", {"channel": channel})
    if isinstance(answer, Mapping):
        info: Info = answer.get("channel") or {"id": channel}
        return info
    return _trouble_of(answer)


def _trouble_of(answer: Refused | Deferred | Unknown) -> Trouble:
    certain = isinstance(answer, Refused) or code_of(answer.error) in WORKSPACE_ERRORS
    return Trouble(answer.error, passing=not certain)


def _trouble(info: Info) -> str:
    if info.get("is_archived"):
        return "is_archived"
    shut_out = info.get("is_private") and not info.get("is_member", True)
    return "not_in_channel" if shut_out else ""
