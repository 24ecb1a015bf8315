"""How unlikely a slip of the fingers is. Knows keys and letters, no words."""

from __future__ import annotations

from rapidfuzz.distance import OSA, Levenshtein

_KEYS = {  # where a key lies; each row is half a key to the right of the one above
    key: (x + 0.5 * y, y)
    for y, row in enumerate(("qwertyuiop", "asdfghjkl", "zxcvbnm"))
    for x, key in enumerate(row)
}
_VOWELS = frozenset("aeiouy")


def typing_cost(typed: str, meant: str) -> float:
    """Return how unlikely a slip is, in edits: less for keys side by side, doubles, swaps, vowels."""
    slips = Levenshtein.editops(typed, meant)
    cost = sum(_cost(slip.tag, typed, slip.src_pos, meant, slip.dest_pos) for slip in slips)
    if len(slips) > OSA.distance(typed, meant):  # two neighbours swapped: one slip, not two
        cost -= 1.3
    return max(0.4, cost)


def _cost(slip: str, typed: str, at: int, meant: str, to: int) -> float:
    if slip == "replace":
        a, b = typed[at], meant[to]
        return 0.7 if _are_beside(a, b) else 0.8 if a in _VOWELS and b in _VOWELS else 1.0
    if slip == "delete":  # a letter too many
        a, around = typed[at], _around(typed, at)
        return 0.55 if a in around else 0.75 if any(_are_beside(a, b) for b in around) else 0.95
    return 0.6 if meant[to] in _around(meant, to) else 0.8 if meant[to] in _VOWELS else 0.9


def _around(word: str, at: int) -> str:
    return word[max(0, at - 1) : at] + word[at + 1 : at + 2]


def _are_beside(a: str, b: str) -> bool:
    if a not in _KEYS or b not in _KEYS:
        return False
    (ax, ay), (bx, by) = _KEYS[a], _KEYS[b]
    return abs(ax - bx) <= 1.1 and abs(ay - by) <= 1
