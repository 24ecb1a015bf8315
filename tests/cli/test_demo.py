"""A newcomer's first minute, as whoever sits at the page has it."""

from __future__ import annotations

from pathlib import Path

from bot.cli.demo import Demo
from bot.practice.model import EDITOR
from tests.waiting import until

CONFIG = 'timezone: UTC\ndigests: {}\nchannels:\n  - {{channel: "#news", post: mon 09:00}}\n'
DIGEST = "title: Roundup\ndate: 2020-05-01\nstories:\n  - {headline: One, body: Words.}\n"


def test_the_practice_workspace_has_an_editor_whoever_the_configuration_names(tmp_path: Path) -> None:
    """Who is told what would else be warnings on the terminal, first thing after `make run`."""
    (tmp_path / "digests").mkdir()
    (tmp_path / "digests" / "one.yaml").write_text(DIGEST)
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(tmp_path / "digests"))

    with Demo(config, port=0, first_port=0) as demo:
        server = demo._server
        server.command("/roundup", "preview", channel="#news", user=EDITOR)
        said = until(lambda: server.workspace.ephemerals("#news", EDITOR), "the editor gets an answer")

    assert said[0].text.startswith("PREVIEW: Roundup")
