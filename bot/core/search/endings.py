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
_IS_DEED = re.compile(r"\w{4,}ation")  # deprecation, deprecate; a station is no state
_HAS_DEED = re.compile(r"\w{4,}ate")
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


# What is done, and that it is: whoever asks for the removal finds what was removed. Others end in -ation.
_DEEDS = """
acquire acquisition; announce announcement; approve approval; arrive arrival; close closure; conclude
conclusion; decide decision; deliver delivery; deploy deployment; disclose disclosure; discover discovery;
dismiss dismissal; expand expansion; extend extension; fail failure; grow growth; improve improvement; inject
injection; introduce introduction; invest investment; measure measurement; merge merger; move
movement; produce production; propose proposal; protect protection; publish publication;
reduce reduction; refuse refusal; remove removal; replace replacement; resign resignation;
resolve resolution; retire retirement; revise revision; settle settlement; subscribe subscription; suspend
suspension; withdraw withdrawal
"""
# Not editor, server and compiler: those are rather tools.
_DOERS = """
buy buyer; contribute contributor; create creator; curate curator; design designer; direct director; found
founder; invent inventor; invest investor; lead leader; maintain maintainer; organise organiser; organize
organizer; own owner; perform performer; present presenter; publish publisher; sell seller; sing singer; speak
speaker; teach teacher; win winner
"""
_DOERS_OF = {verb: (doer, doer + "s") for verb, doer in (pair.split() for pair in _DOERS.split(";"))}
_OTHER_NUMBER, _OTHER_TENSE, _DEED_OF = map(_irregular, (_PLURALS, _VERBS, _DEEDS))
_DEED_NAMES = frozenset(group.split()[1] for group in _DEEDS.split(";"))
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


_BRITISH = (
    *(("our" + ending, "or" + ending) for ending in ("", "s", "ed", "ing")),
    *(("is" + ending, "iz" + ending) for ending in ("e", "es", "ed", "ing", "er", "ers", "ation", "ations")),
    *(("tre", "ter"), ("tres", "ters"), ("ogue", "og"), ("ogues", "ogs"), ("lled", "led"), ("lling", "ling")),
)
_SPELLINGS = tuple(pair for british in _BRITISH for pair in (british, british[::-1]))
_SPELT_TWO_WAYS = tuple(ours for ours, _ in _SPELLINGS)


def spellings(word: str) -> tuple[str, ...]:
    """Return how a word may be spelt on the other side of the Atlantic: labour, labor."""
    if not word.endswith(_SPELT_TWO_WAYS):
        return ()  # most words: all of these one by one take long
    return tuple(word.removesuffix(ours) + theirs for ours, theirs in _SPELLINGS if word.endswith(ours))


def written_forms(word: str) -> tuple[str, ...]:
    """Return the number forms of a word, as it is spelt here and there."""
    spelt = spellings(word)
    return (*number_forms(word), *spelt, *(form for other in spelt for form in number_forms(other)))


def all_forms(word: str) -> tuple[str, ...]:
    """Return number forms and those of a verb: livestream, livestreams, livestreamed, livestreaming."""
    if not (word.isascii() and word.isalpha()) or len(word) < _SHORTEST - 1:
        return ()
    stems = [word, *_stems(word)]
    for others in (_other_tenses, _deeds, _other_tenses, spellings):  # grew, grow, growth; growth, grow, grew
        stems += (other for stem in tuple(stems) for other in others(stem))
    verbs = [form for stem in stems for form in (stem, *_regular_forms(stem))]
    return tuple(form for form in dict.fromkeys((*number_forms(word), *verbs)) if form != word)


def doers(verb: str) -> tuple[str, ...]:
    """Return people who do what a verb says, one or several: founder and founders for founded."""
    if verb == "found":
        return ()  # who found something is no founder
    stems = [verb, *_stems(verb)]
    stems += (other for stem in tuple(stems) for other in _other_tenses(stem))
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


def _other_tenses(stem: str) -> tuple[str, ...]:
    return _OTHER_TENSE.get(stem, ())


def is_deed(word: str) -> bool:
    """Tell whether a word says that something is done, whatever is."""
    return word in _DEED_NAMES or _IS_DEED.fullmatch(word) is not None


def _deeds(stem: str) -> Iterator[str]:
    """Yield that it is done, for what is done, and the other way round: removal for remove."""
    yield from _DEED_OF.get(stem, ())
    if _IS_DEED.fullmatch(stem):
        yield stem.removesuffix("ion") + "e"
    elif _HAS_DEED.fullmatch(stem):
        yield stem.removesuffix("e") + "ion"


def _regular_forms(stem: str) -> Iterator[str]:
    if stem in _PASTS:
        return  # no rewroteing
    yield from number_forms(stem)
    if is_deed(stem):
        return  # no removalling
    roots = [stem + stem[-1]] if _DOUBLED.fullmatch(stem) else []
    if not roots or sum(letter in _VOWELS for letter in stem) > 1:  # open, opened; but no star is staring
        roots.append(stem.removesuffix("e"))
    for root in roots:
        yield root + "ing"
        if stem not in _OTHER_TENSE:
            yield root + "ed"  # no rewrited
    if stem.endswith("y"):
        yield stem[:-1] + "ied"
