"""post, retract, skip, retry, resolve and status as an editor types them, without a running bot."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.core.delivery.state import Posting, State
from bot.practice.model import BOT_USER
from bot.practice.server import PracticeServer
from bot.practice.tokens import BOT_TOKEN
from bot.store.channels import KnownChannels
from bot.store.database import open_database
from bot.store.ledger import Ledger
from bot.store.shares import Shares

pytestmark = pytest.mark.usefixtures("hurried")

CONFIG = """\
timezone: UTC
digests: {digests}
channels:
  - channel: "#news"
    post: mon 09:00
  - channel: "#travel"
    post: [{day} 23:59]
delivery: {{quiet: 0s, timeout: 20s, lease: 50s, settle: 2s}}
"""
DIGEST = """\
title: Roundup
date: {date}
stories:
  - headline: One
    body: Words. And more.
"""
Run = Callable[..., Result]


@pytest.fixture
def practice() -> Iterator[PracticeServer]:
    with PracticeServer(channels=["news", "travel"], limits=None) as server:
        yield server


@pytest.fixture
def run(practice: PracticeServer, tmp_path: Path) -> Run:
    today = datetime.now(UTC)
    digests = tmp_path / "digests"
    digests.mkdir()
    (digests / "first.yaml").write_text(DIGEST.format(date=(today + timedelta(days=20)).date()))
    (digests / "sketch.yaml").write_text(DIGEST.format(date=today.date()) + "draft: true\n")
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(digests=digests, day=f"{today + timedelta(days=3):%a}".lower()))
    environ = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_API_URL": practice.api_url,
        "DATABASE_URL": f"sqlite:///{tmp_path}/roundup.db",
    }
    return lambda *words, **more: CliRunner().invoke(
        main, ["--config", str(config), *words], env={**environ, **more}, catch_exceptions=False
    )


def posted(practice: PracticeServer, name: str = "news") -> list[str]:
    return [m.text for m in practice.workspace.posted(f"#{name}") if not m.deleted]


def rows(run: Run) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(run("status", "--format", "json").stdout)
    return found


def test_a_dry_run_says_what_would_happen_and_does_nothing(run: Run, practice: PracticeServer) -> None:
    result = run("post", "first", "--dry-run")

    assert result.exit_code == 0
    assert "would: #news gets it now, not at Mon" in result.stdout
    assert posted(practice) == []
    assert rows(run) == []


def test_a_dry_run_joins_no_channel(run: Run, practice: PracticeServer, tmp_path: Path) -> None:
    """Everybody in a channel is told that the bot has come."""
    config = tmp_path / "config.yaml"
    config.write_text(config.read_text().replace("#travel", "#general"))
    general = practice.workspace.channel("#general")
    result = run("post", "first", "--dry-run")

    assert result.exit_code == 0
    assert "would: #general gets it now" in result.stdout
    assert BOT_USER not in general.members
    assert run("post", "first").exit_code == 0
    assert BOT_USER in general.members


@pytest.mark.parametrize(
    "words", [["status"], ["status", "--format", "json"], ["post", "first", "--dry-run"]]
)
def test_looking_leaves_no_database_behind(words: list[str], run: Run, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    result = run(*words)

    assert result.exit_code == 0
    assert sorted(tmp_path.iterdir()) == before
    told = f"{tmp_path}/roundup.db: there is no such database yet, so nothing was posted from here\n"
    assert result.stderr == (told if words[0] == "status" else "")


def test_looking_changes_nothing_in_the_database(run: Run, tmp_path: Path) -> None:
    run("post", "first")
    before = [(path.name, path.stat().st_mtime_ns) for path in sorted(tmp_path.iterdir())]

    assert run("status").exit_code == run("plan").exit_code == 0
    assert [(path.name, path.stat().st_mtime_ns) for path in sorted(tmp_path.iterdir())] == before


def test_what_is_no_database_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "roundup.db").write_text("no database\n" * 99)
    results = [run("status"), run("skip", "news", "2030-01-07")]

    assert [result.exit_code for result in results] == [1, 1]
    said = {result.stderr for result in results}
    assert len(said) == 1
    assert said.pop().startswith(f"{tmp_path}/roundup.db: damaged, or no database; put a backup in its place")


def test_post_goes_out_now_and_repeating_it_does_no_harm(run: Run, practice: PracticeServer) -> None:
    first, second = run("post", "first"), run("post", "first")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "#news gets it now, not at Mon" in first.stdout
    assert first.stdout.splitlines()[-1] == "first: 4 sent"
    assert "#news already has it" in second.stdout
    assert second.stdout.splitlines()[-1] == "first: nothing has changed"
    assert len(posted(practice)) == len(posted(practice, "travel")) == 2


def test_channel_of_the_config_by_id_is_found_by_its_name(
    run: Run, practice: PracticeServer, tmp_path: Path
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(config.read_text().replace("#travel", practice.workspace.channel("#travel").id))

    assert run("post", "first", "--channel", "#travel").exit_code == 0
    assert len(posted(practice, "travel")) == 2


def test_copies_that_readers_shared_are_listed_but_are_no_rows(
    run: Run, practice: PracticeServer, tmp_path: Path
) -> None:
    run("post", "first", "--channel", "news")
    database = open_database(f"sqlite:///{tmp_path}/roundup.db", environ={})
    Shares(database).share("press", ["first/1"], channel="D1", name="directmessage", who="U1")
    before = run("status").stdout
    parts = rows(run)
    retracted, again = run("retract", "first"), run("retract", "first")
    after = run("status").stdout
    database.close()

    line = "first/1 shared in D1 on "
    rest = " by U1: cannot be removed; ask them to delete it"
    assert line not in before
    assert [said.exit_code for said in (retracted, again)] == [0, 0]
    assert all(line in said and rest in said for said in (retracted.stdout, again.stdout, after))
    assert len(parts) == len(rows(run)) == 2


def test_codes_posted_from_the_shell_stay_what_they_were(
    run: Run, practice: PracticeServer, tmp_path: Path
) -> None:
    """The shell asked nobody what was posted before: story numbers and letters began anew."""
    story = "  - headline: {}\n    body: It says {}. And more.\n"
    late, early = tmp_path / "digests" / "late.yaml", tmp_path / "digests" / "early.yaml"
    text = DIGEST.format(date="2099-01-02").replace("headline: One", "headline: Fliggy Sells Trips")
    late.write_text(text)
    run("post", "late", "--channel", "news")
    early.write_text(text.replace("2099-01-02", "2098-12-29"))
    late.write_text(text.replace("stories:\n", "stories:\n" + story.format("Quite new", "so")))
    corrected, added = run("post", "late", "--channel", "news"), run("post", "early", "--channel", "news")
    # Headings carry no codes: those stand in the threads, each below its headline.
    full = [json.dumps(practice.workspace.posted("#news")[n].blocks) for n in (1, -1)]
    shown = [re.findall(r"Quite new|Fliggy Sells Trips|#9901b?-\d", blocks) for blocks in full]

    assert (corrected.exit_code, added.exit_code) == (0, 0)
    assert shown == [
        ["Quite new", "#9901-2", "Fliggy Sells Trips", "#9901-1"],
        ["Fliggy Sells Trips", "#9901b-1"],
    ]


def test_only_what_is_new_is_counted(run: Run) -> None:
    run("post", "first", "--channel", "news")
    both = run("post", "first")

    assert both.stdout.splitlines()[-1] == "first: 2 sent"


def test_post_to_one_channel_by_path_and_id(run: Run, practice: PracticeServer, tmp_path: Path) -> None:
    channel = practice.workspace.channel("#travel").id
    result = run("post", str(tmp_path / "digests" / "first.yaml"), "--channel", channel)

    assert result.exit_code == 0
    assert posted(practice) == []
    assert len(posted(practice, "travel")) == 2


def test_status_has_the_contracts_keys(run: Run) -> None:
    run("post", "first", "--channel", "news")
    first, second = rows(run)

    assert list(first) == [
        "digest",
        "channel",
        "part",
        "state",
        "slot",
        "since",
        "replica",
        "ts",
        "error",
        "next",
    ]
    assert (first["digest"], first["channel"], first["part"], first["state"]) == ("first", "#news", 0, "sent")
    assert datetime.fromisoformat(str(first["slot"])).utcoffset() == timedelta(0)
    assert second["part"] == 1
    assert first["error"] is None, "who ordered it is no error"


@pytest.fixture
def years(run: Run, tmp_path: Path) -> None:
    """A post of this week, one of half a year ago, and one as old that waits for a decision."""
    assert run("post", "first").exit_code == 0
    with closing(open_database(f"sqlite:///{tmp_path}/roundup.db", environ={})) as database:
        ledger = Ledger(database)
        slot = datetime.now(UTC) - timedelta(weeks=26)
        for digest, state in (("old", State.SKIPPED), ("undecided", State.MISSED)):
            about = Posting(digest=digest, channel=KnownChannels(database).known()["#news"], slot=slot)
            ledger.arrange(replace(about, dated=slot.date()), state=state)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], {"first", "undecided"}),
        (["--all"], {"first", "old", "undecided"}),
        (["--since", "2020-01-01"], {"first", "old", "undecided"}),
        (["--since", "{today}"], {"first"}),
        (["--digest", "old"], {"old"}),
        (["--digest", "digests/first.yaml"], {"first"}),
        (["--channel", "news"], {"first", "old", "undecided"}),
        (["--channel", "#travel"], {"first"}),
        (["--channel", "#news", "--digest", "first"], {"first"}),
        (["--channel", "#travel", "--digest", "old"], set()),
        (["--format", "json"], {"first", "old", "undecided"}),
        (["--format", "json", "--digest", "old"], {"old"}),
    ],
)
@pytest.mark.usefixtures("years")
def test_status_tells_what_is_asked_for(run: Run, words: list[str], told: set[str]) -> None:
    """Nobody wants to read years of posts; what waits for a decision waits however old it is."""
    today = f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%d}"
    result = run("status", *(word.format(today=today) for word in words))

    assert result.exit_code == 0, result.stderr
    if "json" in words:
        assert {row["digest"] for row in json.loads(result.stdout)} == told
    else:
        headings = re.findall(r"^(\w+) in #(?:news|travel), ", result.stdout, re.MULTILINE)
        assert set(headings) == told
        assert ("nothing was posted" in result.stdout) == (not told)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--digest", "frist"], 1, "did you mean `first`"),
        (["--channel", "#nwes"], 1, "did you mean `#news`"),
        (["--channel", ""], 2, "without the option it is every channel"),
        (["--digest", ""], 2, "empty"),
        (["--since", "yesterday"], 2, "--since"),
        (["--since", "2020-01-01", "--all"], 2, "not both"),
    ],
)
def test_status_says_what_it_does_not_know(run: Run, words: list[str], code: int, told: str) -> None:
    result = run("status", *words)

    assert result.exit_code == code
    assert told in result.stderr


def test_a_database_address_that_is_none_is_one_line(run: Run) -> None:
    address = "postgresql://u:Top@Secret9@127.0.0.1:1/db"
    for words in (["status"], ["plan"], ["post", "first"], ["check"], ["preview", "first"]):
        result = run(*words, DATABASE_URL=address)

        assert "Secret9" not in result.output
        assert "Traceback" not in result.output
    result = run("status", DATABASE_URL=address)
    assert result.exit_code == 1
    assert re.fullmatch(r"DATABASE_URL .* percent-encode @ as %40.*\n", result.stderr)


def test_status_says_everything_in_full_and_what_is_alike_once(run: Run, practice: PracticeServer) -> None:
    """A table of eight columns cut ids and channels short, in a pipe too."""
    practice.workspace.channel("#news").restriction = "restricted_action"
    run("post", "first")
    failed, waiting, sent = [line for line in run("status").stdout.splitlines() if line.startswith("  ")]

    assert re.fullmatch(r"first in #travel, .* UTC", run("status").stdout.splitlines()[3])
    assert "part 0     failed" in failed
    assert "an admin must let the app post in #news" in failed
    assert "part 1     pending" in waiting
    assert re.search(r"part 0-1   sent      since .* UTC; ordered by the shell$", sent)


def test_retract_takes_everything_back(run: Run, practice: PracticeServer) -> None:
    run("post", "first")
    result = run("retract", "first")

    assert result.exit_code == 0
    assert posted(practice) == posted(practice, "travel") == []
    assert {row["state"] for row in rows(run)} == {"withdrawn"}
    assert result.stdout.splitlines()[-1] == "first: 4 withdrawn"
    again = run("retract", "first")
    assert (again.exit_code, again.stdout.splitlines()[-1]) == (0, "first: nothing has changed")


def test_a_retract_that_came_too_late_is_no_success(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script must not go on as if it were gone."""
    run("post", "first")
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "decide", lambda *_, **__: False)  # somebody else was faster
        result = run("retract", "first")

    assert result.exit_code == 1
    assert result.stderr.endswith("first is not taken back in #news, #travel: retract it again\n")
    assert run("retract", "first").exit_code == 0


def test_what_stands_in_a_channel_that_left_the_config_is_taken_back_and_counted(
    run: Run, practice: PracticeServer, tmp_path: Path
) -> None:
    run("post", "first")
    config = tmp_path / "config.yaml"
    config.write_text(config.read_text().replace("#travel", "#journeys"))
    result = run("retract", "first")

    assert result.exit_code == 0
    assert posted(practice, "travel") == []
    assert result.stdout.splitlines()[-1] == "first: 4 withdrawn"


def test_a_refusing_channel_is_named_with_its_remedy_and_healed_by_retry(
    run: Run, practice: PracticeServer
) -> None:
    practice.workspace.channel("#news").restriction = "restricted_action"
    refused = run("post", "first")
    practice.workspace.channel("#news").restriction = ""
    healed = run("retry")

    assert refused.exit_code == 1
    assert "an admin must let the app post in #news" in refused.stderr
    assert len(posted(practice, "travel")) == 2
    assert healed.exit_code == 0
    assert len(posted(practice)) == 2


def test_retry_names_the_channels_it_cannot_reach(run: Run, practice: PracticeServer, tmp_path: Path) -> None:
    practice.workspace.channel("#travel").restriction = "restricted_action"
    run("post", "first")
    config = tmp_path / "config.yaml"
    config.write_text(config.read_text().replace("#travel", "#journeys"))
    result = run("retry")

    assert result.exit_code == 1
    assert "nothing has failed there" in result.stdout
    assert "nothing was ordered there: #journeys; `roundup doctor` says why" in result.stderr
    assert [row["state"] for row in rows(run) if row["part"] == 0] == ["sent", "failed"]


def test_without_a_token_an_order_is_left_for_a_running_bot(run: Run, practice: PracticeServer) -> None:
    run("post", "first", "--channel", "travel")
    result = run("post", "first", SLACK_BOT_TOKEN="")

    assert result.exit_code == 0
    assert "a running bot carries it out" in result.stderr
    assert posted(practice) == []


def test_channels_an_order_did_not_reach_are_named(run: Run, practice: PracticeServer) -> None:
    """An editor who reads "gets it now" for one must not think that the others got it."""
    never_seen = run("post", "first", SLACK_BOT_TOKEN="")
    practice.workspace.channel("#travel").name = "journeys"
    half = run("post", "first")

    assert never_seen.exit_code == half.exit_code == 1
    assert "nothing was ordered there: #news, #travel; set SLACK_BOT_TOKEN" in never_seen.stderr
    assert "a running bot" not in never_seen.stderr
    assert "#news gets it now" in half.stdout
    assert "nothing was ordered there: #travel; `roundup doctor` says why" in half.stderr
    assert len(posted(practice)) == 2


def test_token_of_the_wrong_kind_is_refused_before_anything_is_ordered(run: Run) -> None:
    result = run("post", "first", SLACK_BOT_TOKEN="xoxp-of-a-user")

    assert result.exit_code == 1
    assert "SLACK_BOT_TOKEN holds a user token; it must start with xoxb-" in result.stderr
    assert rows(run) == []


def test_resolve_settles_what_is_held(run: Run, practice: PracticeServer) -> None:
    run("recover", "--channel", "news")  # the channel is known; what is lost is an answer
    practice.fault("chat.postMessage", "close_accepted")
    practice.fault("conversations.history", "missing_scope", times=9)
    held = run("post", "first", "--channel", "news")
    assert held.exit_code == 1
    assert "roundup resolve --there, --repost or --drop" in held.stderr
    (message,) = practice.workspace.posted("#news")
    link = f"https://x.slack.com/archives/C1/p{message.ts.replace('.', '')}"
    result = run("resolve", "first", "--channel", "news", "--there", "--link", link)

    assert result.exit_code == 0
    assert rows(run)[0]["state"] == "sent"
    again = run("resolve", "first", "--channel", "news", "--there")
    other = run("resolve", "first", "--channel", "news", "--drop")
    assert (again.exit_code, again.stdout) == (0, "first in #news is already settled: there\n")
    assert (other.exit_code, other.stdout) == (1, "")
    assert "first in #news waits for no decision: see `roundup status`" in other.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["post", "frist"], "first"),
        (["post", "sketch"], "is a draft"),
        (["post", "first", "--channel", "nwes"], "did you mean `#news`?"),
        (["retract", "frist"], "first"),
        (
            ["skip", "news", "2030-01-01"],
            "Nothing was skipped: #news has no slot on Tue 2030-01-01, the next is on Mon 2030-01-07",
        ),
        (["skip", "elsewhere", "2030-01-07"], "elsewhere is not in the config; nearest: `#news`, `#travel`"),
        (["skip", "", "2030-01-07"], "Which channel?"),  # a script's variable that is not set
        (["unskip", "", "2030-01-07"], "Which channel?"),
        (["resolve", "first", "--channel", "", "--drop"], "Which channel?"),
        (["resolve", "first", "--channel", "news", "--there", "--link", "here"], "not a link"),
        (["resolve", "first", "--channel", "news", "--next"], "first in #news waits for no decision"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(words: list[str], told: str, run: Run) -> None:
    result = run(*words)

    assert result.exit_code == 1
    assert told in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("day", ["tomorrow", "20300107", "2030-W02-1", "2030-02-30"])
@pytest.mark.parametrize("words", [["skip", "news"], ["new", "--date"], ["import", "first", "--date"]])
def test_what_is_no_date_is_wrong_usage_everywhere(words: list[str], day: str, run: Run) -> None:
    """One command took 20300107, and one exited with 1."""
    result = run(*words, day)

    assert result.exit_code == 2
    assert f'"{day}" is no da' in result.stderr


@pytest.mark.parametrize("command", ["post", "retract", "retry"])
def test_no_name_does_not_mean_every_channel(command: str, run: Run, practice: PracticeServer) -> None:
    """As in a script whose variable is not set."""
    result = run(command, "first", "--channel", "")

    assert result.exit_code == 2
    assert "empty; without the option it is every channel" in result.stderr
    assert posted(practice) == posted(practice, "travel") == []


def test_skip_is_said_and_kept(run: Run) -> None:
    today = datetime.now(UTC).date()
    monday = today + timedelta(days=14 - today.weekday())

    assert run("skip", "news", str(monday)).stdout == f"#news gets nothing on Mon {monday}\n"
    assert "already" in run("skip", "news", str(monday)).stdout
    assert f"gets nothing on Mon {monday}; skipped by the shell" in run("status").stdout
