"""The index file: SQLite, FTS5 for postings and BM25, a table of terms, the vocabulary.

A file is written once and never changed: a changed archive is a new file, made from the old one by writing
only the differences. So any number of processes and threads read without locks, and no reader waits for a
writer. Where files live and when they are made is decided in `bot.search.cache`.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import blake2b
from operator import itemgetter
from typing import Any, NamedTuple

from bot.core.search.answer import Document
from bot.core.search.meaning import Term
from bot.core.search.text import Cutter, join, name_key, name_parts
from bot.core.search.vocabulary import Vocabulary, blocks, is_fuzzy, letter_sets

VERSION = 5  # of what is in the file and how words are cut; another number is another file
_APPLICATION = 0x526E6475  # "Rndu"

_SCHEMA = """
CREATE TABLE story (place INTEGER PRIMARY KEY, id TEXT NOT NULL, mark BLOB NOT NULL, headline TEXT NOT NULL,
    body TEXT NOT NULL, companies TEXT NOT NULL, tags TEXT NOT NULL);
CREATE TABLE term (word TEXT PRIMARY KEY, stories INTEGER NOT NULL, headlines INTEGER NOT NULL,
    companies INTEGER NOT NULL, capitals INTEGER NOT NULL, shown TEXT NOT NULL, role TEXT NOT NULL,
    stands_for TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE block (length INTEGER PRIMARY KEY, words BLOB NOT NULL);
CREATE TABLE letter (place INTEGER NOT NULL, letter TEXT NOT NULL, words BLOB NOT NULL,
    PRIMARY KEY (place, letter)) WITHOUT ROWID;
CREATE TABLE fact (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
-- detail=full: with less, bm25 counts every word of a column once and forgets how long the column is.
CREATE VIRTUAL TABLE words USING fts5(companies, headline, tags, body, content='', tokenize='ascii');
INSERT INTO words(words, rank) VALUES ('rank', 'bm25(4.0, 3.0, 2.0, 1.0)');
"""
# A story's place is its date and, the other way round, its order within the day: newest first is
# "ORDER BY place DESC", and a range of dates is a range of places.
_DAY = 1 << 20
_FIRST: Callable[[tuple[int, ...]], int] = itemgetter(0)
_BETWEEN = "\x1f"  # names of a story; ASCII's own unit separator
_FLUSH_AT = 400_000  # distinct terms counted in memory
_NAMED_KEPT = 10_000  # combinations of companies remembered: few repeat, and there are as many as stories
_TERMS_KEPT = 5_000  # words remembered, and those of one question more
_ONE_BY_ONE = 3  # words; of more, one statement for all is faster
# What few stories fit is remembered, and sets are intersected instead of asking FTS5, which takes .02 ms to
# say anything at all. What more fit is left to it: it needs not look at all of them.
_RARE = 300  # stories
_PLACES_KEPT = 50_000  # of all that is remembered: some 4 MB


def first_place(day: date) -> int:
    """Return the lowest place a story of that day can have."""
    return day.toordinal() * _DAY


def last_place(day: date) -> int:
    """Return the highest place a story of that day can have."""
    return first_place(day) + _DAY - 1


def day_of(place: int) -> int:
    """Return the day a place belongs to, as an ordinal."""
    return place // _DAY


def mark(document: Document) -> bytes:
    """Return a fingerprint of everything a story says."""
    fields = (document.id, document.headline, document.body, document.companies, document.tags)
    text = json.dumps((*fields, document.date.toordinal()))
    return blake2b(text.encode("ascii"), digest_size=16).digest()


class _Row(NamedTuple):
    place: int
    id: str
    mark: bytes
    headline: str
    body: str
    companies: str
    tags: str

    def document(self) -> Document:
        return Document(
            id=_id(self.id),
            headline=self.headline,
            body=self.body,
            companies=tuple(self.companies.split(_BETWEEN)) if self.companies else (),
            tags=tuple(self.tags.split(_BETWEEN)) if self.tags else (),
            date=date.fromordinal(day_of(self.place)),
        )


def _id(written: str) -> str | int:
    known: str | int = json.loads(written)
    return known


def create(connection: sqlite3.Connection) -> None:
    """Make an empty index."""
    connection.executescript(
        f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {VERSION}; {_SCHEMA}"
    )


class Writer:
    """Writes differences into an index. The connection is the caller's, and so is the commit."""

    def __init__(self, connection: sqlite3.Connection, names: Mapping[str, Sequence[str]]) -> None:
        self._db = connection
        self._groups = [(name, *others) for name, others in names.items()]
        self._forget()
        self._stories: Counter[str] = Counter()
        self._headlines: Counter[str] = Counter()
        self._companies: Counter[str] = Counter()
        self._capitals: Counter[str] = Counter()

    def _forget(self) -> None:
        """Drop what was learnt about words; what a million stories teach would fill the memory."""
        self._cutter = Cutter(self._groups)
        self._roles: dict[str, tuple[str, str]] = {}  # joined name -> (role, the name it stands for)
        for name, *others in self._groups:
            for other in (name, *others):
                self._roles[name_key(other)] = ("company", name if other != name else "")
                self._cutter.shown.setdefault(name_key(other), other)
        self._named: dict[tuple[str, ...], tuple[str, frozenset[str]]] = {}

    def write(self, documents: Iterable[Document]) -> None:
        """Make the index hold exactly these stories."""
        held = dict(self._db.execute("SELECT mark, place FROM story"))
        places = _Places(self._db)
        new: list[int] = []
        self._db.executemany(
            "INSERT INTO story VALUES (?, ?, ?, ?, ?, ?, ?)",
            (_noted(new, row) for row in self._rows(documents, held, places)),
        )
        for place in sorted(held.values()):  # what nobody claimed is gone or was corrected
            self._remove(place)
        self._add(new if places.taken_before else None)
        self._flush()
        self._write_vocabulary()
        count = self._db.execute("SELECT count(*) FROM story").fetchone()[0]
        tagged = self._db.execute("SELECT EXISTS (SELECT 1 FROM story WHERE companies <> '')").fetchone()[0]
        facts = [("stories", count), ("tagged", tagged)]
        self._db.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?)", facts)

    def _rows(self, documents: Iterable[Document], held: dict[bytes, int], places: _Places) -> Iterator[_Row]:
        for document in documents:
            fingerprint = mark(document)
            if held.pop(fingerprint, None) is None:
                yield _Row(
                    places.take(document.date),
                    json.dumps(document.id),
                    fingerprint,
                    _sound(document.headline),
                    _sound(document.body),
                    _sound(_BETWEEN.join(document.companies)),
                    _sound(_BETWEEN.join(document.tags)),
                )

    def _remove(self, place: int) -> None:
        row = self._db.execute("SELECT * FROM story WHERE place = ?", (place,)).fetchone()
        texts = self._count(_Row(*row), -1)
        self._db.execute(
            "INSERT INTO words(words, rowid, companies, headline, tags, body)"
            " VALUES ('delete', ?, ?, ?, ?, ?)",
            (place, *texts),
        )
        self._db.execute("DELETE FROM story WHERE place = ?", (place,))

    def _add(self, places: list[int] | None) -> None:
        """Index the stories at these places, or all. In order of place: FTS5 is slow in any other."""
        reader = self._db.cursor()
        if places is None:
            rows: Iterable[Any] = reader.execute("SELECT * FROM story ORDER BY place")
        else:
            one = "SELECT * FROM story WHERE place = ?"
            rows = (reader.execute(one, (place,)).fetchone() for place in sorted(places))
        self._db.executemany(
            "INSERT INTO words(rowid, companies, headline, tags, body) VALUES (?, ?, ?, ?, ?)",
            ((row[0], *self._count(_Row(*row), 1)) for row in rows),
        )

    def _count(self, row: _Row, sign: int) -> tuple[str, str, str, str]:
        """Count the story's words in or out, and return them as its columns take them."""
        companies, in_companies = self._names("company", row.companies)
        tags, in_tags = self._names("tag", row.tags)
        headline, body = self._cutter(row.headline), self._cutter(row.body)
        in_headline = headline.extras.union(headline.words)
        in_body = body.extras.union(body.words)
        everywhere = in_companies | in_tags | in_headline | in_body
        capitals = (body.capitalised | in_companies | body.extras) & everywhere
        for counter, words in (
            (self._stories, everywhere),
            (self._headlines, in_headline),
            (self._companies, in_companies),
            (self._capitals, capitals),
        ):
            if sign > 0:
                counter.update(words)
            else:
                counter.subtract(words)
        if len(self._stories) > _FLUSH_AT:
            self._flush()
            self._forget()
        return (
            companies,
            " ".join((*headline.words, *headline.extras)),
            tags,
            " ".join((*body.words, *body.extras)),
        )

    def _names(self, role: str, names: str) -> tuple[str, frozenset[str]]:
        """Return the words of a story's companies or tags, for their column and as a set."""
        if not names:
            return "", frozenset()
        if (found := self._named.get((role, names))) is None:
            if len(self._named) >= _NAMED_KEPT:
                self._named.clear()
            words: list[str] = []
            for name in names.split(_BETWEEN):
                parts = name_parts(name)
                key = name_key(name) if role == "company" else join(parts)
                cut = self._cutter(name)
                extras = cut.extras if parts == (key,) else {key} | cut.extras
                words += [*parts, *extras]
                if role == "company" or key not in self._roles:
                    self._roles[key] = (role, self._roles.get(key, ("", ""))[1])
                    self._cutter.shown[key] = name
            found = self._named[role, names] = (" ".join(words), frozenset(words))
        return found

    def _flush(self) -> None:
        """Write the counts down."""
        shown = self._cutter.shown
        self._db.executemany(
            "INSERT INTO term VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (word) DO UPDATE SET"
            " stories = stories + excluded.stories, headlines = headlines + excluded.headlines,"
            " companies = companies + excluded.companies, capitals = capitals + excluded.capitals,"
            " role = CASE WHEN excluded.role = '' OR role = 'company' THEN role ELSE excluded.role END",
            (
                (
                    word,
                    self._stories[word],
                    self._headlines.get(word, 0),
                    self._companies.get(word, 0),
                    self._capitals.get(word, 0),
                    shown.get(word, word),
                    *self._roles.get(word, ("", "")),
                )
                for word in sorted(self._stories)
            ),
        )
        self._db.execute("DELETE FROM term WHERE stories <= 0")
        for counter in (self._stories, self._headlines, self._companies, self._capitals):
            counter.clear()

    def _write_vocabulary(self) -> None:
        words = blocks(word for (word,) in self._db.execute("SELECT word FROM term") if is_fuzzy(word))
        # Anew each time: blocks are sorted by length, so that a new word moves all behind it.
        self._db.execute("DELETE FROM block")
        self._db.executemany("INSERT INTO block VALUES (?, ?)", words.items())
        self._db.executemany("INSERT OR REPLACE INTO letter VALUES (?, ?, ?)", letter_sets(words))


def _noted(places: list[int], row: _Row) -> _Row:
    places.append(row.place)
    return row


def _sound(text: str) -> str:
    """Return *text* without what UTF-8 cannot hold: half a surrogate pair."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


class _Places:
    """Gives out places: the first story of a day gets the highest one that is free."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        lowest = connection.execute("SELECT place / ?, min(place) FROM story GROUP BY 1", (_DAY,))
        self._lowest: dict[int, int] = dict(lowest)
        self.taken_before = bool(self._lowest)

    def take(self, day: date) -> int:
        ordinal = day.toordinal()
        place = self._lowest[ordinal] = self._lowest.get(ordinal, last_place(day) + 1) - 1
        return place


@dataclass(frozen=True, slots=True)
class Hit:
    """A story found, and how well it fits: the higher the better."""

    place: int
    score: float


class Index:
    """An index, open for reading. One thread at a time: the engine holds the lock."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Raise sqlite3.DatabaseError if this is no index of ours."""
        self._db = connection
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if (application, version) != (_APPLICATION, VERSION):
            raise sqlite3.DatabaseError("not an index of this version")
        facts = dict(connection.execute("SELECT * FROM fact"))
        if facts.keys() < {"stories", "tagged"}:
            raise sqlite3.DatabaseError("half an index")
        self._terms: dict[str, Term | None] = {}
        self._rare: dict[str, frozenset[int] | None] = {}
        self._places_kept = 0
        self.stories: int = facts["stories"]
        self.has_companies = bool(facts["tagged"])

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words, for whoever mistyped one. sqlite3.DatabaseError if they cannot be read."""
        try:
            return Vocabulary(dict(self._db.execute("SELECT * FROM block")), self._letter)
        except (TypeError, ValueError) as error:  # damaged: not bytes, or not ASCII
            raise sqlite3.DatabaseError("no vocabulary") from error

    def _letter(self, place: int, letter: str) -> bytes:
        sql = "SELECT words FROM letter WHERE place = ? AND letter = ?"
        words: bytes = self._db.execute(sql, (place, letter)).fetchone()[0]
        return words

    def copy_into(self, connection: sqlite3.Connection) -> None:
        """Copy everything. In steps, so that answers need not wait."""
        self._db.backup(connection, pages=256)

    def close(self) -> None:
        self._db.close()

    def terms(self, words: Iterable[str]) -> dict[str, Term]:
        """Return what is known of these words, in their order; unknown ones are left out."""
        asked = sorted(words)
        # Everybody asks with the same words. The file never changes, so what it says of them may be kept.
        if len(self._terms) > _TERMS_KEPT:
            self._terms.clear()
        if new := [word for word in asked if word not in self._terms and self._may_have(word)]:
            self._terms.update(self._looked_up(new))
        known = ((word, self._terms.get(word)) for word in asked)
        return {word: term for word, term in known if term}

    def _may_have(self, word: str) -> bool:
        # Most words are neighbours of a question tried as one name: what nobody has costs no statement.
        return not is_fuzzy(word) or word in self.vocabulary

    def _looked_up(self, words: list[str]) -> dict[str, Term | None]:
        if len(words) <= _ONE_BY_ONE:
            one = "SELECT * FROM term WHERE word = ?"
            found = ((word, self._db.execute(one, (word,)).fetchone()) for word in words)
            return {word: Term(*row) if row else None for word, row in found}
        sql = "SELECT * FROM term WHERE word IN (SELECT value FROM json_each(?))"
        rows = self._db.execute(sql, (json.dumps(words),))
        return dict.fromkeys(words) | {row[0]: Term(*row) for row in rows}

    @cached_property
    def ids(self) -> dict[int, str | int]:
        """The stories' ids, by place."""
        return {place: _id(written) for place, written in self._db.execute("SELECT place, id FROM story")}

    def ranked(self, match: str, first: int, last: int, limit: int) -> list[Hit]:
        """Return the best stories for an FTS5 expression, by BM25."""
        rows = self._db.execute(
            "SELECT rowid, rank FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?"
            " ORDER BY rank LIMIT ?",
            (match, first, last, limit),
        )
        return [Hit(place, -rank) for place, rank in rows]

    def newest(self, wanted: Sequence[str], first: int, last: int, limit: int) -> list[int]:
        """Return the newest stories that fit each of these FTS5 expressions; all of them if *limit* is -1."""
        if (few := self._few(wanted, first, last)) is not None:
            newest = sorted(few, reverse=True)
            return newest if limit < 0 else newest[:limit]
        rows = self._db.execute(
            "SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?"
            " ORDER BY rowid DESC LIMIT ?",
            (" AND ".join(wanted), first, last, limit),
        )
        return list(map(_FIRST, rows))

    def newest_of_all(self, first: int, last: int, limit: int) -> list[int]:
        """Return the newest stories between two places."""
        rows = self._db.execute(
            "SELECT place FROM story WHERE place BETWEEN ? AND ? ORDER BY place DESC LIMIT ?",
            (first, last, limit),
        )
        return list(map(_FIRST, rows))

    def count(self, wanted: Sequence[str], first: int, last: int) -> int:
        """Return how many stories fit each of these FTS5 expressions."""
        if (few := self._few(wanted, first, last)) is not None:
            return len(few)
        sql = "SELECT count(*) FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?"
        total: int = self._db.execute(sql, (" AND ".join(wanted), first, last)).fetchone()[0]
        return total

    def _few(self, wanted: Sequence[str], first: int, last: int) -> list[int] | None:
        """Return the stories that fit each of these, or None if the rare ones do not tell."""
        fit: frozenset[int] | None = None
        all_rare = True
        for match in wanted:
            if (places := self._places(match)) is None:
                all_rare = False
            elif not (fit := places if fit is None else fit & places):
                return []
        return [place for place in fit if first <= place <= last] if fit and all_rare else None

    def _places(self, match: str) -> frozenset[int] | None:
        """Return all stories that fit an FTS5 expression, or None if they are not rare."""
        if match not in self._rare:
            if self._places_kept > _PLACES_KEPT:
                self._rare.clear()
                self._places_kept = 0
            sql = "SELECT rowid FROM words WHERE words MATCH ? LIMIT ?"
            found = frozenset(map(_FIRST, self._db.execute(sql, (match, _RARE + 1))))
            self._rare[match] = found if len(found) <= _RARE else None
            self._places_kept += len(self._rare[match] or ()) + 1
        return self._rare[match]

    def documents(self, places: Sequence[int]) -> dict[int, Document]:
        """Return the stories at these places."""
        sql = "SELECT * FROM story WHERE place IN (SELECT value FROM json_each(?))"
        rows = self._db.execute(sql, (json.dumps(places),))
        return {row[0]: _Row(*row).document() for row in rows}

    def beginning(self, prefix: str, limit: int) -> list[Term]:
        """Return the terms that begin so: companies first, then tags, then the most frequent."""
        rows = self._db.execute(
            "SELECT * FROM term WHERE word >= ? AND word < ?"
            " ORDER BY role = 'company' DESC, role = 'tag' DESC, stories DESC LIMIT ?",
            (prefix, prefix + "\U0010ffff", limit),
        )
        return [Term(*row) for row in rows]
