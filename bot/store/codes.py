"""The codes that were ever given ("#2018b-4"): which story had which number, which digest which letter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

import sqlalchemy as sa

from bot.core.numbering import Numbered
from bot.store.database import Database, insert
from bot.store.tables import columns, letters, numbers

AT_ONCE = 500  # digests or weeks asked for in one question: databases take a few thousand values at most
_NUMBERED = columns(numbers, Numbered)
_NAMES = tuple(column.name for column in _NUMBERED)


class GivenCodes:
    """Numbers and places. None is ever forgotten, or given to another."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def numberings(self, digests: Sequence[str]) -> dict[str, list[Numbered]]:
        """Return, by digest, every number it ever gave, and to what."""
        found: dict[str, list[Numbered]] = {}
        known = sa.select(numbers.c.digest, *_NUMBERED).order_by(numbers.c.n)
        with self._database.reading() as db:
            for start in range(0, len(digests), AT_ONCE):
                of_these = known.where(numbers.c.digest.in_(digests[start : start + AT_ONCE]))
                for digest, *story in db.execute(of_these):
                    found.setdefault(digest, []).append(Numbered(**dict(zip(_NAMES, story, strict=True))))
        return found

    def number(self, digest: str, stories: Sequence[Numbered]) -> None:
        """Remember what stories look like now, under their numbers."""
        if not stories:
            return
        rows = [{"digest": digest, **asdict(story)} for story in stories]
        with self._database.writing() as db:
            row = insert(db, numbers)
            fresh = {name: row.excluded[name] for name in ("url", "headline", "body")}
            db.execute(row.on_conflict_do_update(index_elements=["digest", "n"], set_=fresh), rows)

    def places(self, weeks: Mapping[str, Sequence[str]]) -> dict[str, dict[str, int]]:
        """Return the place of every digest that ever was in these weeks; new ones follow in their order."""
        given = self._given(weeks)
        # Sorted, so that no two replicas wait for each other.
        new = sorted(week for week, digests in weeks.items() if not given[week].keys() >= {*digests})
        if new:  # else nothing is to be written, and nobody else is kept waiting
            with self._database.writing() as db:
                given |= {week: _places(db, week, weeks[week]) for week in new}
        return given

    def _given(self, weeks: Iterable[str]) -> dict[str, dict[str, int]]:
        given: dict[str, dict[str, int]] = {week: {} for week in weeks}
        asked = [*given]
        with self._database.reading() as db:
            for start in range(0, len(asked), AT_ONCE):
                of_these = sa.select(letters).where(letters.c.week.in_(asked[start : start + AT_ONCE]))
                for row in db.execute(of_these):
                    given[row.week][row.digest] = row.place
        return given


def _places(db: sa.Connection, week: str, digests: Sequence[str]) -> dict[str, int]:
    known = sa.select(letters).where(letters.c.week == week)
    while True:
        given = {row.digest: row.place for row in db.execute(known)}
        new = next((digest for digest in digests if digest not in given), None)
        if new is None:
            return given
        place = max(given.values(), default=-1) + 1
        row = insert(db, letters).values(week=week, digest=new, place=place)
        db.execute(row.on_conflict_do_nothing())  # another replica was first: look again


def hand_on(db: sa.Connection, old: str, new: str) -> None:
    """Let a digest have the codes of another, which is the same under its old name; once, however often."""
    places = {
        row.digest: row
        for row in db.execute(sa.select(letters).where(letters.c.digest.in_((old, new)))).all()
    }
    if {old, new} != places.keys() or places[old].place > places[new].place:
        return
    # By way of a place that nobody has: no two may have the same, not for a moment.
    for digest, place in ((old, -1), (new, places[old].place), (old, places[new].place)):
        same = sa.and_(letters.c.week == places[digest].week, letters.c.digest == digest)
        db.execute(letters.update().where(same).values(place=place))
    db.execute(numbers.delete().where(numbers.c.digest == new))
    quoted = sa.select(sa.literal(new), *_NUMBERED).where(numbers.c.digest == old)
    db.execute(numbers.insert().from_select(["digest", *_NAMES], quoted))
