"""The moments at which dates go wrong: the minute before a slot, and a day that most years lack."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.digest import Digest
from bot.store.channels import KnownChannels
from bot.store.database import open_database
from tests.children import ROOT, handed_on
from tests.delivery.test_publisher import Office
from tests.delivery.world import channel, digest

MINUTE = timedelta(minutes=1)
HALF_AN_HOUR = timedelta(minutes=30)  # a slow machine may take minutes for a command
# Fridays in London, in summer and in winter, and the next Tuesday that is a 29th of February.
SLOTS = {
    "a Friday in summer": datetime(2027, 7, 2, 8, tzinfo=UTC),
    "a Friday in winter": datetime(2027, 12, 3, 9, tzinfo=UTC),
    "29 February": datetime(2028, 2, 29, 9, tzinfo=UTC),
}
CONFIG = """\
timezone: Europe/London
digests: {folder}
channels:
  - channel: "#news"
    post: {day} 09:00
"""
DIGEST = """\
title: Roundup
date: {day}
stories:
  - {{headline: Fliggy Sells Trips, body: To many people., companies: [Fliggy]}}
"""


@pytest.mark.parametrize("slot", SLOTS.values(), ids=SLOTS)
@pytest.mark.usefixtures("hurried")
def test_a_digest_goes_out_at_its_slot_and_is_corrected_that_day(
    slot: datetime, open_office: Callable[..., Office]
) -> None:
    day, times = slot.date(), f"{slot.weekday()} 09:00"
    entries = tuple(channel(name, times, zone="Europe/London") for name in ("news", "travel"))
    office = open_office(digest(day), channels=entries, at=slot - MINUTE)
    office.tick(slot - MINUTE)
    assert office.channel() == []
    assert [(c.slot.at, c.slot.day) for c in office.desk.coming(_only(office))] == [(slot, day)] * 2
    assert office.desk.skip("travel", day, who="U").startswith(f"#travel gets nothing on {day:%a %Y-%m-%d}")
    office.tick(slot)
    sent = office.channel()
    office.shelf.shelf = {day.isoformat(): replace(_only(office), title="Corrected")}
    office.tick(slot + MINUTE)

    assert len(sent) > 1
    assert [m.ts for m in office.channel()] == [m.ts for m in sent]
    assert office.ledger.postings(digest=day.isoformat())[0].corrected == day
    assert office.channel("travel") == []
    assert not office.desk.coming(_only(office))


def _only(office: Office) -> Digest:
    return next(iter(office.shelf.digests.values()))


@pytest.mark.virtual
@pytest.mark.parametrize("slot", SLOTS.values(), ids=SLOTS)
def test_the_shell_knows_in_the_hour_before_what_is_next(slot: datetime, tmp_path: Path) -> None:
    """In processes whose clock stands there."""
    day = slot.date()
    (tmp_path / "digests").mkdir()
    (tmp_path / "digests" / "one.yaml").write_text(DIGEST.format(day=day))
    (tmp_path / "config.yaml").write_text(CONFIG.format(folder="digests", day=f"{day:%a}".lower()))
    with closing(open_database(f"sqlite:///{tmp_path}/roundup.db", environ={})) as database:
        KnownChannels(database).saw("#news", "C0NEWS")
    planned, skipped, then = (
        _said(slot - HALF_AN_HOUR, tmp_path, *words)
        for words in (["plan", "--weeks", "1"], ["skip", "#news", str(day)], ["plan", "--weeks", "1"])
    )

    assert f"{day:%a %d %b %Y} 09:00 Europe/London" in planned
    assert "#news  one\n" in planned
    assert skipped.startswith(f"#news gets nothing on {day:%a %Y-%m-%d}")
    assert "#news  one; skipped\n" in then


def _said(at: datetime, folder: Path, *words: str) -> str:
    """Return what a command says at that time, by the tests' own clock."""
    environ = handed_on() | {"TESTS_NOW": at.isoformat(), "DATABASE_URL": f"sqlite:///{folder}/roundup.db"}
    environ.pop("TESTS_AHEAD", None)
    environ["PYTHONPATH"] += f"{os.pathsep}{ROOT / 'tests/clock'}"
    command = [sys.executable, "-m", "bot", "--config", str(folder / "config.yaml"), *words]
    done = subprocess.run(command, env=environ, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
