"""Several processes ask one index file and write into it: no answer is wrong, torn or an error."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path

import pytest

from bot.core.search.answer import Document
from bot.search import cache
from bot.search.engine import SearchEngine
from tests.search.stories import COMPANIES, TODAY, stories
from tests.waiting import PATIENCE

WORDS = ("avalanche", "bicycle", "cathedral", "dolphin", "eclipse", "flamingo")
VERSIONS = len(WORDS)
ROUNDS = 12


def version(number: int) -> list[Document]:
    """Return a few hundred stories, of which that many say zebra, and one word that no other version has."""
    copies = [
        replace(story, id=f"{story.id} {copy}", date=TODAY - timedelta(days=copy + n))
        for copy in range(12)
        for n, story in enumerate(stories())
    ]
    new = [
        Document(id=n, headline=f"Zebra Number {n}", body=f"With a {WORDS[number]}.", date=TODAY)
        for n in range(number + 1)
    ]
    return [*copies[number:], *new]


def wrong(engine: SearchEngine, number: int) -> list[object]:
    """Return what is not as it must be in that version."""
    zebras = engine.search("zebra", limit=50)
    ids = [match.story.id for match in zebras.matches]
    others = [other for other in range(VERSIONS) if engine.search(WORDS[other]).matches]
    mistyped = engine.search(WORDS[number][:3] + WORDS[number][2:])
    told = (zebras.total, sorted(map(int, ids)), others, mistyped.total)
    expected = (number + 1, [*range(number + 1)], [number], number + 1)
    return [] if told == expected else [(told, expected)]


def _read_and_write(seed: int, said: Queue[object]) -> None:
    lots = random.Random(seed)  # noqa: S311 no secret
    warnings: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: warnings.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("bot.search").addHandler(handler)
    mistakes: list[object] = []
    for _ in range(ROUNDS):
        number = lots.randrange(VERSIONS)
        with SearchEngine.over(version(number), COMPANIES, today=lambda: TODAY, source="shared") as engine:
            mistakes += wrong(engine, number)
            number = lots.randrange(VERSIONS)
            engine.update(version(number))
            mistakes += wrong(engine, number)
    # That another process was quicker is no mistake.
    said.put((mistakes, [line for line in warnings if not line.endswith(("process", "its place"))]))


def test_processes_read_while_others_write(index_folder: Path) -> None:
    spawn = get_context("spawn")
    said: Queue[object] = spawn.Queue()
    processes = [spawn.Process(target=_read_and_write, args=(seed, said), daemon=True) for seed in range(3)]
    for process in processes:
        process.start()

    assert [said.get(timeout=PATIENCE) for _ in processes] == [([], [])] * 3
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 3


def _only_read(said: Queue[object], over: object) -> None:
    mistakes: list[object] = []
    cache._PAGES_KB = 1  # nothing is kept, so that everything is read as it is now
    with SearchEngine.over(version(3), COMPANIES, today=lambda: TODAY, source="shared") as engine:
        said.put("open")
        while not over.is_set():  # type: ignore[attr-defined]
            mistakes += wrong(engine, 3)
            engine._index._rare.clear()
            engine._index._terms.clear()
    said.put(mistakes)


def test_a_reader_goes_on_while_another_process_writes(index_folder: Path) -> None:
    spawn = get_context("spawn")
    said: Queue[object] = spawn.Queue()
    over = spawn.Event()
    process = spawn.Process(target=_only_read, args=(said, over), daemon=True)
    process.start()
    assert said.get(timeout=PATIENCE) == "open"
    with SearchEngine.over(version(3), COMPANIES, today=lambda: TODAY, source="shared") as engine:
        for number in (*range(VERSIONS), *range(VERSIONS)):
            engine.update(version(number))
            assert wrong(engine, number) == []
    over.set()

    assert said.get(timeout=PATIENCE) == []
    process.join()
    assert process.exitcode == 0


@contextmanager
def _watched(monkeypatch: pytest.MonkeyPatch, engine: SearchEngine) -> Iterator[list[tuple[str, bool]]]:
    """Note what waits for the disk, and whether a question would wait for it, too."""
    synced: list[tuple[str, bool]] = []
    with monkeypatch.context() as patched:
        patched.setattr(cache, "_sync", lambda path: synced.append((path.suffix, engine._lock.locked())))
        yield synced


def test_no_question_waits_for_the_disk(index_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with SearchEngine.over(version(0), COMPANIES, today=lambda: TODAY, source="shared") as engine:
        with _watched(monkeypatch, engine) as synced:
            engine.update(version(1))

        assert synced == [("", False), (".sqlite", False)]
        assert wrong(engine, 1) == []
    assert [path.suffix for path in index_folder.iterdir()] == [".sqlite"]


@pytest.mark.parametrize(("boot", "is_built_anew"), [("another", True), (None, False)])
def test_change_that_the_machine_may_have_lost_is_built_anew(
    index_folder: Path, monkeypatch: pytest.MonkeyPatch, boot: str | None, is_built_anew: bool
) -> None:
    """A process that ends loses nothing, the machine what was not yet on the disk."""
    with SearchEngine.over(version(0), COMPANIES, today=lambda: TODAY, source="shared") as engine:
        monkeypatch.setattr(cache, "_settle", lambda path: None)
        engine.update(version(1))
    [mark] = index_folder.glob("*-unsettled")
    if boot:
        mark.write_text(boot)
    before = next(index_folder.glob("*.sqlite")).stat().st_ino

    with SearchEngine.over(version(1), COMPANIES, today=lambda: TODAY, source="shared") as engine:
        assert wrong(engine, 1) == []
    assert (next(index_folder.glob("*.sqlite")).stat().st_ino != before) is is_built_anew
