"""HTTP mode: what Slack sends is verified on its raw bytes before anything parses them, and then answered."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.slack.once import Once, name_of
from bot.slack.payload import read_payload
from bot.slack.refusals import Refusals

if TYPE_CHECKING:
    from slack_bolt import App

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = tuple[tuple[bytes, bytes], ...]

EVENTS_PATH = "/slack/events"
MAX_BODY = 1024 * 1024  # bytes; Slack's largest payloads are a fraction of it
MAX_SKEW_SECONDS = 300  # Slack's own rule against replays
# A listener that blocks holds one of these, and never /healthz.
THREADS = 8
# Bytes of a request that may be answered without one, and without Bolt. To hand a question over to a thread
# costs a quarter of its answer, and to take it through Bolt as much as to answer what is known; eight threads
# take turns at what one does sooner. Only, a long question would keep all others waiting.
SHORT = 2048

JSON: Headers = ((b"content-type", b"application/json"),)
# Who is refused may not have sent all of it, and is not waited for.
CLOSE: Headers = ((b"connection", b"close"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back to a client."""

    status: int
    body: bytes = b""
    headers: Headers = ()


BAD_SIGNATURE = Answer(status=401, body=b'{"error": "invalid request"}', headers=JSON + CLOSE)
UNREADABLE = Answer(status=400, body=b'{"error": "unreadable"}', headers=JSON + CLOSE)
TOO_LARGE = Answer(status=413, headers=CLOSE)
FAILED = Answer(status=500)
POST_ONLY = Answer(status=405, headers=((b"allow", b"POST"), *CLOSE))


async def respond(send: Send, answer: Answer) -> None:
    """Send a whole answer."""
    headers = [*answer.headers, (b"content-length", b"%d" % len(answer.body))]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


class EventsApp:
    """The ASGI app of HTTP mode: `/slack/events` for Slack, everything else for *others*.

    *at_once* returns the body that answers a payload, or None if that has to ask somebody or wait.
    """

    def __init__(
        self,
        app: App,
        *,
        signing_secret: str,
        others: AsgiApp,
        at_once: Callable[[Mapping[str, Any]], str | None] = lambda payload: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        from slack_sdk.signature import SignatureVerifier

        self._app = app
        self._verifier = SignatureVerifier(signing_secret)
        self._others, self._at_once, self._clock = others, at_once, clock
        self._once, self._refusals = Once(), Refusals()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="answer")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["path"] == EVENTS_PATH:
            await respond(send, await self._answer(scope, receive))
        else:
            await self._others(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        if scope["method"] != "POST":
            return POST_ONLY
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        timestamp, signature = _claim(headers)
        if not timestamp:  # so what follows is not worth reading
            return self._refused("signature")
        body = await _read(receive)
        if body is None:
            return TOO_LARGE
        if doubt := self._doubt(timestamp, signature, body):
            return self._refused(doubt)
        kind = headers.get(b"content-type", b"")
        payload = read_payload(body, kind) if len(body) <= SHORT else None
        if payload is not None and (answer := self._answered(payload)):
            return answer
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: self._dispatch(payload or read_payload(body, kind))
        )

    def _refused(self, reason: str, answer: Answer = BAD_SIGNATURE) -> Answer:
        self._refusals.say(reason)
        return answer

    def _doubt(self, timestamp: str, signature: str, body: bytes) -> str:
        """Return why this is not from Slack, or not from now; "" if it is. The SDK does not tell which."""
        try:
            right = self._verifier.generate_signature(timestamp=timestamp, body=body) or ""
        except UnicodeDecodeError:  # it reads the body as text; Slack sends UTF-8
            return "signature"
        if not hmac.compare_digest(right, signature):
            return "signature"
        # By Slack's own clock, as far as it has said what time it has: by a host's that is six minutes off,
        # every request would be refused.
        ahead = self._clock().timestamp() - int(timestamp)
        if abs(ahead) > MAX_SKEW_SECONDS:
            return f"time look_at=clock_of_this_host ahead_of_slack={ahead:.0f}s"
        return ""

    def _answered(self, payload: Mapping[str, Any]) -> Answer | None:
        try:
            said = self._at_once(payload)
        except Exception:  # a bug, told as Bolt would have it told
            log.exception("listener_failed")
            return FAILED
        return None if said is None else Answer(status=200, body=said.encode(), headers=JSON)

    def _dispatch(self, payload: dict[str, Any] | None) -> Answer:
        from bot.slack.bolt import request_of

        request = request_of(payload) if payload is not None else None
        if payload is None or request is None:
            return self._refused("unreadable", UNREADABLE)
        response = self._once.answer(name_of(payload), lambda: self._app.dispatch(request))
        headers = tuple(
            (name.encode(), value.encode()) for name, values in response.headers.items() for value in values
        )
        return Answer(status=response.status, body=(response.body or "").encode(), headers=headers)


def _claim(headers: Mapping[bytes, bytes]) -> tuple[str, str]:
    """Return when and with what a request says it was signed; "" twice for what cannot be Slack's."""
    timestamp = headers.get(b"x-slack-request-timestamp", b"")
    signature = headers.get(b"x-slack-signature", b"")
    if timestamp.isdigit() and len(timestamp) <= 12 and signature.isascii():
        return timestamp.decode(), signature.decode()
    return "", ""


async def _read(receive: Receive) -> bytes | None:
    """Return the body, or None for one that is too long or breaks off."""
    body = bytearray()
    while len(body) <= MAX_BODY:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] == "http.disconnect":
            return None
        if not message.get("more_body"):
            return bytes(body) if len(body) <= MAX_BODY else None
    return None
