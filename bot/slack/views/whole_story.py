"""One story, whole: in blocks of its own, or folded into one that a reader opens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from bot.core.digest import Image, Story
from bot.core.markdown.tree import Node
from bot.core.message import Block
from bot.slack.views import mrkdwn, prose
from bot.slack.views.kit import (
    DOT,
    MAX_CONTEXT,
    MAX_HEADER,
    context,
    label,
    one_line,
    own,
    plain,
    rich,
    run,
    weight,
)

MAX_ALT = 255  # Slack documents 2,000; a screen reader says it in one breath, and others take no more
MAX_HEADLINE = 500  # of a story in full; a longer one begins in a block of its own
MAX_FOLDED = 6_000  # characters of one folded story: with what stands above, less than a message holds
MAX_CHILDREN = 10  # blocks in a container


def full_story(story: Story) -> tuple[Block, ...]:
    """Return the headline, every paragraph, the picture and what it is about."""
    *more, last = mrkdwn.split(one_line(story.headline), MAX_HEADLINE) or [""]
    long_headline = (rich(run(piece, url=story.url, bold=True)) for piece in more)
    headline = run(last, url=story.url, bold=True)
    nodes = _nodes(story)
    picture = _picture(story.image)
    caption = _caption(story.image, beside_text=bool(nodes))
    if picture and nodes:
        body = _beside(picture, caption, headline, nodes)
    else:
        body = (*prose.blocks(nodes, lead=[headline]), *caption)
    return (*long_headline, *body, *about(story))


def _nodes(story: Story) -> tuple[Node, ...]:
    return prose.seen(story.body) or prose.seen(story.summary)


def _beside(
    picture: dict[str, Any], caption: Sequence[Block], headline: dict[str, Any], nodes: Sequence[Node]
) -> tuple[Block, ...]:
    """Return the first paragraph as a section, the one block that takes a picture, and the rest as usual."""
    first, *rest = (_section(text) for text, _ in prose.told(nodes[:1]))
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


def _caption(image: Image | None, *, beside_text: bool) -> tuple[Block, ...]:
    if image is None:
        return ()
    told = beside_text and _picture_address(image) and mrkdwn.size(one_line(image.alt)) <= MAX_ALT
    words = [image.caption] if told else [f"Picture: {image.alt}", image.caption]
    text = " — ".join(filter(None, map(one_line, words)))
    return tuple(context(plain(piece)) for piece in mrkdwn.split(text, MAX_CONTEXT))


def about(story: Story) -> tuple[Block, ...]:
    """Return the line below a story: its code, its names and where it can be read; nothing if it has none."""
    line = mrkdwn.shorten(DOT.join(filter(None, (story.code, *names(story)))), MAX_CONTEXT)
    elements = [*([plain(line)] if line else []), *_source(story.url)]
    return (context(*elements),) if elements else ()


def names(story: Story) -> tuple[str, ...]:
    """Return the companies and topics it is about, each once."""
    return tuple({name.casefold(): one_line(name) for name in (*story.companies, *story.tags)}.values())


def _source(url: str) -> Iterator[dict[str, Any]]:
    host = urlsplit(mrkdwn.web_address(url)).hostname
    if host and (link := mrkdwn.link_or_nothing(url, f"Read at {host.removeprefix('www.')}")):
        yield own(link)


# --- folded --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Folded:
    """A story that a reader opens, and the blocks of it for which there was no room."""

    block: Block
    left: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class _Child:
    """A block inside of a container, and what says the same where there is none."""

    block: Block
    outside: tuple[Block, ...]


def folded_story(story: Story) -> Folded:
    """Return the story as a container: its headline, and all the rest inside."""
    texts = list(_told(story))
    below = (*_caption(story.image, beside_text=bool(texts)), *about(story))
    children = [*_long_headline(story), *texts, *map(_same, below)]
    if not children:  # a container without anything in it is refused
        return Folded(rich(run(label(story.headline, MAX_HEADER), bold=True)))
    # One is left free, for the words of a picture that Slack would not take.
    most = _most_inside(children, MAX_CHILDREN - 1)
    inside = [child.block for child in children[:most]]
    if most < len(children):
        inside.append(context(own("Goes on in the thread")))
    left = chain.from_iterable(child.outside for child in children[most:])
    return Folded(_container(story, inside), tuple(left))


def _container(story: Story, inside: Sequence[Block]) -> Block:
    return {
        "type": "container",
        "title": plain(label(story.headline, MAX_HEADER)),
        "is_collapsible": True,
        "default_collapsed": True,
        "child_blocks": [*inside],
    }


def _most_inside(children: Sequence[_Child], most: int) -> int:
    def holds(count: int) -> bool:
        return weight(child.block for child in children[:count]) <= MAX_FOLDED

    most = len(children) if len(children) <= most else most - 1
    return next(count for count in range(most, 0, -1) if count == 1 or holds(count))


def _same(block: Block) -> _Child:
    return _Child(block, (block,))


def _long_headline(story: Story) -> Iterator[_Child]:
    headline = one_line(story.headline)
    if mrkdwn.size(headline) > MAX_HEADER:
        for piece in mrkdwn.split(headline, MAX_HEADLINE):
            yield _Child(_section(plain(piece)), (rich(run(piece, bold=True)),))


def _told(story: Story) -> Iterator[_Child]:
    # Not as rich text: inside a container Slack is said to refuse it.
    picture = _picture(story.image)
    for n, (text, nodes) in enumerate(prose.told(_nodes(story))):
        if picture and n == 0:
            yield _same({**_section(text), "accessory": picture})
        else:
            yield _Child(_section(text), prose.blocks(nodes))


def _section(text: dict[str, Any]) -> Block:
    # Expanded: Slack would fold a long section behind "See more".
    return {"type": "section", "text": text, "expand": True}
