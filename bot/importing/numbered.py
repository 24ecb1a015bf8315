"""Finds pasted stories that are counted: "1、Ships sail" with its text below, in each section anew or not."""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import chain

from bot.importing.draft import Role
from bot.importing.openings import counted, mostly
from bot.importing.rows import Row
from bot.importing.words import ends_sentence, is_body

# How lists within texts are counted as well: several of these are no sections.
_OF_LISTS = frozenset({"1", "1.", "1)"})


def take_numbers_off(rows: Sequence[Row]) -> set[int]:
    """Return which rows count 1, 2, 3 …, most with prose below, and take the numbers off."""
    short = ((i, row.text) for i, row in enumerate(rows) if row.open and len(row.text) <= 160)
    chains = counted((i, text) for i, text in short if not is_body(text))
    heads = [
        place
        for numbered in [*chains, *_counted_alike(rows, chains)]
        if _are_heads(rows, numbered)
        for place in numbered
    ]
    begin = dict(heads)
    for i, end in begin.items():
        rows[i].text = rows[i].text[end:]
    return set(begin)


def _counted_alike(
    rows: Sequence[Row], chains: Sequence[Sequence[tuple[int, int]]]
) -> list[list[tuple[int, int]]]:
    """Return the numbered rows by how the numbers are written, if each section begins anew at 1."""
    alike: dict[str, list[Sequence[tuple[int, int]]]] = {}
    for places in chains:
        at, end = places[0]
        alike.setdefault(rows[at].text[:end].strip(), []).append(places)
    return [[*chain(*said)] for sign, said in alike.items() if len(said) > 1 and sign not in _OF_LISTS]


def _are_heads(rows: Sequence[Row], numbered: Sequence[tuple[int, int]]) -> bool:
    """Tell stories from a numbered list in one story's text, which has no stories below its lines."""
    places = {i for i, _ in numbered}
    told = sum(_story_below(rows, i) or _tells_below(rows, i, places) for i in places)
    return mostly(told, numbered)


def _tells_below(rows: Sequence[Row], i: int, numbered: Container[int]) -> bool:
    """Tell whether what follows may be a story's text, and is not the next of the *numbered*."""
    return i + 1 < len(rows) and i + 1 not in numbered and rows[i + 1].tells


def _story_below(rows: Sequence[Row], i: int) -> bool:
    """Tell whether a text follows, maybe after a by-line or a picture's words."""
    for row in rows[i + 1 : i + 5]:
        if row.role in {Role.CAPTION, Role.DROPPED, Role.LINK}:
            continue
        ends = ends_sentence(row.text)
        return (
            row.prose
            or (len(row.text) >= 40 and row.text[-1] in ".!?。:")
            or (ends and not row.text.isascii())
        )
    return False
