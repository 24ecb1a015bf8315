"""The desk alone, for who only looks: nothing here loads what talks to Slack."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.delivery.state import Room, Trouble
from bot.core.environment import read_environment
from bot.core.errors import RoundupError
from bot.core.settings import Settings
from bot.delivery.consent import Consent
from bot.delivery.days_off import DaysOff
from bot.delivery.desk import Desk
from bot.delivery.needs import Digests, Rooms
from bot.delivery.orders import Orders
from bot.delivery.places import Places
from bot.slack.directory import remembered
from bot.store.approvals import Approvals
from bot.store.channels import KnownChannels
from bot.store.database import Database, LedgerError, open_database, read_database, unusable
from bot.store.decisions import Decisions
from bot.store.ledger import Ledger
from bot.store.shares import Shares

# A file of a hundred megabytes is checked in less than a second.
CHECK = timedelta(seconds=5)


def whole_database_of(environ: Mapping[str, str]) -> Database:
    """Open the database that the environment names, to live with it; RoundupError if its file is damaged."""
    database = database_of(environ)
    try:
        database.check(within=CHECK)
    except LedgerError as error:  # a server that is away is not asked
        database.close()
        raise _cannot_be_used(environ, error) from None
    return database


def database_of(environ: Mapping[str, str], *, only_read: bool = False) -> Database:
    """Open the database that the environment names, or *only_read* it; RoundupError if it cannot be used."""
    url = read_environment(environ).database_url
    try:
        return (read_database if only_read else open_database)(url, environ=environ)
    except LedgerError as error:
        raise _cannot_be_used(environ, error) from error


def _cannot_be_used(environ: Mapping[str, str], error: LedgerError) -> RoundupError:
    file = read_environment(environ).database_file
    refusal = unusable(file, str(error)) if file else None
    return refusal or RoundupError(f"The database cannot be used: {error}")


def build_desk(
    settings: Callable[[], Settings],
    library: Digests,
    *,
    database: Database,
    rooms: Rooms,
    clock: Callable[[], datetime],
) -> Desk:
    """Return the desk on this database."""
    ledger, decisions, known = Ledger(database), Decisions(database), KnownChannels(database)
    places = Places(rooms=rooms, known=known, settings=settings, clock=clock)
    return Desk(
        places=places,
        consent=Consent(Approvals(database), settings),
        orders=Orders(ledger, decisions, places),
        days=DaysOff(ledger=ledger, decisions=decisions, known=known, clock=clock),
        ledger=ledger,
        shares=Shares(database),
        library=library,
        clock=clock,
    )


@dataclass(frozen=True, slots=True)
class Remembered:
    """The channels as they were when last seen."""

    rooms: Mapping[str, Room | Trouble]

    @classmethod
    def of(cls, names: Iterable[str], database: Database) -> Remembered:
        """Return what the database has of channels of these names."""
        return cls(remembered(names, KnownChannels(database).known()))
