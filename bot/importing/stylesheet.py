"""Reads what a page's own style sheet says that its reader sees: what is hidden, bold, italic, struck out.

Only rules for one class, id or element; what a screen's width or a printer changes is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# More is a framework's, and what it hides its scripts show again.
_MOST = 100_000
_SELECTOR = re.compile(r"(?:[a-z][a-z0-9]*)?([.#][\w-]+)", re.IGNORECASE)
_SEEN = re.compile(
    r"(display|visibility|mso-hide|opacity|font-size|max-height|max-width|height|width|overflow|font-weight"
    r"|font-style|text-decoration(?:-line)?)\s*:",
    re.IGNORECASE,
)


def write_into(root: HtmlElement) -> None:
    """Write what the style sheets say of an element into its own style, before what stands there."""
    sheet = "\n".join(style.text or "" for style in root.iter("style"))[:_MOST]
    said: dict[str, list[str]] = {}
    for selectors, declarations in _rules(re.sub(r"/\*.*?\*/|<!--|-->", "", sheet, flags=re.DOTALL)):
        kept = ";".join(d.strip() for d in declarations.split(";") if _SEEN.match(d.strip()))
        for selector in selectors.split(",") if kept else ():
            if found := _SELECTOR.fullmatch(selector.strip()):
                said.setdefault(found[1], []).append(kept)
    if said:
        for element in root.iter():
            _style(element, said)


def _style(element: HtmlElement, said: dict[str, list[str]]) -> None:
    if not isinstance(element.tag, str):
        return
    names = [f".{name}" for name in (element.get("class") or "").split()[:20]]
    names += [f"#{element.get('id')}"] if element.get("id") else []
    rules = [rule for name in names for rule in said.get(name, ())[:5]]
    if rules:
        element.set("style", ";".join([*rules, element.get("style") or ""]))


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
