"""What the words of a question stand for in this archive, and how sure we are of it.

A word is taken as it stands if the archive has it; else as the best guess of `guesses`. Neighbours may be one
name: "vm ware", "mrgan stanley". Nothing here reads a story.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise

from bot.core.search.compounds import (
    LONGEST_NAME,
    is_compound,
    is_short_compound,
    is_version,
    is_whole,
    joined,
    long_runs,
    places_within,
    word_of,
)
from bot.core.search.guesses import SURE_ALONE, SURE_COMPANY, Guesses, Lexicon, Lookup
from bot.core.search.query import Part, is_sentence, named_in
from bot.core.search.smallwords import LEGAL_FORMS, WORDS_OF_NAMES
from bot.core.search.synonyms import NO_SYNONYMS, Synonyms
from bot.core.search.terms import is_name, is_rare
from bot.core.search.text import MAX_WORD, NAME, clusters, is_unspaced, join
from bot.core.search.unit import Candidate, Term, Unit

_SHORT_NAME = 2  # words; to look for longer ones costs more, so one of theirs has to be in a company's name
_WORD = 2  # letters of a run; a single one is a piece of its neighbour
_BOLDNESS = 1.5  # of a mistyped name, over its parts that fit nothing together
_SURE_SLIP = 0.5  # a word of the archive that is a slip: its neighbours in the question bear witness


def _with_names(parts: Sequence[Part], lookup: Lookup) -> Sequence[Part]:
    """Return the parts with those small words marked that stand for a company: On, WHO, Next."""
    small = {part.letters + NAME for part in parts if part.is_stop}
    if not small or not (names := lookup(small)):
        return parts
    # Alone, or all that there is, it must be meant; else it has to look like a name.
    is_all = all(part.is_stop or part.letters in LEGAL_FORMS for part in parts)
    is_title = all(part.typed[:1].isupper() for part in parts)

    def marked(n: int, part: Part) -> Part:
        term = names.get(part.letters + NAME) if part.is_stop else None
        if term is None:
            return part
        is_written_so = not is_title and part.typed == term.shown != term.shown.lower()
        # A sentence begins with a capital, too: only WHO can be told from Who there.
        stands_out = is_written_so and (n > 0 or not is_sentence(parts) or term.shown[1:].isupper())
        return part._replace(letters=term.word, counts=True) if is_all or stands_out else part

    return [marked(n, part) for n, part in enumerate(parts)]


def _with_whole_runs(units_: Sequence[Unit], stories: int) -> tuple[Unit, ...]:
    """Make one unit of what is left of a run without spaces: it was cut where no word ends."""
    if not any(unit.is_remnant for unit in units_):
        return tuple(units_)
    groups = [list(group) for _, group in groupby(units_, key=lambda unit: (unit.place, unit.is_remnant))]
    whole: list[Unit] = []
    for n, group in enumerate(groups):
        run = clusters(join([unit.parts[0].letters for unit in group]))
        start = int(n > 0 and _is_one_run(groups[n - 1], group))  # half of its first pair is its neighbour's
        end = len(run) - int(n + 1 < len(groups) and _is_one_run(group, groups[n + 1]))
        letters = "".join(run[start:end])
        rest = Part(letters, letters, group[0].place)
        belongs_to_a_name = letters in WORDS_OF_NAMES and _is_beside_a_company(groups, n)
        is_word = end - start >= _WORD and not rest.is_small and not belongs_to_a_name
        if group[0].is_remnant and is_word:
            whole.append(Unit((rest,), (), math.log1p(2 * stories)))
        else:
            whole += group
    return tuple(whole)


def _is_one_run(before: Sequence[Unit], after: Sequence[Unit]) -> bool:
    """Tell whether these are of one word without spaces: Fliggy裁员 are two."""
    return before[0].place == after[0].place and all(
        is_unspaced(part.letters) for part in (before[-1].parts[-1], after[0].parts[0])
    )


def _without_legal_forms(units_: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """Leave out what only says what kind of firm a company is: Gap Inc is Gap."""
    forms = [form for company, form in pairwise(units_) if _is_legal_form(form) and company.is_company]
    return tuple(unit for unit in units_ if unit not in forms) if forms else units_


def _without_ties(units_: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """Take a small word of another language for that, not for a company, among others: Artikel über Tesla."""
    ties = [unit for unit in units_ if unit.is_company and _is_tie(unit)]
    others = [unit for unit in units_ if unit not in ties] if ties else ()
    if not any(map(_is_foreign, others)) or all(unit.is_small for unit in others):
        return units_
    return tuple(others)


def _is_tie(unit: Unit) -> bool:
    """Tell whether it is such a word in small letters: MIT and Uber are names."""
    return _is_foreign(unit) and unit.parts[0].typed.islower()


def _is_foreign(unit: Unit) -> bool:
    return len(unit.parts) == 1 and unit.parts[0].is_small and not unit.parts[0].is_stop


def _is_legal_form(unit: Unit) -> bool:
    return len(unit.parts) == 1 and unit.parts[0].letters in LEGAL_FORMS and not unit.is_company


def _is_beside_a_company(groups: Sequence[Sequence[Unit]], n: int) -> bool:
    beside = (group for group in groups[max(0, n - 1) : n + 2] if group[0].place == groups[n][0].place)
    return any(unit.is_company for group in beside for unit in group)


class Wording:
    """The words of a question, without its stop words, and what they may stand for."""

    def __init__(self, parts: Sequence[Part], lexicon: Lexicon, *, synonyms: Synonyms = NO_SYNONYMS) -> None:
        self._parts = parts = _with_names(parts, lexicon.lookup)
        self._lexicon, self._stories, self._synonyms = lexicon, lexicon.stories, synonyms
        spans = [
            (start, end)
            for start in range(len(parts))
            for end in range(start + 1, min(len(parts), start + LONGEST_NAME) + 1)
        ]
        self._runs, self._torn = long_runs(parts), places_within(parts)
        self._joined = {span: self._join(span) for span in (*spans, *self._runs)}
        self._named = self._written_as_names()
        self._guesses = Guesses(parts, lexicon, named=self._named)
        self._known = lexicon.lookup({word for word in self._joined.values() if len(word) <= MAX_WORD})
        self._read: dict[tuple[int, int], Unit | None] = {}  # from where to where -> as what

    def units(self, *, boldly: bool = False) -> tuple[Unit, ...]:
        """Return the best reading.

        *boldly* takes neighbours for one mistyped company even where each is a word of the archive: for
        questions that find nothing else.
        """
        whole = _with_whole_runs(self._best(boldly=boldly), self._stories)
        return _without_ties(_without_legal_forms(whole))

    def word_by_word(self, units_: Iterable[Unit]) -> tuple[Unit, ...]:
        """Return the same, with each word by itself of what is no name for sure."""
        return tuple(
            piece for unit in units_ for piece in ((unit,) if _is_sure_as_one(unit) else self._pieces(unit))
        )

    def _pieces(self, unit: Unit) -> Iterable[Unit]:
        places = (n for n, part in enumerate(self._parts) if part in unit.parts)
        return filter(None, (self._reading(n, n + 1) for n in places))

    def _written_as_names(self) -> frozenset[str]:
        """Return the words that are written as names, and the compounds that have one of them."""
        if not (named := named_in(self._parts)):
            return named
        return named.union(
            word for span, word in self._joined.items() if self._is_named_compound(span, named)
        )

    def _is_named_compound(self, span: tuple[int, int], named: frozenset[str]) -> bool:
        parts = self._parts[slice(*span)]
        return is_compound(parts) and any(part.letters in named for part in parts)

    def _join(self, span: tuple[int, int]) -> str:
        parts = self._parts[span[0] : span[1]]
        return word_of(parts[0]) if len(parts) == 1 else joined(parts)

    def _best(self, *, boldly: bool) -> tuple[Unit, ...]:
        """Return the units of the segmentation that explains most (dynamic programming from the left)."""
        best: list[tuple[float, tuple[Unit, ...]]] = [(0.0, ())]
        torn = self._torn
        for end in range(1, len(self._parts) + 1):
            most: tuple[float, tuple[Unit, ...]] = (-1.0, ())
            for start in self._starts(end):
                if start in torn or end in torn:
                    continue
                before, units_before = best[start]
                if unit := (self._bold_reading if boldly else self._reading)(start, end):
                    worth = before + unit.worth * _bonus(unit, boldly=boldly)
                    if worth > most[0]:
                        most = worth, (*units_before, unit)
                elif end - start == 1 and self._parts[start].is_stop and before > most[0]:
                    most = before, units_before
            best.append(most)
        return best[-1][1]

    def _starts(self, end: int) -> Iterable[int]:
        """Return where words may begin that end there as one."""
        near = range(max(0, end - LONGEST_NAME), end)
        return (*(start for start, last in self._runs if last == end), *near) if self._runs else near

    def _reading(self, start: int, end: int) -> Unit | None:
        """Return what the words between two places mean as one, if anything."""
        span = start, end
        if span not in self._read:
            self._read[span] = self._read_as_one(tuple(self._parts[start:end]), self._joined[span])
        return self._read[span]

    def _read_as_one(self, parts: tuple[Part, ...], word: str) -> Unit | None:
        if _says_nothing(parts):
            return None
        known = self._known.get(word) or (self._other_version(word) if is_version(parts) else None)
        if same := self._synonyms.of(word):
            term = known or Term(word, 0, 0, 0, 0, " ".join(part.typed for part in parts), "", "")
            return self._unit(parts, (Candidate(term, 0, 1.0),))._replace(synonyms=same)
        if known and self._may_be(known, parts):
            return self._unit(parts, (Candidate(known, 0, 1.0), *self._guesses.beside(word)))
        if len(parts) == 1 and parts[0].is_small:
            return self._unit(parts, ())  # nor is it a mistyped word of ours
        if len(parts) == 1 or is_whole(parts):
            return self._unit(parts, self._guesses.of(word))
        return self._named_by(parts, word, boldly=False)

    def _bold_reading(self, start: int, end: int) -> Unit | None:
        """Return the same, but that words of the archive may be mistyped, too."""
        unit, parts = self._reading(start, end), tuple(self._parts[start:end])
        if unit is None and not _says_nothing(parts):
            return self._named_by(parts, self._joined[start, end], boldly=True)
        slips = self._slips(unit.candidates[0].term) if unit and _is_as_written(unit) else ()
        return unit._replace(candidates=(*unit.candidates, *slips)) if unit and slips else unit

    def _named_by(self, parts: tuple[Part, ...], word: str, *, boldly: bool) -> Unit | None:
        """Return the name that several words may be, which the archive has otherwise."""
        named = self._names(word, parts, boldly=boldly)
        found = tuple(one for one in named if self._may_be_mistyped(one.term, parts))
        return self._unit(parts, found) if found else None

    def _may_be_mistyped(self, term: Term, parts: Sequence[Part]) -> bool:
        """Tell whether these words may be that term but for a slip: "zu Haskell" is not Z.Haskell."""
        if any(
            joined(parts[:n]) == term.word or joined(parts[n:]) == term.word for n in range(1, len(parts))
        ):
            return False  # what one of them says already: "VMware H&M" is not VMware, mistyped
        is_tied = any(part.is_small and not part.is_stop for part in (parts[0], parts[-1]))
        return self._may_be(term, parts) and (term.role == "company" or not is_tied)

    def _other_version(self, word: str) -> Term | None:
        """Return the version as it is written here: with its v, or without."""
        other = word[1:] if word.startswith("v") else f"v{word}"
        return self._lexicon.lookup([other]).get(other)

    def _slips(self, known: Term) -> tuple[Candidate, ...]:
        """Return what a rare word of the archive may be a slip of the pen for, too."""
        word = known.word
        if known.role or not is_rare(known, self._stories) or self._lexicon.is_known(word):
            return ()
        return tuple(other for other in self._guesses.of(word) if other.belief > _SURE_SLIP)

    def _names(self, word: str, parts: tuple[Part, ...], *, boldly: bool) -> Iterable[Candidate]:
        """Return what may be meant by several words as one that the archive does not have."""
        unknown = self._unknown(parts)
        if any(map(self._is_doubtful, unknown)):
            return self._guesses.of(word)
        if self._may_be_a_name(parts, unknown, boldly=boldly):
            return [candidate for candidate in self._guesses.of(word) if is_name(candidate.term)]
        return ()

    def _may_be(self, term: Term, parts: Sequence[Part]) -> bool:
        """Tell whether these words may be that term: a stop word at an end is part of a name, or out."""
        if "&" in parts[0].typed and is_short_compound(parts):
            return term.role == "company" or "&" in term.shown  # C&A is neither CA nor "c, a"
        if is_short_compound(parts):
            # Initials: E.U. is EU, and N.Y. no "ny" that is nowhere in capitals.
            return term.role == "company" or term.capitals > 0 or not term.shown.isalnum()
        if not (parts[0].is_stop or parts[-1].is_stop) or is_compound(parts):
            return True
        if term.role == "company":
            return True
        is_one_word = " " not in term.shown and len(parts) > 1
        # "pick up" is "pickup" where nobody picks anything.
        return is_one_word and (term.capitals > 0 or bool(self._unknown(parts[:1])))

    def _is_doubtful(self, unknown: str) -> bool:
        """Tell whether a word means nothing for sure alone: it may be one name with others, mistyped."""
        alone = self._guesses.of(unknown)
        return not alone or alone[0].belief < SURE_ALONE

    def _may_be_a_name(self, parts: Sequence[Part], unknown: Sequence[str], *, boldly: bool) -> bool:
        """Tell whether words that each mean something may still be one company, mistyped."""
        if parts[0].is_stop or parts[-1].is_stop:
            return is_compound(parts)
        if not unknown and not (boldly and any(map(self._is_rare, parts))):
            return False
        return len(parts) <= _SHORT_NAME or any(map(self._is_of_a_company, parts))

    def _is_of_a_company(self, part: Part) -> bool:
        known = self._known.get(word_of(part))
        return known is not None and known.companies > 0

    def _is_rare(self, part: Part) -> bool:
        known = self._known.get(word_of(part))
        return known is None or is_rare(known, self._stories)

    def _unknown(self, parts: Sequence[Part]) -> list[str]:
        return [word_of(part) for part in parts if not (part.is_stop or word_of(part) in self._known)]

    def _unit(self, parts: tuple[Part, ...], candidates: tuple[Candidate, ...]) -> Unit:
        weight = sum(self._weight(part) for part in parts)
        if candidates and candidates[0].term.role == "company":
            weight = max(weight, 0.7 * math.log1p(2 * self._stories))
        if candidates and candidates[0].belief > SURE_COMPANY and _is_mistyped_run(parts, candidates[0]):
            weight = len(parts) * math.log1p(2 * self._stories)  # what of it is well typed says no more
        return Unit(parts, candidates, weight)

    def _weight(self, part: Part) -> float:
        """Return how much a word tells: the rarer the more; an unknown one as much as the rarest."""
        if part.is_stop:
            return 0.1
        known = self._known.get(word_of(part))
        if known is None and is_unspaced(part.letters):
            return 0.1  # two letters out of a run, most likely not a word at all
        return math.log1p(self._stories / (known.stories if known else 0.5))


def _says_nothing(parts: Sequence[Part]) -> bool:
    """Tell whether these are no word: a stop word alone, or an "and" at an end, which joining drops."""
    is_stop = len(parts) == 1 and parts[0].is_stop
    return is_stop or "and" in (parts[0].letters, parts[-1].letters)


def _is_sure_as_one(unit: Unit) -> bool:
    """Tell whether it is one name or word: "Signing Commits" of a headline is none."""
    return unit.is_typed_as_one or (unit.is_exact and bool(unit.candidates[0].term.role))


def _is_as_written(unit: Unit) -> bool:
    """Tell whether it is a word of the archive and nothing else."""
    if len(unit.candidates) != 1 or unit.synonyms:
        return False
    return not (unit.candidates[0].distance or unit.candidates[0].is_form)


def _bonus(unit: Unit, *, boldly: bool) -> float:
    if len(unit.parts) == 1 or not unit.candidates:
        return 1.0
    if boldly and not unit.is_exact:
        return _BOLDNESS  # as two words they were asked for before
    if unit.is_company and unit.is_exact:
        return 1.5
    return 1.2 if unit.candidates[0].term.companies else 1.05


def _is_mistyped_run(parts: Sequence[Part], candidate: Candidate) -> bool:
    """Tell whether that is all of a run without spaces, which stands for another one."""
    if not candidate.distance or not is_unspaced(parts[0].letters):
        return False
    return joined(parts) == parts[0].typed
