"""The line to Slack in Socket Mode: what we say of it is so."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient
from websocket import WebSocket

from bot.practice.server import PracticeServer
from bot.practice.tokens import APP_TOKEN, BOT_TOKEN
from bot.slack.bolt import build_app
from bot.slack.connection import Socket
from bot.slack.line import Line
from bot.slack.network import DIRECT
from tests.slack.gates import Rambling
from tests.waiting import until


@pytest.mark.parametrize(
    "address", ["wss://[x", "ws://127.0.0.1:99999/", "ws://127.0.0.1:x/", "ws://a..b:1/"]
)
def test_an_address_that_is_none_is_a_line_that_cannot_be_opened(address: str) -> None:
    """Whoever keeps the line would end of anything else, and nobody would open another one."""
    with pytest.raises(ConnectionError):
        Line(address, DIRECT, hear=print, ended=print, refuse=print)


def test_the_line_is_open_once_slack_has_said_hello_and_closed_when_we_close_it() -> None:
    """/readyz says so: before, commands would be lost."""
    with PracticeServer(channels=["#news"], limits=None) as server:
        app = build_app(token=BOT_TOKEN, api_url=server.api_url, identity=lambda: None)
        socket = Socket(app, APP_TOKEN, api_url=server.api_url, network=DIRECT)
        before = socket.connected
        socket.connect()
        opened = until(lambda: socket.connected, "Slack has said hello")
        socket.close()

        assert not before
        assert opened
        until(lambda: not socket.connected, "the line is closed")


def test_a_line_that_is_closed_while_it_is_read_ends_quietly(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Python's TLS raises ValueError then, where a plain line has an OSError."""

    def closed(*_: object, **__: object) -> None:
        raise ValueError("Read on closed or unwrapped SSL socket.")

    ended: list[Line] = []
    with PracticeServer(channels=["#news"], limits=None) as server:
        client = WebClient(base_url=server.api_url)
        address = str(client.apps_connections_open(app_token=APP_TOKEN)["url"])
        line = Line(address, DIRECT, hear=lambda line, message: None, ended=ended.append, refuse=print)
        monkeypatch.setattr(WebSocket, "recv_data", closed)
        line.start()
        until(lambda: ended, "the line has ended")

    assert [record.getMessage().split()[0] for record in caplog.records] == ["socket_lost"]


@pytest.mark.parametrize(
    ("first", "again"),
    [(b"\x81\x7e\xff\xff", b"x"), (b"\x01\x01x", b"\x00\x01x"), (b"", b"\x89\x00"), (b"", b"\x81\x02{}")],
    ids=["a frame in pieces", "a message in frames", "pings", "messages"],
)
def test_who_talks_without_end_and_answers_no_ping_is_not_there(
    first: bytes, again: bytes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What comes in does not prove that what we send gets there; a long frame kept us from asking at all."""
    monkeypatch.setattr("bot.slack.line.PING_SECONDS", 0.1)
    monkeypatch.setattr("bot.slack.line.PATIENCE_SECONDS", 0.5)
    ended: list[Line] = []
    with Rambling(first, again) as slack:
        line = Line(slack.url, DIRECT, hear=lambda *_: None, ended=ended.append, refuse=lambda _: None)
        line.start()
        until(lambda: ended, "the line has ended")

    assert not line.open
    assert [said.partition(" ")[0] for said in caplog.messages] == ["socket_lost"]
