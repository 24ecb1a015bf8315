"""Words, as readers and writers mean them: what a story is cut into, and what a question is cut into.

One tokenizer for both sides. Nothing is guessed here: no stemming, no typos, no synonyms.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.core.search.amounts import amounts
from bot.core.search.smallwords import STOP_WORDS

_PLAIN = {
    **dict.fromkeys("‘’‛′ʼ＇`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−﹘﹣", "-"),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),  # invisible inside words
    **dict(zip("ßæÆœŒøØłŁđĐı", ("ss", "ae", "AE", "oe", "OE", *"oOlLdDi"), strict=True)),
}
_PLAIN |= {  # of other scripts: what is left out as often as it is written
    "ς": "σ",
    **dict.fromkeys("أإآٱ", "ا"),
    "ى": "ي",
    "ة": "ه",
    "ـ": "",
    **dict.fromkeys(map(chr, (*range(0x64B, 0x653), *range(0x591, 0x5C8))), ""),  # points of Arabic, Hebrew
}
_NOT_PLAIN = re.compile(f"[{''.join(_PLAIN)}]")  # ten times as fast as str.translate
# Latin and Greek with their accents, and ё; й, ї and ў are letters of their own.
_ACCENTED = re.compile(r"[\u00c0-\u024f\u1e00-\u1eff\u0386-\u03ce\u1f00-\u1fff\u0401\u0451]")
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"

# A word with what holds a compound together: Net-a-Porter, T-Mall, L'Oréal, 6.18, k8s.io, AT&T, snake_case.
# Single letters around a spaced ampersand are one name: H & M; so are one or two around a slash: A/S.
WORD = re.compile(
    r"\b[A-Za-z](?: & [A-Za-z]\b)+|\b[A-Za-z]{1,2}(?:/[A-Za-z]{1,2}\b)+|[^\W_]+(?:['&.\-_]+[^\W_]+)*"
)
_PIECE = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_IS_CJK = re.compile(f"[{_CJK}]")
# RMB10, USD5bn: an amount is found by its currency and by its number, too.
_MONEY = re.compile(r"([a-z]{2,3})(\d{2,})(?:bn|[bkm])?")
_ACRONYMS = re.compile("[A-Z]{2,5}s")  # SMEs: too short for typos, so it is found by SME as well
_CAPITAL = r"[A-Z0-9][^\W_]*"
_LINK = r"(?:and|of|de|the|for|&)"
_CAPITALISED = re.compile(rf"(?<![\w&'.]){_CAPITAL}(?:[ \-](?:{_LINK} )?{_CAPITAL}){{1,7}}")

# Ends the word of a company whose name is a small word. No text has it: `plain` makes an n of it.
NAME = "\u207f"
MAX_PIECES = 5  # of a compound; more is an address or a file's path, and only its parts are words
MAX_WORD = 40  # letters; longer ones are nobody's name
RUNS_KEPT = 100_000  # capitalised runs remembered; they repeat less than words do


def plain(text: str) -> str:
    """Return *text* with one spelling for what looks or means the same: width, quotes, dashes, accents."""
    if text.isascii():
        return text
    text = _NOT_PLAIN.sub(lambda odd: _PLAIN[odd[0]], unicodedata.normalize("NFKC", text))
    # Letter by letter: NFD on the whole would take kana and hangul apart.
    return _ACCENTED.sub(_without_accent, text)


def _without_accent(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFD", match[0])[0]


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text. *parts* are its pieces in order; *joined* is all of them in one."""

    parts: tuple[str, ...]
    joined: str = ""
    extras: tuple[str, ...] = ()  # what it is also found by


def read_word(surface: str) -> Word:
    """Cut one match of WORD into what it is indexed by and asked for by."""
    lower = surface.lower().removesuffix("'s")
    if lower.isalpha() and lower.isascii() and len(lower) <= MAX_WORD:
        return Word((lower,), extras=(lower[:-1],) if _ACRONYMS.fullmatch(surface) else ())
    pieces = [piece for piece in _PIECE.findall(lower) if len(piece) <= MAX_WORD]
    parts = tuple(part for piece in pieces for part in _pairs(piece))
    extras = tuple(extra for piece in pieces for extra in _amount(piece))
    whole = "".join(pieces)
    if len(parts) < 2 or len(pieces) > MAX_PIECES or len(whole) > MAX_WORD:
        return Word(parts, extras=extras)
    return Word(parts, whole, extras)


def _pairs(piece: str) -> Iterator[str]:
    # Chinese, Japanese and Korean run on without spaces: every two neighbours are a word.
    if len(piece) > 2 and is_cjk(piece):
        yield from (piece[i : i + 2] for i in range(len(piece) - 1))
    else:
        yield piece


def is_cjk(part: str) -> bool:
    """Tell whether a part is written without spaces around its words."""
    return _IS_CJK.match(part) is not None


def _amount(piece: str) -> tuple[str, ...]:
    money = _MONEY.fullmatch(piece)
    return money.groups() if money else ()


def join(parts: Sequence[str]) -> str:
    """Return a name of several words as one: bankofamerica, watcheswonders."""
    if len(parts) == 1:
        return parts[0]
    if parts and is_cjk(parts[0]) and all(len(part) == 2 for part in parts):
        overlapping = all(a[1] == b[0] for a, b in pairwise(parts))
        return parts[0] + "".join(part[1] for part in parts[1:]) if overlapping else "".join(parts)
    if "and" in parts:
        return "".join(part for part in parts if part != "and") or "".join(parts)
    return "".join(parts)


def name_key(name: str) -> str:
    """Return the one word by which a company is found: of On or WHO another one than the small word."""
    key = join(name_parts(name))
    return key + NAME if key in STOP_WORDS else key


def name_parts(name: str) -> tuple[str, ...]:
    """Return the parts of a name, in order."""
    return tuple(part for surface in WORD.findall(plain(name)) for part in read_word(surface).parts)


@dataclass(frozen=True, slots=True)
class Cut:
    """A text as the index takes it: its words in order, what else it is found by, what stood capitalised."""

    words: list[str]
    extras: set[str] = field(default_factory=set)
    capitalised: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Name:
    written: str
    parts: tuple[str, ...]
    equals: tuple[str, ...]  # every name of the group, joined
    nth: int  # of them is this one

    def stands_in(self, text: str, words: list[str]) -> bool:
        if self.equals[self.nth].endswith(NAME):
            return self._stands_within(text)
        # As written, or in capitals: "gap" in a sentence is not Gap.
        if self.written not in text and self.written.upper() not in text:
            return False
        size = len(self.parts)
        return any(tuple(words[i : i + size]) == self.parts for i in range(len(words) - size + 1))

    def _stands_within(self, text: str) -> bool:
        """Tell whether a small word stands here as a name: with capitals that are not all words'."""
        # Elsewhere than after a word or a comma any word may have a capital: "On" opens sentences, too.
        within = re.compile(rf"(?<=[a-z0-9,;] ){re.escape(self.written)}(?!\w)(?! [A-Z])")
        return self.written != self.written.lower() and within.search(text) is not None


class Cutter:
    """Cuts texts into words for the index, remembering each word it has met: texts repeat theirs.

    *names* are groups of names that mean the same. A text that has one of them is found by all of them.
    """

    def __init__(self, names: Iterable[Sequence[str]] = ()) -> None:
        self.forget()
        self._names: dict[str, list[_Name]] = {}
        for group in names:
            equals = tuple(map(name_key, group))
            for nth, name in enumerate(group):
                if parts := name_parts(name):
                    self._names.setdefault(parts[0], []).append(_Name(plain(name), parts, equals, nth))
        self._first = set(self._names)

    def forget(self) -> None:
        """Drop what was learnt from texts."""
        self.shown: dict[str, str] = {}  # a word -> how it was first written, where that differs
        # Sets beside the dicts: set arithmetic with a dict's keys walks through all of them.
        self._met: set[str] = set()
        self._compound: set[str] = set()
        self._parts: dict[str, str] = {}
        self._extras: dict[str, tuple[str, ...]] = {}
        self._runs: dict[str, tuple[str, ...]] = {}

    def __call__(self, text: str) -> Cut:
        """Cut one text."""
        text = plain(text)
        surfaces = WORD.findall(text)
        distinct = set(surfaces)
        # In their order: the first way a word is written is the one that is shown.
        for surface in sorted(distinct.difference(self._met), key=surfaces.index):
            self._meet(surface)
        words = " ".join(map(self._parts.__getitem__, surfaces)).split()
        extras = {extra for surface in distinct & self._compound for extra in self._extras[surface]}
        for run in _CAPITALISED.findall(text):
            extras.update(self._runs.get(run) or self._join_run(run))
        extras.update(number for _, number in amounts(text))
        for first in self._first.intersection(words):
            for name in self._names[first]:
                if name.stands_in(text, words):
                    extras.update(name.equals)
        return Cut(words, extras, {surface.lower() for surface in distinct if surface[0].isupper()})

    def _meet(self, surface: str) -> None:
        word = read_word(surface)
        self._met.add(surface)
        self._parts[surface] = " ".join(word.parts)
        if extras := (*word.extras, word.joined) if word.joined else word.extras:
            self._compound.add(surface)
            self._extras[surface] = extras
        key = word.joined or " ".join(word.parts)
        if surface != key:
            self.shown.setdefault(key, surface.removesuffix("'s"))

    def _join_run(self, run: str) -> tuple[str, ...]:
        """Return the neighbours in a run of capitalised words, and three of them, as one word each."""
        if len(self._runs) > RUNS_KEPT:
            self._runs.clear()
        surfaces = re.split("[ -]", run)
        starts = [i for i, surface in enumerate(surfaces) if surface[0].isupper() or surface[0].isdigit()]
        spans = list(pairwise(starts))
        if len(starts) == 3:
            spans.append((starts[0], starts[2]))
        keys = []
        for start, end in spans:
            name = surfaces[start : end + 1]
            key = join([surface.lower() for surface in name if surface != "&"])
            if len(key) <= MAX_WORD:
                self.shown.setdefault(key, " ".join(name))
                keys.append(key)
        self._runs[run] = tuple(keys)
        return self._runs[run]
