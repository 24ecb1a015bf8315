"""A text as the Markdown that says it: what an importer writes into a digest's file."""

from __future__ import annotations

import re

from bot.core.markdown.tree import Paragraph, Run, Text

# What would mean something to a reader of Markdown, and only where it would.
_SPECIAL = re.compile(
    r"""\\(?=[!-/:-@\[-`{-~]|$)"""
    r"""|(?<!\s)\*|\*(?!\s|$)|`|~(?=~)|(?<![^\W_])_(?=\S)|(?<=[^\s_])_(?![^\W_])"""
    r"""|!?\[(?=[^\n]*\]\()"""
    r"""|<(?=[A-Za-z][A-Za-z0-9+.-]*:|[^\s<>@]+@)"""
    r"""|(?<=http):(?=//)|(?<=https):(?=//)""",
    re.IGNORECASE,
)
_BEGINNING = re.compile(
    r"(?P<number>\d{1,9})(?=[.)](?:\s|$))"
    r"|(?=[-+*](?:\s|$)|#{1,6}(?:\s|$)|>|```|~~~|([-*_])(?:[ \t]*\2){2,}\s*$)"
)


def literal(*paragraphs: str) -> Text:
    """Return a text of words that have no shape: each of them a paragraph, whatever stands in it."""
    lines = [" ".join(words.replace("\0", "").split()) for words in paragraphs]
    nodes = tuple(Paragraph((Run(line),)) for line in lines if line)
    return Text("\n\n".join(escaped(line) for line in lines if line), nodes)


def escaped(words: str) -> str:
    """Return words that begin a paragraph as Markdown that reads as them."""
    marked = _SPECIAL.sub(r"\\\g<0>", words)
    begins = _BEGINNING.match(marked)
    return f"{begins[0]}\\{marked[begins.end() :]}" if begins else marked
