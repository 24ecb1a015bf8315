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
from itertools import pairwise, takewhile
from typing import Any

from bot.core.addresses import DECEIVES, USER_INFO
from bot.core.errors import RoundupError
from bot.core.markdown.source import literal
from bot.core.markdown.tree import Node, Paragraph, Run, Text, joined, with_runs, words_of
from bot.core.sentences import sentences
from bot.core.sizes import BLOCK, DOT
from bot.files.markdown import read_text
from bot.importing.dates import find_date
from bot.importing.draft import Draft, Facts, Line, Role, seen
from bot.importing.posted import rich_nodes, section_nodes
from bot.importing.ways import THE_PAGE
from bot.importing.words import is_unspaced, tidy, web_address

Json = Mapping[str, Any]

_PAGE = re.compile(
    r"<script\b[^>]*\btype=[\"']?application/json\b[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE
)
# A channel's name and a rule to the edge: the top of what is drawn in a terminal.
_DRAWN = re.compile(r"^(?:#[\w.-]+|[CG][A-Z0-9]{6,}) ─{20,}\s*$", re.MULTILINE)
_RULE = ("─" * 20).encode()
_LISTED = re.compile("Full stories in the thread|The rest of the introduction in the thread")
_LINK = re.compile(r"<(https?://[^|>]+)\|([^>]*)>")
_NOT_IN_A_POST = (
    "a post does not show the tags of the whole digest; import its HTML preview, or add them",
    "a post does not tell companies from tags: names that the config has as companies are taken as such, "
    "all others as tags, and none as both; import its HTML preview, or correct them",
    "a post does not show a story's own summary beside its body, nor a story the channel's `only` leaves "
    "out; import its HTML preview, or add them",
)


def may_be_preview(content: bytes) -> bool:
    """Tell quickly what is no preview, before it is decoded."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16, as PowerShell writes
        return True
    top = content[:100].lstrip(b"\xef\xbb\xbf \r\n\t")
    return (top.startswith((b"[", b"<")) and b'"blocks"' in content) or _RULE in content


def read_preview(text: str) -> Draft | None:
    """Give every block of the first channel's post its role; None if *text* is no preview."""
    if _DRAWN.search(text):
        raise RoundupError(
            f"this is a preview as a terminal shows it, which does not hold the whole digest; {THE_PAGE}"
        )
    data = list(_data(text))
    messages = next((said for said in data if _is_post(said)), ())
    if not messages:
        return None
    digest = next((said for said in data if isinstance(said, dict) and "stories" in said), None)
    false: list[str] = []
    try:
        draft = _of_digest(_as_loaded(digest, false)) if digest else _of_post(_without_false(messages, false))
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as e:
        raise RoundupError("this looks like a preview, but its data are not what a preview holds") from e
    left_out = (f"{url}: left out; {DECEIVES}" for url in dict.fromkeys(false))
    return replace(draft, warnings=(*draft.warnings, *left_out))


def _data(text: str) -> Iterator[Any]:
    """Yield the JSON that *text* is, or that a page holds."""
    top = text.lstrip("\ufeff \r\n\t")
    for said in [top] if top.startswith("[") else _PAGE.findall(text) if top.startswith("<") else []:
        with suppress(ValueError, RecursionError):  # no JSON, or a hostile one
            yield json.loads(said)


def _without_false(said: Any, false: list[str]) -> Any:
    """Return the data without addresses that only seem to lead where they say, which become *false*.

    In the data, not in the text that holds them: there a line's end is two letters of an address.
    """
    match said:
        case str():
            false += [found[0][:200] for found in USER_INFO.finditer(said)]
            return USER_INFO.sub("", said)
        case list():
            return [_without_false(each, false) for each in said]
        case dict():
            return {key: _without_false(each, false) for key, each in said.items()}
        case _:
            return said


def _as_loaded(digest: Json, false: list[str]) -> Json:
    """Return the digest with such addresses left out where its file's loader refuses them: in its texts."""
    stories = [
        {**story, **{name: _without_false(story[name], false) for name in ("summary", "body")}}
        for story in digest["stories"]
    ]
    return {**digest, "intro": _without_false(digest["intro"], false), "stories": stories}


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
        *_text_lines(_text_of(digest["intro"]).nodes, Role.INTRO),
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
        intro=_text_of(digest["intro"]),
    )


def _story_lines(story: Json) -> Iterator[Line]:
    section = _words_of(story["section"]) if story.get("section") else ""
    headline = _words_of(story["headline"])
    yield Line(at=0, text=headline, role=Role.HEADLINE, url=web_address(story["url"]), section=section)
    yield from _text_lines(_text_of(story["body"]).nodes, Role.BODY)
    if image := story["image"]:
        yield Line(at=0, text=_words_of(image["alt"]), role=Role.CAPTION, url=web_address(image["url"]))
        if image["caption"]:
            yield Line(at=0, text=_words_of(image["caption"]), role=Role.CAPTION)


def _facts(story: Json) -> Facts:
    companies, tags = _names(story["companies"]), _names(story["tags"])
    return Facts(
        summary=_text_of(story["summary"]), body=_text_of(story["body"]), companies=companies, tags=tags
    )


def _text_of(said: str | Sequence[str]) -> Text:
    """Return a text as it was written; pages of the first version have its paragraphs."""
    return read_text(said) if isinstance(said, str) else literal(*map(_words_of, said))


def _text_lines(nodes: Iterable[Node], role: Role) -> Iterator[Line]:
    for node in seen(nodes):
        yield Line(at=0, text=tidy(words_of(node.runs)), role=role, nodes=(node,))


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
    first, *thread = [[*_unfolded(_without_preview_mark(m["blocks"]))] for m in post]
    # Headlines only: then the first message is a table of contents, and the stories are the thread's.
    listed = any(_LISTED.search(_context(b)) for b in first if b["type"] == "context")
    head = next((i for i, b in enumerate(first) if b["type"] == "divider" or _said(b).headline), len(first))
    cut = bool(first) and first[0]["type"] == "header" and first[0]["text"]["text"].endswith("…")
    threaded = [b for message in thread for b in message]
    lead = first[head - 1] if head and first[head - 1]["type"] == "rich_text" else None
    if lead and _goes_on(lead) and len(threaded) > cut:
        first[head - 1] = _joined(lead, threaded.pop(int(cut)))
    yield from _masthead(first[:head], title=not cut)
    if listed:
        yield from _with_whole_ones(first[head:], [*_stories(threaded, cut_title=cut)])
    else:
        yield from _stories([*first[head:], *threaded], cut_title=cut)


def _goes_on(block: Json) -> bool:
    """Tell whether the paragraph that a message ends its intro with goes on in the thread."""
    return any(run.get("text", "")[-1:] == " " for run in list(_runs(block))[-1:])


def _joined(lead: Json, rest: Json) -> Json:
    first, *others = rest["elements"]
    runs = [*_runs(lead), *first["elements"]]
    return {**rest, "elements": [{**first, "elements": runs}, *others]}


def _with_whole_ones(listed: Sequence[Json], threaded: Sequence[Line]) -> Iterator[Line]:
    """Yield the thread's lines, with the stories that stand whole in the list where they stand there."""
    heads = [n for n, line in enumerate(threaded) if line.role is Role.HEADLINE]
    told = [threaded[start:end] for start, end in pairwise([*heads, len(threaded)])]
    yield from threaded[: heads[0] if heads else len(threaded)]
    section = ""
    for block in listed:
        said = _said(block)
        if block["type"] == "context" and block["elements"][0]["type"] == "plain_text":
            section = _context(block)
        elif said.headline and told and told[0][0].text.startswith(said.headline.removesuffix("…")):
            yield _dropped(_words(block), "short form of a story")
            yield from told.pop(0)
        elif said.headline:
            yield from _whole(said, section)
        elif words := _words(block):
            yield _dropped(words, "short form of a story")
    yield from (line for lines in told for line in lines)


def _whole(said: _Said, section: str) -> Iterator[Line]:
    yield said.begins(section)
    *nodes, last = said.nodes or (Paragraph(()),)
    # What it is about stands behind its only line.
    *runs, named = last.runs or (Run(""),)
    names = tuple(filter(None, named.text.strip().split(DOT))) if named.italic else ()
    rest = with_runs(last, map(_without_break, runs)) if names else last
    yield from _text_lines([*nodes, rest], Role.BODY)
    if names:
        yield Line(at=0, text=DOT.join(names), role=Role.TAG, tags=names, of_story=True)


def _without_break(run: Run) -> Run:
    return replace(run, text=run.text.rstrip())


def _unfolded(blocks: Iterable[Json]) -> Iterator[Json]:
    """Yield the blocks, of a folded story its headline and what is inside."""
    for block in blocks:
        if block["type"] != "container":
            yield block
            continue
        headline, inside = block["title"]["text"], block["child_blocks"]
        if headline.endswith("…") and inside[0].get("text", {}).get("text", "").startswith(headline[:-1]):
            headline, inside = inside[0]["text"]["text"], inside[1:]
        links = (_LINK.search(e["text"]) for b in inside if b["type"] == "context" for e in b["elements"])
        url = next((html.unescape(link[1]) for link in links if link and link[2].startswith("Read at ")), "")
        run = {"type": "text", "text": headline, "url": url, "style": {"bold": True}}
        yield {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [run]}]}
        yield from inside


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
                yield from _text_lines(_said(block).nodes, Role.INTRO)


def _stories(blocks: Sequence[Json], *, cut_title: bool) -> Iterator[Line]:
    role = Role.INTRO
    texts: list[tuple[Node, ...]] = []  # of one body, which may be torn apart between two messages
    section = ""
    for block in blocks:
        said = _said(block)
        if block["type"] == "header":
            section = tidy(block["text"]["text"])
        if said.headline:
            yield from _text_lines(_mended(texts), role)
            texts = []
            role = Role.INTRO if cut_title else Role.BODY
            yield said.title() if cut_title else said.begins(section)
            cut_title = False
        texts += [said.nodes] if said.nodes else []
        yield from said.picture
        if block["type"] == "context":
            yield from _small_print(block)
        elif block["type"] == "actions":
            yield _dropped(DOT.join(b["text"]["text"] for b in block["elements"]), "a button")
    yield from _text_lines(_mended(texts), role)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What a block says: bold words at its beginning are a headline."""

    headline: str = ""
    url: str = ""
    nodes: tuple[Node, ...] = ()
    picture: tuple[Line, ...] = ()

    def title(self) -> Line:
        return Line(at=0, text=self.headline, role=Role.TITLE)

    def begins(self, section: str) -> Line:
        return Line(at=0, text=self.headline, role=Role.HEADLINE, url=self.url, section=section)


def _said(block: Json) -> _Said:
    if block["type"] == "section":
        pictures = [block["accessory"]] if "accessory" in block else []
        return _Said(nodes=section_nodes(block["text"]), picture=tuple(map(_picture, pictures)))
    if block["type"] != "rich_text":
        return _Said()
    first, *rest = block["elements"]
    runs = first["elements"] if first["type"] == "rich_text_section" else []
    bold = list(takewhile(lambda run: run.get("style", {}).get("bold"), runs))
    # Bold words with nothing or a line's end behind them are a headline; others begin a paragraph.
    after = runs[len(bold)]["text"] if len(bold) < len(runs) else "\n"
    if not bold or not after.startswith("\n") or after.startswith("\n\n"):
        return _Said(nodes=rich_nodes(block["elements"]))
    return _Said(
        headline=tidy("".join(run["text"] for run in bold)),
        url=next((web_address(run.get("url")) for run in bold if run.get("url")), ""),
        nodes=rich_nodes([{**first, "elements": runs[len(bold) :]}, *rest]),
    )


def _picture(image: Json) -> Line:
    return Line(at=0, text=tidy(image["alt_text"]), role=Role.CAPTION, url=web_address(image["image_url"]))


def _mended(texts: Sequence[tuple[Node, ...]]) -> list[Node]:
    """Return the nodes of blocks that follow each other, a paragraph that was cut between two made whole."""
    nodes: list[Node] = []
    above = ""
    for first, *rest in texts:
        words = words_of(first.runs)
        last = nodes[-1] if nodes else None
        if isinstance(last, Paragraph) and isinstance(first, Paragraph) and _cut_inside(above, words):
            blank = Run(_blank_after(above))
            nodes[-1] = Paragraph(joined((*last.runs, blank, *first.runs)))
        else:
            nodes.append(first)
        nodes += rest
        above = "\n\n".join(words_of(node.runs) for node in (first, *rest))
    return nodes


def _blank_after(above: str) -> str:
    """Return what stood where a paragraph was cut: no blank in Chinese, nor in a word longer than a block."""
    return "" if is_unspaced(above[-1]) or len(above) == BLOCK else " "


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
    elif text.endswith(", continued"):
        yield _dropped(text, "how to go on")
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
