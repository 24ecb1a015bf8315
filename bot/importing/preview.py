"""Reads back what `roundup preview` shows: its JSON, or its page, which holds the same JSON.

Everything a post says comes back. What no post says does not: the tags of the whole digest, a story's own
summary beside its body, and whether a name is both a company and a tag.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from bot.core.errors import RoundupError
from bot.importing.draft import Draft, Line, Role
from bot.importing.words import find_date, tidy, web_address

Json = Mapping[str, Any]

_PAGE = re.compile(
    r"<script\b[^>]*\btype=[\"']?application/json\b[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE
)
_LINK = re.compile(r"<(https?://[^|>]+)\|([^>]*)>")
_DOT = " · "
# The post cuts a text that is longer than this into several blocks: after a paragraph, or inside one.
_LONGEST_BLOCK = 2500
_SENTENCE = re.compile(r".*?[.!?…。！？][\"'”’»)\]]*(?:\s|$)", re.DOTALL)


def posted_messages(text: str) -> Sequence[Json]:
    """Return the messages of a preview, or nothing if *text* is none."""
    top = text.lstrip("\ufeff \r\n\t")
    if top.startswith("["):
        return _messages(top)
    pages = _PAGE.findall(text) if top.startswith("<") else []
    return next((found for page in pages if (found := _messages(page))), ())


def _messages(text: str) -> Sequence[Json]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):  # no JSON, or a hostile one
        return ()
    whole = isinstance(said, list) and all(
        isinstance(m, dict) and isinstance(m.get("blocks"), list) and {"channel", "thread", "text"} <= set(m)
        for m in said
    )
    return said if whole else ()


def read_preview(messages: Sequence[Json]) -> Draft:
    """Give every block of the first channel's post its role."""
    post = [m for m in messages if m["channel"] == messages[0]["channel"]]
    try:
        lines = list(_lines(post))
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as e:
        raise RoundupError(
            "this looks like a preview, but its blocks are not what `roundup preview` makes"
        ) from e
    numbered = tuple(replace(line, at=at, last=at) for at, line in enumerate(lines, start=1))
    about = next((line for line in numbered if line.reason == "date and number of stories"), None)
    day = find_date(about.text) if about else None
    return Draft(
        lines=numbered,
        date=day,
        date_from="the post" if day else "",
        url=about.url if about else "",
        newsletter=next((_newsletter(m["blocks"]) for m in post if _newsletter(m["blocks"])), ""),
        names_said=True,
        warnings=("a preview does not show the tags of the whole digest; add them",),
    )


def _newsletter(blocks: Iterable[Json]) -> str:
    buttons = (b for block in blocks if block["type"] == "actions" for b in block["elements"])
    return next((web_address(b.get("url")) for b in buttons if b.get("url")), "")


def _lines(post: Sequence[Json]) -> Iterator[Line]:
    first, *thread = [_without_preview_mark(m["blocks"]) for m in post]
    listed = any("Full stories in the thread" in _context(b) for b in first if b["type"] == "context")
    head = next((i for i, b in enumerate(first) if b["type"] == "divider" or _said(b).headline), len(first))
    cut = bool(first) and first[0]["type"] == "header" and first[0]["text"]["text"].endswith("…")
    yield from _masthead(first[:head], title=not cut)
    if listed:
        yield from (_dropped(said, "short form of a story") for b in first[head:] if (said := _words(b)))
    blocks = [*([] if listed else first[head:]), *(b for message in thread for b in message)]
    yield from _stories(blocks, cut_title=cut)


def _without_preview_mark(blocks: Sequence[Json]) -> Sequence[Json]:
    marked = bool(blocks) and blocks[0]["type"] == "context" and "*PREVIEW*" in _context(blocks[0])
    return blocks[1:] if marked else blocks


def _dropped(text: str, reason: str, *, url: str = "") -> Line:
    return Line(at=0, text=tidy(text), role=Role.DROPPED, reason=reason, url=url)


def _masthead(blocks: Sequence[Json], *, title: bool) -> Iterator[Line]:
    for block in blocks:
        match block["type"]:
            case "header" if title:
                yield Line(at=0, text=tidy(block["text"]["text"]), role=Role.TITLE)
            case "header":
                yield _dropped(block["text"]["text"], "short form of the title")
            case "context":
                link = _LINK.search(block["elements"][0]["text"])
                yield _dropped(
                    _context(block), "date and number of stories", url=html.unescape(link[1]) if link else ""
                )
            case _:
                yield from _paragraphs([_said(block).text], Role.INTRO)


def _stories(blocks: Sequence[Json], *, cut_title: bool) -> Iterator[Line]:
    role = Role.INTRO
    texts: list[str] = []  # of one body, which may be torn apart between two messages
    for block in blocks:
        said = _said(block)
        if said.headline:
            yield from _paragraphs(texts, role)
            texts = []
            role = Role.INTRO if cut_title else Role.BODY
            headline = Role.TITLE if cut_title else Role.HEADLINE
            yield Line(at=0, text=said.headline, role=headline, url="" if cut_title else said.url)
            cut_title = False
        texts += [said.text] if said.text else []
        yield from said.picture
        if block["type"] == "context":
            yield from _small_print(block)
        elif block["type"] == "actions":
            yield _dropped(_DOT.join(b["text"]["text"] for b in block["elements"]), "a button")
    yield from _paragraphs(texts, role)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What a block says: bold words at its beginning are a headline."""

    headline: str = ""
    url: str = ""
    text: str = ""
    picture: tuple[Line, ...] = ()


def _said(block: Json) -> _Said:
    if block["type"] == "section":
        pictures = [block["accessory"]] if "accessory" in block else []
        return _Said(text=block["text"]["text"], picture=tuple(map(_picture, pictures)))
    runs = [run for part in block["elements"] for run in _runs(part)] if block["type"] == "rich_text" else []
    bold = list(takewhile(lambda run: run.get("style", {}).get("bold"), runs))
    return _Said(
        headline=tidy("".join(run["text"] for run in bold)),
        url=next((web_address(run.get("url")) for run in bold if run.get("url")), ""),
        text="".join(run.get("text", "") for run in runs[len(bold) :]).strip("\n"),
    )


def _picture(image: Json) -> Line:
    return Line(at=0, text=tidy(image["alt_text"]), role=Role.CAPTION, url=web_address(image["image_url"]))


def _paragraphs(texts: Sequence[str], role: Role) -> Iterator[Line]:
    paragraphs: list[str] = []
    above = ""
    for text in texts:
        first, *rest = text.split("\n\n")
        if paragraphs and _cut_inside(above, first):
            paragraphs[-1] += f" {first}"
        else:
            paragraphs.append(first)
        paragraphs += rest
        above = text
    yield from (Line(at=0, text=tidy(p), role=role) for p in paragraphs if tidy(p))


def _cut_inside(above: str, below: str) -> bool:
    """Tell whether a paragraph was cut here: a whole one would have been moved, a short sentence not."""
    sentence = _SENTENCE.match(below)
    first = sentence[0] if sentence else below
    together = len(above.rsplit("\n\n", 1)[-1]) + len(below)
    return together > _LONGEST_BLOCK - 100 and len(above) + len(first) > _LONGEST_BLOCK - 100


def _small_print(block: Json) -> Iterator[Line]:
    element = block["elements"][0]
    text = element["text"]
    if element["type"] == "mrkdwn":
        yield _dropped(
            _context(block), "how to go on" if not text.startswith("*Corrected") else "when it was corrected"
        )
    elif re.match(r"#\d{4}[a-z]*-\d+\b", text) or (_DOT in text and not text.startswith("Picture: ")):
        names = tuple(n for n in text.split(_DOT) if not re.fullmatch(r"#\d{4}[a-z]*-\d+", n))
        if names:
            yield Line(at=0, text=tidy(text), role=Role.TAG, tags=names, of_story=True)
        else:
            yield _dropped(text, "the story's code")
    else:
        described = text.startswith("Picture: ")
        for row in text.removeprefix("Picture: ").split(" — ", 1) if described else [text]:
            yield Line(at=0, text=tidy(row), role=Role.CAPTION)


def _context(block: Json) -> str:
    return tidy(" ".join(html.unescape(_LINK.sub(r"\2", e.get("text", ""))) for e in block["elements"]))


def _words(block: Json) -> str:
    if block["type"] != "rich_text":
        return ""
    return tidy(" ".join("".join(run.get("text", "") for run in _runs(part)) for part in block["elements"]))


def _runs(part: Json) -> Iterator[Json]:
    for element in part["elements"]:
        if "elements" in element:
            yield from _runs(element)
        else:
            yield element
