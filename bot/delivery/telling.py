"""Puts what happened into words for the editors. What it returns is written down with what it tells of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby

from bot.core.delivery.alarms import APPROVAL, NAMED, Alarm, culprit
from bot.core.delivery.approvals import Edited
from bot.core.delivery.outbox import NOTHING, Mail, News, Pace, said
from bot.core.delivery.plan import Target
from bot.core.delivery.remedies import WORKSPACE_ERRORS, code_of, passing, remedy
from bot.core.delivery.reminders import Unapproved
from bot.core.delivery.state import Delivery, Posting, Room, Rung, State
from bot.core.delivery.ways import IN_SLACK
from bot.core.message import Part
from bot.core.schedule import Slot
from bot.core.settings import Settings
from bot.core.versions import mention
from bot.delivery.needs import Digests, Directory
from bot.store.outbox import Outbox
from bot.store.shares import Shares

# What a look-up finds by itself to be over; the rest ends when a post is taken.
SEEN = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "is_inactive",
        "method_not_supported_for_channel_type",
        "not_in_channel",
        "too_many_members",
    }
)


class Telling:
    """Knows what is news, and who hears it: in the newsroom, or each editor by direct message."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        shares: Shares,
        directory: Directory,
        library: Digests,
        lets_out: Callable[[str], bool],
        settings: Callable[[], Settings],
        pace: Pace,
    ) -> None:
        self._outbox, self._shares, self._directory = outbox, shares, directory
        self._library, self._lets_out = library, lets_out
        self._settings, self.pace = settings, pace
        self._lasting: Collection[str] = ()  # faults that were not over when we looked last
        self._failing: Collection[str] = ()  # channels that refuse a post, however well they look
        self._reminded: frozenset[str] = frozenset()  # what need not be asked about again

    def thread(self, digest: str) -> str:
        """Return the ts of the message below which the newsroom speaks of a digest, "" for none so far."""
        return self._outbox.thread(self._settings().newsroom, digest)

    def begin_thread(self, digest: str, ts: str) -> None:
        """Let the newsroom speak of a digest below that message from now on."""
        self._outbox.begin_thread(self._settings().newsroom, digest, ts)

    def keep_up(self, mail: Mail) -> None:
        """Take note of which faults last."""
        self._lasting = mail.lasting

    def of_failing(self, known: Iterable[Delivery], now: datetime) -> None:
        """Take note of which channels refuse a post that is still tried again."""
        late = now - self._settings().delivery.catch_up
        self._failing = {d.channel for d in known if d.state is State.FAILED and d.slot >= late}

    def alarm(self, alarm: Alarm) -> None:
        """Tell the editors something, once."""
        self._outbox.tell(self._news(alarm))

    def right_again(self, subject: str) -> None:
        """Tell that a fault is over, if it was one."""
        if subject in self._lasting:
            self._outbox.tell(News(over=(subject,), ease=self.pace.ease))

    # Of channels

    def of_trouble(self, name: str, error: str, *, channel: str = "") -> None:
        """Tell that a channel cannot be found or entered; nothing if Slack just did not say."""
        if passing(error):
            return
        code = code_of(error)
        if name == self._settings().newsroom and all(c.channel != name for c in self._settings().channels):
            subject, over = f"newsroom {name} {code}", f"{name} can be reached again: it is the newsroom."
            text = f"{name} cannot be reached ({code}), so you are told here, not in the newsroom"
        else:
            subject, over = f"channel {channel or name} {code}", _again(name)
            text = f"{name} cannot get its posts ({code})"
        what = remedy(error, name) or "it is tried again every minute"
        self.alarm(Alarm(subject=subject, text=f"{text}: {what}.", channel=channel, place=name, over=over))

    def of_well(self, name: str, channel: str) -> None:
        """Tell that a channel can be found and entered, if it could not."""
        over = self._faults(f"newsroom {name} ")
        # Only what a look-up can see: whether a channel takes posts, posting tells.
        for of in (f"channel {channel} ", f"channel {name} ") if channel not in self._failing else ():
            over += [fault for fault in self._faults(of) if fault.removeprefix(of) in SEEN]
        if over:
            self._outbox.tell(News(over=tuple(over), ease=self.pace.ease))

    def of_left_out(self, name: str, channel: str) -> None:
        """Tell that the config names a channel no more: nothing of what hindered it is a fault now."""
        over = [fault for of in {name, channel} for fault in self._faults(f"channel {of} ")]
        over += self._faults(f"newsroom {name} ")
        if over:
            gone = f"{name} is not in the config any more."
            self._outbox.tell(News(over=tuple(over), ease=self.pace.ease, instead=gone))

    # Of deliveries

    def of_change(self, old: Delivery, new: Delivery, part: Part | None = None) -> News:
        """Return what needs the editors since a part is what it is. *part* is the message that was sent."""
        alarm = self._alarm_of(old, new, part)
        over = tuple(self._ended(old, new))
        if not alarm and not over:
            return NOTHING
        return News(said=self._news(alarm).said if alarm else (), over=over, ease=self.pace.ease)

    def _alarm_of(self, old: Delivery, new: Delivery, part: Part | None) -> Alarm | None:
        name = self._name_of(new.channel)
        if new.state in (State.HELD, State.MISSED) and old.state is not new.state:
            return self._waiting(new.state, new, new.error)
        if code_of(new.error) in WORKSPACE_ERRORS and new.state is not State.FAILED:
            return _of_workspace(new.error)
        if new.state is State.FAILED:
            what = remedy(new.error, name) or "mend that, and have it tried again"
            text = f"{name} did not get {new.digest} ({new.error}): {what}."
            subject = f"channel {new.channel} {code_of(new.error)}"
            return _about(new, subject, text, place=name, state=new.state, over=_again(name))
        if new.rung > old.rung:
            # Without its images it has other blocks than *part*, which says whose they are.
            pointer = new.error if old.rung is Rung.WHOLE else ""
            text = self._blame(new, part, pointer, name)
            return _about(new, f"smaller {new.key} {new.wanted} {new.rung}", text)
        if new.state is State.SENT and new.refused is not None and old.refused != new.refused:
            verb = "corrected" if new.wanted else "removed"
            what = remedy(new.error, name)
            text = f"{new.digest} in {name}, part {new.part}, was not {verb} ({new.error}). {what}".strip()
            return _about(new, f"stuck {new.key} {new.refused}", text, place=name, state=new.state)
        return None

    def _ended(self, old: Delivery, new: Delivery) -> Iterator[str]:
        """Yield the faults that are over since Slack has taken something."""
        if new.state is not State.SENT or new.error or (old.state is State.SENT and not old.error):
            return
        yield from self._faults(f"channel {new.channel} ")
        yield from self._faults("workspace ")

    def of_folding(self, d: Delivery) -> News:
        """Return what tells that the workspace takes no folded stories, and what its channels get instead."""
        text = (
            f"Slack does not take folded stories in this workspace ({d.error}). Channels with "
            "`layout: folded` get headlines, with the full stories in their threads; in three months it is "
            "tried again. Nothing has to be done."
        )
        return self._news(Alarm(subject="folding", text=text))

    def of_waiting(self, state: State, about: Delivery | Posting, why: str) -> News:
        """Return what asks the editors to decide about what is held or missed."""
        return self._news(self._waiting(state, about, why))

    def _waiting(self, state: State, about: Delivery | Posting, why: str) -> Alarm:
        name = self._name_of(about.channel)
        choice = IN_SLACK.missed if state is State.MISSED else IN_SLACK.held
        text = f"{about.digest} in {name} is {state} and waits for you ({why or 'it is too late'}): {choice}?"
        subject = f"{state} {about.digest} {about.channel} {about.slot}"
        return Alarm(
            subject=subject, text=text, digest=about.digest, channel=about.channel, place=name, state=state
        )

    # Of copies and empty slots

    def of_copies(self) -> None:
        """Tell of what readers shared and we cannot change, once for each correction or retraction."""
        for digest, copies in groupby(self._shares.untold_copies(), key=lambda copy: copy.digest):
            shared = tuple(copies)
            more = f"; {NAMED} of {len(shared)}, see {IN_SLACK.status}" if len(shared) > NAMED else ""
            text = f"{digest} was {shared[-1].stale}, but not what readers shared of it{more}:"
            alarm = Alarm(subject=f"copies {digest}", text=text, digest=digest, copies=shared[:NAMED])
            self._outbox.tell_of_copies(self._news(alarm), digest, len(shared))

    def remind(
        self, empty: Iterable[tuple[Target, Slot]], waiting: Iterable[Unapproved], now: datetime
    ) -> None:
        """Remind of slots without a digest, and approvers of what waits for them: each once.

        Several of one moment are told in one message.
        """
        alarms = [_reminder(target, slot) for target, slot in empty]
        alarms += [_request(each, ahead) for each in waiting if (ahead := each.asked(now)) is not None]
        alarms += [_edited(each) for name, each in self._library.edited().items() if self._is_public(name)]
        new = [alarm for alarm in alarms if alarm.subject not in self._reminded]
        # What is known here may be older than the post that it is about: only the database tells.
        over = [alarm for alarm in new if alarm.asks_approvers and self._lets_out(alarm.digest)]
        if fresh := [alarm for alarm in new if alarm not in over]:
            self._outbox.tell(self._news(*fresh))
        self._reminded = frozenset(alarm.subject for alarm in alarms if alarm not in over)

    def _is_public(self, digest: str) -> bool:
        known = self._library.digests.get(digest)
        return known is not None and not known.draft

    def _news(self, *alarms: Alarm) -> News:
        settings = self._settings()
        return News(said=tuple(said(alarm, settings, self.pace) for alarm in alarms))

    def _faults(self, prefix: str) -> list[str]:
        return sorted(subject for subject in self._lasting if subject.startswith(prefix))

    def _blame(self, d: Delivery, part: Part | None, pointer: str, name: str) -> str:
        """Say which story Slack would not take, by the block it points at."""
        digest = self._library.digests.get(d.digest)
        story = culprit(part, digest, pointer) if part and digest else None
        without = "its images" if d.rung is Rung.NO_IMAGES else "its blocks, as plain text"
        where = f' story "{story.headline}", line {story.line} of the file' if story else f" part {d.part}"
        return f"{d.digest} in {name} goes out without {without}: Slack refused{where} ({d.error})."

    def _name_of(self, channel: str) -> str:
        rooms = self._directory.rooms
        return next(
            (name for name, room in rooms.items() if isinstance(room, Room) and room.id == channel), channel
        )


def _request(waits: Unapproved, ahead: timedelta) -> Alarm:
    name, slot = waits.digest.id, waits.slot
    where = f"{waits.target.name}, {waits.target.settings.schedule.spoken(slot.at)}"
    what = f"{name} is due in {where}" if ahead else f"{name} was due in {where}"
    text = f"{what}, and nobody has approved it yet. It goes out only once somebody has."
    subject = f"{APPROVAL}{name} {slot.at.isoformat()} {ahead // timedelta(hours=1)}"
    return Alarm(subject=subject, text=text, digest=name)


def _edited(edited: Edited) -> Alarm:
    name, now, before = edited.now.digest, edited.now, edited.before
    text = (
        f"Not approved: {mention(now.who)} changed {name}, and nobody has approved version {now.number} yet."
        f" Until somebody approves it, version {before.number} stands where it was posted."
    )
    return Alarm(subject=f"{APPROVAL}{name} after version {before.number}", text=text, digest=name)


def _of_workspace(error: str) -> Alarm:
    code = code_of(error)
    text = f"Nothing can be posted ({error}): {WORKSPACE_ERRORS[code]}. Everything due waits."
    return Alarm(
        subject=f"workspace {code}", text=text, over="Slack takes posts again; what was due goes out."
    )


def _about(
    d: Delivery, subject: str, text: str, *, place: str = "", state: State | None = None, over: str = ""
) -> Alarm:
    return Alarm(
        subject=subject,
        text=text,
        digest=d.digest,
        channel=d.channel,
        place=place,
        state=state,
        over=over,
    )


def _again(name: str) -> str:
    return f"{name} gets its posts again; {IN_SLACK.status} says what it lacks."


def _reminder(target: Target, slot: Slot) -> Alarm:
    named = f"{target.settings.channel} ({target.settings.schedule.spoken(slot.at)})"
    subject = f"reminder {target.channel} {slot.at.isoformat()}"
    return Alarm(subject=subject, text=f"There is no digest yet for {named}.", empty=named)
