"""What a word of another script is with other endings, or with what is written as one with it.

Decided script by script, for a script is all that tells the language: case endings of Cyrillic and Greek,
plurals and obliques of Devanagari and Bengali, articles, prepositions and plurals of Arabic and Hebrew. Words
of other scripts have none here; what follows a Korean or Japanese name is in `bot.core.search.scripts`.

Names are inflected as words are. A form counts only where a story has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple


class _Affixes(NamedTuple):
    first: str  # letters of the script, from this one
    last: str
    before: str  # words, as they are once plain: without accents and points
    after: str


_SCRIPTS = (
    _Affixes(
        *("\u0400", "\u04ff", ""),
        """
        а я у ю о е и ы ой ей ом ем ов ев ам ям ами ями ах ях ия ии ию ией ий иям иях ый ая ое ые ого его ому
        ему ым им ых их ую юю ть л ла ло ли ет ют ут ит ат ят є і ї ів ові ою ею
        """,
    ),
    _Affixes(
        *("\u0370", "\u03ff", ""),
        "οσ ου ο ε οι ων ουσ η ησ εσ α ασ ατα ατοσ ατων ια ιασ ιεσ ιων εισ εωσ εων ι",
    ),
    _Affixes("\u0900", "\u097f", "", "ा े ी ि ो ों ें ियों ियां ाओं ाएं ुओं ओं एं यों"),
    _Affixes("\u0980", "\u09ff", "", "ের র কে তে য় ে রা দের গুলি গুলো টি টা"),
    _Affixes("\u0600", "\u06ff", "ال وال بال فال كال لل و ب ل", "ات ون ين ان ها هاي ه يه"),
    _Affixes("\u0590", "\u05ff", "ה ו ב ל מ ש כ וה שה מה וב ול", "ים ות ה"),
)
_STEM = 3  # letters that must be left: what has fewer is another word


@lru_cache(maxsize=512)
def inflections(word: str) -> tuple[str, ...]:
    """Return what else a word of another script may be, those that share most with it first."""
    affixes = next((one for one in _SCRIPTS if one.first <= word[:1] <= one.last), None)
    if affixes is None:
        return ()
    stems = sorted(set(_stems(word, affixes)), key=lambda stem: (-len(stem), stem))
    forms = (before + stem + after for stem in stems for before, after in _ways(affixes))
    return tuple(form for form in dict.fromkeys(forms) if form != word)


def _stems(word: str, affixes: _Affixes) -> Iterator[str]:
    yield word
    for before, after in _ways(affixes):
        stem = word.removeprefix(before).removesuffix(after)
        if word == before + stem + after and len(stem) >= _STEM:
            yield stem


def _ways(affixes: _Affixes) -> Iterator[tuple[str, str]]:
    """Yield what may stand before and after a stem: one of them, or nothing."""
    yield "", ""
    yield from ((before, "") for before in affixes.before.split())
    yield from (("", after) for after in affixes.after.split())
