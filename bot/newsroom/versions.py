"""What each digest says for all replicas: the database's newest version of it.

A file enters as a version or, being merely older than what is in force, changes nothing. While the
database is away, what is known stays in force, and files without a version speak for themselves.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from bot.core.versions import Arrival, Version, arrival_of
from bot.store.database import LedgerError

log = logging.getLogger(__name__)

AT_ONCE = 50  # files in one transaction: the first start brings in years of them, and others wait meanwhile


class Kept(Protocol):
    """Who keeps the versions; see bot.store.versions."""

    def entered(self, *, after: int = -1) -> tuple[int, tuple[Version, ...]]: ...
    def texts(self, wanted: Sequence[Version]) -> Mapping[str, str]: ...
    def had(self, place: str) -> Mapping[str, str]: ...
    def take_in(self, place: str, texts: Mapping[str, str]) -> None: ...
    def note(self, place: str, fingerprints: Mapping[str, str]) -> None: ...


def place_of(folder: Path) -> str:
    """Name a folder of digests on this host, as no other replica's is named."""
    return f"{socket.gethostname()}:{folder.resolve()}"


class Versions:
    """What is known of the versions, and what is still to be said to the database.

    One thread keeps up; any may look. *only*: no file enters but those of these ids, if any.
    """

    def __init__(self, kept: Kept, *, only: Collection[str] | None = None) -> None:
        self._kept, self._only = kept, only
        self.revision = 0  # counts the versions that were read
        self._known: dict[str, tuple[Version, ...]] = {}
        self._place, self._had = "", dict[str, str]()
        self._read, self._heard = -1, 0
        self._behind, self._away = True, False

    def hear(self, changes: int) -> None:
        """Take note of how many changes the database counts by now: others' versions are among them."""
        self._heard = changes

    @property
    def behind(self) -> bool:
        """Whether there may be something to read, or something could not be written."""
        return self._behind or self._heard > self._read

    def newest(self, digest: str) -> Version | None:
        """Return the version of a digest that is in force, as far as is known."""
        known = self._known.get(digest)
        return known[-1] if known else None

    def all_of(self, digest: str) -> tuple[Version, ...]:
        """Return every version of a digest that is known, oldest first."""
        return self._known.get(digest, ())

    def digests(self) -> tuple[str, ...]:
        """Return the ids that have any version."""
        return tuple(self._known)

    def texts(self, wanted: Sequence[Version]) -> Mapping[str, str]:
        """Return what these versions say, by digest; nothing while the database is away."""
        try:
            return self._kept.texts(wanted) if wanted else {}
        except LedgerError as error:
            self._lost(error)
            return {}

    def keep_up(self, place: str, files: Mapping[str, str], text: Callable[[str], str | None]) -> None:
        """Let files enter that are news, and read what others let enter. *files* are fingerprints, by digest.

        *text* gives what a file says, or None if that is not any more what its fingerprint tells.
        """
        try:
            self._learn(place)
            if self._only is not None:
                files = {digest: said for digest, said in files.items() if digest in self._only}
            self._enter(place, files, text)
        except LedgerError as error:
            self._lost(error)
        else:
            self._behind = self._away = False

    def _learn(self, place: str) -> None:
        if self._place != place:
            self._had, self._place = dict(self._kept.had(place)), place
        read, fresh = self._kept.entered(after=self._read)
        for version in fresh:
            known = self._known.get(version.digest, ())
            if version.number > len(known):  # else it came in while it was counted, and was read then
                self._known[version.digest] = *known, version
                self.revision += 1
        self._read = read

    def _enter(self, place: str, files: Mapping[str, str], text: Callable[[str], str | None]) -> None:
        news = {digest for digest, fingerprint in files.items() if self._is_new(digest, fingerprint)}
        others = {d: f for d, f in files.items() if d not in news and self._had.get(d) != f}
        if others:
            self._kept.note(place, others)
            self._had |= others
        waiting = sorted(news)
        for start in range(0, len(waiting), AT_ONCE):
            some = waiting[start : start + AT_ONCE]
            texts = {digest: said for digest in some if (said := text(digest)) is not None}
            self._kept.take_in(place, texts)
            self._had |= {digest: files[digest] for digest in texts}
        if waiting:
            self._learn(place)

    def _is_new(self, digest: str, fingerprint: str) -> bool:
        versions = [version.fingerprint for version in self._known.get(digest, ())]
        return arrival_of(fingerprint, had=self._had.get(digest), versions=versions) is Arrival.NEW

    def _lost(self, error: LedgerError) -> None:
        if not self._away:
            log.warning("versions_unknown error=%s", error)
        self._behind = self._away = True
