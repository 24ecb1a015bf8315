"""How a word of another script sounds in ours: アリババ is aribaba, which is near enough to Alibaba.

And what in a question is written as one with such a word and is none: particles of Korean and Japanese.
"""

from __future__ import annotations

import re
import unicodedata

from bot.core.search.folding import lower

_SOUNDED = re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fc\uac00-\ud7a3]+")  # kana and hangul
_SPELT = re.compile("[\u0370-\u03ff]{4,}|[\u0400-\u045f]{4,}")  # Greek, Cyrillic; shorter, it may be any word
# A name is written in one of them: アリババ of アリババのニュース. Two kana may be a piece of anything.
_STRETCH = re.compile("[\u30a1-\u30fa\u30fc]{3,}|[\u3041-\u3096\u30fc]{3,}|[\uac00-\ud7a3]{2,}")
_PARTICLES, _SYLLABLES = "은는이가을를의에도와과로", 3  # after a name in Korean: 알리바바의
# Two letters of a run, one of them such a particle: 행은 of 은행은, バの of アリババの.
_JOINT = re.compile(
    f"[\uac00-\ud7a3][{_PARTICLES}]$|[^\u3041-\u3096][のはがをにでともへや]|[のはがをにでともへや][^\u3041-\u3096]"
)
_SPOKEN = {"si": "shi", "ti": "chi", "tu": "tsu", "hu": "fu", "zi": "ji", "di": "ji", "du": "zu", "wo": "o"}
_LONG, _DOUBLED = "ー", "っッ"
_LETTERS = {
    **dict(zip("абвгдезийклмнопрстуфхыэіїєўј", "abvgdeziiklmnoprstufhyeiieuj", strict=True)),
    **dict(zip("жцчшщюяљњђћџъь", ("zh ts ch sh sh yu ya lj nj dj c dz" + " " * 2).split(" "), strict=True)),
    **dict(zip("αβγδεζηικλμνξοπρστυφχω", "avgdeziiklmnxoprstyfho", strict=True)),
    "θ": "th",
    "ψ": "ps",
    "кс": "x",
    "ου": "u",
    "μπ": "b",
    "ντ": "d",
    "γκ": "g",
}
_LETTER = re.compile("кс|ου|μπ|ντ|γκ|.")


def stretches(word: str) -> list[str]:
    """Return what in a word may be a name in another script; in hangul with a particle and without."""
    if word.isascii():
        return []
    found = _STRETCH.findall(word)
    spelt = [name for name in [lower(word)] if _SPELT.fullmatch(name)]
    return found + [run[:-1] for run in found if len(run) > _SYLLABLES and run[-1] in _PARTICLES] + spelt


def is_joint(pair: str, typed: str) -> bool:
    """Tell whether two letters of a run only tie a word to the next: a story without them lacks nothing."""
    match = None if pair.isascii() else _JOINT.match(pair)
    # A Korean particle ends what is typed; elsewhere the syllable is one of the word's.
    return match is not None and (unicodedata.name(pair[0]).startswith("HANGUL") <= typed.endswith(pair))


def is_spelt(word: str) -> bool:
    """Tell whether a word is in a script whose letters are like ours: Greek or Cyrillic."""
    return _SPELT.fullmatch(word) is not None


def sound(word: str) -> str:
    """Return how a word in kana, hangul, Greek or Cyrillic sounds, or "" for one in any other script."""
    if is_spelt(word):
        return "".join(_LETTERS.get(letter, "") for letter in _LETTER.findall(word))
    if not _SOUNDED.fullmatch(word):
        return ""
    return "".join(map(_syllable, word))


def _syllable(letter: str) -> str:
    if letter == _LONG or letter in _DOUBLED:
        return ""
    # Unicode's names are romanisations: KATAKANA LETTER RI, HANGUL SYLLABLE HAN.
    syllable = unicodedata.name(letter).rpartition(" ")[2].lower()
    return _SPOKEN.get(syllable, syllable)
