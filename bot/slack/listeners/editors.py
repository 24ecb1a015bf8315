"""The editors' hand on the wheel, in Slack: preview, post now, skip, and the answers to alarms.

Whoever is no editor is told so; every order is safe to repeat, because the desk behind it is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from slack_bolt import App

from bot.core.delivery.ways import IN_SLACK
from bot.core.digest import Digest
from bot.core.errors import RoundupError
from bot.core.message import Block, Message, Part
from bot.core.settings import ChannelSettings, Settings
from bot.core.sheets import Sheet
from bot.delivery.desk import Desk
from bot.delivery.resolving import Choice
from bot.slack.bolt import acknowledge
from bot.slack.listeners.counter import NOT_AN_EDITOR, in_words
from bot.slack.listeners.presses import STALE, Press, read_press, text
from bot.slack.listeners.responses import Responder
from bot.slack.views.alarms import DROP, IS_THERE, NEXT_SLOT, POST_AGAIN, TRY_AGAIN, decided
from bot.slack.views.desk import PREVIEW, gone
from bot.slack.views.kit import plainly, unfolded
from bot.slack.views.posts import digest_parts
from bot.slack.views.previews import POST_NOW, RETRACT, SKIP_WEEK, preview_message
from bot.slack.views.timing import skipped
from bot.store.database import LedgerError

log = logging.getLogger(__name__)

PREVIEW_WORD = "preview"
NEW_WORD, PLAN_WORD, STATUS_WORD = "new", "plan", "status"
NO_CHANNEL = "No channel can be found just now: `/roundup status` says what is known."
ALONE = frozenset({NEW_WORD, PLAN_WORD, STATUS_WORD})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Editors:
    """What editors do. Every method without an underscore is a listener."""

    desk: Desk
    settings: Callable[[], Settings]
    is_editor: Callable[[str], bool]
    responder: Responder
    clock: Callable[[], datetime]
    # What else somebody can do with a digest they look at, and what the other words of ours do.
    rows: Callable[[Digest, str], Sequence[Block]] = lambda digest, user: ()
    unapproved: Callable[[], Collection[str]] = frozenset  # ids of digests that may not go out as they are
    words: Mapping[str, Callable[[dict[str, Any]], None]] = field(default_factory=dict)
    sheet: Callable[[str], Sheet | None] = lambda digest: None  # as the desk has it by now
    may_look: Callable[[str], bool] = lambda user: False  # editors and approvers
    show: Callable[[Press, Message], None] = lambda press, message: None  # in a modal, or from Home

    def register_commands(self, app: App) -> None:
        """Connect the words of `/roundup` that readers leave to us; see `is_order`."""
        app.command("/roundup", matchers=[_is_for_us])(ack=acknowledge, lazy=[self.command])

    def register_presses(self, app: App) -> None:
        """Connect the buttons; before the readers' ones, which take every other button."""
        for action_id in ORDERS:
            app.action(action_id)(ack=acknowledge, lazy=[self.order])
        app.action(PREVIEW)(ack=acknowledge, lazy=[self.look])

    def command(self, command: dict[str, Any]) -> None:
        """A word of `/roundup` that is ours."""
        word = command["text"].split(maxsplit=1)[0].casefold()
        self.words.get(word, self.preview)(command)

    def preview(self, command: dict[str, Any]) -> None:
        """`/roundup preview [DIGEST]`."""
        user = command.get("user_id", "")
        try:
            self._must_be_editor(user)
            answer = self._preview(" ".join(command["text"].split()[1:]), user)
        except (RoundupError, LedgerError) as error:
            answer = plainly(in_words(error))
        address = command.get("response_url", "")
        if not self.responder.replace(address, answer) and answer.folds:
            self.responder.replace(address, unfolded(answer))  # a workspace that takes no folded stories

    def order(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Any button under a preview or an alarm."""
        press = read_press(body, action)
        value = press.read(digest=str)
        if value is None:
            self._answer(press, plainly(STALE))
            return
        about = _Order(who=press.user, digest=value["digest"], channel=text(value, "channel"))
        try:
            self._must_be_editor(about.who)
            what = (press.action, about.digest, about.channel, about.who)
            log.info("editor_ordered what=%s digest=%s channel=%s by=%s", *what)
            said = ORDERS[press.action](self.desk, about)
        except (RoundupError, LedgerError) as error:  # whoever may decide still needs the buttons
            self._answer(press, plainly(in_words(error)))
        else:
            # A letter may hold more that waits for a decision.
            self._answer(press, _shown(press, said), replace=True)

    def _must_look(self, user: str) -> None:
        if not self.may_look(user):
            raise RoundupError(NOT_AN_EDITOR)

    def _must_be_editor(self, user: str) -> None:
        if not self.is_editor(user):
            raise RoundupError(NOT_AN_EDITOR)

    def look(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Preview, below a draft or a request: the same for its digest, as it stands on the desk."""
        press = read_press(body, action)
        value = press.read(digest=str)
        try:
            self._must_look(press.user)
            answer = self._preview(value["digest"], press.user) if value else plainly(STALE)
        except (RoundupError, LedgerError) as error:
            answer = plainly(in_words(error))
        self._answer(press, answer)

    def _answer(self, press: Press, answer: Message, *, replace: bool = False) -> None:
        if press.view:
            self.show(press, unfolded(answer))  # no form has folded stories
        elif replace:
            self.responder.replace(press.response_url, answer)
        elif not self.responder.tell(press.response_url, answer, thread=press.thread) and answer.folds:
            self.responder.tell(press.response_url, unfolded(answer), thread=press.thread)

    def _preview(self, name: str, user: str) -> Message:
        named = None if name else self.desk.find()
        sheet = self.sheet(named.id if named else name)
        if sheet and sheet.is_discarded:
            return gone(sheet)
        digest = (sheet and sheet.digest) or named or self.desk.find(name)
        return preview_message(
            digest,
            _parts(digest, self.settings().channels[0]),
            coming=self.desk.coming(digest),
            posted=self.desk.posted(digest),
            unsettled=self.desk.unsettled(digest),
            left_out=self.desk.without_stories(digest),
            more=self.rows(digest, user),
            may_go_out=digest.id not in self.unapproved(),
            of_a_file=sheet is None or sheet.of_a_file,
            now=self.clock(),
        )


def _shown(press: Press, said: str | Message) -> Message:
    """Return what takes the place of the message whose button was pressed."""
    if isinstance(said, Message):
        return said
    many = press.action in DECISIONS and any(b.get("block_id") == press.row for b in press.blocks)
    return decided(press.blocks, press.row, said) if many else plainly(said)


def is_order(text: str) -> bool:
    """Tell whether what follows `/roundup` is for us: anything else is a reader's question.

    `new`, `plan` and `status` are only if they stand alone: "new products" is a question.
    """
    words = text.casefold().split()
    return words[:1] == [PREVIEW_WORD] or (len(words) == 1 and words[0] in ALONE)


def _is_for_us(command: dict[str, Any]) -> bool:
    return is_order(command.get("text", ""))


def _parts(digest: Digest, channel: ChannelSettings) -> Sequence[Part]:
    """Return the post as a channel gets it; as if it got everything, if it gets nothing of it."""
    return digest_parts(digest, channel.selection(digest) or digest.stories, layout=channel.layout)


# --- what the buttons order ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What an editor's button is about. *channel* is "" for every one."""

    who: str
    digest: str
    channel: str


def _post_now(desk: Desk, order: _Order) -> str:
    return _told(desk.post_now(desk.find(order.digest), channel=order.channel, who=order.who))


def _retract(desk: Desk, order: _Order) -> str:
    said = _told(desk.retract(order.digest, channel=order.channel, who=order.who))
    return "\n".join([said, *desk.copies(order.digest)])


def _skip_week(desk: Desk, order: _Order) -> Message:
    days = [(post.channel, post.local.date()) for post in desk.coming(desk.find(order.digest))]
    if not days:
        raise RoundupError(f"{order.digest} is not going out by itself any more: nothing is skipped.")
    said = "\n".join(f"{desk.skip(name, day, who=order.who)}." for name, day in days)
    return skipped(said, days)


def _resolve(choice: Choice, desk: Desk, order: _Order) -> str:
    return desk.resolve(order.digest, channel=order.channel, choice=choice, who=order.who) + "."


def _try_again(desk: Desk, order: _Order) -> str:
    where = f"{order.digest} in {desk.place(order.channel).name}"
    if not desk.retry(digest=order.digest, channel=order.channel, who=order.who):
        return f"{where} has nothing that failed: {IN_SLACK.status} says what became of it."
    return f"{where} is tried again now."


def _told(by_channel: Mapping[str, str]) -> str:
    return "\n".join(f"{name} {what}." for name, what in by_channel.items()) or NO_CHANNEL


# A new button of the editors: a function above and a line here.
ORDERS: Mapping[str, Callable[[Desk, _Order], str | Message]] = {
    POST_NOW: _post_now,
    SKIP_WEEK: _skip_week,
    RETRACT: _retract,
    IS_THERE: partial(_resolve, Choice.THERE),
    POST_AGAIN: partial(_resolve, Choice.REPOST),
    NEXT_SLOT: partial(_resolve, Choice.NEXT),
    DROP: partial(_resolve, Choice.DROP),
    TRY_AGAIN: _try_again,
}
# The buttons that stand under alarms, of which a message may have several.
DECISIONS = frozenset({IS_THERE, POST_AGAIN, NEXT_SLOT, DROP, TRY_AGAIN})
