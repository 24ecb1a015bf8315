"""The words of an index, for whoever mistyped one: a large vocabulary, and what has changed since.

The large one is sorted by length, so that a new word would move all behind it. What came later is a small
one beside it, and what went is a list; together they answer as one made anew would. Words in our letters and
those of other scripts are apart: most archives have none of those, and pay nothing for them.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Collection, Container, Iterable, Iterator
from functools import partial

from bot.core.search.vocabulary import (
    LETTERS,
    Row,
    Vocabulary,
    blocks,
    edits_allowed,
    is_fuzzy,
    letter_sets,
    spelt,
    written,
)

_OURS, _OTHERS = 0, 2  # which is the large one of these; the small one is the next
_LEVEL = 1000  # numbers of the rows of one vocabulary
_MANY = 200  # words that came and went, beyond which shares decide
_SHARE = 16  # one word in so many is new: the large vocabulary is made anew
Near = list[tuple[str, int]]


class Words:
    """All words of an index. sqlite3.DatabaseError if they cannot be read."""

    def __init__(self, connection: sqlite3.Connection, gone: Iterable[str]) -> None:
        away = frozenset(map(spelt, gone))
        self._ours, self._others = _Words(connection, _OURS, away), _Words(connection, _OTHERS, away)

    def __contains__(self, word: str) -> bool:
        return word in self._ours if word.isascii() else spelt(word) in self._others

    def near(self, word: str) -> Near:
        """Return the words within reach, and how many letters each is off."""
        if not is_fuzzy(word):
            return []
        if word.isascii():
            return self._ours.near(word)
        return [(written(other), off) for other, off in self._others.near(spelt(word))]

    def further(self, word: str) -> Near:
        """Return words that are too far off to be meant, but worth naming."""
        if not is_fuzzy(word):
            return []
        if word.isascii():
            return self._ours.further(word)
        return [(written(other), off) for other, off in self._others.further(spelt(word))]

    def spelt_out(self, word: str) -> list[str]:
        """Return what a word with a number in its middle may stand for."""
        return [] if word.isalpha() else self._ours.spelt_out(word)


class _Words:
    """The words of some scripts, as they are spelt."""

    def __init__(self, connection: sqlite3.Connection, first: int, gone: frozenset[str]) -> None:
        self._db, self._gone = connection, gone
        self._large, self._small = self._open(first), self._open(first + 1)

    def _open(self, level: int) -> Vocabulary:
        try:
            # Not one of our methods: what is replaced by an update would wait for the garbage collector.
            return Vocabulary(_read(self._db, level), partial(_letter, self._db, level))
        except (TypeError, ValueError) as error:  # damaged: not bytes, or no text
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


def _letter(connection: sqlite3.Connection, level: int, place: int, letter: str) -> bytes:
    """Return which words of a vocabulary have a letter near a place."""
    sql = "SELECT words FROM letter WHERE number = ?"
    try:
        return zlib.decompress(connection.execute(sql, (_number(level, place, letter),)).fetchone()[0])
    except (zlib.error, TypeError) as error:
        raise sqlite3.DatabaseError("no vocabulary") from error


def _read(connection: sqlite3.Connection, level: int) -> dict[int, bytes]:
    """Return the words of a vocabulary, by length."""
    sql = "SELECT number - ?1, words FROM block WHERE number BETWEEN ?1 AND ?1 + ?2 - 1 ORDER BY number"
    return dict(connection.execute(sql, (_LEVEL * level, _LEVEL)))


def _write(connection: sqlite3.Connection, level: int, words: Iterable[str]) -> None:
    """Write a vocabulary in the place of what is there."""
    rows = blocks(map(spelt, words))
    first = _LEVEL * level
    for table in ("block", "letter"):
        connection.execute(
            f"DELETE FROM {table} WHERE number BETWEEN ? AND ?",  # noqa: S608 one of the two above
            (first, first + _LEVEL - 1),
        )
    connection.executemany(
        "INSERT INTO block VALUES (?, ?)", ((first + length, same) for length, same in rows.items())
    )
    connection.executemany(
        "INSERT INTO letter VALUES (?, ?)",
        (
            (_number(level, place, letter), zlib.compress(near))
            for place, letter, near in (letter_sets(rows) if rows else ())
        ),
    )


def write_words(connection: sqlite3.Connection, words: Iterable[str]) -> None:
    """Write all words anew."""
    here = [word for word in words if is_fuzzy(word)]
    for first in (_OURS, _OTHERS):
        _write(connection, first, _of(first, here))
        _write(connection, first + 1, ())


def _of(first: int, words: Iterable[str]) -> list[str]:
    return [word for word in words if word.isascii() is (first == _OURS)]


def change_words(
    connection: sqlite3.Connection, touched: Iterable[str], there: Container[str], gone: Iterable[str]
) -> list[str] | None:
    """Write what has changed, and return the words that are gone from the large vocabularies.

    None if there are so many that all words are better written anew. Of those *touched* some are *there*.
    """
    asked = [word for word in touched if is_fuzzy(word)]
    left = [
        _change(connection, first, _of(first, asked), there, _of(first, gone)) for first in (_OURS, _OTHERS)
    ]
    return None if None in left else sorted(word for away in left for word in away or ())


def _change(
    connection: sqlite3.Connection,
    first: int,
    touched: Collection[str],
    there: Container[str],
    before: Collection[str],
) -> Collection[str] | None:
    if not touched:
        return before
    large = {length: Row(same.decode(), length) for length, same in _read(connection, first).items()}
    small_before = frozenset(_words_in(_read(connection, first + 1)))
    small, gone = set(small_before), set(before)
    for word in touched:
        letters = spelt(word)
        is_in_large = len(letters) in large and letters in large[len(letters)]
        aside = gone if is_in_large else small
        if is_in_large == (word in there):
            aside.discard(word)
        else:
            aside.add(word)
    if len(small) + len(gone) > max(_MANY, sum(map(len, large.values())) // _SHARE):
        return None
    if small != small_before:
        _write(connection, first + 1, small)
    return gone


def _words_in(rows: dict[int, bytes]) -> Iterator[str]:
    for length, block in rows.items():
        words = block.decode()
        yield from (written(words[i : i + length]) for i in range(0, len(words), length))
