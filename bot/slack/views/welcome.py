"""What can be asked, and what there is: help, the welcome, the newest digest, companies and tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.core.digest import Digest, Story
from bot.core.message import Block, Message
from bot.core.search.answer import Help, Latest, Names
from bot.slack.views import kit, mrkdwn, posts
from bot.slack.views.kit import DOT
from bot.slack.views.stories import BACK, MORE, Link, Page, buttons, message, read_button

HEADLINES = 10  # of the newest digest, under the welcome
STORIES = 5  # of it on a page, where each is told: more is no answer on a telephone
NAMES = 60  # on a page
MAX_NAMED = 60  # characters of a story's companies, where several stories are in one message
_SUMMARIES = (160, 110, 40)  # how much is said of each story of the newest digest; the first that fits
_LONGEST_LINK = 2_500  # escaped; more of it and Slack would refuse its section of 3,000

TRY = f"`/roundup help` shows how to ask{DOT}`/roundup latest` the newest digest"


def what_there_is(reply: Help | Latest | Names, page: Page, link: Link) -> Message:
    """Return what somebody is shown who asks for nothing in particular."""
    match reply:
        case Latest():
            return _latest(reply, page, link)
        case Names():
            return _names(reply, page)
        case Help(welcome=True):
            return _welcome(reply.digest)
        case Help():
            return _help(reply.digest)


def _help(digest: Digest | None) -> Message:
    return message(kit.section("*Ask the roundup*"), _listed(_ways_to_ask(_Examples.of(digest))))


@lru_cache(maxsize=1)  # everybody who opens it gets the same
def home_view(digest: Digest | None) -> dict[str, Any]:
    """Return the app's Home tab: how to ask, and the newest digest."""
    ways = _help(digest).blocks
    # Without its buttons: what is pressed there has no address that an answer could go to.
    newest = (kit.DIVIDER, *posts.newest(digest).blocks) if digest else ()
    return {"type": "home", "blocks": [*ways, *newest]}


def home_of_a_stranger(said: Message) -> dict[str, Any]:
    """Return the Home tab of somebody who is not answered."""
    return {"type": "home", "blocks": list(said.blocks)}


def _welcome(digest: Digest | None) -> Message:
    said = kit.section("*Ask the roundup*: a company, a topic or a whole question finds its stories.")
    ways = _listed(_ways_to_ask(_Examples.of(digest))[:3])
    newest = (*_masthead(digest), *_headlines(digest)) if digest else ()
    return message(said, ways, *newest, kit.context(kit.own(TRY)))


def _masthead(digest: Digest) -> tuple[Block, ...]:
    title = kit.rich(kit.run(kit.label(digest.title, kit.MAX_HEADER), bold=True))
    when = f"{mrkdwn.spoken_date(digest.date)}{DOT}{kit.counted(len(digest.stories))}"
    return title, kit.context(kit.own(when))


def _headlines(digest: Digest) -> Iterator[Block]:
    for story in digest.stories[:HEADLINES]:
        yield {"type": "section", "text": _headline(story), "accessory": read_button(story, Page(""))}


def _headline(story: Story) -> dict[str, Any]:
    words = kit.label(story.headline, kit.MAX_HEADER)
    linked = mrkdwn.link(story.url, words)
    return kit.own(linked) if story.url and mrkdwn.size(linked) <= _LONGEST_LINK else kit.plain(words)


# --- the newest digest ---------------------------------------------------------------------------------


def _latest(reply: Latest, page: Page, link: Link) -> Message:
    digest = reply.digest
    if digest is None:
        return message(kit.section("There is no digest yet."), kit.context(kit.own(TRY)))
    stories = digest.stories[page.offset : page.offset + STORIES]
    top, end = _top(digest, page), turning(page, len(stories), len(digest.stories), STORIES)
    acting = [buttons(digest, story, page, link, n=n) for n, story in enumerate(stories)]
    for limit in _SUMMARIES:
        said = ((posts.teaser(story, limit), _about(story)) for story in stories)
        shown = (block for texts, act in zip(said, acting, strict=True) for block in (*texts, act))
        blocks = (*top, *shown, *end)
        if kit.fits_blocks(blocks):
            break
    return message(*blocks)


def _top(digest: Digest, page: Page) -> tuple[Block, ...]:
    if not page.offset:
        return _masthead(digest)
    last = min(page.offset + STORIES, len(digest.stories))
    return (kit.context(kit.own(f"{page.offset + 1} to {last} of {kit.counted(len(digest.stories))}")),)


def _about(story: Story) -> Block:
    names = mrkdwn.shorten(", ".join(map(kit.one_line, story.companies)), MAX_NAMED)
    return kit.context(kit.plain(DOT.join(filter(None, (names, story.code))) or DOT.strip()))


def turning(page: Page, shown: int, total: int, size: int) -> tuple[Block, ...]:
    """Return the buttons that turn the pages of an answer."""
    following = page.offset + shown
    back = page.at(page.offset - size).button("Back", BACK) if page.offset else []
    more = page.at(following).button("More", MORE) if shown and following < total else []
    return (kit.actions(*back, *more),) if back or more else ()


# --- what there is to ask for --------------------------------------------------------------------------


def _names(reply: Names, page: Page) -> Message:
    names = reply.names[page.offset : page.offset + NAMES]
    if not names:
        return message(kit.section(f"No story has {reply.what} yet."), kit.context(kit.own(TRY)))
    place = f", {page.offset + 1} to {page.offset + len(names)}" if len(reply.names) > len(names) else ""
    said = kit.rich(
        kit.run(f"{len(reply.names)} {reply.what}", bold=True), kit.run(f"{place}, with their stories")
    )
    listed = DOT.join(f"{kit.label(name, 60)} {count}" for name, count in names)
    ask = "`/roundup NAME` finds a company" if reply.what == "companies" else "`/roundup in:TAG` finds a tag"
    turn = turning(page, len(names), len(reply.names), NAMES)
    return message(said, kit.rich(kit.run(listed)), kit.context(kit.own(ask)), *turn)


# --- how to ask ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)  # no slots: its defaults are read from the class
class _Examples:
    """Words that do find something; the first digest's, until there is one."""

    company: str = "Fliggy"
    phrase: str = "Labor Day"
    tag: str = "travel"
    code: str = "#2018-4"
    month: str = "2020-05"

    @classmethod
    def of(cls, digest: Digest | None) -> _Examples:
        """Take them from a digest."""
        if digest is None:
            return cls()
        stories = digest.stories
        companies = {name for story in stories for name in story.companies}
        words = " ".join(story.body.words for story in stories)
        pairs = re.findall(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b", words)
        tags = [tag for story in stories for tag in story.tags]
        return cls(
            company=posts.example_company(stories) or cls.company,
            phrase=_short(pair for pair in pairs if pair not in companies) or cls.phrase,
            tag=_short(tag for tag in (*tags, *digest.tags) if tag not in companies) or cls.tag,
            code=_short(story.code for story in stories) or cls.code,
            month=f"{digest.date:%Y-%m}",
        )


def _short(words: Iterable[str]) -> str:
    return next((word for word in map(kit.one_line, words) if 0 < len(word) <= posts.MAX_EXAMPLE), "")


def _ways_to_ask(example: _Examples) -> Sequence[tuple[str, str]]:
    company, tag = example.company, example.tag
    return (
        (company, "a company, by any of its names; a typo does no harm"),
        (f"what did {company} announce?", "words, or a whole question"),
        (example.code, "one story in full, by its code"),
        ("latest", "the newest digest; `news` and `what's new` do the same"),
        ("companies", "the companies there are stories of; `tags` the tags"),
        (f'"{example.phrase}"', "an exact phrase"),
        (f"{company} -{tag.split()[0]}", "without a word"),
        (f"{company} during:{example.month}", "a month; `before:` and `after:` also take a day or a year"),
        (f'in:"{tag}"' if " " in tag else f"in:{tag}", "a tag"),
    )


def _listed(ways: Iterable[tuple[str, str]]) -> Block:
    lines = "\n".join(f"{mrkdwn.code(f'/roundup {ask}')}  {what}" for ask, what in ways)
    return {"type": "section", "text": kit.own(lines), "expand": True}
