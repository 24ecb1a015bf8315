"""Has done what the plan decides: writes posts down, part by part, and lets the sender see to each.

What is due is found by looking, every time anew, so that a missed, doubled or interrupted tick does no
harm, in any number of replicas.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

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
    first_of_interest,
    is_history,
    next_change,
    plan,
    turn,
)
from bot.core.delivery.reminders import Unapproved, empty_slots, next_reminders, unapproved
from bot.core.delivery.revival import BY_CORRECTION, BY_POST
from bot.core.delivery.state import Delivery, Posting, State, Verdict, passing
from bot.core.delivery.steps import steps
from bot.core.delivery.wording import content
from bot.core.digest import Digest
from bot.core.message import Part
from bot.core.settings import Approval, DeliverySettings, Settings
from bot.delivery.channels import Channels
from bot.delivery.clocks import Clocks
from bot.delivery.errands import Errands
from bot.delivery.lookout import Lookout
from bot.delivery.mail import Mail
from bot.delivery.needs import Digests, Render
from bot.delivery.sender import Sender, corrections_take
from bot.delivery.telling import Telling
from bot.delivery.timekeeper import Timekeeper
from bot.delivery.unfolding import Unfolding
from bot.delivery.upkeep import Upkeep
from bot.store.channels import KnownChannels
from bot.store.database import LedgerError
from bot.store.ledger import Ledger, Look
from bot.store.shares import Shares

log = logging.getLogger(__name__)

AT_ONCE = 20  # posts frozen in one tick


@dataclass(frozen=True, slots=True)
class _World:
    """What the plan saw last: while nothing of it differs, it has nothing new to say."""

    settled: tuple[Digest, ...]
    published: tuple[Digest, ...]
    targets: tuple[Target, ...]
    waiting: frozenset[str]  # for somebody's approval
    changes: int


@dataclass(frozen=True, slots=True)
class _Done:
    """A world in which the plan had no more to say: what is the same in the next one need not be asked."""

    world: _World
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arranged:
    """What arranging saw, and what it left for later."""

    changes: int = -1  # how many of the editors' and our own decisions it had read
    world: _World | None = None  # as the plan saw it; None if something was written down, so that it differs
    at: datetime | None = None  # by the clock as it was then; it may be set back
    next_at: datetime | None = None  # when the plan may say something new about that same world
    more: bool = False  # it had more to say than is written down in one tick


class Publisher:
    """The part of a replica that posts. One thread ticks; Slack is asked in others."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        known: KnownChannels,
        shares: Shares,
        library: Digests,
        settings: Callable[[], Settings],
        render: Render,
        channels: Channels,
        sender: Sender,
        telling: Telling,
        mail: Mail,
        errands: Errands,
        timekeeper: Timekeeper,
        lookout: Lookout,
        unfolding: Unfolding,
        upkeep: Upkeep,
        clock: Clocks,
        only: str = "",
    ) -> None:
        self._lookout, self._unfolding, self._upkeep = lookout, unfolding, upkeep
        self._ledger, self._known, self._shares = ledger, known, shares
        self._library, self._settings = library, settings
        self._render, self._channels, self._sender, self._telling = render, channels, sender, telling
        self._mail, self._errands, self._timekeeper = mail, errands, timekeeper
        self._clock, self._only = clock, only
        self._postings: dict[tuple[str, str], Posting] = {}
        self._open: dict[tuple[str, str], Posting] = {}  # the ones that are no history yet
        self._planned_at: datetime | None = None
        self._done: _Done | None = None
        self._skipped: dict[str, frozenset[date]] = {}
        self._arranged = _Arranged()
        self.look: Look | None = None  # what the last tick found
        self._steps = 0
        self._said_to_take = timedelta(0)
        self._busy = False
        self._outage = False

    def tick(self) -> datetime | None:
        """Do what is due now; return when to be woken next if that is known."""
        sure = self._clock.is_sure()  # before the time is read: Slack may say meanwhile what it really is
        wall = self._clock()
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

    def _tick(self, wall: datetime, *, sure: bool) -> datetime | None:
        settings = self._settings()
        self._mail.look_first()
        awake = self._upkeep.see_to_it(settings)
        look = self._timekeeper.look()
        self._telling.of_failing(look.deliveries, look.now)
        self._channels.keep_up(settings)
        if look.steps != self._steps:
            self._steps = look.steps
            self._channels.forget_since_when()
        if look.changes != self._arranged.changes:
            self._telling.of_copies()
            self._read_decisions()
        targets = self._channels.targets(settings, self._skipped)
        self._arranged = self._arrange(
            self._see(settings, targets, wall, look.changes), settings, wall, now=look.now, awake=awake
        )
        unfolded = self._unfolding.see_to(look.deliveries, targets, self._postings)
        if self._arranged.world is None or unfolded:
            look = self._timekeeper.look()
        self.look = look
        known = [d for d in look.deliveries if self._only in ("", d.digest)]
        configured, rules = frozenset(target.channel for target in targets), settings.delivery
        self._say_how_long(known)
        ready = steps(known, now=look.now, wall=wall, rules=rules, configured=configured, sure=sure)
        until = self._sender.start(ready, known, rules)
        self._mail.turn()  # after the posts: theirs is the first turn in Slack's limits
        waiting = self._lookout.waiting or self._mail.busy or bool(ready) or any(map(passing, known))
        self._busy = self._errands.under_way > 0 or waiting
        room = wall + (until - look.now) if until else None  # *until* is by the ledger's clock
        now = wall if self._arranged.more else None
        return _earliest(now, room, self._arranged.next_at)

    def _say_how_long(self, known: Iterable[Delivery]) -> None:
        takes = corrections_take(known)
        if takes > self._said_to_take:
            log.warning("corrections_wait minutes=%d", takes / timedelta(minutes=1))
        # Not again while they are under way; a few more that come meanwhile are no news.
        self._said_to_take = max(self._said_to_take, 2 * takes) if takes else takes

    # What is decided is written down

    def _read_decisions(self) -> None:
        for posting in self._ledger.postings(after=self._arranged.changes):
            self._postings[posting.digest, posting.channel] = posting
            self._open[posting.digest, posting.channel] = posting
        self._skipped = self._known.skipped()
        self._unfolding.read()

    def _see(self, settings: Settings, targets: tuple[Target, ...], wall: datetime, changes: int) -> _World:
        settled = self._library.settled(wall, settings.delivery.quiet)
        published = self._library.published()
        return _World(self._ours(settled), self._ours(published), targets, self._library.waiting(), changes)

    def _ours(self, digests: tuple[Digest, ...]) -> tuple[Digest, ...]:
        return tuple(d for d in digests if d.id == self._only) if self._only else digests

    def _arrange(
        self, world: _World, settings: Settings, wall: datetime, *, now: datetime, awake: datetime
    ) -> _Arranged:
        """Write down what the plan decides, unless it has said before all that it has to say."""
        last = self._arranged
        if world == last.world and last.at and last.at <= wall and (not last.next_at or wall < last.next_at):
            return last
        rules = settings.delivery
        decided = self._plan(world, rules, wall)
        actions = self._lookout.let_through(decided, now=now, awake=awake)
        if not decided:
            self._done = _Done(world, wall)
        # A few at a time: what is frozen first need not wait for hundreds of others to be.
        for action in sorted(actions, key=_fairly)[:AT_ONCE]:
            self._carry_out(action, wall)
        if not self._only:
            self._telling.remind(
                empty_slots(world.targets, world.published, self._postings, now=wall),
                self._unapproved(world, wall),
                wall,
            )
        return _Arranged(
            changes=world.changes,
            world=None if decided else world,
            at=wall,
            next_at=self._next_at(world, wall),
            more=len(actions) > AT_ONCE,
        )

    def _plan(self, world: _World, rules: DeliverySettings, wall: datetime) -> list[Action]:
        if self._planned_at and wall < self._planned_at:  # set back: what was history then may not be now
            self._open = dict(self._postings)
        self._planned_at = wall
        self._open = {key: posting for key, posting in self._open.items() if not is_history(posting, wall)}
        ordered = {p.digest for p in self._open.values() if p.ordered}
        return plan(
            self._of_interest(world, wall),
            world.targets,
            self._postings,
            now=wall,
            rules=rules,
            ordered=[d for name, d in self._library.digests.items() if name in ordered] if ordered else (),
            gone=self._library.gone(),
            waiting=world.waiting,
        )

    def _of_interest(self, world: _World, wall: datetime) -> Sequence[Digest]:
        """Return the digests that the plan may have something to say about: of ten years, a few weeks'."""
        done = self._done
        if done is None or done.world.targets != world.targets or wall < done.at:
            return world.settled
        # By that world's time: what was in reach then may since have come and gone, in a clock's one leap.
        first = first_of_interest(done.at)
        asked, undecided = set(map(id, done.world.settled)), {digest for digest, _ in self._open}
        undecided |= done.world.waiting - world.waiting  # approved since
        return [d for d in world.settled if d.date >= first or id(d) not in asked or d.id in undecided]

    def _next_at(self, world: _World, wall: datetime) -> datetime | None:
        change = next_change(world.published, world.targets, self._postings, now=wall)
        asked = [waits.next_asked(wall) for waits in self._unapproved(world, wall)]
        return _earliest(change, *next_reminders(world.targets, wall), *asked)

    def _unapproved(self, world: _World, wall: datetime) -> tuple[Unapproved, ...]:
        if not world.waiting:
            return ()
        about, late = (world.targets, world.published, self._postings), self._settings().delivery.catch_up
        return (*unapproved(*about, waiting=world.waiting, now=wall, catch_up=late),)

    def _words(self, action: Action) -> Words | None:
        """Return what must be approved for an action to be carried out; None if nothing must."""
        rule, text = self._settings().approval, self._library.text_of(action.digest.id)
        return None if rule is Approval.NONE else Words(text=text, of_files_too=rule is Approval.REQUIRED)

    def _carry_out(self, action: Action, wall: datetime) -> None:
        kind = type(action).__name__.lower()
        log.info("%s_decided digest=%s channel=%s", kind, action.digest.id, action.target.channel)
        match action:
            case Post():
                posting, parts = _decided(action, Verdict.POST), self._parts(action)
                self._ledger.arrange(posting, parts, revive=BY_POST, words=self._words(action))
            case Correct():
                self._correct(action, wall)
            case Withdraw():
                new = _decided(action, Verdict.POST)
                self._shares.outdate(action.digest.id, Stale.CORRECTED)
                self._ledger.decide(postings=[new], unwanted=[new], words=self._words(action))
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

    def _correct(self, action: Correct, wall: datetime) -> None:
        corrected = self._corrected(action, wall)
        new = replace(_decided(action, Verdict.POST), corrected=corrected)
        if action.reworded:  # first: once it is arranged, nobody decides it again
            self._shares.outdate(action.digest.id, Stale.CORRECTED)
        parts = self._parts(action, corrected)
        self._ledger.arrange(new, parts, revive=BY_CORRECTION, words=self._words(action))

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
        settings = action.target.settings
        stories = settings.selection(action.digest)
        layout = self._unfolding.layout(settings)
        return self._render(action.digest, stories, layout=layout, corrected=corrected)


def _earliest(*instants: datetime | None) -> datetime | None:
    return min((at for at in instants if at), default=None)


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
