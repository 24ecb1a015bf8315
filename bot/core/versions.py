"""Which of several texts a digest is: every one that came in is a version, and the newest is in force."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from hashlib import sha256

FILE = "a file"  # who wrote a version that came out of a folder
DISCARDED = ""  # the text of a version that throws its digest away; the ones before it can be brought back


_MENTION = re.compile(r"<@([UW][A-Z0-9]+)>")
_NOTHING = sha256(DISCARDED.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One text that a digest had; the text itself is fetched by whoever needs it."""

    digest: str
    number: int  # from 1
    fingerprint: str
    who: str  # FILE, or the person or shell that brought it in
    place: str  # where the whole text came from: host and folder, a message; "" if it was edited here
    at: datetime  # by the database's clock

    @property
    def discarded(self) -> bool:
        """Whether it throws its digest away."""
        return self.fingerprint == _NOTHING

    @property
    def of_a_file(self) -> bool:
        """Whether it came out of a folder."""
        return self.who == FILE


def is_person(who: str) -> bool:
    """Tell a person's ID from "the shell" and other words."""
    return who.startswith(("U", "W")) and who.isalnum()


def mention(who: str) -> str:
    """Return whoever did something as our words carry it: what Slack's views make a name of."""
    return f"<@{who}>" if is_person(who) else who


def unmentioned(text: str) -> str:
    """Return words of ours for a log, where nothing makes names of IDs."""
    return _MENTION.sub(r"\1", text)


class Arrival(Enum):
    """What a file's text is to the versions there are."""

    NONE = "it says what is in force"
    NEW = "it enters as a version"
    OLDER = "it is merely older than what is in force"


def fingerprint_of(text: bytes) -> str:
    """Tell texts apart."""
    return sha256(text).hexdigest()


def arrival_of(fingerprint: str, *, had: str | None, versions: Sequence[str]) -> Arrival:
    """Tell what becomes of a file. *had* is what the same place had last, None for a place not seen before.

    *versions* are the fingerprints of all versions, oldest first.
    """
    if versions and fingerprint == versions[-1]:
        return Arrival.NONE
    # Who edited knows better than the database, also who undoes an edit: that text was a version before.
    # Who comes new, or has not touched the file, only brings what others may have replaced long ago.
    is_new = fingerprint not in versions if had is None else fingerprint != had
    return Arrival.NEW if is_new else Arrival.OLDER
