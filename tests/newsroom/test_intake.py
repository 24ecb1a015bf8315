"""What somebody sent is read apart: with bounds, and without our secrets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.core.errors import RoundupError
from bot.core.imported import PASTED
from bot.core.settings import Settings
from bot.newsroom.apart import take_in
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


TEXT = b"""News\n\nFliggy Sells Trips\n
To many people, who like to go far away from home, and to come back again after a while.\n
MYbank Lends Money\n\nTo shops that need it, at a rate that they can pay, and for as long as they do.\n"""
PAGE = b"""<h1>News</h1><h2>Fliggy Sells Trips</h2><p>To many people.</p>
<h2>MYbank Lends Money</h2><p>To shops.</p>"""
MAIL = (
    b"""From: a@example.com\nTo: b@example.com\nSubject: News\nDate: Fri, 27 Nov 2026 09:00:00 +0000
Content-Type: text/html\n\n"""
    + PAGE
)
YAML = b"""title: News\ndate: 2030-01-04\nstories:
- {headline: Fliggy Sells Trips, body: x}\n- {headline: MYbank Lends Money, body: x}\n"""


UNTITLED = b"""**Fliggy sells trips**\n\nTo many people, who like to go far away from home.\n
**MYbank lends money**\n\nTo shops that need it, at a rate that they can pay.\n"""


def test_what_was_written_without_a_title_is_called_by_its_day() -> None:
    """It was called "The Text You Sent"; two drafts of one day are told apart by their stories."""
    imported = intake().read(UNTITLED, PASTED, day=DAY, plain=UNTITLED.replace(b"**", b""))

    assert imported.digest.title == "News of 2026-12-04"
    assert imported.doubts == ("no title was found; it is called by its date",)
    base = replace(imported.digest, id="x", title="Trips and money")
    assert imported.over(base).title == "Trips and money"
    assert replace(imported, dated=True).over(base).title == "Trips and money"
    assert intake().read(UNTITLED, "trips_week.md", day=DAY).digest.title == "Trips Week"
    assert intake().read(UNTITLED, f"of_{PASTED}.md", day=DAY).digest.title == "Of The Text You Sent"


@pytest.mark.parametrize("content", [TEXT, PAGE, MAIL, YAML, TEXT.decode().encode("utf-16")])
@pytest.mark.parametrize("kind", ["txt", "html", "eml", "docx", "csv", "yaml", "md", "pdf"])
def test_a_file_is_read_for_what_it_is_whatever_its_name_says(content: bytes, kind: str) -> None:
    answer = take_in([content], f"news.{kind}", {}, str(DAY))

    assert "headline: Fliggy Sells Trips" in answer["text"]
    assert answer["stories"] == 2


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"PK\x03\x04" + bytes(99), bytes(400)]
)
@pytest.mark.parametrize("kind", ["txt", "html", "eml", "docx", "csv", "yaml", "md", "pdf"])
def test_what_is_no_text_is_refused_with_what_to_do_in_slack(content: bytes, kind: str) -> None:
    with pytest.raises(RoundupError) as refused:
        intake().read(content, f"news.{kind}", day=DAY)

    assert "save it as" in str(refused.value)
    assert "--" not in str(refused.value)


def test_of_a_digests_file_the_line_is_named_that_is_wrong() -> None:
    with pytest.raises(RoundupError, match="line 3: stories"):
        take_in([b"title: News\ndate: 2030-01-04\nstories: 5\n"], "news.txt", {}, str(DAY))


def test_a_fault_of_a_reader_is_told_in_the_log_without_what_was_read() -> None:
    trace = (
        'Traceback\n  File "a.py", line 1, in main\n    x()\n  File "b.py", line 2, in x\nKeyError: "words"\n'
    )

    assert _fault(trace) == 'KeyError at File "b.py", line 2, in x'
    assert _fault("") == ""
