from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk import WebClient

from bot.practice.server import PracticeServer
from bot.practice.tokens import BOT_TOKEN
from tests.waiting import PATIENCE


@dataclass
class Clock:
    """A clock that stands until a test moves it."""

    now: datetime = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[PracticeServer]:
    """A workspace with one channel of every kind, and no rate limits."""
    with PracticeServer(
        channels=["#news", "#other", "#secret", "#old"],
        member_of=["#news", "#old"],
        private=["#secret"],
        archived=["#old"],
        clock=clock,
        limits=None,
    ) as server:
        yield server


Connect = Callable[[str], WebClient]


@pytest.fixture
def connect(server: PracticeServer) -> Connect:
    """Make a client as the bot's publisher does: the real one, without any re-send."""
    return lambda token: WebClient(token, base_url=server.api_url, retry_handlers=[], timeout=PATIENCE)


@pytest.fixture
def slack(connect: Connect) -> WebClient:
    return connect(BOT_TOKEN)
