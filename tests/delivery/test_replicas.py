"""Three real replicas on one database, a workspace that misbehaves, and a kill every now and then."""

from __future__ import annotations

import random
from pathlib import Path

from bot.practice.server import PracticeServer
from tests.delivery.scene import Scene, wait_for

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
