"""Carries letters to people: claims each, asks Slack, writes down what is then known.

The log is a person too: its letters become lines, so that an alarm is one although there is no editor.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.delivery.alarms import OVER, Alarm, gathered
from bot.core.delivery.answers import Accepted, Deferred, Outcome, Refused, Unreadable, brief
from bot.core.delivery.changes import CONTENT, GONE
from bot.core.delivery.outbox import (
    LOG,
    Letter,
    Task,
    answered,
    is_room,
    readers,
    searched,
    strays,
    tasks,
    unsent,
)
from bot.core.delivery.outbox import Mail as Waiting
from bot.core.delivery.state import Kind, Room, State
from bot.core.delivery.ways import for_operators
from bot.core.message import Message
from bot.core.settings import DeliverySettings
from bot.core.versions import unmentioned
from bot.delivery.lease import Leased
from bot.delivery.limits import POSTS, SEARCHES, in_channel
from bot.delivery.needs import People, Rooms, Slack, Wording
from bot.delivery.replica import Replica
from bot.delivery.telling import Telling
from bot.store.clock import ClockWasSetError
from bot.store.limits import Limit, Wait
from bot.store.outbox import Claimed, Outbox

log = logging.getLogger(__name__)

LONG_AGO = timedelta(days=7)  # before which no letter was asked for whose answer is still missed
SOON = timedelta(seconds=2)  # a wait that is over before whoever waits for us gives up


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ours(Leased):
    """A letter that is ours."""

    kind: Kind
    letter: Letter
    alarms: tuple[Alarm, ...]


class Mail:
    """Sends what people are to hear, as much of it at once as Slack allows."""

    def __init__(
        self,
        *,
        replica: Replica,
        outbox: Outbox,
        slack: Slack,
        rooms: Rooms,
        people: People,
        wording: Wording,
        telling: Telling,
    ) -> None:
        self._replica, self._outbox, self._slack, self._rooms = replica, outbox, slack, rooms
        self._people, self._wording, self._telling = people, wording, telling
        self._clocks, self._timekeeper = replica.clocks, replica.timekeeper
        self._looked = False
        self.waiting = 0  # what people have still to hear, when last looked
        self.busy = False  # whether the last turn left something that will be over in a moment

    def look_first(self) -> None:
        """Learn which faults last before anything is found to be well."""
        if not self._looked:
            self._look()

    def turn(self) -> None:
        """Start whatever can be started now."""
        settings, waiting = self._people.settings(), self._look()
        self.busy = False
        for whom, to in strays(waiting, settings) if self._people.knows_all() else ():
            self._outbox.redirect(whom, to)
            log.warning("mail_redirected from=%s to=%d", whom, len(to))
        full: set[str] = set()
        for task in tasks(waiting, rules=settings.delivery, fits=self._wording.fits):
            if task.becomes is not None:
                self._note(task.letter, task.becomes)
                continue
            limits = self._limits_of(task)
            if self._replica.has_nobody_free or any(limit.name in full for limit in limits):
                continue
            wait = self._claim(task, limits, settings.delivery)
            if wait is not None:
                full.add(wait.name)
            self.busy |= wait is None or wait.until < waiting.now + SOON

    def _look(self) -> Waiting:
        waiting = self._outbox.mail()
        self._telling.keep_up(waiting)
        self._looked, self.waiting = True, len(waiting.notices)
        return waiting

    def _note(self, old: Letter, new: Letter) -> None:
        try:
            self._outbox.write(old, new, expected=self._timekeeper.expected())
        except ClockWasSetError:
            log.info("note_put_off letter=%s", old.id)  # the next look understands the clock

    def _claim(self, task: Task, limits: Sequence[Limit], rules: DeliverySettings) -> Wait | None:
        """Make a letter ours and have it carried; return what there is to wait for instead."""
        started = self._clocks.uptime()
        claim = self._outbox.claim(
            task,
            owner=self._replica.name,
            rules=rules,
            limits=limits,
            slack=self._clocks.slack(),
            expected=self._timekeeper.expected(),
        )
        if isinstance(claim, Claimed):
            ours = _Ours(
                kind=task.kind,
                letter=claim.letter,
                alarms=gathered(notice.alarm for notice in claim.notices),
                rules=rules,
                started=started,
                uptime=self._clocks.uptime,
            )
            self._replica.errands.start(self._carry, ours)
        return claim if isinstance(claim, Wait) else None  # None also if another replica was first

    def _limits_of(self, task: Task) -> Sequence[Limit]:
        whom = task.letter.whom
        if whom == LOG:
            return ()
        if task.kind is Kind.SEARCH:
            return (SEARCHES,)
        # What is tried again, or fills a message, gains nothing by waiting for more to join it.
        awaited = any(notice.alarm.is_awaited for notice in task.notices)
        if task.letter.version or task.full or awaited or not self._telling.pace.gap:
            return (in_channel(whom), POSTS)
        minute = Limit(name=f"letters {whom} {task.letter.topic}", interval=self._telling.pace.gap)
        return (minute, in_channel(whom), POSTS)

    def _carry(self, ours: _Ours) -> None:
        """Bring a letter to whom it is for, and write down what is known then."""
        # The last look: a process that was frozen since the claim must not send any more.
        if ours.too_late:
            self._write_down(ours, lambda _: unsent(ours.letter))
        elif ours.letter.whom == LOG:
            _write_lines(ours.alarms)
            self._answer(ours, Accepted("", ""))
        elif ours.kind is Kind.SEARCH:
            self._search(ours)
        else:
            outcome = self._send(ours)
            log.info("letter_answered letter=%s answer=%s", ours.letter.id, brief(outcome))
            self._answer(ours, outcome)

    def _send(self, ours: _Ours) -> Outcome:
        letter, message = ours.letter, self._wording.letter(ours.alarms)
        if letter.plain:
            message = Message(text=message.text)
        return self._slack.mail(self._place(letter), message, letter=letter.id, parent=letter.parent)

    def _place(self, letter: Letter) -> str:
        room = self._rooms.rooms.get(letter.whom)
        return room.id if isinstance(room, Room) else letter.whom

    def _answer(self, ours: _Ours, outcome: Outcome) -> None:
        letter = ours.letter
        if isinstance(outcome, Deferred):
            self._replica.let_all_wait(POSTS, outcome.after)
        if isinstance(outcome, Refused):  # nothing else needs a person: it is tried again
            log.error("editor_not_told editor=%s answer=%s", letter.whom, brief(outcome))
        self._write_down(ours, lambda now: answered(letter, outcome, now=now, rules=ours.rules))
        if isinstance(outcome, Refused) and outcome.error not in CONTENT | GONE and is_room(letter.whom):
            self._tell_each_instead(letter.whom)

    def _tell_each_instead(self, newsroom: str) -> None:
        """Where the newsroom takes nothing, its editors are told by direct message; without any, it waits."""
        if to := readers(self._people.settings(), newsroom=False):
            self._outbox.redirect(newsroom, to)
            log.warning("mail_redirected from=%s to=%d", newsroom, len(to))

    def _search(self, ours: _Ours) -> None:
        letter = ours.letter
        since = letter.first_asked or self._clocks() - LONG_AGO
        finding = self._slack.find_mail(
            self._place(letter), letter=letter.id, since=since, parent=letter.parent
        )
        log.info("letter_searched letter=%s finding=%s", letter.id, type(finding).__name__)
        if isinstance(finding, Unreadable) and finding.after:
            self._replica.let_all_wait(SEARCHES, finding.after)
        self._write_down(ours, lambda now: searched(letter, finding, now=now, rules=ours.rules))

    def _write_down(self, ours: _Ours, known: Callable[[datetime], Letter]) -> None:
        self._replica.write_down(ours.letter.id, ours, lambda now: self._write(ours.letter, known(now)))

    def _write(self, old: Letter, new: Letter) -> None:
        written = self._outbox.write(old, new, expected=self._timekeeper.expected())
        if written and new.state is State.HELD:
            log.error("letter_in_doubt letter=%s to=%s error=%s", new.id, new.whom, new.error)


def _write_lines(alarms: Sequence[Alarm]) -> None:
    for alarm in alarms:
        subject, says = alarm.subject.replace(" ", "/"), for_operators(unmentioned(alarm.whole))
        if alarm.subject == "reminder":
            log.warning("reminder_sent says=%r", says)
        elif alarm.subject.startswith(OVER):
            log.warning("all_clear_told subject=%s says=%r", subject, says)
        else:
            # Where there are no editors this line is the alarm, so it has the remedy too.
            log.error("editors_told subject=%s says=%r", subject, says)
