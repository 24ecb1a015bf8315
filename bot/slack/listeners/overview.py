"""What editors see at a glance, in Home and by `/roundup plan` and `/roundup status`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.errors import RoundupError
from bot.core.message import Block, Message
from bot.delivery.overview import FrontPage, Overview
from bot.slack.listeners.counter import Counter, in_words
from bot.slack.listeners.presses import text
from bot.slack.views.kit import plainly
from bot.slack.views.overview import home_blocks, plan_message, status_message
from bot.store.database import LedgerError

POSTS = 30  # that `/roundup status` names


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overviews:
    """Shows editors the front page."""

    counter: Counter
    page: FrontPage

    def home(self, user: str) -> Sequence[Block]:
        """Return what an editor's Home begins with; nothing for anybody else."""
        if not self.counter.is_editor(user, ""):
            return []
        try:
            return [*home_blocks(self.page.overview())]
        except LedgerError as error:
            return plainly(in_words(error)).blocks

    def plan(self, command: dict[str, Any]) -> None:
        """`/roundup plan`: every slot of the coming weeks."""
        self._answer(command, plan_message)

    def status(self, command: dict[str, Any]) -> None:
        """`/roundup status`: what waits for a decision, and what was posted lately."""
        self._answer(command, lambda seen: status_message(seen, self.counter.desk.shared()))

    def _answer(self, command: dict[str, Any], made: Callable[[Overview], Message]) -> None:
        counter = self.counter
        try:
            counter.must_be_editor(text(command, "user_id"), text(command, "team_id"))
            answer = made(self.page.overview(posts=POSTS))
        except (RoundupError, LedgerError) as error:
            answer = plainly(in_words(error))
        counter.responder.replace(text(command, "response_url"), answer)
