"""Counts the words of stories, in or out, and remembers how they are written and what they name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from bot.core.search.text import Cutter, join, name_key, name_parts
from bot.search.packing import Said
from bot.search.schema import BETWEEN

_FULL = 400_000  # distinct words counted in memory
_GATHERED = 10_000  # words
_NAMED_KEPT = 10_000  # combinations of companies remembered: few repeat, and there are as many as stories


class Named(NamedTuple):
    """What a word is the name of."""

    shown: str  # "" for as it is
    role: str  # "company", "tag" or ""
    of: str  # the name it stands for, if it is another name for it


class _Names(NamedTuple):
    text: str  # as the column takes it
    words: frozenset[str]
    keys: tuple[tuple[str, str], ...]  # the one word by which a name is found, and the name


class Tally:
    """Words counted, until they are written down."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        groups = [(name, *others) for name, others in names.items()]
        self._cutter = Cutter(groups)
        self.configured: dict[str, Named] = {}
        for name, *others in groups:
            for other in (name, *others):
                key = name_key(other)
                shown = self.configured[key].shown if key in self.configured else other
                self.configured[key] = Named(shown, "company", name if other != name else "")
        self._stories, self._headlines = _Counts(), _Counts()
        self._companies, self._capitals = _Counts(), _Counts()
        self.forget()

    @property
    def is_full(self) -> bool:
        return len(self._stories.of) > _FULL

    @property
    def words(self) -> Collection[str]:
        """All words that were counted."""
        return self._stories.all().keys()

    @property
    def written(self) -> Mapping[str, str]:
        """How words were first written, where that is not as they are."""
        return self._cutter.shown

    def forget(self) -> None:
        """Drop what was learnt about words; what a million stories teach would fill the memory."""
        self._cutter.forget()
        self._named: dict[tuple[str, str], _Names] = {}
        # Of names that are spelt in several ways: the newest company, as it is now, and the first tag.
        self.companies: dict[str, str] = {}
        self.tags: dict[str, str] = {}

    def count(self, said: Said, sign: int) -> tuple[str, str, str, str]:
        """Count a story's words in or out, and return them as its columns take them."""
        companies, tags = self._names("company", said.companies), self._names("tag", said.tags)
        self.companies.update(companies.keys)
        for key, name in tags.keys:
            self.tags.setdefault(key, name)
        headline, body = self._cutter(said.headline), self._cutter(said.body)
        in_headline = headline.extras.union(headline.words)
        in_body = body.extras.union(body.words)
        everywhere = companies.words | tags.words | in_headline | in_body
        capitals = (body.capitalised | companies.words | body.extras) & everywhere
        self._stories.add(everywhere, sign)
        self._headlines.add(in_headline, sign)
        self._companies.add(companies.words, sign)
        self._capitals.add(capitals, sign)
        # Sorted: phrases are found among the extras, too, and the same ones each time.
        return (
            companies.text,
            " ".join((*headline.words, *sorted(headline.extras))),
            tags.text,
            " ".join((*body.words, *sorted(body.extras))),
        )

    def _names(self, role: str, names: str) -> _Names:
        """Return the words of a story's companies or tags."""
        if not names:
            return _Names("", frozenset(), ())
        if (found := self._named.get((role, names))) is None:
            if len(self._named) >= _NAMED_KEPT:
                self._named.clear()
            words: list[str] = []
            keys = keys_of(role, names)
            for key, name in keys:
                cut, parts = self._cutter(name), name_parts(name)
                extras = cut.extras if parts == (key,) else {key} | cut.extras
                words += [*parts, *sorted(extras)]
            found = self._named[role, names] = _Names(" ".join(words), frozenset(words), keys)
        return found

    def forms(self, said: Said) -> Mapping[str, str]:
        """Return how one story writes its words, where that is not as they are."""
        self.forget()
        self._names("company", said.companies)
        self._names("tag", said.tags)
        self._cutter(said.headline)
        self._cutter(said.body)
        return self.written

    def named(self, word: str) -> Named:
        """Return what a word names in the stories that were counted."""
        configured = self.configured.get(word)
        if company := self.companies.get(word):
            return Named(company, "company", configured.of if configured else "")
        if configured:
            return configured
        if tag := self.tags.get(word):
            return Named(tag, "tag", "")
        return Named(self.written.get(word, ""), "", "")

    def rows(self) -> Iterator[tuple[str, int, int, int, int]]:
        """Yield for each word in how many stories it is where, and count anew from then on."""
        stories, headlines = self._stories.all(), self._headlines.all().get
        companies, capitals = self._companies.all().get, self._capitals.all().get
        for word in sorted(stories):
            yield word, stories[word], headlines(word, 0), companies(word, 0), capitals(word, 0)
        for counts in (self._stories, self._headlines, self._companies, self._capitals):
            counts.of.clear()


class _Counts:
    """How often words were counted. They are gathered first: a few cost as much as many."""

    def __init__(self) -> None:
        self.of: Counter[str] = Counter()
        self._gathered: list[str] = []

    def add(self, words: Collection[str], sign: int) -> None:
        if sign < 0:
            self.of.subtract(words)
            return
        self._gathered += words
        if len(self._gathered) > _GATHERED:
            self.all()

    def all(self) -> Counter[str]:
        self.of.update(self._gathered)
        self._gathered.clear()
        return self.of


def keys_of(role: str, names: str) -> tuple[tuple[str, str], ...]:
    """Return the one word by which each of a story's companies or tags is found, and the name."""
    key = name_key if role == "company" else lambda name: join(name_parts(name))
    return tuple((key(name), name) for name in names.split(BETWEEN)) if names else ()
