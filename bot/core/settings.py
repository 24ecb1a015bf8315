"""What an admin decides: which channel gets what, when and how. Read from YAML elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from bot.core.digest import Digest, Story
from bot.core.schedule import Schedule


class Layout(StrEnum):
    """How a digest stands in a channel."""

    HEADLINES = "headlines"  # one compact message; the full stories in its thread
    FULL = "full"  # the full stories in the channel; what does not fit, in its thread


class OnUnknown(StrEnum):
    """What to do when Slack does not let us know whether a post arrived."""

    HOLD = "hold"
    REPOST = "repost"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySettings:
    """How patient the publisher is."""

    catch_up: timedelta = timedelta(hours=12)  # how late a post may still go out unasked
    quiet: timedelta = timedelta(seconds=60)  # how long a file must have been valid and unchanged
    timeout: timedelta = timedelta(seconds=15)  # of one request to Slack
    lease: timedelta = timedelta(seconds=90)  # of a claimed part; longer than any request
    settle: timedelta = timedelta(minutes=3)  # how long an unanswered post may take to show in the history
    on_unknown: OnUnknown = OnUnknown.HOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """One channel's entry. *only* names companies or tags; empty means every story."""

    channel: str  # "#name" or ID, as written
    schedule: Schedule
    layout: Layout = Layout.HEADLINES
    only: tuple[str, ...] = ()

    def selection(self, digest: Digest) -> tuple[Story, ...]:
        """Return the stories this channel gets: a tag of the whole digest lets all of them through."""
        wanted = {name.casefold() for name in self.only}
        if not wanted or wanted & {tag.casefold() for tag in digest.tags}:
            return digest.stories
        return tuple(
            story
            for story in digest.stories
            if wanted & {name.casefold() for name in (*story.companies, *story.tags)}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole of `config.yaml`."""

    digests: Path  # folder
    channels: tuple[ChannelSettings, ...] = ()
    editors: tuple[str, ...] = ()  # Slack user IDs
    companies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # name -> its other names
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # a word -> what means the same
    delivery: DeliverySettings = field(default_factory=DeliverySettings)
