"""Buttons whose database hangs hold threads and nobody else: neither readers nor an acknowledgement."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Semaphore, Timer
from typing import cast
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
import sqlalchemy as sa

from bot.app.bot import Bot
from bot.app.server import Server
from bot.practice.handover import signature
from bot.practice.model import ME
from bot.practice.server import SIGNING_SECRET, PracticeServer
from bot.practice.tokens import BOT_TOKEN
from bot.slack.bolt import _Threads, finish
from bot.slack.views.answers import SUGGEST
from bot.slack.views.previews import POST_NOW
from tests.delivery.scene import DIGEST
from tests.postgres import PostgresServer
from tests.waiting import PATIENCE, until

EDITORS = 8
CONFIG = """\
timezone: UTC
digests: {digests}
editors: [{me}]
channels:
  - {{channel: "#news", post: mon 09:00}}
"""


@pytest.fixture
def practice() -> Iterator[PracticeServer]:
    with PracticeServer(channels=["news"]) as server:
        yield server


@pytest.fixture
def bot(practice: PracticeServer, database_url: str, tmp_path: Path) -> Iterator[Bot]:
    digests = tmp_path / "digests"
    digests.mkdir()
    (digests / "d1.yaml").write_text(
        DIGEST.format(title="Roundup", date="2020-05-01", body="Fliggy fuels travel.")
    )
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(digests=digests, me=ME))
    environ = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": practice.api_url,
        "DATABASE_URL": database_url,
    }
    bot = Bot(config, environ)
    yield bot
    bot.stop()


@pytest.fixture
def url(bot: Bot) -> Iterator[str]:
    server = Server(bot.events(), host="127.0.0.1", port=0)
    server.start()
    yield f"http://127.0.0.1:{server.port}/slack/events"
    server.stop()


@contextmanager
def hanging(database_url: str, request: pytest.FixtureRequest) -> Iterator[None]:
    """Let nobody write to the database, or none of it answer at all."""
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)) as db:
            db.execute("BEGIN EXCLUSIVE")
            yield
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        with server.frozen():
            yield


def send(url: str, fields: dict[str, str]) -> tuple[int, str]:
    body = urlencode(fields)
    headers = signature(SIGNING_SECRET, body, timestamp=int(time.time()))
    request = Request(url, body.encode(), {"Content-Type": "application/x-www-form-urlencoded", **headers})  # noqa: S310 - ours
    with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - likewise
        return answer.status, answer.read().decode()


def ask(url: str) -> str:
    known = {"team_id": "T1", "user_id": ME, "channel_id": "C1"}
    return send(url, {"command": "/roundup", "text": "fligy", **known})[1]


def press(url: str, action: str, value: str, number: int, response_url: str = "") -> int:
    payload = {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": ME},
        "channel": {"id": "C1", "name": "news"},
        "container": {"message_ts": f"1588300000.{number}"},
        "trigger_id": f"1.{number}.abc",
        "response_url": response_url,
        "actions": [{"action_id": action, "block_id": "b", "type": "button", "value": value}],
    }
    return send(url, {"payload": json.dumps(payload)})[0]


def press_orders(url: str) -> list[int]:
    order = json.dumps({"digest": "d1", "channel": "#news"})
    with ThreadPoolExecutor(EDITORS) as editors:
        return list(editors.map(lambda number: press(url, POST_NOW, order, number), range(EDITORS)))


def test_orders_that_wait_for_the_database_are_acknowledged_and_questions_answered(
    url: str, database_url: str, request: pytest.FixtureRequest
) -> None:
    with hanging(database_url, request):
        acks = press_orders(url)
        answer = ask(url)

    assert acks == [200] * EDITORS
    assert "Fliggy" in answer


def test_a_reader_s_button_is_answered_while_orders_hang(
    bot: Bot, url: str, practice: PracticeServer
) -> None:
    """However long: here nobody gets a connection to the database before the reader has the answer."""
    place, (waiting, go_on) = practice.workspace.channel("#news"), (Semaphore(0), Event())
    answers = practice.workspace.permits.issue_response_url(ME, place.id, None)

    def wait(*_: object) -> None:
        waiting.release()
        go_on.wait(PATIENCE)

    sa.event.listen(bot._database._engine, "checkout", wait)
    try:
        press_orders(url)
        for _ in range(EDITORS):
            assert waiting.acquire(timeout=PATIENCE), "all of them hang"
        answer = ask(url)
        press(url, f"{SUGGEST}0", "Fliggy", EDITORS, f"{practice.url}/response/{answers}")
        until(lambda: practice.workspace.ephemerals("#news"), "the reader's button is answered")
    finally:
        go_on.set()

    assert "Fliggy" in answer


def test_the_end_waits_for_what_people_pressed_and_not_for_ever(
    bot: Bot, url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It took all of the five seconds that there are, for one address that hung as for hundreds."""
    monkeypatch.setattr("bot.app.bot.GRACE", timedelta(seconds=0.2))
    waiting, go_on = Semaphore(0), Event()

    def wait(*_: object) -> None:
        waiting.release()
        go_on.wait(PATIENCE)

    sa.event.listen(bot._database._engine, "checkout", wait)
    press(url, POST_NOW, json.dumps({"digest": "d1", "channel": "#news"}), 0)
    assert waiting.acquire(timeout=PATIENCE), "it hangs"
    assert not finish(bot.bolt, within=timedelta(0))
    given_up = bot.stop()
    monkeypatch.setattr("bot.app.bot.GRACE", timedelta(seconds=PATIENCE))
    Timer(0.2, go_on.set).start()
    waited_for = bot.stop()

    assert (given_up, waited_for) == (False, True)
    threads = cast("_Threads", bot.bolt.listener_runner.listener_executor)
    until(lambda: not threads.under_way, "nothing is kept")
    assert caplog.messages.count("listeners_given_up count=1") == 2
