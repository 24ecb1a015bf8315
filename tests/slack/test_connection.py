"""Socket Mode on a bad day: lines that die, lines that Slack takes back, envelopes that come again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
from slack_bolt import Ack, App
from websocket import WebSocket

from bot.practice.server import PracticeServer
from bot.practice.socket import NOTICE, Connection
from bot.practice.tokens import APP_TOKEN, BOT_TOKEN
from bot.slack import line
from bot.slack.bolt import acknowledge, build_app
from bot.slack.connection import LONGEST_OFFLINE_SECONDS, LONGEST_PAUSE_SECONDS, Socket, persist
from bot.slack.messenger import Identity
from bot.slack.network import DIRECT
from tests.slack.gates import Answering
from tests.waiting import PATIENCE, until

US = Identity(team="T", team_id="T1", user_id="U1", bot_id="B1")


class Bot:
    """A bare bot on a real socket; it keeps what it heard and did."""

    def __init__(self, server: PracticeServer) -> None:
        self.heard: list[str] = []
        self.events: list[str] = []
        self.app: App = build_app(token=BOT_TOKEN, api_url=server.api_url, identity=lambda: US)
        self.app.command("/roundup")(self._command)
        self.app.event("channel_archive")(ack=acknowledge, lazy=[self._event])
        self.socket = Socket(self.app, APP_TOKEN, api_url=server.api_url, network=DIRECT)

    def _command(self, ack: Ack, command: dict[str, Any]) -> None:
        self.heard.append(command["text"])
        ack(f"you said {command['text']}, heard {len(self.heard)}")

    def _event(self, event: dict[str, Any]) -> None:
        self.events.append(event["channel"])


@pytest.fixture
def server() -> Iterator[PracticeServer]:
    with PracticeServer(channels=["#news"], limits=None) as practice:
        yield practice


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a line be found dead sooner."""
    monkeypatch.setattr(line, "PING_SECONDS", 0.1)
    monkeypatch.setattr(line, "PATIENCE_SECONDS", 2.0)


@pytest.fixture
def bot(server: PracticeServer) -> Iterator[Bot]:
    bot = Bot(server)
    bot.socket.connect()
    yield bot
    bot.socket.close()


def ask(server: PracticeServer, text: str) -> str:
    return str(server.command("/roundup", text, channel="#news").ack["text"])


def latest(server: PracticeServer) -> Connection | None:
    """Return the line that was opened last, if one is open."""
    return server.socket_mode.connections[-1] if server.socket_mode.connections else None


def test_a_line_on_which_nobody_answers_is_given_up(server: PracticeServer, brisk: None, bot: Bot) -> None:
    """A cable pulled out, a NAT that forgot us: the system says "open" for ever."""
    dead = latest(server)
    server.fault("socket", "half_open", times=10)

    until(lambda: any(c is not dead for c in server.socket_mode.connections), "there is another line")
    assert dead
    dead.retiring = True  # or practice would ask on it, as Slack may until it notices
    assert ask(server, "fligy") == "you said fligy, heard 1"
    assert bot.socket.connected


def test_a_dead_line_is_noticed_within_half_a_minute() -> None:
    """The wait for the next look comes on top."""
    assert line.PING_SECONDS + line.PATIENCE_SECONDS + line.PING_SECONDS < 30


def test_an_old_line_is_read_for_as_long_as_slack_may_use_it() -> None:
    assert max(NOTICE.values()) < line.RETIRE_SECONDS


def test_what_fails_is_tried_ever_more_seldom_but_every_minute(caplog: pytest.LogCaptureFixture) -> None:
    """Slack hears a whole company's bots come back after an outage; and nobody waits an hour for ours."""

    def attempt() -> None:
        raise ConnectionResetError("cut")

    assert pauses_of(attempt) == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert caplog.messages[-1] == "socket_connect_failed error=ConnectionResetError(cut) retry_in=60s"


def pauses_of(attempt: Callable[[], object], *, chance: float = 1.0) -> list[float]:
    """Let it fail nine times, and return for how long it was left alone each time."""
    pauses: list[float] = []

    class Stopping(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            pauses.append(timeout or 0.0)
            return len(pauses) == 9

    assert persist("socket_connect", attempt, Stopping(), chance=lambda: chance) is None
    return pauses


def opening(api_url: str) -> Callable[[], None]:
    app = build_app(token=BOT_TOKEN, api_url=api_url, identity=lambda: US)
    return Socket(app, APP_TOKEN, api_url=api_url, network=DIRECT).connect


def test_a_network_that_is_back_is_noticed_within_seconds(caplog: pytest.LogCaptureFixture) -> None:
    """It was up to a minute. Nothing of it has reached Slack, so that it costs nobody anything."""
    attempt = opening("http://127.0.0.1:9/api/")

    assert pauses_of(attempt)[-3:] == [LONGEST_OFFLINE_SECONDS] * 3
    assert caplog.messages[-1].startswith("socket_connect_failed error=no connection to Slack: Conn")


def test_not_everybody_comes_back_at_the_same_moment() -> None:
    def attempt() -> None:
        raise ConnectionResetError("cut")

    assert pauses_of(attempt, chance=0.0)[-1] == LONGEST_PAUSE_SECONDS / 2


def test_slack_is_left_alone_for_as_long_as_it_says() -> None:
    """It was asked again after a second, and after two, and four."""
    limited = b"HTTP/1.1 429 Too Many\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n"
    with Answering(limited) as server:
        assert pauses_of(opening(f"{server.url}/api/"), chance=0.0) == [30] * 9


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b'200 OK\r\nContent-Length: 32\r\n\r\n{"ok":false,"error":"is_absent"}', "is_absent"),
        (b"503 Away\r\nContent-Length: 4\r\n\r\n{}  ", "HTTP 503, not Slack's JSON"),
        (b"200 OK\r\nContent-Length: 6\r\n\r\n<html>", "HTTP 200, not Slack's JSON"),
        (b"200 OK\r\nContent-Length: 2\r\n\r\n[]", "HTTP 200, not Slack's JSON"),
        (b'200 OK\r\nContent-Length: 3\r\n\r\n"x"', "AttributeError"),
        (b"200 OK\r\nContent-Length: 2\r\n\r\n\xff\xfe", "UnicodeDecodeError"),
        (b"200 OK\r\nContent-Length: 99\r\n\r\n{", "HTTP 200, not Slack's JSON"),
        (b"200 OK\r\nContent-Type: text/html; charset=none\r\nContent-Length: 2\r\n\r\n{}", "LookupError"),
        (b"200 OK\r\nContent-Length: 9999\r\n\r\n" + 9999 * b"[", "RecursionError"),
        (b'200 OK\r\nContent-Length: 11\r\n\r\n{"ok":true}', "no connection to Slack: "),
    ],
)
def test_a_refusal_is_told_by_slacks_word_for_it_or_by_its_status(
    answer: bytes, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The SDK's own text has the address and the whole answer; on some it stumbles, which ended all tries."""
    with Answering(b"HTTP/1.1 " + answer) as server:
        pauses_of(opening(f"{server.url}/api/"))

    assert len(caplog.messages) == 9
    assert caplog.messages[0].startswith(f"socket_connect_failed error={words}")


def test_a_quiet_line_that_answers_pings_is_kept(
    server: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "PING_SECONDS", 0.02)
    answered = threading.Semaphore(0)
    pinged = WebSocket.ping

    def ping(self: Any, payload: str = "") -> None:
        pinged(self, payload)
        answered.release()

    monkeypatch.setattr(WebSocket, "ping", ping)
    bot = Bot(server)
    bot.socket.connect()
    for _ in range(20):
        assert answered.acquire(timeout=PATIENCE)
    bot.socket.close()

    assert server.requests["apps.connections.open"] == 1


def test_on_a_refresh_slack_always_has_a_line(
    server: PracticeServer, brisk: None, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Slack sends while there is none is lost: it was 3 in 400 over 3 refreshes."""
    # However slow this machine is, the old line ends because we leave it, not because Slack's notice is over.
    monkeypatch.setitem(NOTICE, "refresh_requested", PATIENCE)
    monkeypatch.setattr(line, "RETIRE_SECONDS", 0.2)
    fewest: list[int] = []
    server.socket_mode._changed = lambda: fewest.append(len(server.socket_mode.connections))
    stop, numbers = threading.Event(), count()

    def ask_on() -> list[str]:
        said = []
        while not stop.is_set():
            said.append(ask(server, str(next(numbers))))
        return said

    with ThreadPoolExecutor() as pool:
        asking = [pool.submit(ask_on) for _ in range(3)]
        for _ in range(3):
            old = latest(server)
            server.fault("socket", "disconnect", times=10)
            until(lambda old=old: old not in server.socket_mode.connections, "the old line is closed")  # type: ignore[misc]
        stop.set()
        said = [text for future in asking for text in future.result()]

    assert min(fewest) >= 1
    assert len(said) > 3
    assert all(text.startswith("you said ") for text in said)


def test_a_cut_line_is_made_anew(server: PracticeServer, bot: Bot) -> None:
    first = latest(server)
    server.fault("socket", "abort")

    until(lambda: server.socket_mode.connected and first not in server.socket_mode.connections, "a new line")
    assert ask(server, "fligy") == "you said fligy, heard 1"


def test_an_envelope_that_comes_twice_is_answered_twice_and_done_once(
    server: PracticeServer, bot: Bot
) -> None:
    server.fault("socket", "duplicate")

    assert ask(server, "fligy") == "you said fligy, heard 1"
    assert ask(server, "again") == "you said again, heard 2"
    assert bot.heard == ["fligy", "again"]


@pytest.mark.parametrize(
    "said",
    [
        *("garbage", "null", "[1]", '"' + "\\ud800" + '"', '{"type":' * 100_000),
        *(
            '{"type": "hello"}',
            '{"envelope_id": "E1"}',
            '{"envelope_id": 5, "type": "interactive", "payload": {}}',
        ),
        '{"envelope_id": "E1", "type": "events_api", "payload": []}',
        '{"envelope_id": "E1", "type": "events_api", "payload": {"type": "event_callback", "event": 5}}',
        '{"envelope_id": "E1", "type": "interactive", "payload": {"type": "block_actions", "actions": [5]}}',
        '{"envelope_id": "E1", "type": "slash_commands", "payload": {"command": 5, "text": null}}',
        '{"envelope_id": "E1", "type": [], "payload": "x"}',
    ],
)
def test_what_nobody_understands_costs_no_line_and_no_traceback(
    said: str, server: PracticeServer, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    line_ = latest(server)
    assert line_

    server.wait(line_.websocket.send_text(said))

    assert ask(server, "fligy") == "you said fligy, heard 1"
    assert latest(server) is line_
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info]


def test_who_says_much_that_nobody_understands_does_not_flood_the_log(
    server: PracticeServer, bot: Bot, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As over HTTP, whether it is no message, or none of Slack's."""
    monkeypatch.setattr("bot.slack.refusals.monotonic", lambda: 1.0)
    line_ = latest(server)
    assert line_

    for _ in range(3):
        server.wait(line_.websocket.send_text("garbage"))
        server.wait(line_.websocket.send_text('{"envelope_id": "E1", "type": "events_api", "payload": []}'))
    ask(server, "fligy")

    assert [text for text in caplog.messages if "refused" in text] == ["request_refused reason=unreadable"]


def test_an_event_that_is_sent_again_is_done_once(server: PracticeServer, bot: Bot) -> None:
    """Its next try is another envelope with the same event."""
    payload = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1"}
    payload["event"] = {"type": "channel_archive", "channel": "C1"}  # type: ignore[assignment]
    for retry in range(3):
        server.wait(server.socket_mode.deliver("events_api", payload, retry=retry, reason="timeout"))

    until(lambda: bot.events, "the event is heard")
    bot.socket.close()
    assert bot.events == ["C1"]


def test_a_token_that_is_revoked_meanwhile_is_an_error_of_one_line_and_no_end(
    server: PracticeServer, bot: Bot, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.connection.FIRST_PAUSE_SECONDS", 0.01)
    server.fault("apps.connections.open", "token_revoked")
    server.fault("socket", "abort")

    until(lambda: server.requests["apps.connections.open"] == 3 and bot.socket.connected, "a new line")
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.getMessage().partition(" ")[0] for record in errors] == ["socket_refused"]
    assert "SLACK_APP_TOKEN was revoked" in errors[0].getMessage()
