"""Tells tags apart that a copied page ran together: "TaobaoTmallTmall Luxury PavilionTravel"."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

# The search looks at every piece between two possible cuts; no tag line in the wild comes near this.
LONGEST_LINE = 4000
_LONGEST_TAG = 60
_MOST_CUTS_IN_A_TAG = 12

_LABEL = re.compile(
    r"^\W*(tags?|tagged( with| in| as)?|topics?|filed under|categor(y|ies)|keywords?|labels?)\W*:\s*",
    re.IGNORECASE,
)
_JOIN = re.compile(r"(?<=[a-z\d!+)])(?=[A-Z])")


# An item of a numbered list: "22、…", "(3) …".
_COUNTED = re.compile(r"[(（]?\d{1,2}[、．)）.](?!\d)\s*\S")


def tags_of(line: str, *, names: Collection[str] = (), words: Collection[str] = ()) -> tuple[str, ...]:
    """Return the tags of a line that is nothing but tags, or () if it is not such a line."""
    if _COUNTED.match(line):
        return ()
    if label := _LABEL.match(line):
        return split_list(line[label.end() :]) or run_together(line[label.end() :], names=names, words=words)
    hashed = re.findall(r"#(\w[\w-]*)", line)
    if len(hashed) >= 2 and re.fullmatch(r"(?:\s*#\w[\w-]*[,;]?)+\s*", line):
        return tuple(dict.fromkeys(hashed))
    if is_run_together(line):
        return run_together(line, names=names, words=words)
    return ()


def split_list(text: str) -> tuple[str, ...]:
    """Split tags that are told apart by commas or the like; () if nothing tells them apart."""
    parts = [part.strip(" #.") for part in re.split(r"[,;|•·]|\s#", text)]
    return tuple(dict.fromkeys(filter(None, parts))) if len(parts) > 1 else ()


def is_run_together(line: str) -> bool:
    """Tell whether so many words of *line* are glued together that it must be a list of tags."""
    words = line.split()
    glued = sum(bool(_JOIN.search(word)) for word in words)
    joins = sum(len(_JOIN.findall(word)) for word in words)
    return (
        joins >= 3
        and glued > len(words) / 4
        and not line.rstrip().endswith((".", "?", ":", ";"))
        and "://" not in line
        # A Chinese sentence is full of names set without spaces; no list of tags has its commas.
        and not re.search("[，。；！？]", line)
    )


def run_together(line: str, *, names: Collection[str] = (), words: Collection[str] = ()) -> tuple[str, ...]:
    """Cut *line* into tags along the cheapest path. *names* are surely tags, *words* stand in the article."""
    line = line.strip()
    if not line or len(line) > LONGEST_LINE:
        return (line,) if line else ()
    return tuple(dict.fromkeys(_Cutter(line, frozenset(names), frozenset(words)).pieces()))


@dataclass(frozen=True)
class _Cutter:
    """The shortest path over the places where two tags may meet."""

    line: str
    names: frozenset[str]
    words: frozenset[str]

    @cached_property
    def cuts(self) -> list[int]:
        inner = (i for i in range(1, len(self.line)) if self._may_cut(i))
        return [0, *inner, len(self.line)]

    def _may_cut(self, i: int) -> bool:
        before, after = self.line[i - 1], self.line[i]
        if before.isspace() or after.isspace():
            return False
        if after.isupper() or after == "&":
            return before.isalnum() or before in ".!)+?"
        if after.isdigit():
            return before.islower()
        following = self.line[i + 1 : i + 2]
        return after.islower() and following.isupper() and before.isalnum()  # "eWTP"

    def pieces(self) -> list[str]:
        """Return the tags of the cheapest path."""
        # best[j][i]: cost of the cheapest way whose last piece is cuts[i]:cuts[j], and the piece's forerunner
        best: list[dict[int, tuple[float, int]]] = [{} for _ in self.cuts]
        for j in range(1, len(self.cuts)):
            for i in range(max(0, j - _MOST_CUTS_IN_A_TAG), j):
                piece = self.line[self.cuts[i] : self.cuts[j]]
                if len(piece) > _LONGEST_TAG and i < j - 1:
                    continue
                cost = self._cost(piece)
                ways = [(c + cost + self._disorder(h, i, piece), h) for h, (c, _) in best[i].items()]
                if i == 0:
                    ways.append((cost, -1))
                if ways:
                    best[j][i] = min(ways)
        return self._walk_back(best)

    def _walk_back(self, best: list[dict[int, tuple[float, int]]]) -> list[str]:
        j = len(self.cuts) - 1
        i = min(best[j], key=lambda start: best[j][start][0])
        pieces = []
        while i >= 0:
            pieces.append(self.line[self.cuts[i] : self.cuts[j]])
            i, j = best[j][i][1], i
        return pieces[::-1]

    def _disorder(self, start: int, end: int, piece: str) -> float:
        """Tag lists are mostly alphabetical."""
        before = self.line[self.cuts[start] : self.cuts[end]]
        return 0.0 if before.casefold() <= piece.casefold() else 1.0

    def _cost(self, piece: str) -> float:
        # A known company is nearly free: it is cut out whole, and never cut inside.
        if piece in self.names:
            return 0.1
        words = piece.split(" ")
        cost = 2.0 if not all(word in self.words for word in words) else 1.2
        cost += 4.0 * (len(piece) == 1) + 1.5 * (len(piece) == 2)
        cost += (
            3.0 * piece[0].islower()
            + 6.0 * piece.endswith("&")
            + 4.0 * (piece[0] == "&" and piece[1:2] != " ")
        )
        cost += sum(3.0 * len(_JOIN.findall(word)) for word in words if word not in self.words)
        # A run of capitals that turns into a word hides a seam: H&MJack.
        cost += sum(
            2.5 * bool(re.search(r"[A-Z][A-Z][a-z]", word)) for word in words if word not in self.words
        )
        return cost
