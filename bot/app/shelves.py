"""The digests as the database has them, for a command: nothing here loads what delivers or talks to Slack."""

from __future__ import annotations

from collections.abc import Collection

from bot.core.settings import Settings
from bot.newsroom.clearance import Clearance
from bot.newsroom.coding import CodeBook
from bot.newsroom.library import Library
from bot.newsroom.versions import Versions
from bot.store.approvals import Approvals
from bot.store.database import Database
from bot.store.versions import KeptVersions


def library_of(
    settings: Settings, database: Database, *, lets_in: Collection[str] = (), codes: CodeBook | None = None
) -> Library:
    """Return the digests in force, not read yet. No file becomes a version but those of *lets_in*."""
    versions = Versions(KeptVersions(database), only=lets_in)
    clearance = Clearance(Approvals(database), versions, rule=lambda: settings.approval, keeps=False)
    return Library(settings.digests, codes=codes, versions=versions, clearance=clearance)
