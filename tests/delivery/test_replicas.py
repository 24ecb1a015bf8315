"""Three real replicas on one database, a workspace that misbehaves, and a kill every now and then."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from bot.practice.server import PracticeServer
from tests.children import ROOT, handed_on
from tests.delivery.scene import Scene, wait_for
from tests.postgres import binaries

FAULTS = (
    "close",
    "close_accepted",
    "http_500_accepted",
    "hang_accepted",
    "ratelimited",
    "late_commit",
    "html_accepted",
)
CHANNELS = ("one", "two", "three")
DIGESTS = ("a", "b", "c")


def test_three_replicas_in_bad_weather_post_everything_once(database_url: str, tmp_path: Path) -> None:
    with PracticeServer(channels=CHANNELS, limits=None) as slack:
        scene = Scene(tmp_path / "scene", database_url, slack, CHANNELS)
        for _ in range(3):
            scene.start()
        for name in DIGESTS:
            for kind in random.sample(FAULTS, 4):
                slack.fault("chat.postMessage", kind)
            slack.fault("conversations.history", "http_500")
            scene.write(name)
            wait_for(lambda: bool(scene.keys()), seconds=5)
            scene.replicas[-1].kill()
            scene.start()
        slack.faults.clear()
        done = wait_for(lambda: scene.settled(len(CHANNELS) * len(DIGESTS) * 2))
        ended = scene.stop()

        assert done
        assert scene.keys() == {(d, c, part): 1 for d in DIGESTS for c in CHANNELS for part in range(2)}
        assert scene.wrong_parents() == []
        assert ended == [0, 0, 0]


def test_replicas_whose_files_differ_leave_each_others_posts_alone(database_url: str, tmp_path: Path) -> None:
    """Their files differed in a word, and in 40 seconds each corrected what the other had posted 46 times."""
    with PracticeServer(channels=["one"], limits=None) as slack:
        scene = Scene(tmp_path / "one", database_url, slack, ["one"], layout="full")
        hosts = [scene.folder, scene.host(tmp_path / "two")]
        for host in hosts:
            scene.start(folder=host)

        def say(name: str, *bodies: str, until: str) -> bool:
            for host, body in zip(hosts, bodies, strict=False):
                scene.write(name, body=body, folder=host)
            return wait_for(lambda: scene.settled(1) and stands(name, until))

        def stands(name: str, body: str) -> bool:
            posted = slack.workspace.posted("#one")
            ours = [m for m in posted if (m.metadata or {}).get("event_payload", {}).get("digest") == name]
            return bool(ours) and all(body in str(m.blocks) for m in ours[:1])

        said = [
            say("a", "Words.", "Words.", until="Words."),
            say("a", "Other words.", until="Other words."),
            say("a", "Words.", until="Words."),
        ]
        before = {part.key: part.version for part in scene.ledger.deliveries(digest="a")}
        said.append(say("b", "Words.", "Words.", until="Words."))
        said.append(say("c", "Words.", "Words.", until="Words."))  # by now both have looked many a time
        after = {part.key: part.version for part in scene.ledger.deliveries(digest="a")}
        _, versions = scene.ledger.entered()
        ended = scene.stop()

        assert said == [True] * 5
        assert after == before
        assert [v.number for v in versions if v.digest == "a"] == [1, 2, 3]
        assert ended == [0, 0]


# Whoever measures for hours: with replicas, and a database server. Prints a line once all of that is there.
WATCHED = """
import signal, sys, time
from pathlib import Path
from bot.practice.server import PracticeServer
from tests.delivery.scene import Scene
from tests.postgres import PostgresServer, binaries

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
folder = Path(sys.argv[1])
with PostgresServer(binaries()) as server, PracticeServer(channels=["one"], limits=None) as slack:
    scene = Scene(folder / "scene", server.database(), slack, ["one"])
    started = [scene.start().pid for _ in range(2)]
    while len([*scene.folder.glob("log-*")]) < 2:
        time.sleep(0.05)
    print(*started, int((server._data / "postmaster.pid").read_text().split()[0]), flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif(binaries() is None, reason="PostgreSQL is not installed")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_what_a_scene_has_started_ends_with_whoever_started_it(tmp_path: Path, how: signal.Signals) -> None:
    command = [sys.executable, "-c", WATCHED, str(tmp_path)]
    environ = {**handed_on(), "PATH": os.environ["PATH"]}
    with subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        started = [int(word) for word in process.stdout.readline().split()]
        process.send_signal(how)

    assert len(started) == 3
    assert wait_for(lambda: not any(map(is_there, started)))


def is_there(process: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(process, 0)
        return True
    return False
