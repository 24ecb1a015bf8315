"""What the patterns of several modules are made of."""

from __future__ import annotations

from collections.abc import Iterable


def any_of(words: str | Iterable[str]) -> str:
    """Return a pattern of any of these words or patterns: the longest first, as the first that fits is it."""
    each = words.split() if isinstance(words, str) else words
    return f"(?:{'|'.join(sorted(each, key=len, reverse=True))})"
