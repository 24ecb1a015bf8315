"""A world in virtual time: a Slack that knows what was *really* posted; replicas that die and freeze."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.delivery.alarms import Alarm
from bot.core.delivery.answers import Absent, Accepted, Deferred, Finding, Found, Outcome, Unknown, Unreadable
from bot.core.delivery.approvals import Edited
from bot.core.delivery.outbox import Pace
from bot.core.delivery.past import Past, Standing
from bot.core.delivery.state import Key, Room, Rung, Trouble
from bot.core.digest import Digest, Story
from bot.core.figures import Figures
from bot.core.markdown.source import literal
from bot.core.message import Message, Part
from bot.core.schedule import Schedule, WeeklyTime
from bot.core.settings import Approval, ChannelSettings, DeliverySettings, Layout, Settings
from bot.core.versions import fingerprint_of
from bot.delivery.arranging import Arranging
from bot.delivery.channels import Channels
from bot.delivery.clocks import Clocks, uptime
from bot.delivery.consent import Consent
from bot.delivery.days_off import DaysOff
from bot.delivery.desk import Desk
from bot.delivery.errands import Errands
from bot.delivery.lookout import Lookout
from bot.delivery.mail import Mail
from bot.delivery.needs import Digests, Directory, Render, Slack, Wording
from bot.delivery.needs import Rooms as SomeRooms
from bot.delivery.orders import Orders
from bot.delivery.places import Places
from bot.delivery.planning import Planning
from bot.delivery.publisher import Publisher
from bot.delivery.recovery import Recovery
from bot.delivery.replica import Replica
from bot.delivery.sender import Sender
from bot.delivery.telling import Telling
from bot.delivery.timekeeper import Timekeeper
from bot.delivery.unfolding import Unfolding
from bot.delivery.upkeep import Upkeep
from bot.newsroom.versions import Versions
from bot.slack.messenger import SKEW, Messenger
from bot.slack.past import PastPosts
from bot.store.outbox import Outbox
from tests.store.memory import MemoryStore
from tests.store.whole import Store

START = datetime(2026, 9, 1, 8, tzinfo=UTC)
# As in production, with the slowest that Slack may be: what was accepted shows within LATE + LAG.
RULES = DeliverySettings(
    timeout=timedelta(seconds=30),
    lease=timedelta(seconds=90),
    settle=timedelta(seconds=120),
    quiet=timedelta(0),
)
LATE, LAG = 60.0, 10.0
AT_ONCE = Pace(
    wait=timedelta(0), gap=timedelta(0), ease=timedelta(0)
)  # nothing is gathered: what is told is told now


class Killed(BaseException):
    """This replica is dead: nothing it would do next happens."""


class Inline(Executor):
    """Does it at once, in the same thread."""

    def submit(self, work: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(work(*args, **kwargs))
        except Exception as error:  # as executors do
            future.set_exception(error)
        return future


@dataclass
class Posted:
    """A message as it stands in the channel."""

    ts: str
    key: Key
    parent: str
    text: str
    visible_at: float
    at: float = 0.0  # by Slack's clock, as its ts is


@dataclass(frozen=True)
class Weather:
    """How likely each misfortune is, per call."""

    kill: float = 0.05
    freeze: float = 0.05
    lost_request: float = 0.06
    lost_reply: float = 0.08
    late: float = 0.06
    clock: float = 0.004  # somebody sets a host's clock, or the ledger's
    limited: float = 0.04
    unreadable: float = 0.1
    frozen_at_last_look: float = 0.0  # the window that remains: between the last look and the send


CALM = Weather(0, 0, 0, 0, 0, 0, 0, 0, 0)


@dataclass
class World:
    """Slack, time, and chance."""

    random: Random
    weather: Weather = Weather()
    time: float = 0.0
    reconcile: bool = True
    posts: list[Posted] = field(default_factory=list)
    coming: list[tuple[float, Posted]] = field(default_factory=list)
    doubled: int = 0
    count: Counter[str] = field(default_factory=Counter)
    others: Callable[[], None] = lambda: None
    off: dict[str, float] = field(
        default_factory=dict
    )  # by how many seconds a clock is wrong, by whose it is
    _ts: int = 0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.time)

    def clock(self, whose: str) -> datetime:
        return self.now() + timedelta(seconds=self.off.get(whose, 0.0))

    def set_a_clock(self) -> None:
        """Let one clock, or on one host its own and the ledger's, be wrong by seconds to days from now on."""
        whose = self.random.choice([*self.off, "ledger"])
        by = self.random.choice((0.0, 0.0, 3.0, 40.0, 130.0, 600.0, 3600.0, 2 * 86400.0))
        self.off[whose] = by * self.random.choice((-1, 1))

    def chance(self, name: str) -> bool:
        happens: bool = self.random.random() < getattr(self.weather, name)
        self.count[name] += happens
        return happens

    def advance(self, seconds: float) -> None:
        self.time += seconds
        due = [posted for at, posted in self.coming if at <= self.time]
        self.coming = [(at, posted) for at, posted in self.coming if at > self.time]
        for posted in due:
            self.commit(posted)

    def commit(self, posted: Posted) -> None:
        posted.at = self.time
        self.doubled += any(other.key == posted.key for other in self.posts)
        self.posts.append(posted)

    def new(self, key: Key, parent: str, text: str) -> Posted:
        self._ts += 1
        return Posted(f"{self._ts:010}.000000", key, parent, text, self.time + LAG * self.random.random())

    def live(self, key: Key) -> list[Posted]:
        return [posted for posted in self.posts if posted.key == key]

    def by_ts(self, ts: str) -> Posted | None:
        return next((posted for posted in self.posts if posted.ts == ts), None)


class FakeSlack:
    """Takes messages and tells the truth, half of it, late, or nothing."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.hear: Callable[[datetime], None] = lambda at: None  # whoever listens to what time it is

    def post(
        self, channel: str, message: Message, *, digest: str = "", part: int = 0, parent: str = "", **_: str
    ) -> Outcome:
        return self._take(Key(digest, channel, part), message, parent)

    def mail(self, whom: str, message: Message, *, letter: str, parent: str = "") -> Outcome:
        return self._take(Key(letter, whom, 0), message, parent)

    def find_mail(self, whom: str, *, letter: str, since: datetime, parent: str = "") -> Finding:
        return self.find(whom, digest=letter, part=0, since=since, parent=parent)

    def _take(self, key: Key, message: Message, parent: str) -> Outcome:
        world, channel = self._world, key.channel
        world.advance(0.2)
        posted = world.new(key, parent, message.text)
        if world.chance("limited"):
            return Deferred(timedelta(seconds=world.random.choice((1, 30))))
        if world.chance("lost_request"):
            return self._silence()
        if world.chance("late"):
            world.coming.append((world.time + LATE * world.random.random(), posted))
            return self._silence()
        world.commit(posted)
        return self._silence() if world.chance("lost_reply") else Accepted(channel, posted.ts)

    def edit(self, channel: str, ts: str, message: Message, **_: Any) -> Outcome:
        self._world.count["edit"] += 1
        self._world.advance(0.2)
        posted = self._world.by_ts(ts)
        assert posted is not None
        if self._world.chance("lost_request"):
            return self._silence()
        posted.text = message.text
        return self._silence() if self._world.chance("lost_reply") else Accepted(channel, ts)

    def remove(self, channel: str, ts: str) -> Outcome:
        self._world.advance(0.2)
        posted = self._world.by_ts(ts)
        if posted:
            self._world.posts.remove(posted)
        return self._silence() if self._world.chance("lost_reply") else Accepted(channel, ts)

    def find(
        self, channel: str, *, digest: str, part: int, since: datetime, parent: str = "", last_reply: str = ""
    ) -> Finding:
        self._world.advance(0.2)
        if not self._world.reconcile:
            return Absent()
        if self._world.chance("unreadable"):
            return Unreadable("timeout")
        oldest = (since - SKEW - START).total_seconds()
        found = [
            p
            for p in self._world.live(Key(digest, channel, part))
            if p.visible_at <= self._world.time and p.at > oldest
        ]
        self.ask_the_time()
        return Found(found[0].ts) if found else Absent()

    def ask_the_time(self) -> None:
        self.hear(self._world.now())

    def read(
        self, channel: str, *, turn: Callable[[timedelta], None], since: datetime | None = None, **_: Any
    ) -> Past | Unreadable:
        """Return what stands in a channel, as bot.slack.past does."""
        self._world.advance(0.2)
        turn(timedelta(0))
        if self._world.chance("unreadable"):
            return Unreadable("timeout")
        there = [
            p for p in self._world.posts if p.key.channel == channel and p.visible_at <= self._world.time
        ]
        return Past(
            parts=tuple(
                Standing(digest=p.key.digest, part=p.key.part, ts=p.ts, parent=p.parent) for p in there
            )
        )

    def _silence(self) -> Unknown:
        self._world.advance(self._world.random.choice((0.1, RULES.timeout.total_seconds())))
        return Unknown("timeout")


class Fragile:
    """Something a replica calls: it may die before or after each call, or freeze while the others go on."""

    def __init__(self, inner: object, world: World, *, sends: bool = False) -> None:
        self._inner, self._world, self._sends = inner, world, sends

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        world = self._world

        def call(*args: Any, **kwargs: Any) -> Any:
            if world.chance("kill"):
                raise Killed(f"before {name}")
            if self._sends and world.chance("frozen_at_last_look"):
                self._freeze()
            if not self._sends and world.chance("freeze"):
                self._freeze()
            result = method(*args, **kwargs)
            if world.chance("clock"):
                world.set_a_clock()
            if world.chance("kill"):
                raise Killed(f"after {name}")
            if world.chance("freeze"):
                self._freeze()
            return result

        return call

    def _freeze(self) -> None:
        left = self._world.random.choice((1.0, 40.0, 400.0)) * self._world.random.random()
        while left > 0:  # the others tick every second; every half minute will do
            self._world.advance(min(left, 30.0))
            left -= 30.0
            self._world.others()


class Shelf:
    """The digests, as they are now."""

    def __init__(self, digests: Sequence[Digest]) -> None:
        self.shelf = {digest.id: digest for digest in digests}
        self.deleted: dict[str, Digest] = {}

    @property
    def digests(self) -> Mapping[str, Digest]:
        return {**self.deleted, **self.shelf}

    def published(self) -> tuple[Digest, ...]:
        return tuple(digest for digest in self.shelf.values() if not digest.draft)

    def settled(self, now: datetime, quiet: timedelta) -> tuple[Digest, ...]:
        return self.published()

    def gone(self) -> Mapping[str, Digest]:
        return self.deleted

    def drafts(self) -> tuple[Digest, ...]:
        return tuple(digest for digest in self.shelf.values() if digest.draft)

    def waiting(self) -> frozenset[str]:
        return frozenset()

    def edited(self) -> Mapping[str, Edited]:
        return {}

    def text_of(self, digest: str) -> str:
        return ""

    def rename(self, old: str, new: Digest) -> None:
        """Put a digest in the place of another, whose file is gone."""
        self.deleted = {**self.deleted, old: self.shelf[old]}
        self.shelf = {**{name: d for name, d in self.shelf.items() if name != old}, new.id: new}

    def find(self, name: str) -> Digest:
        return self.shelf[name]


class HostShelf(Shelf):
    """The files of one host, and what the versions that all hosts share make of them."""

    def __init__(
        self, host: str, files: Mapping[str, Digest], store: Any, written: dict[str, Digest]
    ) -> None:
        super().__init__(())
        self._host, self._files, self._written, self._versions = host, files, written, Versions(store)

    def read(self, changes: int) -> None:
        texts = {name: repr(digest) for name, digest in self._files.items()}
        self._written |= {repr(digest): digest for digest in self._files.values()}
        self._versions.hear(changes)
        said = {name: fingerprint_of(text.encode()) for name, text in texts.items()}
        self._versions.keep_up(self._host, said, texts.get)
        newest = [v for name in self._versions.digests() if (v := self._versions.newest(name))]
        known = self._versions.texts(newest)
        self.shelf = {name: self._written[known[name]] for name in self._files if name in known}


class Rooms:
    """Every channel is there, under its name in capitals."""

    def __init__(self) -> None:
        self.rooms: Mapping[str, Room | Trouble] = {}

    def recall(self, names: Any) -> None:
        self.rooms = {name: Room(id=name.strip("#").upper(), name=name.strip("#")) for name in names}

    def look_up(self) -> Mapping[str, Room | Trouble]:
        return self.rooms


def render(
    digest: Digest, stories: Sequence[Story], *, layout: Layout, corrected: date | None = None
) -> tuple[Part, ...]:
    """A heading, then a message for each story."""
    heading = Part(message=Message(text=f"{digest.title}{' corrected' if corrected else ''}"))
    return heading, *(Part(message=Message(text=s.headline), stories=(s.id,)) for s in stories)


def digest(day: date, *headlines: str, title: str = "Roundup", name: str = "") -> Digest:
    stories = tuple(
        Story(id=f"{day}/{n}", n=n, headline=headline, body=literal(f"{headline}. And more."))
        for n, headline in enumerate(headlines or ("one", "two"), start=1)
    )
    return Digest(id=name or day.isoformat(), title=f"{title} {day}", date=day, stories=stories)


def channel(name: str, *times: str, zone: str = "UTC", **more: Any) -> ChannelSettings:
    """*times* like "1 09:00": weekday (0 is Monday) and time; every day at nine without any."""
    wanted = [time.split() for time in times] or [[str(day), "09:00"] for day in range(7)]
    weekly = tuple(
        WeeklyTime(weekday=int(day), at=datetime.strptime(at, "%H:%M").time())  # noqa: DTZ007 - a wall-clock time
        for day, at in wanted
    )
    return ChannelSettings(channel=f"#{name}", schedule=Schedule(times=weekly, zone=ZoneInfo(zone)), **more)


def settings(*channels: ChannelSettings, rules: DeliverySettings = RULES, **more: Any) -> Settings:
    return Settings(digests=Path("digests"), channels=channels, delivery=rules, **more)


def build_publisher(
    *,
    ledger: Store,
    slack: Slack,
    directory: Directory,
    library: Digests,
    settings: Callable[[], Settings],
    render: Render,
    simpler: Mapping[Rung, Callable[[Message], Message]],
    wording: Wording,
    clock: Callable[[], datetime],
    replica: str,
    pool: Executor,
    monotonic: Callable[[], float] = uptime,
    sleep: Callable[[float], None] = time.sleep,
    outbox: Outbox | None = None,
    pace: Pace = AT_ONCE,
) -> Publisher:
    """Put a publisher together as bot.app.post_office does, with whatever Slack, ledger and time there is."""
    errands, kept = Errands(pool), outbox or ledger.outbox
    clocks = clock if isinstance(clock, Clocks) else Clocks(clock, uptime=monotonic)
    history: Any = PastPosts(slack) if isinstance(slack, Messenger) else slack
    recovery = Recovery(ledger=ledger, known=ledger, history=history, library=library, render=render)
    telling = Telling(
        outbox=kept,
        shares=ledger,
        directory=directory,
        library=library,
        lets_out=lambda digest: ledger.lets_out(
            digest, of_files_too=settings().approval is Approval.REQUIRED
        ),
        settings=settings,
        pace=pace,
    )
    channels = Channels(
        directory=directory, known=ledger, telling=telling, errands=errands, uptime=clocks.uptime
    )
    timekeeper = Timekeeper(
        clocks=clocks,
        ledger=ledger,
        ledger_clock=ledger,
        slack=slack,
        telling=telling,
        errands=errands,
        host=replica.rpartition("-")[0],
    )
    lookout = Lookout(
        recovery=recovery,
        known=ledger,
        limits=ledger,
        errands=errands,
        clocks=clocks,
        sleep=sleep,
    )
    one = Replica(replica, timekeeper=timekeeper, errands=errands, limits=ledger, sleep=sleep)
    arranging = Arranging(
        planning=Planning(ledger=ledger, known=ledger, library=library),
        lookout=lookout,
        unfolding=Unfolding(ledger=ledger, known=ledger, library=library, render=render, telling=telling),
        telling=telling,
        ledger=ledger,
        shares=ledger,
        library=library,
    )
    sender = Sender(
        replica=one,
        ledger=ledger,
        slack=slack,
        simpler=simpler,
        channels=channels,
        telling=telling,
        figures=Figures(),
    )
    mail = Mail(
        replica=one,
        outbox=kept,
        slack=slack,
        rooms=directory,
        people=Named(settings),
        wording=wording,
        telling=telling,
    )
    return Publisher(
        replica=one,
        settings=settings,
        upkeep=Upkeep(replica=one, replicas=ledger, cleaning=ledger, monotonic=clocks.uptime),
        channels=channels,
        arranging=arranging,
        sender=sender,
        mail=mail,
    )


@dataclass(frozen=True, slots=True)
class Named:
    """Everybody is told whom the settings name: nobody is in a group."""

    settings: Callable[[], Settings]

    def knows_all(self) -> bool:
        return True


def desk_over(
    store: Store,
    *,
    rooms: SomeRooms,
    library: Digests,
    settings: Callable[[], Settings],
    clock: Callable[[], datetime],
) -> Desk:
    """Put a desk together as bot.app.front_desk does."""
    places = Places(rooms=rooms, known=store, settings=settings, clock=clock)
    return Desk(
        places=places,
        consent=Consent(store, settings),
        orders=Orders(store, store, places),
        days=DaysOff(ledger=store, decisions=store, known=store, clock=clock),
        ledger=store,
        shares=store,
        library=library,
        clock=clock,
    )


class Words:
    """Alarms as their words, however many."""

    def letter(self, alarms: Sequence[Alarm]) -> Message:
        return Message(text="\n".join(alarm.whole for alarm in alarms))

    def fits(self, alarms: Sequence[Alarm]) -> bool:
        return True


@dataclass
class Simulation:
    """Three replicas that share a ledger and a Slack, until everything is quiet."""

    world: World
    settings: Settings
    shelf: Shelf
    replicas: int = 3
    skew: float = 4.0
    hosts: Sequence[dict[str, Digest]] = ()  # each replica's own files; without them all share the shelf
    pace: Pace = AT_ONCE

    def __post_init__(self) -> None:
        self.ledger = MemoryStore(lambda: self.world.clock("ledger"))
        for entry in self.settings.channels:  # they are no newcomers: slots from now on are theirs
            self.ledger.saw(entry.channel, entry.channel.strip("#").upper())
        self.rooms = Rooms()
        self._alive: list[Publisher | None] = [None] * self.replicas
        for i in range(self.replicas):
            self.world.off[str(i)] = self.world.random.uniform(-self.skew, self.skew)
        self._shelves: dict[int, HostShelf] = {}
        self._written: dict[str, Digest] = {}
        self._depth = 0
        self._born = 0
        self.world.others = self._others

    def run(self, until: float) -> None:
        """Let the world turn, in steps as long as nothing can happen within."""
        while self.world.time < until:
            for i in self.world.random.sample(range(self.replicas), self.replicas):
                self._tick(i)
            self.world.advance(self._quiet_time())

    def calm_down(self, *, rounds: int = 400) -> None:
        """No more misfortune, and every clock is right: all that is left to do gets done."""
        self.world.weather = CALM
        self.world.off = dict.fromkeys(self.world.off, 0.0)
        self.run(self.world.time + rounds)

    def _tick(self, i: int) -> None:
        publisher = self._alive[i] or self._start(i)
        try:
            if i in self._shelves:
                self._shelves[i].read(self.ledger.look().changes)
            publisher.tick()
        except Killed:
            self._alive[i] = None

    def _others(self) -> None:
        if self._depth:
            return
        self._depth += 1
        for i in self.world.random.sample(range(self.replicas), self.replicas):
            self._tick(i)
        self._depth -= 1

    def _start(self, i: int) -> Publisher:
        world, self._born = self.world, self._born + 1
        fragile: Any = Fragile(self.ledger, world)
        outbox: Any = Fragile(self.ledger.outbox, world)
        clocks = Clocks(lambda: world.clock(str(i)), uptime=lambda: world.time)
        clocks.hear(world.now())  # nobody ticks before Slack has answered once
        wire = FakeSlack(world)
        wire.hear = clocks.hear
        slack: Any = Fragile(wire, world, sends=True)
        if shelf := self._shelf_of(i, fragile):
            self._shelves[i] = shelf
        publisher = build_publisher(
            ledger=fragile,
            slack=slack,
            directory=self.rooms,
            library=self._shelves.get(i, self.shelf),
            settings=lambda: self.settings,
            render=render,
            simpler={Rung.NO_IMAGES: _plain, Rung.NO_BLOCKS: _plain},
            wording=Words(),
            clock=clocks,
            replica=f"replica-{i}-{self._born}",
            pool=Inline(),
            monotonic=lambda: world.time,
            sleep=world.advance,
            outbox=outbox,
            pace=self.pace,
        )
        self._alive[i] = publisher
        return publisher

    def _shelf_of(self, i: int, store: Any) -> HostShelf | None:
        return HostShelf(f"host-{i}", self.hosts[i], store, self._written) if self.hosts else None

    def _quiet_time(self) -> float:
        now = self.world.now()
        instants = [at for at in self._instants() if at > now]
        ahead = min(((at - now).total_seconds() for at in instants), default=60.0)
        return min(max(ahead, 0.5), 3600.0) + self.world.random.random()

    def _instants(self) -> Iterator[datetime]:
        yield from (START + timedelta(seconds=at) for at, _ in self.world.coming)
        look = self.ledger.look()
        settle = self.settings.delivery.settle
        wrong = look.now - self.world.now()
        for d in look.deliveries:
            yield from (at - wrong for at in (d.lease_until, d.not_before) if at)
            if d.lease_until:
                yield d.lease_until + settle - wrong
        mail = self.ledger.outbox.mail()
        yield from (notice.due - wrong for notice in mail.notices if notice.due and not notice.letter)
        for letter in mail.letters:
            yield from (at - wrong for at in (letter.lease_until, letter.not_before) if at)
        due = [notice.due for notice in mail.notices if notice.due and not notice.letter]
        due += [letter.not_before or mail.now for letter in mail.letters if not letter.owner]
        held_back = any(publisher.busy for publisher in self._alive if publisher)  # until somebody has looked
        if look.deliveries or held_back or any(at <= mail.now for at in due):  # held up by a limit
            yield self.world.now() + timedelta(seconds=15)
        for entry in self.settings.channels:
            yield entry.schedule.next_slot(self.world.now()).at


def _plain(message: Message) -> Message:
    return replace(message, blocks=())
