"""One question: what its stories must have is decided, and they are explained, or what is near is named.

What the words mean is decided in `bot.core.search.meaning`, which stories come first in `ranking`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from operator import is_not

from bot.core.search.answer import Answer, AnswerKind, Document
from bot.core.search.belief import is_like_a_name
from bot.core.search.folding import lower
from bot.core.search.guesses import Lexicon
from bot.core.search.highlight import Passage
from bot.core.search.hints import emptied
from bot.core.search.meaning import Wording
from bot.core.search.query import Part, Query
from bot.core.search.smallwords import told_of
from bot.core.search.synonyms import Synonyms
from bot.core.search.terms import has_forms, is_plain, is_rare, is_side_by_side
from bot.core.search.text import is_unspaced
from bot.core.search.unit import Candidate, Term, Unit
from bot.search.closest import (
    CLOSEST,
    anchorage,
    anchors,
    choices,
    lacking,
    stands_alone,
    stands_on,
    suggestions,
    tears,
    told_apart,
)
from bot.search.index import Hit, Index
from bot.search.known_words import is_known
from bot.search.ranking import Ranking
from bot.search.reading import SURE_OF_ONE, Reading, Sought, each_once, explained, named, quoted

# Without companies no name is sure: .75 would lose one typo in ten more, .60 one in thirty. Of two words each
# bears witness. Where there are companies, what is only written like one needs no more.
SURE_OF_A_NAME = 0.50
_TYPEABLE = 4  # letters; a shorter word is another one, not mistyped
SURE_OF_MANY = 0.40  # of one with several: its other words bear witness
_FEW_WORDS = 6  # of a question whose neighbours are tried as mistyped names once nothing else fits
_SELDOM_TOGETHER = 4  # words; more than so many are in no story, mostly
_NAME_AND_FRAME = 2  # units: a company, and what only says that it asks
_COMMON = 4  # a word that more than one story in so many has asks for nothing by itself: the, of, and

HINT_EMPTY = "Ask for a company, a topic or a whole question, for example: Fliggy, travel before:2020-06."
HINT_NOTHING = "Try another spelling, fewer words, or a company's name."
HINT_NEAR = "These names are near."


# What the words of one question stand for, by the index that was asked: with other dates, or with nothing
# left out, it is the same.
Wordings = dict[tuple[Index, tuple[Part, ...]], Wording]


class Search:
    """One question, as it may be read."""

    def __init__(
        self,
        index: Index,
        query: str,
        asked: Query,
        held: Mapping[str | int, Document] | None,
        synonyms: Synonyms,
        *,
        wordings: Wordings,
    ) -> None:
        self._synonyms, self._wordings = synonyms, wordings
        self._index, self._query, self._asked, self._held = index, query, asked, held
        self._wide: dict[tuple[int, bool], tuple[Unit, Unit]] = {}
        self._ranking = Ranking(index, asked)

    def answer(self, limit: int, offset: int) -> Answer:
        asked = self._asked
        if asked.problem:
            return self._nothing(asked.problem)
        units_ = () if asked.is_for_all_but else self._units()
        if not (units_ or asked.narrows or asked.is_for_all_but):
            return self._of_small_words(limit, offset) or self._nothing(HINT_EMPTY)
        found = self._fitting(units_, limit, offset)
        if not found and (said := emptied(asked, self._has, self._fits)):
            return self._nothing(said)
        return found or self._closest(units_, limit) or self._apart(units_, limit) or self._near(units_)

    def _of_small_words(self, limit: int, offset: int) -> Answer | None:
        """Return the stories that say just what is asked in words that else hold a question together."""
        literal = self._asked.in_so_many_words
        if literal is None or any(map(self._is_everywhere, literal.parts)):
            return None
        return self._instead(literal).fitting(limit, offset)

    def _is_everywhere(self, part: Part) -> bool:
        term = self._index.terms([part.letters]).get(part.letters)
        return term is not None and term.stories > max(1, self._index.stories // _COMMON)

    def _apart(self, units_: tuple[Unit, ...], limit: int) -> Answer | None:
        """Return what is closest to words that would be one name, mistyped, if only that were likely."""
        pieces = self._wording.word_by_word(units_)
        return self._closest(pieces, limit) if pieces != units_ and not suggestions(units_) else None

    def _fitting(self, units_: tuple[Unit, ...], limit: int, offset: int) -> Answer | None:
        """Return the stories that have what is asked for, if there are any."""
        if self._is_rather_a_name(units_):
            found = self._boldly(units_, limit, offset) or self._whole(units_, limit, offset)
        else:
            found = self._whole(units_, limit, offset) or self._boldly(units_, limit, offset)
        return (
            found
            or self._inflected(units_, limit, offset)
            or self._word_by_word(units_, limit, offset)
            or self._all_of_a_name(units_, limit, offset)
        )

    def _all_of_a_name(self, units_: tuple[Unit, ...], limit: int, offset: int) -> Answer | None:
        """Return all there is of a company, where no more is asked for: Fliggy coverage, search Fliggy."""
        if len(units_) != _NAME_AND_FRAME:
            return None
        first, last = units_
        name = last if first.typed.lower() == "search" else first
        is_framed = name is last or last.typed.lower() == "coverage"
        return (
            self._whole((name,), limit, offset) if is_framed and name.is_company and name.is_exact else None
        )

    def _word_by_word(self, units_: tuple[Unit, ...], limit: int, offset: int) -> Answer | None:
        """Return what has each word of a mistyped name: Hoare logik need not be the Hoare Logic."""
        pieces = self._wording.word_by_word(units_)
        if len(pieces) == len(units_):
            return None
        return self._whole(pieces, limit, offset) or self._inflected(pieces, limit, offset)

    def _inflected(self, units_: tuple[Unit, ...], limit: int, offset: int) -> Answer | None:
        """Return what has the question's words with any ending: who sorts may have asked for sorting."""
        if len(units_) == 1:
            return None  # it is there as it stands
        wide = tuple(self._with_forms(unit, any_ending=True) for unit in units_)
        return self._whole(wide, limit, offset) if any(map(is_not, wide, units_)) else None

    def has_any(self) -> bool:
        """Tell whether any story meets the conditions, whatever its words."""
        reading = self._ranking.reading((), self._asked.phrases)
        if reading.wanted:  # not the best one: to put all in order takes as long as a whole answer
            return self._ranking.any_has(reading.wanted)
        return bool(self._ranking.hits(reading, 1, 0))

    def fitting(self, limit: int, offset: int) -> Answer | None:
        """Return the stories that have what is asked for, if there are any."""
        return self._fitting(self._units(), limit, offset)

    def _has(self, asked: Query) -> bool:
        return self._instead(asked).has_any()

    def _fits(self, asked: Query) -> bool:
        return self._instead(asked).fitting(1, 0) is not None

    def _instead(self, asked: Query) -> Search:
        return Search(self._index, self._query, asked, self._held, self._synonyms, wordings=self._wordings)

    def _is_rather_a_name(self, units_: tuple[Unit, ...]) -> bool:
        """Tell whether two words are all there is, rare, and stand together nowhere: rio tito, fly.ip.

        Around a small word, as in a name, one of them may be common: trial of bits.
        """
        parts = self._asked.parts
        if len(units_) != 2 or sum(not part.is_stop for part in parts) != 2 or parts[-1].is_stop:
            return False
        is_of_a_name = parts[0].place == parts[1].place or parts[1].is_stop
        if parts[0].is_stop or not (is_of_a_name or all(map(self._is_rare, units_))):
            return False
        # Together they stand in stories with both alone: mostly there are none, and no phrase is looked for.
        letters = [part.letters for part in parts]
        written = [*(f'("{word}")' for word in letters), quoted(letters)]
        return not self._ranking.any_has(written)

    def _boldly(self, units_: tuple[Unit, ...], limit: int, offset: int) -> Answer | None:
        """Return what has the question's words as names that only together are near to what is typed."""
        if not 1 < len(units_) <= _FEW_WORDS or all(map(self._is_often_written_so, units_)):
            return None
        bold = self._units(boldly=True)
        return self._whole(bold, limit, offset) if bold != units_ else None

    def _is_rare(self, unit: Unit) -> bool:
        return unit.is_exact and is_rare(unit.candidates[0].term, self._index.stories)

    def _is_often_written_so(self, unit: Unit) -> bool:
        return unit.is_exact and not self._is_rare(unit)

    def _near(self, units_: tuple[Unit, ...]) -> Answer:
        # Names, never stories: a story that fits a guess looks like an answer to what was asked.
        if names := suggestions(units_) or self._named_like(units_):
            return Answer(query=self._query, kind=AnswerKind.DID_YOU_MEAN, suggestions=names, hint=HINT_NEAR)
        return self._nothing(HINT_NOTHING)

    @cached_property
    def _wording(self) -> Wording:
        of_these = self._index, self._asked.parts
        if of_these not in self._wordings:
            self._wordings[of_these] = self._worded()
        return self._wordings[of_these]

    def _worded(self) -> Wording:
        lexicon = Lexicon(
            stories=self._index.stories,
            lookup=self._index.terms,
            near=self._index.near,
            spelt_out=self._index.vocabulary.spelt_out,
            is_known=is_known,
            has_companies=self._index.has_companies,
        )
        return Wording(self._asked.parts, lexicon, synonyms=self._synonyms)

    def _units(self, *, boldly: bool = False) -> tuple[Unit, ...]:
        return tuple(map(self._begun, self._wording.units(boldly=boldly)))

    def _begun(self, unit: Unit) -> Unit:
        """Return a run of Chinese as the company whose other name begins so: 马云 of 马云公益基金会."""
        word = unit.parts[0].letters
        if unit.candidates or unit.is_cut_from_a_run or not is_unspaced(word):
            return unit
        runs = (run for run in dict.fromkeys((word, told_of(word))) if len(run) > 1)
        terms = (term for run in runs for term in self._index.beginning(run, 1))
        named = islice((term for term in terms if term.role == "company"), 1)
        return unit._replace(
            candidates=tuple(Candidate(term, 0, SURE_OF_ONE, is_form=True) for term in named)
        )

    def _named_like(self, all_units: Sequence[Unit]) -> tuple[str, ...]:
        """Return companies and tags that are spelt a little like the one word nobody knows."""
        if sum(not (unit.is_exact or unit.is_small) for unit in all_units) > 1:
            return ()
        unknown = ("".join(part.letters for part in unit.parts) for unit in all_units if not unit.candidates)
        off = dict(pair for word in unknown for pair in self._index.vocabulary.further(word))
        named = [term for term in self._index.terms(off).values() if term.role]
        named.sort(key=lambda term: (off[term.word], -term.stories))
        return tuple(dict.fromkeys(term.of or term.shown for term in named))[:3]

    def _nothing(self, hint: str) -> Answer:
        return Answer(query=self._query, kind=AnswerKind.NOTHING, hint=hint)

    def _whole(self, all_units: tuple[Unit, ...], limit: int, offset: int) -> Answer | None:
        """Return the stories that have every word that carries the question's sense, if there are any."""
        for reading_ in self._readings(all_units):
            reading = reading_
            hits = self._ranking.hits(reading, limit, offset)
            has_small = any(unit.is_small for unit in reading.units)
            is_enough = len(hits) == limit or (hits and len(reading.units) > 1 and not has_small)
            if not is_enough and (wider := self._widened(reading)):
                first = self._ranking.hits(reading, limit + offset, 0) if offset else hits
                hits, reading = self._with_more(first, wider, limit, offset), wider
            # A page that is not full is the last one, and tells how many there are.
            full = len(hits) == limit or not hits
            total = self._ranking.total(reading) if full and (hits or offset) else offset + len(hits)
            if total:
                return self._matches(reading, hits, total)
        return None

    def _readings(self, all_units: tuple[Unit, ...]) -> Iterator[Reading]:
        """Yield what may be answered: all words, then those alone that carry the sense."""
        phrases = self._asked.phrases
        telling = tuple(unit for unit in all_units if not unit.is_small)
        sense = telling or named(all_units) or all_units
        understood = [unit for unit in sense if unit.is_understood]
        if not all(unit.belief for unit in sense) or len(sense) - len(understood) > len(understood) // 2:
            return  # two words we are sure of bear witness for one that we doubt
        sure = self._sure_of_one(sense[0]) if len(sense) == 1 and not phrases else SURE_OF_MANY
        if sum(unit.worth for unit in sense) < sure * sum(unit.weight for unit in sense):
            return
        known = tuple(unit for unit in all_units if unit.candidates)
        yield self._ranking.reading(known, phrases)
        if len(sense) < len(known):
            yield self._ranking.reading(sense, phrases)

    def _sure_of_one(self, unit: Unit) -> float:
        """Return how much of a question's only word must be understood."""
        return SURE_OF_A_NAME if self._is_likely_meant(unit, unit.candidates[0].term) else SURE_OF_ONE

    def _is_likely_meant(self, unit: Unit, meant: Term) -> bool:
        # A slip is seldom in the first letter: "fastly" is a name that is in no story, not "vastly".
        is_begun_so = meant.word[:1] == unit.parts[0].letters[:1]
        is_name = len(unit.parts) > 1 and all(len(part.letters) >= _TYPEABLE for part in unit.parts)
        if self._index.has_companies and not is_name:
            return is_begun_so and is_like_a_name(meant)
        return (is_begun_so or not is_plain(meant)) and not is_side_by_side(meant)

    def _widened(self, reading: Reading) -> Reading | None:
        """Return the same without small words and in any number, or None if nothing of it can be so."""
        wider = self._widest(reading.units)
        # One by one: comparing tuples of units compares all that they hold.
        is_wider = len(wider) < len(reading.units) or any(map(is_not, wider, reading.units))
        return self._ranking.reading(wider, reading.phrases) if is_wider else None

    def _widest(self, units_: Sequence[Unit], *, any_ending: bool = False) -> tuple[Unit, ...]:
        """Return units without the small ones, each in any number, or with any ending."""
        asked_for = [unit for unit in units_ if not unit.is_small] or units_
        return tuple(self._with_forms(unit, any_ending=any_ending) for unit in asked_for)

    def _with_forms(self, unit: Unit, *, any_ending: bool) -> Unit:
        """Return a unit with its other forms; a closest story is looked for with the same ones many times."""
        if not unit.is_exact or not has_forms(unit.candidates[0].term):
            return unit
        # By the object, as all that it holds takes long to compare. It is kept, so that no other gets its id.
        known = self._wide.get((id(unit), any_ending))
        if known is None:
            known = self._wide[id(unit), any_ending] = unit, self._formed(unit, any_ending=any_ending)
        return known[1]

    def _formed(self, unit: Unit, *, any_ending: bool) -> Unit:
        known = {candidate.term.word for candidate in unit.candidates}
        terms = self._index.in_other_forms(unit.candidates[0].term.word, any_ending=any_ending)
        forms = [Candidate(term, 0, 1.0, is_form=True) for term in terms if term.word not in known]
        return unit._replace(candidates=(*unit.candidates, *forms)) if forms else unit

    def _with_more(self, first: list[Hit], wider: Reading, limit: int, offset: int) -> list[Hit]:
        """Return a page of what has the words as written, and then of what has them in another form."""
        places = {hit.place for hit in first}
        lowest = min((hit.score for hit in first), default=1.0)
        more = [hit for hit in self._ranking.hits(wider, limit + offset, 0) if hit.place not in places]
        highest = max((hit.score for hit in more), default=1.0)
        lowered = (Hit(hit.place, lowest * hit.score / (2 * highest)) for hit in more)
        return [*first, *lowered][offset : offset + limit]

    def _closest(self, all_units: tuple[Unit, ...], limit: int) -> Answer | None:
        """Return what we have nearest: stories with the name in the question, else its rarest word."""
        understood = [unit for unit in all_units if unit.is_understood]
        sure = anchors(all_units)
        if not sure:
            return None
        if (self._asked.phrases or self._asked.tags) and not self.has_any():
            return None  # no story has what must be there: one look instead of all the tries
        anchor = max(sure, key=anchorage)
        telling = [unit for unit in all_units if not unit.is_small]
        understood.sort(key=lambda unit: unit is not anchor)
        for chosen in (*choices(understood), (anchor,)):
            missing = [unit for unit in telling if unit not in chosen]
            if not missing or not stands_on(chosen, anchor, sure) or tears(chosen, missing):
                continue
            wider, hits = self._as_written_or_inflected(chosen, min(limit, CLOSEST))
            if hits:
                hits = self._likelier(wider, missing, hits)
                wider = wider._replace(units=told_apart(wider.units, missing))
                return self._matches(wider, hits, len(hits), missing)
        return None

    def _as_written_or_inflected(self, chosen: Sequence[Unit], limit: int) -> tuple[Reading, list[Hit]]:
        """Return stories with these words in any number, or else with any ending."""
        wide = self._widest(chosen)
        reading = self._ranking.reading(wide, self._asked.phrases)
        if len(chosen) > _SELDOM_TOGETHER and not self._ranking.any_has(self._inflecting(chosen).wanted):
            return reading, []  # nor with these
        hits = self._ranking.hits(reading, limit, 0)
        if not hits:
            inflected = self._inflecting(chosen)
            pairs = zip(inflected.units, wide, strict=True)
            if any(len(more.candidates) > len(few.candidates) for more, few in pairs):
                reading, hits = inflected, self._ranking.hits(inflected, limit, 0)
        return reading, hits

    def _inflecting(self, chosen: Sequence[Unit]) -> Reading:
        return self._ranking.reading(self._widest(chosen, any_ending=True), self._asked.phrases)

    def _likelier(self, reading: Reading, missing: Sequence[Unit], hits: list[Hit]) -> list[Hit]:
        """Put those stories first that have what the missing words may be, too, if any has."""
        guesses = [unit for unit in missing if unit.candidates and not stands_alone(unit)]
        if not guesses or len(hits) < 2:
            return hits
        better = self._ranking.ranked(reading.guessing(guesses), len(hits))
        first = {hit.place: Hit(hit.place, hit.score + hits[0].score) for hit in better}
        return [*first.values(), *(hit for hit in hits if hit.place not in first)][: len(hits)]

    def _documents_at(self, places: Sequence[int]) -> Mapping[int, Document]:
        """Return the stories at these places, as they are in memory; sqlite3.DatabaseError if one is not."""
        try:
            if self._held:
                return {place: self._held[id_] for place, id_ in self._index.ids(places).items()}
            found = self._index.documents(places)
            return {place: found[place] for place in places}
        except KeyError:
            raise sqlite3.DatabaseError("a story that is in no digest") from None

    def _matches(self, reading: Reading, hits: list[Hit], total: int, missing: Sequence[Unit] = ()) -> Answer:
        documents = self._documents_at([hit.place for hit in hits])
        # The same for each story.
        sought = [Sought.of(unit, self._as_typed(unit)) for unit in each_once(reading.units)]
        headed = not missing and self._ranking.is_ranked(reading)
        found = ((documents[hit.place], hit.score) for hit in hits)
        matches = [
            explained(*story, sought, reading.phrases, headed=headed, quoting=not missing) for story in found
        ]
        if headed:
            matches.sort(key=lambda match: -match.score)
        typed = list(map(self._as_typed, missing))
        return Answer(
            query=self._query,
            kind=AnswerKind.CLOSEST if missing else AnswerKind.MATCHES,
            total=total,
            missing=tuple(dict.fromkeys(typed)),
            hint=lacking(
                [word for word, unit in zip(typed, missing, strict=True) if not unit.is_exact],
                [word for word, unit in zip(typed, missing, strict=True) if unit.is_exact],
            ),
            matches=tuple(matches),
        )

    def _as_typed(self, unit: Unit) -> str:
        """Return words of the question with their accents, and in their own characters: 裁員, not 裁员."""
        if self._query.isascii():
            return unit.typed
        words = dict.fromkeys(part.typed for part in unit.parts)
        return " ".join(self._typed.find((lower(word),)) or word for word in words)

    @cached_property
    def _typed(self) -> Passage:
        return Passage(self._query)
