"""What somebody who mistyped a name may have meant, as the end of an error's sentence."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extract

LIKELY = 60  # "raod" is 75 like "road"; below it, a hint misleads more often than it helps
NAMED = 3


def nearest(name: str, names: Iterable[str]) -> str:
    """Return "; did you mean `x`?" for the name that is most like it, or nothing."""
    close = _alike(name, names, limit=1, at_least=LIKELY)
    return f"; did you mean `{close[0]}`?" if close else ""


def mistyped(name: str, names: Iterable[str], *, slips: int) -> str:
    """Return "; did you mean `x`?" for the name that so few slips of the hand make of it, or nothing."""
    known = {each.casefold(): each for each in sorted(names)}
    found = extract(name.casefold(), known.keys(), scorer=OSA.distance, limit=1, score_cutoff=slips)
    return f"; did you mean `{known[found[0][0]]}`?" if found else ""


def nearest_of(name: str, names: Iterable[str]) -> str:
    """Return the same; where none is likely, what comes nearest: one of them it must be."""
    known = list(names)
    close = ", ".join(f"`{each}`" for each in _alike(name, known, limit=NAMED))
    return nearest(name, known) or (f"; nearest: {close}" if close else "; there is none yet")


def _alike(name: str, names: Iterable[str], *, limit: int, at_least: int = 0) -> list[str]:
    known = {each.casefold(): each for each in sorted(names)}  # of two as near the same one each time
    found = extract(name.casefold(), known.keys(), scorer=ratio, limit=limit, score_cutoff=at_least)
    return [known[close] for close, *_ in found]
