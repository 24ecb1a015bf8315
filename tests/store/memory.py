"""The store in memory: bot.store's contract, held to it by the same tests, and fast."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.core.delivery.changes import claimed
from bot.core.delivery.copies import Copy, Stale
from bot.core.delivery.plan import fingerprint
from bot.core.delivery.revival import revived
from bot.core.delivery.state import Delivery, Key, Posting, State, Step, unsettled
from bot.core.message import Message, Part
from bot.core.settings import DeliverySettings
from bot.store.decisions import Decision
from bot.store.ledger import Claim, Look
from bot.store.limits import Limit, Wait
from tests.store.whole import Store


class MemoryStore(Store):
    """Every method is one transaction because nothing else runs meanwhile."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._time_now = clock
        self._rows: dict[Key, Delivery] = {}
        self._payloads: dict[Key, Part] = {}
        self._postings: dict[tuple[str, str], tuple[Posting, int]] = {}
        self._change = 0
        self._free: dict[str, datetime] = {}
        self._channels: dict[str, tuple[str, datetime]] = {}
        self._skips: dict[str, frozenset[date]] = {}
        self._looked: dict[str, datetime] = {}
        self._awake = clock()
        self._told: set[str] = set()
        self._decisions: list[Decision] = []

    def close(self) -> None: ...

    def now(self) -> datetime:
        return self._time_now()

    def look(self) -> Look:
        posts = {(d.digest, d.channel) for d in self._rows.values() if unsettled(d)}
        rows = tuple(d for d in self._rows.values() if (d.digest, d.channel) in posts)
        return Look(now=self.now(), changes=self._change, deliveries=rows)

    def postings(self, *, after: int = -1, digest: str | None = None) -> tuple[Posting, ...]:
        known = (posting for posting, change in self._postings.values() if change > after)
        return tuple(posting for posting in known if digest in (None, posting.digest))

    def deliveries(self, *, digest: str | None = None, channel: str | None = None) -> tuple[Delivery, ...]:
        rows = sorted(self._rows.values(), key=lambda d: (d.slot, d.key))
        return tuple(d for d in rows if digest in (None, d.digest) and channel in (None, d.channel))

    def arrange(
        self,
        posting: Posting,
        parts: Sequence[Part] = (),
        *,
        state: State = State.PENDING,
        revive: Collection[State] = (),
        error: str = "",
    ) -> bool:
        if not self._put(posting):
            return False
        assert posting.slot is not None
        assert posting.dated is not None
        for i, part in enumerate(parts or (None,)):
            key = Key(posting.digest, posting.channel, i)
            row = self._rows.get(key) or Delivery(
                digest=key.digest,
                channel=key.channel,
                part=i,
                state=state,
                slot=posting.slot,
                since=self.now(),
                dated=posting.dated,
                error=error,
                version=1,
            )
            self._rows[key] = replace(row, wanted=fingerprint(part.message) if part else "")
            if part:
                self._payloads[key] = replace(part, words=posting.content)
        this = [k for k in self._rows if k[:2] == (posting.digest, posting.channel)]
        for key in this:
            if key.part >= len(parts):
                self._unwant(key)
            else:
                self._revive(key, revive, posting.slot)
        return True

    def claim(
        self, step: Step, *, owner: str, rules: DeliverySettings, limits: Sequence[Limit]
    ) -> Claim | Wait | None:
        now, old = self.now(), step.delivery
        for limit in limits:
            free = max(self._free.get(limit.name, now), now) + limit.interval - limit.burst * limit.interval
            if free > now:
                return Wait(name=limit.name, until=free)
        ours = claimed(old, step, owner=owner, now=now, rules=rules)
        if not self._replace(old, ours):
            return None
        for limit in limits:
            self._free[limit.name] = max(self._free.get(limit.name, now), now) + limit.interval
        part = self._payloads.get(old.key, Part(message=Message(text="")))
        return Claim(delivery=replace(ours, version=old.version + 1), part=part)

    def write(self, old: Delivery, new: Delivery) -> bool:
        return self._replace(old, new)

    def turn(self, limit: Limit) -> datetime | None:
        now = self.now()
        free = max(self._free.get(limit.name, now), now) + limit.interval
        if free - limit.burst * limit.interval > now:
            return free - limit.burst * limit.interval
        self._free[limit.name] = free
        return None

    def pause(self, limit: Limit, after: timedelta) -> None:
        free = self.now() + after + (limit.burst - 1) * limit.interval
        self._free[limit.name] = max(free, self._free.get(limit.name, free))

    def saw(self, name: str, channel: str = "") -> datetime:
        known, first = self._channels.get(name, ("", self.now()))
        self._channels[name] = (channel or known, first)
        if not channel:
            return first
        _, first = self._channels.setdefault(channel, (channel, first))
        return first

    def known(self) -> dict[str, str]:
        return {name: channel for name, (channel, _) in self._channels.items() if channel}

    def note_look(self, channel: str) -> None:
        self._looked[channel] = self.now()

    def looked(self) -> dict[str, datetime]:
        return dict(self._looked)

    def beat(self, name: str, *, catch_up: timedelta) -> datetime:
        return self._awake  # replicas of the simulation come and go, but never all for long

    def end(self, name: str) -> None: ...

    def running(self) -> tuple[str, ...]:
        return ()

    def clean(self, keep: timedelta) -> bool:
        return False  # nothing is ever as old

    def skip(self, channel: str, day: date) -> bool:
        days = self._skips.get(channel, frozenset())
        self._skips[channel] = days | {day}
        self._change += day not in days
        return day not in days

    def skipped(self) -> dict[str, frozenset[date]]:
        return dict(self._skips)

    def tell_once(self, subject: str) -> bool:
        new = subject not in self._told
        self._told.add(subject)
        return new

    def untell(self, subject: str) -> None:
        self._told.discard(subject)

    def decide(
        self,
        decision: Decision | None = None,
        *,
        postings: Sequence[Posting] = (),
        deliveries: Sequence[tuple[Delivery, Delivery]] = (),
        unwanted: Sequence[Posting] = (),
    ) -> bool:
        kept = dict(self._rows), dict(self._postings)
        done = all(self._put(posting) for posting in postings)
        if not (done and all(self._replace(old, new) for old, new in deliveries)):
            self._rows, self._postings = kept
            return False
        for posting in unwanted:
            for key in [k for k in self._rows if k[:2] == (posting.digest, posting.channel)]:
                self._unwant(key)
        if decision:
            self._decisions.append(decision)
        return True

    def all(self) -> tuple[Decision, ...]:
        return tuple(self._decisions)

    def outdate(self, digest: str, stale: Stale, *, channel: str = "") -> None: ...

    def untold_copies(self) -> tuple[Copy, ...]:
        return ()  # nobody shares anything there

    def adopt(self, posting: Posting, parts: Sequence[tuple[Delivery | None, Delivery, Part | None]]) -> bool:
        same = all(self._rows.get(new.key) == old for old, new, _ in parts)
        if not same or not self._put(posting):
            return False
        for _, new, part in parts:
            self._rows[new.key] = replace(new, version=new.version + 1)
            if part:
                self._payloads[new.key] = part
        return True

    def _put(self, posting: Posting) -> bool:
        known, _ = self._postings.get((posting.digest, posting.channel), (None, 0))
        if posting.version != (known.version if known else 0):
            return False
        self._change += 1
        new = replace(posting, version=posting.version + 1)
        self._postings[posting.digest, posting.channel] = new, self._change
        return True

    def _replace(self, old: Delivery, new: Delivery) -> bool:
        row = self._rows.get(old.key)
        if row is None or row.version != old.version:
            return False
        if new.asked != old.asked and row.wanted != old.wanted:
            return False
        self._rows[old.key] = replace(new, wanted=row.wanted, version=old.version + 1)
        return True

    def _unwant(self, key: Key) -> None:
        self._rows[key] = replace(self._rows[key], wanted="")
        self._payloads.pop(key, None)

    def _revive(self, key: Key, states: Collection[State], slot: datetime) -> None:
        old = self._rows[key]
        new = revived(old, states, slot=slot, now=self.now())
        if new != old:
            self._rows[key] = replace(new, version=old.version + 1)
