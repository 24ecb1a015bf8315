"""Serves HTTP from a thread of this process. Nobody holds it up: not by silence, not by sloth, not by number.

uvicorn and httptools read and write; the limits that they lack are added here. A server that gives every
request one of its few threads is stopped by as many unfinished requests, and one that accepts nobody
while it is full is stopped by whoever fills it: when this one is full, who has dawdled longest has to go.
"""

from __future__ import annotations

import asyncio
import logging
import resource
import socket
import threading
from contextlib import suppress
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.core.environment import port_error
from bot.slack.http import MAX_BODY, AsgiApp, Receive, Scope, Send

log = logging.getLogger(__name__)

# Seconds that each turn may take.
HEAD = 10.0
BODY = 3.0
ANSWER = 30.0  # ours to give, theirs to take; Slack itself waits for 3
IDLE = 75.0  # load balancers keep a line for 60: it is them who close it, never we while they send

MAX_HEAD = 64 * 1024  # bytes
MAX_MESSAGE = MAX_HEAD + 2 * MAX_BODY  # bytes as sent: in chunks that is more than what is in them
# An answer takes milliseconds: of so many connections, the one that has been at it longest is none we need.
CONNECTIONS = 2048
OTHER_FILES = 256  # open files left for the database, Slack and digests
# asyncio lets so many in before the first of them can be made to go; it takes as many as may queue up, else.
AT_ONCE = 32
QUEUE = 4096
# Bytes of answers to one client that the system keeps, if that does not read; by itself it takes 4 MB.
UNREAD = 16 * 1024
MAX_HELD = 64 * 1024 * 1024  # bytes of all requests together that wait for the rest of them, or an answer

SWEEP = 1.0  # seconds from one look at the deadlines to the next
GRACE = 2.0  # seconds at the end for answers that are under way
START_TIMEOUT = 30.0


class Server:
    """Answers on one port, from `start` to `stop`."""

    def __init__(self, app: AsgiApp, *, host: str, port: int, most: int = CONNECTIONS) -> None:
        self._socket = _bound(host, port)
        self.port: int = self._socket.getsockname()[1]
        self._uvicorn = _Uvicorn(app, Crowd(most=_room(most)), self._socket)
        self._thread = threading.Thread(target=self._run, name="http", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()
        self._uvicorn.ready.wait(START_TIMEOUT)

    def stop(self) -> None:
        """Take no more requests, finish the answers under way, free the port."""
        if self._thread.is_alive():
            self._uvicorn.end()
            self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        asyncio.run(self._uvicorn.serve(sockets=[self._socket]))


class Crowd:
    """Everybody who is connected, who has been at the same thing longest first."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._lines: dict[Line, None] = {}
        self._held = 0
        self._pushed_out = 0

    def join(self, line: Line) -> None:
        """Put a line last, new or with a new request. If that is one too many, the first has to go."""
        self._lines.pop(line, None)
        self._lines[line] = None
        if len(self._lines) > self._most:
            self._push_out(next(iter(self._lines)))

    def leave(self, line: Line) -> None:
        """Forget a line that is cut."""
        self._lines.pop(line, None)
        self.release(line)

    def hold(self, line: Line, size: int) -> None:
        """Keep so many bytes more for a line. If that is too much, who has held some longest has to go."""
        line.held += size
        self._held += size
        while self._held > MAX_HELD:
            self._push_out(next(line for line in self._lines if line.held))

    def release(self, line: Line) -> None:
        """Keep nothing more for a line."""
        self._held -= line.held
        line.held = 0

    def sweep(self, now: float) -> None:
        """Cut whoever let their time pass."""
        for line in [line for line in self._lines if line.deadline < now]:
            line.cut()
        if self._pushed_out:  # a line a second at most, whatever they do
            log.warning("clients_pushed_out count=%d", self._pushed_out)
            self._pushed_out = 0

    def disperse(self) -> None:
        """Cut everybody."""
        for line in list(self._lines):
            line.cut()

    def _push_out(self, line: Line) -> None:
        line.cut()
        self._pushed_out += 1


class Joined:
    """A transport that sends in one piece what is written in one go.

    uvicorn writes the head of an answer and then its body. Sent apart, each is a call of the system and wakes
    the client up, which took a quarter of an answer that is known.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._written: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send this, and whatever is written until the loop turns."""
        if not self._written:
            self._loop.call_soon(self._send)
        self._written.append(data)

    def close(self) -> None:
        """End the line once all is sent."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._written:
            self._transport.write(b"".join(self._written))
            self._written.clear()


class Line(HttpToolsProtocol):
    """One connection. Every turn of it has a deadline, and what it can make us keep has a limit."""

    crowd: Crowd  # of the server that the class is made for

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deadline = 0.0
        self.held = 0
        self._in_head = True
        self._is_last = False  # the request that is being answered

    def cut(self) -> None:
        """End it, whether or not the other side has read what it was sent."""
        self.crowd.leave(self)
        self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a first request: a silent client has begun one, too."""
        super().connection_made(Joined(transport, self.loop))  # type: ignore[arg-type]
        self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        """Make room."""
        self.crowd.leave(self)
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Answer whoever has said all, and says no more; asyncio would end the line."""
        self._is_last = self.cycle is not None and not (self.cycle.more_body or self.cycle.response_complete)
        return self._is_last

    def data_received(self, data: bytes) -> None:
        """Read on, unless it gets too much: the parser takes headers and trailers without end."""
        self.crowd.hold(self, len(data))
        if not self.transport.is_closing():
            super().data_received(data)
        if self.held > (MAX_HEAD if self._in_head else MAX_MESSAGE):
            self.cut()

    def on_message_begin(self) -> None:
        """Begin a request. Slack sends none before the answer to the last, and thousands would fit a read."""
        if self.cycle is not None and not self._answered():
            raise ValueError("pipelined")  # a 400, by the parser
        super().on_message_begin()
        self._begin()

    def on_headers_complete(self) -> None:
        """Wait for the body."""
        self._in_head = False
        self._wait(BODY)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Answer."""
        self._wait(ANSWER)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, if there can be one."""
        self.crowd.release(self)
        self._wait(IDLE)
        if self._is_last:
            self.transport.close()
        super().on_response_complete()

    def shutdown(self) -> None:
        """End it now, unless the whole request is here and its answer is not."""
        if self.cycle is None or self.cycle.more_body:
            self.cut()
        else:
            super().shutdown()

    def _answered(self) -> bool:
        """Tell whether the last answer is made, and on its way: who reads none would have them all kept."""
        return self.cycle.response_complete and not self.transport.get_write_buffer_size()

    def _begin(self) -> None:
        self._in_head = True
        self._wait(HEAD)
        self.crowd.join(self)

    def _wait(self, seconds: float) -> None:
        self.deadline = self.loop.time() + seconds


class _Uvicorn(uvicorn.Server):
    """uvicorn, which looks ten times a second whether it should end; this one is told."""

    def __init__(self, app: AsgiApp, crowd: Crowd, listener: socket.socket) -> None:
        config = uvicorn.Config(
            _Cancellable(app),
            http=type("Line", (Line,), {"crowd": crowd}),
            ws="none",
            loop="asyncio",
            lifespan="off",
            backlog=AT_ONCE,
            timeout_keep_alive=int(IDLE),
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
        )
        super().__init__(config)
        self.ready = threading.Event()
        self._crowd, self._listener = crowd, listener
        self._ending = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def end(self) -> None:
        """Stop serving; from any thread."""
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._ending.set)

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._listener.listen(QUEUE)
        self.ready.set()
        while not await self.on_tick(0):  # which also writes the Date of the coming second
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), SWEEP)
            self._crowd.sweep(self._loop.time())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for line in list(self.server_state.connections):
            line.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                while self.server_state.connections or self.server_state.tasks:
                    await asyncio.sleep(0.005)
        self._crowd.disperse()
        await asyncio.sleep(0)  # in which they learn of it; what still waits is cancelled with the loop


class _Cancellable:
    """Lets the end cancel what hangs. uvicorn takes that for an error in the app, and logs it at length."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(asyncio.CancelledError):
            await self._app(scope, receive, send)


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # By its name: of a socket that does not say TCP, asyncio does not send at once what it is given, and an
    # answer's body, written after its head, would wait 40 ms for the client to confirm the head.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNREAD)  # of all that it accepts, too
        listener.bind((host, port))
    except OSError as error:  # taken, or not ours to open
        listener.close()
        raise port_error(host, port, error) from error
    return listener


def _room(most: int) -> int:
    """Return how many connections there are open files for, up to *most*; the system may lend some more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return most if soft == resource.RLIM_INFINITY else min(most, max(soft - OTHER_FILES, soft // 3))
