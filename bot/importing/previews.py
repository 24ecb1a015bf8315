"""Reads back what `roundup preview` makes: its page, which holds the whole digest, or its JSON.

Of the JSON everything a post says comes back. What no post says does not, and the report says so.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile
from typing import Any

from bot.core.errors import RoundupError
from bot.core.limits import BLOCK, DOT
from bot.core.sentences import sentences
from bot.importing.draft import Draft, Facts, Line, Role
from bot.importing.words import find_date, tidy, web_address

Json = Mapping[str, Any]

_PAGE = re.compile(
    r"<script\b[^>]*\btype=[\"']?application/json\b[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE
)
# A channel's name and a rule to the edge: the top of what is drawn in a terminal.
_DRAWN = re.compile(r"^(?:#[\w.-]+|[CG][A-Z0-9]{6,}) ─{20,}\s*$", re.MULTILINE)
_LINK = re.compile(r"<(https?://[^|>]+)\|([^>]*)>")
_NOT_IN_A_POST = (
    "a post does not show the tags of the whole digest; import its HTML preview, or add them",
    "a post does not tell companies from tags: names under companies in config.yaml are taken as companies, "
    "all others as tags, and none as both; import its HTML preview, or correct them",
    "a post does not show a story's own summary beside its body, nor a story the channel's `only` leaves "
    "out; import its HTML preview, or add them",
)


def read_preview(text: str) -> Draft | None:
    """Give every block of the first channel's post its role; None if *text* is no preview."""
    if _DRAWN.search(text):
        raise RoundupError(
            "this is a preview as a terminal shows it, which does not hold the whole digest; "
            "import the page: roundup preview DIGEST --format html | roundup import -"
        )
    data = list(_data(text))
    messages = next((said for said in data if _is_post(said)), ())
    if not messages:
        return None
    digest = next((said for said in data if isinstance(said, dict) and "stories" in said), None)
    try:
        return _of_digest(digest) if digest else _of_post(messages)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as e:
        raise RoundupError(
            "this looks like a preview, but its data are not what `roundup preview` makes"
        ) from e


def _data(text: str) -> Iterator[Any]:
    """Yield the JSON that *text* is, or that a page holds."""
    top = text.lstrip("\ufeff \r\n\t")
    for said in [top] if top.startswith("[") else _PAGE.findall(text) if top.startswith("<") else []:
        with suppress(ValueError, RecursionError):  # no JSON, or a hostile one
            yield json.loads(said)


def _is_post(said: object) -> bool:
    return isinstance(said, list) and all(
        isinstance(m, dict) and isinstance(m.get("blocks"), list) and {"channel", "thread", "text"} <= set(m)
        for m in said
    )


def _numbered(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(replace(line, at=at, last=at) for at, line in enumerate(lines, start=1))


# A page holds the digest itself


def _of_digest(digest: Json) -> Draft:
    lines = [
        Line(at=0, text=_words_of(digest["title"]), role=Role.TITLE),
        *(Line(at=0, text=_words_of(paragraph), role=Role.INTRO) for paragraph in digest["intro"]),
        *(line for story in digest["stories"] for line in _story_lines(story)),
    ]
    numbered = _numbered(lines)
    heads = [line.at for line in numbered if line.role is Role.HEADLINE]
    return Draft(
        lines=numbered,
        date=date.fromisoformat(digest["date"]),
        date_from="the digest in the page",
        url=web_address(digest["url"]),
        newsletter=web_address(digest["newsletter"]),
        tags=_names(digest["tags"]),
        draft=digest["draft"] is True,
        names_said=True,
        facts={at: _facts(story) for at, story in zip(heads, digest["stories"], strict=True)},
    )


def _story_lines(story: Json) -> Iterator[Line]:
    yield Line(at=0, text=_words_of(story["headline"]), role=Role.HEADLINE, url=web_address(story["url"]))
    for paragraph in story["body"]:
        yield Line(at=0, text=_words_of(paragraph), role=Role.BODY)
    if image := story["image"]:
        yield Line(at=0, text=_words_of(image["alt"]), role=Role.CAPTION, url=web_address(image["url"]))
        if image["caption"]:
            yield Line(at=0, text=_words_of(image["caption"]), role=Role.CAPTION)


def _facts(story: Json) -> Facts:
    summary = _words_of(story["summary"]) if story["summary"] else ""
    return Facts(summary=summary, companies=_names(story["companies"]), tags=_names(story["tags"]))


def _names(said: Iterable[str]) -> tuple[str, ...]:
    return tuple(_words_of(name) for name in said)


def _words_of(said: str) -> str:
    """Return words on one line; anything else is no digest of ours."""
    words = " ".join(said.splitlines()).strip()
    if not tidy(words):
        raise ValueError("a text that says nothing")
    return words


# A post shows most of it


def _of_post(messages: Sequence[Json]) -> Draft:
    post = [m for m in messages if m["channel"] == messages[0]["channel"]]
    numbered = _numbered(_lines(post))
    about = next((line for line in numbered if line.reason == "date and number of stories"), None)
    day = find_date(about.text) if about else None
    return Draft(
        lines=numbered,
        date=day,
        date_from="the post" if day else "",
        url=about.url if about else "",
        newsletter=next((_newsletter(m["blocks"]) for m in post if _newsletter(m["blocks"])), ""),
        names_said=True,
        warnings=_NOT_IN_A_POST,
    )


def _newsletter(blocks: Iterable[Json]) -> str:
    buttons = (b for block in blocks if block["type"] == "actions" for b in block["elements"])
    return next((web_address(b.get("url")) for b in buttons if b.get("url")), "")


def _lines(post: Sequence[Json]) -> Iterator[Line]:
    first, *thread = [_without_preview_mark(m["blocks"]) for m in post]
    # Headlines only: then the first message is a table of contents, and the stories are the thread's.
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
            yield _dropped(DOT.join(b["text"]["text"] for b in block["elements"]), "a button")
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
            paragraphs[-1] += _blank_after(above) + first
        else:
            paragraphs.append(first)
        paragraphs += rest
        above = text
    yield from (Line(at=0, text=tidy(p), role=role) for p in paragraphs if tidy(p))


def _blank_after(above: str) -> str:
    """Return what stood where a paragraph was cut: no blank in Chinese, nor in a word longer than a block."""
    return "" if above[-1] > "\u2e7f" or len(above) == BLOCK else " "


def _cut_inside(above: str, below: str) -> bool:
    """Tell whether one paragraph was cut here: a whole one would have been moved, a short sentence not.

    No more can be known: a long paragraph cut between two long sentences looks like two paragraphs that
    stand so. Paragraphs of usual length, up to 800 characters, are never taken for one.
    """
    sentence, *_ = sentences(below) or [below]
    paragraph = above.rsplit("\n\n", 1)[-1]
    return len(f"{paragraph} {below}") > BLOCK and len(f"{above} {sentence.rstrip()}") > BLOCK


def _small_print(block: Json) -> Iterator[Line]:
    element = block["elements"][0]
    text = element["text"]
    if element["type"] == "mrkdwn":
        yield _dropped(
            _context(block), "how to go on" if not text.startswith("*Corrected") else "when it was corrected"
        )
    elif re.match(r"#\d{4}[a-z]*-\d+\b", text) or (DOT in text and not text.startswith("Picture: ")):
        names = tuple(n for n in text.split(DOT) if not re.fullmatch(r"#\d{4}[a-z]*-\d+", n))
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
