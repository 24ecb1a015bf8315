"""What an editor sees before a digest goes out: its first message, when, where to, and what may be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.core.delivery.calendar import Coming, span
from bot.core.digest import Digest
from bot.core.message import Block, Message, Part
from bot.slack.views.kit import (
    DIVIDER,
    actions,
    as_preview,
    beside,
    button,
    confirmation,
    context,
    listing,
    plain,
)
from bot.slack.views.mrkdwn import escaped

POST_NOW = "editor_post_now"
SKIP_WEEK = "editor_skip_week"
RETRACT = "editor_retract"
NO_ROOM = context(plain("The rest of this message is left out here; its channels get it"))


def preview_message(
    digest: Digest,
    parts: Sequence[Part],
    *,
    coming: Sequence[Coming],
    posted: Sequence[str],
    unsettled: Sequence[str],
    left_out: Sequence[str] = (),
    more: Sequence[Block] = (),
    now: datetime,
    may_go_out: bool = True,
    of_a_file: bool = False,
) -> Message:
    """Return the digest's first message as it will be, marked PREVIEW, with where it goes and has gone.

    *more* is what else can be done with it. It cannot be posted now unless it *may_go_out*.
    """
    first, replies = as_preview(parts)[0].message, len(parts) - 1
    thread = f"{replies} more {'message' if replies == 1 else 'messages'} in its thread"
    told = [*_where(posted, unsettled, left_out), *(_when(post, now) for post in coming)]
    plan = listing("*When*", told or [_never(digest, of_a_file=of_a_file)])
    below = (
        plan,
        *([context(plain(thread))] if replies else []),
        *_preview_buttons(digest, coming, posted, may_go_out=may_go_out),
        *more,
    )
    return Message(text=first.text, blocks=beside(first.blocks, (DIVIDER, *below), NO_ROOM))


def _where(posted: Sequence[str], unsettled: Sequence[str], left_out: Sequence[str]) -> Iterator[str]:
    if posted:
        yield f"Already in {escaped(', '.join(posted))}."
    if unsettled:
        yield f"Not settled in {escaped(', '.join(unsettled))}: `/roundup status` says what is known."
    if left_out:
        yield f"Nothing of it for {escaped(', '.join(left_out))}: no story is about what its `only` names."


def _never(digest: Digest, *, of_a_file: bool) -> str:
    if digest.draft:
        first = "take `draft: true` out of its file, or take it over with Edit and " if of_a_file else ""
        return f"Never, while it is a draft: {first}press When."
    return "It is not going out by itself any more."


def _when(post: Coming, now: datetime) -> str:
    when = escaped(f"{post.channel}: {post.spoken}, {post.slot.at:%H:%M} UTC")
    skipped = " – skipped" if post.skipped else ""
    return f"{when}, in {span(post.slot.at - now)}{skipped}"


def _preview_buttons(
    digest: Digest, coming: Sequence[Coming], posted: Sequence[str], *, may_go_out: bool
) -> list[Block]:
    if digest.draft:
        return []
    about, buttons = {"digest": digest.id}, []
    places = ", ".join(post.channel for post in coming) or "every channel that does not have it"
    if may_go_out:
        now = button("Post now", POST_NOW, about)
        now["confirm"] = confirmation("Post now?", f"It goes out now, not at its slot: {places}.", "Post now")
        buttons.append(now)
    if coming:
        skip = button("Skip this week", SKIP_WEEK, about)
        skip["confirm"] = confirmation("Skip this week?", f"Nothing in that slot: {places}.", "Skip")
        buttons.append(skip)
    if posted:
        retract = {**button("Retract", RETRACT, about), "style": "danger"}
        gone = f"Every message of it is deleted: {', '.join(posted)}."
        retract["confirm"] = confirmation("Retract?", gone, "Retract")
        buttons.append(retract)
    return [actions(*buttons)] if buttons else []
