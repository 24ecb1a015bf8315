"""Which indexed words are near a misspelt one. Knows letters only; what is meant is decided elsewhere.

The words stand in a row, sorted by length. Per place and letter there is one big integer: bit *i* says that
word *i* has that letter within two places of there. A typo moves a letter by at most one place, so a word
within *d* edits has all but *d* letters of the question near their places. A few dozen ANDs and ORs leave a
hundred words of 100,000, never too few, and only they are measured.

Words of other scripts are spelt in their smallest letters, for those are what typing misses: of hangul and
voiced kana the parts. Several letters share a set there, so that a few words more are measured.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.core.search.folding import MARKS
from bot.core.search.text import clusters, is_unspaced

LETTERS = "abcdefghijklmnopqrstuvwxyz"
PLACES = 12  # of a word that are looked at; so many letters tell any two words apart
SHORTEST, LONGEST = 3, 32
_REACH = 2  # the most letters that may be off
_WORTH_NAMING = 6  # letters; two of fewer are another word
_COLUMN = {letter: bytes(49 if c == ord(letter) else 48 for c in range(256)) for letter in LETTERS}
_NUMBERED = re.compile("([a-z])([5-9]|[1-9][0-9])([a-z])")  # not p2p, b2b, w3c
_OCCUPIED = re.compile(rb"[^\0]")
_OF_OTHER_SCRIPTS = re.compile(rf"(?:[^\W\d_\x00-\x7f\u3400-\u9fff\uf900-\ufaff]|[{MARKS}])+")
_IS_HANGUL = re.compile("[\uac00-\ud7a3]{2}")
_IN_PARTS = re.compile("[\u3041-\u30ff\uac00-\ud7a3]")
_BITS = [[bit for bit in range(8) if byte >> bit & 1] for byte in range(256)]


def is_fuzzy(word: str) -> bool:
    """Tell whether a word may be mistyped at all: plain letters, and not half digits (v1.2.3, 2024)."""
    if not word.isascii():
        return _is_fuzzy_elsewhere(word)
    return (
        SHORTEST <= len(word) <= LONGEST
        and word.isalnum()
        and (word.isalpha() or 2 * sum(map(str.isdigit, word)) < len(word))
    )


def _is_fuzzy_elsewhere(word: str) -> bool:
    """Tell the same of a word of another script: letters, but not Chinese ones, each of which is a word."""
    letters = spelt(word)
    if not (SHORTEST <= len(letters) <= LONGEST and _OF_OTHER_SCRIPTS.fullmatch(word)):
        return False
    # Two letters out of a run without spaces are no word; two syllables of hangul may be.
    is_word = not is_unspaced(word) or len(clusters(word)) >= SHORTEST or _IS_HANGUL.match(word)
    return bool(is_word) and written(letters) == word


def spelt(word: str) -> str:
    """Return a word in the letters that typing may miss."""
    return unicodedata.normalize("NFD", word) if not word.isascii() and _IN_PARTS.search(word) else word


def written(letters: str) -> str:
    """Return the word that is spelt so."""
    return letters if letters.isascii() else unicodedata.normalize("NFC", letters)


def _stand_ins(letters: str) -> str:
    """Return letters as those that have sets."""
    return letters if letters.isascii() else "".join(LETTERS[ord(letter) % 26] for letter in letters)


def edits_allowed(length: int) -> int:
    """Return how many letters may be off, for the longer of two words: none under 4 letters, 1, 2 from 8."""
    return 0 if length < 4 else 1 if length < 8 else _REACH


def blocks(words: Iterable[str]) -> dict[int, bytes]:
    """Return the words, as they are spelt, by length, each length in one block, in alphabetical order."""
    by_length = defaultdict(list)
    for word in sorted(words):
        by_length[len(word)].append(word)
    return {length: "".join(same).encode() for length, same in sorted(by_length.items())}


def letter_sets(blocks: Mapping[int, bytes]) -> Iterator[tuple[int, str, bytes]]:
    """Yield for every place and letter which words have it near there."""
    stand_ins = {length: _stand_ins(block.decode()).encode("ascii") for length, block in blocks.items()}
    for letter in LETTERS:
        exactly = [0] * LONGEST
        start = 0
        for length, block in stand_ins.items():
            for place in range(min(length, PLACES + _REACH)):
                column = block[place::length][::-1].translate(_COLUMN[letter])
                exactly[place] |= int(column, 2) << start
            start += len(block) // length
        for place in range(PLACES):
            near = 0
            for words in exactly[max(0, place - _REACH) : place + _REACH + 1]:
                near |= words
            yield place, letter, near.to_bytes((start + 7) // 8, "little")


class Row:
    """Words of one length in alphabetical order, without anything between them."""

    __slots__ = ("_length", "_spans", "_words")

    def __init__(self, words: str, length: int) -> None:
        self._words, self._length = words, length
        self._spans: dict[str, tuple[int, int]] = {}  # from where to where words begin with a letter

    def __len__(self) -> int:
        return len(self._words) // self._length

    def __contains__(self, word: str) -> bool:
        # Not by halves: each of the dozen steps takes longer than to look through all with that first letter.
        start, end = self._spans.get(word[0]) or self._span(word[0])
        at = self._words.find(word, start, end)
        while at > 0 and at % self._length:  # the end of one word and the beginning of the next
            at = self._words.find(word, at + 1, end)
        return at >= 0

    def _span(self, letter: str) -> tuple[int, int]:
        firsts = self._words[:: self._length]
        start, end = firsts.find(letter), firsts.rfind(letter) + 1
        self._spans[letter] = max(0, start) * self._length, end * self._length
        return self._spans[letter]


class Vocabulary:
    """The words of an archive, to be asked for neighbours. *read* fetches one of `letter_sets`, once."""

    def __init__(self, blocks: Mapping[int, bytes], read: Callable[[int, str], bytes]) -> None:
        self._read = read
        self._blocks: dict[int, tuple[int, int, str]] = {}  # length -> first and last word, the words
        self._rows: dict[int, Row] = {}
        start = 0
        for length, block in blocks.items():
            words = block.decode()
            end = start + len(words) // length
            self._blocks[length] = (start, end, words)
            self._rows[length] = Row(words, length)
            start = end
        self._sets: dict[tuple[int, str], int] = {}
        self._allowed: dict[int, dict[int, int]] = {}  # length of a word -> lengths near it -> letters off

    def __contains__(self, word: str) -> bool:
        """Tell whether that is one of the words."""
        row = self._rows.get(len(word))
        return row is not None and word in row

    def near(self, word: str) -> list[tuple[str, int]]:
        """Return the words within reach, and how many letters each is off."""
        if (allowed := self._allowed.get(len(word))) is None:
            lengths = filter(self._blocks.get, range(len(word) - _REACH, len(word) + _REACH + 1))
            allowed = {length: edits_allowed(max(length, len(word))) for length in lengths}
            self._allowed[len(word)] = allowed
        return self._within(word, allowed)

    def further(self, word: str) -> list[tuple[str, int]]:
        """Return words that are too far off to be meant, but worth naming: two letters, in words of six."""
        if len(word) < _WORTH_NAMING:
            return []
        lengths = range(max(_WORTH_NAMING, len(word) - _REACH), len(word) + _REACH + 1)
        return self._within(word, dict.fromkeys(filter(self._blocks.get, lengths), _REACH))

    def spelt_out(self, word: str) -> list[str]:
        """Return what a word with a number in its middle may stand for: kubernetes for k8s."""
        if (short := _NUMBERED.fullmatch(word)) is None:
            return []
        first, skipped, last = short.groups()
        length = int(skipped) + 2
        _, _, block = self._blocks.get(length, (0, 0, ""))
        firsts, lasts = block[::length], block[length - 1 :: length]
        start, end = firsts.find(first), firsts.rfind(first) + 1
        places = (place for place in range(max(0, start), end) if lasts[place] == last)
        return [block[place * length : (place + 1) * length] for place in places]

    def _within(self, word: str, allowed: Mapping[int, int]) -> list[tuple[str, int]]:
        """Return the words of these lengths that are as many letters off as each length allows, or fewer."""
        found: list[tuple[str, int]] = []
        like = self._like(word, allowed)
        for edits in sorted(like):
            near = process.extract(word, like[edits], scorer=OSA.distance, score_cutoff=edits, limit=None)
            found += [(other, distance) for other, distance, _ in near if distance]
        return found

    def _like(self, word: str, allowed: Mapping[int, int]) -> dict[int, list[str]]:
        """Return, by the letters that may be off, what has all other letters of a word near their places."""
        # Each letter that a word has more is one off, and takes none away.
        may_lack = {
            length: edits - max(0, length - len(word))
            for length, edits in allowed.items()
            if 0 < edits >= abs(length - len(word))
        }
        if not may_lack:
            return {}
        first, last = self._blocks[min(may_lack)][0], self._blocks[max(may_lack)][1]
        lacking = self._lacking(word, first, last)
        words: dict[int, list[str]] = {}
        for length, most in may_lack.items():
            start, end, block = self._blocks[length]
            if here := (lacking[most] >> (start - first)) & ((1 << (end - start)) - 1):
                same = words.setdefault(allowed[length], [])
                same += [block[i * length : (i + 1) * length] for i in _members(here)]
        return words

    def _lacking(self, word: str, first: int, last: int) -> tuple[int, int, int]:
        """Return which words between two have all letters near their places; all but one; all but two."""
        none = one = two = (1 << (last - first)) - 1
        for place, letter in enumerate(_stand_ins(word[:PLACES])):
            if letter in LETTERS:
                has = self._with(place, letter) >> first
                two = one | (two & has)
                one = none | (one & has)
                none &= has
                if not two:
                    break
        return none, one, two

    def _with(self, place: int, letter: str) -> int:
        if (found := self._sets.get((place, letter))) is None:
            found = self._sets[place, letter] = int.from_bytes(self._read(place, letter), "little")
        return found


def _members(bits: int) -> Iterator[int]:
    data = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    for match in _OCCUPIED.finditer(data):
        at = match.start()
        for bit in _BITS[data[at]]:
            yield 8 * at + bit
