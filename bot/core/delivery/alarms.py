"""What the editors must know, as a value; how it is worded in Slack is decided there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.core.delivery.copies import Copy
from bot.core.delivery.state import State
from bot.core.digest import Digest, Story
from bot.core.message import Part

NAMED = 20  # channels in one reminder, copies in one alarm
# What the subject of an alarm begins with that asks approvers to look at a digest.
APPROVAL = "approval "
ANSWER = "approved "  # of one that somebody waits for: who wrote a digest hears that it may go out
REMINDER = "reminder"  # the subject of the one that names all slots without a digest
OVER = "over "  # before the subject of an alarm, in that of its all-clear


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something the editors must know. *digest* and *channel* are "" if it is about neither."""

    subject: str  # told once under this name
    text: str
    digest: str = ""
    channel: str = ""
    place: str = ""  # the channel as the config names it, for faults and what is missed
    state: State | None = None  # what the delivery is in now, for the buttons that fit
    copies: tuple[Copy, ...] = ()  # to be named below the text
    over: str = ""  # what is said when it is over; "" for what is never over by itself
    empty: str = ""  # the slot without a digest that it reminds of, in words

    @property
    def passes(self) -> bool:
        """Tell whether it may heal by itself: then it is not told before it has had the time."""
        return bool(self.over)

    @property
    def asks_approvers(self) -> bool:
        """Tell whether it is for those who may approve its digest."""
        return self.subject.startswith(APPROVAL)

    @property
    def is_awaited(self) -> bool:
        """Tell whether somebody waits for it, so that it is not kept back until more can join it."""
        return self.subject.startswith(ANSWER)

    @property
    def whole(self) -> str:
        """Return the text and what stands below it."""
        return "\n".join([self.text, *(copy.spoken for copy in self.copies)])


def all_clear(alarm: Alarm, instead: str = "") -> Alarm:
    """Return what whoever heard an alarm hears when it is over, in its own words or *instead* of them."""
    text = instead or alarm.over
    return replace(alarm, subject=f"{OVER}{alarm.subject}", text=text, over="", state=None, copies=())


def gathered(alarms: Iterable[Alarm]) -> tuple[Alarm, ...]:
    """Return the alarms of one letter, with one reminder for all slots that are empty."""
    told = tuple(alarms)
    slots = [alarm.empty for alarm in told if alarm.empty]
    rest = tuple(alarm for alarm in told if not alarm.empty)
    return (*rest, _reminder(slots)) if slots else rest


def _reminder(slots: Sequence[str]) -> Alarm:
    more = f" and {len(slots) - NAMED} more channels" if len(slots) > NAMED else ""
    named = f"{', '.join(slots[:NAMED])}{more}"
    text = f"There is no digest yet for {named}. Without one nothing is posted."
    return Alarm(subject=REMINDER, text=text)


def culprit(part: Part, digest: Digest, error: str) -> Story | None:
    """Return the story that the block belongs to which Slack's JSON pointer names, as far as can be told."""
    pointed = re.search(r"/blocks/(\d+)", error)
    block = int(pointed[1]) if pointed else len(part.whose)
    found = part.whose[block] if block < len(part.whose) else ""
    if not found and len(part.stories) == 1:
        found = part.stories[0]
    return next((story for story in digest.stories if story.id == found), None)
