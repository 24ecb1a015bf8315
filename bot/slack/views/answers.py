"""An answer as a message for one reader: what was found and why, or what was not. Searches nothing itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bot.core.digest import Story
from bot.core.message import Block, Message
from bot.core.search.answer import Answer, AnswerKind, Match, Opened, Reply
from bot.slack.views import kit, mrkdwn
from bot.slack.views.kit import DOT
from bot.slack.views.stories import Find, Link, Page, buttons, message, opened, where_from
from bot.slack.views.welcome import TRY, turning, what_there_is

SUGGEST = "suggest_"  # and a number; value: the name

PAGE = 5  # stories of an answer that readers see at once
MAX_ECHO = 100  # of the reader's own words
MAX_EXCERPT = 400
MAX_NAMES = 5  # suggestions
MAX_COMPANIES = 5  # named under a story
MAX_ADDRESS = 1_000  # of a headline's link: five as long as can be are more than one message takes

NOT_ANSWERED = (
    "Roundup answers the members of the workspace it is installed in. Ask one of them for the news."
)


def answer_message(
    reply: Reply, *, find: Find, link: Link = lambda digest, story: "", page: Page | None = None
) -> Message:
    """Return what the reader sees. *find* knows stories by id; *page* is what was asked for, and where."""
    page = page or Page(reply.query if isinstance(reply, Answer) else "")
    match reply:
        case Answer():
            return _answer(reply, find, link, page)
        case Opened():
            return opened(reply.digest, reply.story, link=link)
        case _:
            return what_there_is(reply, page, link)


def _answer(answer: Answer, find: Find, link: Link, page: Page) -> Message:
    match answer.kind:
        case AnswerKind.MATCHES:
            return _matches(answer, find, link, page)
        case AnswerKind.CLOSEST:
            return _closest(answer, find)
        case AnswerKind.DID_YOU_MEAN:
            return _did_you_mean(answer)
        case AnswerKind.NOTHING:
            return _nothing(answer)


# --- what was found ------------------------------------------------------------------------------------


def _matches(answer: Answer, find: Find, link: Link, page: Page) -> Message:
    shown = answer.matches
    blocks = [block for n, match in enumerate(shown) for block in _match(match, find, link, page, n)]
    turn = turning(page, len(shown), answer.total, PAGE)
    return message(_found(answer, page.offset, len(shown)), *blocks, *turn)


def _found(answer: Answer, offset: int, shown: int) -> Block:
    place = f", {offset + 1} to {offset + shown}" if answer.total > shown else ""
    return kit.rich(
        kit.run(kit.counted(answer.total), bold=True), kit.run(f" for {_echo(answer.query)}{place}")
    )


def _match(match: Match, find: Find, link: Link, page: Page, n: int) -> Iterator[Block]:
    known = find(str(match.story.id))
    url, code = (_address(known[1]), known[1].code) if known else ("", "")
    # Cleaned before it is cut into runs: one of nothing but what is not seen would be empty, and refused.
    excerpt = kit.label(match.excerpt, MAX_EXCERPT) or kit.one_line(mrkdwn.opening(match.story.body, 300))
    said = [kit.run("\n"), *_emboldened(excerpt, match.words)] if excerpt else []
    headline = kit.known_label(match.story.headline, kit.MAX_HEADER)
    yield kit.rich(kit.run(headline, url=url, bold=True), *said)
    about = DOT.join(filter(None, (_companies(match.story.companies), where_from(match.story.date, code))))
    yield kit.context(kit.plain(about), *_why(match))
    if known:
        yield buttons(*known, page, link, n=n)


def _address(story: Story) -> str:
    """Return where a headline leads; "" if it is too long here: the story in full has it, too."""
    return story.url if mrkdwn.size(story.url) <= MAX_ADDRESS else ""


def _companies(names: Sequence[str]) -> str:
    more = len(names) - MAX_COMPANIES
    shown = ", ".join(kit.known_label(name, 40) for name in names[:MAX_COMPANIES])
    return f"{shown} and {more} more" if more > 0 else shown


def _why(match: Match) -> list[dict[str, Any]]:
    why = kit.known_label(match.why, 300)
    return [kit.plain(f"Why: {why}")] if why else []


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
    if at < len(text):
        yield kit.run(text[at:])


def _first_of(wanted: Sequence[str], text: str, at: int) -> tuple[int, int] | None:
    """Return from where to where the first of these words stands; of several there the first wanted."""
    # No regular expression: compiling one for each answer took longer than all the rest of it.
    places = [(start, n) for n, word in enumerate(wanted) if (start := text.find(word, at)) >= 0]
    if not places:
        return None
    start, n = min(places)
    return start, start + len(wanted[n])


# --- what was not found --------------------------------------------------------------------------------


def _closest(answer: Answer, find: Find) -> Message:
    """Say what is missing, then name what is nearest: no excerpt, nothing to share: it is no match."""
    said = kit.rich(
        kit.run(kit.label(answer.hint, MAX_EXCERPT), bold=True),
        kit.run(f" Closest to {_echo(answer.query)}:"),
    )
    return message(said, *(block for match in answer.matches for block in _near(match, find)))


def _near(match: Match, find: Find) -> Iterator[Block]:
    known = find(str(match.story.id))
    headline = kit.known_label(match.story.headline, kit.MAX_HEADER)
    yield kit.rich(kit.run(headline, url=_address(known[1]) if known else ""))
    title, code = (known[0].title, known[1].code) if known else ("", "")
    title = kit.known_label(title, kit.MAX_HEADER)
    yield kit.context(kit.plain(where_from(match.story.date, title, code)), *_why(match))


def _did_you_mean(answer: Answer) -> Message:
    carried = (name for name in answer.suggestions if mrkdwn.size(name) <= kit.MAX_VALUE)
    names = [name for name in carried if kit.one_line(name)][:MAX_NAMES]
    labels = [kit.label(name, kit.MAX_BUTTON) for name in names]
    suggested = [
        {"type": "button", "text": kit.plain(label), "action_id": f"{SUGGEST}{n}", "value": name}
        for n, (label, name) in enumerate(zip(labels, names, strict=True))
    ]
    asked = kit.rich(
        kit.run(f"No story for {_echo(answer.query)}. "), kit.run("Did you mean one of these?", bold=True)
    )
    text = f"No story for {_echo(answer.query)}. Did you mean {' or '.join(labels)}?"
    said = message(asked, *([kit.actions(*suggested)] if suggested else []), *_hint(answer))
    return Message(text=mrkdwn.literal(text), blocks=said.blocks)


def _nothing(answer: Answer) -> Message:
    said = f"No story for {_echo(answer.query)}." if answer.query.strip() else "No story for that."
    return message(kit.rich(kit.run(said)), *_hint(answer), kit.context(kit.own(TRY)))


def _hint(answer: Answer) -> Iterator[Block]:
    if answer.hint.strip():
        yield kit.context(kit.plain(kit.label(answer.hint, kit.MAX_CONTEXT)))


def _echo(query: str) -> str:
    asked = kit.label(query, MAX_ECHO)
    return asked if '"' in asked else f"“{asked}”"  # a phrase has its own marks
