"""The desk: digests and drafts that are written in Slack or put into the database, without any file.

What it keeps is YAML text, a version at each change, checked by the loader of the files. A draft is a digest
that says `draft: true`. Nothing is overwritten: whoever has read an old version is told what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import count, takewhile
from pathlib import Path
from typing import Protocol

from bot.core.delivery.wording import whole
from bot.core.digest import Digest
from bot.core.errors import Problem, RoundupError, Severity
from bot.core.imported import Imported
from bot.core.merging import Clash, differences, merge
from bot.core.settings import Settings
from bot.core.sheets import Broken, Change, Joined, Outdated, Saved, Sheet
from bot.core.versions import DISCARDED, Version, fingerprint_of, is_person
from bot.files.digest_file import open_digest, read_digest
from bot.files.yamlfile import printable, shown
from bot.importing.writer import file_name, write_digest
from bot.newsroom.library import Library
from bot.newsroom.preflight import look_at

NAMED = 5  # edits in one refusal


class Kept(Protocol):
    """Who keeps the versions; see bot.store.versions."""

    def versions_of(self, digest: str) -> tuple[Version, ...]: ...
    def texts(self, wanted: Sequence[Version]) -> Mapping[str, str]: ...
    def texts_of(self, digest: str, numbers: Collection[int]) -> Mapping[int, str]: ...
    def originated(self, origin: str) -> str: ...
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
    ) -> Version | None: ...


class WritingDesk:
    """What editors do to a digest's text. *who* is a user's ID or "the shell".

    Every change names the version that it was made from. All methods ask the database: LedgerError while it
    is away, and then nothing was saved. RoundupError for what cannot be done at all.
    """

    def __init__(
        self,
        kept: Kept,
        *,
        library: Library,
        settings: Callable[[], Settings],
        is_decided: Callable[[str], bool],
        clock: Callable[[], datetime],
    ) -> None:
        self._kept, self._library = kept, library
        self._settings, self._is_decided, self._clock = settings, is_decided, clock

    def create(self, digest: Digest, *, who: str, origin: str = "") -> Sheet | Broken:
        """Put a new digest on the desk, under a free id made from its date and title.

        *origin* is where it came from, such as a message in Slack: see `from_origin`.
        """
        name = file_name(digest.date, digest.title)
        names = (name if n == 1 else f"{name}-{n}" for n in count(1))
        for free in (n for n in names if n not in self._library.digests):
            saved = self._put(free, write_digest(digest), expected=0, who=who, origin=origin)
            if not isinstance(saved, Outdated):
                return saved
        raise AssertionError  # there is always another name

    def read(self, digest: str, number: int = 0) -> Sheet:
        """Return a digest as its newest version has it, or the version of that number."""
        history = self.history(digest)
        version = next((v for v in history if v.number == number), None) if number else history[-1]
        if version is None:
            raise RoundupError(f"{digest} has no version {number}: it has {len(history)}")
        return self._sheet(version)

    def history(self, digest: str) -> tuple[Version, ...]:
        """Return every version of a digest, oldest first: who wrote it and when."""
        history = self._kept.versions_of(digest)
        if not history:
            raise RoundupError(f"there is no digest {shown(printable(digest))} in the database")
        return history

    def changes(self, digest: str, *, before: int = 0, most: int) -> tuple[Change, ...]:
        """Return the last versions of a digest, newest first, each with what it changed.

        At *most* so many of those *before* the one of that number, if that is given.
        """
        history = self.history(digest)
        wanted = [version for version in history if not before or version.number < before][-most:]
        first = wanted[0].number - 1 if wanted else 0
        texts = self._kept.texts_of(digest, range(first, first + len(wanted) + 1))
        known = {version.fingerprint: version.number for version in reversed(history)}
        return tuple(
            Change(version=version, what=_what(version, texts, known[version.fingerprint]))
            for version in reversed(wanted)
        )

    def from_origin(self, origin: str) -> Sheet | None:
        """Return what was put on the desk from there, unless it was discarded."""
        name = self._kept.originated(origin)
        sheet = self.read(name) if name else None
        return sheet if sheet and not sheet.is_discarded else None

    def drafts(self) -> tuple[Digest, ...]:
        """Return the drafts, the nearest date first, as this replica has them: asks nobody."""
        return self._library.drafts()

    def update(self, digest: Digest, *, expected: int, who: str) -> Saved:
        """Save a changed digest. What somebody else changed elsewhere in it meanwhile is kept, too."""
        now = self._changeable(digest.id)
        if now.version.number == expected:
            return self._save(digest, now, who=who)
        base = self.read(digest.id, expected).digest
        merged = merge(base, digest, now.digest) if base and now.digest else None
        if merged is None or isinstance(merged, Clash):
            return Outdated(now=now, changes=_changes(base, now.digest), mine=digest)
        saved = self._save(merged, now, who=who)
        return replace(saved, others=_changes(base, now.digest)) if isinstance(saved, Sheet) else saved

    def join(self, digest: str, imported: Imported, *, who: str, origin: str) -> Joined | Broken:
        """Let a digest say what was sent again, and keep what was edited here since that was sent last.

        Of what both changed the edit stays. What was sent is a version of its own, in force at no moment.
        """
        while True:
            now, base = self._changeable(digest), self._base(digest, imported)
            # What was handed out has the edits in it: it is nothing that later texts are another state of.
            place = "" if imported.version else origin
            saved = self._join(now, base, imported.over(_digest(base)), who=who, origin=place)
            if not isinstance(saved, Outdated):  # else another edit was first: keep that, too
                return saved

    def prefer(self, digest: str, number: int, *, base: int, who: str) -> Saved:
        """Let what was sent, the version of that number, count where an edit was of the same thing."""
        now, was, sent = self._changeable(digest), self.read(digest, base), self.read(digest, number)
        merged = merge(_digest(was), _digest(sent), _digest(now))
        return self._save(merged.joined if isinstance(merged, Clash) else merged, now, who=who)

    def take_over(self, digest: str, *, expected: int, who: str) -> Saved:
        """Make a file's digest the desk's: from now on it is edited here. Its words stay as they are."""
        now = self.read(digest)
        return self._put(digest, now.text, expected=expected, who=who) if now.of_a_file else now

    def schedule(self, digest: str, day: date, *, expected: int, who: str) -> Saved:
        """Let a digest go out at each channel's first slot on or after that day; a draft no longer is one."""
        now = self._changeable(digest)
        if now.version.number != expected:
            return self._outdated(digest, expected)
        return self._save(replace(_digest(now), date=day, draft=False), now, who=who)

    def discard(self, digest: str, *, expected: int, who: str) -> Saved:
        """Throw a digest away that is nowhere yet; its versions stay, and any can be brought back."""
        now = self._changeable(digest)
        if self._is_decided(digest):
            raise RoundupError(f"{digest} is or was in a channel: Retract in its preview takes it back")
        return now if now.is_discarded else self._put(digest, DISCARDED, expected=expected, who=who)

    def bring_back(self, digest: str, number: int, *, expected: int, who: str) -> Saved:
        """Make an earlier version the newest one again, word for word.

        Of one that was a draft then, and by now is none, the words alone: what goes out on a day stays so.
        """
        now, then = self._changeable(digest), self.read(digest, number)
        text = then.text
        if now.digest and then.digest and then.digest.draft and not now.digest.draft:
            text = write_digest(replace(then.digest, draft=False, date=now.digest.date))
        if text == now.text and now.version.number == expected:
            return now
        return self._put(digest, text, expected=expected, who=who)

    def must_replace_no_edit(self, name: str, text: str) -> None:
        """Raise RoundupError if `add` would, as people have edited what that text would replace."""
        _must_replace_no_edit(name, text, self._kept.versions_of(name))

    def add(self, name: str, text: str, *, who: str, over: bool = False) -> Saved | None:
        """Put a text into the database as it is, as the newest version; None if it is that already.

        What people edited since a text was put there last is replaced only if it goes *over* that.
        """
        known = self._kept.versions_of(name)
        if known and known[-1].fingerprint == fingerprint_of(text.encode()):
            return None
        if not over:
            _must_replace_no_edit(name, text, known)
        return self._put(name, text, expected=len(known), who=who, origin=who)

    def next_free_day(self) -> date:
        """Return the day of the first channel's next slot that has no digest yet, not even a draft."""
        channels, now = self._settings().channels, self._clock()
        if not channels:
            return now.date()
        schedule = channels[0].schedule
        taken = {schedule.first_slot(digest.date).at for digest in self._library.digests.values()}
        slot = schedule.next_slot(now)
        while schedule.skips(slot) or slot.at in taken:
            slot = schedule.next_slot(slot.at)
        return slot.day

    def _changeable(self, digest: str) -> Sheet:
        now = self.read(digest)
        if now.of_a_file:
            raise RoundupError(f"{digest} is a file's: take it over first, or edit the file")
        return now

    def _save(self, digest: Digest, now: Sheet, *, who: str) -> Saved:
        text = write_digest(digest)
        # As it was: nobody becomes its author by that.
        return now if text == now.text else self._put(digest.id, text, expected=now.version.number, who=who)

    def _base(self, digest: str, imported: Imported) -> Sheet:
        """Return what was sent again is another state of: what it was made from, or what came in last."""
        history = self.history(digest)
        if 0 < imported.version <= len(history):
            return self.read(digest, imported.version)
        whole_ones = [version.number for version in history if version.place and not version.discarded]
        return self.read(digest, max(whole_ones, default=1))

    def _join(
        self, now: Sheet, base: Sheet, sent: Digest, *, who: str, origin: str
    ) -> Joined | Broken | Outdated:
        merged = merge(_digest(base), _digest(now), sent)
        joined, clashes = (merged.joined, merged.what) if isinstance(merged, Clash) else (merged, ())
        number, kept = now.version.number, differences(_digest(base), _digest(now))
        if write_digest(joined) == write_digest(_digest(now)) and not clashes:
            return Joined(sheet=now, base=base.version.number, kept=kept)
        alone = base.version.number == number
        text = None if alone else write_digest(sent)
        saved = self._put(now.id, write_digest(joined), expected=number, who=who, origin=origin, sent=text)
        if not isinstance(saved, Sheet):
            return saved
        of_its_own = 0 if alone else number + 1
        return Joined(sheet=saved, base=base.version.number, sent=of_its_own, kept=kept, clashes=clashes)

    def _put(
        self,
        name: str,
        text: str,
        *,
        expected: int,
        who: str,
        origin: str = "",
        sent: str | None = None,
    ) -> Saved:
        digest, problems = self._looked_at(name, text)
        if digest is None and text != DISCARDED:
            return Broken(problems=tuple(p for p in problems if p.severity is Severity.ERROR))
        wording = whole(digest) if digest else ""
        version = self._kept.save(
            name, text, expected=expected, who=who, place=origin, wording=wording, sent=sent
        )
        if version is None:
            return self._outdated(name, expected)
        return Sheet(version=version, text=text, digest=digest, problems=tuple(problems))

    def _outdated(self, digest: str, expected: int) -> Outdated:
        now = self.read(digest)
        base = self.read(digest, expected).digest if expected else None
        return Outdated(now=now, changes=_changes(base, now.digest))

    def _sheet(self, version: Version) -> Sheet:
        text = self._kept.texts([version])[version.digest]
        digest, problems = self._looked_at(version.digest, text)
        return Sheet(version=version, text=text, digest=digest, problems=tuple(problems))

    def _looked_at(self, name: str, text: str) -> tuple[Digest | None, Sequence[Problem]]:
        """Read a text, and look at its words as `check` does."""
        if text == DISCARDED:
            return None, ()
        digest, file = open_digest(Path(f"{name}.yaml"), text.encode())
        if digest:
            look_at(digest, file, today=self._clock().date())
        return digest, file.problems


def _digest(sheet: Sheet) -> Digest:
    if sheet.digest is None:
        raise RoundupError(f"{sheet.id} was discarded: bring it back first")
    return sheet.digest


def _what(version: Version, texts: Mapping[int, str], same_as: int) -> tuple[str, ...]:
    """Say what a version changed; *same_as* is the first one that said the same."""
    text, before = texts[version.number], texts.get(version.number - 1, DISCARDED)
    if text == DISCARDED:
        return ("discarded",)
    if same_as < version.number - 1:
        return (f"as version {same_as} was",)
    now, was = (_read(version.digest, each)[0] for each in (text, before))
    if now is None:
        return ("it reads as no digest",)
    if was is None:
        return ("as it came in" if version.number == 1 else "written anew",)
    return differences(was, now) or ("the same words",)


def _must_replace_no_edit(name: str, text: str, known: Sequence[Version]) -> None:
    if known and known[-1].fingerprint == fingerprint_of(text.encode()):
        return
    edits = [*takewhile(lambda version: is_person(version.who), reversed(known))]
    if edits:
        said = [f"version {v.number} by {v.who} at {v.at:%Y-%m-%d %H:%M} UTC" for v in edits[:NAMED]]
        more = [f"{len(edits) - NAMED} more"] if len(edits) > NAMED else []
        raise RoundupError(
            f"{name} was edited in Slack: {', '.join([*said, *more])}. Nothing was added. `roundup export"
            f" {name}` says what it is now; `roundup add --over` replaces that, and every version is kept"
        )


def _changes(base: Digest | None, now: Digest | None) -> tuple[str, ...]:
    if base is None or now is None:
        return ("it was discarded" if now is None else "it was written anew",)
    return differences(base, now)


def _read(name: str, text: str) -> tuple[Digest | None, Sequence[Problem]]:
    return read_digest(Path(f"{name}.yaml"), text.encode()) if text != DISCARDED else (None, ())
