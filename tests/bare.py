"""What somebody has who installed the wheel and nothing else: no extra, no test's package, no checkout."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import sys
import venv
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
EXCLUDED = re.compile(r"(?:^|/)(?:\.\.|__pycache__)(?:/|$)")  # commands beside Python, and what it compiled


def installed(factory: pytest.TempPathFactory) -> Path:
    """Return a folder with `wheel/` and `env/`, made by whichever of a run's processes comes first."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "installed"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            _install(_wheel(folder), folder / "env")
            (folder / "done").touch()
    return folder


def _pip(*arguments: str | Path, python: Path | None = None) -> None:
    other = ("--python", python) if python else ()
    command = (sys.executable, "-m", "pip", *other, *arguments)
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)


def _wheel(folder: Path) -> Path:
    """Build the wheel from a copy of what git would hand out, so that nothing is left in the checkout."""
    source = folder / "source"
    source.mkdir()
    for name in ("bot", "pyproject.toml", "README.md", "LICENSE"):
        subprocess.run(("cp", "-R", ROOT / name, source / name), check=True)
    _pip("wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder / "wheel", source)
    (wheel,) = (folder / "wheel").glob("*.whl")
    return wheel


def _install(wheel: Path, env: Path) -> None:
    """Install the wheel for real; what it says it needs is linked from here, with what that needs in turn."""
    venv.create(env, with_pip=False, symlinks=True)
    _pip("install", "--quiet", "--no-deps", "--no-index", wheel, python=env / "bin" / "python")
    (packages,) = env.glob("lib/python*/site-packages")
    (ours,) = Distribution.discover(name="slack-roundup", path=[str(packages)])
    for name in _needed(ours, {""}, set()):
        for file in {part for part in distribution(name).files or () if not EXCLUDED.search(str(part))}:
            link = packages / file.parts[0]
            if not link.exists():
                link.symlink_to(Path(str(distribution(name).locate_file(file.parts[0]))))


def _needed(package: Distribution, extras: set[str], known: set[str]) -> set[str]:
    for requirement in map(Requirement, package.requires or ()):
        wanted = [requirement.marker is None or requirement.marker.evaluate({"extra": e}) for e in extras]
        if any(wanted) and requirement.name not in known:
            known.add(requirement.name)
            _needed(distribution(requirement.name), {"", *requirement.extras}, known)
    return known
