"""Numbers for stories and codes for digests, the same as before for all that had some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from bot.core.digest import Digest
from bot.newsroom.shelf import Coded, codes, in_code, letter, week, weekly


class CodeBook(Protocol):
    """Who remembers which story and which digest had which code; see bot.newsroom.codes."""

    def numbered(self, digests: Sequence[Digest]) -> Sequence[Digest]: ...
    def places(self, weeks: Mapping[str, Sequence[str]]) -> Mapping[str, Mapping[str, int]]: ...


class Coding:
    """Remembers what each digest was given, so that it is asked for what is new alone."""

    def __init__(self, book: CodeBook | None) -> None:
        self._book = book
        self._places: dict[str, Mapping[str, int]] = {}  # that are remembered, by week and digest
        self._numbered: dict[str, tuple[Digest, Digest]] = {}  # what a digest says, and that with numbers
        self.coded: dict[str, Coded] = {}
        self.lacks_places = False  # some are to be asked for again

    def take(self, said: Mapping[str, Digest]) -> None:
        """Give codes to what is said now."""
        weeks = weekly(self._with_numbers(said))
        self._recall(weeks)
        self.coded = {
            digest.id: self._with_codes(digest, prefix) for digest, prefix in codes(weeks, self._places)
        }

    def forget(self, gone: Iterable[Digest]) -> None:
        """Have the codes of renamed digests asked for anew: they may have been handed on by now."""
        weeks = {week(digest) for digest in gone}
        self._places = {week: places for week, places in self._places.items() if week not in weeks}
        self._numbered = {n: pair for n, pair in self._numbered.items() if week(pair[0]) not in weeks}
        self.lacks_places = self.lacks_places or (bool(weeks) and self._book is not None)

    def of_earlier(self, digest: Digest) -> Coded:
        """Give codes to an earlier version of a digest that has some."""
        [numbered] = self._book.numbered([digest]) if self._book else [digest]
        return in_code(numbered, self._prefix(numbered))

    def _with_numbers(self, said: Mapping[str, Digest]) -> list[Digest]:
        """Return what the digests say, each story with the number it had before."""
        known = {name: pair for name, pair in self._numbered.items() if pair[0] is said.get(name)}
        fresh = [digest for name, digest in said.items() if name not in known]
        numbered = self._book.numbered(fresh) if self._book and fresh else fresh
        self._numbered = known | {n.id: (d, n) for d, n in zip(fresh, numbered, strict=True)}
        return [self._numbered[name][1] for name in said]

    def _recall(self, weeks: Mapping[str, Sequence[Digest]]) -> None:
        """Learn the places of digests that are new; a draft has none yet, or it would take another's."""
        if self._book is None:
            return
        wanted = {week: [d.id for d in digests if not d.draft] for week, digests in weeks.items()}
        new = {week: ids for week, ids in wanted.items() if not self._places.get(week, {}).keys() >= {*ids}}
        learned = self._book.places(new) if new else {}
        self._places |= learned
        self.lacks_places = not learned.keys() >= new.keys()

    def _with_codes(self, digest: Digest, prefix: str) -> Coded:
        known = self.coded.get(digest.id)
        if known and known.source is digest and known.prefix == prefix:
            return known
        return in_code(digest, prefix)

    def _prefix(self, digest: Digest) -> str:
        now = self.coded[digest.id]
        place = self._places.get(week(digest), {}).get(digest.id, 0)
        return now.prefix if week(now.digest) == week(digest) else f"#{week(digest)}{letter(place)}"
