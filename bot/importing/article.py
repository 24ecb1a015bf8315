"""Finds the article in a page: what trafilatura takes for it, and the lists and headings in its midst."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from bot.importing.document import Block, Kind
from bot.importing.furniture import heads_briefs
from bot.importing.leads import closing_link, only_link
from bot.importing.page_elements import INLINE, USUAL_SIZE
from bot.importing.words import plain, width, without_stacks

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Nobody's page is nested like this; the extractor works recursively.
_DEEPEST = 150
# The depths of all elements together, of an ordinary page 50,000.
_MOST_NESTING = 600_000
_MOST_ELEMENTS = 15_000
# Where there are more blocks, the extractor's second opinion looks from each through all the others.
_MOST_COMPARED = 2_000
# Less than this, and the extractor did not find the article.
_SHORTEST_ARTICLE = 200
# Paragraphs; the list below no more than these is the news, and below more it leads to other articles.
_SHORT_INTRO = 3
# Blocks above the first paragraph, of a title and a headline; stories that begin with a link.
_MOST_ABOVE, _FEWEST_LINKED = 6, 3


@dataclass(slots=True)
class Placed:
    """A block and the element it stands in."""

    block: Block
    container: HtmlElement | None
    free: bool  # not in a navigation bar, footer or the like
    size: float = USUAL_SIZE  # of its smallest letters


def keep_the_article(placed: Sequence[Placed], content: str, root: HtmlElement) -> None:
    """Put the blocks outside that the extractor does not count to the article, nor anything close to it."""
    article = plain(_extracted(content, root))
    if len(article) < _SHORTEST_ARTICLE:
        return
    words = [plain(p.block.text) for p in placed]
    kept = {i for i, p in enumerate(placed) if p.free and width(words[i]) > 3 and words[i] in article}
    if not kept:
        return
    # By whole paragraphs: the extractor's short lines stand in menus as well. Right below the last stands its
    # link, or the list that it introduces.
    prose = [i for i in kept if width(placed[i].block.text) > 60] or list(kept)
    homes = _homes([placed[i] for i in prose])
    first, last = min(prose), max(prose)
    above = takewhile(lambda p: p.free and _is_in(p, homes), reversed(placed[:first]))
    first -= sum(1 for _ in _headed([p.block for p in above]))
    below = takewhile(lambda p: p.free and _is_in(p, homes), placed[last + 1 :])
    begun = [p.block for p in placed[max(0, first - _MOST_ABOVE) : last + 1] if p.block.lead()]
    linked = sum(block.kind in {Kind.HEADING, Kind.ITEM} for block in begun) >= _FEWEST_LINKED
    last += sum(
        1 for _ in _going_on([p.block for p in below], listed=len(prose) <= _SHORT_INTRO, linked=linked)
    )
    for i, p in enumerate(placed):
        # Between the first and the last paragraph it found: it drops lists and lines of links there, which
        # are our stories.
        near = first <= i <= last and (_is_near(p, homes) or p.block.kind in {Kind.HEADING, Kind.CAPTION})
        if p.block.kind in {Kind.OUTSIDE, Kind.TAGS} or i in kept or near:
            continue
        if (
            p.block.kind is Kind.HEADING and first - _MOST_ABOVE <= i < first
        ):  # the title, or the first story's headline
            continue
        p.block.kind, p.block.drop = Kind.OUTSIDE, "not part of the article"


def _homes(prose: Sequence[Placed]) -> frozenset[int]:
    """Return what paragraphs stand in, and what several of them stand in one each."""
    own = Counter(id(p.container) for p in prose)
    around = Counter(id(p.container.getparent()) for p in prose if p.container is not None)
    return frozenset(own) | {element for element, count in around.items() if count > 1}


def _is_in(placed: Placed, homes: Collection[int]) -> bool:
    return id(placed.container) in homes


def _is_near(placed: Placed, homes: Collection[int]) -> bool:
    container = placed.container
    return _is_in(placed, homes) or (container is not None and id(container.getparent()) in homes)


def _headed(above: Sequence[Block]) -> Iterator[Block]:
    """Yield what stands above the first paragraph, from below: its link, and the headline of both."""
    links = list(takewhile(only_link, above))
    yield from links
    head = above[len(links) : len(links) + 1] if links else []
    yield from (block for block in head if block.kind is Kind.PARAGRAPH)


def _going_on(below: Sequence[Block], *, listed: bool, linked: bool) -> Iterator[Block]:
    """Yield what still belongs to the article: its link, its list, links like its own, or what is brief."""
    for block in below:
        briefs = block.kind is Kind.HEADING and heads_briefs(block.text)
        listed = listed or briefs
        leads = closing_link(block) if linked else only_link(block)
        if not (briefs or leads or (listed and block.kind is Kind.ITEM)):
            return
        yield block


def _extracted(content: str, root: HtmlElement) -> str:
    # Without it everything counts, which loses nothing; a recursion error would lose the page.
    if _costs_too_much(root):
        return ""
    import trafilatura

    # It composes letters, and of a stack of marks without end it never comes back.
    content = without_stacks(content)
    return (
        trafilatura.extract(
            content,
            output_format="txt",
            include_comments=False,
            include_tables=True,
            fast=sum(element.tag not in INLINE for element in root.iter("*")) > _MOST_COMPARED,
        )
        or ""
    )


def _costs_too_much(root: HtmlElement) -> bool:
    """Tell a document that no roundup is like: nested deeply, or of far too many elements within others."""
    from lxml import etree

    depth = total = elements = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        total += depth
        elements += event == "start"
        if depth > _DEEPEST or total > _MOST_NESTING or elements > _MOST_ELEMENTS:
            return True
    return False
