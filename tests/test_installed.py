"""The wheel in a bare environment without extras: every command ends with a result, or with what to do."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import COMMANDS
from bot.cli.extras import EXTRAS
from bot.slack.manifest import manifest
from tests.bare import ROOT, installed
from tests.waiting import PATIENCE

pytestmark = pytest.mark.virtual  # what is installed here knows nothing of the tests' clock

Run = Callable[..., "subprocess.CompletedProcess[str]"]
PAGE = "<html><body><h1>Weekly</h1><h2>Fliggy Fuels Travel</h2><p>A body of a story.</p></body></html>"
TEXT = "Weekly\n\nFliggy Fuels Travel\n\nA body of a story.\n"
POST = "2020-05-01-road-to-recovery"
DRAFT = "2026-12-04-untitled"
# What one types -> exit code, and what the last line on stderr says.
IN_A_NEW_FOLDER = {
    "check": (0, "1 file: 0 errors, 1 warning"),
    "check --format github": (0, "1 file: 0 errors, 1 warning"),
    "new --date 2026-12-04": (0, ""),
    "init": (1, "there already"),
    "plan": (0, ""),
    f"preview {DRAFT}": (1, "no digest"),
    "search Fliggy": (0, ""),
    "status": (0, ""),
    "manifest": (0, ""),
    "doctor": (1, "1 fault."),
    "run": (1, "SLACK_BOT_TOKEN"),
    f"post {POST}": (1, ""),
    f"retract {POST}": (1, ""),
    f"retry {POST}": (1, ""),
    f"resolve {POST} --channel #news --drop": (1, ""),
    "skip #news 2026-12-25": (1, ""),
    "unskip #news 2026-12-25": (1, ""),
    "add page.txt": (1, "page.txt: a digest's file"),
    f"export {POST}": (1, ""),
    "recover": (1, ""),
    "backup copy.db": (1, "nothing to back up"),
    "copy-database sqlite:///other.db": (1, "nothing to copy"),
    "forget U024BE7LH --yes": (0, ""),
    "import page.html --date 2026-12-04 --yes": (1, "pip install charset-normalizer feedparser"),
    "import page.txt --date 2026-12-04 --yes": (0, "written: "),
    "demo --once": (1, "`roundup new`"),
}


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(tmp_path_factory)


@pytest.fixture(scope="session")
def begun(home: Path) -> Path:
    """Return a folder as `roundup init` leaves it, with something to import."""
    folder = home / f"begun-{os.getpid()}"
    subprocess.run((home / "env/bin/roundup", "init", folder), env={}, check=True, capture_output=True)
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    (folder / "page.txt").write_text(TEXT, encoding="utf-8")
    return folder


@pytest.fixture
def run(home: Path, tmp_path: Path) -> Run:
    """Run the installed `roundup` in an empty folder, with nothing of this environment."""

    def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            (home / "env/bin/roundup", *arguments),
            cwd=tmp_path,
            env={
                "HOME": str(tmp_path),
                "LANG": "C.UTF-8",
                "XDG_CACHE_HOME": str(tmp_path / "cache"),
                **environ,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )

    return run


def test_the_wheel_holds_what_the_commands_need(home: Path) -> None:
    (wheel,) = (home / "wheel").glob("slack_roundup-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if not name.endswith(".py") and "dist-info/" not in name}
        rooms = {name.partition("/")[0] for name in archive.namelist() if "dist-info/" not in name}

    there = {path for path in (ROOT / "bot").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert held == {str(path.relative_to(ROOT)) for path in there if path.suffix != ".py"}
    assert {
        "bot/practice/page/index.html",
        "bot/schemas/digest.schema.json",
        "bot/example/config.yaml",
    } <= held
    assert rooms == {"bot"}


def test_the_example_is_shown_in_an_empty_folder(run: Run) -> None:
    shown = run("demo", "--once")

    assert shown.returncode == 0, shown.stderr
    assert "the example that comes with the bot" in shown.stdout
    assert "Fliggy Fuels Travel and Hospitality Sectors" in shown.stdout


def test_a_configuration_that_was_named_is_never_replaced_by_the_example(run: Run) -> None:
    for shown in (
        run("--config", "mine.yaml", "demo", "--once"),
        run("demo", "--once", ROUNDUP_CONFIG="a.yaml"),
    ):
        assert shown.returncode == 1
        assert "no such file; `roundup init` begins one" in shown.stderr


@pytest.mark.parametrize("line", IN_A_NEW_FOLDER)
def test_each_command_ends_with_a_result_or_a_line(line: str, run: Run, begun: Path, tmp_path: Path) -> None:
    shutil.copytree(begun, tmp_path, dirs_exist_ok=True)
    code, said = IN_A_NEW_FOLDER[line]

    done = run(*line.split())

    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert said in (done.stderr.splitlines() or [""])[-1]
    assert done.stdout or done.stderr
    assert code == 0 or len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("line", ["check", "doctor", "new", "plan", f"post {POST}", "preview", "status"])
def test_where_there_is_no_configuration_a_line_says_how_to_begin_one(line: str, run: Run) -> None:
    done = run(*line.split(), SLACK_BOT_TOKEN="xoxb-1")
    said = done.stdout if line == "check" else done.stderr

    assert done.returncode == 1
    assert said.startswith("config.yaml:1:1: error: no such file")
    assert len(said.splitlines()) == 1


def test_every_command_is_tried() -> None:
    assert {line.split()[0] for line in IN_A_NEW_FOLDER} == set(COMMANDS)


@pytest.mark.parametrize("command", ["status", "run --socket"])
def test_postgresql_without_its_driver_is_one_line(
    command: str, run: Run, begun: Path, tmp_path: Path
) -> None:
    shutil.copytree(begun, tmp_path, dirs_exist_ok=True)
    done = run(
        *command.split(),
        DATABASE_URL="postgresql://somebody:secret@127.0.0.1/roundup",
        SLACK_BOT_TOKEN="xoxb-1",
        SLACK_APP_TOKEN="xapp-1",
    )

    assert done.returncode == 1
    assert "psycopg[binary]" in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


def test_help_and_version_need_nothing(run: Run) -> None:
    assert run("--version").stdout.startswith("roundup, version ")
    said = run("--help").stdout
    assert [name for name in COMMANDS if name not in said] == []


def test_the_manifest_needs_no_folder(run: Run) -> None:
    assert json.loads(run("manifest").stdout) == manifest()


def test_what_an_extra_holds_is_what_is_said() -> None:
    """Its packages are written down twice: for pip, and in the words of whoever lacks one."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]

    for extra, (packages, _) in EXTRAS.items():
        assert sorted(packages) == sorted(re.split(r"[>=<,]", text)[0] for text in extras[extra])


@pytest.mark.parametrize(
    ("shell", "words", "offered"),
    [("bash", "roundup che", "check"), ("zsh", "roundup pre", "preview"), ("fish", "roundup sta", "status")],
)
def test_a_shell_completes_what_is_typed(run: Run, shell: str, words: str, offered: str) -> None:
    typed = {"COMP_WORDS": words, "COMP_CWORD": words.rsplit(maxsplit=1)[-1] if shell == "fish" else "1"}
    source = run(_ROUNDUP_COMPLETE=f"{shell}_source")
    done = run(_ROUNDUP_COMPLETE=f"{shell}_complete", **typed)

    assert "_ROUNDUP_COMPLETE" in source.stdout
    assert offered in re.split(r"[\n,\t]", done.stdout)


def test_python_m_bot_is_the_same_command(home: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        (home / "env/bin/python", "-m", "bot", "chekc"),
        cwd=tmp_path,
        env={},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == 2
    assert "did you mean `check`?" in done.stderr
