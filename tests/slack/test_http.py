"""What reaches Bolt in HTTP mode, and what does not."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from slack_bolt import App
from slack_sdk.signature import SignatureVerifier

from bot.slack.bolt import build_app
from bot.slack.http import EventsApp
from bot.slack.messenger import Identity
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

SECRET = "practice-secret"
IDENTITY = Identity(team="Practice", team_id="T1", user_id="UBOT", bot_id="BBOT")


Post = Callable[..., tuple[int, bytes]]


@pytest.fixture
def bolt() -> App:
    return build_app(token="xoxb-test", api_url="http://127.0.0.1:9/api/", identity=lambda: IDENTITY)


@pytest.fixture
def post(bolt: App) -> Post:
    app = EventsApp(bolt, signing_secret=SECRET, others=not_found)

    def send(
        text: str, *, at: int | str | None = None, signature: str | None = None, **more: str
    ) -> tuple[int, bytes]:
        body = text.encode()
        timestamp = str(int(time.time()) if at is None else at)
        signed = SignatureVerifier(SECRET).generate_signature(timestamp=timestamp, body=body) or ""
        statuses: list[str] = []

        def start_response(status: str, headers: object, exc_info: object = None) -> Any:
            statuses.append(status)

        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/slack/events",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_X_SLACK_REQUEST_TIMESTAMP": timestamp,
            "HTTP_X_SLACK_SIGNATURE": signed if signature is None else signature,
            "wsgi.input": io.BytesIO(body),
            **more,
        }
        answer = b"".join(app(environ, start_response))
        return int(statuses[0].split()[0]), answer

    return send


def not_found(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    start_response("404 Not Found", [])
    return [b""]


COMMAND = urlencode(
    {"command": "/roundup", "text": "fligy", "team_id": "T1", "user_id": "U1", "channel_id": "C1"}
)


def test_signed_command_is_answered_in_the_response(bolt: App, post: Post) -> None:
    bolt.command("/roundup")(lambda ack, command: ack(text=f"you asked {command['text']}"))

    status, body = post(COMMAND)

    assert status == 200
    assert body == b"you asked fligy"


@pytest.mark.parametrize(
    "forged",
    [
        {"signature": ""},
        {"signature": "v0=" + "0" * 64},
        {"signature": "v0=ä"},
        {"at": "abc"},
        {"at": "٣"},
        {"at": "9" * 400},
        {"at": int(time.time()) - 86_400},
        {"at": int(time.time()) + 86_400},
    ],
    ids=["empty", "wrong", "not-ascii", "words", "arabic-digit", "long", "old", "future"],
)
def test_forged_request_is_refused_before_it_is_parsed(post: Post, forged: dict[str, Any]) -> None:
    assert post(COMMAND, **forged)[0] == 401


@pytest.mark.parametrize("body", ["null", "[1]", "{broken", "payload=%7B", "[" * 100_000])
def test_unsigned_rubbish_never_reaches_the_parser(post: Post, body: str) -> None:
    """Bolt itself raises on each of these while it builds the request, before it looks at the signature."""
    assert post(body, signature="", CONTENT_TYPE="application/json")[0] == 401


@pytest.mark.parametrize("body", ["{bad", "[1, 2]", '"text"', "payload=nothing", "payload=[1]"])
def test_signed_body_that_is_not_slacks_is_refused_in_one_line(
    post: Post, caplog: pytest.LogCaptureFixture, body: str
) -> None:
    """Bolt parses while it builds its request; its exceptions would be a traceback and a 500."""
    kind = "application/x-www-form-urlencoded" if body.startswith("payload") else "application/json"

    status, _ = post(body, CONTENT_TYPE=kind)

    assert status == 400
    assert caplog.messages == ["request_refused reason=unreadable"]


def test_huge_body_is_refused_unread(post: Post) -> None:
    assert post("x", CONTENT_LENGTH=str(5 * 1024 * 1024))[0] == 413


def test_get_is_not_an_event(post: Post) -> None:
    assert post("", REQUEST_METHOD="GET")[0] == 405


def test_other_paths_go_to_the_health_app(post: Post) -> None:
    assert post("", PATH_INFO="/nowhere")[0] == 404


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
    bolt: App, post: Post, kind: str, body: str, content_type: str
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

    status, _ = post(body, CONTENT_TYPE=content_type)
    still_working = not ended.is_set()
    assert begun.wait(PATIENCE)
    release.set()

    assert status == 200
    assert still_working
