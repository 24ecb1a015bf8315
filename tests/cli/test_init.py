"""`roundup init`: what a newsletter begins with, and that nothing of anybody's is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.files.config import load_settings
from bot.files.schemas import CONFIG, DIGEST, schema_text


def init(folder: Path) -> Result:
    return CliRunner().invoke(main, ["init", str(folder)])


def test_what_it_writes_is_a_configuration_that_works(tmp_path: Path) -> None:
    begun = init(tmp_path / "news")
    settings = load_settings(tmp_path / "news" / "config.yaml")

    assert begun.exit_code == 0
    assert [entry.channel for entry in settings.channels] == ["#news"]
    assert [*settings.digests.iterdir()] == []
    assert "roundup check" in begun.stderr


def test_the_schemas_stand_beside_it_and_its_first_line_names_one(tmp_path: Path) -> None:
    init(tmp_path)
    first = (tmp_path / "config.yaml").read_text(encoding="utf-8").splitlines()[0]

    assert first == f"# yaml-language-server: $schema={CONFIG}"
    assert all(
        (tmp_path / name).read_text(encoding="utf-8") == schema_text(name) for name in (CONFIG, DIGEST)
    )


@pytest.mark.parametrize("line", ["preview", "demo --once"])
def test_whoever_has_begun_a_draft_is_told_what_holds_it_back(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`new` writes a draft: to be told of `new` again would lead in circles."""
    init(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    CliRunner().invoke(main, ["new", "--date", "2026-12-04"])
    shown = CliRunner().invoke(main, line.split())

    assert shown.exit_code == 1
    assert "`roundup preview 2026-12-04-untitled` shows it" in shown.stderr
    assert "`roundup new`" not in shown.stderr


@pytest.mark.parametrize("name", ["config.yaml", CONFIG, DIGEST])
def test_what_is_there_stays_and_nothing_is_written_beside_it(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    begun = init(tmp_path)

    assert begun.exit_code == 1
    assert begun.stderr == f"{tmp_path / name}: there already; nothing is written, give another folder\n"
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    begun = init(tmp_path / "file" / "news")

    assert begun.exit_code == 1
    assert begun.stderr == f"{tmp_path}/file/news/digests: the folder cannot be made: Not a directory\n"
