"""Where index files live: in the user's cache folder, under the hash of what they hold.

They are derived and may be deleted at will. A file that is damaged, foreign or of another version is built
anew; where nothing can be written, the index stays in memory. None of this is an error to a reader.
"""

from __future__ import annotations

import logging
import os
import re
import sqlite3
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from secrets import token_hex

from bot.core.search.answer import Document
from bot.search.index import Index, Writer, create

log = logging.getLogger(__name__)

_A_DAY = 24 * 3600
_PAGES_KB = 4096  # of the file kept by each process; the system's own cache has the rest
KEPT = 8  # files; each change of the archive makes one
# A half-written file is never seen by anybody, so it need not survive a crash.
_FAST = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA secure_delete = OFF; PRAGMA cache_size = -32768
"""


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


def path_of(key: str) -> Path:
    """Return where the index of that content lives."""
    return folder() / f"search-{key}.sqlite"


def recall(name: str) -> str | None:
    """Return the key that was noted under that name, if any."""
    if not _is_ours(_note_of(name)):
        return None
    try:
        noted = _note_of(name).read_text("ascii")
    except (OSError, ValueError):  # none yet, not ours, not text
        return None
    return noted if re.fullmatch("[0-9a-f]{32}", noted) else None


def note(name: str, key: str) -> None:
    """Note a key, for `recall`. Where nothing can be written, nothing is noted."""
    path = _note_of(name)
    new = path.with_name(f".{path.name}.{token_hex(6)}")
    with suppress(OSError):
        _make_room()
        _create(new)
        new.write_text(key, "ascii")
        new.replace(path)


def _note_of(name: str) -> Path:
    return folder() / f"search-{name}.key"


def open_index(key: str) -> Index | None:
    """Open the index of that content, or return None if there is none that can be read."""
    path = path_of(key)
    if not path.is_file():
        return None
    if not _is_ours(path):
        log.warning("index_not_ours file=%s", path.name)
        return None
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    try:
        # Not mapped into memory: a mapped file that somebody truncates takes the process with it (SIGBUS).
        connection.execute(f"PRAGMA cache_size = -{_PAGES_KB}")
        index = Index(connection)
    except (sqlite3.Error, TypeError, ValueError) as error:  # damaged, foreign, or of another version
        connection.close()
        log.warning("index_unreadable file=%s error=%s", path.name, error)
        return None
    with suppress(OSError):  # a folder that others own: the file is used all the same
        path.touch()  # the ones used last are kept
    _keep_to_ourselves(path)
    return index


def build_index(
    key: str,
    documents: Callable[[], Iterable[Document]],
    names: Mapping[str, Sequence[str]],
    *,
    base: Index | None = None,
) -> Index:
    """Make the index of these stories, from *base* if there is one, and put it in its place."""
    path = path_of(key)
    new = path.with_name(f".{path.name}.{token_hex(6)}")
    try:
        _make_room()
        _create(new)
        with closing(sqlite3.connect(new)) as connection:
            _write(connection, documents(), names, base)
        new.replace(path)
    except (OSError, sqlite3.DatabaseError) as error:  # read-only, no room, no such user; or a damaged base
        log.warning("index_in_memory key=%s error=%s", key, error)
        return _in_memory(documents(), names)
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)
    _prune(path)
    return open_index(key) or _in_memory(documents(), names)


def _in_memory(documents: Iterable[Document], names: Mapping[str, Sequence[str]]) -> Index:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    _write(connection, documents, names, None)
    return Index(connection)


def _write(
    connection: sqlite3.Connection,
    documents: Iterable[Document],
    names: Mapping[str, Sequence[str]],
    base: Index | None,
) -> None:
    connection.executescript(_FAST)
    if base:
        base.copy_into(connection)
    else:
        create(connection)
    with connection:
        Writer(connection, names).write(documents)


def _prune(newest: Path) -> None:
    """Delete all but the files used last, and what a crash left half-written a day ago."""
    with suppress(OSError):  # another process may be deleting the same ones
        for pattern in ("search-*.sqlite", "search-*.key"):
            files = sorted(newest.parent.glob(pattern), key=lambda f: f.stat().st_mtime, reverse=True)
            for file in files[KEPT:]:
                file.unlink(missing_ok=True)
        for file in newest.parent.glob(".search-*"):
            if file.stat().st_mtime < newest.stat().st_mtime - _A_DAY:
                file.unlink(missing_ok=True)
