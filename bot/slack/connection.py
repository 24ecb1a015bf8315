"""Getting to Slack and staying there: who are we, and the socket. Every try says how it went, in a line."""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from bot.core.delivery.answers import Deferred, Refused, Unknown
from bot.core.delivery.remedies import code_of
from bot.core.errors import RoundupError
from bot.slack.line import Line
from bot.slack.messenger import AFTER_NO_LINE, LIMITED, Identity, Messenger
from bot.slack.network import Network, no_line, why_no_line
from bot.slack.once import Once, name_of
from bot.slack.payload import read_envelope
from bot.slack.refusals import Refusals

if TYPE_CHECKING:
    from slack_bolt import App, BoltResponse

log = logging.getLogger(__name__)

T = TypeVar("T")

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
# Where nothing gets to Slack, it has no trouble with us, and people wait for the network to be back.
LONGEST_OFFLINE_SECONDS = 15.0
OPENING = "apps.connections.open"
TIMEOUT = timedelta(seconds=10)
SHORT_LIFE_SECONDS = 10.0
ANSWERING_THREADS = 10

# Slack says that this token will never do; trying again would change nothing.
FATAL = {
    "invalid_auth": "is not valid (wrong workspace, or reinstalled since)",
    "not_authed": "is empty",
    "account_inactive": "belongs to an app or user that was removed",
    "token_revoked": "was revoked",
    "token_expired": "has expired",
    "not_allowed_token_type": "is of the wrong kind",
    "missing_scope": "lacks a scope",
}


class NotNowError(ConnectionError):
    """Slack said no, or nothing, to what may work later."""

    def __init__(self, answer: Refused | Deferred | Unknown) -> None:
        super().__init__(answer.error)
        self.answer = answer


def whoami(messenger: Messenger) -> Identity:
    """Return who we are. RoundupError for a token that cannot work, ConnectionError for what may pass."""
    answer = messenger.whoami()
    if isinstance(answer, Identity):
        return answer
    raise _refused(answer, "SLACK_BOT_TOKEN")


def persist(
    what: str,
    attempt: Callable[[], T],
    stopping: threading.Event,
    *,
    chance: Callable[[], float] = random.random,
) -> T | None:
    """Try until it works, or return None once *stopping* is set. A log line a failed try, longer pauses."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            return attempt()
        except OSError as error:  # Slack or the way to it is down
            wait = _wait(error, pause, chance())
            log.warning("%s_failed error=%s retry_in=%.0fs", what, _in_words(error), wait)
        if stopping.wait(wait):
            return None
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def _wait(error: OSError, pause: float, chance: float) -> float:
    """Return for how long. By chance up to half less: after a long outage everybody would be back at once."""
    answer = error.answer if isinstance(error, NotNowError) else None
    least = answer.after.total_seconds() if isinstance(answer, Deferred) and answer.error in LIMITED else 0.0
    is_offline = no_line(error) or (isinstance(answer, Deferred) and answer.after == AFTER_NO_LINE)
    longest = min(pause, LONGEST_OFFLINE_SECONDS) if is_offline else pause
    less = longest * (1 - chance) / 2 if pause >= LONGEST_OFFLINE_SECONDS else 0.0
    return max(least, longest - less)


class Socket:
    """Socket Mode: one line to Slack at a time, two while the new one takes over from the old."""

    def __init__(self, app: App, app_token: str, *, api_url: str, network: Network) -> None:
        self._app, self._network = app, network
        self._slack = Messenger(app_token, base_url=api_url, timeout=lambda: TIMEOUT, network=network)
        self._line: Line | None = None
        self._leaving: Line | None = None  # the one that Slack asked us to leave
        self._opened_at = 0.0
        self._wanted = threading.Event()  # a new line
        self._stopping = threading.Event()
        self._once, self._refusals = Once(), Refusals()
        self._threads = ThreadPoolExecutor(ANSWERING_THREADS, thread_name_prefix="socket-answer")
        self._keeper = threading.Thread(target=self._keep, name="socket-keeper", daemon=True)

    def connect(self) -> None:
        """Open the line, so that "ready" is true; from then on it is opened anew whenever it must be."""
        self._open()
        self._keeper.start()

    @property
    def connected(self) -> bool:
        """Tell whether the line is open now."""
        return self._line is not None and self._line.open

    def close(self) -> None:
        """Close the line; what is being answered is answered no more, and Slack asks somebody else."""
        self._stopping.set()
        self._wanted.set()
        if self._line is not None:
            self._line.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _open(self) -> None:
        """Open a line and only then let the old one go: Slack always has somewhere to send to."""
        line = Line(
            self._address(), self._network, hear=self._hear, ended=self._lost, refuse=self._refusals.say
        )
        old, self._line, self._opened_at = self._line, line, time.monotonic()
        log.info("socket_connected")
        self._network.figures.socket_opened()
        if self._stopping.is_set():
            line.close()
        line.start()
        if old is not None:
            old.retire()

    def _address(self) -> str:
        answer = self._slack.ask(OPENING, {})
        if isinstance(answer, Mapping):
            return str(answer.get("url", ""))
        raise _refused(answer, "SLACK_APP_TOKEN")

    def _keep(self) -> None:
        while self._wanted.wait() and not self._stopping.is_set():
            self._wanted.clear()
            # Asked to leave, it may have ended as well before there was another; one new line is enough.
            if self.connected and self._line is not self._leaving:
                continue
            if not self.connected and time.monotonic() - self._opened_at < SHORT_LIFE_SECONDS:
                self._stopping.wait(FIRST_PAUSE_SECONDS)  # Slack gives out few addresses a minute
            persist("socket_connect", self._open_again, self._stopping)

    def _open_again(self) -> None:
        try:
            self._open()
        except RoundupError as error:  # we have run until now: posting goes on, and a person must look
            log.error("socket_refused error=%s", error)  # noqa: TRY400 - who mends a token needs no traceback
            raise ConnectionError("SLACK_APP_TOKEN was refused") from error

    def _lost(self, line: Line) -> None:
        if line is self._line and not self._stopping.is_set():
            if line is not self._leaving:
                self._network.figures.socket_lost()
            self._wanted.set()

    def _hear(self, line: Line, message: Mapping[str, Any]) -> None:
        if message.get("type") == "disconnect":
            log.info("socket_refresh reason=%s", message.get("reason", ""))
            if line is self._line:
                self._leaving = line
                self._wanted.set()
        elif isinstance(message.get("envelope_id"), str):
            with suppress(RuntimeError):  # told to stop just now: Slack asks somebody else
                self._threads.submit(self._answer, line, message).add_done_callback(_tell_failure)

    def _answer(self, line: Line, message: Mapping[str, Any]) -> None:
        from bot.slack.bolt import request_of  # nobody else pays for it

        envelope, payload = message["envelope_id"], read_envelope(message.get("type"), message.get("payload"))
        request = request_of(payload) if payload is not None else None
        if payload is None or request is None:
            self._refusals.say("unreadable")
            return
        response = self._once.answer(name_of(payload) or envelope, lambda: self._app.dispatch(request))
        # On the line it came by: Slack waits for the answer there.
        if response.status == 200:
            line.send({"envelope_id": envelope, **_payload(response)})


def _payload(response: BoltResponse) -> dict[str, Any]:
    if not response.body:
        return {}
    kind = response.headers.get("content-type", [""])[0]
    body = response.body
    return {"payload": json.loads(body) if kind.startswith("application/json") else {"text": body}}


def _tell_failure(future: Future[None]) -> None:
    if not future.cancelled() and (error := future.exception()):
        log.error("work_failed", exc_info=error)


def _refused(answer: Refused | Deferred | Unknown, variable: str) -> RoundupError | NotNowError:
    code = code_of(answer.error)
    if code not in FATAL:
        return NotNowError(answer)
    return RoundupError(f"{variable} {FATAL[code]} (Slack says: {code}). `roundup doctor` checks everything.")


def _in_words(error: OSError) -> str:
    if isinstance(error, NotNowError):
        return str(error)
    lacking = no_line(error)
    return why_no_line(lacking) if lacking else f"{type(error).__name__}({error})"
