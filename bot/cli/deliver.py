"""The editor's hand on the wheel, in the shell. Orders go into the ledger that running replicas share.

With a token, the command also carries its order out, as one more replica; it leaves other digests alone.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import click

from bot.app.front_desk import database_of
from bot.app.post_office import PostOffice, build_posting
from bot.app.shelves import library_of
from bot.app.writing import writing_desk
from bot.cli.day import Day
from bot.cli.naming import channel_option, digest_id, stem
from bot.cli.progress import Progress
from bot.core.delivery.answers import Unreadable
from bot.core.delivery.state import Key, State
from bot.core.environment import missing, read_environment
from bot.core.errors import RoundupError
from bot.core.settings import Settings
from bot.delivery.desk import RETRACT_AGAIN, Desk
from bot.delivery.lookout import unread_in_words
from bot.delivery.recovery import Recovered
from bot.delivery.resolving import Choice
from bot.delivery.status import StatusRow
from bot.files.config import load_settings
from bot.newsroom.codes import Codes
from bot.newsroom.desk import WritingDesk
from bot.newsroom.library import Library
from bot.store.codes import GivenCodes
from bot.store.database import Database, LedgerError
from bot.store.ledger import Ledger

SHELL = "the shell"


_digest = click.argument("digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What a command works with. *office* is None without a token: then a running bot does the work.

    *before* has the versions of all parts when the command began: what differs later is its doing.
    """

    settings: Settings
    library: Library
    ledger: Ledger
    desk: Desk
    writing: WritingDesk
    office: PostOffice | None
    before: Mapping[Key, int]

    def digest_id(self, name: str) -> str:
        """Return the id of a digest that has a file or was ever posted; RoundupError with the nearest."""
        return digest_id(name, self.ledger, self.library)

    def now(self) -> datetime:
        """Return the present instant."""
        return _now()

    def all_must_be_known(self, channel: str) -> None:
        """Raise RoundupError for the channels that an order for all of them did not reach."""
        reached = {place.name for place in self.desk.places(channel)}
        left = [entry.channel for entry in self.settings.channels if entry.channel not in reached]
        if left and not channel:
            how = (
                "`roundup doctor` says why"
                if self.office
                else "set SLACK_BOT_TOKEN, so that they can be looked up"
            )
            raise RoundupError(f"not found in Slack, so nothing was ordered there: {', '.join(left)}; {how}")

    def carry_out(self) -> None:
        """Do what was ordered, until nothing is left to do."""
        if self.office is None:
            click.echo("SLACK_BOT_TOKEN is not set here: a running bot carries it out", err=True)
            return
        with Progress() as progress:
            while True:
                self.library.refresh(_now())
                self.office.publisher.tick()
                if not self.office.publisher.busy:
                    return
                progress("Slack is being asked; it takes about five messages a second")
                time.sleep(0.05)


@contextmanager
def open_office(
    config: Path, *, only: str = "", look: bool = True, only_read: bool = False, lets_in: bool = False
) -> Iterator[Office]:
    """Open config, digests and ledger. *only* is the digest, by id or path, that the command is about.

    *lets_in*: its file may become the version in force. No other does: somebody who only looks must not
    hand the drafts of a folder to the replicas.

    *look*: ask Slack for the channels. *only_read*: write nothing, not even an empty ledger; join no channel.
    """
    settings, about = load_settings(config), stem(only)
    online = bool(read_environment(os.environ).bot_token)
    try:
        database = database_of(os.environ, only_read=only_read)
        library = _library(settings, database, about if lets_in else "", only_read=only_read)
        office = build_posting(
            lambda: settings, library, database=database, environ=os.environ, clock=_now, only=about
        )
        office.edge.directory.recall([entry.channel for entry in settings.channels])
        if online and look:
            office.edge.directory.look_up(join=not only_read)
            office.edge.people.look_up()
        try:
            yield Office(
                settings=settings,
                library=library,
                ledger=office.books.ledger,
                desk=office.desk,
                writing=writing_desk(lambda: settings, library, database, clock=_now),
                office=office if online else None,
                before={} if only_read else office.books.ledger.versions(),
            )
        finally:
            office.close()
    except LedgerError as error:
        raise RoundupError(f"The database cannot be used: {error}") from error


def _library(settings: Settings, database: Database, lets_in: str, *, only_read: bool) -> Library:
    codes = None if only_read else Codes(GivenCodes(database))
    files = (lets_in,) if lets_in and not only_read else ()
    library = library_of(settings, database, lets_in=files, codes=codes)
    library.refresh(_now())
    return library


def _now() -> datetime:
    return datetime.now(UTC)


@click.command()
@_digest
@channel_option
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.pass_obj
def post(config: Path, digest: str, channel: str, dry_run: bool) -> None:
    """Post a digest now, whatever its date. Channels that have it already get nothing."""
    with open_office(config, only=digest, only_read=dry_run, lets_in=True) as shell:
        found = shell.library.find(digest)
        said = shell.desk.post_now(found, channel=channel, who=SHELL, dry_run=dry_run)
        _say(said, prefix="would: " if dry_run else "")
        if said and not dry_run:
            shell.carry_out()
            _report(shell, found.id, channel)
        shell.all_must_be_known(channel)


@click.command()
@_digest
@channel_option
@click.pass_obj
def retract(config: Path, digest: str, channel: str) -> None:
    """Take a posted digest back: remove every message of it."""
    with open_office(config, only=digest) as shell:
        name = shell.digest_id(digest)
        said = shell.desk.retract(name, channel=channel, who=SHELL)
        _say(said)
        for line in shell.desk.copies(name):
            click.echo(line)
        shell.carry_out()
        _report(shell, name, channel)
    if missed := [place for place, words in said.items() if words == RETRACT_AGAIN]:
        raise RoundupError(f"{name} is not taken back in {', '.join(sorted(missed))}: retract it again")


@click.command()
@click.argument("channel")
@click.argument("day", metavar="DATE", type=Day())
@click.pass_obj
def skip(config: Path, channel: str, day: date) -> None:
    """Leave a day out for a channel: its digest is dropped there."""
    with open_office(config) as shell:
        click.echo(shell.desk.skip(channel, day, who=SHELL))


@click.command()
@click.argument("channel")
@click.argument("day", metavar="DATE", type=Day())
@click.pass_obj
def unskip(config: Path, channel: str, day: date) -> None:
    """Take a skip back: the channel gets its digest that day after all."""
    with open_office(config) as shell:
        click.echo(shell.desk.unskip(channel, day, who=SHELL))


@click.command()
@channel_option
@click.pass_obj
def recover(config: Path, channel: str) -> None:
    """Read our own posts back from the channels' history, after a lost or old database."""
    with open_office(config) as shell, Progress() as progress:
        if shell.office is None:
            raise missing("SLACK_BOT_TOKEN")
        unread = []
        for place in shell.desk.places(channel):
            progress(f"{place.name}: its history is read")
            found = shell.office.lookout.read_back(place, progress=partial(_back_to, progress, place.name))
            if isinstance(found, Unreadable):
                unread.append(f"{place.name} {unread_in_words(found, place.name)}")
            else:
                _tell_found(place.name, found, waiting=shell.library.waiting())
        if unread:
            raise RoundupError("\n".join(unread))
        shell.all_must_be_known(channel)


def _back_to(progress: Progress, name: str, at: datetime) -> None:
    progress(f"{name}: read back to {at:%Y-%m-%d}")


def _tell_found(name: str, found: Recovered, *, waiting: Collection[str]) -> None:
    for digest in (each for each in (*found.known, *found.new) if each in waiting):
        click.echo(f"{name}: {digest} is not approved as it stands: what is posted stays until it is")
    if not found.new:
        click.echo(f"{name}: nothing new" + (f"; {len(found.known)} known" if found.known else ""))
        return
    known = f"; {len(found.known)} more were known" if found.known else ""
    click.echo(f"{name}: {', '.join(found.new)} read back{known}")
    if lost := sorted({*found.new} & {*found.without_file}):
        click.echo(f"{name}: no file of {', '.join(lost)}: they can be retracted, not corrected")
    for digest in dict.fromkeys(d.digest for d in found.doubtful):
        click.echo(f"{name}: the thread of {digest} cannot be read: see `roundup status`")


@click.command()
@click.argument("digest", default="")
@channel_option
@click.pass_obj
def retry(config: Path, digest: str, channel: str) -> None:
    """Try failed and held deliveries again, now."""
    with open_office(config, only=digest) as shell:
        name = shell.digest_id(digest) if digest else ""
        tried = shell.desk.retry(digest=name, channel=channel, who=SHELL)
        if tried:
            shell.carry_out()
        else:
            click.echo("nothing has failed there")
        for about in sorted({d.digest for d in tried}):
            _report(shell, about, channel)
        shell.all_must_be_known(channel)


@click.command()
@_digest
@click.option("--channel", metavar="NAME|ID", required=True)
@click.option("--there", is_flag=True, help="It is in the channel.")
@click.option("--repost", is_flag=True, help="It is not: post it.")
@click.option("--next", is_flag=True, help="It was missed: post it at the channel's next slot.")
@click.option("--drop", is_flag=True, help="Leave it at that.")
@click.option("--link", default="", help="With --there: the message's link, so that it can be corrected.")
@click.pass_obj
def resolve(config: Path, /, digest: str, channel: str, *, link: str, **chosen: bool) -> None:
    """Decide about a delivery that is held, missed or was deleted in Slack."""
    choices = [choice for choice in Choice if chosen[choice]]
    if len(choices) != 1:
        raise click.UsageError("say one of --there, --repost, --next and --drop")
    with open_office(config, only=digest) as shell:
        name = shell.digest_id(digest)
        click.echo(shell.desk.resolve(name, channel=channel, choice=choices[0], who=SHELL, ts=_ts(link)))
        if choices == [Choice.REPOST]:
            shell.carry_out()
            _report(shell, name, channel)


def _ts(link: str) -> str:
    if not link:
        return ""
    found = re.search(r"/p(\d{10})(\d{6})", link)
    if not found:
        raise RoundupError(f"{link!r} is not a link to a message: copy it with Slack's Copy link")
    return f"{found[1]}.{found[2]}"


def _say(said: dict[str, str], prefix: str = "") -> None:
    for name, words in said.items():
        click.echo(f"{prefix}{name} {words}")


def _report(shell: Office, digest: str, channel: str) -> None:
    """Say how it ended, and count what has changed; RoundupError if something needs a person."""
    reached = {place.channel for place in shell.desk.places(channel)}
    about = shell.desk.status(digest=digest)
    changed = [row for row in about if row.delivery.version != shell.before.get(row.delivery.key)]
    # A channel that the config has no more can still be taken something back from.
    rows = [row for row in about if row.delivery.channel in reached or row in changed]
    stuck = [
        row
        for row in rows
        if row.delivery.state in (State.FAILED, State.HELD) or row.delivery.refused is not None
    ]
    if stuck:
        raise RoundupError("\n".join(_sentence(row) for row in stuck))
    if shell.office:
        click.echo(f"{digest}: {_count(changed)}")


def _sentence(row: StatusRow) -> str:
    d = row.delivery
    return f"{d.digest} in {row.channel}, part {d.part}, is {d.state} ({row.error}): {row.next}"


def _count(rows: list[StatusRow]) -> str:
    states = [row.delivery.state for row in rows]
    counted = (f"{states.count(state)} {state}" for state in State if state in states)
    return ", ".join(counted) or "nothing has changed"
