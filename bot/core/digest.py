"""What an editor writes: a digest, its stories, their images. Values only; files are read elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from bot.core.markdown.tree import NO_TEXT, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture of a story. Without *url* only its words are posted."""

    alt: str
    caption: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One item of a digest."""

    id: str  # "<digest id>/<n>"
    n: int  # place when first seen; kept through corrections, never reused
    headline: str
    body: Text = NO_TEXT
    summary: Text = NO_TEXT  # as the editor wrote it; empty means: the body's first sentences
    section: str = ""  # the name it stands under, together with others
    companies: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    url: str = ""
    image: Image | None = None
    code: str = ""  # "#2018-4", quotable in chat; empty where no library has given one
    line: int = 0  # where it stands in its file, 1-based; 0 if it has none


def in_sections(stories: Iterable[Story]) -> tuple[Story, ...]:
    """Return the stories of one section together, where its first one stands; first those of none."""
    by_section: dict[str, list[Story]] = {"": []}
    for story in stories:
        by_section.setdefault(story.section.casefold(), []).append(story)
    return tuple(chain.from_iterable(by_section.values()))


def begins_section(stories: Sequence[Story]) -> frozenset[str]:
    """Return the ids of the stories above which the name of their section stands."""
    before = ("", *(story.section.casefold() for story in stories))
    return frozenset(
        story.id for story, above in zip(stories, before, strict=False) if story.section.casefold() != above
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A week's roundup."""

    id: str  # the file's name without suffix
    title: str
    date: date
    stories: tuple[Story, ...]
    intro: Text = NO_TEXT
    url: str = ""
    newsletter: str = ""
    tags: tuple[str, ...] = ()
    draft: bool = False  # previewed and checked, never posted or searched
