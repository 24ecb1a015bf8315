"""When: the next free slot, a date, or now; each channel's local time in words before it counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from bot.core.delivery.calendar import Coming
from bot.core.digest import Digest
from bot.core.message import Block, Message
from bot.core.sheets import Sheet
from bot.core.versions import fingerprint_of
from bot.slack.views.forms import SEPARATOR, View, field, modal
from bot.slack.views.kit import MAX_VALUE, actions, button, plain, plainly, sections
from bot.slack.views.mrkdwn import escaped, shorten, size

WHEN_FORM = "desk_when_form"
WAY, DAY = "desk_way", "desk_day"
WAYS = NEXT, DATE, NOW = "next", "date", "now"
UNSKIP = "desk_unskip"
TITLE = "When"
CHANNELS = 20  # paragraphs of lines, one for each channel


def when_view(
    sheet: Sheet,
    digest: Digest,
    *,
    way: str,
    day: date,
    free: date,
    lines: Sequence[str],
    waits: bool,
    notes: Iterable[str] = (),
) -> View:
    """Return the form, with what the present choice means for each channel.

    *waits*: for an approval, whatever is chosen.
    """
    ways = [
        _option(f"The next free slot, from {free:%a %d %b %Y} on", NEXT),
        _option("The first slot from a date on", DATE),
        _option("Now", NOW),
    ]
    chosen = next(option for option in ways if option["value"] == way)
    radio = {"type": "radio_buttons", "action_id": WAY, "options": ways, "initial_option": chosen}
    picker = {"type": "datepicker", "action_id": DAY, "initial_date": day.isoformat()}
    # Whoever picks a date has chosen it: Slack would keep what is chosen in a field of the same name.
    choice = f"way{SEPARATOR}{way}" if way == DATE else "way"
    said = "\n".join(f"• {escaped(each)}" for each in lines) or "It would go nowhere."
    blocks: list[Block] = [
        {"type": "section", "text": plain(shorten(digest.title, 300))},
        *sections("\n".join(f"• {escaped(each)}" for each in notes)),
        {**field(choice, "When", radio, needed=True), "dispatch_action": True},
        {**field("day", "The date", picker), "dispatch_action": True},
        *sections(f"*This means*\n{said}", CHANNELS),
    ]
    note = {
        "d": sheet.id,
        "n": sheet.version.number,
        "way": way,
        "day": day.isoformat(),
        "free": free.isoformat(),
        "said": fingerprint_of(said.encode())[:16],  # what counts is what was read
    }
    submit = "Send now" if way == NOW and not waits else "Schedule"
    return modal(TITLE, blocks, name=WHEN_FORM, note=note, submit=submit)


def spoken(post: Coming) -> str:
    """Say when a channel gets it: by its own clocks, and in UTC."""
    skipped = ", which is skipped: it gets nothing" if post.skipped else ""
    return f"{post.spoken}, {post.slot.at:%H:%M} UTC{skipped}"


def _option(words: str, value: str) -> dict[str, Any]:
    return {"text": plain(words), "value": value}


def scheduled_view(lines: Sequence[str], buttons: Sequence[dict[str, Any]], notes: Iterable[str]) -> View:
    """Return what is said once it counts."""
    said = "\n".join(f"• {escaped(each)}" for each in (*lines, *notes))
    rows = [actions(*buttons)] if buttons else []
    return modal(TITLE, [*sections(f"*It is set*\n{said}", CHANNELS), *rows])


def skipped(said: str, days: Sequence[tuple[str, date]]) -> Message:
    """Return what was skipped, with the way back."""
    undo = [[channel, day.isoformat()] for channel, day in days]
    while size(button("", UNSKIP, {"days": undo})["value"]) > MAX_VALUE:
        undo.pop()
    label = "Undo" if len(undo) == len(days) else f"Undo the first {len(undo)}"
    message = plainly(said)
    return replace(message, blocks=(*message.blocks, actions(button(label, UNSKIP, {"days": undo}))))
