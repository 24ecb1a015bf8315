"""Reads what we ever posted in a channel back from its history, however much else there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core.delivery.answers import Unreadable
from bot.core.delivery.past import Past, Standing
from bot.slack.messenger import EVENT_TYPE, Identity, Messenger, is_ours, not_readable

PAGE = 500  # Slack gives up to 999 at once, and asks for less
PATIENCE = 4  # times the same page is asked for before we give up
LONGEST = timedelta(minutes=1)  # that Slack may let us wait: who ends a process waits for it, too
# Called before each request, with how long Slack wants us to wait; returns when we may ask.
Turn = Callable[[timedelta], None]

Json = Mapping[str, Any]
NOW = timedelta(0)


class PastPosts:
    """The history of channels, of which it keeps what is ours."""

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger

    def read(
        self,
        channel: str,
        *,
        since: datetime | None = None,
        turn: Turn,
        progress: Callable[[datetime], None] = lambda at: None,
    ) -> Past | Unreadable:
        """Return what stands there of ours since then, or ever. *progress* is told how far it has got."""
        us = self._messenger.whoami()
        if not isinstance(us, Identity):
            return not_readable(us)
        where: dict[str, Any] = {"channel": channel}
        if since:
            where["oldest"] = f"{since.timestamp():.6f}"
        parts: list[Standing] = []
        unread: dict[str, str] = {}
        for message in self._all("conversations.history", where, turn):
            if isinstance(message, Unreadable):
                return message
            progress(datetime.fromtimestamp(float(message["ts"]), UTC))
            if (first := _standing(message, us)) is None:
                continue
            parts.append(first)
            if message.get("reply_count"):
                thread = self._thread(channel, first, us, turn)
                if isinstance(thread, Unreadable):
                    unread[first.digest] = thread.error
                else:
                    parts += thread
        return Past(parts=tuple(parts), unread=unread)

    def _thread(self, channel: str, first: Standing, us: Identity, turn: Turn) -> list[Standing] | Unreadable:
        found = []
        for message in self._all("conversations.replies", {"channel": channel, "ts": first.ts}, turn):
            if isinstance(message, Unreadable):
                return message
            reply = _standing(message, us)
            if reply and reply.digest == first.digest and reply.part:
                found.append(reply)
        return found

    def _all(self, method: str, where: Mapping[str, Any], turn: Turn) -> Iterator[Json | Unreadable]:
        """Yield every message, page by page; the last thing may be why there is no more."""
        cursor: dict[str, str] = {}
        while True:
            page = self._page(method, {**where, **cursor, "include_all_metadata": True, "limit": PAGE}, turn)
            if isinstance(page, Unreadable):
                yield page
                return
            yield from page.get("messages", ())
            following = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not following:
                return
            cursor = {"cursor": following}

    def _page(self, method: str, arguments: Mapping[str, Any], turn: Turn) -> Json | Unreadable:
        wait = NOW
        for again in range(1, PATIENCE + 1):
            turn(wait)
            answer = self._messenger.ask(method, arguments)
            if isinstance(answer, Mapping):
                return answer
            why = not_readable(answer)
            if why.lasting or again == PATIENCE or (why.after or NOW) > LONGEST:
                break
            wait = why.after or timedelta(seconds=2**again)
        return why


def _standing(message: Json, us: Identity) -> Standing | None:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    part = str(payload.get("part", ""))
    named = metadata.get("event_type") == EVENT_TYPE and payload.get("digest") and part.isdecimal()
    if not named or not is_ours(message, us):
        return None
    ts, parent = str(message["ts"]), str(message.get("thread_ts") or "")
    return Standing(
        digest=str(payload["digest"]),
        part=int(part),
        ts=ts,
        parent="" if parent == ts else parent,
        words=str(payload.get("words") or ""),
        shows=str(payload.get("shows") or ""),
        changed=str((message.get("edited") or {}).get("ts") or ts),
    )
