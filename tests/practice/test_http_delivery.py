"""Delivery by signed requests: what a bot in HTTP mode gets, and what a person sees if it does not answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from slack_bolt import Ack, App, BoltRequest
from slack_sdk import WebClient

from bot.practice.handover import signature
from bot.practice.server import SIGNING_SECRET, PracticeServer

Request = tuple[dict[str, str], str]
Reply = Callable[[dict[str, str], str], tuple[int, str]]


class _Address(ThreadingHTTPServer):
    """A bot's address: keeps what comes and answers as told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[Request] = []
        self.reply: Reply = lambda headers, body: (200, "")
        self.url = f"http://127.0.0.1:{self.server_address[1]}/slack/events"


class _Handler(BaseHTTPRequestHandler):
    server: _Address

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.got.append((headers, body))
        status, answer = self.server.reply(headers, body)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def address() -> Iterator[_Address]:
    address = _Address()
    thread = threading.Thread(target=address.serve_forever, args=(0.01,))
    thread.start()
    yield address
    address.shutdown()
    thread.join()
    address.server_close()


def test_a_real_bolt_app_accepts_the_signature(
    server: PracticeServer, slack: WebClient, address: _Address
) -> None:
    """With request verification on; a press goes the same way."""
    app = App(client=slack, signing_secret=SIGNING_SECRET)

    @app.command("/roundup")
    def roundup(ack: Ack, command: dict[str, Any]) -> None:
        ack(f"you said {command['text']}")

    def bolt(headers: dict[str, str], body: str) -> tuple[int, str]:
        answer = app.dispatch(BoltRequest(body=body, headers=dict(headers)))
        return answer.status, answer.body

    address.reply = bolt
    server.deliver_to(address.url)

    result = server.command("/roundup", "飞猪 & <b>", channel="news")

    assert result.messages[0].text == "you said 飞猪 & <b>"


def test_the_signature_is_slack_s() -> None:
    """The test vector of Slack's documentation."""
    body = (
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F"
        "96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )

    signed = signature("8f742231b10e8888abcd99yyyzzz85a5", body, timestamp=1531420618)

    expected = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert signed["X-Slack-Signature"] == expected


@pytest.mark.parametrize(("status", "error"), [(404, "http_client_error"), (500, "dispatch_unknown_error")])
def test_an_error_of_the_bot_is_seen(
    status: int, error: str, server: PracticeServer, address: _Address
) -> None:
    address.reply = lambda headers, body: (status, "")
    server.deliver_to(address.url)

    assert server.command("/roundup", "x", channel="news").error == error


def test_nobody_there_is_a_failed_dispatch(server: PracticeServer, address: _Address) -> None:
    server.deliver_to("http://127.0.0.1:9/slack/events")

    assert server.command("/roundup", "x", channel="news").error == "dispatch_failed"


def test_an_event_is_sent_again_with_its_reason(server: PracticeServer, address: _Address) -> None:
    server.deliver_to(address.url)
    server.interactions.retries = (0.0,)
    address.reply = lambda headers, body: (500, "")

    assert not server.event({"type": "channel_archive", "channel": "C0PRACTICE1"}).ok
    first, second = address.got
    assert "x-slack-retry-num" not in first[0]
    assert second[0]["x-slack-retry-num"] == "1"
    assert second[0]["x-slack-retry-reason"] == "http_error"
    assert json.loads(first[1])["event_id"] == json.loads(second[1])["event_id"]


def test_the_probes_of_an_address(server: PracticeServer, address: _Address) -> None:
    http = server.deliver_to(address.url)
    address.reply = lambda headers, body: (200, '{"challenge": "practice-challenge"}')

    server.wait(http.ssl_check())
    answer = server.wait(http.url_verification())

    assert "ssl_check=1" in address.got[0][1]
    assert answer["challenge"] == "practice-challenge"
