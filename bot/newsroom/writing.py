"""Where a text's Markdown is likely a mistake: what a reader would see as signs instead of shape.

Everything that is no Markdown of ours stands in the channel as it was written, so none of it is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.core.markdown.tree import Code, Text
from bot.files.yamlfile import shown

_TOOL = re.compile(r"\*\|[^|\n]+\|\*|\{\{[^{}\n]+\}\}|\{%[^%\n]+%\}|%%\w+%%")
_PICTURE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)")
_NO_LINK = re.compile(r"\[[^\]\n]+\]\([^)\n]*\)")
_TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>\n]*)?/?>|<!--", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,8}\d?);", re.IGNORECASE)
# A mark that formats nothing: two of a kind, or one that stands in front of a word. "Price*" and 5 * 3 are
# words, and so is what has a backslash in front.
_MARK = re.compile(r"\*\*|~~|`|(?<![\w*\\])\*(?=\w)|(?<![\w_\\])_(?=\w)|(?<![\w_])__(?!\w)")
_FENCE = re.compile(r"^\s*(?:>\s*)*(?:```|~~~)", re.MULTILINE)
_TITLE = re.compile(r"\]\([^\s()]+\s+([\"'])[^\"'\n]+\1\)")

_DOUBTS = (
    (_TOOL, "is filled in by nobody here; write what shall stand there"),
    (_PICTURE, "is no picture here; give the story an image:"),
    (_NO_LINK, "is no link: it must lead where it says, to an address with https://"),
    (_TAG, "is HTML, and stands in the channel as it is; write Markdown, or take it out"),
    (_ENTITY, "stands in the channel as it is; write the sign itself"),
)


def doubts(text: Text) -> Iterator[str]:
    """Yield what an editor should look at, each kind of mistake once."""
    words = "\n".join(run.text for node in text.nodes for run in node.runs if not run.code)
    for pattern, remedy in _DOUBTS:
        if found := pattern.search(words):
            yield f"{shown(found[0])} {remedy}"
            words = pattern.sub(" ", words)
    if mark := _unclosed(words, text.source):
        yield f"{shown(mark)} is closed nowhere; close it, or put a backslash in front to show it"
    if len(_FENCE.findall(text.source)) % 2 and any(isinstance(node, Code) for node in text.nodes):
        yield "the code does not end; close it with the mark it begins with, on a line of its own"
    if found := _TITLE.search(text.source):
        yield f"{shown(found[0][2:-1])}: a link's title is not shown; write it out, or take it out"


def _unclosed(words: str, source: str) -> str:
    marks = (found[0] for found in _MARK.finditer(words))
    return next((mark for mark in marks if re.search(rf"(?<!\\){re.escape(mark)}", source)), "")
