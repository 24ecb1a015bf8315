# ruff: noqa: E501 - a cue is one line, as long as it is
"""Gives each picture of a document its words: its description, its caption, its credit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

from bot.importing.document import Block, Kind
from bot.importing.furniture import is_credit
from bot.importing.words import plain

NOT_DESCRIBED = "a picture that nothing describes; to keep it, write its alt"
NOWHERE = "a picture whose address leads nowhere without its page's"
_LONGEST_CAPTION = 200
# What programs write where a person should: a file's name, or that it is a picture.
_NO_WORDS = re.compile(
    r"\S+\.(jpe?g|png|gif|webp|svg|avif|bmp|heic)|\[?(image|img|picture|photo|pic|logo|icon|screenshot|screen shot|"
    r"untitled|undefined|null|alt text|header|banner|spacer|bild|foto|immagine|imagen|imagem|图片|图像|截图|题图|封面图?"
    r"|画像|写真|图)[\s_.-]*[\d_-]*\]?|(img|dsc|pxl|image|photo|mmexport|微信图片)[\s_-]?[\d_-]{3,}\w*"
    r"|[0-9a-f]{16,}|cid:.*|image description|图片描述|在这里插入图片描述",
    re.IGNORECASE,
)


def is_description(alt: str) -> bool:
    """Tell whether *alt* says what a picture shows."""
    return bool(plain(alt)) and _NO_WORDS.fullmatch(alt.strip()) is None


def file_name(url: str) -> str:
    """Return what to call a picture that has no words."""
    return unquote(PurePath(urlsplit(url).path).name) or "picture"


def describe(blocks: Sequence[Block]) -> None:
    """Let what stands below a picture describe it; one that nothing describes is listed as left out."""
    for picture, below in pairwise([*blocks, Block(kind=Kind.HEADING, at=0)]):
        if picture.drop in {NOT_DESCRIBED, NOWHERE} and _belongs_to_picture(below):
            _take_words(picture, below)
        if picture.kind is not Kind.CAPTION:
            continue
        if _belongs_to_picture(below):
            below.kind = Kind.CAPTION
        if not picture.url or is_description(picture.text):
            continue
        if below.kind is Kind.CAPTION and not below.url and is_description(below.text):
            below.url, picture.url, picture.text = picture.url, "", ""
        else:
            picture.kind, picture.drop = Kind.OUTSIDE, NOT_DESCRIBED
            picture.text = picture.text or file_name(picture.url)


def _take_words(picture: Block, below: Block) -> None:
    """Let a caption describe the picture above that says nothing; a credit alone describes none."""
    if is_credit(below.text) or picture.drop == NOWHERE:
        below.kind, below.drop = Kind.OUTSIDE, "the words of a picture left out"
    else:
        below.kind, below.url = Kind.CAPTION, picture.url
        picture.text, picture.url, picture.drop = "", "", ""


def _belongs_to_picture(block: Block) -> bool:
    """Tell a line that can only be a picture's: its credit, or a short one in italics."""
    if block.kind is not Kind.PARAGRAPH or block.level or len(block.text) > _LONGEST_CAPTION:
        return False
    italic = bool(block.text) and all(run.italic or not run.text.strip() for run in block.runs)
    return is_credit(block.text) or italic
