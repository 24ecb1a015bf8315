"""What an admin decides: which channel gets what, when and how. Read from YAML elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from bot.core.digest import Digest, Story
from bot.core.schedule import Schedule
from bot.core.search.names import spelling


class Layout(StrEnum):
    """How a digest stands in a channel."""

    HEADLINES = "headlines"  # one compact message; the full stories in its thread
    FULL = "full"  # the full stories in the channel; what does not fit, in its thread
    FOLDED = "folded"  # one message in which a reader opens each story; what does not fit, in its thread


class OnUnknown(StrEnum):
    """What to do when Slack does not let us know whether a post arrived."""

    HOLD = "hold"
    REPOST = "repost"


class ReadersAllowed(StrEnum):
    """Who of this organisation is answered; people of another one never are."""

    MEMBERS = "members"
    GUESTS = "guests"  # too


class Approval(StrEnum):
    """What must have been approved before it goes out."""

    NONE = "none"  # nothing
    REQUIRED = "required"  # everything
    DESK = "desk"  # what was written in Slack or added to the database; not what files say


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
    """One channel's entry. *only* names companies or tags; empty means every story.

    *also* are the other names that those in *only* have: a story under any of them is meant.
    """

    channel: str  # "#name" or ID, as written
    schedule: Schedule
    layout: Layout = Layout.HEADLINES
    only: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    remind: timedelta | None = timedelta(days=1)  # before a slot without a digest; None for never

    def selection(self, digest: Digest) -> tuple[Story, ...]:
        """Return the stories this channel gets: a tag of the whole digest lets all of them through."""
        return _chosen(digest, (*self.only, *self.also), spelling)

    def first_selection(self, digest: Digest) -> tuple[Story, ...]:
        """Return what `selection` did while names were compared as they were written.

        Posts of that time are compared with it: an upgrade of ours adds no story to them.
        """
        return _chosen(digest, self.only, str.casefold)


def _chosen(digest: Digest, names: tuple[str, ...], like: Callable[[str], str]) -> tuple[Story, ...]:
    wanted = set(map(like, names))
    if not wanted or wanted & set(map(like, digest.tags)):
        return digest.stories
    return tuple(
        story for story in digest.stories if wanted & set(map(like, (*story.companies, *story.tags)))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole of `config.yaml`."""

    digests: Path  # folder
    channels: tuple[ChannelSettings, ...] = ()
    editors: tuple[str, ...] = ()  # Slack user IDs; as written, also those of user groups
    approval: Approval = Approval.NONE
    approvers: tuple[str, ...] = ()  # like editors; empty means: they are
    newsroom: str = ""  # "#name" or ID of the channel that is told instead of each editor
    companies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # name -> its other names
    readers: ReadersAllowed = ReadersAllowed.MEMBERS
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # a word -> what means the same
    delivery: DeliverySettings = field(default_factory=DeliverySettings)
    keep: timedelta = timedelta(days=2 * 365)  # what does not keep "once"; see bot.store.cleaning

    @property
    def may_approve(self) -> tuple[str, ...]:
        """Return who may approve."""
        return self.approvers or self.editors

    @property
    def rooms(self) -> tuple[str, ...]:
        """Return the channels that are posted to, by name or ID; the newsroom last, if it is none of them."""
        names = tuple(entry.channel for entry in self.channels)
        return names if self.newsroom in ("", *names) else (*names, self.newsroom)
