"""Gets at what is to be imported: a file, standard input or, only if it is one, a web address."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bot.core.errors import RoundupError
from bot.importing.encoding import Decoded, decoded
from bot.importing.ways import OR_NAME_IT

# Twenty times the longest roundup seen; more is no roundup, and reading it would only take long.
MOST_BYTES = 5 * 1024 * 1024
# Of its words, without a page's scripts and styles. 500 stories, all a digest holds, have fewer.
MOST_CHARACTERS = 500_000
MOST_LINES = 20_000
# Where each may be a headline: six for each of the stories. The longest page of the benchmarks has 1,815.
MOST_PARAGRAPHS = 3_000

_BINARY = (
    *(b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"),
    *(b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"RIFF", b"OggS", b"ID3", b"{\\rtf"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be imported, as it came."""

    content: bytes
    name: str  # a file's name or an address, that of the page itself after redirects
    content_type: str = ""


def read_source(
    source: str, *, stdin: BinaryIO | None = None, proxy: Callable[[str], str] = lambda _: ""
) -> Source:
    """Return what *source* holds. A path is never fetched, an address never opened as a file.

    *proxy* names the proxy for an address, if it needs one.
    """
    if source == "-":
        return Source(checked((stdin or sys.stdin.buffer).read(MOST_BYTES + 1), "standard input"), source)
    if re.match(r"https?://", source, re.IGNORECASE):
        from bot.importing.web import fetch

        page = fetch(source, most=MOST_BYTES, proxy=proxy)
        return Source(checked(page.content, source), page.url, page.content_type)
    if "://" in source:
        raise RoundupError(f"{source}: only http and https addresses can be imported")
    return Source(_read_file(source), source)


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
    return content


# What is no roundup though it is text: how it begins, and what to do instead.
_NO_ROUNDUPS = [
    (re.compile(r"<\?xml[^>]*>\s*(<!--.*?-->\s*)*<opml|<opml", re.IGNORECASE | re.DOTALL),
     "this is OPML, a list of feeds; import one of its feeds"),
    (re.compile(r"<!DOCTYPE NETSCAPE-Bookmark-file-1", re.IGNORECASE),
     "these are a browser's bookmarks, which have no texts; import the pages"),
    (re.compile(r"\s*\{\s*\"(checksum|roots)\"\s*:.*\"(roots|bookmark_bar)\"", re.DOTALL),
     "these are a browser's bookmarks, which have no texts; import the pages"),
]  # fmt: skip


def check_kind(content: bytes, source: str) -> None:
    """Refuse by its name what is no roundup."""
    if content.startswith(_BINARY):
        what, ways = "this is a binary file", "text, HTML or docx"
        if source.casefold().endswith(".docx"):
            what, ways = "this is no Word document, or a broken one", "text or HTML, or as docx once more"
        raise RoundupError(f"{source}: {what}; save it as {ways}, and take that")
    top = content[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").decode("latin-1")
    for pattern, remedy in _NO_ROUNDUPS:
        if pattern.match(top):
            raise RoundupError(f"{source}: {remedy}")


def check_length(*, characters: int = 0, lines: int = 0, paragraphs: int = 0) -> None:
    """Refuse words that are far more than a roundup's, before time is spent on them."""
    for count, most, things in [
        (characters, MOST_CHARACTERS, "characters"),
        (lines, MOST_LINES, "lines"),
        (paragraphs, MOST_PARAGRAPHS, "paragraphs or single lines"),
    ]:
        if count > most:
            raise RoundupError(
                f"this has more than {most:,} {things} of text, and no roundup has so many; "
                "cut the roundup out and import it alone"
            )


def check_words(text: str) -> None:
    """Refuse a text that is far longer than a roundup."""
    check_length(characters=len(text), lines=text.count("\n"))


def decode(content: bytes, source: str, *, declared: str = "", override: str = "") -> Decoded:
    """Return the text of *content*, or refuse what is none."""
    said = decoded(content, declared=declared, override=override)
    if _is_no_text(said.text):
        raise RoundupError(
            f"{source}: this is not text (or in an encoding that cannot be told); save it as "
            f"UTF-8{OR_NAME_IT}"
        )
    return said


def _is_no_text(text: str) -> bool:
    odd = sum(
        c == "\ufffd" or (c < " " and c not in "\t\n\r\f\v\x1b\x1c\x1d\x1e\x1f") for c in text[:100_000]
    )
    return odd > 3 + len(text[:100_000]) / 100 or not any(c.isalnum() for c in text)
