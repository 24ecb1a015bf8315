"""The documents are held to the code: examples are run, files loaded, and nothing one may set goes unsaid.

`console` blocks are run in order, in a copy of what a user has, against a practice workspace. "…" in the
output they show stands for any text, on a line of its own for any lines. A command without output may say
anything.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import pytest
import yaml

from bot.app.figures import Known, Metrics
from bot.cli import COMMANDS, main
from bot.core.delivery.state import State
from bot.core.environment import read_environment
from bot.files.config import ChannelEntry, ConfigEntry, DeliveryEntry, load_settings, read_duration, read_keep
from bot.files.digest_file import DigestEntry, ImageEntry, StoryEntry, read_digest
from bot.files.yamlfile import FileModel
from bot.practice.server import SIGNING_SECRET, PracticeServer
from bot.practice.tokens import APP_TOKEN, BOT_TOKEN
from bot.slack.manifest import manifest
from tests.children import handed_on
from tests.waiting import PATIENCE

ROOT = Path(__file__).parent.parent
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
SOURCES = sorted((ROOT / "bot").rglob("*.py"))
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(path: Path, kind: str) -> list[str]:
    return [textwrap.dedent(text) for _, name, text in BLOCK.findall(read(path)) if name == kind]


def having(kind: str) -> list[Path]:
    return [path for path in DOCUMENTS if blocks(path, kind)]


def sections(path: Path) -> dict[str, str]:
    """Map each heading of the second level to what stands below it."""
    parts = re.split(r"^## (.+)\n", read(path), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(text: str) -> Iterator[list[str]]:
    """Yield the cells of every table row, without the headings."""
    lines = text.splitlines()
    for before, line in zip(["", *lines], lines, strict=False):
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if before.startswith("|") and cells and not set(line) <= set("|- "):
            yield cells


def code(text: str) -> list[str]:
    """Return what stands between backticks in running text."""
    spans = re.findall(r"``(.+?)``|`([^`\n]+)`", BLOCK.sub("", text))
    return [(double or single).replace("\\|", "|") for double, single in spans]


# --- commands ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a `console` block, and what it is said to print."""

    line: str
    output: str

    def prints(self, said: str) -> bool:
        """Compare line by line; blank lines are left out, so that examples stay short."""
        pattern = "".join(
            r"(?:.*\n)*?" if line == "…" else r".*".join(map(re.escape, line.split("…"))) + r" *\n"
            for line in self.output.splitlines()
            if line.strip()
        )
        heard = re.sub(r"^ *\n", "", said, flags=re.MULTILINE)
        return not self.output or re.fullmatch(pattern, heard) is not None


def commands(block: str) -> Iterator[Command]:
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        line, _, output = part.partition("\n")
        yield Command(line, output)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What a user has in front of them."""
    folder = tmp_path / "roundup"
    for name in ("config.yaml", "digests", "bot/schemas/digest.schema.json", "tests/data"):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target)
        else:
            shutil.copy(ROOT / name, target)
    return folder


@pytest.fixture
def shell(copy: Path, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Variables of a shell in which `roundup` is this code, and Slack a practice workspace."""
    program = tmp_path / "bin" / "roundup"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m bot "$@"\n')
    program.chmod(0o755)
    names = [entry.channel for entry in load_settings(copy / "config.yaml").channels]
    with PracticeServer(channels=names, limits=None) as server:
        yield {
            "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "LANG": "C.UTF-8",
            **handed_on(),
            "COLUMNS": "120",
            "SLACK_API_URL": server.api_url,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        }


@pytest.mark.long
@pytest.mark.parametrize("document", having("console"), ids=lambda path: path.name)
def test_what_a_console_block_shows_is_what_happens(
    document: Path, copy: Path, shell: dict[str, str]
) -> None:
    for block in blocks(document, "console"):
        for command in commands(block):
            done = subprocess.run(
                ["sh", "-c", command.line],
                cwd=copy,
                env=shell,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                timeout=PATIENCE,
                check=False,
            )

            assert done.returncode == 0, f"$ {command.line}\n{done.stdout}"
            assert command.prints(done.stdout), f"$ {command.line}\n{done.stdout}\nis not\n{command.output}"


def test_an_example_that_prints_something_else_is_noticed() -> None:
    said = Command("roundup post week", "#news gets it …\n…\nweek: 4 sent\n")

    assert said.prints("#news gets it now\nany\nlines\nweek: 4 sent\n")
    assert not said.prints("#news gets it now\nweek: 3 sent\n")
    assert not said.prints("#news gets it now\nweek: 4 sent\nand more\n")


def documented_calls() -> list[str]:
    """Every use of the shell command, in running text and in blocks; not `/roundup`, which is Slack's."""
    found = []
    for path in DOCUMENTS:
        text = read(path)
        spans = code(text)
        lines = [command.line for block in blocks(path, "console") for command in commands(block)]
        lines += [line for block in blocks(path, "sh") for line in block.splitlines()]
        found += [part for part in (*spans, *lines) if re.match(r"(?:\w+=\S* )*roundup (?!--version)", part)]
    return found


def used(call: str) -> tuple[str, set[str]]:
    """Return the command that a call names and the options it gives to it."""
    words = re.split(r" (?:[>&]|\|\|?) ", call)[0].partition("roundup ")[2]
    words = re.sub(r"^--config \S+ ", "", words)
    return words.split()[0], set(re.findall(r"--[a-z][a-z-]*", words))


def options_of(name: str) -> set[str]:
    context = click.Context(main)
    command = main.get_command(context, name)
    assert command is not None
    return {
        option
        for parameter in command.params
        for option in parameter.opts
        if isinstance(parameter, click.Option) and option != "--help"
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented_and_nothing_else(name: str) -> None:
    calls = [used(call) for call in documented_calls()]
    documented = [options for command, options in calls if command == name]

    assert documented, f"no document names `roundup {name}`"
    assert set().union(*documented) - {"--help"} == options_of(name)


def test_no_document_names_a_command_that_does_not_exist() -> None:
    assert {used(call)[0] for call in documented_calls()} <= set(COMMANDS)


def test_the_option_for_another_configuration_is_documented() -> None:
    assert any(call.startswith("roundup --config ") for call in documented_calls())


# --- files ---------------------------------------------------------------------------------------------


REST_OF_CONFIG = 'timezone: Europe/London\nchannels: [{channel: "#news", post: fri 09:00}]\n'


@pytest.mark.parametrize("document", having("yaml"), ids=lambda path: path.name)
def test_every_yaml_example_loads(document: Path, tmp_path: Path) -> None:
    """A part of a configuration is completed with what every configuration needs."""
    for text in blocks(document, "yaml"):
        path = tmp_path / "example.yaml"
        path.write_text(text, encoding="utf-8")
        if re.search(r"^stories:", text, re.MULTILINE):
            digest, problems = read_digest(path)
            assert digest, problems
            continue
        if not re.search(r"^channels:", text, re.MULTILINE):
            path.write_text(text + REST_OF_CONFIG, encoding="utf-8")
        load_settings(path)


def key_rows(text: str) -> list[tuple[str, str]]:
    return [(code(cells[0])[0], cells[-1]) for cells in rows(text) if code(cells[0])]


def check_keys(documented: list[tuple[str, str]], *models: type[FileModel]) -> None:
    fields = [(name, field) for model in models for name, field in model.model_fields.items()]

    assert [name for name, _ in documented] == [name for name, _ in fields]
    for (name, default), (_, field) in zip(documented, fields, strict=True):
        assert (default == "required") == field.is_required(), name
        match field.default:
            case timedelta():
                read = read_keep if name == "keep" else read_duration
                assert read(code(default)[0]) == field.default, name
            case StrEnum():
                assert code(default)[0] == field.default, name


@pytest.mark.parametrize(
    ("heading", "model"),
    [("Top level", ConfigEntry), ("Channels", ChannelEntry), ("Delivery", DeliveryEntry)],
)
def test_every_key_of_the_configuration_is_documented_with_its_default(
    heading: str, model: type[FileModel]
) -> None:
    documented = key_rows(sections(ROOT / "docs/admins.md")[heading])

    check_keys([row for row in documented if row[0]], model)


def test_every_key_of_a_digest_is_documented() -> None:
    documented = key_rows(sections(ROOT / "docs/editors.md")["Write"])

    check_keys(documented, DigestEntry, StoryEntry, ImageEntry)


# --- what an operator sets and sees --------------------------------------------------------------------

OPERATORS = ROOT / "docs/operators.md"


class Asked(dict[str, str]):
    """An environment in which nothing is set, and which remembers what was looked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return default


def test_every_variable_is_documented_with_its_default() -> None:
    asked = Asked()
    environment = read_environment(asked)
    elsewhere = {
        name
        for path in SOURCES
        for names in re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"|"([A-Z_]+)" in environ', read(path))
        for name in names
        if name
    }
    by_click = {str(parameter.envvar) for parameter in main.params if parameter.envvar}
    documented = dict(key_rows(sections(OPERATORS)["Environment"]))

    assert documented.keys() == asked.names | elsewhere | by_click
    assert code(documented["SLACK_API_URL"]) == [environment.api_url]
    assert code(documented["DATABASE_URL"]) == [environment.database_url]
    assert code(documented["HOST"]) == [environment.host]
    assert code(documented["LOG_LEVEL"])[0] == environment.log_level


def event_patterns() -> set[str]:
    found: set[str] = set()
    for path in SOURCES:
        found |= set(re.findall(r'\blog\.\w+\(\s*"([a-z_%]*_[a-z_%]+)\b', read(path)))
    return found


def test_every_log_event_is_documented_and_nothing_else() -> None:
    documented = {name for cells in rows(sections(OPERATORS)["Logs"]) for name in code(cells[0])}
    patterns = {event: re.compile(event.replace("%s", r"[a-z_<>]+")) for event in event_patterns()}

    assert len(patterns) > 20
    assert [event for event, p in patterns.items() if not any(map(p.fullmatch, documented))] == []
    assert [name for name in documented if not any(p.fullmatch(name) for p in patterns.values())] == []


def test_every_metric_is_documented() -> None:
    page = Metrics(known=lambda: Known(socket=True)).page().decode()
    names = set(re.findall(r"^# TYPE (\w+) ", page, re.MULTILINE))
    documented = {
        re.sub(r"\{.*", "", name) for cells in rows(sections(OPERATORS)["Health"]) for name in code(cells[0])
    }

    ours = {name for name in names if name.startswith("roundup_") and not name.endswith("_created")}
    assert len(ours) > 10
    assert ours <= documented


def test_every_state_of_a_delivery_is_documented() -> None:
    documented = {name for cells in rows(read(ROOT / "docs/delivery.md")) for name in code(cells[0])}

    assert set(State) <= documented


def test_every_address_of_the_practice_workspace_is_documented() -> None:
    documented = {re.sub(r"\?.*", "", name) for name in code(read(ROOT / "docs/developers.md"))}
    server = PracticeServer(channels=["#news"])
    paths = {re.sub(r"\{.*", "", route.path) for route in server.page.routes()}
    server.stop()

    assert paths <= documented


# --- links, manifest, hooks ----------------------------------------------------------------------------


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", BLOCK.sub("", read(path)), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


LINKED = [*DOCUMENTS, *sorted((ROOT / "benchmarks").glob("*.md")), *sorted((ROOT / ".github").rglob("*.md"))]


@pytest.mark.parametrize("document", LINKED, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    """Those to other sites are only read: a test needs no network, and no site of others fails it."""
    for link in re.findall(r"\]\(([^)\s]+)\)", BLOCK.sub("", read(document))):
        if link.startswith("https://"):
            assert "." in (urlsplit(link).hostname or ""), link
            continue
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document

        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_is_named_exists(document: Path) -> None:
    named = {
        name
        for span in code(read(document))
        for name in re.findall(r"(?:bot|tests|benchmarks)/[\w/.-]+", span)
    }

    assert [name for name in sorted(named) if not (ROOT / name.rstrip(".")).exists()] == []


# Not the code: it knows words of eight languages, their beginnings and their endings.
SPELLED = ("docs", "deploy", ".github", "bot/schemas", "config.yaml", "Makefile", "Dockerfile", "action.yml")


def spelling(*paths: str | Path) -> str:
    command = (sys.executable, "-m", "codespell_lib", "--toml", ROOT / "pyproject.toml", *paths)
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert checked.stderr == "", checked.stderr
    return checked.stdout


def test_words_are_spelled_as_others_spell_them() -> None:
    assert spelling("--skip=*.pyc", *SPELLED, *LINKED) == ""


def test_a_misspelt_word_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("A posted digest is not refered to.", encoding="utf-8")

    assert "refered ==> referred" in spelling(tmp_path)


def test_every_room_is_described() -> None:
    described = [code(cells[0])[0] for cells in rows(sections(ROOT / "docs/developers.md")["The rooms"])]
    rooms = [f"bot/{path.parent.name}/" for path in (ROOT / "bot").glob("*/__init__.py")]

    assert sorted(described) == sorted(rooms)


def test_a_commit_is_checked_by_what_make_test_runs_and_nothing_is_downloaded() -> None:
    checked = yaml.safe_load(read(ROOT / ".pre-commit-config.yaml"))["repos"]
    hooks = [hook for repo in checked for hook in repo["hooks"]]
    lines = {" ".join((hook["entry"], *hook.get("args", ()))) for hook in hooks}
    tests = (
        read(ROOT / "Makefile").replace("$(BIN)", ".venv/bin").partition("\nchecks:")[2].partition("\n\n")[0]
    )
    quick = [line.strip() for line in tests.splitlines()[1:]]

    assert {repo["repo"] for repo in checked} == {"local"}
    assert {hook["language"] for hook in hooks} <= {"system", "pygrep"}
    assert len(quick) == 4
    assert [line for line in quick if line not in lines] == []


def test_nobody_is_told_to_install_another_product() -> None:
    """PyPI's `roundup` is an issue tracker; ours is `slack-roundup`."""
    wrong = re.compile(r"pipx? install [^`\n]*?(?<![\w-])roundup\b|(?<![\w-])roundup\[[a-z]")
    told = [(path.name, wrong.findall(read(path))) for path in (*DOCUMENTS, *SOURCES)]

    assert [(name, found) for name, found in told if found] == []


def test_pins_name_no_index() -> None:
    """A lock file must work with whatever registry whoever installs it uses."""
    for name in ("requirements.txt", "requirements-test.txt"):
        lines = [line for line in read(ROOT / name).splitlines() if not line.startswith("#")]

        assert lines
        assert [line for line in lines if re.search(r"://|^-", line)] == []


def test_manifest_json_is_what_the_command_prints() -> None:
    assert json.loads(read(ROOT / "manifest.json")) == manifest()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The part of a clone that the Slack CLI looks at."""
    shutil.copytree(ROOT / ".slack", tmp_path / ".slack")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    python.chmod(0o755)
    return tmp_path


def hook(project: Path, name: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a hook as the Slack CLI does: cut at blanks, without a shell."""
    line: str = json.loads(read(project / ".slack/hooks.json"))["hooks"][name]
    return subprocess.run(
        line.split(),
        cwd=project,
        env={"PATH": os.environ["PATH"], **handed_on(), **environ},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


def test_slack_cli_gets_the_hooks_and_the_manifest(project: Path) -> None:
    hooks = json.loads(hook(project, "get-hooks").stdout)

    assert {"get-hooks", "get-manifest", "start"} <= hooks["hooks"].keys()
    assert json.loads(hook(project, "get-manifest").stdout) == manifest()


@pytest.mark.parametrize(
    ("variable", "said"),
    [("SLACK_CLI_XOXB", "SLACK_BOT_TOKEN holds"), ("SLACK_CLI_XAPP", "SLACK_APP_TOKEN holds")],
)
def test_slack_cli_starts_the_bot_with_its_own_tokens(project: Path, variable: str, said: str) -> None:
    """It names them differently; a token of the wrong kind shows which one arrived where."""
    tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, variable: "xoxp-other"}

    started = hook(project, "start", **tokens)

    assert (started.returncode, started.stderr[: len(said)]) == (1, said)
