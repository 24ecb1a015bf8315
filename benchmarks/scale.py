"""What a digest costs with many channels: time, CPU, memory and rows, of the bot as an operator starts it.

python -m benchmarks.scale 10 500 2000 --database sqlite

Slack is the practice workspace with its limits: a message a second in a channel, 300 posts a minute in all.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import sqlalchemy as sa

from bot.practice.server import PracticeServer
from bot.practice.tokens import APP_TOKEN, BOT_TOKEN
from bot.store.channels import KnownChannels
from bot.store.database import open_database
from tests.delivery.scene import DIGEST, ENTRY, wait_for
from tests.postgres import PostgresServer, binaries

PARTS = 2  # of the digest in each channel: the headlines, and the thread with both stories
# Time to start, to look the channels up and to see them for the first time; a slot before is none of theirs.
AHEAD = timedelta(seconds=45)
IDLE = 30  # seconds
TICKS = os.sysconf("SC_CLK_TCK")
SIZES = {  # of a whole database, in bytes
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
    "postgresql": "SELECT pg_database_size(current_database())",
}
CONFIG = """\
timezone: UTC
digests: digests
channels:
{channels}
delivery: {{quiet: 0s}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one digest took, in seconds and MB."""

    first: float  # from the slot until the last channel has its first part
    all: float  # until the last part stands in its thread
    cpu: float  # of the bot, from the slot until then
    idle: float  # ms of CPU a second, with everything posted
    memory: float  # the most it held
    rows: int  # of deliveries
    size: float  # of the database


@click.command()
@click.argument("channels", type=int, nargs=-1, required=True)
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite")
@click.option("--first", is_flag=True, help="The first digest of a database.")
def main(channels: tuple[int, ...], database: str, first: bool) -> None:
    """Post a digest of two parts to each number of channels, and tell what it took."""
    for number in channels:
        with tempfile.TemporaryDirectory() as folder, _database(database, Path(folder)) as url:
            cost = measure(number, Path(folder), url, first=first)
        print(
            f"{number} channels, {database}: first parts {cost.first:.1f} s, all {cost.all:.1f} s,"
            f" CPU {cost.cpu:.1f} s, idle {cost.idle:.1f} ms/s, {cost.memory:.0f} MB,"
            f" {cost.rows} rows, {cost.size:.1f} MB on disk"
        )


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/roundup.db"
        return
    programs = binaries()
    assert programs is not None
    with PostgresServer(programs) as server:
        yield server.database().replace("postgres://", "postgresql+psycopg://")


def measure(number: int, folder: Path, url: str, *, first: bool) -> Cost:
    """Start the bot, wait for the slot, and watch until every channel has everything."""
    names = [f"c{n}" for n in range(number)]
    # The limits alone take number * PARTS / 5 s, and a look into each channel one and a half.
    most = 60 + number * (2 if first else PARTS / 3)
    with PracticeServer(channels=names) as slack, ExitStack() as ending:
        if not first:
            _look_into(names, slack, url)
        # Only now: to look into 2,000 channels takes longer than the slot is ahead.
        slot = (datetime.now(UTC) + AHEAD).replace(second=0, microsecond=0) + timedelta(minutes=1)
        _write_files(folder, names, slot)
        pid = ending.enter_context(_bot(folder, slack.api_url, url))
        time.sleep((slot - datetime.now(UTC)).total_seconds())
        began = _cpu(pid)
        done = wait_for(lambda: slack.requests["chat.postMessage"] >= number * PARTS, seconds=most)
        assert done, "not all was asked for"
        assert wait_for(lambda: len(_posted(slack, names)) == number * PARTS), "not all was posted"
        worked, memory = _cpu(pid) - began, _peak(pid)
        time.sleep(2)  # what was answered last is written down
        settled = _cpu(pid)
        time.sleep(IDLE)
        idle = _cpu(pid) - settled
        after = [(part, at - slot.timestamp()) for part, at in _posted(slack, names)]
    rows, size = _stored(url)
    return Cost(
        first=max(at for part, at in after if part == 0),
        all=max(at for _, at in after),
        cpu=worked,
        idle=1000 * idle / IDLE,
        memory=memory,
        rows=rows,
        size=size,
    )


def _look_into(names: list[str], slack: PracticeServer, url: str) -> None:
    """Let the database have looked into all channels, as it has after their first digest."""
    with closing(open_database(url, environ={})) as database:
        known = KnownChannels(database)
        for name in names:
            channel = slack.workspace.channel(name).id
            known.saw(f"#{name}", channel)
            known.note_look(channel)


def _write_files(folder: Path, names: list[str], slot: datetime) -> None:
    times = f"{slot:%a %H:%M}".lower()
    entries = "".join(ENTRY.format(name=name, times=times, layout="headlines") for name in names)
    (folder / "config.yaml").write_text(CONFIG.format(channels=entries))
    (folder / "digests").mkdir()
    text = DIGEST.format(title="Roundup of many", date=slot.date().isoformat(), body="Words. " * 60)
    (folder / "digests" / "many.yaml").write_text(text)


@contextmanager
def _bot(folder: Path, api_url: str, database: str) -> Iterator[int]:
    ours = {
        "SLACK_API_URL": api_url,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "DATABASE_URL": database,
        "ROUNDUP_CONFIG": str(folder / "config.yaml"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "LOG_LEVEL": "ERROR",
    }
    environ = {name: value for name, value in os.environ.items() if name != "PORT"} | ours
    command = [sys.executable, "-m", "bot", "run", "--socket"]
    with subprocess.Popen(command, env=environ) as process:
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(30)


def _posted(slack: PracticeServer, names: list[str]) -> list[tuple[int, float]]:
    """Return which part each message is, and when it came."""
    messages = [message for name in names for message in slack.workspace.posted(name)]
    return [(m.metadata["event_payload"]["part"], float(m.ts)) for m in messages if m.metadata]


def _cpu(pid: int) -> float:
    """Return the CPU seconds that the process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _peak(pid: int) -> float:
    """Return the most memory that the process ever held, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _stored(url: str) -> tuple[int, float]:
    """Return how many deliveries the database has, and how large it is in MB."""
    engine = sa.create_engine(url)
    with engine.connect() as db:
        rows = db.scalar(sa.text("SELECT count(*) FROM deliveries"))
        size = db.scalar(sa.text(SIZES[engine.dialect.name]))
    engine.dispose()
    return int(rows or 0), int(size or 0) / 1024**2


if __name__ == "__main__":
    main()
