"""Every subject of the store in one object: tests ask for this and that, the bot's parts for a few."""

from __future__ import annotations

from datetime import timedelta

from bot.core.delivery.alarms import Alarm
from bot.core.delivery.outbox import LOG, Address, News, Said
from bot.store.approvals import Approvals
from bot.store.channels import KnownChannels
from bot.store.cleaning import Cleaning
from bot.store.clock import LedgerClock
from bot.store.database import open_database
from bot.store.decisions import Decisions
from bot.store.folding import KnownFolding
from bot.store.ledger import Ledger
from bot.store.limits import Limits
from bot.store.outbox import Outbox
from bot.store.replicas import Replicas
from bot.store.shares import Shares
from bot.store.versions import KeptVersions


class Store(
    Ledger,
    Limits,
    KnownChannels,
    KnownFolding,
    Shares,
    Decisions,
    KeptVersions,
    Approvals,
    LedgerClock,
    Replicas,
    Cleaning,
):
    """May be handed in as any of them; only the outbox claims and writes letters under the same names."""

    @property
    def outbox(self) -> Outbox:
        return Outbox(self._database)

    def tell_once(self, subject: str) -> bool:
        """Tell the log; False if it knows."""
        said = Said(alarm=Alarm(subject=subject, text="t"), to=(Address(whom=LOG),), wait=timedelta(0))
        before = len(self.outbox.mail().notices)
        self.outbox.tell(News(said=(said,)))
        return len(self.outbox.mail().notices) > before

    def untell(self, subject: str) -> None:
        self.outbox.tell(News(over=(subject,)))

    def close(self) -> None:
        self._database.close()


def open_store(url: str) -> Store:
    return Store(open_database(url, environ={}))
