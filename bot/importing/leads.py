"""How a block of a document begins a story, or ends one: with a link, in bold, with an address at its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from bot.importing.dates import names_a_day
from bot.importing.document import Block, Kind, Lead
from bot.importing.furniture import is_prompt, pointed_at
from bot.importing.inline import holds_sentences, linked_title
from bot.importing.openings import LONGEST_OPENING, address_last, mostly, opened
from bot.importing.repeating import Part, Repeated, repeated
from bot.importing.words import ends_sentence, is_phrase, is_unspaced, is_url, plain, states, web_address

# Behind a link that is all of an item: "(video)", "by Ann".
_NOTE = 40
# Words; more in bold are what the item is about.
_EMPHASIS = 3
# No more than this, and an item that links nowhere is a remark: "None this week."
_SHORT_ITEM = 60
_FEWEST_LINKS, _NEARLY_ALL = 3, 0.8  # one below the other
_SAID = {Kind.PARAGRAPH, Kind.CAPTION, Kind.OUTSIDE}


def run_in(block: Block, *, alike: bool = False) -> Lead | None:
    """Return the bold words a paragraph begins with, if they are a headline: a sentence, or with a colon.

    *alike*: nearly all paragraphs begin so, so that any bold words are one.
    """
    lead = block.lead(bold=True) if block.kind is Kind.PARAGRAPH and not block.level else None
    if lead is None or lead.alone or len(lead.text) > LONGEST_OPENING or names_a_day(lead.text):
        return None
    if plain(lead.label):
        return None
    ends = (
        ends_sentence(lead.text)
        or lead.text[-1] in ":："
        or lead.rest[0] in ":：–—-"
        or alike
        or _begins_anew(lead)
    )
    return replace(lead, text=_without_stop(lead.text)) if ends else None


def begin_alike(prose: Sequence[Block]) -> bool:
    """Tell paragraphs that nearly all begin in bold, and few with no more than whom they are about."""
    leads = [lead for block in prose if (lead := run_in(block, alike=True))]
    told = sum(not _is_emphasis(lead) for lead in leads)
    return len(leads) >= max(_FEWEST_LINKS, _NEARLY_ALL * len(prose)) and told >= len(leads) / 2


def _begins_anew(lead: Lead) -> bool:
    """Tell a sentence behind bold words from the rest of theirs: "**Ships sail again** The first …"."""
    anew = (not lead.rest[0].islower() and lead.rest[0].isalnum()) or lead.by_whom
    return not _is_emphasis(lead) and anew and ends_sentence(lead.rest)


def _is_emphasis(lead: Lead) -> bool:
    few = len(lead.text.split()) <= _EMPHASIS and not is_unspaced(lead.text[0])
    return few or not is_phrase(lead.text)


def _without_stop(text: str) -> str:
    return text if text.endswith("..") else text.removesuffix(".").removesuffix("。")


def closing_link(block: Block) -> str:
    """Return where a block leads that is nothing but a link."""
    if block.kind is not Kind.PARAGRAPH:
        return ""
    return only_link(block) or (block.addresses[0] if block.addresses and is_one_link(block) else "")


def links_at_the_end(section: Sequence[Block]) -> int:
    """Return where the links begin that stand, each in its line, below the last of other linked stories.

    Where none does, that is behind the last block.
    """
    said = [n for n, b in enumerate(section) if b.kind is not Kind.OUTSIDE]
    linked = [*takewhile(lambda n: closing_link(section[n]) and is_phrase(section[n].text), reversed(said))]
    above = [section[n] for n in said[: len(said) - len(linked)]]
    others = any(b.lead() for b in above if b.kind in {Kind.HEADING, Kind.ITEM})
    return linked[-1] if len(linked) >= _FEWEST_LINKS and others else len(section)


def are_closed_by_links(content: Sequence[Block], article: bool) -> bool:
    """Tell whether each text has its link below it: prose, link, prose, link, and nothing else."""
    said = [b for b in content if b.kind in {Kind.PARAGRAPH, Kind.ITEM}]
    links = [bool(closing_link(b)) for b in said]
    if sum(links) < (3 if article else 2) or links[0] or not links[-1]:
        return False
    if any(item_lead(b) for b in said if b.kind is Kind.ITEM):
        return False  # the items are the stories
    return not any(one and other for one, other in pairwise(links)) and sum(links) >= len(links) / 4


def repeated_heads(content: Sequence[Block]) -> Repeated | None:
    """Return where the headlines stand of stories that look alike, each of several blocks, one its link."""
    if any(b.kind not in _SAID or paragraph_lead(b) for b in content):
        return None
    form = repeated([Part(text=b.text, url=only_link(b)) for b in content])
    return form if form and not form.one_line else None


def are_linked_items(blocks: Sequence[Block]) -> bool:
    """Tell whether most of the words stand in items of a list, and most items have a link."""
    said = [b for b in blocks if b.kind in {Kind.PARAGRAPH, Kind.ITEM}]
    items = [b for b in said if b.kind is Kind.ITEM]
    listed = sum(len(b.text) for b in items) > sum(len(b.text) for b in said) / 2
    return listed and mostly(sum(bool(b.addresses) for b in items), items)


def mostly_prose(sections: Sequence[Sequence[Block]]) -> bool:
    """Tell whether at least as many headings have prose below as have a list of links."""
    first = [s[1] for s in sections if len(s) > 1 and s[0].kind is Kind.HEADING]
    prose = sum(block.kind is Kind.PARAGRAPH and len(block.text) > 60 for block in first)
    return prose >= 2 and prose >= sum(block.kind is Kind.ITEM for block in first)


def with_their_children(content: Sequence[Block], level: int) -> Iterator[tuple[Block | None, list[Block]]]:
    """Yield each item down to *level* with what stands in it, and None with what stands in none."""
    item: Block | None = None
    at, below = 0, list[Block]()
    for n, block in enumerate(content):
        begins = block.kind is Kind.ITEM and block.level <= level
        if begins or (item and block.level < item.level and not _goes_on_below(content, at)):
            if item or below:
                yield item, below
            item, at, below = (block if begins else None), n, []
        if not begins:
            below.append(block)
    if item or below:
        yield item, below


def _goes_on_below(content: Sequence[Block], i: int) -> bool:
    """Tell whether the paragraphs below an item are its text: it is a link alone, in a list of its own."""
    lead = content[i].lead()
    if lead is None or len(lead.rest) > _NOTE:
        return False
    around = [*content[max(0, i - 1) : i], *content[i + 1 : i + 2]]
    return not any(block.kind is Kind.ITEM for block in around)


def says_something(item: Block, below: Sequence[Block], level: int) -> bool:
    """Tell whether an item without a link in front is news, not "none this week" or a list's label."""
    return item.level == level and bool(item.addresses or below or len(item.text) > _SHORT_ITEM)


def item_lead(block: Block) -> Lead | None:
    lead = block.lead() or block.lead(bold=True)
    if lead is None:
        said, url = address_last(block.text)
        # "Title https://…", and no whole sentence that names its source.
        if url and len(said) <= LONGEST_OPENING and not block.cited:
            parts = opened(block.text)
            return Lead(text=parts.headline, url=url, label="", rest=parts.rest, lost=())
        return None
    return lead if plain(lead.text) else None


def is_emphasis(block: Block) -> bool:
    """Tell an item whose bold words a sentence goes on from: "**Parliament** saw a long night"."""
    lead = block.lead(bold=True)
    if lead is None or any(run.linked for run in block.runs[:2]):
        return False
    goes_on = lead.rest[:1].islower() and lead.text[-1].isalnum() and not lead.by_whom
    return goes_on and len(lead.text.split()) <= _EMPHASIS


def is_one_link(block: Block) -> bool:
    lead = block.lead()
    return lead is not None and lead.alone and len(block.addresses) == 1


def paragraph_lead(block: Block) -> Lead | None:
    """A paragraph is a story's if it is a link, or begins with one: set off, or of three words or more."""
    lead = block.lead() or _written_out(block)
    if (
        lead is None
        or not plain(lead.text)
        or len(lead.text) > 200
        or is_prompt(lead.text)
        or is_url(lead.text)
    ):
        return None
    phrase = len(lead.text.split()) >= 3 or lead.by_whom or (lead.parted and is_phrase(lead.text))
    return lead if lead.alone or lead.set_off or phrase else None


def _written_out(block: Block) -> Lead | None:
    """Return a title whose address is written behind it, as in a mail's text: "Ships sail (https://…)"."""
    _, address, behind = block.text.rpartition("://")
    if block.cited or not address or plain(behind.partition(" ")[2]) or pointed_at(block.text):
        return None
    said, url = linked_title(block.text)
    if not said:
        said, url = address_last(block.text)
        short = url and len(said) <= LONGEST_OPENING and (len(said.split()) > _EMPHASIS or not said.isascii())
        said = "" if not short or holds_sentences(said) or states(said) else said
    lost = tuple(one for one in block.addresses if one != url)
    return Lead(text=said, url=url, label="", rest="", lost=lost) if said else None


def only_link(block: Block) -> str:
    """Return the address of a block that says nothing else, or "": one that deceives is no link."""
    if is_url(block.text):
        return web_address(block.text) or next(iter(block.addresses), "")
    if url := pointed_at(block.text):
        return url
    return block.addresses[0] if is_prompt(block.text) and len(block.addresses) == 1 else ""
