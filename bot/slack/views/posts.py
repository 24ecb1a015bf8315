"""A digest as a post: one message in the channel, the rest in its thread. Says nothing of when or where to.

Every message is whole: what its blocks show, its `text` tells, for notifications and screen readers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, groupby
from typing import Any, TypeVar

from bot.core.digest import Digest, Story, begins_section, in_sections
from bot.core.markdown.tree import Paragraph, Run, Text
from bot.core.message import Block, Message, Part
from bot.core.sentences import sentences
from bot.core.settings import Layout
from bot.core.sizes import URL
from bot.slack.views import mrkdwn, prose
from bot.slack.views.kit import (
    DIVIDER,
    DOT,
    MAX_HEADER,
    MAX_TEXT,
    actions,
    context,
    counted,
    fits,
    fits_blocks,
    header,
    label,
    link_button,
    one_line,
    own,
    plain,
    reading,
    rich,
    run,
)
from bot.slack.views.whole_story import MAX_HEADLINE, folded_story, full_story, names

MAX_INTRO = 1_200  # of the first message of full stories; the rest comes before them
MAX_LEAD = 300  # of an intro's first sentence
MAX_SUMMARY = 300  # a sentence or two
MAX_EXAMPLE = 25
MAX_LISTED = 200  # of an address, where there are many bare headlines
MAX_NAMES = 60  # of what a story is about, behind its only line

Thing = TypeVar("Thing")

# How much of an editor's summary, and of a first sentence, a headlines message has of each story, from
# generous to bare; the first that fits is taken. A sentence is cut so that ten of them are one screen.
_LINES = ((MAX_SUMMARY, 80), (220, 80), (160, 80), (110, 80))
_HEADLINES = (150, 100, 60)
_MOST_LISTED = (40, 20, 10)  # the last fits whatever the characters: escaped and defused they double


def digest_parts(
    digest: Digest, stories: Sequence[Story], *, layout: Layout, corrected: date | None = None
) -> tuple[Part, ...]:
    """Return the post: its message in the channel, then those of its thread. Nothing without stories."""
    if not stories:
        return ()
    issue = _Issue(digest=digest, stories=in_sections(stories), corrected=corrected)
    match layout:
        case Layout.HEADLINES:
            first, rest = _headlines_first(issue)
        case Layout.FULL:
            first, rest = _full_first(issue)
        case Layout.FOLDED:
            first, rest = _folded_first(issue)
    return (first, *_thread(rest))


def newest(digest: Digest) -> Message:
    """Return the digest's headlines as an answer to somebody who asked for the newest."""
    return _headlines(_Issue(digest=digest, stories=in_sections(digest.stories)))[0].message


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
    headline: str = ""
    torn: bool = False  # it began in another message

    @property
    def shown(self) -> tuple[Block, ...]:
        """Return its blocks; what goes on says of what."""
        if not (self.torn and self.headline):
            return self.blocks
        headline = label(self.headline, MAX_HEADER)
        return (context(plain(f"{headline}, continued")), *self.blocks)


def _headlines_first(issue: _Issue) -> tuple[Part, list[_Entry]]:
    part, whole = _headlines(issue, threaded=True)
    intro = prose.opening(issue.digest.intro.nodes, MAX_LEAD)[1]
    left = _left_over(issue.digest, prose.blocks(intro))
    return part, [*left, *(story for story in _stories(issue) if story.story not in whole)]


def _full_first(issue: _Issue) -> tuple[Part, list[_Entry]]:
    top = _top(issue, *_intro_blocks(issue)[:1])
    entries = [*_left_over(issue.digest, _intro_blocks(issue)[1:]), *_stories(issue)]
    everything = [top, *_divided(entries), _footer(issue)]
    if fits_blocks(_blocks(everything)):
        return _full(issue, everything), []
    footer = _footer(issue, where=_MORE)
    taken, rest = _fill(entries, lambda some: fits_blocks(_blocks([top, *_divided(some), footer])))
    return _full(issue, [top, *_divided(taken), footer], where=_MORE), rest


def _folded_first(issue: _Issue) -> tuple[Part, list[_Entry]]:
    top = _top(issue, *_intro_blocks(issue)[:1])
    folded = list(_folded_stories(issue))
    intro = [(entry, None) for entry in _left_over(issue.digest, _intro_blocks(issue)[1:])]
    entries = [*intro, *folded]

    def hold(some: Sequence[tuple[_Entry, _Entry | None]], where: str) -> bool:
        return fits_blocks(_blocks([top, *_firsts(some), _footer(issue, where=where)]))

    where = "" if hold(entries, "") and not any(rest for _, rest in entries) else _MORE
    count = _most(entries, lambda some: hold(some, where))
    left = [rest for _, rest in entries[:count] if rest]
    full = [*(entry for entry, _ in intro), *_stories(issue)][count:]
    shown = [top, *_firsts(entries[:count]), _footer(issue, where=where)]
    return _full(issue, shown, where=where), [*left, *full]


def _firsts(pairs: Iterable[tuple[_Entry, _Entry | None]]) -> list[_Entry]:
    return [entry for entry, _ in pairs]


def _full(issue: _Issue, entries: Sequence[_Entry], *, where: str = "") -> Part:
    part = _part(entries)
    if mrkdwn.units(part.message.text) <= MAX_TEXT:
        return part
    # All its words do not fit a text: what is read out is the same stories, shorter.
    shorter = f"{_headlines(issue)[0].message.text}\n{where}".strip()
    return replace(part, message=replace(part.message, text=shorter))


def _headlines(issue: _Issue, *, threaded: bool = False) -> tuple[Part, frozenset[str]]:
    """Return the message, and the stories of which it says all there is."""
    lead, rest = prose.opening(issue.digest.intro.nodes, MAX_LEAD)
    top, cut = _top(issue, *prose.blocks(lead)), _is_cut(issue.digest)
    for listed, whole in _ever_shorter(issue.stories):
        more = _FULL if len(whole) < len(issue.stories) else _INTRO if rest else _MORE if cut else ""
        part = _part([top, *listed, _footer(issue, where=more if threaded else "")])
        if fits(part.message.blocks):
            break
    return replace(part, stories=issue.ids), whole


_FULL = "Full stories in the thread"
_INTRO = "The rest of the introduction in the thread"
_MORE = "More in the thread"


def _ever_shorter(stories: tuple[Story, ...]) -> Iterator[tuple[list[_Entry], frozenset[str]]]:
    for limits in _LINES:
        whole = frozenset(story.id for story in stories if _says_all(story, _line(story, *limits)))
        yield [_listed(story, above, limits, whole) for story, above in _under_sections(stories)], whole
    whole = frozenset(story.id for story in stories if not names(story) and _says_all(story, ""))
    for limit in _HEADLINES:
        short = whole.intersection(story.id for story in stories if _size(story) <= limit)
        yield [_Entry(blocks=bare_headlines(stories, limit))], short
    for most in filter(len(stories).__gt__, _MOST_LISTED):
        listed = stories[:most]
        more = context(own(f"and {len(stories) - most} more"))
        short = whole.intersection(story.id for story in listed if _size(story) <= _HEADLINES[-1])
        yield [_Entry(blocks=(*bare_headlines(listed, _HEADLINES[-1]), more))], short


def _listed(story: Story, above: Sequence[str], limits: tuple[int, int], whole: frozenset[str]) -> _Entry:
    said = _said(story, *limits)
    if story.id in whole and names(story):
        said.append({**run(f"\n{DOT.join(names(story))}"), "style": {"italic": True}})
    headline = _short_headline(story, MAX_HEADER)
    return _Entry(story=story.id, blocks=(*map(_section_name, above), rich(headline, *said)))


def _said(story: Story, summary: int, sentence: int) -> list[dict[str, Any]]:
    """Return that line as it is shown: a summary that need not be cut keeps its links and styles."""
    line = _line(story, summary, sentence)
    is_whole = story.summary and line == one_line(story.summary.line)
    return prose.below(story.summary.nodes if is_whole else (Paragraph((Run(line),)),), MAX_LISTED)


def _line(story: Story, summary: int, sentence: int) -> str:
    """Return what is said of a story below its headline: the editor's summary, else its first sentence."""
    if story.summary:
        return label(story.summary.line, summary)
    first, *_ = sentences(_first_paragraph(story)) or [""]
    return mrkdwn.shorten(first, sentence)


def _first_paragraph(story: Story) -> str:
    """Return the first one that shows something: a blank of no width alone is a paragraph, too."""
    return next(filter(None, map(one_line, story.body.paragraphs)), "")


def _says_all(story: Story, line: str) -> bool:
    """Tell whether its headline and that line leave nothing of a story unsaid."""
    if story.image or _size(story) > MAX_HEADER or mrkdwn.size(DOT.join(names(story))) > MAX_NAMES:
        return False
    return _is_plainly(story.body or story.summary, line)


def _is_plainly(text: Text, line: str) -> bool:
    return text.nodes == ((Paragraph((Run(line),)),) if line else ())


def _size(story: Story) -> int:
    return mrkdwn.size(one_line(story.headline))


def _section_name(name: str) -> Block:
    return context(plain(label(name, MAX_HEADER)))


def _top(issue: _Issue, *intro: Block) -> _Entry:
    return _Entry(blocks=(*_masthead(issue), *intro, DIVIDER))


def _masthead(issue: _Issue) -> tuple[Block, ...]:
    digest = issue.digest
    count = counted(len(issue.stories))
    if len(issue.stories) < len(digest.stories):
        count = f"{len(issue.stories)} of {counted(len(digest.stories))}, chosen for this channel"
    web = mrkdwn.link_or_nothing(digest.url, "Web version")
    line = DOT.join(filter(None, (mrkdwn.spoken_date(digest.date), count, web)))
    return header(digest.title), context(own(line))


def _left_over(digest: Digest, intro: Sequence[Block]) -> list[_Entry]:
    """Return what the top has no room for: a title longer than a header, the rest of the intro."""
    title = mrkdwn.split(one_line(digest.title), MAX_HEADLINE) if _is_cut(digest) else []
    left = [*(rich(run(piece, bold=True)) for piece in title), *intro]
    return [_Entry(blocks=tuple(left))] if left else []


def _is_cut(digest: Digest) -> bool:
    return mrkdwn.size(one_line(digest.title)) > MAX_HEADER


def _intro_blocks(issue: _Issue) -> tuple[Block, ...]:
    first, *rest = prose.split(issue.digest.intro.nodes, MAX_INTRO) or [()]
    return (*prose.blocks(first), *prose.blocks(chain.from_iterable(rest)))


def teaser(story: Story, limit: int) -> Block:
    """Return the headline, with no more than *limit* of what it is about."""
    said = summary(story, limit)
    return rich(_short_headline(story, MAX_HEADER), *([run(f"\n{said}")] if said else []))


def summary(story: Story, limit: int = MAX_SUMMARY) -> str:
    """Return a sentence or two: the editor's own, else the first of the body."""
    if story.summary:
        return label(story.summary.line, limit)
    return mrkdwn.opening(_first_paragraph(story), limit)


def bare_headlines(stories: Sequence[Story], limit: int) -> tuple[Block, ...]:
    """Return bulleted lists of headlines of at most *limit* characters each, a list a section."""
    blocks: list[Block] = []
    for name, some in groupby(stories, lambda story: story.section):
        runs = (_short_headline(one, limit, MAX_LISTED) for one in some)
        items = [{"type": "rich_text_section", "elements": [line]} for line in runs]
        lists = [{"type": "rich_text_list", "style": "bullet", "elements": page} for page in _pages(items)]
        above = [rich(run(label(name, limit)))] if name else []
        blocks += (*above, *({"type": "rich_text", "elements": [each]} for each in lists))
    return tuple(blocks)


def _pages(items: Sequence[Thing]) -> list[Sequence[Thing]]:
    return [items[n : n + 15] for n in range(0, len(items), 15)]


def _short_headline(story: Story, limit: int, longest: int = URL) -> dict[str, Any]:
    url = story.url if mrkdwn.size(story.url) <= longest else ""
    return run(label(story.headline, limit), url=url, bold=True)


def _footer(issue: _Issue, *, where: str = "") -> _Entry:
    newsletter = mrkdwn.web_address(issue.digest.newsletter)
    button = [actions(link_button("Sign up for the newsletter", newsletter, 0))] if newsletter else []
    corrected = f"*Corrected {mrkdwn.short_date(issue.corrected)}*" if issue.corrected else ""
    lines = filter(None, (corrected, DOT.join(filter(None, (where, _how_to_ask(issue))))))
    small = [own(line) for line in lines]
    return _Entry(blocks=(DIVIDER, *button, *([context(*small)] if small else [])))


def _how_to_ask(issue: _Issue) -> str:
    """Return what can be asked, by a name of this issue and a code; nothing where it has none."""
    name = example_company(issue.stories)
    ask = f"Ask {mrkdwn.code(f'/roundup {name}')}" if name else ""
    story_code = next((story.code for story in issue.stories if story.code), "")
    opens = f"{mrkdwn.code(f'/roundup {story_code}')} opens a story" if story_code else ""
    return DOT.join(filter(None, (ask, opens)))


def example_company(stories: Sequence[Story]) -> str:
    """Return a company worth asking for: one that makes a headline, else the first; "" without any."""
    named = [(one_line(c), s.headline) for s in stories for c in s.companies if 0 < len(c) <= MAX_EXAMPLE]
    leading = (name for name, headline in named if name in headline)
    return next(leading, next((name for name, _ in named), ""))


# --- stories ------------------------------------------------------------------------------------------


def _stories(issue: _Issue) -> Iterator[_Entry]:
    for story, above in _under_sections(issue.stories):
        blocks = (*map(header, above), *full_story(story))
        yield _Entry(story=story.id, blocks=blocks, headline=story.headline)


def _folded_stories(issue: _Issue) -> Iterator[tuple[_Entry, _Entry | None]]:
    """Yield each story folded, and what is left of a very long one."""
    for story, above in _under_sections(issue.stories):
        folded = folded_story(story)
        left = _Entry(story=story.id, blocks=folded.left, headline=story.headline, torn=True)
        yield (
            _Entry(story=story.id, blocks=(*map(header, above), folded.block)),
            left if folded.left else None,
        )


def _under_sections(stories: Sequence[Story]) -> Iterator[tuple[Story, list[str]]]:
    """Yield each story with the name of the section that it begins, if it does."""
    first = begins_section(stories)
    yield from ((story, [story.section] if story.id in first else []) for story in stories)


# --- filling messages ----------------------------------------------------------------------------------


def _thread(entries: list[_Entry]) -> list[Part]:
    """Return the replies; if there are several, each says which it is."""
    pages: list[list[_Entry]] = []
    while entries:
        # With room for the most that is said there.
        taken, entries = _fill(entries, lambda some: fits(_blocks([*_divided(some), _place(999, 999)])))
        pages.append(_divided(taken))
    if len(pages) == 1:
        return [_part(pages[0])]
    return [_part([*page, _place(n, len(pages))]) for n, page in enumerate(pages, start=1)]


def _place(n: int, count: int) -> _Entry:
    return _Entry(blocks=(context(own(f"{n} of {count}")),))


def _part(entries: Sequence[_Entry]) -> Part:
    """Return the message of these entries, which knows whose each of its blocks is."""
    blocks = _blocks(entries)
    return Part(
        message=Message(text=reading(blocks), blocks=blocks),
        stories=tuple(entry.story for entry in entries if entry.story),
        whose=tuple(entry.story for entry in entries for _ in entry.shown),
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
    goes_on = [replace(first, blocks=left, torn=True)] if left else []
    return [replace(first, blocks=taken)], [*goes_on, *rest]


def _most(things: Sequence[Thing], hold: Callable[[Sequence[Thing]], bool]) -> int:
    """Return how many of the first things are held together; more are never held if fewer are not."""
    return next((n for n in range(len(things)) if not hold(things[: n + 1])), len(things))


def _divided(entries: Iterable[_Entry]) -> list[_Entry]:
    between = _Entry(blocks=(DIVIDER,))
    return [part for entry in entries for part in (between, entry)][1:]


def _blocks(entries: Iterable[_Entry]) -> tuple[Block, ...]:
    return tuple(block for entry in entries for block in entry.shown)
