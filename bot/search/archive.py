"""Reads an archive: one story a line, as JSON. Says file and line of what is wrong, and stops there."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterator
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any, cast

from bot.core.errors import RoundupError
from bot.core.search.answer import Document
from bot.search.cache import note, recall
from bot.search.engine import SearchEngine
from bot.search.schema import VERSION

_SETTLED = 2  # seconds; clocks of file systems are coarse, so a newer file may change without a trace


def search_archive(path: Path, *, today: Callable[[], date]) -> SearchEngine:
    """Open the index of an archive, or build it. A file seen before is not even hashed again."""
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            # Its content comes once, and goes to the hash: the index would be built from nothing.
            raise RoundupError(f"{path}: a pipe or a device; write it into a file and give that to --archive")
        source = f"archive {path.resolve()}"
        name = _identity(path)
        if not (content := recall(source, name)):
            content = _hash(path)
            if time.time() - path.stat().st_ctime > _SETTLED and _identity(path) == name:
                note(source, name, content)
    except OSError as error:  # missing, a folder, not allowed
        raise RoundupError(
            f"{path}: {error.strerror}; --archive takes a file with one JSON story a line"
        ) from error
    return SearchEngine(content, lambda: read_archive(path), {}, today=today, source=source)


def _identity(path: Path) -> str:
    """Return what changes whenever the file does: its inode, its size, and times that nobody can set."""
    stat = path.stat()
    facts = (VERSION, stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
    return blake2b(repr(facts).encode(), digest_size=16).hexdigest()


def _hash(path: Path) -> str:
    content = blake2b(f"archive {VERSION}\n".encode(), digest_size=16)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            content.update(block)
    return content.hexdigest()


def read_archive(path: Path) -> Iterator[Document]:
    """Yield the stories of an archive. RoundupError at the first line that is none, or repeats an id."""
    seen: set[str | int] = set()
    with _open(path) as file:
        try:
            for number, line in enumerate(file, 1):
                if not line.isspace():
                    story = _story(line, f"{path}:{number}")
                    if story.id in seen:
                        raise RoundupError(
                            f"{path}:{number}: id {json.dumps(story.id)} is there twice; ids are unique"
                        )
                    seen.add(story.id)
                    yield story
        except (gzip.BadGzipFile, EOFError) as error:
            raise RoundupError(f"{path}: not a whole gzip file: {error}") from error


def _open(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast("IO[bytes]", gzip.open(path))
    return path.open("rb")


def _story(line: bytes, place: str) -> Document:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:  # no JSON, no UTF-8, nested without end
        raise RoundupError(f"{place}: not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise RoundupError(f'{place}: not an object; a line is {{"id", "headline", "body", …}}')
    id_ = fields.get("id")
    if isinstance(id_, bool) or not isinstance(id_, str | int):
        raise RoundupError(f"{place}: id: a text or a whole number is needed")
    return Document(
        id=id_,
        headline=_text(fields, "headline", place),
        body=_text(fields, "body", place) if fields.get("body") is not None else "",
        companies=_names(fields, "companies", place),
        tags=_names(fields, "tags", place),
        date=_date(fields, place),
    )


def _text(fields: dict[str, Any], key: str, place: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str):
        raise RoundupError(f"{place}: {key}: a text is needed")
    return value


def _names(fields: dict[str, Any], key: str, place: str) -> tuple[str, ...]:
    value = fields.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise RoundupError(f"{place}: {key}: a list of names is needed")
    return tuple(value)


def _date(fields: dict[str, Any], place: str) -> date:
    try:
        return date.fromisoformat(fields.get("date", ""))
    except (TypeError, ValueError) as error:
        raise RoundupError(f"{place}: date: a day is needed, like 2020-05-01") from error
