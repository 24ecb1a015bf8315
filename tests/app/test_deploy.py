"""What hosts and pipelines are handed is held to the code, as far as that goes without them."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.core.environment import Environment, read_environment
from tests.app.processes import bot, until_ready
from tests.children import handed_on
from tests.missing import missing
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "deploy/roundup.service"
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
PIPELINES = sorted((ROOT / ".github/workflows").glob("*.yml"))


def loaded(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} +(.+)$", DOCKERFILE, re.MULTILINE)


class Known(dict[str, str]):
    """Remembers which variables the bot asks for."""

    def get(self, key: str, default: Any = None) -> Any:
        self[key] = ""
        return default


def known_variables() -> set[str]:
    asked = Known()
    assert isinstance(read_environment(asked), Environment)
    return {*asked, "XDG_CACHE_HOME"}


# --- the image -----------------------------------------------------------------------------------------


def test_the_image_runs_as_nobody_in_particular() -> None:
    assert re.fullmatch(r"[1-9]\d*:0", instructions("USER")[-1])
    assert "/data" in " ".join(instructions("RUN")[-1:])
    assert json.loads(instructions("ENTRYPOINT")[-1]) == ["roundup"]


def test_the_image_is_made_of_what_is_there_and_is_handed_in() -> None:
    handed_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[0] == "!"}
    copied = {
        name for line in instructions("COPY") if "--from" not in line for name in shlex.split(line)[:-1]
    }

    assert copied == handed_in
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_sets_only_variables_that_somebody_reads() -> None:
    names = set(re.findall(r"(\w+)=", " ".join(instructions("ENV"))))

    assert names - known_variables() == {"PATH", "PYTHONDONTWRITEBYTECODE"}


def test_the_image_finds_out_whether_the_bot_lives(environ: dict[str, str]) -> None:
    """The very command of its HEALTHCHECK."""
    (check,) = re.findall(r"^HEALTHCHECK .*?CMD (\[.+\])$", DOCKERFILE, re.MULTILINE)
    _, *arguments = json.loads(check)
    environ |= {"HTTP_PROXY": "http://127.0.0.1:1", "http_proxy": "http://127.0.0.1:1"}

    with bot("run", "--socket", environ=environ) as process:
        until_ready(process, environ)
        healthy = subprocess.run((sys.executable, *arguments), env=environ, check=False, timeout=PATIENCE)
    gone = subprocess.run(
        (sys.executable, *arguments),
        env=environ,
        check=False,
        timeout=PATIENCE,
        stderr=subprocess.DEVNULL,
    )

    assert healthy.returncode == 0
    assert gone.returncode != 0


def test_compose_starts_a_bot_that_can_do_little_else() -> None:
    compose = loaded("deploy/compose.yaml")
    service = compose["services"]["bot"]
    secrets = {name for each in compose["services"].values() for name in each["secrets"]}

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["environment"].keys() <= known_variables()
    assert secrets == compose["secrets"].keys()
    assert not any("ports" in each for each in compose["services"].values())
    assert service["command"].split() == ["run", "--socket"]


def test_what_an_operator_is_told_to_write_into_the_checkout_is_no_part_of_it() -> None:
    """Tokens: `git add .` must not take them."""
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    folders = {
        f"deploy/{Path(each['file']).parent}/" for each in loaded("deploy/compose.yaml")["secrets"].values()
    }
    named = re.findall(r"--env-file (\S+)", (ROOT / "docs/operators.md").read_text(encoding="utf-8"))

    assert folders <= set(ignored)
    assert named
    assert all(f"*{Path(name).suffix}" in ignored for name in named)


# --- the unit ------------------------------------------------------------------------------------------


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """Return the unit with a program that is there."""
    if not shutil.which("systemd-analyze"):
        missing("systemd-analyze is not installed (apt-get install systemd)")
    text = UNIT.read_text(encoding="utf-8")
    path = tmp_path / UNIT.name
    path.write_text(text.replace("/opt/roundup/bin/roundup run", f"{sys.executable} -m bot run"), "utf-8")
    return path


def analyzed(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = ("systemd-analyze", *arguments)
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=PATIENCE)


def test_systemd_takes_the_unit(unit: Path) -> None:
    verified = analyzed("verify", "--man=no", unit)

    assert (verified.returncode, [line for line in verified.stderr.splitlines() if unit.name in line]) == (
        0,
        [],
    )


def test_the_unit_exposes_little(unit: Path) -> None:
    """From 0 to 10, here in tenths; without the hardening it is 9.2."""
    rated = analyzed("security", "--offline=true", "--threshold=15", unit)

    assert rated.returncode == 0, rated.stdout


def test_the_unit_sets_only_variables_that_the_bot_reads() -> None:
    set_there = set(re.findall(r"^Environment=(\w+)=", UNIT.read_text(encoding="utf-8"), re.MULTILINE))

    assert len(set_there) >= 5
    assert set_there <= known_variables()


# --- platforms and pipelines ---------------------------------------------------------------------------


def test_app_json_names_the_procfiles_processes_and_known_variables() -> None:
    app = json.loads((ROOT / "app.json").read_text(encoding="utf-8"))
    processes = loaded("Procfile")

    assert app["formation"].keys() == processes.keys()
    assert [name for name, each in app["formation"].items() if each["quantity"]] == ["worker"]
    assert app["env"].keys() <= known_variables()


@pytest.mark.parametrize("path", PIPELINES, ids=lambda path: path.name)
def test_pipelines_call_what_is_there(path: Path) -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()
    lines = [step["run"] for job in jobs for step in job["steps"] if "run" in step]

    assert ".ci/run" in lines
    assert {target for line in lines if line.startswith("make ") for target in line.split()[1:]} <= targets


def test_a_release_has_an_image_for_both_kinds_of_processor() -> None:
    steps = loaded(".github/workflows/release.yml")["jobs"]["image"]["steps"]
    (platforms,) = [step["with"]["platforms"] for step in steps if "platforms" in step.get("with", {})]

    assert platforms == "linux/amd64,linux/arm64"


def test_no_file_names_a_registry() -> None:
    files = [
        *(ROOT / name for name in ("Dockerfile", "deploy/compose.yaml", "action.yml")),
        *PIPELINES,
        ROOT / "bot/search/known_words.md",
    ]
    named = [*instructions("FROM"), loaded("deploy/compose.yaml")["services"]["database"]["image"]]

    assert not any("." in image.partition("/")[0].partition(":")[0] for image in named)
    assert not any(re.search(r"ghcr|docker\.io|quay|pypi", path.read_text("utf-8")) for path in files)


@pytest.fixture
def repository(tmp_path: Path) -> dict[str, str]:
    """Return the variables of a step in a repository with digests, in which `roundup` is this code."""
    program = tmp_path / "bin/roundup"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m bot "$@"\n')
    program.chmod(0o755)
    shutil.copytree(ROOT / "bot/example", tmp_path / "news")
    (tmp_path / "runner").mkdir()
    return {
        **handed_on(),
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "RUNNER_TEMP": str(tmp_path / "runner"),
        "ROUNDUP_CONFIG": "config.yaml",
        "STRICT": "false",
        "PREVIEWS": "3",
        "WEEKS": "4",
    }


def step(name: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a step of the action as the runner does."""
    (script,) = [each["run"] for each in loaded("action.yml")["runs"]["steps"] if each["name"] == name]
    news = Path(environ["HOME"]) / "news"
    command = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script)
    return subprocess.run(
        command, cwd=news, env=environ, capture_output=True, encoding="utf-8", check=False, timeout=PATIENCE
    )


def test_the_action_says_at_its_line_what_is_wrong(repository: dict[str, str]) -> None:
    digest = Path(repository["HOME"]) / "news/digests/2026-12-04-x.yaml"
    digest.write_text("title: x\ndate: 2026-12-04\nstoriez: []\n", encoding="utf-8")
    checked = step("Check", repository)

    assert checked.returncode == 1
    assert "::error file=digests/2026-12-04-x.yaml,line=3,col=1::storiez: unknown key" in checked.stdout


def test_the_action_is_strict_if_asked(repository: dict[str, str]) -> None:
    assert step("Check", repository).returncode == 0
    assert step("Check", {**repository, "STRICT": "true"}).returncode == 1


def test_the_action_keeps_previews_and_plan_also_of_the_rest_when_one_is_broken(
    repository: dict[str, str],
) -> None:
    broken = Path(repository["HOME"]) / "news/digests/2026-12-04 x.yaml"
    broken.write_text("title: [", encoding="utf-8")
    kept = step("Preview and plan", repository)
    out = Path(repository["RUNNER_TEMP"]) / "roundup-preview"

    assert kept.returncode == 0
    assert "Fliggy" in (out / "2020-05-01-road-to-recovery.html").read_text(encoding="utf-8")
    assert (out / "plan.txt").read_text(encoding="utf-8").startswith("The next 4 weeks")
    assert (out / "plan.ics").read_text(encoding="utf-8").startswith("BEGIN:VCALENDAR")
    assert not (out / "2026-12-04 x.html").exists()


@pytest.mark.parametrize("asked", ["0", "3"])
def test_the_action_keeps_the_plan_alone_where_nothing_is_to_be_previewed(
    asked: str, repository: dict[str, str]
) -> None:
    """An artifact takes no file named `*.html`, which would fail every pull request of a new repository."""
    (digest,) = (Path(repository["HOME"]) / "news/digests").iterdir()
    if asked != "0":
        digest.unlink()
    kept = step("Preview and plan", {**repository, "PREVIEWS": asked})

    assert kept.returncode == 0
    assert {path.name for path in (Path(repository["RUNNER_TEMP"]) / "roundup-preview").iterdir()} == {
        "plan.ics",
        "plan.txt",
    }


def test_other_repositories_hook_is_a_command_of_ours() -> None:
    (hook,) = loaded(".pre-commit-hooks.yaml")

    assert hook["entry"] == "roundup check"
    assert re.search(hook["files"], "digests/2020-05-01-road-to-recovery.yaml")
    assert not re.search(hook["files"], "docs/digests.md")
