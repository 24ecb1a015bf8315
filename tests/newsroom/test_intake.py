"""What somebody sent is read apart: with bounds, and without our secrets."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.core.errors import RoundupError
from bot.core.settings import Settings
from bot.newsroom.intake import Intake, _fault

DAY = date(2026, 12, 4)
SEED = Path(__file__).parent.parent / "data" / "alibaba-news-roundup-road-to-recovery.txt"


def intake(deadline: timedelta = timedelta(minutes=3)) -> Intake:
    return Intake(lambda: Settings(digests=Path()), deadline=deadline)


def test_what_takes_too_long_is_given_up() -> None:
    with pytest.raises(RoundupError, match="too long or too much memory"):
        intake(timedelta(milliseconds=1)).read(SEED.read_bytes(), "news.txt", day=DAY)


def test_the_process_has_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever a reader of strangers' files is made to do, there is nothing for it to tell."""
    told = tmp_path / "environment"
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\nenv > {told}\nexit 1\n", encoding="utf-8")
    python.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(python))
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")

    with pytest.raises(RoundupError):
        intake().read(b"News", "news.txt", day=DAY)
    assert "PATH=" in told.read_text(encoding="utf-8")
    assert "xoxb-secret" not in told.read_text(encoding="utf-8")


def test_the_form_with_more_stories_is_taken() -> None:
    shaped = b"Fliggy Sells Trips, **MYbank** Lends Money"

    imported = intake().read(shaped, "the text", day=DAY, plain=SEED.read_bytes())
    assert len(imported.digest.stories) == 10
    assert imported.digest.draft
    assert not imported.dated


def test_a_fault_of_a_reader_is_told_in_the_log_without_what_was_read() -> None:
    trace = (
        'Traceback\n  File "a.py", line 1, in main\n    x()\n  File "b.py", line 2, in x\nKeyError: "words"\n'
    )

    assert _fault(trace) == 'KeyError at File "b.py", line 2, in x'
    assert _fault("") == ""
