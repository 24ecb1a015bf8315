"""Words and names that people know: whoever types one means it, and not a name that looks like it.

Where the list comes from, and its licence, stands beside it in `known_words.md`.
"""

from __future__ import annotations

import lzma
from functools import cache, lru_cache
from pathlib import Path

from bot.core.search.vocabulary import Row

FILE = Path(__file__).with_name("known_words.xz")


@lru_cache(maxsize=4096)  # a question asks thrice, and the next one of the same names
def is_known(word: str) -> bool:
    """Tell whether people know that word, in lower case."""
    row = _rows().get(len(word))
    return row is not None and word in row


@cache
def _rows() -> dict[int, Row]:
    # Read when a word is first doubted, 15 ms. Kept packed: as a set of strings it would take 4 MB.
    lines = lzma.decompress(FILE.read_bytes()).decode("ascii").split("\n")
    return {length: Row(line, length) for length, line in enumerate(lines) if line}
