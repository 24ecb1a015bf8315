"""What people do in Slack, each thing in a few lines: ask, render, acknowledge with the answer.

A new listener is one function here, one line in `register`, one test. With `process_before_response` the
first function holds Slack's answer: whatever calls Slack or the database goes into `lazy`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.core.digest import Digest, Story
from bot.core.message import Message
from bot.core.search.answer import Reply
from bot.slack.listeners.presses import Press, read_press
from bot.slack.listeners.responses import Responder
from bot.slack.views import answers
from bot.store.database import LedgerError

log = logging.getLogger(__name__)

MAX_QUERY = 4000  # Slack does not say how long a command's text may be; a longer one is no question

Find = Callable[[str], tuple[Digest, Story] | None]


class Copies(Protocol):
    """Where it is written down what readers shared; see bot.store.shares."""

    def share(self, press: str, stories: Iterable[str], *, channel: str, name: str, who: str) -> bool: ...
    def unshare(self, press: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What the listeners need from the rest of the bot."""

    ask: Callable[[str], Reply]
    more: Callable[[str, int], Reply]
    find: Find
    responder: Responder
    newest: Callable[[], Digest | None]
    copies: Copies


def register(app: App, wiring: Wiring) -> None:
    """Connect every listener to the app."""

    def answer(text: str) -> Message:
        return answers.answer_message(wiring.ask(text[:MAX_QUERY]), find=wiring.find)

    def roundup(ack: Ack, command: dict[str, Any]) -> None:
        ack(**answer(command.get("text", "")).as_ephemeral())

    def show_suggestion(body: dict[str, Any], action: dict[str, Any]) -> None:
        press = read_press(body, action)
        wiring.responder.replace(press.response_url, answer(press.value))

    def show_more(body: dict[str, Any], action: dict[str, Any]) -> None:
        _show_more(wiring, read_press(body, action))

    def share(body: dict[str, Any], action: dict[str, Any]) -> None:
        _share(wiring, read_press(body, action))

    def show_home(client: WebClient, event: dict[str, Any]) -> None:
        if event.get("tab") != "home":
            return
        try:
            client.views_publish(user_id=event["user"], view=answers.home_view(wiring.newest()))
        except (SlackClientError, OSError) as error:  # it is drawn anew the next time they come
            log.warning("home_not_shown error=%s", type(error).__name__)

    app.command("/roundup")(roundup)
    app.event("app_home_opened")(ack=_acknowledge, lazy=[show_home])
    app.action(re.compile(rf"{answers.SUGGEST}\d+"))(ack=_acknowledge, lazy=[show_suggestion])
    app.action(answers.MORE)(ack=_acknowledge, lazy=[show_more])
    app.action(answers.SHARE)(ack=_acknowledge, lazy=[share])
    # The browser opens it; Slack still wants an answer.
    app.action(re.compile(rf"{answers.OPEN_LINK}.*"))(_acknowledge)
    # Nor is any event of use to us; unanswered, Slack sends it three times more.
    app.event(re.compile(".*"))(_acknowledge)


def _show_more(wiring: Wiring, press: Press) -> None:
    if page := press.read(q=str, offset=int):
        reply = wiring.more(page["q"][:MAX_QUERY], page["offset"])
        message = answers.answer_message(reply, find=wiring.find, offset=page["offset"])
        wiring.responder.replace(press.response_url, message)


def _share(wiring: Wiring, press: Press) -> None:
    """Post what was pressed, once. Written down first: who corrects it later must know where it is."""
    part = answers.shared_part(press.value, user=press.user, find=wiring.find)
    if part is None:
        return
    try:
        first = wiring.copies.share(
            press.once, part.stories, channel=press.channel, name=press.channel_name, who=press.user
        )
        if not first:
            return
        if not wiring.responder.share(press.response_url, part.message):
            wiring.copies.unshare(press.once)
    except LedgerError as error:
        log.warning("share_not_noted error=%s", error)
        wiring.responder.tell(press.response_url, answers.not_shared())


def _acknowledge(ack: Ack) -> None:
    ack()
