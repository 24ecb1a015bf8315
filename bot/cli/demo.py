"""A newcomer's first minute: the unchanged bot in a practice workspace, with a database of its own."""

from __future__ import annotations

import shlex
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import click
from rich.console import Console

from bot.app.bot import Bot
from bot.cli.naming import none_published
from bot.cli.terminal import print_preview
from bot.core.delivery.state import State
from bot.core.digest import Digest
from bot.core.errors import RoundupError
from bot.core.search.answer import Answer, AnswerKind
from bot.files.config import load_settings
from bot.practice.model import EDITOR, ME
from bot.practice.server import SIGNING_SECRET, PracticeServer
from bot.practice.tokens import APP_TOKEN, BOT_TOKEN

PORTS_TRIED = 20
POLL_SECONDS = 0.05


class Demo:
    """Practice workspace and bot, from entering to leaving."""

    def __init__(self, config: Path, *, port: int | None, first_port: int) -> None:
        settings = load_settings(config)
        self._channels = [entry.channel for entry in settings.channels]
        self._folder = tempfile.TemporaryDirectory(prefix="roundup-demo-")
        self._server = _open(list(settings.rooms), port, first_port)
        self._server.start()
        self._environ = {
            "SLACK_API_URL": self._server.api_url,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "NO_PROXY": "127.0.0.1",  # the workspace is on this machine, whatever the way out of it is
            "DATABASE_URL": f"sqlite:///{self._folder.name}/roundup.db",
        }
        # The practice workspace has two editors, so that one can approve what the other wrote.
        self._bot = Bot(config, self._environ, editors=[ME, EDITOR])
        self._config = config
        self._digest: Digest | None = None

    def __enter__(self) -> Self:
        self._bot.connect(socket=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bot.stop()
        self._server.stop()
        self._folder.cleanup()

    @property
    def url(self) -> str:
        """The address of the workspace's page."""
        return f"{self._server.url}/"

    def post_newest(self, patience: float, *, whole: bool) -> None:
        """Post the newest digest to every channel, whatever its date; RoundupError if that does not work.

        Return when every channel has its first message or, if *whole*, its thread too.
        """
        newsroom = self._bot.newsroom
        self._digest = digest = newsroom.library.newest()
        if digest is None:
            raise none_published(newsroom.library, newsroom.settings.current.digests)
        self._until(self._has_found_channels, patience, "the bot has not found its channels")
        self._bot.posting.desk.post_now(digest, who="the demo")
        self._until(lambda: self._is_out(digest, whole=whole), patience, "not everything was posted in time")
        told = self._bot.newsroom.out
        self._until(lambda: told.has(digest.id), patience, "the bot does not know what it posted")

    def print_post(self) -> None:
        """Print what every channel got, as it stands there."""
        posted = [message for channel in self._channels for message in self._posted(channel)]
        if not posted:
            raise RoundupError("Nothing was posted.")
        print_preview(posted, Console())

    def print_answer(self, question: str) -> None:
        """Ask as a reader would and print the answer; RoundupError if nothing was found."""
        channel = self._channels[0]
        click.echo(f"\n{channel} › /roundup {question}\n")
        result = self._server.command("/roundup", question, channel=channel)
        if not result.ok:
            raise RoundupError(f"/roundup failed with the error {result.error!r}.")
        answer = {"channel": channel, "thread": False, **_said(result.ack)}
        print_preview([answer], Console())
        reply = self._bot.newsroom.answers.ask(question)
        if not (isinstance(reply, Answer) and reply.kind is AnswerKind.MATCHES):
            raise RoundupError(f"Nothing was found for {question!r}.")

    def print_welcome(self) -> None:
        """Print where to look and how to use the other commands against this workspace."""
        title = self._digest.title if self._digest else ""
        environ = {**self._environ, "ROUNDUP_CONFIG": str(self._config.resolve())}
        variables = " ".join(f"{name}={shlex.quote(value)}" for name, value in environ.items())
        click.echo(f"Posted “{title}” to {', '.join(self._channels)}.")
        click.echo(f"\n  Open   {self.url}   (a practice workspace; nothing leaves this machine)")
        click.echo("  Try    /roundup fligy   in the box below the messages")
        click.echo(
            "  Write  /roundup new   makes a digest of a text; so does a file sent to Roundup directly"
        )
        click.echo("  Stop   Ctrl+C\n")
        click.echo("To use the other commands against it, from another shell:\n")
        click.echo(f"export {variables}\n")

    def _posted(self, channel: str) -> list[dict[str, Any]]:
        return [
            {
                "channel": channel,
                "thread": not message.in_channel,
                "text": message.text,
                "blocks": message.blocks,
            }
            for message in self._server.workspace.posted(channel)
        ]

    def _has_found_channels(self) -> bool:
        return len(self._bot.posting.desk.places()) == len(self._channels)

    def _is_out(self, digest: Digest, *, whole: bool) -> bool:
        parts = self._bot.posting.books.ledger.deliveries(digest=digest.id)
        failed = next((part for part in parts if part.state is State.FAILED), None)
        if failed is not None:
            raise RoundupError(f"{failed.channel} refused the post: {failed.error}")
        wanted = sum(bool(place.settings.selection(digest)) for place in self._bot.posting.desk.places())
        there = {part.channel for part in parts if part.state is State.SENT}
        return len(there) == wanted and (not whole or all(part.state is State.SENT for part in parts))

    def _until(self, done: Callable[[], bool], patience: float, otherwise: str) -> None:
        deadline = time.monotonic() + patience
        while not done():
            if time.monotonic() > deadline:
                raise RoundupError(f"After {patience:.0f} s {otherwise}; LOG_LEVEL=INFO shows what it did.")
            time.sleep(POLL_SECONDS)


def _open(channels: Sequence[str], port: int | None, first_port: int) -> PracticeServer:
    """Return a server on that port, or, if none was asked for, on the first free one from *first_port* on."""
    if port is not None:
        return PracticeServer(channels=channels, port=port)
    for candidate in range(first_port, first_port + PORTS_TRIED):
        try:
            return PracticeServer(channels=channels, port=candidate)
        except RoundupError:  # taken
            continue
    last = first_port + PORTS_TRIED - 1
    raise RoundupError(f"Ports {first_port} to {last} are all taken: name another one with --port.")


def _said(ack: Mapping[str, Any]) -> dict[str, Any]:
    return {"text": ack.get("text", ""), "blocks": ack.get("blocks", [])}
