"""What a person wrote in Slack, read from its rich_text blocks: links, bold, lists as Markdown says them.

Not from a message's `text`, which Slack cuts, escapes and fills with its own marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.core.addresses import web_address
from bot.core.markdown.source import written
from bot.core.markdown.tree import Code, Item, Node, Paragraph, Quote, Run, Runs, joined

Json = Mapping[str, Any]

DEEPEST = 8  # a list in a list, in Slack
FURTHEST = 999_999  # that a list begins at; of more than nine digits Markdown makes no list


def words_in(blocks: Iterable[Any]) -> str:
    """Return the words alone, a line for each that was written."""
    return "\n".join(_plain(element) for element in _elements(blocks)).strip()


def has_shape(blocks: Iterable[Any]) -> bool:
    """Tell whether anything in it is more than words."""
    return any(
        element.get("type") != "rich_text_section"
        or any(_is_shaped(part) for part in _dicts(element.get("elements")))
        for element in _elements(blocks)
    )


def _is_shaped(part: Json) -> bool:
    # An address that stands there as it is was made a link by Slack, not by who wrote it.
    return bool(part.get("style")) or (
        part.get("type") == "link" and part.get("text") not in (None, part.get("url"))
    )


def markdown_in(blocks: Iterable[Any]) -> str:
    """Return it as Markdown; a line is a paragraph, as people write in Slack."""
    return written(_nodes(blocks))


def _nodes(blocks: Iterable[Any]) -> Iterator[Node]:
    for element in _elements(blocks):
        match element.get("type"):
            case "rich_text_list":
                yield from _items(element)
            case "rich_text_quote":
                yield Quote(_runs(element))
            case "rich_text_preformatted":
                yield Code(_plain(element))
            case _:
                yield from (Paragraph(line) for line in _lines(_runs(element)))


def _items(element: Json) -> Iterator[Item]:
    depth = _number(element.get("indent"), most=DEEPEST)
    first = 1 + _number(element.get("offset"), most=FURTHEST)
    for number, item in enumerate(_dicts(element.get("elements")), start=first):
        counted = number if element.get("style") == "ordered" else None
        yield Item(_flat(_runs(item)), depth=depth, number=counted)


def _number(given: object, *, most: int) -> int:
    # As blanks, what a payload may say here would fill all memory.
    return min(max(given, 0), most) if isinstance(given, int) else 0


def _lines(runs: Runs) -> Iterator[Runs]:
    line: list[Run] = []
    for run in runs:
        first, *rest = run.text.split("\n")
        line.append(replace(run, text=first))
        for words in rest:
            yield from filter(None, [joined(line)])
            line = [replace(run, text=words)]
    yield from filter(None, [joined(line)])


def _flat(runs: Runs) -> Runs:
    return tuple(replace(run, text=run.text.replace("\n", " ")) for run in runs)


def _runs(element: Json) -> Runs:
    return joined(_run(part) for part in _dicts(element.get("elements")))


def _run(part: Json) -> Run:
    given = part.get("style")
    style = given if isinstance(given, Mapping) else {}
    return replace(
        _words(part),
        bold=bool(style.get("bold")),
        italic=bool(style.get("italic")),
        strike=bool(style.get("strike")),
        code=bool(style.get("code")),
    )


def _words(part: Json) -> Run:
    match part.get("type"):
        case "link":
            url = web_address(str(part.get("url") or ""))
            return Run(str(part.get("text") or part.get("url") or ""), url)
        case "emoji":
            return Run(_emoji(part))
        case "user" | "usergroup" | "channel" | "broadcast":
            return Run("")  # whom it names, only Slack knows
        case _:
            return Run(str(part.get("text") or ""))


def _emoji(part: Json) -> str:
    name = f":{part.get('name', '')}:"
    try:
        shown = "".join(chr(int(code, 16)) for code in str(part["unicode"]).split("-"))
        shown.encode()  # half a character is none, and no database takes it
    except (KeyError, ValueError, OverflowError):
        return name
    return shown if min(shown) >= " " else name


def _plain(element: Json) -> str:
    if element.get("type") == "rich_text_list":
        return "\n".join(_plain(item) for item in _dicts(element.get("elements")))
    return "".join(run.text for run in _runs(element))


def _elements(blocks: Iterable[Any]) -> Iterator[Json]:
    for block in _dicts(blocks):
        if block.get("type") == "rich_text":
            yield from _dicts(block.get("elements"))


def _dicts(value: Any) -> Iterator[Json]:
    return (
        (each for each in value if isinstance(each, Mapping)) if isinstance(value, list | tuple) else iter(())
    )
