"""The tests' own clock, and which rooms need none: what `make test-clocks` relies on."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.children import ROOT, handed_on
from tests.conftest import TIMELESS
from tests.store.whole import open_store
from tests.waiting import PATIENCE

CLOCKS = frozenset({"datetime", "date", "time"})  # whose methods of these names ask one
ASKS = frozenset({"ctime", "gmtime", "localtime", "now", "strftime", "time", "time_ns", "today", "utcnow"})
MODULES = sorted({*(ROOT / "bot").rglob("*.py"), *(ROOT / "tests").rglob("*.py")})
SHOW = "from datetime import UTC, datetime; print(datetime.now(UTC).isoformat())"


def near(told: datetime) -> bool:
    return abs(datetime.now(UTC) - told) < timedelta(seconds=PATIENCE)


def test_children_live_by_the_tests_clock() -> None:
    command = [sys.executable, "-c", SHOW]
    told = subprocess.run(command, env=handed_on(), capture_output=True, text=True, check=True).stdout

    assert near(datetime.fromisoformat(told.strip()))


def test_databases_live_by_the_tests_clock(database_url: str) -> None:
    ledger = open_store(database_url)
    told = ledger.now()
    ledger.close()

    assert near(told)


def asked(tree: ast.AST, *, at_import: bool = False) -> Iterator[str]:
    """Yield each place that asks a clock; *at_import* only those that do so as soon as they are imported."""
    for node in _run_at_import(tree) if at_import else ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=whose) | ast.Attribute(attr=whose), attr=name):
                if whose in CLOCKS and name in ASKS:
                    yield f"{node.lineno}: {whose}.{name}"
            case ast.Call(func=ast.Name(id="now" | "today" | "utc_now" as name)):
                yield f"{node.lineno}: {name}()"
            case ast.ImportFrom(module="time", names=names) if ASKS & {each.name for each in names}:
                if not at_import:
                    yield f"{node.lineno}: from time"


def _run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    match node:
        case ast.FunctionDef(args=given) | ast.AsyncFunctionDef(args=given) | ast.Lambda(args=given):
            inside = [*given.defaults, *filter(None, given.kw_defaults), *getattr(node, "decorator_list", ())]
        case _:
            inside = [*ast.iter_child_nodes(node)]
    for each in inside:
        yield from _run_at_import(each)


@pytest.mark.parametrize("room", [f"{side}/{room}" for side in ("bot", "tests") for room in TIMELESS])
def test_rooms_whose_tests_are_not_repeated_at_other_times_read_no_clock(room: str) -> None:
    sources = [path for path in MODULES if path.is_relative_to(ROOT / room)]
    found = {str(path): [*asked(ast.parse(path.read_text(encoding="utf-8")))] for path in sources}

    assert sources
    assert {path: places for path, places in found.items() if places} == {}


def test_no_module_asks_a_clock_when_it_is_imported() -> None:
    """Until its tests run, midnight may have passed; in the bot its start would be now for ever."""
    found = {
        str(path): [*asked(ast.parse(path.read_text(encoding="utf-8")), at_import=True)] for path in MODULES
    }

    assert {path: places for path, places in found.items() if places} == {}


@pytest.mark.parametrize(
    ("source", "early", "ever"),
    [
        ("NOW = datetime.now(UTC)", 1, 1),
        ("class A:\n    day: date = date.today()", 1, 1),
        ("def f(at=time.time()): ...", 1, 1),
        ("@at(datetime.datetime.now(UTC))\ndef f(): ...", 1, 1),
        ("def f():\n    return datetime.now(UTC)", 0, 1),
        ("CLOCK = lambda: utc_now()", 0, 1),
        ("async def f(clock=lambda: datetime.now(UTC)): ...", 0, 1),
        ("from time import gmtime", 0, 1),
        ("LATER = edited.now", 0, 0),
    ],
)
def test_clocks_are_noticed_where_they_are_asked(source: str, early: int, ever: int) -> None:
    tree = ast.parse(source)

    assert (len([*asked(tree, at_import=True)]), len([*asked(tree)])) == (early, ever)
