"""A replica is killed at every commit and every send, before and after: the next one goes on, once."""

from __future__ import annotations

import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.practice.server import PracticeServer
from tests.delivery.scene import Scene, has_ended, wait_for
from tests.postgres import PostgresServer

WRITES = ("before", "commit", "after")
SENDS = ("before", "after")
POSTING = [
    *(f"arrange:0:{when}:1" for when in WRITES),
    *(f"claim:{part}:{when}:1" for part in (0, 1) for when in WRITES),
    *(f"post:{part}:{when}:1" for part in (0, 1) for when in SENDS),
    *(f"write:{part}:{when}:1" for part in (0, 1) for when in WRITES),
]
# After an answer was lost: the second write is what the search found.
SEARCHING = [
    *(f"claim:0:{when}:2" for when in WRITES),
    *(f"find:0:{when}:1" for when in SENDS),
    *(f"write:0:{when}:2" for when in WRITES),
]
CORRECTING = [*(f"edit:0:{when}:{nth}" for nth in (1, 2) for when in SENDS)]
POINTS = [*POSTING, *SEARCHING, *CORRECTING]
PARTS = 2  # the heading in the channel, the stories in its thread


@dataclass(frozen=True)
class Ending:
    """How it went: what killed the first replica, and what is in the channel once the second is done."""

    point: str
    killed_by: int | None
    done: bool
    posted: Counter[tuple[str, str, int]]
    wrong_parents: list[tuple[str, str, int]]


def _die_and_recover(folder: Path, database: str, point: str) -> Ending:
    with PracticeServer(channels=["news"], limits=None) as slack:
        scene = Scene(folder, database, slack, ["news"])
        if point in SEARCHING:
            slack.fault("chat.postMessage", "close_accepted")
        scene.write("one")
        if point in CORRECTING:
            healthy = scene.start()
            wait_for(lambda: scene.settled(PARTS))
            healthy.terminate()
            wait_for(lambda: has_ended(healthy))
            scene.write("one", body="Other words.")
        victim = scene.start(failpoint=point)
        wait_for(lambda: has_ended(victim))
        scene.start()
        done = wait_for(lambda: scene.settled(PARTS))
        scene.stop()
        return Ending(point, victim.exitcode, done, scene.keys(), scene.wrong_parents())


@pytest.mark.long
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_no_point_of_death_doubles_or_loses(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Every point, first and later part, on both databases."""

    def database(i: int) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path}/{i}.db"
        server: PostgresServer = request.getfixturevalue("postgres")
        return server.database()

    urls = [database(i) for i in range(len(POINTS))]
    folders = [tmp_path / str(i) for i in range(len(POINTS))]
    with ThreadPoolExecutor(len(POINTS)) as pool:
        endings = list(pool.map(_die_and_recover, folders, urls, POINTS))

    assert [(e.point, e.killed_by) for e in endings if e.killed_by != -signal.SIGKILL] == []
    assert [e.point for e in endings if not e.done] == []
    once = {("one", "news", part): 1 for part in range(PARTS)}
    assert [(e.point, e.posted) for e in endings if e.posted != once] == []
    assert [e.point for e in endings if e.wrong_parents] == []
