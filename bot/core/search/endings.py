"""The other forms of a word: its singular or plural, and what else a writer may have put it in.

Of Latin script English alone: that is what digests are written in, and rules of one language invent words in
another. Names have no forms; who asks here has made sure that a word is none. Other scripts have their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.core.search.inflections import inflections

_SHORTEST = 4  # letters with the ending; "as" is not the plural of "a"
_HISSING = ("s", "x", "z", "ch", "sh")
_VOWELS = "aeiou"
_DOUBLED = re.compile(r"\w*[^aeiou][aeiou][^aeiouwxy]")  # ship, shipped
# What no ending tells, of words that news are made of. What is another word, too, is left out: found, saw.
_PLURALS = """
analysis analyses; child children; crisis crises; criterion criteria; foot feet; half halves; index indices;
knife knives; life lives; man men; matrix matrices; mouse mice; person people; shelf shelves; thesis theses;
wife wives; wolf wolves; woman women
"""
_VERBS = """
begin began begun; break broke broken; bring brought; build built; buy bought; catch caught; choose chose
chosen; deal dealt; die died dying; draw drew drawn; drive drove driven; fall fell fallen; fight fought; fly
flew flown; forget forgot forgotten; freeze froze frozen; grow grew grown; hide hid hidden; hold held; keep
kept; lead led; lend lent; lie lied lying; lose lost; meet met; pay paid; rise rose risen; run ran; sell
sold; send sent; show showed shown; sing sang sung; sink sank sunk; speak spoke spoken; spend spent; steal
stole stolen; strike struck; swim swam swum; take took taken; teach taught; throw threw thrown; tie tied
tying; understand understood; win won; withdraw withdrew withdrawn; write wrote written; rewrite rewrote
rewritten; rebuild rebuilt; overtake overtook overtaken
"""


def _irregular(groups: str) -> Mapping[str, tuple[str, ...]]:
    """Return for each word of these groups the others of its group."""
    words = [group.split() for group in groups.split(";")]
    return {word: tuple(other for other in group if other != word) for group in words for word in group}


# Not editor, server and compiler: those are rather tools.
_DOERS = """
buy buyer; contribute contributor; create creator; curate curator; design designer; direct director; found
founder; invent inventor; invest investor; lead leader; maintain maintainer; organise organiser; organize
organizer; own owner; perform performer; present presenter; publish publisher; sell seller; sing singer; speak
speaker; teach teacher; win winner
"""
_DOERS_OF = {verb: (doer, doer + "s") for verb, doer in (pair.split() for pair in _DOERS.split(";"))}
_OTHER_NUMBER, _OTHER_TENSE = _irregular(_PLURALS), _irregular(_VERBS)
_PASTS = frozenset(word for group in _VERBS.split(";") for word in group.split()[1:])


def number_forms(word: str) -> tuple[str, ...]:
    """Return what may be the singular or the plural of a word; of another script, all that it may be."""
    if not word.isascii():
        return inflections(word)
    if not word.isalpha() or len(word) < _SHORTEST - 1:
        return ()
    return tuple(dict.fromkeys((*_OTHER_NUMBER.get(word, ()), *_singular(word), *_plural(word))))


def _singular(word: str) -> Iterator[str]:
    if len(word) < _SHORTEST or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return
    if word.endswith("ies") and len(word) > _SHORTEST:
        yield word[:-3] + "y"
    elif word.endswith("es") and word[:-2].endswith(_HISSING):
        yield word[:-2]
    yield word[:-1]


def _plural(word: str) -> Iterator[str]:
    if word.endswith("y") and word[-2] not in _VOWELS:
        yield word[:-1] + "ies"
    elif word.endswith(_HISSING):
        yield word + "es"
    else:
        yield word + "s"


_BRITISH = (("our", "or"), ("ise", "ize"), ("isation", "ization"), ("tre", "ter"), ("ogue", "og"))
_SPELLINGS = tuple(pair for british in _BRITISH for pair in (british, british[::-1]))


def spellings(word: str) -> tuple[str, ...]:
    """Return how a word may be spelt on the other side of the Atlantic: labour, labor."""
    return tuple(word.removesuffix(ours) + theirs for ours, theirs in _SPELLINGS if word.endswith(ours))


def all_forms(word: str) -> tuple[str, ...]:
    """Return number forms and those of a verb: livestream, livestreams, livestreamed, livestreaming."""
    if not (word.isascii() and word.isalpha()) or len(word) < _SHORTEST - 1:
        return ()
    stems = [word, *_stems(word)]
    stems += (other for stem in tuple(stems) for other in _OTHER_TENSE.get(stem, ()))
    stems += spellings(word)
    verbs = [form for stem in stems for form in (stem, *_regular_forms(stem))]
    return tuple(form for form in dict.fromkeys((*number_forms(word), *verbs)) if form != word)


def doers(verb: str) -> tuple[str, ...]:
    """Return people who do what a verb says, one or several: founder and founders for founded."""
    if verb == "found":
        return ()  # who found something is no founder
    stems = [verb, *_stems(verb)]
    stems += (other for stem in tuple(stems) for other in _OTHER_TENSE.get(stem, ()))
    return tuple(form for stem in stems for form in _DOERS_OF.get(stem, ()))


def _stems(word: str) -> Iterator[str]:
    yield from _singular(word)  # launches
    if word.endswith("ied") and len(word) > _SHORTEST:  # not lied
        yield word[:-3] + "y"
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST - 1:
            yield stem
            yield stem + "e"
            if stem[-1] == stem[-2]:
                yield stem[:-1]  # shipping, planned


def _regular_forms(stem: str) -> Iterator[str]:
    if stem in _PASTS:
        return  # no rewroteing
    yield from number_forms(stem)
    roots = [stem + stem[-1]] if _DOUBLED.fullmatch(stem) else []
    if not roots or sum(letter in _VOWELS for letter in stem) > 1:  # open, opened; but no star is staring
        roots.append(stem.removesuffix("e"))
    for root in roots:
        yield root + "ing"
        if stem not in _OTHER_TENSE:
            yield root + "ed"  # no rewrited
    if stem.endswith("y"):
        yield stem[:-1] + "ied"
