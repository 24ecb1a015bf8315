"""Gets at what is to be imported: a file, standard input or, only if it is one, a web address."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from bot.core.errors import RoundupError

# Twenty times the longest roundup seen; more is no roundup, and reading it would only take long.
MOST_BYTES = 5 * 1024 * 1024
# Of its words, without a page's scripts and styles. 500 stories, all a digest holds, have fewer.
MOST_CHARACTERS = 500_000
MOST_LINES = 20_000

_BINARY = (
    *(b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"),
    *(b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"RIFF", b"OggS", b"ID3", b"{\\rtf"),
)


def read_source(
    source: str, *, stdin: BinaryIO | None = None, proxy: Callable[[str], str] = lambda _: ""
) -> bytes:
    """Return what *source* holds. A path is never fetched, an address never opened as a file.

    *proxy* names the proxy for an address, if it needs one.
    """
    if source == "-":
        return checked((stdin or sys.stdin.buffer).read(MOST_BYTES + 1), "standard input")
    if re.match(r"https?://", source, re.IGNORECASE):
        from bot.importing.web import fetch

        return checked(fetch(source, most=MOST_BYTES, proxy=proxy), source)
    if "://" in source:
        raise RoundupError(f"{source}: only http and https addresses can be imported")
    return _read_file(source)


def _read_file(source: str) -> bytes:
    path = Path(source)
    try:
        if not path.is_file():
            what = (
                "is a folder" if path.is_dir() else "is no file" if path.exists() else "there is no such file"
            )
            raise RoundupError(f"{source}: {what}; give a file, - for standard input, or a web address")
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as e:  # no permission, a name with a NUL
        raise RoundupError(f"{source}: cannot be read: {getattr(e, 'strerror', None) or e}") from e
    return checked(content, source)


def checked(content: bytes, source: str) -> bytes:
    """Return what can be a roundup; RoundupError for what is too long, empty or no text."""
    if len(content) > MOST_BYTES:
        raise RoundupError(f"{source}: more than {MOST_BYTES // 1024 // 1024} MB; import the roundup alone")
    if not content.strip():
        raise RoundupError(f"{source}: it is empty")
    if content.startswith(_BINARY):
        raise RoundupError(f"{source}: this is a binary file; save it as text or HTML and import that")
    return content


def check_length(*, characters: int = 0, lines: int = 0) -> None:
    """Refuse words that are far more than a roundup's, before time is spent on them."""
    for count, most, things in [(characters, MOST_CHARACTERS, "characters"), (lines, MOST_LINES, "lines")]:
        if count > most:
            raise RoundupError(
                f"this has {count:,} {things} of text, and a roundup no more than {most:,}; "
                "cut the roundup out and import it alone"
            )


def check_words(text: str) -> None:
    """Refuse a text that is far longer than a roundup."""
    check_length(characters=len(text), lines=text.count("\n"))


def decode(content: bytes, source: str) -> str:
    """Return the text of *content*: UTF-8, UTF-16 or, if it is neither, what HTML says or Windows' Latin."""
    encoding = _encoding(content)
    try:
        text = content.decode(encoding)
    except (LookupError, UnicodeDecodeError):  # not what it says it is
        # Not Latin-1: what is called so on the web is Windows' own, with its curly quotes and dashes.
        text = content.decode("cp1252", "replace")
    if _garbled(text):
        raise RoundupError(
            f"{source}: this is not text (or in an encoding that cannot be told); save it as UTF-8"
        )
    return text


def _encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = content[:2000]
    if sample.count(0) > len(sample) / 5:  # every second byte of Latin text
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        named = re.search(rb"<meta[^>]+charset=[\"']?([\w-]+)", content[:4000], re.IGNORECASE)
        return named[1].decode("ascii", "replace") if named else "cp1252"
    return "utf-8-sig"


def _garbled(text: str) -> bool:
    odd = sum(
        c == "\ufffd" or (c < " " and c not in "\t\n\r\f\v\x1b\x1c\x1d\x1e\x1f") for c in text[:100_000]
    )
    return odd > 3 + len(text[:100_000]) / 100 or not any(c.isalnum() for c in text)
