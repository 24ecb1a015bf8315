"""Reads what was written in Slack and is copied as Slack keeps it: `*bold*`, `<https://…|words>`, `• items`.

It becomes Markdown line by line, so that one reader knows what a story looks like; where each stood is kept.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from bot.core.errors import RoundupError
from bot.importing.draft import Draft
from bot.importing.furniture import sounds_like_a_title
from bot.importing.markdown import read_markdown
from bot.importing.source import check_length
from bot.importing.words import plain, web_address

# Nobody else writes a link so, or an address with what stands for its "&".
_LINK = re.compile(r"<https?://[^\s<>|]+(?:\|[^\s<>|][^<>|\n]*|&amp;[^\s<>|]*)>")
_BOLD = re.compile(
    r"^[ \t]*(?:[•◦▪>][ \t]*|:[a-z0-9_+-]{2,40}:[ \t]*|\d{1,3}[.)] )?"
    r"\*[^*\s](?:[^*\n]{0,160}[^*\s])?\*(?=[\s:：–—-]|\Z)",
    re.MULTILINE,
)
_BULLET = re.compile(r"^[ \t]*[•◦▪]", re.MULTILINE)
_EMOJI_CODE = re.compile(r"(?<![\w:]):[a-z][a-z0-9_+-]{2,40}:(?![\w:])")
_STRUCK = re.compile(r"(?<!\w)~[^~\s][^~\n]{0,160}~(?![\w/])")
_OTHER_SIGNS = (_BULLET, _EMOJI_CODE, _STRUCK)
# Two stars are Markdown's, and so are its links.
_MARKDOWN = re.compile(r"\*\*\S|^#{1,6} \S|\]\(", re.MULTILINE)
# Lines that end in the midst of a sentence, where the next word had no room.
_WRAPPED = re.compile(r"^.{55,79}[^\s.!?…。:*_]\n(?=[^\W\d_A-Z])", re.MULTILINE)

_ITEM = re.compile(
    r"^(?P<indent>[ \t]*)(?:(?P<mark>[•◦▪]\ufe0e?|[-*](?= ))|(?P<number>\d{1,3})[.)](?= ))[ \t]*(?=\S)"
)
_EMOJI_FIRST = re.compile(r"^(?::[a-z0-9_+-]{2,40}:(?:[ \t]+|$)){1,5}", re.MULTILINE)
_QUOTE = re.compile(r"^(?:>|&gt;) ?")
_PIECE = re.compile(
    r"(?P<code>`[^`]+`)|<(?P<to>[^<>|]+)(?:\|(?P<label>[^<>]*))?>"
    r"|(?<![\w:]):(?P<emoji>[a-z0-9_+-]{1,40}):(?![\w:])|(?P<mark>[*_~])|(?P<special>[\\\[\]#])"
)
_LONGEST_TITLE = 160
# Each mark is a token to Markdown's parser, and no roundup has so many.
_MOST_MARKS = 25_000
_SIGNS = {"*": "**", "_": "_", "~": "~~"}
# Slack's own names, where Unicode has another; what neither knows stays as it was written.
_NAMED = {
    "tada": "🎉", "+1": "👍", "thumbsup": "👍", "-1": "👎", "thumbsdown": "👎", "wave": "👋", "clap": "👏",
    "mega": "📣", "loudspeaker": "📢", "point_right": "👉", "point_left": "👈", "point_down": "👇",
    "white_check_mark": "✅", "heavy_check_mark": "✔️", "x": "❌", "warning": "⚠️", "zap": "⚡", "star": "⭐",
    "bulb": "💡", "memo": "📝", "calendar": "📆", "date": "📅", "chart_with_upwards_trend": "📈",
    "chart_with_downwards_trend": "📉", "moneybag": "💰", "heart": "❤️", "eyes": "👀", "link": "🔗",
    "boom": "💥",
    "sunny": "☀️", "earth_africa": "🌍", "earth_americas": "🌎", "earth_asia": "🌏", "train": "🚋",
    "shopping_trolley": "🛒", "small_blue_diamond": "🔹", "small_orange_diamond": "🔸", "pray": "🙏",
    "one": "1️⃣", "two": "2️⃣", "three": "3️⃣", "four": "4️⃣", "five": "5️⃣", "six": "6️⃣", "seven": "7️⃣",
    "eight": "8️⃣", "nine": "9️⃣", "smile": "😄", "books": "📚", "robot_face": "🤖", "phone": "☎️",
    "envelope": "✉️", "email": "📧", "arrow_right": "➡️", "rotating_light": "🚨", "speech_balloon": "💬",
}  # fmt: skip


def is_mrkdwn(text: str) -> bool:
    """Tell text as Slack keeps it: by a link that nobody else writes so, else by several of its signs."""
    if _LINK.search(text):
        return True
    if _MARKDOWN.search(text) or len(_WRAPPED.findall(text)) > 2:
        return False  # mail programs, too, write *bold*
    bold = len(_BOLD.findall(text))
    return bold > 1 or (bold > 0) + sum(sign.search(text) is not None for sign in _OTHER_SIGNS) > 1


def read_mrkdwn(text: str) -> Draft:
    """Give every line its role; RoundupError if they are far more than a roundup's."""
    kept = text.splitlines()
    check_length(paragraphs=sum(map(bool, kept)))
    if sum(map(text.count, "*_~[]#\\`")) > _MOST_MARKS:
        raise RoundupError(f"this has more than {_MOST_MARKS:,} marks such as * and _; cut it down first")
    rows = list(_rows(kept))
    stood = [0, *(at for at, _ in rows)]
    draft = read_markdown("\n".join(row for _, row in rows))
    lines = (replace(line, at=stood[line.at], last=stood[line.last]) for line in draft.lines)
    return replace(draft, lines=tuple(lines), warnings=(*draft.warnings, *_unknown_emoji(text)))


def _unknown_emoji(text: str) -> Iterator[str]:
    """Warn of a workspace's own emoji that lines begin with: outside of it they are words."""
    found = (code[1:-1] for begun in _EMOJI_FIRST.findall(text) for code in begun.split())
    names = [f":{name}:" for name in dict.fromkeys(found) if not _emoji(name)]
    if names:
        yield f"only one workspace has the emoji {', '.join(names[:10])}; before a line they were left out"


def _rows(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines of Markdown, each with the number of Slack's line, which is a paragraph of its own."""
    fenced = listed = False
    top = next((line for line in lines if plain(line)), "")
    for at, raw in enumerate(lines, start=1):
        if fenced or raw.lstrip().startswith("```"):
            yield at, raw
            fenced ^= raw.count("```") % 2 == 1
            continue
        line = _EMOJI_FIRST.sub(lambda codes: _signs(codes[0]), raw)
        item = _ITEM.match(line)
        if not (item and listed):
            yield at, ""
        listed = item is not None
        if raw == top and not item and len(line) <= _LONGEST_TITLE and sounds_like_a_title(line):
            yield at, f"# {_words(line.strip())}"
        else:
            yield at, _marked_item(line, item) if item else _paragraph(line)


def _marked_item(line: str, item: re.Match[str]) -> str:
    deeper = (item["mark"] or "").startswith(("◦", "▪"))
    depth = max(deeper, (len(item["indent"].expandtabs(4)) + 2) // 4)
    mark = f"{item['number']}." if item["number"] else "-"
    return f"{'    ' * min(depth, 3)}{mark} {_words(line[item.end() :])}"


def _paragraph(line: str) -> str:
    quoted = _QUOTE.match(line)
    return f"> {_words(line[quoted.end() :])}" if quoted else _words(line.strip())


def _words(text: str) -> str:
    """Return a line's words in Markdown."""
    # Marks are paired as they come: to search for the end of each takes the square of the line's length.
    said: list[str] = []
    opened: dict[str, int] = {}
    at = 0
    for piece in _PIECE.finditer(text):
        said.append(text[at : piece.start()])
        at = piece.end()
        if mark := piece["mark"]:
            before, after = text[piece.start() - 1 : piece.start()], text[at : at + 1]
            if mark in opened and before.strip() and not after.isalnum():
                start = opened.pop(mark)
                opened = {other: n for other, n in opened.items() if n < start}  # none goes beyond another
                said[start] = _SIGNS[mark]
                said.append(_SIGNS[mark])
                continue
            if after.strip() and not before.isalnum():
                opened[mark] = len(said)
        said.append(_said(piece))
    return "".join([*said, text[at:]])


def _said(piece: re.Match[str]) -> str:
    if piece["code"]:
        return html.unescape(piece["code"])
    if piece["emoji"]:
        return _emoji(piece["emoji"]) or piece[0].replace("_", "\\_")
    if piece["to"]:
        return _link(piece["to"], piece["label"] or "")
    return f"\\{piece[0]}"


def _link(to: str, label: str) -> str:
    if url := web_address(html.unescape(to)):
        return f"[{_words(label)}](<{url}>)" if label.strip() else f"<{url}>"
    # Whom or what it names, only Slack knows, unless it is said.
    sign = {"@": "@", "#": "\\#"}.get(to[0], "")
    return f"{sign}{_words(label.lstrip('@#'))}" if label else ""


def _signs(codes: str) -> str:
    signs = " ".join(filter(None, (_emoji(code[1:-1]) for code in codes.split())))
    return f"{signs} " if signs else ""


def _emoji(name: str) -> str:
    """Return the sign that Slack shows for a name, or nothing for one that a workspace made itself."""
    if name in _NAMED:
        return _NAMED[name]
    try:
        sign = unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return ""
    return sign if unicodedata.category(sign) == "So" else ""
