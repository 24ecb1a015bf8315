"""Puts the delivery side together: ledger, messenger, directory, publisher and desk."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from bot.core.delivery.state import Rung
from bot.core.environment import read_environment
from bot.core.errors import RoundupError
from bot.core.settings import Settings
from bot.delivery.desk import Desk
from bot.delivery.publisher import WORKERS, Publisher
from bot.newsroom.library import Library
from bot.slack.directory import Directory
from bot.slack.messenger import Messenger
from bot.slack.views.alarms import alarm_message
from bot.slack.views.posts import digest_parts, without_blocks, without_images
from bot.store.channels import Channels
from bot.store.database import Database, LedgerError, open_database, read_database
from bot.store.decisions import Decisions
from bot.store.ledger import Ledger
from bot.store.limits import Limits
from bot.store.shares import Shares
from bot.store.told import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOffice:
    """Everything that posts, looks and decides, for one replica."""

    database: Database
    ledger: Ledger
    messenger: Messenger
    directory: Directory
    publisher: Publisher
    desk: Desk
    pool: ThreadPoolExecutor

    def close(self) -> None:
        """End: requests under way finish and are written down, then the database is let go."""
        self.pool.shutdown(wait=True)
        self.database.close()


def database_of(environ: Mapping[str, str], *, only_read: bool = False) -> Database:
    """Open the database that the environment names, or *only_read* it; RoundupError if it cannot be used."""
    url = read_environment(environ).database_url
    try:
        return (read_database if only_read else open_database)(url, environ=environ)
    except LedgerError as error:
        raise RoundupError(f"The database cannot be used: {error}") from error


def build_posting(
    settings: Callable[[], Settings],
    library: Library,
    *,
    database: Database,
    environ: Mapping[str, str],
    clock: Callable[[], datetime],
    only: str = "",
) -> PostOffice:
    """Return the delivery side on this database; nothing is asked of Slack yet.

    *settings* gives the ones in force. *only* leaves everything but one digest alone. Without a token in
    *environ* its desk takes orders, and its publisher must not tick.
    """
    env = read_environment(environ)
    messenger = Messenger(env.bot_token, base_url=env.api_url, timeout=lambda: settings().delivery.timeout)
    ledger, channels, shares = Ledger(database), Channels(database), Shares(database)
    directory = Directory(messenger, channels)
    pool = ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="post")
    publisher = Publisher(
        ledger=ledger,
        limits=Limits(database),
        channels=channels,
        told=Told(database),
        shares=shares,
        slack=messenger,
        directory=directory,
        library=library,
        settings=settings,
        render=digest_parts,
        simpler={Rung.NO_IMAGES: without_images, Rung.NO_BLOCKS: without_blocks},
        clock=clock,
        replica=f"{socket.gethostname()}-{os.getpid()}",
        pool=pool,
        wording=alarm_message,
        only=only,
    )
    desk = Desk(
        ledger=ledger,
        decisions=Decisions(database),
        channels=channels,
        shares=shares,
        rooms=directory,
        settings=settings,
        clock=clock,
    )
    return PostOffice(
        database=database,
        ledger=ledger,
        messenger=messenger,
        directory=directory,
        publisher=publisher,
        desk=desk,
        pool=pool,
    )
