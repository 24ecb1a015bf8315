"""A folder with a config and digests, a database and a practice workspace: what real replicas run on."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

import sqlalchemy as sa

from bot.core.delivery.state import State
from bot.practice.server import PracticeServer
from bot.practice.tokens import BOT_TOKEN
from tests.delivery import replica
from tests.store.whole import open_store
from tests.waiting import PATIENCE

# Forked from a process that has imported everything: a start takes milliseconds, and it has no threads yet.
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.delivery.replica"])
# A start looks for children that have ended, other threads' too. Of two that look at the same one at once,
# one gets its exit code and the other an error, which counts as 255.
_one_at_a_time = threading.Lock()

CONFIG = """\
timezone: UTC
digests: digests
{editors}channels:
{channels}
delivery: {{catch_up: 2d, quiet: 0s, timeout: 1s, lease: 2500ms, settle: 2s}}
"""
ENTRY = '  - channel: "#{name}"\n    post: [{times}]\n    layout: {layout}\n    remind: never\n'
MIDNIGHTS = ", ".join(f"{day} 00:00" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
DIGEST = """\
title: "{title}"
date: {date}
stories:
  - headline: "First of {title}"
    body: "{body} And more."
  - headline: "Second of {title}"
    body: "{body} And more."
"""


@dataclass
class Scene:
    """Channels that get a digest as soon as it is in the folder, and the replicas that see to it."""

    folder: Path
    database: str
    slack: PracticeServer
    channels: Sequence[str]
    layout: str = "headlines"
    editors: Sequence[str] = ()
    approval: str = "none"
    times: str = MIDNIGHTS
    replicas: list[BaseProcess] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.host(self.folder)
        self.ledger = open_store(self.database)
        for name in self.channels:
            self.ledger.saw(f"#{name}", self.slack.workspace.channel(f"#{name}").id)
        with self.ledger._database.writing() as db:  # they are no newcomers: today's midnight was theirs
            db.execute(sa.text("UPDATE channels SET first_seen = first_seen - 259200000"))

    def host(self, folder: Path) -> Path:
        """Make a folder with a configuration and digests, as each host has its own."""
        (folder / "digests").mkdir(parents=True)
        self.configure(self.channels, folder)
        return folder

    def configure(self, channels: Sequence[str], folder: Path | None = None) -> None:
        """Write which channels there are to post to, as an admin's rename into place would."""
        folder = folder or self.folder
        entries = "".join(ENTRY.format(name=n, times=self.times, layout=self.layout) for n in channels)
        editors = f"editors: [{', '.join(self.editors)}]\n" if self.editors else ""
        config = f"approval: {self.approval}\n" + CONFIG.format(channels=entries, editors=editors)
        config = config.replace("digests: digests", f"digests: {folder}/digests")
        fresh = folder / "config.new"
        fresh.write_text(config)
        fresh.rename(folder / "config.yaml")

    def write(self, name: str, *, body: str = "Words.", folder: Path | None = None) -> None:
        """Write or correct a digest, as an editor's rename into place would."""
        today = datetime.now(UTC).date()
        text = DIGEST.format(title=f"Roundup {name}", date=today.isoformat(), body=body)
        folder = folder or self.folder
        fresh = folder / f"{name}.new"
        fresh.write_text(text)
        fresh.rename(folder / "digests" / f"{name}.yaml")

    def start(self, *, failpoint: str = "", ahead: int = 0, folder: Path | None = None) -> BaseProcess:
        """Start one more replica, on the host with that folder, whose clock is so many seconds *ahead*."""
        environ = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_API_URL": self.slack.api_url,
            "DATABASE_URL": self.database,
        }
        if ahead:
            environ["CLOCK_AHEAD"] = str(ahead)
        if failpoint:
            environ["ROUNDUP_FAILPOINT"] = failpoint
        process = processes.Process(target=replica.run, args=(folder or self.folder, environ), daemon=True)
        with _one_at_a_time:
            process.start()
        self.replicas.append(process)
        return process

    def stop(self) -> list[int | None]:
        """Ask every replica to end; return how those ended that did not die before."""
        asked = [process for process in self.replicas if not has_ended(process)]
        for process in asked:
            process.terminate()
        for process in asked:
            wait_for(partial(has_ended, process))
            process.kill()
        self.ledger.close()
        return [process.exitcode for process in asked]

    def keys(self) -> Counter[tuple[str, str, int]]:
        """Count the messages that are in the channels and their threads, by what they claim to be."""
        return Counter(key for key, _ in self._posted())

    def wrong_parents(self) -> list[tuple[str, str, int]]:
        """Return the parts that stand under another message than their digest's first part."""
        posted = self._posted()
        parents = {key[:2]: ts for key, (ts, _) in posted if key[2] == 0}
        return [key for key, (_, parent) in posted if key[2] and parent != parents.get(key[:2])]

    def _posted(self) -> list[tuple[tuple[str, str, int], tuple[str, str | None]]]:
        found = []
        for name in self.channels:
            for message in self.slack.workspace.posted(f"#{name}"):
                payload = (message.metadata or {}).get("event_payload", {})
                if payload:
                    key = (payload["digest"], name, int(payload["part"]))
                    found.append((key, (message.ts, message.thread_ts)))
        return found

    def heard(self, editor: str) -> Counter[str]:
        """Count what an editor was told, by its words."""
        posted = self.slack.workspace.posted(self.slack.workspace.direct(editor).id)
        return Counter(line for message in posted for line in message.text.splitlines())

    def all_is_said(self) -> bool:
        """Tell whether nobody has anything to hear, as the ledger knows it."""
        mail = self.ledger.outbox.mail()
        return not mail.notices and not mail.letters

    def settled(self, parts: int) -> bool:
        """Tell whether so many parts are all in their place, as the ledger knows it."""
        rows = self.ledger.deliveries()
        return len(rows) >= parts and all(row.state is State.SENT and row.wanted == row.shown for row in rows)


def has_ended(process: BaseProcess) -> bool:
    """Tell whether a replica has ended; its exit code is known then."""
    with _one_at_a_time:
        return not process.is_alive()


def wait_for(happened: Callable[[], bool], *, seconds: float = PATIENCE) -> bool:
    """Wait until something is so; False if it never was."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return True
        time.sleep(0.1)
    return False
