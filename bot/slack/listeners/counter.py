"""What all who serve editors at the desk need: whom they serve, and the ways to answer them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from bot.core.delivery.alarms import Alarm
from bot.core.delivery.answers import Deferred, Refused, Unknown
from bot.core.delivery.approvals import may_go_out
from bot.core.digest import Digest
from bot.core.errors import Problem, RoundupError
from bot.core.imported import Imported
from bot.core.markdown.tree import Text
from bot.core.message import Message
from bot.core.settings import Settings
from bot.core.sheets import Broken, Change, Joined, Outdated, Saved, Sheet
from bot.core.versions import Version
from bot.delivery.desk import Desk
from bot.slack.listeners.presses import Press
from bot.slack.listeners.responses import Responder
from bot.slack.screens import Screens
from bot.slack.views.forms import modal
from bot.slack.views.kit import plainly
from bot.store.database import LedgerError

log = logging.getLogger(__name__)

NOT_AN_EDITOR = "Only editors may do that: an operator lists them under `editors` in config.yaml."
NOT_AN_APPROVER = (
    "Only those may approve whom an operator lists under `approvers` (or `editors`) in config.yaml."
)
OUTSIDE = "Only members of this workspace may do that: no guests, and nobody from elsewhere."
APPROVAL_GONE = "That took its approval back: it goes out only once somebody has approved it as it is now."
SLOT_IS_OVER = "Its date has no slot to come: press When, to say when it goes out."
# Not "nothing was changed": an order for several channels is as many transactions, and a server that was
# stopped while it wrote one down has it all the same when it goes on.
AWAY = (
    "The database is away just now: what you asked for may not be done, or only in part. Try again in a"
    " minute; nothing is done twice."
)


class Writing(Protocol):
    """Where digests are written; see bot.newsroom.desk."""

    def create(self, digest: Digest, *, who: str, origin: str = "") -> Sheet | Broken: ...
    def read(self, digest: str, number: int = 0) -> Sheet: ...
    def history(self, digest: str) -> tuple[Version, ...]: ...
    def changes(self, digest: str, *, before: int = 0, most: int) -> tuple[Change, ...]: ...
    def from_origin(self, origin: str) -> Sheet | None: ...
    def drafts(self) -> tuple[Digest, ...]: ...
    def update(self, digest: Digest, *, expected: int, who: str) -> Saved: ...
    def join(self, digest: str, imported: Imported, *, who: str, origin: str) -> Joined | Broken: ...
    def prefer(self, digest: str, number: int, *, base: int, who: str) -> Saved: ...
    def take_over(self, digest: str, *, expected: int, who: str) -> Saved: ...
    def schedule(self, digest: str, day: date, *, expected: int, who: str) -> Saved: ...
    def discard(self, digest: str, *, expected: int, who: str) -> Saved: ...
    def bring_back(self, digest: str, number: int, *, expected: int, who: str) -> Saved: ...
    def next_free_day(self) -> date: ...


class People(Protocol):
    """Who may do what; see bot.slack.people."""

    def is_editor(self, user: str) -> bool: ...
    def may_approve(self, user: str) -> bool: ...


class Proof(Protocol):
    """Who reads what is typed; see bot.newsroom.proof."""

    def text(self, source: str) -> Text: ...
    def problems(self, digest: Digest) -> tuple[Problem, ...]: ...
    def markdown(self, digest: Digest, *, version: int) -> str: ...


class Slack(Protocol):
    """What is asked of Slack; see bot.slack.messenger."""

    def ask(
        self, method: str, arguments: Mapping[str, Any]
    ) -> Mapping[str, Any] | Refused | Deferred | Unknown: ...


class Telling(Protocol):
    """Who tells people what they must know; see bot.delivery.telling."""

    def alarm(self, alarm: Alarm) -> None: ...
    def thread(self, digest: str) -> str: ...
    def begin_thread(self, digest: str, ts: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counter:
    """The editors' side of the desk: all that its listeners share."""

    writing: Writing
    desk: Desk
    people: People
    proof: Proof
    slack: Slack
    screens: Screens
    responder: Responder
    telling: Telling
    settings: Callable[[], Settings]
    admits: Callable[[str, str], bool]  # whether somebody, of a team, is a member
    clock: Callable[[], datetime]

    def is_editor(self, user: str, team: str) -> bool:
        """Tell an editor from anybody else, and from a namesake of another organisation."""
        return self.people.is_editor(user) and self.admits(user, team)

    def must_be_editor(self, user: str, team: str) -> None:
        """RoundupError for anybody else."""
        if not self.people.is_editor(user):
            raise RoundupError(NOT_AN_EDITOR)
        self._must_be_member(user, team)

    def _must_be_member(self, user: str, team: str) -> None:
        if not self.admits(user, team):
            raise RoundupError(OUTSIDE)

    def attempt(self, press: Press, order: Callable[[], None]) -> None:
        """Do what an editor pressed; whatever cannot be is said where they pressed."""
        self._attempt(press, order, lambda: self.must_be_editor(press.user, press.team))

    def attempt_as_approver(self, press: Press, order: Callable[[], None]) -> None:
        """The same for who may approve, who need be no editor."""
        self._attempt(press, order, lambda: self._must_be_approver(press))

    def _must_be_approver(self, press: Press) -> None:
        if not self.people.may_approve(press.user):
            raise RoundupError(NOT_AN_APPROVER)
        self._must_be_member(press.user, press.team)

    def _attempt(self, press: Press, order: Callable[[], None], check: Callable[[], None]) -> None:
        try:
            check()
            order()
        except (RoundupError, LedgerError) as error:
            self.answer(press, plainly(in_words(error)))

    def what_follows(self, sheet: Sheet) -> list[str]:
        """Say what becomes, after a change, of posts that there may be by now, or are to come."""
        try:
            return self._follows(sheet, digest_of(sheet))
        except LedgerError as error:  # it is saved all the same
            log.warning("desk_without_database error=%s", error)
            return []

    def _follows(self, sheet: Sheet, digest: Digest) -> list[str]:
        posted = self.desk.posted(digest)
        must_wait = not may_go_out(sheet.version, {}, self.settings().approval)
        if posted:
            waits = ", once approved" if must_wait else ""
            return [f"It is posted in {', '.join(posted)}, and corrected there{waits}."]
        if digest.draft:
            return []
        gone = [APPROVAL_GONE] if must_wait and self._had_approval(sheet) else []
        over = not self.desk.coming(digest) and not self.desk.unsettled(digest)
        return [*gone, *([SLOT_IS_OVER] if over else [])]

    def _had_approval(self, sheet: Sheet) -> bool:
        """Tell whether the version before was approved, and this one is not."""
        number, approval = sheet.version.number, self.desk.approval
        return bool(approval(sheet.id, number=number - 1)) and not approval(sheet.id, number=number)

    def answer(self, press: Press, message: Message) -> None:
        """Say something to who pressed, where they are: in their modal, below their message, or directly."""
        if press.view:
            self.show(press, message)
        else:
            self.responder.tell(press.response_url, message, thread=press.thread)

    def show(self, press: Press, message: Message) -> None:
        """Say something where there is no message to say it below: in a modal, or directly."""
        view = modal("Roundup", message.blocks)
        try:
            if self.screens.begin(press, view):
                return
        except RoundupError:  # Slack opens none any more
            pass
        self.say(press.user, message)

    def say(self, channel: str, message: Message, *, thread: str = "") -> tuple[str, str]:
        """Post into a conversation, or to a person; return where it stands, ("", "") if nowhere."""
        where = {"channel": channel, **({"thread_ts": thread} if thread else {})}
        answer = self.slack.ask("chat.postMessage", {**message.as_arguments(), **where})
        if isinstance(answer, Mapping):
            return str(answer.get("channel") or ""), str(answer.get("ts") or "")
        log.warning("desk_not_heard error=%s", answer.error)
        return "", ""


def in_words(error: RoundupError | LedgerError) -> str:
    """Say why something was not done."""
    if isinstance(error, LedgerError):
        log.warning("desk_without_database error=%s", error)
        return AWAY
    return str(error)


def digest_of(sheet: Sheet) -> Digest:
    """Return what a sheet says; RoundupError if that is no digest any more."""
    if sheet.digest is None:
        raise RoundupError(f"{sheet.id} was discarded meanwhile: bring it back first, or send it again.")
    return sheet.digest


def saved_or_refused(saved: Saved) -> Sheet:
    """Return what was saved; RoundupError that says why not, and that nothing was."""
    match saved:
        case Sheet():
            return saved
        case Outdated():
            raise RoundupError(f"Nothing was changed: {saved}. Look at it again.")
        case Broken():
            raise refusal(saved)


def refusal(broken: Broken) -> RoundupError:
    """Say why nothing was saved."""
    return RoundupError(f"Nothing was changed:\n{broken}")
