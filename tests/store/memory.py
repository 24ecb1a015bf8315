"""The store in memory: bot.store's contract, held to it by the same tests, and fast."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

import sqlalchemy as sa

from bot.core.delivery.approvals import Approved, Refusal, Words
from bot.core.delivery.changes import claimed
from bot.core.delivery.clocks import SET
from bot.core.delivery.copies import Copy, Stale
from bot.core.delivery.outbox import NOTHING, Mail, News
from bot.core.delivery.plan import fingerprint
from bot.core.delivery.revival import left, revived
from bot.core.delivery.state import Delivery, Key, Posting, State, Step, Verdict, in_the_air, unsettled
from bot.core.message import Message, Part
from bot.core.settings import DeliverySettings
from bot.core.versions import FILE, Arrival, Version, arrival_of, fingerprint_of
from bot.store.clock import OVER, STEPS, ClockWasSetError, Expected, Marks, move_mail
from bot.store.database import Database, insert
from bot.store.decisions import Decision
from bot.store.engines import in_memory
from bot.store.ledger import Claim, Look
from bot.store.limits import LONGEST, Limit, Wait
from bot.store.outbox import Outbox
from bot.store.tables import MILLISECOND, counters, paces
from tests.store.whole import Store


class MemoryStore(Store):
    """Every method is one transaction because nothing else runs meanwhile."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._time_now = clock
        self._rows: dict[Key, Delivery] = {}
        self._payloads: dict[Key, Part] = {}
        self._postings: dict[tuple[str, str], tuple[Posting, int]] = {}
        self._change, self._steps = 0, 0
        self._latest: datetime | None = None
        self._free: dict[str, datetime] = {}
        self._channels: dict[str, tuple[str, datetime]] = {}
        self._skips: dict[str, frozenset[date]] = {}
        self._kept = _Outbox(clock)
        self._looked: dict[str, datetime] = {}
        self._awake = clock()
        self._decisions: list[Decision] = []
        self._versions: list[tuple[Version, str, int]] = []
        self._files: dict[str, dict[str, str]] = {}
        self._approvals: dict[tuple[str, int], tuple[Approved, int]] = {}
        self._rules: dict[str, datetime] = {}
        self._refused = False

    def close(self) -> None: ...

    def refuses_folding(self) -> bool:
        return self._refused

    def note_refusal(self, news: News) -> None:
        self._refused = True
        self._change += 1
        self._kept.tell(news)

    @property
    def outbox(self) -> Outbox:
        return self._kept

    def now(self) -> datetime:
        return self._time_now()

    def look(self) -> Look:
        posts = {(d.digest, d.channel) for d in self._rows.values() if unsettled(d)}
        rows = tuple(d for d in self._rows.values() if (d.digest, d.channel) in posts)
        return Look(
            now=self.now(), changes=self._change, deliveries=rows, steps=self._steps, latest=self._latest
        )

    def mark(self, *, uptime: Callable[[], float] | None = None, expected: Expected | None = None) -> None:
        if self._as_expected(expected):
            self._latest = self.now()

    def move(
        self,
        by: timedelta,
        *,
        seen: int,
        now: datetime,
        watched: bool = False,
        uptime: Callable[[], float] | None = None,
    ) -> bool:
        if seen != self._steps or abs(self.now() - now) >= OVER:
            return False
        self._steps, self._latest = seen + 1, self.now()
        for key, d in self._rows.items():
            lease, wait = d.lease_until, d.not_before
            if unsettled(d):
                self._rows[key] = replace(d, lease_until=lease and lease + by, not_before=wait and wait + by)
        self._free = {name: free + by for name, free in self._free.items()}
        self._kept.move(by, steps=self._steps)
        if watched:
            self._awake += by
            self._looked = {channel: at + by for channel, at in self._looked.items()}
        return True

    def postings(
        self, *, after: int = -1, digest: str | None = None, digests: Collection[str] | None = None
    ) -> tuple[Posting, ...]:
        known = (posting for posting, change in self._postings.values() if change > after)
        known = (posting for posting in known if digests is None or posting.digest in digests)
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
        news: News = NOTHING,
        words: Words | None = None,
    ) -> bool:
        if not self._may_go_out(posting.digest, words) or not self._put(posting):
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
            slot, now = posting.slot, self.now()
            if parts:
                self._change_row(key, partial(revived, states=revive, slot=slot, now=now))
            else:
                self._change_row(key, partial(left, state=state, error=error, slot=slot, now=now))
        self._tell(news)
        return True

    def take_over(self, old: Posting, new: Posting) -> bool:
        rows = {k: d for k, d in self._rows.items() if k[:2] == (old.digest, old.channel)}
        taken = any(k[:2] == (new.digest, new.channel) for k in self._rows)
        if taken or any(map(in_the_air, rows.values())) or not self._put(new):
            return False
        assert self._put(replace(old, verdict=Verdict.SKIPPED, note=f"is called {new.digest} now"))
        for key, d in rows.items():
            moved = key._replace(digest=new.digest)
            self._rows[moved] = replace(self._rows.pop(key), digest=new.digest, version=d.version + 1)
            if key in self._payloads:
                self._payloads[moved] = self._payloads.pop(key)
        return True

    def claim(
        self,
        step: Step,
        *,
        owner: str,
        rules: DeliverySettings,
        limits: Sequence[Limit],
        slack: datetime | None = None,
        expected: Expected | None = None,
    ) -> Claim | Wait | None:
        now, old = self.now(), step.delivery
        if not self._as_expected(expected):
            return None
        for limit in limits:
            free = self._over(limit, now) + limit.interval - limit.burst * limit.interval
            if free > now:
                return Wait(name=limit.name, until=free, asked=now)
        ours = claimed(old, step, owner=owner, now=now, rules=rules, slack=slack)
        if not self._replace(old, ours):
            return None
        for limit in limits:
            self._free[limit.name] = self._over(limit, now) + limit.interval
        part = self._payloads.get(old.key, Part(message=Message(text="")))
        return Claim(delivery=replace(ours, version=old.version + 1), part=part)

    def read(self) -> tuple[datetime, Marks]:
        return self.now(), Marks(changes=self._change, steps=self._steps, latest=self._latest)

    def _as_expected(self, expected: Expected | None) -> bool:
        if expected is None:
            return True
        return -SET <= self.now() - expected.at <= OVER and expected.steps == self._steps

    def write(
        self, old: Delivery, new: Delivery, news: News = NOTHING, *, expected: Expected | None = None
    ) -> bool:
        if not self._as_expected(expected):
            raise ClockWasSetError("its clock was set")
        done = self._replace(old, new)
        if done:
            self._tell(news)
        return done

    def _tell(self, news: News) -> None:
        if news != NOTHING:
            self._kept.tell(news)

    def turn(self, limit: Limit) -> datetime | None:
        now = self.now()
        free = self._over(limit, now) + limit.interval
        if free - limit.burst * limit.interval > now:
            return free - limit.burst * limit.interval
        self._free[limit.name] = free
        return None

    def pause(self, limit: Limit, after: timedelta, *, expected: Expected | None = None) -> None:
        if not self._as_expected(expected):
            raise ClockWasSetError("its clock was set")
        now = self.now()
        free = now + min(after, LONGEST) + (limit.burst - 1) * limit.interval
        self._free[limit.name] = max(free, self._over(limit, now))

    def _over(self, limit: Limit, now: datetime) -> datetime:
        free = self._free.get(limit.name, now)
        return free if now <= free <= now + LONGEST else now

    def saw(self, name: str, channel: str = "") -> datetime:
        before = self._channels.get(name, ("", self.now()))[0]
        first = self._saw(name, channel, self.now())
        if not channel:
            return first
        return self._saw(channel, channel, first if before in ("", channel) else self.now())

    def _saw(self, name: str, channel: str, now: datetime) -> datetime:
        known, first = self._channels.get(name, ("", now))
        self._channels[name] = (channel or known, min(first, now))
        return min(first, now)

    def known(self) -> dict[str, str]:
        return {name: channel for name, (channel, _) in self._channels.items() if channel}

    def note_look(self, channel: str) -> None:
        self._looked[channel] = self.now()

    def looked(self) -> dict[str, datetime]:
        return dict(self._looked)

    def beat(self, name: str, *, catch_up: timedelta, expected: Expected | None = None) -> datetime:
        # Replicas of the simulation come and go, but never all for long.
        self._awake = min(self._awake, self.now())
        return self._awake

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

    def unskip(self, channel: str, day: date) -> bool:
        days = self._skips.get(channel, frozenset())
        self._skips[channel] = days - {day}
        self._change += day in days
        return day in days

    def skipped(self) -> dict[str, frozenset[date]]:
        return dict(self._skips)

    def decide(
        self,
        decision: Decision | None = None,
        *,
        postings: Sequence[Posting] = (),
        deliveries: Sequence[tuple[Delivery, Delivery]] = (),
        unwanted: Sequence[Posting] = (),
        words: Words | None = None,
    ) -> bool:
        if not all(self._may_go_out(posting.digest, words) for posting in postings):
            return False
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

    def entered(self, *, after: int = -1) -> tuple[int, tuple[Version, ...]]:
        fresh = (version for version, _, change in self._versions if change > after)
        return self._change, tuple(sorted(fresh, key=lambda v: (v.digest, v.number)))

    def texts(self, wanted: Sequence[Version]) -> dict[str, str]:
        return {version.digest: text for version, text, _ in self._versions if version in wanted}

    def texts_of(self, digest: str, numbers: Collection[int]) -> dict[int, str]:
        of_it = [(version, text) for version, text, _ in self._versions if version.digest == digest]
        return {version.number: text for version, text in of_it if version.number in numbers}

    def had(self, place: str) -> dict[str, str]:
        return dict(self._files.get(place, {}))

    def take_in(self, place: str, texts: Mapping[str, str]) -> None:
        for digest, text in texts.items():
            known = [version.fingerprint for version, _, _ in self._versions if version.digest == digest]
            had = self._files.get(place, {}).get(digest)
            if arrival_of(fingerprint_of(text.encode()), had=had, versions=known) is Arrival.NEW:
                self.enter(digest, text, who=FILE, place=place)
        self.note(place, {digest: fingerprint_of(text.encode()) for digest, text in texts.items()})

    def note(self, place: str, fingerprints: Mapping[str, str]) -> None:
        self._files[place] = {**self._files.get(place, {}), **fingerprints}

    def enter(self, digest: str, text: str, *, who: str, place: str = "") -> bool:
        known = [version for version, _, _ in self._versions if version.digest == digest]
        version = Version(
            digest=digest,
            number=len(known) + 1,
            fingerprint=fingerprint_of(text.encode()),
            who=who,
            place=place,
            at=self.now(),
        )
        if known and known[-1].fingerprint == version.fingerprint:
            return False
        self._change += 1
        self._versions.append((version, text, self._change))
        return True

    def versions_of(self, digest: str) -> tuple[Version, ...]:
        return tuple(version for version, _, _ in self._versions if version.digest == digest)

    def save(
        self,
        digest: str,
        text: str,
        *,
        expected: int,
        who: str,
        place: str = "",
        wording: str = "",
        sent: str | None = None,
    ) -> Version | None:
        if len(self.versions_of(digest)) != expected:
            return None
        number = expected
        for said, whence in [(text, place)] if sent is None else [(sent, place), (text, "")]:
            number += 1
            fingerprint = fingerprint_of(said.encode())
            version = Version(
                digest=digest, number=number, fingerprint=fingerprint, who=who, place=whence, at=self.now()
            )
            self._change += 1
            self._versions.append((version, said, self._change))
        self.carry(digest, number, wording, of=expected)
        return version

    def approved(self, *, after: int = -1, digest: str = "") -> tuple[Approved, ...]:
        known = (given for given, change in self._approvals.values() if change > after)
        return tuple(given for given in known if digest in ("", given.digest))

    def approve(
        self, digest: str, number: int, wording: str, *, who: str, news: News = NOTHING
    ) -> Refusal | None:
        newest = self.versions_of(digest)[-1]
        if newest.number != number:
            return Refusal.CHANGED
        if newest.who == who:
            return Refusal.OWN
        new = Approved(digest=digest, number=number, wording=wording, who=who, at=self.now())
        if self._holds(digest, number):
            return Refusal.ALREADY
        self._approve(new)
        self._tell(news)
        return None

    def revoke(self, digest: str, *, who: str, news: News = NOTHING) -> bool:
        number = len(self.versions_of(digest))
        if not self._holds(digest, number):
            return False
        self._approve(replace(self._approvals[digest, number][0], revoked=who))
        self._tell(news)
        return True

    def lets_out(self, digest: str, *, of_files_too: bool) -> bool:
        newest = self.versions_of(digest)[-1]
        return (newest.of_a_file and not of_files_too) or self._holds(digest, newest.number)

    def carry(self, digest: str, number: int, wording: str, *, of: int = 0) -> None:
        before = self._approvals.get((digest, of or number - 1))
        if before and before[0].wording == wording and not before[0].revoked:
            self._approve(replace(before[0], number=number))

    def since(self, rule: str, *, begin: bool = False) -> datetime | None:
        if begin and (not self._rules or max(self._rules, key=lambda name: self._rules[name]) != rule):
            self._rules[rule] = self.now()
        return self._rules.get(rule)

    def _approve(self, given: Approved) -> None:
        self._change += 1
        self._approvals[given.digest, given.number] = given, self._change

    def _holds(self, digest: str, number: int) -> bool:
        known = self._approvals.get((digest, number))
        return known is not None and not known[0].revoked

    def _may_go_out(self, digest: str, words: Words | None) -> bool:
        if words is None:
            return True
        newest = self.versions_of(digest)[-1]
        free = newest.of_a_file and not words.of_files_too
        return newest.fingerprint == words.text and (free or self._holds(digest, newest.number))

    def adopt(
        self,
        posting: Posting,
        parts: Sequence[tuple[Delivery | None, Delivery, Part | None]],
    ) -> bool:
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

    def _change_row(self, key: Key, change: Callable[[Delivery], Delivery]) -> None:
        old = self._rows[key]
        new = change(old)
        if new != old:
            self._rows[key] = replace(new, version=old.version + 1)


class _Outbox(Outbox):
    """The real one, in a database in memory, which is read again only after something was written."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        database = Database(in_memory(), clock=clock)
        super().__init__(database)
        self._clock, self._read = clock, Mail(now=clock())
        self._is_read = True
        sa.event.listen(database._engine, "commit", self._forget)

    def _forget(self, _: sa.Connection) -> None:
        self._is_read = False

    def move(self, by: timedelta, *, steps: int) -> None:
        with self._database.writing() as db:
            move_mail(db, by, now=self._clock())
            db.execute(paces.update().values(free_at=paces.c.free_at + by // MILLISECOND))
            row = insert(db, counters).values(name=STEPS, value=steps)
            db.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": steps}))

    def mail(self) -> Mail:
        if not self._is_read:
            self._read = super().mail()
            self._is_read = True
        return replace(self._read, now=self._clock())
