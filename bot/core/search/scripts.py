"""How a word of another script sounds in ours: アリババ is aribaba, which is near enough to Alibaba."""

from __future__ import annotations

import re
import unicodedata

_SOUNDED = re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fc\uac00-\ud7a3]+")  # kana and hangul
_SPOKEN = {"si": "shi", "ti": "chi", "tu": "tsu", "hu": "fu", "zi": "ji", "di": "ji", "du": "zu", "wo": "o"}
_LONG, _DOUBLED = "ー", "っッ"


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
