"""The digests folder, in memory. One broken file never takes the others down."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import dropwhile, takewhile
from pathlib import Path
from threading import Lock
from typing import Protocol

from bot.core.delivery.approvals import Edited
from bot.core.delivery.wording import whole
from bot.core.digest import Digest, Story
from bot.core.errors import Problem, RoundupError
from bot.core.nearest import nearest_of
from bot.core.search.answer import Document
from bot.core.versions import Version, fingerprint_of
from bot.files.digest_file import read_digest
from bot.files.known_digests import KnownDigests, Read
from bot.files.raw import read_bytes, signature
from bot.files.yamlfile import printable, shown
from bot.newsroom.clearance import ALL, Clearance, Cleared
from bot.newsroom.folder import SUFFIXES, digest_paths, inside, look
from bot.newsroom.shelf import (
    Coded,
    File,
    Older,
    Said,
    Shelf,
    as_in,
    by_date,
    codes,
    in_code,
    letter,
    shelved,
    week,
    weekly,
)
from bot.newsroom.versions import Versions, place_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Settled:
    """What was settled the last time, so that who asks every second can tell that it still is."""

    shelf: Shelf
    waiting: frozenset[str]
    digests: tuple[Digest, ...]


class CodeBook(Protocol):
    """Who remembers which story and which digest had which code; see bot.newsroom.codes."""

    def numbered(self, digests: Sequence[Digest]) -> Sequence[Digest]: ...
    def places(self, weeks: Mapping[str, Sequence[str]]) -> Mapping[str, Mapping[str, int]]: ...


class Library:
    """One folder of digests, kept in memory.

    `refresh` reads what changed; everything else only looks, from any thread. While nothing has changed,
    it looks at each file's signature and does nothing else, and what it gives out are the same objects.
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
        self._codes, self._versions, self._known = codes, versions, known
        self._places: dict[str, Mapping[str, int]] = {}  # that are remembered, by week and digest
        self._unplaced = self._unread = False
        self._unreadable: set[Version] = set()
        self._lock = Lock()
        self._read_once = False
        self._seen: object = None  # the folder as it was the last time
        self._strangers: list[Problem] = []
        self._said: dict[str, Said] = {}
        self._older: dict[Older, datetime] = {}  # since when
        self._numbered: dict[str, tuple[Digest, Digest]] = {}  # what a digest says, and that with numbers
        self._coded: dict[str, Coded] = {}
        self._earlier: dict[Version, Coded] = {}  # what readers see while a later one waits
        self._shelf = shelved({}, {}, (), (), readers=(), cleared=ALL)
        self._settled = _Settled(self._shelf, frozenset(), ())

    def refresh(self, now: datetime) -> bool:
        """Read what is new or changed, forget what is gone; True if anything differs."""
        with self._lock:
            # Before anything is read: what changes meanwhile is seen to differ the next time.
            seen = self.folder, look(self.folder)
            touched, files = seen != self._seen, self._shelf.files
            if touched:
                files, self._strangers = self._scan(now)
            let_in = self._let_in(files, touched=touched)
            cleared = self._clearance is not None and self._clearance.keep_up()
            if not (let_in or cleared or touched or self._unplaced or self._unread):
                return False
            self._said = self._sayings(files, now)
            weeks = weekly(self._with_numbers())
            self._recall(weeks)
            self._coded = {
                digest.id: self._with_codes(digest, prefix) for digest, prefix in codes(weeks, self._places)
            }
            shelf = self._shelved(files)
            changed = shelf != self._shelf
            self._shelf, self._seen, self._read_once = shelf, seen, True
            self.revision += changed
            return changed

    def recall_codes(self) -> None:
        """Have the codes of renamed digests asked for anew: they may have been handed on by now."""
        with self._lock:
            weeks = {week(digest) for digest in self._shelf.gone.values()}
            self._places = {week: places for week, places in self._places.items() if week not in weeks}
            self._numbered = {n: pair for n, pair in self._numbered.items() if week(pair[0]) not in weeks}
            self._unplaced = self._unplaced or (bool(weeks) and self._codes is not None)

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
        since = now if self._read_once else min(now, version.at)
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
        with self._reading() as read:
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

    def _with_numbers(self) -> list[Digest]:
        """Return what the digests say, each story with the number it had before."""
        said = {name: each.digest for name, each in self._said.items()}
        known = {name: pair for name, pair in self._numbered.items() if pair[0] is said.get(name)}
        fresh = [digest for name, digest in said.items() if name not in known]
        numbered = self._codes.numbered(fresh) if self._codes and fresh else fresh
        self._numbered = known | {n.id: (d, n) for d, n in zip(fresh, numbered, strict=True)}
        return [self._numbered[name][1] for name in said]

    def _recall(self, weeks: Mapping[str, Sequence[Digest]]) -> None:
        """Learn the places of digests that are new; a draft has none yet, or it would take another's."""
        if self._codes is None:
            return
        wanted = {week: [d.id for d in digests if not d.draft] for week, digests in weeks.items()}
        new = {week: ids for week, ids in wanted.items() if not self._places.get(week, {}).keys() >= {*ids}}
        learned = self._codes.places(new) if new else {}
        self._places |= learned
        self._unplaced = not learned.keys() >= new.keys()

    def _scan(self, now: datetime) -> tuple[dict[str, File], list[Problem]]:
        paths, problems = digest_paths(self.folder)
        if paths is None:  # a disk that is away for a while; what we have stays
            return dict(self._shelf.files), problems
        files: dict[str, File] = {}
        changed: dict[Path, tuple[int, ...]] = {}
        for path in paths:
            known, seen = self._shelf.files.get(path.stem), signature(path)
            if known and known.signature == seen:
                files[path.stem] = known
            elif (
                seen or path.is_symlink()
            ):  # else gone since the folder was listed; a link to nothing is told
                changed[path] = seen
        return files | self._read(changed, now), problems

    def _reading(self) -> AbstractContextManager[Read]:
        return self._known.reading() if self._known else nullcontext(read_digest)

    def _read(self, changed: Mapping[Path, tuple[int, ...]], now: datetime) -> dict[str, File]:
        if not changed:
            return {}
        with self._reading() as read:
            return {path.stem: self._file(path, seen, read, now) for path, seen in changed.items()}

    def _file(self, path: Path, seen: tuple[int, ...], read: Read, now: datetime) -> File:
        content = read_bytes(path)
        digest, problems = read(path, content)
        known = self._shelf.files.get(path.stem)
        since = min(now, _placed(seen)) if seen and not self._read_once else now
        if known and known.digest == digest:
            digest = known.digest  # the same object: to whoever has it, nothing has changed
            since = known.since if known.good else since
        good = fingerprint_of(content) if digest and content is not None else ""
        return File(
            path=path,
            signature=seen,
            since=since,
            digest=digest or (known.digest if known else None),
            fingerprint=good or (known.fingerprint if known else ""),
            good=digest is not None,
            problems=tuple(problems),
        )

    def _with_codes(self, digest: Digest, prefix: str) -> Coded:
        known = self._coded.get(digest.id)
        if known and known.source is digest and known.prefix == prefix:
            return known
        return in_code(digest, prefix)

    def _shelved(self, files: Mapping[str, File]) -> Shelf:
        cleared = self._cleared()
        readers = self._for_readers(cleared) if cleared.hidden or cleared.edited else self._coded.values()
        return shelved(
            files,
            self._said,
            self._strangers,
            self._coded.values(),
            readers=tuple(readers),
            cleared=cleared,
        )

    def _cleared(self) -> Cleared:
        if self._clearance is None:
            return ALL
        cleared = self._clearance.cleared(self._coded)
        for name in cleared.waiting:
            said = self._said[name]
            self._clearance.carry(name, said.fingerprint, partial(whole, said.digest))
        return cleared

    def _for_readers(self, cleared: Cleared) -> list[Coded]:
        """Return what readers may see of each digest: what somebody approved, and no word of a later edit."""
        not_so = cleared.hidden | cleared.edited.keys()
        seen = (coded for name, coded in self._coded.items() if name not in not_so)
        before = [edited.before for edited in cleared.edited.values()]
        fresh = [version for version in before if version not in self._earlier]
        texts = self._versions.texts(fresh) if self._versions else {}
        self._unread = self._unread or len(texts) < len(fresh)
        with self._reading() as read:
            for version in fresh:
                if digest := self._read_version(version, texts.get(version.digest), read):
                    [numbered] = self._codes.numbered([digest]) if self._codes else [digest]
                    self._earlier[version] = in_code(numbered, self._prefix(numbered))
        self._earlier = {version: self._earlier[version] for version in before if version in self._earlier}
        return sorted([*seen, *self._earlier.values()], key=lambda coded: by_date(coded.digest))

    def _prefix(self, digest: Digest) -> str:
        now = self._coded[digest.id]
        place = self._places.get(week(digest), {}).get(digest.id, 0)
        return now.prefix if week(now.digest) == week(digest) else f"#{week(digest)}{letter(place)}"

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
        if digest := shelf.digests.get(name) or shelf.digests.get(self._id_of(name)):
            return digest
        faults = [p.nearby for p in shelf.problems if name in {p.file, Path(p.file).stem}]
        if faults:
            raise RoundupError("\n".join(faults))
        folder = printable(self.folder.name)
        guess = nearest_of(Path(name).stem, shelf.digests)
        raise RoundupError(f"{folder}: there is no digest {shown(printable(name))}{guess}")

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


def _placed(seen: tuple[int, ...]) -> datetime:
    """Return when the file came to be what and where it is; copying may keep mtime, nothing keeps ctime."""
    modified, changed, *_ = seen
    return datetime.fromtimestamp(max(modified, changed) / 1e9, UTC)


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
