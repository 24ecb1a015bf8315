"""`roundup plan`: what every channel will get and when. Decides nothing and asks Slack nothing."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path

import click

from bot.core.delivery.calendar import SKIPPED, Coming, coming, span
from bot.core.delivery.plan import Target, target_of
from bot.core.delivery.state import Posting
from bot.core.digest import Digest
from bot.core.errors import Problem, RoundupError, Severity
from bot.core.schedule import ClockChange
from bot.core.settings import Settings
from bot.files.config import load_settings
from bot.newsroom.library import Library

WORDS = {
    None: "",
    SKIPPED: "skipped",
    ClockChange.SHIFTED: "clocks change: that hour does not exist, it goes out right after",
    ClockChange.AMBIGUOUS: "clocks change: that hour comes twice, it goes out the first time",
}


@click.command()
@click.option("--weeks", type=click.IntRange(1, 104), default=4, show_default=True)
@click.option("--format", "form", type=click.Choice(["table", "json", "ics"]), default="table")
@click.pass_obj
def plan(config: Path, weeks: int, form: str) -> None:
    """Show every coming post per channel, in its own time and in UTC."""
    now = datetime.now(UTC)
    settings = load_settings(config)
    decided = read_decisions(settings, now)
    targets = targets_of(settings, decided, now)
    posts = coming(decided.digests, targets, decided.postings, now=now, weeks=weeks)
    match form:
        case "json":
            click.echo(json.dumps([_as_json(post) for post in posts], ensure_ascii=False, indent=2))
        case "ics":
            sys.stdout.buffer.write(_calendar(posts, now))
        case _:
            for line in _lines(posts, now, weeks, decided.waiting):
                click.echo(line)
    for error in decided.errors:
        click.echo(str(error), err=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What the ledger knows: channel IDs by name, postings, and the days that editors left out.

    *digests* say what is in force there, or what their files say.
    """

    digests: Sequence[Digest]
    names: Mapping[str, str] = field(default_factory=dict)
    postings: Mapping[tuple[str, str], Posting] = field(default_factory=dict)
    skipped: Mapping[str, frozenset[date]] = field(default_factory=dict)
    waiting: Collection[str] = ()  # the digests that nobody has approved as they are
    errors: Sequence[Problem] = ()  # what keeps files out, so that a slot seems to lack its digest


def read_decisions(settings: Settings, now: datetime) -> Decided:
    """Return what the database knows; what the files say, and a line that says so, if it cannot be read."""
    from bot.app.shelves import library_of
    from bot.core.environment import read_environment
    from bot.store.channels import KnownChannels
    from bot.store.database import LedgerError, read_database
    from bot.store.ledger import Ledger

    url = read_environment(os.environ).database_url
    try:
        with closing(read_database(url)) as database:
            channels = KnownChannels(database)
            postings = {(p.digest, p.channel): p for p in Ledger(database).postings()}
            library = library_of(settings, database)
            library.refresh(now)
            return Decided(
                digests=library.published(),
                errors=_errors(library),
                names=channels.known(),
                postings=postings,
                skipped=channels.skipped(),
                waiting=library.waiting(),
            )
    except (LedgerError, RoundupError) as error:
        click.echo(f"Without the editors' skips and moves: the database cannot be read ({error}).", err=True)
        library = Library(settings.digests)
        library.refresh(now)
        return Decided(digests=library.published(), errors=_errors(library))


def _errors(library: Library) -> list[Problem]:
    return [problem for problem in library.problems if problem.severity is Severity.ERROR]


def targets_of(settings: Settings, decided: Decided, now: datetime) -> list[Target]:
    """Return the channels of the config, under the IDs that are known."""
    names, skipped = decided.names, decided.skipped
    return [
        target_of(entry, names.get(entry.channel, entry.channel), since=now, skipped=skipped)
        for entry in settings.channels
    ]


def _as_json(post: Coming) -> dict[str, str | None]:
    return {
        "channel": post.channel,
        "slot": post.slot.at.isoformat(),
        "local": post.local.isoformat(),
        "timezone": post.timezone,
        "digest": post.digest.id if post.digest else None,
        "note": post.note,
    }


def _lines(
    posts: Sequence[Coming], now: datetime, weeks: int, waiting: Collection[str] = ()
) -> Iterator[str]:
    """Yield each slot with its channels below. No columns: they would cut names short, in a pipe too."""
    yield f"The next {'week' if weeks == 1 else f'{weeks} weeks'}"
    widest = max((len(post.channel) for post in posts), default=0)
    for (at, spoken), of_slot in groupby(sorted(posts, key=_slot), _slot):
        yield f"{spoken} = {at:%a %d %b %H:%M} UTC, in {span(at - now)}"
        for post in of_slot:
            digest = post.digest.id if post.digest else _why_none(post)
            note = f"; {WORDS[post.note]}" if post.note else ""
            note += "; not approved yet" if post.digest and post.digest.id in waiting else ""
            yield f"  {post.channel:<{widest}}  {digest}{note}"


def _why_none(post: Coming) -> str:
    if not post.left_out:
        return "none yet"
    return f"nothing: no story of {', '.join(post.left_out)} is about what its `only` names"


def _slot(post: Coming) -> tuple[datetime, str]:
    return post.slot.at, post.spoken


def _calendar(posts: Sequence[Coming], now: datetime) -> bytes:
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//Roundup//plan//EN")
    calendar.add("version", "2.0")
    places = Counter[str]()
    for post in posts:
        event = Event()
        what = post.digest.title if post.digest else "no digest yet"
        # The same next week and once its digest is there: a calendar that reads it again updates the event.
        place = f"{post.channel.lstrip('#')}-{post.slot.at:%Y%m%dT%H%M%SZ}"
        event.add("uid", f"{place}-{places[place]}@roundup")
        places[place] += 1
        event.add("dtstamp", now)
        event.add("dtstart", post.slot.at)
        event.add("duration", timedelta(minutes=15))
        event.add("summary", f"{post.channel}: {what}")
        event.add("description", f"{post.spoken}. {WORDS[post.note]}".strip())
        if post.note == SKIPPED:
            event.add("status", "CANCELLED")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
