"""add, export, unskip and what approval means in the shell, without a running bot."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.core.delivery.wording import whole
from bot.files.digest_file import read_digest
from bot.store.approvals import Approvals
from bot.store.channels import KnownChannels
from bot.store.database import open_database
from bot.store.versions import KeptVersions

CONFIG = """\
timezone: UTC
digests: {digests}
editors: [U0EDITOR01, U0EDITOR02]
channels:
  - channel: "#news"
    post: {day} 23:59
"""
DIGEST = """\
# A comment, and a line that a writer of YAML would fold differently
title:   "Roundup"
date: {day}
stories:
  - headline: Fliggy Fuels Travel
    body: Words.
"""
Run = Callable[..., Result]


@pytest.fixture
def day() -> date:
    return datetime.now(UTC).date() + timedelta(days=3)


@pytest.fixture
def text(day: date) -> str:
    return DIGEST.format(day=day)


@pytest.fixture
def folder(tmp_path: Path, day: date, text: str) -> Path:
    (tmp_path / "digests").mkdir()
    (tmp_path / "config.yaml").write_text(CONFIG.format(digests="digests", day=f"{day:%a}".lower()))
    (tmp_path / "desk.yaml").write_text(text)
    database = open_database(f"sqlite:///{tmp_path}/roundup.db", environ={})
    KnownChannels(database).saw("#news", "C0NEWS")
    database.close()
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    environ = {"DATABASE_URL": f"sqlite:///{folder}/roundup.db", "SLACK_BOT_TOKEN": ""}
    return lambda *words: CliRunner().invoke(
        main, ["--config", str(folder / "config.yaml"), *words], env=environ, catch_exceptions=False
    )


def require_approval(folder: Path) -> None:
    config = folder / "config.yaml"
    config.write_text(f"approval: required\n{config.read_text()}")


def test_what_is_added_comes_out_again_byte_for_byte(run: Run, folder: Path, text: str, day: date) -> None:
    added = run("add", str(folder / "desk.yaml"))
    again = run("add", str(folder / "desk.yaml"))

    slot = f"{day:%a %d %b %Y} 23:59 UTC"
    assert added.stdout.startswith(f"desk is version 1 now; it goes out in #news at {slot}")
    assert again.stdout == "desk says that already: nothing has changed\n"
    assert run("export", "desk").stdout == text
    assert run("export", "desk", "--output", str(folder / "out.yaml")).exit_code == 0
    assert (folder / "out.yaml").read_text() == text
    assert run("export", "desk", "--output", str(folder / "out.yaml")).exit_code == 1


def test_an_earlier_version_is_listed_written_down_and_brought_back(
    run: Run, folder: Path, text: str
) -> None:
    for headline in ("Fliggy Fuels Travel", "Fliggy Drives Travel"):
        (folder / "desk.yaml").write_text(text.replace("Fliggy Fuels Travel", headline))
        run("add", str(folder / "desk.yaml"))

    newest, first = run("export", "desk", "--versions").stdout.splitlines()
    assert newest.startswith("2  ")
    assert newest.endswith(' UTC  the shell: "Fliggy Fuels Travel" has another headline')
    assert first.endswith(" UTC  the shell: as it came in")
    assert run("export", "desk", "--version", "1").stdout == text
    assert "no version 3: it has 2" in run("export", "desk", "--version", "3").stderr
    (folder / "desk.yaml").write_text(run("export", "desk", "--version", "1").stdout)
    assert "desk is version 3 now" in run("add", str(folder / "desk.yaml")).stdout
    assert "the shell: as version 1 was" in run("export", "desk", "--versions").stdout


def test_what_was_edited_in_slack_is_replaced_only_by_who_says_so(run: Run, folder: Path, text: str) -> None:
    """And of several files none is added then: whoever runs it again begins at the same place."""
    run("add", str(folder / "desk.yaml"))
    database = open_database(f"sqlite:///{folder}/roundup.db", environ={})
    edited = text.replace("Fuels", "Slows")
    assert KeptVersions(database).save("desk", edited, expected=1, who="U0EDITOR01")
    database.close()
    (folder / "desk.yaml").write_text(text.replace("Fuels", "Drives"))
    (folder / "another.yaml").write_text(text)
    files = [str(folder / name) for name in ("another.yaml", "desk.yaml")]
    refused, there, other = run("add", *files), run("export", "desk").stdout, run("export", "another")
    forced = run("add", "--over", *files)

    assert refused.exit_code == 1
    assert "desk was edited in Slack: version 2 by U0EDITOR01 at " in refused.stderr
    assert "`roundup add --over`" in refused.stderr
    assert (there, other.exit_code) == (edited, 1)
    assert "desk is version 3 now" in forced.stdout
    assert run("export", "desk", "--version", "2").stdout == edited
    (folder / "desk.yaml").write_text(text)
    assert "desk is version 4 now" in run("add", str(folder / "desk.yaml")).stdout  # no edit since


def test_what_is_added_before_the_first_start_is_not_said_to_be_over(
    run: Run, folder: Path, day: date
) -> None:
    (folder / "roundup.db").unlink()

    assert f"each channel's first time on or after {day}" in run("add", str(folder / "desk.yaml")).stdout


@pytest.mark.parametrize("database", ["roundup.db", "none.db"])
def test_the_plan_names_what_keeps_a_digest_out(folder: Path, text: str, database: str) -> None:
    """It said "none yet" of a slot whose digest has a typo, and no more."""
    broken = folder / "digests" / "week.yaml"
    broken.write_text(text.replace("date: ", "date: the "))
    environ = {"DATABASE_URL": f"sqlite:///{folder}/{database}"}
    words = ["--config", str(folder / "config.yaml"), "plan", "--weeks", "1", "--format", "json"]
    planned = CliRunner().invoke(main, words, env=environ, catch_exceptions=False)

    assert f"{broken}:3:7: error: date: " in planned.stderr
    assert [post["digest"] for post in json.loads(planned.stdout)] == [None]
    assert planned.exit_code == 0


def test_what_is_added_is_planned_previewed_and_counted_as_if_it_had_a_file(run: Run, folder: Path) -> None:
    run("add", str(folder / "desk.yaml"))

    assert "#news  desk\n" in run("plan", "--weeks", "1").stdout
    assert "Fliggy Fuels Travel" in run("preview", "desk").stdout
    assert "Fliggy Fuels Travel" in run("preview").stdout


def test_a_broken_file_is_told_like_check_tells_it_and_nothing_is_added(
    run: Run, folder: Path, text: str
) -> None:
    broken = folder / "broken.yaml"
    broken.write_text(text.replace("body", "bdoy"))
    done = run("add", str(folder / "desk.yaml"), str(broken))

    assert done.exit_code == 1
    assert f"{broken}:6:5: error: stories[0].bdoy: unknown key" in done.stderr
    assert run("export", "desk").exit_code == 1


def test_a_skip_names_what_it_drops_and_unskip_brings_it_back(run: Run, folder: Path, day: date) -> None:
    run("add", str(folder / "desk.yaml"))
    skipped = run("skip", "news", str(day)).stdout
    planned = run("plan", "--weeks", "1").stdout
    back = run("unskip", "news", str(day)).stdout

    dropped = "desk is dropped there and gets no other slot"
    assert skipped == f"#news gets nothing on {day:%a %Y-%m-%d}: {dropped}\n"
    assert "desk; skipped" in planned
    assert back == f"#news gets desk at {day:%a %d %b %Y} 23:59 UTC\n"
    assert "skipped" not in run("plan", "--weeks", "1").stdout
    assert "does not skip" in run("unskip", "news", str(day)).stdout


def test_the_shell_posts_only_what_was_approved(run: Run, folder: Path) -> None:
    require_approval(folder)
    run("add", str(folder / "desk.yaml"))
    refused, waits = run("post", "desk"), run("plan", "--weeks", "1").stdout
    waiting = run("status").stdout
    digest, _ = read_digest(folder / "desk.yaml")
    assert digest is not None
    database = open_database(f"sqlite:///{folder}/roundup.db", environ={})
    assert Approvals(database).approve("desk", 1, whole(digest), who="U0EDITOR01") is None
    database.close()

    assert "desk is not approved; its first slot: #news" in waiting
    assert refused.exit_code == 1
    assert "desk is not approved as it stands" in refused.stderr
    assert "desk; not approved yet" in waits
    assert "not approved" not in run("plan", "--weeks", "1").stdout
    assert run("post", "desk", "--dry-run").stdout.startswith("would: #news gets it now")


def test_the_only_one_who_could_approve_is_an_error(run: Run, folder: Path) -> None:
    """Nobody approves what they wrote: nothing of that editor's would ever go out."""
    require_approval(folder)
    config = (folder / "config.yaml").read_text()
    (folder / "config.yaml").write_text(config.replace(", U0EDITOR02", ""))
    alone = run("check")
    (folder / "config.yaml").write_text(f"approvers: [S0GROUP]\n{config}")
    grouped = run("check")

    assert alone.exit_code == 1
    assert "editors: U0EDITOR01 alone could approve" in alone.stdout
    assert grouped.exit_code == 0
