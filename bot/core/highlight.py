"""Where the words of a question stand in a story: what to embolden, which sentence to quote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.core.text import WORD, join, name_parts, plain, read_word

_SENTENCE = re.compile(r"(?<=[.!?])[\"')\]”’]*\s+|(?<=[。！？])|\n+")
MAX_EXCERPT = 300  # letters


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """Return a name as the index has it: one word."""
    return join(name_parts(name))


def find(text: str, forms: Sequence[str]) -> str:
    """Return the first of these forms that stands in *text* as a word, as it is written there, or "".

    *forms* are lower-case: how a term is written, and its letters. A compound spelt in yet another way is
    found by its letters: "hm" in "H&M".
    """
    lower = plain(text).lower()
    for form in forms:
        start = lower.find(form)
        while start >= 0:
            end = start + len(form)
            if _is_edge(lower, start - 1, start) and _is_edge(lower, end, end - 1):
                # The same letter for letter, unless something was spelt out on the way: ß, ½.
                return text[start:end] if len(lower) == len(text) else form
            start = lower.find(form, start + 1)
    return _find_compound(plain(text), forms)


def _is_edge(text: str, outside: int, inside: int) -> bool:
    # Chinese has no edges: 飞猪 stands in 用飞猪旅行.
    return not 0 <= outside < len(text) or not text[outside].isalnum() or text[inside] > "\u3000"


def _find_compound(text: str, forms: Sequence[str]) -> str:
    for surface in WORD.findall(text):
        if not surface.isalpha() or not surface.isascii():
            word = read_word(surface)
            if word.joined in forms or any(extra in forms for extra in word.extras):
                return str(surface)
    return ""


def excerpt(body: str, words: Sequence[str]) -> str:
    """Return the sentence with most of these words, the first of equals."""
    sentences = [sentence.strip() for sentence in _SENTENCE.split(body)]
    best = max(sentences, key=lambda sentence: sum(word in sentence for word in words), default="")
    if len(best) <= MAX_EXCERPT:
        return best
    return _around(best, min((best.find(word) for word in words if word in best), default=0))


def _around(sentence: str, place: int) -> str:
    """Shorten a long sentence to what stands around a place."""
    start = sentence.rfind(" ", 0, max(0, place - MAX_EXCERPT // 3)) + 1
    end = start + MAX_EXCERPT
    if end < len(sentence):
        space = sentence.rfind(" ", start, end)
        end = space if space > place else end
    return ("…" if start else "") + sentence[start:end].strip() + ("…" if end < len(sentence) else "")
