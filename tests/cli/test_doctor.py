"""`roundup doctor`, against a practice workspace in which something is not in place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.core.delivery.answers import Absent
from bot.practice.model import EDITOR
from bot.practice.server import PracticeServer
from bot.practice.tokens import APP_TOKEN, BOT_TOKEN, SCOPES
from bot.slack.manifest import manifest
from bot.slack.messenger import Messenger
from tests.waiting import PATIENCE

NAMES = ["#news", "#closed", "#secret", "#outside"]


@contextmanager
def practice(*, scopes: frozenset[str] = frozenset(SCOPES)) -> Iterator[PracticeServer]:
    with PracticeServer(
        channels=NAMES,
        member_of=["#news", "#closed"],
        private=["#secret"],
        archived=["#closed"],
        scopes=scopes,
        limits=None,
    ) as server:
        yield server


def doctor(
    server: PracticeServer, folder: Path, *channels: str, newsroom: str = "", **environ: str
) -> Result:
    entries = "".join(f'  - {{channel: "{channel}", post: fri 09:00}}\n' for channel in channels)
    desk = f'newsroom: "{newsroom}"\n' if newsroom else ""
    (folder / "config.yaml").write_text(f"timezone: UTC\ndigests: .\n{desk}channels:\n{entries}")
    variables = {
        "SLACK_API_URL": server.api_url,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_SIGNING_SECRET": "",
    }
    words = ["--config", str(folder / "config.yaml"), "doctor"]
    return CliRunner().invoke(main, words, env={**variables, **environ}, catch_exceptions=False)


def test_all_is_well(tmp_path: Path) -> None:
    with practice() as server:
        result = doctor(server, tmp_path, "#news")

    assert result.exit_code == 0
    assert [line[:5] for line in result.stdout.splitlines()] == ["ok   "] * 4
    assert "#news: member, history readable" in result.stdout


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        ("#closed", "FAULT  #closed: is archived: unarchive it"),
        ("#secret", "FAULT  #secret: Slack shows us no such channel"),
        ("#secret", "type `/invite @roundup` in #secret\n"),
        ("C0NOWHERE9", "FAULT  C0NOWHERE9: Slack shows us no such channel"),
    ],
)
def test_fault_of_a_channel_is_named_with_its_remedy(channel: str, said: str, tmp_path: Path) -> None:
    with practice() as server:
        result = doctor(server, tmp_path, channel)

    assert result.exit_code == 1
    assert said in result.stdout
    assert result.stderr == "1 fault.\n"


@pytest.mark.parametrize(
    ("newsroom", "said"),
    [
        ("#news", "ok     newsroom #news: member, history readable"),
        ("#closed", "FAULT  newsroom #closed: is archived"),
        ("#secret", "FAULT  newsroom #secret: Slack shows us no such channel"),
    ],
)
def test_the_newsroom_is_looked_at_too(newsroom: str, said: str, tmp_path: Path) -> None:
    with practice() as server:
        result = doctor(server, tmp_path, "#outside", newsroom=newsroom)

    assert said in result.stdout
    assert result.exit_code == int(said.startswith("FAULT"))


def test_public_channel_is_no_fault_if_the_bot_may_join_it(tmp_path: Path) -> None:
    with practice() as server:
        joins = doctor(server, tmp_path, "#outside")
    with practice(scopes=frozenset(SCOPES) - {"channels:join"}) as server:
        waits = doctor(server, tmp_path, "#outside")

    assert joins.exit_code == 0
    assert "FAULT  #outside: the bot is not in it: type `/invite @roundup` in #outside" in waits.stdout


@pytest.mark.parametrize("scope", ["chat:write", "channels:history", "channels:read", "commands"])
def test_missing_scope_is_said_in_one_line_each(scope: str, tmp_path: Path) -> None:
    with practice(scopes=frozenset(SCOPES) - {scope}) as server:
        result = doctor(server, tmp_path, "#news")

    assert result.exit_code == 1
    assert f"FAULT  scope {scope}: missing, needed for " in result.stdout
    assert all(line.startswith(("ok ", "FAULT ")) for line in result.stdout.splitlines())


def test_private_channel_needs_a_scope_to_be_seen(tmp_path: Path) -> None:
    with practice(scopes=frozenset(SCOPES) - {"groups:read"}) as server:
        channel = server.workspace.channel("#secret").id
        by_name, by_id = (doctor(server, tmp_path, name) for name in ("#secret", channel))

    assert "/invite @roundup` in #secret and add the scope groups:read" in by_name.stdout
    assert f"/invite @roundup` in {channel} and add the scope groups:read" in by_id.stdout


@pytest.mark.parametrize(("channel", "scope"), [("#news", "channels:history"), ("#secret", "groups:history")])
def test_history_that_cannot_be_read_is_said_with_the_scope_for_it(
    channel: str, scope: str, tmp_path: Path
) -> None:
    """Else a post whose answer is lost waits for the editors, and nobody knows why."""
    with practice(scopes=frozenset(SCOPES) - {scope}) as server:
        server.workspace.join(server.workspace.channel("#secret"))
        result = doctor(server, tmp_path, channel)

    assert result.exit_code == 1
    assert (
        f"FAULT  {channel}: its history cannot be read (missing_scope), so a post whose answer is lost would"
        f" be held for you to decide: add the scope {scope}; add it on the app's page" in result.stdout
    )


def test_what_the_manifest_asks_for_is_all_that_is_needed(tmp_path: Path) -> None:
    """A scope that Slack does not know by that name would be one that the bot does not get."""
    asked = manifest()["oauth_config"]["scopes"]
    assert asked.keys() == {"bot", "bot_optional"}
    with practice(scopes=frozenset([*asked["bot"], *asked["bot_optional"]])) as server:
        server.workspace.join(server.workspace.channel("#secret"))
        result = doctor(server, tmp_path, "#news", "#outside", "#secret")
        slack = Messenger(BOT_TOKEN, base_url=server.api_url, timeout=lambda: timedelta(seconds=PATIENCE))
        mail = slack.find_mail(EDITOR, letter="none", since=datetime.now(UTC))

    assert result.exit_code == 0
    assert "ok     scopes\n" in result.stdout
    assert mail == Absent()


def test_doctor_waits_where_slack_asks_it_to(tmp_path: Path) -> None:
    """A long list of channels has many pages, and Slack allows 20 of them in a minute."""
    with practice() as server:
        server.fault("conversations.list", "ratelimited", times=2)
        result = doctor(server, tmp_path, "#outside")

    assert "ok     #outside: not joined yet" in result.stdout


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-nobody", "FAULT  bot token: SLACK_BOT_TOKEN is not valid"),
        ("SLACK_APP_TOKEN", "xapp-nobody", "FAULT  Socket Mode: refused (invalid_auth)"),
        ("SLACK_APP_TOKEN", "", "FAULT  commands: neither SLACK_APP_TOKEN"),
        (
            "SLACK_API_URL",
            "http://127.0.0.1:9/api/",
            "FAULT  Slack: cannot be reached (no connection to Slack: Con",
        ),
    ],
)
def test_wrong_variable_is_a_fault(variable: str, value: str, said: str, tmp_path: Path) -> None:
    with practice() as server:
        result = doctor(server, tmp_path, "#news", **{variable: value})

    assert result.exit_code == 1
    assert said in result.stdout
    assert "nobody" not in result.output
