"""Settles what a document's blocks are before stories are looked for: headings, items, pictures, furniture.

Each cue is looked at block by block: what somebody typed as a list is one, a short line in bold above a text
is a heading, whatever else the document has.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, takewhile

from bot.importing.cues import ADVERTISING, INTRO_HEADING, ITSELF, LISTED, NAVIGATION, RULER, SHARING
from bot.importing.document import BOLD_LEVEL, Block, Kind
from bot.importing.furniture import (
    begins_footer,
    ends_letter,
    furniture_of,
    heads_about,
    heads_contents,
    heads_editorial,
    is_credit,
    is_photo_credit,
    is_prompt,
    is_sign_up,
    only_a_heading,
)
from bot.importing.leads import item_lead, only_link, paragraph_lead
from bot.importing.openings import (
    LONGEST_OPENING,
    address_last,
    counted,
    is_bracketed,
    is_note,
    is_one_line,
    is_typed_item,
    mostly,
    signs_before,
    without_mark,
)
from bot.importing.sponsors import Part, sponsored
from bot.importing.titles import mark_title
from bot.importing.words import (
    DASHES,
    ends_sentence,
    is_body,
    is_quotation,
    plain,
    states,
    tidy,
    web_address,
)

# Blocks; a list of contents stands above everything.
_LONGEST_SIGNATURE, _LONGEST_FOOTER, _TOP = 10, 25, 40
# Headings or linked stories; beside so many, questions in bold are an interview's: few where hardly
# anything else is bold, many one after the other anywhere.
_OTHERS, _FEW_QUESTIONS, _MANY_QUESTIONS = 2, 2, 3


def settled(blocks: Sequence[Block], title: str, *, article: bool, mail: bool) -> list[Block]:
    """Return the blocks with their kinds settled; *title* is what the source calls itself."""
    kept = [part for block in blocks for part in _with_pointer_apart(block)]
    _find_attributions(kept)
    _drop_links_inside(kept)
    _take_marks_off(kept)
    asked = _interview_questions(kept)
    _find_bold_headings(kept, asked, mail=mail)
    _find_ruled_headings(kept)
    headings = {id(block) for block in kept if block.kind is Kind.HEADING}
    _drop_furniture(kept)
    _find_heads_of_linked_texts(kept)
    _drop_contents(kept)
    _find_credits(kept)
    _take_numbers_off(kept, article=article)
    _count_one_liners(kept)
    _mark_announced(kept)
    mark_title(kept, title)
    _find_bold_heads_below_headings(kept, asked, article=article)
    _drop_what_it_says_of_itself(kept)
    _take_signs_off(kept)
    if not article:  # on a page, what says "advertisement" is an empty place among its paragraphs
        _drop_sponsored(kept, headings)
    if mail:
        _drop_signature(kept)
    _drop_footer(kept)
    return kept


def _with_pointer_apart(block: Block) -> Iterator[Block]:
    """Yield a text and what stands behind it and only points at its address: "It sails. <a>Read more</a>"."""
    shown = [n for n, run in enumerate(block.runs) if tidy(run.text)]
    if len(shown) < 2 or block.kind not in {Kind.PARAGRAPH, Kind.ITEM} or block.cited:
        yield block
        return
    runs, last = block.runs[: shown[-1]], block.runs[shown[-1]]
    text = tidy("".join(run.text for run in runs))
    if last.linked and web_address(last.href) and is_prompt(last.text) and ends_sentence(text):
        yield replace(block, runs=runs, text=text)
        yield Block(kind=Kind.PARAGRAPH, at=block.at, last=block.last, level=block.level, runs=[last])
    else:
        yield block


def _find_attributions(blocks: Sequence[Block]) -> None:
    """Make what says below a quotation whose it is a part of it: its link is no story's."""
    for above, block, below in zip(blocks, blocks[1:], [*blocks[2:], None], strict=False):
        # Several below each other are a list that somebody typed.
        if (
            (above.quoted or is_quotation(above.text))
            and _is_dashed_link(block)
            and not (below and _is_dashed_link(below))
        ):
            block.cited = True


def _is_dashed_link(block: Block) -> bool:
    leads = block.lead() is not None or "://" in block.text
    return block.kind is Kind.PARAGRAPH and block.text.startswith(DASHES) and leads


def _drop_sponsored(blocks: Sequence[Block], headings: Container[int]) -> None:
    parts = [
        Part(
            text=block.text,
            reason=block.drop,
            begins=_begins_a_story(block),
            heading=block.kind is Kind.HEADING or id(block) in headings,
            picture=block.kind is Kind.CAPTION,
        )
        for block in blocks
    ]
    for i in sponsored(parts):
        blocks[i].kind, blocks[i].drop = Kind.OUTSIDE, ADVERTISING


def _begins_a_story(block: Block) -> bool:
    if block.kind is Kind.PARAGRAPH:
        return block.counted or paragraph_lead(block) is not None
    return block.kind is Kind.HEADING or (block.kind is Kind.ITEM and item_lead(block) is not None)


def _take_marks_off(blocks: Sequence[Block]) -> None:
    """Make items of the paragraphs that somebody typed as a list: "• One thing"."""
    said = [b for b in blocks if b.kind is Kind.PARAGRAPH]
    marked = [n for n, block in enumerate(said) if is_typed_item(block.text)]
    # Fewer are signs of their own, such as one for a video.
    listed = len(marked) > 1 and 2 * len(marked) >= marked[-1] - marked[0] + 1
    for block in (said[n] for n in marked if listed):
        block.kind, block.level = Kind.ITEM, max(1, block.level)
        block.cut(len(block.text) - len(without_mark(block.text)))


def _count_one_liners(blocks: Sequence[Block]) -> None:
    """Where several say "【Headline】 what happened" or "Headline – it. https://…", each is a story."""
    said = [b for b in blocks if b.kind is Kind.PARAGRAPH and not b.cited]
    bracketed = [b for b in said if is_bracketed(address_last(b.text)[0])]
    dashed = [b for b in said if is_one_line(b.text)]
    for block in bracketed if len(bracketed) > 1 else dashed if mostly(len(dashed), said, 0.5) else []:
        block.counted = True


def _find_heads_of_linked_texts(blocks: Sequence[Block]) -> None:
    """Where each text has its address below or above it, a short line above both is its headline."""
    if sum(block.kind is Kind.HEADING for block in blocks) > 2:
        return
    said = [b for b in blocks if b.kind in {Kind.PARAGRAPH, Kind.ITEM} and not b.cited]
    links = [n for n, block in enumerate(said) if only_link(block)]
    above = [said[n - 1] for n in links if n and _may_head(said[n - 1]) and _tells(said[n + 1 : n + 2])]
    below = [said[n + 1] for n in links if _tells(said[n + 2 : n + 3]) and _may_head(said[n + 1])]
    heads = above if mostly(len(above), links) else below if mostly(len(below), links[1:]) else []
    if heads and heads is below:
        heads = [*_last_head(said[: links[0]]), *below]
    for head in heads or _linked_items_above_texts(said):
        head.kind, head.level = Kind.HEADING, BOLD_LEVEL


def _linked_items_above_texts(said: Sequence[Block]) -> list[Block]:
    items = [n for n, block in enumerate(said) if block.kind is Kind.ITEM]
    leads = [(said[n], said[n].lead()) for n in items if _tells(said[n + 1 : n + 2])]
    above = [block for block, lead in leads if lead and lead.alone]
    paragraphs = all(said[n + 1].kind is Kind.PARAGRAPH for n in items[:-1])
    return above if paragraphs and mostly(len(above), items) else []


def _may_head(block: Block) -> bool:
    """Tell a headline from a note on the link above: "(Paid subscription required.)"."""
    return _is_short(block) and not is_note(block.text) and not is_prompt(block.text)


def _tells(blocks: Sequence[Block]) -> bool:
    return bool(blocks) and is_body(blocks[0].text) and not only_link(blocks[0])


def _take_signs_off(blocks: Sequence[Block]) -> None:
    headings = [block for block in blocks if block.kind is Kind.HEADING]
    if sign := signs_before([block.text for block in headings]):
        for block in headings:
            bare = block.text.removeprefix(sign).lstrip()
            block.cut(len(block.text) - len(bare))


def _take_numbers_off(blocks: Sequence[Block], *, article: bool) -> None:
    """Find what counts 1, 2, 3 … and begins stories; and headings that do."""
    headings = [(i, b.text) for i, b in enumerate(blocks) if b.kind is Kind.HEADING]
    said = [(i, b.text) for i, b in enumerate(blocks) if b.kind is Kind.PARAGRAPH and not b.cited]
    chains = counted(said)
    stories = [chain for chain in chains if len(chain) > 1 and _are_stories(blocks, chain, article=article)]
    # One alone counts where others do: a section may have but one.
    stories += [chain for chain in chains if stories and len(chain) == 1 and _is_link(blocks[chain[0][0]])]
    for i, end in (place for chain in stories for place in chain):
        blocks[i].cut(end)
        blocks[i].counted = True
    for i, end in (place for chain in counted(headings) if len(chain) > 1 for place in chain):
        blocks[i].cut(end)


def _are_stories(blocks: Sequence[Block], chain: Sequence[tuple[int, int]], *, article: bool) -> bool:
    """Tell stories from what one story counts: they begin with a link, in bold, or head a text."""
    places = {i for i, _ in chain}
    if sum(_opens(blocks, i, places) for i in places) >= 0.6 * len(chain):
        return True
    # Or each is a whole story in one paragraph, and hardly anything stands between them.
    between = chain[-1][0] - chain[0][0] + 1
    return len(chain) >= 3 and len(chain) >= 0.6 * between and not article


def _opens(blocks: Sequence[Block], i: int, chain: set[int]) -> bool:
    block = blocks[i]
    if _is_link(block):
        return True
    below = blocks[i + 1] if i + 1 < len(blocks) else None
    heads = below is not None and below.kind in {Kind.PARAGRAPH, Kind.CAPTION} and i + 1 not in chain
    return heads and _is_short(block)


def _is_link(block: Block) -> bool:
    """Tell whether a block begins with a link, or in bold and leads somewhere, but for its number."""
    return bool(block.addresses) and any(run.linked or run.bold for run in block.runs[:2])


def _is_short(block: Block) -> bool:
    return len(block.text) <= LONGEST_OPENING and not states(block.text)


def _interview_questions(blocks: Sequence[Block]) -> frozenset[int]:
    """Return which lines in bold, by their identity, ask what the text below answers.

    They are headlines only where nothing else is one.
    """
    heads = [b for b in blocks if b.kind is Kind.HEADING]
    linked = sum(b.kind is Kind.PARAGRAPH and paragraph_lead(b) is not None for b in blocks)
    asked: set[int] = set()
    for section in _split(blocks, lambda block: block.kind is Kind.HEADING):
        if linked >= _OTHERS or len(heads) - (section[0].kind is Kind.HEADING) >= _OTHERS:
            asked.update(_asked_in(section))
    return frozenset(asked)


def _asked_in(section: Sequence[Block]) -> Iterator[int]:
    bold = [n for n, block in enumerate(section) if _is_bold_line(block)]
    runs = [list(run) for asks, run in groupby(bold, key=lambda n: _is_answered(section, n)) if asks]
    most = sum(map(len, runs)) >= 0.6 * len(bold)
    for run in runs:
        if len(run) >= (_FEW_QUESTIONS if most else _MANY_QUESTIONS):
            yield from (id(section[n]) for n in run)


def _is_answered(section: Sequence[Block], n: int) -> bool:
    below = section[n + 1] if n + 1 < len(section) else None
    asks = section[n].text.endswith(("?", "？")) and not section[n].addresses
    return asks and below is not None and below.kind is Kind.PARAGRAPH and not _is_bold_line(below)


def _find_bold_headings(blocks: Sequence[Block], asked: frozenset[int], *, mail: bool) -> None:
    """Where there are no headings, a short paragraph that is bold as a whole is one."""
    # One or two may be the title and a sign-up box. A mail's are often its layout, however many.
    if not mail and sum(block.kind is Kind.HEADING for block in blocks) > 2:
        return
    # Among links with their texts behind them, one that stands alone is no more than they are.
    links_lead = sum(map(_is_set_off_in_bold, blocks)) > 1
    story: Block | None = None
    for block in blocks:
        if block.kind is Kind.HEADING:
            story = block if block.lead() else None
        # "The details:" is a part of the story whose heading is a link.
        elif id(block) in asked:
            continue
        elif _is_bold_line(block) and not (links_lead and block.lead()) and not (story and _ends_open(block)):
            block.kind, block.level = Kind.HEADING, BOLD_LEVEL


def _ends_open(block: Block) -> bool:
    return block.text.endswith((":", "："))


def _is_set_off_in_bold(block: Block) -> bool:
    """Tell a paragraph that begins with a link in bold, with its text behind a dash or colon."""
    lead = block.lead() if block.kind is Kind.PARAGRAPH else None
    return lead is not None and lead.bold and lead.set_off and not lead.alone


def _is_bold_line(block: Block) -> bool:
    lead = block.lead(bold=True) if block.kind is Kind.PARAGRAPH else None
    if lead is None or is_prompt(block.text) or (lead.url and is_sign_up(block.text)):
        return False
    return (lead.alone or lead.noted) and _is_short(block)


def _find_bold_heads_below_headings(blocks: Sequence[Block], asked: frozenset[int], *, article: bool) -> None:
    """Under a heading, lines in bold that stand above texts are the headlines, and it names a section."""
    sections = list(_split(blocks, lambda block: block.kind is Kind.HEADING))
    found = [heads for section in sections if (heads := _bold_heads(section, asked))]
    # An article's headings have texts, of which some have parts; only where most have none are they sections.
    if not article or 2 * len(found) >= len(sections):
        for block in (block for heads in found for block in heads):
            block.kind, block.level = Kind.HEADING, BOLD_LEVEL


def _bold_heads(section: Sequence[Block], asked: frozenset[int]) -> list[Block]:
    content = section[1:] if section[0].kind is Kind.HEADING else section
    bold = [n for n, block in enumerate(content) if _is_bold_line(block) and id(block) not in asked]
    heads = [n for n in bold if n + 1 < len(content) and n + 1 not in bold]
    told = len(heads) >= 2 and len(heads) >= 0.7 * len(bold) and bold[0] <= 1
    return [content[n] for n in bold] if told else []


def _find_ruled_headings(blocks: Sequence[Block]) -> None:
    """Where lines across the page part the stories, the short line below each is its headline."""
    if sum(block.kind is Kind.HEADING for block in blocks) > 2:
        return
    parts = list(_split(blocks, lambda block: block.ruled))
    heads = [part[0] for part in parts if len(part) > 1 and part[0].kind is Kind.PARAGRAPH
             and _is_short(part[0]) and part[1].kind in {Kind.PARAGRAPH, Kind.CAPTION}]  # fmt: skip
    ruled = [head for head in heads if head.ruled]
    if len(ruled) >= 2 and len(heads) >= 0.6 * (len(parts) - 1):
        for head in [*ruled, *_last_head(parts[0])]:
            head.kind, head.level = Kind.HEADING, BOLD_LEVEL


def _last_head(part: Sequence[Block]) -> list[Block]:
    """Return the headline above the first line across the page: below the title and the intro."""
    for head, below in zip(reversed(part[:-1]), reversed(part[1:]), strict=True):
        if head.kind in {Kind.PARAGRAPH, Kind.ITEM} and _is_short(head) and not _is_short(below):
            return [head]
    return []


def _split(blocks: Sequence[Block], begins: Callable[[Block], bool]) -> Iterator[list[Block]]:
    part: list[Block] = []
    for block in blocks:
        if part and begins(block):
            yield part
            part = []
        part.append(block)
    if part:
        yield part


def _drop_furniture(blocks: Sequence[Block]) -> None:
    said = [b for b in blocks if b.kind in {Kind.PARAGRAPH, Kind.ITEM, Kind.HEADING}]
    found = furniture_of([block.text for block in said])
    companies = _of_other_lists(said, found)
    for n, reason in found.items():
        block = said[n]
        if reason == SHARING and n in companies:
            continue  # one of several companies in a list
        if only_a_heading(reason) and block.kind is not Kind.HEADING and not _heads_links(said, n):
            continue
        if reason == NAVIGATION or not (block.kind is Kind.HEADING and block.lead()):
            block.kind, block.drop = Kind.OUTSIDE, reason


def _find_credits(blocks: Sequence[Block]) -> None:
    """Tell who took a picture from a story's text, wherever the picture is."""
    for block in blocks:
        if block.kind is Kind.PARAGRAPH and is_photo_credit(block.text) and is_credit(block.text):
            block.kind = Kind.CAPTION


def _heads_links(said: Sequence[Block], n: int) -> bool:
    """Tell "Related" above other articles from a word that stands alone, or is a story's link."""
    below = said[n + 1] if n + 1 < len(said) else None
    heads = said[n].kind is Kind.PARAGRAPH and not only_link(said[n])
    return heads and (below is None or not is_body(below.text))


def _drop_contents(blocks: Sequence[Block]) -> None:
    """Drop the list of what stands further down, and what heads it."""
    for n, block in enumerate(blocks[:_TOP]):
        if block.kind not in {Kind.HEADING, Kind.PARAGRAPH} or not heads_contents(block.text):
            continue
        listed = list(takewhile(_only_names, blocks[n + 1 :]))
        below = blocks[n + 1 + len(listed) :]
        # Where nothing else is told, the list is the news itself.
        if len(listed) > 1 and sum(map(_begins_a_story, below)) >= len(listed) / 2:
            for each in (block, *listed):
                each.kind, each.drop = Kind.OUTSIDE, LISTED
            return


def _drop_links_inside(blocks: Sequence[Block]) -> None:
    """Drop the links that lead to what stands further down, in the same words."""
    below: set[str] = set()
    for block in reversed(blocks):
        said = plain(block.text)
        if said in below and _leads_inside(block):
            block.kind, block.drop = Kind.OUTSIDE, LISTED
        begins = block.lead(bold=True)
        below |= {said, plain(begins.text)} if begins else {said}


def _leads_inside(block: Block) -> bool:
    return block.kind in {Kind.PARAGRAPH, Kind.ITEM} and all(
        run.href.startswith("#") for run in block.runs if run.text.strip()
    )


def _mark_announced(blocks: Sequence[Block]) -> None:
    listed = {plain(block.text) for block in blocks if block.drop == LISTED}
    for block in blocks:
        block.announced = block.kind is Kind.HEADING and plain(block.text) in listed


def _only_names(block: Block) -> bool:
    return block.kind is Kind.ITEM and not block.addresses and _is_short(block)


def _of_other_lists(blocks: Sequence[Block], found: Mapping[int, str]) -> set[int]:
    """Return the items that stand in lists of which not all is furniture."""
    others: set[int] = set()
    for is_list, places in groupby(range(len(blocks)), key=lambda n: blocks[n].kind is Kind.ITEM):
        items = list(places)
        if is_list and not all(n in found for n in items):
            others.update(items)
    return others


def _drop_what_it_says_of_itself(blocks: Sequence[Block]) -> None:
    """Drop what names the editor's words above all stories, and below them what a roundup says of itself."""
    headings = [block for block in blocks if block.kind is Kind.HEADING]
    if headings and heads_editorial(headings[0].text):
        headings[0].kind, headings[0].drop = Kind.OUTSIDE, INTRO_HEADING
    about = False
    for n, block in enumerate(blocks):
        if block.kind is Kind.HEADING or (block.drop and heads_about(block.text)):
            about = 2 * n > len(blocks) and heads_about(block.text)
        if about and block.kind is not Kind.OUTSIDE:
            block.kind, block.drop = Kind.OUTSIDE, ITSELF


def _drop_signature(blocks: Sequence[Block]) -> None:
    """Drop what stands below "-- " at a mail's end: who sent it."""
    marks = [n for n, block in enumerate(blocks) if block.drop == RULER and block.text == "--"]
    below = blocks[marks[-1] :] if marks else []
    if len(below) <= _LONGEST_SIGNATURE and all(_is_short(block) for block in below):
        for block in below:
            block.kind, block.drop = Kind.OUTSIDE, "the signature"


def _drop_footer(blocks: Sequence[Block]) -> None:
    """Drop everything from the first "unsubscribe" or the like in the last part on."""
    # Never in the first half: a newsletter's first line may be about its subscription, too.
    # Long paragraphs or many blocks below it: then it was a story about unsubscribing, not the footer.
    for i in range(max(len(blocks) // 2, len(blocks) - _LONGEST_FOOTER), len(blocks)):
        left = blocks[i:]
        begins = begins_footer(blocks[i].text) or _ends_letter(blocks, i)
        if begins and not any(len(b.text) > 300 for b in left):
            if any(b.kind is Kind.HEADING and b.lead() for b in left):
                continue
            for block in left:
                if block.kind is not Kind.OUTSIDE:
                    block.kind, block.drop = Kind.OUTSIDE, "the footer"
            return


def _ends_letter(blocks: Sequence[Block], i: int) -> bool:
    told = (b for b in blocks[i + 1 :] if b.kind is not Kind.OUTSIDE)
    below = [*takewhile(lambda b: not begins_footer(b.text), told)]
    named = not any(b.kind is Kind.HEADING or b.addresses for b in below)
    return named and ends_letter(blocks[i].text, [b.text for b in below], above=i)
