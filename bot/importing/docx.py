"""Reads a Word document, by way of the page that mammoth makes of it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any
from xml.parsers.expat import ExpatError

from bot.core.errors import RoundupError
from bot.importing.draft import Draft
from bot.importing.source import check_length
from bot.importing.stories import lines_of

# Of all parts unpacked, and of their number: a roundup's words are a hundredth of it. Pictures are not read.
MOST_UNPACKED = 4 * 1024 * 1024
MOST_PARTS = 2000
# Of the parts that mammoth reads, which takes up to 60 µs for each, and whose styles and lists alone may have
# 2,000. A story of three paragraphs with a link in each has some forty.
MOST_ELEMENTS = 15_000
# How words look beyond what a digest keeps, and where a proofreader has been: half of what Word writes.
_LOOKS = re.compile(
    rb"<w:(?:rFonts|sz(?:Cs)?|lang|color|kern|spacing|[bi]Cs|noProof|proofErr|lsdException|shd|ind|jc|keepNext"
    rb"|bookmark(?:Start|End)|lastRenderedPageBreak|autoSpaceD[EN]|snapToGrid|widowControl)(?:\s[^<>]*)?/>"
)
_READ = re.compile(r"(document|footnotes|endnotes|comments|styles|numbering)\d*\.xml(\.rels)?$")
_PARAGRAPH = re.compile(rb"<(?:\w+:)?p[\s/>]")
_DOCUMENT = "word/document.xml"
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
b => strong
i => em
strike => s
"""


def is_docx(content: bytes) -> bool:
    """Tell a Word document by what its archive holds."""
    return content.startswith(b"PK\x03\x04") and _DOCUMENT.encode() in content


def read_docx(content: bytes) -> Draft:
    """Give every paragraph of a Word document its role."""
    import mammoth

    from bot.importing.pages import fragment_blocks

    slim = _without_pictures(content)
    try:
        made = mammoth.convert_to_html(
            io.BytesIO(slim),
            style_map=_STYLES,
            convert_image=mammoth.images.img_element(_described),
            external_file_access=False,
        )
    except (
        KeyError,
        ValueError,
        OSError,
        AttributeError,
        zipfile.BadZipFile,
        RecursionError,
        ExpatError,
    ) as e:
        raise RoundupError(f"this is no Word document that can be read ({e}); save it as HTML") from e
    return Draft(lines=tuple(lines_of(fragment_blocks(made.value), mail=True)))


def _described(image: Any) -> dict[str, str]:
    """Keep what a picture shows: it has no address, and what has neither leaves no trace."""
    return {"src": "", "alt": image.alt_text or "picture"}


def _without_pictures(content: bytes) -> bytes:
    """Unpack what is text, and pack it anew without the rest."""
    kept = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(kept, "w") as slim:
            parts = {name: _LOOKS.sub(b"", said) for name, said in _unpacked(archive)}
            _check(parts)
            for name, said in parts.items():
                slim.writestr(name, said)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
    ) as e:
        raise RoundupError(f"this Word document is damaged ({e}); save it anew") from e
    return kept.getvalue()


def _unpacked(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Yield the parts that are text, in bounded memory."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS:
        raise RoundupError(f"this document has {len(parts):,} parts, and a roundup some 20; save it as HTML")
    left = MOST_UNPACKED
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as stream:
                said = stream.read(left + 1)
            left -= len(said)
            if left < 0:
                raise RoundupError(
                    f"this document unpacks to more than {MOST_UNPACKED // 1024 // 1024} MB of text; "
                    "copy the roundup into one of its own"
                )
            yield part.filename, said


def _check(parts: Mapping[str, bytes]) -> None:
    """Refuse what mammoth would take long for, or what only an attack has."""
    if any(b"<!DOCTYPE" in said or b"<!ENTITY" in said for said in parts.values()):
        raise RoundupError("this document declares entities, which only an attack does")
    said = b"".join(said for name, said in parts.items() if _READ.search(name))
    check_length(paragraphs=len(_PARAGRAPH.findall(said)))
    if (elements := said.count(b"<") - said.count(b"</")) > MOST_ELEMENTS:
        raise RoundupError(
            f"this document has {elements:,} elements, and a roundup no more than {MOST_ELEMENTS:,}; "
            "copy the roundup into one of its own"
        )
