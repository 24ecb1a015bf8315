"""Reads the Markdown of a digest's texts: as much as Slack can show, and everything else as it was written.

The one parser. CommonMark, with what a plain text might mean by accident left literal: HTML, entities,
pictures, rules, code by indentation, reference definitions, headings and numbers that begin a wrapped line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from bot.core import sizes
from bot.core.addresses import leads_where_it_says, web_address
from bot.core.markdown.tree import (
    BREAK,
    Code,
    Item,
    Node,
    Paragraph,
    Quote,
    Run,
    Runs,
    Text,
    joined,
    words_of,
)

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

READ_WITH = version("markdown-it-py")  # another one may read something else
MOST_DEEP = 8  # lists in lists, quotes among them; Slack sets in no further. What is deeper is literal
_LEVELS = 2 * MOST_DEEP  # the parser counts a list and its item
MOST_NUMBERED = 9_999  # a number beyond it, or a year alone, counts nothing
_FAR = 50  # lines from one number to the next
_NUMBER = re.compile(r"(?P<number>\d{1,9})(?P<end>[.)])(?=[ \t]|$)(?P<words>[ \t]+\S)?")
_BARE = re.compile(r"://[^\s<>\"\\`|\x00-\x1f]{1,3001}")
_NO_MARK = re.compile(r"\*\|[^|\n]{1,60}\|\*|\*(?=[A-Za-z0-9])", re.ASCII)  # 2*3*4, *|FNAME|*
_SCHEME = re.compile(r"(?<![A-Za-z0-9])https?$", re.IGNORECASE)
_TRAILING = re.compile(r"""(?:[?!.,:;*_~'"\]}]|[。，、；：？！）」』》”’…]|\*\*)$""")
_CHINESE_STOP = re.compile(r"[。，、；：？！（）「」『』《》“”]")


def read_text(source: str) -> Text:
    """Read what an editor wrote."""
    lines = source.splitlines()
    # A line of any blanks ends a paragraph, as before; to the parser only spaces and tabs are blank.
    tidy = "\n".join(line if line.strip() else "" for line in lines)
    return Text(source, _Reading().nodes(_parser().parse(tidy)))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Nested deeper than that the parser leaves words out; the rules below end long before.
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 100})
    parser.enable("strikethrough")
    parser.disable(["code", "reference", "lheading", "html_block", "html_inline", "entity"])
    parser.block.ruler.at("list", _list, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.block.ruler.at("heading", _heading, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.block.ruler.at("blockquote", _quote, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.inline.ruler.before("link", "no_link", _no_link)
    parser.inline.ruler.before("newline", "address", _address)
    parser.inline.ruler.before("emphasis", "asterisk", _asterisk)
    # No "|": "<https://example.com|words>" is a link in Slack's own notation, and none here.
    parser.validateLink = lambda url: "|" not in url and bool(web_address(url))  # type: ignore[method-assign]
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    return parser


# --- rules of our own ----------------------------------------------------------------------------------


def _list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.level >= _LEVELS:
        return False
    goes_on = silent and state.sCount[start] < state.blkIndent  # the next item of the list we are in
    found = _NUMBER.match(_line(state, start))
    if found and not goes_on and not _counts(state, start, end, found):
        return False
    from markdown_it.rules_block import list_block

    return list_block(state, start, end, silent)


def _counts(state: StateBlock, start: int, end: int, found: re.Match[str]) -> bool:
    """Tell whether another number follows: "1. May" alone is a date, also where a line begins with it.

    Beside it, that is: what is set in as far as its words is text of its own.
    """
    number = int(found["number"])
    within = state.sCount[start] + len(found["number"]) + 2
    lines = (n for n in range(start + 1, min(end, start + _FAR)) if state.sCount[n] < within)
    following = (_NUMBER.match(_line(state, n)) for n in lines)
    is_next = (
        other["end"] == found["end"] and int(other["number"]) in (number, number + 1)
        for other in following
        if other and other["words"]
    )
    return bool(found["words"]) and 1 <= number <= MOST_NUMBERED and any(is_next)


def _heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    # "# 1 in Asia", also where a line was wrapped.
    line = _line(state, start)
    if re.match(r"#\s+\d", line) or (silent and re.match(r"#(?:\s|$)", line)):
        return False
    from markdown_it.rules_block import heading

    return heading(state, start, end, silent)


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    from markdown_it.rules_block import blockquote

    return state.level < _LEVELS and blockquote(state, start, end, silent)


def _line(state: StateBlock, n: int) -> str:
    return state.src[state.bMarks[n] + state.tShift[n] : state.eMarks[n]]


def _address(state: StateInline, silent: bool) -> bool:
    """Make a bare address a link, before anything in it is taken for a mark."""
    if state.src[state.pos] != ":" or state.linkLevel > 0:
        return False
    scheme = _SCHEME.search(state.pending[-len("xhttps") :])
    found = _BARE.match(state.src, state.pos, state.posMax)
    if not scheme or not found or len(found[0]) > sizes.URL:
        return False
    rest = _without_trailing(found[0])
    address = scheme[0] + rest
    if len(rest) <= len("://") or not web_address(address):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[0])]
        state.push("link_open", "a", 1).attrs = {"href": address}
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
    state.pos += len(rest)
    return True


def _no_link(state: StateInline, silent: bool) -> bool:
    """Leave a bracket behind which no link ends: the parser would look for its end up to the text's."""
    if state.src[state.pos] not in "[!" or state.src.find("](", state.pos) >= 0:
        return False
    if not silent:
        state.pending += state.src[state.pos]
    state.pos += 1
    return True


def _asterisk(state: StateInline, silent: bool) -> bool:
    """Leave an asterisk as it is where it multiplies, or is what a mailing tool wants replaced."""
    found = _NO_MARK.match(state.src, state.pos, state.posMax)
    if not found or (found[0] == "*" and not state.src[state.pos - 1 : state.pos].isalnum()):
        return False
    if not silent:
        state.pending += found[0]
    state.pos = found.end()
    return True


def _without_trailing(address: str) -> str:
    """Leave out the stop and the bracket that end a sentence and not the address."""
    address = _CHINESE_STOP.split(address, maxsplit=1)[0]
    while True:
        shorter = _TRAILING.sub("", address)
        if shorter.endswith(")") and shorter.count(")") > shorter.count("("):
            shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter


# --- from the parser's tokens to our tree --------------------------------------------------------------


@dataclass(slots=True)
class _List:
    number: int | None
    begins: bool = False  # the next words begin an item


@dataclass(slots=True)
class _Reading:
    """Where we are while the tokens pass by."""

    lists: list[_List] = field(default_factory=list)
    quotes: list[int] = field(default_factory=list)  # each with how many lists stand around it
    heading: str = ""
    found: list[Node] = field(default_factory=list)

    def nodes(self, tokens: Iterable[Token]) -> tuple[Node, ...]:
        for token in tokens:
            self._token(token)
        return tuple(self.found)

    def _token(self, token: Token) -> None:
        match token.type.rpartition("_"):
            case ("bullet_list" | "ordered_list" | "list_item" | "blockquote", _, "open"):
                self._open(token)
            case ("bullet_list" | "ordered_list" | "list_item" | "blockquote", _, "close"):
                self._close(token)
            case ("heading", _, end):
                self.heading = token.markup if end == "open" else ""
            case (_, _, "inline"):
                self._words(token)
            case (_, _, "fence"):
                self._code(token)
            case (_, _, "hr"):
                self._add((Run(token.markup[1:]),))  # the parser counts one too many
            case _:  # paragraphs, whose words come as a token of their own
                pass

    def _words(self, token: Token) -> None:
        runs = _runs(token.children or [], bold=bool(self.heading))
        # Marks around nothing that is seen stay as they were written.
        written = self.heading or " ".join(token.content.split())
        if runs or written:
            self._add(runs or (Run(written),))

    def _open(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self._begin_list(None)
            case "ordered_list_open":
                self._begin_list(int(token.attrs.get("start", 1)) - 1)
            case "list_item_open":
                self._begin_item()
            case _:
                self.quotes.append(len(self.lists))
                self.found += [Quote(())] if self.quotes == [0] else []

    def _close(self, token: Token) -> None:
        match token.type:
            case "blockquote_close":
                self._end_quote()
            case "list_item_close":
                if self.lists[-1].begins:
                    self._empty_item(token.markup)
            case _:
                self.lists.pop()

    def _begin_list(self, number: int | None) -> None:
        if self.lists and self.lists[-1].begins:  # "1. - one": an item of no words of its own
            if self.lists[-1].number is not None:
                self._empty_item(".")
            self.lists[-1].begins = False
        self.lists.append(_List(number))

    def _begin_item(self) -> None:
        now = self.lists[-1]
        now.begins = True
        now.number = None if now.number is None else now.number + 1

    def _empty_item(self, mark: str) -> None:
        now = self.lists[-1]
        now.begins = False
        self._add((Run(mark if now.number is None else f"{now.number}{mark}"),))

    def _end_quote(self) -> None:
        self.quotes.pop()
        if self.found and self.found[-1] == Quote(()):
            self.found[-1] = Paragraph((Run(">"),))

    def _code(self, token: Token) -> None:
        # Of "```python" only the lines are code; several words after the mark are rather words.
        words = f"{token.info.strip()}\n" if len(token.info.split()) > 1 else ""
        text = words + token.content.removesuffix("\n")
        if text.strip():
            self._add((Run(text, code=True),), alone=Code(text))

    def _add(self, runs: Runs, alone: Node | None = None) -> None:
        """Add words where we are; *alone* is what they are outside of everything."""
        now = self.lists[-1] if self.lists else None
        begins, last = now is not None and now.begins, self.found[-1] if self.found else None
        if now:
            now.begins = False
        if self.quotes[:1] == [0] and isinstance(last, Quote):
            self.found[-1] = Quote(_continued(last.runs, (*_marked(self.lists, begins=begins), *runs)))
        elif now and begins:
            self.found.append(Item(runs, len(self.lists) - 1, now.number))
        elif now and isinstance(last, Item):  # also what goes on below a list inside of it
            self.found[-1] = replace(last, runs=_continued(last.runs, runs))
        else:
            self.found.append(alone or Paragraph(runs))


def _marked(lists: Sequence[_List], *, begins: bool) -> Runs:
    """Return what an item begins with where Slack knows no list: in a quote."""
    if not lists or not begins:
        return ()
    mark = "•" if lists[-1].number is None else f"{lists[-1].number}."
    return (Run(f"{'  ' * (len(lists) - 1)}{mark} "),)


def _continued(runs: Runs, more: Runs) -> Runs:
    return joined((*runs, *((BREAK,) if runs else ()), *more))


def _runs(tokens: Sequence[Token], *, bold: bool) -> Runs:
    runs: list[Run] = []
    depths = {"strong": int(bold), "em": 0, "s": 0}
    opened: tuple[int, Token] | None = None
    for token in tokens:
        mark, _, end = token.type.rpartition("_")
        if mark in depths:
            depths[mark] += 1 if end == "open" else -1
        elif token.type == "link_open":
            opened = len(runs), token
        elif token.type == "link_close" and opened:
            runs[opened[0] :] = _link(runs[opened[0] :], opened[1])
            opened = None
        else:
            bold, italic, strike = (depth > 0 for depth in depths.values())
            code, said = token.type == "code_inline", _said(token)
            if said.strip() or words_of(runs):  # a line that begins with a break begins with its words
                runs.append(Run(said, bold=bold, italic=italic, strike=strike, code=code))
    return joined(runs)


def _said(token: Token) -> str:
    match token.type:
        case "softbreak" | "hardbreak":
            return f"{token.markup} "  # which is a backslash, or nothing
        case "image":
            return f"![{token.content}]{_target(token, 'src')}"
    return token.content


def _link(label: Sequence[Run], token: Token) -> Iterable[Run]:
    address = str(token.attrs.get("href", ""))
    url = web_address(address)
    shown = words_of(label)
    if url and shown.strip() and (shown == address or leads_where_it_says(shown, url)):
        return [replace(run, url=url) for run in label]
    # Literal, as it was written: what shows one address and leads to another is no link of ours.
    return [Run("["), *label, Run(f"]{_target(token, 'href')}")]


def _target(token: Token, key: str) -> str:
    title = f' "{token.attrs["title"]}"' if token.attrs.get("title") else ""
    return f"({token.attrs.get(key, '')}{title})"
