"""Messages to people under kills and faults, with real replicas: each is heard once, or at most twice.

Twice only where Slack's answer was lost and the history of the direct message may not be read.
"""

from __future__ import annotations

import random
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.practice.model import EDITOR, ME
from bot.practice.server import PracticeServer
from bot.practice.tokens import SCOPES
from tests.delivery.scene import Scene, has_ended, wait_for
from tests.delivery.test_failpoints import SENDS, WRITES
from tests.delivery.test_replicas import FAULTS
from tests.postgres import PostgresServer

TELLING = [
    *(f"letter_claim:0:{when}:1" for when in WRITES),
    *(f"mail:0:{when}:1" for when in SENDS),
    *(f"letter_write:0:{when}:1" for when in WRITES),
    *(f"write:0:{when}:1" for when in WRITES),  # the refusal, and with it what there is to tell
]
# After an answer was lost: the second write is what the search found.
LOOKING = [
    *(f"letter_claim:0:{when}:2" for when in WRITES),
    *(f"find_mail:0:{when}:1" for when in SENDS),
    *(f"letter_write:0:{when}:2" for when in WRITES),
]
POINTS = [*TELLING, *LOOKING]
MUTE = frozenset(SCOPES) - {"im:history"}


@dataclass(frozen=True)
class Ending:
    """How it went: what killed the first replica, and what the editor has heard once the second is done."""

    point: str
    killed_by: int | None
    done: bool
    heard: Counter[str]

    @property
    def times(self) -> int:
        """How often the editor heard of the channel; a look-up and a post find the same fault."""
        return sum(self.heard.values())


def _die_and_tell(folder: Path, database: str, point: str, scopes: frozenset[str]) -> Ending:
    with PracticeServer(channels=["news"], archived=["news"], limits=None, scopes=scopes) as slack:
        scene = Scene(folder, database, slack, ["news"], editors=[EDITOR])
        if point in LOOKING:
            slack.fault("chat.postMessage", "close_accepted")
        if point.startswith("write"):
            scene.write("one")
        victim = scene.start(failpoint=point)
        wait_for(lambda: has_ended(victim))
        scene.start()
        done = wait_for(lambda: bool(scene.heard(EDITOR)) and scene.all_is_said())
        scene.stop()
        return Ending(point, victim.exitcode, done, scene.heard(EDITOR))


def _endings(kind: str, folder: Path, request: pytest.FixtureRequest, scopes: frozenset[str]) -> list[Ending]:
    def database(i: int) -> str:
        if kind == "sqlite":
            return f"sqlite:///{folder}/{i}.db"
        server: PostgresServer = request.getfixturevalue("postgres")
        return server.database()

    urls = [database(i) for i in range(len(POINTS))]
    folders = [folder / str(i) for i in range(len(POINTS))]
    with ThreadPoolExecutor(len(POINTS)) as pool:
        return list(pool.map(_die_and_tell, folders, urls, POINTS, [scopes] * len(POINTS)))


@pytest.mark.long
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_no_point_of_death_doubles_or_loses_what_is_said(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    endings = _endings(kind, tmp_path, request, frozenset(SCOPES))

    assert [(e.point, e.killed_by) for e in endings if e.killed_by != -signal.SIGKILL] == []
    assert [e.point for e in endings if not e.done] == []
    assert [(e.point, e.heard) for e in endings if e.times != 1] == []


def test_where_no_history_tells_it_is_said_twice_at_most(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    endings = _endings("sqlite", tmp_path, request, MUTE)

    assert [e.point for e in endings if not e.done] == []
    assert [(e.point, e.heard) for e in endings if not 1 <= e.times <= 2] == []


@pytest.mark.parametrize("scopes", [frozenset(SCOPES), MUTE], ids=["readable", "mute"])
def test_three_replicas_in_bad_weather_say_everything(
    scopes: frozenset[str], database_url: str, tmp_path: Path
) -> None:
    """Six channels that nobody can enter, told to two editors, while replicas die and answers are lost."""
    names = ["one", "two", "three", "four", "five", "six"]
    with PracticeServer(channels=names, archived=names, limits=None, scopes=scopes) as slack:
        scene = Scene(tmp_path / "scene", database_url, slack, names, editors=[EDITOR, ME])
        for kind in random.sample(FAULTS, 4):
            slack.fault("chat.postMessage", kind)
        if "im:history" in scopes:
            slack.fault("conversations.history", "http_500")
        for _ in range(3):
            scene.start()
        for _ in range(3):
            wait_for(lambda: bool(slack.faults.listed()), seconds=2)
            scene.replicas[-1].kill()
            scene.start()
        told = wait_for(lambda: all(len(scene.heard(who)) >= len(names) for who in (EDITOR, ME)))
        done = told and wait_for(scene.all_is_said)
        ended = scene.stop()
        heard = {who: scene.heard(who) for who in (EDITOR, ME)}

        assert done
        assert ended == [0, 0, 0]
        for counts in heard.values():
            assert len(counts) == len(names)
            assert set(counts.values()) <= ({1} if "im:history" in scopes else {1, 2})
