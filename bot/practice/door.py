"""Who may come in to the practice workspace, and what they may carry: nothing another site's page can send.

Any page in the same browser can send requests to this machine. What it cannot do is leave out that it was the
one that sent them: the browser says so, in `Host` (a DNS trick), `Origin` and `Sec-Fetch-Site`.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.practice.model import SlackError

# The Host header of a request that really is for this machine; anything else is another site's trick.
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
# Slack's largest answer or view is a tenth of it.
MOST_BYTES = 5_000_000
# Of arrays and objects in each other; rich text, the deepest there is, has eight.
DEEPEST = 50


class TooBigError(SlackError):
    """A body that nobody sends who means well."""


class OnlyHere:
    """Refuse what another web page sent, and requests that name another host."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope.get("headers", [])
        }
        if _is_for_us(headers) and (_is_from_us(headers) or _is_a_link_to_the_page(scope, headers)):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4403})
        else:
            await PlainTextResponse("only for this machine, and not for other web pages\n", 403)(
                scope, receive, send
            )


def _is_for_us(headers: dict[str, str]) -> bool:
    host = headers.get("host", "")
    return host.rpartition(":")[0] in LOOPBACK or host in LOOPBACK


def _is_from_us(headers: dict[str, str]) -> bool:
    """Tell our own page and programs, which say nothing of where they come from, from other pages.

    Whatever the method: a GET of the Web API posts as well, and a page on another port is another page.
    """
    own = f"http://{headers['host']}"
    return headers.get("origin", own) == own and headers.get("sec-fetch-site", "none") in {
        "none",
        "same-origin",
    }


def _is_a_link_to_the_page(scope: Scope, headers: dict[str, str]) -> bool:
    """Tell whether somebody followed a link to the page: it opens alone and does nothing by itself."""
    return (
        (scope["type"], scope.get("method"), scope.get("path")) == ("http", "GET", "/")
        and "origin" not in headers
        and headers.get("sec-fetch-dest") == "document"
    )


async def read_body(request: Request, *, most: int = MOST_BYTES) -> bytes:
    """Return the body; `TooBigError` before all of one is in memory that has no end."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise TooBigError("request_too_large")
    return bytes(body)


def read_json(text: str | bytes) -> Any:
    """Parse JSON; ValueError for all that cannot be sent on as JSON again, or is nested without end."""
    try:
        value = json.loads(text)
        # Infinity and half a surrogate pair are read, and would be a fault of ours where they are answered.
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if _is_deep(value):
        raise ValueError("nested too deeply")
    return value


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        containers = [each for each in level if isinstance(each, dict | list)]
        level = [
            inner for each in containers for inner in (each.values() if isinstance(each, dict) else each)
        ]
    return any(isinstance(each, dict | list) for each in level)


async def read_arguments(request: Request) -> tuple[dict[str, Any], str]:
    """Return a method's arguments, however they were sent, and its token."""
    args: dict[str, Any] = dict(request.query_params)
    # As Slack: never in the address, where a picture's or a link's could have it.
    args.pop("token", None)
    body = await read_body(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        args |= _json_arguments(body)
    elif body:
        args |= dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        token = ""
    return args, token.strip() or str(args.pop("token", "") or "")


def _json_arguments(body: bytes) -> dict[str, Any]:
    try:
        value = read_json(body or b"{}")
    except ValueError as error:  # no JSON, or no UTF-8
        raise SlackError("invalid_json") from error
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    return value
