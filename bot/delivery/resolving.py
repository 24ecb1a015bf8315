"""What becomes of a delivery that waits for somebody's decision: a function for each choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Protocol

from bot.core.delivery.changes import dropped, is_absent, is_there
from bot.core.delivery.plan import Target
from bot.core.delivery.state import Delivery, Posting, State, Verdict
from bot.core.delivery.ways import ways_of
from bot.core.errors import RoundupError
from bot.delivery.consent import Consent
from bot.delivery.orders import Orders
from bot.store.ledger import Ledger


class Choice(StrEnum):
    """What an editor says about a held or missed delivery."""

    THERE = "there"  # it is in the channel
    REPOST = "repost"  # it is not, or should be there again
    NEXT = "next"  # it was missed: post it at the channel's next slot
    DROP = "drop"  # leave it at that


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What an editor decides about: a digest in a channel, and which of its parts wait for that."""

    place: Target
    posting: Posting
    parts: Sequence[Delivery]
    waiting: Sequence[Delivery]
    who: str
    ts: str  # of the message that is there, if the editor gave its link

    @property
    def waiting_to_follow(self) -> Sequence[Delivery]:
        """Return what of the thread has not been sent."""
        unasked = (State.PENDING, State.UNSURE)
        return [
            d
            for d in self.parts
            if d.part and d.state in unasked and not (d.state is State.UNSURE and d.parent)
        ]


class Change(Protocol):
    """What a decision makes of a part; see bot.core.delivery.changes."""

    def __call__(self, d: Delivery, *, now: datetime) -> Delivery: ...


class Resolving:
    """Decides what is held, was missed, or was deleted in Slack."""

    def __init__(
        self, *, orders: Orders, consent: Consent, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._orders, self._consent, self._ledger, self._clock = orders, consent, ledger, clock

    def resolve(self, digest: str, place: Target, choice: Choice, *, who: str, ts: str) -> str:
        """Decide about a digest in a channel; return what that means. *ts*: of the message that is there."""
        case = self._case(digest, place, choice, who, ts)
        where = f"{digest} in {case.place.name}"
        over = not case.waiting or case.posting.verdict is Verdict.OPEN
        if over and self._orders.last(case.posting) == _order(choice):
            return f"{where} is already settled: {choice}"
        if not case.waiting:
            raise RoundupError(f"{where} waits for no decision: see {ways_of(who).status}")
        decide = {
            Choice.THERE: self._there,
            Choice.REPOST: self._repost,
            Choice.NEXT: self._next,
            Choice.DROP: self._drop,
        }
        return decide[choice](case)

    def _case(self, digest: str, place: Target, choice: Choice, who: str, ts: str) -> _Case:
        parts = self._ledger.deliveries(digest=digest, channel=place.channel)
        # With its first message a person deleted the whole post.
        gone = {State.SENT} if parts and parts[0].by_person else set[State]()
        waiting = [d for d in parts if d.state in {State.HELD, State.MISSED} | gone or d.by_person]
        if choice is Choice.THERE and ts:  # whoever said it before may not have had the link at hand
            waiting += [d for d in parts if d.state is State.SENT and not d.ts][:1]
        posting = self._orders.posting(digest, place)
        return _Case(place=place, posting=posting, parts=parts, waiting=waiting, who=who, ts=ts)

    def _there(self, case: _Case) -> str:
        said = self._settle(case, Choice.THERE, partial(is_there, ts=case.ts))
        unplaced = not case.ts and case.waiting[0].part == 0
        stuck, where = unplaced and case.waiting_to_follow, ways_of(case.who).say_where
        return said + (f"; its thread waits until you say where it is: {where}" if stuck else "")

    def _repost(self, case: _Case) -> str:
        if any(d.asked for d in case.waiting):
            return self._settle(case, Choice.REPOST, partial(is_absent, wall=self._clock()))
        # Never sent: as good as an order to post it now, double or not.
        self._consent.must_be_given(case.posting.digest)
        note = f"ordered by {case.who}"
        new = replace(case.posting, verdict=Verdict.OPEN, ordered=self._clock(), allowed=True, note=note)
        self._orders.give(case.who, _order(Choice.REPOST), new)
        return f"{new.digest} goes out to {case.place.name} now"

    def _next(self, case: _Case) -> str:
        """Let what was missed go out in the channel's next slot that is not left out."""
        place, schedule = case.place, case.place.settings.schedule
        if any(d.state is not State.MISSED for d in case.waiting):
            digest = case.posting.digest
            raise RoundupError(f"{digest} in {place.name} was not missed: only that has a next slot")
        slot = schedule.next_slot(self._clock())
        while place.skips(slot):
            slot = schedule.next_slot(slot.at)
        note = f"moved by {case.who}"
        new = replace(case.posting, verdict=Verdict.OPEN, moved_to=slot.at, ordered=None, note=note)
        self._orders.give(case.who, _order(Choice.NEXT), new)
        return f"{new.digest} goes out to {place.name} at {schedule.spoken(slot.at)}"

    def _drop(self, case: _Case) -> str:
        # Without its first message, its thread has nothing to follow any more.
        thread = case.waiting_to_follow if case.waiting[0].part == 0 else []
        return self._settle(replace(case, waiting=[*case.waiting, *thread]), Choice.DROP, dropped)

    def _settle(self, case: _Case, choice: Choice, change: Change) -> str:
        """Write a decision down, with what it makes of each part that waited for it."""
        now, posting = self._ledger.now(), case.posting
        if posting.verdict is not Verdict.POST:
            posting = replace(posting, verdict=Verdict.SKIPPED)
        changes = [(d, change(d, now=now)) for d in case.waiting]
        self._orders.give(case.who, _order(choice), posting, changes)
        return f"{posting.digest} in {case.place.name} is settled: {choice}"


def _order(choice: Choice) -> str:
    return f"resolve {choice}"
