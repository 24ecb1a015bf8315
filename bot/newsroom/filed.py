"""The files of the digests folder, each read anew only if it has changed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from bot.core.errors import Problem
from bot.core.versions import fingerprint_of
from bot.files.digest_file import read_digest
from bot.files.known_digests import KnownDigests, Read
from bot.files.raw import read_bytes, signature
from bot.newsroom.folder import digest_paths
from bot.newsroom.shelf import File


class Filed:
    """What was read last. *known* remembers what was read before a restart."""

    def __init__(self, known: KnownDigests | None) -> None:
        self._known = known
        self.files: Mapping[str, File] = {}
        self.read_once = False

    def reading(self) -> AbstractContextManager[Read]:
        """Read several one after the other."""
        return self._known.reading() if self._known else nullcontext(read_digest)

    def scan(self, folder: Path, now: datetime) -> tuple[dict[str, File], list[Problem]]:
        """Return the files as they are now, and what is wrong with the folder."""
        paths, problems = digest_paths(folder)
        if paths is None:  # a disk that is away for a while; what we have stays
            return dict(self.files), problems
        files: dict[str, File] = {}
        changed: dict[Path, tuple[int, ...]] = {}
        for path in paths:
            known, seen = self.files.get(path.stem), signature(path)
            if known and known.signature == seen:
                files[path.stem] = known
            elif (
                seen or path.is_symlink()
            ):  # else gone since the folder was listed; a link to nothing is told
                changed[path] = seen
        return files | self._read(changed, now), problems

    def _read(self, changed: Mapping[Path, tuple[int, ...]], now: datetime) -> dict[str, File]:
        if not changed:
            return {}
        with self.reading() as read:
            return {path.stem: self._file(path, seen, read, now) for path, seen in changed.items()}

    def _file(self, path: Path, seen: tuple[int, ...], read: Read, now: datetime) -> File:
        content = read_bytes(path)
        digest, problems = read(path, content)
        known = self.files.get(path.stem)
        since = min(now, _placed(seen)) if seen and not self.read_once else now
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


def _placed(seen: tuple[int, ...]) -> datetime:
    """Return when the file came to be what and where it is; copying may keep mtime, nothing keeps ctime."""
    modified, changed, *_ = seen
    return datetime.fromtimestamp(max(modified, changed) / 1e9, UTC)
