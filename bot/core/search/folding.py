"""One spelling for what looks or means the same, in every script: width, quotes, accents, points, digits.

What is an accent is decided script by script. Latin, Greek and Cyrillic are read without theirs (й, ї and ў
are letters of their own); Arabic and Hebrew without points, and with one alef, one yeh and one kaf; Indic
scripts without nukta, and Devanagari with one nasal. Vowel signs and tones of India and South-East Asia are
what their words are made of: they stay. Chinese is read as simplified. Kana and hangul are as they are
written.
"""

from __future__ import annotations

import re
import unicodedata

from bot.core.search.traditional import TRADITIONAL, simplified

_NUKTA = 7  # its combining class: a dot below that makes f of ph, and is left out as often
_WITH_MARKS = (*range(0x300, 0x1E00), *range(0x20D0, 0x2100), *range(0x302A, 0x309B), *range(0xA800, 0xAC00))
_ALL_MARKS = [mark for mark in map(chr, _WITH_MARKS) if unicodedata.category(mark) in ("Mn", "Mc")]
_IN_WORDS = re.compile("[\u0900-\u1cff\ua800-\uabff]")
# What a word of these scripts is made of besides its letters.
MARKS = "".join(
    mark for mark in _ALL_MARKS if _IN_WORDS.match(mark) and unicodedata.combining(mark) != _NUKTA
)
IS_MARK = re.compile(f"[{MARKS}]")

_PLAIN = {
    **dict.fromkeys("‘’‛′ʼʻ`", "'"),
    **dict.fromkeys("“”„‟«»", '"'),
    **dict.fromkeys("‐‑‒–—―−﹘﹣", "-"),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", ""),  # invisible inside words
    **dict.fromkeys(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFE00, 0xFE10))), ""),
    **dict(zip("ßæÆœŒøØłŁđĐı", ("ss", "ae", "AE", "oe", "OE", *"oOlLdDi"), strict=True)),
    **dict(zip("þÞðÐəƏħĦŧŦŋŊ", ("th", "Th", *"dDeEhHtTnN"), strict=True)),
    **dict(zip("ґҐ", "гГ", strict=True)),
    **dict(zip("أإآٱىیئکؤةہھە", "اااايييكوهههه", strict=True)),
    "♯": "#",
    "ـ": "",  # it makes a word of Arabic wider
    "ँ": "ं",
}
_PLAIN |= dict.fromkeys(set(_ALL_MARKS) - set(MARKS) - set("\u3099\u309a"), "")
_PLAIN |= {
    digit: str(unicodedata.decimal(digit))
    for digit in map(chr, _WITH_MARKS)
    if unicodedata.category(digit) == "Nd"
}
_NOT_PLAIN = re.compile(f"[{''.join(_PLAIN)}{TRADITIONAL}]")  # ten times as fast as str.translate
_ACCENTED = re.compile(r"[\u00c0-\u024f\u1e00-\u1eff\u0386-\u03ce\u1f00-\u1fff\u0401\u0451]")
# A nasal before a consonant of its kind is written as one or as a dot: हिन्दी, हिंदी.
_NASAL = re.compile("ङ्(?=[क-घ])|ञ्(?=[च-झ])|ण्(?=[ट-ढ])|न्(?=[त-ध])|म्(?=[प-भ])")


# What is folded as one: a letter with all its marks, syllables of hangul in pieces.
LETTER = re.compile(f"[\u1100-\u11ff]+|.[{''.join(_ALL_MARKS)}]*", re.DOTALL)


def plain(text: str) -> str:
    """Return *text* with one spelling for what looks or means the same."""
    if text.isascii():
        return text
    # An accent by itself, which NFKC would take for a blank with one: L´Atelier.
    text = unicodedata.normalize("NFKC", text.replace("´", "'"))
    text = _NOT_PLAIN.sub(_plain_letter, text)
    # Letter by letter: NFD on the whole would take kana and hangul apart.
    text = _ACCENTED.sub(_without_accent, text)
    return _NASAL.sub("ं", text) if "\u094d" in text else text


def _plain_letter(odd: re.Match[str]) -> str:
    return _PLAIN[odd[0]] if odd[0] in _PLAIN else simplified(odd[0])


def _without_accent(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFD", match[0])[0]


def lower(text: str) -> str:
    """Return plain text in lower case, where a sigma is a sigma at the end of a word, too."""
    return text.lower() if text.isascii() else text.lower().replace("ς", "σ")
