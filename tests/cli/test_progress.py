"""Who waits at a terminal is told how far it is; a script, and who waits for a moment only, is not."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from bot.cli import progress
from bot.cli.progress import Progress


@pytest.mark.parametrize(
    ("terminal", "soon", "seen"), [(True, 0.0, True), (False, 0.0, False), (True, 3600.0, False)]
)
def test_progress_is_shown_at_a_terminal_after_a_moment(
    terminal: bool, soon: float, seen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "SOON", soon)
    console = Console(file=StringIO(), force_terminal=terminal, width=80)
    with Progress(console) as say:
        say("read back to 2026-09-07")

    assert isinstance(console.file, StringIO)
    assert ("read back to 2026-09-07" in console.file.getvalue()) is seen
