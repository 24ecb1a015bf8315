"""Words, as readers and writers mean them: what a story is cut into, and what a question is cut into.

One tokenizer for both sides. Nothing is guessed here: no stemming, no typos, no synonyms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from operator import add
from typing import NamedTuple

from bot.core.search.folding import IS_MARK, MARKS, lower, plain
from bot.core.search.prereleases import numbers, words_of
from bot.core.search.said_days import names_of_day, said_days
from bot.core.search.smallwords import STOP_WORDS

# Chinese, Japanese and Korean; Thai, Lao, Burmese and Khmer.
_UNSPACED = (
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e80-\u0ecf\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\u1780-\u17d3\u17d7"
)

# A word with what holds a compound together: Net-a-Porter, T-Mall, L'Oréal, 6.18, k8s.io, AT&T, snake_case.
# Single letters around a spaced ampersand are one name: H & M; so are one or two around a slash: A/S.
_SPACED_OUT = r"\b[A-Za-z](?: & [A-Za-z]\b)+|\b[A-Za-z]{1,2}(?:/[A-Za-z]{1,2}\b)+"
_LETTERS = r"[^\W_]+"
_WORD = re.compile(rf"{_LETTERS}(?:['&.\-_]+{_LETTERS})*")
_SPACED_WORD = re.compile(rf"{_SPACED_OUT}|{_WORD.pattern}")
_MARKED = rf"{_LETTERS}(?:[{MARKS}]+[^\W_]*)*"  # vowel signs are neither letters nor the end of a word
_MARKED_WORD = re.compile(rf"{_SPACED_OUT}|{_MARKED}(?:['&.\-_]+{_MARKED})*")
_PIECE = re.compile(rf"[{_UNSPACED}]+|(?:[^\W_{_UNSPACED}]|[{MARKS}])+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_CLUSTER = re.compile(f".[{MARKS}]*")  # what is read as one letter: with its vowel signs and tones
# RMB10, USD5bn: an amount is found by its currency and by its number, too.
_MONEY = re.compile(r"([a-z]{2,3})(\d{2,})(?:bn|[bkm])?")
# コンピューター is コンピュータ as well.
_LENGTHENED = re.compile("(?<=[\u30a1-\u30fa\u30fc]{3})\u30fc(?![\u30a1-\u30fa\u30fc])")
_ACRONYMS = re.compile("[A-Z]{2,5}s")  # SMEs: too short for typos, so it is found by SME as well
_CAPITAL = r"[A-Z0-9\u0391-\u03a9\u0404-\u0407\u0410-\u042f\u0531-\u0556][^\W_]*"
_LINK = r"(?:and|of|de|the|for|&)"
_CAPITALISED = re.compile(rf"(?<![\w&'.]){_CAPITAL}(?:[ \-](?:{_LINK} )?{_CAPITAL}){{1,7}}")

# Ends the word of a company whose name is a small word or one letter, and of a letter that stands alone. No
# text has it: `plain` makes an n of it.
NAME = "\u207f"
# C++, C#, .NET and Editor++ are one name each: their signs are letters that no text has either.
_SIGNS = {"+": "\u1d56", "#": "\u02e2", ".": "\u1d48"}
_SIGNED = re.compile(
    r"(?<=[A-Za-z0-9])\+\++|(?<=(?<![\w&'])[A-Za-z])#(?!\w)|(?<![^\s(])\.(?=[A-Za-z]{2,8}\b(?!\.))"
)
_SPOKEN = {
    "c\u1d56": ("cpp",),
    "c\u02e2": ("csharp",),
    "f\u02e2": ("fsharp",),
    "\u1d48net": ("dotnet", "net"),
}
_TIES = (" & ", *"'&.-_/")  # what holds a compound together
MAX_PIECES = 5  # of a compound; more is an address or a file's path, and only its parts are words
MAX_WORD = 40  # letters; longer ones are nobody's name
RUNS_KEPT = 100_000  # capitalised runs remembered; they repeat less than words do


class Word(NamedTuple):
    """One word of a text. *parts* are its pieces in order; *joined* is all of them in one."""

    parts: tuple[str, ...]
    joined: str = ""
    extras: tuple[str, ...] = ()  # what it is also found by


def surfaces(text: str) -> list[str]:
    """Return the words of a plain text, as they stand there."""
    text = _signed(text)
    if not text.isascii() and IS_MARK.search(text):
        return _MARKED_WORD.findall(text)
    # Few texts have what is spaced out, and to look for it at each word takes as long as the word.
    return (_SPACED_WORD if "/" in text or " & " in text else _WORD).findall(text)


def _signed(text: str) -> str:
    # Every text has full stops, few have one before a word.
    if "++" in text or "#" in text or " ." in text or text.startswith(".") or "(." in text:
        return _SIGNED.sub(_sign, text)
    return text


def _sign(match: re.Match[str]) -> str:
    ends_before_a_word = match[0] != "." and match.string[match.end() : match.end() + 1].isalnum()
    return _SIGNS[match[0][0]] + " " * ends_before_a_word  # C++17


def untied(text: str) -> str:
    """Return a plain text in lower case with the pieces of each compound in one, and more.

    Whatever a compound is found by stands in it somewhere: a look that saves reading every word.
    """
    one = f"{text} {_LENGTHENED.sub('', text)}" if "\u30fc" in text else text
    for tie in _TIES:
        one = one.replace(tie, "")
    signed = _signed(text)
    return one if signed == text else " ".join((one, signed, *chain(*_SPOKEN.values())))


def as_written(surface: str) -> str:
    """Return one of `surfaces` with its signs as people write them."""
    if surface.isascii():
        return surface
    return surface.replace(_SIGNS["+"], "++").replace(_SIGNS["#"], "#").replace(_SIGNS["."], ".")


def clusters(run: str) -> Sequence[str]:
    """Return the letters of a run, each with its marks."""
    return run if IS_MARK.search(run) is None else _CLUSTER.findall(run)


def read_word(surface: str) -> Word:
    """Cut one match of `surfaces` into what it is indexed by and asked for by."""
    letters = lower(surface).removesuffix("'s")
    if letters.isalpha() and letters.isascii() and len(letters) <= MAX_WORD:
        return Word((letters,), extras=_also(surface, letters))
    if any(sign in letters for sign in _SIGNS.values()):
        return Word((letters,), extras=_SPOKEN.get(letters, (letters.strip("".join(_SIGNS.values())),)))
    pieces = [piece for piece in _pieces(letters) if len(piece) <= MAX_WORD or is_unspaced(piece)]
    parts = tuple(part for piece in pieces for part in _pairs(piece))
    extras = tuple(extra for piece in pieces for extra in _amount(piece))
    whole = "".join(pieces)
    if len(parts) < 2 or len(pieces) > MAX_PIECES or len(whole) > MAX_WORD:
        return Word(parts, extras=extras)
    return Word(parts, whole, extras)


def _also(surface: str, letters: str) -> tuple[str, ...]:
    """Return what a plain word is also found by."""
    if len(surface) == 1 and surface.isupper() and letters not in STOP_WORDS:
        return (letters + NAME,)
    return (letters[:-1],) if _ACRONYMS.fullmatch(surface) else ()


def _pieces(letters: str) -> list[str]:
    found = _PIECE.findall(letters)
    return found if letters.isascii() else [_LENGTHENED.sub("", piece) for piece in found]


def _pairs(piece: str) -> Iterator[str]:
    # Where words run on without spaces, every two neighbours are a word.
    if len(piece) > 2 and is_unspaced(piece):
        letters = clusters(piece)
        if len(letters) > 2:
            yield from map(add, letters, letters[1:])
            return
    yield piece


def is_unspaced(part: str) -> bool:
    """Tell whether a part is written without spaces around its words."""
    return not part.isascii() and _IS_UNSPACED.match(part) is not None


def _amount(piece: str) -> tuple[str, ...]:
    money = _MONEY.fullmatch(piece)
    return money.groups() if money else ()


def join(parts: Sequence[str]) -> str:
    """Return a name of several words as one: bankofamerica, watcheswonders."""
    if len(parts) == 1:
        return parts[0]
    if parts and is_unspaced(parts[0]):
        letters = [clusters(part) for part in parts]
        if all(len(pair) == 2 for pair in letters) and all(a[1] == b[0] for a, b in pairwise(letters)):
            return parts[0] + "".join(pair[1] for pair in letters[1:])
        return "".join(parts)
    if "and" in parts:
        return "".join(part for part in parts if part != "and") or "".join(parts)
    return "".join(parts)


def name_key(name: str) -> str:
    """Return the one word by which a company is found: of On or WHO another one than the small word."""
    key = join(name_parts(name))
    return key + NAME if key in STOP_WORDS or is_letter(key) else key


def is_letter(word: str) -> bool:
    """Tell whether a word is one letter, which is a name only where it stands alone."""
    return len(word) == 1 and word.isascii() and word.isalpha()


def name_parts(name: str) -> tuple[str, ...]:
    """Return the parts of a name, in order."""
    return tuple(part for surface in surfaces(plain(name)) for part in read_word(surface).parts)


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
        found = surfaces(text)
        distinct = set(found)
        # In their order: the first way a word is written is the one that is shown.
        for surface in sorted(distinct.difference(self._met), key=found.index):
            self._meet(surface)
        words = " ".join(map(self._parts.__getitem__, found)).split()
        extras = {extra for surface in distinct & self._compound for extra in self._extras[surface]}
        for run in _CAPITALISED.findall(text):
            extras.update(self._runs.get(run) or self._join_run(run))
        for number in numbers(text):
            extras.update(words_of(number))
        for day in said_days(text):
            extras.update(names_of_day(day.number))
        for first in self._first.intersection(words):
            for name in self._names[first]:
                if name.stands_in(text, words):
                    extras.update(name.equals)
        return Cut(words, extras, {lower(surface) for surface in distinct if surface[0].isupper()})

    def _meet(self, surface: str) -> None:
        word = read_word(surface)
        self._met.add(surface)
        self._parts[surface] = " ".join(word.parts)
        if extras := (*word.extras, word.joined) if word.joined else word.extras:
            self._compound.add(surface)
            self._extras[surface] = extras
        key = word.joined or " ".join(word.parts)
        if surface != key:
            self.shown.setdefault(key, as_written(surface.removesuffix("'s")))

    def _join_run(self, run: str) -> tuple[str, ...]:
        """Return the neighbours in a run of capitalised words, and three of them, as one word each."""
        if len(self._runs) > RUNS_KEPT:
            self._runs.clear()
        written = re.split("[ -]", run)
        starts = [i for i, surface in enumerate(written) if surface[0].isupper() or surface[0].isdigit()]
        spans = list(pairwise(starts))
        if len(starts) == 3:
            spans.append((starts[0], starts[2]))
        keys = []
        for start, end in spans:
            name = written[start : end + 1]
            key = join([lower(surface) for surface in name if surface != "&"])
            if len(key) <= MAX_WORD:
                self.shown.setdefault(key, " ".join(name))
                keys.append(key)
        self._runs[run] = tuple(keys)
        return self._runs[run]
