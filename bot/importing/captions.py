"""Tells the words of pictures from headlines and texts, where a paste has kept them and lost the pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from bot.importing.draft import Role
from bot.importing.furniture import is_credit, is_photo_credit, is_sure_credit, speaks_of_itself
from bot.importing.openings import address_last, number_of
from bot.importing.rows import Row
from bot.importing.words import ends_sentence, is_body, plain

_PICTURE = re.compile(r"\S+\.(jpe?g|png|gif|webp|svg|avif)|image|\[image.*\]", re.IGNORECASE)


def find_captions(rows: Sequence[Row], *, loose: bool) -> None:
    """Settle credits, the words of a picture, and in a loose paste two short lines glued together."""
    for i, row in enumerate(rows):
        credit = row.open and is_credit(row.text)
        if credit and (is_photo_credit(row.text) or not _prose_below(rows, i) or _below_headline(rows, i)):
            # "Source: The Quay (https://…)" is where a story is from.
            url = "" if is_photo_credit(row.text) else address_last(row.text)[1]
            row.url = url or row.url
            row.be(Role.LINK if url else Role.CAPTION)
        if row.open and _PICTURE.fullmatch(row.text):
            row.be(Role.DROPPED, "a picture's file name")
            if i + 1 < len(rows) and not is_body(rows[i + 1].text) and not _prose_below(rows, i + 1):
                rows[i + 1].be(Role.CAPTION)
    _find_lead_caption(rows)
    pairs = [i for i in range(1, len(rows)) if _glued(rows, i)]
    glued_stories = sum(row.gap == 0 and row.prose and not above.prose for above, row in pairwise(rows))
    few_glued = glued_stories - len(pairs) < max(3, len(pairs))
    if loose and few_glued and _tells_a_story_beside(pairs, rows):
        for i in pairs:
            rows[i].be(Role.CAPTION)
            rows[i + 1].be(Role.CAPTION)


def _tells_a_story_beside(pairs: Sequence[int], rows: Sequence[Row]) -> bool:
    """Tell whether a headline with its text below a blank line is left: else these are the stories."""
    taken = {place for i in pairs for place in (i, i + 1)}
    return any(
        above.open and row.open and row.gap > 0 and row.prose and not above.prose
        for i, (above, row) in enumerate(pairwise(rows))
        if taken.isdisjoint({i, i + 1})
    )


def _prose_below(rows: Sequence[Row], i: int) -> bool:
    return i + 1 < len(rows) and rows[i + 1].prose


def _below_headline(rows: Sequence[Row], i: int) -> bool:
    """Tell a credit that stands between a headline and its text."""
    above = rows[max(0, i - 1)]
    heads = above.open and not above.prose and above.gap > 0 and not ends_sentence(above.text)
    return heads and is_sure_credit(rows[i].text)


def _find_lead_caption(rows: Sequence[Row]) -> None:
    """Settle a lead picture's words: one line between the title and an intro that says it is one."""
    title = next((i for i, row in enumerate(rows) if row.role is Role.TITLE), len(rows))
    below = [row for row in rows[title + 1 : title + 8] if row.open]
    # The line above is dropped, so that a greeting or "last week" is not enough: stories begin so.
    intro = any(row.prose and speaks_of_itself(row.text) for row in below[1:3])
    if intro and below[1].prose and not below[0].prose:
        below[0].be(Role.CAPTION)


def _glued(rows: Sequence[Row], i: int) -> bool:
    """Tell whether rows i and i+1 may be a picture's description and its caption."""
    if i + 1 >= len(rows):
        return False
    first, second = rows[i], rows[i + 1]
    after = rows[i + 2] if i + 2 < len(rows) else None
    return (
        first.open
        and second.open
        and first.gap > 0
        and second.gap == 0
        and (after is None or after.gap > 0)
        and len(first.text) <= 120
        and not ends_sentence(first.text)
        and not number_of(first.text)[0]
        and len(second.text) <= 200
        and rows[i - 1].role in {None, Role.BODY}
    )


def find_glued_captions(rows: Sequence[Row]) -> None:
    """Take back "stories" of one short line that only says the headline in full: a picture's words.

    Without blank lines nothing else tells them from a story.
    """
    heads = [i for i, row in enumerate(rows) if row.role is Role.HEADLINE]
    bodies = [row for row in rows if row.open]
    # Only where stories are long can a story of one short line be no story.
    if len(heads) < 4 or not bodies or median(len(row.text) for row in bodies) < 300:
        return
    for i, following in pairwise([*heads, len(rows)]):
        said = {plain(word) for word in rows[i].text.split()}
        in_full = {plain(word) for word in rows[following - 1].text.split()}
        if following == i + 2 and len(rows[i + 1].text) <= 160 and i > heads[0] and said <= in_full:
            rows[i].role = Role.CAPTION
            rows[i + 1].be(Role.CAPTION)
