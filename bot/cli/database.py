"""`roundup backup`, `copy-database` and `forget`: what an operator does with the whole database."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from pathlib import Path

import click

from bot.app.front_desk import database_of
from bot.cli.progress import Progress
from bot.core.environment import read_environment
from bot.core.errors import RoundupError
from bot.files.config import read_editor
from bot.store.copying import back_up, copy_all
from bot.store.database import Database, LedgerError
from bot.store.people import Mention, People

SHOWN = 20  # rows of one table that `forget` lists one by one


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write a consistent copy of a live SQLite database to FILE."""
    source = read_environment(os.environ).database_file
    if source is None:
        raise RoundupError("PostgreSQL has a tool of its own for that: pg_dump --format=custom --file=FILE")
    if not source.is_file():
        raise RoundupError(f"{source}: there is no such database yet, so there is nothing to back up")
    with _outages(), Progress() as progress:
        back_up(source, file, _counted(progress, "pages copied"))
    click.echo(f"{file}: a copy of {source}")


@click.command()
@click.argument("url")
def copy_database(url: str) -> None:
    """Copy everything into another, empty database: SQLite to PostgreSQL, or back.

    Afterwards DATABASE_URL=URL goes on where this one was.
    """
    with _outages(), ExitStack() as opened, Progress() as progress:
        file = read_environment(os.environ).database_file
        if file and not file.is_file():
            raise RoundupError(f"{file}: there is no such database, so there is nothing to copy")
        source = opened.enter_context(closing(database_of(os.environ)))
        target = opened.enter_context(closing(_other(url)))
        counts = copy_all(source, target, _counted(progress, "rows copied"))
    for table, count in counts.items():
        click.echo(f"{table}: {count}")
    click.echo("Start the bot with the new DATABASE_URL; never again with the old one.")


@click.command()
@click.argument("user")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(user: str, *, yes: bool) -> None:
    """List what is known of a person, by their user ID, and erase the name; decisions and counts stay."""
    try:
        read_editor(user)
    except ValueError as error:
        raise RoundupError(str(error)) from None
    with _outages(), closing(database_of(os.environ)) as database:
        people = People(database)
        mentions = people.mentions(user)
        if not mentions:
            click.echo(f"nothing is known of {user}")
            return
        for line in _listed(mentions):
            click.echo(line)
        if not yes:
            _confirm(user)
        count = people.forget(user)
    click.echo(f"{user} is erased from {count} {'row' if count == 1 else 'rows'}")
    click.echo("An editor stands in config.yaml, too; Slack and the logs have what they have.", err=True)


def _confirm(user: str) -> None:
    if not sys.stdin.isatty():
        raise RoundupError("nothing was erased: say --yes, or do it at a terminal")
    if not click.confirm(f"Erase {user} from all of these? This cannot be taken back"):
        raise RoundupError("nothing was erased")


def _listed(mentions: Sequence[Mention]) -> Iterator[str]:
    for table in dict.fromkeys(mention.table for mention in mentions):
        rows = [mention for mention in mentions if mention.table == table]
        yield f"{table}: {len(rows)}"
        yield from (f"  {_in_words(mention)}" for mention in rows[:SHOWN])
        if len(rows) > SHOWN:
            yield f"  … and {len(rows) - SHOWN} more"


def _in_words(mention: Mention) -> str:
    values = [
        value for name, value in mention.row.items() if value not in (None, "", False) and name != "payload"
    ]
    return " ".join(f"{v:%Y-%m-%d %H:%M}" if isinstance(v, datetime) else str(v) for v in values)[:200]


def _other(url: str) -> Database:
    try:
        return database_of({"DATABASE_URL": url})
    except RoundupError as error:  # it speaks of DATABASE_URL, which is the other one
        raise RoundupError(f"the database to copy to: {str(error).removeprefix('DATABASE_URL: ')}") from None


def _counted(progress: Progress, what: str) -> Callable[[int, int], None]:
    return lambda done, whole: progress(f"{done:,} of {whole:,} {what}")


@contextmanager
def _outages() -> Iterator[None]:
    try:
        yield
    except LedgerError as error:
        raise RoundupError(f"The database cannot be used: {error}") from error
