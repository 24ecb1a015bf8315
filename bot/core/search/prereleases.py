"""Pre-releases, however they are written: 23.2rc1, v23.2-rc.1 and 23.2 Release Candidate 1 are one word.

Without its number each is a word, too: who asks for "23.2 beta" means any of them. Such a question stays
words, since a story may also say "the beta of 23.2".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.core.search.amounts import Amount, amounts, is_share

_KINDS = {"a": "a", "alpha": "a", "b": "b", "beta": "b"}  # else rc
# Begins with a digit, which is quickly found; what stands before it is looked at then. Not inside a number:
# of a text of mere numbers each would be tried to its end.
_PRERELEASE = re.compile(
    r"(?P<version>(?<![\d.])\d+(?:\.\d+)+)(?:"
    r"[ .-]?(?:beta[.-])?(?P<long>alpha|beta|rc|release candidate(?: ?\(rc\))?)[ .-]?"
    r"|[.-]?(?P<short>[ab]))(?P<nth>\d{1,3})(?!\w)",
    re.IGNORECASE,
)
_WITHOUT_NUMBER = {"a": ("alpha",), "b": ("beta",), "rc": ("rc", "releasecandidate")}
_IS_ONE = re.compile(r"(?P<version>\d{2,})(?:(?P<kind>a|b|rc)\d{1,3}|alpha|beta|rc|releasecandidate)")


def numbers(text: str) -> Iterable[Amount]:
    """Return the amounts and the pre-releases of a text, each as the one word it is, in their order."""
    found = list(_prereleases(text)) if "." in text else []
    return sorted((*found, *amounts(text))) if found else amounts(text)


def names_of(number: str) -> tuple[str, ...]:
    """Return the words that an amount or a pre-release is found by: itself, and without its number."""
    one = _IS_ONE.fullmatch(number)
    if one is None:
        return (number,)
    return (number, *(one["version"] + kind for kind in _WITHOUT_NUMBER[one["kind"]]))


def words_of(found: Amount) -> tuple[str, ...]:
    """Return the words that it is found by in a story: an amount also by its currency, or by having none."""
    if is_share(found):
        return (found.said,)
    return (found.number, found.said) if found.number.isdigit() else names_of(found.number)


def is_prerelease(word: str) -> bool:
    """Tell whether a word of the archive is one."""
    return _IS_ONE.fullmatch(word) is not None


def _prereleases(text: str) -> Iterator[Amount]:
    for match in _PRERELEASE.finditer(text):
        start = match.start() - (text[match.start() - 1 : match.start()] in ("v", "V"))
        if start and (text[start - 1].isalnum() or text[start - 1] in "._-"):
            continue
        kind = _KINDS.get((match["long"] or match["short"]).lower(), "rc")
        yield Amount(start, match.end(), match["version"].replace(".", "") + kind + match["nth"])
