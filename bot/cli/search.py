"""`roundup search`: the slash command's answers in the shell, for one question or a stream of them."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from bot.core.answer import Answer, Kind, Match
from bot.search.archive import search_archive
from bot.search.engine import SearchEngine

Ask = Callable[[str], Answer]

_MODIFIER = re.compile(r"(-?)(?:(\w+):)?(.*)", re.DOTALL)


class _Words(click.Command):
    """A command whose words may start with a dash: `-word` leaves stories with that word out."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        # A leading space makes it a word to click; unknown options with two dashes stay wrong usage.
        words = [f" {arg}" if re.match("-[^-]", arg) else arg for arg in args[:end]]
        return super().parse_args(ctx, words + args[end:])


@click.command(cls=_Words, context_settings={"help_option_names": ["--help"]})
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--format", "form", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True
)
@click.option("--stdin", is_flag=True, help="Read a question per line; print one JSON line for each.")
@click.option(
    "--archive",
    type=click.Path(path_type=Path),
    help="Search this file of JSON lines instead of the digests; needs no config.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=10, show_default=True, help="Matches shown at most."
)
@click.pass_obj
def search(
    config: Path, query: tuple[str, ...], form: str, stdin: bool, archive: Path | None, limit: int
) -> None:  # noqa: FBT001
    """Answer QUERY as the slash command would.

    A word with a dash before it is left out; an argument with a space in it is an exact phrase.
    """
    engine = search_archive(archive, today=_today) if archive else _over_digests(config)

    def ask(text: str) -> Answer:
        return engine.search(text, limit=limit)

    if stdin:
        _answer_lines(ask, sys.stdin.buffer)
    elif form == "json":
        _print_json(ask(_as_typed(query)))
    else:
        _print_for_people(ask(_as_typed(query)))


def _over_digests(config: Path) -> SearchEngine:
    from bot.config import load_settings
    from bot.library import Library

    settings = load_settings(config)
    library = Library(settings.digests)
    return SearchEngine.over(library.documents(), settings.companies, today=_today)


def _today() -> date:
    return datetime.now().astimezone().date()


def _as_typed(arguments: Iterable[str]) -> str:
    """Return the question as one would type it in Slack: what the shell took the quotes from gets them back."""
    return " ".join(_quoted(argument.removeprefix(" ")) for argument in arguments)


def _quoted(argument: str) -> str:
    if not re.search(r"\s", argument) or '"' in argument:
        return argument
    minus, key, text = _MODIFIER.fullmatch(argument).groups()  # type: ignore[union-attr]  # it matches anything
    return f'{minus}{key + ":" if key else ""}"{text}"'


def _answer_lines(ask: Ask, lines: Iterable[bytes]) -> None:
    for line in lines:
        _print_json(ask(line.rstrip(b"\r\n").decode("utf-8", "replace")))


def _print_json(answer: Answer) -> None:
    line = json.dumps(as_json(answer), ensure_ascii=False)
    sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def as_json(answer: Answer) -> dict[str, Any]:
    """Return an answer in the shape of the contract."""
    return {
        "query": answer.query,
        "kind": answer.kind.value,
        "total": answer.total,
        "matches": [
            {
                "story": match.story.id,
                "headline": match.story.headline,
                "date": match.story.date.isoformat(),
                "score": match.score,
                "why": match.why,
            }
            for match in answer.matches
        ],
        "suggestions": list(answer.suggestions),
    }


def _print_for_people(answer: Answer) -> None:
    console = Console(highlight=False)
    if answer.kind is not Kind.MATCHES:
        console.print(Text(answer.hint))
        if answer.suggestions:
            console.print(Text.assemble("Did you mean ", (", ".join(answer.suggestions), "bold"), "?"))
        return
    for match in answer.matches:
        console.print(_story(match), soft_wrap=False)
    if answer.total > len(answer.matches):
        console.print(Text(f"{answer.total} stories in all; --limit shows more.", style="dim"))


def _story(match: Match) -> Text:
    story = match.story
    text = Text.assemble((story.headline, "underline"), ("  " + story.date.isoformat(), "dim"), "\n")
    if match.excerpt:
        text.append(match.excerpt + "\n")
    text.highlight_words(match.words, "bold")
    return text.append(match.why + "\n", style="dim italic")
