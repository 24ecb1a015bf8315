"""The shape of what was read: a source's runs as the nodes of a digest's text.

Only what the line says; where its words are not those of its runs any more, it is words alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from bot.core import addresses
from bot.core.markdown.source import written
from bot.core.markdown.tree import (
    Code,
    Item,
    Node,
    Paragraph,
    Quote,
    Run,
    Runs,
    Text,
    joined,
    with_runs,
    words_of,
)
from bot.files.markdown import read_text
from bot.importing import document
from bot.importing.document import Block, Kind
from bot.importing.words import web_address, without_invisible

_ADDRESS = re.compile(r"https?://[^\s<>\"“”（）【】，。；、]+", re.IGNORECASE)
_MARKED = re.compile(r"[-*•·▪◦]\s+(?=\S)")


def shaped(block: Block, text: str, *, begun: bool = False) -> tuple[Node, ...]:
    """Return what *text*, all of a block or its end, is with the block's shape; nothing if it has none.

    *begun*: the block is a story's headline, so that what it says more is no item.
    """
    if block.code and text == block.text:
        return (Code(block.code),)
    runs = _tidied(block.runs)
    if words_of(runs) != text:
        ending = _ending(runs, len(text))
        return (Paragraph(ending),) if words_of(ending) == text else ()
    if block.kind is Kind.ITEM and not begun:
        return (Item(runs, max(0, block.level - 1), block.number),)
    return (Quote(runs),) if block.quoted else (Paragraph(runs),)


def plainly(text: str) -> tuple[Node, ...]:
    """Return what a line of plain text is: an item if it is marked as one, else a paragraph."""
    mark = _MARKED.match(text)
    runs = tuple(_linked(Run(text[mark.end() :] if mark else text)))
    return (Item(runs) if mark else Paragraph(runs),) if words_of(runs) else ()


def text_of(nodes: Sequence[Node]) -> Text:
    """Return the text as a digest's file says it.

    Marks that meet others inside of a word may be none to Markdown; a node's words count more than its looks.
    """
    text = read_text(written(nodes))
    if _says(text.nodes) == _says(nodes):
        return text
    return read_text(written(map(_sayable, nodes)))


def _sayable(node: Node) -> Node:
    plainer = (node, _without_looks(node))
    return next((each for each in plainer if _says(read_text(written([each])).nodes) == _says([node])), node)


def _says(nodes: Sequence[Node]) -> tuple[str, list[str]]:
    """Return the words, and where the links among them lead."""
    urls = (run.url for node in nodes for run in node.runs if run.url and run.text.strip())
    return Text(nodes=tuple(nodes)).line, [url for url, _ in groupby(urls)]


def _without_looks(node: Node) -> Node:
    return with_runs(node, joined(Run(run.text, run.url) for run in node.runs))


def addresses_in(nodes: Iterable[Node]) -> frozenset[str]:
    """Return where the links of a text lead."""
    return frozenset(run.url for node in nodes for run in node.runs if run.url)


def _tidied(runs: Iterable[document.Run]) -> Runs:
    """Return the runs with single blanks, as their block's text has them, and web addresses alone."""
    said: list[Run] = []
    blank = True  # what is before ends with one
    for run in runs:
        words = re.sub(r"\s+", " ", without_invisible(run.text))
        words = words.lstrip() if blank else words
        blank = words.endswith(" ") if words else blank
        url = addresses.web_address(web_address(run.href)) if run.href else ""
        said += _linked(Run(words, url, bold=run.bold, italic=run.italic, strike=run.strike, code=run.code))
    if said:
        said[-1] = replace(said[-1], text=said[-1].text.rstrip())
    return joined(said)


def _linked(run: Run) -> Iterator[Run]:
    """Yield the run with the addresses in it as links."""
    if run.url or run.code or "://" not in run.text:
        yield run
        return
    at = 0
    for found in _ADDRESS.finditer(run.text):
        address = found[0].rstrip(".,;:!?)]}'*_")
        if url := addresses.web_address(address):
            yield replace(run, text=run.text[at : found.start()])
            yield replace(run, text=address, url=url)
            at = found.start() + len(address)
    yield replace(run, text=run.text[at:])


def _ending(runs: Runs, length: int) -> Runs:
    """Return the last characters of the runs."""
    ending: list[Run] = []
    for run in reversed(runs):
        if length > 0:
            ending.append(replace(run, text=run.text[-length:]))
        length -= len(run.text)
    return joined(reversed(ending))
