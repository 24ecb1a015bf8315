"""Texts with shape as rich text: the one place where the tree of a text becomes blocks.

Literal, whatever stands in it, like all words of files and people. mrkdwn for where Slack takes no rich text
is made from these blocks by `kit.reading`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from bot.core.markdown.tree import (
    BREAK,
    Code,
    Item,
    Node,
    Paragraph,
    Quote,
    Run,
    Runs,
    Text,
    joined,
    marker,
    with_runs,
    words_of,
)
from bot.core.message import Block, escape
from bot.core.sentences import sentences
from bot.core.sizes import BLOCK
from bot.slack.views import mrkdwn
from bot.slack.views.kit import own, plain, reading
from bot.slack.views.kit import run as piece
from bot.slack.views.mrkdwn import Cut, packed

Element = dict[str, Any]  # a part of a rich_text block
MAX_LINK = 1_500
MAX_ADDRESSES = 4_000  # of one block
STYLES = ("bold", "italic", "strike", "code")


def seen(text: Text) -> tuple[Node, ...]:
    """Return the parts of a text of which anything shows."""
    return tuple(filter(_is_seen, text.nodes))


def blocks(nodes: Iterable[Node], *, lead: Sequence[Element] = (), limit: int = BLOCK) -> tuple[Block, ...]:
    """Return the text as blocks of at most *limit* characters; the first begins with the line *lead*."""
    parts = split(nodes, limit) or ([()] if lead else [])
    return tuple(_block(_linked(part), lead if n == 0 else ()) for n, part in enumerate(parts))


def below(nodes: Sequence[Node], longest: int) -> list[Element]:
    """Return the text as one line more of a section, with its links to addresses that are not too long."""
    runs: list[Run] = []
    for node in filter(_is_seen, nodes):
        marked = [Run(f"{marker(node)} ")] if isinstance(node, Item) else []
        short = [replace(run, url="") if mrkdwn.size(run.url) > longest else run for run in node.runs]
        runs += [Run(" ") if runs else BREAK, *marked, *(_on_one_line(run) for run in short)]
    return _runs(joined(runs))


def _on_one_line(run: Run) -> Run:
    return replace(run, text=re.sub(r"\s+", " ", run.text))


def _linked(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield the nodes; links for whose addresses a message has no room, hundreds of them, are words."""
    room = MAX_ADDRESSES
    for node in nodes:
        runs = []
        for run in node.runs:
            room -= mrkdwn.size(run.url)
            runs.append(run if room >= 0 else replace(run, url=""))
        yield with_runs(node, runs)


def elements(nodes: Iterable[Node], *, lead: Sequence[Element] = ()) -> Iterator[Element]:
    """Yield what a rich_text block is made of: paragraphs that follow each other are one section."""
    first = [*lead]
    for kind, group in groupby(nodes, type):
        if kind is Paragraph:
            yield _section([*first, *_runs(_paragraphs(group, after=bool(first)))])
        else:
            yield from [_section(first)] if first else []
            yield from _shaped(group)
        first = []
    if first:
        yield _section(first)


def _paragraphs(nodes: Iterable[Node], *, after: bool) -> Runs:
    runs: list[Run] = [BREAK] if after else []
    for n, node in enumerate(nodes):
        runs += [*([BREAK, BREAK] if n else []), *node.runs]
    return joined(runs)


def _shaped(nodes: Iterable[Node]) -> Iterator[Element]:
    items: list[Item] = []
    for node in nodes:
        match node:
            case Item():
                if items and not _goes_on(items[-1], node):
                    yield _list(items)
                    items = []
                items.append(node)
            case Quote():
                yield {"type": "rich_text_quote", "elements": _runs(node.runs)}
            case Code(text=text):
                yield {"type": "rich_text_preformatted", "elements": [piece(text)]}
            case Paragraph():
                raise AssertionError("paragraphs are sections")
    if items:
        yield _list(items)


def _goes_on(before: Item, item: Item) -> bool:
    if before.depth != item.depth or (before.number is None) != (item.number is None):
        return False
    return before.number is None or item.number == before.number + 1


def _list(items: Sequence[Item]) -> Element:
    """Return a list of one depth; Slack sets it in, and counts from what we say it begins with."""
    first = items[0]
    style: Element = {"style": "bullet"} if first.number is None else {"style": "ordered"}
    if first.depth:
        style["indent"] = first.depth
    if first.number is not None and first.number > 1:
        style["offset"] = first.number - 1
    return {"type": "rich_text_list", **style, "elements": [_section(_runs(item.runs)) for item in items]}


def _section(line: list[Element]) -> Element:
    return {"type": "rich_text_section", "elements": line}


def _runs(runs: Runs) -> list[Element]:
    return [_run(run) for run in runs if mrkdwn.clean(run.text)]


def _run(run: Run) -> Element:
    style = {name: True for name in STYLES if getattr(run, name)}
    plain = piece(run.text, url=run.url)
    return {**plain, "style": style} if style else plain


# --- where Slack takes no rich text --------------------------------------------------------------------


def sections(nodes: Iterable[Node], limit: int = BLOCK) -> list[tuple[str, tuple[Node, ...]]]:
    """Return the text as verbatim mrkdwn, escaped, in pieces that a section takes; each with what it says."""
    linked = [with_runs(node, map(_with_short_link, node.runs)) for node in nodes]
    return [("\n\n".join(_said(part)), part) for part in split(linked, limit, _in_mrkdwn)]


def _said(nodes: Iterable[Node]) -> Iterator[str]:
    """Yield the mrkdwn of each paragraph, list, quote and code: with a blank between, what ends is seen."""
    for kind, group in groupby(nodes, type):
        for some in [tuple(group)] if kind is Item else [(node,) for node in group]:
            yield reading([_block(some)], shown=True)


def told(nodes: Sequence[Node], limit: int = BLOCK) -> list[tuple[Element, tuple[Node, ...]]]:
    """Return texts for section blocks, each with its nodes: literal if they have no shape, else mrkdwn."""
    if all(isinstance(node, Paragraph) and joined(map(_bare, node.runs)) == node.runs for node in nodes):
        parts = split(nodes, limit)
        return [(plain("\n\n".join(words_of(node.runs) for node in part)), part) for part in parts]
    return [(own(piece), part) for piece, part in sections(nodes, limit)]


def _bare(run: Run) -> Run:
    return Run(run.text)


def _block(nodes: Iterable[Node], lead: Sequence[Element] = ()) -> Block:
    return {"type": "rich_text", "elements": list(elements(nodes, lead=lead))}


def _in_mrkdwn(runs: Runs) -> int:
    said, words = reading([_block([Paragraph(runs)])], shown=True), words_of(runs)
    # The blanks around a piece are there again when it is joined to others; a quote marks each of its lines.
    return mrkdwn.units(said) + len(words) - len(words.strip()) + len("&gt; ") * words.count("\n")


def _with_short_link(run: Run) -> Run:
    # In mrkdwn an address counts like words; a longer one would leave its section no room.
    return replace(run, url="") if len(escape(run.url)) > MAX_LINK else run


# --- where a text may be cut ---------------------------------------------------------------------------


def split(
    nodes: Iterable[Node], limit: int, measure: Callable[[Runs], int] | None = None
) -> list[tuple[Node, ...]]:
    """Return parts of at most *limit*: cut between nodes, else between sentences and words of one.

    Never in a link or a visible character that fits; the marker of an item stays with its first words.
    *measure* is how long runs are; without it, as long as what is read.
    """
    size = measure or _size
    parts: list[list[Node]] = []
    room = 0
    for node in filter(_is_seen, nodes):
        # A blank line that a long code begins with may be torn off by itself: Slack takes no empty block.
        for torn in filter(_is_seen, _torn(node, limit, size)):
            weight = size(torn.runs) + _mark_size(torn)
            if not parts or weight > room:
                parts.append([])
                room = limit
            parts[-1].append(torn)
            room -= weight + 2  # what stands between them
    return [tuple(part) for part in parts]


def _mark_size(node: Node) -> int:
    """Return how much more a node takes where its mark is written out."""
    match node:
        case Item():
            return len(f"{marker(node)} ") + 4 * node.depth
        case Quote():
            return len("&gt; ")
        case _:
            return 0


def opening(nodes: Sequence[Node], limit: int) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """Return the first sentence, and all the rest; nothing first if the text does not begin with one.

    A longer sentence is cut between two words. Where its paragraph goes on, it keeps the blank it was cut at:
    who reads a post back knows by that.
    """
    first, *rest = [*filter(_is_seen, nodes)] or [Paragraph(())]
    if not isinstance(first, Paragraph):
        return (), (first, *rest)
    sentence = next(_lifted(sentences)(first.runs), ())
    begins = packed(sentence, limit, _CUTS, _size)[:1]
    left = _after(first.runs, sum(len(run.text) for runs in begins for run in runs))
    cut = [Paragraph(_stripped(left))] if words_of(left).strip() else []
    return tuple(Paragraph(runs if cut else _stripped(runs)) for runs in begins), (*cut, *rest)


def _after(runs: Runs, at: int) -> Runs:
    pieces = list(_cut_at(runs, {at}))
    return tuple(run for piece in pieces[1:] for run in piece) if at else runs


def _is_seen(node: Node) -> bool:
    return bool(mrkdwn.clean(words_of(node.runs)).strip())


def _torn(node: Node, limit: int, size: Callable[[Runs], int]) -> Iterator[Node]:
    first, *rest = packed(node.runs, limit, _CUTS, size)
    yield with_runs(node, _stripped(first)) if rest else node
    for runs in rest:
        # What goes on with an item has no marker of its own.
        yield Paragraph(_stripped(runs)) if isinstance(node, Item) else with_runs(node, _stripped(runs))


def _stripped(runs: Runs) -> Runs:
    """Return the runs without the blanks at which they were cut."""
    *others, last = runs
    runs = joined((*others, Run(last.text.rstrip(), *last.looks)))
    first, *others = runs or (last,)
    return joined((Run(first.text.lstrip("\n "), *first.looks), *others))


def _size(runs: Runs) -> int:
    return sum(mrkdwn.size(run.text) for run in runs)


def _lifted(cut: Cut) -> Callable[[Runs], Iterator[Runs]]:
    """Return *cut* for runs; where it would cut a link that can be kept whole, it does not."""

    def cut_runs(runs: Runs) -> Iterator[Runs]:
        text = "".join(run.text for run in runs)
        borders, at = set(), 0
        for some in cut(text):
            at += len(some)
            borders.add(at)
        yield from _cut_at(runs, borders)

    return cut_runs


def _cut_at(runs: Runs, borders: set[int]) -> Iterator[Runs]:
    so_far: list[Run] = []
    at = 0
    for run in runs:
        whole = bool(run.url) and _size((run,)) <= _LONGEST_LABEL
        end = at + len(run.text)
        inside = [] if whole else sorted(border for border in borders if at < border < end)
        for start, stop in zip([at, *inside], [*inside, end], strict=True):
            so_far.append(Run(run.text[start - at : stop - at], *run.looks))
            if stop in borders:
                yield tuple(so_far)
                so_far = []
        at = end
    if so_far:
        yield tuple(so_far)


_LONGEST_LABEL = 500  # of a link that is kept whole
_CUTS = tuple(map(_lifted, (mrkdwn.lines, sentences, mrkdwn.words, mrkdwn.characters)))
