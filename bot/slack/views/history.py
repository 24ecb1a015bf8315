"""What a digest said before: its versions, by whom and when, what each changed, and all of one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

from bot.core.message import Block, Part
from bot.core.sheets import Change, Sheet
from bot.slack.views.forms import View, modal
from bot.slack.views.kit import (
    DIVIDER,
    actions,
    button,
    confirmation,
    context,
    named,
    person,
    plain,
    section,
    sections,
    unfolded,
)
from bot.slack.views.mrkdwn import literal, shorten

VERSIONS = "desk_versions"
LOOK, RESTORE, EARLIER, LIST = "desk_look", "desk_restore", "desk_earlier", "desk_list_versions"
GO_ON = "desk_look_on"

SHOWN = 20  # versions on a page: a modal has 100 blocks
CHANGES = 5  # lines of a version; the rest is counted
LONGEST = 90  # blocks of a version that somebody looks at; the rest is a press away
MAX_BYTES = 200_000  # of them; Slack takes 250 KB of a view
TITLE = "Versions"
OF_A_FILE = "It comes from a file: press Edit to take it over, and any version can be brought back here."
ONCE_MORE = " It needs an approval again."


def versions_button(digest: str) -> dict[str, Any]:
    """Return what shows the versions of a digest."""
    return button("Versions", VERSIONS, {"digest": digest})


def versions_view(
    newest: Sheet, changes: Sequence[Change], *, approval: bool, notes: Iterable[str] = ()
) -> View:
    """Return versions in a list, newest first. *approval*: what is brought back needs one."""
    blocks: list[Block] = [*_said([*notes, *([OF_A_FILE] if newest.of_a_file else [])])]
    blocks.append({"type": "section", "text": plain(newest.id)})
    for change in changes:
        blocks.append(section(f"{_heading(change, newest)}\n{_lines(change)}"))
        if buttons := [*_buttons(change, newest, approval=approval)]:
            blocks.append(actions(*buttons))
    if changes and changes[-1].version.number > 1:
        blocks.append(actions(button("Earlier versions", EARLIER, {"before": changes[-1].version.number})))
    return modal(TITLE, blocks, note=_note(newest))


def version_view(
    newest: Sheet, sheet: Sheet, parts: Iterable[Part], *, approval: bool, after: int = 0
) -> View:
    """Return one version as it would be posted, *after* so many blocks, with the ways back to the list."""
    number, at = sheet.version.number, sheet.version.at
    said = f"Version {number}, {at:%a %d %b %Y %H:%M} UTC. Only you see this; it posts nothing."
    # What readers press does nothing in here.
    shown = [block for part in parts for block in unfolded(part.message).blocks if block["type"] != "actions"]
    end = after + _room(shown[after:])
    more = [button("Go on", GO_ON, {"v": number, "after": end})] if len(shown) > end else []
    buttons = [*more, button("All versions", LIST, {}), *_restore(number, newest, approval=approval)]
    blocks = [context(plain(said)), *shown[after:end], DIVIDER, actions(*buttons)]
    return modal(TITLE, blocks, note=_note(newest))


def _room(blocks: Sequence[Block]) -> int:
    """Return how many of the blocks a view holds, and always one."""
    sizes = accumulate(len(json.dumps(block)) for block in blocks[:LONGEST])
    return max(1, sum(size <= MAX_BYTES for size in sizes))


def _note(newest: Sheet) -> dict[str, Any]:
    return {"d": newest.id, "n": newest.version.number}


def _said(notes: Iterable[str]) -> Iterator[Block]:
    if said := "\n".join(f"• {named(shorten(each, 400))}" for each in notes):
        yield from sections(said)
        yield DIVIDER


def _heading(change: Change, newest: Sheet) -> str:
    version = change.version
    now = ", in force" if version.number == newest.version.number else ""
    when = f"{version.at:%a %d %b %Y %H:%M} UTC"
    return f"*Version {version.number}*{now}: {when}, by {person(version.who)}"


def _lines(change: Change) -> str:
    more = [f"and {len(change.what) - CHANGES} more"] if len(change.what) > CHANGES else []
    return "\n".join(f"• {literal(shorten(each, 200))}" for each in (*change.what[:CHANGES], *more))


def _buttons(change: Change, newest: Sheet, *, approval: bool) -> Iterator[dict[str, Any]]:
    number = change.version.number
    if not change.version.discarded:
        look = button("Look", LOOK, {"v": number})
        yield {**look, "accessibility_label": f"Look at version {number}"}
        yield from _restore(number, newest, approval=approval)


def _restore(number: int, newest: Sheet, *, approval: bool) -> Iterator[dict[str, Any]]:
    if newest.of_a_file or number == newest.version.number:
        return
    restore = button("Bring back", RESTORE, {"v": number})
    again = f"It becomes the newest version; all others are kept.{ONCE_MORE if approval else ''}"
    restore["confirm"] = confirmation(f"Bring back version {number}?", again, "Bring back")
    yield {**restore, "accessibility_label": f"Bring back version {number}"}
