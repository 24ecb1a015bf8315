"""What every message is made of: its smallest blocks, what Slack takes of them, and how they read aloud.

Knows no digest and no answer. Words of files and people go through `plain`, `rich` and `run`, our own
through `own` and `section`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from typing import Any

from bot.core.message import Block, Message, Part, escape
from bot.core.versions import is_person
from bot.slack.views import mrkdwn

# Slack takes 50 blocks, and about 12,000 characters a message before it answers `msg_blocks_too_long`
# (undocumented, https://github.com/slackapi/bolt-js/issues/2509). We leave it a margin.
MAX_BLOCKS = 45
MAX_MESSAGE = 10_000
MAX_WORDS = 9_500  # of a message that has nothing but them and buttons
# With the addresses of links; whether Slack counts those nobody says.
MAX_LINKED_MESSAGE = 12_000
# A longer `text` is refused by chat.update and split into several messages by chat.postMessage
# (https://github.com/slackapi/bolt-python/issues/764). Screen readers read nothing but this text.
# chat.update counts to 4,000; a little less leaves room for a mark in front, such as PREVIEW.
MAX_TEXT = 3_900
MAX_POSTED_TEXT = 40_000

MAX_HEADER = 150
MAX_BUTTON = 75
MAX_VALUE = 2_000  # of a button
MAX_CONTEXT = 1_500
MAX_SECTION = 3_000
MAX_LINE = 1_000  # of a list, so that one that is very long does not take the others' place

OPEN_LINK = "open_link_"  # action ids of buttons that only open an address: this and a number
DOT = " · "
DIVIDER: Block = {"type": "divider"}

# json.dumps makes a new one, each time.
_compact = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode

_GAP = re.compile(r"\n{3,}")
# Whoever did something stands right behind words of ours: anywhere else a title could ping people.
_DOER = re.compile(
    r"^(Nothing was changed|Not saved yet|Not approved|Please approve|Approved): &lt;@([UW][A-Z0-9]+)&gt; "
)
_LINK = re.compile(r"<[^|>]+\|([^>]*)>")

# --- the smallest pieces -------------------------------------------------------------------------------


def header(title: str) -> Block:
    """Return the big line a message begins with, on one line and cut to what it takes."""
    return {"type": "header", "text": plain(label(title, MAX_HEADER))}


def section(text: str) -> Block:
    """Return a paragraph of mrkdwn, which must have been escaped."""
    return {"type": "section", "text": own(mrkdwn.cut(text, MAX_SECTION))}


def sections(text: str, most: int = 3) -> tuple[Block, ...]:
    """Return such a text in as many paragraphs as it takes, but no more than *most*."""
    pieces = mrkdwn.pieces(text, MAX_SECTION)
    shown = [*pieces[: most - 1], "".join(pieces[most - 1 :])]
    return tuple(section(piece.rstrip("\n")) for piece in shown if piece.strip())


def listing(title: str, lines: Sequence[str], *, total: int = 0) -> Block:
    """Return lines of mrkdwn below their title: as many as there is room for, and how many there are more.

    *total*: how many there are, if *lines* are but the first of them.
    """
    said = [mrkdwn.cut(line, MAX_LINE) for line in lines]
    while mrkdwn.units("\n".join([title, *said])) > MAX_SECTION - len("\nand 10000 more"):
        said.pop()
    more = max(total, len(lines)) - len(said)
    return section("\n".join([title, *said, *([f"and {more} more"] if more else [])]))


def plainly(text: str) -> Message:
    """Return words of ours, with whatever names are in them, as a message with room for a row of buttons."""
    words = named(text)
    blocks = next(some for most in (3, 2, 1) if weight(some := sections(words, most)) <= MAX_WORDS)
    return Message(text=mrkdwn.cut(words, MAX_TEXT), blocks=blocks)


def person(who: str) -> str:
    """Name whoever did something as mrkdwn: a person by their ID, anybody else in words."""
    return f"<@{who}>" if is_person(who) else mrkdwn.escaped(who)


def named(text: str) -> str:
    """Escape words of ours, and name whom they begin with; no name that a file's words mention."""
    return _DOER.sub(r"\1: <@\2> ", mrkdwn.escaped(text))


def context(*elements: dict[str, Any]) -> Block:
    """Return one small grey line."""
    return {"type": "context", "elements": list(elements)}


def actions(*buttons: dict[str, Any]) -> Block:
    """Return a row of buttons."""
    return {"type": "actions", "elements": list(buttons)}


def button(label: str, action: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a button that carries what it is about, as short as can be: Slack takes 2,000 characters."""
    return {"type": "button", "text": plain(label), "action_id": action, "value": _compact(value)}


def heard(button: Mapping[str, Any], about: str) -> dict[str, Any]:
    """Let a button name what it is about to those who hear one after the other."""
    said = mrkdwn.shorten(f"{button['text']['text']}: {_spoken(about)}", MAX_BUTTON)
    return {**button, "accessibility_label": said}


@lru_cache(maxsize=512)
def _spoken(words: str) -> str:
    return mrkdwn.unmarked(one_line(words))


def confirmation(title: str, text: str, yes: str) -> dict[str, Any]:
    """Return what is asked before a button does anything."""
    said = {"title": label(title, 100), "text": label(text, 300), "confirm": yes, "deny": "Cancel"}
    return {name: plain(words) for name, words in said.items()}


def link_button(label: str, address: str, n: int) -> dict[str, Any]:
    """Return a button that opens an address; *n* tells it from others of its message."""
    return {"type": "button", "text": plain(label), "url": address, "action_id": f"{OPEN_LINK}{n}"}


def plain(text: str) -> dict[str, Any]:
    """Return words of a file or a person: literal, whatever is in them."""
    return {"type": "plain_text", "text": mrkdwn.unmarked(text), "emoji": False}


def own(text: str) -> dict[str, Any]:
    """Return our own words with our own links: mrkdwn in which Slack looks for no names of its own."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def rich(*runs: dict[str, Any]) -> Block:
    """Return one line or more of runs, literal like `plain`, with links and bold words."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(runs)}]}


def run(text: str, *, url: str = "", bold: bool = False) -> dict[str, Any]:
    """Return words of one style; a link if *url* is an address we would send a reader to."""
    address = mrkdwn.web_address(url) if url else ""
    target = {"type": "link", "url": address} if address else {"type": "text"}
    style = {"style": {"bold": True}} if bold else {}
    return {**target, "text": mrkdwn.unmarked(text), **style}


def one_line(text: str) -> str:
    """Return the text on one line."""
    return " ".join(mrkdwn.clean(text).split())


def label(text: str, limit: int) -> str:
    """Return the text on one line, shortened to that length."""
    return mrkdwn.shorten(one_line(text), limit)


# For what comes again: an answer says of five stories much the same, and the newest are in most answers.
known_label = lru_cache(maxsize=512)(label)


def counted(number: int) -> str:
    """Return "1 story", "2 stories"."""
    return f"{number} {'story' if number == 1 else 'stories'}"


# --- what one message holds ----------------------------------------------------------------------------


def fits(blocks: Sequence[Block]) -> bool:
    """Tell whether one message holds the blocks, and its text every word of them."""
    return fits_blocks(blocks) and mrkdwn.units(reading(blocks)) <= MAX_TEXT


def fits_blocks(blocks: Sequence[Block]) -> bool:
    """Tell whether one message holds the blocks, whatever its text says of them."""
    words = weight(blocks)
    linked = words + sum(_lengths(blocks, {"url"}))
    return len(blocks) <= MAX_BLOCKS and words <= MAX_MESSAGE and linked <= MAX_LINKED_MESSAGE


def beside(
    blocks: Sequence[Block],
    end: Sequence[Block],
    goes_on: Block,
    *,
    fit: Callable[[Sequence[Block]], bool] = fits_blocks,
) -> tuple[Block, ...]:
    """Return the blocks and the end below them; as many as one message holds, and then that it *goes_on*."""
    if fit((*blocks, *end)):
        return (*blocks, *end)
    most = next(n for n in range(len(blocks), -1, -1) if fit((*blocks[:n], goes_on, *end)))
    return (*blocks[:most], goes_on, *end)


def weight(blocks: Iterable[Block]) -> int:
    """Return the characters Slack counts in a message, picture descriptions included."""
    return sum(_lengths(blocks, {"text", "alt_text"}))


def _lengths(value: object, keys: Collection[str]) -> Iterator[int]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in keys and isinstance(inner, str):
                yield mrkdwn.size(inner)
            else:
                yield from _lengths(inner, keys)
    elif isinstance(value, Iterable) and not isinstance(value, str):
        for inner in value:
            yield from _lengths(inner, keys)


# --- what is read where blocks are not -----------------------------------------------------------------


def reading(blocks: Iterable[Block], *, shown: bool = False) -> str:
    """Return all words of the blocks as mrkdwn; with bold and links if it is *shown*, not only read out."""
    lines = (_words(block, shown=shown) for block in blocks)
    text = "\n".join(lines)
    return (_GAP.sub("\n\n", text) if "\n\n\n" in text else text).strip()


def _words(block: Block, *, shown: bool) -> str:
    match block["type"]:
        case "header":
            return "\n" + _loud(block["text"]["text"], shown=shown)
        case "section":
            return "\n".join(filter(None, (_object(block["text"], shown=shown), _alt(block))))
        case "context":
            return "  ".join(_object(element, shown=shown) for element in block["elements"])
        case "rich_text":
            return "\n" + "\n".join(_lines(block["elements"], shown=shown))
        case "actions":
            return "\n".join(map(_button_words, block["elements"])) if shown else ""
        case _:
            return _folded_words(block, shown=shown) if _folds(block) else ""  # a divider


def _folded_words(container: Block, *, shown: bool) -> str:
    title = _loud(container["title"]["text"], shown=shown)
    return f"\n{title}\n{reading(container['child_blocks'], shown=shown)}"


def _loud(title: str, *, shown: bool) -> str:
    return mrkdwn.bold(title) if shown else mrkdwn.literal(title)


def _object(text: dict[str, str], *, shown: bool) -> str:
    if text["type"] == "plain_text":
        return mrkdwn.literal(text["text"])
    return text["text"] if shown else _LINK.sub(r"\1", text["text"])


def _alt(section: Block) -> str:
    beside = section.get("accessory", {})
    return mrkdwn.literal(f"Picture: {beside['alt_text']}") if beside.get("type") == "image" else ""


def _lines(elements: Iterable[dict[str, Any]], *, shown: bool) -> Iterator[str]:
    for element in elements:
        match element["type"]:
            case "rich_text_list":
                yield from _items(element, shown=shown)
            case "rich_text_preformatted" if shown:
                code = escape("".join(run["text"] for run in element["elements"]))
                yield f"```\n{code.replace('```', chr(0x2019) * 3)}\n```"
            case "rich_text_quote" if shown:
                yield from (f"&gt; {line}" for line in _line(element, shown=shown).split("\n"))
            case _:
                yield _line(element, shown=shown)


def _items(element: dict[str, Any], *, shown: bool) -> Iterator[str]:
    indent = "    " * element.get("indent", 0)
    for number, item in enumerate(element["elements"], start=1 + element.get("offset", 0)):
        mark = "•" if element["style"] == "bullet" else f"{number}."
        yield f"{indent}{mark} {_line(item, shown=shown)}"


def _line(element: dict[str, Any], *, shown: bool) -> str:
    runs = element["elements"]
    if not shown:
        return "".join(mrkdwn.literal(run["text"]) for run in runs)
    return _marked(runs, ("", ""), _MARKS)


# mrkdwn's marks, as they are written from the outside in.
_MARKS = (("bold", "*"), ("italic", "_"), ("strike", "~"))
_Run = dict[str, Any]


def _marked(runs: Sequence[_Run], around: tuple[str, str], marks: Sequence[tuple[str, str]]) -> str:
    """Return runs in mrkdwn, with each mark around as many of them as it is of."""
    if not marks:
        return "".join(_run_words(run, *sides) for (run,), sides in _beside([[run] for run in runs], around))
    (name, mark), *inner = marks
    groups = [list(some) for _, some in groupby(runs, lambda run: bool(run.get("style", {}).get(name)))]
    said = ""
    for group, sides in _beside(groups, around):
        words = _marked(group, sides, inner)
        is_marked = group[0].get("style", {}).get(name) and _can_be_marked(words, *sides)
        said += _with_mark(words, mark) if is_marked else words
    return said


def _beside(
    groups: Sequence[list[_Run]], around: tuple[str, str]
) -> Iterator[tuple[list[_Run], tuple[str, str]]]:
    """Yield each group with the characters that stand before and after it."""
    texts = ["".join(run["text"] for run in group) for group in groups]
    before, after = [around[0], *texts], [*texts[1:], around[1]]
    for n, group in enumerate(groups):
        yield group, (before[n][-1:], after[n][:1])


def _can_be_marked(words: str, before: str, after: str) -> bool:
    """Tell whether a mark would be one there: around words, not in the middle of one, nor over lines."""
    touches = (before.isalnum() and not words[:1].isspace()) or (after.isalnum() and not words[-1:].isspace())
    return bool(words.strip()) and "\n" not in words and not touches


def _with_mark(words: str, mark: str) -> str:
    """Return words in a mark, the blanks around them outside."""
    inside = words.strip()
    before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
    return f"{before}{mark}{inside}{mark}{after}"


def _run_words(run: _Run, before: str, after: str) -> str:
    text = run["text"]
    if "url" in run:
        return mrkdwn.link(run["url"], text)
    if run.get("style", {}).get("code") and text == text.strip() and _can_be_marked(text, before, after):
        return mrkdwn.code(text)
    return mrkdwn.literal(text)


def _button_words(button: dict[str, Any]) -> str:
    return mrkdwn.link(button["url"], button["text"]["text"]) if "url" in button else ""


# --- a message in other clothes ------------------------------------------------------------------------


def as_preview(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the post marked PREVIEW where it begins, for an editor's eyes."""
    first, *thread = parts
    mark = context(own("*PREVIEW* · only you see this; it posts nothing"))
    message = Message(text=f"PREVIEW: {first.message.text}", blocks=(mark, *first.message.blocks))
    return (replace(first, message=message, whose=("", *first.whose)), *thread)


def unfolded(message: Message) -> Message:
    """Return the message with the headline alone of each folded story."""
    blocks = (rich(run(b["title"]["text"], bold=True)) if _folds(b) else b for b in message.blocks)
    return replace(message, blocks=tuple(blocks))


def without_images(message: Message) -> Message:
    """Return the message with its pictures' descriptions in their place."""
    return replace(message, blocks=tuple(_described(message.blocks)))


def without_blocks(message: Message, *, limit: int = MAX_POSTED_TEXT) -> Message:
    """Return the message as text alone, links included; beyond *limit* as the text it has already."""
    text = reading(message.blocks, shown=True)
    return Message(text=text if mrkdwn.units(text) <= limit else message.text)


def _folds(block: Block) -> bool:
    return bool(block["type"] == "container")


def _described(blocks: Iterable[Block]) -> Iterator[Block]:
    described = ""
    for whole in blocks:
        block = {**whole, "child_blocks": [*_described(whole["child_blocks"])]} if _folds(whole) else whole
        if described and block["type"] == "context" and len(block["elements"]) < 10:
            yield {**block, "elements": [plain(described), *block["elements"]]}
            described = ""
            continue
        if described:
            yield context(plain(described))
        picture = block.get("accessory", {})
        described = f"Picture: {picture['alt_text']}" if picture.get("type") == "image" else ""
        yield {key: value for key, value in block.items() if not (described and key == "accessory")}
    if described:
        yield context(plain(described))
