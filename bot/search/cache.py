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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from hashlib import blake2b
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from bot.core.search.answer import Document
from bot.search.index import Index
from bot.search.lease import folder_lease, patient_folder_lease, read_lease
from bot.search.schema import OtherVersionError, mark_of_names
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
_IN_PLACE = "PRAGMA cache_spill = OFF; PRAGMA synchronous = {}; BEGIN IMMEDIATE"
_BOOT = Path("/proc/sys/kernel/random/boot_id")  # another one each time the machine starts


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


def _mark_of(path: Path) -> Path:
    """Return what lies beside an index whose last change may not be on the disk yet."""
    return path.with_name(f"{path.name}-unsettled")


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
    except OtherVersionError:
        log.info("index_outdated file=%s", path.name)
        return None
    except (OSError, sqlite3.Error, TypeError, ValueError) as error:  # damaged, or foreign
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
        if _lost_power(path):
            raise sqlite3.DatabaseError("half of a change may be lost: the machine stopped")
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


def _boot() -> str:
    """Return which run of the machine this is, "" where no file tells."""
    try:
        return _BOOT.read_text("ascii").strip()
    except (OSError, ValueError):
        return ""


def _lost_power(path: Path) -> bool:
    """Tell whether the machine stopped before a change was on the disk."""
    try:
        return _mark_of(path).read_text("ascii") != _boot()
    except (OSError, ValueError):  # no mark
        return False


def _mark(path: Path, boot: str) -> None:
    """Say, so that it outlasts everything, that a change of this file is not on the disk."""
    with _mark_of(path).open("w", encoding="ascii") as mark:
        mark.write(boot)
        mark.flush()
        os.fsync(mark.fileno())
    _sync(path.parent)


def _settle(path: Path) -> None:
    """Wait until a change is on the disk, and take the mark away."""
    if _mark_of(path).exists() and (turn := folder_lease(path.parent)):  # or who changes it now will
        with closing(turn), suppress(OSError):
            _sync(path)
            _delete(_mark_of(path))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _roll_back(path: Path) -> None:
    """Take back what a process wrote that was ended in the middle of it."""
    if _journal_of(path).exists():
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_schema")


def build_index(wanted: Wanted) -> Index:
    """Make the index of these stories, and put it in its place."""
    try:
        return _new_index(wanted.path, lambda new: build(new, wanted.key, wanted.stories, wanted.names))
    except (OSError, sqlite3.DatabaseError) as error:  # read-only, no room, no such user
        log.warning("index_in_memory key=%s error=%s", wanted.key, error)
        return _in_memory(wanted)


@contextmanager
def prepared_index(wanted: Wanted, base: Index | None = None) -> Iterator[Finish]:
    """Give what opens the index of these stories: the one there is, or that one changed, or a new one.

    *base* is what answers until then; without it, what lies in the folder is changed. All is written anew
    only if most of it changes. Whoever waits for what is opened need not wait for the disk, too: that is
    seen to at the end.
    """
    yield _prepare(wanted, base)
    _settle(wanted.path)


def _prepare(wanted: Wanted, base: Index | None) -> Finish:
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
            changes = differences(old.marks(), wanted.stories(), old.facts)
            commit = _in_place(wanted, changes, old, undo)
            copy = None if commit else _copied(wanted, changes, old)
        except TooManyChangesError:
            return None
        except (OSError, sqlite3.DatabaseError) as error:  # a damaged base, no room
            log.warning("index_unchanged key=%s error=%s", wanted.key, error)
            return None
        keep = undo.pop_all()

    def finish() -> Index:
        with keep:
            if copy or not commit:
                return copy or build_index(wanted)
            try:
                commit()
            except sqlite3.DatabaseError as error:  # no room for the last of it: the file is as it was
                log.warning("index_in_memory key=%s error=%s", wanted.key, error)
                return _in_memory(wanted)
            return open_index(wanted) or build_index(wanted)

    return finish


def _in_place(wanted: Wanted, changes: Changes, old: Index, until: ExitStack) -> Callable[[], None] | None:
    """Write changes into the file that *old* reads, and return what makes them true; None if others read it.

    Nobody else changes a file of the folder before the end of *until*.
    """
    if not old.lease or (turn := folder_lease(folder())) is None:
        return None
    until.callback(turn.close)
    with ExitStack() as undo:
        if not (connection := _alone_with(wanted.path, old, undo)):
            turn.close()
            return None
        boot = _boot()
        connection.executescript(_IN_PLACE.format("OFF" if boot else "NORMAL"))
        change(connection, wanted.key, changes, wanted.names)
        if boot:
            _mark(wanted.path, boot)
        keep = undo.pop_all()

    def commit() -> None:
        with keep:
            connection.execute("COMMIT")

    return commit


def _copied(wanted: Wanted, changes: Changes, old: Index) -> Index:
    def write(new: sqlite3.Connection) -> None:
        old.copy_into(new)
        with new:
            change(new, wanted.key, changes, wanted.names)

    return _new_index(wanted.path, write)


def _alone_with(path: Path, old: Index, undo: ExitStack) -> sqlite3.Connection | None:
    """Open the file that *old* reads for writing, or return None if others have it open."""
    if not old.lease or not old.lease.reads(path) or not _is_ours(path) or not old.lease.alone():
        return None
    undo.callback(old.lease.share)
    return undo.enter_context(closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)))


def _new_index(path: Path, write: Callable[[sqlite3.Connection], None]) -> Index:
    """Write a new file, put it in that one's place, and return it open."""
    new = _beside(path)
    _make_room()
    with ExitStack() as undo:
        undo.callback(_delete, new)
        _create(new)
        with closing(sqlite3.connect(new)) as connection:
            connection.executescript(_FAST)
            write(connection)
        index = _read(new)  # before it is there: another process may put its own in its place
        undo.callback(index.close)
        _put(new, path)
        undo.pop_all()
    return index


def _put(new: Path, path: Path) -> None:
    # Not while somebody changes the old one: the journal is theirs.
    turn = patient_folder_lease(path.parent)
    with closing(turn) if turn else nullcontext():
        _replace(new, path)
    _tidy(path)


def _replace(new: Path, path: Path) -> None:
    _delete(_journal_of(path))  # of the old one, or it would be rolled back into the new
    new.replace(path)
    _delete(_mark_of(path))


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
            for path in (file, file.with_suffix(".key"), _journal_of(file), _mark_of(file)):
                _delete(path)


def _delete(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
