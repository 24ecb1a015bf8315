"""The channels that editors speak of, by name or by ID."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.core.delivery.plan import Target, target_of
from bot.core.delivery.state import Room
from bot.core.errors import RoundupError
from bot.core.nearest import nearest_of
from bot.core.settings import Settings
from bot.delivery.needs import Rooms
from bot.store.channels import KnownChannels


class Places:
    """The config's channels that were found in Slack, as they are to come."""

    def __init__(
        self,
        *,
        rooms: Rooms,
        known: KnownChannels,
        settings: Callable[[], Settings],
        clock: Callable[[], datetime],
    ) -> None:
        self._rooms, self._known, self._settings, self._clock = rooms, known, settings, clock

    def called(self, name: str = "") -> tuple[Target, ...]:
        """Return every configured channel, or the one of that name or ID; RoundupError with the nearest."""
        # An order is about what is to come: what was before now is none of its business.
        rooms, skipped, now = self._rooms.rooms, self._known.skipped(), self._clock()
        wanted = name.removeprefix("#")
        named = tuple(
            target_of(entry, room.id, since=now, skipped=skipped)
            for entry in self._settings().channels
            if isinstance(room := rooms.get(entry.channel), Room)
            if not name or wanted in (entry.channel.removeprefix("#"), room.id, room.name)
        )
        if name and not named:
            raise RoundupError(self._no_such_channel(name))
        return named

    def one(self, name: str) -> Target:
        """Return the one of that name or ID; RoundupError for no name, which elsewhere means every one."""
        if not name:
            raise RoundupError("Which channel? Its name is empty.")
        return self.called(name)[0]

    def names(self) -> Mapping[str, str]:
        """Return the names of the config's channels that were found, by ID."""
        return {place.channel: place.name for place in self.called()}

    def listed(self) -> Mapping[str, str]:
        """Return the names that were looked for and found, by ID; those of people's rooms, too."""
        return {room.id: name for name, room in self._rooms.rooms.items() if isinstance(room, Room)}

    def id_of(self, channel: str) -> str:
        """Return the ID of a channel of now or once; RoundupError with the nearest name."""
        known = {**self._known.known(), **{name: found for found, name in self.listed().items()}}
        ids = {name.removeprefix("#"): found for name, found in known.items()}
        wanted = channel.removeprefix("#")
        configured = [entry.channel.removeprefix("#") for entry in self._settings().channels]
        if wanted in ids or wanted in ids.values() or wanted in configured:
            return ids.get(wanted, wanted)  # one that was never found was posted nothing
        raise RoundupError(self._no_such_channel(channel))

    def _no_such_channel(self, name: str) -> str:
        rooms = self._rooms.rooms
        entries = [entry.channel for entry in self._settings().channels]
        configured = next((e for e in entries if e.removeprefix("#") == name.removeprefix("#")), "")
        if configured:
            room = rooms.get(configured)
            return f"{configured} cannot be found in Slack ({room or 'not asked yet'}): is the bot in it?"
        guess = nearest_of(f"#{name.removeprefix('#')}", entries)
        return f"{name} is not in the config{guess}"
