"""Leave to open a modal (`trigger_id`) or to answer (`response_url`): what it is good for, and how long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from bot.practice.model import TEAM_ID, SlackError

# Slack's own, documented; a bot that first asks the database finds its trigger_id expired here as there.
TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_URL_LIFE = timedelta(minutes=30)
RESPONSE_URL_USES = 5


@dataclass(slots=True, kw_only=True)
class Trigger:
    """Leave to open a modal: once, and within three seconds."""

    user: str
    issued: datetime
    view: str | None = None  # the modal it was pressed in: where views.push puts the new one
    used: bool = False


@dataclass(slots=True, kw_only=True)
class ResponseUrl:
    """Leave to answer a command or a press: five times within half an hour, wherever the bot is."""

    user: str
    channel: str
    issued: datetime
    source: str | None = None  # ts of the message whose button was pressed
    uses: int = 0


class Permits:
    """Hands leave out and takes it back. *number* is one that was never used."""

    def __init__(self, *, clock: Callable[[], datetime], number: Callable[[], int]) -> None:
        self.response_urls: dict[str, ResponseUrl] = {}
        self.trigger_life = TRIGGER_LIFE  # more on a machine that is too busy to be as fast as Slack wants
        self._triggers: dict[str, Trigger] = {}
        self._clock = clock
        self._number = number
        self._lock = Lock()

    def issue_trigger(self, user: str, view: str | None = None) -> str:
        """Hand out a trigger_id."""
        with self._lock:
            id_ = f"{self._number()}.{TEAM_ID}.practice"
            self._triggers[id_] = Trigger(user=user, issued=self._clock(), view=view)
            return id_

    def use_trigger(self, id_: str) -> Trigger:
        """Take a trigger_id back; it is good once, for three seconds."""
        with self._lock:
            trigger = self._triggers.get(id_)
            if trigger is None:
                raise SlackError("invalid_trigger_id")
            if trigger.used:
                raise SlackError("exchanged_trigger_id")
            if self._clock() - trigger.issued > self.trigger_life:
                raise SlackError("expired_trigger_id")
            trigger.used = True
            return trigger

    def issue_response_url(self, user: str, channel: str, source: str | None = None) -> str:
        """Hand out the secret part of a response_url."""
        with self._lock:
            id_ = f"{self._number()}"
            self.response_urls[id_] = ResponseUrl(
                user=user, channel=channel, issued=self._clock(), source=source
            )
            return id_

    def use_response_url(self, id_: str) -> ResponseUrl:
        """Take one of its five uses."""
        with self._lock:
            leave = self.response_urls.get(id_)
            if leave is None:
                raise SlackError("invalid_url")
            if self._clock() - leave.issued > RESPONSE_URL_LIFE:
                raise SlackError("expired_url")
            if leave.uses >= RESPONSE_URL_USES:
                raise SlackError("used_url")
            leave.uses += 1
            return leave
