"""What digests say: every version that ever came in, and which text each host had last."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from bot.core.versions import FILE, Arrival, Version, arrival_of, fingerprint_of
from bot.store.approvals import carry
from bot.store.clock import marks
from bot.store.database import Database, insert, wrote
from bot.store.decisions import count_change
from bot.store.tables import columns, files, values, versions

AT_ONCE = 200  # digests in one question: databases take a few thousand values at most
_VERSION = columns(versions, Version)


class KeptVersions:
    """The versions of every digest. None is ever changed or forgotten."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entered(self, *, after: int = -1) -> tuple[int, tuple[Version, ...]]:
        """Return the versions that came in after that many changes, in order, and how many there are now."""
        wanted = sa.select(*_VERSION).where(versions.c.change > after)
        with self._database.reading() as db:
            seen = marks(db).changes  # first: what comes in meanwhile is read again the next time
            rows = db.execute(wanted.order_by(versions.c.digest, versions.c.number))
            return seen, tuple(Version(**values(row)) for row in rows)

    def texts(self, wanted: Sequence[Version]) -> dict[str, str]:
        """Return what these versions say, one a digest."""
        c, found = versions.c, dict[str, str]()
        with self._database.reading() as db:
            for some in _in_turn([(version.digest, version.number) for version in wanted]):
                rows = db.execute(sa.select(c.digest, c.text).where(sa.tuple_(c.digest, c.number).in_(some)))
                found |= {row.digest: row.text for row in rows}
        return found

    def texts_of(self, digest: str, numbers: Collection[int]) -> dict[int, str]:
        """Return what the versions of these numbers say, by number."""
        c = versions.c
        wanted = sa.select(c.number, c.text).where(c.digest == digest, c.number.in_(numbers))
        with self._database.reading() as db:
            return {row.number: row.text for row in db.execute(wanted)}

    def had(self, place: str) -> dict[str, str]:
        """Return the fingerprint that each file had in that place last, by digest."""
        with self._database.reading() as db:
            return _had(db, place)

    def take_in(self, place: str, texts: Mapping[str, str]) -> None:
        """Let those files of a place enter that are news, and note that the place has them.

        All are compared with what there is now: another replica, of the same place even, may have been first.
        """
        with self._database.writing() as db:
            at, had = self._database.time(db), _had(db, place)
            for digest in sorted(texts):  # so that no two replicas wait for each other
                text = _Text(digest=digest, text=texts[digest], who=FILE, place=place, at=at)
                arrival = partial(arrival_of, text.fingerprint, had=had.get(digest))
                while arrival(versions=(known := _fingerprints(db, digest))) is Arrival.NEW:
                    if _enter(db, text, number=len(known) + 1):
                        break  # else another replica was first: look again
            _note(db, place, {digest: fingerprint_of(text.encode()) for digest, text in texts.items()}, at)

    def note(self, place: str, fingerprints: Mapping[str, str]) -> None:
        """Note what files say in a place that does not make them versions."""
        with self._database.writing() as db:
            _note(db, place, fingerprints, self._database.time(db))

    def versions_of(self, digest: str) -> tuple[Version, ...]:
        """Return every version of a digest, oldest first."""
        of_it = sa.select(*_VERSION).where(versions.c.digest == digest).order_by(versions.c.number)
        with self._database.reading() as db:
            return tuple(Version(**values(row)) for row in db.execute(of_it))

    def originated(self, place: str) -> str:
        """Return the digest that came from that place last, "" if none did."""
        c = versions.c
        last = sa.select(c.digest).where(c.place == place, c.number == 1).order_by(c.change.desc()).limit(1)
        with self._database.reading() as db:
            return db.scalar(last) or ""

    def save(
        self,
        digest: str,
        text: str,
        *,
        expected: int,
        who: str,
        place: str = "",
        wording: str = "",
        sent: str | None = None,
    ) -> Version | None:
        """Make a text the version after the *expected* one; None if another one is there by now.

        Where that one was approved and says the same *wording*, this one is, too. What was *sent*, where that
        is another text, becomes a version right before it, and has the *place*.
        """
        rows = [(text, place)] if sent is None else [(sent, place), (text, "")]
        with self._database.writing() as db:
            at, number = self._database.time(db), expected
            known = len(_fingerprints(db, digest))
            for said, whence in rows:
                new, number = _Text(digest=digest, text=said, who=who, place=whence, at=at), number + 1
                if known != expected or not _enter(db, new, number=number):
                    db.rollback()
                    return None
            carry(db, digest, number, wording, of=expected)
        return Version(
            digest=digest, number=number, fingerprint=new.fingerprint, who=who, place=new.place, at=at
        )

    def enter(self, digest: str, text: str, *, who: str, place: str = "") -> bool:
        """Make a text the newest version, whoever wrote it; False if it is that already."""
        with self._database.writing() as db:
            new = _Text(digest=digest, text=text, who=who, place=place, at=self._database.time(db))
            while [new.fingerprint] != (known := _fingerprints(db, digest))[-1:]:
                if _enter(db, new, number=len(known) + 1):
                    return True
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """What may become a version."""

    digest: str
    text: str
    who: str
    place: str
    at: datetime

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.text.encode())


def _in_turn(keys: Sequence[tuple[str, int]]) -> Iterable[Sequence[tuple[str, int]]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))


def _had(db: sa.Connection, place: str) -> dict[str, str]:
    rows = db.execute(sa.select(files.c.digest, files.c.fingerprint).where(files.c.place == place))
    return {row.digest: row.fingerprint for row in rows}


def _fingerprints(db: sa.Connection, digest: str) -> list[str]:
    of_it = sa.select(versions.c.fingerprint).where(versions.c.digest == digest)
    return [*db.scalars(of_it.order_by(versions.c.number))]


def _enter(db: sa.Connection, new: _Text, *, number: int) -> bool:
    """Write a version; False if there is one of that number by now."""
    row = insert(db, versions).values(
        **asdict(new), fingerprint=new.fingerprint, number=number, change=count_change(db)
    )
    return wrote(db, row.on_conflict_do_nothing().returning(versions.c.number))


def _note(db: sa.Connection, place: str, fingerprints: Mapping[str, str], at: datetime) -> None:
    if not fingerprints:
        return
    rows = [
        {"place": place, "digest": digest, "fingerprint": fingerprint, "at": at}
        for digest, fingerprint in sorted(fingerprints.items())
    ]
    row = insert(db, files)
    fresh = {"fingerprint": row.excluded.fingerprint, "at": row.excluded.at}
    db.execute(row.on_conflict_do_update(index_elements=["place", "digest"], set_=fresh), rows)
