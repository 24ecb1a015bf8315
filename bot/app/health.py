"""Health and metrics over HTTP, as one small WSGI app for both modes."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from bot.core.environment import port_error

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

OK = "ok"
Check = Callable[[], str]  # "ok", or why not


class Metrics:
    """What an operator may graph. *deliveries* tells what is known of them; it asks nobody."""

    def __init__(self, *, deliveries: Callable[[], Mapping[str, int]]) -> None:
        self._collectors = CollectorRegistry()
        self.answers = Counter(
            "roundup_answers", "Questions answered, by kind of answer", ["kind"], registry=self._collectors
        )
        self._deliveries = deliveries
        self._collectors.register(self)

    def collect(self) -> Iterable[Metric]:
        """Yield the gauges."""
        states = GaugeMetricFamily("roundup_deliveries", "Parts of posts, by state", labels=["state"])
        for state, count in self._deliveries().items():
            states.add_metric([state], count)
        yield states

    def page(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self._collectors)


class HealthApp:
    """`/healthz`, `/readyz` and `/metrics`; anything else is 404."""

    def __init__(self, *, alive: Mapping[str, Check], ready: Mapping[str, Check], metrics: Metrics) -> None:
        self._checks = {"/healthz": alive, "/readyz": ready}
        self._metrics = metrics

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one GET."""
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return respond(start_response, "405 Method Not Allowed", b"GET only\n")
        if path == "/metrics":
            return respond(start_response, "200 OK", self._metrics.page(), CONTENT_TYPE_LATEST)
        if path not in self._checks:
            return respond(start_response, "404 Not Found", b"not found\n")
        results = {name: check() for name, check in self._checks[path].items()}
        status = "200 OK" if all(result == OK for result in results.values()) else "503 Service Unavailable"
        return respond(start_response, status, json.dumps(results).encode(), "application/json")


def respond(
    start_response: StartResponse, status: str, body: bytes, kind: str = "text/plain; charset=utf-8"
) -> Iterable[bytes]:
    """Answer with a whole body."""
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _QuietHandler(WSGIRequestHandler):
    timeout = 10  # seconds for a request's lines: a client that says nothing holds no thread for long

    def log_message(self, format: str, *args: Any) -> None:
        pass


class HealthServer:
    """Serves the health app beside Socket Mode, in a thread of its own."""

    def __init__(self, app: HealthApp, *, host: str, port: int) -> None:
        try:
            self._server = make_server(host, port, app, _Server, _QuietHandler)
        except OSError as error:  # taken, or not ours to open
            raise port_error(host, port, error) from error
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, name="health", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and free the port."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()
