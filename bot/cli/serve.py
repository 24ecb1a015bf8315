"""`roundup run`, `demo`, `manifest`: the commands that meet Slack, or its practice workspace."""

from __future__ import annotations

import json
import logging
import os
import signal
import threading
import time
from pathlib import Path

import click

from bot.cli.logs import set_up_logging
from bot.core.environment import missing, read_environment
from bot.core.errors import RoundupError

log = logging.getLogger(__name__)

DEMO_PORT = 3210
DEMO_QUESTION = "Fliggy"
DEMO_PATIENCE_SECONDS = 60
END_SECONDS = 4.5  # platforms kill after ten seconds, and some after five


@click.command()
@click.option("--socket", is_flag=True, help="Socket Mode; needs SLACK_APP_TOKEN.")
@click.option("--http", is_flag=True, help="HTTP on PORT; needs SLACK_SIGNING_SECRET.")
@click.pass_obj
def run(config: Path, *, socket: bool, http: bool) -> None:
    """Serve Slack: the mode asked for, else Socket Mode if SLACK_APP_TOKEN is set, else HTTP."""
    if socket and http:
        raise click.UsageError("--socket and --http: Slack delivers to one mode only, choose one.")
    environment = read_environment(os.environ)
    set_up_logging(environment.log_level)
    if not environment.bot_token:
        raise missing("SLACK_BOT_TOKEN")
    from bot.app.bot import run_http, run_socket

    if socket or (not http and environment.app_token):
        run_socket(config, os.environ, stop_on_signal())
    elif environment.signing_secret:
        run_http(config, os.environ, stop_on_signal())
    else:  # whoever asked for no mode is best served by the one that needs no public address
        raise missing("SLACK_SIGNING_SECRET" if http else "SLACK_APP_TOKEN")


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=None, help=f"{DEMO_PORT} or the next free one."
)
@click.option("--once", is_flag=True, help="Post, ask, print both, end.")
@click.pass_obj
def demo(config: Path, port: int | None, once: bool) -> None:
    """Show the bot at work in a practice workspace on this machine. Needs no Slack and no network."""
    from bot.cli.demo import Demo

    # What only a person who looks after a bot would want to know, a newcomer need not read.
    level = "ERROR" if once else os.environ.get("LOG_LEVEL") or "ERROR"
    set_up_logging(read_environment({"LOG_LEVEL": level}).log_level)
    with Demo(config, port=port, first_port=DEMO_PORT) as show:
        show.post_newest(DEMO_PATIENCE_SECONDS, whole=once)
        if once:
            show.print_post()
            show.print_answer(DEMO_QUESTION)
            return
        show.print_welcome()
        stop_on_signal().wait()


@click.command()
@click.option("--url", help="Base address for HTTP mode, such as https://roundup.example.com.")
def manifest(url: str | None) -> None:
    """Print the Slack app's manifest: Socket Mode, or HTTP at an address."""
    from bot.slack.manifest import manifest as build

    if url is not None and not url.startswith("https://"):
        raise RoundupError("--url must start with https://: Slack calls no other address.")
    click.echo(json.dumps(build(url=url), indent=2))


def stop_on_signal() -> threading.Event:
    """Return an event that SIGTERM and SIGINT set; soon after, the process ends in any case. Once in one."""
    stopping = threading.Event()
    told, telling = os.pipe()
    os.set_blocking(telling, False)

    def hear() -> None:
        os.read(told, 1)
        stopping.set()
        # A request to Slack, a database or a button's answer that hangs would be waited for, each in a thread
        # of its own kind. What they are about is written down; it is as safe as pulling the plug.
        time.sleep(END_SECONDS)
        log.warning("end_forced after=%.1fs", END_SECONDS)
        os._exit(0)

    # Not by a handler: the main thread alone runs those, and where the system gave the signal to another
    # thread it does not wake up for it; nor may one set an event whose lock it has taken just then.
    signal.set_wakeup_fd(telling, warn_on_full_buffer=False)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: None)
    threading.Thread(target=hear, name="signals", daemon=True).start()
    return stopping
