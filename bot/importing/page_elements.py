"""What an element of a page is to its reader: shown or hidden, bold, a caption, the page's furniture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.importing.words import is_phrase, plain, tidy

if TYPE_CHECKING:
    from lxml.html import HtmlElement

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
INLINE = frozenset(
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


def has_no_text(element: HtmlElement) -> bool:
    """Tell whether nothing in *element* is read as text: a script, a picture, what is hidden."""
    return (
        not isinstance(element.tag, str)
        or element.tag in _NO_TEXT
        or element.tag in {"img", "br", "hr"}
        or is_hidden(element)
    )


# Mails hide their preheader by any of these; so small and so clear that it is not read.
_HIDDEN_STYLE = re.compile(
    r"display:none|visibility:(hidden|collapse)|mso-hide:all|opacity:0(\.0+)?(;|$|!)"
    r"|(max-height|max-width|height|width):0(px)?(;|$|!).*overflow:hidden"
    r"|overflow:hidden.*(max-height|max-width|height|width):0(px)?(;|$|!)"
    r"|text-indent:-\d{3,}|(left|top):-\d{3,}px|clip:rect\(0"
)


_NO_SIZE = re.compile(r"font-size:[01](px|pt|em)?(;|$|!)")
_SHOWN_AGAIN = re.compile(r"display:(\w+)")


def is_hidden(element: HtmlElement) -> bool:
    """Tell whether the page keeps *element* from its reader's eyes."""
    if element.get("hidden") is not None:
        return True
    if not (style := re.sub(r"\s", "", element.get("style") or "").lower()):
        return False
    shown = _SHOWN_AGAIN.findall(style)
    if _HIDDEN_STYLE.search(style):
        return not (shown and shown[-1] != "none" and "display:none" in style)
    # Layouts by MJML have columns of this size, in which the text has one of its own.
    return _NO_SIZE.search(style) is not None and not any(
        "font-size" in (e.get("style") or "") for e in element
    )


def is_picture(element: HtmlElement) -> bool:
    """Tell a picture with something to say from a logo, a portrait or a counting pixel."""
    width = re.match(r"\d+", element.get("width") or "")
    return is_phrase(element.get("alt") or "") and not (width and int(width[0][:5]) < 200)


def is_seen(element: HtmlElement) -> bool:
    """Tell a picture that its reader sees from a counting pixel, a spacer or a small sign."""
    sizes = [re.match(r"\d+", element.get(side) or "") for side in ("width", "height")]
    return all(size is None or int(size[0][:5]) >= 100 for size in sizes) and not is_hidden(element)


_BOLD = {"bold", "bolder", "600", "700", "800", "900"}


def is_bold(element: HtmlElement) -> bool:
    """Tell whether *element* makes its words bold, by its name or by its style, as mails do."""
    style = (element.get("style") or "").lower()
    weights = re.findall(r"font-weight:\s*(\w+)", style)
    # The last one counts: Google Docs writes `<b style="font-weight:normal">` around everything.
    return weights[-1] in _BOLD if weights else element.tag in {"b", "strong"}


_FONT_SIZE = re.compile(r"font-size:\s*(\d{1,4}(?:\.\d{1,4})?)\s*(px|pt|r?em|%)", re.IGNORECASE)
USUAL_SIZE = 16.0
_UNITS = {"px": 1.0, "pt": 4 / 3, "rem": USUAL_SIZE}


def letter_size(element: HtmlElement, around: float) -> float:
    """Return how large an element's letters are, in a browser's pixels; *around* it they are so large."""
    said = _FONT_SIZE.findall(element.get("style") or "")
    if not said:
        return around
    number, unit = float(said[-1][0]), said[-1][1].lower()
    size = number * (_UNITS[unit] if unit in _UNITS else around * (0.01 if unit == "%" else 1))
    return size or USUAL_SIZE  # layouts of columns have none, and the text in them one of its own


_STYLES = {
    **dict.fromkeys(["em", "i", "cite", "dfn", "var"], "italic"),
    **dict.fromkeys(["s", "del", "strike"], "strike"),
    **dict.fromkeys(["code", "kbd", "samp", "tt"], "code"),
    "pre": "pre",
    "blockquote": "quote",
}


_WRITTEN_STYLES = [
    ("italic", re.compile(r"font-style:\s*italic")),
    ("strike", re.compile(r"text-decoration(-line)?:[^;]*line-through")),
]


def styles(element: HtmlElement) -> list[str]:
    """Return how *element* makes its words look, but for bold."""
    style = (element.get("style") or "").lower()
    named = [_STYLES[element.tag]] if element.tag in _STYLES else []
    return [*named, *(name for name, pattern in _WRITTEN_STYLES if style and pattern.search(style))]


def _marks(element: HtmlElement) -> str:
    """Return what the page's author calls an element; not the id that is its heading in other letters."""
    # A section whose id, made of its heading, began with "sharing" was dropped as share buttons.
    name = element.get("id") or ""
    child = element[0] if name and len(element) else None
    if child is not None and child.tag in _HEADINGS and plain(name) in plain(child.text_content()):
        name = ""
    return f"{element.get('class') or ''} {name}".lower()


def is_caption(element: HtmlElement) -> bool:
    """Tell whether *element* holds a picture's words."""
    return (
        element.tag in {"figure", "figcaption"}
        or re.search(r"\bcaption|caption\b", _marks(element)) is not None
    )


def is_gallery(element: HtmlElement, most: int) -> bool:
    """Tell whether *element* shows pictures; what is a heading in there is one's title."""
    return (
        element.tag in {"div", "ul", "section"}
        and re.search(r"\b(gallery|slideshow|carousel)\b", _marks(element)) is not None
        and len(element.text_content()) <= most
    )


def is_tag_list(element: HtmlElement) -> bool:
    """Tell whether *element* lists the article's tags."""
    return (
        element.tag in {"div", "ul", "p", "section", "footer", "span"}
        and _TAG_LIST.search(_marks(element)) is not None
    )


def region(element: HtmlElement, most: int) -> str:
    """Say what part of the page around an article *element* is; what holds *most* of the text is none."""
    if element.tag in {"body", "html", "article", "main"}:
        return ""
    if is_tag_list(element):
        return ""
    if element.tag == "table" and "properties" in (element.get("class") or "").split():
        return "a property of the page"  # of Notion's
    if element.tag in _REGIONS:
        return _REGIONS[element.tag]
    if element.tag in {"div", "section", "ul", "p"}:
        reason = next((reason for pattern, reason in _MARKED if pattern.search(_marks(element))), "")
        # A wrapper's name proves nothing: a whole article stood in one called "share".
        return "" if reason and len(element.text_content()) > most else reason
    return ""


def texts(root: HtmlElement) -> Iterator[str]:
    """Yield the texts in *root*, without scripts and the like."""
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag not in _NO_TEXT:
            yield tidy(element.text or "")
        if element is not root:
            yield tidy(element.tail or "")
