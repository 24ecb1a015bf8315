"""Fetches one page from the public web, and nothing else.

An address an editor pastes must not reach into the network this machine stands in. So the name is resolved
here, every address of it must be public, and the connection goes to the very address that was checked:
a name that changes between the check and the connection gains nothing. Each redirect is checked anew.
Behind a proxy it is the proxy that resolves, and its rules say what may be reached; what this machine knows
to be private is not asked of it either.
"""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from queue import Empty, Queue
from threading import Thread
from urllib.parse import quote, urljoin, urlsplit

from bot.core.addresses import is_public
from bot.core.environment import proxy_credentials
from bot.core.errors import RoundupError
from bot.web.timely import Connection, Deadline, TlsConnection, resolve

MOST_REDIRECTS = 3
SECONDS = 20.0  # for everything together; an editor waits
_HEADERS = {"User-Agent": "roundup-import", "Accept-Encoding": "identity"}
_AS_WRITTEN = "%/:=&?~+!$,;'@()*[]"

Proxy = Callable[[str], str]  # the proxy for an address, or nothing

Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Page:
    """What a server answered with."""

    content: bytes
    url: str  # after redirects
    content_type: str


def fetch(
    url: str,
    *,
    most: int,
    resolve: Resolve = resolve,
    allowed: Callable[[str], bool] = is_public,
    proxy: Proxy = lambda _: "",
) -> Page:
    """Return what stands at *url*, after at most three redirects."""
    deadline = Deadline(SECONDS)
    for _ in range(MOST_REDIRECTS + 1):
        way = proxy(url)
        target = _get(url, most=most, resolve=resolve, allowed=allowed, deadline=deadline, way=way)
        if isinstance(target, Page):
            return target
        url = target
    raise RoundupError(
        f"{url}: redirected more than {MOST_REDIRECTS} times; save the page and import the file"
    )


def _get(
    url: str, *, most: int, resolve: Resolve, allowed: Callable[[str], bool], deadline: Deadline, way: str
) -> Page | str:
    """Ask once; return the page, or where it was redirected to."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as e:
        raise RoundupError(f"{url}: no web address: {e}") from e
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        raise RoundupError(f"{url}: only plain http and https addresses can be imported")
    try:
        secure, headers = parts.scheme == "https", dict(_HEADERS)
        path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_AS_WRITTEN)
        if way:
            _check_known(host, port, partial(_in_time, resolve, deadline=deadline), allowed)
            connection = _to_proxy(host, port, secure=secure, way=way, deadline=deadline)
            if not secure:  # a proxy takes plain requests with the whole address
                path, headers = f"http://{parts.netloc}{path}", headers | proxy_credentials(way)
        else:
            # To the addresses that were checked, not to the name: a second look-up could answer with another
            # (DNS rebinding).
            addresses = _checked(host, _in_time(resolve, host, port, deadline), allowed)
            connection = _connection(host, port, secure=secure, deadline=deadline)
            connection.addresses = addresses
        try:
            connection.request("GET", path, headers=headers)
            return _answer(connection.getresponse(), url, most)
        finally:
            connection.close()
    # No such name, refused, no time left, no HTTP, a name that is none.
    except (OSError, http.client.HTTPException, UnicodeError) as e:
        raise RoundupError(f"{url}: cannot be fetched ({e}); save the page and import the file") from e


def _in_time(resolve: Resolve, host: str, port: int, deadline: Deadline) -> list[str]:
    """Look a name up, or give up: the system's own patience is longer than an editor's."""
    found: Queue[list[str] | OSError | UnicodeError] = Queue()

    def look_up() -> None:
        try:
            found.put(resolve(host, port))
        except (OSError, UnicodeError) as e:
            found.put(e)

    Thread(target=look_up, daemon=True, name="look-up").start()
    try:
        answer = found.get(timeout=deadline.left())
    except Empty:
        raise TimeoutError(f"{host}: the name was not found in time") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


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


def _to_proxy(host: str, port: int, *, secure: bool, way: str, deadline: Deadline) -> Connection:
    proxy = urlsplit(way)
    first = proxy.hostname or "", proxy.port or 80
    connection = _connection(*first, secure=secure, deadline=deadline)
    if secure:
        connection.set_tunnel(host, port, headers=proxy_credentials(way))
    return connection


def _connection(host: str, port: int, *, secure: bool, deadline: Deadline) -> Connection:
    if not secure:
        return Connection(host, port, timeout=deadline.left())
    return TlsConnection(host, port, timeout=deadline.left(), context=ssl.create_default_context())


def _answer(answer: http.client.HTTPResponse, url: str, most: int) -> Page | str:
    if answer.status in {301, 302, 303, 307, 308} and (place := answer.getheader("Location")):
        return urljoin(url, place)
    if answer.status != 200:
        raise RoundupError(
            f"{url}: the server answered {answer.status} {answer.reason}; save the page and import the file"
        )
    content = answer.read(most + 1)
    if len(content) > most:
        raise RoundupError(
            f"{url}: more than {most // 1024 // 1024} MB; save the page and import what is needed"
        )
    return Page(content, url, answer.getheader("Content-Type") or "")
