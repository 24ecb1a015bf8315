"""SIGTERM in the middle of something: the process ends soon, and nothing is lost or done twice."""

from __future__ import annotations

import json
import signal
from collections import Counter
from pathlib import Path

import pytest

from bot.practice.server import PracticeServer
from tests.app.processes import ROOT, bot, can_be_ordered, output
from tests.waiting import PATIENCE, until

CONFIG = """\
timezone: UTC
digests: {digests}
channels:
  - {{channel: "#alibaba-news", post: fri 09:00, layout: full}}
  - {{channel: "#alibaba-news-london", post: fri 09:00, layout: headlines}}
delivery: {{quiet: 0s, timeout: 2s, lease: 5s, settle: 1s}}
"""
KEY = "2020-05-01-road-to-recovery"


@pytest.mark.parametrize("mode", ["--socket", "--http"])
def test_sigterm_ends_it_within_seconds_though_slack_hangs(
    mode: str, practice: PracticeServer, environ: dict[str, str]
) -> None:
    """The request has longer than whoever told it to stop; the next start finds out what became of it."""
    with bot("run", mode, environ=environ) as process:
        until(lambda: can_be_ordered(environ), "ready, and knows its channels")
        practice.fault("chat.postMessage", "hang_accepted", times=2)
        # Without a token it only writes the order down: the bot carries it out.
        with bot("post", KEY, environ={**environ, "SLACK_BOT_TOKEN": ""}) as post:
            assert post.wait(PATIENCE) == 0
        until(lambda: practice.requests["chat.postMessage"] == 2, "it is posting")
        process.send_signal(signal.SIGTERM)
        said = output(process)
        assert process.wait(PATIENCE) == 0

    # On a machine so busy that three seconds of patience become more than four.
    assert "requests_given_up count=2" in said or "end_forced" in said
    with bot("status", "--format", "json", environ=environ) as status:
        rows = json.loads(output(status))
    asked = [row for row in rows if row["part"] == 0]
    assert {row["state"] for row in asked} == {"sending"}, "the next start looks before it sends"


def test_what_hangs_elsewhere_than_in_a_post_does_not_hold_the_end_up(
    practice: PracticeServer, environ: dict[str, str]
) -> None:
    """Slack's first answer here; a button's, or the database, may take ten seconds and more as well."""
    practice.fault("auth.test", "hang", times=10)
    with bot("run", "--http", environ=environ) as process:
        until(lambda: practice.requests["auth.test"], "it asks who it is")
        process.send_signal(signal.SIGTERM)
        said = output(process)

        assert process.wait(PATIENCE) == 0
    assert "end_forced" in said
    assert "slack_connect_failed" not in said, "it did not wait for the answer"


def parts_there(practice: PracticeServer) -> Counter[tuple[str, int]]:
    """Count what is in the channels, their threads included, by channel and part."""
    return Counter(
        (name, message.content.metadata["event_payload"]["part"])
        for name in ("#alibaba-news", "#alibaba-news-london")
        for message in practice.workspace.posted(name)
        if message.content.metadata
    )


@pytest.mark.long
@pytest.mark.parametrize("mode", ["--socket", "--http"])
def test_who_is_told_to_end_while_posting_loses_nothing_and_posts_nothing_twice(
    mode: str, practice: PracticeServer, environ: dict[str, str], tmp_path: Path
) -> None:
    """Slack takes some of it and never says so, some it never gets; the next start finds out which."""
    (tmp_path / "config.yaml").write_text(CONFIG.format(digests=ROOT / "digests"), encoding="utf-8")
    environ["ROUNDUP_CONFIG"] = f"{tmp_path}/config.yaml"
    with bot("run", mode, environ=environ) as process:
        until(lambda: can_be_ordered(environ), "ready, and knows its channels")
        practice.fault("chat.postMessage", "hang_accepted")
        practice.fault("chat.postMessage", "hang")
        with bot("post", KEY, environ={**environ, "SLACK_BOT_TOKEN": ""}) as post:
            assert post.wait(PATIENCE) == 0
        until(lambda: practice.requests["chat.postMessage"] >= 2, "it is posting")
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    with bot("run", mode, environ=environ) as process:
        until(lambda: set(states(environ)) == {"sent"}, "all of it is there")

    assert len(parts_there(practice)) == len(states(environ)) > 2
    assert set(parts_there(practice).values()) == {1}


def states(environ: dict[str, str]) -> list[str]:
    with bot("status", "--all", "--format", "json", environ=environ) as status:
        return [row["state"] for row in json.loads(output(status))]
