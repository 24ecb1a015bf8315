"""Where index files live: in the user's cache folder, one for each source of stories.

A source is a folder of digests or an archive; its file says which of its contents it holds. While nobody else
reads it, it is changed in its place; else a changed copy takes its place, and who reads the old one goes on.

Files are derived and may be deleted at will. One that is damaged, foreign or of another version is built
anew; where nothing can be written, the index stays in memory. None of this is an error to a reader.
"""

from __future__ import annotations

import logging
import os
import re
import sqlite3
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from hashlib import blake2b
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from bot.core.search.answer import Document
from bot.search.index import Index
from bot.search.lease import folder_lease, read_lease
from bot.search.schema import mark_of_names
from bot.search.writing import Changes, TooManyChangesError, build, change, differences

log = logging.getLogger(__name__)

Finish = Callable[[], Index]

_A_DAY = 24 * 3600
_PAGES_KB = 4096  # of the file kept by each process; the system's own cache has the rest
KEPT, KEPT_FOR = 8, 60 * _A_DAY  # files of other sources, and seconds since they were last used
# A half-written file is never seen by anybody, so it need not survive a crash.
_FAST = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA secure_delete = OFF; PRAGMA cache_size = -32768
"""
# All changed pages are kept in memory until the end: up to then the file says what it said before.
_IN_PLACE = "PRAGMA cache_spill = OFF; PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE"


class Wanted(NamedTuple):
    """What an index is wanted of."""

    source: str  # where the stories come from; each has one file
    key: str  # of what the stories are now
    stories: Callable[[], Iterable[Document]]
    names: Mapping[str, Sequence[str]]

    @property
    def path(self) -> Path:
        return path_of(self.source)


def folder() -> Path:
    """Return the folder of index files."""
    # The XDG specification: a relative path is to be ignored.
    configured = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (configured if configured.is_absolute() else Path("~/.cache").expanduser()) / "roundup"


def _make_room() -> None:
    """Have the folder, and keep it to ourselves: digests may be confidential, drafts are."""
    place = folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    _keep_to_ourselves(place)


def _keep_to_ourselves(path: Path) -> None:
    """Let nobody else into what an older version left open to others."""
    with suppress(OSError):  # not ours to change
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o077)


def _is_ours(path: Path) -> bool:
    """Tell whether nobody else can have written that file, or put it there."""
    try:
        found = [path.lstat(), path.parent.stat()]
    except OSError:
        return False
    return all(
        place.st_uid == os.geteuid() and not place.st_mode & (stat.S_IWGRP | stat.S_IWOTH) for place in found
    )


def _create(file: Path) -> None:
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def path_of(source: str) -> Path:
    """Return where the index of that source lives."""
    name = blake2b(source.encode("utf-8", "replace"), digest_size=8).hexdigest()
    return folder() / f"stories-{name}.sqlite"


def _note_of(source: str) -> Path:
    return path_of(source).with_suffix(".key")


def _journal_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-journal")


def _beside(path: Path) -> Path:
    """Return a name for what will take that file's place."""
    return path.with_name(f".{path.name}.{token_hex(6)}")


def recall(source: str, name: str) -> str | None:
    """Return the key that was noted for that source under that name, if any."""
    path = _note_of(source)
    if not _is_ours(path):
        return None
    try:
        noted = path.read_text("ascii")
    except (OSError, ValueError):  # none yet, not ours, not text
        return None
    found = re.fullmatch(f"{re.escape(name)} ([0-9a-f]{{32}})", noted)
    return found[1] if found else None


def note(source: str, name: str, key: str) -> None:
    """Note a key, for `recall`: the last one. Where nothing can be written, nothing is noted."""
    path = _note_of(source)
    new = _beside(path)
    with suppress(OSError):
        _make_room()
        _create(new)
        new.write_text(f"{name} {key}", "ascii")
        new.replace(path)


def open_index(wanted: Wanted) -> Index | None:
    """Open the index of these stories, or return None if its file holds others or cannot be read."""
    index = _open(wanted.path)
    if index and index.facts.content != wanted.key:
        index.close()
        return None
    return index


def _open(path: Path) -> Index | None:
    if not path.is_file():
        return None
    if not _is_ours(path):
        log.warning("index_not_ours file=%s", path.name)
        return None
    try:
        index = _read(path)
    except (
        OSError,
        sqlite3.Error,
        TypeError,
        ValueError,
    ) as error:  # damaged, foreign, or of another version
        log.warning("index_unreadable file=%s error=%s", path.name, error)
        return None
    with suppress(OSError):  # a folder that others own: the file is used all the same
        path.touch()  # the ones used last are kept
    _keep_to_ourselves(path)
    return index


def _read(path: Path) -> Index:
    with ExitStack() as undo:
        lease = read_lease(path)
        undo.callback(lease.close)
        _roll_back(path)
        connection = sqlite3.connect(
            f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        undo.callback(connection.close)
        # Not mapped into memory: a mapped file that somebody truncates takes the process with it (SIGBUS).
        connection.execute(f"PRAGMA cache_size = -{_PAGES_KB}")
        index = Index(connection, lease)
        if not lease.reads(path):
            raise sqlite3.DatabaseError("another file has taken its place")
        undo.pop_all()
    return index


def _roll_back(path: Path) -> None:
    """Take back what a process wrote that was ended in the middle of it."""
    if _journal_of(path).exists():
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_schema")


def build_index(wanted: Wanted) -> Index:
    """Make the index of these stories, and put it in its place."""
    try:
        with ExitStack() as undo:
            connection, new = _new_file(wanted.path, undo)
            build(connection, wanted.key, wanted.stories, wanted.names)
            _put(new, wanted.path)
    except (OSError, sqlite3.DatabaseError) as error:  # read-only, no room, no such user
        log.warning("index_in_memory key=%s error=%s", wanted.key, error)
        return _in_memory(wanted)
    return open_index(wanted) or _in_memory(wanted)


def prepare_index(wanted: Wanted, base: Index | None = None) -> Finish:
    """Return what opens the index of these stories: the one there is, or that one changed, or a new one.

    *base* is what answers until then; without it, what lies in the folder is changed. All is written anew
    only if most of it changes.
    """
    index = open_index(wanted)
    finish = None if index else _changed(wanted, base)
    if finish:
        return finish
    made = index or build_index(wanted)
    return lambda: made


def _changed(wanted: Wanted, base: Index | None) -> Finish | None:
    """Change what there is, all but for the last step, or return None if it is better built anew."""
    with ExitStack() as undo:
        if not (old := base or _open(wanted.path)):
            return None
        if old is not base:
            undo.callback(old.close)
        if old.facts.names != mark_of_names(wanted.names):
            return None
        try:
            commit = _write_changes(wanted, differences(old.marks(), wanted.stories(), old.facts), old)
        except TooManyChangesError:
            return None
        except (OSError, sqlite3.DatabaseError) as error:  # a damaged base, no room
            log.warning("index_unchanged key=%s error=%s", wanted.key, error)
            return None
        keep = undo.pop_all()

    def finish() -> Index:
        try:
            with keep:
                commit()
        except sqlite3.DatabaseError as error:  # no room for the last of it: the file is as it was
            log.warning("index_in_memory key=%s error=%s", wanted.key, error)
            return _in_memory(wanted)
        return open_index(wanted) or build_index(wanted)

    return finish


def _write_changes(wanted: Wanted, changes: Changes, old: Index) -> Callable[[], None]:
    """Write changes into the file that *old* reads, or into a copy. Return what makes them true."""
    return _in_place(wanted, changes, old) or _in_a_copy(wanted, changes, old)


def _in_place(wanted: Wanted, changes: Changes, old: Index) -> Callable[[], None] | None:
    with ExitStack() as undo:
        if not (connection := _alone_with(wanted.path, old, undo)):
            return None
        connection.executescript(_IN_PLACE)
        change(connection, wanted.key, changes, wanted.names)
        keep = undo.pop_all()

    def commit() -> None:
        with keep:
            connection.execute("COMMIT")

    return commit


def _in_a_copy(wanted: Wanted, changes: Changes, old: Index) -> Callable[[], None]:
    with ExitStack() as undo:
        connection, new = _new_file(wanted.path, undo)
        old.copy_into(connection)
        with connection:
            change(connection, wanted.key, changes, wanted.names)
        _put(new, wanted.path)
    return lambda: None


def _alone_with(path: Path, old: Index, undo: ExitStack) -> sqlite3.Connection | None:
    """Open the file that *old* reads for writing, or return None if others have it open."""
    if not old.lease or (turn := folder_lease(folder())) is None:
        return None
    undo.callback(turn.close)
    if not old.lease.reads(path) or not _is_ours(path) or not old.lease.alone():
        return None
    undo.callback(old.lease.share)
    return undo.enter_context(closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)))


def _new_file(path: Path, undo: ExitStack) -> tuple[sqlite3.Connection, Path]:
    """Open a new file that will take that one's place."""
    new = _beside(path)
    _make_room()
    undo.callback(_delete, new)
    _create(new)
    connection = undo.enter_context(closing(sqlite3.connect(new)))
    connection.executescript(_FAST)
    return connection, new


def _put(new: Path, path: Path) -> None:
    _delete(_journal_of(path))  # of the old one, or it would be rolled back into the new
    new.replace(path)
    _tidy(path)


def _in_memory(wanted: Wanted) -> Index:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.executescript(_FAST)
    build(connection, wanted.key, wanted.stories, wanted.names)
    return Index(connection)


def _tidy(newest: Path) -> None:
    """Delete what nobody will open again. Who has it open reads on."""
    place = newest.parent
    with suppress(OSError):  # another process may be deleting the same ones
        now = newest.stat().st_mtime  # by the clock that dates the others, too: a host's may be wrong
        # Earlier versions had a file for each content.
        old = [*place.glob("search-*.sqlite"), *place.glob("search-*.key")]
        others = sorted(place.glob("stories-*.sqlite"), key=lambda f: f.stat().st_mtime, reverse=True)
        others.remove(newest)
        old += [
            file for file in others if file in others[KEPT - 1 :] or file.stat().st_mtime < now - KEPT_FOR
        ]
        half_written = [*place.glob(".search-*"), *place.glob(".stories-*")]
        old += [file for file in half_written if file.stat().st_mtime < now - _A_DAY]
        for file in old:
            for path in (file, file.with_suffix(".key"), _journal_of(file)):
                _delete(path)


def _delete(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
