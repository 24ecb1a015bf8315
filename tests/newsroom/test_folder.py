"""A look at the digests folder, of which every second makes one."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.files.raw import signature
from bot.newsroom import folder as folder_module
from bot.newsroom.folder import Watch

MANY = 400  # files, of which no look goes through all
TURNS = 4  # looks in which a file that was written over has to be found
RECENT = 25  # files, the last by name, where it has to be found by the next one


@pytest.fixture
def many(tmp_path: Path) -> Path:
    for number in range(MANY):
        (tmp_path / f"{number:03}.yaml").write_text("a")
    return tmp_path


def settled(folder: Path) -> Watch:
    """Return a watch of a folder that has long been as it is."""
    watch = Watch()
    for _ in range(10):
        watch.look(folder)
    return watch


def test_a_folder_in_which_nothing_changes_is_the_same_each_time(many: Path) -> None:
    watch = settled(many)
    first = watch.look(many)

    assert len(first) == MANY
    assert all(watch.look(many) is first for _ in range(50))


def _add(folder: Path) -> None:
    (folder / "new.yaml").write_text("b")


def _remove(folder: Path) -> None:
    (folder / "007.yaml").unlink()


def _rename(folder: Path) -> None:
    (folder / "007.yaml").rename(folder / "x.yaml")


def _replace(folder: Path) -> None:
    (folder / ".007.yaml.swp").write_text("c")
    (folder / ".007.yaml.swp").replace(folder / "007.yaml")


def _add_folder(folder: Path) -> None:
    (folder / "older").mkdir()


@pytest.mark.parametrize("change", [_add, _remove, _rename, _replace, _add_folder])
def test_what_comes_goes_or_is_replaced_is_seen_by_the_next_look(
    many: Path, change: Callable[[Path], None]
) -> None:
    watch = settled(many)
    before = watch.look(many)

    change(many)

    assert watch.look(many) != before


@pytest.mark.parametrize("name", ["399.yaml", "390.yaml", "375.yaml"])
def test_one_of_the_last_files_written_over_in_place_is_found_by_the_next_look(many: Path, name: str) -> None:
    watch = settled(many)
    before = watch.look(many)

    (many / name).write_text("longer")

    assert watch.look(many) != before


@pytest.mark.parametrize("name", ["000.yaml", "001.yaml", "002.yaml", "003.yaml", "399.yaml"])
def test_a_file_written_over_in_place_is_found_within_a_few_looks(many: Path, name: str) -> None:
    watch = settled(many)
    before = watch.look(many)

    (many / name).write_text("longer")

    looks = [watch.look(many) for _ in range(TURNS)]
    assert looks[-1] != before
    assert looks[-1][name] == signature(many / name)  # type: ignore[index]


def _stop_the_clock(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a folder look as it is now, whatever happens in it."""
    now = signature(folder)
    monkeypatch.setattr(folder_module, "signature", lambda path: now if path == folder else signature(path))


def test_a_second_change_is_seen_though_a_coarse_clock_does_not_show_it(
    many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = settled(many)
    (many / "new.yaml").write_text("b")
    watch.look(many)

    _stop_the_clock(many, monkeypatch)
    (many / "newer.yaml").write_text("b")

    assert "newer.yaml" in watch.look(many)


def test_a_folder_that_does_not_tell_of_its_changes_is_listed_again(
    many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = settled(many)
    _stop_the_clock(many, monkeypatch)
    (many / "new.yaml").write_text("b")

    assert any("new.yaml" in watch.look(many) for _ in range(20))


def test_another_folder_is_looked_through_at_once(
    many: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    watch = settled(many)
    other = tmp_path_factory.mktemp("other")
    (other / "one.yaml").write_text("a")

    assert [*watch.look(other)] == ["one.yaml"]


def test_a_folder_that_is_gone_is_said_to_be_and_found_when_it_is_back(many: Path) -> None:
    watch = settled(many)
    there = watch.look(many)
    away = many.with_name("away")

    many.rename(away)
    assert watch.look(many) == "No such file or directory"
    away.rename(many)

    assert watch.look(many) == there


def _asked(folder: Path, monkeypatch: pytest.MonkeyPatch, *, looks: int) -> Counter[str]:
    """Return how often each file is asked in so many looks at a folder that has long been as it is."""
    watch, files = settled(folder), Counter[str]()

    def listening(path: str | Path | os.DirEntry[str]) -> tuple[int, ...]:
        if path != folder:
            files[os.path.basename(path)] += 1
        return signature(path)

    monkeypatch.setattr(folder_module, "signature", listening)
    for _ in range(looks):
        watch.look(folder)
    return files


@pytest.mark.parametrize("count", [1, 100])
def test_a_quiet_look_asks_every_file_of_a_small_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    names = [f"{number:03}.yaml" for number in range(count)]
    for name in names:
        (tmp_path / name).write_text("a")

    assert _asked(tmp_path, monkeypatch, looks=TURNS) == dict.fromkeys(names, TURNS)


@pytest.mark.parametrize(("count", "turns"), [(101, TURNS), (MANY, TURNS), (700, 7)])
def test_a_quiet_look_asks_the_last_files_of_a_large_folder_and_some_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, turns: int
) -> None:
    names = [f"{number:03}.yaml" for number in range(count)]
    for name in names:
        (tmp_path / name).write_text("a")

    asked = _asked(tmp_path, monkeypatch, looks=turns)

    assert asked == dict.fromkeys(names[:-RECENT], 1) | dict.fromkeys(names[-RECENT:], 1 + turns)


def test_what_a_quiet_look_costs_does_not_grow_with_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1900):
        (tmp_path / f"{number:04}.yaml").touch()

    assert _asked(tmp_path, monkeypatch, looks=1).total() <= 100 + RECENT
