"""Reads what a page's own style sheet says that its reader sees: what is hidden, bold, italic, struck out.

Only rules for one class or id, perhaps within others; what a screen's width or a printer changes is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# More is a framework's, and what it hides its scripts show again.
_MOST = 100_000
_DEEPEST, _HIGHEST = 3, 12
_TAG = re.compile(r"^[a-z0-9]+(?=[.#])", re.IGNORECASE)
_SELECTOR = re.compile(r"(?:[a-z][a-z0-9]*)?([.#][\w-]+)", re.IGNORECASE)
_SEEN = re.compile(
    r"(display|visibility|mso-hide|opacity|font-size|max-height|max-width|height|width|overflow|font-weight"
    r"|font-style|text-decoration(?:-line)?)\s*:",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Rule:
    within: frozenset[str]  # names of what an element must stand in, in whatever order
    kept: str  # of its declarations


def write_into(root: HtmlElement) -> None:
    """Write what the style sheets say of an element into its own style, before what stands there."""
    sheet = "\n".join(style.text or "" for style in root.iter("style"))[:_MOST]
    said: dict[str, list[_Rule]] = {}
    for selectors, declarations in _rules(re.sub(r"/\*.*?\*/|<!--|-->", "", sheet, flags=re.DOTALL)):
        kept = ";".join(d.strip() for d in declarations.split(";") if _SEEN.match(d.strip()))
        for selector in selectors.split(",") if kept else ():
            *within, last = re.split(r"[\s>]+", selector.strip())
            if (found := _SELECTOR.fullmatch(last)) and len(within) <= _DEEPEST:
                rule = _Rule(frozenset(_TAG.sub("", name) for name in within), kept)
                said.setdefault(found[1], []).append(rule)
    if said:
        for element in root.iter():
            _style(element, said)


def _style(element: HtmlElement, said: dict[str, list[_Rule]]) -> None:
    if not isinstance(element.tag, str):
        return
    rules = [rule for name in _names(element) for rule in said.get(name, ())[:5]]
    around = _around(element) if any(rule.within for rule in rules) else frozenset[str]()
    kept = [rule.kept for rule in rules if rule.within <= around]
    if kept:
        element.set("style", ";".join([*kept, element.get("style") or ""]))


def _around(element: HtmlElement) -> frozenset[str]:
    """Return the names of what an element stands in."""
    above = islice(element.iterancestors(), _HIGHEST)
    return frozenset(name for each in above for name in (each.tag, *_names(each)))


def _names(element: HtmlElement) -> list[str]:
    names = [f".{name}" for name in (element.get("class") or "").split()[:20]]
    return names + ([f"#{element.get('id')}"] if element.get("id") else [])


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield selectors and declarations of the rules that hold everywhere."""
    depth = start = 0
    selectors = ""
    for brace in re.finditer("[{}]", sheet):
        if brace[0] == "{":
            if depth == 0:
                selectors, start = sheet[start : brace.start()].rpartition(";")[2].strip(), brace.end()
            depth += 1
            continue
        depth = max(0, depth - 1)
        if depth == 0:
            if not selectors.startswith("@"):
                yield selectors, sheet[start : brace.start()]
            start = brace.end()
