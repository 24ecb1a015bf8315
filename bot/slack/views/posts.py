"""A digest as a post: one message in the channel, the rest in its thread. Says nothing of when or where to.

Every message is whole: what its blocks show, its `text` tells, for notifications and screen readers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, groupby
from typing import Any, TypeVar
from urllib.parse import urlsplit

from bot.core.digest import Digest, Image, Story, begins_section, in_sections
from bot.core.markdown.tree import Node
from bot.core.message import Block, Message, Part
from bot.core.settings import Layout
from bot.slack.views import mrkdwn, prose
from bot.slack.views.kit import (
    DIVIDER,
    DOT,
    MAX_CONTEXT,
    MAX_HEADER,
    MAX_TEXT,
    actions,
    context,
    counted,
    fits,
    fits_blocks,
    header,
    link_button,
    one_line,
    own,
    plain,
    reading,
    rich,
    run,
)

MAX_ALT = 255  # Slack documents 2,000; a screen reader says it in one breath, and others take no more
MAX_INTRO = 1_200  # of the first message; the rest opens the thread
MAX_SUMMARY = 300  # a sentence or two
MAX_BLOCK = 2_000  # of paragraphs
MAX_HEADLINE = 500  # of a story in full; a longer one begins in a block of its own
MAX_EXAMPLE = 25

Thing = TypeVar("Thing")

# How much is said of each story in a headlines message, from generous to bare. The first that fits is taken.
_SUMMARIES = (MAX_SUMMARY, 220, 160, 110)
_HEADLINES = (150, 100, 60)
_MOST_LISTED = (40, 20, 10)  # the last fits whatever the characters: escaped and defused they double


def digest_parts(
    digest: Digest, stories: Sequence[Story], *, layout: Layout, corrected: date | None = None
) -> tuple[Part, ...]:
    """Return the post: its message in the channel, then those of its thread. Nothing without stories."""
    if not stories:
        return ()
    issue = _Issue(digest=digest, stories=in_sections(stories), corrected=corrected)
    first, rest = _headlines_first(issue) if layout is Layout.HEADLINES else _full_first(issue)
    return (first, *_thread(rest))


def newest(digest: Digest) -> Message:
    """Return the digest's headlines as an answer to somebody who asked for the newest."""
    return _headlines(_Issue(digest=digest, stories=in_sections(digest.stories))).message


# --- the first message ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Issue:
    """A digest as one channel gets it."""

    digest: Digest
    stories: tuple[Story, ...]
    corrected: date | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(story.id for story in self.stories)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """Blocks that belong together, if one message can hold them: a story, or what is left of it."""

    story: str = ""
    blocks: tuple[Block, ...]


def _headlines_first(issue: _Issue) -> tuple[Part, list[_Entry]]:
    part = _headlines(issue, where="Full stories in the thread")
    return part, [*_left_of_intro(issue.digest), *_stories(issue)]


def _full_first(issue: _Issue) -> tuple[Part, list[_Entry]]:
    top, footer = _top(issue), _Entry(blocks=_footer(issue))
    entries = [*_left_of_intro(issue.digest), *_stories(issue)]
    everything = [top, *_divided(entries), footer]
    if fits_blocks(_blocks(everything)):
        return _full(issue, everything), []
    footer = _Entry(blocks=_footer(issue, where="More in the thread"))
    taken, rest = _fill(entries, lambda some: fits_blocks(_blocks([top, *_divided(some), footer])))
    return _full(issue, [top, *_divided(taken), footer]), rest


def _full(issue: _Issue, entries: Sequence[_Entry]) -> Part:
    part = _part(entries)
    if mrkdwn.units(part.message.text) <= MAX_TEXT:
        return part
    # All its words do not fit a text: what is read out is the same stories, shorter.
    return replace(part, message=replace(part.message, text=_headlines(issue).message.text))


def _headlines(issue: _Issue, *, where: str = "") -> Part:
    top, footer = _top(issue), _Entry(blocks=_footer(issue, where=where))
    for stories in _ever_shorter(issue.stories):
        part = _part([top, *stories, footer])
        if fits(part.message.blocks):
            break
    return replace(part, stories=issue.ids)


def _ever_shorter(stories: tuple[Story, ...]) -> Iterator[list[_Entry]]:
    for limit in _SUMMARIES:
        yield [
            _Entry(story=story.id, blocks=(*map(_section_name, above), teaser(story, limit)))
            for story, above in _under_sections(stories)
        ]
    for limit in _HEADLINES:
        yield [_Entry(blocks=bare_headlines(stories, limit))]
    for most in filter(len(stories).__gt__, _MOST_LISTED):
        more = context(own(f"and {len(stories) - most} more"))
        yield [_Entry(blocks=(*bare_headlines(stories[:most], _HEADLINES[-1]), more))]


def _section_name(name: str) -> Block:
    return context(plain(mrkdwn.shorten(one_line(name), MAX_HEADER)))


def _top(issue: _Issue) -> _Entry:
    return _Entry(blocks=(*_masthead(issue), *_intro(issue.digest), DIVIDER))


def _masthead(issue: _Issue) -> tuple[Block, ...]:
    digest = issue.digest
    count = counted(len(issue.stories))
    if len(issue.stories) < len(digest.stories):
        count = f"{len(issue.stories)} of {counted(len(digest.stories))}, chosen for this channel"
    web = mrkdwn.link(digest.url, "Web version") if mrkdwn.web_address(digest.url) else ""
    line = DOT.join(filter(None, (mrkdwn.spoken_date(digest.date), count, web)))
    return header(digest.title), context(own(line))


def _intro(digest: Digest) -> tuple[Block, ...]:
    return _intro_blocks(digest)[:1]


def _left_of_intro(digest: Digest) -> list[_Entry]:
    """Return what the first message has no room for: a very long intro, a title longer than a header."""
    title = mrkdwn.split(one_line(digest.title), MAX_HEADLINE)
    cut = mrkdwn.size(one_line(digest.title)) > MAX_HEADER
    left = [rich(run(piece, bold=True)) for piece in title if cut]
    left += _intro_blocks(digest)[1:]
    return [_Entry(blocks=tuple(left))] if left else []


def _intro_blocks(digest: Digest) -> tuple[Block, ...]:
    first, *rest = prose.split(digest.intro.nodes, MAX_INTRO) or [()]
    return (*prose.blocks(first), *prose.blocks(chain.from_iterable(rest), limit=MAX_BLOCK))


def teaser(story: Story, limit: int) -> Block:
    """Return the headline, with no more than *limit* of what it is about."""
    said = summary(story, limit)
    return rich(_short_headline(story, MAX_HEADER), *([run(f"\n{said}")] if said else []))


def summary(story: Story, limit: int = MAX_SUMMARY) -> str:
    """Return a sentence or two: the editor's own, else the first of the body."""
    if story.summary:
        return mrkdwn.shorten(one_line(story.summary.line), limit)
    return mrkdwn.opening(one_line(story.body.paragraphs[0]), limit) if story.body else ""


def bare_headlines(stories: Sequence[Story], limit: int) -> tuple[Block, ...]:
    """Return bulleted lists of headlines of at most *limit* characters each, a list a section."""
    blocks: list[Block] = []
    for name, some in groupby(stories, lambda story: story.section):
        items = [{"type": "rich_text_section", "elements": [_short_headline(one, limit)]} for one in some]
        lists = [{"type": "rich_text_list", "style": "bullet", "elements": page} for page in _pages(items)]
        above = [rich(run(mrkdwn.shorten(one_line(name), limit)))] if name else []
        blocks += (*above, *({"type": "rich_text", "elements": [each]} for each in lists))
    return tuple(blocks)


def _pages(items: Sequence[Thing]) -> list[Sequence[Thing]]:
    return [items[n : n + 15] for n in range(0, len(items), 15)]


def _short_headline(story: Story, limit: int) -> dict[str, Any]:
    return run(mrkdwn.shorten(one_line(story.headline), limit), url=story.url, bold=True)


def _footer(issue: _Issue, *, where: str = "") -> tuple[Block, ...]:
    newsletter = mrkdwn.web_address(issue.digest.newsletter)
    button = [actions(link_button("Sign up for the newsletter", newsletter, 0))] if newsletter else []
    lines = [DOT.join(filter(None, (where, _how_to_ask(issue))))]
    if issue.corrected:
        lines.insert(0, f"*Corrected {mrkdwn.short_date(issue.corrected)}*")
    return (DIVIDER, *button, context(*map(own, lines)))


def _how_to_ask(issue: _Issue) -> str:
    name = example_company(issue.stories) or "company"
    ask = f"Ask {mrkdwn.code(f'/roundup {name}')}"
    story_code = next((story.code for story in issue.stories if story.code), "")
    return f"{ask}{DOT}{mrkdwn.code(f'/roundup {story_code}')} opens a story" if story_code else ask


def example_company(stories: Sequence[Story]) -> str:
    """Return a company worth asking for: one that makes a headline, else the first; "" without any."""
    named = [(one_line(c), s.headline) for s in stories for c in s.companies if 0 < len(c) <= MAX_EXAMPLE]
    leading = (name for name, headline in named if name in headline)
    return next(leading, next((name for name, _ in named), ""))


# --- a story in full -----------------------------------------------------------------------------------


def _stories(issue: _Issue) -> Iterator[_Entry]:
    for story, above in _under_sections(issue.stories):
        yield _Entry(story=story.id, blocks=(*map(header, above), *full_story(story)))


def _under_sections(stories: Sequence[Story]) -> Iterator[tuple[Story, list[str]]]:
    """Yield each story with the name of the section that it begins, if it does."""
    first = begins_section(stories)
    yield from ((story, [story.section] if story.id in first else []) for story in stories)


def full_story(story: Story) -> tuple[Block, ...]:
    """Return the headline, every paragraph, the picture and what it is about."""
    *more, last = mrkdwn.split(one_line(story.headline), MAX_HEADLINE) or [""]
    long_headline = (rich(run(piece, url=story.url, bold=True)) for piece in more)
    headline = run(last, url=story.url, bold=True)
    nodes = (story.body or story.summary).nodes
    picture = _picture(story.image)
    caption = _caption(story.image)
    if picture and nodes:
        body = _beside(picture, caption, headline, nodes)
    else:
        body = (*prose.blocks(nodes, lead=[headline]), *caption)
    return (*long_headline, *body, *_about(story))


def _beside(
    picture: dict[str, Any], caption: Sequence[Block], headline: dict[str, Any], nodes: Sequence[Node]
) -> tuple[Block, ...]:
    """Return the first paragraph as a section, the one block that takes a picture, and the rest as usual."""
    # Expanded: Slack would fold a long section behind "See more".
    first, *rest = (
        {"type": "section", "text": text, "expand": True} for text in prose.section_texts(nodes[:1])
    )
    return (rich(headline), {**first, "accessory": picture}, *caption, *rest, *prose.blocks(nodes[1:]))


def _picture(image: Image | None) -> dict[str, Any] | None:
    # An accessory, never an image block: for one dead address in a block Slack refuses the whole message.
    if image is None or not _picture_address(image):
        return None
    alt = mrkdwn.shorten(mrkdwn.unmarked(one_line(image.alt)), MAX_ALT)
    return {"type": "image", "image_url": _picture_address(image), "alt_text": alt or "Picture"}


def _picture_address(image: Image) -> str:
    address = mrkdwn.web_address(image.url)
    return "" if address.lower().startswith("mailto:") else address


def _caption(image: Image | None) -> tuple[Block, ...]:
    if image is None:
        return ()
    told = _picture_address(image) and mrkdwn.size(one_line(image.alt)) <= MAX_ALT
    words = [image.caption] if told else [f"Picture: {image.alt}", image.caption]
    text = " — ".join(filter(None, map(one_line, words)))
    return tuple(context(plain(piece)) for piece in mrkdwn.split(text, MAX_CONTEXT))


def _about(story: Story) -> tuple[Block, ...]:
    names = {name.casefold(): one_line(name) for name in (*story.companies, *story.tags)}
    line = mrkdwn.shorten(DOT.join(filter(None, (story.code, *names.values()))), MAX_CONTEXT)
    elements = [*([plain(line)] if line else []), *_source(story.url)]
    return (context(*elements),) if elements else ()


def _source(url: str) -> Iterator[dict[str, Any]]:
    host = urlsplit(mrkdwn.web_address(url)).hostname
    if host:
        yield own(mrkdwn.link(url, f"Read at {host.removeprefix('www.')}"))


# --- filling messages ----------------------------------------------------------------------------------


def _thread(entries: list[_Entry]) -> Iterator[Part]:
    while entries:
        taken, entries = _fill(entries, lambda some: fits(_blocks(_divided(some))))
        yield _part(_divided(taken))


def _part(entries: Sequence[_Entry]) -> Part:
    """Return the message of these entries, which knows whose each of its blocks is."""
    blocks = _blocks(entries)
    return Part(
        message=Message(text=reading(blocks), blocks=blocks),
        stories=tuple(entry.story for entry in entries if entry.story),
        whose=tuple(entry.story for entry in entries for _ in entry.blocks),
    )


def _fill(
    entries: list[_Entry], holds: Callable[[Sequence[_Entry]], bool]
) -> tuple[list[_Entry], list[_Entry]]:
    """Take the entries that fit one message. The first is torn if it does not fit alone."""
    count = _most(entries, holds)
    if count:
        return entries[:count], entries[count:]
    first, *rest = entries
    # Any block fits alone: a headline and a block of paragraphs, defused, make half as much again, still
    # less than MAX_TEXT. At least one is taken, so that this ends.
    count = max(1, _most(first.blocks, lambda some: holds([replace(first, blocks=tuple(some))])))
    taken, left = first.blocks[:count], first.blocks[count:]
    return [replace(first, blocks=taken)], [*([replace(first, blocks=left)] if left else []), *rest]


def _most(things: Sequence[Thing], hold: Callable[[Sequence[Thing]], bool]) -> int:
    """Return how many of the first things are held together; more are never held if fewer are not."""
    return next((n for n in range(len(things)) if not hold(things[: n + 1])), len(things))


def _divided(entries: Iterable[_Entry]) -> list[_Entry]:
    between = _Entry(blocks=(DIVIDER,))
    return [part for entry in entries for part in (between, entry)][1:]


def _blocks(entries: Iterable[_Entry]) -> tuple[Block, ...]:
    return tuple(block for entry in entries for block in entry.blocks)
