"""For how long a question waits while stories are written into the index that answers it.

    python -m benchmarks.search_waiting FOLDER

FOLDER has stories.jsonl.gz and queries.jsonl. One thread asks fifty questions a second while one story is
added, then a thousand. Waiting for the lock and for the
interpreter are not told apart.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path

from bot.core.search.answer import Document
from bot.search.archive import read_archive
from bot.search.engine import SearchEngine

QUESTIONS = 600
ADDED = (1, 1000)
PAUSE = 0.02  # seconds


class _Reader(threading.Thread):
    """Asks until it is told to stop, and remembers when and for how long."""

    def __init__(self, engine: SearchEngine, questions: Sequence[str]) -> None:
        super().__init__()
        self._engine, self._questions = engine, questions
        self._over = threading.Event()
        self.took: list[float] = []

    def run(self) -> None:
        for question in cycle(self._questions):
            if self._over.is_set():
                return
            start = time.perf_counter()
            self._engine.search(question)
            self.took.append(1e3 * (time.perf_counter() - start))
            time.sleep(PAUSE)

    def stop(self) -> list[float]:
        self._over.set()
        self.join()
        return sorted(self.took)


def _more(stories: Sequence[Document], count: int) -> Iterator[Document]:
    for n, story in enumerate(stories[:count]):
        headline = f"Zebrafish {n} {story.headline}"
        yield replace(story, id=f"new {count} {n}", headline=headline, date=story.date + timedelta(days=1))


def _asked(engine: SearchEngine, questions: Sequence[str], seconds: float = 5) -> list[float]:
    reader = _Reader(engine, questions)
    reader.start()
    time.sleep(seconds)
    return reader.stop()


def main() -> None:
    """Print the slowest questions, while nothing is written and while something is."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    asked = [json.loads(line)["q"] for line in (folder / "queries.jsonl").open()][:QUESTIONS]
    stories = list(read_archive(folder / "stories.jsonl.gz"))
    with tempfile.TemporaryDirectory() as place:
        os.environ["XDG_CACHE_HOME"] = place
        with SearchEngine.over(stories, {}, today=date.today) as engine:
            for question in asked:
                engine.search(question)
            _print("nothing written", _asked(engine, asked), 0)
            for count in ADDED:
                stories = [*stories, *_more(stories, count)]
                reader = _Reader(engine, asked)
                reader.start()
                start = time.perf_counter()
                engine.update(stories)
                took = time.perf_counter() - start
                _print(f"{count} added", reader.stop(), took)


def _print(what: str, took: Sequence[float], wrote: float) -> None:
    at = {share: took[min(len(took) - 1, int(share * len(took)))] for share in (0.5, 0.99, 0.999)}
    said = "  ".join(f"p{100 * share:g} {ms:.1f}" for share, ms in at.items())
    print(f"{what:16} {len(took):5} questions: {said}  slowest {took[-1]:.0f} ms; written in {wrote:.1f} s")


if __name__ == "__main__":
    main()
