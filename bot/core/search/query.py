"""A question as it was typed, taken apart: words, phrases, exclusions, dates, tags.

Slack's own search modifiers are understood. Everything else, FTS operators and SQL included, is words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from bot.core.search.amounts import amounts
from bot.core.search.days import MONTH_OF, days, other_name, relative_days
from bot.core.search.folding import plain
from bot.core.search.frames import unframed
from bot.core.search.prereleases import is_prerelease, numbers
from bot.core.search.said_days import is_of_any_year, names_a_day, word_of_days, word_of_month
from bot.core.search.smallwords import (
    FILLERS,
    FUNCTION_WORDS,
    STOP_WORDS,
    english_ones,
    is_elided,
    is_name_in_capitals,
    is_small_run,
)
from bot.core.search.text import as_written, read_word, surfaces
from bot.core.search.when import written_days

MAX_LENGTH = 1_000  # letters that are read: nobody types more by hand, and 2,000 of mere numbers take 20 ms
MAX_TEXT = 400  # of them in running text, for so many words that are looked up:
MAX_PARTS = 24
_FEW_PARTS = 12
# Phrases, exclusions and tags: each may walk through every story there is. People type one or two; 666
# times "a" took four seconds of CPU on 10,000 stories.
MAX_CONDITIONS = 6
MAX_PHRASE = 12  # words of one of them; no headline that people quote is longer by much

# Words that open a sentence rather than a list of keywords.
_OPENINGS = frozenset(
    {
        *("what", "when", "where", "which", "who", "whose", "why", "how", "any", "tell", "show", "please"),
        *("whats", "hows", "whos", "wheres", "gimme"),
        *("is", "are", "was", "were", "do", "does", "did", "has", "have", "can", "could", "will"),
        *("latest", "news"),
    }
)
# Asked alone they ask for anything there is, not for stories that say so.
_ASKING = frozenset(
    {"news", "story", "stories", "article", "articles", "update", "updates", "latest", "newest"}
)
_ALL = frozenset(
    {"everything", "anything", "all", "any", "what", "else", "alles", "tout", "todo", "tudo", "tutto"}
)
_TOO_MANY = f"That is too much at once: ask with at most {MAX_CONDITIONS} phrases, tags and exclusions."
_SHORTEST_HEADLINE = 3  # words; two that are pasted are looked for as they stand
_LONGEST_HEADLINE = 200  # characters: a page that is pasted is not taken apart twice
_TOO_LONG = f"That phrase is too long for me: at most {MAX_PHRASE} words between quotation marks."
_DATES = ("before", "after", "during", "on")
_REFUSED = ("from", "to", "has", "is", "with")
_TOLD_BEFORE = timedelta(days=60)  # that something will be, or after it that it was
_YEAR = re.compile(r"(?:19|20)\d\d")
_TOKEN = re.compile(
    rf'(?P<minus>(?<!\S)-(?=[\w"]))?'
    rf'(?:(?<![\w:])(?P<key>{"|".join((*_DATES, "in", *_REFUSED))}):(?P<value>"[^"]*"|[^\s"]+)'
    rf'|"(?P<phrase>[^"]*)"|(?P<text>[^\s"]+|"))',
    re.IGNORECASE,
)
# Of an address that is pasted no story need say how it is reached.
_ADDRESS = re.compile(r"^<?(?:https?://(?:www\.)?|www\.)(?=\w)", re.IGNORECASE)
_OR = "(?:or|nor|oder|noch|ou|ni|nem|o)"  # "without A or B" is without either
_BUT = "(?:without|except(?: for)?|excluding|other than|apart from|aside from|besides|ohne|ausser|sauf)"
_NOT_OF = "not (?:about|from|by|mentioning)"
_NAME_LEFT_OUT = rf"(?!{_OR} )[^\s,;]+(?: (?!{_OR} )[^\s,;]+){{0,2}}?"
_NAMES_LEFT_OUT = rf"{_NAME_LEFT_OUT}(?: {_OR} {_NAME_LEFT_OUT}){{0,2}}"
# What leaves a word out in running text, up to the end of the question or its next clause.
_WITHOUT = re.compile(
    rf"(?<!\S)(?:(?:but |and )?{_NOT_OF}|(?:that|which) (?:do not|don't) mention"
    rf"|but not|and not|{_BUT}|sans|sin|sem|senza|zonder)"
    rf" (?P<words>{_NAMES_LEFT_OUT})[?.!]*(?=$|[,;]| and | but )",
    re.IGNORECASE,
)
# Where nothing is said before it, all else is asked for.
_ALL_BUT = re.compile(
    rf"(?:(?:everything|anything|all|alles|tout|todo|tudo|tutto)(?: else)?"
    rf" (?:but|menos|excepto|exceto|tranne|{_BUT})|{_BUT}|{_NOT_OF}|not) (?P<words>{_NAMES_LEFT_OUT})[?.!]*$",
    re.IGNORECASE,
)
_EITHER = re.compile(rf" {_OR} ", re.IGNORECASE)
_LEAVING_OUT = frozenset(
    {
        *("not", "without", "except", "excluding", "but", "menos", "excepto", "exceto", "tranne"),
        *("other", "apart", "aside", "besides", "mention"),
        *("ohne", "ausser", "sans", "sauf", "sin", "sem", "senza", "zonder"),
    }
)
# Of keywords: in a sentence it may say anything.
_NOT = re.compile(r"(?<!\S)not (?P<words>[^\s,;?.!]+)[?.!]*$", re.IGNORECASE)


class Part(NamedTuple):
    """One part of a word in a question: its letters, and the word it belongs to, as typed."""

    letters: str
    typed: str
    place: int = 0  # which word of the question that is
    counts: bool = False  # though a small word elsewhere: here it is a company (On, WHO), or English (war)

    @property
    def is_stop(self) -> bool:
        """Tell whether it only holds the question together."""
        return self.letters in STOP_WORDS and not self.counts

    @property
    def is_small(self) -> bool:
        """Tell whether a story without it lacks nothing of the question's sense."""
        return not self.counts and _is_small(self.letters, self.typed)


@lru_cache(1024)  # each word of a question is asked about a dozen times
def _is_small(letters: str, typed: str) -> bool:
    if letters in STOP_WORDS or letters in FILLERS or not FUNCTION_WORDS.isdisjoint((letters, typed.lower())):
        return True
    return is_elided(letters, typed) or is_small_run(typed)


Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked. *first* and *last* are the days that count, both included."""

    parts: tuple[Part, ...] = ()
    phrases: tuple[Parts, ...] = ()
    excluded: tuple[Parts, ...] = ()
    tags: tuple[Parts, ...] = ()
    first: date | None = None
    last: date | None = None
    limits: tuple[str, ...] = ()  # what was written of the days, such as "during:may"
    dates: tuple[str, ...] = ()  # from running text, as typed: they count in *first* and *last* already
    is_framed: bool = False  # it began with words that only say that it asks: did we write about
    without: tuple[Parts, ...] = ()  # from running text, with what it left out: "without decathlon"
    headline: Parts = ()  # all that was typed, if it may be a headline that no longer is looked for as such
    problem: str = ""  # a sentence about what we cannot do; then nothing is searched

    @property
    def small_words(self) -> tuple[Parts, ...]:
        """Return the stop words of a question that is no sentence: there they may have been chosen."""
        if not self.parts or self.is_framed or self.parts[0].letters in _OPENINGS:
            return ()
        return tuple((part.letters,) for part in self.parts if part.is_stop)

    @property
    def sense(self) -> tuple[str, ...]:
        """Return the words that carry it."""
        return tuple(part.letters for part in self.parts if not part.is_small)

    @property
    def days(self) -> tuple[str, ...]:
        """Return what was written of the days, in whichever way."""
        return (*self.limits, *self.dates)

    def in_year_of(self, words: Sequence[str]) -> Query | None:
        """Return what is asked with a year among these words as a date: few stories of 2020 say so."""
        year = next(filter(_YEAR.fullmatch, map(plain, words)), None)
        if year is None or self.first or self.last:
            return None
        parts = tuple(part for part in self.parts if part.letters != year)
        first, last = date(int(year), 1, 1), date(int(year), 12, 31)
        return replace(self, parts=parts, first=first, last=last, dates=(year,))

    def on_days_that_are_said(self) -> Iterator[Query]:
        """Yield what is asked with its day or month as a word: what is to come is told earlier, with it."""
        if self.first and self.last and len(self.dates) == 1:
            yield from self._on_its_day(self.dates[0], word_of_days((self.first, self.last)))
        elif not (self.first or self.last) and len(self.parts) > 1:
            yield from self._in_its_month()

    def _in_its_month(self) -> Iterator[Query]:
        if any(word_of_month(part.letters) for part in self.parts):
            yield replace(self, parts=tuple(map(_as_a_month, self.parts)))

    def _on_its_day(self, date: str, word: str) -> Iterator[Query]:
        if not (word and names_a_day(date) and self.first and self.last):
            return
        part = Part(word, date, self.parts[-1].place + 1 if self.parts else 0)
        said = replace(self, parts=(*self.parts, part), dates=())
        yield replace(said, first=self.first - _TOLD_BEFORE, last=self.last + _TOLD_BEFORE)
        if is_of_any_year(date):
            yield replace(said, first=None, last=None)

    def said_in_words(self, dated: Query) -> Iterator[Query]:
        """Yield this, and with months by their other names, if stories may say the dates of *dated* so.

        Of a date alone no story need have more than just that.
        """
        is_one = dated.first and dated.last and date.min < dated.first and dated.last < date.max
        if not dated.parts and not (is_one and all(map(names_a_day, dated.dates))):
            return
        said = self if dated.parts else self._in_a_row()
        yield said
        if len(said.parts) > _FEW_PARTS:
            return  # each look at so many takes long, and that one is for whoever types two or three
        renamed = replace(
            said, parts=tuple(map(_otherwise_named, said.parts)), phrases=_renamed(said.phrases)
        )
        if renamed != said:
            yield renamed

    def _in_a_row(self) -> Query:
        words = tuple(p.letters for p in self.parts if not p.is_small or p.letters in MONTH_OF)
        return replace(self, parts=(), phrases=(*self.phrases, words) if words else self.phrases)

    @property
    def is_as_typed(self) -> bool:
        """Tell whether nothing of the running text was taken for more than words."""
        return not (self.dates or self.without or self.is_framed)

    @property
    def names_prerelease(self) -> bool:
        return any(is_prerelease(part.letters) for part in self.parts)

    @property
    def narrows(self) -> bool:
        """Tell whether it asks for something even without a word."""
        return bool(self.phrases or self.tags or self.first or self.last)

    @property
    def is_for_all_but(self) -> bool:
        """Tell whether it asks for everything with something left out: news without tea."""
        return bool(self.excluded) and all(part.letters in _ASKING | _ALL for part in self.parts)

    @property
    def is_all_left_out(self) -> bool:
        """Tell whether nothing is asked for but that something be left out, in running text: not tea."""
        return bool(self.without) and not (self.parts or self.narrows)

    @property
    def in_so_many_words(self) -> Query | None:
        """Return what a question of stop words alone may ask for: that word, or that phrase."""
        if len(self.parts) > MAX_PHRASE or all(part.letters in _ASKING for part in self.parts):
            return None
        if len(self.parts) > 1:
            return replace(self, parts=(), phrases=(tuple(part.letters for part in self.parts),))
        return replace(self, parts=(self.parts[0]._replace(counts=True),))


def _as_a_month(part: Part) -> Part:
    """Return the name of a month as the word of all the days that are said of it."""
    return part._replace(letters=word_of_month(part.letters) or part.letters)


def _otherwise_named(part: Part) -> Part:
    return part._replace(letters=other_name(part.letters))


def _renamed(phrases: Sequence[Parts]) -> tuple[Parts, ...]:
    return tuple(tuple(map(other_name, phrase)) for phrase in phrases)


def is_sentence(parts: Sequence[Part]) -> bool:
    """Tell whether these are more than keywords."""
    return sum(part.is_stop for part in parts) > 1


def named_in(parts: Sequence[Part]) -> frozenset[str]:
    """Return the words of an English question that are written as names: what did Ravens announce."""
    named = frozenset(part.letters for part in parts[1:] if part.typed[:1].isupper() and not part.is_stop)
    if not named or any(part.is_small and not part.is_stop and part.letters not in FILLERS for part in parts):
        return frozenset()
    # Else it is IN CAPITALS, Or Like a Headline.
    return named if any(part.typed.islower() for part in parts) else frozenset()


def deed_of(parts: Sequence[Part]) -> str:
    """Return what somebody did whom a question asks for: founded of "who founded it?"; "" for nothing."""
    if not parts or parts[0].letters != "who":
        return ""
    return next((part.letters for part in parts if not part.is_small), "")


def read_query(text: str, *, today: date, literally: bool = False) -> Query:
    """Take a question apart. *literally*: dates, pre-releases and "without" in running text are words."""
    reader = _Reader(today, literally=literally)
    # Cut twice: one letter may stand for eighteen (ﷺ).
    for token in _TOKEN.finditer(" ".join(plain(text[:MAX_LENGTH])[:MAX_LENGTH].split())):
        reader.take(token)
    return reader.query()


class _Reader:
    def __init__(self, today: date, *, literally: bool) -> None:
        self._today, self._literally = today, literally
        self._dates: list[str] = []
        self._without: list[Parts] = []
        self._parts: list[Part] = []
        self._places = 0
        self._text: list[str] = []
        self._left = MAX_TEXT
        self._typed = ""
        self._is_framed = False
        self._phrases: list[Parts] = []
        self._excluded: list[Parts] = []
        self._tags: list[Parts] = []
        self._first: list[date] = []
        self._last: list[date] = []
        self._limits: list[str] = []
        self._problem = ""

    def take(self, token: re.Match[str]) -> None:
        if token["key"]:
            self._modify(token["key"].lower(), token["value"].strip('"'), token[0])
        elif token["minus"]:
            self._append(self._excluded, token["phrase"] or token["text"])
        elif token["phrase"] is not None:
            self._end_of_text()
            self._append(self._phrases, token["phrase"])
        elif self._left > 0:
            self._text.append(_ADDRESS.sub("", token["text"]))
            self._left -= len(self._text[-1]) + 1

    def query(self) -> Query:
        self._end_of_text(is_last=True)
        conditions = [tuple(dict.fromkeys(kind)) for kind in (self._phrases, self._excluded, self._tags)]
        if sum(map(len, conditions)) > MAX_CONDITIONS:
            # Not just the first few: an exclusion that is left out would show what was excluded.
            self._problem = _TOO_MANY
            conditions = [(), (), ()]
        phrases, excluded, tags = conditions
        asked = Query(
            parts=_with_those_that_count(_each_once(self._parts[:MAX_PARTS])),
            phrases=phrases,
            excluded=excluded,
            tags=tags,
            first=max(self._first, default=None),
            last=min(self._last, default=None),
            limits=tuple(dict.fromkeys(self._limits)),
            dates=tuple(dict.fromkeys(self._dates)),
            is_framed=self._is_framed,
            without=tuple(self._without),
            problem=self._problem,
        )
        return replace(asked, headline=self._headline(asked))

    def _headline(self, asked: Query) -> Parts:
        """Return all that was typed, if it is more than the words that are looked for and no conditions."""
        if asked.phrases or asked.tags or asked.limits or len(asked.excluded) > len(asked.without):
            return ()
        if len(self._typed) > _LONGEST_HEADLINE:
            return ()
        if asked.is_as_typed and not (self._literally or any(part.is_small for part in asked.parts)):
            return ()
        words = _parts_of(self._typed)
        return words if _SHORTEST_HEADLINE <= len(words) <= MAX_PHRASE else ()

    def _end_of_text(self, *, is_last: bool = False) -> None:
        self._typed = text = " ".join(self._text)
        self._text.clear()
        if not self._literally:
            text = self._take_dates(self._unframed(self._leave_out(text)))
        at = 0
        for number in (amounts if self._literally else numbers)(text):
            self._take_words(text[at : number.start])
            self._places += 1
            self._parts.append(Part(number.asked, text[number.start : number.end].strip(), self._places))
            at = number.end
        self._take_words(text[at:])
        if is_last and not self._literally and all(part.is_stop for part in self._parts):
            self._take_span(relative_days(text, self._today), text)

    def _unframed(self, text: str) -> str:
        """Take away what only says that it asks."""
        rest = text if self._parts else unframed(text)
        self._is_framed |= rest is not text
        return rest

    def _take_words(self, text: str) -> None:
        # Words are cut from the running text, not token by token: "H & M" is one of them.
        for surface in surfaces(text):
            shown = as_written(surface.removesuffix("'s"))
            self._places += 1
            self._parts += [Part(letters, shown, self._places) for letters in read_word(surface).parts]

    def _leave_out(self, text: str) -> str:
        """Take what is asked to be left out from a text, and return the rest."""
        words = text.lower().split()
        if _LEAVING_OUT.isdisjoint(words):
            return text
        opening = words[0]
        patterns = (_WITHOUT,) if opening in _OPENINGS else (_WITHOUT, _NOT)
        if all_but := _ALL_BUT.match(text):
            return self._without_these(all_but, text)
        for pattern in patterns:
            # Not the first thing said: somebody has to be left.
            if (match := pattern.search(text)) and match.start():
                text = self._without_these(match, text)
        return text

    def _without_these(self, match: re.Match[str], text: str) -> str:
        for either in _EITHER.split(match["words"]):
            self._append(self._excluded, either)
        self._append(self._without, match[0])
        return text[: match.start()] + text[match.end() :]

    def _take_dates(self, text: str) -> str:
        for written, span in written_days(text, self._today):
            self._take_span(span, written)
            text = text.replace(written, " ", 1)
        return text

    def _take_span(self, span: tuple[date, date] | None, typed: str) -> None:
        if span:
            self._first.append(span[0])
            self._last.append(span[1])
            self._dates.append(typed)

    def _append(self, to: list[Parts], text: str | None) -> None:
        parts = _parts_of(text or "")
        if len(parts) > MAX_PHRASE:
            self._problem = _TOO_LONG
        elif parts:
            to.append(parts)

    def _modify(self, key: str, value: str, written: str) -> None:
        if key in _REFUSED:
            self._problem = (
                f"{key}: has no meaning here, where the editors write everything."
                " Ask for words, companies, in:tag or dates."
            )
        elif key == "in":
            self._append(self._tags, value)
        elif span := days(value.lower(), self._today):
            self._limits.append(written.lower())
            if key == "before":
                self._last.append(span[0] - timedelta(days=1))
            elif key == "after":
                self._first.append(span[1] + timedelta(days=1))
            else:
                self._first.append(span[0])
                self._last.append(span[1])
        else:
            self._problem = (
                f"I cannot read the date in {written}."
                f" Write it like {key}:2020-06-30, {key}:2020-06 or {key}:june."
            )


def _parts_of(text: str) -> Parts:
    return tuple(part for surface in surfaces(text) for part in read_word(surface).parts)


def _each_once(parts: Sequence[Part]) -> Sequence[Part]:
    """Return the parts of a question without those that it has said before, if those are most of it.

    Not else: what is said twice in a sentence that is pasted is where it belongs.
    """
    if len(parts) <= MAX_PHRASE:
        return parts
    first: dict[str, Part] = {}
    for part in parts:
        first.setdefault(part.letters, part)
    return tuple(first.values()) if 2 * len(first) <= len(parts) else parts


def _with_those_that_count(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Mark small words of other languages that carry the sense: English ones (war), and names (MIR, MIT)."""
    counting = english_ones({part.letters for part in parts})
    if any(part.typed.isupper() for part in parts) and any(part.typed.islower() for part in parts):
        counting |= {part.letters for part in parts if is_name_in_capitals(part.typed)}
    if not counting:
        return tuple(parts)
    return tuple(part._replace(counts=True) if part.letters in counting else part for part in parts)
