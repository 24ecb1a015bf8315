"""What is in an index file: stories, packed; FTS5 for postings and BM25; a table of terms; the vocabulary."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import blake2b
from typing import NamedTuple

from bot.core.search.answer import Document

VERSION = 12  # of what is in the file and how words are cut; a file of another one is built anew
_APPLICATION = 0x526E6475  # "Rndu"

_SCHEMA = """
CREATE TABLE story (place INTEGER PRIMARY KEY, id TEXT NOT NULL, mark BLOB NOT NULL, said BLOB NOT NULL);
-- As a word is shown, or '' for as it is; what it names: 'company', 'tag' or ''; of another name, which.
CREATE TABLE term (word TEXT PRIMARY KEY, stories INTEGER NOT NULL, headlines INTEGER NOT NULL,
    companies INTEGER NOT NULL, capitals INTEGER NOT NULL, shown TEXT NOT NULL, role TEXT NOT NULL,
    stands_for TEXT NOT NULL) WITHOUT ROWID;
CREATE VIEW read AS SELECT word, stories, headlines, companies, capitals,
    iif(shown = '', word, shown) AS shown, role, stands_for FROM term;
-- Of two vocabularies: the large one, and a small one of words that came later (`bot.search.words`).
CREATE TABLE block (number INTEGER PRIMARY KEY, words BLOB NOT NULL);
CREATE TABLE letter (number INTEGER PRIMARY KEY, words BLOB NOT NULL);
CREATE TABLE fact (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
-- detail=full: with less, bm25 counts every word of a column once and forgets how long the column is.
CREATE VIRTUAL TABLE words USING fts5(companies, headline, tags, body, content='', tokenize='ascii');
INSERT INTO words(words, rank) VALUES ('rank', 'bm25(4.0, 3.0, 2.0, 1.0)');
"""
BETWEEN = "\x1f"  # names of a story; ASCII's own unit separator
# Ends the word by which a company is found that is called so and no more: Trust, and not New York Trust. No
# text has it: plain text has an o for it.
WHOLE = "\u1d52"
MARK = 8  # bytes of a mark that are kept: two of a million stories share them once in ten million archives
_NARROWEST = 8


class Days(NamedTuple):
    """How dates are places: newest first is "ORDER BY place DESC", a range of dates a range of places.

    A story's place is its date and, the other way round, its order within the day. A day has as many as the
    archive needs: FTS5 writes down how far it is from each story to the next, and most of a file is that.
    """

    width: int  # places of a day

    @classmethod
    def of(cls, most: int) -> Days:
        """Return days for so many stories, with room for as many more."""
        return cls(max(_NARROWEST, 1 << (2 * most - 1).bit_length()))

    def first(self, day: date) -> int:
        """Return the lowest place a story of that day can have."""
        return day.toordinal() * self.width

    def last(self, day: date) -> int:
        """Return the highest place a story of that day can have."""
        return self.first(day) + self.width - 1

    def day_of(self, place: int) -> int:
        """Return the day a place belongs to, as an ordinal."""
        return place // self.width


def mark(document: Document) -> bytes:
    """Return a fingerprint of everything a story says."""
    fields = (document.id, document.headline, document.body, document.companies, document.tags)
    text = json.dumps((*fields, document.date.toordinal()))
    return blake2b(text.encode("ascii"), digest_size=16).digest()


def mark_of_names(names: Mapping[str, Sequence[str]]) -> bytes:
    """Return a fingerprint of the companies' other names, by which words were cut."""
    written = repr([(name, *others) for name, others in names.items()])
    return blake2b(written.encode("utf-8", "replace"), digest_size=16).digest()


def content_of(documents: Sequence[Document], companies: Mapping[str, Sequence[str]]) -> str:
    """Return the key of these stories, by which an index is known to hold them."""
    content = blake2b(digest_size=16)
    content.update(
        repr((VERSION, [(name, *others) for name, others in companies.items()])).encode("utf-8", "replace")
    )
    for document in documents:
        content.update(mark(document))
    return content.hexdigest()


def create(connection: sqlite3.Connection) -> None:
    """Make an empty index."""
    connection.executescript(
        f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {VERSION}; {_SCHEMA}"
    )


class OtherVersionError(sqlite3.DatabaseError):
    """It was written by another version, as after every upgrade that changes it."""


class Facts(NamedTuple):
    """What an index file says of itself."""

    content: str  # the key of the stories that are in it
    names: bytes
    width: int
    dictionary: bytes
    stories: int
    tagged: int  # stories with a company
    whole: int  # stories when it was built as a whole
    changes: int  # stories that came and went since then
    gone: str  # words of the large vocabulary that no story has any more

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> Facts:
        """Read them. sqlite3.DatabaseError if this is no index of ours."""
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if (application, version) != (_APPLICATION, VERSION):
            raise OtherVersionError("not an index of this version")
        try:
            facts = cls(**dict(connection.execute("SELECT * FROM fact")))
        except TypeError:
            raise sqlite3.DatabaseError("half an index") from None
        if any(not isinstance(fact, known) for fact, known in zip(facts, _KINDS, strict=True)):
            raise sqlite3.DatabaseError("a damaged index")
        return facts

    def write(self, connection: sqlite3.Connection) -> None:
        """Write them in the place of what is there."""
        connection.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?)", self._asdict().items())


_KINDS = (str, bytes, int, bytes, int, int, int, int, str)
