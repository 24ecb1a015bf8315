"""Digests as they were read before, so that a restart need not read ten years of YAML again.

Derived, and may be deleted at will: what is found here is what `read_digest` made of the very same bytes.
Where nothing can be kept, or what is kept is not ours alone, files are read as if there was nothing.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, astuple
from datetime import date
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol

from bot.core import addresses, sizes
from bot.core import digest as digest_module
from bot.core.digest import Digest, Image, Story
from bot.core.errors import Problem
from bot.core.markdown import tree
from bot.core.markdown.tree import NO_TEXT, Code, Item, Node, Paragraph, Quote, Run, Text
from bot.files import digest_file, markdown, parsing, raw, scalars, written, yamlfile
from bot.files.digest_file import open_digest, read_digest
from bot.files.raw import read_bytes

log = logging.getLogger(__name__)


class Read(Protocol):
    """Reads a digest, see `read_digest`. *content* is what stands in its file, if that is known."""

    def __call__(self, path: Path, content: bytes | None = None) -> tuple[Digest | None, list[Problem]]: ...


KEPT = 5_000  # the ones written last; each change of a file makes one
_SCHEMA = "CREATE TABLE IF NOT EXISTS digests (key BLOB PRIMARY KEY, digest TEXT NOT NULL)"
_PRUNE = "DELETE FROM digests WHERE rowid <= (SELECT max(rowid) FROM digests) - ?"


class KnownDigests:
    """One file of them, shared by whoever reads digests on this host under this user."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def reading(self) -> Iterator[Read]:
        """Give what reads digests as `read_digest` does; what is new is kept at the end."""
        try:
            _reader()
            connection = _open(self._path)
        except (OSError, sqlite3.Error) as error:  # read-only, no room, another user's, damaged, in use
            log.info("digests_not_kept error=%s", error)
            yield read_digest
            return
        with closing(connection):
            new: dict[bytes, Digest] = {}
            yield lambda path, content=None: _read(path, content, connection, new)
            _keep(connection, new)


def _read(
    path: Path, content: bytes | None, connection: sqlite3.Connection, new: dict[bytes, Digest]
) -> tuple[Digest | None, list[Problem]]:
    content = read_bytes(path) if content is None else content
    if content is None:
        return read_digest(path)
    key = _key(path.stem, content)
    if known := _find(connection, key):
        return known, []
    digest, file = open_digest(path, content)
    if digest and not file.problems:  # what is said of the others has the path in it
        new[key] = digest
    return digest, file.problems


def _find(connection: sqlite3.Connection, key: bytes) -> Digest | None:
    try:
        row = connection.execute("SELECT digest FROM digests WHERE key = ?", [key]).fetchone()
        return _thawed(json.loads(row[0])) if row else None
    except (sqlite3.Error, ValueError, TypeError, KeyError):  # damaged: the file itself is there
        return None


def _keep(connection: sqlite3.Connection, new: dict[bytes, Digest]) -> None:
    if not new:
        return
    rows = [(key, json.dumps(_frozen(digest), default=str)) for key, digest in new.items()]
    try:
        with connection:
            connection.executemany("INSERT OR REPLACE INTO digests VALUES (?, ?)", rows)
            connection.execute(_PRUNE, [KEPT])
    except sqlite3.Error as error:  # no room, or another process is writing: the next restart reads them
        log.info("digests_not_kept error=%s", error)


def _open(path: Path) -> sqlite3.Connection:
    """Open the file, new if it is damaged; OSError if others could have written what stands in it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _ours_alone(path.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600))
    _ours_alone(path)
    try:
        return _connect(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # in use, or no room; nothing is wrong with it
            raise
        path.unlink()
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=0.1)
    try:
        connection.execute(_SCHEMA)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _ours_alone(path: Path) -> None:
    """Make sure that nobody else can have put anything there: a row becomes news as it stands."""
    status = path.lstat()
    if status.st_uid != os.geteuid():
        raise PermissionError(f"{path.name} is another user's")
    if status.st_mode & 0o022:
        if not stat.S_ISDIR(status.st_mode):
            raise PermissionError(f"{path.name} can be written by others")
        path.chmod(0o700)


_READ_WITH = (
    raw,
    parsing,
    yamlfile,
    written,
    scalars,
    digest_file,
    markdown,
    sizes,
    addresses,
    digest_module,
    tree,
)


@cache
def _reader() -> bytes:
    """Tell readers apart: what another version, ours or a library's, made of the same bytes may differ."""
    sources = (Path(str(m.__file__)) for m in _READ_WITH)
    code = b"".join(source.read_bytes() for source in sources)
    others = repr((sys.version, parsing.READ_WITH, yamlfile.READ_WITH, markdown.READ_WITH)).encode()
    return blake2b(others + code, digest_size=16).digest()


def _key(name: str, content: bytes) -> bytes:
    return blake2b(os.fsencode(name) + b"\0" + content, key=_reader(), digest_size=32).digest()


def _frozen(digest: Digest) -> dict[str, Any]:
    fields = {**asdict(digest), "intro": _frozen_text(digest.intro)}
    for story, entry in zip(digest.stories, fields["stories"], strict=True):
        entry |= {"body": _frozen_text(story.body), "summary": _frozen_text(story.summary)}
    return fields


def _frozen_text(text: Text) -> list[Any]:
    # Its shape, too, and as short as can be: to read it anew would be most of a restart.
    nodes = ([type(node).__name__, *astuple(node)] for node in text.nodes)
    return [text.source, list(nodes)] if text else []


def _thawed_text(frozen: list[Any]) -> Text:
    return Text(frozen[0], tuple(_node(*node) for node in frozen[1])) if frozen else NO_TEXT


def _node(kind: str, words: Any, *rest: Any) -> Node:
    if kind == "Code":
        return Code(words)
    kinds: dict[str, Callable[..., Node]] = {"Paragraph": Paragraph, "Item": Item, "Quote": Quote}
    return kinds[kind](tuple(Run(*run) for run in words), *rest)


def _thawed(fields: dict[str, Any]) -> Digest:
    stories = tuple(map(_story, fields["stories"]))
    day = date.fromisoformat(fields["date"])
    intro = _thawed_text(fields["intro"])
    return Digest(**{**_tupled(fields), "date": day, "stories": stories, "intro": intro})


def _story(fields: dict[str, Any]) -> Story:
    image = Image(**fields["image"]) if fields["image"] else None
    body, summary = _thawed_text(fields["body"]), _thawed_text(fields["summary"])
    return Story(**{**_tupled(fields), "image": image, "body": body, "summary": summary})


def _tupled(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
