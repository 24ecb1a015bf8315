"""Finds the title among a document's blocks, and what says it again: neither is a story."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from bot.importing.cues import BYLINE, LISTED, SHARING, STAMP
from bot.importing.document import BOLD_LEVEL, Block, Kind
from bot.importing.furniture import sounds_like_a_title
from bot.importing.leads import are_closed_by_links, is_emphasis, item_lead, run_in
from bot.importing.words import ends_sentence, is_body, plain, same

# A title stands above the stories; what repeats it far below them is a headline of its own.
_TOP_BLOCKS, _TOP_SHARE = 12, 4
# A masthead's lines are short, and few; a longer one is prose, with which the stories begin.
_MASTHEAD_LINES, _PROSE = 6, 120
# Words; newsletters have shorter names.
_SHORTEST_SUBJECT = 3
_SHORTEST_LIST = 2


def mark_title(blocks: Sequence[Block], title: str) -> None:
    """Put the title's block, and what repeats it, outside the stories.

    *title* is what the source calls itself, such as a page's <title> or a mail's subject; often nothing.
    """
    named = _named_so(blocks, title) or _highest_heading(blocks, title) or _first_line(blocks, title)
    for n, block in enumerate(named):
        block.kind, block.drop = Kind.OUTSIDE, "" if n == 0 else "says the title again"
    for block in _parts_of(title, _masthead(blocks)):
        block.kind, block.drop = Kind.OUTSIDE, "says part of the title again"
    _mark_subtitle(blocks)


def _mark_subtitle(blocks: Sequence[Block]) -> None:
    """Make what says more of the title a paragraph, and drop who wrote it, above the date or the buttons."""
    at = next((n for n, b in enumerate(blocks) if b.kind is Kind.OUTSIDE and not b.drop), len(blocks))
    subtitle = next((b for b in blocks[at + 1 : at + 2] if b.kind is Kind.HEADING and not b.lead()), None)
    below = [*takewhile(lambda b: not is_body(b.text), blocks[at + 2 : at + 2 + _MASTHEAD_LINES])]
    said = [n for n, b in enumerate(below) if b.drop in {STAMP, BYLINE, SHARING}]
    if subtitle is None or not said or any(b.kind is Kind.HEADING for b in below[: said[0]]):
        return
    # A first story's headline has a date or buttons below it, too; but others are as high.
    if any(b.kind is Kind.HEADING and b.level == subtitle.level for b in blocks[at + 2 :]):
        return
    subtitle.kind = Kind.PARAGRAPH
    for block in below[: said[0]]:
        block.kind, block.drop = Kind.OUTSIDE, block.drop or BYLINE


def _named_so(blocks: Sequence[Block], title: str) -> list[Block]:
    """What the source calls itself is its title, wherever at the top it stands, and however often."""
    top = blocks[: max(_TOP_BLOCKS, len(blocks) // _TOP_SHARE)]
    # A mail may be called as its first story is, which then stands in its list of contents.
    if not title or any(b.drop == LISTED and same(b.text, title) for b in top):
        return []
    return [b for b in top if b.kind is not Kind.OUTSIDE and same(b.text, title)]


def _highest_heading(blocks: Sequence[Block], title: str) -> list[Block]:
    """The first heading is the title if none is as high; without a *title* also if it sounds like one."""
    headings = [b for b in blocks if b.kind is Kind.HEADING]
    if not headings:
        return []
    first = headings[0]
    named = sounds_like_a_title(first.text)
    alone = sum(b.level <= first.level for b in headings) == 1 and (
        len(headings) > 1 or named or _stands_above_stories(first, blocks)
    )
    if title:  # the source has one of its own, which only an <h1> may contradict
        return [first] if alone and first.level == 1 else []
    return [first] if alone or named else []


def _first_line(blocks: Sequence[Block], title: str) -> list[Block]:
    """Without any other, a line at the very top that says it is a roundup: many type no sign before it."""
    first = next((b for b in blocks if b.kind is not Kind.OUTSIDE), None)
    if title or first is None or first.kind is not Kind.PARAGRAPH or len(first.text) > _PROSE:
        return []
    said = sounds_like_a_title(first.text) and not ends_sentence(first.text)
    return [first] if said and not first.addresses and not first.counted and run_in(first) is None else []


def _stands_above_stories(heading: Block, blocks: Sequence[Block]) -> bool:
    """Tell the only heading of all from that of a single story: several begin below it."""
    if heading.level > 1 or blocks[0] is not heading:
        return False
    listed = all(block.kind is Kind.ITEM for block in blocks[1:]) and len(blocks) > _SHORTEST_LIST
    return listed or sum(map(_begins_story, blocks)) > 1 or are_closed_by_links(blocks[1:], article=False)


def _begins_story(block: Block) -> bool:
    item = block.kind is Kind.ITEM and item_lead(block) is not None and not is_emphasis(block)
    return block.counted or item or run_in(block) is not None


def _masthead(blocks: Sequence[Block]) -> Sequence[Block]:
    prose = next((i for i, b in enumerate(blocks) if len(b.text) > _PROSE), len(blocks))
    return blocks[: min(prose, _MASTHEAD_LINES)]


def _parts_of(title: str, masthead: Iterable[Block]) -> list[Block]:
    """A newsletter's masthead says its title piece by piece: its name, its number, its subject."""
    return [
        b
        for b in masthead
        if title
        and not b.announced
        and _by_hand(b)
        and plain(b.text) in plain(title)
        and not _is_subject(b, title)
    ]


def _is_subject(block: Block, title: str) -> bool:
    """Tell the first story's headline from a name or number: a link that the title begins or ends with."""
    lead = block.lead()
    said = lead is not None and lead.alone and len(block.text.split()) >= _SHORTEST_SUBJECT
    words = plain(block.text)
    ends = plain(title).startswith(words) or plain(title).endswith(words)
    return said and ends and not sounds_like_a_title(block.text)


def _by_hand(block: Block) -> bool:
    return block.kind is Kind.PARAGRAPH or (block.kind is Kind.HEADING and block.level == BOLD_LEVEL)
