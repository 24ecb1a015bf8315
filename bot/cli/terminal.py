"""A post before it is posted: as JSON, and drawn in a terminal. Builds nothing and sends nothing."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.rule import Rule
from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.text import Text

from bot.core.message import Message, Part

READABLE = 88  # columns; a longer line is hard to follow
_MARK = re.compile(r"<(?P<target>[^|>]+)\|?(?P<label>[^>]*)>|\*(?P<bold>[^*\n]+)\*|`(?P<code>[^`\n]+)`")
_QUIET = "dim"
_STYLES = {"bold": "bold", "italic": "italic", "strike": "strike", "code": "cyan"}

Json = Mapping[str, Any]


def preview_messages(channel: str, parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Return the messages in posting order; *thread* marks a reply to the last one that is none."""
    return [
        {"channel": channel, "thread": n > 0, "text": part.message.text, "blocks": list(part.message.blocks)}
        for n, part in enumerate(parts)
    ]


def print_preview(messages: Sequence[Json], console: Console) -> None:
    """Draw the messages as they will stand in Slack, the thread set in."""
    draw = _Drawing(clickable=console.is_terminal and console.color_system is not None)
    for n, message in enumerate(messages):
        if message["thread"]:
            continue
        rows: list[RenderableType] = [
            Rule(Text(message["channel"]), align="left", style=_QUIET, characters="─"),
            Text(),
        ]
        post = Group(*rows, *draw.message(message), *draw.thread(_replies(messages[n + 1 :])))
        console.print(post, width=min(console.width, READABLE))


def print_answer(message: Message, console: Console) -> None:
    """Draw an answer as it would stand in Slack, without the buttons nobody can press here."""
    draw = _Drawing(clickable=console.is_terminal and console.color_system is not None)
    blocks = [block for block in message.blocks if block["type"] != "actions"]
    console.print(Group(*draw.message({"blocks": blocks})), width=min(console.width, READABLE))


def _replies(following: Sequence[Json]) -> Sequence[Json]:
    end = next((n for n, message in enumerate(following) if not message["thread"]), len(following))
    return following[:end]


class _Barred:
    """What hangs under a message: a bar along its left side."""

    def __init__(self, *inside: RenderableType, bar: str = "  │ ") -> None:
        self._inside = Group(*inside)
        self._bar = bar

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = options.update(width=options.max_width - len(self._bar))
        for line in console.render_lines(self._inside, room, pad=False):
            yield Segment(self._bar, Style(dim=True))
            yield from line
            yield Segment.line()


def _beside(mark: str, line: Text, indent: int) -> RenderableType:
    """Return a line whose wrapped words stand below its first, not below its mark."""
    beside = Table.grid()
    beside.add_column(no_wrap=True)
    beside.add_column()
    beside.add_row(" " * indent + mark, line)
    return beside


class _Drawing:
    """Blocks as lines of text. Where a link cannot be clicked its address is written out."""

    def __init__(self, *, clickable: bool) -> None:
        self._clickable = clickable

    def message(self, message: Json) -> Iterator[RenderableType]:
        above = ""
        for block in message["blocks"]:
            below = block["type"]
            # A small line belongs to what it stands under, a body to its headline.
            if above and below != "context" and (above, below) != ("rich_text", "section"):
                yield Text()
            yield from self._block(block)
            above = below

    def thread(self, replies: Sequence[Json]) -> Iterator[RenderableType]:
        if not replies:
            return
        count = Text(f"Thread · {len(replies)} {'reply' if len(replies) == 1 else 'replies'}", "bold")
        yield Text()
        yield _Barred(count)
        for reply in replies:
            yield _Barred(Text(), *self.message(reply))

    def _block(self, block: Json) -> Iterator[RenderableType]:
        match block["type"]:
            case "header":
                yield Text(block["text"]["text"], "bold")
            case "section":
                yield self._words(block["text"])
                yield from self._picture(block.get("accessory", {}))
            case "context":
                yield self._context(block)
            case "rich_text":
                yield from (line for element in block["elements"] for line in self._lines(element))
            case "actions":
                yield Text("  ").join(map(self._button, block["elements"]))
            case "divider":
                yield Rule(style=_QUIET)
            case "container":  # unfolded: nobody can press it here
                yield Text(f"▾ {block['title']['text']}", "bold")
                yield Padding(Group(*self.message({"blocks": block["child_blocks"]})), (0, 0, 0, 2))
            case unknown:
                yield Text(f"[{unknown}]", _QUIET)

    def _words(self, text: Json) -> Text:
        return Text(text["text"]) if text["type"] == "plain_text" else self._mrkdwn(text["text"])

    def _mrkdwn(self, source: str) -> Text:
        words, end = Text(), 0
        for mark in _MARK.finditer(source):
            words.append(html.unescape(source[end : mark.start()]))
            words.append_text(self._marked(mark))
            end = mark.end()
        return words.append(html.unescape(source[end:]))

    def _marked(self, mark: re.Match[str]) -> Text:
        kind = mark.lastgroup
        if target := mark["target"]:
            address = html.unescape(target)
            return self._link(html.unescape(mark["label"]), address) if mark["label"] else Text(address)
        return Text(html.unescape(mark[0][1:-1]), "bold" if kind == "bold" else "cyan")

    def _link(self, label: str, address: str, style: str = "") -> Text:
        if self._clickable:
            return Text(label, Style.parse(style) + Style(link=address, underline=True))
        return Text(label, style).append(f" <{address}>" if label != address else "")

    def _context(self, block: Json) -> Text:
        words = Text("   ").join(map(self._words, block["elements"]))
        words.stylize(_QUIET)
        return words

    def _picture(self, accessory: Json) -> Iterator[Text]:
        if accessory.get("type") == "image":
            yield self._link(f"[picture: {accessory['alt_text']}]", accessory["image_url"], _QUIET)

    def _lines(self, element: Json) -> Iterator[RenderableType]:
        match element["type"]:
            case "rich_text_list":
                first, indent = 1 + element.get("offset", 0), 2 * element.get("indent", 0)
                for number, item in enumerate(element["elements"], start=first):
                    mark = "•" if element["style"] == "bullet" else f"{number}."
                    yield _beside(f"{mark} ", self._line(item), indent)
            case "rich_text_quote":
                yield _Barred(self._line(element), bar="▎ ")
            case "rich_text_preformatted":
                yield Padding(self._line(element), (0, 0, 0, 2))
            case _:
                yield self._line(element)

    def _line(self, element: Json) -> Text:
        return Text().join(map(self._run, element["elements"]))

    def _run(self, run: Json) -> Text:
        style = " ".join(_STYLES[name] for name in run.get("style", {}) if name in _STYLES)
        return self._link(run["text"], run["url"], style) if "url" in run else Text(run["text"], style)

    def _button(self, button: Json) -> Text:
        label = f"[ {button['text']['text']} ]"
        return self._link(label, button["url"], "bold") if "url" in button else Text(label, "bold")
