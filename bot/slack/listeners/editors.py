"""The editors' hand on the wheel, in Slack: preview, post now, skip, and the answers to alarms.

Whoever is no editor is told so; every order is safe to repeat, because the desk behind it is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_bolt import Ack, App

from bot.core.delivery.calendar import Coming
from bot.core.digest import Digest
from bot.core.errors import RoundupError
from bot.core.message import Message, Part
from bot.delivery.desk import Choice, Desk
from bot.slack.listeners.presses import Press, read_press
from bot.slack.listeners.responses import Responder
from bot.slack.views.alarms import DROP, IS_THERE, NEXT_SLOT, POST_AGAIN
from bot.slack.views.previews import POST_NOW, RETRACT, SKIP_WEEK, plainly, preview_message

log = logging.getLogger(__name__)

PREVIEW_WORD = "preview"
DECISIONS = {
    IS_THERE: Choice.THERE,
    POST_AGAIN: Choice.REPOST,
    NEXT_SLOT: Choice.NEXT,
    DROP: Choice.DROP,
}
NOT_AN_EDITOR = "Only editors may do that; they are listed under `editors` in config.yaml."


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorWiring:
    """What the editors' listeners need from the rest of the bot."""

    desk: Desk
    responder: Responder
    is_editor: Callable[[str], bool]
    find_digest: Callable[[str], Digest]  # "" for the one that goes out next, else the newest
    parts: Callable[[Digest], Sequence[Part]]  # as the first channel gets them
    coming: Callable[[Digest], Sequence[Coming]]
    posted: Callable[[Digest], Sequence[str]]  # channels that have it, by name
    unsettled: Callable[
        [Digest], Sequence[str]
    ]  # channels that may have it, or get it by a person's decision
    clock: Callable[[], datetime]


def register(app: App, wiring: EditorWiring) -> None:
    """Connect the editors' listeners; before the readers' ones, which answer every other word."""

    def preview(body: dict[str, Any], command: dict[str, Any]) -> None:
        try:
            answer = _preview(wiring, command.get("user_id", ""), command["text"])
        except RoundupError as error:
            answer = plainly(str(error))
        wiring.responder.replace(command.get("response_url", ""), answer)

    def order(body: dict[str, Any], action: dict[str, Any]) -> None:
        press = read_press(body, action)
        value = press.read(digest=str)
        if value is None:
            return
        try:
            said = _carry_out(wiring, press, value)
        except RoundupError as error:  # nothing is decided: whoever may decide still needs the buttons
            wiring.responder.tell(press.response_url, plainly(str(error)))
        else:
            wiring.responder.replace(press.response_url, plainly(said))

    app.command("/roundup", matchers=[_asks_for_preview])(ack=_acknowledge, lazy=[preview])
    for action_id in (POST_NOW, SKIP_WEEK, RETRACT, *DECISIONS):
        app.action(action_id)(ack=_acknowledge, lazy=[order])


def _asks_for_preview(command: dict[str, Any]) -> bool:
    text: str = command.get("text", "")
    return text.casefold().split()[:1] == [PREVIEW_WORD]


def _acknowledge(ack: Ack) -> None:
    ack()


def _preview(wiring: EditorWiring, user: str, text: str) -> Message:
    if not wiring.is_editor(user):
        raise RoundupError(NOT_AN_EDITOR)
    digest = wiring.find_digest(" ".join(text.split()[1:]))
    return preview_message(
        digest,
        wiring.parts(digest),
        coming=wiring.coming(digest),
        posted=wiring.posted(digest),
        unsettled=wiring.unsettled(digest),
        now=wiring.clock(),
    )


def _carry_out(wiring: EditorWiring, press: Press, value: Mapping[str, Any]) -> str:
    user, digest, channel = press.user, value["digest"], str(value.get("channel", ""))
    if not wiring.is_editor(user):
        raise RoundupError(NOT_AN_EDITOR)
    log.info("editor_ordered what=%s digest=%s channel=%s by=%s", press.action, digest, channel, user)
    match press.action:
        case "editor_post_now":
            return _told(wiring.desk.post_now(wiring.find_digest(digest), channel=channel, who=user))
        case "editor_retract":
            said = _told(wiring.desk.retract(digest, channel=channel, who=user))
            return "\n".join([said, *wiring.desk.copies(digest)])
        case "editor_skip_week":
            days = [(post.channel, post.local.date()) for post in wiring.coming(wiring.find_digest(digest))]
            return "\n".join(f"{wiring.desk.skip(name, day, who=user)}." for name, day in days)
        case other:
            return wiring.desk.resolve(digest, channel=channel, choice=DECISIONS[other], who=user) + "."


def _told(by_channel: Mapping[str, str]) -> str:
    return "\n".join(f"{name} {what}." for name, what in by_channel.items())
