"""Gives stories the numbers they had before, so that "#2018-4" means the same after a correction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import count

from rapidfuzz.fuzz import ratio

from bot.core.digest import Digest, Story
from bot.core.markdown.folded import folded

# 100 is the same text. A corrected body keeps most of its words; two stories of one week, in one house
# style, score at most 44 (the first digest's ten bodies against each other).
SAME_BODY = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A story as it was when it had that number, of the same digest."""

    n: int
    url: str
    headline: str
    body: str  # as it is written: its paragraphs, joined with a blank line


def numbered(digest: Digest) -> tuple[Numbered, ...]:
    """Return what to remember of the digest's stories, to give them the same numbers later."""
    return tuple(Numbered(n=s.n, url=s.url, headline=s.headline, body=_body(s)) for s in digest.stories)


def renumber(digest: Digest, known: Iterable[Numbered]) -> Digest:
    """Return the digest with its stories' earlier numbers; a new story gets one nobody ever had.

    *known* holds every story the digest ever had, removed ones too. What is surest is matched first, over
    all stories: same address, same headline, closest body.
    """
    left = {old.n: old for old in known}
    fresh = count(max(left, default=0) + 1)
    numbers = _matches(digest.stories, left)
    stories = (
        _with_number(digest, story, numbers.get(place) or next(fresh))
        for place, story in enumerate(digest.stories)
    )
    return replace(digest, stories=tuple(stories))


def is_same_issue(digest: Digest, other: Digest) -> bool:
    """Tell whether two digests are one, under another name perhaps: most of their stories say the same."""
    known = {old.n: old for old in numbered(other)}
    pairs = _matches(digest.stories, dict(known)).items()
    same = sum(_says_the_same(digest.stories[place], known[n]) for place, n in pairs)
    # By address or headline alone each issue of a house that names its columns would be the one before.
    return 2 * same > max(len(digest.stories), len(other.stories))


def _body(story: Story) -> str:
    # As it is written, and not as it reads: what is remembered of it may be older than Markdown.
    return "\n\n".join(folded(story.body.source))


def _says_the_same(story: Story, old: Numbered) -> bool:
    body = _body(story)
    return body == old.body or ratio(body, old.body) >= SAME_BODY


def _with_number(digest: Digest, story: Story, n: int) -> Story:
    return replace(story, n=n, id=f"{digest.id}/{n}")


def _matches(stories: tuple[Story, ...], left: dict[int, Numbered]) -> dict[int, int]:
    """Return number by place, and take out of *left* what was matched."""
    numbers: dict[int, int] = {}
    for pairs in (_same_url, _same_headline, _close_bodies):
        waiting = {place: story for place, story in enumerate(stories) if place not in numbers}
        for place, n in pairs(waiting, left):
            if place not in numbers and n in left:
                numbers[place] = n
                del left[n]
    return numbers


Pairs = list[tuple[int, int]]  # place and number that may belong together, best first


def _same_url(stories: dict[int, Story], known: dict[int, Numbered]) -> Pairs:
    return [
        (p, n)
        for p, story in stories.items()
        for n, old in known.items()
        if story.url and story.url == old.url
    ]


def _same_headline(stories: dict[int, Story], known: dict[int, Numbered]) -> Pairs:
    return [
        (p, n)
        for p, story in stories.items()
        for n, old in known.items()
        if _alike(story.headline, old.headline)
    ]


def _alike(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _close_bodies(stories: dict[int, Story], known: dict[int, Numbered]) -> Pairs:
    scored = [
        (-ratio(_body(story), old.body, score_cutoff=SAME_BODY), place, n)
        for place, story in stories.items()
        for n, old in known.items()
        if story.body and old.body
    ]
    return [(place, n) for score, place, n in sorted(scored) if score]
