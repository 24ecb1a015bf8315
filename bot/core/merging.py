"""Two people at one digest: what differs between two versions, and both changes in one where that can be."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.core.digest import Digest, Story
from bot.core.markdown.tree import Text
from bot.core.numbering import numbered, renumber

_HEAD = ("title", "date", "url", "intro", "newsletter", "tags", "draft")
_STORY = ("headline", "section", "summary", "body", "companies", "tags", "url", "image")


@dataclass(frozen=True, slots=True)
class Clash:
    """Both changed the same thing, each in another way."""

    what: tuple[str, ...]  # in words
    joined: Digest = field(compare=False)  # both changes; of these things the first one's


def differences(old: Digest, new: Digest) -> tuple[str, ...]:
    """Say what a new version has that the old one has not, in words."""
    return tuple(_differences(old, renumber(new, numbered(old))))


def merge(base: Digest, mine: Digest, theirs: Digest) -> Digest | Clash:
    """Return both changes of *base* in one digest; a Clash if some are of the same thing."""
    known = numbered(base)
    mine, theirs = renumber(mine, known), renumber(theirs, known)
    clashes: list[str] = []
    fields = {f: _one_of((base, mine, theirs), f, f"the digest's {f}", clashes) for f in _HEAD}
    stories = _stories(base, mine, theirs, clashes)
    joined = replace(mine, **fields, stories=tuple(stories))
    return Clash(tuple(clashes), joined) if clashes else joined


def _differences(old: Digest, new: Digest) -> Iterator[str]:
    yield from (_in_words(new, f) for f in _HEAD if _said(old, f) != _said(new, f))
    before, after = _by_number(old), _by_number(new)
    for n, story in before.items():
        if n not in after:
            yield f'"{story.headline}" was left out'
        elif changed := [f for f in _STORY if _said(story, f) != _said(after[n], f)]:
            yield f'"{story.headline}" has another {", ".join(changed)}'
    yield from (f'"{story.headline}" was added' for n, story in after.items() if n not in before)
    if _order(before, after) != _order(after, before):
        yield "the stories are in another order"


def _in_words(new: Digest, what: str) -> str:
    if what == "draft":
        return "it is a draft again" if new.draft else "it is no draft any more"
    return f"its date is {new.date:%a %d %b %Y}" if what == "date" else f"the digest's {what} is another"


def _stories(base: Digest, mine: Digest, theirs: Digest, clashes: list[str]) -> Iterator[Story]:
    was, one, other = _by_number(base), _by_number(mine), _by_number(theirs)
    merged = {n: story for n in was if (story := _story(was[n], one.get(n), other.get(n), clashes))}
    if _order(one, was) == [n for n in was if n in one]:  # nobody moved anything here: theirs is the order
        rows, added = theirs.stories, mine.stories
    else:
        rows, added = mine.stories, theirs.stories
        if _order(other, was) != [n for n in was if n in other] and _order(one, other) != _order(other, one):
            clashes.append("the order of the stories")
    kept = [merged.get(s.n) if s.n in was else s for s in rows]
    # A story that the side left out whose order it is, and that is kept all the same, is as good as added.
    missing = merged.keys() - {s.n for s in rows}
    return iter(_with_added(kept, added, was.keys() - missing))


def _story(was: Story, one: Story | None, other: Story | None, clashes: list[str]) -> Story | None:
    if one is None or other is None:
        left = one or other
        if left is not None and any(_said(was, f) != _said(left, f) for f in _STORY):
            clashes.append(f'"{was.headline}", which one of you left out')
            return one
        return None
    fields = {f: _one_of((was, one, other), f, f'the {f} of "{was.headline}"', clashes) for f in _STORY}
    return replace(one, **fields)


def _with_added(rows: Sequence[Story | None], added: Sequence[Story], known: Collection[int]) -> list[Story]:
    """Return the stories with those of the other side that are new, each below the one it stood below."""
    found = [story for story in rows if story]
    for at, story in enumerate(added):
        if story.n in known:
            continue
        above = added[at - 1].headline if at else ""
        places = [n for n, other in enumerate(found, 1) if other.headline == above]
        found.insert(places[0] if places else (len(found) if at else 0), story)
    return found


def _one_of(three: Sequence[Digest | Story], name: str, what: str, clashes: list[str]) -> Any:
    """Return what one of two made of a field that was the first's."""
    was, one, other = (_said(each, name) for each in three)
    if one not in (was, other) and other != was:
        clashes.append(what)
    return getattr(three[2] if one == was else three[1], name)


def _said(of: Digest | Story, name: str) -> object:
    value = getattr(of, name)
    return value.source if isinstance(value, Text) else value


def _by_number(digest: Digest) -> dict[int, Story]:
    return {story.n: story for story in digest.stories}


def _order(of: Mapping[int, Story], known: Mapping[int, Story]) -> list[int]:
    return [n for n in of if n in known]
