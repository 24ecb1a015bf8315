"""Who the editors and approvers are: the people whom the config names, and the members of its user groups.

What Slack last said of a group holds until it says something else: an outage makes nobody less of an
editor. Who has left a group is one for ten minutes more at most.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from threading import Lock
from time import monotonic

from bot.core.delivery.answers import Deferred, Refused, Unknown
from bot.core.settings import Settings
from bot.slack.messenger import Messenger

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=10)
GONE = "no_such_subteam"  # the only no after which a group's people are no editors any more
# For a group that could not be read, and where somebody is no editor yet who may just have become one.
AT_MOST = timedelta(minutes=1)


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
        self._asked: dict[str, float] = {}  # when, by group
        self._trouble: dict[str, str] = {}  # why Slack did not say, by group
        self._lock = Lock()
        self._shown: tuple[Settings, Mapping[str, Sequence[str]], Settings] | None = None

    def settings(self) -> Settings:
        """Return the settings in force. While nothing changes they are the same object; asks nobody."""
        written, members, last = self._settings(), self._members, self._shown
        if last and last[0] is written and last[1] is members:
            return last[2]
        shown = replace(
            written,
            editors=_people(written.editors, members),
            approvers=_people(written.approvers, members),
        )
        self._shown = (written, members, shown)
        return shown

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
        if not self.due(AT_MOST):
            return False
        self.look_up()
        return user in people()

    def due(self, every: timedelta = EVERY) -> bool:
        """Tell whether there is a group of which Slack has not been asked for so long, or has not told."""
        return any(
            self._is_due(group, AT_MOST if group in self._trouble else every) for group in self._groups()
        )

    def look_up(self) -> None:
        """Ask Slack who is in each group. A group that cannot be read keeps the members it had."""
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

    def _is_due(self, group: str, every: timedelta) -> bool:
        asked = self._asked.get(group)
        return asked is None or self._elapsed() - asked >= every.total_seconds()

    def _groups(self) -> list[str]:
        written = self._settings()
        return [*dict.fromkeys(id_ for id_ in (*written.editors, *written.approvers) if is_group(id_))]


def _people(ids: Sequence[str], members: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    found = [person for id_ in ids for person in (members.get(id_, ()) if is_group(id_) else (id_,))]
    return tuple(dict.fromkeys(found))
