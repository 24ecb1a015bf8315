"""Looks into a channel before the first post there: a ledger that is new, or was put back, may not know all.

A channel in which this ledger has posted already is left alone, unless nobody ran for a while: then what was
due before, and what an editor orders, may have gone out meanwhile, by a ledger that is lost.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from threading import Lock

from bot.core.delivery.answers import UNREAD, Unreadable
from bot.core.delivery.clocks import SET
from bot.core.delivery.plan import Action, Ask, Miss, Post, Target
from bot.core.delivery.remedies import code_of, remedy
from bot.delivery.clocks import Clocks
from bot.delivery.errands import Errands
from bot.delivery.limits import LOOKS
from bot.delivery.recovery import Recovered, Recovery
from bot.store.channels import KnownChannels
from bot.store.limits import Limit, Limits

log = logging.getLogger(__name__)

# Slots are at most a week after a date, and what is older is never corrected.
BACK = timedelta(days=14)
# Between two looks into one channel, by whichever replica: it is enough if one of them reads.
EACH = timedelta(seconds=30)
LONG = 10.0  # seconds to sleep before the limits are asked again
AT_ONCE = 8  # looks under way in one replica: sending needs threads, too
# For how long a history that fails for a while is tried before the post goes its way.
PATIENCE = timedelta(minutes=2)


class Lookout:
    """Holds posts back until it is known what stands in their channel."""

    def __init__(
        self,
        *,
        recovery: Recovery,
        known: KnownChannels,
        limits: Limits,
        errands: Errands,
        clocks: Clocks,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._recovery, self._known, self._limits = recovery, known, limits
        self._errands, self._clocks, self._sleep = errands, clocks, sleep
        self._lock = Lock()
        self._looking: set[str] = set()
        # By channel, and by *uptime*, as the ledger's clock may be set meanwhile:
        self._not_before: dict[str, float] = {}  # when another look may begin
        self._failing: dict[str, tuple[float, Unreadable]] = {}  # since when none can, and why
        self.waiting = False  # whether anything was held back last time

    def let_through(self, actions: Iterable[Action], *, now: datetime, awake: datetime) -> list[Action]:
        """Return what may be done now, asking the editors where nobody can know. *awake*: since when we run.

        Times are the ledger's. What is left out waits for a look that is under way.
        """
        decided = list(actions)
        looked = self._known.looked() if any(map(_may_double, decided)) else {}
        through = [one for action in decided if (one := self._weigh(action, looked, now, awake))]
        self.waiting = len(through) < len(decided)
        return through

    def _weigh(
        self, action: Action, looked: Mapping[str, datetime], now: datetime, awake: datetime
    ) -> Action | None:
        channel = action.target.channel
        last = looked.get(channel)
        if not _may_double(action) or not _needs_a_look(action, last, now, awake):
            return action
        uptime = self._clocks.uptime()
        since, why = self._failing.get(channel, (uptime, None))
        if why is None or not (why.lasting or uptime - since > PATIENCE.total_seconds()):
            self._start(action, now)
            return None
        with self._lock:
            self._failing.pop(channel, None)
        if last is None and action.posting.ordered:
            digest, target, posting, slot = action.digest, action.target, action.posting, action.slot
            said = unread_in_words(why, target.name)
            return Ask(digest=digest, target=target, posting=posting, slot=slot, why=said)
        # Its slot is after this ledger saw the channel: nobody else can have posted it.
        self._known.note_look(channel)
        return action

    def read_back(self, target: Target, *, progress: Callable[[datetime], None]) -> Recovered | Unreadable:
        """Take in all that ever stood in a channel; safe to repeat."""
        return self._recovery.look(target, turn=self.turn, progress=progress)

    def _start(self, action: Action, now: datetime) -> None:
        channel = action.target.channel
        with self._lock:
            too_early = self._clocks.uptime() < self._not_before.get(channel, 0.0)
            if too_early or channel in self._looking or len(self._looking) >= AT_ONCE:
                return
        if until := self._limits.turn(Limit(name=f"look {channel}", interval=EACH)):
            # Another replica is at it, or has just failed. The clock may have been set since *now*.
            wait = min(until - now, EACH)
            self._not_before[channel] = self._clocks.uptime() + wait.total_seconds()
            return
        with self._lock:
            self._looking.add(channel)
        self._errands.start(self._look, action)

    def _look(self, action: Action) -> None:
        target, began = action.target, self._clocks.uptime()
        try:
            since = self._clocks() - BACK  # what is Slack's is not measured by the ledger's clock
            turn = partial(self._turn_in, target.channel)
            found = self._recovery.look(target, turn=turn, since=since)
        finally:
            with self._lock:
                self._looking.discard(target.channel)
        if isinstance(found, Unreadable):
            log.warning("history_unread channel=%s error=%s", target.channel, found.error.replace(" ", "_"))
            with self._lock:
                first, _ = self._failing.get(target.channel, (began, found))
                self._failing[target.channel] = first, found
            return
        log.info("channel_looked_into channel=%s new=%d", target.channel, len(found.new))
        with self._lock:
            self._failing.pop(target.channel, None)

    def _turn_in(self, channel: str, wait: timedelta) -> None:
        """Wait for a turn; and let the other replicas know that somebody is still reading this channel."""
        self._limits.pause(Limit(name=f"look {channel}", interval=EACH), EACH)
        self.turn(wait)

    def turn(self, wait: timedelta) -> None:
        """Wait for a turn among all that search; if Slack or a fault wants a pause, all of them have it."""
        if wait:
            self._limits.pause(LOOKS, wait)
        while until := self._limits.turn(LOOKS):
            left = (until - self._limits.now()).total_seconds()
            self._sleep(min(max(left, 0.05), LONG))  # not for days: the clock may be set back between the two


def _may_double(action: Action) -> bool:
    # An editor who said that it is no double has looked.
    return isinstance(action, Post | Miss) and not action.posting.allowed


def _needs_a_look(action: Action, looked: datetime | None, now: datetime, awake: datetime) -> bool:
    if looked is None or looked > now + SET:  # by a clock that was ahead: nobody knows what has been since
        return True
    return looked < awake and (action.slot.at < awake or action.posting.ordered is not None)


def unread_in_words(why: Unreadable, name: str) -> str:
    """Say why a channel's history cannot be read, and what to do about it."""
    code = code_of(why.error.removeprefix(UNREAD))
    what = remedy(code, name)
    return f"{UNREAD}{code}" + (f"; {what}" if what else "")
