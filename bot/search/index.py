"""Reads an index: which words there are, which stories have them, and what the stories say.

Any number of processes and threads read without locks: a file is changed only while nobody else has it open,
and this process between two answers. Where files live and when they are made: `bot.search.cache`.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property, lru_cache
from heapq import nsmallest
from operator import itemgetter
from typing import NamedTuple

from bot.core.search.answer import Document
from bot.core.search.endings import all_forms, written_forms
from bot.core.search.terms import has_forms
from bot.core.search.unit import Term
from bot.core.search.vocabulary import is_fuzzy
from bot.search.lease import Lease
from bot.search.packing import Packer
from bot.search.schema import BETWEEN, Days, Facts
from bot.search.words import Words

_FIRST: Callable[[tuple[int, ...]], int] = itemgetter(0)
_RANK: Callable[[tuple[int, float]], float] = itemgetter(1)
_TERMS_KEPT = 10_000  # words remembered, and those of one question more
_FORMS_KEPT = 10_000  # words whose other forms are remembered: each is asked for up to five times a question
_NEAR_KEPT = 4_000  # words whose neighbours are remembered; most have none
# What was ranked last: of a question with a common word the same is asked several times, at 1 µs a story.
_BEST_KEPT, _PAGE = 64, 50
_ONE_BY_ONE = 3  # words; of more, one statement for all is faster
# What few stories fit is remembered, and sets are intersected instead of asking FTS5, which takes .02 ms to
# say anything at all. What more fit is left to it: it needs not look at all of them.
_RARE = 300  # stories
_IDS_KEPT = 10_000  # stories that were in an answer
# Of all that is remembered: 8 MB. In eight bytes each; as a set, one takes eighty, and half of the words that
# people ask for were forgotten before they were asked for again.
_PLACES_KEPT = 1_000_000
_EXPRESSION = 30  # places that an expression takes the room of


class Hit(NamedTuple):
    """A story found, and how well it fits: the higher the better."""

    place: int
    score: float


class Index:
    """An index, open for reading. One thread at a time: the engine holds the lock."""

    def __init__(self, connection: sqlite3.Connection, lease: Lease | None = None) -> None:
        """Raise sqlite3.DatabaseError if this is no index of ours. *lease* is kept while it is open."""
        self._db = connection
        self.facts = Facts.read(connection)
        self.lease = lease
        self._terms: dict[str, Term | None] = {}
        self._forms: dict[tuple[str, bool], tuple[Term, ...]] = {}
        self._rare: dict[str, array[int] | None] = {}
        self._places_kept = 0
        self._best: dict[tuple[str, int, int, int], list[Hit]] = {}
        self._ids: dict[int, str | int] = {}
        self._packer = Packer(self.facts.dictionary)
        self.days = Days(self.facts.width)
        self.stories = self.facts.stories
        self.has_companies = self.facts.tagged > 0

    @cached_property
    def vocabulary(self) -> Words:
        """The words, for whoever mistyped one. sqlite3.DatabaseError if they cannot be read."""
        return Words(self._db, self.facts.gone.split())

    @cached_property
    def near(self) -> Callable[[str], list[tuple[str, int]]]:
        """What the vocabulary has near a word: to say so takes it .02 ms, and many words come again."""
        return lru_cache(_NEAR_KEPT)(self.vocabulary.near)

    def marks(self) -> Iterator[tuple[bytes, int]]:
        """Yield the fingerprint and the place of each story."""
        yield from self._db.execute("SELECT mark, place FROM story")

    def copy_into(self, connection: sqlite3.Connection) -> None:
        """Copy everything. In steps, so that answers need not wait."""
        self._db.backup(connection, pages=256)

    def close(self) -> None:
        self._db.close()
        if self.lease:
            self.lease.close()

    def terms(self, words: Iterable[str]) -> dict[str, Term]:
        """Return what is known of these words, in their order; unknown ones are left out."""
        asked = sorted(words)
        # Everybody asks with the same words. The file never changes, so what it says of them may be kept.
        if len(self._terms) > _TERMS_KEPT:
            self._terms.clear()
        if new := [word for word in asked if word not in self._terms and self._may_have(word)]:
            self._terms.update(self._looked_up(new))
        return {word: term for word in asked if (term := self._terms.get(word))}

    def _may_have(self, word: str) -> bool:
        # Most words are neighbours of a question tried as one name: what nobody has costs no statement.
        return not is_fuzzy(word) or word in self.vocabulary

    def _looked_up(self, words: list[str]) -> dict[str, Term | None]:
        if len(words) <= _ONE_BY_ONE:
            one = "SELECT * FROM read WHERE word = ?"
            found = ((word, self._db.execute(one, (word,)).fetchone()) for word in words)
            return {word: Term(*row) if row else None for word, row in found}
        sql = "SELECT * FROM read WHERE word IN (SELECT value FROM json_each(?))"
        rows = self._db.execute(sql, (json.dumps(words),))
        return dict.fromkeys(words) | {row[0]: Term(*row) for row in rows}

    def in_other_forms(self, word: str, *, any_ending: bool) -> tuple[Term, ...]:
        """Return the plural of a word, or its singular, as far as they are no names; or it as a verb, too."""
        if (known := self._forms.get((word, any_ending))) is None:
            if len(self._forms) >= _FORMS_KEPT:
                self._forms.clear()
            forms = (*(all_forms(word) if any_ending else ()), *written_forms(word))
            known = self._forms[word, any_ending] = tuple(filter(has_forms, self.terms(forms).values()))
        return known

    def ids(self, places: Sequence[int]) -> dict[int, str | int]:
        """Return the ids of the stories at these places; KeyError if one has none."""
        # Not all at once: of 100,000 stories the first question after a change would wait for .3 s.
        if new := [place for place in places if place not in self._ids]:
            if len(self._ids) > _IDS_KEPT:
                self._ids.clear()
                new = list(places)
            sql = "SELECT place, id FROM story WHERE place IN (SELECT value FROM json_each(?))"
            rows = self._db.execute(sql, (json.dumps(new),))
            self._ids.update((place, _id(written)) for place, written in rows)
        return {place: self._ids[place] for place in places}

    def ranked(self, match: str, first: int, last: int, limit: int) -> list[Hit]:
        """Return the best stories for an FTS5 expression, by BM25; all of them if *limit* is -1."""
        asked = match, first, last, limit
        if (best := self._best.get(asked)) is None:
            best = self._ranked(*asked)
            if len(self._best) >= _BEST_KEPT:
                self._best.clear()
            if len(best) <= _PAGE:
                self._best[asked] = best
        return best

    def _ranked(self, match: str, first: int, last: int, limit: int) -> list[Hit]:
        # In order it would take FTS5 a third longer: it prepares a second statement for that, each time.
        rows = self._db.execute(
            "SELECT rowid, rank FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?",
            (match, first, last),
        )
        best = sorted(rows, key=_RANK) if limit < 0 else nsmallest(limit, rows, key=_RANK)
        return [Hit(place, -rank) for place, rank in best]

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
        fit: Collection[int] | None = None
        all_rare = True
        for match in wanted:
            if (places := self._places(match)) is None:
                all_rare = False
            elif not (fit := places if fit is None else _in_both(fit, places)):
                return []
        return [place for place in fit if first <= place <= last] if fit and all_rare else None

    def _places(self, match: str) -> array[int] | None:
        """Return all stories that fit an FTS5 expression, or None if they are not rare."""
        if match not in self._rare:
            if self._places_kept > _PLACES_KEPT:
                self._rare.clear()
                self._places_kept = 0
            found = None if self._is_common(match) else self._all_that_fit(match)
            self._rare[match] = found
            self._places_kept += len(found or ()) + _EXPRESSION
        return self._rare[match]

    def _all_that_fit(self, match: str) -> array[int] | None:
        """Return all stories that fit an FTS5 expression, or None for too many to be kept."""
        sql = "SELECT rowid FROM words WHERE words MATCH ? LIMIT ?"
        found = array("q", map(_FIRST, self._db.execute(sql, (match, _RARE + 1))))
        return found if len(found) <= _RARE else None

    def _is_common(self, match: str) -> bool:
        """Tell whether one of the words that an expression offers is said to be in too many stories."""
        # FTS5 would name three hundred of them first, which takes .13 ms.
        words = match[2:-2].split('" OR "') if match.startswith('("') else ()
        return any((term := self._terms.get(word)) and term.stories > _RARE for word in words)

    def documents(self, places: Sequence[int]) -> dict[int, Document]:
        """Return the stories at these places. sqlite3.DatabaseError if one was damaged."""
        sql = "SELECT place, id, said FROM story WHERE place IN (SELECT value FROM json_each(?))"
        rows = self._db.execute(sql, (json.dumps(places),))
        try:
            return {place: self._document(place, id_, packed) for place, id_, packed in rows}
        except (TypeError, ValueError) as error:
            raise sqlite3.DatabaseError("a damaged story") from error

    def _document(self, place: int, id_: str, packed: bytes) -> Document:
        said = self._packer.unpack(packed)
        return Document(
            id=_id(id_),
            headline=said.headline,
            body=said.body,
            companies=tuple(said.companies.split(BETWEEN)) if said.companies else (),
            tags=tuple(said.tags.split(BETWEEN)) if said.tags else (),
            date=date.fromordinal(self.days.day_of(place)),
        )

    def beginning(self, prefix: str, limit: int) -> list[Term]:
        """Return the terms that begin so: companies first, then tags, then the most frequent."""
        rows = self._db.execute(
            "SELECT * FROM read WHERE word >= ? AND word < ?"
            " ORDER BY role = 'company' DESC, role = 'tag' DESC, stories DESC LIMIT ?",
            (prefix, prefix + "\U0010ffff", limit),
        )
        return [Term(*row) for row in rows]


def _in_both(some: Collection[int], others: Collection[int]) -> set[int]:
    fewer, more = (some, others) if len(some) < len(others) else (others, some)
    return set(fewer).intersection(more)


def _id(written: str) -> str | int:
    known: str | int = json.loads(written)
    return known
