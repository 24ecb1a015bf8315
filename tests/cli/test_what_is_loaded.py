"""What a command loads before it does anything: most of a short command's time is that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TALKS_TO_SLACK = ("slack_sdk", "slack_bolt", "apscheduler", "bot.delivery.publisher", "bot.slack.messenger")
OTHER_DATABASE = ("sqlalchemy.dialects.postgresql", "psycopg")
FOR_READERS = ("bot.search.engine", "bot.core.search.text", "uvicorn", "bot.slack.views.posts")


@pytest.mark.parametrize("name", [*TALKS_TO_SLACK, *OTHER_DATABASE, *FOR_READERS])
def test_status_loads_nothing_that_it_does_not_need(loaded: set[str], name: str) -> None:
    assert name not in loaded


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("folder")
    (folder / "digests").mkdir()
    channels = 'timezone: UTC\nchannels:\n  - channel: "#news"\n    post: fri 09:00\n'
    (folder / "config.yaml").write_text(channels, encoding="utf-8")
    script = (
        "import sys\nfrom bot.cli import main\n"
        "main(['status'], standalone_mode=False)\nprint(*sys.modules, sep='\\n')"
    )
    environ = {"PYTHONPATH": str(ROOT), "PATH": "", "DATABASE_URL": f"sqlite:///{folder}/roundup.db"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, env=environ, capture_output=True, text=True, check=True
    )
    assert "bot.cli.status" in done.stdout.splitlines()
    return set(done.stdout.splitlines())
