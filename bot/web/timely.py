"""Connections on which a whole request has one deadline.

http.client times each wait for itself: a server that sends a byte every nine seconds holds a request of ten
for ever, and a name with six addresses takes six times as long. Here connecting, the way through a proxy,
TLS, the request, the answer's head and its content share one time. Not in it: looking a name up, which the
system times by itself and nobody can break off.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class NoLineError(ConnectionError):
    """No connection came about, so that nothing of the request has left; *reason* says why.

    *at_proxy*: there is a proxy on the way, and it was not got past.
    """

    def __init__(self, reason: Exception, *, at_proxy: bool) -> None:
        super().__init__(str(reason))
        self.reason, self.at_proxy = reason, at_proxy


class Deadline:
    """The moment at which somebody's patience ends."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._end = seconds, time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left; TimeoutError if none are."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"no whole answer within {self._seconds:g} s")
        return left


class Connection(HTTPConnection):
    """A connection for one request, whose *timeout* is for everything, and begins now."""

    addresses: Sequence[str] = ()  # of the host, if whoever made it has looked them up and wants no others
    _before_the_proxy = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._deadline = Deadline(self.timeout or 0)
        self._create_connection = self._dial
        self.response_class = partial(_Answer, self._deadline)  # type: ignore[assignment] # it is only called

    def set_tunnel(
        self, host: str, port: int | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        """Connect through a proxy to that host."""
        super().set_tunnel(host, port, headers)
        self._before_the_proxy = True

    def connect(self) -> None:
        """Connect, through the proxy if there is one; what is done next has the rest of the time."""
        with self._nothing_sent():
            super().connect()
            self.sock.settimeout(self._deadline.left())
        self._before_the_proxy = False

    @contextmanager
    def _nothing_sent(self) -> Iterator[None]:
        try:
            yield
        except NoLineError:
            raise
        except (OSError, HTTPException) as error:
            raise NoLineError(error, at_proxy=self._before_the_proxy) from error

    def _dial(self, address: tuple[str, int], *_: object) -> socket.socket:
        """Connect to the first address of a host that answers."""
        host, port = address
        failed: OSError | None = None
        for ip in self.addresses or dict.fromkeys(resolve(host, port)):
            try:
                return socket.create_connection((ip, port), timeout=self._deadline.left())
            except OSError as error:
                failed = error
        raise failed or OSError(f"{host}: no address")


class ProxyConnection(Connection):
    """A connection to a proxy that is told the whole address, as it is for plain HTTP."""

    _before_the_proxy = True


class TlsConnection(HTTPSConnection, Connection):
    """The same, encrypted."""

    def connect(self) -> None:
        """Connect, and agree on how to encrypt."""
        with self._nothing_sent():
            super().connect()


def resolve(host: str, port: int) -> list[str]:
    """Return all addresses of *host*."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class _Answer(HTTPResponse):
    def __init__(self, deadline: Deadline, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = BufferedReader(_Incoming(self.fp.detach(), sock, deadline))


class _Incoming(RawIOBase):
    """What comes in, each piece of it within what is left of the whole time."""

    def __init__(self, raw: RawIOBase, sock: socket.socket, deadline: Deadline) -> None:
        self._raw, self._sock, self._deadline = raw, sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        self._sock.settimeout(self._deadline.left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
