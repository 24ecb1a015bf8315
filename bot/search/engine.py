"""Answers questions about the stories: the right ones, names that are near, or an honest nothing.

What the words mean is decided in `bot.core.meaning`; here stories are fetched, ranked and explained.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import blake2b
from itertools import combinations, islice
from typing import NamedTuple, Self, TypeVar

from bot.core.search.answer import Answer, AnswerKind, Document, Match
from bot.core.search.highlight import Passage, excerpt, key, keys, passage
from bot.core.search.hints import emptied
from bot.core.search.meaning import Candidate, Unit, units
from bot.core.search.query import Parts, Query, read_query
from bot.core.search.reasons import COMPANY, HEADLINE, NEWEST_FIRST, TAG, TEXT, phrase_reason, reason
from bot.core.search.text import join, name_parts
from bot.search.cache import build_index, open_index
from bot.search.index import VERSION, Hit, Index, day_of, first_place, last_place, mark

_T = TypeVar("_T")

SURE_OF_ONE = 0.75  # how much of a question of one word must be understood
SURE_OF_ONE_UNTAGGED = 0.60  # without companies no name is sure; .75 would lose one typo in ten more
SURE_OF_MANY = 0.40  # of one with several: its other words bear witness
SUGGESTED = 0.25  # a name that likely is worth showing, but not worth answering with
FEW = 50  # stories with a name; of more, the newest that has it as a company comes first, headline or not
_LEVELS = (("companies", "headline"), ("companies",), ("headline",), ("tags",), ())  # () is anywhere
_TRIES = 24  # combinations of words that are tried when not all are in one story
# Each try walks through the stories of all its words: of many words fewer, or a page of common ones pasted
# into the question costs 30 ms on 10,000 stories.
_MANY, _TRIES_OF_MANY = 10, 10

HINT_EMPTY = "Ask for a company, a topic or a whole question, for example: Fliggy, travel before:2020-06."
HINT_NOTHING = "Try another spelling, fewer words, or a company's name."
HINT_NEAR = "These names are near."


class SearchEngine:
    """The stories, ready to be asked. Safe to use from many threads; *update* never makes an answer wait."""

    def __init__(
        self,
        digest: str,
        documents: Callable[[], Iterable[Document]],
        companies: Mapping[str, Sequence[str]],
        *,
        today: Callable[[], date],
    ) -> None:
        self._documents, self._companies, self._today = documents, companies, today
        self._digest = digest
        self._lock = threading.Lock()
        self._updating = threading.Lock()
        # Where the stories are in memory, they are what is shown; the file only finds them.
        self._held: Mapping[str | int, Document] | None = None
        self._index = open_index(digest) or build_index(digest, documents, companies)

    @classmethod
    def over(
        cls,
        documents: Iterable[Document],
        companies: Mapping[str, Sequence[str]],
        *,
        today: Callable[[], date],
    ) -> SearchEngine:
        """Open the index of these stories, or build it."""
        held = tuple(documents)
        engine = cls(_content(held, companies), lambda: held, companies, today=today)
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
        digest = _content(held, self._companies)
        with self._updating:
            if digest == self._digest:
                return
            # Beside the old one, which goes on answering; only the exchange takes the lock.
            index = open_index(digest) or build_index(digest, lambda: held, self._companies, base=self._index)
            with self._lock:
                self._index, old = index, self._index
                self._digest, self._documents = digest, lambda: held
                self._held = _by_id(held)
                old.close()

    def search(self, query: str, *, limit: int = 10, offset: int = 0) -> Answer:
        """Answer a question; never fails, whatever is typed."""
        asked = read_query(query, today=self._today())
        return self._read(lambda index: _Search(index, query, asked, self._held).answer(limit, offset))

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
                self._index = build_index(self._digest, self._documents, self._companies)
                return ask(self._index)


def _by_id(documents: Iterable[Document]) -> Mapping[str | int, Document]:
    return {document.id: document for document in documents}


def _content(documents: Sequence[Document], companies: Mapping[str, Sequence[str]]) -> str:
    content = blake2b(digest_size=16)
    content.update(
        repr((VERSION, [(name, *others) for name, others in companies.items()])).encode("utf-8", "replace")
    )
    for document in documents:
        content.update(mark(document))
    return content.hexdigest()


class _Reading(NamedTuple):
    """What is looked for: FTS5 expressions that all must fit, and the units and phrases they stand for."""

    wanted: tuple[str, ...]
    units: tuple[Unit, ...]
    phrases: tuple[Parts, ...]

    @property
    def match(self) -> str:
        return " AND ".join(self.wanted)


class _Search:
    """One question."""

    def __init__(
        self, index: Index, query: str, asked: Query, held: Mapping[str | int, Document] | None
    ) -> None:
        self._index, self._query, self._asked, self._held = index, query, asked, held
        self._first = first_place(asked.first or date.min)
        self._last = last_place(asked.last or date.max)

    def answer(self, limit: int, offset: int) -> Answer:
        asked = self._asked
        if asked.problem:
            return self._nothing(asked.problem)
        units_ = units(
            asked.parts,
            stories=self._index.stories,
            lookup=self._index.terms,
            near=self._index.vocabulary.near,
        )
        if not units_ and not asked.narrows:
            return self._nothing(HINT_EMPTY)
        for reading in self._readings(units_):
            hits = self._hits(reading, limit, offset)
            # A page that is not full is the last one, and tells how many there are.
            full = len(hits) == limit or not hits
            total = self._total(reading) if full and (hits or offset) else offset + len(hits)
            if total:
                return self._matches(reading, hits, total)
        if said := emptied(asked, self._has, self._fits):
            return self._nothing(said)
        # Names, never stories: a story that fits a guess looks like an answer to what was asked.
        suggestions = _suggestions(units_) or self._named_like(units_)
        if suggestions:
            return Answer(
                query=self._query, kind=AnswerKind.DID_YOU_MEAN, suggestions=suggestions, hint=HINT_NEAR
            )
        return self._nothing(HINT_NOTHING)

    def has_any(self) -> bool:
        """Tell whether any story meets the conditions, whatever its words."""
        return bool(self._hits(self._reading((), self._asked.phrases), 1, 0))

    def _has(self, asked: Query) -> bool:
        return _Search(self._index, self._query, asked, self._held).has_any()

    def _fits(self, asked: Query) -> bool:
        return _Search(self._index, self._query, asked, self._held).answer(1, 0).kind is AnswerKind.MATCHES

    def _named_like(self, all_units: Sequence[Unit]) -> tuple[str, ...]:
        """Return companies and tags that are spelt a little like a word nobody knows."""
        unknown = ("".join(part.letters for part in unit.parts) for unit in all_units if not unit.candidates)
        off = dict(pair for word in unknown for pair in self._index.vocabulary.further(word))
        named = [term for term in self._index.terms(off).values() if term.role]
        named.sort(key=lambda term: (off[term.word], -term.stories))
        return tuple(dict.fromkeys(term.of or term.shown for term in named))[:3]

    def _nothing(self, hint: str) -> Answer:
        return Answer(query=self._query, kind=AnswerKind.NOTHING, hint=hint)

    def _readings(self, all_units: tuple[Unit, ...]) -> Iterator[_Reading]:
        """Yield what may be answered: all words we know, then fewer, while enough of the question is left."""
        phrases = self._asked.phrases
        if not all_units:
            yield self._reading((), phrases)
            return
        if (phrases or self._asked.tags) and not self._hits(self._reading((), phrases), 1, 0):
            return  # no story has what must be there: one look instead of all the tries
        total = sum(unit.weight for unit in all_units)
        known = [unit for unit in all_units if unit.candidates]
        one = SURE_OF_ONE if self._index.has_companies else SURE_OF_ONE_UNTAGGED
        sure = one if len(all_units) == 1 and not phrases else SURE_OF_MANY
        for chosen in _choices(known):
            if sum(unit.worth for unit in chosen) < sure * total:
                return
            yield self._reading(chosen, phrases)

    def _reading(self, chosen: Sequence[Unit], phrases: tuple[Parts, ...]) -> _Reading:
        wanted = [_expression(unit) for unit in chosen]
        wanted += [_phrase(phrase) for phrase in phrases]
        wanted += ["(tags : " + " AND ".join(f'"{part}"' for part in tag) + ")" for tag in self._asked.tags]
        if wanted and self._asked.excluded:
            but = "".join(f" NOT {_phrase(parts)}" for parts in self._asked.excluded)
            wanted = [f"({' AND '.join(wanted)}){but}"]
        return _Reading(tuple(wanted), tuple(chosen), phrases)

    def _hits(self, reading: _Reading, limit: int, offset: int) -> list[Hit]:
        if not reading.wanted:
            places = self._index.newest_of_all(self._first, self._last, limit + offset)
            return [Hit(place, 1.0) for place in places[offset:]]
        if len(reading.units) == 1 and not reading.phrases and not self._is_keywords(reading):
            return self._by_field(reading, limit + offset)[offset:]
        return self._ranked(reading, limit + offset)[offset:]

    def _is_keywords(self, reading: _Reading) -> bool:
        return bool(self._asked.small_words) and reading.units[0].candidates[0].term.role != "company"

    def _ranked(self, reading: _Reading, wanted: int) -> list[Hit]:
        """Return the best by BM25; of mere keywords, those first that have the small words, too."""
        # BM25 walks through every story of every word: not for a single story, or for none.
        places = self._index.newest(reading.wanted, self._first, self._last, 2)
        if len(places) < 2:
            return [Hit(place, 1.0) for place in places]
        hits = self._index.ranked(reading.match, self._first, self._last, wanted)
        small = self._asked.small_words
        if not hits or not small or any(unit.candidates[0].term.role == "company" for unit in reading.units):
            return hits
        match = f"({reading.match}) AND " + " AND ".join(map(_phrase, small))
        better = self._index.ranked(match, self._first, self._last, wanted)
        first = {hit.place: Hit(hit.place, hit.score + hits[0].score) for hit in better}
        return [*first.values(), *(hit for hit in hits if hit.place not in first)][:wanted]

    def _by_field(self, reading: _Reading, wanted: int) -> list[Hit]:
        """Return stories with one name or word: where it counts most first, and there the newest first."""
        unit = reading.units[0]
        stories = sum(candidate.term.stories for candidate in unit.candidates)
        is_rare = stories <= FEW
        levels = _LEVELS if is_rare else _LEVELS[1:]
        enough = min(wanted, stories) if _is_terms(unit) else wanted
        hits: dict[int, Hit] = {}
        for score, fields in zip(range(len(levels), 0, -1), levels, strict=True):
            # Those found before are found again here: ask for as many more.
            places = self._newest_in(fields, reading, -1 if is_rare else wanted + len(hits))
            places = [place for place in places if place not in hits]
            for place in self._best_of_each_day(places, reading) if is_rare else places:
                hits[place] = Hit(place, float(score))
            if len(hits) >= enough:
                break
        return list(hits.values())[:wanted]

    def _best_of_each_day(self, places: list[int], reading: _Reading) -> list[int]:
        """Put stories of the same day in order of BM25."""
        if len(set(map(day_of, places))) == len(places):
            return places
        ranked = self._index.ranked(reading.match, places[-1], places[0], -1)
        fit = {hit.place: hit.score for hit in ranked}
        return sorted(places, key=lambda place: (day_of(place), fit[place]), reverse=True)

    def _newest_in(self, fields: Sequence[str], reading: _Reading, limit: int) -> list[int]:
        terms = [candidate.term for candidate in reading.units[0].candidates]
        if "companies" in fields and not any(term.companies for term in terms):
            return []
        if "headline" in fields and not any(term.headlines for term in terms):
            return []
        sought = _expression(reading.units[0])
        wanted = [f"({field} : {sought})" for field in fields]
        if reading.wanted != (sought,) or not fields:
            wanted += reading.wanted
        return self._index.newest(wanted, self._first, self._last, limit)

    def _total(self, reading: _Reading) -> int:
        if not reading.wanted:
            return len(self._index.newest_of_all(self._first, self._last, self._index.stories))
        if len(reading.units) == 1 and not (self._asked.first or self._asked.last):
            term = reading.units[0].candidates[0].term
            if reading.wanted == (f'("{term.word}")',):
                return term.stories
        return self._index.count(reading.wanted, self._first, self._last)

    def _documents_at(self, places: Sequence[int]) -> Mapping[int, Document]:
        """Return the stories at these places, as they are in memory; sqlite3.DatabaseError if one is not."""
        try:
            if self._held:
                return {place: self._held[self._index.ids[place]] for place in places}
            found = self._index.documents(places)
            return {place: found[place] for place in places}
        except KeyError:
            raise sqlite3.DatabaseError("a story that is in no digest") from None

    def _matches(self, reading: _Reading, hits: list[Hit], total: int) -> Answer:
        documents = self._documents_at([hit.place for hit in hits])
        sought = [[_Sought.of(unit, candidate) for candidate in unit.candidates] for unit in reading.units]
        return Answer(
            query=self._query,
            kind=AnswerKind.MATCHES,
            total=total,
            matches=tuple(_match(documents[hit.place], hit.score, sought, reading.phrases) for hit in hits),
        )


def _choices(known: Sequence[Unit]) -> Iterator[Sequence[Unit]]:
    """Yield these units, then fewer and fewer of them: those that tell most first."""
    yield known
    fewer = [
        chosen
        for size in range(len(known) - 1, 0, -1)
        for chosen in islice(combinations(known, size), _TRIES)
    ]
    fewer.sort(key=lambda chosen: -sum(unit.worth for unit in chosen))
    yield from fewer[: _TRIES if len(known) <= _MANY else _TRIES_OF_MANY]


def _expression(unit: Unit) -> str:
    """Return what finds a unit. All words are quoted, so none of them is an operator."""
    best, *others = unit.candidates
    if not _is_terms(unit):
        written = _phrase([part.letters for part in unit.parts])
        if best.term.role != "company":
            parts = [f'"{part.letters}"' for part in unit.parts if not part.is_stop]
            written = " AND ".join(parts) if parts else written
        return f'("{best.term.word}" OR ({written}))'
    also = [other for other in others[:1] if other.belief > 0.5 * best.belief]
    return "(" + " OR ".join(f'"{candidate.term.word}"' for candidate in (best, *also)) + ")"


def _is_terms(unit: Unit) -> bool:
    """Tell whether a unit is found by its terms alone, rather than by the words of a name, too."""
    return len(unit.parts) == 1 or unit.candidates[0].distance > 0


def _phrase(parts: Sequence[str]) -> str:
    return f'"{" ".join(parts)}"'


def _suggestions(all_units: Sequence[Unit]) -> tuple[str, ...]:
    near = sorted(
        (
            candidate
            for unit in all_units
            for candidate in unit.candidates
            if candidate.distance and candidate.belief >= SUGGESTED
        ),
        key=lambda candidate: (not candidate.term.role, -candidate.belief),
    )
    return tuple(dict.fromkeys(candidate.term.of or candidate.term.shown for candidate in near))[:3]


class _Sought(NamedTuple):
    """What a unit may be in a story, the same for each story of an answer."""

    forms: tuple[str, ...]
    names: frozenset[str]
    unit: Unit
    candidate: Candidate

    @classmethod
    def of(cls, unit: Unit, candidate: Candidate) -> _Sought:
        term = candidate.term
        typed = " ".join(part.letters for part in unit.parts)
        forms = (term.shown.lower(), term.word, typed, *([term.of.lower()] if term.of else []))
        names = frozenset((term.word, key(term.of)) if term.of else (term.word,))
        return cls(tuple(dict.fromkeys(forms)), names, unit, candidate)


def _match(
    story: Document, score: float, units_: Sequence[Sequence[_Sought]], phrases: Sequence[Parts]
) -> Match:
    headline, body = passage(story.headline), passage(story.body)
    words: list[str] = []
    reasons: list[str] = []
    for candidates in units_:
        reason, word = _why(story, candidates, headline, body)
        reasons.append(reason)
        words.append(word)
    for phrase in phrases:
        written = " ".join(phrase)
        forms = (written, join(phrase))
        words.append(headline.find(forms) or body.find(forms) or body.find_compound(forms))
        reasons.append(phrase_reason(phrase))
    found = tuple(dict.fromkeys(filter(None, words)))
    return Match(
        story=story,
        score=round(score, 4),
        why="; ".join(dict.fromkeys(reasons)) or NEWEST_FIRST,
        words=found,
        excerpt=excerpt(story.body, found),
    )


def _why(story: Document, candidates: Sequence[_Sought], headline: Passage, body: Passage) -> tuple[str, str]:
    """Return how a unit is in a story, and the word there."""
    for forms, names, unit, candidate in candidates:
        in_headline = headline.find(forms)
        found = in_headline or body.find(forms) or headline.find_compound(forms) or body.find_compound(forms)
        if not names.isdisjoint(keys(story.companies)):
            return reason(unit, candidate, COMPANY), found
        if in_headline:
            return reason(unit, candidate, HEADLINE), found
        if not names.isdisjoint(keys(story.tags)):
            return reason(unit, candidate, TAG), found
        if found:
            return reason(unit, candidate, TEXT), found
    return reason(candidates[0].unit, candidates[0].candidate, TEXT), ""
