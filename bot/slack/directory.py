"""Finds the channels that the config names, and joins the public ones among them unless told not to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from bot.core.delivery.answers import Accepted, Deferred, Refused, Unknown
from bot.core.delivery.state import Room, Trouble
from bot.store.channels import KnownChannels

if TYPE_CHECKING:
    from bot.slack.messenger import Messenger

LIST_PAGE = 500

Info = Mapping[str, Any]  # a channel, as Slack's JSON has it


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

        A channel that was renamed is still found by the ID its old name had.
        """
        infos = find_channels(self._messenger, self._names, ids=self._channels.known())
        found = {
            name: info if isinstance(info, Trouble) else self._room(name, info, join)
            for name, info in infos.items()
        }
        # What cannot be found at the moment keeps the ID it had.
        self._rooms = {
            name: self._rooms.get(name, room) if isinstance(room, Trouble) else room
            for name, room in found.items()
        }
        return found

    def _room(self, name: str, info: Info, join: bool) -> Room:
        called = str(info.get("name", "")) or _plain(name)
        renamed = not is_id(name) and called != _plain(name)
        trouble = _trouble(info)
        if join and not trouble and not info.get("is_member", True):
            trouble = _join(self._messenger, str(info["id"]))
        public = info.get("is_private") is False and not info.get("is_im")
        return Room(id=str(info["id"]), name=called, trouble=trouble, renamed=renamed, public=public)


def find_channels(
    messenger: Messenger, names: Iterable[str], *, ids: Mapping[str, str]
) -> dict[str, Info | Trouble]:
    """Return what Slack says of each channel of that name or ID. *ids* has those that names had once."""
    wanted = tuple(names)
    listed, trouble = _listed(messenger, {_plain(name) for name in wanted if not is_id(name)})
    found: dict[str, Info | Trouble] = {}
    for name in wanted:
        info = listed.get(_plain(name)) or trouble or Trouble("channel_not_found")
        if isinstance(info, Trouble) and (channel := name if is_id(name) else ids.get(name, "")):
            info = _info(messenger, channel)
        found[name] = info
    return found


def _plain(name: str) -> str:
    return name.removeprefix("#")


def _listed(messenger: Messenger, names: set[str]) -> tuple[dict[str, Info], Trouble | None]:
    """Return the named channels, those we are in first, and why there may be more than we could see."""
    known: dict[str, Info] = {}
    trouble = None
    # The short list first: when every name is on it, the workspace's long one is not needed.
    for method in ("users.conversations", "conversations.list"):
        if names <= known.keys():
            break
        # Without the permission for private channels, the public ones are still worth listing.
        for types in ("public_channel,private_channel", "public_channel"):
            trouble = _list_into(known, messenger, method, types, names)
            if trouble is None or not trouble.error.startswith("missing_scope"):
                break
    return known, trouble


def _list_into(
    known: dict[str, Info], messenger: Messenger, method: str, types: str, names: set[str]
) -> Trouble | None:
    arguments = {"types": types, "exclude_archived": False, "limit": LIST_PAGE}
    for page in messenger.pages(method, arguments):
        if isinstance(page, Refused | Deferred | Unknown):
            return Trouble(page.error)
        for channel in page.get("channels", ()):
            # users.conversations leaves is_member out: it lists nothing else.
            member = {"is_member": True} if method == "users.conversations" else {}
            if channel.get("name") in names:
                known.setdefault(channel["name"], {**channel, **member})
    return None


def _info(messenger: Messenger, channel: str) -> Info | Trouble:
    answer = messenger.ask("conversations.info", {"channel": channel})
    if isinstance(answer, Mapping):
        info: Info = answer.get("channel") or {"id": channel}
        return info
    return Trouble(answer.error)


def _trouble(info: Info) -> str:
    if info.get("is_archived"):
        return "is_archived"
    shut_out = info.get("is_private") and not info.get("is_member", True)
    return "not_in_channel" if shut_out else ""


def _join(messenger: Messenger, channel: str) -> str:
    """Join a public channel, and return what hinders."""
    match messenger.join(channel):
        case Accepted():
            return ""
        case Refused(error=error):
            return error
    return "not_in_channel"
