"""What delivering needs of others, and no more than that: Slack, the channels, the digests, their looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.core.delivery.alarms import Alarm
from bot.core.delivery.answers import Finding, Outcome, Unreadable
from bot.core.delivery.approvals import Edited
from bot.core.delivery.past import Past
from bot.core.delivery.state import Room, Trouble
from bot.core.digest import Digest, Story
from bot.core.message import Message, Part
from bot.core.settings import Layout, Settings


class Slack(Protocol):
    """What is asked of Slack; see bot.slack.messenger."""

    def post(
        self,
        channel: str,
        message: Message,
        *,
        digest: str = "",
        part: int = 0,
        parent: str = "",
        words: str = "",
        shows: str = "",
    ) -> Outcome: ...
    def edit(
        self,
        channel: str,
        ts: str,
        message: Message,
        *,
        digest: str = "",
        part: int = 0,
        words: str = "",
        shows: str = "",
    ) -> Outcome: ...
    def mail(self, whom: str, message: Message, *, letter: str, parent: str = "") -> Outcome: ...
    def find_mail(self, whom: str, *, letter: str, since: datetime, parent: str = "") -> Finding: ...
    def remove(self, channel: str, ts: str) -> Outcome: ...
    def find(
        self, channel: str, *, digest: str, part: int, since: datetime, parent: str = "", last_reply: str = ""
    ) -> Finding: ...
    def ask_the_time(self) -> None: ...


class History(Protocol):
    """What stands in channels of ours; see bot.slack.past."""

    def read(
        self,
        channel: str,
        *,
        since: datetime | None = None,
        turn: Callable[[timedelta], None],
        progress: Callable[[datetime], None] = ...,
    ) -> Past | Unreadable: ...


class Rooms(Protocol):
    """Which channel has which ID, as far as is known."""

    @property
    def rooms(self) -> Mapping[str, Room | Trouble]: ...


class Directory(Rooms, Protocol):
    """Finds that out; see bot.slack.directory."""

    def recall(self, names: Iterable[str]) -> None: ...
    def look_up(self) -> Mapping[str, Room | Trouble]: ...


class People(Protocol):
    """Who is told; see bot.slack.people."""

    def settings(self) -> Settings: ...
    def knows_all(self) -> bool: ...


class Digests(Protocol):
    """Where digests come from; see bot.newsroom.library."""

    @property
    def digests(self) -> Mapping[str, Digest]: ...
    def gone(self) -> Mapping[str, Digest]: ...
    def find(self, name: str) -> Digest: ...
    def published(self) -> tuple[Digest, ...]: ...
    def settled(self, now: datetime, quiet: timedelta) -> tuple[Digest, ...]: ...
    def drafts(self) -> tuple[Digest, ...]: ...
    def waiting(self) -> frozenset[str]: ...
    def edited(self) -> Mapping[str, Edited]: ...
    def text_of(self, digest: str) -> str: ...


class Render(Protocol):
    """Turns a digest into the messages of its post; see bot.slack.views.posts."""

    def __call__(
        self, digest: Digest, stories: Sequence[Story], *, layout: Layout, corrected: date | None = None
    ) -> tuple[Part, ...]: ...


class Wording(Protocol):
    """Turns what people are told into a message; see bot.slack.views.alarms."""

    def letter(self, alarms: Sequence[Alarm]) -> Message: ...
    def fits(self, alarms: Sequence[Alarm]) -> bool: ...
