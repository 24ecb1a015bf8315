"""The digests folder, in memory. One broken file never takes the others down."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count, dropwhile, groupby, takewhile
from pathlib import Path
from threading import Lock
from typing import Protocol

from bot.core.digest import Digest, Story
from bot.core.errors import Problem, RoundupError
from bot.core.nearest import nearest_of
from bot.core.search.answer import Document
from bot.core.versions import FILE, Version, fingerprint_of
from bot.files.digest_file import read_digest
from bot.files.known_digests import KnownDigests, Read
from bot.files.yamlfile import printable, read_bytes, shown, signature
from bot.newsroom.folder import SUFFIXES, digest_paths, inside, look
from bot.newsroom.versions import Versions, place_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """What we know of one file: *digest* is its last good version, *good* whether it still says that."""

    path: Path
    signature: tuple[int, ...]
    since: datetime  # when it began to say what it says
    digest: Digest | None
    fingerprint: str  # of the text that *digest* was read from
    good: bool
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What a digest says: what its file says, or the version that is in force instead."""

    fingerprint: str
    since: datetime  # when it began to say it
    digest: Digest
    good: bool  # nothing is wrong with it here: posts may be made from it
    here: bool  # it has a file in this folder, or never had one anywhere; else somebody deleted that


@dataclass(frozen=True, slots=True, kw_only=True)
class Older:
    """A file that changes nothing, as it is merely older than the version that is in force."""

    path: Path
    fingerprint: str
    version: Version

    def __str__(self) -> str:
        newer = self.version
        since = f"{newer.at:%Y-%m-%d %H:%M} UTC, from {newer.place or newer.who}"
        return f"{self.path} says what version {newer.number} ({since}) has replaced"


@dataclass(frozen=True, slots=True)
class _Shelf:
    """One consistent view of the folder, replaced as a whole, so that readers need no lock."""

    files: Mapping[str, _File]  # by id
    digests: Mapping[str, Digest]
    published: tuple[Digest, ...]
    good: tuple[Digest, ...]  # the published ones with which nothing is wrong
    gone: Mapping[str, Digest]  # whose file is here no more: nothing new is posted from them
    since: tuple[tuple[datetime, str], ...]  # when each began to say what it says, the last first
    stories: Mapping[str, tuple[Digest, Story]]
    codes: Mapping[str, tuple[Digest, Story]]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Settled:
    """What was settled the last time, so that who asks every second can tell that it still is."""

    shelf: _Shelf
    waiting: frozenset[str]
    digests: tuple[Digest, ...]


@dataclass(frozen=True, slots=True)
class _Coded:
    """A digest as its file has it, and as it is shown: made anew only when one of these differs."""

    source: Digest
    prefix: str
    digest: Digest
    documents: tuple[Document, ...]


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
    *known* remembers what was read before a restart.
    """

    def __init__(
        self,
        folder: Path,
        *,
        codes: CodeBook | None = None,
        versions: Versions | None = None,
        known: KnownDigests | None = None,
    ) -> None:
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
        self._said: dict[str, _Said] = {}
        self._older: dict[Older, datetime] = {}  # since when
        self._numbered: dict[str, tuple[Digest, Digest]] = {}  # what a digest says, and that with numbers
        self._coded: dict[str, _Coded] = {}
        self._shelf = _Shelf({}, {}, (), (), {}, (), {}, {}, ())
        self._settled = _Settled(self._shelf, frozenset(), ())

    def refresh(self, now: datetime) -> bool:
        """Read what is new or changed, forget what is gone; True if anything differs."""
        with self._lock:
            # Before anything is read: what changes meanwhile is seen to differ the next time.
            seen = self.folder, look(self.folder)
            touched, files = seen != self._seen, self._shelf.files
            if touched:
                files, self._strangers = self._scan(now)
            if not (self._let_in(files, touched=touched) or touched or self._unplaced or self._unread):
                return False
            self._said = self._sayings(files, now)
            weeks = _weekly(self._with_numbers())
            self._recall(weeks)
            self._coded = {
                digest.id: self._with_codes(digest, prefix) for digest, prefix in _codes(weeks, self._places)
            }
            shelf = _shelved(files, self._said, self._strangers, [c.digest for c in self._coded.values()])
            changed = shelf != self._shelf
            self._shelf, self._seen, self._read_once = shelf, seen, True
            self.revision += changed
            return changed

    def recall_codes(self) -> None:
        """Have the codes of renamed digests asked for anew: they may have been handed on by now."""
        with self._lock:
            weeks = {_week(digest) for digest in self._shelf.gone.values()}
            self._places = {week: places for week, places in self._places.items() if week not in weeks}
            self._numbered = {n: pair for n, pair in self._numbered.items() if _week(pair[0]) not in weeks}
            self._unplaced = self._unplaced or (bool(weeks) and self._codes is not None)

    def _let_in(self, files: Mapping[str, _File], *, touched: bool) -> bool:
        """Let files become versions, and learn of others'; True if any version came in."""
        if self._versions is None or not (touched or self._versions.behind):
            return False
        before = self._versions.revision
        said = {name: file.fingerprint for name, file in files.items() if file.good}
        self._versions.keep_up(place_of(self.folder), said, lambda name: _text_of(files[name]))
        return self._versions.revision != before

    def _sayings(self, files: Mapping[str, _File], now: datetime) -> dict[str, _Said]:
        """Return what each digest says: its newest version, or its file where there is none yet."""
        others = self._from_versions(files)
        older = (Older(path=f.path, fingerprint=f.fingerprint, version=v) for f, v in _passed(files, others))
        self._older = {each: self._older.get(each, now) for each in older}
        said = {}
        for name in dict.fromkeys([*files, *others]):
            if each := self._saying(name, files.get(name), others.get(name), now):
                said[name] = each
        return said

    def _saying(
        self, name: str, file: _File | None, other: tuple[Version, Digest | None] | None, now: datetime
    ) -> _Said | None:
        last = self._said.get(name)
        if other is None:
            return _as_in(file) if file and file.digest else None
        version, digest = other
        good = digest is not None and (file is None or file.good)
        fingerprint = version.fingerprint if digest else ""  # of what is shown instead, nobody asks
        digest = digest or (last.digest if last else file.digest if file else None)
        if digest is None:
            return None
        since = now if self._read_once else min(now, version.at)
        if last and last.digest == digest:
            digest, since = last.digest, last.since  # the same object: to whoever has it, nothing has changed
        return _Said(
            fingerprint=fingerprint,
            since=since,
            digest=digest,
            good=good,
            here=file is not None or version.who != FILE,
        )

    def _from_versions(self, files: Mapping[str, _File]) -> dict[str, tuple[Version, Digest | None]]:
        """Return the versions that are in force although no file here says the same, as they are read."""
        if self._versions is None:
            return {}
        newest = [v for name in self._versions.digests() if (v := self._versions.newest(name))]
        others = [v for v in newest if (f := files.get(v.digest)) is None or f.fingerprint != v.fingerprint]
        known = {v.digest: s.digest for v in others if (s := self._said.get(v.digest)) and _is(s, v)}
        fresh = [v for v in others if v.digest not in known and v not in self._unreadable]
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

    def _scan(self, now: datetime) -> tuple[dict[str, _File], list[Problem]]:
        paths, problems = digest_paths(self.folder)
        if paths is None:  # a disk that is away for a while; what we have stays
            return dict(self._shelf.files), problems
        files: dict[str, _File] = {}
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

    def _read(self, changed: Mapping[Path, tuple[int, ...]], now: datetime) -> dict[str, _File]:
        if not changed:
            return {}
        with self._reading() as read:
            return {path.stem: self._file(path, seen, read, now) for path, seen in changed.items()}

    def _file(self, path: Path, seen: tuple[int, ...], read: Read, now: datetime) -> _File:
        content = read_bytes(path)
        digest, problems = read(path, content)
        known = self._shelf.files.get(path.stem)
        since = min(now, _placed(seen)) if seen and not self._read_once else now
        if known and known.digest == digest:
            digest = known.digest  # the same object: to whoever has it, nothing has changed
            since = known.since if known.good else since
        good = fingerprint_of(content) if digest and content is not None else ""
        return _File(
            path=path,
            signature=seen,
            since=since,
            digest=digest or (known.digest if known else None),
            fingerprint=good or (known.fingerprint if known else ""),
            good=digest is not None,
            problems=tuple(problems),
        )

    def _with_codes(self, digest: Digest, prefix: str) -> _Coded:
        known = self._coded.get(digest.id)
        if known and known.source is digest and known.prefix == prefix:
            return known
        coded = _with_codes(digest, prefix)
        return _Coded(digest, prefix, coded, () if digest.draft else _documents(coded))

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

    def find(self, name: str) -> Digest:
        """Return the digest of that id or path."""
        shelf = self._shelf
        if digest := shelf.digests.get(name) or shelf.digests.get(self._id_of(name)):
            return digest
        faults = [str(p) for p in shelf.problems if name in {p.file, Path(p.file).stem}]
        if faults:
            raise RoundupError("\n".join(faults))
        folder = printable(str(self.folder))
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

    def documents(self) -> tuple[Document, ...]:
        """Return every published story as the search index takes it."""
        return tuple(document for coded in [*self._coded.values()] for document in coded.documents)


def _placed(seen: tuple[int, ...]) -> datetime:
    """Return when the file came to be what and where it is; copying may keep mtime, nothing keeps ctime."""
    modified, changed, *_ = seen
    return datetime.fromtimestamp(max(modified, changed) / 1e9, UTC)


def _as_in(file: _File) -> _Said | None:
    if file.digest is None:
        return None
    return _Said(
        fingerprint=file.fingerprint, since=file.since, digest=file.digest, good=file.good, here=True
    )


def _passed(
    files: Mapping[str, _File], others: Mapping[str, tuple[Version, Digest | None]]
) -> Iterator[tuple[_File, Version]]:
    return (
        (files[name], version) for name, (version, _) in others.items() if name in files and files[name].good
    )


def _is(said: _Said, version: Version) -> bool:
    return said.fingerprint == version.fingerprint


def _text_of(file: _File) -> str | None:
    """Return what a file says, or None if that is not any more what was read."""
    content = read_bytes(file.path)
    if content is None or fingerprint_of(content) != file.fingerprint:
        return None
    return content.decode()


def _shelved(
    files: Mapping[str, _File],
    said: Mapping[str, _Said],
    strangers: Iterable[Problem],
    digests: Sequence[Digest],
) -> _Shelf:
    stories = [(digest, story) for digest in digests for story in digest.stories]
    published = tuple(digest for digest in digests if said[digest.id].here and not digest.draft)
    return _Shelf(
        files=files,
        digests={digest.id: digest for digest in digests},
        published=published,
        good=tuple(digest for digest in published if said[digest.id].good),
        gone={digest.id: digest for digest in digests if not said[digest.id].here},
        since=tuple(sorted(((each.since, name) for name, each in said.items()), reverse=True)),
        stories={story.id: (digest, story) for digest, story in stories},
        codes={story.code: (digest, story) for digest, story in stories},
        problems=tuple(sorted([*strangers, *(p for file in files.values() for p in file.problems)])),
    )


def _by_date(digest: Digest) -> tuple[date, str]:
    return digest.date, digest.id


def _weekly(digests: Iterable[Digest]) -> dict[str, list[Digest]]:
    """Return the digests by the week that their codes begin with, drafts last."""
    in_order = sorted(digests, key=lambda d: (_week(d), d.draft, *_by_date(d)))
    return {week: list(of_week) for week, of_week in groupby(in_order, key=_week)}


def _week(digest: Digest) -> str:
    year, week, _ = digest.date.isocalendar()
    return f"{year % 100:02}{week:02}"


def _codes(
    weeks: Mapping[str, Sequence[Digest]], remembered: Mapping[str, Mapping[str, int]]
) -> list[tuple[Digest, str]]:
    """Return the digests in order, each with what the codes of its stories begin with."""
    coded = []
    for week, digests in weeks.items():
        places = remembered.get(week, {})
        free = count(max(places.values(), default=-1) + 1)
        for digest in digests:
            place = places[digest.id] if digest.id in places else next(free)
            coded.append((digest, f"#{week}{_letter(place)}"))
    return sorted(coded, key=lambda each: _by_date(each[0]))


def _with_codes(digest: Digest, prefix: str) -> Digest:
    stories = tuple(replace(story, code=f"{prefix}-{story.n}") for story in digest.stories)
    return replace(digest, stories=stories)


def _documents(digest: Digest) -> tuple[Document, ...]:
    return tuple(
        Document(
            id=story.id,
            headline=story.headline,
            body=story.body.words,
            companies=story.companies,
            tags=story.tags,
            date=digest.date,
        )
        for story in digest.stories
    )


def _letter(place: int) -> str:
    """Return nothing for the first of a week, then b to z, then bb, bc …"""
    if place == 0:
        return ""
    rest, last = divmod(place - 1, 25)
    return _letter(rest) + "bcdefghijklmnopqrstuvwxyz"[last]
