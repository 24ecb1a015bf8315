"""A question as it was typed, taken apart: words, phrases, exclusions, dates, tags.

Slack's own search modifiers are understood. Everything else, FTS operators and SQL included, is words.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.search.smallwords import FUNCTION_WORDS, STOP_WORDS
from bot.core.search.text import WORD, plain, read_word

MAX_LENGTH = 2_000  # letters that are read; nobody types more by hand
MAX_PARTS = 24  # words that are looked up
# Phrases, exclusions and tags: each may walk through every story there is. People type one or two; 666
# times "a" took four seconds of CPU on 10,000 stories.
MAX_CONDITIONS = 6
MAX_PHRASE = 12  # words of one of them; no headline that people quote is longer by much

# Words that open a sentence rather than a list of keywords.
_OPENINGS = frozenset(
    {
        *("what", "when", "where", "which", "who", "whose", "why", "how", "any", "tell", "show", "please"),
        *("is", "are", "was", "were", "do", "does", "did", "has", "have", "can", "could", "will"),
        *("latest", "news"),
    }
)
_TOO_MANY = f"That is too much at once: ask with at most {MAX_CONDITIONS} phrases, tags and exclusions."
_TOO_LONG = f"That phrase is too long for me: at most {MAX_PHRASE} words between quotation marks."
_DATES = ("before", "after", "during", "on")
_REFUSED = ("from", "to", "has", "is", "with")
_TOKEN = re.compile(
    rf'(?P<minus>(?<!\S)-(?=[\w"]))?'
    rf'(?:(?<![\w:])(?P<key>{"|".join((*_DATES, "in", *_REFUSED))}):(?P<value>"[^"]*"|[^\s"]+)'
    rf'|"(?P<phrase>[^"]*)"|(?P<text>[^\s"]+|"))',
    re.IGNORECASE,
)
_MONTH_NAMES = {
    name[:3]: name
    for name in (
        *("january", "february", "march", "april", "may", "june"),
        *("july", "august", "september", "october", "november", "december"),
    )
}
_NUMBERS = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a word in a question: its letters, and the word it belongs to, as typed."""

    letters: str
    typed: str
    place: int = 0  # which word of the question that is
    is_name: bool = False  # a small word, but it stands for a company: On, WHO, Next

    @property
    def is_stop(self) -> bool:
        """Tell whether it only holds the question together."""
        return self.letters in STOP_WORDS and not self.is_name

    @property
    def is_small(self) -> bool:
        """Tell whether a story without it lacks nothing of the question's sense."""
        return self.is_stop or self.letters in FUNCTION_WORDS


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
    problem: str = ""  # a sentence about what we cannot do; then nothing is searched

    @property
    def small_words(self) -> tuple[Parts, ...]:
        """Return the stop words of a question that is no sentence: there they may have been chosen."""
        if not self.parts or self.parts[0].letters in _OPENINGS:
            return ()
        return tuple((part.letters,) for part in self.parts if part.is_stop)

    @property
    def narrows(self) -> bool:
        """Tell whether it asks for something even without a word."""
        return bool(self.phrases or self.tags or self.first or self.last)


def read_query(text: str, *, today: date) -> Query:
    """Take a question apart."""
    reader = _Reader(today)
    # Cut twice: one letter may stand for eighteen (ﷺ).
    for token in _TOKEN.finditer(" ".join(plain(text[:MAX_LENGTH])[:MAX_LENGTH].split())):
        reader.take(token)
    return reader.query()


class _Reader:
    def __init__(self, today: date) -> None:
        self._today = today
        self._parts: list[Part] = []
        self._places = 0
        self._text: list[str] = []
        self._phrases: list[Parts] = []
        self._excluded: list[Parts] = []
        self._tags: list[Parts] = []
        self._first: list[date] = []
        self._last: list[date] = []
        self._problem = ""

    def take(self, token: re.Match[str]) -> None:
        if token["key"]:
            self._modify(token["key"].lower(), token["value"].strip('"'), token[0])
        elif token["minus"]:
            self._append(self._excluded, token["phrase"] or token["text"])
        elif token["phrase"] is not None:
            self._end_of_text()
            self._append(self._phrases, token["phrase"])
        else:
            self._text.append(token["text"])

    def query(self) -> Query:
        self._end_of_text()
        conditions = [tuple(dict.fromkeys(kind)) for kind in (self._phrases, self._excluded, self._tags)]
        if sum(map(len, conditions)) > MAX_CONDITIONS:
            # Not just the first few: an exclusion that is left out would show what was excluded.
            self._problem = _TOO_MANY
            conditions = [(), (), ()]
        phrases, excluded, tags = conditions
        return Query(
            parts=tuple(self._parts[:MAX_PARTS]),
            phrases=phrases,
            excluded=excluded,
            tags=tags,
            first=max(self._first, default=None),
            last=min(self._last, default=None),
            problem=self._problem,
        )

    def _end_of_text(self) -> None:
        # Words are cut from the running text, not token by token: "H & M" is one of them.
        for surface in WORD.findall(" ".join(self._text)):
            shown = surface.removesuffix("'s")
            self._places += 1
            self._parts += [Part(letters, shown, self._places) for letters in read_word(surface).parts]
        self._text.clear()

    def _append(self, to: list[Parts], text: str | None) -> None:
        parts = tuple(p for surface in WORD.findall(text or "") for p in read_word(surface).parts)
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
        elif span := _days(value.lower(), self._today):
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


def _days(text: str, today: date) -> tuple[date, date] | None:
    """Return the first and last day of what is meant: a day, a month, a year, a name for one of them."""
    if numbers := _NUMBERS.fullmatch(text):
        return _numbered(*(int(n) if n else None for n in numbers.groups()))
    if (full := _MONTH_NAMES.get(text[:3])) and text in (full, full[:3], full[:4]):
        month = list(_MONTH_NAMES).index(text[:3]) + 1
        return _month(today.year if month <= today.month else today.year - 1, month)
    monday = today - timedelta(days=today.weekday())
    return {
        "today": (today, today),
        "yesterday": (today - timedelta(days=1), today - timedelta(days=1)),
        "week": (monday, monday + timedelta(days=6)),
        "month": _month(today.year, today.month),
        "year": (date(today.year, 1, 1), date(today.year, 12, 31)),
    }.get(text)


def _numbered(year: int | None, month: int | None, day: int | None) -> tuple[date, date] | None:
    try:
        if day:
            return date(year or 0, month or 0, day), date(year or 0, month or 0, day)
        if month:
            return _month(year or 0, month)
        return date(year or 0, 1, 1), date(year or 0, 12, 31)
    except ValueError:  # the 31st of June, month 13, year 0
        return None


def _month(year: int, month: int) -> tuple[date, date]:
    first = date(year, month, 1)
    return first, first.replace(day=monthrange(year, month)[1])
