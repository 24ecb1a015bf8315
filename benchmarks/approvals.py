"""Three replicas on PostgreSQL are killed again and again while editors edit, approve, revoke and schedule.

    python -m benchmarks.approvals [KILLS]

The slot of both channels is soon after the start. In the end every digest must stand once in each channel as
it was last approved, no word must ever have been there that nobody had approved, and no edit, date or skipped
day that was confirmed may be lost.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from signal import SIGTERM, signal

from bot.app.front_desk import Remembered, build_desk
from bot.app.shelves import library_of
from bot.core.digest import Digest
from bot.core.errors import RoundupError
from bot.core.sheets import Sheet
from bot.files.config import load_settings
from bot.files.digest_file import read_digest
from bot.newsroom.desk import WritingDesk
from bot.practice.server import PracticeServer
from bot.store.database import LedgerError
from tests.delivery.scene import Scene, wait_for
from tests.postgres import PostgresServer, binaries

PEOPLE = ("U0EDITOR01", "U0EDITOR02", "U0EDITOR03")
CHANNELS, DIGESTS = ("one", "two"), 6
PRESSES = ("edit", "edit", "approve", "approve", "approve", "send", "revoke", "schedule", "skip", "unskip")
AHEAD = timedelta(seconds=100)  # when the slot is, at least: before and after it others things can be done
TEXT = """\
title: Roundup {name}
date: {day}
stories:
  - headline: First of {name}
    body: Word {word}. And more.
"""


class Desk:
    """Editors at the database. *texts* are confirmed, by digest and version; *approved* are words."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.words = scene, 0
        settings, database = load_settings(scene.folder / "config.yaml"), scene.ledger._database  # noqa: SLF001 - a test's
        self.library = library_of(settings, database)
        rooms = Remembered.of((entry.channel for entry in settings.channels), database)
        self.desk = build_desk(
            lambda: settings, self.library, database=database, rooms=rooms, clock=lambda: datetime.now(UTC)
        )
        self.writing = WritingDesk(
            scene.ledger,
            library=self.library,
            settings=lambda: settings,
            is_decided=lambda _: True,
            clock=lambda: datetime.now(UTC),
        )
        self.texts: dict[tuple[str, int], str] = {}
        self.newest: dict[str, Sheet] = {}
        self.approved, self.seen = set[str](), set[str]()
        self.skipped: dict[tuple[str, date], bool] = {}
        self.done, self.refused = Counter[str](), Counter[str]()

    def press(self) -> None:
        """Do one thing, as the desk in Slack would."""
        name, who = f"d{random.randrange(DIGESTS)}", random.choice(PEOPLE)
        self.library.refresh(datetime.now(UTC))
        what = random.choice(PRESSES) if name in self.newest else "edit"
        try:
            self._do(what, name, who)
        except RoundupError:  # said so, and nothing happened
            self.refused[what] += 1
        except LedgerError:  # told to try again: whoever was killed had it locked a moment ago
            self.refused["database away"] += 1
            self.look_again(name)
        else:
            self.done[what] += 1

    def look_again(self, name: str) -> None:
        """Learn what there is: what was not confirmed may be there all the same."""
        with suppress(RoundupError):  # not even its first version
            self.newest[name] = self.writing.read(name)

    def _do(self, what: str, name: str, who: str) -> None:
        today = datetime.now(UTC).date()
        match what:
            case "edit":
                self.write(name, who)
            case "approve" | "send":
                self.approve(name, who, send=what == "send")
            case "revoke":
                self.desk.revoke(name, who=who)
            case "schedule":
                self.schedule(name, today + timedelta(days=random.randrange(-1, 3)), who)
            case "skip" | "unskip":
                place, day = random.choice(CHANNELS), today + timedelta(days=random.randrange(2))
                getattr(self.desk, what)(f"#{place}", day, who=who)
                self.skipped[place, day] = what == "skip"

    def write(self, name: str, who: str) -> None:
        """Save a version with a word of its own."""
        self.words += 1
        day, word = datetime.now(UTC).date(), f"w{self.words}w"
        if known := self.newest.get(name):
            text = re.sub(r"w\d+w", word, known.text)
            saved = self.writing.update(digest_of(name, text), expected=known.version.number, who=who)
            self._confirmed(saved)
        else:
            self._confirmed(self.writing.add(name, TEXT.format(name=name, day=day, word=word), who=who))

    def schedule(self, name: str, day: date, who: str) -> None:
        """Let it go out at the first slot of that day."""
        number = self.newest[name].version.number
        self._confirmed(self.writing.schedule(name, day, expected=number, who=who))

    def _confirmed(self, saved: object) -> None:
        assert isinstance(saved, Sheet)
        self.newest[saved.id] = saved
        self.texts[saved.id, saved.version.number] = saved.text

    def approve(self, name: str, who: str, *, send: bool = False) -> None:
        """Approve the newest version, and perhaps send it."""
        sheet = self.newest[name]
        # Before: a replica may be faster than the answer.
        self.approved |= words_of(sheet) if sheet.version.who != who else set()
        self.desk.approve(digest_of(name, sheet.text), number=sheet.version.number, who=who, send=send)

    def finish(self) -> None:
        """Let everything out as it is."""
        for name, sheet in self.newest.items():
            self.approve(name, next(who for who in PEOPLE if who != sheet.version.who), send=True)

    def look(self) -> None:
        """Take note of every word that stands in a channel."""
        for channel in CHANNELS:
            for message in self.scene.slack.workspace.posted(f"#{channel}"):
                self.seen |= set(re.findall(r"w\d+w", f"{message.text} {message.blocks}"))


def words_of(sheet: Sheet) -> set[str]:
    """Return the words of its own that a version has."""
    return set(re.findall(r"w\d+w", sheet.text))


def digest_of(name: str, text: str) -> Digest:
    """Return what a text says."""
    digest, _ = read_digest(Path(f"{name}.yaml"), text.encode())
    assert digest
    return digest


def main(kills: int) -> None:
    """Let them press, kill, and look."""
    programs = binaries()
    if programs is None:
        sys.exit("PostgreSQL's server programs are not installed (apt-get install postgresql)")
    signal(SIGTERM, lambda *_: sys.exit("stopped"))  # so that the folders are removed
    slot = datetime.now(UTC) + AHEAD
    times = ", ".join(f"{day} {slot:%H:%M}" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    with (
        tempfile.TemporaryDirectory() as folder,
        PostgresServer(programs) as server,
        PracticeServer(channels=CHANNELS, limits=None) as slack,
    ):
        scene = Scene(
            Path(folder) / "scene",
            server.database(),
            slack,
            CHANNELS,
            editors=PEOPLE,
            approval="required",
            times=times,
        )
        desk = Desk(scene)
        for _ in range(3):
            scene.start()
        for _ in range(kills):
            for _ in range(4):
                desk.press()
                time.sleep(random.uniform(0, 0.3))
                desk.look()
            random.choice([p for p in scene.replicas if p.is_alive()]).kill()
            scene.start()
        desk.finish()
        parts = len(desk.newest) * len(CHANNELS) * 2
        done = wait_for(lambda: scene.settled(parts) and not missing(desk), seconds=300)
        desk.look()
        tell(desk, done=done, kills=kills)
        scene.stop()


def missing(desk: Desk) -> set[str]:
    """Return the words that were approved last and stand nowhere yet."""
    desk.seen, before = set(), desk.seen
    desk.look()
    there, desk.seen = desk.seen, desk.seen | before
    return {word for sheet in desk.newest.values() for word in words_of(sheet)} - there


def tell(desk: Desk, *, done: bool, kills: int) -> None:
    """Say how it ended."""
    ledger, keys = desk.scene.ledger, desk.scene.keys()
    kept = {
        key: ledger.texts([ledger.versions_of(key[0])[key[1] - 1]])[key[0]] == text
        for key, text in desk.texts.items()
    }
    print(f"{kills} kills, {len(desk.texts)} confirmed versions, {len(desk.approved)} words approved")
    print(f"done: {dict(desk.done)}; refused: {dict(desk.refused)}")
    print(f"all in place as last approved: {done}; posted more than once: {sum(keys.values()) - len(keys)}")
    lost, foreign = [*kept.values()].count(False), desk.seen - desk.approved
    days = {(c, day): skips for (c, day), skips in desk.skipped.items() if skips != is_skipped(desk, c, day)}
    print(f"unapproved words seen: {len(foreign)}; versions lost: {lost}; skipped days lost: {len(days)}")


def is_skipped(desk: Desk, channel: str, day: date) -> bool:
    """Tell whether the database has it that a channel leaves a day out."""
    return day in desk.scene.ledger.skipped().get(desk.scene.slack.workspace.channel(f"#{channel}").id, ())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
