"""Texts as they were read before they had a shape: paragraphs of one line each, whatever stands in them.

For what was remembered then and is compared still: numbers and fingerprints. It never changes.
"""

from __future__ import annotations

import re


def folded(source: str) -> tuple[str, ...]:
    """Return the paragraphs."""
    blocks = re.split(r"\n[^\S\n]*(?:\n[^\S\n]*)+", source)
    return tuple(line for line in map(folded_line, blocks) if line)


def folded_line(source: str) -> str:
    """Return a text that had one line."""
    return " ".join(line.strip() for line in source.splitlines())
