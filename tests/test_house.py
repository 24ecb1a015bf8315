"""What the house looks like inside: what a reader of any module may count on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import chain
from statistics import median, quantiles

import pytest

from tests.children import ROOT

MODULES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py")
}
pytestmark = pytest.mark.virtual
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(source: str) -> Iterator[Function]:
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, Function))


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def takes(function: Function) -> int:
    """How many things it is given, besides *self*."""
    given = function.args
    return len([*given.posonlyargs, *given.args, *given.kwonlyargs]) - 1


def test_no_module_is_over_500_lines() -> None:
    assert len(MODULES) > 300
    assert {name: lines for name, text in MODULES.items() if (lines := len(text.splitlines())) > 500} == {}


def test_functions_are_short() -> None:
    lengths = [length(function) for function in chain.from_iterable(map(functions, MODULES.values()))]

    assert median(lengths) <= 6
    assert quantiles(lengths, n=10)[-1] < 17


def test_constructors_take_few_things() -> None:
    """Who takes more has more than one job, or there is a word for some of it together."""
    taken = {
        f"{name}:{each.lineno}": takes(each)
        for name, text in MODULES.items()
        for each in functions(text)
        if each.name == "__init__"
    }

    assert {where: count for where, count in taken.items() if count > 9} == {}
