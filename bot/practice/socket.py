"""Socket Mode: tickets, connections, envelopes and their acknowledgements."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from itertools import count

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.practice.handover import ACK_TIMEOUT, DeliveryError
from bot.practice.model import APP_ID, Json

MOST_CONNECTIONS = 10
# How long a connection lives on after "please reconnect": ten seconds' notice for a warning.
NOTICE = {"warning": 10.0, "refresh_requested": 0.5, "link_disabled": 0.0}


class Connection:
    """One open WebSocket."""

    def __init__(self, websocket: WebSocket, abort: Callable[[], None], hush: Callable[[], None]) -> None:
        self.websocket = websocket
        self.abort = abort  # cut the line without a word
        self.hush = hush  # leave it open and dead
        self.dead = False
        self.retiring = False
        self.waiting: dict[str, asyncio.Future[Json]] = {}

    async def send(self, message: Json) -> None:
        await self.websocket.send_text(json.dumps(message))

    def acknowledge(self, text: str) -> None:
        """Take a client's message; what is not the acknowledgement of an envelope is ignored."""
        try:
            answer = json.loads(text)
        except json.JSONDecodeError:
            return
        waiting = self.waiting.get(str(answer.get("envelope_id"))) if isinstance(answer, dict) else None
        if waiting and not waiting.done():
            waiting.set_result(answer.get("payload") or {})


def hush(transport: asyncio.Transport | None) -> None:
    """Leave a line open on which nothing is read and nothing written any more, as a dead network does."""
    if transport is None:
        return
    transport.pause_reading()
    for name in ("write", "writelines", "close"):
        setattr(transport, name, lambda *_: None)


class SocketMode:
    """The app's connections; each payload goes to one of them."""

    def __init__(self, *, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._tickets: set[str] = set()
        self._turn = count()
        self._tasks: set[asyncio.Task[None]] = set()
        self.connections: list[Connection] = []
        self.twice: Callable[[], bool] = lambda: False  # by order of a fault

    @property
    def connected(self) -> bool:
        return bool(self.connections)

    def ticket(self) -> str:
        """Return a ticket, good for one connection."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return ticket

    async def serve(
        self, websocket: WebSocket, *, abort: Callable[[], None], hush: Callable[[], None]
    ) -> None:
        """Hold one connection until it ends."""
        ticket = websocket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await websocket.close(4403)  # before accepting: the client sees HTTP 403
            return
        # Good once: a client that reconnects with its old address is refused and must ask for another.
        self._tickets.discard(ticket)
        await websocket.accept()
        connection = Connection(websocket, abort, hush)
        if len(self.connections) >= MOST_CONNECTIONS:
            await connection.send({"type": "disconnect", "reason": "too_many_websockets"})
            await websocket.close()
            return
        self.connections.append(connection)
        try:
            await connection.send(self._hello())
            self._changed()
            while True:
                connection.acknowledge(await websocket.receive_text())
        except WebSocketDisconnect:
            pass  # the ordinary end
        finally:
            self.connections.remove(connection)
            self._changed()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "connection_info": {"app_id": APP_ID},
            "debug_info": {"host": "practice", "build_number": 1, "approximate_connection_time": 18060},
        }

    async def deliver(self, kind: str, payload: Json, *, retry: int = 0, reason: str = "") -> Json:
        """Send an envelope over one connection and wait for its acknowledgement."""
        connection = self._next_connection()
        envelope = {
            "envelope_id": str(uuid.uuid4()),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api" or retry:
            envelope |= {"retry_attempt": retry, "retry_reason": reason}
        answer = await self._exchange(connection, envelope)
        if self.twice():
            again = {**envelope, "retry_attempt": 1, "retry_reason": "timeout"}
            await self._exchange(connection, again)
        return answer

    async def _exchange(self, connection: Connection, envelope: Json) -> Json:
        waiting: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope["envelope_id"]] = waiting
        try:
            await connection.send(envelope)
            return await asyncio.wait_for(waiting, ACK_TIMEOUT)
        except TimeoutError:
            raise DeliveryError("operation_timeout") from None
        except (RuntimeError, WebSocketDisconnect):  # it closed between being chosen and being used
            raise DeliveryError("dispatch_failed") from None
        finally:
            del connection.waiting[envelope["envelope_id"]]

    def _next_connection(self) -> Connection:
        # One that was told to reconnect gets nothing new, unless there is no other.
        live = [c for c in self.connections if not c.retiring] or self.connections
        if not live:
            raise DeliveryError("dispatch_failed")
        return live[next(self._turn) % len(live)]

    async def disconnect(self, *, reason: str, times: int) -> None:
        """Ask the clients of so many connections to reconnect, and close them after the notice."""
        for connection in self.connections[:times]:
            connection.retiring = True
            await connection.send(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "practice"}}
            )
            task = asyncio.create_task(self._close_later(connection, NOTICE[reason]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _close_later(self, connection: Connection, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if connection in self.connections:
            await connection.websocket.close()

    def abort(self, *, times: int) -> None:
        """Cut the line of so many connections."""
        for connection in self.connections[:times]:
            connection.abort()

    def hush(self, *, times: int) -> None:
        """Let so many connections die without anybody being told."""
        for connection in self.connections[:times]:
            connection.dead = True
            connection.hush()

    def stop(self) -> None:
        """Give up every notice period, and the lines that cannot be closed."""
        for connection in self.connections:
            if connection.dead:
                connection.abort()
        for task in self._tasks:
            task.cancel()
