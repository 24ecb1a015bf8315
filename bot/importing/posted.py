"""Reads the words of a post's blocks back: rich text, and the mrkdwn that stands where Slack takes none."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.core.addresses import web_address
from bot.core.markdown.tree import Code, Item, Node, Paragraph, Quote, Run, Runs, joined

Json = Mapping[str, Any]

_UNSEEN = re.compile("[\u200b\u2060]")  # what keeps words from being marks and mentions
# Ours alone: a mark of a file's words has something unseen behind it.
_PIECE = re.compile(r"\n*(^```\n[\s\S]*?\n```(?=\n\n|\Z)|[^\n][\s\S]*?(?=\n\n|\Z))", re.MULTILINE)
_ITEM = re.compile(
    r"^(?P<indent> *)(?:•|(?P<number>\d{1,5})\.) (?P<words>.*(?:\n(?! *(?:•|\d{1,5}\.) ).*)*)", re.MULTILINE
)
_MARK = re.compile(
    r"<(?P<url>[^|>]+)\|(?P<label>[^>]*)>|`(?P<code>(?!\u200b)[^`\n]+)`"
    r"|(?<!\w)(?P<mark>[*_~])(?![\u200b\s])(?P<inside>[^\n]*?[^\s])(?P=mark)(?!\w)"
)


def rich_nodes(elements: Iterable[Json]) -> tuple[Node, ...]:
    """Return what a rich_text block says."""
    return tuple(node for element in elements for node in _nodes(element))


def section_nodes(text: Json) -> tuple[Node, ...]:
    """Return what the text of a section block says."""
    if text["type"] == "plain_text":
        return tuple(_paragraphs([Run(_seen(text["text"]))]))
    return tuple(node for words in _PIECE.findall(text["text"]) for node in _piece_nodes(words))


def _piece_nodes(words: str) -> tuple[Node, ...]:
    if words.startswith("```\n") and words.endswith("\n```"):
        return (Code(_unescaped(words[4:-4])),)
    if words.startswith("&gt; "):
        return (Quote(joined(_marked(re.sub("^&gt; ?", "", words, flags=re.MULTILINE), Run("")))),)
    if _ITEM.match(words):
        return tuple(map(_item, _ITEM.finditer(words)))
    return tuple(_paragraphs(_marked(words, Run(""))))


def _item(found: re.Match[str]) -> Item:
    number = int(found["number"]) if found["number"] else None
    return Item(joined(_marked(found["words"], Run(""))), len(found["indent"]) // 4, number)


def _nodes(element: Json) -> Iterator[Node]:
    match element["type"]:
        case "rich_text_list":
            first = element.get("offset", 0) + 1
            for number, item in enumerate(element["elements"], start=first):
                counted = number if element["style"] == "ordered" else None
                yield Item(_runs(item), element.get("indent", 0), counted)
        case "rich_text_quote":
            yield Quote(_runs(element))
        case "rich_text_preformatted":
            yield Code(_seen("".join(run["text"] for run in element["elements"])))
        case _:
            yield from _paragraphs(_runs(element))


def _runs(element: Json) -> Runs:
    return joined(map(_run, element["elements"]))


def _run(run: Json) -> Run:
    style = run.get("style", {})
    bold, italic, strike, code = (style.get(name) is True for name in ("bold", "italic", "strike", "code"))
    return Run(_seen(run.get("text", "")), web_address(run.get("url", "")), bold, italic, strike, code)


def _seen(text: str) -> str:
    return _UNSEEN.sub("", text)


def _paragraphs(runs: Iterable[Run]) -> Iterator[Paragraph]:
    so_far: list[Run] = []
    for run in runs:
        first, *rest = [run.text] if run.code else run.text.split("\n\n")
        so_far.append(replace(run, text=first))
        for words in rest:
            yield from _paragraph(so_far)
            so_far = [replace(run, text=words)]
    yield from _paragraph(so_far)


def _paragraph(runs: Iterable[Run]) -> Iterator[Paragraph]:
    said = joined(run if run.code else replace(run, text=run.text.replace("\n", " ")) for run in runs)
    if said:
        said = joined((replace(said[0], text=said[0].text.lstrip()), *said[1:]))
    if "".join(run.text for run in said).strip():
        yield Paragraph(said)


def _marked(text: str, style: Run) -> Iterator[Run]:
    at = 0
    for found in _MARK.finditer(text):
        yield replace(style, text=_unescaped(text[at : found.start()]))
        at = found.end()
        if found["url"]:
            url = web_address(html.unescape(found["url"]))
            yield replace(style, text=_unescaped(found["label"]), url=url)
        elif found["code"]:
            yield replace(style, text=_unescaped(found["code"]), code=True)
        else:
            yield from _marked(found["inside"], _with_mark(style, found["mark"]))
    yield replace(style, text=_unescaped(text[at:]))


def _with_mark(style: Run, mark: str) -> Run:
    match mark:
        case "*":
            return replace(style, bold=True)
        case "_":
            return replace(style, italic=True)
        case _:
            return replace(style, strike=True)


def _unescaped(text: str) -> str:
    return html.unescape(_seen(text))
