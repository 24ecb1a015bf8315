"""What a bot at work tells Prometheus, and that dashboard and alerts ask for nothing else."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.app.bot import Bot
from bot.app.server import Server
from bot.practice.limits import RateLimits
from bot.practice.server import PracticeServer
from bot.practice.tokens import APP_TOKEN, BOT_TOKEN
from tests.test_docs import anchors
from tests.waiting import until

ROOT = Path(__file__).parents[2]
CONFIG = """\
timezone: UTC
digests: digests
channels:
  - {channel: "#news", post: fri 09:00}
  - {channel: "#quiet", post: fri 09:00, only: [Nothing]}
  - {channel: "#nowhere", post: fri 09:00}
delivery: {quiet: 0s, settle: 1s}
"""
DIGEST = """\
title: Roundup
date: 2099-01-02
stories:
  - {headline: Fliggy Sells Trips, body: To many people. And more., companies: [Fliggy]}
  - {headline: Decathlon Sells Tents, body: To some., companies: [Decathlon]}
"""
BROKEN = "title: Roundup\n"

Scrape = Mapping[str, Mapping[frozenset[tuple[str, str]], float]]


class Watched:
    """A bot at work in a practice workspace, and somebody who asks for its figures."""

    def __init__(self, slack: PracticeServer, bot: Bot, port: int) -> None:
        self.slack, self.bot, self._port = slack, bot, port

    def scrape(self) -> Scrape:
        with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/metrics", timeout=60) as answer:
            families = text_string_to_metric_families(answer.read().decode())
        found: dict[str, dict[frozenset[tuple[str, str]], float]] = {}
        for family in families:
            for sample in family.samples:
                found.setdefault(sample.name, {})[frozenset(sample.labels.items())] = sample.value
        return found

    def value(self, name: str, **labels: str) -> float:
        """Return a figure, or -1 if there is none."""
        return self.scrape().get(name, {}).get(frozenset(labels.items()), -1)

    def post(self) -> None:
        self.bot.posting.desk.post_now(self.bot.newsroom.library.find("one"), channel="#news", who="the test")
        until(lambda: self.value("roundup_deliveries", state="sent") == 2, "posted and counted")

    def ask(self, question: str) -> None:
        assert self.slack.command("/roundup", question, channel="#news").ok


@contextmanager
def watched(folder: Path, slack: PracticeServer) -> Iterator[Watched]:
    (folder / "config.yaml").write_text(CONFIG)
    (folder / "digests").mkdir(exist_ok=True)
    (folder / "digests" / "one.yaml").write_text(DIGEST)
    (folder / "digests" / "two.yaml").write_text(BROKEN)
    environ = {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "DATABASE_URL": f"sqlite:///{folder}/roundup.db",
    }
    bot = Bot(folder / "config.yaml", environ)
    server = Server(bot.health(), host="127.0.0.1", port=0)
    server.start()
    try:
        bot.connect(socket=True)
        until(lambda: "#news" in bot.posting.edge.directory.rooms, "the channel is found")
        yield Watched(slack, bot, server.port)
    finally:
        server.stop()
        bot.stop()


@pytest.fixture
def at_work(tmp_path: Path) -> Iterator[Watched]:
    with (
        PracticeServer(channels=["#news", "#quiet"], limits=RateLimits(tiers=False)) as slack,
        watched(tmp_path, slack) as bot,
    ):
        yield bot


def test_a_post_is_timed_by_slacks_clock_and_remembered_for_its_channel(at_work: Watched) -> None:
    before = at_work.value("roundup_post_lateness_seconds_count")

    at_work.post()

    first = at_work.slack.workspace.posted("#news")[0]
    assert before == 0
    assert at_work.value("roundup_post_lateness_seconds_count") == 1  # not one for each part
    assert 0 <= at_work.value("roundup_post_lateness_seconds_sum") < 3600
    last = dict(at_work.scrape()["roundup_last_post_timestamp_seconds"])
    news = at_work.slack.workspace.channel("#news").id
    assert last == {frozenset({("channel", news)}): pytest.approx(float(first.ts), abs=0.001)}


def test_the_last_post_is_known_again_after_a_restart(tmp_path: Path) -> None:
    with PracticeServer(channels=["#news", "#quiet"], limits=None) as slack:
        with watched(tmp_path, slack) as bot:
            bot.post()
        last = float(slack.workspace.posted("#news")[0].ts)
        with watched(tmp_path, slack) as bot:
            name, news = "roundup_last_post_timestamp_seconds", slack.workspace.channel("#news").id
            until(lambda: abs(bot.value(name, channel=news) - last) < 0.001, "known again")


def test_whoever_reads_the_figures_learns_no_channels_name(at_work: Watched) -> None:
    """The port may be open to anybody, and a name may tell what a company is about to do."""
    at_work.ask("Fliggy")
    at_work.post()

    assert not re.search("news|quiet|nowhere|Fliggy", str(at_work.scrape()))


def test_answers_are_counted_and_timed_by_kind(at_work: Watched) -> None:
    at_work.post()  # only what is out is answered
    for question in ("Fliggy", "Fliggy", "fligy", "latest", "help", "xylophone"):
        at_work.ask(question)

    kinds = {dict(labels)["kind"]: n for labels, n in at_work.scrape()["roundup_answers_total"].items()}
    assert kinds == {"matches": 3, "latest": 1, "help": 1, "nothing": 1}
    assert at_work.value("roundup_answer_seconds_count", kind="matches") == 3


@pytest.mark.parametrize(
    ("fault", "result"),
    [
        ("ratelimited", "ratelimited"),
        ("is_archived", "refused"),
        ("html", "unreadable"),
        ("close", "unanswered"),
        ("http_503", "unreadable"),
    ],
)
def test_calls_of_slack_are_counted_by_what_became_of_them(at_work: Watched, fault: str, result: str) -> None:
    at_work.slack.fault("conversations.history", fault)

    at_work.bot.posting.edge.messenger.ask("conversations.history", {"channel": "C0PRACTICE1"})

    assert at_work.value("roundup_slack_calls_total", method="conversations.history", result=result) == 1
    assert at_work.value("roundup_slack_call_seconds_count", method="conversations.history") == 1
    assert at_work.value("roundup_slack_calls_total", method="apps.connections.open", result="ok") == 1


def test_waits_for_a_turn_are_told_without_the_names_of_channels(
    at_work: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reply has to wait for the channel's turn, and there may be thousands of channels."""
    monkeypatch.setattr("bot.delivery.limits.CHANNEL", timedelta(seconds=5))  # no machine is as slow
    at_work.post()

    limits = {dict(labels)["limit"] for labels in at_work.scrape()["roundup_limit_wait_seconds_count"]}
    assert limits == {"channel"}


def test_a_broken_line_and_one_that_slack_wanted_back_are_told_apart(at_work: Watched) -> None:
    assert at_work.value("roundup_socket_connected") == 1

    at_work.slack.fault("socket", "abort")
    until(lambda: at_work.value("roundup_socket_lost_total") == 1, "the line is lost")
    until(lambda: at_work.value("roundup_socket_opened_total") == 2, "and opened again")
    at_work.slack.fault("socket", "disconnect")
    until(lambda: at_work.value("roundup_socket_opened_total") == 3, "there is another line")

    assert at_work.value("roundup_socket_lost_total") == 1


def test_what_there_is_is_told(at_work: Watched) -> None:
    told = {name: set(samples.values()) for name, samples in at_work.scrape().items()}

    assert told["roundup_digests"] == {1}
    assert told["roundup_stories"] == {2}
    assert told["roundup_broken_files"] == {1}
    assert told["roundup_channels"] == {3}
    assert max(told["process_resident_memory_bytes"]) > 1_000_000
    until(lambda: at_work.value("roundup_channels_in_trouble") == 1, "#nowhere is known not to be")
    until(lambda: at_work.value("roundup_ok", check="database") == 1, "the database is heard of")


def test_a_scrape_asks_neither_the_database_nor_slack(at_work: Watched) -> None:
    at_work.post()
    at_work.bot._scheduler.stop()
    asked: list[object] = []
    sa.event.listen(at_work.bot._database._engine, "checkout", lambda *_: asked.append(_))
    before = at_work.slack.requests.total()

    for _ in range(3):
        assert at_work.value("roundup_deliveries", state="sent") == 2

    assert asked == []
    assert at_work.slack.requests.total() == before


# --- dashboard and alerts ------------------------------------------------------------------------------


def dashboard() -> list[str]:
    panels = json.loads((ROOT / "deploy/grafana-dashboard.json").read_text())["panels"]
    return [target["expr"] for panel in panels for target in panel["targets"]]


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load((ROOT / "deploy/alerts.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


OF_PROMETHEUS = {"instance", "job"}  # labels that every scrape gets
GROUPING = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
SELECTOR = re.compile(r"\b([a-z_:][a-z0-9_:]*)\b(?!\s*\()(\{[^}]*\})?", re.IGNORECASE)
MATCHER = re.compile(r'(\w+)\s*(=~|=)\s*"([^"]*)"')
WORDS = {"and", "or", "unless", "bool", "offset"}


def lacking(expression: str, scrape: Scrape) -> list[str]:
    """Return the figures, labels and labels' values of a PromQL expression that no scrape has."""
    grouped = [name.strip() for names in GROUPING.findall(expression) for name in names.split(",")]
    plain = re.sub(r"\[[^\]]*\]", "", GROUPING.sub("", expression))
    missing, there = [], set(OF_PROMETHEUS)
    for name, matchers in SELECTOR.findall(plain):
        if name in WORDS:
            continue
        sets = [dict(labels) for labels in scrape.get(name, {})]
        there |= {label for labels in sets for label in labels}
        missing += [] if sets else [name]
        for label, how, wanted in MATCHER.findall(matchers):
            values = wanted.split("|") if how == "=~" else [wanted]
            missing += [
                f"{name}{{{label}={value}}}" for value in values if value not in {s.get(label) for s in sets}
            ]
    return missing + [f"{label} in {expression}" for label in grouped if label not in there]


def test_the_reader_of_expressions_notices_what_is_missing() -> None:
    scrape = {"roundup_ok": {frozenset({("check", "slack")}): 1.0}}

    assert lacking("max by (check) (rate(roundup_ok[5m])) > 0", scrape) == []
    assert lacking("roundup_okay == 0", scrape) == ["roundup_okay"]
    assert lacking('roundup_ok{check=~"slack|moon"}', scrape) == ["roundup_ok{check=moon}"]
    assert lacking('roundup_ok{chek="slack"}', scrape) == ["roundup_ok{chek=slack}"]
    assert lacking("sum by (le) (roundup_ok)", scrape) == ["le in sum by (le) (roundup_ok)"]


def test_dashboard_and_alerts_use_what_a_running_bot_tells(at_work: Watched) -> None:
    for fault in ("ratelimited", "html", "close"):
        at_work.slack.fault("conversations.history", fault)
        at_work.bot.posting.edge.messenger.ask("conversations.history", {"channel": "C0PRACTICE1"})
    at_work.ask("Fliggy")
    at_work.post()
    # Its second message waits if it comes within a second of the first, which it does not on a busy machine.
    at_work.bot._metrics.waits("post", 0.5)
    scrape = at_work.scrape()
    expressions = [*dashboard(), *(rule["expr"] for rule in alerts())]

    assert len(expressions) > 30
    assert [(e, found) for e in expressions if (found := lacking(e, scrape))] == []


def test_every_figure_of_ours_is_on_the_dashboard_or_in_an_alert(at_work: Watched) -> None:
    used = " ".join([*dashboard(), *(rule["expr"] for rule in alerts())])
    at_work.ask("Fliggy")
    at_work.post()
    ours = {re.sub(r"_(bucket|count|sum|created)$", "", name) for name in at_work.scrape()}

    assert [name for name in sorted(ours) if name.startswith("roundup_") and name not in used] == []


def test_every_alert_says_what_to_do_and_where_it_is_written() -> None:
    names = [rule["alert"] for rule in alerts()]

    assert len(names) == len(set(names))
    for rule in alerts():
        told = rule["annotations"]
        document, _, anchor = told["runbook"].partition("#")
        assert told["summary"], rule["alert"]
        assert told["description"], rule["alert"]
        assert anchor in anchors(ROOT / document), rule["alert"]
        labels = re.findall(r"\$labels\.(\w+)", str(told))
        assert [label for label in labels if label not in rule["expr"] and label != "check"] == []
