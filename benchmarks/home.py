"""What it costs to say what editors see first, with 200 drafts and ten years of digests in two channels.

    python -m benchmarks.home

CPU time of one overview with the blocks that show it, the median and the longest of twenty, on SQLite.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from time import process_time

from bot.app.front_desk import Remembered, build_desk
from bot.app.shelves import library_of
from bot.core.delivery.state import Posting, State, Verdict
from bot.core.message import Message, Part
from bot.core.settings import Approval
from bot.delivery.overview import FrontPage
from bot.slack.views.overview import home_blocks
from bot.store.channels import KnownChannels
from bot.store.database import Database, open_database
from bot.store.ledger import Ledger
from bot.store.versions import KeptVersions
from tests.delivery.world import channel, settings

WEEKS, DRAFTS = 520, 200
NAMES = ("news", "travel")
NOW = datetime.now(UTC)
TEXT = """\
title: Roundup {n}
date: {day}
{draft}stories:
  - headline: Fliggy number {n}
    body: Words.
  - headline: MYbank number {n}
    body: Words.
"""


def main() -> None:
    """Fill a database, then ask."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/roundup.db", environ={})
        fill(database)
        for rule in (Approval.NONE, Approval.REQUIRED):
            page = front_page(database, Path(folder), rule)
            took = [*measured(page)]
            print(f"approval: {rule}: {median(took):.1f} ms CPU, at most {max(took):.1f} ms")
        database.close()


def fill(database: Database) -> None:
    """Post ten years of digests, and leave drafts."""
    kept, ledger, known = KeptVersions(database), Ledger(database), KnownChannels(database)
    for name in NAMES:
        known.saw(f"#{name}", name.upper())
    for n, day in zip(range(WEEKS), days(), strict=False):
        kept.enter(f"week-{n}", TEXT.format(n=n, day=day, draft=""), who="U0EDITOR01")
        for name in NAMES:
            post(ledger, f"week-{n}", name.upper(), day)
    for n in range(DRAFTS):
        kept.enter(f"draft-{n}", TEXT.format(n=n, day=NOW.date(), draft="draft: true\n"), who="U0EDITOR01")


def days() -> Iterator[date]:
    """Yield a day each week, backwards."""
    return (NOW.date() - timedelta(weeks=n + 1) for n in count())


def post(ledger: Ledger, digest: str, channel: str, day: date) -> None:
    """Have a digest stand in a channel."""
    slot = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    posting = Posting(digest=digest, channel=channel, verdict=Verdict.POST, slot=slot, dated=day)
    ledger.arrange(posting, [Part(message=Message(text=f"part {n}")) for n in range(3)])
    for part in ledger.deliveries(digest=digest, channel=channel):
        ledger.write(part, replace(part, state=State.SENT, ts="1.0", asked=part.wanted, shown=part.wanted))


def front_page(database: Database, folder: Path, rule: Approval) -> FrontPage:
    """Put together what a running bot has."""
    config = replace(settings(*map(channel, NAMES), approval=rule), digests=folder)
    library = library_of(config, database)
    library.refresh(NOW)
    rooms = Remembered.of((entry.channel for entry in config.channels), database)
    desk = build_desk(lambda: config, library, database=database, rooms=rooms, clock=lambda: NOW)
    return FrontPage(desk=desk, ledger=Ledger(database), library=library, clock=lambda: NOW)


def measured(page: FrontPage) -> Iterator[float]:
    """Yield what each of twenty costs, in milliseconds of CPU."""
    for _ in range(20):
        before = process_time()
        overview = page.overview()
        blocks = [*home_blocks(overview)]
        yield (process_time() - before) * 1000
        assert len(overview.drafts) == DRAFTS
        assert blocks


if __name__ == "__main__":
    main()
