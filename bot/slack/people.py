"""Who the editors and approvers are: the people whom the config names, and the members of its user groups.

What Slack last said of a group holds until it says something else: an outage makes nobody less of an
editor. Who has left a group is one for ten minutes more at most. Whose account was deactivated is none
either, whatever the config says: Slack takes messages to them all the same, and nobody reads those.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from math import inf
from threading import Lock
from time import monotonic

from bot.core.delivery.answers import Deferred, Refused, Unknown
from bot.core.settings import Approval, Settings
from bot.slack.messenger import Messenger

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=10)
GONE = "no_such_subteam"  # the only no after which a group's people are no editors any more
# For a group that could not be read, and where somebody is no editor yet who may just have become one.
AT_MOST = timedelta(minutes=1)
DAILY = timedelta(days=1)  # so often we ask whether those whom the config names are still there


def is_group(id_: str) -> bool:
    """Tell a user group's ID from a person's."""
    return id_.startswith("S")


class People:
    """The settings with people in the place of groups. Safe to share between threads."""

    def __init__(
        self,
        messenger: Messenger,
        settings: Callable[[], Settings],
        *,
        elapsed: Callable[[], float] = monotonic,
    ) -> None:
        self._messenger, self._settings, self._elapsed = messenger, settings, elapsed
        self._members: Mapping[str, Sequence[str]] = {}
        self._asked: dict[str, float] = {}  # when, by group or person
        self._trouble: dict[str, str] = {}  # why Slack did not say, by group
        self._left: frozenset[str] = frozenset()  # whose account was deactivated
        self._unheard: set[str] = set()  # of whom Slack could not say just now
        self._lock = Lock()
        self._calm: tuple[Settings | None, float] = None, 0.0  # until when nobody is due, of which settings
        self._grouped: tuple[Settings | None, Sequence[str]] = None, ()  # the groups, of which settings
        self._shown: tuple[Settings, Mapping[str, Sequence[str]], frozenset[str], Settings] | None = None

    def settings(self) -> Settings:
        """Return the settings in force. While nothing changes they are the same object; asks nobody."""
        written, members, left, last = self._settings(), self._members, self._left, self._shown
        if last and last[0] is written and last[1] is members and last[2] == left:
            return last[3]
        shown = replace(
            written,
            editors=_people(written.editors, members, left),
            approvers=_people(written.approvers, members, left),
        )
        self._shown = (written, members, left, shown)
        return shown

    def left(self) -> tuple[str, ...]:
        """Say who of those whom the config names has left, and what is to be done about it."""
        written, now = self._settings(), self.settings()
        gone = sorted(self._left & {*written.editors, *written.approvers})
        return tuple(_farewell(who, written, now) for who in gone)

    def knows_all(self) -> bool:
        """Tell whether Slack has said of each group who is in it: who seems to be none may be in another."""
        return all(group in self._members for group in self._groups())

    def is_editor(self, user: str) -> bool:
        """Tell whether somebody may decide; asks Slack before it says no, as often as is decent."""
        return self._is_among(user, lambda: self.settings().editors)

    def may_approve(self, user: str) -> bool:
        """Tell whether somebody may approve, in the same way."""
        return self._is_among(user, self._approvers)

    def _approvers(self) -> tuple[str, ...]:
        # A group of approvers that has nobody does not make every editor one.
        named = self._settings().approvers
        return self.settings().approvers if named else self.settings().editors

    def _is_among(self, user: str, people: Callable[[], tuple[str, ...]]) -> bool:
        if user in people():
            return True
        now, decent = self._elapsed(), AT_MOST.total_seconds()
        if all(now - self._asked.get(group, -inf) < decent for group in self._groups()):
            return False
        self._look_into_groups()
        return user in people()

    def due(self) -> bool:
        """Tell whether there is somebody or a group of whom Slack has not been asked for long."""
        written, now, (about, until) = self._settings(), self._elapsed(), self._calm
        if about is written and now < until:  # asked every second: whom the config names is walked seldom
            return False
        at = min(map(self._due_at, self._ids()), default=inf)
        # What Slack could not say is asked again sooner, though not within a minute: it is walked by then.
        self._calm = written, min(at, now + AT_MOST.total_seconds())
        return at <= now

    def look_up(self) -> None:
        """Ask Slack who is in each group, and who is still there; what it does not say stays as it was."""
        self._look_into_groups()
        now, due = self._elapsed(), [who for who in self._named() if self._due_at(who) <= self._elapsed()]
        self._asked |= dict.fromkeys(due, now)  # all at once: the next tick asks for none of them again
        for who in due:  # without the lock: nobody who presses a button may wait for so many answers
            match self._messenger.ask("users.info", {"user": who}):
                case Deferred() | Unknown():
                    self._unheard.add(who)
                case Refused():
                    self._unheard.discard(who)
                case found:
                    self._unheard.discard(who)
                    gone = bool((found.get("user") or {}).get("deleted"))
                    self._left = self._left | {who} if gone else self._left - {who}

    def _due_at(self, id_: str) -> float:
        """Return when Slack is to be asked of a person or a group."""
        if is_group(id_):
            every = AT_MOST if id_ in self._trouble else EVERY
        else:
            every = EVERY if id_ in self._unheard else DAILY
        return self._asked.get(id_, -inf) + every.total_seconds()

    def _look_into_groups(self) -> None:
        """A group that cannot be read keeps the members it had."""
        with self._lock:
            members = dict(self._members)
            for group in self._groups():
                self._asked[group] = self._elapsed()
                match self._messenger.members(group):
                    case Refused() | Deferred() | Unknown() as no:
                        self._unread(group, no.error)
                        if no.error == GONE:
                            members[group] = ()
                    case found:
                        members[group] = found
                        self._trouble.pop(group, None)
            if members != self._members:
                self._members = members

    def _unread(self, group: str, error: str) -> None:
        """Take note of why a group cannot be read, and say so once."""
        if self._trouble.get(group) != error:
            log.warning("group_unreadable group=%s error=%s", group, error)
        self._trouble[group] = error

    def _groups(self) -> Sequence[str]:
        about, groups = self._grouped
        if about is not (written := self._settings()):
            groups = [id_ for id_ in self._ids() if is_group(id_)]
            self._grouped = written, groups
        return groups

    def _named(self) -> list[str]:
        return [id_ for id_ in self._ids() if not is_group(id_)]

    def _ids(self) -> Iterable[str]:
        written = self._settings()
        return dict.fromkeys((*written.editors, *written.approvers))


def _people(
    ids: Sequence[str], members: Mapping[str, Sequence[str]], left: Collection[str]
) -> tuple[str, ...]:
    found = [person for id_ in ids for person in (members.get(id_, ()) if is_group(id_) else (id_,))]
    return tuple(who for who in dict.fromkeys(found) if who not in left)


def _farewell(who: str, written: Settings, now: Settings) -> str:
    keys = [f"`{key}`" for key in ("editors", "approvers") if who in getattr(written, key)]
    said = f"{who} was deactivated in Slack: an operator takes it out of {' and '.join(keys)} in config.yaml."
    able = now.approvers if written.approvers else now.editors
    if written.approval is Approval.NONE or len(able) > 1:
        return said
    only = f"{able[0]} alone can" if able else "nobody can"
    return f"{said} Now {only} approve, and nobody approves what they wrote: name somebody else."
