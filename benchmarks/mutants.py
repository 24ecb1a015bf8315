"""How many small breakages the tests notice: each is made in a copy of the tree, where tests then run.

    make mutants                                     # 200 of them, the same ones each time
    python -m benchmarks.mutants --count 60 --seed 9 bot/store
    python -m benchmarks.mutants --count 60 --seed 9 bot/search bot/core/search  # asks its tests alone

Drawn with a fixed seed from what mutmut's operators make of the rooms that post, constants and decorated
functions included (mutmut alone leaves those out), and from calls left out. Never broken is what decides
nothing: annotations, docstrings, log lines, `raise` and `assert` statements, imports, decorators, protocols,
type variables, words for people (a string with a space in it, but for SQL) and the letter case of SQL.

Asked are the tests that run the broken line; of a constant or a column, those of its module and its
room. A test that fails on the tree as it is proves nothing and is left out.

Needs mutmut: pip install -e .[mutants]
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from random import Random

import libcst as cst
import libcst.matchers as m
from coverage import CoverageData
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

HERE = Path(__file__).resolve().parent.parent
ROOMS = ("bot/core/delivery", "bot/delivery", "bot/store", "bot/slack")
ASKED = ("core", "delivery", "store", "slack", "newsroom", "files", "cli")  # the tests of these rooms
ASKED_OF_SEARCH = ("core", "search", "cli/test_search.py")  # the others take minutes
# Minutes each: whole processes. What only they, or a browser, would notice counts as unnoticed.
SLOW = frozenset({"test_failpoints.py", "test_replicas.py", "test_processes.py"})
ENOUGH = 90.0  # seconds of tests for one breakage, on the tree as it is; the quickest are asked first
PATIENCE = 900.0  # whatever never ends is noticed too
SQL = ("text", "exec_driver_sql", "execute")
LABELS = frozenset({"thread_name_prefix", "description", "doc"})


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


class Fate(Enum):
    """What became of a mutant."""

    NOTICED = "noticed"
    TIMED_OUT = "timed out"  # noticed, too: the tests as they are do end
    NOT_LOADED = "not even loaded"  # nothing of ours would start
    UNNOTICED = "UNNOTICED"
    FAULT = "NOT JUDGED"  # pytest itself failed, which says nothing


SURVIVED = Fate.UNNOTICED, ""


@dataclass(frozen=True)
class Verdict:
    """What was found out about a mutant."""

    mutant: Mutant
    fate: Fate
    by: str  # the test that noticed, or what went wrong
    asked: int  # tests
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
        if _same_to_python(node, broken):
            return False
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
    | m.Arg(keyword=m.MatchIfTrue(lambda name: isinstance(name, cst.Name) and name.value in LABELS))
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


FALSE = m.Name("False") | m.Name("None") | m.SimpleString('""')


def _same_to_python(node: cst.CSTNode, broken: cst.CSTNode) -> bool:
    """Tell whether one false value became another: `nullable=None` for False, a default of "" for None."""
    match node, broken:
        case cst.Call(), cst.Call():
            changed = [(o, n) for o, n in zip(node.args, broken.args, strict=False) if o is not n]
            return len(node.args) == len(broken.args) and all(m.matches(o.value, FALSE) for o, _ in changed)
        case cst.Assign() | cst.AnnAssign(), cst.Assign() | cst.AnnAssign():
            return node.value is not None and m.matches(node.value, FALSE)
    return False


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
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


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

    def __init__(self, folder: Path, rooms: Iterable[str], runners: int, enough: float) -> None:
        self._folder = folder
        self._files = [str(file.relative_to(HERE)) for room in _asked(rooms) for file in _test_files(room)]
        self._enough = enough
        self._trees: SimpleQueue[Path] = SimpleQueue()
        self._lines: dict[str, dict[int, set[str]]] = {}  # which tests run a line, by module
        self._seconds: dict[str, float] = {}  # of each test
        self._failing: list[str] = []
        self._all = [_copy_of_the_tree(folder / str(n)) for n in range(runners)]
        for tree in self._all:
            self._trees.put(tree)

    def watch_the_tests(self) -> None:
        """Run every test on the tree as it is: how long it takes, which lines it runs, whether it fails."""
        shares = [self._files[n :: len(self._all)] for n in range(len(self._all))]
        with ThreadPoolExecutor(len(self._all)) as pool:
            list(pool.map(self._watch, self._all, shares))
        for tree in self._all:
            self._read(tree)
        print(f"{len(self._seconds)} tests take {sum(self._seconds.values()):.0f} s", flush=True)
        for test in self._failing:
            print(f"left out, for it fails without any breakage: {test}", flush=True)

    def _watch(self, tree: Path, files: Sequence[str]) -> None:
        watched = self._place(tree, "json")
        if watched.exists():
            return
        rules, lines = self._place(tree, "ini"), self._place(tree, "lines")
        # Coverage looks away from long tests, see tests/conftest.py, and begins anew after each.
        rules.write_text(
            f"[run]\nsource = bot\ndata_file = {lines}\ndisable_warnings = already-imported\n",
            encoding="utf-8",
        )
        under = ["coverage", "run", f"--rcfile={rules}", "-m"]
        _pytest(tree, [*files, "--timeout=300"], under=under, watched=watched)

    def _read(self, tree: Path) -> None:
        data = CoverageData(str(self._place(tree, "lines")))
        data.read()
        for file in data.measured_files():
            known = self._lines.setdefault(Path(file).relative_to(tree).as_posix(), {})
            for line, names in data.contexts_by_lineno(file).items():
                known.setdefault(line, set()).update(names)
        watched = json.loads(self._place(tree, "json").read_text(encoding="utf-8"))
        self._seconds |= watched["seconds"]
        self._failing += watched["failing"]

    def _place(self, tree: Path, suffix: str) -> Path:
        return self._folder / f"watched-{tree.name}.{suffix}"

    def judge(self, mutant: Mutant) -> Verdict:
        """Run the tests that run the broken line, with a mutant in its place."""
        started = time.monotonic()
        left_out = [f"--deselect={test}" for test in self._failing]
        tests = self._tests(mutant)
        with self._tree() as tree:
            file = tree / mutant.path
            file.write_text(mutant.text, encoding="utf-8")
            # What an earlier one left would be asked first, and fail for a reason that is not this one's.
            shutil.rmtree(tree / ".hypothesis", ignore_errors=True)
            fate, by = _fate(tree, mutant, [*tests, "-x", "--timeout=60", *left_out]) if tests else SURVIVED
            file.write_text(mutant.before, encoding="utf-8")
        return Verdict(mutant, fate, by, len(tests), time.monotonic() - started)

    def _tests(self, mutant: Mutant) -> list[str]:
        """Return the tests to ask: those that run the line, then, if it also runs before any test, the rest.

        Of the rest, first those of its module, then those of its rooms; among equals, the quickest first.
        """
        lines = self._lines.get(mutant.path, {})
        running = self._running(mutant)
        reading = {name for names in lines.values() for name in names}
        alone = "" not in running and not running.isdisjoint(self._seconds)
        rooms = (
            *(f"tests/{room}/" for room in mutant.path.split("/")[1:-1]),
            "tests/delivery/",
            "tests/slack/",
        )

        def turn(name: str) -> tuple[bool, bool, float, str]:
            return name not in running, name not in reading, self._seconds[name], name

        names = [
            n for n in self._seconds if n in running or (not alone and (n in reading or n.startswith(rooms)))
        ]
        asked, seconds = [], 0.0
        for name in sorted(names, key=turn):
            asked.append(name)
            seconds += self._seconds[name]
            if seconds > self._enough:
                break
        return asked

    def _running(self, mutant: Mutant) -> set[str]:
        """Return who runs a line; of one without a step of its own, as in a long call, the step before it."""
        lines = self._lines.get(mutant.path, {})
        ran = (lines[line] for line in range(mutant.line, 0, -1) if lines.get(line))
        return next(ran, set())

    @contextmanager
    def _tree(self) -> Iterator[Path]:
        tree = self._trees.get()
        try:
            yield tree
        finally:
            self._trees.put(tree)


def _copy_of_the_tree(tree: Path) -> Path:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True).stdout
    for name in names.splitlines():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(HERE / name, tree / name)
    return tree


def _asked(rooms: Iterable[str]) -> list[Path]:
    """Return where the tests are that are asked of these rooms."""
    of_search = all("search" in Path(room).parts for room in rooms)
    return [HERE / "tests" / room for room in (ASKED_OF_SEARCH if of_search else ASKED)]


def _test_files(place: Path) -> list[Path]:
    return [file for file in _modules(place) if file.name.startswith("test_") and file.name not in SLOW]


def _fate(tree: Path, mutant: Mutant, arguments: Sequence[str]) -> tuple[Fate, str]:
    """Run tests; tell what they say of a mutant, and which of them."""
    code, output = _pytest(tree, arguments)
    if code is None:
        return Fate.TIMED_OUT, f"no end within {PATIENCE:.0f} s"
    if code == 0:
        return SURVIVED
    if code == 1:
        failed = [line for line in output.splitlines() if line.startswith(("FAILED tests/", "ERROR tests/"))]
        by = failed[0].split()[1] if failed else "?"
        return (Fate.TIMED_OUT if "Timeout (>" in output else Fate.NOTICED), by
    module = mutant.path.removesuffix(".py").replace("/", ".")
    loading = [sys.executable, "-c", f"import {module}"]
    if subprocess.run(loading, cwd=tree, env=_environ(tree), capture_output=True, check=False).returncode:
        return Fate.NOT_LOADED, module
    return Fate.FAULT, f"pytest ended with {code}: {output.strip()[-300:]}"


def _environ(tree: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(tree),
        "PYTHONDONTWRITEBYTECODE": "1",  # two mutants of one second and one size would be one to Python
        "ROUNDUP_SEEDS": "20",
    }


def _pytest(
    tree: Path, arguments: Sequence[str], *, under: Sequence[str] = (), watched: Path | None = None
) -> tuple[int | None, str]:
    """Run tests; return how pytest ended, None if it did not, and what it said."""
    # Without the project's own options, which spread and mix the tests: the same examples for every mutant.
    plain = ["-q", "-o", "addopts=", "-p", "no:randomly", "-p", "no:cacheprovider", "-rfE"]
    same = ["-p", "benchmarks.watching", "--hypothesis-profile=mutants"]
    process = subprocess.Popen(
        [sys.executable, "-m", *under, "pytest", *plain, *same, *arguments],
        cwd=tree,
        env=_environ(tree) | ({"MUTANTS_WATCHED": str(watched)} if watched else {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=None if watched else PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return None, ""
    return process.returncode, output


def report(verdicts: Sequence[Verdict]) -> None:
    """Print what nobody noticed, and how many were noticed, by room; a fault of the run is no verdict."""
    print("\nUnnoticed:")
    for v in sorted(verdicts, key=lambda v: (v.mutant.path, v.mutant.line)):
        if v.fate is Fate.UNNOTICED:
            print(f"\n{v.mutant.path}:{v.mutant.line}\n{v.mutant.diff}")
    print()
    rooms = {v.mutant.path.rpartition("/")[0] for v in verdicts}
    for room in sorted(rooms):
        _print_share(room, [v.fate for v in verdicts if v.mutant.path.rpartition("/")[0] == room])
    _print_share("all", [v.fate for v in verdicts])


def _print_share(of: str, fates: Sequence[Fate]) -> None:
    judged = [fate for fate in fates if fate is not Fate.FAULT]
    noticed = len(judged) - judged.count(Fate.UNNOTICED)
    kinds = ", ".join(f"{count} {fate.value}" for fate, count in Counter(fates).most_common())
    print(f"{of}: {noticed} of {len(judged)} noticed, {noticed / (len(judged) or 1):.1%} ({kinds})")


def main() -> None:
    args = _arguments()
    mutants = draw(args.rooms, args.count, args.seed)
    if args.list:
        for mutant in mutants:
            print(f"\n{mutant.path}:{mutant.line}\n{mutant.diff}")
        return
    with tempfile.TemporaryDirectory(prefix="roundup-mutants-") as folder:
        proof = Proof(args.folder or Path(folder), args.rooms, args.runners, args.enough)
        proof.watch_the_tests()
        verdicts = []
        with ThreadPoolExecutor(args.runners) as pool:
            try:
                for done in as_completed([pool.submit(proof.judge, mutant) for mutant in mutants]):
                    verdicts.append(done.result())
                    _print_verdict(verdicts[-1])
            except KeyboardInterrupt:
                pool.shutdown(cancel_futures=True)
    report(verdicts)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("rooms", nargs="*", default=list(ROOMS), help="folders or files to break")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--runners", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--enough", type=float, default=ENOUGH, help="seconds of tests for one breakage")
    parser.add_argument("--folder", type=Path, help="keep here what watching the tests told, for another run")
    parser.add_argument("--list", action="store_true", help="only show what would be broken")
    return parser.parse_args()


def _print_verdict(verdict: Verdict) -> None:
    said = f"{verdict.fate.value} by {verdict.by or verdict.asked}"
    where = f"{verdict.mutant.path}:{verdict.mutant.line}"
    print(f"{verdict.seconds:5.0f} s  {where}  {said}\n{verdict.mutant.diff}", flush=True)


if __name__ == "__main__":
    main()
