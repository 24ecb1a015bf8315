"""Getting to Slack and staying there: who are we, and the socket. Every try says how it went, in a line."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, TypeVar

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.core.delivery.remedies import code_of
from bot.core.errors import RoundupError
from bot.slack.messenger import Identity, Messenger

if TYPE_CHECKING:
    from slack_bolt import App

log = logging.getLogger(__name__)

T = TypeVar("T")

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
TIMEOUT_SECONDS = 10
CLOSE_SECONDS = 1.0

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


def whoami(messenger: Messenger) -> Identity:
    """Return who we are. RoundupError for a token that cannot work, ConnectionError for what may pass."""
    answer = messenger.whoami()
    if isinstance(answer, Identity):
        return answer
    raise _hopeless(code_of(answer.error), "SLACK_BOT_TOKEN") or ConnectionError(answer.error)


def persist(what: str, attempt: Callable[[], T], stopping: threading.Event) -> T | None:
    """Try until it works, or return None once *stopping* is set. A log line a failed try, longer pauses."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            return attempt()
        except (SlackClientError, HTTPException, OSError) as error:  # Slack or the way to it is down
            log.warning("%s_failed error=%s retry_in=%.0fs", what, in_words(error), pause)
        if stopping.wait(pause):
            return None
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


class Socket:
    """Socket Mode over websocket-client: reconnects in 0.6 s after a drop, the built-in client in 52 s."""

    def __init__(self, app: App, app_token: str) -> None:
        from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler

        self._greeted = threading.Event()
        self._handler = SocketModeHandler(app, app_token)
        self._handler.client.message_listeners.append(self._hear)

    def connect(self) -> None:
        """Open the line and wait for Slack's hello, so that "ready" is true; the SDK goes on trying alone.

        Not .start(): that one waits for ever and is killed by SIGTERM.
        """
        try:
            self._handler.connect()  # type: ignore[no-untyped-call]
        except SlackApiError as error:
            raise _hopeless(error.response.get("error", ""), "SLACK_APP_TOKEN") or error from error
        self._greeted.wait(TIMEOUT_SECONDS)

    def _hear(self, client: object, message: Mapping[str, Any], raw: str | None) -> None:
        if message.get("type") == "hello":
            self._greeted.set()

    @property
    def connected(self) -> bool:
        """Tell whether the line is open now."""
        return self._greeted.is_set() and bool(self._handler.client.is_connected())

    def close(self) -> None:
        """Close the line. The SDK waits 3 s for Slack's goodbye, and again for its own threads; we do not."""
        closing = threading.Thread(target=self._handler.close, name="socket-close", daemon=True)
        closing.start()
        closing.join(CLOSE_SECONDS)


def _hopeless(code: str, variable: str) -> RoundupError | None:
    if code not in FATAL:
        return None
    return RoundupError(f"{variable} {FATAL[code]} (Slack says: {code}). `roundup doctor` checks everything.")


def in_words(error: Exception) -> str:
    """Return what went wrong in a few words: the SDK's own text has the address and the whole answer."""
    if isinstance(error, SlackApiError):
        return str(error.response.get("error") or error.response.status_code)
    reason = getattr(error, "reason", None) or error
    return f"{type(error).__name__}({reason})"
