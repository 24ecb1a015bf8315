"""What stands in a file, as text. What can be none is refused before it is read, or where that begins."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Final

Place = tuple[int, int]  # line and column, from 1
Signature = tuple[int, ...]  # of a file as it lies there

# 25 stories of 12,000 Chinese characters (3 bytes each) fit; anything larger is not a digest. Checked before
# the bytes are read.
MAX_BYTES = 1024 * 1024
UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OTHER_ENDINGS = {".yaml": ".yml", ".yml": ".yaml"}
# Line breaks to YAML 1.1 but not to editors: pasted from the web, they end a block of text half way.
_ODD_BREAKS = str.maketrans("\x85\u2028\u2029", "   ")


class UnreadableError(Exception):
    """There is no text to look at."""

    def __init__(self, text: str, place: Place = (1, 1)) -> None:
        super().__init__(text)
        self.place = place


def read_bytes(path: Path) -> bytes | None:
    """Return what stands in a file, or None if nobody would even look at it."""
    try:
        return read_regular(path)
    except UnreadableError:
        return None


def signature(path: str | Path | os.DirEntry[str]) -> Signature:
    """Return what differs as soon as the file does, without reading it; empty if it is not there."""
    try:
        status = path.stat() if isinstance(path, os.DirEntry) else os.stat(path)
    except OSError:
        return ()
    # ctime tells even a change that kept size and mtime.
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def read_regular(path: Path) -> bytes:
    """Return what stands in a regular file; UnreadableError for anything else, or too much of it."""
    try:
        # Without O_NONBLOCK opening a FIFO waits for a writer for ever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError as e:
        raise UnreadableError(f"no such file{_but(path)}") from e
    except (OSError, ValueError) as e:  # no permission, a loop of links; ValueError: NUL in the name
        raise UnreadableError(f"cannot be read: {getattr(e, 'strerror', None) or e}") from e
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError("not a regular file")
        if status.st_size > MAX_BYTES:
            raise UnreadableError(f"{status.st_size:,} bytes; at most {MAX_BYTES:,} are read")
        with open(handle, "rb", closefd=False) as stream:
            return stream.read(MAX_BYTES)
    except OSError as e:  # a disk or a network mount that fails
        raise UnreadableError(f"cannot be read: {e.strerror}") from e
    finally:
        os.close(handle)


def _but(path: Path) -> str:
    """Tell of a file that has what was looked for, but for how its name ends."""
    ending = _OTHER_ENDINGS.get(path.suffix, "")
    is_there = ending and path.with_suffix(ending).is_file()
    return f", only one that ends in {ending}; rename it" if is_there else ""


def decoded(content: bytes) -> str:
    """Return the text of it; UnreadableError with the place where it is none."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError("UTF-16; save the file as UTF-8")
    try:
        # A byte order mark and CRLF are what Windows editors write: harmless, so accepted.
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        before = content[: e.start].decode("utf-8-sig")
        reason = f"not UTF-8 (byte 0x{content[e.start]:02x}); save the file as UTF-8"
        raise UnreadableError(reason, _end(before)) from e
    text = text.translate(_ODD_BREAKS)
    if bad := UNPRINTABLE.search(text):
        code = f"U+{ord(bad[0]):04X}"
        raise UnreadableError(f"control character {code}; delete it", _end(text[: bad.start()]))
    if not text.strip():
        raise UnreadableError("empty file")
    return text


def _end(text: str) -> Place:
    lines = re.split("\r\n|\r|\n", text)
    return len(lines), len(lines[-1]) + 1
