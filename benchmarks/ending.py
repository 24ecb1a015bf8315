"""Ends a bot that is posting, ten times in each mode: how long it takes, and what becomes of the posts.

    python -m benchmarks.ending [--times N]

The bot, its database and the practice workspace are real. Slack takes one message and never says so, never
gets another, and meanwhile SIGTERM comes. A second start finds out and goes on. Exits with 1 if an end took
more than five seconds, had another exit code than 0, or a message is there twice or not at all.
"""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path

import click

from bot.practice.server import SIGNING_SECRET, PracticeServer
from bot.practice.tokens import APP_TOKEN, BOT_TOKEN
from tests.app.processes import ROOT, bot, can_be_ordered, output
from tests.app.test_ending import CONFIG, KEY, parts_there, states
from tests.ports import free_port
from tests.waiting import PATIENCE, until

MOST_SECONDS = 5.0
CHANNELS = ["#alibaba-news", "#alibaba-news-london"]


@click.command()
@click.option("--times", default=10, show_default=True, help="In each mode.")
def main(times: int) -> None:
    """End a bot that is posting, again and again."""
    bad = 0
    for mode in ("--socket", "--http"):
        for turn in range(times):
            seconds, code, parts, all_sent = _ended(mode, wait=0.3 * turn)
            fine = seconds <= MOST_SECONDS and code == 0 and set(parts.values()) == {1} and all_sent
            bad += not fine
            click.echo(
                f"{mode:9} {seconds:5.2f} s  exit {code}  {len(parts)} messages, "
                f"{sum(parts.values())} times  {'fine' if fine else 'NOT FINE'}"
            )
    raise SystemExit(bad > 0)


def _ended(mode: str, *, wait: float) -> tuple[float, int, Counter[tuple[str, int]], bool]:
    """End it *wait* seconds after its second request; return the time, the exit code, what is there then."""
    with tempfile.TemporaryDirectory() as folder, PracticeServer(channels=CHANNELS) as practice:
        environ = _environ(practice, Path(folder))
        with bot("run", mode, environ=environ) as process:
            until(lambda: can_be_ordered(environ), "ready, and knows its channels")
            practice.fault("chat.postMessage", "hang_accepted")
            practice.fault("chat.postMessage", "hang")
            with bot("post", KEY, environ={**environ, "SLACK_BOT_TOKEN": ""}) as post:
                post.wait(PATIENCE)
            until(lambda: practice.requests["chat.postMessage"] >= 2, "it is posting")
            time.sleep(wait)
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            output(process)
            code, seconds = process.wait(PATIENCE), time.monotonic() - began
        with bot("run", mode, environ=environ):
            until(lambda: set(states(environ)) == {"sent"}, "all of it is there")
        parts = parts_there(practice)
        return seconds, code, parts, len(parts) == len(states(environ))


def _environ(practice: PracticeServer, folder: Path) -> dict[str, str]:
    (folder / "config.yaml").write_text(CONFIG.format(digests=ROOT / "digests"), encoding="utf-8")
    return {
        **os.environ,
        "SLACK_API_URL": practice.api_url,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "DATABASE_URL": f"sqlite:///{folder}/roundup.db",
        "ROUNDUP_CONFIG": f"{folder}/config.yaml",
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
    }


if __name__ == "__main__":
    main()
