"""What stands in angle brackets in Markdown: HTML, or what somebody wrote: Vec<u8>, <script setup>, <!here>.

A renderer takes all of it for HTML and shows none. Here that would lose words, and a line that begins with
<style> everything below it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

# What people lay out Markdown with, often without closing it.
_LAYOUT = """
    a abbr article aside audio b big blockquote br caption center cite code col colgroup dd del details
    dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i iframe img ins kbd li
    main mark nav ol p picture pre q s samp section small source span strike strong sub summary sup
    table tbody td tfoot th thead tr tt u ul var video wbr
"""
_IS_LAYOUT = frozenset(_LAYOUT.split()).__contains__
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][\w-]*)(?P<rest>[^<>]*)>")
_DECLARED = re.compile(r"<!(?!doctype\b)[a-z][^<>]*>", re.IGNORECASE)
_OPENED, _CLOSED = re.compile(r"<([A-Za-z][\w-]*)"), re.compile(r"</([A-Za-z][\w-]*)")
_UNTIL_CLOSED = re.compile(r"<(script|pre|style|textarea)(?=[\s>]|$)", re.IGNORECASE)
_ENDS = ("paragraph", "reference", "blockquote")  # what a block of HTML ends


class Brackets:
    """Tells which tags of one document are its words."""

    def __init__(self, text: str) -> None:
        self._opened = {tag[1].lower() for tag in _OPENED.finditer(text)}
        self._closed = {tag[1].lower(): tag.start() for tag in _CLOSED.finditer(text)}  # where it was last

    def are_words(self, text: str, at: int = 0) -> bool:
        """Tell whether a tag there is what somebody wrote: bare, with no other half, and no layout."""
        tag = _TAG.match(text, at)
        if tag is None:
            return _DECLARED.match(text, at) is not None
        name = tag["name"].lower()
        is_bare = "=" not in tag["rest"] and not tag["rest"].rstrip().endswith("/")
        other_half = self._opened if tag["end"] else self._closed
        return is_bare and name not in other_half and not _IS_LAYOUT(name)

    def teach(self, markdown: MarkdownIt) -> None:
        """Have a parser leave words in the text of the document."""
        markdown.inline.ruler.at("html_inline", self._inline)
        markdown.block.ruler.at("html_block", self._block, {"alt": list(_ENDS)})

    def _inline(self, state: StateInline, silent: bool) -> bool:
        from markdown_it.rules_inline import html_inline

        return not self.are_words(state.src, state.pos) and html_inline(state, silent)

    def _block(self, state: StateBlock, start: int, end: int, silent: bool) -> bool:
        from markdown_it.rules_block import html_block

        at = state.bMarks[start] + state.tShift[start]
        is_html = self._has_an_end(state.src, at) and not self.are_words(state.src, at)
        return is_html and html_block(state, start, end, silent)

    def _has_an_end(self, text: str, at: int) -> bool:
        """Tell whether a block of HTML that begins there ends before the document does."""
        until_closed = _UNTIL_CLOSED.match(text, at)
        return until_closed is None or self._closed.get(until_closed[1].lower(), -1) > at
