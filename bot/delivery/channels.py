"""Which channels there are: found and entered in the background, and what hinders is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from bot.core.delivery.alarms import Alarm
from bot.core.delivery.plan import Target, target_of
from bot.core.delivery.state import Room, Trouble
from bot.core.settings import Settings
from bot.delivery.errands import Errands
from bot.delivery.needs import Directory
from bot.delivery.telling import Telling
from bot.store.channels import KnownChannels
from bot.store.ledger import Look

LOOK_UP_AGAIN = 60.0  # seconds, while a channel cannot be found or entered, or was not asked for yet


class Channels:
    """The config's channels under their IDs. No tick waits for Slack to name them: known IDs are kept."""

    def __init__(
        self,
        *,
        directory: Directory,
        known: KnownChannels,
        telling: Telling,
        errands: Errands,
        uptime: Callable[[], float],
    ) -> None:
        self._directory, self._known, self._telling = directory, known, telling
        self._errands, self._uptime = errands, uptime
        self._names: tuple[str, ...] = ()
        self._look_up_at: float | None = None  # by *uptime*; None: all is well, and nobody asks
        self._looking = False
        self._troubled: set[str] = set()  # names
        self._unheard: frozenset[str] = frozenset()  # names of which Slack has not said yet how they are
        self._seen: dict[tuple[str, str], datetime] = {}
        self._steps = 0  # how often the ledger's clock had been set when last looked

    def keep_up(self, settings: Settings, look: Look) -> None:
        """Have the channels looked up when the config names others, and while one is in trouble."""
        self._telling.of_failing(look.deliveries, look.now)
        if look.steps != self._steps:  # the ledger's clock was set: so was since when it knows the channels
            self._steps = look.steps
            self._seen.clear()
        names = settings.rooms
        if names != self._names:
            self._let_go({*self._names} - {*names})
            self._directory.recall(names)
            self._names = names
            self._troubled &= frozenset(names)
            self.look_again()
        now = self._uptime()
        if self._look_up_at is not None and now >= self._look_up_at and not self._looking:
            self._look_up_at, self._looking = now + LOOK_UP_AGAIN, True
            self._errands.start(self._look_up)

    def _let_go(self, names: Iterable[str]) -> None:
        rooms = self._directory.rooms
        for name in sorted(names):
            room = rooms.get(name)
            self._telling.of_left_out(name, room.id if isinstance(room, Room) else name)

    def look_again(self) -> None:
        """Have them looked up soon: one may have been archived, renamed or left."""
        self._unheard = frozenset(self._names)
        self._look_up_at = self._uptime()

    @property
    def troubled(self) -> int:
        """How many of them could not be found or entered when last looked up."""
        return len(self._troubled & {*self._names})

    def targets(self, settings: Settings, skipped: Mapping[str, frozenset[date]]) -> tuple[Target, ...]:
        """Return the channels that have an ID by now; of two entries for one channel the first counts."""
        rooms = self._directory.rooms
        targets: dict[str, Target] = {}
        for entry in settings.channels:
            room = rooms.get(entry.channel)
            channel = room.id if isinstance(room, Room) else ""
            # Also of one that cannot be found yet: from now on its slots are ours.
            since = self._first_seen(entry.channel, channel)
            if channel and channel not in targets:
                targets[channel] = target_of(entry, channel, since=since, skipped=skipped)
        return tuple(targets.values())

    def _look_up(self) -> None:
        try:
            self._hear(self._directory.look_up())
        finally:
            self._looking = False

    def _hear(self, found: Mapping[str, Room | Trouble]) -> None:
        for name, room in found.items():
            if name not in self._names:  # left out while Slack was asked
                continue
            if isinstance(room, Trouble):
                self._troubled.add(name)
                self._telling.of_trouble(name, room.error)
            elif room.trouble:
                self._troubled.add(name)
                self._telling.of_trouble(name, room.trouble, channel=room.id)
            else:
                self._troubled.discard(name)
                self._all_well(name, room)
        self._unheard -= found.keys()
        if not self._troubled and not self._unheard:
            self._look_up_at = None

    def _all_well(self, name: str, room: Room) -> None:
        self._telling.of_well(name, room.id)
        if room.renamed:
            text = f"{name} is called #{room.name} now. It still gets its posts; change the config."
            self._telling.alarm(Alarm(subject=f"renamed {name} {room.name}", text=text, channel=room.id))

    def _first_seen(self, name: str, channel: str) -> datetime:
        if (name, channel) not in self._seen:
            self._seen[name, channel] = self._known.saw(name, channel)
        return self._seen[name, channel]
