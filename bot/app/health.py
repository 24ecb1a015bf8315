"""Health and metrics over HTTP, as one small ASGI app for both modes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import MappingProxyType

from bot.app.figures import CONTENT_TYPE, Metrics
from bot.slack.http import JSON, Answer, Headers, Receive, Scope, Send, respond

OK = "ok"
Check = Callable[[], str]  # "ok", or why not

TEXT: Headers = ((b"content-type", b"text/plain; charset=utf-8"),)
NOT_FOUND = Answer(status=404, body=b"not found\n", headers=TEXT)
GET_ONLY = Answer(status=405, body=b"GET only\n", headers=((b"allow", b"GET, HEAD"), *TEXT))


class HealthApp:
    """`/healthz`, `/readyz` and `/metrics`; anything else is 404. *notes* make nothing unready."""

    def __init__(
        self,
        *,
        alive: Mapping[str, Check],
        ready: Mapping[str, Check],
        metrics: Metrics,
        notes: Mapping[str, Check] = MappingProxyType({}),
    ) -> None:
        self._alive, self._ready, self._metrics, self._notes = alive, ready, metrics, notes
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="health")
        self._looks: dict[str, asyncio.Future[Answer]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one GET."""
        await respond(send, await self._answer(scope["method"], scope["path"]))

    async def _answer(self, method: str, path: str) -> Answer:
        if method not in {"GET", "HEAD"}:
            return GET_ONLY
        match path:
            case "/healthz":  # by the very thread that serves: nothing that anything else waits for delays it
                return _told(self._alive)
            case "/readyz":
                return await self._look(path, partial(_told, self._ready, self._notes))
            case "/metrics":
                return await self._look(path, self._figures)
        return NOT_FOUND

    async def _look(self, path: str, look: Callable[[], Answer]) -> Answer:
        """Look once for everybody who asks meanwhile, beside what serves: it may take a while."""
        under_way = self._looks.get(path)
        if under_way is None:
            under_way = asyncio.get_running_loop().run_in_executor(self._threads, look)
            under_way.add_done_callback(lambda _: self._looks.pop(path))
            self._looks[path] = under_way
        return await asyncio.shield(under_way)

    def _figures(self) -> Answer:
        return Answer(status=200, body=self._metrics.page(), headers=((b"content-type", CONTENT_TYPE),))


def _told(checks: Mapping[str, Check], notes: Mapping[str, Check] = MappingProxyType({})) -> Answer:
    results = {name: check() for name, check in checks.items()}
    status = 200 if all(result == OK for result in results.values()) else 503
    # What somebody should mend though the bot does its work: no reason to send it no more requests.
    results |= {name: note() for name, note in notes.items()}
    return Answer(status=status, body=json.dumps(results).encode(), headers=JSON)
