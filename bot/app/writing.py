"""The desk at which digests are written: the bot's, and that of a command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.core.settings import Settings
from bot.newsroom.desk import WritingDesk
from bot.newsroom.library import Library
from bot.store.database import Database
from bot.store.ledger import Ledger
from bot.store.versions import KeptVersions


def writing_desk(
    settings: Callable[[], Settings], library: Library, database: Database, *, clock: Callable[[], datetime]
) -> WritingDesk:
    """Return the desk at which digests are written, on this database."""
    ledger = Ledger(database)
    return WritingDesk(
        KeptVersions(database),
        library=library,
        settings=settings,
        is_decided=lambda digest: bool(ledger.postings(digest=digest)),
        clock=clock,
    )
