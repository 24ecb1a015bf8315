"""What an archive's index costs: its file, to build it, to open it, to ask it, to change one story.

    python -m benchmarks.search_size FOLDER [--before TREE] [--turns N]

FOLDER has stories.jsonl.gz and queries.jsonl, as `benchmarks.search_archive` makes them. With another
checkout its figures are taken in turn with ours, in processes of their own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
QUESTIONS = 600
STEPS = ("build", "ask", "change")


def _private_mb() -> float:
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def _written_mb() -> float:
    [line] = [line for line in Path("/proc/self/io").read_text().splitlines() if line.startswith("wchar")]
    return int(line.split()[1]) / 1e6


def _cpu(act: Callable[[], Any]) -> tuple[Any, float]:
    start = time.process_time()
    return act(), 1e3 * (time.process_time() - start)


def _step(archive: Path, questions: Path) -> dict[str, float]:
    """Open the archive, building or changing its index if it must, and ask."""
    from bot.search.archive import search_archive

    asked = [json.loads(line)["q"] for line in questions.read_text("utf-8").splitlines()][:QUESTIONS]
    private, written = _private_mb(), _written_mb()
    engine, opened = _cpu(lambda: search_archive(archive, today=date.today))
    wrote = _written_mb() - written
    _, first = _cpu(lambda: engine.search(asked[0]))
    each = sorted(_cpu(partial(engine.search, question))[1] for question in asked)
    cache = Path(os.environ["XDG_CACHE_HOME"]) / "roundup"
    return {
        "open ms": opened,
        "first ms": first,
        "p50 ms": each[len(each) // 2],
        "p99 ms": each[len(each) * 99 // 100],
        "private MB": _private_mb() - private,
        "written MB": wrote,
        "cache MB": sum(file.stat().st_size for file in cache.iterdir()) / 1e6,
    }


def _turn(tree: Path, folder: Path) -> dict[str, dict[str, float]]:
    """Build, ask again, and ask once more after one story was added."""
    with tempfile.TemporaryDirectory() as place:
        archive = Path(place) / "stories.jsonl"
        with gzip.open(folder / "stories.jsonl.gz") as packed:
            archive.write_bytes(packed.read())
        figures = {}
        for step in STEPS:
            if step == "change":
                with archive.open("a") as file:
                    file.write(json.dumps(_NEW) + "\n")
            time.sleep(3)  # a file that was written just now is hashed each time
            command = [sys.executable, __file__, str(folder), "--step", str(archive)]
            env = {**os.environ, "PYTHONPATH": str(tree), "XDG_CACHE_HOME": place}
            done = subprocess.run(command, env=env, cwd=tree, check=True, capture_output=True)
            figures[step] = json.loads(done.stdout)
        figures["build"]["JSON MB"] = archive.stat().st_size / 1e6
        return figures


_NEW = {
    "id": "the new one",
    "headline": "Zebrafish swim upstream",
    "body": "Nobody had expected it.",
    "date": "2026-11-01",
}


def main() -> None:
    """Print the figures of each turn."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--before", type=Path)
    parser.add_argument("--turns", type=int, default=1)
    parser.add_argument("--step", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        print(json.dumps(_step(arguments.step, arguments.folder / "queries.jsonl")))
        return
    trees = [tree for tree in (arguments.before, ROOT) if tree]
    for _ in range(arguments.turns):
        for tree in trees:
            for step, figures in _turn(tree.resolve(), arguments.folder.resolve()).items():
                said = "  ".join(f"{name} {figure:.2f}" for name, figure in figures.items())
                print(f"{'now' if tree == ROOT else 'before':7}{step:7}{said}", flush=True)


if __name__ == "__main__":
    main()
