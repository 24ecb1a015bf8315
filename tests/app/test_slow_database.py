"""A database that hangs pauses posting and nothing else: readers and whoever looks after us are answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from slack_bolt import BoltRequest

from bot.app.bot import Bot
from bot.app.health import OK
from bot.practice.model import ME
from bot.practice.server import PracticeServer
from bot.practice.tokens import BOT_TOKEN
from bot.store import postgresql
from bot.store.outages import SILENT
from tests.delivery.scene import DIGEST
from tests.postgres import PostgresServer
from tests.waiting import until

CONFIG = """\
timezone: UTC
digests: {digests}
channels:
  - channel: "#news"
    post: mon 09:00
"""


@pytest.fixture
def practice() -> Iterator[PracticeServer]:
    with PracticeServer(channels=["news"]) as server:
        yield server


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(postgresql, "PATIENCE", timedelta(seconds=1))
    digests = tmp_path / "digests"
    digests.mkdir()
    for n in range(40):
        text = DIGEST.format(title=f"Roundup {n}", date="2020-05-01", body="Fliggy fuels travel.")
        (digests / f"d{n}.yaml").write_text(text)
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(digests=digests))
    return config


@pytest.fixture
def environ(practice: PracticeServer, postgres: PostgresServer) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_API_URL": practice.api_url,
        "DATABASE_URL": postgres.database(),
    }


def answered(bot: Bot, question: str) -> bool:
    command = {"command": "/roundup", "text": question, "user_id": ME, "channel_id": "C1", "team_id": "T1"}
    form: dict[str, str | Sequence[str]] = {"content-type": ["application/x-www-form-urlencoded"]}
    response = bot.bolt.dispatch(BoltRequest(body=urlencode(command), headers=form))
    return response.status == 200 and "ephemeral" in response.body


def test_a_start_without_an_answer_answers_readers(
    config: Path, environ: dict[str, str], postgres: PostgresServer
) -> None:
    """Nor does each of forty digests wait for its numbers."""
    with postgres.frozen():
        bot = Bot(config, environ)
        try:
            assert answered(bot, "fliggy")
            assert answered(bot, "latest")
            assert bot._database_check() == SILENT
        finally:
            bot.stop()


def test_a_database_that_hangs_delays_no_reader_and_no_page(
    config: Path, environ: dict[str, str], postgres: PostgresServer
) -> None:
    bot = Bot(config, environ)
    try:
        assert bot.connect(socket=False)
        until(lambda: 'state="sent"' in bot._metrics.page().decode(), "counted")
        assert bot._database_check() == OK
        with postgres.frozen():
            assert answered(bot, "fliggy")
            until(lambda: bot._database_check() == SILENT, "known")
            assert answered(bot, "fliggy")
            assert 'state="sent"' in bot._metrics.page().decode()
        until(lambda: bot._database_check() == OK, "known to be back")
    finally:
        bot.stop()


def test_whoever_looks_after_us_asks_no_database(config: Path, environ: dict[str, str]) -> None:
    """However often they ask: what they are told is what the last tick found."""
    bot = Bot(config, environ)
    asked: list[object] = []
    sa.event.listen(bot._database._engine, "checkout", lambda *_: asked.append(_))
    try:
        for _ in range(3):
            assert bot._database_check() == OK
            bot._metrics.page()
            assert answered(bot, "fliggy")
    finally:
        bot.stop()

    assert asked == []
