"""Asks Slack to post, edit, remove and look, and tells for each answer what it means.

The client never sends anything twice: slack_sdk's default handler posts again when an answer is lost.
Knows nothing of digests beyond the name it puts into a message's metadata.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

from slack_sdk.errors import SlackApiError

from bot.core.delivery.answers import (
    Absent,
    Accepted,
    Deferred,
    Finding,
    Found,
    Outcome,
    Refused,
    Unknown,
    Unreadable,
)
from bot.core.delivery.remedies import WORKSPACE_ERRORS
from bot.core.message import Message
from bot.slack.network import DIRECT, Network, SlackClient, quiet_logger

EVENT_TYPE = "roundup_part"
# "Possible some aspect of the operation succeeded", Slack says of these.
AMBIGUOUS = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
LIMITED = frozenset({"ratelimited", "rate_limited"})
# A bot that is refused these may not read, however often it asks.
UNREADABLE = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "method_not_supported_for_channel_type",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_in_channel",
        "thread_not_found",
    }
)
NEVER_LEFT = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)
NO_TUNNEL = "Tunnel connection failed"  # a bare OSError of http.client: the proxy did not let us through
AFTER_UNSAID = timedelta(seconds=30)  # a 429 without Retry-After
AFTER_NO_LINE = timedelta(seconds=5)
AFTER_NO_TOKEN = timedelta(seconds=60)
# Our clock and Slack's need not agree on when we asked.
SKEW = timedelta(seconds=120)
PAGE = 200
# chat.update takes less text than chat.postMessage; next to blocks it is only what is read out.
EDIT_TEXT = 3900


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who our token makes us, as `auth.test` says."""

    team: str
    team_id: str
    user_id: str
    user: str = ""  # our name, as people invite us
    bot_id: str
    url: str = ""  # of the workspace: "https://….slack.com/"
    enterprise_id: str = ""  # of the organisation it is one of many workspaces of
    scopes: frozenset[str] = field(default_factory=frozenset)


class Messenger:
    """Slack's Web API for one workspace. Safe to share between threads.

    *timeout* is asked for at each request: the admin may change it while we run.
    """

    def __init__(
        self,
        token: str,
        *,
        base_url: str,
        timeout: Callable[[], timedelta],
        network: Network = DIRECT,
    ) -> None:
        self._client = SlackClient(network, token=token, base_url=base_url, logger=quiet_logger())
        self._timeout = timeout
        self._identity: Identity | None = None

    def post(
        self, channel: str, message: Message, *, digest: str = "", part: int = 0, parent: str = ""
    ) -> Outcome:
        """Post a message, into a thread if it has a *parent*; with *digest* it can be found again."""
        arguments = {"channel": channel, **message.as_arguments()}
        if parent:
            arguments["thread_ts"] = parent
        if digest:
            payload = {"digest": digest, "part": part}
            arguments["metadata"] = {"event_type": EVENT_TYPE, "event_payload": payload}
        return self._change("chat.postMessage", arguments)

    def edit(self, channel: str, ts: str, message: Message) -> Outcome:
        """Make a message of ours show this instead. Its metadata stays."""
        text = message.text[:EDIT_TEXT] if message.blocks else message.text
        shown = {"text": text, "blocks": list(message.blocks)}
        return self._change("chat.update", {"channel": channel, "ts": ts, **shown})

    def remove(self, channel: str, ts: str) -> Outcome:
        """Delete a message of ours."""
        return self._change("chat.delete", {"channel": channel, "ts": ts})

    def join(self, channel: str) -> Outcome:
        """Join a public channel."""
        return self._change("conversations.join", {"channel": channel})

    def find(
        self, channel: str, *, digest: str, part: int, since: datetime, parent: str = "", last_reply: str = ""
    ) -> Finding:
        """Look whether a part is there that was first asked for at *since*.

        *last_reply* is the newest reply of ours that we know of in its thread.
        """
        us = self.whoami()
        if not isinstance(us, Identity):
            return _unreadable(us)
        if not parent:
            oldest = f"{(since - SKEW).timestamp():.6f}"
            return self._search(
                "conversations.history", {"channel": channel, "oldest": oldest}, us, digest, part
            )
        thread = {"channel": channel, "ts": parent}
        found = self._search("conversations.replies", thread, us, digest, part)
        # Whether a bot may read threads is doubtful; what their first message says of them, it may.
        if isinstance(found, Unreadable) and found.lasting:
            return self._guess_from_parent(channel, parent, us, last_reply) or found
        return found

    def whoami(self) -> Identity | Refused | Deferred | Unknown:
        """Return who our token makes us, or why Slack does not say. It is asked until it has said so once."""
        if self._identity is None:
            answer = self._call("auth.test", {})
            if not isinstance(answer, tuple):
                return answer
            said, headers = answer
            names = ("team", "team_id", "user_id", "user", "bot_id", "url", "enterprise_id")
            known = {name: str(said.get(name) or "") for name in names}
            self._identity = Identity(**known, scopes=_scopes(headers))
        return self._identity

    def ask(
        self, method: str, arguments: Mapping[str, Any]
    ) -> Mapping[str, Any] | Refused | Deferred | Unknown:
        """Call a method once; return its answer if it is a yes, else what the answer means."""
        answer = self._call(method, arguments)
        return answer[0] if isinstance(answer, tuple) else answer

    def _call(
        self, method: str, arguments: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]] | Refused | Deferred | Unknown:
        """Return a yes with its headers."""
        seconds: Any = self._timeout().total_seconds()  # annotated as int; urllib takes any number
        self._client.timeout = seconds
        try:
            answer = (
                self._client.api_call(method, json=dict(arguments))
                if method.startswith("chat.")
                else (self._client.api_call(method, params=dict(arguments)))
            )
        except SlackApiError as error:
            return _no(error)
        except URLError as error:
            # Refused or not found: no byte of the request has left.
            if isinstance(error.reason, NEVER_LEFT) or str(error.reason).startswith(NO_TUNNEL):
                return Deferred(AFTER_NO_LINE, f"no connection to Slack: {type(error.reason).__name__}")
            return Unknown(type(error.reason).__name__)
        except (OSError, HTTPException, UnicodeDecodeError, AttributeError) as error:
            # A line cut while we waited, half an answer, or one that is no object (slack_sdk trips over it).
            return Unknown(type(error).__name__)
        return (answer.data, answer.headers) if isinstance(answer.data, dict) else Unknown("no JSON")

    def pages(
        self, method: str, arguments: Mapping[str, Any]
    ) -> Iterator[Mapping[str, Any] | Refused | Deferred | Unknown]:
        """Call a method for every page there is; the last thing yielded may be why there is no more."""
        cursor: dict[str, str] = {}
        while True:
            answer = self.ask(method, {**arguments, **cursor})
            yield answer
            if not isinstance(answer, Mapping):
                return
            following = (answer.get("response_metadata") or {}).get("next_cursor", "")
            if not following:
                return
            cursor = {"cursor": following}

    def _change(self, method: str, arguments: Mapping[str, Any]) -> Outcome:
        answer = self.ask(method, arguments)
        if isinstance(answer, Mapping):
            return Accepted(str(answer.get("channel", "")), str(answer.get("ts", "")))
        return answer

    def _search(self, method: str, where: Mapping[str, Any], us: Identity, digest: str, part: int) -> Finding:
        for page in self.pages(method, {**where, "include_all_metadata": True, "limit": PAGE}):
            if not isinstance(page, Mapping):
                return _unreadable(page)
            for message in page.get("messages", ()):
                if _is_ours(message, us) and _names(message, digest, part):
                    return Found(str(message["ts"]))
        return Absent()

    def _guess_from_parent(self, channel: str, parent: str, us: Identity, last_reply: str) -> Finding | None:
        """Tell by the thread's newest reply whether ours is there; None if people have replied too."""
        only = {"channel": channel, "oldest": parent, "latest": parent, "inclusive": True, "limit": 1}
        page = self.ask("conversations.history", only)
        if not isinstance(page, Mapping):
            return _unreadable(page)
        first = next((m for m in page.get("messages", ()) if m.get("ts") == parent), None)
        if first is None:
            return None
        newest = str(first.get("latest_reply", ""))
        if not first.get("reply_count") or (last_reply and newest <= last_reply):
            return Absent()
        return Found(newest) if first.get("reply_users") == [us.user_id] else None


def _no(error: SlackApiError) -> Refused | Deferred | Unknown:
    status, body = error.response.status_code, error.response.data
    code = str(body.get("error", "")) if isinstance(body, dict) else ""
    if status == 429 or code in LIMITED:
        return Deferred(_retry_after(error.response.headers))
    # A page, half a page, a proxy's words: whoever answered was not the method.
    if status != 200 or code in AMBIGUOUS or not re.fullmatch(r"[a-z][a-z0-9_]*", code):
        return Unknown(code if re.fullmatch(r"[a-z_]+", code) else f"HTTP {status}, not Slack's JSON")
    if code in WORKSPACE_ERRORS:
        needed = f" ({body['needed']})" if "needed" in body else ""
        return Deferred(AFTER_NO_TOKEN, code + needed)
    return Refused(code, _detail(body))


def _detail(body: Mapping[str, Any]) -> str:
    said = body.get("errors") or (body.get("response_metadata") or {}).get("messages") or ()
    return "; ".join(str(line).removeprefix("[ERROR] ") for line in said)


def _header(headers: Mapping[str, Any], name: str) -> str:
    value = next((v for k, v in headers.items() if k.lower() == name), "")
    return str(value[0] if isinstance(value, list) else value)


def _scopes(headers: Mapping[str, Any]) -> frozenset[str]:
    words = (word.strip() for word in _header(headers, "x-oauth-scopes").split(","))
    return frozenset(word for word in words if word)


def _retry_after(headers: Mapping[str, Any]) -> timedelta:
    try:
        seconds = float(_header(headers, "retry-after"))
    except ValueError:
        return AFTER_UNSAID
    return timedelta(seconds=min(max(seconds, 0.0), 3600.0))


def _unreadable(answer: Refused | Deferred | Unknown) -> Unreadable:
    match answer:
        case Deferred(after=after, error=error) if error not in LIMITED:
            lasting = error.split()[0] in UNREADABLE
            return Unreadable(
                f"history not readable: {error}", lasting=lasting, after=None if lasting else after
            )
        case Deferred(after=after, error=error):
            return Unreadable(f"history not readable: {error}", after=after)
        case _:
            return Unreadable(f"history not readable: {answer.error}", lasting=answer.error in UNREADABLE)


def _is_ours(message: Mapping[str, Any], us: Identity) -> bool:
    # Anybody can read and forge metadata; nobody can forge who posted.
    return bool(us.bot_id) and message.get("bot_id") == us.bot_id


def _names(message: Mapping[str, Any], digest: str, part: int) -> bool:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return (
        metadata.get("event_type") == EVENT_TYPE
        and payload.get("digest") == digest
        and str(payload.get("part")) == str(part)
    )
