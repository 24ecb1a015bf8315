"""What docs/operators.md says under "When something is wrong", played: the symptom, the look, the remedy."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.practice.server import PracticeServer
from bot.practice.tokens import APP_TOKEN, BOT_TOKEN

pytestmark = pytest.mark.usefixtures("hurried")

EVERY_DAY = ", ".join(f"{day} 23:59" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
CONFIG = """\
timezone: UTC
digests: digests
channels:
  - {{channel: "#news", post: [{times}], {more}}}
delivery: {{quiet: 0s}}
"""
DIGEST = """\
title: Roundup
date: {date}
{more}
stories:
  - {{headline: Fliggy Sells Trips, body: To many people. And more., companies: [Fliggy]}}
"""


@dataclass
class Operator:
    """Somebody with a shell, a folder and a workspace."""

    folder: Path
    slack: PracticeServer
    next: str = field(default_factory=lambda: f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}")

    @property
    def database(self) -> Path:
        return self.folder / "roundup.db"

    def write(self, *, date: str = "", digest: str = "", config: str = "") -> None:
        (self.folder / "digests").mkdir(exist_ok=True)
        (self.folder / "config.yaml").write_text(CONFIG.format(times=EVERY_DAY, more=config))
        (self.folder / "digests" / "one.yaml").write_text(DIGEST.format(date=date or self.next, more=digest))

    def run(self, *words: str) -> Result:
        environ = {
            "SLACK_API_URL": self.slack.api_url,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "DATABASE_URL": f"sqlite:///{self.database}",
        }
        words = ("--config", str(self.folder / "config.yaml"), *words)
        return CliRunner().invoke(main, words, env=environ, catch_exceptions=False)

    def has_run(self) -> None:
        """Let the bot know the channel: it has had an older digest."""
        (self.folder / "digests" / "old.yaml").write_text(DIGEST.format(date="2020-01-03", more=""))
        assert self.run("post", "old").exit_code == 0

    def planned(self) -> list[dict[str, Any]]:
        """Return what is planned for the day of the digest."""
        posts = json.loads(self.run("plan", "--weeks", "1", "--format", "json").stdout)
        return [post for post in posts if post["local"].startswith(self.next)]

    def posted(self) -> int:
        return len(self.slack.workspace.posted("#news"))


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    with PracticeServer(channels=["#news"], limits=None) as slack:
        yield Operator(tmp_path, slack)


def test_a_slot_gets_the_digest_of_its_day(operator: Operator) -> None:
    """What the other tests deviate from."""
    operator.write()

    assert [post["digest"] for post in operator.planned()] == ["one"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"digest": "draft: true"},
        {"date": "2020-05-01"},
        {"digest": "sumary: a typo"},
        {"config": "only: [Travel]"},
    ],
)
def test_the_plan_shows_that_nothing_will_come(operator: Operator, wrong: dict[str, str]) -> None:
    operator.write(**wrong)

    assert [(post["digest"], post["note"]) for post in operator.planned()] == [(None, None)]


def test_a_broken_digest_is_named_by_check(operator: Operator) -> None:
    operator.write(digest="sumary: a typo")

    assert "one.yaml:3:1: error: sumary: unknown key" in operator.run("check").stdout


def test_what_was_skipped_is_in_the_plan_and_may_be_posted_after_all(operator: Operator) -> None:
    operator.write()
    operator.has_run()
    assert operator.run("skip", "#news", operator.next).exit_code == 0
    assert [post["note"] for post in operator.planned()] == ["skipped"]
    before = operator.posted()

    assert operator.run("post", "one").exit_code == 0

    assert operator.posted() == before + 2


def test_a_digest_from_before_the_bots_time_is_posted_by_hand(operator: Operator) -> None:
    operator.write(date="2020-05-01")
    assert json.loads(operator.run("status", "--format", "json").stdout) == []

    assert operator.run("post", "one").exit_code == 0

    assert operator.posted() == 2


def test_whoever_posted_is_named_and_a_double_that_we_know_is_taken_back(operator: Operator) -> None:
    operator.write()
    operator.run("post", "one")

    parts = json.loads(operator.run("status", "--format", "json").stdout)
    assert {bool(part["replica"]) for part in parts} == {True}
    assert operator.run("retract", "one").exit_code == 0
    assert [message.deleted for message in operator.slack.workspace.posted("#news")] == [True, True]


def test_going_back_a_version_is_refused_and_a_backup_from_before_is_taken(operator: Operator) -> None:
    operator.write()
    operator.has_run()
    backup = shutil.copy(operator.database, operator.folder / "before.db")
    with closing(sqlite3.connect(operator.database)) as newer, newer:
        newer.execute("UPDATE counters SET value = value + 1 WHERE name = 'schema'")
    kept = operator.database.read_bytes()

    for words in (["run", "--socket"], ["status"], ["post", "one"]):
        refused = operator.run(*words)
        assert refused.exit_code == 1
        assert "The database was written by a newer Roundup" in refused.stderr
    assert "FAULT  database: The database was written by a newer Roundup" in operator.run("doctor").stdout
    assert operator.database.read_bytes() == kept

    operator.database.rename(operator.folder / "newer.db")
    shutil.copy(backup, operator.database)
    assert operator.run("skip", "#news", operator.next).exit_code == 0
    assert operator.run("status").exit_code == 0
    assert [post["note"] for post in operator.planned()] == ["skipped"]
