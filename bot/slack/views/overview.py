"""What editors see at a glance: the coming weeks, drafts, what waits for them, and what was posted last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.core.delivery.calendar import SKIPPED, Coming
from bot.core.delivery.copies import Copy
from bot.core.digest import Digest
from bot.core.message import Block, Message, escape
from bot.core.schedule import ClockChange
from bot.delivery.overview import Overview
from bot.delivery.status import StatusRow
from bot.slack.views.alarms import CHOICES, copy_words
from bot.slack.views.desk import EDIT, NEW, PREVIEW, WHEN
from bot.slack.views.kit import DIVIDER, MAX_BUTTON, actions, button, counted, own, section
from bot.slack.views.mrkdwn import bold, literal, shorten

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
    yield section("\n".join(["*The coming weeks*", *_slots(seen)])[:3000])
    yield from _waiting(seen)
    yield from _drafts(seen.drafts)
    yield section("\n".join(["*Posted lately*", *_posts(seen.posts)])[:3000])
    yield DIVIDER


def plan_message(seen: Overview) -> Message:
    """Return what `/roundup plan` answers."""
    return _said(["*The coming weeks*", *_slots(seen, most=40)])


def status_message(seen: Overview, shared: Sequence[Copy] = ()) -> Message:
    """Return what `/roundup status` answers. *shared* are the copies that nobody can change, oldest first."""
    waiting = [*_waiting(seen)]
    posts = section("\n".join(["*Posted lately*", *_posts(seen.posts)])[:3000])
    blocks = (*waiting, posts, *_shared(shared))
    return Message(text="What waits for a decision, and what was posted lately", blocks=blocks)


def _shared(copies: Sequence[Copy]) -> Iterator[Block]:
    said = [f"• {shorten(copy_words(copy), 280)}" for copy in reversed(copies[-COPIES:])]
    if said:
        yield section("*Shared by readers, and not as it is by now*")
    yield from (section("\n".join(said[at : at + 10])) for at in range(0, len(said), 10))
    if len(copies) > COPIES:
        yield section(f"and {len(copies) - COPIES} more: ask an operator to run `roundup status`")


def _said(lines: Iterable[str]) -> Message:
    words = "\n".join(lines)
    return Message(
        text=words[:3000], blocks=({"type": "section", "text": own(words[:3000]), "expand": True},)
    )


def _slots(seen: Overview, *, most: int = SLOTS) -> Iterator[str]:
    for post in seen.coming[:most]:
        what = bold(shorten(post.digest.title, 80)) if post.digest else _none(post)
        waits = ", *not approved yet*" if post.digest and post.digest.id in seen.unapproved else ""
        note = f", {NOTES[post.note]}" if post.note else ""
        yield f"• {escape(post.channel)}, {escape(post.spoken)}: {what}{waits}{note}"
    if len(seen.coming) > most:
        yield f"and {len(seen.coming) - most} more"
    if not seen.coming:
        yield "No channel has a slot: an operator names them under `channels` in config.yaml."


def _none(post: Coming) -> str:
    if post.left_out:
        return f"nothing, as no story of {escape(', '.join(post.left_out))} is for it"
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


def _waiting(seen: Overview) -> Iterator[Block]:
    unapproved = sorted(seen.unapproved - {digest.id for digest in seen.drafts})
    if seen.waiting or unapproved:
        yield section("*Waits for somebody*")
    for name in unapproved[:WAITING]:
        yield section(f"{escape(name)} is not approved yet.")
        yield _buttons({"digest": name}, name, ("Look and approve", PREVIEW))
    for row in seen.waiting[:WAITING]:
        d = row.delivery
        said = filter(None, (f"{d.digest} in {row.channel}: {d.state}", row.error, row.next))
        yield section(escape("; ".join(said)[:400]))
        if choices := CHOICES.get(d.state):
            yield _buttons({"digest": d.digest, "channel": d.channel}, f"{d.digest}, {row.channel}", *choices)


def _posts(posts: Sequence[StatusRow]) -> Iterator[str]:
    for row in posts:
        more = f": {row.next}" if row.next else ""
        said = f"• {row.delivery.digest} in {row.channel}, {row.delivery.slot:%a %d %b %H:%M} UTC{more}"
        yield escape(said[:300])
    if not posts:
        yield "Nothing yet."


def _buttons(about: Mapping[str, str], spoken: str, *labels: tuple[str, str]) -> Block:
    buttons = [button(label, action, about) for label, action in labels]
    return actions(
        *({**b, "accessibility_label": f"{b['text']['text']}: {spoken}"[:MAX_BUTTON]} for b in buttons)
    )
