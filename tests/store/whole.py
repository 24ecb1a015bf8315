"""Every subject of the store in one object: tests ask for this and that, the bot's parts for a few."""

from __future__ import annotations

from bot.store.channels import KnownChannels
from bot.store.cleaning import Cleaning
from bot.store.database import open_database
from bot.store.decisions import Decisions
from bot.store.ledger import Ledger
from bot.store.limits import Limits
from bot.store.replicas import Replicas
from bot.store.shares import Shares
from bot.store.told import Told


class Store(Ledger, Limits, KnownChannels, Told, Shares, Decisions, Replicas, Cleaning):
    """May be handed in as any of them."""

    def close(self) -> None:
        self._database.close()


def open_store(url: str) -> Store:
    return Store(open_database(url, environ={}))
