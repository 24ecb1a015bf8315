"""`roundup doctor`, against a practice workspace in which something is not in place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from bot.cli import main
from bot.core.delivery.answers import Absent
from bot.practice.model import BOT_USER, EDITOR, ME, READER
from bot.practice.server import PracticeServer, utc_now
from bot.practice.tokens import APP_TOKEN, BOT_TOKEN, SCOPES
from bot.slack.manifest import manifest
from bot.slack.messenger import Messenger
from bot.store.database import open_database
from tests.postgres import PostgresServer
from tests.waiting import PATIENCE

NAMES = ["#news", "#closed", "#secret", "#outside"]


@contextmanager
def practice(
    *, scopes: frozenset[str] = frozenset(SCOPES), clock: Callable[[], datetime] = utc_now
) -> Iterator[PracticeServer]:
    with PracticeServer(
        channels=NAMES,
        member_of=["#news", "#closed"],
        private=["#secret"],
        archived=["#closed"],
        scopes=scopes,
        clock=clock,
        limits=None,
    ) as server:
        yield server


def doctor(
    server: PracticeServer,
    folder: Path,
    *channels: str,
    editors: str = "",
    approvers: str = "",
    newsroom: str = "",
    digests: str = ".",
    layout: str = "headlines",
    more: Sequence[str] = (),
    **environ: str,
) -> Result:
    about = f"post: fri 09:00, layout: {layout}"
    entries = "".join(f'  - {{channel: "{channel}", {about}}}\n' for channel in channels)
    desk = f'newsroom: "{newsroom}"\n' if newsroom else ""
    head = f"timezone: UTC\ndigests: {digests}\neditors: [{editors}]\napprovers: [{approvers}]\n{desk}"
    (folder / "config.yaml").write_text(f"{head}channels:\n{entries}")
    variables = {
        "SLACK_API_URL": server.api_url,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_SIGNING_SECRET": "",
        "DATABASE_URL": f"sqlite:///{folder}/roundup.db",
    }
    words = ["--config", str(folder / "config.yaml"), "doctor", *more]
    return CliRunner().invoke(main, words, env={**variables, **environ}, catch_exceptions=False)


def test_all_is_well(tmp_path: Path) -> None:
    with practice() as server:
        result = doctor(server, tmp_path, "#news")

    assert result.exit_code == 0
    assert [line[:5] for line in result.stdout.splitlines()] == ["ok   "] * 7
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


def test_channels_that_no_scope_lets_us_list_are_not_called_missing(tmp_path: Path) -> None:
    """The remedy is the scope, not another name in the configuration."""
    with practice(scopes=frozenset(SCOPES) - {"channels:read"}) as server:
        result = doctor(server, tmp_path, "#news")

    assert "FAULT  channels: cannot be listed: missing_scope" in result.stdout
    assert "no such channel" not in result.stdout


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
        ("HTTPS_PROXY", "http://127.0.0.1:9", "): check the network, HTTPS_PROXY"),
    ],
)
def test_wrong_variable_is_a_fault(variable: str, value: str, said: str, tmp_path: Path) -> None:
    with practice() as server:
        result = doctor(server, tmp_path, "#news", **{variable: value})

    assert result.exit_code == 1
    assert said in result.stdout
    assert "nobody" not in result.output


# --- editors -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("editors", "said"),
    [
        ("U0NOBODY99", "FAULT  editor U0NOBODY99: Slack knows nobody of that ID (user_not_found): copy it"),
        (BOT_USER, f"FAULT  editor {BOT_USER}: is an app, not a person: take it out"),
        (READER, f"FAULT  editor {READER}: was deactivated: take it out of `editors`"),
        (
            "S0NOWHERE9",
            "FAULT  editors' user group S0NOWHERE9: cannot be read (no_such_subteam): Slack knows",
        ),
        ("S0NOBODY99", "FAULT  editors' user group S0NOBODY99: has nobody in it"),
        (f"{ME}, {EDITOR}", f"ok     editors: {ME}, {EDITOR}\n"),
        ("S0EDITORS1", "ok     editors' user group S0EDITORS1: 2 people\n"),
    ],
)
def test_editors_are_looked_up(editors: str, said: str, tmp_path: Path) -> None:
    with practice() as server:
        server.workspace.users[READER].deleted = True
        server.workspace.groups |= {"S0EDITORS1": [ME, EDITOR], "S0NOBODY99": []}
        result = doctor(server, tmp_path, "#news", editors=editors)

    assert said in result.stdout
    assert result.exit_code == said.startswith("FAULT")


@pytest.mark.parametrize(
    ("approvers", "said"),
    [
        (READER, f"FAULT  approver {READER}: was deactivated: take it out of `approvers`"),
        (EDITOR, f"ok     approvers: {EDITOR}\n"),
        ("S0NOBODY99", "FAULT  approvers' user group S0NOBODY99: has nobody in it"),
    ],
)
def test_approvers_are_looked_up_too(approvers: str, said: str, tmp_path: Path) -> None:
    """Of those who left the last may have been the only one who could let anything go out."""
    with practice() as server:
        server.workspace.users[READER].deleted = True
        server.workspace.groups["S0NOBODY99"] = []
        result = doctor(server, tmp_path, "#news", editors=ME, approvers=f"{ME}, {approvers}")

    assert said in result.stdout
    assert result.stdout.count(ME) == 1
    assert result.exit_code == said.startswith("FAULT")


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ("users:read", "ok     editors: not looked up (without the optional users:read)\n"),
        (
            "usergroups:read",
            "FAULT  editors' user group S0EDITORS1: cannot be read (missing_scope): the scope usergroups:read"
            " is missing: add it on the app's page",
        ),
    ],
)
def test_a_scope_for_editors_is_missed_only_where_it_matters(scope: str, said: str, tmp_path: Path) -> None:
    with practice(scopes=frozenset(SCOPES) - {scope}) as server:
        server.workspace.groups["S0EDITORS1"] = [ME]
        group = doctor(server, tmp_path, "#news", editors=f"{ME}, S0EDITORS1")
        nobody = doctor(server, tmp_path, "#news")

    assert said in group.stdout
    assert nobody.exit_code == 0


# --- what Slack's answers say beside the matter --------------------------------------------------------


def test_scopes_that_no_answer_tells_are_one_fault(tmp_path: Path) -> None:
    """A proxy that drops the header made five faults of it, none of which was true."""
    with practice() as server:
        server.fault("auth.test", "scopes_untold")
        result = doctor(server, tmp_path, "#news", editors=ME)

    faults = [line for line in result.stdout.splitlines() if line.startswith("FAULT")]
    assert [line.partition(": ")[0] for line in faults] == ["FAULT  scopes"]
    assert "X-OAuth-Scopes: let the proxy on the way to Slack pass it on" in faults[0]


@pytest.mark.parametrize(
    ("slack_is", "said"),
    [
        (timedelta(seconds=130), "FAULT  clock: this host's is 130 s behind Slack's: set it by the network"),
        (
            timedelta(seconds=-130),
            "FAULT  clock: this host's is 130 s ahead of Slack's: set it by the network",
        ),
        (timedelta(seconds=40), "ok     clock: as Slack's\n"),
        (timedelta(seconds=-40), "ok     clock: as Slack's\n"),
    ],
)
def test_a_clock_that_is_off_is_a_fault(slack_is: timedelta, said: str, tmp_path: Path) -> None:
    with practice(clock=lambda: datetime.now(UTC) + slack_is) as server:
        result = doctor(server, tmp_path, "#news")

    assert said[:20] in result.stdout
    number = re.search(r"is (\d+) s", result.stdout)
    assert result.exit_code == said.startswith("FAULT")
    if number:  # the header has whole seconds, and a busy machine takes a few
        assert said.replace("130", number[1]) in result.stdout
        assert int(number[1]) == pytest.approx(130, abs=30)


def test_a_channel_shared_with_another_organisation_is_a_fault(tmp_path: Path) -> None:
    with practice() as server:
        server.workspace.channel("#news").shared = True
        result = doctor(server, tmp_path, "#news")

    assert result.exit_code == 1
    assert "ok     #news: member, history readable" in result.stdout
    assert "FAULT  #news: is shared with another organisation, whose people read every post" in result.stdout


# --- the bot's own house -------------------------------------------------------------------------------


def test_a_database_that_is_yet_to_come_is_none_and_stays_none(tmp_path: Path) -> None:
    with practice() as server:
        result = doctor(server, tmp_path, "#news")

    assert "ok     database: none yet, it comes with the first start\n" in result.stdout
    assert not (tmp_path / "roundup.db").exists()


def test_a_database_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "roundup.db"
    open_database(f"sqlite:///{file}", environ={}).close()
    before = file.read_bytes()
    with practice() as server:
        result = doctor(server, tmp_path, "#news")

    assert "ok     database\n" in result.stdout
    assert "ok     clock: as the database's\n" in result.stdout
    assert file.read_bytes() == before


def test_a_damaged_database_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "roundup.db").write_bytes(b"no database" * 1000)
    with practice() as server:
        result = doctor(server, tmp_path, "#news")

    assert result.exit_code == 1
    assert "FAULT  database: damaged, or no database: stop the bot and put a backup" in result.stdout


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////nowhere/at/all/roundup.db", "FAULT  database: DATABASE_URL: there is no folder"),
        (
            "postgresql://me:secret@127.0.0.1:9/x",
            "FAULT  database: cannot be reached: see that its server runs",
        ),
        ("mysql://x/y", "FAULT  database: DATABASE_URL names a database that is not supported"),
    ],
)
def test_a_database_that_cannot_be_is_a_fault(url: str, said: str, tmp_path: Path) -> None:
    with practice() as server:
        result = doctor(server, tmp_path, "#news", DATABASE_URL=url)

    assert result.exit_code == 1
    assert said in result.stdout
    assert "secret" not in result.output


def test_a_database_that_only_reads_is_a_fault(tmp_path: Path, postgres: PostgresServer) -> None:
    """A standby, or a primary whose disk was full: every look succeeds, and nothing can be written down."""
    url = postgres.database()
    open_database(url, environ={}).close()
    with practice() as server:
        well = doctor(server, tmp_path, "#news", DATABASE_URL=url)
        place = f"postgresql+psycopg:{url.partition(chr(58))[2]}"
        with sa.create_engine(place, poolclass=sa.NullPool).begin() as db:
            name = db.scalar(sa.text("SELECT current_database()"))
            db.execute(sa.text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
        ill = doctor(server, tmp_path, "#news", DATABASE_URL=url)

    assert "ok     database\n" in well.stdout
    assert ill.exit_code == 1
    assert "FAULT  database: read-only: let the user who runs the bot write" in ill.stdout


@pytest.mark.parametrize("folder", ["nowhere", "config.yaml"])
def test_a_digests_folder_that_cannot_be_read_is_a_fault(folder: str, tmp_path: Path) -> None:
    with practice() as server:
        result = doctor(server, tmp_path, "#news", digests=folder)

    assert result.exit_code == 1
    assert f"FAULT  digests: {tmp_path}/{folder}: the digests folder cannot be read: No" in result.stdout
    assert "or correct `digests:` in the configuration\n" in result.stdout


def test_a_digest_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "digests").mkdir()
    (tmp_path / "digests" / "one.yaml").mkdir()
    with practice() as server:
        result = doctor(server, tmp_path, "#news", digests="digests")

    assert f"FAULT  digests: {tmp_path}/digests/one.yaml: cannot be read (Is a directory)" in result.stdout


# --- blocks --------------------------------------------------------------------------------------------

DIGEST = """\
title: Roundup
date: {date}
stories:
  - {{headline: Fliggy Sells Trips, body: To many people. They travel.}}
  - {{headline: Decathlon Sells Tents, body: To some., url: "https://example.com/tents"}}
"""


def test_slack_checks_what_comes_next_without_posting_it(tmp_path: Path) -> None:
    (tmp_path / "digests").mkdir()
    for name, day in (("old", "2020-05-01"), ("next", f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}")):
        (tmp_path / "digests" / f"{name}.yaml").write_text(DIGEST.format(date=day))
    with practice() as server:
        without = doctor(server, tmp_path, "#news", digests="digests")
        asked_before = server.requests["blocks.validate"]
        result = doctor(server, tmp_path, "#news", digests="digests", more=["--blocks"])
        posted = server.workspace.posted("#news")

    assert asked_before == 0
    assert "blocks" not in without.stdout
    assert "ok     blocks of next for #news\n" in result.stdout
    assert server.requests["blocks.validate"] == 2  # its message and its thread's
    assert posted == []


def test_a_story_that_slack_would_refuse_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where our idea of Slack's limits is not Slack's; here its headers hold less than we believe."""
    (tmp_path / "digests").mkdir()
    (tmp_path / "digests" / "one.yaml").write_text(DIGEST.format(date="2020-05-01"))

    def refuses(blocks: list[dict[str, str]], **_: object) -> list[str]:
        at = next((n for n, block in enumerate(blocks) if "Tents" in str(block)), None)
        return [f"must be less than 3 characters [json-pointer:/blocks/{at}/text]"] if at is not None else []

    monkeypatch.setattr("bot.practice.methods.chat.block_faults", refuses)
    with practice() as server:
        result = doctor(server, tmp_path, "#news", digests="digests", more=["--blocks"], layout="full")

    assert result.exit_code == 1
    assert (
        "FAULT  blocks of one for #news, message 1: Slack would not take it (invalid_blocks: "
        in result.stdout
    )
    assert "must be less than 3 characters" in result.stdout
    assert 'change the story "Decathlon Sells Tents", line 5 of the file\n' in result.stdout
