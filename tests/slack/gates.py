"""What stands between a bot and Slack: a proxy, a TLS front, and servers that answer something else."""

from __future__ import annotations

import base64
import hashlib
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlsplit

from tests.missing import missing

CHUNK = 64 * 1024
DRIP = 0.05  # seconds between two bytes
MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455: it proves that a WebSocket was asked for


def certificate(folder: Path) -> Path:
    """Make a certificate for localhost that signs itself; it stands in one file with its key."""
    made = folder / "localhost.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 30000 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    try:
        subprocess.run([*command.split(), *names, *files], check=True, capture_output=True)
    except FileNotFoundError:
        missing("openssl is not installed")
    made.write_bytes((folder / "cert.pem").read_bytes() + (folder / "key.pem").read_bytes())
    return made


class Gate:
    """A server on loopback with a thread for each line."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._lines: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for line in list(self._lines):
            _hang_up(line)
        for thread in list(self._threads):
            thread.join()

    def serve(self, line: socket.socket) -> None:
        """Do what this gate does with a line."""
        raise NotImplementedError

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                self._start(self._serve, self._listener.accept()[0])

    def _start(self, work: Callable[..., None], *with_: socket.socket) -> None:
        thread = threading.Thread(target=work, args=with_, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _serve(self, line: socket.socket) -> None:
        self._lines.append(line)
        try:
            self.serve(line)
        except OSError:  # the other side is gone
            pass
        finally:
            _hang_up(line)
            line.close()

    def _join(self, one: socket.socket, other: socket.socket) -> None:
        """Carry everything between two lines until one of them ends."""
        self._lines += [one, other]
        self._start(_carry, other, one)
        _carry(one, other)
        other.close()


class Proxy(Gate):
    """A forward proxy that wants to know who asks: CONNECT, and whole addresses for plain http."""

    def __init__(self, *, user: str, password: str) -> None:
        super().__init__()
        self.url = f"http://{user}:{quote(password)}@127.0.0.1:{self.port}"
        self.asked: list[str] = []
        self._key = base64.b64encode(f"{user}:{password}".encode()).decode()

    def serve(self, line: socket.socket) -> None:
        head, rest = _head(line)
        method, address, _ = head.split("\r\n", 1)[0].split(" ")
        if f"basic {self._key}".lower() not in head.lower():
            line.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        self.asked.append(f"{method} {address}")
        whole = urlsplit(address if "://" in address else f"//{address}")
        away = socket.create_connection((whole.hostname, whole.port))
        if method == "CONNECT":
            line.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            away.sendall(head.replace(address, whole.path, 1).encode() + rest)
        self._join(line, away)


class TlsFront(Gate):
    """Takes https and wss for localhost and hands it on as http and ws."""

    def __init__(self, certificate: Path, behind: str) -> None:
        super().__init__()
        self.url = f"https://localhost:{self.port}"
        self._behind = urlsplit(behind)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)

    def serve(self, line: socket.socket) -> None:
        away = socket.create_connection((self._behind.hostname, self._behind.port))
        self._lines.append(away)
        try:
            secure = self._context.wrap_socket(line, server_side=True)
        except OSError:
            away.close()
            raise
        with secure:
            self._join(secure, away)


class Answering(Gate):
    """Gives each request the same answer, whatever it is, and keeps what it heard.

    *endless*: goes on sending as fast as it can. *dripping*: sends so many bytes more, one at a time.
    """

    def __init__(self, answer: bytes, *, endless: bool = False, dripping: int = 0) -> None:
        super().__init__()
        self.url = f"http://127.0.0.1:{self.port}"
        self.heard: list[str] = []
        self.sent = 0
        self.ended = False
        self._answer, self._endless, self._dripping = answer, endless, dripping

    def serve(self, line: socket.socket) -> None:
        head, _ = _head(line)
        self.heard.append(head)
        line.sendall(self._answer)
        try:
            while self._endless:
                line.sendall(b"x" * CHUNK)
                self.sent += CHUNK
            while self.sent < self._dripping:
                line.sendall(b"x")
                self.sent += 1
                time.sleep(DRIP)
        finally:
            self.ended = True


class Rambling(Gate):
    """Opens a WebSocket, says hello as Slack does, and sends the same piece again and again."""

    def __init__(self, first: bytes, again: bytes) -> None:
        super().__init__()
        self.url = f"ws://127.0.0.1:{self.port}/"
        self._first, self._again = first, again

    def serve(self, line: socket.socket) -> None:
        head, _ = _head(line)
        key = head.partition("Sec-WebSocket-Key: ")[2].partition("\r\n")[0]
        proof = base64.b64encode(hashlib.sha1(f"{key}{MAGIC}".encode()).digest()).decode()  # noqa: S324
        line.sendall(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {proof}\r\n\r\n".encode()
        )
        hello = b'{"type": "hello"}'
        line.sendall(bytes([0x81, len(hello)]) + hello + self._first)
        while True:
            line.sendall(self._again)
            time.sleep(DRIP)


def _head(line: socket.socket) -> tuple[str, bytes]:
    """Read up to the end of a request's headers; return them and what came with them."""
    got = b""
    while b"\r\n\r\n" not in got:
        chunk = line.recv(CHUNK)
        if not chunk:
            raise ConnectionError("gone")
        got += chunk
    head, _, rest = got.partition(b"\r\n\r\n")
    return f"{head.decode('latin-1')}\r\n\r\n", rest


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError, ValueError):
        while chunk := one.recv(CHUNK):
            other.sendall(chunk)
    for line in (one, other):
        _hang_up(line)


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
