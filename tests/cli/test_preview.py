"""The preview: what would be posted, word for word, in the shell."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from bot.cli import main
from bot.cli.terminal import preview_messages, print_preview
from bot.core.delivery.answers import Accepted, Outcome, Refused
from bot.core.digest import Digest, Image
from bot.core.markdown.source import literal
from bot.core.message import Message
from bot.core.settings import Layout
from bot.slack.messenger import Messenger
from bot.slack.views.kit import as_preview
from bot.slack.views.posts import digest_parts
from bot.store.channels import KnownChannels
from bot.store.database import open_database
from tests.slack.limits import assert_valid
from tests.slack.wild import digest, story

CONFIG = """
timezone: Asia/Shanghai
channels:
  - channel: "#news"
    post: fri 09:00
  - channel: "#travel"
    post: fri 09:00
    layout: full
    only: [Travel]
"""
DIGEST = """
title: Week {n}
date: 2020-05-0{n}
stories:
  - headline: Fliggy & friends
    body: First sentence. Second sentence.
    tags: [{tag}]
  - headline: Another story
    body: Its body.
"""
ROOT = Path(__file__).parents[2]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "digests").mkdir()
    for n, tag in ((1, "Travel"), (2, "Brands")):
        (tmp_path / "digests" / f"week-{n}.yaml").write_text(DIGEST.format(n=n, tag=tag))
    return tmp_path / "config.yaml"


def run(config: Path, *arguments: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, ["--config", str(config), "preview", *arguments], env=env)


def messages(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def test_json_is_the_post_in_posting_order(config: Path) -> None:
    parent, reply = messages(run(config, "week-1", "--format", "json"))

    assert parent.keys() == reply.keys() == {"channel", "thread", "text", "blocks"}
    assert (parent["channel"], parent["thread"], reply["thread"]) == ("#news", False, True)
    assert parent["text"].startswith("Week 1\nFriday, 1 May 2020 · 2 stories\n")


def test_newest_digest_is_shown_unless_named(config: Path) -> None:
    assert "Week 2" in run(config).output
    assert "Week 1" in run(config, str(config.parent / "digests" / "week-1.yaml")).output


def test_layout_chooses_the_first_channel_that_has_it(config: Path) -> None:
    (only,) = messages(run(config, "week-1", "--layout", "full", "--format", "json"))

    assert only["channel"] == "#travel"
    assert "1 of 2 stories, chosen for this channel" in only["text"]


def test_layout_of_a_named_channel_may_be_another(config: Path) -> None:
    told = messages(run(config, "week-1", "--channel", "travel", "--layout", "headlines", "--format", "json"))

    assert [message["channel"] for message in told] == ["#travel", "#travel"]


def test_channel_without_a_story_gets_nothing_and_is_told_so(config: Path) -> None:
    result = run(config, "week-2", "--channel", "#travel", "--format", "json")

    assert messages(result) == []
    assert "#travel: no story of week-2 is about Travel: nothing is posted" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("week-3",), "week-"),
        (("--channel", "nws"), "did you mean `#news`?"),
        (("--channel", "elsewhere"), "no channel elsewhere; nearest: `#news`, `#travel`"),
    ],
)
def test_unknown_names_end_with_the_nearest(config: Path, arguments: tuple[str, ...], said: str) -> None:
    result = run(config, *arguments)

    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("name", ["C0TRAVEL1", "travel", "#travel"])
@pytest.mark.parametrize("written", ["#travel", "C0TRAVEL1"])
def test_channel_is_found_by_id_and_name_whichever_the_config_has(
    written: str, name: str, config: Path, tmp_path: Path
) -> None:
    """The database knows which name had which ID."""
    config.write_text(config.read_text().replace("#travel", written))
    with closing(open_database(f"sqlite:///{tmp_path}/roundup.db", environ={})) as database:
        KnownChannels(database).saw("#travel", "C0TRAVEL1")
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/roundup.db"}
    told = messages(run(config, "week-1", "--channel", name, "--format", "json", env=env))

    assert {message["channel"] for message in told} == {written}


def test_no_digest_at_all_is_said(config: Path) -> None:
    for file in (config.parent / "digests").iterdir():
        file.unlink()

    result = run(config)

    assert result.exit_code == 1
    assert "roundup new" in result.stderr


def test_page_holds_the_post(config: Path) -> None:
    result = run(config, "week-1", "--format", "html")

    assert result.exit_code == 0
    assert "<!doctype html>" in result.stdout.lower()
    assert "Another story" in result.stdout


def test_committed_digests_are_valid_in_both_layouts() -> None:
    for layout in Layout:
        result = CliRunner().invoke(
            main,
            ["--config", str(ROOT / "config.yaml"), "preview", "--layout", layout.value, "--format", "json"],
        )
        for message in messages(result):
            assert_valid(Message(text=message["text"], blocks=tuple(message["blocks"])))


# --- in the terminal -----------------------------------------------------------------------------------


def drawn(week: Digest, *, width: int = 80, **console: Any) -> str:
    parts = digest_parts(week, week.stories, layout=Layout.HEADLINES)
    out = StringIO()
    print_preview(preview_messages("#news", parts), Console(file=out, width=width, **console))
    return out.getvalue()


PICTURED = digest(
    story(1, url="https://example.com/1", companies=("H&M",)),
    story(2, image=Image(alt="Two mascots", caption="They wave.", url="https://example.com/a.png")),
    intro=literal("First.", "Second."),
    newsletter="https://example.com/sign-up",
)


def test_terminal_shows_post_and_thread_as_text() -> None:
    assert [line.rstrip() for line in drawn(PICTURED).splitlines()] == EXPECTED.strip("\n").splitlines()


EXPECTED = """
#news ──────────────────────────────────────────────────────────────────────────

The Week
Friday, 1 May 2020 · 2 stories

First.

────────────────────────────────────────────────────────────────────────────────

Headline 1 <https://example.com/1>
First sentence 1.

Headline 2
First sentence 2.

────────────────────────────────────────────────────────────────────────────────

[ Sign up for the newsletter ] <https://example.com/sign-up>
Full stories in the thread · Ask /roundup H&M · /roundup #2018-1 opens a story

  │ Thread · 1 reply
  │
  │ Second.
  │
  │ ────────────────────────────────────────────────────────────────────────────
  │
  │ Headline 1 <https://example.com/1>
  │ First sentence 1. Second sentence 1.
  │ #2018-1 · H&M   Read at example.com <https://example.com/1>
  │
  │ ────────────────────────────────────────────────────────────────────────────
  │
  │ Headline 2
  │ First sentence 2. Second sentence 2.
  │ [picture: Two mascots] <https://example.com/a.png>
  │ They wave.
  │ #2018-2
"""


def test_terminal_links_can_be_clicked() -> None:
    text = drawn(PICTURED, force_terminal=True, color_system="standard")

    assert ";https://example.com/1\x1b\\" in text
    assert "<https://" not in text


@pytest.mark.parametrize("width", [40, 80, 120])
def test_terminal_lines_keep_within_the_width(width: int) -> None:
    plain = drawn(PICTURED, width=width, no_color=True)

    assert "\x1b" not in plain
    assert max(map(len, plain.splitlines())) <= min(width, 88)


def test_no_escape_sequence_of_a_file_reaches_the_terminal() -> None:
    week = replace(PICTURED, title="\x1b[31mRed\x9b", intro=literal("\x1b]0;title\x07"))

    assert "\x1b" not in drawn(week)


# --- to an editor --------------------------------------------------------------------------------------


class Sent(list[tuple[str, str, Message]]):
    """Takes what the messenger is asked to post; refuses from the second on, if told so."""

    def __init__(self, refusing: bool = False) -> None:
        self.refusing = refusing

    def post(self, channel: str, message: Message, *, parent: str = "") -> Outcome:
        if self.refusing and self:
            return Refused("msg_too_long")
        self.append((channel, parent, message))
        return Accepted("D1", f"{len(self)}.0")


def sent(monkeypatch: pytest.MonkeyPatch, *, refusing: bool = False) -> Sent:
    inbox = Sent(refusing)
    monkeypatch.setattr(Messenger, "post", inbox.post)
    return inbox


TOKEN = {"SLACK_BOT_TOKEN": "xoxb-test", "SLACK_API_URL": ""}


def test_preview_is_sent_as_a_direct_message_and_marked(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = sent(monkeypatch)

    result = run(config, "week-1", "--to", "U024BE7LH", env=TOKEN)

    assert result.exit_code == 0, result.output
    assert [(channel, parent) for channel, parent, _ in inbox] == [("U024BE7LH", ""), ("D1", "1.0")]
    assert inbox[0][2].text.startswith("PREVIEW: Week 1\n")
    assert "PREVIEW" in json.dumps(inbox[0][2].blocks[0])


def test_preview_slack_does_not_take_is_an_error(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent(monkeypatch, refusing=True)

    result = run(config, "week-1", "--to", "U024BE7LH", env=TOKEN)

    assert result.exit_code == 1
    assert "Slack did not take the preview: msg_too_long" in result.stderr


@pytest.mark.parametrize(
    ("user", "env", "said"),
    [
        ("@ann", TOKEN, "Copy member ID"),
        ("", TOKEN, "--to: not a member ID"),
        ("U024BE7LH", {"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is not set"),
    ],
)
def test_preview_needs_a_member_and_a_token(config: Path, user: str, env: dict[str, str], said: str) -> None:
    result = run(config, "--to", user, env=env)

    assert result.exit_code == 1
    assert said in result.stderr


def test_marked_preview_is_valid() -> None:
    for part in as_preview(digest_parts(PICTURED, PICTURED.stories, layout=Layout.FULL)):
        assert_valid(part.message)
