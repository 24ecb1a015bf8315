"""What clocks say of each other: whether one was set while we looked, and whether one is off.

Values in, values out. What is slower or faster by a little is no lie: hosts keep their clocks by the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.delivery.calendar import span

NOTHING = timedelta(0)
# Two readings of a clock tell by how much it was set only as exactly as we know when it was read.
SET = timedelta(seconds=2)
# Whoever runs while something waits notes the time twice within it.
SILENCE = timedelta(minutes=1)
# A clock that is off by less harms nobody: Slack itself takes requests that are five minutes old.
OFF = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock showed, at some moment between *before* and *after*, in seconds that nobody can set."""

    at: datetime
    before: float
    after: float


def noted(at: datetime | None, uptime: float | None) -> Reading | None:
    """Return what somebody on this machine has read and noted; None if nobody has since it was started."""
    return None if at is None or uptime is None else Reading(at, uptime, uptime)


def was_set(last: Reading, this: Reading) -> timedelta:
    """Return by how much at least a clock was set between two readings; backwards is negative."""
    shown = this.at - last.at
    most = timedelta(seconds=this.after - last.before)
    least = timedelta(seconds=this.before - last.after)
    if shown > most + SET:
        return shown - most
    return shown - least if shown < least - SET else NOTHING


def may_have_been_set(now: datetime, latest: datetime | None) -> timedelta:
    """Return by how much a clock may have been set since its *latest*, for who has no reading of its own yet.

    That it shows much later may be a pause in which nobody ran, too: then what waits does so a little longer.
    """
    if latest is None or latest - SET <= now <= latest + SILENCE:
        return NOTHING
    return now - latest


def is_off(at: datetime, slack: datetime) -> bool:
    """Tell whether a clock that shows *at* is wrong, if Slack's is right."""
    return abs(at - slack) > OFF


def off_by(at: datetime, slack: datetime) -> str:
    """Return how wrong a clock is, in words; "" if it is not."""
    if not is_off(at, slack):
        return ""
    return f"{span(abs(at - slack))} {'ahead of' if at > slack else 'behind'} Slack's"
