"""What editors see at a glance: the coming weeks, drafts, what waits for them, and what was posted last."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from bot.core.delivery.calendar import SKIPPED, Coming
from bot.core.delivery.copies import Copy
from bot.core.digest import Digest
from bot.core.message import Block, Message
from bot.core.schedule import ClockChange
from bot.delivery.overview import Overview
from bot.delivery.status import StatusRow
from bot.slack.views.alarms import CHOICES, copy_words
from bot.slack.views.desk import EDIT, NEW, PREVIEW, WHEN
from bot.slack.views.kit import (
    DIVIDER,
    MAX_TEXT,
    actions,
    button,
    counted,
    fits_blocks,
    heard,
    listing,
    section,
)
from bot.slack.views.mrkdwn import bold, cut, escaped, literal, shorten

SLOTS = 16  # lines
DRAFTS = 8
COPIES = 50
WAITING = 8
NOTES: Mapping[str | None, str] = {
    SKIPPED: "skipped",
    ClockChange.SHIFTED: "clocks change: at the first moment after the gap",
    ClockChange.AMBIGUOUS: "clocks change: at the first of the two",
}


def home_blocks(seen: Overview) -> Iterator[Block]:
    """Yield what an editor's Home begins with."""
    yield actions({**button("New digest", NEW, {}), "style": "primary"})
    yield _slots(seen)
    yield from _waiting(seen)
    yield from _drafts(seen.drafts)
    yield _posts(seen)
    yield DIVIDER


def plan_message(seen: Overview) -> Message:
    """Return what `/roundup plan` answers."""
    slots = _slots(seen, most=40)
    return Message(text=cut(slots["text"]["text"], MAX_TEXT), blocks=({**slots, "expand": True},))


def status_message(seen: Overview, shared: Sequence[Copy] = ()) -> Message:
    """Return what `/roundup status` answers. *shared* are the copies that nobody can change, oldest first."""
    posts, least = _posts(seen), _shared(shared, 0)
    blocks = next(
        some
        for most in (WAITING, 4, 2, 1, 0)
        if fits_blocks((*(some := (*_waiting(seen, most), posts)), *least))
    )
    # As many as there is room for: they stand below what somebody can do something about.
    counts = range(min(len(shared), COPIES), -1, -1)
    copies = next(some for most in counts if fits_blocks((*blocks, *(some := _shared(shared, most)))))
    return Message(text="What waits for a decision, and what was posted lately", blocks=(*blocks, *copies))


def _shared(copies: Sequence[Copy], most: int) -> tuple[Block, ...]:
    said = [f"• {copy_words(copy)}" for copy in [*reversed(copies)][:most]]
    pages = ("\n".join(said[at : at + 5]) for at in range(0, len(said), 5))
    left = f"and {len(copies) - most} more: ask an operator to run `roundup status`"
    more = [section(left)] if len(copies) > most else []
    title = [section("*Shared by readers, and not as it is by now*")] if copies else []
    return (*title, *map(section, pages), *more)


def _slots(seen: Overview, *, most: int = SLOTS) -> Block:
    lines = [_slot(post, seen.unapproved) for post in seen.coming[:most]]
    none = "No channel has a slot: an operator names them under `channels` in config.yaml."
    return listing("*The coming weeks*", lines or [none], total=len(seen.coming))


def _slot(post: Coming, unapproved: Collection[str]) -> str:
    what = bold(shorten(post.digest.title, 80)) if post.digest else _none(post)
    waits = ", *not approved yet*" if post.digest and post.digest.id in unapproved else ""
    note = f", {NOTES[post.note]}" if post.note else ""
    return f"• {escaped(post.channel)}, {escaped(post.spoken)}: {what}{waits}{note}"


def _none(post: Coming) -> str:
    if post.left_out:
        return f"nothing, as no story of {escaped(', '.join(post.left_out))} is for it"
    return "no digest yet"


def _drafts(drafts: Sequence[Digest]) -> Iterator[Block]:
    if drafts:
        yield section(f"*Drafts* ({len(drafts)})")
    for digest in drafts[:DRAFTS]:
        said = f"{digest.title}, {digest.date:%a %d %b %Y}, {counted(len(digest.stories))}"
        yield section(literal(shorten(said, 200)))
        yield _buttons(
            {"digest": digest.id}, digest.title, ("Preview", PREVIEW), ("Edit", EDIT), ("When", WHEN)
        )


def _waiting(seen: Overview, most: int = WAITING) -> Iterator[Block]:
    unapproved = sorted(seen.unapproved - {digest.id for digest in seen.drafts})
    if seen.waiting or unapproved:
        yield section("*Waits for somebody*")
    for name in unapproved[:most]:
        yield section(f"{escaped(shorten(name, 200))} is not approved yet.")
        yield _buttons({"digest": name}, name, ("Look and approve", PREVIEW))
    for row in seen.waiting[:most]:
        d = row.delivery
        said = filter(None, (f"{d.digest} in {row.channel}: {d.state}", row.error, row.next))
        yield section(escaped(shorten("; ".join(said), 400)))
        if choices := CHOICES.get(d.state):
            yield _buttons({"digest": d.digest, "channel": d.channel}, f"{d.digest}, {row.channel}", *choices)
    if more := sum(max(0, len(some) - most) for some in (unapproved, seen.waiting)):
        yield section(f"and {more} more")


def _posts(seen: Overview) -> Block:
    return listing("*Posted lately*", [*map(_post, seen.posts)] or ["Nothing yet."])


def _post(row: StatusRow) -> str:
    more = f": {row.next}" if row.next else ""
    said = f"• {row.delivery.digest} in {row.channel}, {row.delivery.slot:%a %d %b %H:%M} UTC{more}"
    return escaped(shorten(said, 300))


def _buttons(about: Mapping[str, str], spoken: str, *labels: tuple[str, str]) -> Block:
    buttons = [button(label, action, about) for label, action in labels]
    return actions(*(heard(each, spoken) for each in buttons))
