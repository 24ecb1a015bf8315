"""Reads pages: a saved article, or the HTML of a newsletter.

One walk through the document makes blocks of all its text, so that every line of it is accounted for.
Of an article, trafilatura then says which blocks are the article; of a mail all are taken, since an article
extractor loses the stories of table layouts.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from bot.core.errors import RoundupError
from bot.importing.document import Block, Kind, Run
from bot.importing.draft import Draft
from bot.importing.source import check_length
from bot.importing.stories import lines_of
from bot.importing.tags import tags_of
from bot.importing.words import find_date, plain, tidy, web_address

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Nobody's page is nested like this; the extractor works recursively.
DEEPEST = 150
# Less than this, and the extractor did not find the article.
_SHORTEST_ARTICLE = 200

_NO_TEXT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "canvas",
        "video",
        "audio",
        "map",
        "head",
        "select",
        "button",
        "input",
        "textarea",
        "datalist",
        "progress",
        "dialog",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_REGIONS = {
    "nav": "page navigation",
    "footer": "the page's footer",
    "aside": "beside the article",
    "form": "a form",
}
_MARKED = [
    (re.compile(r"share|social|sharing"), "share buttons"),
    (re.compile(r"breadcrumb|pagination|\bmenu\b|navbar|site-nav"), "page navigation"),
    (re.compile(r"related|recommend|more-stories|also-like"), "list of other articles"),
    (re.compile(r"comment(s|-list|-respond)?\b|disqus"), "comments"),
    (re.compile(r"newsletter|subscri|sign-?up"), "sign-up box"),
    (re.compile(r"cookie|consent|gdpr"), "legal notice"),
]
_TAG_LIST = re.compile(
    r"(^|[\s_-])(tags?|topics?|tag-?(list|links|cloud)|tagcloud|post-tags|keywords)($|[\s_-])"
)


def read_html(content: str, *, base: str = "") -> Draft:
    """Give every block of a saved article its role."""
    root = _parse(content)
    facts = _facts(root, base)
    blocks = _walk(root, base=facts.url or base, article=True)
    _keep_the_article([b for b in blocks if b.block.kind is not Kind.HIDDEN], content, root)
    lines = lines_of([b.block for b in blocks], title=facts.title, article=True)
    return Draft(
        lines=tuple(lines),
        title=facts.title,
        date=find_date(facts.date),
        date_from="the page's own data" if find_date(facts.date) else "",
        url=facts.url,
        tags=facts.tags,
    )


def read_newsletter(content: str, *, title: str = "") -> Draft:
    """Give every block of a newsletter's HTML its role."""
    root = _parse(content)
    title = title or tidy(root.findtext(".//title") or "")
    return Draft(lines=tuple(lines_of(html_blocks(root), title=title, mail=True)), title=title)


def html_blocks(root: HtmlElement) -> list[Block]:
    """Return all the text of a document as blocks."""
    return [placed.block for placed in _walk(root, base="")]


def fragment_blocks(content: str) -> list[Block]:
    """Return the blocks of a piece of HTML, such as a feed's entry."""
    return html_blocks(_parse(content)) if tidy(content) else []


def _parse(content: str) -> HtmlElement:
    from lxml import etree, html

    # huge_tree stays off: libxml2 then refuses what only an attack is nested or as long as.
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    content = re.sub(r"^\s*<\?xml[^>]*\?>", "", content).replace("\0", "")
    try:
        root = html.document_fromstring(content, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as e:  # no element in it, or too deep
        raise RoundupError(f"this is no HTML that can be read ({e}); try --from text") from e
    # Where it is nested too deeply the parser stops and says so only here: the rest would be lost silently.
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise RoundupError("this HTML is nested too deeply; copy the text from the browser and import that")
    return root


# What the page says of itself


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    title: str
    date: str
    url: str
    tags: tuple[str, ...]


def _facts(root: HtmlElement, base: str) -> _Facts:
    meta: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        meta.setdefault(name, []).append(tidy(element.get("content") or ""))
    linked = _linked_data(root)
    tags = meta.get("article:tag") or [
        tidy(a.text_content()) for a in root.iter("a") if "tag" in (a.get("rel") or "").split()
    ]
    canonical = next((e.get("href") for e in root.iter("link") if e.get("rel") == "canonical"), "")
    dates = [
        *meta.get("article:published_time", []),
        str(linked.get("datePublished", "")),
        *meta.get("datepublished", []),
        *meta.get("date", []),
        *meta.get("dc.date", []),
        *(e.get("datetime") or "" for e in root.iter("time")),
    ]
    return _Facts(
        title=_title(root, meta),
        date=next((d for d in dates if find_date(d)), ""),
        url=web_address(urljoin(base, canonical or next(iter(meta.get("og:url", [])), "") or base)),
        tags=tuple(dict.fromkeys(filter(None, tags))),
    )


def _title(root: HtmlElement, meta: dict[str, list[str]]) -> str:
    first = [tidy(h.text_content()) for h in root.iter("h1")]
    named = next(iter(meta.get("og:title", [])), "") or tidy(root.findtext(".//title") or "")
    # "Road to Recovery | Example News": where the page's name follows, its own heading is the title.
    return next((h for h in first if h and plain(h) in plain(named)), named or next(iter(first), ""))


def _linked_data(root: HtmlElement) -> dict[str, Any]:
    for script in root.iter("script"):
        if script.get("type") != "application/ld+json":
            continue
        try:
            said = json.loads(script.text or "")
        except (ValueError, RecursionError):  # a page's bad or hostile JSON is no business of ours
            continue
        entries = (
            said if isinstance(said, list) else said.get("@graph", [said]) if isinstance(said, dict) else []
        )
        for entry in entries if isinstance(entries, list) else []:
            if isinstance(entry, dict) and "datePublished" in entry:
                return entry
    return {}


# The walk


@dataclass(slots=True)
class _Placed:
    """A block and the element it stands in."""

    block: Block
    container: object
    free: bool  # not in a navigation bar, footer or the like


@dataclass(slots=True)
class _Walker:
    """Gathers the runs of text between one block element and the next."""

    base: str
    most: int  # more than half of the text
    article: bool  # tables hold facts; in mails they are the layout
    placed: list[_Placed] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    hrefs: list[str] = field(default_factory=list)
    bold: int = 0
    heading: int = 0
    depth: int = 0
    fresh: bool = False
    caption: int = 0
    tag_list: int = 0
    tables: int = 0
    regions: list[str] = field(default_factory=list)
    containers: list[object] = field(default_factory=list)

    def text(self, text: str | None) -> None:
        if text:
            self.runs.append(Run(text, self.hrefs[-1] if self.hrefs else "", bool(self.hrefs), self.bold > 0))

    def flush(self) -> None:
        runs, self.runs = self.runs, []
        block = Block(
            kind=self._kind(),
            at=len(self.placed) + 1,
            level=self.heading or self.depth,
            runs=runs,
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

    def unseen(self, element: HtmlElement) -> None:
        """Account for what a reader is not shown, such as a mail's preheader; the text around it goes on."""
        text = tidy(" ".join(_texts(element)))
        if plain(text):  # a preheader's padding says nothing
            self._place(Block(kind=Kind.HIDDEN, at=len(self.placed) + 1, text=text))

    def _place(self, block: Block) -> None:
        container = self.containers[-1] if self.containers else None
        self.placed.append(_Placed(block, container, not self.regions))

    def _kind(self) -> Kind:
        if self.caption:
            return Kind.CAPTION
        if self.heading:
            return Kind.HEADING
        return Kind.ITEM if self.fresh and self.depth else Kind.PARAGRAPH

    def _tags(self, block: Block) -> tuple[str, ...]:
        linked = [tidy(run.text) for run in block.runs if run.linked and tidy(run.text)]
        return tuple(linked) if len("".join(linked)) >= len(block.text) / 2 else ()


def _walk(root: HtmlElement, *, base: str, article: bool = False) -> list[_Placed]:
    from lxml import etree

    check_length(characters=sum(map(len, _texts(root))))
    body = root.find("body")
    walker = _Walker(base, len((root if body is None else body).text_content()) // 2, article)
    walk = etree.iterwalk(root if body is None else body, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            _leave(walker, element)
        elif _has_no_text(element):
            _embedded(walker, element)
            walk.skip_subtree()
        else:
            _enter(walker, element)
    walker.flush()
    check_length(lines=len(walker.placed))
    return walker.placed


def _has_no_text(element: HtmlElement) -> bool:
    return (
        not isinstance(element.tag, str)
        or element.tag in _NO_TEXT
        or element.tag in {"img", "br", "hr"}
        or _is_hidden(element)
    )


def _is_hidden(element: HtmlElement) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return element.get("hidden") is not None or "display:none" in style


def _texts(root: HtmlElement) -> Iterator[str]:
    """Yield the texts in *root*, without scripts and the like."""
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag not in _NO_TEXT:
            yield tidy(element.text or "")
        if element is not root:
            yield tidy(element.tail or "")


def _embedded(walker: _Walker, element: HtmlElement) -> None:
    match element.tag:
        case "br" | "hr":
            walker.flush()
        case "img" if walker.caption or _is_picture(element):
            source = element.get("src") or element.get("data-src") or ""
            walker.picture(tidy(element.get("alt") or ""), web_address(urljoin(walker.base, source)))
        case _ if _is_hidden(element):
            walker.unseen(element)


def _is_picture(element: HtmlElement) -> bool:
    """Tell a picture with something to say from a logo, a portrait or a counting pixel."""
    width = re.match(r"\d+", element.get("width") or "")
    return len((element.get("alt") or "").split()) >= 3 and not (width and int(width[0][:5]) < 200)


def _enter(walker: _Walker, element: HtmlElement) -> None:
    tag = element.tag
    if tag not in _INLINE:
        walker.flush()
        walker.containers.append(element if tag in {"div", "article", "section", "main", "td", "body"} else
                                 walker.containers[-1] if walker.containers else element)  # fmt: skip
    walker.bold += _is_bold(element)
    walker.caption += _is_caption(element) or _is_gallery(element, walker.most)
    walker.tag_list += _is_tag_list(element)
    if region := _region(element, walker.most):
        walker.regions.append(region)
    match tag:
        case "a" if element.get("href"):
            walker.hrefs.append(
                urljoin(walker.base, element.get("href")) if walker.base else element.get("href")
            )
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            walker.heading = int(tag[1])
        case "ul" | "ol":
            walker.depth += 1
        case "table":
            walker.tables += 1
        case "li":
            walker.fresh = True
    walker.text(element.text)


def _leave(walker: _Walker, element: HtmlElement) -> None:
    tag = element.tag
    if _has_no_text(element):
        walker.text(element.tail)
        return
    if tag not in _INLINE:
        walker.flush()
        walker.containers.pop()
    walker.bold -= _is_bold(element)
    walker.caption -= _is_caption(element) or _is_gallery(element, walker.most)
    walker.tag_list -= _is_tag_list(element)
    if _region(element, walker.most):
        walker.regions.pop()
    match tag:
        case "a" if element.get("href"):
            walker.hrefs.pop()
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            walker.heading = 0
        case "ul" | "ol":
            walker.depth -= 1
        case "table":
            walker.tables -= 1
    walker.text(element.tail)


def _is_bold(element: HtmlElement) -> bool:
    style = (element.get("style") or "").lower()
    return element.tag in {"b", "strong"} or re.search(r"font-weight:\s*(bold|[6-9]00)", style) is not None


def _marks(element: HtmlElement) -> str:
    """Return what the page's author calls an element; not the id that is its heading in other letters."""
    name = element.get("id") or ""
    child = element[0] if name and len(element) else None
    if child is not None and child.tag in _HEADINGS and plain(name) in plain(child.text_content()):
        name = ""
    return f"{element.get('class') or ''} {name}".lower()


def _is_caption(element: HtmlElement) -> bool:
    return (
        element.tag in {"figure", "figcaption"}
        or re.search(r"\bcaption|caption\b", _marks(element)) is not None
    )


def _is_gallery(element: HtmlElement, most: int) -> bool:
    """Tell whether *element* shows pictures; what is a heading in there is one's title."""
    return (
        element.tag in {"div", "ul", "section"}
        and re.search(r"\b(gallery|slideshow|carousel)\b", _marks(element)) is not None
        and len(element.text_content()) <= most
    )


def _is_tag_list(element: HtmlElement) -> bool:
    return (
        element.tag in {"div", "ul", "p", "section", "footer", "span"}
        and _TAG_LIST.search(_marks(element)) is not None
    )


def _region(element: HtmlElement, most: int) -> str:
    """Say what part of the page around an article *element* is; what holds *most* of the text is none."""
    if element.tag in {"body", "html", "article", "main"}:
        return ""
    if _is_tag_list(element):
        return ""
    if element.tag in _REGIONS:
        return _REGIONS[element.tag]
    if element.tag in {"div", "section", "ul", "p"}:
        reason = next((reason for pattern, reason in _MARKED if pattern.search(_marks(element))), "")
        return "" if reason and len(element.text_content()) > most else reason
    return ""


# Which blocks are the article


def _keep_the_article(placed: list[_Placed], content: str, root: HtmlElement) -> None:
    """Put the blocks outside that the extractor does not count to the article, nor anything close to it."""
    article = plain(_extracted(content, root))
    if len(article) < _SHORTEST_ARTICLE:
        return
    kept = [
        i
        for i, p in enumerate(placed)
        if p.free and len(plain(p.block.text)) > 3 and plain(p.block.text) in article
    ]
    if not kept:
        return
    prose = [i for i in kept if len(placed[i].block.text) > 60] or kept
    homes = Counter(id(placed[i].container) for i in prose)
    first, last = min(prose), max(prose)
    for i, p in enumerate(placed):
        near = first <= i <= last and (homes[id(p.container)] or p.block.kind in {Kind.HEADING, Kind.CAPTION})
        if p.block.kind in {Kind.OUTSIDE, Kind.TAGS} or i in kept or near:
            continue
        if (
            p.block.kind is Kind.HEADING and first - 6 <= i < first
        ):  # the title, or the first story's headline
            continue
        p.block.kind, p.block.drop = Kind.OUTSIDE, "not part of the article"


def _extracted(content: str, root: HtmlElement) -> str:
    if _depth(root) > DEEPEST:
        return ""
    import trafilatura

    return (
        trafilatura.extract(content, output_format="txt", include_comments=False, include_tables=True) or ""
    )


def _depth(root: HtmlElement) -> int:
    from lxml import etree

    deepest = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest
