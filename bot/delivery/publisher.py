"""Has done what is due: arranged, then asked of Slack.

What is due is found by looking, every time anew, so that a missed, doubled or interrupted tick does no
harm, in any number of replicas.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from bot.core.delivery.plan import Target
from bot.core.delivery.state import Delivery, passing
from bot.core.delivery.steps import steps
from bot.core.settings import DeliverySettings, Settings
from bot.delivery.arranging import Arranging
from bot.delivery.channels import Channels
from bot.delivery.mail import Mail
from bot.delivery.planning import earliest
from bot.delivery.replica import Replica
from bot.delivery.sender import Sender, corrections_take
from bot.delivery.upkeep import Upkeep
from bot.store.database import LedgerError
from bot.store.ledger import Look

log = logging.getLogger(__name__)


class Publisher:
    """The part of a replica that posts. One thread ticks; Slack is asked in others."""

    def __init__(
        self,
        *,
        replica: Replica,
        settings: Callable[[], Settings],
        upkeep: Upkeep,
        channels: Channels,
        arranging: Arranging,
        sender: Sender,
        mail: Mail,
    ) -> None:
        self._replica, self._settings, self._upkeep, self._channels = replica, settings, upkeep, channels
        self._arranging, self._sender, self._mail = arranging, sender, mail
        self.look: Look | None = None  # what the last tick found
        self._said_to_take = timedelta(0)
        self._busy = False
        self._back = 0  # how many errands had come back when the last tick began
        self._outage = False

    def tick(self) -> datetime | None:
        """Do what is due now; return when to be woken next if that is known."""
        clocks = self._replica.clocks
        sure = clocks.is_sure()  # before the time is read: Slack may say meanwhile what it really is
        wall = clocks()
        try:
            wake = self._tick(wall, sure=sure)
        except LedgerError as error:
            # Nothing was asked of Slack that is not written down; the next tick tries again.
            if not self._outage:
                log.error("ledger_lost error=%s", error)  # noqa: TRY400 - no bug, no traceback
            self._outage = True
            return None
        if self._outage:
            log.warning("ledger_back")
            self._outage = False
        return wake

    @property
    def busy(self) -> bool:
        """Whether the last tick left something that will be over without anybody's help."""
        return self._busy

    def end(self) -> None:
        """Let the others know that this replica runs no more."""
        self._upkeep.end()

    def _tick(self, wall: datetime, *, sure: bool) -> datetime | None:
        settings, timekeeper = self._settings(), self._replica.timekeeper
        self._back = self._replica.errands.back
        self._mail.look_first()
        awake = self._upkeep.see_to_it(settings)
        look = timekeeper.look()
        self._channels.keep_up(settings, look)
        self._arranging.read(look.changes)
        targets = self._channels.targets(settings, self._arranging.skipped)
        if self._arranging.see_to(look, settings, targets, wall, awake=awake):
            look = timekeeper.look()
        self.look = look
        room = self._send(look, settings.delivery, targets, wall, sure=sure)
        return earliest(room, self._arranging.next_at(wall))

    def _send(
        self, look: Look, rules: DeliverySettings, targets: Iterable[Target], wall: datetime, *, sure: bool
    ) -> datetime | None:
        """Have Slack asked for what can be asked for now; return when its limits leave room for more."""
        known = [d for d in look.deliveries if self._replica.only in ("", d.digest)]
        configured = frozenset(target.channel for target in targets)
        self._say_how_long(known)
        ready = steps(known, now=look.now, wall=wall, rules=rules, configured=configured, sure=sure)
        until = self._sender.start(ready, known, rules)
        self._mail.turn()  # after the posts: theirs is the first turn in Slack's limits
        waiting = self._arranging.waits or self._mail.busy or bool(ready) or any(map(passing, known))
        errands = self._replica.errands
        # What has come back meanwhile may have written down what this tick had looked for already.
        self._busy = errands.under_way > 0 or errands.back > self._back or waiting
        return wall + (until - look.now) if until else None  # *until* is by the ledger's clock

    def _say_how_long(self, known: Iterable[Delivery]) -> None:
        takes = corrections_take(known)
        if takes > self._said_to_take:
            log.warning("corrections_wait minutes=%d", takes / timedelta(minutes=1))
        # Not again while they are under way; a few more that come meanwhile are no news.
        self._said_to_take = max(self._said_to_take, 2 * takes) if takes else takes
