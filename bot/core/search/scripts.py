"""How a word of another script sounds in ours: アリババ is aribaba, which is near enough to Alibaba."""

from __future__ import annotations

import re
import unicodedata

_SOUNDED = re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fc\uac00-\ud7a3]+")  # kana and hangul
# A name is written in one of them: アリババ of アリババのニュース. Two kana may be a piece of anything.
_STRETCH = re.compile("[\u30a1-\u30fa\u30fc]{3,}|[\u3041-\u3096\u30fc]{3,}|[\uac00-\ud7a3]{2,}")
_PARTICLES, _SYLLABLES = "은는이가을를의에도와과로", 3  # after a name in Korean: 알리바바의
_SPOKEN = {"si": "shi", "ti": "chi", "tu": "tsu", "hu": "fu", "zi": "ji", "di": "ji", "du": "zu", "wo": "o"}
_LONG, _DOUBLED = "ー", "っッ"


def stretches(word: str) -> list[str]:
    """Return what in a word may be a name in kana or hangul, with its particle and without."""
    found = [] if word.isascii() else _STRETCH.findall(word)
    return found + [run[:-1] for run in found if len(run) > _SYLLABLES and run[-1] in _PARTICLES]


def sound(word: str) -> str:
    """Return how a word in kana or hangul sounds, or "" for one in any other script."""
    if not _SOUNDED.fullmatch(word):
        return ""
    return "".join(map(_syllable, word))


def _syllable(letter: str) -> str:
    if letter == _LONG or letter in _DOUBLED:
        return ""
    # Unicode's names are romanisations: KATAKANA LETTER RI, HANGUL SYLLABLE HAN.
    syllable = unicodedata.name(letter).rpartition(" ")[2].lower()
    return _SPOKEN.get(syllable, syllable)
