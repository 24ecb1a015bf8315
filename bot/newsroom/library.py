"""The digests folder, in memory. One broken file never takes the others down."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count, dropwhile, groupby, takewhile
from pathlib import Path
from threading import Lock
from typing import Protocol

from bot.core.digest import Digest, Story
from bot.core.errors import Problem, RoundupError, Severity
from bot.core.nearest import nearest_of
from bot.core.search.answer import Document
from bot.files.digest_file import read_digest
from bot.files.known_digests import KnownDigests
from bot.files.yamlfile import printable, shown, signature

SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """What we know of one file: *digest* is its last good version, *good* whether it still says that."""

    signature: tuple[int, ...]
    since: datetime  # when it began to say what it says
    digest: Digest | None
    good: bool
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """One consistent view of the folder, replaced as a whole, so that readers need no lock."""

    files: Mapping[str, _File]  # by id
    digests: Mapping[str, Digest]
    published: tuple[Digest, ...]
    good: tuple[Digest, ...]  # the published ones whose file still says what they say
    since: tuple[tuple[datetime, str], ...]  # when each file began to say it, the last first
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
    *known* remembers what was read before a restart.
    """

    def __init__(
        self, folder: Path, *, codes: CodeBook | None = None, known: KnownDigests | None = None
    ) -> None:
        self.folder = folder  # where the next `refresh` looks
        self.revision = 0  # counts the changes
        self._codes, self._known = codes, known
        self._places: dict[str, Mapping[str, int]] = {}  # that are remembered, by week and digest
        self._unplaced = False
        self._lock = Lock()
        self._read_once = False
        self._seen: object = None  # the folder as it was the last time
        self._coded: dict[str, _Coded] = {}
        self._shelf = _Shelf({}, {}, (), (), (), {}, {}, ())
        self._settled = _Settled(self._shelf, frozenset(), ())

    def refresh(self, now: datetime) -> bool:
        """Read what is new or changed, forget what is gone; True if anything differs."""
        with self._lock:
            # Before anything is read: what changes meanwhile is seen to differ the next time.
            seen = self.folder, _look(self.folder)
            if seen == self._seen and not self._unplaced:
                return False
            files, strangers = self._scan(now)
            weeks = _weekly(file.digest for file in files.values() if file.digest)
            self._recall(weeks)
            self._coded = {
                digest.id: self._with_codes(digest, prefix) for digest, prefix in _codes(weeks, self._places)
            }
            shelf = _shelved(files, strangers, [coded.digest for coded in self._coded.values()])
            changed = shelf != self._shelf
            self._shelf, self._seen, self._read_once = shelf, seen, True
            self.revision += changed
            return changed

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

    def _read(self, changed: Mapping[Path, tuple[int, ...]], now: datetime) -> dict[str, _File]:
        if not changed:
            return {}
        with self._known.reading() if self._known else nullcontext(read_digest) as read:
            found = {path: read(path) for path in changed}
        digests: Sequence[Digest] = [digest for digest, _ in found.values() if digest]
        if self._codes:
            digests = self._codes.numbered(digests)
        by_id = {digest.id: digest for digest in digests}
        return {
            path.stem: self._file(path.stem, changed[path], by_id.get(path.stem), problems, now)
            for path, (_, problems) in found.items()
        }

    def _file(
        self,
        name: str,
        seen: tuple[int, ...],
        digest: Digest | None,
        problems: Iterable[Problem],
        now: datetime,
    ) -> _File:
        known = self._shelf.files.get(name)
        since = min(now, _placed(seen)) if seen and not self._read_once else now
        if known and known.digest == digest:
            digest = known.digest  # the same object: to whoever has it, nothing has changed
            since = known.since if known.good else since
        return _File(
            signature=seen,
            since=since,
            digest=digest or (known.digest if known else None),
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

    def newest(self) -> Digest | None:
        """Return the last published digest, or None while there is none."""
        return next(reversed(self._shelf.published), None)

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
        return path.stem if path.parent == Path() or _inside(path, self.folder) else ""

    def story(self, story_id: str) -> tuple[Digest, Story] | None:
        """Return the story of that id and the digest it is in."""
        return self._shelf.stories.get(story_id)

    def by_code(self, code: str) -> tuple[Digest, Story] | None:
        """Return the story that people quote as "#2018-4"."""
        return self._shelf.codes.get(code.strip().casefold())

    def documents(self) -> tuple[Document, ...]:
        """Return every published story as the search index takes it."""
        return tuple(document for coded in [*self._coded.values()] for document in coded.documents)


def _look(folder: Path) -> Mapping[str, tuple[int, ...]] | str:
    """Return what differs as soon as any digest's file does. This is all that a quiet second costs."""
    try:
        with os.scandir(folder) as entries:
            return {entry.name: signature(entry) for entry in entries if _may_be_digest(entry.name)}
    except OSError as e:  # not there, no permission, not a folder
        return str(e.strerror)


def _may_be_digest(name: str) -> bool:
    # A name that starts with a dot is an editor's own: a backup or a file half written.
    return name.casefold().endswith(SUFFIXES) and not name.startswith(".")


def digest_paths(folder: Path) -> tuple[list[Path] | None, list[Problem]]:
    """Return the files of a digests folder, and what is wrong with others; None if it cannot be listed."""
    try:
        names = sorted(os.listdir(folder))
    except OSError as e:  # not there, no permission, not a folder
        return None, [_problem(folder, f"the digests folder cannot be read: {e.strerror}")]
    paths: dict[str, Path] = {}
    problems = []
    for name in names:
        if not _may_be_digest(name):
            continue
        path = folder / name
        if refusal := _refusal(path, folder, paths):
            problems.append(_problem(path, refusal))
        else:
            paths[path.stem] = path
    return list(paths.values()), problems


def _refusal(path: Path, folder: Path, known: Mapping[str, Path]) -> str:
    """Say why this file is not even opened; empty if it may be."""
    if path.stem in known:
        return f"{known[path.stem].name} is digest {shown(path.stem)} already; rename one of them"
    if not path.stem.isprintable():
        return "its name has characters that cannot be shown; rename it"
    # Inside the folder a link is fine: that is how Kubernetes mounts a ConfigMap.
    if path.is_symlink() and not _inside(path, folder):
        return "a link that leads out of the folder; copy the file here"
    return ""


def _inside(path: Path, folder: Path) -> bool:
    # Not Path.resolve(): that one raises RuntimeError for links that lead to each other.
    return Path(os.path.realpath(folder)) in Path(os.path.realpath(path)).parents


def _problem(path: Path, text: str) -> Problem:
    return Problem(file=printable(str(path)), line=1, column=1, severity=Severity.ERROR, text=text)


def _placed(seen: tuple[int, ...]) -> datetime:
    """Return when the file came to be what and where it is; copying may keep mtime, nothing keeps ctime."""
    modified, changed, *_ = seen
    return datetime.fromtimestamp(max(modified, changed) / 1e9, UTC)


def _shelved(files: Mapping[str, _File], strangers: list[Problem], digests: Sequence[Digest]) -> _Shelf:
    stories = [(digest, story) for digest in digests for story in digest.stories]
    published = tuple(digest for digest in digests if not digest.draft)
    return _Shelf(
        files=files,
        digests={digest.id: digest for digest in digests},
        published=published,
        good=tuple(digest for digest in published if files[digest.id].good),
        since=tuple(sorted(((file.since, name) for name, file in files.items()), reverse=True)),
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
            body="\n\n".join(story.body),
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
