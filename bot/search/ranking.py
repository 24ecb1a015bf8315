"""Which stories have the words that are looked for, in the order in which they are answered.

One name or word: where it counts most first, and there the newest. Several: by BM25.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import product

from bot.core.search.query import Parts, Query
from bot.core.search.unit import Unit
from bot.search.index import Hit, Index
from bot.search.reading import Reading, as_one_first, expression, in_field, in_headline, is_terms, quoted
from bot.search.schema import WHOLE

_FEW = 50  # stories with a name; of more, the newest that has it as a company comes first, headline or not
# A company's whole name goes before one that it is a part of. () is anywhere.
_LEVELS = (
    *((WHOLE, "headline"), (WHOLE,)),
    *(("companies", "headline"), ("companies",), ("headline",), ("tags",), ()),
)


class Ranking:
    """The stories of one question."""

    def __init__(self, index: Index, asked: Query) -> None:
        self._index, self._asked = index, asked
        self._first = index.days.first(asked.first or date.min)
        self._last = index.days.last(asked.last or date.max)

    def any_has(self, wanted: Sequence[str]) -> bool:
        """Tell whether a story of these days fits all these FTS5 expressions."""
        return bool(self._index.newest(wanted, self._first, self._last, 1))

    def reading(self, chosen: Sequence[Unit], phrases: tuple[Parts, ...]) -> Reading:
        """Return what finds stories with these words and phrases, on the conditions that are asked."""
        wanted = [expression(unit) for unit in chosen]
        wanted += [quoted(phrase) for phrase in phrases]
        wanted += ["(tags : " + " AND ".join(f'"{part}"' for part in tag) + ")" for tag in self._asked.tags]
        # Each once: BM25 would count what is said thirty times as often in every story.
        wanted = list(dict.fromkeys(wanted))
        if wanted and self._asked.excluded:
            but = "".join(f" NOT {quoted(parts)}" for parts in self._asked.excluded)
            wanted = [f"({' AND '.join(wanted)}){but}"]
        return Reading(tuple(wanted), tuple(chosen), phrases)

    def hits(self, reading: Reading, limit: int, offset: int) -> list[Hit]:
        """Return a page of the stories that fit."""
        if not reading.wanted:
            return [Hit(place, 1.0) for place in self._of_these_days(limit + offset)[offset:]]
        find = self.ranked if self.is_ranked(reading) else self._by_field
        return self._pasted_first(reading, find(reading, limit + offset))[offset:]

    def _pasted_first(self, reading: Reading, hits: list[Hit]) -> list[Hit]:
        """Put those first whose headline has all that was typed, word for word: it was pasted."""
        if not hits or not self._asked.headline:
            return hits
        wanted = (*reading.wanted, in_headline(self._asked.headline))
        places = self._index.newest(wanted, self._first, self._last, len(hits))
        highest = max(hit.score for hit in hits)
        fit = {hit.place: hit.score for hit in hits}
        pasted = [Hit(place, 2 * highest + fit.get(place, 0.0)) for place in places]
        return [*pasted, *(hit for hit in hits if hit.place not in places)][: len(hits)]

    def total(self, reading: Reading) -> int:
        """Return how many stories fit."""
        if not reading.wanted:
            return len(self._of_these_days(self._index.stories))
        if len(reading.units) == 1 and not (self._asked.first or self._asked.last):
            term = reading.units[0].candidates[0].term
            if reading.wanted == (f'("{term.word}")',):
                return term.stories
        return self._index.count(reading.wanted, self._first, self._last)

    def _of_these_days(self, wanted: int) -> list[int]:
        """Return the newest stories of these days, but for those to be left out."""
        if not self._asked.excluded:
            return self._index.newest_of_all(self._first, self._last, wanted)
        # FTS5 leaves nothing out of everything.
        places = self._index.newest_of_all(self._first, self._last, self._index.stories)
        left_out = {place for parts in self._asked.excluded for place in self._all_with(parts)}
        return [place for place in places if place not in left_out][:wanted]

    def _all_with(self, parts: Parts) -> list[int]:
        return self._index.newest([quoted(parts)], self._first, self._last, -1)

    def is_ranked(self, reading: Reading) -> bool:
        """Tell whether stories come in the order of BM25: one name or word comes by field and by day."""
        is_one = len(reading.units) == 1 and not reading.phrases
        return bool(reading.wanted) and not (is_one and not self._is_keywords(reading))

    def _is_keywords(self, reading: Reading) -> bool:
        return bool(self._asked.small_words) and reading.units[0].candidates[0].term.role != "company"

    def ranked(self, reading: Reading, wanted: int) -> list[Hit]:
        """Return the best by BM25; of mere keywords, those first that have the small words, too."""
        # BM25 walks through every story of every word: not for a single story, or for none.
        places = self._index.newest(reading.wanted, self._first, self._last, 2)
        if len(places) < 2:
            return [Hit(place, 1.0) for place in places]
        hits = self._index.ranked(reading.match, self._first, self._last, wanted)
        small = self._asked.small_words
        if not hits or not small or any(unit.candidates[0].term.role == "company" for unit in reading.units):
            return hits
        match = f"({reading.match}) AND " + " AND ".join(map(quoted, dict.fromkeys(small)))
        better = self._index.ranked(match, self._first, self._last, wanted)
        first = {hit.place: Hit(hit.place, hit.score + hits[0].score) for hit in better}
        return [*first.values(), *(hit for hit in hits if hit.place not in first)][:wanted]

    def _by_field(self, reading: Reading, wanted: int) -> list[Hit]:
        """Return stories with one name or word: where it counts most first, and there the newest first."""
        unit = reading.units[0]
        stories = sum(candidate.term.stories for candidate in unit.candidates)
        is_rare = stories <= _FEW
        levels = [level for level in _LEVELS if is_rare or len(level) < 2]
        if not unit.is_company:
            levels = [level for level in levels if WHOLE not in level]
        ways = list(product(levels, as_one_first(unit)))
        enough = wanted
        if is_terms(unit) and not unit.synonyms:
            enough = min(wanted, stories)
        elif is_rare:
            enough = min(wanted, self._index.count(reading.wanted, self._first, self._last))
        hits: dict[int, Hit] = {}
        for score, (fields, sought) in zip(range(len(ways), 0, -1), ways, strict=True):
            if "companies" in fields and len(hits) >= sum(one.term.companies for one in unit.candidates):
                continue  # it is the whole name of all that have it as a company
            # Those found before are found again here: ask for as many more.
            places = self._newest_in(fields, sought, reading, -1 if is_rare else wanted + len(hits))
            places = [place for place in places if place not in hits]
            for place in self._best_of_each_day(places, reading) if is_rare else places:
                hits[place] = Hit(place, float(score))
            if len(hits) >= enough:
                break
        return list(hits.values())[:wanted]

    def _best_of_each_day(self, places: list[int], reading: Reading) -> list[int]:
        """Put stories of the same day in order of BM25."""
        day_of = self._index.days.day_of
        if len(set(map(day_of, places))) == len(places):
            return places
        ranked = self._index.ranked(reading.match, places[-1], places[0], -1)
        fit = {hit.place: hit.score for hit in ranked}
        return sorted(places, key=lambda place: (day_of(place), fit[place]), reverse=True)

    def _newest_in(self, fields: Sequence[str], sought: str, reading: Reading, limit: int) -> list[int]:
        terms = [candidate.term for candidate in reading.units[0].candidates]
        if is_terms(reading.units[0]) and not reading.units[0].synonyms:
            if "companies" in fields and not any(term.companies for term in terms):
                return []
            if "headline" in fields and not any(term.headlines for term in terms):
                return []
        wanted = [in_field(field, sought, terms[0]) for field in fields] or [sought]
        if reading.wanted != (sought,):
            wanted += reading.wanted
        return self._index.newest(wanted, self._first, self._last, limit)
