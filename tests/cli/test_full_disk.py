"""A disk on which nothing more can be written: one line says so, and no half of a file is left behind."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main

ROOT = Path(__file__).parents[2]
SEED = str(ROOT / "tests" / "data" / "alibaba-news-roundup-road-to-recovery.txt")
FULL = Path("/dev/full")
DIGEST = "2020-05-01-road-to-recovery"


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file become larger than that."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "digests", tmp_path / "digests")
    shutil.copy(ROOT / "config.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/roundup.db")
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    return tmp_path


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (("new", "A Title", "--date", "2026-12-04"), "digests/2026-12-04-a-title.yaml"),
        (("import", SEED, "--date", "2020-05-02", "--yes"), "digests/2020-05-02-road-to-recovery.yaml"),
        (("export", DIGEST, "--output", "out.yaml"), "out.yaml"),
        (("init", "another"), "another/config.yaml"),
    ],
)
def test_what_found_no_room_is_not_there_and_works_once_there_is(
    words: tuple[str, ...], first: str, folder: Path
) -> None:
    """An empty file would be a broken digest, and "is there already" at the next try."""
    before = files(folder)
    with room_for(10):
        refused = run(*words)
    left = files(folder)
    again = run(*words)

    assert refused.exit_code == 1
    assert refused.stderr.splitlines()[-1] == f"{first}: cannot be written: File too large"
    assert left == before
    assert again.exit_code == 0
    assert first in files(folder)


def test_a_beginning_for_which_there_is_room_for_half_leaves_nothing(tmp_path: Path) -> None:
    """The configuration alone would be in the way of the next try."""
    with room_for(4000):
        refused = run("init", str(tmp_path))

    assert "cannot be written: File too large" in refused.stderr
    assert files(tmp_path) == set()
    assert run("init", str(tmp_path)).exit_code == 0


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has such a file")
@pytest.mark.parametrize("words", [("search", "Fliggy"), ("export", DIGEST), ("check", "--format", "json")])
def test_output_that_goes_to_a_full_disk_is_one_line(words: tuple[str, ...], folder: Path) -> None:
    """As in `roundup search Fliggy > answer`; nor does Python have more to say when it ends."""
    command = [sys.executable, "-m", "bot", "--config", str(folder / "config.yaml"), *words]
    with FULL.open("w") as full:
        ended = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert ended.returncode == 1
    assert ended.stderr == "no room is left on the disk that this writes to: make room there\n"
