"""The server against clients that are silent, slow, many or wrong. Everybody else is answered meanwhile."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from asyncio import selector_events
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt import Ack, App

from bot.app import server as limits
from bot.app.figures import Known, Metrics
from bot.app.health import OK, HealthApp
from bot.app.server import CONNECTIONS, Server
from bot.slack.bolt import build_app
from bot.slack.http import MAX_BODY, THREADS, EventsApp
from tests.slack.test_http import COMMAND, IDENTITY, SECRET, signed
from tests.waiting import PATIENCE, until

# A line that is known to be HTTP/2: settings, then the heads of four requests whose bodies never come.
HTTP2 = (
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    + b"\0\0\0\4\0\0\0\0\0"
    + b"".join(
        b"\0\0\x18\1\4\0\0\0" + bytes([n]) + b"\x83\x86\4\x0d/slack/events\x0f\x0d\0041000"
        for n in (1, 3, 5, 7)
    )
)
GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
HEALTHY = (200, b'{"process": "ok"}')


class House:
    """A server with all that we serve, and doors to it."""

    def __init__(self, most: int = CONNECTIONS, host: str = "127.0.0.1") -> None:
        self._host = host
        self.looks = 0
        self.may_look = threading.Event()
        self.may_look.set()
        self.bolt: App = build_app(
            token="xoxb-test", api_url="http://127.0.0.1:9/api/", identity=lambda: IDENTITY
        )
        self.bolt.command("/roundup")(lambda ack, command: ack(text=f"you asked {command['text']}"))
        health = HealthApp(
            alive={"process": lambda: OK}, ready={"database": self._look}, metrics=Metrics(known=Known)
        )
        app = EventsApp(self.bolt, signing_secret=SECRET, others=health)
        self.server = Server(app, host=host, port=0, most=most)
        self.lines: list[socket.socket] = []

    def _look(self) -> str:
        self.looks += 1
        self.may_look.wait(PATIENCE)
        return OK

    def line(self, said: bytes = b"", *, room: int = 0) -> socket.socket:
        """Open a connection, say something and let it stand. *room*: for bytes that come and are not read."""
        line = socket.socket(socket.AF_INET6 if ":" in self._host else socket.AF_INET)
        self.lines.append(line)
        if room:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        line.settimeout(PATIENCE)
        line.connect((self._host, self.server.port))
        with suppress(ConnectionError):
            line.sendall(said)
        return line

    def get(self, path: str) -> tuple[int, bytes]:
        """Return what one GET is answered."""
        return answer_to(self.line(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()))

    def command(self, body: bytes = COMMAND.encode()) -> tuple[int, bytes]:
        """Return what a slash command is answered."""
        return answer_to(self.line(head(body, f"Content-Length: {len(body)}") + body))


def head(body: bytes, length: str) -> bytes:
    """Return the head of a signed command."""
    now = str(int(time.time()))
    lines = [
        "POST /slack/events HTTP/1.1",
        "Host: x",
        "Content-Type: application/x-www-form-urlencoded",
        f"X-Slack-Request-Timestamp: {now}",
        f"X-Slack-Signature: {signed(now, body)}",
        length,
    ]
    return "\r\n".join([*lines, "", ""]).encode()


UNFINISHED = head(b"", "Content-Length: 1000") + b"abc"


def chunked(body: bytes, size: int) -> bytes:
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in [*chunks, b""])


def answer_to(line: socket.socket) -> tuple[int, bytes]:
    with closing(http.client.HTTPResponse(line)) as answer:
        answer.begin()
        return answer.status, answer.read()


def all_of(line: socket.socket) -> bytes:
    """Return everything that comes until the other side closes the line."""
    said = b""
    with suppress(ConnectionError):
        while more := line.recv(65536):
            said += more
    return said


def is_open(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        return line.recv(65536) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False
    finally:
        line.settimeout(PATIENCE)


@contextmanager
def opened(house: House) -> Iterator[House]:
    house.server.start()
    try:
        yield house
    finally:
        house.may_look.set()
        house.server.stop()
        for line in house.lines:
            line.close()


@pytest.fixture
def house() -> Iterator[House]:
    with opened(House()) as house:
        yield house


def check_answers(house: House) -> None:
    assert house.get("/healthz") == HEALTHY
    assert house.command() == (200, b"you asked fligy")


# --- who holds nobody up -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [b"", b"POST /slack/ev", b"GET /healthz HTTP/1.1\r\nHost:", UNFINISHED, HTTP2, b"\x16\x03\x01\x02\0"],
    ids=["silent", "half-line", "half-head", "half-body", "http2", "tls"],
)
def test_unfinished_requests_hold_nobody_up(house: House, said: bytes) -> None:
    for _ in range(100):
        house.line(said)

    check_answers(house)


@pytest.mark.parametrize("said", [b"", UNFINISHED], ids=["silent", "half-body"])
def test_more_clients_than_there_is_room_for_hold_nobody_up(
    said: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """Who refuses the newest while it is full is stopped by whoever fills it. The oldest have to go."""
    with opened(House(most=50)) as house:
        crowd = [house.line(said) for _ in range(300)]

        check_answers(house)
        until(lambda: sum(map(is_open, crowd)) <= 50, "the first have gone")
        assert is_open(crowd[-1])
        until(lambda: "clients_pushed_out count=" in caplog.text, "an operator can see it")


def test_turn_that_takes_too_long_is_ended(house: House) -> None:
    """None of them is ever finished, and one goes on for ever, byte by byte."""
    lines = [house.line(said) for said in (b"", b"GET /he", UNFINISHED, GET + b"GET")]
    dripping = house.line(UNFINISHED)

    def drip() -> bool:
        with suppress(ConnectionError):
            dripping.send(b"a")
        return not is_open(dripping)

    until(drip, "the one that drips is cut")
    until(lambda: not any(map(is_open, lines[:3])), "the others are, too")


def test_listener_that_blocks_holds_no_health_page_up(house: House) -> None:
    may_end = threading.Event()
    house.bolt.command("/slow")(lambda ack: (may_end.wait(PATIENCE), ack()))
    slow = urlencode({"command": "/slow", "team_id": "T1", "user_id": "U1"}).encode()
    waiting = [house.line(head(slow, f"Content-Length: {len(slow)}") + slow) for _ in range(2 * THREADS)]

    assert house.get("/healthz") == HEALTHY
    may_end.set()
    assert [answer_to(line)[0] for line in waiting] == [200] * len(waiting)


def test_database_that_hangs_holds_nobody_up_and_is_asked_once(house: House) -> None:
    house.may_look.clear()
    waiting = [house.line(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n") for _ in range(100)]
    until(lambda: house.looks, "somebody looks")

    check_answers(house)
    house.may_look.set()
    assert {answer_to(line) for line in waiting} == {(200, b'{"database": "ok"}')}
    assert house.looks == 1


# --- what is kept for whom -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        b"GET /healthz HTTP/1.1\r\n" + b"X-More: of it\r\n" * 100_000,
        b"GET /" + b"x" * 2_000_000,
        head(b"", "Transfer-Encoding: chunked") + b"1;" + b"x" * 5_000_000,
        head(b"", "Transfer-Encoding: chunked") + b"0\r\n" + b"X-More: of it\r\n" * 400_000,
        head(b"", f"Content-Length: {MAX_BODY * 9}") + b"x" * MAX_BODY * 9,
        GET * 50_000,
    ],
    ids=["headers", "address", "chunk-extension", "trailers", "body", "pipeline"],
)
def test_request_without_end_is_cut(house: House, said: bytes) -> None:
    all_of(house.line(said))

    check_answers(house)


def test_bodies_of_all_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_HELD", 10 * MAX_BODY)
    # Without its end, each is kept until its time is over.
    big = head(b"", f"Content-Length: {MAX_BODY}") + b"x" * (MAX_BODY - 1)
    with opened(House()) as house:
        crowd = [house.line(big) for _ in range(20)]

        check_answers(house)
        until(lambda: sum(map(is_open, crowd)) <= 10, "the first have gone")


def test_answers_that_nobody_reads_are_not_kept(house: House) -> None:
    """Each was made, and the system kept 3 MB of them for one client; five hundred such took 1.5 GB."""
    asked, size = 0, len(house.get("/metrics")[1])
    state = house.server._uvicorn.server_state
    before = state.total_requests
    line = house.line(room=1024)

    def refused() -> bool:
        return any(line.transport.is_closing() for line in list(state.connections))

    def ask(number: int) -> None:
        line.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        until(lambda: state.total_requests - before == number or refused(), "it is answered, or is not")

    while not refused():
        asked += 1
        ask(asked)
        assert asked * size < 1_000_000


# --- what is served, and what is not -------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_signed_chunked_request_is_served(house: House, size: int) -> None:
    body = COMMAND.encode()

    line = house.line(head(body, "Transfer-Encoding: chunked") + chunked(body, size))

    assert answer_to(line) == (200, b"you asked fligy")


def test_body_that_waits_to_be_asked_for_is_asked_for(house: House) -> None:
    """As HTTP clients do with large ones."""
    body = COMMAND.encode()
    line = house.line(head(body, f"Content-Length: {len(body)}\r\nExpect: 100-continue"))

    assert line.recv(100).startswith(b"HTTP/1.1 100 ")
    line.sendall(body)
    assert answer_to(line) == (200, b"you asked fligy")


def test_answer_is_sent_at_once(house: House) -> None:
    """Else its body, written after its head, waits 40 ms until the client confirms the head."""
    line = house.line()
    lines = until(lambda: list(house.server._uvicorn.server_state.connections), "it is connected")

    server_side = lines[0].transport.get_extra_info("socket")
    assert server_side.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert is_open(line)


def test_answer_is_sent_in_one_piece(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else its head wakes the client up, and then its body."""
    sent: list[bytes] = []
    transport = selector_events._SelectorSocketTransport  # type: ignore[attr-defined]
    write = transport.write

    def writing(self: Any, data: bytes) -> None:
        sent.append(data)
        write(self, data)

    monkeypatch.setattr(transport, "write", writing)

    assert house.get("/healthz") == HEALTHY
    assert [data.startswith(b"HTTP/1.1 200") and data.endswith(HEALTHY[1]) for data in sent] == [True]


def test_whoever_says_no_more_is_answered(house: House) -> None:
    """A client, or a proxy before it, may shut its own side once it has asked."""
    body = COMMAND.encode()
    line = house.line(head(body, f"Content-Length: {len(body)}") + body)
    line.shutdown(socket.SHUT_WR)
    said = all_of(line)  # to its end: there can be no next request

    assert said.startswith(b"HTTP/1.1 200")
    assert said.endswith(b"you asked fligy")


def test_whoever_says_no_more_is_waited_for_like_others(house: House) -> None:
    house.may_look.clear()
    line = house.line(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
    until(lambda: house.looks > 0, "the database is looked at")
    line.shutdown(socket.SHUT_WR)
    check_answers(house)
    house.may_look.set()

    assert all_of(line).startswith(b"HTTP/1.1 ")


@pytest.mark.parametrize(
    "said", [b"", b"GET /healthz HTTP/1.1\r\nHost:", UNFINISHED], ids=["silent", "head", "body"]
)
def test_half_a_request_that_ends_is_not_waited_for(house: House, said: bytes) -> None:
    line = house.line(said)
    line.shutdown(socket.SHUT_WR)

    assert b" 200 " not in all_of(line)


def test_line_is_kept_for_the_next_request(house: House) -> None:
    line = house.line(GET)
    first = answer_to(line)
    line.sendall(GET)

    assert (first, answer_to(line)) == (HEALTHY, HEALTHY)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"POST /slack/events HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc", 400),
        (b"POST /slack/events HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
        (b"POST /slack/events HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 400),
        (b"POST /slack/events HTTP/1.1\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST /slack/events HTTP/1.1\r\nContent-Length: +3\r\n\r\nabc", 400),
        (b"GET /healthz HTTP/1.1\nHost: x\n\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\tfolded\r\n\r\n", 400),
        (b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (HTTP2, 400),
        (b"POST /slack/events HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
        (b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\nabc", 401),
        (b"POST /slack/events HTTP/1.1\r\nHost: x\r\n\r\n", 401),
        (b"GET /slack/events HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n", 405),
        (b"GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"GET http://elsewhere.test/ HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", 200),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 200),
        (head(b"", f"Content-Length: {MAX_BODY + 1}") + b"x" * (MAX_BODY + 1), 413),
    ],
)
def test_what_is_odd_gets_a_plain_answer(house: House, said: bytes, status: int) -> None:
    """None of them is an error of ours, nor leaves a rest that could pass for another request."""
    assert answer_to(house.line(said))[0] == status

    check_answers(house)


def test_second_request_before_the_first_is_answered_is_refused(house: House) -> None:
    said = all_of(house.line(GET + GET))

    assert said.count(b"HTTP/1.1") == 1
    assert b"400 Bad Request" in said


def test_ipv6_address_is_listened_on() -> None:
    with opened(House(host="::1")) as house:
        check_answers(house)


# --- the end -------------------------------------------------------------------------------------------


def test_end_waits_for_answers_and_for_nothing_else(house: House) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow(ack: Ack) -> None:
        begun.set()
        may_end.wait(PATIENCE)
        ack(text="done")

    house.bolt.command("/slow")(slow)
    body = urlencode({"command": "/slow", "team_id": "T1", "user_id": "U1"}).encode()
    asked = house.line(head(body, f"Content-Length: {len(body)}") + body)
    held = [house.line(said) for said in (b"", b"GET /he", UNFINISHED)]
    begun.wait(PATIENCE)
    ending = threading.Thread(target=house.server.stop)
    ending.start()
    until(lambda: not any(map(is_open, held)), "the held ones are cut")
    may_end.set()

    assert answer_to(asked) == (200, b"done")
    ending.join(PATIENCE)
    assert not ending.is_alive()


def test_end_does_not_wait_for_ever_for_an_answer(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.may_look.clear()
    house.line(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
    until(lambda: house.looks, "somebody looks")

    house.server.stop()

    assert caplog.records == []
    with closing(socket.create_server(("127.0.0.1", house.server.port))):
        pass  # the port is free
