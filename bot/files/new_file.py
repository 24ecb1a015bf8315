"""Writes files that are not there yet: each whole, or not at all. What is there is never overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.core.errors import RoundupError


def make_folder(folder: Path) -> None:
    """Make a folder, and those it is in, unless it is there; RoundupError if that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as e:  # such as a file of that name
        raise RoundupError(f"{folder}: the folder cannot be made: {e.strerror}") from e


def write_new(path: Path, content: bytes, *, taken: str = "") -> None:
    """Write a new file; RoundupError if one is there; *taken* goes on to say what to do then.

    Half a file, of a disk that is full, would be read for a whole one, and be in the way of the next try.
    """
    try:
        file = path.open("xb")
    except FileExistsError as e:
        raise RoundupError(f"{path}: is there already{taken}") from e
    except OSError as e:
        raise _cannot_be_written(path, e) from e
    try:
        with file:
            file.write(content)
    except OSError as e:
        path.unlink(missing_ok=True)
        raise _cannot_be_written(path, e) from e


def write_all_new(files: Mapping[Path, bytes]) -> None:
    """Write several that belong together: all of them, or none."""
    written: list[Path] = []
    try:
        for path, content in files.items():
            write_new(path, content)
            written.append(path)
    except RoundupError:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def _cannot_be_written(path: Path, error: OSError) -> RoundupError:
    return RoundupError(f"{path}: cannot be written: {error.strerror}")
