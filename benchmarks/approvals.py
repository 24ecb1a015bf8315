"""Three replicas on PostgreSQL that are killed again and again while editors edit, approve and revoke.

    python -m benchmarks.approvals [KILLS]

In the end every digest must stand once in each channel as it was last approved, no word must ever have been
there that nobody had approved, and no edit that was confirmed may be lost.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.core.delivery.approvals import Refusal
from bot.core.delivery.wording import whole
from bot.files.digest_file import read_digest
from bot.practice.server import PracticeServer
from tests.delivery.scene import Scene, wait_for
from tests.postgres import PostgresServer, binaries

PEOPLE = ("U0EDITOR01", "U0EDITOR02", "U0EDITOR03")
CHANNELS, DIGESTS = ("one", "two"), 6
TEXT = """\
title: Roundup {name}
date: {day}
stories:
  - headline: First of {name}
    body: Word {word}.
"""


class Desk:
    """Editors at the database. *texts* are confirmed, by digest and version; *approved* are words."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.words = scene, 0
        self.texts: dict[tuple[str, int], str] = {}
        self.newest: dict[str, int] = {}
        self.approved, self.seen = set[str](), set[str]()

    def write(self, name: str, who: str) -> None:
        """Save a version with a word of its own."""
        self.words += 1
        text = TEXT.format(name=name, day=datetime.now(UTC).date(), word=f"w{self.words}w")
        expected = self.newest.get(name, 0)
        version = self.scene.ledger.save(name, text, expected=expected, who=who, wording=wording(name, text))
        if version:
            self.newest[name] = version.number
            self.texts[name, version.number] = text

    def approve(self, name: str, who: str) -> bool:
        """Approve the newest version; tell whether that holds now."""
        number = self.newest[name]
        text = self.texts[name, number]
        # Before: a replica may be faster than the answer.
        may = self.scene.ledger.versions_of(name)[-1].who != who
        self.approved |= set(re.findall(r"w\d+w", text)) if may else set()
        refusal = self.scene.ledger.approve(name, number, wording(name, text), who=who)
        return refusal in (None, Refusal.ALREADY)

    def press(self) -> None:
        """Do one thing."""
        name, who = f"d{random.randrange(DIGESTS)}", random.choice(PEOPLE)
        what = random.choice(("edit", "approve", "approve", "revoke"))
        if what == "edit" or name not in self.newest:
            self.write(name, who)
        elif what == "approve":
            self.approve(name, who)
        else:
            self.scene.ledger.revoke(name, who=who)

    def look(self) -> None:
        """Take note of every word that stands in a channel."""
        for channel in CHANNELS:
            for message in self.scene.slack.workspace.posted(f"#{channel}"):
                self.seen |= set(re.findall(r"w\d+w", f"{message.text} {message.blocks}"))


def wording(name: str, text: str) -> str:
    """Return the fingerprint of what a text says."""
    digest, _ = read_digest(Path(f"{name}.yaml"), text.encode())
    assert digest
    return whole(digest)


def main(kills: int) -> None:
    """Let them press, kill, and look."""
    programs = binaries()
    if programs is None:
        sys.exit("PostgreSQL's server programs are not installed (apt-get install postgresql)")
    with (
        tempfile.TemporaryDirectory() as folder,
        PostgresServer(programs) as server,
        PracticeServer(channels=CHANNELS, limits=None) as slack,
    ):
        scene = Scene(
            Path(folder) / "scene", server.database(), slack, CHANNELS, editors=PEOPLE, approval="required"
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
        for name in desk.newest:
            assert any(desk.approve(name, who) for who in PEOPLE)
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
    return {word for key in desk.newest.items() for word in re.findall(r"w\d+w", desk.texts[key])} - there


def tell(desk: Desk, *, done: bool, kills: int) -> None:
    """Say how it ended."""
    ledger, keys = desk.scene.ledger, desk.scene.keys()
    kept = {
        key: ledger.texts([ledger.versions_of(key[0])[key[1] - 1]])[key[0]] == text
        for key, text in desk.texts.items()
    }
    print(f"{kills} kills, {len(desk.texts)} confirmed edits, {len(desk.approved)} words approved")
    print(f"all in place as last approved: {done}; posted more than once: {sum(keys.values()) - len(keys)}")
    lost, foreign = [*kept.values()].count(False), desk.seen - desk.approved
    print(f"unapproved words seen: {len(foreign)}; edits lost: {lost}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
