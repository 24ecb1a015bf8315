"""What the editors are told: the alarms of a minute in one message, each with the buttons that decide it.

The same from every replica, the shell's commands too: an alarm is told once, whoever comes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.core.delivery.alarms import REMINDER, Alarm, gathered
from bot.core.delivery.copies import Copy
from bot.core.delivery.state import State
from bot.core.message import Block, Message, escape
from bot.slack.views.desk import NEW, PREVIEW
from bot.slack.views.kit import MAX_BUTTON, MAX_POSTED_TEXT, actions, button, fits, named, section

NEXT_SLOT = "editor_next_slot"
IS_THERE = "editor_is_there"
POST_AGAIN = "editor_post_again"
DROP = "editor_drop"
TRY_AGAIN = "editor_try_again"

# What may be decided about a delivery that waits for the editors, most likely first. What was sent waits for
# them where its correction was refused.
CHOICES: Mapping[State, Sequence[tuple[str, str]]] = {
    State.MISSED: (("Post now", POST_AGAIN), ("Next slot", NEXT_SLOT), ("Skip", DROP)),
    State.HELD: (("It is there", IS_THERE), ("Post it", POST_AGAIN), ("Leave it out", DROP)),
    State.FAILED: (("Try again", TRY_AGAIN),),
    State.SENT: (("Try again", TRY_AGAIN),),
}
DOUBTED = frozenset({State.MISSED, State.HELD})  # it may be in the channel all the same


class AlarmWording:
    """Words a letter to the editors; see bot.delivery.needs.Wording."""

    def letter(self, alarms: Sequence[Alarm]) -> Message:
        """Return alarms as one message, each with the buttons that decide it."""
        blocks = [block for alarm in alarms for block in _blocks(alarm)]
        words = "\n".join(named(alarm.whole) for alarm in alarms)
        return Message(text=words[:MAX_POSTED_TEXT], blocks=tuple(blocks))

    def fits(self, alarms: Sequence[Alarm]) -> bool:
        """Tell whether one message holds them."""
        return fits(self.letter(gathered(alarms)).blocks)


def _blocks(alarm: Alarm) -> Iterator[Block]:
    yield section(named(alarm.text))
    yield from (section(copy_words(copy)) for copy in alarm.copies)
    if alarm.asks_approvers:
        yield actions(_look(alarm))
    if alarm.empty or alarm.subject == REMINDER:
        yield actions(button("New digest", NEW, {}))
    choices = CHOICES.get(alarm.state, ()) if alarm.state else ()
    if alarm.state in DOUBTED:
        yield section(f"Look into <#{alarm.channel}> first.")
    if choices:
        yield actions(*(_choice(alarm, *choice) for choice in choices))


def _look(alarm: Alarm) -> dict[str, Any]:
    about = {"digest": alarm.digest}
    spoken = f"Look and approve: {alarm.digest}"[:MAX_BUTTON]
    return {**button("Look and approve", PREVIEW, about), "accessibility_label": spoken}


def _choice(alarm: Alarm, label: str, action: str) -> dict[str, Any]:
    about = {"digest": alarm.digest, "channel": alarm.channel}
    spoken = f"{label}: {alarm.digest}, {alarm.place or alarm.channel}"[:MAX_BUTTON]
    return {**button(label, action, about), "accessibility_label": spoken}


def decided(blocks: Sequence[Block], row: str, said: str) -> Message:
    """Return the message with what was decided in the place of one row of buttons; the others keep theirs."""
    words = escape(said)
    left = tuple(section(words) if block.get("block_id") == row else block for block in blocks)
    return Message(text=words, blocks=left)


def copy_words(copy: Copy) -> str:
    """Return where a copy is, with ways to it and to who shared it."""
    place = copy.place if copy.channel.startswith("D") else f"<#{escape(copy.channel)}>"
    stories, who = escape(", ".join(copy.stories)), f"<@{escape(copy.who)}>"
    return copy.told(stories=stories, place=place, who=who)
