"""Delivery under fire, and its speed without: kills, zones, latency, fan-out, simulation.

python -m benchmarks.delivery kills --database sqlite --kills 1000
python -m benchmarks.delivery zones | latency | fanout | simulation --seeds 20000
"""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from itertools import pairwise
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo, available_timezones

import click

from bot.core.delivery.state import Rung, State
from bot.core.schedule import Schedule, WeeklyTime
from bot.core.settings import DeliverySettings, Settings
from bot.delivery.scheduler import Scheduler
from bot.practice.model import EDITOR
from bot.practice.server import PracticeServer
from bot.practice.tokens import BOT_TOKEN
from bot.slack.directory import Directory
from bot.slack.messenger import Messenger
from bot.slack.views.alarms import AlarmWording
from bot.slack.views.kit import without_blocks, without_images
from bot.slack.views.posts import digest_parts
from bot.store.database import LedgerError
from tests.delivery.replica import HostClock
from tests.delivery.scene import Scene, wait_for
from tests.delivery.test_simulation import Tally, play
from tests.delivery.world import Shelf, build_publisher, channel, digest
from tests.postgres import PostgresServer, binaries
from tests.store.whole import open_store

FAULTS = (
    *("close", "reset", "hang", "http_500", "http_503", "html", "truncated", "internal_error"),
    *("close_accepted", "reset_accepted", "hang_accepted", "http_500_accepted", "html_accepted"),
    *("fatal_error_accepted", "ratelimited", "late_commit"),
)
HISTORY_FAULTS = ("http_500", "hang", "ratelimited", "history_lag")
PARTS = 2
# By how many seconds the hosts' clock is wrong, now so and now so: mostly it is right.
WRONG = (0, 0, 0, 3, -3, 130, -130, 3600, -3600, 2 * 86400, -2 * 86400)
# And with PostgreSQL, whose clock is its own, each host's besides. Of SQLite there is but one host.
AHEAD = {"sqlite": (0,), "postgresql": (0, 0, 0, 3, -3, 130, -130, 3600, -3600, 2 * 86400)}


@click.group()
def main() -> None:
    """Measure delivery."""
    logging.basicConfig(level=logging.CRITICAL)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that the folders are removed


# Kills


@dataclass
class Count:
    """What was done to the replicas."""

    kills: int = 0
    faults: int = 0
    pauses: int = 0
    outages: int = 0
    steps: int = 0  # of the hosts' clock
    digests: list[str] = field(default_factory=list)
    nowhere: list[str] = field(default_factory=list)  # channels of the config that the workspace has not


@main.command()
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite")
@click.option("--kills", default=1000, show_default=True)
@click.option("--channels", default=8, show_default=True)
@click.option("--rate", default=3.0, show_default=True, help="Kills a second.")
@click.option("--seed", default=1, show_default=True)
def kills(database: str, kills: int, channels: int, rate: float, seed: int) -> None:
    """Kill three replicas again and again while all else goes wrong too; count what is in the channels."""
    names = [f"c{i}" for i in range(channels)]
    random = Random(seed)
    with (
        tempfile.TemporaryDirectory() as folder,
        _database(database, Path(folder)) as (url, outage),
        PracticeServer(channels=names, limits=None) as slack,
    ):
        scene = Scene(Path(folder) / "scene", url, slack, names, editors=[EDITOR])
        started = time.monotonic()
        count = _torture(scene, random, outage, kills=kills, rate=rate, clocks=AHEAD[database])
        slack.faults.clear()
        expected = len(count.digests) * channels * PARTS
        drained = wait_for(lambda: _all_settled(scene, expected, count.nowhere), seconds=900)
        seconds = time.monotonic() - started
        if not drained:
            _show_what_waits(scene)
        ended = scene.stop()
        _report(scene, count, expected, drained=drained, ended=ended, seconds=seconds)


def _torture(
    scene: Scene,
    random: Random,
    outage: Callable[[], None],
    *,
    kills: int,
    rate: float,
    clocks: Sequence[int],
) -> Count:
    count = Count()
    host = HostClock(scene.folder)
    alive = [scene.start() for _ in range(3)]
    next_digest, next_outage, next_step = 0.0, 25.0, 5.0
    begun = time.monotonic()
    while count.kills < kills:
        now = time.monotonic() - begun
        if now >= next_digest:
            next_digest = now + 6
            _publish(scene, random, count)
            _misspell(scene, count)
        if now >= next_step:
            next_step = now + 7
            count.steps += 1
            host.set(random.choice(WRONG))
        if now >= next_outage:
            next_outage = now + 25
            count.outages += 1
            threading.Thread(target=outage, daemon=True).start()
        if random.random() < 0.05:
            count.pauses += 1
            _pause(random.choice(alive), random.choice((1.0, 3.0, 6.0)))
        for victim in list(alive) if random.random() < 0.03 else [random.choice(alive)]:
            victim.kill()
            victim.join()
            alive[alive.index(victim)] = scene.start(ahead=random.choice(clocks))
            count.kills += 1
        scene.replicas[:] = alive
        time.sleep(random.expovariate(rate))
    host.set(0.0)
    return count


def _publish(scene: Scene, random: Random, count: Count) -> None:
    """Drop one more digest into the folder, and let some of its requests go wrong."""
    name = f"d{len(count.digests):04}"
    count.digests.append(name)
    for _ in range(4):
        scene.slack.fault("chat.postMessage", random.choice(FAULTS))
    scene.slack.fault("conversations.history", random.choice(HISTORY_FAULTS))
    count.faults += 5
    scene.write(name)


def _misspell(scene: Scene, count: Count) -> None:
    """Name one more channel that nobody has, which the editor is to hear of once."""
    count.nowhere.append(f"nowhere{len(count.nowhere):04}")
    scene.configure([*scene.channels, *count.nowhere])


def _pause(process: BaseProcess, seconds: float) -> None:
    def stop_and_go() -> None:
        try:
            os.kill(process.pid or 0, signal.SIGSTOP)
            time.sleep(seconds)
            os.kill(process.pid or 0, signal.SIGCONT)
        except ProcessLookupError:  # killed meanwhile
            return

    threading.Thread(target=stop_and_go, daemon=True).start()


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield a database's URL, and what makes it fail for a while."""
    if kind == "sqlite":
        path = folder / "roundup.db"

        def lock() -> None:
            db = sqlite3.connect(path, isolation_level=None, timeout=10)
            db.execute("BEGIN EXCLUSIVE")
            time.sleep(3)
            db.execute("ROLLBACK")
            db.close()

        yield f"sqlite:///{path}", lock
        return
    programs = binaries()
    assert programs is not None
    with PostgresServer(programs) as server:

        def crash() -> None:
            server.crash()
            time.sleep(1)
            server.start()

        yield server.database(), crash


def _all_settled(scene: Scene, expected: int, nowhere: Sequence[str]) -> bool:
    try:
        told = scene.all_is_said() and all(_heard(scene, nowhere).values())
        return told and scene.settled(expected)
    except LedgerError:  # the database is having its outage
        return False


def _heard(scene: Scene, names: Sequence[str]) -> dict[str, int]:
    """Count how often the editor heard of each of the channels."""
    lines = scene.heard(EDITOR)
    return {name: sum(n for line, n in lines.items() if name in line) for name in names}


def _show_what_waits(scene: Scene) -> None:
    for row in scene.ledger.deliveries():
        if row.state is not State.SENT or row.wanted != row.shown:
            print(row)
    print(scene.ledger.outbox.mail())


def _report(
    scene: Scene, count: Count, expected: int, *, drained: bool, ended: list[int | None], seconds: float
) -> None:
    keys = scene.keys()
    wanted = {(d, c, part) for d in count.digests for c in scene.channels for part in range(PARTS)}
    doubled = {key: n for key, n in keys.items() if n > 1}
    lost = wanted - keys.keys()
    print(
        f"{seconds:.0f} s, {count.kills} kills, {count.faults} faults, {count.pauses} pauses,"
        f" {count.outages} outages, {count.steps} steps of the clock: expected {expected},"
        f" doubled {len(doubled)}, lost {len(lost)}, wrong parents {len(scene.wrong_parents())},"
        f" ended on SIGTERM {ended.count(0)} of {len(ended)}, settled {drained}"
    )
    heard = _heard(scene, count.nowhere)
    times = Counter(heard.values())
    more = len(heard) - times[0] - times[1]
    print(f"{len(heard)} alarms for an editor: {times[1]} heard once, {times[0]} lost, {more} doubled")
    if doubled or lost or times[1] < len(heard):
        print(doubled, sorted(lost)[:20], {name: n for name, n in heard.items() if n != 1})


# Zones


@main.command()
@click.option("--years", default=3, show_default=True)
def zones(years: int) -> None:
    """Walk through every slot of every schedule in every zone: none lost, none doubled."""
    names = sorted(available_timezones() - {"Factory", "localtime"})
    started = time.monotonic()
    with ProcessPoolExecutor() as pool:
        found = list(pool.map(_wrong_slots, names, [years] * len(names), chunksize=8))
    slots, wrong = sum(n for n, _ in found), sum(n for _, n in found)
    took = time.monotonic() - started
    print(f"{len(names)} zones, {slots} slots, {wrong} lost or doubled, {took:.0f} s")


TIMES = [wall_time(*at) for at in ((0, 0), (0, 30), (1, 30), (2, 30), (3, 0), (9, 0))]


def _wrong_slots(name: str, years: int) -> tuple[int, int]:
    zone = ZoneInfo(name)
    weekly = [WeeklyTime(weekday=weekday, at=at) for weekday in range(7) for at in TIMES]
    found = [wrong_slots(Schedule(times=(time,), zone=zone), years) for time in weekly]
    return sum(n for n, _ in found), sum(n for _, n in found)


def wrong_slots(schedule: Schedule, years: int) -> tuple[int, int]:
    """Count the slots, found as a running bot finds them, and the weeks that do not have exactly one."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    days = []
    while at < datetime(2026 + years, 1, 1, tzinfo=UTC):
        slot = schedule.next_slot(at)
        days.append(slot.day)
        at = slot.at
    wrong = sum(later - earlier != timedelta(days=7) for earlier, later in pairwise(days))
    return len(days), wrong + sum(day.weekday() != schedule.times[0].weekday for day in days)


# Speed


@main.command()
@click.option("--channels", default=8, show_default=True)
@click.option("--runs", default=3, show_default=True)
def latency(channels: int, runs: int) -> None:
    """Wait for a real slot; tell how long after it the last channel had its first part."""
    worst = [max(_deliver(channels, within=15).values()) for _ in range(runs)]
    print(f"{channels} channels: the last first part {', '.join(f'{w:.2f}' for w in worst)} s after the slot")


@main.command()
@click.option("--channels", default=500, show_default=True)
def fanout(channels: int) -> None:
    """Post to very many channels at one instant, within the limits that the practice workspace enforces."""
    took = sorted(_deliver(channels, within=200).values())
    middle, last = statistics.median(took), took[-1]
    print(f"{channels} channels: first parts after {middle:.1f} s in the median, {last:.1f} s the last")


def _deliver(channels: int, *, within: float) -> dict[str, float]:
    """Return the seconds from the slot to each channel's first part."""
    names = [f"c{i}" for i in range(channels)]
    # Slots are whole minutes: the clock is moved so that one is a few seconds away.
    now = datetime.now(UTC)
    ahead = timedelta(seconds=52 - now.second, microseconds=-now.microsecond)

    def clock() -> datetime:
        return datetime.now(UTC) + ahead

    slot = (clock() + timedelta(seconds=30)).replace(second=0, microsecond=0)
    rules = DeliverySettings(quiet=timedelta(0))
    entries = tuple(channel(name, f"{slot.weekday()} {slot:%H:%M}") for name in names)
    config = Settings(digests=Path(), channels=entries, delivery=rules)
    with tempfile.TemporaryDirectory() as folder, PracticeServer(channels=names) as slack:
        ledger = open_store(f"sqlite:///{folder}/roundup.db")
        for name in names:
            ledger.saw(f"#{name}", slack.workspace.channel(name).id)
        messenger = Messenger(BOT_TOKEN, base_url=slack.api_url, timeout=lambda: rules.timeout)
        with ThreadPoolExecutor(64) as pool:
            publisher = build_publisher(
                ledger=ledger,
                slack=messenger,
                directory=Directory(messenger, ledger),
                library=Shelf([digest(date(slot.year, slot.month, slot.day))]),
                settings=lambda: config,
                render=digest_parts,
                simpler={Rung.NO_IMAGES: without_images, Rung.NO_BLOCKS: without_blocks},
                wording=AlarmWording(),
                clock=clock,
                replica="benchmark",
                pool=pool,
            )
            scheduler = Scheduler(publisher.tick, clock=clock)
            scheduler.start()
            wait_for(lambda: all(slack.workspace.posted(name) for name in names), seconds=within)
            scheduler.stop()
        first = {
            n: min((float(m.ts) for m in slack.workspace.posted(n)), default=float("inf")) for n in names
        }
        ledger.close()
    return {name: ts - (slot - ahead).timestamp() for name, ts in first.items()}


# Simulation


@main.command()
@click.option("--seeds", default=20_000, show_default=True)
def simulation(seeds: int) -> None:
    """Play the test's simulation for longer."""
    started = time.monotonic()
    with ProcessPoolExecutor() as pool:
        tally = sum(pool.map(play, range(seeds), chunksize=50), Tally())
    print(f"{seeds} seeds, {time.monotonic() - started:.0f} s: {tally}")


if __name__ == "__main__":
    main()
