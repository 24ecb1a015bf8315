"""Asks Slack to post, edit, remove and look, and tells for each answer what it means.

The client never sends anything twice: slack_sdk's default handler posts again when an answer is lost.
Knows nothing of digests beyond the name it puts into a message's metadata.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from math import isnan
from typing import Any
from urllib.error import URLError

from slack_sdk.errors import SlackApiError

from bot.core.delivery.answers import (
    UNREAD,
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
from bot.slack.network import DIRECT, Network, SlackClient, no_line, quiet_logger, why_no_line
from bot.slack.views.mrkdwn import cut

EVENT_TYPE = "roundup_part"
LETTER_TYPE = "roundup_letter"
PEOPLE = ("U", "W")
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
AFTER_UNSAID = timedelta(seconds=30)  # a 429 without Retry-After
# What slack_sdk and we stumble over in an answer: no object, no text, no such encoding, brackets without end.
STUMBLES = (AttributeError, UnicodeDecodeError, LookupError, RecursionError)
AFTER_NO_LINE = timedelta(seconds=5)
AFTER_NO_TOKEN = timedelta(seconds=60)
# What time Slack has is known to the second, and from its last answer: it may have been a while since.
SKEW = timedelta(seconds=120)
# In a direct message little is said: looking back for a day costs nothing, whatever a clock says.
LETTER_SKEW = timedelta(days=1)
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

    *timeout* is asked for at each request: the admin may change it while we run. *heard* is told what time
    Slack has, as its answers say, *missed* why there is no way to it.
    """

    def __init__(
        self,
        token: str,
        *,
        base_url: str,
        timeout: Callable[[], timedelta],
        network: Network = DIRECT,
        heard: Callable[[datetime], None] = lambda at: None,
        missed: Callable[[str], None] = lambda why: None,
    ) -> None:
        self._client = SlackClient(network, token=token, base_url=base_url, logger=quiet_logger())
        self._timeout, self._heard, self._missed = timeout, heard, missed
        self._identity: Identity | None = None

    def post(
        self,
        channel: str,
        message: Message,
        *,
        digest: str = "",
        part: int = 0,
        parent: str = "",
        words: str = "",
        shows: str = "",
    ) -> Outcome:
        """Post a message, into a thread if it has a *parent*; with *digest* it can be found again.

        *words* and *shows* are fingerprints, of its post's words and of the message: whoever finds it
        without a ledger knows by them what it is.
        """
        arguments = {"channel": channel, **message.as_arguments()}
        if parent:
            arguments["thread_ts"] = parent
        if digest:
            arguments["metadata"] = _metadata(digest, part, words, shows)
        return self._change("chat.postMessage", arguments)

    def mail(self, whom: str, message: Message, *, letter: str, parent: str = "") -> Outcome:
        """Post a message to a person, or to the newsroom; it can be found again by the *letter*'s name."""
        metadata = {"event_type": LETTER_TYPE, "event_payload": {"letter": letter}}
        arguments = {"channel": whom, **message.as_arguments(), "metadata": metadata}
        if parent:
            arguments["thread_ts"] = parent
        return self._change("chat.postMessage", arguments)

    def find_mail(self, whom: str, *, letter: str, since: datetime, parent: str = "") -> Finding:
        """Look whether a letter is there that was first asked for at *since*."""
        us = self.whoami()
        if not isinstance(us, Identity):
            return not_readable(us)
        channel = self._direct(whom) if whom.startswith(PEOPLE) else whom
        if not isinstance(channel, str):
            return not_readable(channel)
        where = {"channel": channel, "oldest": f"{(since - LETTER_SKEW).timestamp():.6f}"}
        method = "conversations.history"
        if parent:
            where, method = {"channel": channel, "ts": parent}, "conversations.replies"
        return self._search(method, where, us, LETTER_TYPE, {"letter": letter})

    def _direct(self, user: str) -> str | Refused | Deferred | Unknown:
        """Return the ID of the direct message with a person."""
        answer = self.ask("conversations.open", {"users": user})
        return str((answer.get("channel") or {}).get("id", "")) if isinstance(answer, Mapping) else answer

    def edit(
        self,
        channel: str,
        ts: str,
        message: Message,
        *,
        digest: str = "",
        part: int = 0,
        words: str = "",
        shows: str = "",
    ) -> Outcome:
        """Make a message of ours show this instead. Its metadata stays, unless it has a *digest*, too."""
        text = cut(message.text, EDIT_TEXT) if message.blocks else message.text
        shown: dict[str, Any] = {"text": text, "blocks": list(message.blocks)}
        if digest:
            shown["metadata"] = _metadata(digest, part, words, shows)
        return self._change("chat.update", {"channel": channel, "ts": ts, **shown})

    def remove(self, channel: str, ts: str) -> Outcome:
        """Delete a message of ours."""
        return self._change("chat.delete", {"channel": channel, "ts": ts})

    def members(self, group: str) -> tuple[str, ...] | Refused | Deferred | Unknown:
        """Return who is in a user group."""
        answer = self.ask("usergroups.users.list", {"usergroup": group})
        return tuple(map(str, answer.get("users", ()))) if isinstance(answer, Mapping) else answer

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
            return not_readable(us)
        names = {"digest": digest, "part": part}
        if not parent:
            oldest = f"{(since - SKEW).timestamp():.6f}"
            where = {"channel": channel, "oldest": oldest}
            return self._search("conversations.history", where, us, EVENT_TYPE, names)
        thread = {"channel": channel, "ts": parent}
        found = self._search("conversations.replies", thread, us, EVENT_TYPE, names)
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

    def ask_the_time(self) -> None:
        """Have Slack say what time it has."""
        self._call("auth.test", {})

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
            if isinstance(error.response.data, dict):
                self._note_time(error.response.headers)
            return _no(error)
        except URLError as error:
            if lacking := no_line(error):  # so there is nothing to look for
                self._missed(why_no_line(lacking))
                return Deferred(AFTER_NO_LINE, why_no_line(lacking))
            return Unknown(type(error.reason).__name__)
        except (OSError, HTTPException, *STUMBLES) as error:
            # A line cut while we waited, half an answer, or one that the method never gives.
            return Unknown(type(error).__name__)
        if not isinstance(answer.data, dict):
            return Unknown("no JSON")
        self._note_time(answer.headers)
        return answer.data, answer.headers

    def _note_time(self, headers: Mapping[str, Any]) -> None:
        """Hear what time an answer of Slack's own says it is; a proxy's page tells nothing of Slack."""
        try:
            at = parsedate_to_datetime(header(headers, "date"))
        except (ValueError, OverflowError):  # none, or none that can be read
            return
        self._heard(at if at.tzinfo else at.replace(tzinfo=UTC))

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

    def _search(
        self, method: str, where: Mapping[str, Any], us: Identity, kind: str, names: Mapping[str, Any]
    ) -> Finding:
        for page in self.pages(method, {**where, "include_all_metadata": True, "limit": PAGE}):
            if not isinstance(page, Mapping):
                return not_readable(page)
            named = [m for m in page.get("messages", ()) if _names(m, kind, names)]
            if ours := next((m for m in named if is_ours(m, us)), None):
                return Found(str(ours["ts"]))
            if any(_is_nobodys(m, us) for m in named):
                # It may be ours: to send it again could double it, and what is held waits for a look.
                return Unreadable("history does not say whose message it is", lasting=True)
        return Absent()

    def _guess_from_parent(self, channel: str, parent: str, us: Identity, last_reply: str) -> Finding | None:
        """Tell by the thread's newest reply whether ours is there; None if people have replied too."""
        only = {"channel": channel, "oldest": parent, "latest": parent, "inclusive": True, "limit": 1}
        page = self.ask("conversations.history", only)
        if not isinstance(page, Mapping):
            return not_readable(page)
        first = next((m for m in page.get("messages", ()) if m.get("ts") == parent), None)
        if first is None:
            return None
        newest, count = str(first.get("latest_reply", "")), first.get("reply_count")
        if not count or (last_reply and newest <= last_reply):
            return Absent()
        # Of several replies of which none is known, nobody can tell which one is looked for.
        alone = first.get("reply_users") == [us.user_id] and (bool(last_reply) or count == 1)
        return Found(newest) if alone else None


def _metadata(digest: str, part: int, words: str, shows: str) -> dict[str, Any]:
    more = {"words": words, "shows": shows} if words or shows else {}
    return {"event_type": EVENT_TYPE, "event_payload": {"digest": digest, "part": part, **more}}


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
    return "; ".join(map(_sentence, said))


def _sentence(fault: object) -> str:
    """Return a fault as chat.postMessage words it; blocks.validate gives its parts."""
    if isinstance(fault, dict):
        return f"{fault.get('message')} [json-pointer:/blocks{fault.get('pointer')}]"
    return str(fault).removeprefix("[ERROR] ")


def header(headers: Mapping[str, Any], name: str) -> str:
    """Return an answer's header, however it is spelled, or ""."""
    value = next((v for k, v in headers.items() if k.lower() == name), "")
    return str(value[0] if isinstance(value, list) else value)


def _scopes(headers: Mapping[str, Any]) -> frozenset[str]:
    words = (word.strip() for word in header(headers, "x-oauth-scopes").split(","))
    return frozenset(word for word in words if word)


def _retry_after(headers: Mapping[str, Any]) -> timedelta:
    try:
        seconds = float(header(headers, "retry-after"))
    except ValueError:
        return AFTER_UNSAID
    # "nan" is a number to float(), and to no timedelta.
    return AFTER_UNSAID if isnan(seconds) else timedelta(seconds=min(max(seconds, 0.0), 3600.0))


def not_readable(answer: Refused | Deferred | Unknown) -> Unreadable:
    """Return what a refused look into the history means."""
    match answer:
        case Deferred(after=after, error=error) if error not in LIMITED:
            lasting = error.split()[0] in UNREADABLE
            return Unreadable(f"{UNREAD}{error}", lasting=lasting, after=None if lasting else after)
        case Deferred(after=after, error=error):
            return Unreadable(f"{UNREAD}{error}", after=after)
        case _:
            return Unreadable(f"{UNREAD}{answer.error}", lasting=answer.error in UNREADABLE)


def is_ours(message: Mapping[str, Any], us: Identity) -> bool:
    """Tell whether we posted a message, whatever it says of itself."""
    # Anybody can read and forge metadata; nobody can forge who posted.
    by_bot = str(message.get("bot_id") or "")
    if by_bot and us.bot_id:
        return by_bot == us.bot_id
    return bool(us.user_id) and message.get("user") == us.user_id


def _is_nobodys(message: Mapping[str, Any], us: Identity) -> bool:
    """Tell whether nothing that we could compare says who posted a message."""
    by_bot, by_user = (bool(message.get(name)) for name in ("bot_id", "user"))
    return not (by_bot and us.bot_id) and not (by_user and us.user_id)


def _names(message: Mapping[str, Any], kind: str, names: Mapping[str, Any]) -> bool:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    same = all(str(payload.get(name)) == str(value) for name, value in names.items())
    return metadata.get("event_type") == kind and same
