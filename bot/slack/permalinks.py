"""Where a story was posted, as an address that opens Slack there. Asks nobody: an answer waits for no one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.core.delivery.state import Room, Trouble
from bot.core.digest import Digest, Story
from bot.core.settings import ChannelSettings, Settings

Posts = Callable[[str], Mapping[str, str]]  # the ts of a digest's post in each channel that has it


class Permalinks:
    """Links to posts. *workspace* is its address, or "" while Slack has not said so."""

    def __init__(
        self,
        *,
        posts: Posts,
        rooms: Callable[[], Mapping[str, Room | Trouble]],
        settings: Callable[[], Settings],
        workspace: Callable[[], str],
    ) -> None:
        self._posts, self._rooms, self._settings, self._workspace = posts, rooms, settings, workspace
        self._of: tuple[object, object] = None, None
        self._places: Mapping[str, tuple[ChannelSettings, Room]] = {}

    def to(self, digest: Digest, story: Story, *, near: str) -> str:
        """Return a link to the post with that story, "" for none.

        The channel *near* comes first, where somebody asks; else it is one that everybody can look into.
        """
        posts = self._posts(digest.id)
        if not posts or not (workspace := self._workspace()):
            return ""
        places = self._known_places()
        for channel in (near, *posts):
            entry, room = places.get(channel, (None, None))
            if not entry or not room or channel not in posts or not (channel == near or room.public):
                continue
            if story in entry.selection(digest):
                return f"{workspace.rstrip('/')}/archives/{channel}/p{posts[channel].replace('.', '')}"
        return ""

    def _known_places(self) -> Mapping[str, tuple[ChannelSettings, Room]]:
        """Return every channel's entry by its ID; not made anew for each story of each answer."""
        settings, rooms = self._settings(), self._rooms()
        if self._of[0] is not settings or self._of[1] is not rooms:
            found = ((entry, rooms.get(entry.channel)) for entry in settings.channels)
            self._places = {room.id: (entry, room) for entry, room in found if isinstance(room, Room)}
            self._of = settings, rooms
        return self._places
