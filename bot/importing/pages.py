"""Reads pages: a saved article, or the HTML of a newsletter.

One walk through the document makes blocks of all its text, so that every line of it is accounted for.
Of an article, trafilatura then says which blocks are the article; of a mail all are taken, since an article
extractor loses the stories of table layouts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, takewhile
from math import inf
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from bot.core.errors import RoundupError
from bot.importing.article import Placed, keep_the_article
from bot.importing.columns import drop_columns_of_links
from bot.importing.dates import find_date
from bot.importing.document import Block, Kind, Run
from bot.importing.draft import Draft
from bot.importing.forwarded import cover_of
from bot.importing.page_elements import (
    INLINE,
    USUAL_SIZE,
    has_no_text,
    is_bold,
    is_caption,
    is_gallery,
    is_hidden,
    is_picture,
    is_seen,
    is_tag_list,
    letter_size,
    region,
    styles,
    texts,
)
from bot.importing.page_facts import page_facts
from bot.importing.pictures import NOT_DESCRIBED, NOWHERE, file_name
from bot.importing.source import MOST_CHARACTERS, check_length
from bot.importing.stories import lines_of
from bot.importing.stylesheet import write_into
from bot.importing.tags import tags_of
from bot.importing.ways import AS_TEXT
from bot.importing.words import against, plain, same, tidy, web_address, width

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NO_CHARACTERS = re.compile("[\0\ud800-\udfff]")
# Elements; a row with more of them is a page's layout.
_MOST_OF_A_ROW = 12
# Blocks at a mail's top that say whose it is.
_MASTHEAD, _LONGEST_OF_A_MASTHEAD = 4, 80
_BY_WHOM = re.compile(r"\s(?:by|von|par|por|di) (?=@?[A-Z]|@)")
# Times the usual letters; and a heading is no longer.
_LARGE, _LONGEST_LARGE = 1.3, 160


def read_html(content: str, *, base: str = "") -> Draft:
    """Give every block of a saved article its role."""
    root = _parse(content)
    base = _base(root, base)
    facts = page_facts(root, base)
    blocks = _walk(root, base=facts.url or base, article=True)
    keep_the_article([b for b in blocks if b.block.kind is not Kind.HIDDEN], content, root)
    _check(blocks)
    lines = lines_of([b.block for b in blocks], title=facts.title, article=True)
    return Draft(
        lines=tuple(lines),
        title=facts.title,
        date=find_date(facts.date),
        date_from="the page's own data" if find_date(facts.date) else "",
        url=facts.url,
        tags=facts.tags,
    )


def read_newsletter(content: str, *, title: str = "", base: str = "", sender: str = "") -> Draft:
    """Give every block of a newsletter's HTML its role. *sender* is the name it comes under."""
    root = _parse(content)
    named = tidy(root.findtext(".//title") or "")
    title = title or named
    blocks = html_blocks(root, base=_base(root, base))
    # Above any prose: below it, what says the name is about whoever is called so.
    for block in takewhile(lambda block: width(block.text) <= _LONGEST_OF_A_MASTHEAD, blocks[:_MASTHEAD]):
        name = _BY_WHOM.split(block.text, maxsplit=1)[0]
        if not same(block.text, title) and (same(block.text, named) or same(name, sender)):
            block.kind, block.drop = Kind.OUTSIDE, "the newsletter's name"
    cover = cover_of([block.text for block in blocks])
    if cover:
        for n, block in enumerate(blocks[: cover.headers]):
            block.kind, block.drop = Kind.OUTSIDE, cover.reason(n)
    title = (cover.subject if cover else "") or title
    day = cover.date if cover else None
    return Draft(
        lines=tuple(lines_of(blocks, title=title, mail=True)),
        title=title,
        date=day,
        date_from="the headers of what is forwarded" if day else "",
    )


def _base(root: HtmlElement, base: str) -> str:
    """Return what a page's relative addresses are meant from: what it says, or where it came from."""
    said = next((element.get("href") or "" for element in root.iter("base")), "")
    return web_address(against(base, said)) or base


def _check(placed: Sequence[Placed]) -> None:
    """Refuse what is longer than a roundup, beside what is none of it."""
    check_length(paragraphs=sum(p.block.kind is not Kind.OUTSIDE for p in placed))


def html_blocks(root: HtmlElement, *, base: str = "") -> list[Block]:
    """Return all the text of a document as blocks."""
    placed = _walk(root, base=base)
    _check(placed)
    _embolden_what_is_large(placed)
    drop_columns_of_links((p.block, p.container) for p in placed)
    return [p.block for p in placed]


def _embolden_what_is_large(placed: Sequence[Placed]) -> None:
    """Make short lines bold that stand out by the size of their letters alone, as many mails' headings do."""
    sizes = Counter[float]()
    for p in placed:
        sizes[p.size] += len(p.block.text)
    usual = max(sizes, key=lambda size: sizes[size], default=USUAL_SIZE)
    for block in (p.block for p in placed if p.size >= _LARGE * usual):
        if block.kind is Kind.PARAGRAPH and len(block.text) <= _LONGEST_LARGE:
            block.runs = [replace(run, bold=True) for run in block.runs]


def fragment_blocks(content: str, *, base: str = "") -> list[Block]:
    """Return the blocks of a piece of HTML, such as a feed's entry."""
    return html_blocks(_parse(content), base=base) if tidy(content) else []


def _parse(content: str) -> HtmlElement:
    from lxml import etree, html

    # huge_tree stays off: libxml2 then refuses what only an attack is nested or as long as.
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    content = re.sub(r"^\s*<\?xml[^>]*\?>", "", content)
    content = _NO_CHARACTERS.sub("", content)  # libxml2 takes neither: NUL, and half of a pair
    try:
        root = html.document_fromstring(content, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as e:  # no element in it, or too deep
        raise RoundupError(f"this is no HTML that can be read ({e}); {AS_TEXT}") from e
    # Where it is nested too deeply the parser stops and says so only here: the rest would be lost silently.
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise RoundupError("this HTML is nested too deeply; copy the text from the browser and import that")
    return root


# The walk


@dataclass(frozen=True, slots=True)
class _Open:
    """An element we are in, and what it does to the words in it."""

    element: HtmlElement
    bold: bool
    styles: Sequence[str]
    caption: bool
    tag_list: bool
    region: str
    size: float  # of its letters


@dataclass(slots=True)
class _Walker:
    """Gathers the runs of text between one block element and the next."""

    base: str
    most: int  # more than half of the text
    article: bool  # tables hold facts; in mails they are the layout
    placed: list[Placed] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    hrefs: list[str] = field(default_factory=list)
    bold: int = 0
    heading: int = 0
    depth: int = 0
    fresh: bool = False
    caption: int = 0
    tag_list: int = 0
    tables: int = 0
    styles: Counter[str] = field(default_factory=Counter)  # of the elements we are in
    numbers: list[int | None] = field(default_factory=list)  # of the items we are in
    regions: list[str] = field(default_factory=list)
    containers: list[HtmlElement] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    smallest: float = inf  # letters since the last block
    row: tuple[object, bool] = (None, False)  # of a table, and whether it is one line

    def text(self, text: str | None) -> None:
        if text:
            href, linked = (self.hrefs[-1], True) if self.hrefs else ("", False)
            italic, strike, code = (self.styles[style] > 0 for style in ("italic", "strike", "code"))
            self.runs.append(Run(text, href, linked, self.bold > 0, italic, strike, code))
            if text.strip():
                self.smallest = min(self.smallest, self.size)

    @property
    def size(self) -> float:
        return self.open[-1].size if self.open else USUAL_SIZE

    def flush(self) -> None:
        if not self.runs:
            return
        runs, self.runs = self.runs, []
        block = Block(
            kind=self._kind(),
            at=len(self.placed) + 1,
            level=self.heading or self.depth,
            runs=runs,
            number=self.numbers[-1] if self.numbers else None,
            code="".join(run.text for run in runs).strip("\n") if self.styles["pre"] else "",
            quoted=self.styles["quote"] > 0,
            cited=self.article and self.tables > 0,
        )
        if not block.text:
            return
        if self.regions:
            block.kind, block.drop = Kind.OUTSIDE, self.regions[-1]
        elif (self.tag_list and (tags := self._tags(block))) or (
            block.kind is Kind.PARAGRAPH and (tags := tags_of(block.text))
        ):
            block.kind, block.tags = Kind.TAGS, tags
        self._place(block)
        self.fresh = False

    def picture(self, alt: str, url: str) -> None:
        self.flush()
        if alt or url:
            kind = Kind.OUTSIDE if self.regions else Kind.CAPTION
            self._place(
                Block(
                    kind=kind, at=len(self.placed) + 1, text=alt, url=url, drop=next(iter(self.regions), "")
                )
            )

    def decoration(self, alt: str, url: str, *, reason: str = NOT_DESCRIBED) -> None:
        """Account for a picture in the text that says nothing; the text around it goes on."""
        reason = next(iter(self.regions), reason)
        name = alt or file_name(url)
        self._place(Block(kind=Kind.OUTSIDE, at=len(self.placed) + 1, text=name, url=url, drop=reason))

    def unseen(self, element: HtmlElement) -> None:
        """Account for what a reader is not shown, such as a mail's preheader; the text around it goes on."""
        text = tidy(" ".join(texts(element)))
        if plain(text):  # a preheader's padding says nothing
            self._place(Block(kind=Kind.HIDDEN, at=len(self.placed) + 1, text=text))

    def _place(self, block: Block) -> None:
        container = self.containers[-1] if self.containers else None
        self.placed.append(Placed(block, container, not self.regions, self.smallest if block.runs else 0))
        self.smallest = inf if block.runs else self.smallest  # beside a picture, the words go on
        check_length(lines=2 * len(self.placed))  # each with the blank one below it

    def _kind(self) -> Kind:
        if self.caption:
            return Kind.CAPTION
        if self.heading:
            return Kind.HEADING
        return Kind.ITEM if self.fresh and self.depth else Kind.PARAGRAPH

    def _tags(self, block: Block) -> tuple[str, ...]:
        linked = [tidy(run.text) for run in block.runs if run.linked and tidy(run.text)]
        return tuple(linked) if len("".join(linked)) >= len(block.text) / 2 else ()


def _walk(root: HtmlElement, *, base: str, article: bool = False) -> list[Placed]:
    from lxml import etree

    said = len(root.text_content())
    if said > MOST_CHARACTERS:  # with its blanks and scripts
        check_length(characters=sum(map(len, texts(root))))
    write_into(root)
    body = root.find("body")
    walker = _Walker(base, said // 2 if body is None else len(body.text_content()) // 2, article)
    walk = etree.iterwalk(root if body is None else body, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            if walker.open and walker.open[-1].element is element:
                _leave(walker, walker.open.pop())
            walker.text(element.tail)
        elif has_no_text(element):
            _embedded(walker, element)
            walk.skip_subtree()
        else:
            _enter(walker, element)
    walker.flush()
    return walker.placed


def _embedded(walker: _Walker, element: HtmlElement) -> None:
    match element.tag:
        case "br" if walker.styles["pre"]:
            walker.text("\n")
        case "br" | "hr":
            walker.flush()
        case "img" if walker.caption or (is_picture(element) and _picture_url(walker, element)):
            walker.picture(tidy(element.get("alt") or ""), _picture_url(walker, element))
        case "img" if is_seen(element) and (url := _picture_url(walker, element)):
            walker.decoration(tidy(element.get("alt") or ""), url)
        case "img" if is_seen(element) and plain(alt := element.get("alt") or ""):
            walker.decoration(tidy(alt), "", reason=NOWHERE)
        case _ if is_hidden(element):
            walker.unseen(element)


def _picture_url(walker: _Walker, element: HtmlElement) -> str:
    source = element.get("src") or element.get("data-src") or ""
    return web_address(against(walker.base, source))


def _enter(walker: _Walker, element: HtmlElement) -> None:
    tag = element.tag
    if tag not in INLINE:
        if _goes_on(walker, element, element.getprevious()):
            walker.text(" | ")
        else:
            walker.flush()
        walker.containers.append(element if tag in {"div", "article", "section", "main", "td", "body"} else
                                 walker.containers[-1] if walker.containers else element)  # fmt: skip
    caption = is_caption(element) or is_gallery(element, walker.most)
    where = region(element, walker.most)
    opened = _Open(
        element,
        is_bold(element),
        styles(element),
        caption,
        is_tag_list(element),
        where,
        letter_size(element, walker.size),
    )
    walker.open.append(opened)
    walker.bold += opened.bold
    walker.styles.update(opened.styles)
    walker.caption += opened.caption
    walker.tag_list += opened.tag_list
    walker.regions += [where] if where else []
    match tag:
        case "a" if element.get("href"):
            walker.hrefs.append(_landing(against(walker.base, element.get("href"))))
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            walker.heading = int(tag[1])
        case "ul" | "ol":
            walker.depth += 1
            walker.numbers.append(_first_number(element) - 1 if tag == "ol" else None)
        case "table":
            walker.tables += 1
        case "li":
            walker.fresh = True
            if walker.numbers and (number := walker.numbers[-1]) is not None:
                walker.numbers[-1] = number + 1
    walker.text(element.text)


def _goes_on(walker: _Walker, cell: HtmlElement, beside: HtmlElement | None) -> bool:
    """Tell whether a cell and the one beside it are one line: words alone, in a page's table of facts."""
    if not walker.article or walker.regions or beside is None or not {cell.tag, beside.tag} <= {"td", "th"}:
        return False
    row = cell.getparent()
    if walker.row[0] is not row:
        walker.row = (row, _states_facts(row))
    return walker.row[1]


def _states_facts(row: HtmlElement) -> bool:
    parts = list(islice(row.iterdescendants(), _MOST_OF_A_ROW + 1))
    return len(parts) <= _MOST_OF_A_ROW and all(
        part.tag in INLINE or part.getparent() is row for part in parts
    )


def _landing(url: str) -> str:
    """Return where an address leads that only counts its readers: Google Docs writes all so."""
    if found := re.match(r"https?://(?:www\.)?google\.[a-z.]{2,6}/url\?(.*)", url):
        said = parse_qs(found[1])
        return next((a for a in (*said.get("q", []), *said.get("url", [])) if web_address(a)), url)
    return url


def _first_number(element: HtmlElement) -> int:
    start = element.get("start") or ""
    return int(start) if re.fullmatch(r"[0-9]{1,4}", start) else 1


def _leave(walker: _Walker, closed: _Open) -> None:
    element = closed.element
    tag = element.tag
    if tag not in INLINE:
        if not _goes_on(walker, element, element.getnext()):
            walker.flush()
        walker.containers.pop()
    walker.bold -= closed.bold
    walker.styles.subtract(closed.styles)
    walker.caption -= closed.caption
    walker.tag_list -= closed.tag_list
    if closed.region:
        walker.regions.pop()
    match tag:
        case "a" if element.get("href"):
            walker.hrefs.pop()
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            walker.heading = 0
        case "ul" | "ol":
            walker.depth -= 1
            walker.numbers.pop()
        case "table":
            walker.tables -= 1
