"""How many small breakages the tests notice: each is made in a copy of the tree, then that room's tests run.

    make mutants                                     # 200 of them, the same ones each time
    python -m benchmarks.mutants --count 60 --seed 9 bot/store

Drawn with a fixed seed from what mutmut's operators make of the rooms named in TESTS, constants and decorated
functions included (mutmut alone leaves those out), and from calls left out. Never broken is what decides
nothing: annotations, docstrings, log lines, `raise` and `assert` statements, imports, decorators, protocols,
type variables, words for people (a string with a space in it, but for SQL) and the letter case of SQL.

A test that fails on the tree as it is proves nothing and is left out. Needs mutmut: pip install -e .[mutants]
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from random import Random

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

HERE = Path(__file__).resolve().parent.parent
# Which tests must notice a broken room, the quickest first: the first failure ends it.
TESTS = {
    "bot/core/delivery": ("tests/core", "tests/delivery", "tests/store", "tests/slack/test_editors.py"),
    "bot/delivery": ("tests/delivery", "tests/slack/test_editors.py", "tests/cli/test_deliver.py"),
    "bot/store": ("tests/store", "tests/delivery"),
    "bot/slack": ("tests/slack", "tests/cli/test_preview.py", "tests/newsroom"),
}
# Minutes each: processes that are killed. What only they, or a browser, would notice counts as unnoticed.
SLOW = frozenset({"test_failpoints.py", "test_replicas.py", "test_processes.py"})
COPIED = (
    "bot",
    "tests",
    "digests",
    "docs",
    "benchmarks",
    "config.yaml",
    "manifest.json",
    "pyproject.toml",
    "README.md",
)
PATIENCE = 900.0  # for the tests of one room; whatever never ends is noticed too
SQL = ("text", "exec_driver_sql", "execute")


@dataclass(frozen=True)
class Mutant:
    """A tree with one breakage."""

    path: str
    line: int
    text: str  # of the whole module
    before: str

    @property
    def diff(self) -> str:
        lines = difflib.unified_diff(self.before.splitlines(), self.text.splitlines(), n=0, lineterm="")
        return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: the test that noticed it, or "" """

    mutant: Mutant
    noticed_by: str
    seconds: float


class Breakages(cst.CSTVisitor):
    """Collects every breakage of a module: a node, and what to put in its place."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.module = cst.Module(body=())
        self.found: list[tuple[int, cst.CSTNode, cst.CSTNode]] = []
        self._in_sql = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        if _decides_nothing(node):
            return False
        self._in_sql += _is_sql(node)
        for broken in self._broken(node):
            line = self.get_metadata(PositionProvider, node).start.line
            self.found.append((line, node, broken))
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        self._in_sql -= _is_sql(original_node)

    def _broken(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        if isinstance(node, cst.Expr) and isinstance(node.value, cst.Call):
            yield cst.Pass()
        for kind, operator in mutation_operators:
            if isinstance(node, kind):
                yield from (broken for broken in operator(node) if self._counts(node, broken))

    def _counts(self, node: cst.CSTNode, broken: cst.CSTNode) -> bool:
        if not isinstance(node, cst.SimpleString) or not isinstance(broken, cst.SimpleString):
            return True
        if self._in_sql:
            return node.value.casefold() != broken.value.casefold()
        return " " not in node.value


NOTHING_TO_DECIDE = (
    m.Annotation()
    | m.Decorator()
    | m.Raise()
    | m.Assert()
    | m.Import()
    | m.ImportFrom()
    | m.If(test=m.Name("TYPE_CHECKING"))
    | m.Assign(targets=[m.AssignTarget(target=m.Name("log"))])
    | m.ClassDef(bases=[m.ZeroOrMore(), m.Arg(value=m.Name("Protocol")), m.ZeroOrMore()])
)
UNTOLD = m.Call(
    func=m.Attribute(value=m.Name("log") | m.Name("logging"))
    | m.Name("TypeVar")
    | m.Name("ParamSpec")
    | m.Name("NewType")
)


def _decides_nothing(node: cst.CSTNode) -> bool:
    return m.matches(node, NOTHING_TO_DECIDE | UNTOLD | m.Expr(value=UNTOLD))


def _is_sql(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Call) and m.matches(
        node.func, m.Attribute(attr=m.OneOf(*(m.Name(name) for name in SQL)))
    )


def draw(rooms: Iterable[str], count: int, seed: int) -> list[Mutant]:
    """Draw breakages with the same chance for each of them, however long its module is."""
    modules = {
        path: _parsed(path) for path in sorted(path for room in rooms for path in _modules(HERE / room))
    }
    every = [(path, breakage) for path, module in modules.items() for breakage in module.found]
    Random(seed).shuffle(every)
    drawn = (_mutant(path, modules[path].module, *breakage) for path, breakage in every)
    mutants = list(islice((mutant for mutant in drawn if mutant), count))
    print(f"{len(every)} breakages in {len(modules)} modules; {len(mutants)} of them, seed {seed}")
    return mutants


def _modules(place: Path) -> list[Path]:
    return [place] if place.is_file() else [*place.rglob("*.py")]


def _parsed(path: Path) -> Breakages:
    breakages = Breakages()
    wrapper = MetadataWrapper(cst.parse_module(path.read_text(encoding="utf-8")))
    wrapper.visit(breakages)
    breakages.module = wrapper.module
    return breakages


def _mutant(
    path: Path, module: cst.Module, line: int, node: cst.CSTNode, broken: cst.CSTNode
) -> Mutant | None:
    """Put a breakage in its place; None if that is no Python, or what it was."""
    changed = cst.ensure_type(module.deep_replace(node, broken), cst.Module)
    try:
        compile(changed.code, "mutant", "exec")
    except (SyntaxError, ValueError):
        return None
    name = path.relative_to(HERE).as_posix()
    return Mutant(name, line, changed.code, module.code) if changed.code != module.code else None


class Proof:
    """Copies of the tree, one for each runner, in which mutants take their turn."""

    def __init__(self, folder: Path, runners: int) -> None:
        self._trees: SimpleQueue[Path] = SimpleQueue()
        self._ignored: tuple[str, ...] = ()
        for n in range(runners):
            self._trees.put(_copy_of_the_tree(folder / str(n)))

    def leave_out_what_fails(self, mutants: Sequence[Mutant]) -> None:
        """Run every test that will be asked on the tree as it is; what fails there is asked nothing."""
        wanted = sorted({test for mutant in mutants for test in _tests(mutant.path)})
        with self._tree() as tree:
            said = _pytest(tree, wanted, "--timeout=300", "-rfE")
        self._ignored = tuple(
            re.findall(r"^(?:FAILED|ERROR) (\S+(?:\[[^\n]*?\])?)(?: - |$)", said, re.MULTILINE)
        )
        for test in self._ignored:
            print(f"left out, for it fails without any breakage: {test}")

    def judge(self, mutant: Mutant) -> Verdict:
        """Run a room's tests with a mutant in its place."""
        started = time.monotonic()
        with self._tree() as tree:
            file = tree / mutant.path
            file.write_text(mutant.text, encoding="utf-8")
            left_out = [f"--deselect={test}" for test in self._ignored]
            said = _pytest(tree, _tests(mutant.path), "-x", "--timeout=60", *left_out)
            file.write_text(mutant.before, encoding="utf-8")
        return Verdict(mutant, _who_noticed(said), time.monotonic() - started)

    @contextmanager
    def _tree(self) -> Iterator[Path]:
        tree = self._trees.get()
        try:
            yield tree
        finally:
            self._trees.put(tree)


def _copy_of_the_tree(tree: Path) -> Path:
    without = shutil.ignore_patterns("__pycache__", ".*")
    for name in COPIED:
        if (HERE / name).is_dir():
            shutil.copytree(HERE / name, tree / name, ignore=without)
        else:
            shutil.copy2(HERE / name, tree / name)
    return tree


def _tests(path: str) -> list[str]:
    """Return the tests of a module's room; those that name the module itself are asked first."""
    room = max((room for room in TESTS if path.startswith(f"{room}/")), key=len)
    module = path.removesuffix(".py").replace("/", ".")
    files = [file for name in TESTS[room] for file in _files(HERE / name)]
    named = [file for file in _files(HERE / "tests") if module in file.read_text(encoding="utf-8")]
    in_turn = sorted(files, key=lambda file: file not in named)
    return [file.relative_to(HERE).as_posix() for file in dict.fromkeys([*in_turn, *named])]


def _files(place: Path) -> list[Path]:
    found = [place] if place.is_file() else sorted(place.rglob("test_*.py"))
    return [file for file in found if file.name not in SLOW and "page" not in file.parts]


def _pytest(tree: Path, tests: Sequence[str], *options: str) -> str:
    """Return what pytest says; with the project's own options but for the ones that spread or mix tests."""
    environ = {
        **os.environ,
        "PYTHONPATH": str(tree),
        "PYTHONDONTWRITEBYTECODE": "1",  # two mutants of one second and one size would be one to Python
        "CI": "true",  # the same examples for every mutant
        "ROUNDUP_SEEDS": "20",
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-o",
        "addopts=",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
    ]
    try:
        done = subprocess.run(
            [*command, *options, *tests],
            cwd=tree,
            env=environ,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "FAILED (never ended)\n1 failed"
    return done.stdout + done.stderr + ("" if done.returncode in (0, 5) else "\nFAILED (pytest itself)")


def _who_noticed(said: str) -> str:
    found = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", said, re.MULTILINE)
    return found[1] if found else ""


def report(verdicts: Sequence[Verdict]) -> None:
    """Print what nobody noticed, and how many were noticed, by room."""
    unnoticed = [v for v in verdicts if not v.noticed_by]
    print("\nUnnoticed:")
    for v in sorted(unnoticed, key=lambda v: (v.mutant.path, v.mutant.line)):
        print(f"\n{v.mutant.path}:{v.mutant.line}\n{v.mutant.diff}")
    asked = Counter(v.mutant.path.rpartition("/")[0] for v in verdicts)
    missed = Counter(v.mutant.path.rpartition("/")[0] for v in unnoticed)
    print()
    for room, count in sorted(asked.items()):
        print(f"{room}: {count - missed[room]} of {count} noticed")
    noticed = len(verdicts) - len(unnoticed)
    print(f"all: {noticed} of {len(verdicts)} noticed, {noticed / len(verdicts):.1%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("rooms", nargs="*", default=list(TESTS), help="folders or files to break")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--runners", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--list", action="store_true", help="only show what would be broken")
    args = parser.parse_args()
    mutants = draw(args.rooms, args.count, args.seed)
    if args.list:
        for mutant in mutants:
            print(f"\n{mutant.path}:{mutant.line}\n{mutant.diff}")
        return
    with tempfile.TemporaryDirectory(prefix="roundup-mutants-") as folder:
        proof = Proof(Path(folder), args.runners)
        proof.leave_out_what_fails(mutants)
        verdicts = []
        with ThreadPoolExecutor(args.runners) as pool:
            for verdict in pool.map(proof.judge, mutants):
                verdicts.append(verdict)
                where = f"{verdict.mutant.path}:{verdict.mutant.line}"
                print(f"{verdict.seconds:5.0f} s  {where}  {verdict.noticed_by or 'UNNOTICED'}", flush=True)
    report(verdicts)


if __name__ == "__main__":
    main()
