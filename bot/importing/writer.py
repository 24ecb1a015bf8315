"""Writes a digest as the YAML an editor would have written by hand.

Quoted only where YAML would read something else, bodies as blocks of text, keys in the order of the
contract. What `read_digest` reads from it is the same digest again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date

from bot.core.digest import Digest, Image, Story
from bot.core.markdown.tree import Text

_WIDTH = 110
# Starts with no sign YAML knows, holds nothing that ends or comments a value.
_PLAIN = re.compile(r"[^\W_](?:[^\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff]*[^\s\x00-\x1f:])?")
_NOT_PLAIN = re.compile(r":\s|\s#|[\u200e\u200f\ufffe\uffff]")
# What some YAML reader or other takes for something else than words.
_NOT_WORDS = re.compile(
    r"(?:y|n|yes|no|on|off|true|false|null|nan|inf)|[-+.\d][\d_,.:eExXoa-fA-F+/TZ -]*", re.IGNORECASE
)
_BREAKS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def write_digest(digest: Digest) -> str:
    """Return the file's text."""
    return "\n".join(
        [
            *_head(digest, _text("intro", digest.intro, "")),
            "stories:",
            *(row for story in digest.stories for row in _story(story)),
            "",
        ]
    )


def file_name(day: date, title: str) -> str:
    """Return the name a digest of that day and title has: date, then the title's words."""
    said = title.rsplit(": ", 1)[-1] if ": " in title else title
    slug = re.sub(r"[\W_]+", "-", said.casefold()).strip("-")
    return f"{day.isoformat()}-{_cut(slug) or 'roundup'}"


def _cut(slug: str, most: int = 60) -> str:
    while len(slug.encode()) > most and "-" in slug:
        slug = slug.rsplit("-", 1)[0]
    return slug.encode()[:most].decode(errors="ignore")


def head(digest: Digest) -> Iterator[str]:
    """Yield what the file says of the digest itself, but for its intro."""
    yield from _head(digest, ())


def _head(digest: Digest, intro: Iterable[str]) -> Iterator[str]:
    yield f"title: {scalar(digest.title)}"
    yield f"date: {digest.date.isoformat()}"
    yield from _optional("url", digest.url)
    yield from intro
    yield from _optional("newsletter", digest.newsletter)
    yield from _list("tags", digest.tags, "")
    if digest.draft:
        yield "draft: true"


def _story(story: Story) -> Iterator[str]:
    indent = " " * 4
    yield f"  - headline: {scalar(story.headline)}"
    yield from _optional("section", story.section, indent)
    yield from _optional("summary", story.summary.source, indent)
    yield from _text("body", story.body, indent)
    yield from _about(story, indent)


def facts(story: Story) -> Iterator[str]:
    """Yield what the file says of a story, but for its headline and body."""
    yield from _optional("section", story.section)
    yield from _optional("summary", story.summary.source)
    yield from _about(story, "")


def _about(story: Story, indent: str) -> Iterator[str]:
    yield from _list("companies", story.companies, indent)
    yield from _list("tags", story.tags, indent)
    yield from _optional("url", story.url, indent)
    if story.image:
        yield from _image(story.image, indent)


def _image(image: Image, indent: str) -> Iterator[str]:
    yield f"{indent}image:"
    yield f"{indent}  alt: {scalar(image.alt)}"
    yield from _optional("caption", image.caption, f"{indent}  ")
    yield from _optional("url", image.url, f"{indent}  ")


def _optional(key: str, value: str, indent: str = "") -> Iterator[str]:
    if value:
        yield f"{indent}{key}: {scalar(value)}"


def _text(key: str, text: Text, indent: str) -> Iterator[str]:
    source = text.source
    if _BREAKS.search(source.replace("\n", "")) or source != source.strip():
        yield f"{indent}{key}: {_quoted(source)}"
    elif source:
        yield f"{indent}{key}: |"
        yield from (f"{indent}  {line}" if line else "" for line in source.split("\n"))


def _list(key: str, values: Iterable[str], indent: str) -> Iterator[str]:
    """On one line if it fits, else folded inside the brackets."""
    items = [scalar(value, flow=True) for value in values]
    line = f"{indent}{key}: [{', '.join(items)}]"
    if not items:
        return
    if len(line) <= _WIDTH:
        yield line
        return
    yield f"{indent}{key}:"
    yield f"{indent}  ["
    row = ""
    for item in (*(f"{item}," for item in items[:-1]), items[-1]):
        if row and len(indent) + 5 + len(row) + len(item) > _WIDTH:
            yield f"{indent}    {row}"
            row = ""
        row = f"{row} {item}".strip()
    yield f"{indent}    {row}"
    yield f"{indent}  ]"


def scalar(text: str, *, flow: bool = False) -> str:
    """Return *text* as YAML writes it, in quotes if it must be; *flow*: between brackets."""
    plain = (
        _PLAIN.fullmatch(text)
        and not _NOT_PLAIN.search(text)
        and not _NOT_WORDS.fullmatch(text)
        and not (flow and re.search(r"[\[\]{},?]", text))
    )
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    """Quote as YAML does: JSON's escapes, plus the ones JSON leaves alone and YAML does not."""
    return _BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
