"""Who of those who ask is answered: members, perhaps guests, never people of another organisation.

Slack's payloads do not say who is a guest, so it is asked once a person and remembered for a while.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock, Thread
from typing import Any, Protocol

from bot.core.delivery.answers import Deferred, Refused, Unknown
from bot.core.settings import ReadersAllowed, Settings
from bot.slack.messenger import Identity

log = logging.getLogger(__name__)

KEPT = timedelta(hours=12)  # a member who becomes a guest is answered no longer than that
BLIND = timedelta(minutes=10)  # without the scope each question would ask again, and in vain
UNSAID = timedelta(minutes=1)  # so would each of somebody of whom Slack has just not said who they are
MOST = 20_000  # remembered
FIRST_MET = 999  # at the start: as many as Slack lists in one request, in most workspaces everybody


class Visitor(StrEnum):
    """What somebody is to the organisation that has installed us."""

    MEMBER = "member"
    GUEST = "guest"
    STRANGER = "stranger"


class Slack(Protocol):
    """What is asked of Slack; see bot.slack.messenger."""

    def ask(
        self, method: str, arguments: Mapping[str, Any]
    ) -> Mapping[str, Any] | Refused | Deferred | Unknown: ...


@dataclass(frozen=True, slots=True)
class _Known:
    kind: Visitor | None  # None: Slack did not say
    until: datetime


class Visitors:
    """Remembers who is who. Any thread may ask."""

    def __init__(
        self,
        slack: Slack,
        *,
        settings: Callable[[], Settings],
        clock: Callable[[], datetime],
    ) -> None:
        self._slack, self._settings, self._clock = slack, settings, clock
        self._us: Identity | None = None  # until Slack has said so
        self._lock = Lock()
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._blind_until: datetime | None = None
        self._met_all = False
        self._asking: set[str] = set()

    def meet(self, us: Identity) -> None:
        """Learn who there is, so that most are answered at once from their first question on."""
        self._us = us
        answer = self._slack.ask("users.list", {"limit": FIRST_MET})
        if isinstance(answer, Mapping):
            self._met_all = not (answer.get("response_metadata") or {}).get("next_cursor")
            for person in answer.get("members") or ():
                self._remember(str(person.get("id", "")), person)
        else:
            self._cannot_know(answer)

    def knows(self, user: str, team: str) -> bool | None:
        """Tell whether somebody is answered; None if Slack must be asked first. *team* is the payload's."""
        known = self._remembered(user, team)
        if known is not None or not (self._met_all and self._is_ours(team)):
            return known
        # Everybody was listed, so this is somebody new, and hardly a guest: asked about while they read.
        self._ask_meanwhile(user, team)
        return True

    def _ask_meanwhile(self, user: str, team: str) -> None:
        with self._lock:
            if user in self._asking:
                return
            self._asking.add(user)
        Thread(target=self._ask, args=(user, team), name=f"who is {user}", daemon=True).start()

    def _ask(self, user: str, team: str) -> None:
        try:
            self.admits(user, team)
        finally:
            self._asking.discard(user)

    def _remembered(self, user: str, team: str) -> bool | None:
        settings, now = self._settings(), self._clock()
        # Until Slack has said who we are there is nobody to compare with, and nobody to ask.
        if self._us is None or user in settings.editors:
            return True
        with self._lock:
            known = self._known.get(user)
        if known and known.until > now:
            return _may(known.kind, settings.readers) if known.kind else self._is_ours(team)
        if self._blind_until and self._blind_until > now:
            return self._is_ours(team)
        return None

    def admits(self, user: str, team: str) -> bool:
        """Tell whether somebody is answered, and ask Slack if need be.

        If it does not say, people of our own workspace are: news must not hang on a bad minute.
        """
        known = self._remembered(user, team)
        if known is not None:
            return known
        kind = self._asked(user)
        return self._is_ours(team) if kind is None else _may(kind, self._settings().readers)

    def may_edit(self, user: str, team: str) -> bool:
        """Tell whether somebody is a member, whom alone the config makes an editor; asks Slack if need be.

        Being named there is not enough: a guest stays one, and who is shared with us from elsewhere, too.
        """
        with self._lock:
            known = self._known.get(user)
        blind = self._blind_until is not None and self._blind_until > self._clock()
        if known and known.until > self._clock():
            return known.kind is Visitor.MEMBER if known.kind else self._is_ours(team)
        kind = None if blind or self._us is None else self._asked(user)
        return self._is_ours(team) if kind is None else kind is Visitor.MEMBER

    def _asked(self, user: str) -> Visitor | None:
        answer = self._slack.ask("users.info", {"user": user})
        if isinstance(answer, Mapping):
            return self._remember(user, answer.get("user") or {})
        self._cannot_know(answer)
        self._keep(user, _Known(None, self._clock() + UNSAID))
        return None

    def _cannot_know(self, why: Refused | Deferred | Unknown) -> None:
        log.warning("readers_unknown error=%s", why.error)
        if why.error.startswith("missing_scope"):
            self._blind_until = self._clock() + BLIND

    def _is_ours(self, team: str) -> bool:
        return not team or self._us is None or team in {self._us.team_id, self._us.enterprise_id}

    def _remember(self, user: str, person: Mapping[str, Any]) -> Visitor:
        kind = self._kind_of(person)
        self._keep(user, _Known(kind, self._clock() + KEPT))
        return kind

    def _keep(self, user: str, known: _Known) -> None:
        with self._lock:
            self._known[user] = known
            self._known.move_to_end(user)
            while len(self._known) > MOST:
                self._known.popitem(last=False)

    def _kind_of(self, person: Mapping[str, Any]) -> Visitor:
        organisation = (person.get("enterprise_user") or {}).get("enterprise_id")
        same = bool(organisation and self._us and organisation == self._us.enterprise_id)
        ours = same or self._is_ours(str(person.get("team_id") or ""))
        if person.get("is_stranger") or not ours:
            return Visitor.STRANGER
        return (
            Visitor.GUEST
            if person.get("is_restricted") or person.get("is_ultra_restricted")
            else Visitor.MEMBER
        )


def _may(kind: Visitor, allowed: ReadersAllowed) -> bool:
    return kind is Visitor.MEMBER or (kind is Visitor.GUEST and allowed is ReadersAllowed.GUESTS)
