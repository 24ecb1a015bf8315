"""What readers shared is written down once, told once, and follows its digest."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from bot.core.delivery.copies import Stale
from bot.core.delivery.outbox import NOTHING
from tests.store.whole import open_store


def test_what_readers_shared_is_written_once_and_told_once(database_url: str) -> None:
    """One row a digest, as each is corrected for itself."""
    opened = open_store(database_url)
    place = {"channel": "C1", "name": "random", "who": "U1"}
    shared = [opened.share(press, ["d/2", "e/1", "d/1"], **place) for press in ("x", "x", "y")]
    opened.unshare("y")
    before = opened.look().changes
    opened.outdate("d", Stale.CORRECTED, channel="C2")
    fresh = opened.stale_copies()
    opened.outdate("d", Stale.CORRECTED)
    corrected = opened.untold_copies()
    told = [opened.outbox.tell_of_copies(NOTHING, "d", 1) for _ in range(2)]
    opened.outdate("d", Stale.CORRECTED)
    again = opened.untold_copies()
    opened.outdate("d", Stale.RETRACTED, channel="C1")
    opened.outdate("d", Stale.CORRECTED)
    retracted, stale, after = opened.untold_copies(), opened.stale_copies(), opened.look().changes
    opened.close()

    assert (shared, fresh, again) == ([True, False, True], (), ())
    assert told == [True, False]
    assert [(c.digest, c.stories, c.stale) for c in corrected] == [("d", ("d/1", "d/2"), Stale.CORRECTED)]
    assert retracted == stale == (replace(corrected[0], stale=Stale.RETRACTED),)
    assert after == before + 2  # so that the publisher looks


def test_many_presses_of_one_button_at_once_share_once(database_url: str) -> None:
    opened = open_store(database_url)
    with ThreadPoolExecutor(8) as pool:
        shared = list(
            pool.map(lambda _: opened.share("x", ["d/1", "e/1"], channel="C", name="", who="U"), range(16))
        )
    opened.close()

    assert sum(shared) == 1
