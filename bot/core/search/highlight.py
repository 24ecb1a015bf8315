"""Where the words of a question stand in a story: what to embolden, which sentence to quote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache

from bot.core.search.amounts import Amount
from bot.core.search.folding import IS_MARK, LETTER, lower, plain
from bot.core.search.prereleases import numbers, words_of
from bot.core.search.said_days import is_day, names_of_day, said_days
from bot.core.search.text import is_unspaced, name_key, read_word, surfaces, untied
from bot.core.sentences import each_sentence

MAX_EXCERPT = 300  # letters
_KEPT = 64  # headlines and bodies remembered: the newest stories are in most answers


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """Return a name as the index has it: one word."""
    return name_key(name)


@lru_cache(maxsize=4096)
def keys(names: tuple[str, ...]) -> frozenset[str]:
    """Return the keys of a story's companies or tags."""
    return frozenset(map(key, names))


@lru_cache(maxsize=_KEPT)
def passage(text: str) -> Passage:
    """Return a text to be searched for words; the last ones are remembered."""
    return Passage(text)


class Passage:
    """A headline or a body, to be searched for words."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._plain = plain(text)
        self._lower = lower(self._plain)

    def find(self, forms: Iterable[str]) -> str:
        """Return the first of these lower-case forms that stands here as a word, as it is written, or ""."""
        for form in forms:
            start = self._lower.find(form)
            while start >= 0:
                end = start + len(form)
                if self._is_edge(start - 1, start) and self._is_edge(end, end - 1):
                    return self._as_written(start, end)
                start = self._lower.find(form, start + 1)
        return ""

    def _as_written(self, start: int, end: int) -> str:
        """Return what stands between two places of the plain text, or "" if that cannot be told."""
        if len(self._lower) == len(self._text):
            return self._text[start:end]
        # Something was spelt out on the way (ß), or left out (accents in pieces): letter by letter, then.
        at, begin = 0, 0
        for letter in LETTER.finditer(self._text):
            if at <= start:
                begin = letter.start()
            at += len(plain(letter[0]))
            if at >= end:
                found = self._text[begin : letter.end()]
                return found if lower(plain(found)) == self._lower[start:end] else ""
        return ""

    def _is_edge(self, outside: int, inside: int) -> bool:
        if not 0 <= outside < len(self._lower):
            return True
        if outside > inside and IS_MARK.match(self._lower[outside]):
            return False  # the word's last letter would be another one
        if not self._lower[outside].isalnum():
            return True
        return is_unspaced(self._lower[inside])  # Chinese has no edges: 飞猪 stands in 用飞猪旅行

    def find_number(self, number: str) -> str:
        """Return an amount as it is written, a pre-release or a day: RMB10 billion for 10000000000."""
        found = (self._days if is_day(number) else self._numbers).get(number)
        if found is None:
            return ""
        text = self._text if len(self._plain) == len(self._text) else self._plain
        return text[found.start : found.end].strip()

    @cached_property
    def _numbers(self) -> Mapping[str, Amount]:
        # Read once: a question may have two dozen, and each of them would have all of the text's read.
        return _first_of_each((words_of(found), found) for found in numbers(self._plain))

    @cached_property
    def _days(self) -> Mapping[str, Amount]:
        return _first_of_each((names_of_day(day.number), day) for day in said_days(self._plain))

    def find_compound(self, forms: Sequence[str]) -> str:
        """Return a compound that is one of these forms when its pieces are joined: H&M for "hm"."""
        if not any(form in self._untied for form in forms):
            return ""
        for surface, joined, extras in self._compounds:
            if joined in forms or any(extra in forms for extra in extras):
                return surface
        return ""

    @cached_property
    def _untied(self) -> str:
        return untied(self._lower)

    @cached_property
    def _compounds(self) -> list[tuple[str, str, tuple[str, ...]]]:
        # Each form of each word of a question is looked for among them.
        cut = ((surface, read_word(surface)) for surface in surfaces(self._plain) if not surface.isalpha())
        return [(surface, word.joined, word.extras) for surface, word in cut]


def _first_of_each(said: Iterable[tuple[Iterable[str], Amount]]) -> Mapping[str, Amount]:
    """Return by each word for a number where it is said first."""
    first: dict[str, Amount] = {}
    for words, found in said:
        for word in words:
            first.setdefault(word, found)
    return first


def excerpt(body: str, words: Sequence[str]) -> str:
    """Return the sentence with most of these words, the first of equals."""
    here = [word for word in words if word in body]
    paragraphs = [paragraph for paragraph in body.split("\n") if paragraph]
    best, most = "", 0
    for paragraph in paragraphs:
        possible = sum(word in paragraph for word in here)
        if possible <= most:
            continue  # so no sentence of it has more
        for sentence in each_sentence(paragraph):
            count = sum(word in sentence for word in here)
            if count > most:
                best, most = sentence, count
            if count == possible:
                break
    best = (best or next(each_sentence("".join(paragraphs[:1])), "")).strip()
    if len(best) <= MAX_EXCERPT:
        return best
    return _around(best, min((best.find(word) for word in here if word in best), default=0))


def _around(sentence: str, place: int) -> str:
    """Shorten a long sentence to what stands around a place."""
    start = sentence.rfind(" ", 0, max(0, place - MAX_EXCERPT // 3)) + 1
    end = start + MAX_EXCERPT
    if end < len(sentence):
        space = sentence.rfind(" ", start, end)
        end = space if space > place else end
    return ("…" if start else "") + sentence[start:end].strip() + ("…" if end < len(sentence) else "")
