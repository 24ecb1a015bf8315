"""The page's own API, JSON under `/practice/`: what it shows, what its visitor does, and the faults."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from bot.core.errors import RoundupError
from bot.practice.door import TooBigError, read_body, read_json
from bot.practice.faults import Fault, Faults
from bot.practice.interactions import Interactions, Result
from bot.practice.model import APP_ID, BOT_USER, Json, SlackError
from bot.practice.open_views import view_json
from bot.practice.workspace import Workspace

FILES = Path(__file__).parent / "page"
# A comment now and then lets a page's browser notice that nobody is there any more.
KEEP_ALIVE = 25.0
# In a frame, another page could lay itself over our buttons and have them pressed.
_HEADERS = {"Cache-Control": "no-cache", "Content-Security-Policy": "frame-ancestors 'none'"}


class Page:
    """The handlers. Who comes from another page was turned away at the door."""

    def __init__(
        self,
        *,
        workspace: Workspace,
        interactions: Interactions,
        faults: Faults,
        obey: Callable[[Fault], Awaitable[None]],
        connected: Callable[[], bool],
    ) -> None:
        self._workspace = workspace
        self._interactions = interactions
        self._faults = faults
        self._obey = obey
        self._connected = connected
        self._streams: dict[asyncio.Queue[Json | None], str] = {}  # and whose each is
        self._loop: asyncio.AbstractEventLoop | None = None
        workspace.watchers.append(self._changed)

    def routes(self) -> list[Route]:
        """Return the paths and who answers them."""
        posts = {
            "send": self.send,
            "action": self.action,
            "options": self.options,
            "view": self.submit,
            "view/close": self.close_view,
            "home": self.open_home,
            "faults": self.order,
        }
        gets: dict[str, Callable[[Request], Awaitable[Json | Response]]] = {
            "state": self.state,
            "messages": self.messages,
            "events": self.events,
            "home": self.home,
            "views": self.views,
            "faults": self.orders,
        }
        return [
            Route("/", _file),
            Route("/static/{path:path}", _file),
            Route("/archives/{channel}/{message}", _permalink),
            *(Route(f"/practice/{name}", _reading(handler)) for name, handler in gets.items()),
            *(
                Route(f"/practice/{name}", _taking_json(handler), methods=["POST"])
                for name, handler in posts.items()
            ),
            Route("/practice/faults", self.forget, methods=["DELETE"]),
        ]

    # --- looking

    async def state(self, request: Request) -> Json:
        workspace, me = self._workspace, self._person(request)
        workspace.direct(me)
        return {
            "team": {"id": workspace.team["id"], "name": workspace.team["name"]},
            "me": {"id": me, "name": workspace.users[me].real_name},
            "users": {
                user.id: {
                    "id": user.id,
                    "name": user.name,
                    "real_name": user.real_name,
                    "is_bot": user.is_bot,
                }
                for user in workspace.users.values()
            },
            "app": {"id": APP_ID, "name": workspace.users[BOT_USER].real_name, "bot_user": BOT_USER},
            "channels": [
                {
                    "id": channel.id,
                    "name": channel.name,
                    "kind": channel.kind,
                    "member": BOT_USER in channel.members,
                    "archived": channel.archived,
                }
                for channel in workspace.channels.values()
                if me in channel.members
            ],
            "messages_tab": workspace.messages_tab,
            "commands": list(self._interactions.commands),
            "connected": self._connected(),
        }

    async def messages(self, request: Request) -> Json:
        workspace = self._workspace
        workspace.settle()
        me, channel = self._person(request), workspace.channel(request.query_params.get("channel", ""))
        if me not in channel.members:
            raise SlackError("channel_not_found")
        thread = request.query_params.get("thread")
        with workspace.lock:
            seen = [
                message
                for message in workspace.messages[channel.id].values()
                if message.seen_by in (None, me)
                and (not message.deleted or workspace.replies(message))
                and (thread in (message.ts, message.thread_ts) if thread else message.in_channel)
            ]
            return {"messages": [workspace.message_json(message) for message in seen]}

    async def home(self, request: Request) -> Json:
        home = self._workspace.views.homes.get(self._person(request))
        return {"view": view_json(home) if home else None}

    async def views(self, request: Request) -> Json:
        return {"views": [view_json(view) for view in self._workspace.views.stack(self._person(request))]}

    async def orders(self, request: Request) -> Json:
        return {"faults": self._faults.listed()}

    async def events(self, request: Request) -> Response:
        """Stream every change until the page goes away or the workspace closes."""
        self._loop = asyncio.get_running_loop()
        stream: asyncio.Queue[Json | None] = asyncio.Queue()
        self._streams[stream] = self._person(request)
        return StreamingResponse(
            self._flow(stream), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    async def _flow(self, stream: asyncio.Queue[Json | None]) -> AsyncIterator[str]:
        try:
            yield ": welcome\n\n"
            while True:
                try:
                    change = await asyncio.wait_for(stream.get(), KEEP_ALIVE)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if change is None:
                    return
                yield f"data: {json.dumps(change)}\n\n"
        finally:
            self._streams.pop(stream, None)

    def _changed(self, change: Json) -> None:
        if self._loop:
            for stream, person in tuple(self._streams.items()):
                if self._concerns(change, person):
                    self._loop.call_soon_threadsafe(stream.put_nowait, change)

    def _concerns(self, change: Json, person: str) -> bool:
        place = self._workspace.channels.get(change.get("channel", ""))
        return change.get("for") in (None, person) and (place is None or person in place.members)

    def _person(self, request: Request) -> str:
        return self._interactions.person(request.query_params.get("as", ""))

    def stop(self) -> None:
        """End every stream."""
        for stream in tuple(self._streams):
            stream.put_nowait(None)

    # --- doing

    async def send(self, body: Json) -> Json:
        channel, text = str(body.get("channel", "")), str(body.get("text", ""))
        thread_ts = str(body["thread_ts"]) if body.get("thread_ts") else None
        user = self._sender(body)
        if not text.startswith("/"):
            message = self._interactions.say(channel, text, user=user, thread_ts=thread_ts)
            return {"ok": True, "ts": message.ts}
        if thread_ts:  # Slack does not run an app's commands there
            return {"ok": False, "error": "command_not_allowed_in_thread"}
        command, _, rest = text.partition(" ")
        if command == "/invite":
            return self._invite(channel, rest)
        return _seen(await self._interactions.command(command, rest.strip(), channel=channel, user=user))

    def _invite(self, channel: str, whom: str) -> Json:
        if whom.strip().removeprefix("@") != self._workspace.users[BOT_USER].name:
            return {"ok": False, "error": "user_not_found"}
        self._workspace.join(self._workspace.channel(channel))
        return {"ok": True}

    async def action(self, body: Json) -> Json:
        place = {"channel": str(body.get("channel", "")), "ts": str(body.get("ts", ""))}
        return _seen(await self._interactions.press(action=body, user=self._sender(body), **place))

    async def options(self, body: Json) -> Json:
        place = {"channel": str(body.get("channel", "")), "ts": str(body.get("ts", ""))}
        return await self._interactions.options(action=body, user=self._sender(body), **place)

    async def submit(self, body: Json) -> Json:
        return _seen(await self._interactions.submit(str(body.get("view_id")), _object(body, "values")))

    async def close_view(self, body: Json) -> Json:
        return _seen(await self._interactions.close(str(body.get("view_id"))))

    async def open_home(self, body: Json) -> Json:
        self._interactions.open_home(self._sender(body))
        return {"ok": True}

    def _sender(self, body: Json) -> str:
        return self._interactions.person(str(body.get("as") or ""))

    async def order(self, body: Any) -> Json:
        fault = self._faults.order(body)
        await self._obey(fault)
        return {"ok": True, "fault": fault.kind, "method": fault.method, "times": fault.times}

    async def forget(self, request: Request) -> Response:
        self._faults.clear()
        return JSONResponse({"ok": True})


def _object(body: Json, name: str) -> Json:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _seen(result: Result) -> Json:
    seen: Json = {"ok": result.ok}
    if result.error:
        seen["error"] = result.error
    if result.errors:
        seen["errors"] = result.errors
    return seen


def _reading(handler: Callable[[Request], Awaitable[Json | Response]]) -> Callable[..., Awaitable[Response]]:
    async def read(request: Request) -> Response:
        try:
            answer = await handler(request)
        except SlackError as error:
            return JSONResponse({"ok": False, "error": error.error}, 404)
        return answer if isinstance(answer, Response) else JSONResponse(answer)

    return read


def _taking_json(handler: Callable[[Json], Awaitable[Json]]) -> Callable[..., Awaitable[Response]]:
    async def take(request: Request) -> Response:
        body = await _sent(request)
        if isinstance(body, Response):
            return body
        try:
            return JSONResponse(await handler(body))
        except RoundupError as error:
            return _refused(str(error), 400)
        except SlackError as error:
            return _refused(error.error, 200)

    return take


async def _sent(request: Request) -> Json | Response:
    """Return what was sent, or the refusal of it."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return _refused("send application/json", 415)
    try:
        body = read_json(await read_body(request))
    except TooBigError as error:
        return _refused(error.error, 413)
    except ValueError:  # no JSON, no UTF-8, or nested without end
        return _refused("the body is not JSON", 400)
    return body if isinstance(body, dict) else _refused("the body is not a JSON object", 400)


def _refused(error: str, status: int) -> Response:
    return JSONResponse({"ok": False, "error": error}, status)


async def _permalink(request: Request) -> Response:
    """Open the page where a permalink leads: at a message, with its thread."""
    channel, message = request.path_params["channel"], request.path_params["message"]
    ts = re.fullmatch(r"p(\d+)(\d{6})", message)
    if not ts or not re.fullmatch("[A-Z0-9]+", channel):
        return PlainTextResponse("no such message\n", 404)
    return RedirectResponse(f"/#/{channel}/{ts[1]}.{ts[2]}")


async def _file(request: Request) -> Response:
    name = request.path_params.get("path") or "index.html"
    # Looked up among the names there are: nothing in an address can lead out of the folder.
    if found := next((file for file in _files() if file.name == name), None):
        return FileResponse(found, headers=_HEADERS)
    if request.url.path == "/":
        return PlainTextResponse("The practice workspace is running; its page is not installed.\n")
    return PlainTextResponse("no such file\n", 404)


def _files() -> Iterable[Path]:
    return FILES.iterdir() if FILES.is_dir() else ()
