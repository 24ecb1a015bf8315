"""The practice workspace as a server: Slack's Web API, Socket Mode, response URLs and the page, on 127.0.0.1.

It runs in a thread of its own, takes orders to misbehave, and keeps count of what it was asked.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Mapping, MutableMapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Self, TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from uvicorn.protocols.http.h11_impl import H11Protocol
from wsproto.utilities import LocalProtocolError

from bot.core.errors import RoundupError
from bot.practice.api import METHODS
from bot.practice.door import OnlyHere, TooBigError, read_arguments, read_body, read_json
from bot.practice.faults import FILE_DOWNLOAD, ON_THE_WAY, RESPONSE_URL, Fault, Faults
from bot.practice.handover import Delivery, HttpDelivery
from bot.practice.interactions import Interactions, Result
from bot.practice.limits import Meter, RateLimits
from bot.practice.methods.call import Call, Method
from bot.practice.model import ME, Json, SlackError
from bot.practice.page import Page
from bot.practice.socket import SocketMode, hush
from bot.practice.tokens import BOT_TOKEN, SCOPES, authorise, practice_tokens
from bot.practice.transfers import Transfers
from bot.practice.workspace import Pending, Workspace

SIGNING_SECRET = "practice-signing-secret"  # noqa: S105 - signs nothing but practice

HOST = "127.0.0.1"
START_TIMEOUT = 60.0
STOP_TIMEOUT = 1.0

T = TypeVar("T")


def utc_now() -> datetime:
    return datetime.now(UTC)


class PracticeServer:
    """A practice workspace one can talk to. Use it as a context manager, or `start` and `stop` it.

    *member_of* names the channels the bot is in; None means all of *channels*. *limits* None switches
    every rate limit off. Port 0 takes a free one.
    """

    def __init__(
        self,
        *,
        channels: Sequence[str],
        port: int = 0,
        clock: Callable[[], datetime] = utc_now,
        member_of: Iterable[str] | None = None,
        private: Iterable[str] = (),
        archived: Iterable[str] = (),
        scopes: Iterable[str] = SCOPES,
        limits: RateLimits | None = RateLimits(),  # noqa: B008 - frozen
    ) -> None:
        self.workspace = Workspace(
            channels=channels, clock=clock, member_of=member_of, private=private, archived=archived
        )
        self.tokens = practice_tokens()
        self.tokens[BOT_TOKEN].scopes = set(scopes)
        self.faults = Faults()
        self.meter = Meter(limits, clock)
        self.requests: Counter[str] = Counter()
        self._listener = _listen(port)
        self.url = f"http://{HOST}:{self._listener.getsockname()[1]}"
        self.api_url = f"{self.url}/api/"
        self.workspace.url = self.url
        self.socket_mode = SocketMode(changed=lambda: self.workspace.changed({"type": "state"}))
        self.socket_mode.twice = self._take_twice
        self._delivery: Delivery = self.socket_mode
        self.interactions = Interactions(self.workspace, url=self.url, delivery=lambda: self._delivery)
        self.page = Page(
            workspace=self.workspace,
            interactions=self.interactions,
            faults=self.faults,
            obey=self._obey,
            connected=lambda: self._delivery.connected,
        )
        self.transfers = Transfers(self.interactions, self.tokens)
        self.workspace.on_event = self._send_event
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}
        self._thread = threading.Thread(target=self._run, name="practice", daemon=True)
        self._ready = threading.Event()
        self._events: set[asyncio.Task[Result]] = set()

    # --- life

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start answering; return when it does."""
        self._thread.start()
        if not self._ready.wait(START_TIMEOUT):
            raise RoundupError("the practice workspace did not start")

    def stop(self) -> None:
        """Stop answering and wait for the thread; twice does no harm."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()
        self._listener.close()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        config = uvicorn.Config(
            OnlyHere(self._app()),
            http=_tracking(self._transports),
            ws="wsproto",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            date_header=False,
            server_header=False,
        )
        server = _Server(config, self._ready, self._stopping, self._wind_down)
        await server.serve(sockets=[self._listener])
        # What was cut or left a moment ago is still to be closed: nobody else would, once the loop has ended.
        for transport in [*self._transports.values()]:
            transport.abort()
        await asyncio.sleep(0)

    def _wind_down(self) -> None:
        """End whatever would otherwise go on for ever."""
        self.page.stop()
        self.socket_mode.stop()
        for task in self._events:
            task.cancel()

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/{method}", self._api, methods=["GET", "POST"]),
                Route("/response/{id}", self._response_url, methods=["POST"]),
                WebSocketRoute("/link", self._link),
                Route("/files-pri/{file}/{name}", self._download),
                Route("/files-pri/{file}/download/{name}", self._download),
                *self.transfers.routes(),
                *self.page.routes(),
            ]
        )

    # --- for tests and the demo

    def deliver_to(self, url: str) -> HttpDelivery:
        """Deliver by signed requests to that address from now on, not through the socket."""
        self._delivery = HttpDelivery(url, secret=SIGNING_SECRET)
        return self._delivery

    def command(self, command: str, text: str, *, channel: str, user: str = ME) -> Result:
        """Type a slash command and return what its acknowledgement brought."""
        return self.wait(self.interactions.command(command, text, channel=channel, user=user))

    def press(self, channel: str, ts: str, action_id: str, *, user: str = ME, **chosen: Any) -> Result:
        """Press a button, or choose in a select, of a message."""
        action = {"action_id": action_id, **chosen}
        return self.wait(self.interactions.press(action=action, user=user, channel=channel, ts=ts))

    def event(self, event: Json) -> Result:
        """Send any event of the Events API and return what became of it."""
        return self.wait(self.interactions.event(event))

    def fault(self, method: str, kind: str, times: int = 1, **more: Any) -> None:
        """Order a fault, as `POST /practice/faults` does."""
        fault = self.faults.order({"method": method, "kind": kind, "times": times, **more})
        self.wait(self._obey(fault))

    def wait(self, doing: Coroutine[Any, Any, T]) -> T:
        """Do something in the server's thread and return its result."""
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result()

    def _send_event(self, event: Json) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._start_event, event)

    def _start_event(self, event: Json) -> None:
        task = self._loop.create_task(self.interactions.event(event))
        self._events.add(task)
        task.add_done_callback(self._events.discard)

    # --- Web API

    async def _api(self, request: Request) -> Response:
        name = request.path_params["method"]
        self.requests[name] += 1
        self.workspace.settle()
        fault = self.faults.take(name)
        try:
            args, token = await read_arguments(request)
        except TooBigError as error:
            return _answer({"ok": False, "error": error.error}, status=413)
        except SlackError as error:
            return _answer({"ok": False, "error": error.error})

        def run(lag: float = 0.0) -> Response:
            return self._run_method(name, args, token, lag)

        if fault and fault.kind == "history_lag":
            return run(fault.seconds)
        return await self._misbehave(fault, run, request) if fault else run()

    def _run_method(self, name: str, args: Mapping[str, Any], token: str, lag: float) -> Response:
        # By this the bot knows what time Slack has.
        headers = {"Date": format_datetime(self.workspace.clock().astimezone(UTC), usegmt=True)}
        try:
            # One method at a time, so that what it checked still holds when it acts.
            with self.workspace.lock:
                return _answer({"ok": True, **self._call(name, args, token, lag, headers)}, headers)
        except SlackError as error:
            if error.error == "ratelimited":
                headers["Retry-After"] = str(error.extra["retry_after"])
                return _answer({"ok": False, "error": "ratelimited"}, headers, status=429)
            return _answer({"ok": False, "error": error.error, **error.extra}, headers)

    def _call(
        self, name: str, args: Mapping[str, Any], token: str, lag: float, headers: dict[str, str]
    ) -> Json:
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        call = Call(workspace=self.workspace, args=args, scopes=set(), socket_url=self._socket_url, lag=lag)
        if method.caller != "none":
            call.scopes = authorise(self.tokens, token, method.caller).scopes
            headers["x-oauth-scopes"] = ",".join(sorted(call.scopes))
        if wait := self._meter(name, method, args):
            raise SlackError("ratelimited", retry_after=wait)
        if method.scope:
            headers["x-accepted-oauth-scopes"] = method.scope
            call.scope(method.scope)
        return method.run(call)

    def _meter(self, name: str, method: Method, args: Mapping[str, Any]) -> int:
        if name == "chat.postMessage":
            return self.meter.posting(str(args.get("channel")))
        return self.meter.method(name, method.per_minute)

    def _socket_url(self) -> str:
        return f"{self.url.replace('http', 'ws', 1)}/link?ticket={self.socket_mode.ticket()}"

    async def _link(self, websocket: WebSocket) -> None:
        transport = self._transports.get(_peer(websocket.scope))
        await self.socket_mode.serve(websocket, abort=lambda: _reset(transport), hush=lambda: hush(transport))

    async def _response_url(self, request: Request) -> Response:
        self.requests[RESPONSE_URL] += 1
        fault = self.faults.take(RESPONSE_URL)
        try:
            body = read_json(await read_body(request))
        except TooBigError as error:
            return PlainTextResponse(error.error, 413)
        except ValueError:  # no JSON, or no UTF-8
            return PlainTextResponse("invalid_payload", 400)

        def run() -> Response:
            return self._respond(request.path_params["id"], body)

        return await self._misbehave(fault, run, request) if fault else run()

    async def _download(self, request: Request) -> Response:
        self.requests[FILE_DOWNLOAD] += 1
        fault = self.faults.take(FILE_DOWNLOAD)

        def run() -> Response:
            return self.transfers.download(request)

        return await self._misbehave(fault, run, request) if fault else run()

    def _respond(self, id_: str, body: Any) -> Response:
        if not isinstance(body, dict):
            return PlainTextResponse("invalid_payload", 400)
        try:
            leave = self.workspace.permits.use_response_url(id_)
        except SlackError as error:
            return JSONResponse({"ok": False, "error": error.error}, 404)
        try:
            self.interactions.answer(leave, body)
        except SlackError as error:
            return JSONResponse({"ok": False, "error": error.error, **error.extra}, 400)
        return PlainTextResponse("ok")

    # --- misbehaving

    async def _misbehave(self, fault: Fault, run: Callable[[], Response], request: Request) -> Response:
        if fault.kind == "late_commit":
            due = self.workspace.clock() + timedelta(seconds=fault.seconds)
            self.workspace.pending.append(Pending(due=due, post=run))
            return self._cut(request, None)
        if fault.kind == "scopes_untold":
            answer = run()
            del answer.headers["x-oauth-scopes"]
            return answer
        real = run() if fault.accepted else None
        if fault.how in ON_THE_WAY:
            return self._lose(fault.how, real, request)
        if fault.how == "ratelimited":
            headers = {"Retry-After": str(fault.retry_after)}
            return _answer({"ok": False, "error": "ratelimited"}, headers, status=429)
        return _answer({"ok": False, "error": fault.how})

    def _lose(self, how: str, real: Response | None, request: Request) -> Response:
        match how:
            case "http_500" | "http_503":
                return PlainTextResponse("upstream connect error", int(how.removeprefix("http_")))
            case "html":
                page = "<!DOCTYPE html><title>Slack</title><p>We'll be right back."
                return Response(page, media_type="text/html")
            case "hang":
                return _Hang(self._stopping)
            case "reset":
                return self._cut(request, None, reset=True)
            case "truncated":
                body = bytes(real.body) if real else b'{"ok":true,"channel":"C0PRACTICE1","ts":"1'
                head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body) + 9}"
                return self._cut(request, f"{head}\r\n\r\n".encode() + body[: max(1, len(body) // 2)])
            case _:
                return self._cut(request, None)

    def _cut(self, request: Request, first: bytes | None, *, reset: bool = False) -> Response:
        return _Cut(self._transports.get(_peer(request.scope)), first, reset=reset)

    async def _obey(self, fault: Fault) -> None:
        """Carry out at once what happens to the socket."""
        if fault.kind == "disconnect":
            await self.socket_mode.disconnect(reason=fault.reason, times=fault.times)
        elif fault.kind == "abort":
            self.socket_mode.abort(times=fault.times)
        elif fault.kind == "half_open":
            self.socket_mode.hush(times=fault.times)

    def _take_twice(self) -> bool:
        return self.faults.take("socket") is not None


class _Server(uvicorn.Server):
    """uvicorn, which looks ten times a second whether it should stop; this one is told."""

    def __init__(
        self,
        config: uvicorn.Config,
        ready: threading.Event,
        stopping: asyncio.Event,
        wind_down: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._ready, self._stopping, self._wind_down = ready, stopping, wind_down

    async def main_loop(self) -> None:
        self._ready.set()
        await self._stopping.wait()
        self._wind_down()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._stop_listening(sockets or [])
        for connection in list(self.server_state.connections):
            with suppress(LocalProtocolError):  # a WebSocket that the other side has closed just now
                connection.shutdown()
        deadline = asyncio.get_running_loop().time() + STOP_TIMEOUT
        while self.server_state.connections or self.server_state.tasks:
            if asyncio.get_running_loop().time() > deadline:
                return  # what is left is cancelled with the loop
            await asyncio.sleep(0.005)

    async def _stop_listening(self, sockets: list[socket.socket]) -> None:
        """Let in whoever has come, then close the door.

        Of Python 3.11 a line accepted just now, but not yet attached to its server when that closes, stays
        open and unknown to anybody: the transport's own constructor fails in its middle.
        """
        for listener in sockets:
            asyncio.get_running_loop().remove_reader(listener)
        for _ in ("to be attached", "to be counted"):
            await asyncio.sleep(0)
        for server in self.servers:
            server.close()


class _Cut(Response):
    """Ends the connection instead of answering, or in the middle of the answer."""

    def __init__(self, transport: asyncio.Transport | None, first: bytes | None, *, reset: bool) -> None:
        super().__init__()
        self._transport, self._first, self._reset = transport, first, reset

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._transport and self._reset:
            _reset(self._transport)
        elif self._transport:
            if self._first:
                self._transport.write(self._first)
            self._transport.close()
        await _until_gone(receive)


class _Hang(Response):
    """Never answers."""

    def __init__(self, stopping: asyncio.Event) -> None:
        super().__init__()
        self._stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        waits = {asyncio.ensure_future(_until_gone(receive)), asyncio.ensure_future(self._stopping.wait())}
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        if self._stopping.is_set():
            await PlainTextResponse("closing", 503)(scope, receive, send)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _reset(transport: asyncio.Transport | None) -> None:
    """Cut a line so that the other side sees ECONNRESET."""
    if transport is None:
        return
    line = transport.get_extra_info("socket")
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _tracking(transports: dict[tuple[str, int], asyncio.Transport]) -> type[H11Protocol]:
    """Return uvicorn's protocol, made to remember its lines: ASGI has no way to cut one."""

    class Tracking(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            for peer in [peer for peer, old in transports.items() if _is_closed(old)]:
                del transports[peer]
            transports[transport.get_extra_info("peername")] = transport

    return Tracking


def _is_closed(transport: asyncio.Transport) -> bool:
    """Tell whether nothing is left of a line; one that is merely closing may still have what nobody reads."""
    return bool(transport.get_extra_info("socket").fileno() < 0)


def _peer(scope: MutableMapping[str, Any]) -> tuple[str, int]:
    host, port = scope["client"]
    return host, port


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise RoundupError(f"port {port} on {HOST} is taken or forbidden; choose another one") from error
    # Listening from the start: who comes early waits a moment instead of being refused.
    listener.listen(128)
    return listener


def _answer(body: Json, headers: Mapping[str, str] | None = None, *, status: int = 200) -> Response:
    return JSONResponse(body, status, dict(headers or {}))
