"""A replica in virtual time whose Slack answers what a test says: for one misfortune at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any
from unittest.mock import patch

from bot.core.delivery.answers import Accepted
from bot.core.delivery.outbox import Pace
from bot.core.digest import Digest
from bot.core.message import Message
from bot.core.settings import ChannelSettings, DeliverySettings
from bot.store.database import LedgerError
from tests.delivery import world as virtual
from tests.delivery.world import CALM, RULES, START, FakeSlack, Shelf, Simulation, World, channel, digest

EDITOR = "U0EDITOR01"
TODAY = START.date()
SLOT = 3600.0  # seconds from the start of the world to the day's post
DAY = 86400.0


class Wire(FakeSlack):
    """Gives the answers that were laid out for it, in turn; then the world's own. Remembers the questions."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.answers: deque[Any] = deque()  # to posts
        self.edits: deque[Any] = deque()
        self.removals: deque[Any] = deque()
        self.findings: deque[Any] = deque()
        self.asked: list[tuple[str, float]] = []  # what was asked for, and when
        self.told: list[str] = []
        self.mail_answers: deque[Any] = deque()
        self.mail_findings: deque[Any] = deque()
        self.since: list[datetime] = []
        self.now = world.now

    def post(self, channel: str, message: Message, **more: Any) -> Any:
        self._note("post")
        answer = self.answers.popleft() if self.answers else super().post(channel, message, **more)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def mail(self, whom: str, message: Message, **more: Any) -> Any:
        self.told.append(message.text)
        return self.mail_answers.popleft() if self.mail_answers else Accepted(whom, f"{len(self.told)}.0")

    def find_mail(self, whom: str, **more: Any) -> Any:
        return self.mail_findings.popleft()

    def edit(self, channel: str, ts: str, message: Message, **more: Any) -> Any:
        self._note("edit")
        return self.edits.popleft() if self.edits else super().edit(channel, ts, message, **more)

    def remove(self, channel: str, ts: str) -> Any:
        self._note("remove")
        return self.removals.popleft() if self.removals else super().remove(channel, ts)

    def find(self, channel: str, **more: Any) -> Any:
        self._note("find")
        self.since.append(more["since"])
        return self.findings.popleft() if self.findings else super().find(channel, **more)

    def _note(self, what: str) -> None:
        self.asked.append((what, (self.now() - START).total_seconds()))


@dataclass
class Replica:
    """One publisher and all the time in the world."""

    simulation: Simulation
    wire: Wire

    @property
    def world(self) -> World:
        return self.simulation.world

    def at(self, seconds: float) -> None:
        """Tick once, then."""
        self.world.advance(seconds - self.world.time)
        self.simulation._tick(0)

    def until(self, seconds: float, *, every: float = 1.0) -> None:
        """Live on, tick by tick."""
        while self.world.time < seconds:
            self.at(self.world.time)
            self.world.advance(every)

    def freeze_after(self, call: str, seconds: float) -> None:
        """Let that much time pass between the ledger's next such answer and what is done with it."""
        ledger: Any = self.simulation.ledger
        real = getattr(ledger, call)

        def slow(*args: Any, **kwargs: Any) -> Any:
            answer = real(*args, **kwargs)
            setattr(ledger, call, real)
            self.world.advance(seconds)
            return answer

        setattr(ledger, call, slow)

    def take_away(self, call: str, until: float) -> list[float]:
        """Let no such call reach the database before then; return when it was tried."""
        ledger: Any = self.simulation.ledger
        real, tried = getattr(ledger, call), []

        def away(*args: Any, **kwargs: Any) -> Any:
            if self.world.time < until:
                tried.append(self.world.time)
                raise LedgerError("away")
            return real(*args, **kwargs)

        setattr(ledger, call, away)
        return tried

    def texts(self) -> list[str]:
        return [posted.text for posted in self.world.posts]


@contextmanager
def replica(
    *digests: Digest,
    rules: DeliverySettings = RULES,
    channels: Sequence[ChannelSettings] = (),
    pace: Pace = virtual.AT_ONCE,
) -> Iterator[Replica]:
    """Start a replica an hour before the day's slot."""
    world = World(random=Random(1), weather=CALM)  # noqa: S311 - chance that can be repeated
    wire = Wire(world)
    config = virtual.settings(*(channels or [channel("news")]), rules=rules, editors=(EDITOR,))
    with patch.object(virtual, "FakeSlack", lambda _: wire):
        shelf = Shelf(digests or [digest(TODAY, "one")])
        simulation = Simulation(world, config, shelf, replicas=1, skew=0.0, pace=pace)
        for entry in config.channels:  # whose history is known
            simulation.ledger.note_look(entry.channel.strip("#").upper())
        yield Replica(simulation, wire)
