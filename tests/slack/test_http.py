"""What reaches Bolt in HTTP mode, and what does not."""

from __future__ import annotations

import hmac
import json
import logging
import threading
import time
from collections.abc import Callable, Mapping, MutableMapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt import App

from bot.slack.bolt import build_app
from bot.slack.http import MAX_BODY, SHORT, Answer, EventsApp, Receive, Scope, Send, respond
from bot.slack.messenger import Identity
from bot.slack.payload import read_json
from tests.waiting import PATIENCE, finished

SECRET = "practice-secret"
IDENTITY = Identity(team="Practice", team_id="T1", user_id="UBOT", bot_id="BBOT")


class Client:
    """Sends requests to the app as the server does, and keeps what was answered."""

    def __init__(
        self,
        bolt: App,
        *,
        ahead: float = 0.0,
        at_once: Callable[[Mapping[str, Any]], str | None] = lambda _: None,
    ) -> None:
        self.headers: dict[bytes, bytes] = {}  # of the last answer
        self._app = EventsApp(
            bolt,
            signing_secret=SECRET,
            others=not_found,
            at_once=at_once,
            clock=lambda: datetime.fromtimestamp(time.time() + ahead, UTC),
        )

    def post(self, text: str | bytes = "", **how: Any) -> tuple[int, bytes]:
        """Return the status and the body that one request gets."""
        return finished(self.ask(text, **how))

    async def ask(
        self,
        text: str | bytes = "",
        *,
        at: int | str | None = None,
        signature: str | None = None,
        method: str = "POST",
        path: str = "/slack/events",
        kind: str = "application/x-www-form-urlencoded",
        pieces: int = 1,
    ) -> tuple[int, bytes]:
        """Send one request, whose body comes in *pieces*."""
        body = text.encode() if isinstance(text, str) else text
        timestamp = str(int(time.time()) if at is None else at)
        if signature is None:
            signature = signed(timestamp, body)
        headers = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature,
        }
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        }
        size = -(-len(body) // pieces) or 1
        return await self._ask(scope, [body[at : at + size] for at in range(0, len(body) or 1, size)])

    async def _ask(self, scope: dict[str, Any], pieces: list[bytes]) -> tuple[int, bytes]:
        sent: list[MutableMapping[str, Any]] = []

        async def receive() -> dict[str, Any]:
            piece = pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
        self.headers = dict(sent[0]["headers"])
        return sent[0]["status"], sent[1]["body"]


def signed(timestamp: str, body: bytes) -> str:
    """Sign as Slack does; the SDK's own function takes nothing but text."""
    return "v0=" + hmac.new(SECRET.encode(), f"v0:{timestamp}:".encode() + body, sha256).hexdigest()


async def not_found(scope: Scope, receive: Receive, send: Send) -> None:
    await respond(send, Answer(status=404))


@pytest.fixture
def bolt() -> App:
    return build_app(token="xoxb-test", api_url="http://127.0.0.1:9/api/", identity=lambda: IDENTITY)


@pytest.fixture
def client(bolt: App) -> Client:
    return Client(bolt)


COMMAND = urlencode(
    {"command": "/roundup", "text": "fligy", "team_id": "T1", "user_id": "U1", "channel_id": "C1"}
)


@pytest.mark.parametrize("ahead", [-360, 360])
def test_requests_are_taken_by_slacks_clock_however_wrong_the_hosts_is(bolt: App, ahead: int) -> None:
    """By a host's clock that is six minutes off, every one was refused."""
    bolt.command("/roundup")(lambda ack: ack())
    by_slack = Client(bolt, ahead=ahead)

    assert by_slack.post(COMMAND, at=int(time.time()) + ahead)[0] == 200
    assert by_slack.post(COMMAND, at=int(time.time()))[0] == 401


def test_signed_command_is_answered_in_the_response(bolt: App, client: Client) -> None:
    bolt.command("/roundup")(lambda ack, command: ack(text=f"you asked {command['text']}"))

    status, body = client.post(COMMAND)

    assert status == 200
    assert body == b"you asked fligy"


@pytest.mark.parametrize(
    ("text", "at_once"), [("fligy", True), ("skip 1", False), ("fligy " + "x" * SHORT, False)]
)
def test_a_short_question_waits_for_no_thread_and_all_else_has_one(
    bolt: App, text: str, at_once: bool
) -> None:
    threads: list[threading.Thread] = []

    def answered(payload: Mapping[str, Any]) -> str | None:
        threads.append(threading.current_thread())
        return f"you asked {payload['text']}" if payload["text"].startswith("fligy") else None

    async def ask() -> tuple[int, bytes]:
        threads.append(threading.current_thread())
        return await Client(bolt, at_once=answered).ask(COMMAND.replace("fligy", text.replace(" ", "+")))

    def by_bolt(ack: Any, command: Mapping[str, Any]) -> None:
        threads.append(threading.current_thread())
        ack(text=f"you asked {command['text']}")

    bolt.command("/roundup")(by_bolt)

    assert finished(ask()) == (200, f"you asked {text}".encode())
    assert (threads[0] is threads[-1]) is at_once


def test_an_answer_at_once_that_fails_is_one_error_with_its_traceback(
    bolt: App, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(payload: Mapping[str, Any]) -> str:
        raise ZeroDivisionError

    assert Client(bolt, at_once=broken).post(COMMAND)[0] == 500
    assert [(r.levelname, r.getMessage(), bool(r.exc_info)) for r in caplog.records] == [
        ("ERROR", "listener_failed", True)
    ]


@pytest.mark.parametrize(
    "forged",
    [
        {"signature": ""},
        {"signature": "v0=" + "0" * 64},
        {"signature": "v0=ä"},
        {"at": "abc"},
        {"at": "٣"},
        {"at": "9" * 400},
    ],
    ids=["empty", "wrong", "not-ascii", "words", "arabic-digit", "long"],
)
def test_forged_request_is_refused_before_it_is_parsed(client: Client, forged: dict[str, Any]) -> None:
    assert client.post(COMMAND, **forged)[0] == 401


@pytest.mark.parametrize("body", ["null", "[1]", "{broken", "payload=%7B", "[" * 100_000])
def test_unsigned_rubbish_never_reaches_the_parser(client: Client, body: str) -> None:
    """Bolt itself raises on each of these while it builds the request, before it looks at the signature."""
    assert client.post(body, signature="", kind="application/json")[0] == 401


@pytest.mark.parametrize(
    "body",
    [
        "{bad",
        "[1, 2]",
        '"text"',
        "payload=nothing",
        "payload=[1]",
        '{"type": "event_callback", "team_id": "\\ud800"}',
        "payload=x&command=%2Froundup",
    ],
)
def test_signed_body_that_is_not_slacks_is_refused_in_one_line(
    client: Client, caplog: pytest.LogCaptureFixture, body: str
) -> None:
    """Bolt parses while it builds its request; its exceptions would be a traceback and a 500."""
    kind = "application/x-www-form-urlencoded" if body[:1] in "pc" else "application/json"

    status, _ = client.post(body, kind=kind)

    assert status == 400
    assert caplog.messages == ["request_refused reason=unreadable"]


@pytest.mark.parametrize("hours", [-1, 1])
def test_right_signature_of_another_time_is_refused_with_the_clock_to_look_at(
    client: Client, caplog: pytest.LogCaptureFixture, hours: int
) -> None:
    """It looks like a wrong secret otherwise, and nobody looks at the clock."""
    status, _ = client.post(COMMAND, at=int(time.time()) + 3600 * hours)

    assert status == 401
    assert "reason=time look_at=clock_of_this_host" in caplog.text
    assert ("ahead_of_slack=-" in caplog.text) == (hours > 0)


def test_wrong_signature_of_another_time_says_nothing_of_clocks(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.post(COMMAND, at=1, signature="v0=" + "0" * 64)

    assert caplog.messages == ["request_refused reason=signature"]


def test_who_floods_it_with_forgeries_does_not_flood_the_log(
    client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two thousand a second were fifteen gigabytes a day."""
    now = 1.0
    monkeypatch.setattr("bot.slack.refusals.monotonic", lambda: now)
    for _ in range(5):
        client.post(COMMAND, signature="v0=0")
    client.post("{bad", kind="application/json")  # another reason is told at once
    now += 1
    client.post(COMMAND, signature="v0=0")

    assert caplog.messages == [
        "request_refused reason=signature",
        "request_refused reason=unreadable",
        "request_refused reason=signature again=4",
    ]


def test_body_that_comes_in_pieces_is_verified_whole(bolt: App, client: Client) -> None:
    bolt.command("/roundup")(lambda ack: ack(text="heard"))

    assert client.post(COMMAND, pieces=5) == (200, b"heard")


def test_huge_body_is_refused_before_it_is_all_there(client: Client) -> None:
    assert client.post(b"x" * (MAX_BODY + 1), pieces=9)[0] == 413


def test_what_nobody_listens_for_is_said_in_one_line(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """Bolt's own words are ten lines, with code to paste."""
    caplog.set_level(logging.WARNING)

    status, _ = client.post(COMMAND)

    assert status == 404
    assert caplog.messages == ["request_unhandled type='/roundup'"]


def test_listener_that_fails_is_one_error_with_its_traceback(
    bolt: App, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    bolt.command("/roundup")(broken)

    assert client.post(COMMAND)[0] == 500
    assert [(r.levelname, r.getMessage(), bool(r.exc_info)) for r in caplog.records] == [
        ("ERROR", "listener_failed", True)
    ]


def test_what_fails_after_the_answer_is_one_error_with_its_traceback(
    bolt: App, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """Bolt alone would say nothing but what `str` makes of the error."""

    class Desk:
        def broken(self, command: Mapping[str, Any]) -> None:
            raise ZeroDivisionError(command["text"])

    bolt.command("/roundup")(ack=lambda ack: ack(), lazy=[Desk().broken])

    assert client.post(COMMAND)[0] == 200
    bolt.listener_runner.listener_executor.shutdown(wait=True)
    assert [(r.levelname, r.getMessage(), str(r.exc_info and r.exc_info[1])) for r in caplog.records] == [
        ("ERROR", "listener_failed", "fligy")
    ]


def test_character_zero_that_no_database_takes_is_a_blank_in_a_command(bolt: App, client: Client) -> None:
    bolt.command("/roundup")(lambda ack, command: ack(text=command["text"]))

    assert client.post(COMMAND.replace("fligy", "preview+a%00b")) == (200, b"preview a b")


def test_what_somebody_types_is_no_character_zero() -> None:
    for typed in (r"\u0000", r"C:\u0000", "\\" * 4 + "u0000"):
        assert read_json(json.dumps({"text": typed})) == {"text": typed}
    assert read_json(json.dumps({"text": "a\0\0b\\\0"})) == {"text": "a  b\\ "}


def test_address_is_confirmed_to_slack(client: Client) -> None:
    """So Slack asks when the address is entered."""
    asked = json.dumps({"type": "url_verification", "challenge": "3eZ"})

    assert client.post(asked, kind="application/json") == (200, b'{"challenge": "3eZ"}')


def test_get_is_not_an_event(client: Client) -> None:
    assert client.post("", method="GET")[0] == 405
    assert client.headers[b"allow"] == b"POST"


@pytest.mark.parametrize(
    ("status", "request_"),
    [
        (405, {"text": COMMAND, "method": "PUT"}),
        (401, {"text": COMMAND, "signature": ""}),
        (400, {"text": "{bad", "kind": "application/json"}),
        (413, {"text": b"x" * (MAX_BODY + 1), "pieces": 9}),
    ],
)
def test_who_is_refused_is_told_that_the_line_ends(
    status: int, request_: dict[str, Any], client: Client
) -> None:
    """The rest of what they send is not read: on that line it would be the next request."""
    assert client.post(**request_)[0] == status
    assert client.headers[b"connection"] == b"close"


def test_who_is_answered_may_ask_again_on_the_same_line(bolt: App, client: Client) -> None:
    bolt.command("/roundup")(lambda ack: ack())

    assert client.post(COMMAND)[0] == 200
    assert b"connection" not in client.headers


def test_other_paths_go_to_the_health_app(client: Client) -> None:
    assert client.post("", path="/nowhere")[0] == 404


ACTION = {
    "type": "block_actions",
    "team": {"id": "T1"},
    "user": {"id": "U1"},
    "actions": [{"action_id": "slow"}],
}
EVENT = {"type": "event_callback", "team_id": "T1", "event": {"type": "app_home_opened", "user": "U1"}}
VIEW = {
    "type": "view_submission",
    "team": {"id": "T1"},
    "user": {"id": "U1"},
    "view": {"type": "modal", "callback_id": "slow"},
}
OPTIONS = {
    "type": "block_suggestion",
    "team": {"id": "T1"},
    "user": {"id": "U1"},
    "action_id": "slow",
    "block_id": "b",
    "value": "f",
}


@pytest.mark.parametrize(
    ("kind", "body", "content_type"),
    [
        ("command", COMMAND, "application/x-www-form-urlencoded"),
        ("action", urlencode({"payload": json.dumps(ACTION)}), "application/x-www-form-urlencoded"),
        ("view", urlencode({"payload": json.dumps(VIEW)}), "application/x-www-form-urlencoded"),
        ("options", urlencode({"payload": json.dumps(OPTIONS)}), "application/x-www-form-urlencoded"),
        ("event", json.dumps(EVENT), "application/json"),
    ],
)
def test_slow_work_does_not_hold_the_answer(
    bolt: App, client: Client, kind: str, body: str, content_type: str
) -> None:
    """What calls Slack or the database is lazy: the ack leaves at once whatever the work takes."""
    begun, release, ended = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        release.wait(PATIENCE)
        ended.set()

    register = {
        "command": bolt.command("/roundup"),
        "action": bolt.action("slow"),
        "view": bolt.view("slow"),
        "options": bolt.options("slow"),
        "event": bolt.event("app_home_opened"),
    }[kind]
    register(ack=lambda ack: ack(), lazy=[slow])

    status, _ = client.post(body, kind=content_type)
    still_working = not ended.is_set()
    assert begun.wait(PATIENCE)
    release.set()

    assert status == 200
    assert still_working
