"""One story for one reader: its buttons, itself in place of the answer it was found in, and shared with all.

A button carries ids and what was asked, never words to be posted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.core.digest import Digest, Story
from bot.core.message import Block, Message, Part
from bot.slack.payload import read_json
from bot.slack.views import kit, mrkdwn, posts
from bot.slack.views.kit import DOT
from bot.slack.views.whole_story import full_story

READ = "answer_read"  # value: {"story": id} and, if there is a way back, {"q": query, "offset": n}
SHARE = "answer_share"  # value: {"stories": [id, …]}
MORE = "answer_more"  # value: {"q": query, "offset": n}
BACK = "answer_back"  # value: the same

MOST_SHARED = 5  # at once: buttons of before shared a whole page

Find = Callable[[str], tuple[Digest, Story] | None]
Link = Callable[[Digest, Story], str]  # to the message where a story was posted, "" for none


@dataclass(frozen=True, slots=True)
class Page:
    """What was asked, and how many stories came on the pages before."""

    query: str
    offset: int = 0

    def at(self, offset: int) -> Page:
        """Return another page of the same answer."""
        return Page(self.query, max(0, offset))

    def button(self, label: str, action: str) -> list[dict[str, Any]]:
        """Return the button that goes there; none if Slack cannot carry a question that long."""
        return _carried(kit.button(label, action, self.fields))

    @property
    def fields(self) -> dict[str, Any]:
        """Return what a button carries of it."""
        return {"q": self.query, "offset": self.offset}


def _carried(button: dict[str, Any]) -> list[dict[str, Any]]:
    return [button] if mrkdwn.size(button["value"]) <= kit.MAX_VALUE else []


def buttons(digest: Digest, story: Story, page: Page, link: Link, *, n: int = 0) -> Block:
    """Return what can be done with a story that was found; *n* is its place in the message."""
    return kit.actions(
        read_button(story, page), *_in_the_channel(link(digest, story), story, n), _share(story)
    )


def read_button(story: Story, page: Page) -> dict[str, Any]:
    """Return the button that opens a story in place; what was asked comes along if there is room for it."""
    about = {"story": story.id}
    carried = _carried(kit.button("Read", READ, about | page.fields)) or [kit.button("Read", READ, about)]
    return _of(carried[0], story)


def _in_the_channel(address: str, story: Story, n: int) -> Iterator[dict[str, Any]]:
    if address:
        yield _of(kit.link_button("In the channel", address, n), story)


def _share(story: Story) -> dict[str, Any]:
    return _of(kit.button("Share", SHARE, {"stories": [story.id]}), story)


def _of(button: dict[str, Any], story: Story) -> dict[str, Any]:
    return kit.heard(button, story.headline)


# --- a story in full -----------------------------------------------------------------------------------


def opened(digest: Digest, story: Story, *, link: Link, back: Page | None = None) -> Message:
    """Return a story in full, with the way *back* to the answer whose place it takes."""
    blocks = full_story(story)
    acting = [*_in_the_channel(link(digest, story), story, 0), _share(story)]
    way_back = back.button("Back", BACK) if back else []
    end = (origin(digest), kit.actions(*way_back, *acting))
    goes_on = kit.context(kit.own("The whole story is in the digest's thread"))
    return message(*kit.beside(blocks, end, goes_on, fit=kit.fits))


def origin(digest: Digest, code: str = "") -> Block:
    """Return the line that says which digest a story is from."""
    title = kit.label(digest.title, kit.MAX_HEADER)
    return kit.context(kit.plain(where_from(digest.date, title, code)))


def where_from(day: date, *more: str) -> str:
    """Return the day and whatever else is known, on one line."""
    return DOT.join(filter(None, (mrkdwn.short_date(day), *more)))


# --- shared with a channel -----------------------------------------------------------------------------


def shared_part(value: str, *, user: str, find: Find) -> Part | None:
    """Return what a press of "Share" posts, or None if its stories are no more.

    *value* is the button's. Only ids are taken from it, so nobody can put words in our mouth.
    """
    found = [known for story in _ids(value) if (known := find(story))][:MOST_SHARED]
    if not found:
        return None
    by = kit.section(f"Shared by <@{re.sub(r'[^A-Z0-9]', '', user)}>")
    stories = [_shared(digest, story) for digest, story in found]
    while not kit.fits((by, *(block for story in stories for block in story))):
        stories.pop()  # five long ones, most of it marks to be escaped
    said = message(by, *(block for story in stories for block in story))
    return Part(message=said, stories=tuple(story.id for _, story in found[: len(stories)]))


def _ids(value: str) -> list[str]:
    try:
        stories = read_json(value)["stories"]
    except (ValueError, TypeError, KeyError):  # not ours
        return []
    return [story for story in stories if isinstance(story, str)] if isinstance(stories, list) else []


def _shared(digest: Digest, story: Story) -> tuple[Block, ...]:
    return posts.teaser(story, posts.MAX_SUMMARY), origin(digest, story.code)


def message(*blocks: Block) -> Message:
    """Return the blocks as a message that reads them out, as far as there is room."""
    return Message(text=_first_lines(kit.reading(blocks)), blocks=tuple(blocks))


def _first_lines(text: str) -> str:
    """Return as many whole lines as are read out; more only where marks had to be defused by the hundred."""
    while mrkdwn.units(text) > kit.MAX_TEXT:
        text = text.rpartition("\n")[0]
    return text
