"""Reads Markdown, with or without a header of YAML, TOML or `Title: …` lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import takewhile
from typing import TYPE_CHECKING

from bot.core.errors import RoundupError
from bot.importing.brackets import Brackets
from bot.importing.dates import find_date
from bot.importing.document import Block, Kind, Run
from bot.importing.draft import Draft, Line, Role, among
from bot.importing.openings import counted, is_typed_item, mostly
from bot.importing.pictures import NOT_DESCRIBED, file_name
from bot.importing.source import check_length
from bot.importing.stories import lines_of
from bot.importing.tags import split_list, tags_of
from bot.importing.ways import AS_TEXT
from bot.importing.words import (
    against,
    ends_sentence,
    is_phrase,
    is_url,
    plain,
    tidy,
    until_last,
    web_address,
    without_tags,
)

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

_NESTING = {
    "bullet_list_open": 1,
    "ordered_list_open": 1,
    "bullet_list_close": -1,
    "ordered_list_close": -1,
}
_QUOTING = {"blockquote_open": 1, "blockquote_close": -1}
_FENCES = {"---": re.compile(r"^(---|\.\.\.)\s*$"), "+++": re.compile(r"^\+\+\+\s*$")}
_ENTRY = re.compile(r"(?P<key>[A-Za-z][\w -]{0,30}?)\s*[:=]\s*(?P<value>.*)$")
_PROPERTY = re.compile(r"[A-Z][\w ]{0,25}: \S")
_KNOWN = {
    "date",
    "tags",
    "status",
    "created",
    "created by",
    "last edited",
    "owner",
    "author",
    "type",
    "category",
    "url",
}
# What is no text: how it begins, and how it ends.
_ASIDES = (("<!--", "-->"), ("{%", "%}"))
# The parser looks for the end of each of these, from each beginning to the end of its paragraph.
_OPENED = (("<!", ">"), ("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"))
# The longest paragraph of a real roundup has a tenth; the parser takes the square of its length.
MOST_OF_A_PARAGRAPH = 20_000
_LONGEST_HEADING = 160
_REFERENCE = re.compile(r"\[([^\[\]]+)\]\[([^\[\]]*)\]")


# "**Ships sail: **The first": bold to who typed it, and to Markdown two stars. Nothing else begins a line so.
_TYPED_BOLD = re.compile(
    r"^(?P<before>\s*(?:[-*+] |\d{1,3}[.)] )?)\*\*(?:[ \t]+(?=[^*\n]*\*\*)|(?=[^*\n]*[ \t]\*\*))"
    r"(?P<bold>[^*\s][^*\n]{0,160}?)[ \t]*\*\*(?!\*)[ \t]*"
)


def looks_like_markdown(text: str) -> bool:
    """Front matter, headings, or several links: signs that nobody types by accident."""
    if re.match(r"(---|\+\+\+)\s*\n.*?\n\1\s*\n", text, re.DOTALL) or re.match(
        r"Title: .*\n(\w+: .*\n)*Date: ", text
    ):
        return True
    # More than one sign, since "# 1" and a pasted link happen in plain text as well.
    headings = len(re.findall(r"^#{1,6} \S", text, re.MULTILINE))
    links = len(re.findall(r"\[[^\[\]\n]+\]\(https?://", text))
    bold_items = len(re.findall(r"^[-*+] (\*\*|\[)", text, re.MULTILINE))
    bold_rows = len(re.findall(r"^\*\*[ \t]?[^\s*][^*\n]{1,160}\*\*(?!\*)", text, re.MULTILINE))
    return headings >= 2 or links >= 3 or bold_items >= 3 or bold_rows >= 2 or (headings + links >= 2)


_MARKS = re.compile(
    r"^(#{1,6} |>|```|~~~|\[[^\]]+\]:|={3,}\s*$|-{3,}\s*$|\|?[ :|]*-{3,}[ :]*\|)|\]\(|\]\[|\*\*\S|__\S|`\S"
    r"|(?<![\w*])\*[^\s*]|(?<![\w_/])_[^\s_]|</?[a-z][a-z0-9]*[ />]",
    re.MULTILINE,
)


def has_marks(text: str) -> bool:
    """Tell text that Markdown says more of than where its lines end; of lists, that does a paste as well."""
    return _MARKS.search(text) is not None


def read_markdown(text: str, *, base: str = "") -> Draft:
    """Give every block of a Markdown document its role."""
    rows = text.splitlines()
    header_end, entries = _header(rows)
    properties = _properties(rows) if not header_end else []
    entries = [*entries, *properties]
    rows_of_text = [
        "" if n in {entry.at for entry in properties} else row for n, row in enumerate(rows, start=1)
    ]
    rows_of_text = [_TYPED_BOLD.sub(r"\g<before>**\g<bold>** ", row) for row in rows_of_text]
    body = "\n" * header_end + _closed(_blanked("\n".join(rows_of_text[header_end:])))
    header = _by_key(entries)
    written = next((header[key].value for key in ("canonical_url", "url", "link") if key in header), "")
    brackets = Brackets(body)
    blocks = list(_blocks(_tokens(body, brackets), brackets))
    check_length(paragraphs=len(blocks))
    _resolve(blocks, web_address(written) or base)
    title = header["title"].value if "title" in header else ""
    lines = lines_of(blocks, title=title)
    dated = next((header[key] for key in ("date", "slug") if key in header and header[key].day), None)
    used = {
        "title": None if any(line.role is Role.TITLE for line in lines) else header.get("title"),
        "date": dated,
        "url": header.get("canonical_url") or header.get("url"),
    }
    said = [_header_line(entry, used) for entry in entries]
    return Draft(
        lines=tuple(_with_the_rest([*said, *lines], rows, header_end)),
        title=title,
        date=dated.day if dated else None,
        date_from="its header" if dated else "",
        draft=_is_draft(header),
    )


def _is_draft(header: Mapping[str, _Entry]) -> bool:
    said = {key: header[key].value.lower() for key in ("draft", "published", "status") if key in header}
    return (
        said.get("draft") in {"true", "yes"}
        or said.get("published") in {"false", "no"}
        or (said.get("status") == "draft")
    )


def _resolve(blocks: Iterable[Block], base: str) -> None:
    for block in blocks if base else ():
        block.runs = [replace(run, href=against(base, run.href)) for run in block.runs]
        block.url = web_address(against(base, block.url))


def _blanked(text: str) -> str:
    """Put spaces in the place of comments and template tags, so that every line keeps its number."""
    for start, end in _ASIDES:
        closed, rest = until_last(text, end)
        aside = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
        text = aside.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), closed) + rest
    return text


def _closed(text: str) -> str:
    """Write what opens and is closed nowhere as the plain text it is."""
    for start, end in _OPENED:
        closed, rest = until_last(text, end)
        text = closed + rest.replace(start, f"&lt;{start[1:]}")
    return text


def _check_paragraphs(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and len(token.content) > MOST_OF_A_PARAGRAPH:
            raise RoundupError(
                f"line {token.map[0] + 1 if token.map else 1}: a paragraph of {len(token.content):,} "
                f"characters, and a roundup's has no more than {MOST_OF_A_PARAGRAPH:,}; "
                f"put blank lines between its parts, or {AS_TEXT}"
            )


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row of the header; an item of a list has the key above it."""

    at: int
    row: str
    key: str
    value: str

    @property
    def day(self) -> date | None:
        return find_date(self.value)


def _header(rows: Sequence[str]) -> tuple[int, Sequence[_Entry]]:
    """Return where the header ends and what it says.

    Read line by line, not as YAML: `title: Perl Weekly #458 - x` is common, and YAML ends it at the #.
    """
    if rows and (fence := _FENCES.get(rows[0].strip("\ufeff \t"))):
        end = next((i for i in range(1, min(len(rows), 200)) if fence.match(rows[i])), 0)
        return (end + 1, list(_entries(rows[1:end], first=2))) if end else (0, [])
    end = next((i for i, row in enumerate(rows) if not row.strip()), len(rows))
    entries = list(_entries(rows[:end], first=1))
    all_entries = end > 0 and all(_ENTRY.match(row) or row[:1] in " \t" for row in rows[:end])
    return (end, entries) if all_entries and {"title", "date"} & {e.key for e in entries} else (0, [])


def _properties(rows: Sequence[str]) -> Sequence[_Entry]:
    """Return what Notion writes below a page's heading: its date, its tags, its status."""
    start = next((n for n, row in enumerate(rows) if row.strip()), 0)
    if not rows or not rows[start].startswith("# "):
        return []
    below = next((n for n in range(start + 1, len(rows)) if rows[n].strip()), len(rows))
    end = next((n for n in range(below, len(rows)) if not _PROPERTY.match(rows[n])), len(rows))
    entries = list(_entries(rows[below:end], first=below + 1))
    return entries if len(entries) > 1 and {entry.key for entry in entries} & _KNOWN else []


def _entries(rows: Sequence[str], *, first: int) -> Iterator[_Entry]:
    key = ""
    for at, row in enumerate(rows, start=first):
        if found := _ENTRY.match(row):
            key = found["key"].strip().lower()
            yield _Entry(at, row, key, _unquoted(found["value"]))
        elif key and (item := re.match(r"\s*-\s+(.*)", row)):
            yield _Entry(at, row, key, _unquoted(item[1]))


def _by_key(entries: Iterable[_Entry]) -> Mapping[str, _Entry]:
    """Map each key to the first row that says something under it."""
    return {entry.key: entry for entry in reversed(list(entries)) if entry.value}


def _header_line(entry: _Entry, used: Mapping[str, _Entry | None]) -> Line:
    """Give a row of the header its role; *used* are the rows of which the digest has only one."""
    line = Line(at=entry.at, text=tidy(entry.row), role=Role.DROPPED, reason="header")
    if entry is used["title"]:
        return replace(line, text=entry.value).taken_as(Role.TITLE)
    if entry is used["date"]:
        return replace(line, reason="header; the date is taken from it")
    if entry is used["url"] and (address := web_address(entry.value)):
        return replace(line, url=address).taken_as(Role.LINK)
    if entry.key == "tags" and (tags := _tags(entry.value)):
        return replace(line, tags=tags).taken_as(Role.TAG)
    if entry.key == "title" and entry.value:
        return replace(line, reason="header; the title is taken from the heading below")
    return line


def _tags(value: str) -> tuple[str, ...]:
    bare = value.strip("[]").replace('"', "").replace("'", "").strip()
    return split_list(bare) or ((bare,) if bare else ())


def _unquoted(value: str) -> str:
    value = re.sub(r"^!\s+", "", tidy(value))  # Jekyll's old "title: ! 'Issue #200'"
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1].replace("''", "'").replace('\\"', '"')
    return value


def _tokens(text: str, brackets: Brackets) -> Sequence[Token]:
    """Parse *text*; a reference link whose target is defined elsewhere is a link without an address."""
    from markdown_it import MarkdownIt
    from markdown_it.common.utils import normalizeReference

    markdown = MarkdownIt("commonmark", {"maxNesting": 20}).enable(["table", "strikethrough"])
    brackets.teach(markdown)
    # Before the words in the blocks are read, which is what takes the time.
    markdown.core.ruler.before("inline", "paragraphs", _check_paragraphs)
    known: dict[str, dict[str, object]] = {}
    env = {"references": known}
    tokens = markdown.parse(text, env)
    # Some archives define targets in another file; unknown, [words][ref] would be plain text, not the link it
    # is.
    named = {normalizeReference(label or words) for words, label in _REFERENCE.findall(text)}
    if missing := named - set(known):
        env = {"references": {name: {"title": "", "href": "", "map": [0, 0]} for name in missing}}
        tokens = markdown.parse(text, env)
    return tokens


def _blocks(tokens: Sequence[Token], brackets: Brackets) -> Iterator[Block]:
    walk = _Walk()
    stream = iter(tokens)
    for token in stream:
        if token.map:
            walk.at, walk.last = token.map[0] + 1, token.map[1]
        walk.enter(token)
        match token.type:
            # One line a row: a table's facts are no list of stories.
            case "tr_open":
                yield walk.block(runs=_row(stream), cited=True)
            case "inline":
                yield from walk.inline(token)
            case "fence" | "code_block":
                yield walk.block(text=tidy(token.content), code=token.content.rstrip("\n"))
            case "html_block" if text := tidy(without_tags(token.content, but=brackets.are_words)):
                yield walk.block(text=text)


@dataclass(slots=True)
class _Walk:
    """Where in the document we are."""

    at: int = 1
    last: int = 1
    depth: int = 0
    quotes: int = 0
    heading: int = 0
    underlined: bool = False  # the heading has a line below instead of signs before it
    fresh: bool = False  # an item has just begun
    ruled: bool = False  # a line across the page stands above
    numbers: list[int | None] = field(default_factory=list)  # of the items we are in

    def enter(self, token: Token) -> None:
        self.depth += _NESTING.get(token.type, 0)
        self.quotes += _QUOTING.get(token.type, 0)
        _count(token, self.numbers)
        match token.type:
            case "list_item_open":
                self.fresh = True
            case "heading_open":
                self.heading, self.underlined = int(token.tag[1]), token.markup in {"-", "="}
            case "heading_close":
                self.heading = 0
            case "hr":
                self.ruled = True

    def block(
        self, *, runs: Sequence[Run] = (), text: str = "", code: str = "", cited: bool = False
    ) -> Block:
        return Block(kind=Kind.PARAGRAPH, at=self.at, last=self.last, level=self.depth, runs=list(runs),
                     text=text, code=code, cited=cited)  # fmt: skip

    def inline(self, token: Token) -> Iterator[Block]:
        # "…the end.\n---": a text and a line below it, and no heading of a whole paragraph.
        is_text = bool(self.heading and self.underlined) and _is_text(token.content)
        heading = 0 if is_text else self.heading
        number = self.numbers[-1] if self.numbers else None
        for block in _inline(
            token, depth=self.depth, fresh=self.fresh, heading=heading, cited=self.quotes > 0
        ):
            yield replace(block, number=number, ruled=self.ruled)
            self.ruled = False
        self.fresh, self.ruled = False, is_text


def _count(token: Token, numbers: list[int | None]) -> None:
    """Keep the number of each item we are in; None where the list counts nothing."""
    match token.type:
        case "bullet_list_open":
            numbers.append(None)
        case "ordered_list_open":
            numbers.append(int(token.attrs.get("start", 1)) - 1)
        case "bullet_list_close" | "ordered_list_close":
            numbers.pop()
        case "list_item_open" if (number := numbers[-1]) is not None:
            numbers[-1] = number + 1
        case _:
            pass


def _row(tokens: Iterator[Token]) -> list[Run]:
    """Return the rest of a table's row in one line."""
    runs: list[Run] = []
    for token in takewhile(lambda token: token.type != "tr_close", tokens):
        if token.type == "inline":
            runs += [*([Run(" | ")] if runs else []), *_runs(token.children or [])[0]]
    return runs


def _is_text(content: str) -> bool:
    return len(content) > _LONGEST_HEADING or (len(content) > 60 and ends_sentence(content))


def _inline(token: Token, *, depth: int, fresh: bool, heading: int, cited: bool) -> Iterator[Block]:
    at, last = (token.map[0] + 1, token.map[1]) if token.map else (1, 1)
    kind = Kind.HEADING if heading else Kind.ITEM if fresh else Kind.PARAGRAPH
    runs, pictures = _runs(token.children or [])
    block = Block(kind=kind, at=at, last=last, level=heading or depth, runs=runs, cited=cited, quoted=cited)
    if kind is Kind.PARAGRAPH and not block.addresses and (tags := tags_of(block.text)):
        block.kind, block.tags = Kind.TAGS, tags
    # In an item or a heading it is decoration; in a paragraph it has words to give, and may be a story's.
    shown = [
        replace(picture, at=at, last=last, level=depth)
        for picture in pictures
        if kind is Kind.PARAGRAPH or not block.text
    ]
    above = not block.text or (token.children or [token])[0].type == "image"
    yield from shown if above else []
    if block.text:
        yield from _rows(block) if kind is Kind.PARAGRAPH else [block]
    yield from [] if above else shown


def _rows(block: Block) -> Iterator[Block]:
    """Split a paragraph whose lines are a list that somebody typed, or a headline in bold and its text."""
    if not any(run.text == "\n" for run in block.runs):
        block.last = block.at
        yield block
        return
    rows: list[list[Run]] = [[]]
    for run in block.runs:
        if run.text == "\n":
            rows.append([])
        else:
            rows[-1].append(run)
    lines = [
        replace(block, runs=runs, text="", at=block.at + n, last=block.at + n) for n, runs in enumerate(rows)
    ]
    ends = _begin_anew(lines)
    for begin, end in zip(ends, [*ends[1:], len(lines)], strict=True):
        runs = [run for line in lines[begin:end] for run in (*line.runs, Run("\n"))]
        if (part := replace(block, runs=runs, text="", at=lines[begin].at, last=lines[end - 1].at)).text:
            yield part


def _begin_anew(lines: Sequence[Block]) -> list[int]:
    """Return which lines of a paragraph begin one of their own."""
    numbered = [
        i
        for chain in counted((i, line.text) for i, line in enumerate(lines))
        if len(chain) > 1
        for i, _ in chain
    ]
    marked = [i for i, line in enumerate(lines) if is_typed_item(line.text)]
    begin = {*numbered, *(marked if len(marked) > 1 else ())}
    leads = [line.lead(bold=True) for line in lines[:-1]]
    bold = [i for i, lead in enumerate(leads) if lead and (lead.alone or lead.noted)]
    run_in = [
        i for i, lead in enumerate(line.lead(bold=True) for line in lines) if lead and is_phrase(lead.text)
    ]
    begin.update(run_in if len(run_in) > 1 and mostly(len(run_in), lines) else ())
    linked = [i for i, line in enumerate(lines) if begin and (lead := line.lead()) and lead.alone]
    begin |= {*bold, *(i + 1 for i in bold), *linked, *(i + 1 for i in linked)}
    begin |= {i for i, line in enumerate(lines) if begin and is_url(line.text)}
    # Below a number, a link or bold words alone, the rest is the text.
    begin |= {i + 1 for i in numbered if (lead := lines[i].lead()) and not plain(lead.rest)}
    return sorted({0, *begin} & set(range(len(lines))))


def _runs(children: Sequence[Token]) -> tuple[list[Run], list[Block]]:
    """Return the words and the pictures; what says little within a row is a badge or an icon."""
    runs: list[Run] = []
    pictures: list[tuple[Token, int]] = []  # and how many runs stand before it
    href, linked = "", False
    depths = {"strong": 0, "em": 0, "s": 0}
    for token in children:
        mark, _, end = token.type.rpartition("_")
        match token.type:
            case "link_open":
                href, linked = str(token.attrs.get("href", "")), True
            case "link_close":
                href, linked = "", False
            case "image":
                pictures.append((token, len(runs)))
            case "html_inline":
                continue
            case _ if mark in depths:
                depths[mark] += 1 if end == "open" else -1
            case _:
                words = "\n" if token.type in {"softbreak", "hardbreak"} else token.content
                bold, italic, strike = (depth > 0 for depth in depths.values())
                runs.append(Run(words, href, linked, bold, italic, strike, token.type == "code_inline"))
    shown = (_picture(token, within=_is_within_a_row(runs, n)) for token, n in pictures)
    return runs, [picture for picture in shown if picture.text or picture.url]


def _is_within_a_row(runs: Sequence[Run], n: int) -> bool:
    """Tell whether words stand both before and behind a place in a row."""
    before, behind = ("".join(run.text for run in side) for side in (runs[:n], runs[n:]))
    return bool(plain(before.rpartition("\n")[2]) and plain(behind.partition("\n")[0]))


def _picture(token: Token, *, within: bool) -> Block:
    alt, url = tidy(token.content), web_address(str(token.attrs.get("src", "")))
    if within and url and not is_phrase(alt):
        return Block(kind=Kind.OUTSIDE, at=0, text=alt or file_name(url), url=url, drop=NOT_DESCRIBED)
    return Block(kind=Kind.CAPTION, at=0, text=alt, url=url)


def _with_the_rest(lines: Sequence[Line], rows: Sequence[str], header_end: int) -> Iterator[Line]:
    """Account for the lines that are no text: the header, comments, link targets."""
    covered = {n for line in lines for n in range(line.at, max(line.at, line.last) + 1)}
    others = [
        Line(at=at, text=tidy(row), role=Role.DROPPED, reason=_why_no_text(at, row, header_end))
        for at, row in enumerate(rows, start=1)
        if at not in covered and tidy(row)
    ]
    yield from among(lines, others)


def _why_no_text(at: int, row: str, header_end: int) -> str:
    if at <= header_end:
        return "header"
    return "a link's target" if re.match(r"\s*\[[^\]]+\]:", row) else "no text"
