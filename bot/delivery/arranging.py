"""Writes down what the plan decides: what stands in the ledger then is posted, whoever dies meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.core.delivery.approvals import Words
from bot.core.delivery.copies import Stale
from bot.core.delivery.outbox import NOTHING
from bot.core.delivery.plan import (
    Action,
    Ask,
    Correct,
    Hold,
    Miss,
    Post,
    Skip,
    TakeOver,
    Target,
    Withdraw,
    turn,
)
from bot.core.delivery.revival import BY_CORRECTION, BY_POST
from bot.core.delivery.state import Posting, State, Verdict
from bot.core.delivery.wording import content
from bot.core.message import Part
from bot.core.settings import Approval, Settings
from bot.delivery.lookout import Lookout
from bot.delivery.needs import Digests
from bot.delivery.planning import Planning, World, earliest
from bot.delivery.telling import Telling
from bot.delivery.unfolding import Unfolding
from bot.store.ledger import Ledger, Look
from bot.store.shares import Shares

log = logging.getLogger(__name__)

AT_ONCE = 20  # posts frozen in one tick


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arranged:
    """What arranging saw, and what it left for later."""

    changes: int = -1  # how many of the editors' and our own decisions it had read
    world: World | None = None  # as the plan saw it; None if something was written down, so that it differs
    at: datetime | None = None  # by the clock as it was then; it may be set back
    next_at: datetime | None = None  # when the plan may say something new about that same world
    more: bool = False  # it had more to say than is written down in one tick


class Arranging:
    """Turns decisions into rows: posts, part by part, and what is to become of them."""

    def __init__(
        self,
        *,
        planning: Planning,
        lookout: Lookout,
        unfolding: Unfolding,
        telling: Telling,
        ledger: Ledger,
        shares: Shares,
        library: Digests,
    ) -> None:
        self._planning, self._lookout, self._unfolding, self._telling = planning, lookout, unfolding, telling
        self._ledger, self._shares, self._library = ledger, shares, library
        self._arranged = _Arranged()

    @property
    def skipped(self) -> Mapping[str, frozenset[date]]:
        """The days that channels are left out, by channel."""
        return self._planning.skipped

    @property
    def waits(self) -> bool:
        """Whether anything was held back last time until its channel is looked into."""
        return self._lookout.waiting

    def next_at(self, wall: datetime) -> datetime | None:
        """Return when there may be something to write down again, if that is known."""
        return earliest(wall if self._arranged.more else None, self._arranged.next_at)

    def read(self, changes: int) -> None:
        """Read what was decided since last time, if anything was."""
        if changes != self._arranged.changes:
            self._telling.of_copies()
            self._planning.read(after=self._arranged.changes)
            self._unfolding.read()

    def see_to(
        self, look: Look, settings: Settings, targets: tuple[Target, ...], wall: datetime, *, awake: datetime
    ) -> bool:
        """Write down what is due by now; tell whether that may be anything. *awake*: since when we run."""
        world = self._planning.see(targets, settings.delivery, wall, look.changes)
        self._arranged = self._arrange(world, settings, wall, now=look.now, awake=awake)
        unfolded = self._unfolding.see_to(look.deliveries, targets, self._planning.postings)
        return self._arranged.world is None or unfolded

    def _arrange(
        self, world: World, settings: Settings, wall: datetime, *, now: datetime, awake: datetime
    ) -> _Arranged:
        """Write down what the plan decides, unless it has said before all that it has to say."""
        last, rules = self._arranged, settings.delivery
        if world == last.world and last.at and last.at <= wall and (not last.next_at or wall < last.next_at):
            return last
        decided = self._planning.plan(world, rules, wall)
        actions = self._lookout.let_through(decided, now=now, awake=awake)
        # A few at a time: what is frozen first need not wait for hundreds of others to be.
        for action in sorted(actions, key=_fairly)[:AT_ONCE]:
            self._carry_out(action, settings.approval, wall)
            # Not before: where that cannot be written it is no decision, and said anew each second.
            kind = type(action).__name__.lower()
            log.info("%s_decided digest=%s channel=%s", kind, action.digest.id, action.target.channel)
        if not self._planning.only:
            empty = self._planning.empty_slots(world, wall)
            self._telling.remind(empty, self._planning.unapproved(world, rules, wall), wall)
        return _Arranged(
            changes=world.changes,
            world=None if decided else world,
            at=wall,
            next_at=self._planning.next_at(world, rules, wall),
            more=len(actions) > AT_ONCE,
        )

    def _carry_out(self, action: Action, rule: Approval, wall: datetime) -> None:
        match action:
            case Post():
                words, parts = self._words(action, rule), self._parts(action)
                self._ledger.arrange(_decided(action, Verdict.POST), parts, revive=BY_POST, words=words)
            case Correct():
                self._correct(action, rule, wall)
            case Withdraw():
                new = _decided(action, Verdict.POST)
                self._shares.outdate(action.digest.id, Stale.CORRECTED)
                self._ledger.decide(postings=[new], unwanted=[new], words=self._words(action, rule))
            case Hold(twin=twin):
                self._hold(action, twin)
            case Ask(why=why):
                self._leave(action, Verdict.HELD, State.HELD, why)
            case TakeOver(former=former):
                new = replace(former, digest=action.digest.id, version=action.posting.version)
                if not self._ledger.take_over(former, new):  # some of it is in the air
                    self._hold(action, former.digest)
            case Miss():
                why = f"its slot was {action.slot.at:%Y-%m-%d %H:%M} UTC"
                self._leave(action, Verdict.MISSED, State.MISSED, why)
            case Skip():
                by_config = action.target.settings.schedule.skips(action.slot)
                why = f"left out by {'the config' if by_config else 'an editor'}"
                self._leave(action, Verdict.SKIPPED, State.SKIPPED, why)

    def _words(self, action: Action, rule: Approval) -> Words | None:
        """Return what must be approved for an action to be carried out; None if nothing must."""
        text = self._library.text_of(action.digest.id)
        return None if rule is Approval.NONE else Words(text=text, of_files_too=rule is Approval.REQUIRED)

    def _correct(self, action: Correct, rule: Approval, wall: datetime) -> None:
        corrected = self._corrected(action, wall)
        new = replace(_decided(action, Verdict.POST), corrected=corrected)
        if action.reworded:  # first: once it is arranged, nobody decides it again
            self._shares.outdate(action.digest.id, Stale.CORRECTED)
        parts = self._parts(action, corrected)
        self._ledger.arrange(new, parts, revive=BY_CORRECTION, words=self._words(action, rule))

    def _corrected(self, action: Correct, wall: datetime) -> date | None:
        """Return the day the footer shall name: none for what nobody has seen otherwise."""
        posting = action.posting
        if not action.reworded:
            return posting.corrected
        there = self._ledger.deliveries(digest=posting.digest, channel=posting.channel)
        seen = any(d.ts or d.asked for d in there)
        return action.target.settings.schedule.local(wall).date() if seen else None

    def _hold(self, action: Action, twin: str) -> None:
        self._leave(action, Verdict.HELD, State.HELD, f"it seems to be {twin}, which this channel has")

    def _leave(self, action: Action, verdict: Verdict, state: State, why: str) -> None:
        new = _decided(action, verdict)
        news = NOTHING if state is State.SKIPPED else self._telling.of_waiting(state, new, why)
        self._ledger.arrange(new, state=state, error=why, news=news)

    def _parts(self, action: Action, corrected: date | None = None) -> tuple[Part, ...]:
        return self._unfolding.parts(action.digest, action.target.settings, corrected)


def _fairly(action: Action) -> tuple[date, str, str]:
    return action.digest.date, action.digest.id, turn(action.digest.id, action.target.channel)


def _decided(action: Action, verdict: Verdict) -> Posting:
    """Return what is now known of the posting: what was decided, when for, and about which words."""
    digest, settings = action.digest, action.target.settings
    return replace(
        action.posting,
        verdict=verdict,
        slot=action.slot.at,
        title=digest.title,
        dated=digest.date,
        content=content(digest, settings),
        layout=settings.layout,
    )
