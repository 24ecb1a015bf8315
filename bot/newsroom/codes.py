"""Keeps the codes that people quote ("#2018b-4") what they were: the database remembers what had which.

While it is away, places do: in the digest for a story's number, by date for the letter of a digest.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from bot.core.digest import Digest
from bot.core.numbering import Numbered, numbered, renumber
from bot.store.codes import GivenCodes
from bot.store.database import LedgerError

log = logging.getLogger(__name__)


class Codes:
    """What a library asks when it gives its digests and stories their codes."""

    def __init__(self, given: GivenCodes) -> None:
        self._given = given
        self._away = False

    def numbered(self, digests: Sequence[Digest]) -> Sequence[Digest]:
        """Give the stories the numbers they had before, and remember the new ones."""
        try:
            known = self._given.numberings([digest.id for digest in digests])
        except LedgerError as error:  # their places will do until the next change
            log.warning("numbers_unknown digests=%d error=%s", len(digests), error)
            return digests
        return [self._numbered(digest, known.get(digest.id, ())) for digest in digests]

    def _numbered(self, digest: Digest, known: Sequence[Numbered]) -> Digest:
        if tuple(known) == numbered(digest):  # as it was: nobody's number can differ
            return digest
        digest = renumber(digest, known)
        try:
            self._given.number(digest.id, [story for story in numbered(digest) if story not in known])
        except LedgerError as error:  # it has the numbers all the same; written down at the next change
            log.warning("numbers_not_kept digest=%s error=%s", digest.id, error)
        return digest

    def places(self, weeks: Mapping[str, Sequence[str]]) -> Mapping[str, Mapping[str, int]]:
        """Return the place of each digest in its week; a new one gets one that nobody ever had."""
        try:
            places = self._given.places(weeks)
        except LedgerError as error:  # asked again at the next look, which is soon
            if not self._away:
                log.warning("letters_unknown error=%s", error)
            self._away = True
            return {}
        self._away = False
        return places
