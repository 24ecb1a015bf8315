"""HTTP mode: Slack's requests over granian. Verified on their raw bytes before anything parses them."""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING, Any

from bot.core.environment import port_error
from bot.core.errors import RoundupError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from slack_bolt import App

log = logging.getLogger(__name__)

EVENTS_PATH = "/slack/events"
MAX_BODY = 1024 * 1024  # bytes; Slack's largest payloads are a fraction of it
MAX_SKEW_SECONDS = 300  # Slack's own rule against replays
THREADS = 4  # answers come from memory in under a millisecond; granian itself waits for slow clients
HEADER_TIMEOUT_MS = 10_000
KILL_TIMEOUT_SECONDS = 10


class EventsApp:
    """The WSGI app of HTTP mode: `/slack/events` for Slack, everything else for *others*."""

    def __init__(self, app: App, *, signing_secret: str, others: WSGIApplication) -> None:
        from slack_sdk.signature import SignatureVerifier

        self._app = app
        self._verifier = SignatureVerifier(signing_secret)
        self._others = others

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"] != EVENTS_PATH:
            return self._others(environ, start_response)
        status, headers, body = self._answer(environ)
        start_response(status, [*headers, ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, environ: WSGIEnvironment) -> tuple[str, list[tuple[str, str]], bytes]:
        if environ["REQUEST_METHOD"] != "POST":
            return "405 Method Not Allowed", [("Allow", "POST")], b""
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > MAX_BODY:
            return "413 Content Too Large", [], b""
        body = environ["wsgi.input"].read(int(length))
        if not self._is_slack(environ, body):
            log.warning("request_refused reason=signature")
            return "401 Unauthorized", [("Content-Type", "application/json")], b'{"error": "invalid request"}'
        return self._dispatch(environ, body)

    def _is_slack(self, environ: WSGIEnvironment, body: bytes) -> bool:
        timestamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
        signature = environ.get("HTTP_X_SLACK_SIGNATURE", "")
        # The SDK's verifier raises on a timestamp that is no number and on a signature that is not ASCII.
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12 and signature.isascii()):
            return False
        if abs(time.time() - int(timestamp)) > MAX_SKEW_SECONDS:
            return False
        try:
            return self._verifier.is_valid(body=body, timestamp=timestamp, signature=signature)
        except UnicodeDecodeError:  # it reads the body as text; Slack sends UTF-8
            return False

    def _dispatch(self, environ: WSGIEnvironment, body: bytes) -> tuple[str, list[tuple[str, str]], bytes]:
        from slack_bolt import BoltRequest

        try:
            request = BoltRequest(
                body=body.decode(), query=environ.get("QUERY_STRING", ""), headers=_headers(environ)
            )
        except (ValueError, AttributeError, TypeError):  # no JSON, or JSON that is no object: not Slack's
            log.warning("request_refused reason=unreadable")
            return "400 Bad Request", [("Content-Type", "application/json")], b'{"error": "unreadable"}'
        response = self._app.dispatch(request)
        headers = [(name, value) for name, values in response.headers.items() for value in values]
        return f"{response.status} Answer", headers, (response.body or "").encode()


def _headers(environ: WSGIEnvironment) -> dict[str, str | Sequence[str]]:
    headers: dict[str, str | Sequence[str]] = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    return headers


def serve(load: Callable[[], tuple[WSGIApplication, Callable[[], object]]], *, host: str, port: int) -> None:
    """Serve until SIGTERM. *load* runs in the worker and returns its app and what to call at the end.

    It must be a module-level function (or a partial of one): where workers are spawned, it is pickled.
    """
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    _must_be_free(host, port)
    Server(
        "roundup",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT_MS),
        log_level=LogLevels.warning,
        workers_kill_timeout=KILL_TIMEOUT_SECONDS,
    ).serve(target_loader=_Loader(load), wrap_loader=False)


class _Loader:
    """What granian calls in its worker: the app comes with its ending and with a watch on the parent."""

    def __init__(self, load: Callable[[], tuple[WSGIApplication, Callable[[], object]]]) -> None:
        self._load = load

    def __call__(self) -> Any:
        parent = os.getppid()
        threading.Thread(target=_end_without, args=(parent,), name="parent-watch", daemon=True).start()
        try:
            app, stop = self._load()
        except RoundupError as error:  # the user can mend it: as short here as in the main process
            sys.exit(str(error))
        Finalize(None, stop, exitpriority=10)  # granian has no hook for a WSGI worker's end
        return app


def _end_without(parent: int) -> None:
    # `kill -9` of the main process leaves its worker behind with half of the port.
    while os.getppid() == parent:
        time.sleep(0.25)
    os._exit(1)


def _must_be_free(host: str, port: int) -> None:
    with closing(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)) as probe:
        # granian itself shares ports (SO_REUSEPORT), so a second bot would get half of the requests.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise port_error(host, port, error) from error
