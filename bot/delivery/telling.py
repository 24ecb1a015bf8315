"""What the editors are told: each thing once between all replicas, and again only after it was over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from itertools import groupby

from bot.core.delivery.alarms import Alarm, culprit
from bot.core.delivery.answers import Accepted, brief
from bot.core.delivery.plan import Target
from bot.core.delivery.remedies import WORKSPACE_ERRORS, code_of, remedy
from bot.core.delivery.state import Delivery, Posting, Room, Rung, State
from bot.core.message import Message, Part
from bot.core.schedule import Slot
from bot.core.settings import Settings
from bot.delivery.errands import Errands
from bot.delivery.needs import Digests, Directory, Slack
from bot.store.shares import Shares
from bot.store.told import Told

log = logging.getLogger(__name__)

NAMED = 20  # channels in one reminder, copies in one alarm


class Telling:
    """Puts what happened into words, and sends them to every editor."""

    def __init__(
        self,
        *,
        told: Told,
        shares: Shares,
        slack: Slack,
        directory: Directory,
        library: Digests,
        settings: Callable[[], Settings],
        wording: Callable[[Alarm], Message],
        errands: Errands,
    ) -> None:
        self._told, self._shares, self._slack, self._directory = told, shares, slack, directory
        self._library, self._settings, self._wording, self._errands = library, settings, wording, errands

    def alarm(self, alarm: Alarm) -> None:
        """Tell the editors something, once."""
        if self._told.tell_once(alarm.subject):
            self._announce(alarm)

    def over(self, subject: str) -> None:
        """Forget that something was told: the next time it is news again."""
        self._told.untell(subject)

    def of_change(self, old: Delivery, new: Delivery, part: Part | None = None) -> None:
        """Tell what needs the editors since a part is what it is. *part* is the message that was sent."""
        name = self._name_of(new.channel)
        if new.state in (State.HELD, State.MISSED) and old.state is not new.state:
            self.of_waiting(new.state, new, new.error)
        elif new.state is State.FAILED:
            what = remedy(new.error, name) or "then `roundup retry`"
            text = f"{name} did not get {new.digest} ({new.error}): {what}."
            self.alarm(_about(new, f"channel {new.channel} {code_of(new.error)}", text))
        elif new.rung > old.rung:
            # Without its images it has other blocks than *part*, which says whose they are.
            pointer = new.error if old.rung is Rung.WHOLE else ""
            text = self._blame(new, part, pointer, name)
            self.alarm(_about(new, f"smaller {new.key} {new.wanted} {new.rung}", text))
        elif new.state is State.SENT and new.refused is not None and old.refused != new.refused:
            verb = "corrected" if new.wanted else "removed"
            what = remedy(new.error, name)
            text = f"{new.digest} in {name}, part {new.part}, was not {verb} ({new.error}). {what}".strip()
            self.alarm(_about(new, f"stuck {new.key} {new.refused}", text))
        if new.state is State.SENT and old.error and not new.error:
            self.over(f"channel {new.channel} {code_of(old.error)}")
            self.over(f"workspace {code_of(old.error)}")

    def of_waiting(self, state: State, about: Delivery | Posting, why: str) -> None:
        """Ask the editors to decide about what is held or missed."""
        name = self._name_of(about.channel)
        choice = (
            "Post now, Next slot or Skip" if state is State.MISSED else "It is there, Post it or Leave it out"
        )
        text = f"{about.digest} in {name} is {state} and waits for you ({why or 'it is too late'}): {choice}?"
        subject = f"{state} {about.digest} {about.channel} {about.slot}"
        self.alarm(Alarm(subject=subject, text=text, digest=about.digest, channel=about.channel, state=state))

    def of_workspace(self, error: str) -> None:
        """Tell that the whole workspace is shut to us; nothing if that is not what *error* says."""
        code = code_of(error)
        if code in WORKSPACE_ERRORS:
            text = f"Nothing can be posted ({error}): {WORKSPACE_ERRORS[code]}. Everything due waits."
            self.alarm(Alarm(subject=f"workspace {code}", text=text))

    def of_copies(self) -> None:
        """Tell of what readers shared and we cannot change, once for each correction or retraction."""
        for digest, copies in groupby(self._shares.untold_copies(), key=lambda copy: copy.digest):
            shared = tuple(copies)
            more = f"; {NAMED} of {len(shared)}, see `roundup status`" if len(shared) > NAMED else ""
            text = f"{digest} was {shared[-1].stale}, but not what readers shared of it{more}:"
            named = shared[:NAMED]
            self._announce(Alarm(subject=f"copies {digest}", text=text, digest=digest, copies=named))

    def remind(self, empty: Iterable[tuple[Target, Slot]]) -> None:
        """Remind of slots without a digest, each once: several of one moment in one message."""
        named = [
            f"{target.settings.channel} ({target.settings.schedule.spoken(slot.at)})"
            for target, slot in empty
            if self._told.tell_once(f"reminder {target.channel} {slot.at.isoformat()}")
        ]
        if named:
            more = f" and {len(named) - NAMED} more channels" if len(named) > NAMED else ""
            text = (
                f"There is no digest yet for {', '.join(named[:NAMED])}{more}. Without one nothing is posted."
            )
            log.warning("reminder_sent channels=%d", len(named))
            self._tell_editors(Alarm(subject="reminder", text=text))

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

    def _announce(self, alarm: Alarm) -> None:
        # Where there are no editors this line is the alarm, so it has the remedy too.
        log.error("editors_told subject=%s says=%r", alarm.subject.replace(" ", "/"), alarm.whole)
        self._tell_editors(alarm)

    def _tell_editors(self, alarm: Alarm) -> None:
        message = self._wording(alarm)
        for editor in self._settings().editors:
            self._errands.start(self._tell_editor, editor, message)

    def _tell_editor(self, editor: str, message: Message) -> None:
        outcome = self._slack.post(editor, message)
        if not isinstance(outcome, Accepted):
            log.error("editor_not_told editor=%s answer=%s", editor, brief(outcome))


def _about(d: Delivery, subject: str, text: str) -> Alarm:
    return Alarm(subject=subject, text=text, digest=d.digest, channel=d.channel, state=d.state)
