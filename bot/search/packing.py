"""Stories in few bytes: each compressed by itself, with a dictionary of what the archive's stories share.

By itself, so that one story is read without its neighbours and a changed one rewrites nothing else.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

# Of deflate's ten levels the last that is quick; the dictionary gains more than the others would.
_LEVEL = 3
_LITTLE = 5  # memory, of nine: it is copied for each story
_RAW = -15  # deflate without a header: of short texts it would be a tenth
_WINDOW = 1 << 15  # bytes that deflate looks back; a longer dictionary is forgotten
_SHARE = 8  # of the texts: a dictionary is kept beside what it compresses
_OF_EACH = 400  # letters of a story in the dictionary
_CHECK = 4  # bytes: what was damaged on the disk is no news


class Said(NamedTuple):
    """What a story says. Names are joined by ASCII's unit separator."""

    headline: str
    body: str
    companies: str
    tags: str


def dictionary_of(texts: Iterable[str]) -> bytes:
    """Return what compresses texts like these: some of each."""
    samples = [text[:_OF_EACH].encode("utf-8", "replace") for text in texts]
    room = min(_WINDOW, sum(map(len, samples)) // _SHARE)
    every = max(1, sum(map(len, samples)) // max(1, room))
    return b" ".join(samples[::every])[:room]


class Packer:
    """Packs and unpacks stories, with the dictionary of one index."""

    def __init__(self, dictionary: bytes) -> None:
        self._dictionary = dictionary

    @cached_property
    def _deflate(self) -> zlib._Compress:
        # Copied for each story: to look at the dictionary anew takes ten times as long.
        return zlib.compressobj(
            _LEVEL, zlib.DEFLATED, _RAW, _LITTLE, zlib.Z_DEFAULT_STRATEGY, self._dictionary
        )

    def pack(self, said: Said) -> bytes:
        """Return a story in few bytes."""
        text = _one(said)
        deflate = self._deflate.copy()
        return _check(text) + deflate.compress(text) + deflate.flush()

    def unpack(self, packed: bytes) -> Said:
        """Return the story. ValueError if it was damaged."""
        try:
            text = zlib.decompressobj(_RAW, self._dictionary).decompress(packed[_CHECK:])
        except zlib.error as error:
            raise ValueError("a damaged story") from error
        if _check(text) != packed[:_CHECK]:
            raise ValueError("a damaged story")
        return _apart(text)


def _check(text: bytes) -> bytes:
    return zlib.crc32(text).to_bytes(_CHECK, "big")


def _one(said: Sequence[str]) -> bytes:
    # How long each is says where the next begins: any letter may stand in a story.
    lengths = " ".join(str(len(text)) for text in said[:-1])
    return f"{lengths}\n{''.join(said)}".encode()


def _apart(text: bytes) -> Said:
    lengths, _, together = text.decode().partition("\n")
    texts = []
    for length in map(int, lengths.split()):
        texts.append(together[:length])
        together = together[length:]
    headline, body, companies = texts
    return Said(headline, body, companies, together)
