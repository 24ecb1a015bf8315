"""The figures an operator may graph, in Prometheus' words. Here alone is that library known.

Labels take their values from sets that are bounded: methods that we call, kinds of answers, states, the
config's channels. Nothing that a reader types is ever one, nor a channel's name: the page may be open to
anybody, and a name may tell what a company is about to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Generic, TypeVar

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric

from bot.core.figures import Figures

T = TypeVar("T")

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST.encode()

# Seconds, each chosen for a question. Is it on time, is it late, was somebody asked (`catch_up` is 12 h)?
LATENESS = (1, 2, 5, 10, 30, 60, 300, 900, 3600, 6 * 3600, 12 * 3600)
# An answer takes about a millisecond, and Slack waits for three seconds.
ANSWERS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 3)
SLACK = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)
WAITS = (1, 5, 15, 60, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What there is at the moment, as far as is known without asking anybody."""

    deliveries: Mapping[str, int] = field(default_factory=dict)  # parts by state
    last_posts: Mapping[str, datetime] = field(default_factory=dict)  # by the ID of a channel of the config
    checks: Mapping[str, bool] = field(default_factory=dict)
    channels: int = 0  # in the config
    without_room: int = 0  # of these: cannot be found or entered
    digests: int = 0  # without drafts
    stories: int = 0
    broken_files: int = 0
    socket: bool | None = None  # whether the line is open; None without Socket Mode
    waiting_messages: int | None = None  # to people; None where they are not kept


class Metrics(Figures):
    """Everything behind /metrics. *known* is asked at each scrape, and must ask nobody."""

    def __init__(self, *, known: Callable[[], Known]) -> None:
        self._known = known
        self._collectors = CollectorRegistry()
        answers = self._counter("roundup_answers", "Questions answered, by kind of answer", "kind")
        times = self._histogram("roundup_answer_seconds", "Until an answer was made", ANSWERS, "kind")
        calls = self._counter("roundup_slack_calls", "Calls of Slack's Web API", "method", "result")
        took = self._histogram("roundup_slack_call_seconds", "Until Slack answered", SLACK, "method")
        waits = self._histogram(
            "roundup_limit_wait_seconds", "How long a message has to wait for a turn", WAITS, "limit"
        )
        self._answers, self._answer_times = _Labelled(answers.labels), _Labelled(times.labels)
        self._calls, self._call_times = _Labelled(calls.labels), _Labelled(took.labels)
        self._waits = _Labelled(waits.labels)
        self._lateness = self._histogram(
            "roundup_post_lateness_seconds", "From the slot until the digest was in the channel", LATENESS
        )
        self._opened = self._counter("roundup_socket_opened", "Lines of Socket Mode that were opened")
        self._lost = self._counter("roundup_socket_lost", "Lines of Socket Mode that broke")
        self._collectors.register(self)
        ProcessCollector(registry=self._collectors)

    def answered(self, kind: str, seconds: float) -> None:
        """Count an answer and how long it took."""
        self._answers[kind,].inc()
        self._answer_times[kind,].observe(seconds)

    def asked_slack(self, method: str, result: str, seconds: float) -> None:
        """Count a request and how long it took."""
        self._calls[method, result].inc()
        self._call_times[method,].observe(seconds)

    def waits(self, limit: str, seconds: float) -> None:
        """Count a wait."""
        self._waits[limit,].observe(seconds)

    def posted(self, *, slot: datetime, at: datetime) -> None:
        """Count a digest, and by how much it was late."""
        self._lateness.observe(max((at - slot).total_seconds(), 0.0))

    def socket_opened(self) -> None:
        """Count a line."""
        self._opened.inc()

    def socket_lost(self) -> None:
        """Count a line that broke."""
        self._lost.inc()

    def collect(self) -> Iterable[Metric]:
        """Yield what is known at the moment."""
        known = self._known()
        yield _by("roundup_deliveries", "Parts of posts, by state", "state", known.deliveries)
        name, about = "roundup_last_post_timestamp_seconds", "When a channel got its last digest"
        yield _by(name, about, "channel", {id_: at.timestamp() for id_, at in known.last_posts.items()})
        yield _by("roundup_ok", "Whether a check of /healthz or /readyz passes", "check", known.checks)
        yield from _singles(known)

    def page(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self._collectors)

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(name, about, labels, registry=self._collectors)

    def _histogram(self, name: str, about: str, buckets: Iterable[float], *labels: str) -> Histogram:
        return Histogram(name, about, labels, buckets=tuple(buckets), registry=self._collectors)


class _Labelled(dict[tuple[str, ...], T], Generic[T]):
    """One figure a set of labels, found once: prometheus-client takes longer to look it up than to count."""

    def __init__(self, labelled: Callable[..., T]) -> None:
        self._labelled = labelled

    def __missing__(self, labels: tuple[str, ...]) -> T:
        self[labels] = self._labelled(*labels)
        return self[labels]


def _by(name: str, about: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, about, labels=[label])
    for labelled, value in values.items():
        family.add_metric([labelled], value)
    return family


def _singles(known: Known) -> Iterator[Metric]:
    singles: Mapping[str, tuple[str, int | None]] = {
        "roundup_channels": ("Channels in the config", known.channels),
        "roundup_channels_in_trouble": ("Of these: not found, or not entered", known.without_room),
        "roundup_digests": ("Digests, without drafts", known.digests),
        "roundup_stories": ("Stories in them", known.stories),
        "roundup_broken_files": ("Digests and settings with an error", known.broken_files),
        "roundup_socket_connected": ("Whether the line of Socket Mode is open", known.socket),
        "roundup_messages_waiting": ("Messages to people that are not sent yet", known.waiting_messages),
    }
    for name, (about, value) in singles.items():
        if value is not None:  # else it is of no mode or part that runs here
            yield GaugeMetricFamily(name, about, value=value)
