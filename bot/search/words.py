"""The words of an index, for whoever mistyped one: a large vocabulary, and what has changed since.

The large one is sorted by length, so that a new word would move all behind it. What came later is a small
one beside it, and what went is a list; together they answer as one made anew would.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable

from bot.core.search.vocabulary import LETTERS, Vocabulary, blocks, edits_allowed, letter_sets

LARGE, SMALL = 0, 1
_LEVEL = 1000  # numbers of the rows of one of them
Near = list[tuple[str, int]]


class Words:
    """All words of an index. sqlite3.DatabaseError if they cannot be read."""

    def __init__(self, connection: sqlite3.Connection, gone: Iterable[str]) -> None:
        self._db = connection
        self._large, self._small = self._open(LARGE), self._open(SMALL)
        self._gone = frozenset(gone)

    def _open(self, level: int) -> Vocabulary:
        try:
            return Vocabulary(read_blocks(self._db, level), lambda *of: self._letter(level, *of))
        except (TypeError, ValueError) as error:  # damaged: not bytes, or not ASCII
            raise sqlite3.DatabaseError("no vocabulary") from error

    def _letter(self, level: int, place: int, letter: str) -> bytes:
        sql = "SELECT words FROM letter WHERE number = ?"
        try:
            return zlib.decompress(self._db.execute(sql, (_number(level, place, letter),)).fetchone()[0])
        except (zlib.error, TypeError) as error:
            raise sqlite3.DatabaseError("no vocabulary") from error

    def __contains__(self, word: str) -> bool:
        return (word in self._large and word not in self._gone) or word in self._small

    def near(self, word: str) -> Near:
        """Return the words within reach, and how many letters each is off."""
        large, small = self._large.near(word), self._small.near(word)
        if not small and not self._gone:
            return large
        allowed = {
            length: edits_allowed(max(length, len(word))) for length in {len(w) for w, _ in large + small}
        }
        return sorted(self._there(large) + small, key=lambda near: (allowed[len(near[0])], *_order(near)))

    def further(self, word: str) -> Near:
        """Return words that are too far off to be meant, but worth naming."""
        return sorted(self._there(self._large.further(word)) + self._small.further(word), key=_order)

    def spelt_out(self, word: str) -> list[str]:
        """Return what a word with a number in its middle may stand for."""
        large = (long for long in self._large.spelt_out(word) if long not in self._gone)
        return [*dict.fromkeys((*large, *self._small.spelt_out(word)))]

    def _there(self, near: Near) -> Near:
        return [one for one in near if one[0] not in self._gone] if self._gone else near


def _order(near: tuple[str, int]) -> tuple[int, int, str]:
    """Return the order in which one vocabulary names its words."""
    word, distance = near
    return distance, len(word), word


def _number(level: int, place: int, letter: str) -> int:
    return _LEVEL * level + place * len(LETTERS) + LETTERS.index(letter)


def read_blocks(connection: sqlite3.Connection, level: int) -> dict[int, bytes]:
    """Return the words of a vocabulary, by length."""
    sql = "SELECT number - ?1, words FROM block WHERE number BETWEEN ?1 AND ?1 + ?2 - 1 ORDER BY number"
    return dict(connection.execute(sql, (_LEVEL * level, _LEVEL)))


def write_words(connection: sqlite3.Connection, level: int, words: Iterable[str]) -> None:
    """Write a vocabulary in the place of what is there."""
    rows = blocks(words)
    first = _LEVEL * level
    connection.execute("DELETE FROM block WHERE number BETWEEN ? AND ?", (first, first + _LEVEL - 1))
    connection.executemany(
        "INSERT INTO block VALUES (?, ?)", ((first + length, same) for length, same in rows.items())
    )
    connection.executemany(
        "INSERT OR REPLACE INTO letter VALUES (?, ?)",
        ((_number(level, place, letter), zlib.compress(near)) for place, letter, near in letter_sets(rows)),
    )
