"""The one way out to Slack: through the proxy if there is one, never to where a redirect points.

urllib follows a redirect to any host and takes the Authorization header along, and so does slack_sdk with it:
whoever could answer once in Slack's place would have the bot's token.
"""

from __future__ import annotations

import logging
import re
import ssl
import time
from functools import cache
from http.client import HTTPResponse
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.core.environment import Environment, proxy_credentials
from bot.core.figures import Figures
from bot.web.timely import Connection, NoLineError, ProxyConnection, TlsConnection
from bot.web.trust import trusted

if TYPE_CHECKING:
    import socket

    from slack_sdk.web import SlackResponse

NO_TUNNEL = "Tunnel connection failed: "  # http.client's, before the status with which a proxy says no
# Bytes of an answer; a page of 200 messages with all their blocks is a few.
MOST = 16 * 1024 * 1024


class Network:
    """Opens addresses as the operator's environment says: HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE."""

    def __init__(self, environment: Environment, figures: Figures | None = None) -> None:
        self._environment = environment
        self.figures = figures or Figures()

    def __deepcopy__(self, memo: object) -> Network:
        """Return the same one: Bolt copies its client for each lazy listener; figures are counted once."""
        return self

    def open(self, request: Request, *, timeout: float) -> HTTPResponse:
        """Send a request and return the answer; HTTPError for a redirect as for any other refusal.

        *timeout* is for all of it, until the last byte that is read of the answer.
        """
        url = request.full_url
        certificates = self._environment.certificates if urlsplit(url).scheme == "https" else None
        if way := self._environment.proxy_for(url):
            _send_through(way, request)
        answer: HTTPResponse = _opener(certificates).open(request, timeout=timeout)
        return answer

    def connect(self, url: str, *, timeout: float) -> socket.socket:
        """Return a line to the host of a ws(s) address, encrypted and through the proxy where it must be."""
        parts = urlsplit(url)
        secure = parts.scheme == "wss"
        host, port = parts.hostname or "", parts.port or (443 if secure else 80)
        way = self._environment.proxy_for(url)
        first = _place(way) if way else (host, port)
        connection = (
            TlsConnection(*first, timeout=timeout, context=trusted(self._environment.certificates))
            if secure
            else Connection(*first, timeout=timeout)
        )
        if way:
            connection.set_tunnel(host, port, headers=proxy_credentials(way))
        connection.connect()
        line: socket.socket = connection.sock
        return line


def no_line(error: BaseException) -> NoLineError | None:
    """Return why no connection came about, if it is that what went wrong; urllib wraps it."""
    return next((e for e in (error, getattr(error, "reason", None)) if isinstance(e, NoLineError)), None)


def why_no_line(error: NoLineError) -> str:
    """Say why there is no connection, and which variable to look at if one may be at fault."""
    reason, said = error.reason, str(error.reason)
    if said.startswith(NO_TUNNEL):  # behind the status stand the proxy's own words, any number of them
        status = said.removeprefix(NO_TUNNEL).split(" ")[0]
        remedy = ": look at its user and password" if status == "407" else ""
        return f"the proxy that HTTPS_PROXY names answers {status}{remedy}"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"no connection to Slack: {_of_certificate(reason)}"
    whom = "the proxy that HTTPS_PROXY names" if error.at_proxy else "Slack"
    return f"no connection to {whom}: {type(reason).__name__}"


def what_failed(error: BaseException) -> str:
    """Name what went wrong with a request, in a few words."""
    lacking = no_line(error)
    return why_no_line(lacking) if lacking else type(error).__name__


# OpenSSL's numbers for whoever signed it: X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, and those of the chain.
_UNTRUSTED = {2, 18, 19, 20, 21}


def _of_certificate(error: ssl.SSLCertVerificationError) -> str:
    remedy = "; put its authority's into the file that SSL_CERT_FILE names"
    return f"certificate refused ({error.verify_message}){remedy if error.verify_code in _UNTRUSTED else ''}"


DIRECT = Network(Environment())  # no proxy, no certificates of one's own


class SlackClient(WebClient):
    """slack_sdk's client, on our network. It never sends anything twice."""

    def __init__(self, network: Network, **options: Any) -> None:
        super().__init__(**options, retry_handlers=[])
        self._network = network

    def api_call(self, api_method: str, **options: Any) -> SlackResponse:
        """Call a method of the Web API, and say how that went."""
        started, result = time.monotonic(), "unanswered"
        try:
            answer = super().api_call(api_method, **options)
            result = "ok"
        except SlackApiError as error:
            result = _result(error)
            raise
        finally:
            self._network.figures.asked_slack(api_method, result, time.monotonic() - started)
        return answer

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        # The SDK's own knows no NO_PROXY and follows redirects; tests/slack/test_network.py notices should
        # it ever be called by another name.
        try:
            with self._network.open(req, timeout=self.timeout) as answer:
                charset = answer.headers.get_content_charset() or "utf-8"
                body = _whole(answer).decode(charset)
                return {"status": answer.status, "headers": answer.headers, "body": body}
        except HTTPError as error:  # the SDK reads all of it, however much it is
            with error:
                said = BytesIO(_whole(error))
            raise HTTPError(error.url, error.code, error.msg, error.headers, said) from None


class TooLongError(ConnectionError):
    """An answer that Slack's cannot be."""


def _whole(answer: HTTPResponse | HTTPError) -> bytes:
    content: bytes = answer.read(MOST + 1)
    if len(content) > MOST:
        raise TooLongError(f"an answer of more than {MOST} bytes")
    return content


def _result(error: SlackApiError) -> str:
    """Name an answer that is no yes, in few words: what Slack says exactly has no end of values."""
    status, said = error.response.status_code, error.response.data
    if status == 429:
        return "ratelimited"
    # For a page that is no JSON, slack_sdk puts a sentence of its own where Slack's code would be.
    code = str(said.get("error")) if isinstance(said, dict) else ""
    return "refused" if status == 200 and re.fullmatch(r"[a-z][a-z0-9_]*", code) else "unreadable"


def quiet_logger() -> logging.Logger:
    """Return a logger for slack_sdk: it logs whole answers that it cannot read; we say what happened."""
    quiet = logging.getLogger("bot.slack.sdk")
    quiet.setLevel(logging.CRITICAL)
    return quiet


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *answer: object) -> None:
        """Go nowhere: urllib then raises the answer as an HTTPError."""


class _Plain(HTTPHandler):
    def http_open(self, req: Request) -> HTTPResponse:
        """Open it within one time for all."""
        return self.do_open(ProxyConnection if req.has_proxy() else Connection, req)


class _Secure(HTTPSHandler):
    def __init__(self, certificates: str) -> None:
        super().__init__(context=trusted(certificates))
        self._certificates = certificates

    def https_open(self, req: Request) -> HTTPResponse:
        """Open it within one time for all."""
        return self.do_open(TlsConnection, req, context=trusted(self._certificates))


@cache
def _opener(certificates: str | None) -> OpenerDirector:
    """Return what opens addresses; without TLS, to start the sooner, where *certificates* is None."""
    secure = () if certificates is None else (_Secure(certificates),)
    return build_opener(ProxyHandler({}), _NoRedirect, _Plain, *secure)


def _send_through(proxy: str, request: Request) -> None:
    # Not by urllib's ProxyHandler: that one says nothing of a user without a password, takes another port
    # where none is named, and looks into the environment for whom to ask directly.
    for name, value in proxy_credentials(proxy).items():
        request.add_header(name, value)
    host, port = _place(proxy)
    request.set_proxy(f"[{host}]:{port}" if ":" in host else f"{host}:{port}", "http")


def _place(proxy: str) -> tuple[str, int]:
    parts = urlsplit(proxy)
    return parts.hostname or "", parts.port or 80
