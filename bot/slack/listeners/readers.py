"""What people do in Slack, each thing in a few lines: ask, render, acknowledge with the answer.

A new listener is one method here, one line in a `register_…`, one test. With `process_before_response` the
first function holds Slack's answer: whatever calls Slack or the database goes into `lazy`.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Protocol

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.middleware import Middleware
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.core.digest import Digest, Story
from bot.core.figures import Figures
from bot.core.message import Message
from bot.core.search.answer import Reply, characters, kind_of
from bot.newsroom.finished import Finished
from bot.slack.bolt import acknowledge
from bot.slack.listeners.presses import STALE, read_press
from bot.slack.listeners.responses import Responder
from bot.slack.views.answers import (
    MORE,
    SHARE,
    SUGGEST,
    answer_message,
    home_view,
    not_shared,
    shared_part,
)
from bot.slack.views.kit import OPEN_LINK, plainly
from bot.store.database import LedgerError

log = logging.getLogger(__name__)

LAST_PAGE = 100_000  # stories before it; our own buttons never count so far, and the index cannot for ever
MAX_QUERY = 4000  # Slack does not say how long a command's text may be; a longer one is no question
GONE = "Not shared: that story is in no digest any more. Ask again for what there is now."


class Answering(Protocol):
    """Who answers a question; see bot.newsroom.asking."""

    def ask(self, text: str) -> Reply: ...
    def more(self, query: str, offset: int) -> Reply: ...


class Stories(Protocol):
    """Which stories there are; see bot.newsroom.library."""

    def story(self, story_id: str) -> tuple[Digest, Story] | None: ...
    def newest(self) -> Digest | None: ...


class Copies(Protocol):
    """Where it is written down what readers shared; see bot.store.shares."""

    def share(self, press: str, stories: Iterable[str], *, channel: str, name: str, who: str) -> bool: ...
    def unshare(self, press: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Readers:
    """What readers do. Every method without an underscore is a listener, or connects some."""

    answers: Answering
    stories: Stories
    copies: Copies
    responder: Responder
    figures: Figures = field(default_factory=Figures)
    # With the reply it was made of: for that very one it need not be made again.
    rendered: Finished[tuple[Reply, Message]] = field(default_factory=lambda: Finished(weigh=_characters))

    def register_commands(self, app: App, *, but: Callable[[str], bool] = lambda text: False) -> None:
        """Connect `/roundup`, *but* not what is said to be somebody else's: those have listeners."""
        app.use(_Questions(self.answer, but))

    def register_presses(self, app: App) -> None:
        """Connect buttons and events; after the editors' ones, as these take every other one."""
        app.event("app_home_opened")(ack=acknowledge, lazy=[self.show_home])
        app.action(re.compile(rf"{SUGGEST}\d+"))(ack=acknowledge, lazy=[self.show_suggestion])
        app.action(MORE)(ack=acknowledge, lazy=[self.show_more])
        app.action(SHARE)(ack=acknowledge, lazy=[self.share])
        # The browser opens it; Slack still wants an answer.
        app.action(re.compile(rf"{OPEN_LINK}.*"))(acknowledge)
        # A message stands for years: it may have buttons that we had once.
        app.action(re.compile(".*"))(ack=acknowledge, lazy=[self.tell_stale])
        # No other event is of use to us; unanswered, Slack sends it three times more.
        app.event(re.compile(".*"))(acknowledge)

    def answer(self, text: str) -> str:
        """`/roundup …`: answered from memory, within the acknowledgement, of which this is the body."""
        return json.dumps(self._answer(text).as_ephemeral())

    def show_suggestion(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """A name under "Did you mean": as if it had been asked for."""
        press = read_press(body, action)
        self.responder.replace(press.response_url, self._answer(press.value))

    def show_more(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """More: the next page in the place of this one."""
        press = read_press(body, action)
        page = press.read(q=str, offset=int)
        if page is None or not 0 <= page["offset"] <= LAST_PAGE:
            self.responder.tell(press.response_url, plainly(STALE))
        else:
            reply = self.answers.more(page["q"][:MAX_QUERY], page["offset"])
            message = answer_message(reply, find=self.stories.story, offset=page["offset"])
            self.responder.replace(press.response_url, message)

    def share(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Share to channel: post the stories, once."""
        press = read_press(body, action)
        part = shared_part(press.value, user=press.user, find=self.stories.story)
        if part is None:
            self.responder.tell(press.response_url, plainly(GONE))
            return
        place = {"channel": press.channel, "name": press.channel_name, "who": press.user}
        try:
            # Written down first: who corrects it later must know where it is.
            first = self.copies.share(press.once, part.stories, **place)
            if first and not self.responder.share(press.response_url, part.message):
                self.copies.unshare(press.once)
        except LedgerError as error:
            log.warning("share_not_noted error=%s", error)
            self.responder.tell(press.response_url, not_shared())

    def show_home(self, client: WebClient, event: dict[str, Any]) -> None:
        """The app's Home tab."""
        if event.get("tab") != "home":
            return
        try:
            client.views_publish(user_id=event.get("user", ""), view=home_view(self.stories.newest()))
        except (SlackClientError, OSError) as error:  # it is drawn anew the next time they come
            log.warning("home_not_shown error=%s", type(error).__name__)

    def tell_stale(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """A button that we do not know any more."""
        self.responder.tell(read_press(body, action).response_url, plainly(STALE))

    def _answer(self, text: str) -> Message:
        started = perf_counter()
        reply = self.answers.ask(text[:MAX_QUERY])
        _, message = self.rendered.get(id(reply), lambda: (reply, self._made_of(reply)))
        self.figures.answered(kind_of(reply), perf_counter() - started)
        return message

    def _made_of(self, reply: Reply) -> Message:
        return answer_message(reply, find=self.stories.story)


class _Questions(Middleware):
    """Answers before any listener is asked: to ask one costs Bolt as much as to answer what is known."""

    def __init__(self, answer: Callable[[str], str], leave: Callable[[str], bool]) -> None:
        self._answer, self._leave = answer, leave

    def process(
        self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], BoltResponse]
    ) -> BoltResponse:
        if req.body.get("command") != "/roundup" or self._leave(text := req.body.get("text", "")):
            return next()
        return BoltResponse(status=200, body=self._answer(text))


def _characters(made: tuple[Reply, Message]) -> int:
    reply, message = made
    return characters(reply) + 3 * len(message.text)  # which stands in the blocks again, between their keys
