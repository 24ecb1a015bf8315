"""What the editors are told: the alarms of a minute in one message, each with the buttons that decide it.

The same from every replica, the shell's commands too: an alarm is told once, whoever comes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.core.delivery.alarms import REMINDER, Alarm, gathered
from bot.core.delivery.copies import Copy
from bot.core.delivery.state import State
from bot.core.message import Block, Message
from bot.slack.views.desk import NEW, PREVIEW
from bot.slack.views.kit import (
    MAX_LINE,
    MAX_TEXT,
    actions,
    beside,
    button,
    fits,
    heard,
    named,
    section,
    sections,
)
from bot.slack.views.mrkdwn import cut, escaped, shorten

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
MORE = section("and more: `/roundup status` has all there is")
DOUBTED = frozenset({State.MISSED, State.HELD})  # it may be in the channel all the same


class AlarmWording:
    """Words a letter to the editors; see bot.delivery.needs.Wording."""

    def letter(self, alarms: Sequence[Alarm]) -> Message:
        """Return alarms as one message, each with the buttons that decide it."""
        blocks = [block for alarm in alarms for block in _blocks(alarm)]
        words = "\n".join(named(alarm.whole) for alarm in alarms)
        return Message(text=cut(words, MAX_TEXT), blocks=tuple(blocks))

    def fits(self, alarms: Sequence[Alarm]) -> bool:
        """Tell whether one message holds them."""
        return fits(self.letter(gathered(alarms)).blocks)


def _blocks(alarm: Alarm) -> Sequence[Block]:
    told = (*sections(named(alarm.text)), *(section(copy_words(copy)) for copy in alarm.copies))
    return beside(told, [*_below(alarm)], MORE)


def _below(alarm: Alarm) -> Iterator[Block]:
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
    return heard(button("Look and approve", PREVIEW, {"digest": alarm.digest}), alarm.digest)


def _choice(alarm: Alarm, label: str, action: str) -> dict[str, Any]:
    about = {"digest": alarm.digest, "channel": alarm.channel}
    return heard(button(label, action, about), f"{alarm.digest}, {alarm.place or alarm.channel}")


def decided(blocks: Sequence[Block], row: str, said: str) -> Message:
    """Return the message with what was decided in the place of one row of buttons; the others keep theirs."""
    words = cut(escaped(said), MAX_LINE)
    left = tuple(section(words) if block.get("block_id") == row else block for block in blocks)
    return Message(text=words, blocks=left)


def copy_words(copy: Copy) -> str:
    """Return where a copy is, with ways to it and to who shared it."""
    place = escaped(copy.place) if copy.channel.startswith("D") else f"<#{escaped(copy.channel)}>"
    stories, who = escaped(shorten(", ".join(copy.stories), 150)), f"<@{escaped(copy.who)}>"
    return copy.told(stories=stories, place=place, who=who)
