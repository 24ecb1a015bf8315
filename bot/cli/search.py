"""`roundup search`: the slash command's answers in the shell, for one question or a stream of them."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from bot.cli.terminal import print_answer
from bot.core.digest import Digest, Story
from bot.core.environment import read_environment
from bot.core.errors import Severity
from bot.core.search.answer import (
    Answer,
    AnswerKind,
    Document,
    Help,
    Latest,
    Match,
    Names,
    Opened,
    Reply,
    shown,
)
from bot.newsroom.newsroom import Newsroom
from bot.newsroom.versions import Versions
from bot.search.archive import search_archive
from bot.search.finding import HINT_EMPTY
from bot.slack.views.answers import answer_message
from bot.slack.views.kit import DOT
from bot.slack.views.stories import Find, Page
from bot.slack.views.welcome import NAMES, STORIES
from bot.store.approvals import Approvals
from bot.store.database import LedgerError, read_database
from bot.store.standing import Standings
from bot.store.versions import KeptVersions

Ask = Callable[[str], Reply]

# Not line ends to JSON or to the shell, but to many who read lines, str.splitlines among them.
_LINE_ENDS = {ord(letter): f"\\u{ord(letter):04x}" for letter in "\x85\u2028\u2029"}
_QUOTABLE = re.compile(r"(-?(?:[a-z]+:)?)(.*)", re.DOTALL)  # -word, in:tag and their like keep their head


class _Words(click.Command):
    """A command whose words may start with a dash: `-word` leaves stories with that word out."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        # A space before it makes it a word to click; with two dashes it is an option or wrong usage.
        words = [f" {arg}" if re.match("-[^-]", arg) else arg for arg in args[:end]]
        return super().parse_args(ctx, words + args[end:])


@click.command(cls=_Words, context_settings={"help_option_names": ["--help"]})
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--format",
    "form",
    type=click.Choice(["terminal", "json"]),
    default="terminal",
    show_default=True,
    help="What to print.",
)
@click.option("--stdin", is_flag=True, help="Read a question per line; print one JSON line for each.")
@click.option(
    "--archive",
    type=click.Path(path_type=Path),
    help="Search this file of JSON lines, a story each, instead of the digests; needs no config.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=10, show_default=True, help="Matches shown at most."
)
@click.pass_obj
def search(
    config: Path, *, query: tuple[str, ...], form: str, stdin: bool, archive: Path | None, limit: int
) -> None:
    """Answer QUERY as the slash command would.

    A word with a dash before it is left out; an argument with a space in it is an exact phrase.
    """
    ask, find = _over_archive(archive, limit) if archive else _over_digests(config, limit)
    if stdin:
        for line in sys.stdin.buffer:
            text = line.rstrip(b"\r\n").decode("utf-8", "replace")
            _print_json(text, ask(text))
        return
    text = " ".join(_as_typed(argument) for argument in query)
    if form == "json":
        _print_json(text, ask(text))
    else:
        _print_for_people(_with_phrases_told(ask(text), query), find)


def _over_archive(path: Path, limit: int) -> tuple[Ask, Find]:
    return partial(search_archive(path, today=_today).search, limit=limit), lambda story: None


def _over_digests(config: Path, limit: int) -> tuple[Ask, Find]:
    newsroom = _newsroom(config, limit)
    if errors := sum(problem.severity is Severity.ERROR for problem in newsroom.library.problems):
        click.echo(f"Without what has errors ({errors}): `roundup check` says where.", err=True)
    return newsroom.answers.ask, newsroom.out.story


def _newsroom(config: Path, limit: int) -> Newsroom:
    """Return what readers are told of now, as the ledger knows it; where there is none, by date."""
    try:
        with closing(read_database(read_environment(os.environ).database_url)) as database:
            standings = Standings(database)
            if standings.first_seen():
                versions = Versions(KeptVersions(database), only=())
                approvals = Approvals(database)
                return Newsroom(config, page=limit, versions=versions, known=standings, approvals=approvals)
    except LedgerError as error:
        click.echo(f"By date alone: the database cannot be read ({error}).", err=True)
    return Newsroom(config, page=limit)


def _today() -> date:
    return datetime.now().astimezone().date()


def _as_typed(argument: str) -> str:
    """Return an argument as one would type it in Slack: the quotes the shell took are put back."""
    argument = argument.removeprefix(" ")
    quotable = _QUOTABLE.fullmatch(argument)
    if not quotable or '"' in argument or not re.search(r"\s", argument):
        return argument
    return f'{quotable[1]}"{quotable[2]}"'


def _with_phrases_told(reply: Reply, arguments: tuple[str, ...]) -> Reply:
    """Say of an answer without a story which words the shell's quotes made a phrase."""
    phrases = [argument for argument in map(str.strip, arguments) if _as_typed(argument) != argument]
    if not phrases or not isinstance(reply, Answer) or reply.kind is AnswerKind.MATCHES:
        return reply
    told = ", ".join(f"“{phrase}”" for phrase in phrases)
    remedy = "" if "quotation marks" in reply.hint else "; leave out the quotes"
    return replace(reply, hint=f"{reply.hint} {told} was looked for word for word{remedy}.".strip())


def _print_json(text: str, reply: Reply) -> None:
    line = json.dumps(_as_json(_as_answer(text, reply)), ensure_ascii=False).translate(_LINE_ENDS)
    # An argument that is not UTF-8 comes to us as half surrogates, which cannot be printed.
    sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def _as_answer(text: str, reply: Reply) -> Answer:
    """Return any reply as an answer: the newest digest and a story by its code are matches, too."""
    match reply:
        case Answer():
            return reply
        case Latest(digest=Digest() as digest):
            return _matches(text, [(digest, story) for story in digest.stories], "in the newest digest")
        case Opened(digest=digest, story=story):
            return _matches(text, [(digest, story)], f"{story.code}, its code")
        case Names(names=names):
            return Answer(query=text, kind=AnswerKind.NOTHING, suggestions=tuple(name for name, _ in names))
        case Help():
            return Answer(query=text, kind=AnswerKind.NOTHING, hint=HINT_EMPTY)
        case _:
            return Answer(query=text, kind=AnswerKind.NOTHING, hint="There is no digest yet.")


def _matches(text: str, found: list[tuple[Digest, Story]], why: str) -> Answer:
    matches = tuple(
        Match(story=_document(digest, story), score=1.0, why=why, excerpt=story.summary.line)
        for digest, story in found
    )
    return Answer(query=text, kind=AnswerKind.MATCHES, total=len(matches), matches=matches)


def _document(digest: Digest, story: Story) -> Document:
    body = story.body.words
    return Document(id=story.id, headline=story.headline, body=body, date=digest.date)


def _as_json(answer: Answer) -> dict[str, Any]:
    matches = [
        {
            "story": match.story.id,
            "headline": match.story.headline,
            "date": match.story.date.isoformat(),
            "score": match.score,
            "why": match.why,
        }
        for match in answer.matches
    ]
    return {
        "query": answer.query,
        "kind": answer.kind.value,
        "total": answer.total,
        "matches": matches,
        "missing": list(answer.missing),
        "suggestions": list(answer.suggestions),
    }


def _print_for_people(reply: Reply, find: Find) -> None:
    console = Console(highlight=False)
    for page in _pages(reply):
        print_answer(answer_message(reply, find=find, page=page), console)
    if isinstance(reply, Answer) and reply.suggestions:  # in Slack they are buttons
        console.print("  " + " · ".join(reply.suggestions), markup=False)
    if said := DOT.join(_instead_of_buttons(reply, find)):
        console.print(said, style="dim", markup=False)


def _pages(reply: Reply) -> Iterator[Page | None]:
    """Yield what Slack shows one after the other: here nobody can press More."""
    match reply:
        case Latest(digest=Digest() as digest):
            yield from (Page("", offset) for offset in range(0, len(digest.stories), STORIES))
        case Names(names=names) if names:
            yield from (Page("", offset) for offset in range(0, len(names), NAMES))
        case _:
            yield None


def _instead_of_buttons(reply: Reply, find: Find) -> Iterator[str]:
    """Yield how to do here what buttons do in Slack."""
    stories = shown(reply) if isinstance(reply, (Answer, Latest)) else ()
    if code := next((known[1].code for story in stories if (known := find(story))), ""):
        yield f"`roundup search '{code}'` opens a story"
    if isinstance(reply, Answer) and len(reply.matches) < reply.total:
        yield f"`--limit {reply.total}` shows all"
