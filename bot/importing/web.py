"""Fetches one page from the public web, and nothing else.

An address an editor pastes must not reach into the network this machine stands in. So the name is resolved
here, every address of it must be public, and the connection goes to the very address that was checked:
a name that changes between the check and the connection gains nothing. Each redirect is checked anew.
Behind a proxy it is the proxy that resolves, and its rules say what may be reached; what this machine knows
to be private is not asked of it either.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Callable
from urllib.parse import quote, urljoin, urlsplit

from bot.core.addresses import is_public
from bot.core.environment import proxy_credentials
from bot.core.errors import RoundupError

MOST_REDIRECTS = 3
SECONDS = 20.0  # for everything together; an editor waits
_CHUNK = 64 * 1024
_HEADERS = {"User-Agent": "roundup-import", "Accept-Encoding": "identity"}
_AS_WRITTEN = "%/:=&?~+!$,;'@()*[]"

Proxy = Callable[[str], str]  # the proxy for an address, or nothing

Resolve = Callable[[str, int], list[str]]


def resolve(host: str, port: int) -> list[str]:
    """Return all addresses of *host*."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def fetch(
    url: str,
    *,
    most: int,
    resolve: Resolve = resolve,
    allowed: Callable[[str], bool] = is_public,
    proxy: Proxy = lambda _: "",
) -> bytes:
    """Return what stands at *url*, after at most three redirects."""
    deadline = time.monotonic() + SECONDS
    for _ in range(MOST_REDIRECTS + 1):
        way = proxy(url)
        target = _get(url, most=most, resolve=resolve, allowed=allowed, deadline=deadline, way=way)
        if isinstance(target, bytes):
            return target
        url = target
    raise RoundupError(
        f"{url}: redirected more than {MOST_REDIRECTS} times; save the page and import the file"
    )


def _get(
    url: str, *, most: int, resolve: Resolve, allowed: Callable[[str], bool], deadline: float, way: str
) -> bytes | str:
    """Ask once; return the content, or where it was redirected to."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as e:
        raise RoundupError(f"{url}: no web address: {e}") from e
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.password:
        raise RoundupError(f"{url}: only plain http and https addresses can be imported")
    try:
        secure, headers = parts.scheme == "https", dict(_HEADERS)
        path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_AS_WRITTEN)
        if way:
            _check_known(host, port, resolve, allowed)
            connection = _tunnelled(host, port, secure=secure, way=way, deadline=deadline)
            if not secure:  # a proxy takes plain requests with the whole address
                path, headers = f"http://{parts.netloc}{path}", headers | proxy_credentials(way)
        else:
            addresses = _checked(host, resolve(host, port), allowed)
            connection = _connected(host, port, secure=secure, addresses=addresses, deadline=deadline)
        try:
            connection.request("GET", path, headers=headers)
            return _answer(connection.getresponse(), connection, url, most, deadline)
        finally:
            connection.close()
    # No such name, refused, no time left, no HTTP, a name that is none.
    except (OSError, http.client.HTTPException, UnicodeError) as e:
        raise RoundupError(f"{url}: cannot be fetched ({e}); save the page and import the file") from e


def _checked(host: str, addresses: list[str], allowed: Callable[[str], bool]) -> list[str]:
    if not addresses or not all(map(allowed, addresses)):
        raise RoundupError(f"{host}: not on the public internet; save the page and import the file")
    return addresses


def _check_known(host: str, port: int, resolve: Resolve, allowed: Callable[[str], bool]) -> None:
    try:
        addresses = resolve(host, port)
    except OSError:  # as usual behind a proxy: this machine knows no names of the outside
        return
    _checked(host, addresses, allowed)


def _tunnelled(
    host: str, port: int, *, secure: bool, way: str, deadline: float
) -> http.client.HTTPConnection:
    proxy = urlsplit(way)
    first = proxy.hostname or "", proxy.port or 80
    if not secure:
        return http.client.HTTPConnection(*first, timeout=_left(deadline))
    context = ssl.create_default_context()
    connection = http.client.HTTPSConnection(*first, timeout=_left(deadline), context=context)
    connection.set_tunnel(host, port, headers=proxy_credentials(way))
    return connection


def _connected(
    host: str, port: int, *, secure: bool, addresses: list[str], deadline: float
) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(host, port)
    # To the address that was checked, not to the name: a second look-up could answer with another (DNS
    # rebinding).
    raw = socket.create_connection((addresses[0], port), timeout=_left(deadline))
    try:
        connection.sock = (
            ssl.create_default_context().wrap_socket(raw, server_hostname=host) if secure else raw
        )
    except BaseException:
        raw.close()
        raise
    return connection


def _answer(
    answer: http.client.HTTPResponse,
    connection: http.client.HTTPConnection,
    url: str,
    most: int,
    deadline: float,
) -> bytes | str:
    if answer.status in {301, 302, 303, 307, 308} and (place := answer.getheader("Location")):
        return urljoin(url, place)
    if answer.status != 200:
        raise RoundupError(
            f"{url}: the server answered {answer.status} {answer.reason}; save the page and import the file"
        )
    content = bytearray()
    while True:
        if connection.sock is not None:
            connection.sock.settimeout(_left(deadline))
        _left(deadline)
        # read1: read would wait for a whole chunk, and the deadline would be looked at too late.
        chunk = answer.read1(_CHUNK)
        if not chunk:
            return bytes(content)
        content += chunk
        if len(content) > most:
            raise RoundupError(
                f"{url}: more than {most // 1024 // 1024} MB; save the page and import what is needed"
            )


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError(f"no answer within {SECONDS:.0f} s")
    return left
