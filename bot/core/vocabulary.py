"""Which indexed words are near a misspelt one. Knows letters only; what is meant is decided elsewhere.

Words of one length stand in one column each; per place and letter there is one big integer whose bits say
which words have that letter there. A handful of ANDs and ORs leaves a dozen words of 100,000, exactly those
that could be within reach, and only they are measured. No false negatives: a typo moves a letter by at most
one place, so a word within *d* edits has all but *d* letters of the question within *d* places.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_COLUMN = {letter: bytes(49 if c == ord(letter) else 48 for c in range(256)) for letter in LETTERS}
_ONE = re.compile("1")
SHORTEST, LONGEST = 3, 32


def is_fuzzy(word: str) -> bool:
    """Tell whether a word may be mistyped at all: plain letters, and not half digits (v1.2.3, 2024)."""
    return (
        SHORTEST <= len(word) <= LONGEST
        and word.isascii()
        and word.isalnum()
        and 2 * sum(map(str.isdigit, word)) < len(word)
    )


def edits_allowed(length: int) -> int:
    """Return how many letters may be off, for the longer of two words."""
    return 0 if length < 4 else 1 if length < 8 else 2


def columns(words: Iterable[str]) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield for every length the words, one after the other, and the bits of each place and letter."""
    by_length = defaultdict(list)
    for word in words:
        by_length[len(word)].append(word)
    for length, same in sorted(by_length.items()):
        block = "".join(same).encode("ascii")
        size = (len(same) + 7) // 8
        bits = b"".join(
            int(block[place::length][::-1].translate(_COLUMN[letter]), 2).to_bytes(size, "little")
            for place in range(length)
            for letter in LETTERS
        )
        yield length, block, bits


class _Shelf:
    """All words of one length."""

    def __init__(self, length: int, block: bytes, bits: bytes) -> None:
        self.length, self._block, self._bits = length, block.decode("ascii"), bits
        self._count = len(block) // length
        self._size = (self._count + 7) // 8
        self._sets: dict[tuple[int, str], int] = {}

    def _with(self, place: int, letter: str) -> int:
        """Return the set of words with that letter there."""
        key = (place, letter)
        if (found := self._sets.get(key)) is None:
            start = (place * len(LETTERS) + LETTERS.index(letter)) * self._size
            found = self._sets[key] = int.from_bytes(self._bits[start : start + self._size], "little")
        return found

    def near(self, word: str, edits: int) -> list[str]:
        """Return the words that have all but *edits* of its letters within *edits* places."""
        # missing[k]: the words that lack at most k of the letters seen so far
        everything = (1 << self._count) - 1
        missing = [everything] * (edits + 1)
        for place, letter in enumerate(word):
            has = 0
            for near in range(max(0, place - edits), min(self.length, place + edits + 1)):
                has |= self._with(near, letter)
            for k in range(edits, 0, -1):
                missing[k] = missing[k - 1] | (missing[k] & has)
            missing[0] &= has
        return [self._word(i) for i in _members(missing[edits])]

    def _word(self, i: int) -> str:
        return self._block[i * self.length : (i + 1) * self.length]


def _members(bits: int) -> list[int]:
    digits = bin(bits)[:1:-1]  # lowest first, without "0b"
    return [match.start() for match in _ONE.finditer(digits)]


class Vocabulary:
    """The words of an archive, to be asked for neighbours. Read-only, and safe to ask from many threads."""

    def __init__(self, shelves: Mapping[int, tuple[bytes, bytes]]) -> None:
        self._shelves = {length: _Shelf(length, *shelf) for length, shelf in shelves.items()}

    def near(self, word: str) -> list[tuple[str, int]]:
        """Return the words within reach and their distance: no typo under 4 letters, 1 from 4, 2 from 8."""
        if not is_fuzzy(word):
            return []
        found = []
        reach = edits_allowed(len(word) + 2)
        for length in range(len(word) - reach, len(word) + reach + 1):
            edits = edits_allowed(max(length, len(word)))
            shelf = self._shelves.get(length)
            if shelf and abs(length - len(word)) <= edits:
                words = shelf.near(word, edits)
                near = process.extract(word, words, scorer=OSA.distance, score_cutoff=edits, limit=None)
                found += [(other, distance) for other, distance, _ in near if distance]
        return found
