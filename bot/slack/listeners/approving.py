"""Approving, in Slack alone: somebody else looks at a digest as it stands, and lets it out."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt import App

from bot.core.delivery.alarms import APPROVAL, Alarm
from bot.core.delivery.approvals import may_go_out
from bot.core.digest import Digest
from bot.core.errors import RoundupError
from bot.core.message import Block
from bot.core.settings import Layout
from bot.core.versions import mention
from bot.slack.bolt import acknowledge
from bot.slack.listeners.counter import Counter, digest_of
from bot.slack.listeners.presses import STALE, Press, read_press
from bot.slack.screens import MODAL
from bot.slack.views.desk import (
    APPROVE,
    APPROVE_AND_SEND,
    ASK,
    EDIT,
    READ_ALL,
    WHEN,
    approval_buttons,
    ask_button,
)
from bot.slack.views.forms import told
from bot.slack.views.history import versions_button
from bot.slack.views.kit import actions, as_preview, button, person, plainly, section
from bot.slack.views.posts import digest_parts
from bot.slack.views.timing import spoken
from bot.store.database import LedgerError

log = logging.getLogger(__name__)

SLOT_IS_OVER = (
    "Its slot is over. If it is in no channel in a minute, press Post now in its preview, or When for a day."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Approving:
    """Who asks and who approves. Every method without an underscore is a listener, or connects some."""

    counter: Counter

    def register(self, app: App) -> None:
        """Connect the buttons."""
        app.action(ASK)(ack=acknowledge, lazy=[self.ask])
        app.action(READ_ALL)(ack=acknowledge, lazy=[self.read_all])
        for action in (APPROVE, APPROVE_AND_SEND):
            app.action(action)(ack=acknowledge, lazy=[self.approve])

    def rows(self, digest: Digest, user: str) -> Sequence[Block]:
        """Return what somebody can do with a digest that they look at, beside what the preview has."""
        try:
            return [*self._rows(digest, user)]
        except (RoundupError, LedgerError):  # not in the database yet, or that is away: then there is no more
            return []

    def _rows(self, digest: Digest, user: str) -> Iterator[Block]:
        counter = self.counter
        version = counter.writing.history(digest.id)[-1]
        about = {"digest": digest.id, "number": version.number}
        more = [button("Edit", EDIT, about), button("When", WHEN, about), versions_button(digest.id)]
        if digest.draft or may_go_out(version, {}, counter.settings().approval):
            yield actions(*more)
            return
        given = counter.desk.approval(digest.id, number=version.number)
        if given:
            yield section(f"Approved by {person(given.who)}.")
        elif counter.people.may_approve(user) and version.who != user:
            yield section("*Nobody has approved it yet.* It goes out only once somebody has.")
            yield approval_buttons(digest.id, version.number)
        else:
            yield section("*Nobody has approved it yet*; whoever wrote its last version cannot.")
            more.append(ask_button(digest.id, version.number))
        yield actions(*more)

    def ask(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Ask for approval: everybody who may gives it a look."""
        press = read_press(body, action)
        self.counter.attempt(press, lambda: self._ask(press))

    def _ask(self, press: Press) -> None:
        digest, number = self._about(press)
        text = f"Please approve: {mention(press.user)} asks for approval of {digest.id}: {digest.title}."
        self.counter.telling.alarm(
            Alarm(subject=f"{APPROVAL}{digest.id} asked {number}", text=text, digest=digest.id)
        )
        self._say(press, f"The approvers are asked to look at {digest.id}.")

    def read_all(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Read it all: every word of it, as a direct message to whoever approves."""
        press = read_press(body, action)
        self.counter.attempt_as_approver(press, lambda: self._read_all(press))

    def _read_all(self, press: Press) -> None:
        digest, number = self._about(press)
        parts = as_preview(digest_parts(digest, digest.stories, layout=Layout.FULL))
        channel, root = self.counter.say(press.user, parts[0].message)
        for part in parts[1:] if root else ():
            self.counter.say(channel, part.message, thread=root)
        log.info("digest_read digest=%s number=%d by=%s", digest.id, number, press.user)

    def approve(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Approve, and perhaps send at once."""
        press = read_press(body, action)
        self.counter.attempt_as_approver(press, lambda: self._approve(press))

    def _approve(self, press: Press) -> None:
        digest, number = self._about(press)
        send = press.action == APPROVE_AND_SEND
        log.info("digest_approved digest=%s number=%d by=%s send=%s", digest.id, number, press.user, send)
        author = self.counter.writing.history(digest.id)[number - 1].who
        told_ = self.counter.desk.approve(digest, number=number, who=press.user, author=author, send=send)
        said = [
            f"{digest.id} is approved as it stands.",
            *(f"{name} {what}." for name, what in told_.items()),
            *(() if send else self._follows(digest)),
        ]
        self._say(press, "\n".join(said))

    def _follows(self, digest: Digest) -> list[str]:
        """Say what becomes of it by itself: an approval alone sends nothing before its slot."""
        desk = self.counter.desk
        posted = desk.posted(digest)
        corrected = [f"It is posted in {', '.join(posted)}, and corrected there."] if posted else []
        coming = [f"{post.channel}: {spoken(post)}." for post in desk.coming(digest)]
        return [*corrected, *coming] or [SLOT_IS_OVER]

    def _about(self, press: Press) -> tuple[Digest, int]:
        """Return the digest as the button's version says it; RoundupError if it is another one by now."""
        value = press.read(digest=str, number=int)
        if value is None:
            raise RoundupError(STALE)
        sheet = self.counter.writing.read(value["digest"])
        if sheet.version.number != value["number"]:
            raise RoundupError(
                f"{sheet.id} has changed since, and is not approved: type `/roundup preview {sheet.id}`, and"
                " approve what you see then."
            )
        return digest_of(sheet), sheet.version.number

    def _say(self, press: Press, words: str) -> None:
        if press.view and press.view_type == MODAL:
            self.counter.screens.show(press.view, told(words))
        elif press.response_url:
            self.counter.responder.replace(press.response_url, plainly(words))
        else:
            self.counter.say(press.user, plainly(words))
