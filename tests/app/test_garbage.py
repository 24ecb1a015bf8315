"""What Python's garbage collector has to look at: while it looks, every reader waits."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.app.bot import Bot, settle
from tests.files.written_files import CONFIG, DIGEST, write


def test_answers_leave_nothing_that_must_be_looked_for(tmp_path: Path) -> None:
    """So that it may be looked for seldom."""
    write(tmp_path / "digests" / "first.yaml", DIGEST)
    environ = {"SLACK_BOT_TOKEN": "xoxb-test", "DATABASE_URL": f"sqlite:///{tmp_path}/roundup.db"}
    bot = Bot(write(tmp_path / "config.yaml", CONFIG), environ)

    with _garbage() as found:
        for text in ("Fliggy", "fligyy", "Fliggy Kraken", "no such story", "latest", "", "companies"):
            assert bot._answer_at_once({"command": "/roundup", "text": text})
    bot.stop()

    assert found == []


def test_what_is_here_to_stay_is_not_looked_at_again() -> None:
    before = gc.get_threshold()
    try:
        settle()

        assert not any(thing is Bot for thing in gc.get_objects())
        assert gc.get_threshold()[0] > before[0]
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


@contextmanager
def _garbage() -> Iterator[list[object]]:
    """Hand over the objects of ours that are garbage in the end."""
    found: list[object] = []
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        yield found
        gc.collect()
        found += [thing for thing in gc.garbage if type(thing).__module__.startswith("bot.")]
    finally:
        gc.garbage.clear()
        gc.set_debug(0)
        gc.enable()
