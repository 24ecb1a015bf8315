"""Months of a newsletter in virtual time: real files, a real ledger, four zones whose clocks change.

The replicas are half-way through an upgrade for all of that time. Files are corrected and broken, Slack and
the database are away now and then, a host's clock is set. Only Slack and the time are not real.
`python -m benchmarks.weeks` lives through 24 weeks, a test through a few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.delivery.state import Rung, State
from bot.core.digest import Digest, Story
from bot.core.message import Message, Part
from bot.core.settings import Settings
from bot.delivery.clocks import Clocks
from bot.delivery.needs import Render
from bot.delivery.publisher import Publisher
from bot.newsroom.library import Library
from bot.store.database import LedgerError, open_database
from tests.delivery.world import (
    CALM,
    START,
    FakeSlack,
    Inline,
    Posted,
    Rooms,
    Weather,
    Words,
    World,
    build_publisher,
    channel,
    render,
    settings,
)
from tests.store.whole import Store

WEEK = 7 * 86400.0
HOUR = 3600.0
# Their clocks change in these months, on a Sunday, at or about half past two or at midnight.
ZONES = {
    "london": "Europe/London",
    "new-york": "America/New_York",
    "sydney": "Australia/Sydney",
    "santiago": "America/Santiago",
}
TIMES = ("4 09:00", "6 02:30")
LOCAL = {"Fri 09:00", "Sun 02:30"}
GAP = "Sun 03:00"  # where there is no half past two
DIGEST = "title: Roundup {day}\ndate: {day}\nstories:\n  - headline: {headline}\n    body: {headline}.\n"


class Away:
    """A ledger that cannot be reached while its database is away."""

    def __init__(self, store: Store, months: Months) -> None:
        self._store, self._months = store, months

    def __getattr__(self, name: str) -> Any:
        if self._months.no_database:
            raise LedgerError("away")
        return getattr(self._store, name)


@dataclass
class Months:
    """One newsletter, two replicas of two versions, and what happens to them week by week."""

    folder: Path
    seed: int = 1
    no_database: bool = False
    late: dict[str, float] = field(default_factory=dict)  # by digest: how long Slack was away at its slot
    wrong: list[str] = field(default_factory=list)  # posts that were not at their local time
    posted: Counter[tuple[str, str, int]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.world = World(random=Random(self.seed), weather=CALM)  # noqa: S311 - chance that can be repeated
        (self.folder / "digests").mkdir(parents=True)
        database = open_database(
            f"sqlite:///{self.folder}/a.db", environ={}, clock=lambda: self.world.clock("ledger")
        )
        self.store = Store(database)
        self.config = settings(*(channel(name, *TIMES, zone=zone) for name, zone in ZONES.items()))
        for entry in self.config.channels:
            self.store.saw(entry.channel, entry.channel.strip("#").upper())
        self._replicas = [self._replica(0, render), self._replica(1, rendered_otherwise)]
        self.weeks = 0

    def live(self, weeks: int) -> None:
        """Live through so many more weeks."""
        for _ in range(weeks):
            self._write_this_weeks()
            for happens_at, what in self._this_week():
                self._until(happens_at)
                what()
            self.weeks += 1
            self._until(self.weeks * WEEK)
            self._judge()

    def close(self) -> None:
        self.store.close()

    def _replica(self, i: int, render: Render) -> tuple[Library, Publisher]:
        world, library = self.world, Library(self.folder / "digests")
        clocks = Clocks(lambda: world.clock(str(i)), uptime=lambda: world.time)
        clocks.hear(world.now())
        slack = FakeSlack(world)
        slack.hear = clocks.hear
        ledger: Any = Away(self.store, self)
        publisher = build_publisher(
            ledger=ledger,
            slack=slack,
            directory=Rooms(),
            library=library,
            settings=self._settings,
            render=render,
            simpler=dict.fromkeys((Rung.NO_IMAGES, Rung.NO_BLOCKS), lambda message: message),
            wording=Words(),
            clock=clocks,
            replica=f"replica-{i}",
            pool=Inline(),
            monotonic=lambda: world.time,
            sleep=world.advance,
        )
        world.off[str(i)] = 0.0
        return library, publisher

    def _settings(self) -> Settings:
        return self.config

    def _days(self) -> tuple[date, date]:
        """Return this week's Friday and Sunday; START is a Tuesday."""
        tuesday = (START + timedelta(weeks=self.weeks)).date()
        return tuesday + timedelta(days=3), tuesday + timedelta(days=5)

    def _file(self, day: date) -> Path:
        return self.folder / "digests" / f"{day}.yaml"

    def _write_this_weeks(self) -> None:
        for day in self._days():
            self._file(day).write_text(DIGEST.format(day=day, headline="First words"))

    def _this_week(self) -> Iterator[tuple[float, Any]]:
        """Yield what happens besides the posts, and when."""
        start, (friday, _) = self.weeks * WEEK, self._days()
        broken = self._file(friday)
        yield start + 10 * HOUR, lambda: broken.write_text("title: [")
        yield start + 11 * HOUR, lambda: broken.write_text(DIGEST.format(day=friday, headline="Mended"))
        yield start + 20 * HOUR, lambda: setattr(self, "no_database", True)
        yield start + 22 * HOUR, lambda: setattr(self, "no_database", False)
        if self.weeks % 4 == 1:
            yield start + 30 * HOUR, lambda: self.world.off.update({"0": 2 * 86400.0})
            yield start + 31 * HOUR, lambda: self.world.off.update({"0": 0.0})
        if self.weeks % 4 == 2:
            # Friday, 07:50 to 08:20 UTC: within it the slot of London, as long as it has summer time.
            self.late[str(friday)] = HOUR / 2
            yield start + 71.83 * HOUR, lambda: self._weather(replace_all(CALM, limited=1.0))
            yield start + 72.33 * HOUR, lambda: self._weather(CALM)
        corrected = DIGEST.format(day=friday, headline="Corrected words")
        yield start + 100 * HOUR, lambda: broken.write_text(corrected)

    def _weather(self, weather: Weather) -> None:
        self.world.weather = weather

    def _until(self, end: float) -> None:
        while self.world.time < end:
            wakes = [self._tick(*replica) for replica in self._replicas]
            self.world.advance(min(max(min(wakes), 1.0), end - self.world.time + 0.01, HOUR))

    def _tick(self, library: Library, publisher: Publisher) -> float:
        """Let one replica look; return in how many seconds it wants to be woken."""
        library.refresh(self.world.now())
        wake = publisher.tick()
        if publisher.busy:
            return 1.0
        return (wake - self.world.now()).total_seconds() if wake else HOUR

    def _judge(self) -> None:
        """Hold what was posted against the clocks on the walls, and forget it."""
        for posted in self.world.posts:
            self.posted[posted.key] += 1
            if posted.key.part == 0 and not self._in_time(posted):
                self.wrong.append(f"{posted.key} at {START + timedelta(seconds=posted.at)}")
        # Corrections reach two weeks back.
        self.world.posts = [p for p in self.world.posts if p.at > self.world.time - 3 * WEEK]
        self.posted.subtract(p.key for p in self.world.posts)

    def _in_time(self, posted: Posted) -> bool:
        zone = ZoneInfo(ZONES[posted.key.channel.lower()])
        at = START + timedelta(seconds=posted.at)
        allowed = self.late.get(posted.key.digest, 0.0) + 60
        instants = (at - timedelta(seconds=late) for late in range(0, int(allowed) + 1, 30))
        local = {f"{instant.astimezone(zone):%a %H:%M}" for instant in instants}
        day = f"{at.astimezone(zone):%Y-%m-%d}" == posted.key.digest
        return day and bool(local & (LOCAL | ({GAP} if _has_gap(at, zone) else set())))

    def unsettled(self) -> list[str]:
        """Return what is not there, or not as it should be."""
        return [
            str(d.key) for d in self.store.deliveries() if d.state is not State.SENT or d.wanted != d.shown
        ]


def rendered_otherwise(digest: Digest, stories: Sequence[Story], **how: Any) -> tuple[Part, ...]:
    """Lay the same words out as an older version did."""
    parts = render(digest, stories, **how)
    return tuple(replace(part, message=Message(text=f"» {part.message.text}")) for part in parts)


def _has_gap(at: datetime, zone: ZoneInfo) -> bool:
    wall = at.astimezone(zone).replace(hour=2, minute=30, second=0, microsecond=0)
    return wall.astimezone(ZoneInfo("UTC")).astimezone(zone).hour != wall.hour


def replace_all(weather: Weather, **chances: float) -> Weather:
    return Weather(**{**weather.__dict__, **chances})
