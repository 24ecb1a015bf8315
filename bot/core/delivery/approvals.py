"""Approving: which version of a digest may go out, where nothing does that nobody has approved.

An approval is of one version. A later one has it, too, only if it came right after and says the same words:
an edit revokes, and undoing it does not bring the approval back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.delivery.alarms import ANSWER, Alarm
from bot.core.delivery.outbox import Address, News, Said
from bot.core.settings import Approval
from bot.core.versions import Version, is_person, mention


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """Somebody let one version of a digest go out."""

    digest: str
    number: int  # of the version
    wording: str  # a fingerprint of the words that were approved
    who: str
    at: datetime
    revoked: str = ""  # by whom it was taken back


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A digest that nobody has approved since it was changed; readers have its earlier version."""

    now: Version
    before: Version


class Refusal(StrEnum):
    """Why somebody's approval does not count."""

    CHANGED = "it has changed since: look at it again"
    OWN = "you wrote its last version: somebody else has to approve it"
    ALREADY = "it is approved already"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What must be in force and approved for something to be written down."""

    text: str  # the fingerprint of the version that the words were read from
    of_files_too: bool = True  # whether those of a file need it


def may_go_out(version: Version, approved: Mapping[int, Approved], rule: Approval) -> bool:
    """Tell whether a version may go out. *approved* are its digest's approvals, by version."""
    if rule is Approval.NONE or (rule is Approval.DESK and version.of_a_file):
        return True
    given = approved.get(version.number)
    return given is not None and not given.revoked


def readable(
    versions: Sequence[Version],
    approved: Mapping[int, Approved],
    rule: Approval,
    *,
    since: datetime | None,
) -> Version | None:
    """Return the newest version that readers may be told of; None if there is none.

    *since* then the rule is in force: what was there before was out, or not, by the rule of that time.
    """
    return next(
        (
            version
            for version in reversed(versions)
            if may_go_out(version, approved, rule) or (since and version.at < since)
        ),
        None,
    )


def approved_by(who: str, digest: str, number: int, *, author: str, send: bool) -> News:
    """Return what an approval tells: its author hears of it once, however many press for it at once."""
    text = f"Approved: {mention(who)} lets {digest} go out as it stands{', now' if send else ''}."
    alarm = Alarm(subject=f"{ANSWER}{digest} {number} by {who}", text=text, digest=digest)
    said = Said(alarm=alarm, to=(Address(whom=author),), wait=timedelta(0))
    return News(approved=digest, said=(said,) if is_person(author) else ())
