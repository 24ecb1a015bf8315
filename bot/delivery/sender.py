"""Does what one part needs: claims it in the ledger, asks Slack, writes down what is then known.

A process may die, freeze or be cut off between any two lines of this file. What may have been asked is in
the ledger before it is asked, so that whoever comes next looks into the history instead of asking again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from bot.core.delivery.answers import Deferred, Finding, Outcome, Refused, Unreadable, brief
from bot.core.delivery.changes import answered, asked_since, searched, unsent
from bot.core.delivery.state import Delivery, Kind, Rung, State, Step, posted_at, to_be_changed
from bot.core.figures import Figures
from bot.core.message import Message, Part
from bot.core.settings import DeliverySettings
from bot.delivery.channels import Channels
from bot.delivery.lease import Leased
from bot.delivery.limits import EDITS, POSTS, REMOVALS, SEARCHES, in_channel
from bot.delivery.needs import Slack
from bot.delivery.replica import Replica
from bot.delivery.telling import Telling
from bot.store.clock import ClockWasSetError
from bot.store.ledger import Claim, Ledger
from bot.store.limits import Limit, Wait

log = logging.getLogger(__name__)

SOON = timedelta(minutes=1)  # what takes no longer needs no words


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claimed(Leased):
    """A part that is ours."""

    step: Step
    delivery: Delivery
    part: Part
    last_reply: str  # ts of the last message that is known to stand before it in its thread


class Sender:
    """Carries out steps, one part at a time, as many at once as there are workers and Slack allows."""

    def __init__(
        self,
        *,
        replica: Replica,
        ledger: Ledger,
        slack: Slack,
        simpler: Mapping[Rung, Callable[[Message], Message]],
        channels: Channels,
        telling: Telling,
        figures: Figures,
    ) -> None:
        self._replica, self._ledger, self._slack, self._simpler = replica, ledger, slack, simpler
        self._channels, self._telling, self._figures = channels, telling, figures
        self._clocks, self._timekeeper = replica.clocks, replica.timekeeper

    def start(
        self, ready: Iterable[Step], known: Sequence[Delivery], rules: DeliverySettings
    ) -> datetime | None:
        """Start what can be started; return when, by the ledger's clock, the limits leave room for more."""
        full: dict[str, datetime] = {}
        for step in ready:
            if step.becomes is not None:
                self._note(step.delivery, step.becomes)
                continue
            limits = _limits(step)
            if any(limit.name in full for limit in limits):
                continue  # a channel that is full keeps no other one waiting
            if self._replica.has_nobody_free:
                break
            if wait := self._claim(step, limits, known, rules):
                full[wait.name] = wait.until
                # A channel's limit has the channel's name, which is no label: there may be thousands.
                self._figures.waits(wait.name.partition(" ")[0], (wait.until - wait.asked).total_seconds())
        return min(full.values(), default=None)

    def _note(self, old: Delivery, new: Delivery) -> None:
        try:
            self._write(old, new)
        except ClockWasSetError:
            log.info("note_put_off key=%s", old.key)  # the next look understands the clock

    def _claim(
        self, step: Step, limits: Sequence[Limit], known: Sequence[Delivery], rules: DeliverySettings
    ) -> Wait | None:
        """Make a part ours and have it delivered; return what there is to wait for instead."""
        started, slack = self._clocks.uptime(), self._clocks.slack()
        claim = self._ledger.claim(
            step,
            owner=self._replica.name,
            rules=rules,
            limits=limits,
            slack=slack,
            expected=self._timekeeper.expected(),
        )
        if isinstance(claim, Claim):
            ours = _Claimed(
                step=step,
                delivery=claim.delivery,
                part=claim.part,
                rules=rules,
                last_reply=_last_reply(claim.delivery, known),
                started=started,
                uptime=self._clocks.uptime,
            )
            self._replica.errands.start(self._deliver, ours)
        return claim if isinstance(claim, Wait) else None  # None also if another replica was first

    def _deliver(self, ours: _Claimed) -> None:
        """Ask Slack for what was claimed, and write down what is known then."""
        # The last look: a process that was frozen since the claim must not send any more.
        if ours.too_late:
            self._write_down(ours, lambda now: unsent(ours.delivery, ours.step.delivery, now=now))
            log.warning("claim_given_back key=%s", ours.delivery.key)
        elif ours.step.kind is Kind.SEARCH:
            finding = self._search(ours)
            self._write_down(ours, lambda now: searched(ours.delivery, finding, now=now, rules=ours.rules))
        else:
            self._send(ours)

    def _send(self, ours: _Claimed) -> None:
        d, kind, folded = ours.delivery, ours.step.kind, self._message(ours).folds
        outcome = self._ask(ours)
        log.info("slack_answered key=%s asked=%s answer=%s", d.key, kind.name.lower(), brief(outcome))
        if isinstance(outcome, Deferred):
            self._replica.let_all_wait(_limits(ours.step)[0], outcome.after)
        self._write_down(
            ours, lambda now: answered(d, kind, outcome, now=now, rules=ours.rules, folded=folded)
        )
        if isinstance(outcome, Refused):
            self._channels.look_again()

    def _ask(self, ours: _Claimed) -> Outcome:
        d, message = ours.delivery, self._message(ours)
        match ours.step.kind:
            case Kind.REMOVE:
                return self._slack.remove(d.channel, d.ts)
            case Kind.EDIT:
                return self._slack.edit(d.channel, d.ts, message, **_label(ours))
            case _:
                return self._slack.post(d.channel, message, parent=ours.step.parent, **_label(ours))

    def _message(self, ours: _Claimed) -> Message:
        message, rung = ours.part.message, ours.delivery.rung
        return message if rung is Rung.WHOLE else self._simpler[rung](message)

    def _search(self, ours: _Claimed) -> Finding:
        d = ours.delivery
        finding = self._slack.find(
            d.channel,
            digest=d.digest,
            part=d.part,
            since=asked_since(d),
            parent=ours.step.parent,
            last_reply=ours.last_reply,
        )
        log.info("history_searched key=%s finding=%s", d.key, type(finding).__name__)
        if isinstance(finding, Unreadable) and finding.after:
            self._replica.let_all_wait(SEARCHES, finding.after)
        return finding

    def _write_down(self, ours: _Claimed, known: Callable[[datetime], Delivery]) -> None:
        old = ours.delivery
        self._replica.write_down(str(old.key), ours, lambda now: self._write(old, known(now), ours.part))

    def _write(self, old: Delivery, new: Delivery, part: Part | None = None) -> None:
        news = self._telling.of_change(old, new, part)
        done = self._ledger.write(old, new, news, expected=self._timekeeper.expected())
        if done and new.state is not old.state:
            log.info("delivery_%s key=%s replica=%s", new.state, new.key, self._replica.name)
            if new.state is State.SENT and not new.part and (at := posted_at(new.ts)):
                self._figures.posted(slot=new.slot, at=at)


class _Label(TypedDict):
    digest: str
    part: int
    words: str
    shows: str


def _label(ours: _Claimed) -> _Label:
    """Return what a message says of itself, for whoever finds it without a ledger."""
    d = ours.delivery
    return {"digest": d.digest, "part": d.part, "words": ours.part.words, "shows": d.asked}


def corrections_take(parts: Iterable[Delivery]) -> timedelta:
    """Return how long correcting what is to be corrected of these will take; nothing if that is soon."""
    waiting = sum(to_be_changed(d) and bool(d.wanted) for d in parts)
    length = waiting * EDITS.interval
    return length if length > SOON else timedelta(0)


def _limits(step: Step) -> tuple[Limit, ...]:
    """Return what bounds a step: its method's limit first, then the channel's."""
    channel = in_channel(step.delivery.channel)
    match step.kind:
        case Kind.SEND:
            return POSTS, channel
        case Kind.EDIT:
            return EDITS, channel
        case Kind.REMOVE:
            return REMOVALS, channel
        case Kind.SEARCH:
            return (SEARCHES,)
    return ()


def _last_reply(d: Delivery, known: Iterable[Delivery]) -> str:
    thread = (k.ts for k in known if (k.digest, k.channel) == (d.digest, d.channel) and 0 < k.part < d.part)
    return max(thread, default="")
