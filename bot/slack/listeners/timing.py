"""When a digest goes out, chosen in Slack: what a choice means stands there in words before it counts."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from slack_bolt import Ack, App

from bot.core.delivery.approvals import may_go_out
from bot.core.delivery.plan import Target, first_slot
from bot.core.delivery.state import State
from bot.core.delivery.ways import IN_SLACK
from bot.core.digest import Digest
from bot.core.errors import RoundupError
from bot.core.sheets import Sheet
from bot.slack.bolt import acknowledge
from bot.slack.listeners.counter import Counter, digest_of, in_words, saved_or_refused
from bot.slack.listeners.presses import STALE, Press, by_whom, read_press
from bot.slack.views.desk import WHEN, ask_button
from bot.slack.views.forms import View, day_in, filled, noted, one_of, picked_day, told, waiting
from bot.slack.views.kit import plainly
from bot.slack.views.timing import (
    DATE,
    DAY,
    NEXT,
    NOW,
    TITLE,
    UNSKIP,
    WAY,
    WAYS,
    WHEN_FORM,
    scheduled_view,
    spoken,
    when_view,
)
from bot.store.database import LedgerError

log = logging.getLogger(__name__)

MOMENT = waiting(TITLE, "One moment…")
WAITS = "It goes out only once somebody else has approved it as it stands."
AT_ONCE = "at once"
# An approval lets out what is due: whether it goes before its slot is the approver's to say.
AT_ONCE_APPROVED = "as soon as somebody presses Approve and send now"
CHANGED = "Nothing is set yet: by now it means something else. If it is right, press once more."
DAY_OF_GRACE = timedelta(days=1)  # somewhere it is still yesterday
# Why a channel gets nothing, whatever the date: what was decided there.
OVER = {
    State.WITHDRAWN: "as it was taken back there: only Now sends it again",
    State.SKIPPED: "as it was left out there: only Now sends it",
    State.MISSED: "until somebody decides: `/roundup status` has the buttons",
    State.HELD: "until somebody decides: `/roundup status` has the buttons",
}
SAVING = waiting(TITLE, "Saving…")
WORKING = waiting(TITLE, "Working out what that means…")


@dataclass(frozen=True, slots=True)
class _Choice:
    """What is chosen in the form."""

    way: str
    day: date

    def on(self, free: date, today: date) -> date:
        """Return the date that the digest gets by it."""
        return {NEXT: free, NOW: today}.get(self.way, self.day)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timing:
    """The form When, and taking back a skip. Every public method is a listener, or connects some."""

    counter: Counter

    def register(self, app: App) -> None:
        """Connect the form and its buttons."""
        app.action(WHEN)(ack=acknowledge, lazy=[self.when])
        for action in (WAY, DAY):
            app.action(action)(ack=acknowledge, lazy=[self.choose])
        app.view(WHEN_FORM)(ack=self.check, lazy=[self.set])
        app.action(UNSKIP)(ack=acknowledge, lazy=[self.unskip])

    def when(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """When: the form, with what the next free slot means."""
        press = read_press(body, action)
        self.counter.attempt(press, lambda: self._open(press))

    def _open(self, press: Press) -> None:
        value = press.read(digest=str)
        if value is None:
            raise RoundupError(STALE)
        screen = self.counter.screens.begin(press, MOMENT)
        try:
            sheet = self.counter.writing.read(value["digest"])
            free = self._free(digest_of(sheet))
            self._show(screen, sheet, _Choice(NEXT, free), free)
        except (RoundupError, LedgerError) as error:
            self.counter.screens.show(screen, told(in_words(error)))

    def _free(self, digest: Digest) -> date:
        """Return the next free slot's day; a slot that the digest has itself is free for it."""
        free, today = self.counter.writing.next_free_day(), self.counter.clock().date()
        return min(free, digest.date) if digest.date >= today else free

    def choose(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Another choice in the form: say what that means. A date that is picked is chosen."""
        press = read_press(body, action)
        found = body.get("view")
        view = found if isinstance(found, dict) else {}
        choice = _chosen(view)
        if action.get("action_id") == DAY and action.get("selected_date"):
            choice = replace(choice, way=DATE)
        self.counter.attempt(press, lambda: self._choose(press.view, noted(view), choice))

    def _choose(self, screen: str, note: Mapping[str, Any], choice: _Choice) -> None:
        sheet = self.counter.writing.read(str(note.get("d")))
        self._show(screen, sheet, choice, _day(note, "free"))

    def check(self, ack: Ack, view: dict[str, Any]) -> None:
        """Let only count what stands there in words; whatever else was chosen is said first."""
        choice, note = _chosen(view), noted(view)
        if self._is_over(choice):
            ack(response_action="errors", errors={"day": "That day is over: choose one to come."})
        elif _is_said(choice, note):
            ack(response_action="update", view=SAVING)
        else:
            ack(response_action="update", view=WORKING)

    def _is_over(self, choice: _Choice) -> bool:
        return choice.way == DATE and choice.day < self.counter.clock().date() - DAY_OF_GRACE

    def set(self, body: dict[str, Any], view: dict[str, Any]) -> None:
        """The form was sent."""
        (who, team), note, choice = by_whom(body), noted(view), _chosen(view)
        if self._is_over(choice):  # Bolt comes here all the same
            return
        screen = self.counter.screens.submitted(view)
        try:
            self.counter.must_be_editor(who, team)
            if not _is_said(choice, note):
                self._choose(screen, note, choice)
                return
            self._set(screen, note, choice, who)
        except (RoundupError, LedgerError) as error:
            if not self.counter.screens.show(screen, told(in_words(error))):
                self.counter.say(who, plainly(in_words(error)))

    def _set(self, screen: str, note: Mapping[str, Any], choice: _Choice, who: str) -> None:
        counter = self.counter
        if self._means_something_else(screen, note, choice):
            return
        day = choice.on(_day(note, "free"), counter.clock().date())
        sheet = self._scheduled(note, choice, day, who)
        digest = digest_of(sheet)
        log.info("digest_scheduled digest=%s day=%s by=%s", sheet.id, day, who)
        waits = self._waits(sheet)
        lines = self._lines(digest, choice.way, waits=waits)
        if choice.way == NOW and not waits:
            lines = [f"{name} {what}" for name, what in counter.desk.post_now(digest, who=who).items()]
        notes = [WAITS] if waits else []
        buttons = [ask_button(sheet.id, sheet.version.number)] if waits else []
        counter.screens.show(screen, scheduled_view(lines, buttons, notes))

    def _means_something_else(self, screen: str, note: Mapping[str, Any], choice: _Choice) -> bool:
        """Show the form anew, if what stands there in words is not so any more: it may be an hour old."""
        sheet = self.counter.writing.read(str(note.get("d")))
        free = self._free(digest_of(sheet))
        view = self._view(sheet, choice, free, notes=[CHANGED])
        if noted(view)["said"] == note.get("said"):
            return False
        self.counter.screens.show(screen, view)
        return True

    def _scheduled(self, note: Mapping[str, Any], choice: _Choice, day: date, who: str) -> Sheet:
        writing, number = self.counter.writing, note.get("n")
        sheet = writing.read(str(note.get("d")))
        # Another date would take its approval away, and correct what is posted of it, for nothing.
        if choice.way == NOW and not digest_of(sheet).draft and sheet.version.number == number:
            return sheet
        expected = number if isinstance(number, int) else 0
        return saved_or_refused(writing.schedule(sheet.id, day, expected=expected, who=who))

    def _show(self, screen: str, sheet: Sheet, choice: _Choice, free: date) -> None:
        self.counter.screens.show(screen, self._view(sheet, choice, free))

    def _view(self, sheet: Sheet, choice: _Choice, free: date, *, notes: Sequence[str] = ()) -> View:
        digest = digest_of(sheet)
        day = choice.on(free, self.counter.clock().date())
        stays = not digest.draft and (choice.way == NOW or day == digest.date)
        waits = self._waits(sheet) if stays else self._must_wait(sheet)
        return when_view(
            sheet,
            digest,
            way=choice.way,
            day=choice.day,
            free=free,
            lines=self._lines(replace(digest, date=day, draft=False), choice.way, waits=waits),
            waits=waits,
            notes=[*notes, *([WAITS] if waits else [])],
        )

    def _lines(self, digest: Digest, way: str, *, waits: bool) -> list[str]:
        """Say for each channel when it gets the digest, by its own clocks."""
        desk, now = self.counter.desk, way == NOW
        coming = {post.channel: post for post in desk.coming(digest)}
        without, posted = desk.without_stories(digest), desk.posted(digest)
        over = {row.channel: OVER.get(row.delivery.state) for row in reversed(desk.status(digest=digest.id))}
        refused = desk.refusals(digest, ways=IN_SLACK) if now else {}
        at_once = AT_ONCE_APPROVED if waits else AT_ONCE
        lines = []
        for place in desk.places():
            post = coming.get(place.name)
            if place.name in without:
                lines.append(f"{place.name}: nothing, as no story is about what its `only` names")
            elif place.name in posted:
                lines.append(f"{place.name}: has it already")
            elif now:
                later = f"; after Approve alone, {spoken(post)}" if post and waits else ""
                lines.append(f"{place.name}: {refused.get(place.name, at_once + later)}")
            elif post:
                lines.append(f"{place.name}: {spoken(post)}")
            elif why := over.get(place.name):
                lines.append(f"{place.name}: nothing, {why}")
            else:
                lines.append(f"{place.name}: {self._late(digest, place)}")
        return lines

    def _late(self, digest: Digest, place: Target) -> str:
        """Say what becomes of a digest whose slot in a channel is over."""
        slot = first_slot(place.settings.schedule, digest.date)
        if place.skips(slot):
            return "nothing, as its slot of that date was skipped: choose Now, or another date"
        if self.counter.clock() - slot.at > self.counter.settings().delivery.catch_up:
            return "nothing by itself, as its slot of that date is over: choose Now, or another date"
        return "at once, as its slot of that date is just over; if I was not there then, only Now sends it"

    def _must_wait(self, sheet: Sheet) -> bool:
        return not may_go_out(sheet.version, {}, self.counter.settings().approval)

    def _waits(self, sheet: Sheet) -> bool:
        number = sheet.version.number
        return self._must_wait(sheet) and self.counter.desk.approval(sheet.id, number=number) is None

    def unskip(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Undo: what was skipped goes out after all."""
        press = read_press(body, action)
        self.counter.attempt(press, lambda: self._unskip(press))

    def _unskip(self, press: Press) -> None:
        value = press.read(days=list)
        if value is None:
            raise RoundupError(STALE)
        days = [*map(_skipped, value["days"])]
        said = [f"{self.counter.desk.unskip(channel, day, who=press.user)}." for channel, day in days]
        self.counter.responder.replace(press.response_url, plainly("\n".join(said)))


def _skipped(pair: Any) -> tuple[str, date]:
    """Return which day was skipped where, as the button says."""
    match pair:
        case [str(channel), str(text)] if day := day_in(text):
            return channel, day
    raise RoundupError(STALE)


def _chosen(view: Mapping[str, Any]) -> _Choice:
    """Return what is chosen; where a form of ours would have a day and this one has none, one long over."""
    values, way = filled(view), one_of(filled(view), "way")
    day = picked_day(values, "day") or day_in(noted(view).get("day")) or date.min
    return _Choice(way if way in WAYS else NEXT, day)


def _is_said(choice: _Choice, note: Mapping[str, Any]) -> bool:
    """Tell whether what is chosen is what stands there in words."""
    same_day = choice.way != DATE or note.get("day") == choice.day.isoformat()
    return note.get("way") == choice.way and same_day


def _day(note: Mapping[str, Any], name: str) -> date:
    if day := day_in(note.get(name)):
        return day
    raise RoundupError(STALE)
