"""`roundup status`: what became of every post. Looks, and asks Slack nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import groupby
from pathlib import Path

import click

from bot.app.front_desk import Remembered, build_desk, database_of
from bot.app.shelves import library_of
from bot.cli.day import Day
from bot.cli.naming import channel_option, digest_id, not_empty
from bot.core.delivery.state import State
from bot.core.environment import read_environment
from bot.core.errors import RoundupError
from bot.delivery.desk import Desk
from bot.delivery.status import StatusRow
from bot.files.config import load_settings
from bot.store.database import LedgerError
from bot.store.ledger import Ledger

NOTHING = "nothing was posted"
LATELY = timedelta(weeks=4)  # what is told without being asked for more
FINE = frozenset({State.PENDING, State.SENDING, State.SENT})  # who ordered it is a note then, no error


@click.command()
@click.option("--digest", metavar="DIGEST", callback=not_empty, help="Only this digest, of any time.")
@channel_option
@click.option("--since", metavar="DATE", type=Day(), help="Only slots from this day on, in UTC.")
@click.option("--all", "everything", is_flag=True, help="Everything there ever was.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.pass_obj
def status(
    config: Path, *, digest: str, channel: str, since: date | None, everything: bool, form: str
) -> None:
    """Show what was posted where and when, what failed, was missed or is held, and what to do.

    Without a choice, the last four weeks and whatever waits for a decision; as JSON, everything.
    """
    if since and everything:
        raise click.UsageError("say --since or --all, not both")
    lately = not (digest or channel or since or everything or form == "json")
    first = datetime(since.year, since.month, since.day, tzinfo=UTC) if since else None
    with _looking(config) as (desk, name):
        rows = desk.status(
            since=_now() - LATELY if lately else first,
            waiting=lately,
            digest=name(digest) if digest else "",
            channel=channel,
        )
        waits = (waiting.spoken for waiting in desk.unapproved())
        more = (*desk.copies(), *desk.left_out(), *waits)
    file = read_environment(os.environ).database_file
    if file and not file.exists():
        click.echo(f"{file}: there is no such database yet, so nothing was posted from here", err=True)
    if form == "json":
        click.echo(json.dumps([_as_json(row) for row in rows], ensure_ascii=False, indent=2))
        return
    for line in (*_lines(rows), *more):
        click.echo(line)
    if not rows:
        click.echo("nothing was posted lately; --all shows what was before" if lately else NOTHING)


@contextmanager
def _looking(config: Path) -> Iterator[tuple[Desk, Callable[[str], str]]]:
    """Open what is to be seen: the desk, and what tells a digest's id. Writes nothing, not even a ledger."""
    settings = load_settings(config)
    try:
        with closing(database_of(os.environ, only_read=True)) as database:
            library = library_of(settings, database)
            library.refresh(_now())
            rooms = Remembered.of((entry.channel for entry in settings.channels), database)
            desk = build_desk(lambda: settings, library, database=database, rooms=rooms, clock=_now)
            yield desk, partial(digest_id, ledger=Ledger(database), library=library)
    except LedgerError as error:
        raise RoundupError(f"The database cannot be used: {error}") from error


def _now() -> datetime:
    return datetime.now(UTC)


def _as_json(row: StatusRow) -> dict[str, object]:
    d = row.delivery
    return {
        "digest": d.digest,
        "channel": row.channel,
        "part": d.part,
        "state": d.state,
        "slot": d.slot.isoformat(),
        "since": d.since.isoformat(),
        "replica": d.replica or None,
        "ts": d.ts or None,
        "error": None if d.state in FINE and not d.error else row.error or None,
        "next": row.next or None,
    }


def _lines(rows: Iterable[StatusRow]) -> Iterator[str]:
    """Yield a heading for each digest in each channel, and a line for parts of which the same is to say."""
    for (digest, channel, slot), post in groupby(
        rows, lambda r: (r.delivery.digest, r.channel, r.delivery.slot)
    ):
        yield f"{digest} in {channel}, {_short(slot)}"
        for (state, *words), alike in groupby(post, lambda r: (r.delivery.state, r.error, r.next)):
            parts = [row.delivery for row in alike]
            # Numbered as in JSON, in the log and in the messages' metadata: people compare them.
            which = str(parts[0].part) + (f"-{parts[-1].part}" if len(parts) > 1 else "")
            since = _short(max(part.since for part in parts))
            yield f"  part {which:<5} {state:<9} since {since}{''.join(f'; {w}' for w in words if w)}"


def _short(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
