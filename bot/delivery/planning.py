"""Asks the plan what becomes of the digests, and about no more of them than may have a new answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.core.delivery.plan import Action, Target, first_of_interest, is_history, next_change, plan
from bot.core.delivery.reminders import Unapproved, empty_slots, next_reminders, unapproved
from bot.core.delivery.state import Posting
from bot.core.digest import Digest
from bot.core.schedule import Slot
from bot.core.settings import DeliverySettings
from bot.delivery.needs import Digests
from bot.store.channels import KnownChannels
from bot.store.ledger import Ledger


@dataclass(frozen=True, slots=True)
class World:
    """What the plan saw last: while nothing of it differs, it has nothing new to say."""

    settled: tuple[Digest, ...]
    published: tuple[Digest, ...]
    targets: tuple[Target, ...]
    waiting: frozenset[str]  # for somebody's approval
    changes: int


@dataclass(frozen=True, slots=True)
class _Done:
    """A world in which the plan had no more to say: what is the same in the next one need not be asked."""

    world: World
    at: datetime


class Planning:
    """What was decided so far, and what is to be decided next. *only* leaves all digests but one alone."""

    def __init__(self, *, ledger: Ledger, known: KnownChannels, library: Digests, only: str = "") -> None:
        self._ledger, self._known, self._library, self.only = ledger, known, library, only
        self.postings: dict[tuple[str, str], Posting] = {}
        self.skipped: dict[str, frozenset[date]] = {}
        self._open: dict[tuple[str, str], Posting] = {}  # the ones that are no history yet
        self._planned_at: datetime | None = None
        self._done: _Done | None = None

    def read(self, *, after: int) -> None:
        """Read what was decided since so many changes."""
        for posting in self._ledger.postings(after=after):
            self.postings[posting.digest, posting.channel] = posting
            self._open[posting.digest, posting.channel] = posting
        self.skipped = self._known.skipped()

    def see(
        self, targets: tuple[Target, ...], rules: DeliverySettings, wall: datetime, changes: int
    ) -> World:
        """Return all that the plan goes by."""
        settled = self._library.settled(wall, rules.quiet)
        published = self._library.published()
        return World(self._ours(settled), self._ours(published), targets, self._library.waiting(), changes)

    def _ours(self, digests: tuple[Digest, ...]) -> tuple[Digest, ...]:
        return tuple(d for d in digests if d.id == self.only) if self.only else digests

    def plan(self, world: World, rules: DeliverySettings, wall: datetime) -> list[Action]:
        """Return what is to be done by now."""
        if self._planned_at and wall < self._planned_at:  # set back: what was history then may not be now
            self._open = dict(self.postings)
        self._planned_at = wall
        self._open = {key: posting for key, posting in self._open.items() if not is_history(posting, wall)}
        ordered = {p.digest for p in self._open.values() if p.ordered}
        decided = plan(
            self._of_interest(world, wall),
            world.targets,
            self.postings,
            now=wall,
            rules=rules,
            ordered=[d for name, d in self._library.digests.items() if name in ordered] if ordered else (),
            gone=self._library.gone(),
            waiting=world.waiting,
        )
        if not decided:
            self._done = _Done(world, wall)
        return decided

    def _of_interest(self, world: World, wall: datetime) -> Sequence[Digest]:
        """Return the digests that the plan may have something to say about: of ten years, a few weeks'."""
        done = self._done
        if done is None or done.world.targets != world.targets or wall < done.at:
            return world.settled
        # By that world's time: what was in reach then may since have come and gone, in a clock's one leap.
        first = first_of_interest(done.at)
        asked, undecided = set(map(id, done.world.settled)), {digest for digest, _ in self._open}
        undecided |= done.world.waiting - world.waiting  # approved since
        return [d for d in world.settled if d.date >= first or id(d) not in asked or d.id in undecided]

    def next_at(self, world: World, rules: DeliverySettings, wall: datetime) -> datetime | None:
        """Return when the plan, or who reminds, may have something new to say about the same world."""
        change = next_change(world.published, world.targets, self.postings, now=wall)
        asked = [waits.next_asked(wall) for waits in self.unapproved(world, rules, wall)]
        return earliest(change, *next_reminders(world.targets, wall), *asked)

    def empty_slots(self, world: World, wall: datetime) -> Sequence[tuple[Target, Slot]]:
        """Return the slots to come that have no digest yet."""
        return (*empty_slots(world.targets, world.published, self.postings, now=wall),)

    def unapproved(self, world: World, rules: DeliverySettings, wall: datetime) -> Sequence[Unapproved]:
        """Return what waits for an approval, each with its first slot."""
        if not world.waiting:
            return ()
        about = (world.targets, world.published, self.postings)
        return (*unapproved(*about, waiting=world.waiting, now=wall, catch_up=rules.catch_up),)


def earliest(*instants: datetime | None) -> datetime | None:
    """Return the first of those that are known."""
    return min((at for at in instants if at), default=None)
