"""One open line of Socket Mode: what comes in, what goes out, and whether anybody is still there.

Not slack_sdk's client: that one takes a line for good on which nobody answers (for over three minutes,
measured), closes the old line before the new one is open, and answers on whichever line is newest.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from socket import SHUT_RDWR, socket
from typing import Any, cast

from websocket import ABNF, WebSocket, WebSocketException, WebSocketTimeoutException, create_connection

from bot.slack.network import Network
from bot.slack.payload import read_json

log = logging.getLogger(__name__)

HELLO_SECONDS = 10.0
# We ask whether Slack is there every so often; without an answer for so long the line is dead. Together, and
# with the wait for the next look, less than half a minute.
PING_SECONDS = 5.0
PATIENCE_SECONDS = 15.0
# Slack closes a line itself after it asked us to leave: ten seconds later at most.
RETIRE_SECONDS = 15.0


class _Watched(WebSocket):
    """One that has somebody look after each piece that comes in: a frame may come in pieces without end."""

    look: Callable[[], None] = staticmethod(lambda: None)

    def _recv(self, bufsize: int) -> bytes:
        self.look()
        piece: bytes = super()._recv(bufsize)  # type: ignore[no-untyped-call]
        return piece


class _Pulse:
    """Asks now and then whether anybody is there. Only the pong counts.

    What comes in does not prove that what we send gets there.
    """

    def __init__(self, ping: Callable[[], None]) -> None:
        self._ping = ping
        self._asked_at: float | None = None  # when we last did
        self._unanswered: float | None = None  # and the first time since there was an answer

    def look(self) -> None:
        """Ask if it is time to; TimeoutError if there was no answer for too long."""
        now = time.monotonic()
        if self._unanswered is not None and now - self._unanswered >= PATIENCE_SECONDS:
            raise TimeoutError(f"no answer to a ping for {PATIENCE_SECONDS:.0f} s")
        if self._asked_at is None or now - self._asked_at >= PING_SECONDS:
            self._ping()
            self._asked_at, self._unanswered = now, self._unanswered or now

    def answered(self) -> None:
        """Note that somebody is there."""
        self._unanswered = None


Hear = Callable[["Line", Mapping[str, Any]], None]


class Line:
    """A WebSocket on which Slack has said hello."""

    def __init__(
        self,
        url: str,
        network: Network,
        *,
        hear: Hear,
        ended: Callable[[Line], None],
        refuse: Callable[[str], None],
    ) -> None:
        """Open the line; ConnectionError if that does not work."""
        self._hear, self._ended, self._refuse = hear, ended, refuse
        self._leave_at: float | None = None
        self._closing = threading.Event()
        self.open = True
        try:
            self._socket = _greeted(url, network)
        # They hold no more than the status, "closed", or why an address is none; never the address.
        except (WebSocketException, ValueError) as error:
            raise ConnectionError(_in_words(error)) from None
        self._thread = threading.Thread(target=self._read, name="socket", daemon=True)

    def start(self) -> None:
        """Begin to read, in a thread of its own."""
        self._thread.start()

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a message; one that cannot be sent is lost, and Slack asks again on another line."""
        try:
            self._socket.send(json.dumps(message))
        except (WebSocketException, OSError, ValueError) as error:
            log.warning("socket_answer_lost error=%s", type(error).__name__)

    def retire(self) -> None:
        """Read on for as long as Slack may still send something here, then close."""
        self._leave_at = time.monotonic() + RETIRE_SECONDS

    def close(self) -> None:
        """Close the line and do not wait for Slack's goodbye."""
        self._closing.set()
        raw = self._socket.sock
        with suppress(WebSocketException, OSError):  # gone, or just going
            self._socket.send_close()
        if raw is not None:
            _hang_up(raw)

    def _read(self) -> None:
        try:
            self._read_to_the_end()
        # Cut, or no WebSocket any more. ValueError: a TLS line that was closed while it is read.
        except (WebSocketException, OSError, ValueError) as error:
            if not self._closing.is_set() and self._leave_at is None:
                log.warning("socket_lost error=%s", _in_words(error))
        finally:
            self.open = False
            self._socket.shutdown()  # type: ignore[no-untyped-call]
            self._ended(self)

    def _read_to_the_end(self) -> None:
        pulse = _Pulse(self._socket.ping)
        self._socket.look = pulse.look
        self._socket.settimeout(PING_SECONDS)
        while not self._closing.is_set():
            if self._leave_at is not None and time.monotonic() >= self._leave_at:
                return
            try:
                kind, data = self._socket.recv_data(control_frame=True)
            except WebSocketTimeoutException:
                continue
            if kind == ABNF.OPCODE_CLOSE:
                return
            if kind == ABNF.OPCODE_PONG:
                pulse.answered()
            elif kind == ABNF.OPCODE_TEXT:
                self._take(data)

    def _take(self, data: bytes) -> None:
        if message := _message(data):
            self._hear(self, message)
        else:
            self._refuse("unreadable")  # no reason to lose those that follow


def _greeted(url: str, network: Network) -> _Watched:
    """Return a line on which Slack has said hello: then, and not before, it sends us something."""
    raw = network.connect(url, timeout=HELLO_SECONDS)
    # Its own time-out is one for each byte, and whoever sends one now and then is waited for without end.
    late = threading.Timer(HELLO_SECONDS, _hang_up, [raw])
    late.daemon = True
    late.start()
    try:
        # A redirect is refused like anything else that is no WebSocket; _in_words says what came instead.
        options: dict[str, Any] = {"redirect_limit": 0, "suppress_origin": True, "class_": _Watched}
        line = cast("_Watched", create_connection(url, socket=raw, timeout=HELLO_SECONDS, **options))
        kind, data = line.recv_data()
    finally:
        late.cancel()
    first = _message(data) if kind == ABNF.OPCODE_TEXT else {}
    if first.get("type") == "hello":
        return line
    line.shutdown()  # type: ignore[no-untyped-call]
    raise ConnectionError(f"no hello from Slack {first.get('reason', '')}".rstrip())


def _message(data: bytes) -> Mapping[str, Any]:
    """Return what Slack said, nothing of what is no message."""
    try:
        message = read_json(data.decode())
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def _hang_up(raw: socket) -> None:
    with suppress(OSError):  # gone already
        raw.shutdown(SHUT_RDWR)  # not close: that would not wake the thread that reads


def _in_words(error: Exception) -> str:
    status = getattr(error, "status_code", None)
    return f"{type(error).__name__}({status or ''})" if isinstance(error, WebSocketException) else str(error)
