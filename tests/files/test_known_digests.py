"""Digests that were read before: found again by their bytes, and never anything else."""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.digest import Digest
from bot.files import known_digests
from bot.files.digest_file import open_digest, read_digest
from bot.files.known_digests import KnownDigests
from tests.files.written_files import DIGEST, write

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted([*ROOT.glob("digests/*.yaml"), *ROOT.glob("tests/samples/digests/*.yaml")])


class Parsed(list[str]):
    """Counts which files were read as YAML."""


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Parsed:
    names = Parsed()

    def counting(path: Path, content: bytes | None = None) -> object:
        names.append(path.name)
        return open_digest(path, content)

    monkeypatch.setattr(known_digests, "open_digest", counting)
    return names


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "digests.sqlite"


def read(cache: Path, *paths: Path) -> list[Digest | None]:
    with KnownDigests(cache).reading() as read:
        return [read(path)[0] for path in paths]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_what_is_found_again_is_what_was_read(path: Path, cache: Path, parsed: Parsed) -> None:
    first, again = read(cache, path), read(cache, path)

    assert first == again == [read_digest(path)[0]]
    assert parsed == [path.name]


def test_only_what_changed_is_read(tmp_path: Path, cache: Path, parsed: Parsed) -> None:
    paths = [write(tmp_path / f"{name}.yaml", DIGEST) for name in "abc"]
    read(cache, *paths)
    parsed.clear()
    write(paths[1], DIGEST.replace("Recovery", "Ruin"))

    assert [digest.title for digest in read(cache, *paths) if digest] == [
        "Road to Recovery",
        "Road to Ruin",
        "Road to Recovery",
    ]
    assert parsed == ["b.yaml"]


def test_same_bytes_under_another_name_are_another_digest(tmp_path: Path, cache: Path) -> None:
    read(cache, write(tmp_path / "a.yaml", DIGEST))

    [digest] = read(cache, write(tmp_path / "b.yaml", DIGEST))

    assert digest
    assert (digest.id, digest.stories[0].id) == ("b", "b/1")


def test_broken_file_is_read_each_time_and_says_where(tmp_path: Path, cache: Path, parsed: Parsed) -> None:
    """Its mistakes are told with its path, which its bytes do not have."""
    path = write(tmp_path / "a.yaml", DIGEST + "x: 1\n")
    for _ in range(2):
        with KnownDigests(cache).reading() as read:
            digest, problems = read(path)
        assert (digest, [(p.file, p.line) for p in problems]) == (None, [(str(path), 6)])
    assert parsed == ["a.yaml", "a.yaml"]


def test_what_others_could_have_written_is_not_believed(
    tmp_path: Path, cache: Path, parsed: Parsed, caplog: pytest.LogCaptureFixture
) -> None:
    """A row becomes news as it stands: nobody but us may have put it there."""
    path = write(tmp_path / "a.yaml", DIGEST)
    read(cache, path)
    assert cache.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(cache)) as planted, planted:
        planted.execute("UPDATE digests SET digest = replace(digest, 'Recovery', 'Riches')")
    cache.chmod(0o666)
    caplog.set_level(logging.INFO)

    [digest] = read(cache, path)

    assert digest
    assert digest.title == "Road to Recovery"
    assert "digests_not_kept" in caplog.text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_file_of_another_user_is_not_believed(tmp_path: Path, cache: Path, parsed: Parsed) -> None:
    path = write(tmp_path / "a.yaml", DIGEST)
    read(cache, path)
    os.chown(cache, 65534, 65534)

    read(cache, path)

    assert parsed == ["a.yaml"]  # and once more by `read_digest`, which nobody counts


def test_link_is_not_followed(tmp_path: Path, cache: Path) -> None:
    target = write(tmp_path / "elsewhere", b"")
    cache.parent.mkdir()
    cache.symlink_to(target)

    assert read(cache, write(tmp_path / "a.yaml", DIGEST)) != [None]
    assert target.read_bytes() == b""


@pytest.mark.parametrize("damage", [b"no database", b"SQLite format 3\0" + b"x" * 4000])
def test_damaged_file_is_made_anew(tmp_path: Path, cache: Path, parsed: Parsed, damage: bytes) -> None:
    path = write(tmp_path / "a.yaml", DIGEST)
    write(cache, damage).chmod(0o600)

    assert read(cache, path) == read(cache, path) == [read_digest(path)[0]]
    assert parsed == ["a.yaml"]


def test_row_that_says_nothing_is_passed_over(tmp_path: Path, cache: Path) -> None:
    path = write(tmp_path / "a.yaml", DIGEST)
    read(cache, path)
    with closing(sqlite3.connect(cache)) as damaged, damaged:
        damaged.execute("UPDATE digests SET digest = '{}'")

    assert read(cache, path) == [read_digest(path)[0]]


def test_where_nothing_can_be_kept_files_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.yaml", DIGEST)
    write(tmp_path / "file", "in the way")

    assert read(tmp_path / "file" / "digests.sqlite", path) == [read_digest(path)[0]]


def test_another_version_of_the_reader_reads_anew(
    tmp_path: Path, cache: Path, parsed: Parsed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an upgrade the same bytes may mean something else."""
    path = write(tmp_path / "a.yaml", DIGEST)
    read(cache, path)
    monkeypatch.setattr(known_digests, "_reader", lambda: b"another")
    read(cache, path)

    assert parsed == ["a.yaml", "a.yaml"]


def test_only_the_last_ones_are_kept(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_digests, "KEPT", 3)
    path = tmp_path / "a.yaml"
    for n in range(10):
        read(cache, write(path, DIGEST.replace("Recovery", str(n))))

    with closing(sqlite3.connect(cache)) as kept:
        assert kept.execute("SELECT count(*) FROM digests").fetchone() == (3,)
