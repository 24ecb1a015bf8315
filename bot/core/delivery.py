"""What we know of a post on its way: states, outcomes. State says what we know, not what we hope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class State(StrEnum):
    """Where one part of one digest stands in one channel."""

    PENDING = "pending"  # written down, not yet asked
    SENDING = "sending"  # asked Slack; whether it has it is unknown until told
    SENT = "sent"  # Slack has it, and we have its ts
    UNSURE = "unsure"  # the answer was lost; its history will tell
    HELD = "held"  # we cannot know or may not decide: the editors do
    FAILED = "failed"  # Slack refused for good, until healed
    SKIPPED = "skipped"  # an editor or the config left it out
    MISSED = "missed"  # too late to go out unasked: the editors decide
    WITHDRAWN = "withdrawn"  # retracted, or deleted by a person


@dataclass(frozen=True, slots=True)
class Accepted:
    """Slack has it."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Slack says no, for certain: nothing was posted. *detail* is its own words, with the JSON pointer."""

    error: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now: nothing was posted; ask again after that long."""

    after: timedelta
    error: str = "ratelimited"


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not be there: timeout, reset, 5xx, a page instead of JSON, `internal_error`."""

    error: str


Outcome = Accepted | Refused | Deferred | Unknown
