"""A newcomer's first minute: the unchanged bot in a practice workspace, with a database of its own."""

from __future__ import annotations

import os
import shlex
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import click

from bot.app import Bot
from bot.config import load_settings
from bot.core.delivery import State
from bot.core.digest import Digest
from bot.core.errors import RoundupError
from bot.practice.server import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, PracticeServer

PORTS_TRIED = 20
POLL_SECONDS = 0.05


class Demo:
    """Practice workspace and bot, from entering to leaving."""

    def __init__(self, config: Path, *, port: int | None, first_port: int) -> None:
        settings = load_settings(config)
        self._channels = [entry.channel for entry in settings.channels]
        self._folder = tempfile.TemporaryDirectory(prefix="roundup-demo-")
        self._server = _open(self._channels, port, first_port)
        self._server.start()
        self._environ = {
            "SLACK_API_URL": self._server.api_url,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "DATABASE_URL": f"sqlite:///{self._folder.name}/roundup.db",
        }
        self._bot = Bot(config, self._environ)
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

    def post_newest(self, patience: float) -> None:
        """Post the newest digest to every channel, whatever its date; RoundupError if that does not work."""
        self._digest = digest = self._bot.newsroom.library.newest()
        if digest is None:
            folder = self._bot.newsroom.settings.current.digests
            raise RoundupError(f"There is no digest in {folder}/ to post: `roundup new` writes an empty one.")
        self._until(lambda: bool(self._rooms()), patience, "the bot found none of its channels")
        self._bot.posting.desk.post_now(digest, who="the demo")
        self._until(lambda: self._is_out(digest), patience, "not everything was posted in time")
