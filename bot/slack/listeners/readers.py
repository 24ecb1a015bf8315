"""What people do in Slack, each thing in a few lines: ask, render, acknowledge with the answer.

A new listener is one method here, one line in a `register_…`, one test. With `process_before_response` the
first function holds Slack's answer: whatever calls Slack or the database goes into `lazy`.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Protocol, TypeVar

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.middleware import Middleware
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.core.digest import Digest, Story
from bot.core.figures import Figures
from bot.core.message import Block, Message
from bot.core.search.answer import Reply, characters, kind_of, shown
from bot.newsroom.finished import Finished
from bot.slack.bolt import acknowledge
from bot.slack.listeners.presses import STALE, Press, read_press, text
from bot.slack.listeners.responses import Responder
from bot.slack.views.answers import NOT_ANSWERED, SUGGEST, answer_message
from bot.slack.views.kit import OPEN_LINK, plainly
from bot.slack.views.stories import BACK, MORE, READ, SHARE, Link, Page, opened, shared_part
from bot.slack.views.welcome import home_of_a_stranger, home_view
from bot.store.database import LedgerError

log = logging.getLogger(__name__)

LAST_PAGE = 100_000  # stories before it; our own buttons never count so far, and the index cannot for ever
MOST_OF_A_HOME = 100  # blocks
MAX_QUERY = 4000  # Slack does not say how long a command's text may be; a longer one is no question
GONE = "That story is in no digest any more. Ask again for what there is now."
SHARED_ALREADY = "You have shared it already: it stands in this channel, under your name."
NOT_SHARED = "Not shared: the database is away. Ask again in a minute."


T = TypeVar("T")
Command = Mapping[str, Any]  # a slash command's payload

# No message holds itself: to look for that takes a fifth of the time.
_json = json.JSONEncoder(check_circular=False).encode


class Answering(Protocol):
    """Who answers a question; see bot.newsroom.asking."""

    def ask(self, text: str) -> Reply: ...
    def more(self, query: str, offset: int) -> Reply: ...


class Stories(Protocol):
    """Which stories there are; see bot.newsroom.library."""

    def story(self, story_id: str) -> tuple[Digest, Story] | None: ...
    def newest(self) -> Digest | None: ...


class Admission(Protocol):
    """Who is answered; see bot.slack.visitors."""

    def knows(self, user: str, team: str) -> bool | None: ...
    def admits(self, user: str, team: str) -> bool: ...


class Links(Protocol):
    """Where stories were posted; see bot.slack.permalinks."""

    def to(self, digest: Digest, story: Story, *, near: str) -> str: ...


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
    people: Admission
    links: Links
    responder: Responder
    figures: Figures = field(default_factory=Figures)
    # What an editor's Home begins with; nothing for anybody else.
    editors_home: Callable[[str], Sequence[Block]] = lambda user: ()
    # With the reply it was made of: for that very one it need not be made again.
    bodies: Finished[tuple[Reply, str]] = field(default_factory=lambda: Finished(weigh=_characters))

    def register_commands(
        self, app: App, *, but: Callable[[str], bool] = lambda text: False
    ) -> Callable[[Command], str | None]:
        """Connect `/roundup`, *but* not what is said to be somebody else's: those have listeners.

        Return what gives the body that answers a payload if that is a question, and one for our memory alone.
        """

        def answer(payload: Command) -> str | None:
            is_ours = payload.get("command") == "/roundup" and not but(payload.get("text", ""))
            return self.answer(payload) if is_ours else None

        app.use(_Questions(answer))
        return answer

    def register_presses(self, app: App) -> None:
        """Connect buttons, events and what is asked by somebody new; after the editors' listeners."""
        app.command("/roundup")(ack=acknowledge, lazy=[self.ask_later])
        app.event("app_home_opened")(ack=acknowledge, lazy=[self.show_home])
        app.action(re.compile(rf"{SUGGEST}\d+"))(ack=acknowledge, lazy=[self.show_suggestion])
        app.action(READ)(ack=acknowledge, lazy=[self.read])
        for turn in (MORE, BACK):
            app.action(turn)(ack=acknowledge, lazy=[self.turn])
        app.action(SHARE)(ack=acknowledge, lazy=[self.share])
        # The browser opens it; Slack still wants an answer.
        app.action(re.compile(rf"{OPEN_LINK}.*"))(acknowledge)
        # A message stands for years: it may have buttons that we had once.
        app.action(re.compile(".*"))(ack=acknowledge, lazy=[self.tell_stale])
        # No other event is of use to us; unanswered, Slack sends it three times more.
        app.event(re.compile(".*"))(acknowledge)

    def answer(self, command: Command) -> str | None:
        """`/roundup …`: answered from memory, within the acknowledgement, of which this is the body.

        None for somebody of whom Slack must say first who they are.
        """
        admitted = self.people.knows(*_who(command))
        if admitted is None:
            return None
        return self._answer_to(command, self._body) if admitted else _written(plainly(NOT_ANSWERED))

    def ask_later(self, command: dict[str, Any]) -> None:
        """The same for somebody whom we do not know yet."""
        admitted = self.people.admits(*_who(command))
        said = self._answer_to(command, self._made_of) if admitted else plainly(NOT_ANSWERED)
        self.responder.tell(command.get("response_url", ""), said)

    def show_suggestion(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """A name under "Did you mean": as if it had been asked for."""
        if press := self._admitted(body, action):
            said = self._answer(press.value, press.channel, self._made_of)
            self.responder.replace(press.response_url, said)

    def turn(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """More and Back: another page in the place of this one."""
        press = self._admitted(body, action)
        if press is None:
            return
        page = _page(press.read(q=str, offset=int))
        if page is None:
            self.responder.tell(press.response_url, plainly(STALE))
        else:
            reply = self.answers.more(page.query, page.offset)
            self.responder.replace(press.response_url, self._made_of(reply, press.channel, page))

    def read(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Read: the whole story in the place of the answer."""
        press = self._admitted(body, action)
        if press is None:
            return
        value = press.read(story=str)
        found = self.stories.story(value["story"]) if value else None
        if found is None:
            self.responder.tell(press.response_url, plainly(GONE if value else STALE))
        else:
            back = _page(value)
            self.responder.replace(
                press.response_url, opened(*found, link=self._near(press.channel), back=back)
            )

    def share(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Share: post the story for everybody, once."""
        press = self._admitted(body, action)
        if press is None:
            return
        part = shared_part(press.value, user=press.user, find=self.stories.story)
        if part is None:
            self.responder.tell(press.response_url, plainly(GONE))
            return
        place = {"channel": press.channel, "name": press.channel_name, "who": press.user}
        try:
            # Written down first: who corrects it later must know where it is.
            if not self.copies.share(press.once, part.stories, **place):
                self.responder.tell(press.response_url, plainly(SHARED_ALREADY))
            elif not self.responder.share(press.response_url, part.message):
                self.copies.unshare(press.once)
        except LedgerError as error:
            log.warning("share_not_noted error=%s", error)
            self.responder.tell(press.response_url, plainly(NOT_SHARED))

    def show_home(self, client: WebClient, event: dict[str, Any]) -> None:
        """The app's Home tab."""
        if event.get("tab") != "home":
            return
        user = text(event, "user")
        admitted = self.people.admits(user, "")
        view = home_view(self.stories.newest()) if admitted else home_of_a_stranger(plainly(NOT_ANSWERED))
        if admitted and (first := self.editors_home(user)):
            view = {**view, "blocks": [*first, *view["blocks"]][:MOST_OF_A_HOME]}
        try:
            client.views_publish(user_id=user, view=view)
        except (SlackClientError, OSError) as error:  # it is drawn anew the next time they come
            log.warning("home_not_shown error=%s", type(error).__name__)

    def tell_stale(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """A button that we do not know any more."""
        self.responder.tell(read_press(body, action).response_url, plainly(STALE))

    def _admitted(self, body: dict[str, Any], action: dict[str, Any]) -> Press | None:
        """Return a press of somebody who is answered; who is not is told so."""
        press = read_press(body, action)
        if self.people.admits(press.user, press.team):
            return press
        self.responder.tell(press.response_url, plainly(NOT_ANSWERED))
        return None

    def _answer_to(self, command: Command, make: Callable[[Reply, str, Page], T]) -> T:
        return self._answer(command.get("text", ""), command.get("channel_id", ""), make)

    def _answer(self, text: str, channel: str, make: Callable[[Reply, str, Page], T]) -> T:
        started = perf_counter()
        asked = text[:MAX_QUERY]
        reply = self.answers.ask(asked)
        made = make(reply, channel, Page(asked.strip()))
        self.figures.answered(kind_of(reply), perf_counter() - started)
        return made

    def _body(self, reply: Reply, channel: str, page: Page) -> str:
        """Return what Slack is sent: written once for each reply, as long as its links are the same."""

        def written() -> tuple[Reply, str]:
            return reply, _written(self._made_of(reply, channel, page))

        return self.bodies.get((id(reply), self._places(reply, channel)), written)[1]

    def _made_of(self, reply: Reply, channel: str, page: Page) -> Message:
        return answer_message(reply, find=self.stories.story, link=self._near(channel), page=page)

    def _near(self, channel: str) -> Link:
        return lambda digest, story: self.links.to(digest, story, near=channel)

    def _places(self, reply: Reply, channel: str) -> tuple[str, ...]:
        """Return the links that a message made of the reply has: it is another one where they differ."""
        link = self._near(channel)
        return tuple(link(*known) for story in shown(reply) if (known := self.stories.story(story)))


def _who(command: Command) -> tuple[str, str]:
    return command.get("user_id", ""), command.get("team_id", "")


def _page(value: Mapping[str, Any] | None) -> Page | None:
    """Return the page that a button leads to, None for none that there is."""
    query, offset = (value or {}).get("q"), (value or {}).get("offset")
    if not isinstance(query, str) or type(offset) is not int or not 0 <= offset <= LAST_PAGE:
        return None
    return Page(query[:MAX_QUERY], offset)


class _Questions(Middleware):
    """Answers before any listener is asked: to ask one costs Bolt as much as to answer what is known."""

    def __init__(self, answer: Callable[[Command], str | None]) -> None:
        self._answer = answer

    def process(
        self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], BoltResponse]
    ) -> BoltResponse:
        answer = self._answer(req.body)
        return next() if answer is None else BoltResponse(status=200, body=answer)


def _written(message: Message) -> str:
    return _json(message.as_ephemeral())


def _characters(made: tuple[Reply, str]) -> int:
    reply, body = made
    return characters(reply) + len(body)
