"""The digests folder, in memory. One broken file never takes the others down."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import dropwhile, takewhile
from pathlib import Path
from threading import Lock
from unicodedata import normalize

from bot.core.delivery.approvals import Edited
from bot.core.delivery.wording import whole
from bot.core.digest import Digest, Story
from bot.core.errors import Problem, RoundupError
from bot.core.nearest import nearest_of
from bot.core.search.answer import Document
from bot.core.versions import Version, fingerprint_of
from bot.files.known_digests import KnownDigests, Read
from bot.files.raw import read_bytes
from bot.files.yamlfile import printable, shown
from bot.newsroom.clearance import ALL, Clearance, Cleared
from bot.newsroom.coding import CodeBook, Coding
from bot.newsroom.filed import Filed
from bot.newsroom.folder import SUFFIXES, Watch, inside
from bot.newsroom.shelf import (
    Coded,
    File,
    Older,
    Said,
    Shelf,
    as_in,
    by_date,
    shelved,
)
from bot.newsroom.versions import Versions, place_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Settled:
    """What was settled the last time, so that who asks every second can tell that it still is."""

    shelf: Shelf
    waiting: frozenset[str]
    digests: tuple[Digest, ...]


class Library:
    """One folder of digests, kept in memory.

    `refresh` reads what changed; everything else only looks, from any thread. While nothing has changed,
    it looks at files' signatures and does nothing else, and what it gives out are the same objects.
    *codes* remembers codes; without it stories count from 1, and digests of a week by date, then by id.
    *versions* say which text of each digest is in force for all replicas; without them its file's is.
    *known* remembers what was read before a restart. *clearance* tells what was approved; without it all was.
    """

    def __init__(
        self,
        folder: Path,
        *,
        codes: CodeBook | None = None,
        versions: Versions | None = None,
        known: KnownDigests | None = None,
        clearance: Clearance | None = None,
    ) -> None:
        self._clearance = clearance
        self.folder = folder  # where the next `refresh` looks
        self.revision = 0  # counts the changes
        self._versions, self._coding, self._filed = versions, Coding(codes), Filed(known)
        self._unread = False
        self._unreadable: set[Version] = set()
        self._lock = Lock()
        self._watch = Watch()
        self._seen: object = None  # the folder as it was the last time
        self._strangers: list[Problem] = []
        self._said: dict[str, Said] = {}
        self._older: dict[Older, datetime] = {}  # since when
        self._earlier: dict[Version, Coded] = {}  # what readers see while a later one waits
        self._shelf = shelved({}, {}, (), (), readers=(), cleared=ALL)
        self._settled = _Settled(self._shelf, frozenset(), ())

    def refresh(self, now: datetime) -> bool:
        """Read what is new or changed, forget what is gone; True if anything differs."""
        with self._lock:
            # Before anything is read: what changes meanwhile is seen to differ the next time.
            seen = self.folder, self._watch.look(self.folder)
            touched, files = seen != self._seen, self._filed.files
            if touched:
                files, self._strangers = self._filed.scan(self.folder, now)
            let_in = self._let_in(files, touched=touched)
            cleared = self._clearance is not None and self._clearance.keep_up()
            if not (let_in or cleared or touched or self._coding.lacks_places or self._unread):
                return False
            self._said = self._sayings(files, now)
            self._coding.take({name: each.digest for name, each in self._said.items()})
            shelf = self._shelved(files)
            changed = shelf != self._shelf
            self._shelf, self._seen = shelf, seen
            self._filed.files, self._filed.read_once = files, True
            self.revision += changed
            return changed

    def recall_codes(self) -> None:
        """Have the codes of renamed digests asked for anew: they may have been handed on by now."""
        with self._lock:
            self._coding.forget(self._shelf.gone.values())

    def _let_in(self, files: Mapping[str, File], *, touched: bool) -> bool:
        """Let files become versions, and learn of others'; True if any version came in."""
        if self._versions is None or not (touched or self._versions.behind):
            return False
        before = self._versions.revision
        said = {name: file.fingerprint for name, file in files.items() if file.good}
        self._versions.keep_up(place_of(self.folder), said, lambda name: _text_of(files[name]))
        return self._versions.revision != before

    def _sayings(self, files: Mapping[str, File], now: datetime) -> dict[str, Said]:
        """Return what each digest says: its newest version, or its file where there is none yet."""
        others = self._from_versions(files)
        # Of what the desk has taken over, everybody's file is older, and nobody shall copy anything.
        older = (
            Older(path=f.path, fingerprint=f.fingerprint, version=v)
            for f, v in _passed(files, others)
            if v.of_a_file
        )
        self._older = {each: self._older.get(each, now) for each in older}
        said = {}
        for name in dict.fromkeys([*files, *others]):
            if each := self._saying(name, files.get(name), others.get(name), now):
                said[name] = each
        return said

    def _saying(
        self, name: str, file: File | None, other: tuple[Version, Digest | None] | None, now: datetime
    ) -> Said | None:
        last = self._said.get(name)
        if other is None:
            return as_in(file) if file and file.digest else None
        version, digest = other
        if version.discarded:
            return None
        good = digest is not None and (file is None or file.good)
        fingerprint = version.fingerprint if digest else ""  # of what is shown instead, nobody asks
        digest = digest or (last.digest if last else file.digest if file else None)
        if digest is None:
            return None
        since = now if self._filed.read_once else min(now, version.at)
        if last and last.digest == digest:
            digest, since = last.digest, last.since  # the same object: to whoever has it, nothing has changed
        return Said(
            fingerprint=fingerprint,
            since=since,
            digest=digest,
            good=good,
            here=file is not None or not version.of_a_file,
        )

    def _from_versions(self, files: Mapping[str, File]) -> dict[str, tuple[Version, Digest | None]]:
        """Return the versions that are in force although no file here says the same, as they are read."""
        if self._versions is None:
            return {}
        newest = [v for name in self._versions.digests() if (v := self._versions.newest(name))]
        others = [v for v in newest if (f := files.get(v.digest)) is None or f.fingerprint != v.fingerprint]
        known = {v.digest: s.digest for v in others if (s := self._said.get(v.digest)) and _is(s, v)}
        read_before = {*known, *(v.digest for v in others if v.discarded or v in self._unreadable)}
        fresh = [v for v in others if v.digest not in read_before]
        texts = self._versions.texts(fresh)
        self._unread = len(texts) < len(fresh)  # the database has just gone: asked again at the next look
        with self._filed.reading() as read:
            for version in fresh:
                if digest := self._read_version(version, texts.get(version.digest), read):
                    known[version.digest] = digest
        return {v.digest: (v, known.get(v.digest)) for v in others}

    def _read_version(self, version: Version, text: str | None, read: Read) -> Digest | None:
        if text is None:
            return None
        digest, problems = read(Path(f"{version.digest}.yaml"), text.encode())
        if digest is None:  # a newer Roundup let it in, perhaps
            self._unreadable.add(version)
            log.warning("version_unreadable digest=%s problem=%r", version.digest, str(problems[0]))
        return digest

    def _shelved(self, files: Mapping[str, File]) -> Shelf:
        cleared = self._cleared()
        readers = (
            self._for_readers(cleared) if cleared.hidden or cleared.edited else self._coding.coded.values()
        )
        return shelved(
            files,
            self._said,
            self._strangers,
            self._coding.coded.values(),
            readers=tuple(readers),
            cleared=cleared,
        )

    def _cleared(self) -> Cleared:
        if self._clearance is None:
            return ALL
        cleared = self._clearance.cleared(self._coding.coded)
        for name in cleared.waiting:
            said = self._said[name]
            self._clearance.carry(name, said.fingerprint, partial(whole, said.digest))
        return cleared

    def _for_readers(self, cleared: Cleared) -> list[Coded]:
        """Return what readers may see of each digest: what somebody approved, and no word of a later edit."""
        not_so = cleared.hidden | cleared.edited.keys()
        seen = (coded for name, coded in self._coding.coded.items() if name not in not_so)
        before = [edited.before for edited in cleared.edited.values()]
        fresh = [version for version in before if version not in self._earlier]
        texts = self._versions.texts(fresh) if self._versions else {}
        self._unread = self._unread or len(texts) < len(fresh)
        with self._filed.reading() as read:
            for version in fresh:
                if digest := self._read_version(version, texts.get(version.digest), read):
                    self._earlier[version] = self._coding.of_earlier(digest)
        self._earlier = {version: self._earlier[version] for version in before if version in self._earlier}
        return sorted([*seen, *self._earlier.values()], key=lambda coded: by_date(coded.digest))

    @property
    def digests(self) -> Mapping[str, Digest]:
        """Every valid digest, drafts included; a broken file keeps its last good version."""
        return self._shelf.digests

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong in the folder now."""
        return self._shelf.problems

    def published(self) -> tuple[Digest, ...]:
        """Return all but the drafts, oldest first, then by id."""
        return self._shelf.published

    def drafts(self) -> tuple[Digest, ...]:
        """Return the drafts, the nearest date first."""
        return tuple(digest for digest in self._shelf.digests.values() if digest.draft)

    def newest(self) -> Digest | None:
        """Return the last published digest, or None while there is none."""
        return next(reversed(self._shelf.published), None)

    def older(self, now: datetime, quiet: timedelta) -> list[Older]:
        """Return the files that have been older than what is in force for that long: not on their way."""
        if self._versions is None or self._versions.behind:
            return []
        return [each for each, since in self._older.items() if now - since >= quiet]

    def gone(self) -> Mapping[str, Digest]:
        """Return the digests whose file was deleted or renamed: they are known, and nothing new is posted."""
        return self._shelf.gone

    def settled(self, now: datetime, quiet: timedelta) -> tuple[Digest, ...]:
        """Return the published digests whose file has been valid and unchanged for that long."""
        shelf, last = self._shelf, self._settled
        # What changed later than now did so by a clock that has been set back since: that was long ago.
        past = dropwhile(lambda each: each[0] - now > quiet, shelf.since)
        young = takewhile(lambda each: now - each[0] < quiet, past)
        waiting = frozenset(name for _, name in young)
        if shelf is not last.shelf or waiting != last.waiting:
            calm = tuple(d for d in shelf.good if d.id not in waiting)
            self._settled = last = _Settled(shelf, waiting, calm)
        return last.digests

    def path_of(self, digest: str) -> Path | None:
        """Return the file of a digest, if it has one here."""
        file = self._shelf.files.get(digest)
        return file.path if file else None

    def find(self, name: str) -> Digest:
        """Return the digest of that id or path."""
        shelf = self._shelf
        if digest := self._called(name) or self._called(self._id_of(name)):
            return digest
        faults = [p.nearby for p in shelf.problems if name in {p.file, Path(p.file).stem}]
        if faults:
            raise RoundupError("\n".join(faults))
        folder = printable(self.folder.name)
        guess = nearest_of(Path(name).stem, shelf.digests)
        raise RoundupError(f"{folder}: there is no digest {shown(printable(name))}{guess}")

    def _called(self, name: str) -> Digest | None:
        digests = self._shelf.digests
        if name in digests or name.isascii():
            return digests.get(name)
        # A Mac may keep the é of a file's name as two characters: who types it sees no other name.
        composed = partial(normalize, "NFC")
        return next((each for known, each in digests.items() if composed(known) == composed(name)), None)

    def _id_of(self, name: str) -> str:
        path = Path(name)
        if path.suffix.casefold() not in SUFFIXES or "\0" in name:
            return ""
        return path.stem if path.parent == Path() or inside(path, self.folder) else ""

    def story(self, story_id: str) -> tuple[Digest, Story] | None:
        """Return the story of that id and the digest it is in."""
        return self._shelf.stories.get(story_id)

    def by_code(self, code: str) -> tuple[Digest, Story] | None:
        """Return the story that people quote as "#2018-4"."""
        return self._shelf.codes.get(code.strip().casefold())

    def public(self) -> Mapping[str, Digest]:
        """Return the digests as readers may see them: where it has to be, no word that nobody approved."""
        return self._shelf.public

    def waiting(self) -> frozenset[str]:
        """Return the digests that may not go out as they are: nobody has approved that."""
        return self._shelf.cleared.waiting

    def edited(self) -> Mapping[str, Edited]:
        """Return those of them that were out, or could have been, before they were changed."""
        return self._shelf.cleared.edited

    def text_of(self, digest: str) -> str:
        """Return the fingerprint of the text that a digest was read from, "" if it was from none."""
        return self._shelf.texts.get(digest, "")

    def documents(self) -> tuple[Document, ...]:
        """Return every published story as the search index takes it."""
        return tuple(document for coded in self._shelf.readers for document in coded.documents)


def _passed(
    files: Mapping[str, File], others: Mapping[str, tuple[Version, Digest | None]]
) -> Iterator[tuple[File, Version]]:
    return (
        (files[name], version) for name, (version, _) in others.items() if name in files and files[name].good
    )


def _is(said: Said, version: Version) -> bool:
    return said.fingerprint == version.fingerprint


def _text_of(file: File) -> str | None:
    """Return what a file says, or None if that is not any more what was read."""
    content = read_bytes(file.path)
    if content is None or fingerprint_of(content) != file.fingerprint:
        return None
    return content.decode()
