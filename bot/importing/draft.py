"""What an editor checks before a digest is written: every line of the source, with the one role it was given.

A draft is lines, and what the source says of itself (date, address). Stories are put together from
the roles at the very end, so that changing a line's role is all there is to a correction.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from bot.core.digest import Digest, Image, Story
from bot.core.errors import RoundupError
from bot.core.imported import untitled
from bot.core.markdown.tree import NO_TEXT, Node, Paragraph, Run, Text, words_of
from bot.importing.companies import Registry, companies_in, said_in
from bot.importing.cues import STAMP
from bot.importing.dates import days_in
from bot.importing.shape import addresses_in, plainly, text_of
from bot.importing.tags import split_list, tags_of
from bot.importing.words import plain, tidy, web_address

# A digest of more is no roundup: it would fill thirty messages.
MOST_STORIES = 500


def check_stories(count: int) -> None:
    """Refuse more stories than a digest holds."""
    if count > MOST_STORIES:
        raise RoundupError(f"this has {count:,} stories, a digest holds {MOST_STORIES}; cut it down first")


class Role(StrEnum):
    """What a line of the source becomes."""

    TITLE = "title"
    INTRO = "intro"
    HEADLINE = "headline"  # begins a story
    BODY = "body"  # a paragraph of the story above
    CAPTION = "caption"  # of the story above; of two, the first is the image's description
    TAG = "tag"
    LINK = "link"  # the address of the story above; before the first story, of the digest
    DROPPED = "dropped"  # always with the reason


# What an editor types at the end of a line leads somewhere in these.
_LED = frozenset({Role.HEADLINE, Role.LINK, Role.CAPTION})
_ENDS_IN_ADDRESS = re.compile(r"(?:^|\s+)(https?://\S+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the source; of a page or mail, one block of text."""

    at: int  # where it stands in the source, from 1
    last: int = 0  # where it ends, if it was wrapped there
    text: str
    role: Role
    reason: str = ""  # why it was dropped
    section: str = ""  # of a headline: the name it stands under
    url: str = ""  # of a headline or link: where it leads; of a caption: the picture
    tags: tuple[str, ...] = ()  # of a tag line
    of_story: bool = False  # these tags are the story's, not the digest's
    lost: tuple[str, ...] = ()  # addresses inside its text; a headline keeps one
    relative: tuple[str, ...] = ()  # links that lead nowhere without their page's address
    nodes: tuple[Node, ...] = ()  # its text with its shape, where the source gives it one

    @property
    def shape(self) -> tuple[Node, ...]:
        """Return its text as a digest has it."""
        return self.nodes or plainly(self.text)

    def __post_init__(self) -> None:
        if (self.role is Role.DROPPED) != bool(self.reason):
            raise ValueError("a line is dropped with a reason, and kept without one")

    def taken_as(self, role: Role, reason: str = "") -> Line:
        """Return this line in another role."""
        return replace(self, role=role, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a source's data says of a story beside its lines."""

    summary: Text = NO_TEXT
    body: Text = NO_TEXT  # as it was written
    companies: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A roundup that was read and not yet written."""

    lines: tuple[Line, ...]
    title: str = ""  # what the source is called, if no line is the title
    date: date | None = None
    date_from: str = ""  # where the date stands, in words
    url: str = ""
    newsletter: str = ""
    tags: tuple[str, ...] = ()  # as the source's metadata name them
    draft: bool = False
    names_said: bool = False  # every story says what it is about; nothing is filled in
    facts: Mapping[int, Facts] = field(
        default_factory=dict
    )  # by the headline's place; then nothing is filled in
    intro: Text = NO_TEXT  # as it was written
    warnings: tuple[str, ...] = ()

    def with_role(self, index: int, role: Role) -> Draft:
        """Give one line another role, as the editor says; RoundupError if it cannot have it."""
        changed = self.lines[index].taken_as(role, "by the editor" if role is Role.DROPPED else "")
        if role is Role.TAG and not changed.tags:
            text = changed.text
            changed = replace(changed, tags=tags_of(text) or split_list(text) or (text,))
        if role is Role.LINK and not changed.url:
            changed = replace(changed, url=_address_in(changed))
        return replace(self, lines=(*self.lines[:index], changed, *self.lines[index + 1 :]))

    def with_text(self, index: int, text: str) -> Draft:
        """Let a line say something else; an address behind it is where a headline, link or picture leads."""
        line, words = self.lines[index], tidy(text)
        if words == line.text:
            return self  # with its shape
        if not words:
            raise RoundupError("a line has to say something; drop it instead")
        changed = replace(line, text=words, nodes=())
        if line.role is Role.TAG:
            changed = replace(changed, tags=tags_of(words) or split_list(words) or (words,))
        elif line.role in _LED and (led := _ENDS_IN_ADDRESS.search(words)) and (url := web_address(led[1])):
            says = words if line.role is Role.LINK else words[: led.start()] or line.text
            changed = replace(changed, text=says, url=url, relative=())
        return replace(self, lines=(*self.lines[:index], changed, *self.lines[index + 1 :]))

    def with_title(self, text: str) -> Draft:
        """Let the digest have another title, whatever lines said it."""
        said = [n for n, line in enumerate(self.lines) if line.role is Role.TITLE]
        if not said:
            return replace(self, title=text)
        changed = self.with_text(said[0], text)
        for n in said[1:]:
            changed = changed.with_role(n, Role.DROPPED)
        return changed

    def places(self) -> tuple[str, ...]:
        """Name every line by where it stands in the source: 12, and what else stands there 12.2, 12.3."""
        parts = Counter[int]()
        names = []
        for line in self.lines:
            parts[line.at] += 1
            names.append(f"{line.at}.{parts[line.at]}" if parts[line.at] > 1 else f"{line.at}")
        return tuple(names)

    def counts(self) -> Mapping[Role, int]:
        """Count the lines by role."""
        return Counter(line.role for line in self.lines)

    def headline(self) -> str:
        """Return the digest's title: its title lines, else what the source is called."""
        return " ".join(line.text for line in self.lines if line.role is Role.TITLE) or self.title

    def digest_tags(self) -> tuple[str, ...]:
        """Return the tags of the whole digest, each once."""
        named = (t for line in self.lines if line.role is Role.TAG and not line.of_story for t in line.tags)
        if self.facts:  # of a digest's own data: what it says is what an editor wrote, "~" and all
            return (*self.tags, *named)
        return tuple({plain(tag): tag for tag in reversed([*self.tags, *named]) if plain(tag)}.values())[::-1]


# Lines; further down a day is what a story is about.
_TOP, _LONGEST_WITH_A_DAY = 12, 160


def days_said(draft: Draft) -> Sequence[tuple[str, Line, tuple[date, ...]]]:
    """Return the lines that may say the roundup's day, and the days each may mean: 3/4/2020 is two."""
    placed = enumerate(zip(draft.places(), draft.lines, strict=True))
    said = ((place, line) for n, (place, line) in placed if _may_say_the_day(line, top=n < _TOP))
    found = [(place, line, days) for place, line in said if (days := days_in(line.text))]
    # What says nothing but a day before what says it beside other things.
    return sorted(found, key=lambda said: (said[1].reason != STAMP, len(said[2])))


def _may_say_the_day(line: Line, *, top: bool) -> bool:
    at_the_top = top and line.role is not Role.HEADLINE and len(line.text) <= _LONGEST_WITH_A_DAY
    return line.role is Role.TITLE or line.reason == STAMP or at_the_top


@dataclass(slots=True)
class _Story:
    """A story while its lines are gathered."""

    headline: str = ""
    at: int = 0
    url: str = ""
    section: str = ""
    body: list[Node] = field(default_factory=list)
    captions: list[Line] = field(default_factory=list)
    pictures: list[Line] = field(default_factory=list)  # more than a story can have
    tags: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    relative: list[str] = field(default_factory=list)

    def take(self, line: Line) -> None:
        """Add what *line* says in its role."""
        self.lost += line.lost
        self.relative += line.relative
        match line.role:
            case Role.BODY | Role.INTRO | Role.TITLE:
                self.body += line.shape
            case Role.CAPTION if line.url and any(caption.url for caption in self.captions):
                self.pictures.append(line)
            case Role.CAPTION:
                (self.pictures or self.captions).append(line)
            case Role.TAG if line.of_story:
                self.tags += line.tags
            case Role.LINK if self.url in {"", line.url}:
                self.url = line.url
            case Role.LINK:
                self.body += [Paragraph((Run(line.text, line.url),))] if web_address(line.url) else line.shape

    def image(self) -> Image | None:
        if not self.captions:
            return None
        first, *rest = self.captions
        url = next((line.url for line in self.captions if line.url), "")
        return Image(alt=first.text, caption=" ".join(line.text for line in rest), url=url)


def among(lines: Iterable[Line], others: Iterable[Line]) -> Iterator[Line]:
    """Yield *lines* in their order, with *others* where they stand in the source."""
    left = deque(sorted(others, key=lambda line: line.at))
    for line in lines:
        while left and left[0].at < line.at:
            yield left.popleft()
        yield line
    yield from left


def _address_in(line: Line) -> str:
    found = re.search(r"https?://[^\s<>\"]+", line.text)
    address = web_address(found[0].rstrip(".,;:!?)")) if found else next(iter(line.lost), "")
    if not address:
        raise RoundupError("there is no web address in that line, so it can be no link")
    return address


def digest_of(draft: Draft, *, day: date, slug_id: str, registry: Registry) -> Digest:
    """Put the digest together from the roles, and fill in the companies and each story's own tags."""
    front, stories = _gather(draft)
    tags = draft.digest_tags()
    return Digest(
        id=slug_id,
        title=draft.headline() or untitled(day),
        date=day,
        url=draft.url or front.url,
        intro=_written(front.body, draft.intro),
        newsletter=draft.newsletter,
        tags=tags,
        draft=draft.draft,
        stories=tuple(
            _story(story, f"{slug_id}/{n}", n, _facts(story, draft, tags, registry))
            for n, story in enumerate(stories, start=1)
        ),
    )


def stories_without_text(draft: Draft) -> tuple[str, ...]:
    """Return the headlines under which nothing is left: neither text nor link. They stand in for the text."""
    _, stories = _gather(draft)
    return tuple(story.headline for story in stories if not story.body and not story.url)


def links_left_out(draft: Draft) -> dict[str, tuple[str, ...]]:
    """Return the addresses inside bodies that find no place in the digest, by headline ("" for the intro)."""
    front, stories = _gather(draft)
    left = {
        story.headline: tuple(dict.fromkeys(u for u in story.lost if u not in _kept(story)))
        for story in [front, *stories]
    }
    return {headline: urls for headline, urls in left.items() if urls}


def relative_links(draft: Draft) -> dict[str, tuple[str, ...]]:
    """Return the links that lead nowhere without their page's address, by headline ("" for the intro)."""
    front, stories = _gather(draft)
    return {s.headline: tuple(dict.fromkeys(s.relative)) for s in [front, *stories] if s.relative}


def pictures_left_out(draft: Draft) -> dict[str, tuple[str, ...]]:
    """Return the pictures beyond a story's first, by its headline."""
    _, stories = _gather(draft)
    return {s.headline: tuple(line.url or line.text for line in s.pictures) for s in stories if s.pictures}


def _kept(story: _Story) -> frozenset[str]:
    return frozenset({story.url}) | addresses_in(story.body)


def _gather(draft: Draft) -> tuple[_Story, list[_Story]]:
    front, stories = _Story(), list[_Story]()
    for line in draft.lines:
        if line.role is Role.HEADLINE:
            story = _Story(headline=line.text, at=line.at, url=line.url, section=line.section)
            stories.append(replace(story, lost=list(line.lost), relative=list(line.relative)))
        elif line.role is Role.INTRO or (line.role is Role.CAPTION and not stories):
            front.body += line.shape
            front.lost += line.lost
            front.relative += line.relative
        elif line.role not in {Role.TITLE, Role.DROPPED}:
            (stories[-1] if stories else front).take(line)
    return front, [_with_first_link(story) for story in stories]


def _with_first_link(story: _Story) -> _Story:
    """A story without an address of its own takes the first one in its text; none instead of its own."""
    return story if story.url or not story.lost or story.relative else replace(story, url=story.lost[0])


def _facts(story: _Story, draft: Draft, tags: Collection[str], registry: Registry) -> Facts:
    """Say what a story is about: as its data says, as its tag lines say, or as its words do."""
    if story.at in draft.facts:
        return draft.facts[story.at]
    if draft.names_said:
        companies = [name for name in story.tags if name in registry]
        others = dict.fromkeys(name for name in story.tags if name not in registry)
        return Facts(companies=tuple(companies), tags=tuple(others))
    text = "\n".join([story.headline, *(words_of(node.runs) for node in story.body)])
    found = companies_in(text, registry, other_names=tags)
    # Those of the digest's tags that stand in it, and are no company there.
    own = [tag for tag in (*story.tags, *said_in(text, tags)) if tag not in found]
    return Facts(companies=tuple(found), tags=tuple(dict.fromkeys(own)))


def seen(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Return what shows something; nothing else has a line."""
    return tuple(node for node in nodes if tidy(words_of(node.runs)))


def _written(said: Sequence[Node], as_it_was: Text) -> Text:
    """Return the text that says this, as its editor wrote it as long as that says the same."""
    return as_it_was if seen(as_it_was.nodes) == tuple(said) else text_of(said)


def _story(story: _Story, story_id: str, n: int, facts: Facts) -> Story:
    return Story(
        id=story_id,
        n=n,
        headline=story.headline,
        section=story.section,
        summary=facts.summary,
        # A story needs one of the two.
        body=_written(story.body or (() if story.url else plainly(story.headline)), facts.body),
        companies=facts.companies,
        tags=facts.tags,
        url=story.url,
        image=story.image(),
    )
