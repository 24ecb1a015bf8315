"""What Slack says when it is asked to do something, and what its history tells when we look.

An answer is a value: only what is certain is `Accepted`, `Refused` or `Deferred`; all else is `Unknown`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


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


def brief(outcome: Outcome) -> str:
    """Return an answer as one word of a log line."""
    error = "" if isinstance(outcome, Accepted) else outcome.error
    return f"{type(outcome).__name__.lower()}{':' if error else ''}{error.replace(' ', '_')}"


@dataclass(frozen=True, slots=True)
class Found:
    """The history has it."""

    ts: str


@dataclass(frozen=True, slots=True)
class Absent:
    """The history was read in full and does not have it."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The history does not tell. *lasting*: nor will it until somebody changes a permission."""

    error: str
    lasting: bool = False
    after: timedelta | None = None  # Slack said how long to wait before asking again


Finding = Found | Absent | Unreadable
# How the error of one that is unreadable begins, and of a part that is held for it.
UNREAD = "history not readable: "
