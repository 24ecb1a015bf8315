"""The web is reached only where anybody may reach it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.core.addresses import is_public
from bot.core.errors import RoundupError
from bot.importing.source import read_source
from bot.importing.web import fetch
from tests.slack.gates import Answering, Proxy
from tests.waiting import until

ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/page": (200, {}, b"<html>hello</html>"),
    "/moved": (302, {"Location": "/page"}, b""),
    "/round": (302, {"Location": "/round"}, b""),
    "/inside": (301, {"Location": "http://10.0.0.1/secret"}, b""),
    "/file": (301, {"Location": "file:///etc/passwd"}, b""),
    "/big": (200, {}, b"x" * 3000),
    "/gone": (404, {}, b""),
}


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, headers, body = ANSWERS[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://site.example:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def resolve(host: str, port: int) -> list[str]:
    return ["127.0.0.1"] if host == "site.example" else [host]


def get(url: str) -> bytes:
    """Fetch with our own site counted as public, and nothing else that is not."""
    allowed = lambda a: a == "127.0.0.1" or is_public(a)  # noqa: E731
    return fetch(url, most=2000, resolve=resolve, allowed=allowed).content


def test_a_page_is_fetched_over_redirects() -> None:
    with site() as url:
        assert get(f"{url}/page") == b"<html>hello</html>"
        assert get(f"{url}/moved") == b"<html>hello</html>"


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/round", "more than 3 times"),
        ("/inside", "not on the public internet"),
        ("/file", "only plain http"),
        ("/big", "more than"),
        ("/gone", "404"),
    ],
)
def test_what_is_not_fetched_says_why(path: str, says: str) -> None:
    with site() as url, pytest.raises(RoundupError, match=says):
        get(f"{url}{path}")


@pytest.mark.parametrize("user", ["", ":", "user", "user:word"])
def test_an_address_with_room_for_a_user_is_not_fetched(user: str) -> None:
    with pytest.raises(RoundupError, match="only plain http"):
        get(f"https://{user}@example.com/page")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.1", "100.64.0.1"),
        *("::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1"),
        *(
            "fec0::1",
            "::127.0.0.1",
            "64:ff9b:1::7f00:1",
            "::ffff:0:7f00:1",
            "::",
            "ff02::1",
            "100::1",
            "4000::1",
        ),
        *("2002:7f00:1::", "224.0.0.1", "255.255.255.255"),
    ],
)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_public_addresses_are_public() -> None:
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1:248:1893:25c8:1946")


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/", "http://localhost/", "http://[::1]/", "http://2130706433/", "http://0x7f.1/"],
)
def test_an_address_of_this_machine_is_refused_before_connecting(url: str) -> None:
    with pytest.raises(RoundupError, match=r"not on the public internet|cannot be fetched"):
        read_source(url)


def test_a_name_with_one_private_address_among_public_ones_is_refused() -> None:
    with pytest.raises(RoundupError, match="not on the public internet"):
        fetch("http://mixed.example/", most=10, resolve=lambda h, p: ["93.184.216.34", "10.0.0.1"])


@pytest.mark.parametrize("source", ["ftp://a.bc/", "file:///etc/passwd", "gopher://x", "javascript://x"])
def test_other_schemes_are_refused(source: str) -> None:
    with pytest.raises(RoundupError, match="only http and https"):
        read_source(source)


def test_behind_a_proxy_the_page_is_fetched_through_it() -> None:
    """This machine need not know the name; what it knows to be private is not asked for all the same."""

    def knows_nothing(host: str, port: int) -> list[str]:
        if host == "inside.example":
            return ["10.0.0.1"]
        raise OSError("no such name")

    with site() as url, Proxy(user="roundup", password="p@ss") as proxy:
        port = url.rpartition(":")[2]
        page = fetch(
            f"http://localhost:{port}/page", most=2000, resolve=knows_nothing, proxy=lambda _: proxy.url
        )
        with pytest.raises(RoundupError, match="not on the public internet"):
            fetch("http://inside.example/", most=2000, resolve=knows_nothing, proxy=lambda _: proxy.url)
        with pytest.raises(RoundupError, match="cannot be fetched"):  # nobody there speaks TLS
            fetch(f"https://localhost:{port}/page", most=9, resolve=knows_nothing, proxy=lambda _: proxy.url)

    assert page.content == b"<html>hello</html>"
    assert proxy.asked == [f"GET http://localhost:{port}/page", f"CONNECT localhost:{port}"]


@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n"],
    ids=["head", "content"],
)
def test_who_drips_is_not_waited_for(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then began the wait for the page's head anew each time."""
    monkeypatch.setattr("bot.importing.web.SECONDS", 0.5)
    with Answering(answer, dripping=400) as server:
        with pytest.raises(RoundupError, match="cannot be fetched"):
            fetch(server.url, most=2000, allowed=lambda _: True)

        until(lambda: server.ended, "we hung up")
        assert server.sent < 400


def test_the_next_address_of_a_name_is_tried() -> None:
    with site() as at:
        assert fetch(
            f"{at}/page", most=2000, resolve=lambda *_: ["127.0.0.9", "127.0.0.1"], allowed=lambda _: True
        )
