"""What an answer costs over HTTP, a start in either mode, and being held.

python -m benchmarks.http answers [--stories FILE.jsonl.gz] [--against CHECKOUT]
python -m benchmarks.http start 10 520 [--against CHECKOUT]
python -m benchmarks.http held --clients 1500

Servers run side by side and are asked in turns, so that a busy machine is busy for all of them. CPU is that
of a server's processes.
"""

from __future__ import annotations

import asyncio
import gc
import gzip
import hmac
import itertools
import json
import multiprocessing
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

import click
import yaml

from bot.app.server import BODY, Server
from bot.practice.model import ME, TEAM_ID
from bot.practice.server import SIGNING_SECRET, PracticeServer
from bot.practice.tokens import APP_TOKEN, BOT_TOKEN
from tests.ports import free_port

ROOT = Path(__file__).parents[1]
TICKS = os.sysconf("SC_CLK_TCK")
CONNECTIONS = 16
PER_DIGEST = 10  # stories
SHOWN = ("headline", "body", "companies", "tags")
START = 300  # seconds until a server has to be ready
QUESTION = "Fliggy"
# What its requests a second must be, of those of an app that only acknowledges, on the same server.
GOALS = {"seed repeated": 0.6, "archive repeated": 0.6, "seed unique": 0.35, "archive unique": 0.25}

CONFIG = """\
timezone: UTC
digests: {digests}
channels:
  - channel: "#news"
    post: fri 09:00
"""


@click.group()
def main() -> None:
    """Measure HTTP."""


# --- servers -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server in a process of its own."""

    port: int
    pid: int
    ready: float  # seconds from its start to its first answer

    def cpu(self) -> float:
        """Return the seconds that it has taken, its children included."""
        return sum(sum(map(int, _stat(pid)[11:13])) for pid in self._pids()) / TICKS

    def memory(self) -> float:
        """Return the MB that it holds."""
        return sum(int(_stat(pid)[21]) for pid in self._pids()) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def _pids(self) -> list[int]:
        listed = subprocess.run(["pgrep", "-P", str(self.pid)], capture_output=True, text=True, check=False)
        return [self.pid, *map(int, listed.stdout.split())]


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


@contextmanager
def _started(*arguments: str, tree: Path, **environ: str) -> Iterator[Running]:
    port = free_port()
    environ = {**os.environ, **environ, "PORT": str(port), "HOST": "127.0.0.1", "LOG_LEVEL": "ERROR"}
    began = time.monotonic()
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=tree, env=environ, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait_for(port)
            yield Running(port=port, pid=process.pid, ready=time.monotonic() - began)
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    end = time.monotonic() + START
    while time.monotonic() < end:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=START):
            return
        time.sleep(0.02)
    raise click.ClickException("A server did not get ready.")


@contextmanager
def _bot(tree: Path, digests: Path, mode: str = "--http") -> Iterator[Running]:
    with tempfile.TemporaryDirectory() as folder, PracticeServer(channels=["#news"], limits=None) as slack:
        config = Path(folder) / "config.yaml"
        config.write_text(CONFIG.format(digests=digests), encoding="utf-8")
        with _started(
            *("-m", "bot", "--config", str(config), "run", mode),
            tree=tree,
            SLACK_API_URL=slack.api_url,
            SLACK_BOT_TOKEN=BOT_TOKEN,
            SLACK_APP_TOKEN=APP_TOKEN,
            SLACK_SIGNING_SECRET=SIGNING_SECRET,
            DATABASE_URL=f"sqlite:///{folder}/roundup.db",
        ) as running:
            yield running


@main.command(hidden=True)
def bare() -> None:
    """Serve an app that only acknowledges, until told to end: what there is to be measured against."""
    from bot.app.figures import Known, Metrics
    from bot.app.health import HealthApp
    from bot.cli.serve import stop_on_signal
    from bot.slack.bolt import build_app
    from bot.slack.http import EventsApp
    from bot.slack.messenger import Identity

    identity = Identity(team="T", team_id="T1", user_id="UBOT", bot_id="BBOT")
    bolt = build_app(token="xoxb-test", api_url="http://127.0.0.1:9/api/", identity=lambda: identity)
    bolt.command("/roundup")(lambda ack: ack())
    health = HealthApp(alive={}, ready={}, metrics=Metrics(known=Known))
    app = EventsApp(bolt, signing_secret=SIGNING_SECRET, others=health)
    ending = stop_on_signal()
    server = Server(app, host="127.0.0.1", port=int(os.environ["PORT"]))
    server.start()
    ending.wait()
    server.stop()


# --- digests and questions -----------------------------------------------------------------------------


def _write_digests(stories: Path, count: int, folder: Path) -> None:
    """Write *count* stories of a JSON-lines file as digests, on the days they are from."""
    with gzip.open(stories, "rt", encoding="utf-8") as lines:
        taken = [json.loads(line) for line in itertools.islice(lines, count)]
    for number in range(0, len(taken), PER_DIGEST):
        digest = {
            "title": f"Roundup {number // PER_DIGEST}",
            "date": taken[number]["date"],
            "stories": [
                {"body": "…"} | {name: story[name] for name in SHOWN if story[name]}
                for story in taken[number : number + PER_DIGEST]
            ],
        }
        text = yaml.safe_dump(digest, allow_unicode=True)
        (folder / f"{digest['date']}-{number:05}.yaml").write_text(text, encoding="utf-8")


def _questions(digests: Path) -> Iterator[str]:
    """Draw questions of one to three words of the digests, none of them twice."""
    text = " ".join(path.read_text(encoding="utf-8") for path in sorted(digests.glob("*.yaml"))[:200])
    words = sorted(set(re.findall(r"[A-Za-z]{4,12}", text)))
    dice, asked = random.Random(0), set[str]()
    while True:
        question = " ".join(dice.sample(words, dice.choice([1, 2, 2, 3])))
        if question not in asked:
            asked.add(question)
            yield question


# --- asking --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What came of asking one server for a while."""

    rate: float  # answers a second
    cpu: float  # ms an answer
    middle: float  # ms, the median
    slow: float  # ms, the 99th of 100


_triggers = itertools.count()
Turns = dict[str, tuple[Running, Callable[[], Iterator[bytes]]]]


def _signed(question: str) -> bytes:
    fields = {"command": "/roundup", "text": question, "team_id": TEAM_ID, "user_id": ME, "channel_id": "C1"}
    fields["trigger_id"] = str(next(_triggers))  # nobody asks with the same twice
    body = urlencode(fields).encode()
    now = str(int(time.time()))
    signature = hmac.new(SIGNING_SECRET.encode(), f"v0:{now}:".encode() + body, sha256).hexdigest()
    head = (
        "POST /slack/events HTTP/1.1\r\nHost: localhost\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"X-Slack-Request-Timestamp: {now}\r\nX-Slack-Signature: v0={signature}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Asker(asyncio.Protocol):
    """One line on which the next request follows the answer to the last."""

    def __init__(self, requests: Iterator[bytes], end: float, took: list[float]) -> None:
        self._requests, self._end, self._took = requests, end, took
        self._heard = b""
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Ask the first question."""
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Ask the next question when the whole answer is here."""
        self._heard += data
        head, found, body = self._heard.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if not found or (length and len(body) < int(length[1])):
            return
        assert head.startswith(b"HTTP/1.1 200"), head
        self._took.append((time.perf_counter() - self._asked) * 1000)
        self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        """End."""
        if not self.done.done():
            self.done.set_result(None)

    def _ask(self) -> None:
        if time.perf_counter() > self._end:
            self._transport.close()
            return
        request = next(self._requests)
        self._heard, self._asked = b"", time.perf_counter()
        self._transport.write(request)


def _turn(server: Running, requests: Iterator[bytes], seconds: float) -> Turn:
    async def ask() -> list[float]:
        took: list[float] = []
        end = time.perf_counter() + seconds
        loop = asyncio.get_running_loop()
        lines = [
            (await loop.create_connection(lambda: Asker(requests, end, took), "127.0.0.1", server.port))[1]
            for _ in range(CONNECTIONS)
        ]
        await asyncio.gather(*(line.done for line in lines))
        return took

    with _uncollected():
        before, began = server.cpu(), time.perf_counter()
        took = sorted(asyncio.run(ask()))
        passed, cpu = time.perf_counter() - began, server.cpu() - before
    return Turn(
        rate=len(took) / passed,
        cpu=cpu / len(took) * 1000,
        middle=statistics.median(took),
        slow=took[int(len(took) * 0.99)],
    )


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage meanwhile: for as long as who asks does, all answers would seem to be late."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@main.command()
@click.option("--stories", type=click.Path(path_type=Path), default=Path("../shared/search/stories.jsonl.gz"))
@click.option("--count", default=10_000, show_default=True, help="Stories of the archive.")
@click.option("--rounds", default=9, show_default=True)
@click.option("--seconds", default=2.0, show_default=True, help="Of one turn.")
@click.option("--against", type=click.Path(path_type=Path, exists=True), help="Another checkout of the bot.")
def answers(stories: Path, count: int, rounds: int, seconds: float, against: Path | None) -> None:
    """Ask `/roundup` over 16 connections, in turns with an app that only acknowledges."""
    with ExitStack() as stack:
        archive = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        _write_digests(stories, count, archive)
        shelves = {"seed": ROOT / "digests", "archive": archive}
        trees = {"": ROOT} | ({"before: ": against} if against else {})
        bare = stack.enter_context(_started("-m", "benchmarks.http", "bare", tree=ROOT))
        turns: Turns = {"bare": (bare, _repeated)}
        for (before, tree), (shelf, digests) in itertools.product(trees.items(), shelves.items()):
            server = stack.enter_context(_bot(tree, digests))
            unique = _questions(digests)
            turns[f"{before}{shelf} repeated"] = server, _repeated
            turns[f"{before}{shelf} unique"] = server, partial(map, _signed, unique)
        _report(_in_turns(turns, rounds, seconds))


def _repeated() -> Iterator[bytes]:
    return map(_signed, itertools.repeat(QUESTION))


def _in_turns(turns: Turns, rounds: int, seconds: float) -> dict[str, list[Turn]]:
    seen: dict[str, list[Turn]] = {name: [] for name in turns}
    for number in range(rounds + 1):
        for name, (server, requests) in turns.items():
            turn = _turn(server, requests(), seconds if number else 0.5)
            if number:  # the first is for warming up
                seen[name].append(turn)
    return seen


def _report(seen: dict[str, list[Turn]]) -> None:
    print("| | answers/s | of bare | CPU ms | p50 ms | p99 ms | of bare |\n|---|---|---|---|---|---|---|")
    for name, turns in seen.items():
        # Round by round, since a minute of this machine is not like the next.
        shares = [turn.rate / bare.rate for turn, bare in zip(turns, seen["bare"], strict=True)]
        slower = [turn.slow / bare.slow for turn, bare in zip(turns, seen["bare"], strict=True)]
        goal = GOALS.get(name, 0)
        print(
            f"| {name} | {_middle(t.rate for t in turns):.0f} | {_middle(shares):.2f}"
            f"{f' (goal {goal})' if goal else ''} | {_middle(t.cpu for t in turns):.2f}"
            f" | {_middle(t.middle for t in turns):.1f} | {_middle(t.slow for t in turns):.1f}"
            f" | {_middle(slower):.1f} |"
        )


def _middle(figures: Iterable[float]) -> float:
    return statistics.median(figures)


# --- a start, and being held -----------------------------------------------------------------------------


@main.command()
@click.argument("digests", nargs=-1, type=int)
@click.option("--stories", type=click.Path(path_type=Path), default=Path("../shared/search/stories.jsonl.gz"))
@click.option("--seconds", default=10.0, show_default=True)
@click.option("--against", type=click.Path(path_type=Path, exists=True), help="Another checkout of the bot.")
def start(digests: Sequence[int], stories: Path, seconds: float, against: Path | None) -> None:
    """Start a bot over so many digests and leave it alone."""
    print("| | digests | ready after s, CPU s | MB | idle CPU ms a second |\n|---|---|---|---|---|")
    trees = {"now": ROOT} | ({"before": against} if against else {})
    for count, mode, (when, tree) in itertools.product(digests, ("--socket", "--http"), trees.items()):
        with tempfile.TemporaryDirectory() as folder:
            _write_digests(stories, count * PER_DIGEST, Path(folder))
            with _bot(tree, Path(folder), mode):
                pass  # the index is built, as at any but the first start
            with _bot(tree, Path(folder), mode) as server:
                started = server.cpu()
                time.sleep(3)
                before = server.cpu()
                time.sleep(seconds)
                quiet = (server.cpu() - before) / seconds * 1000
                row = f"{server.ready:.1f}, {started:.1f} | {server.memory():.0f} | {quiet:.1f}"
                print(f"| {when}, {mode.removeprefix('--')} | {count} | {row} |", flush=True)


@main.command()
@click.option("--clients", default=1500, show_default=True)
@click.option("--seconds", default=3.0, show_default=True)
def held(clients: int, seconds: float) -> None:
    """Ask while so many clients send requests that they never finish, and come again when they are cut."""
    with _started("-m", "benchmarks.http", "bare", tree=ROOT) as server:
        _tell("alone", server, seconds)
        crowd = multiprocessing.Process(target=_hold, args=(server.port, clients), daemon=True)
        crowd.start()
        time.sleep(BODY + 1)
        _tell(f"beside {clients} unfinished requests", server, seconds)
        crowd.kill()


def _tell(name: str, server: Running, seconds: float) -> None:
    turn = _turn(server, _repeated(), seconds)
    times = f"p50 {turn.middle:.1f}, p99 {turn.slow:.1f}, CPU {turn.cpu:.2f} ms an answer"
    print(f"{name}: {times}; {server.memory():.0f} MB")


def _hold(port: int, clients: int) -> None:
    unfinished, lines = _signed(QUESTION)[:-3], deque[socket.socket]()
    while True:
        with suppress(OSError):
            lines.append(socket.create_connection(("127.0.0.1", port)))
            lines[-1].sendall(unfinished)
        if len(lines) > clients:
            lines.popleft().close()
        time.sleep(BODY / clients)  # as fast as they are cut


if __name__ == "__main__":
    main()
