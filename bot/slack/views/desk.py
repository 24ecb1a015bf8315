"""What the desk says of a draft: what was found, what was left out and why, and what can be done next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.core.digest import Digest
from bot.core.imported import Imported
from bot.core.message import Block, Message
from bot.core.sheets import Joined, Sheet
from bot.slack.views.forms import View, field, modal
from bot.slack.views.history import versions_button
from bot.slack.views.kit import (
    MAX_CONTEXT,
    MAX_TEXT,
    actions,
    button,
    confirmation,
    context,
    counted,
    fits_blocks,
    label,
    listing,
    plain,
    plainly,
    rich,
    run,
    section,
)
from bot.slack.views.mrkdwn import cut, escaped, literal, shorten

NEW_FORM = "desk_new_form"
NEW = "desk_new"
PREVIEW, EDIT, WHEN, DISCARD = "desk_preview", "desk_edit", "desk_when", "desk_discard"
ASK, APPROVE, APPROVE_AND_SEND = "desk_ask", "desk_approve", "desk_approve_and_send"
READ_ALL = "desk_read_all"
BRING_BACK = "desk_bring_back"
TAKE_SENT, TAKE_IN = "desk_take_sent", "desk_take_in"

SHOWN = 8  # lines of a kind; the rest is counted
WIDTHS = (180, 110, 60)  # characters of each; the first that fits
MAX_TITLE = 300
WARNINGS = 5
TITLE = "New digest"


def new_view(written: Mapping[str, Any] | None = None, *, note: str = "") -> View:
    """Return the form that takes a roundup's text; again with what was *written*, and why."""
    element: dict[str, Any] = {"type": "rich_text_input", "action_id": "value", "focus_on_load": True}
    if written:
        element["initial_value"] = written
    blocks = [
        *([section(escaped(note))] if note else []),
        field(
            "text", "Paste the roundup", element, hint="Links, bold words and lists are kept.", needed=True
        ),
        context(plain("Or send me a file: text, Markdown, HTML, a mail, in our direct message.")),
    ]
    return modal(TITLE, blocks, name=NEW_FORM, note={}, submit="Make a draft")


def card(
    sheet: Sheet,
    digest: Digest,
    imported: Imported | None = None,
    *,
    said: str = "",
    joined: Joined | None = None,
) -> Message:
    """Return what is said of a draft when it comes, with its buttons."""
    text = f"{said or 'Draft'}: {shorten(digest.title, MAX_TITLE)}, {counted(len(digest.stories))}"
    drawn = ([*_blocks(sheet, digest, imported, said, joined, width=width)] for width in WIDTHS)
    blocks = next(filter(fits_blocks, drawn))
    return Message(text=cut(escaped(text), MAX_TEXT), blocks=tuple(blocks))


def _blocks(
    sheet: Sheet, digest: Digest, imported: Imported | None, said: str, joined: Joined | None, *, width: int
) -> Iterator[Block]:
    yield rich(run(label(digest.title, MAX_TITLE), bold=True))
    dated = "" if imported is None or imported.dated else " (the text does not say: the next free slot)"
    about = [said, counted(len(digest.stories)), f"{digest.date:%a %d %b %Y}{dated}"]
    yield context(plain(label(" · ".join(filter(None, about)), MAX_CONTEXT)))
    if joined:
        yield from _what_was_joined(joined, width)
    if imported:
        yield from _listed("Found", imported.found, width)
        yield from _listed(f"Left out ({len(imported.dropped)})", imported.dropped, width)
    doubts = [*(imported.doubts if imported else ()), *sheet.doubts]
    yield from _listed("Worth a look", doubts, width, most=WARNINGS)
    yield draft_buttons(sheet.id, sheet.version.number)


def _what_was_joined(joined: Joined, width: int) -> Iterator[Block]:
    yield from _listed("Edited here since it was sent last, and kept", joined.kept, width)
    if joined.clashes:
        title = "Changed here and in what you sent: it is as it was edited here"
        yield from _listed(title, joined.clashes, width)
        about = {"digest": joined.sheet.id, "sent": joined.sent, "base": joined.base}
        take = button("Take what was sent", TAKE_SENT, about)
        asked = "In these places what was sent counts then. What was edited stays in the versions."
        take["confirm"] = confirmation("Take what was sent?", asked, "Take it")
        yield actions(take)


def draft_buttons(digest: str, number: int) -> Block:
    """Return what can be done to a draft."""
    about = {"digest": digest, "number": number}
    discard = button("Discard", DISCARD, about)
    discard["confirm"] = confirmation("Discard it?", "It can be brought back afterwards.", "Discard")
    return actions(
        button("Preview", PREVIEW, about),
        button("Edit", EDIT, about),
        button("When", WHEN, about),
        versions_button(digest),
        discard,
    )


def of_the_folder(sheet: Sheet, file: str) -> Message:
    """Return what is asked before a *file* that was sent changes a digest of the folder."""
    words = (
        f"{sheet.id} comes from a file in the folder, so nothing was changed. Take it over, and it says what"
        " you sent; from then on the file changes nothing, unless somebody changes it."
    )
    take = button("Take it over", TAKE_IN, {"digest": sheet.id, "number": sheet.version.number, "file": file})
    return _with_buttons(words, take)


def discarded(sheet: Sheet, number: int) -> Message:
    """Return what is said of a draft that was thrown away, with the way back."""
    about = {"digest": sheet.id, "number": number, "now": sheet.version.number}
    words = f"{sheet.id} is discarded."
    return _with_buttons(words, button("Bring it back", BRING_BACK, about))


def gone(sheet: Sheet) -> Message:
    """Return what stands in the place of a digest's preview that was discarded."""
    words = f"{sheet.id} was discarded. Each of its versions can be brought back."
    return _with_buttons(words, versions_button(sheet.id))


def _with_buttons(words: str, *buttons: dict[str, Any]) -> Message:
    message = plainly(words)
    return replace(message, blocks=(*message.blocks, actions(*buttons)))


def approval_buttons(digest: str, number: int) -> Block:
    """Return what an approver can do with a digest as it stands."""
    about = {"digest": digest, "number": number}
    send = {**button("Approve and send now", APPROVE_AND_SEND, about), "style": "primary"}
    return actions(button("Approve", APPROVE, about), send, button("Read it all", READ_ALL, about))


def ask_button(digest: str, number: int) -> dict[str, Any]:
    """Return what asks the approvers to look at a digest."""
    return button("Ask for approval", ASK, {"digest": digest, "number": number})


def _listed(title: str, rows: Sequence[str], width: int, *, most: int = SHOWN) -> Iterator[Block]:
    lines = [f"• {literal(shorten(row, width))}" for row in rows[:most]]
    if lines:
        yield {**listing(f"*{title}*", lines, total=len(rows)), "expand": True}
