"""Finds the stories in a document that still has its structure: headings, list items, links, bold type.

A block that shows by itself that it begins a story does: it counts, its first words are bold, its link stands
below it. Of the rest, headings with prose, list items and paragraphs that begin with a link or in bold are
told apart section by section. Where headings are the stories, a list that a sentence introduces is its
heading's; where links are, an item without one is a story, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import takewhile

from bot.importing.cues import SECTION
from bot.importing.document import Block, Kind, Lead
from bot.importing.draft import MOST_STORIES, Line, Role, among
from bot.importing.furniture import heads_briefs, is_prompt
from bot.importing.leads import (
    are_closed_by_links,
    are_linked_items,
    begin_alike,
    closing_link,
    is_emphasis,
    item_lead,
    links_at_the_end,
    mostly_prose,
    paragraph_lead,
    repeated_heads,
    run_in,
    says_something,
    with_their_children,
)
from bot.importing.lines import Lines
from bot.importing.openings import LONGEST_OPENING, Opening, is_bracketed, is_one_line, opened
from bot.importing.pictures import NOT_DESCRIBED, NOWHERE, describe
from bot.importing.repeating import Repeated
from bot.importing.settling import settled
from bot.importing.words import (
    is_body,
    tidy,
)

# More than a sentence that introduces a list: then the prose is the story.
_MUCH_PROSE = 200
# Paragraphs that begin with a link and a dash or colon behind it; nearly all of them are stories each.
_FEWEST_PARTED, _ALIKE = 3, 0.8


def lines_of(
    blocks: Sequence[Block], *, title: str = "", article: bool = False, mail: bool = False
) -> list[Line]:
    """Give every block its role.

    *article*: prose with links in it, where a list of links is no list of stories.
    *mail*: laid out by hand, where a link that stands alone is a headline wherever it stands.
    """
    struck = list(_without_struck(blocks))
    describe([b for b in blocks if b.kind is not Kind.HIDDEN])
    # Kept apart, so that what stands around them is seen side by side, as by their reader.
    left_out = {NOT_DESCRIBED, NOWHERE}
    apart = {id(b): b.drop or "hidden" for b in blocks if b.kind is Kind.HIDDEN or b.drop in left_out}
    seen = [b for b in blocks if (b.text or b.url) and id(b) not in apart]
    document = _Document(settled(seen, title, article=article, mail=mail), article=article, mail=mail)
    document.run()
    others = (
        Line(at=b.at, last=b.last, text=b.text, role=Role.DROPPED, reason=apart[id(b)], url=b.url)
        for b in blocks
        if id(b) in apart
    )
    return list(among(document.lines, [*others, *struck]))


def _without_struck(blocks: Sequence[Block]) -> Iterator[Line]:
    """Take out of the blocks what is struck out, and yield it: its author took it back."""
    for block in blocks:
        if block.code or not any(run.strike for run in block.runs):
            continue
        words = tidy("".join(run.text for run in block.runs if run.strike))
        block.runs = [run for run in block.runs if not run.strike]
        block.text = tidy("".join(run.text for run in block.runs))
        if words:
            yield Line(at=block.at, last=block.last, text=words, role=Role.DROPPED, reason="struck out")


def _tells_at_once(content: Sequence[Block]) -> bool:
    """Tell a story's text from a list of stories."""
    first = next((b for b in content if b.kind in {Kind.PARAGRAPH, Kind.ITEM}), None)
    return first is not None and is_body(first.text) and not first.counted and not paragraph_lead(first)


def _tells_first(paragraphs: Sequence[Block]) -> bool:
    """Tell whether the only link that might begin a story is the last of them, or below a long text."""
    above = takewhile(lambda block: not paragraph_lead(block), paragraphs)
    return paragraph_lead(paragraphs[-1]) is not None or sum(len(b.text) for b in above) > _MUCH_PROSE


class _Document(Lines):
    """The blocks on their way to lines; section by section."""

    def __init__(self, blocks: list[Block], *, article: bool, mail: bool) -> None:
        super().__init__(article=article)
        self.blocks = blocks
        self.mail = mail
        self.prose_only = False  # headlines are headings, whatever lists there are
        self.mostly_linked = False  # headlines are headings with a link
        self.story_levels: frozenset[int] = frozenset()  # of headings that are headlines themselves

    def run(self) -> None:
        self._read()
        items = [block for block in self.blocks if block.kind is Kind.ITEM and block.level == 1]
        # Where there is nothing else, the list is the news; in an article, if its items lead somewhere.
        listed = not self.article or are_linked_items(self.blocks)
        if not self.begun and listed and 1 < len(items) <= MOST_STORIES:
            for item in items:
                item.counted = True
            self.lines = []
            self._read()

    def _read(self) -> None:
        headings = [block for block in self.blocks if block.kind is Kind.HEADING]
        self.mostly_linked = sum(block.lead() is not None for block in headings) > len(headings) / 2
        sections = self._sections()
        self.prose_only = self.article and mostly_prose(sections)
        self.story_levels = self._find_story_levels(sections)
        for i, section in enumerate(sections):
            self._section(section, sections[i + 1] if i + 1 < len(sections) else None)

    def _sections(self) -> list[list[Block]]:
        sections: list[list[Block]] = [[]]
        for block in self.blocks:
            if block.kind is Kind.HEADING:
                sections.append([])
            sections[-1].append(block)
        end = links_at_the_end(sections[-1])
        return [*sections[:-1], *filter(None, [sections[-1][:end], sections[-1][end:]])]

    def _find_story_levels(self, sections: Sequence[Sequence[Block]]) -> frozenset[int]:
        """Return at which levels most headings are headlines: the document's prose is below them."""
        prose, lists = Counter[int](), Counter[int]()
        said, listed = 0, 0
        for heading, *content in (s for s in sections if s and s[0].kind is Kind.HEADING):
            words = sum(len(block.text) for block in content)
            if self._story_level(content):
                lists[heading.level] += 1
                listed += words
            elif any(block.kind is Kind.PARAGRAPH for block in content):
                prose[heading.level] += 1
                said += words
        # By words, not by headings: an archive with many lists and one long essay is one of lists.
        if listed > said:
            return frozenset()
        # Three to one, and three at least: a level whose headings now and then head a list is one of
        # sections.
        return frozenset(level for level in prose if prose[level] >= max(3, 3 * lists[level]))

    # One section

    def _section(self, section: list[Block], following: list[Block] | None) -> None:
        heading = section[0] if section and section[0].kind is Kind.HEADING else None
        content = section[1:] if heading else section
        if heading and heading.announced and _tells_at_once(content):
            self._story(heading, content)
        elif shape := self._shape(content, heading):
            self.label(heading, SECTION)
            shape(content)
        else:
            self._by_what_it_holds(heading, content, following)

    def _by_what_it_holds(
        self, heading: Block | None, content: list[Block], following: list[Block] | None
    ) -> None:
        # Below a story's headline, what is listed is a part of it; not in brief, nor in a section by itself.
        briefs = heads_briefs(heading.text) if heading else self.begun
        told = self.prose_only and not briefs
        level = 0 if told else self._story_level(content, headed=heading is not None)
        if heading and level and self._heads_its_list(heading, content):
            level = 0
        if level:
            self.label(heading, SECTION)
            self._items(content, level)
        elif (
            not told
            and not (heading and (heading.lead() or self._tells_and_points(heading, content)))
            and self._linked_paragraphs(content, under_heading=heading is not None)
        ):
            self.label(heading, SECTION)
            self._paragraphs(content)
        elif heading is None:
            self._prose(content)
        elif self._is_label(heading, content, following):
            self.label(heading, SECTION)
            for block in content:
                self.outside_stories(block)
        else:
            self._story(heading, content)

    def _story(self, heading: Block, content: list[Block]) -> None:
        first, *others = heading.addresses or ("",)
        self.headline(heading, text=heading.text, url=first, lost=tuple(others))
        self._prose(content)

    def _shape(self, content: list[Block], heading: Block | None) -> Callable[[list[Block]], None] | None:
        """Return how stories are read that show where each begins or ends, whatever else stands there."""
        if any(block.counted for block in content):
            return self._numbered
        # An article with headings says by them what is a story; what is bold or linked in it is its text.
        if heading and (self.article or heading.lead()):
            return None
        if lead_of := self._begins_in_bold(content, headed=heading is not None):
            return lambda blocks: self._begun_by(blocks, lead_of)
        if form := repeated_heads(content):
            return lambda blocks: self._repeated(blocks, form)
        return self._closed_by_links if are_closed_by_links(content, self.article) else None

    def _begins_in_bold(self, content: list[Block], *, headed: bool) -> Callable[[Block], Lead | None] | None:
        """Return how paragraphs are read that each begin with their headline: "**Ships sail.** The …"."""
        said = [b for b in content if b.kind is Kind.PARAGRAPH and b.level == 0 and not b.cited]
        prose = [b for b in said if not closing_link(b)]
        alike = begin_alike(prose)
        leads = [b for b in prose if run_in(b, alike=alike)]
        if headed and leads and prose[0] is not leads[0]:
            return None  # the heading has a text, and these are its parts
        found = len(leads) >= (3 if self.article else 2) and len(leads) >= 0.6 * len(prose)
        return partial(run_in, alike=alike) if found else None

    def _begun_by(self, content: list[Block], lead_of: Callable[[Block], Lead | None]) -> None:
        """Begin a story with each block that has a lead; the blocks behind it are its body."""
        begun = False
        for block in content:
            if lead := lead_of(block):
                self.lead(block, lead)
                begun = True
            elif begun:
                self.take(block, Role.BODY)
            else:
                self.outside_stories(block)

    def _repeated(self, content: Sequence[Block], form: Repeated) -> None:
        """Make a story of what stands from one headline to the next, its link below it."""
        for n, block in enumerate(content):
            if n in form.sections:
                self.label(block, SECTION)
            elif n in form.addresses:
                self.headline(block, text=block.text, url="", lost=block.addresses)
                if (end := form.addresses[n]) is not None and end in form.moved:
                    self.take(content[end], Role.BODY)
            elif n not in form.moved:
                self.take(block, Role.BODY if self.begun else Role.INTRO)

    def _closed_by_links(self, content: list[Block]) -> None:
        """Make a story of each text with the link below it."""
        part: list[Block] = []
        for block in content:
            if block.kind in {Kind.PARAGRAPH, Kind.ITEM, Kind.CAPTION} and not closing_link(block):
                part.append(block)
            elif url := closing_link(block):
                self._closed(part, block, url)
                part = []
            else:
                self.take(block, Role.BODY)

    def _closed(self, part: list[Block], link: Block, url: str) -> None:
        lead = paragraph_lead(link)
        if lead:
            self.headline(link, text=lead.text, url=url)
        else:
            first, *part = part
            said = opened(first.text)
            short = part and len(first.text) <= LONGEST_OPENING
            self.headline(first, text=first.text if short else said.headline, url="", lost=first.addresses)
            if said.rest and not short:
                self.body(first, said.rest)
        for block in part:
            self.take(block, Role.BODY)
        if not lead:
            self.add(link, Role.LINK, url=url)

    def _tells_and_points(self, heading: Block, content: Sequence[Block]) -> bool:
        """Tell whether a heading among those that are stories has a text, and below it nothing but links."""
        said = [b for b in content if b.kind is not Kind.OUTSIDE]
        above = list(takewhile(lambda block: not paragraph_lead(block), said))
        links = said[len(above) :]
        return heading.level in self.story_levels and _tells_at_once(above) and all(map(closing_link, links))

    def _heads_its_list(self, heading: Block, content: list[Block]) -> bool:
        """Tell whether a heading above a list of links is the story, and the links are in its body.

        It is if a sentence introduces the list, and it is a link itself or stands among
        headings that are stories. Where most headings are links, it needs no sentence.
        """
        introduced = content[0].kind is not Kind.ITEM
        if heading.lead():
            return introduced or self.mostly_linked
        return introduced and heading.level in self.story_levels

    def _is_label(self, heading: Block, content: list[Block], following: list[Block] | None) -> bool:
        """A heading that only leads to the ones below it, perhaps with a sentence, is no headline."""
        prose = [b for b in content if b.kind is not Kind.OUTSIDE]
        if not prose:
            return not heading.lead()
        if (
            heading.lead()
            or not following
            or not following[0].lead()
            or any(b.kind is Kind.ITEM for b in prose)
        ):
            return False
        if following[0].level > heading.level:
            return True
        return self.mostly_linked and len(prose) == 1

    def _story_level(self, content: list[Block], *, headed: bool = True) -> int:
        """Return how deep the list items are nested that begin with a link or in bold; 0 if none are stories.

        Half of the list must begin so, else it is part of its heading's story; below no
        heading one is enough.
        """
        items = [b for b in content if b.kind is Kind.ITEM]
        prose = sum(len(b.text) for b in content if b.kind is Kind.PARAGRAPH and b.level == 0)
        if self.article and prose > _MUCH_PROSE:
            return 0
        for level in sorted({b.level for b in items}):
            of_level = [b for b in items if b.level == level]
            leads = sum(item_lead(b) is not None for b in of_level)
            if headed and leads and all(map(is_emphasis, of_level)):
                return 0  # the heading is the story, and the list says what it is about
            # Half: by the rule before, one link among eight items made a story of each ("Other Merges" of
            # LWKD); see benchmarks.
            if leads and (leads >= len(of_level) / 2 or not (headed or self.article or prose > _MUCH_PROSE)):
                return level
        return 0

    def _items(self, content: list[Block], level: int) -> None:
        for item, below in with_their_children(content, level):
            lead = item_lead(item) if item and item.level == level else None
            if item is None and self._tell_their_own_stories(below):
                self._paragraphs(below)
                continue
            if item is None or (lead is None and not says_something(item, below, level)):
                self._no_story(item, below)
                continue
            if lead:
                self.lead(item, lead)
            else:
                self.sentence(item)
            for block in below:
                self.take(block, Role.BODY)

    def _tell_their_own_stories(self, beside: list[Block]) -> bool:
        """Tell whether what stands beside a list begins with links as well, and has texts below them."""
        if any(block.cited for block in beside):
            return False  # the link is where the quotation is from
        leads = [paragraph_lead(block) is not None for block in beside if block.kind is Kind.PARAGRAPH]
        return 2 <= sum(leads) < len(leads) and self._linked_paragraphs(beside, under_heading=True)

    def _numbered(self, content: Sequence[Block]) -> None:
        """Make a story of each block that counts, with all below it."""
        begun = False
        for block, below in zip(content, [*content[1:], None], strict=True):
            if block.counted:
                begun = True
                self._open(block, alone=below is None or below.counted)
            elif begun:
                self.take(block, Role.BODY)
            else:
                self.outside_stories(block)

    def _open(self, block: Block, *, alone: bool) -> None:
        """Begin a story with *block*; *alone*: nothing stands below it, so that it is all of the story."""
        if lead := block.lead() or block.lead(bold=True):
            self.lead(block, lead)
        elif (
            alone or len(block.text) > LONGEST_OPENING or is_bracketed(block.text) or is_one_line(block.text)
        ):
            self.opening(block, opened(block.text))
        else:
            self.opening(block, Opening(block.text, "", ""))

    def _no_story(self, item: Block | None, below: list[Block]) -> None:
        if item:
            self.drop(item, "a list item that begins with no link")
        for block in below:
            self.outside_stories(block)

    def _linked_paragraphs(self, content: list[Block], *, under_heading: bool) -> bool:
        paragraphs = [b for b in content if b.kind is Kind.PARAGRAPH]
        leads = [lead for b in paragraphs if (lead := paragraph_lead(b))]
        if under_heading and len(leads) == 1 < len(paragraphs) and _tells_first(paragraphs):
            return False  # "See the whole report", below what the heading tells
        alone = sum(lead.alone for lead in leads)
        if sum(lead.parted for lead in leads) >= max(_FEWEST_PARTED, _ALIKE * len(paragraphs)):
            return True
        # An article has links in its prose; three that stand alone, a quarter of its paragraphs, are no
        # accident.
        if self.article:
            return alone >= 3 and alone >= len(paragraphs) / 4
        alone = sum(lead.set_off for lead in leads)
        if alone and (self.mail or alone >= 2 or paragraph_lead(paragraphs[0])):
            return True
        return under_heading and len(leads) >= 2 and len(leads) >= 0.5 * len(paragraphs)

    def _paragraphs(self, content: list[Block]) -> None:
        leads = {id(b): lead for b in content if b.kind is Kind.PARAGRAPH and (lead := paragraph_lead(b))}
        only_set_off = 2 * sum(lead.set_off for lead in leads.values()) >= len(leads)

        def lead_of(block: Block) -> Lead | None:
            lead = leads.get(id(block))
            begins = lead and (lead.set_off or not only_set_off) and not is_prompt(lead.text)
            return lead if begins else None

        self._begun_by(content, lead_of)

    def _prose(self, content: list[Block]) -> None:
        for block in content:
            self.take(block, Role.BODY if self.begun else Role.INTRO)
