"""Which digests may go out and what readers may see of them, where nothing may that nobody has approved.

What is known is the database's. While that is away nothing goes out anyway, and what readers saw they see.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.core.delivery.approvals import Approved, Edited, may_go_out, readable
from bot.core.settings import Approval
from bot.newsroom.versions import Versions
from bot.store.database import LedgerError

log = logging.getLogger(__name__)


class Kept(Protocol):
    """Who keeps the approvals; see bot.store.approvals."""

    def approved(self, *, after: int = -1) -> tuple[Approved, ...]: ...
    def carry(self, digest: str, number: int, wording: str) -> None: ...
    def since(self, rule: str, *, begin: bool = False) -> datetime | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """What approvals mean for the digests in force."""

    waiting: frozenset[str] = frozenset()  # they may not go out as they are
    hidden: frozenset[str] = frozenset()  # readers may be told nothing of them
    edited: Mapping[str, Edited] = field(default_factory=dict)  # they may be told of an earlier version


ALL = Cleared()  # where nothing needs anybody's approval


class Clearance:
    """The approvals, in memory. *keeps*: it may write down what follows from them."""

    def __init__(
        self, kept: Kept, versions: Versions, *, rule: Callable[[], Approval], keeps: bool = True
    ) -> None:
        self._kept, self._versions, self._rule, self._keeps = kept, versions, rule, keeps
        self._given: dict[str, dict[int, Approved]] = {}
        self._since: datetime | None = None
        self._last: Approval | None = None
        self._read, self._heard = -1, 0
        self._away = False

    def hear(self, changes: int) -> None:
        """Take note of how many changes the database counts by now: approvals are among them."""
        self._heard = changes

    def keep_up(self) -> bool:
        """Read what is new; tell whether anything may have changed."""
        rule, last = self._rule(), self._last
        if rule is last and (rule is Approval.NONE or self._heard <= self._read):
            return False
        heard = self._heard
        try:
            if rule is not last:  # what went out by another rule stays out
                self._since = self._kept.since(rule, begin=self._keeps)
            fresh = self._kept.approved(after=self._read) if rule is not Approval.NONE else ()
        except LedgerError as error:  # asked again at the next look, which is soon
            if not self._away:
                log.info("approvals_unknown error=%s", error)
            self._away = True
            return False
        self._away = False
        for given in fresh:
            self._given.setdefault(given.digest, {})[given.number] = given
        self._read, self._last = self._read if rule is Approval.NONE else heard, rule
        return bool(fresh) or rule is not last

    def cleared(self, digests: Iterable[str]) -> Cleared:
        """Say of all these digests what approvals mean for them."""
        rule = self._rule()
        if rule is Approval.NONE:
            return ALL
        waiting, hidden, edited = set(), set(), dict[str, Edited]()
        for digest in digests:
            versions, given = self._versions.all_of(digest), self._given.get(digest, {})
            if versions and may_go_out(versions[-1], given, rule):
                continue
            if not versions and rule is Approval.DESK:  # a file's, which the database has not seen yet
                continue
            waiting.add(digest)
            shown = readable(versions, given, rule, since=self._since)
            if shown is None:
                hidden.add(digest)
            elif shown is not versions[-1]:
                edited[digest] = Edited(now=versions[-1], before=shown)
        return Cleared(waiting=frozenset(waiting), hidden=frozenset(hidden), edited=edited)

    def carry(self, digest: str, text: str, wording: Callable[[], str]) -> None:
        """Let what is in force go out, if only what surrounds the words differs from what was approved.

        *text* is the fingerprint of what the *wording* was read from: of a text that nobody here can read,
        an earlier one is shown.
        """
        newest = self._versions.newest(digest)
        before = newest and self._given.get(digest, {}).get(newest.number - 1)
        if not (self._keeps and newest and before) or before.revoked or newest.fingerprint != text:
            return
        if before.wording != wording():
            return
        try:
            self._kept.carry(digest, newest.number, before.wording)
        except LedgerError as error:
            log.info("approval_not_carried digest=%s error=%s", digest, error)
