"""The stories, ready to be asked: kept in an index, and exchanged for others while questions are answered.

How one question is answered: `bot.search.finding`.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Self, TypeVar

from bot.core.search.answer import Answer, AnswerKind, Document
from bot.core.search.query import Query, read_query
from bot.core.search.synonyms import NO_SYNONYMS, Synonyms
from bot.core.search.terms import is_name
from bot.core.search.text import join, name_parts
from bot.search.cache import Wanted, build_index, prepared_index
from bot.search.closest import without_dates
from bot.search.finding import Search, Wordings
from bot.search.index import Index
from bot.search.reading import in_headline, quoted
from bot.search.schema import content_of

_T = TypeVar("_T")


class SearchEngine:
    """The stories, ready to be asked. Safe to use from many threads; *update* never makes an answer wait."""

    def __init__(
        self,
        digest: str,
        documents: Callable[[], Iterable[Document]],
        companies: Mapping[str, Sequence[str]],
        *,
        today: Callable[[], date],
        synonyms: Synonyms = NO_SYNONYMS,
        source: str = "",
    ) -> None:
        """*source* names where the stories come from: its index is changed when they are other ones."""
        self._wanted = Wanted(source, digest, documents, companies)
        self._today, self._synonyms = today, synonyms
        self._lock = threading.Lock()
        self._updating = threading.Lock()
        # Where the stories are in memory, they are what is shown; the file only finds them.
        self._held: Mapping[str | int, Document] | None = None
        with prepared_index(self._wanted) as finish:
            self._index = finish()

    @classmethod
    def over(
        cls,
        documents: Iterable[Document],
        companies: Mapping[str, Sequence[str]],
        *,
        today: Callable[[], date],
        synonyms: Synonyms = NO_SYNONYMS,
        source: str = "",
    ) -> SearchEngine:
        """Open the index of these stories, or build it."""
        held = tuple(documents)
        content = content_of(held, companies)
        engine = cls(content, lambda: held, companies, today=today, synonyms=synonyms, source=source)
        engine._held = _by_id(held)
        return engine

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._index.close()

    def update(self, documents: Iterable[Document]) -> None:
        """Answer from these stories from now on: the whole present set. Only differences are written."""
        held = tuple(documents)
        key = content_of(held, self._wanted.names)
        with self._updating:
            if key == self._wanted.key:
                return
            wanted = self._wanted._replace(key=key, stories=lambda: held)
            by_id = _by_id(held)
            # Beside the old one, which goes on answering; only the exchange takes the lock.
            with prepared_index(wanted, self._index) as finish, self._lock:
                self._index, old = finish(), self._index
                self._wanted, self._held = wanted, by_id
                old.close()

    def search(self, query: str, *, limit: int = 10, offset: int = 0) -> Answer:
        """Answer a question; never fails, whatever is typed."""
        asked, wordings = read_query(query, today=self._today()), Wordings()

        def answer(asked: Query) -> Answer:
            return self._read(
                lambda index: Search(
                    index, query, asked, self._held, self._synonyms, wordings=wordings
                ).answer(limit, offset)
            )

        if not asked.is_as_typed and self._is_meant_literally(asked):
            asked = read_query(query, today=self._today(), literally=True)
        found = answer(asked)
        if (in_year := asked.in_year_of(found.missing)) and (dated := answer(in_year)).matches:
            return dated
        if found.kind is AnswerKind.MATCHES:
            return found
        for other in self._otherwise_read(query, asked):
            if (said := answer(other)).kind is AnswerKind.MATCHES:
                return said
        if not (asked.dates and asked.parts):
            return found
        at_any_time = answer(replace(asked, first=None, last=None, dates=()))
        return without_dates(at_any_time, asked.dates) or found

    def _otherwise_read(self, query: str, asked: Query) -> Iterator[Query]:
        """Yield what is asked if stories say its date, or a day that is to come, or have a part of a number.

        They may say "May 2020", and 7.1 rc1 may be short for 7.1.3-rc1.
        """
        if asked.dates or asked.names_prerelease:
            in_words = read_query(query, today=self._today(), literally=True)
            if in_words.sense != asked.sense:
                yield from in_words.said_in_words(asked)
        yield from asked.on_days_that_are_said()

    def _is_meant_literally(self, asked: Query) -> bool:
        """Tell whether stories say so what else is a date, left out or no more than asking.

        A headline may have been pasted, and "without unsafe code" be what is looked for.
        """
        if asked.sense and asked.headline and self._finds(in_headline(asked.headline)):
            return True
        if not asked.without:
            return False
        return any(self._finds(quoted(words)) for words in asked.without) or not self._may_leave_out(asked)

    def _finds(self, match: str) -> bool:
        """Tell whether an FTS5 expression finds any story."""
        return self._read(lambda index: index.newest([match], 0, index.days.last(date.max), 1) != [])

    def _may_leave_out(self, asked: Query) -> bool:
        """Tell whether others are asked for: not Fliggy, but nobody wants all stories that are not dead."""
        if not asked.is_all_left_out:
            return True
        words = [join(parts) for parts in asked.excluded]
        terms = self._read(lambda index: index.terms(words))
        return all(word in terms and is_name(terms[word]) for word in words)

    def complete(self, prefix: str, *, limit: int = 10) -> tuple[str, ...]:
        """Return names and words that begin so: companies, then tags, then frequent words."""
        beginning = join(name_parts(prefix[:100]))
        if not beginning:
            return ()
        terms = self._read(lambda index: index.beginning(beginning, 3 * limit))
        return tuple(islice(dict.fromkeys(term.of or term.shown for term in terms), limit))

    def _read(self, ask: Callable[[Index], _T]) -> _T:
        with self._lock:
            try:
                return ask(self._index)
            except sqlite3.DatabaseError:  # the file was damaged after it was opened, or says what is not so
                self._index.close()
                self._index = build_index(self._wanted)
                return ask(self._index)


def _by_id(documents: Iterable[Document]) -> Mapping[str | int, Document]:
    return {document.id: document for document in documents}
