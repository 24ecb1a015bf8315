"""Processes of the bot as an operator starts them, and what can be seen of them from outside."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bot.store.channels import KnownChannels
from bot.store.database import open_database
from tests.waiting import until

ROOT = Path(__file__).parents[2]


@contextmanager
def running(*arguments: str, environ: Mapping[str, str], cwd: Path = ROOT) -> Iterator[subprocess.Popen[str]]:
    """Run a command in a process group of its own, which is gone at the end."""
    with subprocess.Popen(
        arguments,
        cwd=cwd,
        env=dict(environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            # Politely first: honcho's children are in sessions of their own, and only honcho ends them.
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def bot(*arguments: str, environ: Mapping[str, str]) -> Any:
    return running(sys.executable, "-m", "bot", *arguments, environ=environ)


def get(
    environ: Mapping[str, str], path: str, *, failing: bool = False, patience: float = 15
) -> dict[str, str] | None:
    body: dict[str, str]
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{environ['PORT']}{path}", timeout=patience) as answer:
            body = json.load(answer)
            return body
    except urllib.error.HTTPError as answer:
        body = json.load(answer)
        return body if failing else None
    except OSError:  # not there yet
        return None


def ready(environ: Mapping[str, str]) -> bool:
    return get(environ, "/readyz") == {"database": "ok", "slack": "ok", "clock": "ok"}


def until_ready(process: subprocess.Popen[str], environ: Mapping[str, str]) -> None:
    """Wait for it; of one that has ended instead, say what it said."""
    until(lambda: ready(environ) or process.poll() is not None, "ready")
    assert process.poll() is None, output(process)


def can_be_ordered(environ: Mapping[str, str]) -> bool:
    """Tell whether it is ready and has written down which channels it has: before, an order reaches none."""
    if not ready(environ):
        return False
    database = open_database(environ["DATABASE_URL"])
    try:
        return KnownChannels(database).known().keys() >= {"#alibaba-news", "#alibaba-news-london"}
    finally:
        database.close()


def output(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.read()


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def children(pid: int) -> list[int]:
    listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(child) for child in listed.stdout.split()]


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
