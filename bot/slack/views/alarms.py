"""What the editors are told by direct message, with the buttons that decide it and a way into the channel.

The same from every replica, the shell's commands too: an alarm is told once, whoever comes first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.delivery.alarms import Alarm
from bot.core.delivery.copies import Copy
from bot.core.delivery.state import State
from bot.core.message import Block, Message, escape
from bot.slack.views.kit import actions, button, section

NEXT_SLOT = "editor_next_slot"
IS_THERE = "editor_is_there"
POST_AGAIN = "editor_post_again"
DROP = "editor_drop"

# What may be decided about a delivery that waits for the editors, most likely first.
CHOICES: Mapping[State, Sequence[tuple[str, str]]] = {
    State.MISSED: (("Post now", POST_AGAIN), ("Next slot", NEXT_SLOT), ("Skip", DROP)),
    State.HELD: (("It is there", IS_THERE), ("Post it", POST_AGAIN), ("Leave it out", DROP)),
}


def alarm_message(alarm: Alarm) -> Message:
    """Return an alarm to the editors, with the buttons that decide it."""
    words = escape(alarm.whole)
    about = {"digest": alarm.digest, "channel": alarm.channel}
    choices = CHOICES.get(alarm.state, ()) if alarm.state else ()
    blocks = [section(escape(alarm.text)), *map(_copy, alarm.copies)]
    if choices:
        blocks.append(section(f"Look into <#{alarm.channel}> first."))
        blocks.append(actions(*(button(*choice, about) for choice in choices)))
    return Message(text=words, blocks=tuple(blocks))


def _copy(copy: Copy) -> Block:
    """Return where a copy is, with ways to it and to who shared it."""
    place = copy.place if copy.channel.startswith("D") else f"<#{escape(copy.channel)}>"
    stories, who = escape(", ".join(copy.stories)), f"<@{escape(copy.who)}>"
    return section(copy.told(stories=stories, place=place, who=who))
