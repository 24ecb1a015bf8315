"""A text as the Markdown that says it: what an importer writes into a digest's file.

What the parser reads from it is the same text, but for marks where Markdown knows none: inside of a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.core.addresses import web_address
from bot.core.markdown.tree import Code, Item, Node, Paragraph, Quote, Run, Runs, Text, joined, words_of

# What would mean something to a reader of Markdown, and only where it would.
_SPECIAL = re.compile(
    r"""\\(?=[!-/:-@\[-`{-~]|$)"""
    r"""|(?<!\s)\*|\*(?!\s|$)|`|~(?=~)|(?<![^\W_])_(?=\S)|(?<=\S)_(?![^\W_])"""
    r"""|\[(?=[^\n]*\]\()|\](?=\()|(?<=\A,)\|(?=[^|\n]{1,60}\|)"""
    r"""|<(?=[A-Za-z][A-Za-z0-9+.-]*:|[^\s<>@]+@)"""
    r"""|(?<=http):(?=//)|(?<=https):(?=//)""",
    re.IGNORECASE,
)
_SPECIAL_IN_LINK = re.compile(rf"{_SPECIAL.pattern}|[\[\]]", re.IGNORECASE)
_BEGINNING = re.compile(
    r"\s*(?P<number>\d{1,9})(?=[.)](?:\s|$))"
    # Two dashes behind an item's own would make a rule of three.
    r"|\s*(?=[-+*](?:\s|$)|#{1,6}(?:\s|$)|>|```|~~~|([*_])(?:[ \t]*\2){2,}\s*$|-(?:[ \t]*-)+\s*$)"
)
# An address that is a link as it stands, if such a stop ends it.
_BARE = re.compile(r"https?://[\w./?=&%#~+:@-]*[A-Z0-9/=&%#-]", re.ASCII | re.IGNORECASE)
_STOP = re.compile(r"[.,;:!?)]*(?:\s|$)")
# What may stand between < and > and is a link then.
_ADDRESS = re.compile(r"(?:https?|mailto):[^<>|\x00-\x20]*", re.IGNORECASE)
_Around = tuple[str, str]  # the sign before, and all the words behind
_TIMES = re.compile(r"[^\W_][A-Za-z0-9]")  # an asterisk between them multiplies
_MARKS = {"bold": "**", "italic": "*", "strike": "~~"}


def literal(*paragraphs: str) -> Text:
    """Return a text of words that have no shape: each of them a paragraph, whatever stands in it."""
    lines = [" ".join(words.replace("\0", "").split()) for words in paragraphs]
    nodes = tuple(Paragraph((Run(line),)) for line in lines if line)
    return Text(written(nodes), nodes)


def written(nodes: Iterable[Node]) -> str:
    """Return Markdown."""
    lines: list[str] = []
    lists = _Lists()
    before: Node | None = None
    for node in nodes:
        together = isinstance(before, Item) and isinstance(node, Item)
        lines += [] if together or before is None else [""]
        lists = lists if together else _Lists()
        lines += lists.item(node) if isinstance(node, Item) else _lines(node)
        before = node
    return "\n".join(lines)


def _lines(node: Node) -> Iterator[str]:
    match node:
        case Code(text=text):
            yield from _fenced(text)
        case Quote(runs=runs):
            yield from (f"> {line}".rstrip() for line in _block(runs))
        case _:
            yield from _block(node.runs)


class _Lists:
    """Items one after the other: how far each is set in, and what ends its number."""

    def __init__(self) -> None:
        self._widths: list[int] = []  # of the markers that the next item may stand below
        self._above: list[int | None] = []  # the number of the last item at each depth
        self._ends: list[str] = []

    def item(self, item: Item) -> Iterator[str]:
        known = min(item.depth, len(self._widths))
        indent = " " * sum(self._widths[:known])
        missing = item.depth - known  # an item of no words of its own, with this one in it
        self._widths = [*self._widths[:known], *[2] * missing]
        self._above = [*self._above[: item.depth + 1], *[None] * (item.depth + 1 - len(self._above))]
        self._ends = [*self._ends[: item.depth + 1], *["."] * (item.depth + 1 - len(self._ends))]
        mark = self._mark(item)
        self._widths.append(len(mark))
        first, *rest = _block(item.runs) or [""]
        yield f"{indent}{'- ' * missing}{mark}{first}"
        yield from (f"{' ' * sum(self._widths)}{line}".rstrip() for line in rest)

    def _mark(self, item: Item) -> str:
        above, self._above[item.depth] = self._above[item.depth], item.number
        if item.number is None:
            return "- "
        if above is not None and above != item.number - 1:  # another list, which ends its numbers otherwise
            self._ends[item.depth] = ")" if self._ends[item.depth] == "." else "."
        return f"{item.number}{self._ends[item.depth]} "


# --- paragraphs ----------------------------------------------------------------------------------------


def _block(runs: Runs) -> list[str]:
    """Return the lines of words that may have several paragraphs."""
    lines: list[str] = []
    for paragraph in _paragraphs(runs):
        lines += [""] if lines else []
        if len(paragraph) == 1 and paragraph[0].code and "\n" in paragraph[0].text:
            lines += _fenced(paragraph[0].text)
        else:
            lines.append(_paragraph(paragraph))
    return lines


def _paragraphs(runs: Runs) -> Iterator[Runs]:
    so_far: list[Run] = []
    for run in runs:
        first, *rest = [run.text] if run.code else run.text.split("\n")
        so_far.append(replace(run, text=first))
        for words in rest:
            yield from filter(None, [joined(so_far)])
            so_far = [replace(run, text=words)]
    yield from filter(None, [joined(so_far)])


def _fenced(text: str) -> list[str]:
    fence = "`" * max(3, _longest_ticks(text) + 1)
    return [fence, *text.split("\n"), fence]


def _longest_ticks(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _paragraph(runs: Runs) -> str:
    if len(runs) > 1 and not (runs[0].code or runs[0].text.strip()):
        runs = runs[1:]  # a line begins with what is to be seen
    words = _inline(runs)
    begins = _BEGINNING.match(words) if _style_of(runs[0]) == _style_of(Run("")) else None
    return f"{begins[0]}\\{words[begins.end() :]}" if begins else words


# --- runs ----------------------------------------------------------------------------------------------


def _inline(runs: Sequence[Run], within: frozenset[str] = frozenset(), around: _Around = ("", "")) -> str:
    """Return the runs with what several have in common written once, around them."""
    written, at = "", 0
    words = [around[0], *(_with_signs(run, within) for run in runs), around[1]]
    while at < len(runs):
        run = runs[at]
        # The marks first: what stands around an address that is its own label is written around it.
        ends = {name: _extent(runs, at, name) for name in (*_MARKS, "url") if name not in within}
        name, end = max(ends.items(), key=lambda each: each[1], default=("", at))
        if end > at:
            beside = "".join(words[: at + 1])[-1:], "".join(words[end + 1 :])
            written += _wrapped(name, runs[at:end], within | {name}, beside)
        else:
            end = at + 1
            written += _words(run, at > 0 or bool(within), end < len(runs) or bool(within), within)
        at = end
    return written


def _extent(runs: Sequence[Run], at: int, name: str) -> int:
    """Return where what the run at *at* has in common with those behind it ends; *at* if it has not."""
    end, value = at, getattr(runs[at], name)
    while value and end < len(runs) and getattr(runs[end], name) == value:
        end += 1
        if runs[at].text == value:  # an address that is its own label
            break
    return end


def _wrapped(name: str, runs: Sequence[Run], within: frozenset[str], around: _Around) -> str:
    if name == "url":
        return _link(runs, within, around)
    words = "".join(run.text for run in runs)
    before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
    if not words.strip():
        return words
    inner = _inline(_stripped(runs), within)
    left, right = before or around[0], after or around[1][:1]
    times = name == "italic" and (_TIMES.match(left[-1:] + inner[0]) or _TIMES.match(inner[-1] + right[:1]))
    if times or not (_may_stand(left, inner[0]) and _may_stand(right[:1], inner[-1])):
        return _inline(runs, within, around)
    alone = not before + around[0].strip() and not after + around[1][:1].strip()
    mark = "_" if name == "italic" and alone else _MARKS[name]
    return f"{before}{mark}{inner}{mark}{after}"


def _with_signs(run: Run, within: frozenset[str]) -> str:
    """Return a run's words as those beside it see them: a link and code begin and end with signs."""
    sign = "`" if run.code else ""
    return f"<{run.text}>" if run.url and "url" not in within else f"{sign}{run.text}{sign}"


def _may_stand(outside: str, inside: str) -> bool:
    """Tell whether what stands between the two is a mark: not where it parts a word from a sign."""
    return inside.isalnum() or not outside[-1:].isalnum()


def _stripped(runs: Sequence[Run]) -> Runs:
    first, *rest = runs
    runs = joined((replace(first, text=first.text.lstrip()), *rest))
    *rest, last = runs
    return joined((*rest, replace(last, text=last.text.rstrip())))


def _link(runs: Sequence[Run], within: frozenset[str], around: _Around) -> str:
    words = "".join(run.text for run in runs)
    url = runs[0].url
    if times := _times_its_own_label(runs):
        before, after = around
        is_one = times == 1 and _BARE.fullmatch(words)
        is_bare = is_one and not before.strip(" \n\t(") and _STOP.match(after) and within == {"url"}
        return words if is_bare else f"<{words[: len(words) // times]}>" * times
    target = re.sub(r"&(?=#?\w+;)", "&amp;", url)  # in an address, and only there, entities are read
    target = f"<{target}>" if re.search(r"[()\\]", url) else target
    return f"[{_inline(runs, within)}]({target})" if words.strip() else words


def _times_its_own_label(runs: Sequence[Run]) -> int:
    """Return how often an address stands there that is all that is read of its link; 0 for other words."""
    words, url = words_of(runs), runs[0].url
    if len(runs) > 1 or runs[0].code or not _ADDRESS.fullmatch(words):
        return 0
    times = max(1, len(web_address(words)) // len(url))
    label = words[: len(words) // times]
    return times if label * times == words and web_address(label) == url else 0


def _words(run: Run, begun: bool, goes_on: bool, within: frozenset[str]) -> str:
    if run.code:
        return _code(run.text)
    # With a sign where marks or other runs are beside it, which decides what would be a mark.
    text = f"{',' * begun}{run.text}{',' * goes_on}"
    marked = (_SPECIAL_IN_LINK if "url" in within else _SPECIAL).sub(r"\\\g<0>", text)
    marked = marked[int(begun) : len(marked) - goes_on]
    return f"{marked[:-1]}\\!" if goes_on and marked.endswith("!") and not within else marked


def _code(text: str) -> str:
    ticks = "`" * (_longest_ticks(text) + 1)
    text = text.replace("\n", " ")
    # A blank at both ends is taken for this one, unless there is nothing but blanks.
    pad = " " if text.strip(" ") and (text.startswith(("`", " ")) or text.endswith(("`", " "))) else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _style_of(run: Run) -> Run:
    return replace(run, text="")
