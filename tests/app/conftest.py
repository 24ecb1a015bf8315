"""A practice workspace, and the environment of a bot that lives in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.practice.server import SIGNING_SECRET, PracticeServer
from bot.practice.tokens import APP_TOKEN, BOT_TOKEN
from tests.ports import free_port


@pytest.fixture
def practice() -> Iterator[PracticeServer]:
    with PracticeServer(channels=["#alibaba-news", "#alibaba-news-london"]) as server:
        yield server


@pytest.fixture
def environ(practice: PracticeServer, tmp_path: Path) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "ROUNDUP_"))},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "SLACK_API_URL": practice.api_url,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "DATABASE_URL": f"sqlite:///{tmp_path}/roundup.db",
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
        "LOG_LEVEL": "INFO",
        "PYTHONUNBUFFERED": "1",
    }
