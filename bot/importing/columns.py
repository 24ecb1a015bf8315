"""Tells a newsletter's columns of links alone from those beside them, in which its stories are told.

A portal's mail has its own pages, its shop and other people's titles at its side. Links that nothing stands
beside are the news themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING

from bot.importing.document import Block, Kind
from bot.importing.words import is_body

if TYPE_CHECKING:
    from lxml.html import HtmlElement

BESIDE = "links beside the stories"
_CELLS = {"td", "th"}
_FEWEST_STORIES, _FEWEST_LINKS, _MOSTLY = 2, 3, 0.6
_MUCH_PROSE = 60  # characters in a column that tells something
_LINKED, _FEW = 0.7, 0.1  # of a line's letters; of a column's lines, such as an advertisement's
_DEEPEST = 12  # columns within columns that are looked at

_Around = dict["HtmlElement", "tuple[HtmlElement, ...]"]  # the columns that an element stands in


@dataclass(slots=True)
class _Column:
    blocks: list[Block] = field(default_factory=list)
    links: int = 0
    told: int = 0  # lines of prose
    prose: int = 0  # and their letters

    def add(self, block: Block) -> None:
        linked = sum(len(run.text) for run in block.runs if run.linked) >= _LINKED * len(block.text)
        told = is_body(block.text) and not linked
        self.blocks.append(block)
        self.links += linked
        self.told += told
        self.prose += len(block.text) if told else 0

    @property
    def of_links(self) -> bool:
        links = self.links >= max(_FEWEST_LINKS, _MOSTLY * len(self.blocks))
        return links and self.told <= _FEW * len(self.blocks)


def drop_columns_of_links(placed: Iterable[tuple[Block, HtmlElement | None]]) -> None:
    """Put outside what stands in a column that is nothing but links, if stories stand beside it."""
    columns: dict[HtmlElement, _Column] = {}
    around: _Around = {}
    said = [
        (block, container) for block, container in placed if block.runs and block.kind is not Kind.OUTSIDE
    ]
    for block, container in said:
        for column in _columns_around(container, around):
            columns.setdefault(column, _Column()).add(block)
    told = {element for element, column in columns.items() if column.prose >= _MUCH_PROSE}
    by_row = Counter(element.getparent() for element in told)
    beside = {
        id(block): block
        for element, column in columns.items()
        if column.of_links and _stands_beside(element, told, by_row, around)
        for block in column.blocks
    }
    # Else the links are the news, and what is told beside them is about the sender.
    if _stories_begun([block for block, _ in said if id(block) not in beside]) >= _FEWEST_STORIES:
        for block in beside.values():
            block.kind, block.drop = Kind.OUTSIDE, BESIDE


def _stories_begun(blocks: Sequence[Block]) -> int:
    """Count what may be headlines: headings, bold words, and links above a text."""
    return sum(
        block.kind is Kind.HEADING or block.lead(bold=True) is not None or _is_link_above(block, below)
        for block, below in zip_longest(blocks, blocks[1:])
    )


def _is_link_above(block: Block, below: Block | None) -> bool:
    return below is not None and is_body(below.text) and block.lead() is not None


def _stands_beside(
    column: HtmlElement, told: Container[HtmlElement], by_row: Counter[HtmlElement | None], around: _Around
) -> bool:
    """Tell whether something is told around a floating table, or in the other cells of a cell's rows."""
    if column.tag == "table":
        return any(cell in told for cell in _columns_around(column.getparent(), around)[:1])
    return sum(by_row[row] for row in _rows_of(column)) > (column in told)


def _columns_around(element: HtmlElement | None, known: _Around) -> tuple[HtmlElement, ...]:
    """Return the columns that an element stands in, the innermost first; *known* are those of others."""
    above: list[HtmlElement] = []  # each is asked once: blocks may be many, and lie hundreds of levels deep
    while element is not None and element not in known:
        above.append(element)
        element = element.getparent()
    found = () if element is None else known[element]
    for each in reversed(above):
        if each.tag in _CELLS or _floats(each):
            found = (each, *found)[:_DEEPEST]
        known[each] = found
    return found


def _floats(element: HtmlElement) -> bool:
    """Tell a table that the text goes around."""
    return element.tag == "table" and (element.get("align") or "").lower() in {"left", "right"}


def _rows_of(cell: HtmlElement) -> Iterator[HtmlElement]:
    """Yield all rows that a cell reaches down."""
    row = cell.getparent()
    reach = cell.get("rowspan") or ""
    for _ in range(int(reach) if reach.isdecimal() and len(reach) < 3 else 1):
        if row is None:
            return
        yield row
        row = row.getnext()
