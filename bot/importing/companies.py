"""Which companies of the registry a story names, and which names look as if they belonged there.

Longest name first and case as written: of "Tmall Luxury Pavilion" Tmall is no part, and "cos" is no brand.
No fuzzy matching: on body text it found no company that exact names miss, and added false ones.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

Registry = Mapping[str, Sequence[str]]  # name -> its other names

# Chinese, Japanese and Korean have no spaces: a name there ends where it ends.
_UNSPACED = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_NEVER = re.compile(r"(?!)")


def companies_in(text: str, registry: Registry, *, other_names: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the registry's names of the companies in *text*, in the order they appear.

    *other_names* are no companies, but names that hide a shorter one inside them (tags).
    """
    meaning = dict.fromkeys(other_names, "")
    for name, others in registry.items():
        meaning |= dict.fromkeys(others, name)
    meaning |= {name: name for name in registry}
    meaning = {_straight(said): name for said, name in meaning.items() if said.strip()}
    found = _names(tuple(meaning)).findall(_straight(text))
    return tuple(dict.fromkeys(name for said in found if (name := meaning[" ".join(said.split())])))


def said_in(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return those of *names* that stand in *text*, whatever their case; again the longest only."""
    meaning = {_straight(name).casefold(): name for name in names}
    found = set(_names(tuple(meaning)).findall(_straight(text).casefold()))
    return tuple(name for said, name in meaning.items() if said in found)


def _straight(text: str) -> str:
    return " ".join(text.replace("’", "'").split())


@cache
def _names(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(filter(None, names), key=len, reverse=True)
    return re.compile("|".join(map(_bounded, longest_first))) if longest_first else _NEVER


def _bounded(name: str) -> str:
    before = "" if _UNSPACED.match(name[0]) else r"(?<![\w&])" if name[0] != "&" else r"(?<!\w)"
    after = "" if _UNSPACED.match(name[-1]) else r"(?!\w|&\w)"
    return f"{before}{re.escape(name)}{after}"


_CAPITALISED = re.compile(
    r"(?:(?<=[a-z0-9,;)”\"'’–-] )|(?<=[(“\"]))"  # inside a sentence, where a capital means a name
    r"[A-Z][\w&'’-]*[\w!](?:(?: (?:& |and (?=[A-Z][\w&-]+ (?:Group|Bank|Company)\b))?)[A-Z][\w&'-]*[\w!])*"
)
_NO_COMPANY = re.compile(r"^.$|\d|^[A-Z]+s$")  # a letter, a number or sum of money, "SMEs"
_NO_NAMES = frozenset(
    [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "I",
        "It",
        "He",
        "She",
        "They",
        "We",
        "You",
        "The",
        "A",
        "An",
        "And",
        "But",
        "In",
        "On",
        "At",
        "For",
        "As",
        "If",
        "This",
        "That",
        "These",
        "Those",
        "CEO",
        "CFO",
        "COO",
        "CTO",
        "President",
        "Chairman",
        "Director",
        "Minister",
        "Internet",
        "English",
        "Chinese",
        "American",
        "European",
    ]
)


def new_names(texts: Sequence[str], registry: Registry, *, limit: int = 12) -> list[str]:
    """Return capitalised names in the texts that the registry lacks, the most frequent first."""
    taken = tuple(_straight(name) for name in (*registry, *(n for names in registry.values() for n in names)))
    seen: Counter[str] = Counter()
    for text in texts:
        for found in _CAPITALISED.findall(_names(taken).sub("·", _straight(text))):
            name = re.sub(r"'s?$", "", found)
            if name not in _NO_NAMES and not _NO_COMPANY.search(name):
                # "H&M", "VMware", "DingTalk": brands are written like that, people and places are not.
                seen[name] += 1 + ("&" in name or (name[1:] != name[1:].lower() and " " not in name))
    return [name for name, _ in seen.most_common(limit)]
