"""An answer as a message: for one reader, and, when shared, for a channel. Searches nothing itself.

Everything here is built from values and story ids; a button carries ids, never words to be posted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from bot.core.digest import Digest, Story
from bot.core.message import Block, Message, Part
from bot.core.search.answer import Answer, AnswerKind, Help, Latest, Match, Opened, Reply
from bot.slack.views import kit, mrkdwn, posts
from bot.slack.views.kit import DOT

SHARE = "answer_share"  # value: {"stories": [id, …]}
MORE = "answer_more"  # value: {"q": query, "offset": n}
SUGGEST = "suggest_"  # and a number; value: the name

PAGE = 5  # stories of an answer that readers see at once; with more, the buttons' values might not fit
MAX_VALUE = 2_000  # of a button
MAX_ECHO = 100  # of the reader's own words
MAX_EXCERPT = 400
MAX_NAMES = 5  # suggestions
HEADLINES = 10  # of the newest digest, under the welcome

Find = Callable[[str], tuple[Digest, Story] | None]


def answer_message(reply: Reply, *, find: Find, offset: int = 0) -> Message:
    """Return what the reader sees. *find* knows stories by id; *offset* is how many came on earlier pages."""
    match reply:
        case Answer():
            return _answer(reply, find, offset)
        case Latest():
            return _latest(reply.digest)
        case Opened():
            return _opened(reply.digest, reply.story)
        case Help():
            return _help(reply)


def _answer(answer: Answer, find: Find, offset: int) -> Message:
    match answer.kind:
        case AnswerKind.MATCHES:
            return _matches(answer, find, offset)
        case AnswerKind.CLOSEST:
            return _closest(answer, find)
        case AnswerKind.DID_YOU_MEAN:
            return _did_you_mean(answer)
        case AnswerKind.NOTHING:
            return _nothing(answer)


@lru_cache(maxsize=1)  # everybody who opens it gets the same
def home_view(digest: Digest | None) -> dict[str, Any]:
    """Return the app's Home tab: how to ask, and the newest digest."""
    ways = _help(Help(digest=digest)).blocks
    newest = (kit.DIVIDER, *_latest(digest).blocks) if digest else ()
    return {"type": "home", "blocks": [*ways, *newest]}


def shared_part(value: str, *, user: str, find: Find) -> Part | None:
    """Return what a press of "Share to channel" posts, or None if its stories are no more.

    *value* is the button's. Only ids are taken from it, so nobody can put words in our mouth.
    """
    found = [known for story in _ids(value) if (known := find(story))][:PAGE]
    if not found:
        return None
    by = _sentence(f"Shared by <@{re.sub(r'[^A-Z0-9]', '', user)}>")
    stories = [_shared(digest, story) for digest, story in found]
    while not kit.fits((by, *(block for story in stories for block in story))):
        stories.pop()  # five long ones, most of it marks to be escaped
    message = _message(by, *(block for story in stories for block in story))
    return Part(message=message, stories=tuple(story.id for _, story in found[: len(stories)]))


def not_shared() -> Message:
    """Return what a reader is told while it cannot be written down what they share."""
    return _message(_sentence("Not shared: the database is away. Ask again in a minute."))


def _ids(value: str) -> list[str]:
    try:
        stories = json.loads(value)["stories"]
    except (ValueError, TypeError, KeyError, RecursionError):  # not ours
        return []
    return [story for story in stories if isinstance(story, str)] if isinstance(stories, list) else []


def _shared(digest: Digest, story: Story) -> tuple[Block, ...]:
    return posts.teaser(story, posts.MAX_SUMMARY), _origin(digest, story.code)


# --- what was found ------------------------------------------------------------------------------------


def _matches(answer: Answer, find: Find, offset: int) -> Message:
    shown = answer.matches
    blocks = [block for match in shown for block in _match(match, find)]
    return _message(_found(answer, offset, len(shown)), *blocks, *_buttons(answer, shown, offset))


def _found(answer: Answer, offset: int, shown: int) -> Block:
    place = f", {offset + 1} to {offset + shown}" if answer.total > shown else ""
    return kit.rich(
        kit.run(kit.counted(answer.total), bold=True), kit.run(f" for {_echo(answer.query)}{place}")
    )


def _match(match: Match, find: Find) -> Iterator[Block]:
    known = find(str(match.story.id))
    url = known[1].url if known else ""
    excerpt = mrkdwn.shorten(kit.one_line(match.excerpt), MAX_EXCERPT) or mrkdwn.opening(
        match.story.body, 300
    )
    headline = mrkdwn.shorten(kit.one_line(match.story.headline), kit.MAX_HEADER)
    yield kit.rich(kit.run(headline, url=url, bold=True), kit.run("\n"), *_emboldened(excerpt, match.words))
    # Of a title of any length no more than of a headline: five stories of one digest repeat it five times.
    title, code = (known[0].title, known[1].code) if known else ("", "")
    yield kit.context(kit.plain(_where_from(match.story.date, title, code)), *_why(match))


def _why(match: Match) -> list[dict[str, Any]]:
    return [kit.plain(mrkdwn.shorten(kit.one_line(match.why), 300))] if match.why.strip() else []


def _emboldened(text: str, words: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the text's runs, the matched words bold: longest first, so that a name is not cut in two."""
    wanted = sorted(filter(None, map(kit.one_line, words)), key=len, reverse=True)
    at = 0
    while (found := _first_of(wanted, text, at)) is not None:
        start, end = found
        if start > at:
            yield kit.run(text[at:start])
        yield kit.run(text[start:end], bold=True)
        at = end
    if at < len(text) or not wanted:
        yield kit.run(text[at:])


def _first_of(wanted: Sequence[str], text: str, at: int) -> tuple[int, int] | None:
    """Return from where to where the first of these words stands; of several there the first wanted."""
    # No regular expression: compiling one for each answer took longer than all the rest of it.
    places = [(start, n) for n, word in enumerate(wanted) if (start := text.find(word, at)) >= 0]
    if not places:
        return None
    start, n = min(places)
    return start, start + len(wanted[n])


def _buttons(answer: Answer, shown: Sequence[Match], offset: int) -> tuple[Block, ...]:
    share = _share([str(match.story.id) for match in shown])
    following = offset + len(shown)
    more = (
        [kit.button("More", MORE, {"q": answer.query, "offset": following})]
        if following < answer.total
        else []
    )
    buttons = [button for button in (*more, share) if len(button["value"]) <= MAX_VALUE]
    return (kit.actions(*buttons),) if buttons else ()


def _share(stories: list[str]) -> dict[str, Any]:
    return kit.button("Share to channel", SHARE, {"stories": stories})


# --- what was not found ----------------------------------------------------------------------------------


def _closest(answer: Answer, find: Find) -> Message:
    """Say what is missing, then name what is nearest: no excerpt, nothing to share: it is no match."""
    said = kit.rich(
        kit.run(mrkdwn.shorten(kit.one_line(answer.hint), MAX_EXCERPT), bold=True),
        kit.run(f" Closest to {_echo(answer.query)}:"),
    )
    return _message(said, *(block for match in answer.matches for block in _near(match, find)))


def _near(match: Match, find: Find) -> Iterator[Block]:
    known = find(str(match.story.id))
    headline = mrkdwn.shorten(kit.one_line(match.story.headline), kit.MAX_HEADER)
    yield kit.rich(kit.run(headline, url=known[1].url if known else ""))
    title, code = (known[0].title, known[1].code) if known else ("", "")
    yield kit.context(kit.plain(_where_from(match.story.date, title, code)), *_why(match))


def _did_you_mean(answer: Answer) -> Message:
    names = [name for name in answer.suggestions if name.strip()][:MAX_NAMES]
    labels = [mrkdwn.shorten(kit.one_line(name), kit.MAX_BUTTON) for name in names]
    buttons = [
        {"type": "button", "text": kit.plain(label), "action_id": f"{SUGGEST}{n}", "value": name[:MAX_VALUE]}
        for n, (label, name) in enumerate(zip(labels, names, strict=True))
    ]
    asked = kit.rich(
        kit.run(f"No story for {_echo(answer.query)}. "), kit.run("Did you mean one of these?", bold=True)
    )
    text = f"No story for {_echo(answer.query)}. Did you mean {' or '.join(labels)}?"
    message = _message(asked, *([kit.actions(*buttons)] if buttons else []), *_hint(answer))
    return Message(text=mrkdwn.literal(text), blocks=message.blocks)


def _nothing(answer: Answer) -> Message:
    said = f"No story for {_echo(answer.query)}." if answer.query.strip() else "No story for that."
    return _message(kit.rich(kit.run(said)), *_hint(answer), kit.context(kit.own(_TRY)))


_TRY = "`/roundup help` shows how to ask" + DOT + "`/roundup latest` the newest digest"


def _hint(answer: Answer) -> Iterator[Block]:
    if answer.hint.strip():
        yield kit.context(kit.plain(mrkdwn.shorten(kit.one_line(answer.hint), kit.MAX_CONTEXT)))


def _echo(query: str) -> str:
    asked = mrkdwn.shorten(kit.one_line(query), MAX_ECHO)
    return asked if '"' in asked else f"“{asked}”"  # a phrase has its own marks


# --- help, the newest digest, one story ----------------------------------------------------------------


def _help(reply: Help) -> Message:
    if reply.welcome:
        return _welcome(reply.digest)
    ways = _ways_to_ask(_Examples.of(reply.digest))
    return _message(_sentence("*Ask the roundup*"), _listed(ways))


def _welcome(digest: Digest | None) -> Message:
    said = _sentence("*Ask the roundup*: a company, a topic or a whole question finds its stories.")
    ways = _listed(_ways_to_ask(_Examples.of(digest))[:3])
    return _message(said, ways, *(_newest_headlines(digest) if digest else ()), kit.context(kit.own(_TRY)))


def _newest_headlines(digest: Digest) -> tuple[Block, ...]:
    title = kit.rich(kit.run(mrkdwn.shorten(kit.one_line(digest.title), kit.MAX_HEADER), bold=True))
    when = kit.context(kit.own(f"{mrkdwn.spoken_date(digest.date)}{DOT}{kit.counted(len(digest.stories))}"))
    return (title, when, *posts.bare_headlines(digest.stories[:HEADLINES], kit.MAX_HEADER))


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
        words = " ".join(paragraph for story in stories for paragraph in story.body)
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


def _ways_to_ask(example: _Examples) -> tuple[tuple[str, str], ...]:
    company, tag = example.company, example.tag
    return (
        (company, "a company, by any of its names; a typo does no harm"),
        (f"what did {company} announce?", "words, or a whole question"),
        (example.code, "one story in full, by its code"),
        ("latest", "the newest digest"),
        (f'"{example.phrase}"', "an exact phrase"),
        (f"{company} -{tag.split()[0]}", "without a word"),
        (f"{company} during:{example.month}", "a month; `before:` and `after:` also take a day or a year"),
        (f'in:"{tag}"' if " " in tag else f"in:{tag}", "a tag"),
    )


def _listed(ways: Iterable[tuple[str, str]]) -> Block:
    lines = "\n".join(f"{mrkdwn.code(f'/roundup {ask}')}  {what}" for ask, what in ways)
    return {"type": "section", "text": kit.own(lines), "expand": True}


def _latest(digest: Digest | None) -> Message:
    if digest is None:
        return _message(_sentence("There is no digest yet."), kit.context(kit.own(_TRY)))
    return posts.newest(digest)


def _opened(digest: Digest, story: Story) -> Message:
    blocks = posts.full_story(story)
    end = (_origin(digest), kit.actions(_share([story.id])))
    if kit.fits((*blocks, *end)):
        return _message(*blocks, *end)
    goes_on = kit.context(kit.own("The whole story is in the digest's thread"))
    most = next(n for n in range(len(blocks), 0, -1) if kit.fits((*blocks[:n], goes_on, *end)))
    return _message(*blocks[:most], goes_on, *end)


def _origin(digest: Digest, code: str = "") -> Block:
    return kit.context(kit.plain(_where_from(digest.date, digest.title, code)))


def _where_from(day: date, title: str = "", code: str = "") -> str:
    words = (mrkdwn.short_date(day), mrkdwn.shorten(kit.one_line(title), kit.MAX_HEADER), code)
    return DOT.join(filter(None, words))


def _sentence(ours: str) -> Block:
    return {"type": "section", "text": kit.own(ours)}


def _message(*blocks: Block) -> Message:
    return Message(text=_first_lines(kit.reading(blocks)), blocks=tuple(blocks))


def _first_lines(text: str) -> str:
    """Return as many whole lines as are read out; more only where marks had to be defused by the hundred."""
    lines = text.split("\n")
    while mrkdwn.units("\n".join(lines)) > kit.MAX_TEXT:
        lines.pop()
    return "\n".join(lines)
