"""Carries out what the plan decides: freezes posts, sends parts, looks when in doubt, tells the editors.

One action at a time per part: claimed in the ledger, done, written down; then the plan is asked again. A
missed, doubled or interrupted tick does no harm, in any number of replicas.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from threading import Lock
from typing import ParamSpec, Protocol

from bot.core.delivery.copies import Copy, Stale
from bot.core.delivery.plan import (
    Action,
    Correct,
    Hold,
    Kind,
    Miss,
    Post,
    Skip,
    Step,
    Target,
    Withdraw,
    answered,
    content,
    next_change,
    plan,
    searched,
    slot_of,
    steps,
    turn,
    unsent,
)
from bot.core.delivery.remedies import WORKSPACE_ERRORS, code_of, remedy
from bot.core.delivery.revival import BY_CORRECTION, BY_POST
from bot.core.delivery.state import (
    Accepted,
    Deferred,
    Delivery,
    Finding,
    Outcome,
    Posting,
    Refused,
    Room,
    Rung,
    State,
    Unreadable,
    Verdict,
)
from bot.core.digest import Digest, Story
from bot.core.message import Message, Part
from bot.core.settings import Layout, Settings
from bot.store.channels import Channels
from bot.store.database import LedgerError
from bot.store.ledger import Claim, Ledger
from bot.store.limits import Limit, Limits, Wait
from bot.store.shares import Shares
from bot.store.told import Told

log = logging.getLogger(__name__)
P = ParamSpec("P")

# Slack takes one message a second in a channel, and 300 a minute in a workspace: 10 at once and then 4.8 a
# second are never more than 298 in a minute. Edits, deletions and history have 50 a minute each.
POSTS = Limit(name="chat.postMessage", interval=timedelta(seconds=1) / 4.8, burst=10)
EDITS = Limit(name="chat.update", interval=timedelta(seconds=1.5), burst=10)
REMOVALS = Limit(name="chat.delete", interval=timedelta(seconds=1.5), burst=10)
SEARCHES = Limit(name="conversations.history", interval=timedelta(seconds=1.5), burst=10)
CHANNEL = timedelta(seconds=1.05)  # a little more: requests overtake each other
AHEAD = timedelta(days=1)  # how long before an empty slot the editors are reminded
LOOK_UP_AGAIN = timedelta(seconds=60)  # while a channel cannot be found or entered
NAMED = 20  # channels in one reminder
AT_ONCE = 20  # posts frozen in one tick
# Hanging requests must not keep others waiting: at 4.8 a second and the longest time-out 72 may hang at once.
WORKERS = 64


class Slack(Protocol):
    """What is asked of Slack; see bot.slack.messenger."""

    def post(
        self, channel: str, message: Message, *, digest: str = "", part: int = 0, parent: str = ""
    ) -> Outcome: ...
    def edit(self, channel: str, ts: str, message: Message) -> Outcome: ...
    def remove(self, channel: str, ts: str) -> Outcome: ...
    def find(
        self, channel: str, *, digest: str, part: int, since: datetime, parent: str = "", last_reply: str = ""
    ) -> Finding: ...


class Directory(Protocol):
    """Which channel has which ID; see bot.slack.directory."""

    @property
    def rooms(self) -> Mapping[str, Room | str]: ...
    def recall(self, names: Iterable[str]) -> None: ...
    def look_up(self) -> Mapping[str, Room | str]: ...


class Digests(Protocol):
    """Where digests come from; see bot.newsroom.library."""

    @property
    def digests(self) -> Mapping[str, Digest]: ...
    def refresh(self, now: datetime) -> bool: ...
    def published(self) -> tuple[Digest, ...]: ...
    def settled(self, now: datetime, quiet: timedelta) -> tuple[Digest, ...]: ...


class Render(Protocol):
    """Turns a digest into the messages of its post; see bot.slack.views.posts."""

    def __call__(
        self, digest: Digest, stories: Sequence[Story], *, layout: Layout, corrected: date | None = None
    ) -> tuple[Part, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something the editors must know. *digest* and *channel* are "" if it is about neither."""

    subject: str  # told once under this name
    text: str
    digest: str = ""
    channel: str = ""
    state: State | None = None  # what the delivery is in now, for the buttons that fit
    copies: tuple[Copy, ...] = ()  # to be named below the text

    @property
    def whole(self) -> str:
        """Return the text and what stands below it."""
        return "\n".join([self.text, *(copy.spoken for copy in self.copies)])


def alarm_message(alarm: Alarm) -> Message:
    """Return an alarm in plain words."""
    return Message(text=alarm.whole.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


@dataclass(frozen=True, slots=True)
class _World:
    """What the plan saw last: while nothing of it differs, it has nothing new to say."""

    settled: tuple[Digest, ...]
    published: tuple[Digest, ...]
    targets: tuple[Target, ...]
    changes: int


class Publisher:
    """The part of a replica that posts. One thread ticks; sending happens in a *pool* of others."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        limits: Limits,
        channels: Channels,
        told: Told,
        shares: Shares,
        slack: Slack,
        directory: Directory,
        library: Digests,
        settings: Callable[[], Settings],
        render: Render,
        simpler: Mapping[Rung, Callable[[Message], Message]],
        clock: Callable[[], datetime],
        replica: str,
        pool: Executor,
        wording: Callable[[Alarm], Message] = alarm_message,
        only: str = "",
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._ledger, self._limits, self._channels = ledger, limits, channels
        self._told, self._shares, self._slack, self._directory = told, shares, slack, directory
        self._library, self._settings, self._render, self._simpler = library, settings, render, simpler
        self._clock, self._replica, self._pool = clock, replica, pool
        self._only = only
        self._wording, self._monotonic, self._sleep = wording, monotonic, sleep
        self._rooms: dict[str, Room | str] = {}
        self._names: tuple[str, ...] = ()
        self._look_up_at: datetime | None = None
        self._postings: dict[tuple[str, str], Posting] = {}
        self._seen: dict[tuple[str, str], datetime] = {}
        self._skipped: dict[str, frozenset[date]] = {}
        self._changes = -1
        self._world: _World | None = None
        self._change_at: datetime | None = None
        self._more = False
        self._troubled: dict[str, str] = {}
        self._under_way: set[Future[None]] = set()
        self._lock = Lock()
        self._outage = ""
        self._busy = False

    # Each tick

    def tick(self) -> datetime | None:
        """Do what is due now; return when to be woken next if that is known."""
        wall = self._clock()
        self._library.refresh(wall)
        try:
            wake = self._tick(wall)
        except LedgerError as error:
            # Nothing was asked of Slack that is not written down; the next tick tries again.
            if not self._outage:
                log.error("ledger_lost error=%s", error)  # noqa: TRY400 - no bug, no traceback
            self._outage = str(error)
            return None
        if self._outage:
            log.warning("ledger_back")
            self._outage = ""
        return wake

    @property
    def outage(self) -> str:
        """Why the ledger could not be used at the last tick, or ""."""
        return self._outage

    @property
    def busy(self) -> bool:
        """Whether the last tick left something that will be over without anybody's help."""
        return self._busy

    @property
    def in_flight(self) -> int:
        """How many requests to Slack are under way."""
        with self._lock:
            return len(self._under_way)

    def _tick(self, wall: datetime) -> datetime | None:
        settings = self._settings()
        self._find_rooms(settings, wall)
        look = self._ledger.look()
        if look.changes != self._changes:
            self._tell_of_copies()
            self._read_decisions(look.changes)
        targets = self._targets(settings)
        if self._arrange(settings, targets, wall, look.changes):
            look = self._ledger.look()
        configured = frozenset(target.channel for target in targets)
        rules = settings.delivery
        known = [d for d in look.deliveries if self._only in ("", d.digest)]
        ready = steps(known, now=look.now, wall=wall, rules=rules, configured=configured)
        until = self._start(ready, settings, known)
        self._busy = self.in_flight > 0 or bool(ready) or any(_under_way(d) for d in known)
        waits = [wall + (until - look.now)] if until else []
        if self._more:
            waits.append(wall)
        return min([*waits, *([self._change_at] if self._change_at else [])], default=None)

    # Channels

    def _find_rooms(self, settings: Settings, wall: datetime) -> None:
        names = tuple(channel.channel for channel in settings.channels)
        if names != self._names:
            self._directory.recall(names)
            self._names, self._look_up_at = names, wall
        if self._look_up_at and wall >= self._look_up_at:
            self._look_up_at = wall + LOOK_UP_AGAIN
            self._submit(self._look_up)

    def _look_up(self) -> None:
        rooms = self._directory.look_up()
        for name, room in rooms.items():
            if isinstance(room, str) or room.trouble:
                self._tell_trouble(name, room)
                continue
            if name in self._troubled:
                self._told.untell(self._troubled.pop(name))
            if room.renamed:
                text = f"{name} is called #{room.name} now. It still gets its posts; change the config."
                self.alarm(Alarm(subject=f"renamed {name} {room.name}", text=text, channel=room.id))
        if not self._troubled:
            self._look_up_at = None

    def _tell_trouble(self, name: str, room: Room | str) -> None:
        trouble, channel = (room, "") if isinstance(room, str) else (room.trouble, room.id)
        subject = f"channel {channel or name} {code_of(trouble)}"
        self._troubled[name] = subject
        what = remedy(trouble, name) or "it is tried again every minute"
        text = f"{name} cannot get its posts ({code_of(trouble)}): {what}."
        self.alarm(Alarm(subject=subject, text=text, channel=channel))

    def _targets(self, settings: Settings) -> tuple[Target, ...]:
        rooms = self._directory.rooms
        targets = {}
        for entry in settings.channels:
            room = rooms.get(entry.channel)
            channel = room.id if isinstance(room, Room) else ""
            since = self._first_seen(entry.channel, channel)
            if channel and channel not in targets:
                skipped = self._skipped.get(channel, frozenset())
                targets[channel] = Target(channel=channel, settings=entry, since=since, skipped=skipped)
        return tuple(targets.values())

    def _first_seen(self, name: str, channel: str) -> datetime:
        if (name, channel) not in self._seen:
            self._seen[name, channel] = self._channels.saw(name, channel)
        return self._seen[name, channel]

    # Digests: what is decided is written down

    def _read_decisions(self, changes: int) -> None:
        for posting in self._ledger.postings(after=self._changes):
            self._postings[posting.digest, posting.channel] = posting
        self._skipped = self._channels.skipped()
        self._changes = changes

    def _arrange(self, settings: Settings, targets: tuple[Target, ...], wall: datetime, changes: int) -> bool:
        """Write down what the plan decides; False if it had nothing new to say."""
        rules, library = settings.delivery, self._library
        settled, published = library.settled(wall, rules.quiet), library.published()
        world = _World(self._of_interest(settled), self._of_interest(published), targets, changes)
        if world == self._world and (self._change_at is None or wall < self._change_at):
            self._more = False
            return False
        ordered = world.published if any(p.ordered for p in self._postings.values()) else ()
        actions = plan(world.settled, targets, self._postings, now=wall, rules=rules, ordered=ordered)
        # A few at a time: what is frozen first need not wait for hundreds of others to be.
        for action in sorted(actions, key=_fairly)[:AT_ONCE]:
            self._carry_out(action, wall)
        if not self._only:
            self._remind(world, wall)
        soon = [next_change(world.published, targets, self._postings, now=wall), *_reminders(targets, wall)]
        self._change_at = min((at for at in soon if at), default=None)
        self._world = None if actions else world
        self._more = len(actions) > AT_ONCE
        return bool(actions)

    def _of_interest(self, digests: tuple[Digest, ...]) -> tuple[Digest, ...]:
        return tuple(d for d in digests if d.id == self._only) if self._only else digests

    def _carry_out(self, action: Action, wall: datetime) -> None:
        kind = type(action).__name__.lower()
        log.info("%s_decided digest=%s channel=%s", kind, action.digest.id, action.target.channel)
        match action:
            case Post():
                self._ledger.arrange(_decided(action, Verdict.POST), self._parts(action), revive=BY_POST)
            case Correct():
                corrected = self._corrected(action, wall)
                new = replace(_decided(action, Verdict.POST), corrected=corrected)
                if action.reworded:  # first: once it is arranged, nobody decides it again
                    self._shares.outdate(action.digest.id, Stale.CORRECTED)
                self._ledger.arrange(new, self._parts(action, corrected), revive=BY_CORRECTION)
            case Withdraw():
                new = _decided(action, Verdict.POST)
                self._shares.outdate(action.digest.id, Stale.CORRECTED)
                self._ledger.decide(postings=[new], unwanted=[new])
            case Hold(twin=twin):
                self._leave(
                    action, Verdict.HELD, State.HELD, f"same title and date as {twin}, which this channel has"
                )
            case Miss():
                self._leave(
                    action, Verdict.MISSED, State.MISSED, f"its slot was {action.slot.at:%Y-%m-%d %H:%M} UTC"
                )
            case Skip():
                by_config = action.target.settings.schedule.skips(action.slot)
                whose = "the config" if by_config else "an editor"
                self._leave(action, Verdict.SKIPPED, State.SKIPPED, f"left out by {whose}")

    def _leave(self, action: Action, verdict: Verdict, state: State, why: str) -> None:
        new = _decided(action, verdict)
        if self._ledger.arrange(new, state=state, error=why) and state is not State.SKIPPED:
            self._tell_waiting(state, new, why)

    def _parts(self, action: Action, corrected: date | None = None) -> tuple[Part, ...]:
        settings = action.target.settings
        stories = settings.selection(action.digest)
        return self._render(action.digest, stories, layout=settings.layout, corrected=corrected)

    def _corrected(self, action: Correct, wall: datetime) -> date | None:
        """Return the day the footer shall name: none for what nobody has seen otherwise."""
        posting = action.posting
        if not action.reworded:
            return posting.corrected
        there = self._ledger.deliveries(digest=posting.digest, channel=posting.channel)
        seen = any(d.ts or d.asked for d in there)
        return action.target.settings.schedule.local(wall).date() if seen else None

    # Parts: claimed, asked, written down

    def _start(self, ready: Sequence[Step], settings: Settings, known: Sequence[Delivery]) -> datetime | None:
        """Start what can be started; return when, by the ledger's clock, the limits leave room for more."""
        full: dict[str, datetime] = {}
        for step in ready:
            limits = _limits(step)
            if any(limit.name in full for limit in limits):
                continue
            if step.becomes is not None:
                self._write(step.delivery, step.becomes)
                continue
            if self.in_flight >= WORKERS:
                break
            started = self._monotonic()
            claim = self._ledger.claim(step, owner=self._replica, rules=settings.delivery, limits=limits)
            if isinstance(claim, Wait):
                full[claim.name] = claim.until
            elif claim:
                self._submit(self._deliver, step, claim, started, settings, _last_reply(step.delivery, known))
        return min(full.values(), default=None)

    def _deliver(self, step: Step, claim: Claim, started: float, settings: Settings, last_reply: str) -> None:
        """Ask Slack for what was claimed, and write down what is known then."""
        d, rules = claim.delivery, settings.delivery
        assert d.lease_until is not None  # noqa: S101 - a claim has a lease

        def now() -> datetime:  # the ledger's, without asking: it was read after *started*
            return claimed_at + timedelta(seconds=self._monotonic() - started)

        claimed_at = d.lease_until - rules.lease
        # The last look: a process that was frozen since the claim must not send any more.
        if now() > d.lease_until - rules.timeout - rules.lease / 10:
            self._write_down(d, lambda: unsent(d, step.delivery, now=now()), now)
            log.warning("claim_given_back key=%s", d.key)
            return
        if step.kind is Kind.SEARCH:
            finding = self._search(step, d, last_reply)
            wall = self._clock()
            self._write_down(d, lambda: searched(d, finding, now=now(), wall=wall, rules=rules), now)
            return
        outcome = self._ask(step, d, claim.part)
        log.info("slack_answered key=%s asked=%s answer=%s", d.key, step.kind.name.lower(), _brief(outcome))
        if isinstance(outcome, Deferred):
            self._pause(step, d, outcome)
        self._write_down(d, lambda: answered(d, step.kind, outcome, now=now(), rules=rules), now)
        if isinstance(outcome, Refused):
            self._look_up_at = self._clock()  # it may have been archived, renamed or left

    def _ask(self, step: Step, d: Delivery, part: Part) -> Outcome:
        message = part.message if d.rung is Rung.WHOLE else self._simpler[d.rung](part.message)
        match step.kind:
            case Kind.REMOVE:
                return self._slack.remove(d.channel, d.ts)
            case Kind.EDIT:
                return self._slack.edit(d.channel, d.ts, message)
            case _:
                return self._slack.post(d.channel, message, digest=d.digest, part=d.part, parent=step.parent)

    def _search(self, step: Step, d: Delivery, last_reply: str) -> Finding:
        since = d.first_asked or d.since
        finding = self._slack.find(
            d.channel, digest=d.digest, part=d.part, since=since, parent=step.parent, last_reply=last_reply
        )
        log.info("history_searched key=%s finding=%s", d.key, type(finding).__name__)
        if isinstance(finding, Unreadable) and finding.after:
            self._outlast(lambda: self._limits.pause(SEARCHES, finding.after or timedelta(0)))
        return finding

    def _pause(self, step: Step, d: Delivery, outcome: Deferred) -> None:
        """Let every replica wait: Slack limits, or shuts out, the whole workspace at once."""
        if code_of(outcome.error) in WORKSPACE_ERRORS:
            what = remedy(outcome.error, d.channel)
            text = f"Nothing can be posted ({outcome.error}): {what}. Everything due waits."
            self.alarm(Alarm(subject=f"workspace {code_of(outcome.error)}", text=text))
        self._outlast(lambda: self._limits.pause(_limits(step)[0], outcome.after))

    def _write_down(self, old: Delivery, new: Callable[[], Delivery], now: Callable[[], datetime]) -> None:
        """Write a result while the part is ours; a database that is away may be back before that ends."""
        wait = 0.1
        while True:
            try:
                self._write(old, new())
            except LedgerError as error:
                if old.lease_until is None or now() > old.lease_until:
                    # Whoever takes over looks into the history first.
                    log.error("result_lost key=%s error=%s", old.key, error)  # noqa: TRY400 - no bug
                    return
                self._sleep(wait)
                wait = min(wait * 2, 2.0)
            else:
                return

    def _write(self, old: Delivery, new: Delivery) -> None:
        if self._ledger.write(old, new):
            if new.state is not old.state:
                log.info("delivery_%s key=%s replica=%s", new.state, new.key, self._replica)
            self._tell(old, new)

    def _outlast(self, write: Callable[[], None]) -> None:
        try:
            write()
        except LedgerError as error:  # it would have been a kindness only
            log.warning("ledger_lost error=%s", error)

    def _submit(self, work: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        future = self._pool.submit(work, *args, **kwargs)
        with self._lock:
            self._under_way.add(future)
        future.add_done_callback(self._finished)

    def _finished(self, future: Future[None]) -> None:
        with self._lock:
            self._under_way.discard(future)
        if error := future.exception():
            if isinstance(error, LedgerError):
                log.warning("ledger_lost error=%s", error)
            else:
                log.error("work_failed", exc_info=error)

    # What the editors are told

    def _remind(self, world: _World, wall: datetime) -> None:
        """The day before a slot without a digest, while there is time to write one."""
        empty = []
        for target in world.targets:
            slot = target.settings.schedule.next_slot(wall)
            if slot.at > wall + AHEAD or target.skips(slot):
                continue
            due = (
                slot_of(digest, target, self._postings.get((digest.id, target.channel))).at
                for digest in world.published
                if digest.date >= wall.date() - timedelta(days=9) and target.settings.selection(digest)
            )
            if slot.at not in due and self._told.tell_once(
                f"reminder {target.channel} {slot.at.isoformat()}"
            ):
                empty.append(f"{target.settings.channel} ({target.settings.schedule.spoken(slot.at)})")
        if empty:
            more = f" and {len(empty) - NAMED} more channels" if len(empty) > NAMED else ""
            text = (
                f"There is no digest yet for {', '.join(empty[:NAMED])}{more}. Without one nothing is posted."
            )
            log.warning("reminder_sent channels=%d", len(empty))
            self._tell_editors(Alarm(subject="reminder", text=text))

    def _tell(self, old: Delivery, new: Delivery) -> None:
        """Tell the editors what needs them, once for each thing; forget it when it is over."""
        name = self._name_of(new.channel)
        if new.state in (State.HELD, State.MISSED) and old.state is not new.state:
            self._tell_waiting(new.state, new, new.error)
        elif new.state is State.FAILED:
            code = code_of(new.error)
            what = remedy(new.error, name) or "then `roundup retry`"
            text = f"{name} did not get {new.digest} ({new.error}): {what}."
            subject = f"channel {new.channel} {code}"
            self.alarm(_about(new, subject, text))
        elif new.rung > old.rung:
            self.alarm(_about(new, f"smaller {new.key} {new.wanted} {new.rung}", self._blame(new, name)))
        elif new.state is State.SENT and new.refused is not None and old.refused != new.refused:
            verb = "corrected" if new.wanted else "removed"
            what = remedy(new.error, name)
            text = f"{new.digest} in {name}, part {new.part}, was not {verb} ({new.error}). {what}".strip()
            self.alarm(_about(new, f"stuck {new.key} {new.refused}", text))
        if new.state is State.SENT and old.error and not new.error:
            self._told.untell(f"channel {new.channel} {code_of(old.error)}")
            self._told.untell(f"workspace {code_of(old.error)}")

    def _tell_waiting(self, state: State, about: Delivery | Posting, why: str) -> None:
        name = self._name_of(about.channel)
        choice = (
            "Post now, Next slot or Skip" if state is State.MISSED else "It is there, Post it or Leave it out"
        )
        text = f"{about.digest} in {name} is {state} and waits for you ({why or 'it is too late'}): {choice}?"
        subject = f"{state} {about.digest} {about.channel} {about.slot}"
        alarm = Alarm(subject=subject, text=text, digest=about.digest, channel=about.channel, state=state)
        self.alarm(alarm)

    def _blame(self, d: Delivery, name: str) -> str:
        """Say which story Slack would not take, by the block it points at."""
        part, digest = self._ledger.part(d.key), self._library.digests.get(d.digest)
        story = culprit(part, digest, d.error) if part and digest else None
        without = "its images" if d.rung is Rung.NO_IMAGES else "its blocks, as plain text"
        where = f' story "{story.headline}", line {story.line} of the file' if story else f" part {d.part}"
        return f"{d.digest} in {name} goes out without {without}: Slack refused{where} ({d.error})."

    def _tell_of_copies(self) -> None:
        """Tell of what readers shared and we cannot change, once for each correction or retraction."""
        for digest, copies in groupby(self._shares.untold_copies(), key=lambda copy: copy.digest):
            shared = tuple(copies)
            more = f"; {NAMED} of {len(shared)}, see `roundup status`" if len(shared) > NAMED else ""
            text = f"{digest} was {shared[-1].stale}, but not what readers shared of it{more}:"
            named = shared[:NAMED]
            self._announce(Alarm(subject=f"copies {digest}", text=text, digest=digest, copies=named))

    def _name_of(self, channel: str) -> str:
        rooms = self._directory.rooms
        return next(
            (name for name, room in rooms.items() if isinstance(room, Room) and room.id == channel), channel
        )

    def alarm(self, alarm: Alarm) -> None:
        """Tell the editors something, once."""
        if self._told.tell_once(alarm.subject):
            self._announce(alarm)

    def _announce(self, alarm: Alarm) -> None:
        # Where there are no editors this line is the alarm, so it has the remedy too.
        log.error("editors_told subject=%s says=%r", alarm.subject.replace(" ", "/"), alarm.whole)
        self._tell_editors(alarm)

    def _tell_editors(self, alarm: Alarm) -> None:
        message = self._wording(alarm)
        for editor in self._settings().editors:
            self._submit(self._tell_editor, editor, message)

    def _tell_editor(self, editor: str, message: Message) -> None:
        outcome = self._slack.post(editor, message)
        if not isinstance(outcome, Accepted):
            log.error("editor_not_told editor=%s answer=%s", editor, _brief(outcome))


def _fairly(action: Action) -> tuple[date, str, str]:
    return action.digest.date, action.digest.id, turn(action.digest.id, action.target.channel)


def _under_way(d: Delivery) -> bool:
    if d.state is State.SENT:
        return bool(d.ts) and d.wanted not in (d.shown, d.refused)
    return bool(d.owner) or d.state is State.UNSURE or (d.state is State.PENDING and d.not_before is not None)


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


def _limits(step: Step) -> tuple[Limit, ...]:
    """Return what bounds a step: its method's limit first, then the channel's."""
    channel = Limit(name=f"channel {step.delivery.channel}", interval=CHANNEL)
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


def _reminders(targets: Iterable[Target], wall: datetime) -> list[datetime]:
    """Return when each channel's coming slots are a day ahead, and when its next one is."""
    coming = [target.settings.schedule.next_slot(wall + AHEAD).at - AHEAD for target in targets]
    return [at for at in coming if at > wall]


def _about(d: Delivery, subject: str, text: str) -> Alarm:
    return Alarm(subject=subject, text=text, digest=d.digest, channel=d.channel, state=d.state)


def _brief(outcome: Outcome) -> str:
    error = getattr(outcome, "error", "")
    return f"{type(outcome).__name__.lower()}{':' if error else ''}{error.replace(' ', '_')}"


def culprit(part: Part, digest: Digest, error: str) -> Story | None:
    """Return the story that the block belongs to which Slack's JSON pointer names, as far as can be told."""
    stories = [story for story in digest.stories if story.id in part.stories]
    pointed = re.search(r"/blocks/(\d+)", error)
    if pointed:
        above = [
            json.dumps(block, ensure_ascii=False) for block in part.message.blocks[: int(pointed[1]) + 1]
        ]
        for block in reversed(above):
            for story in stories:
                picture = story.image.url if story.image else ""
                if (picture and picture in block) or _in_json(story.headline) in block:
                    return story
    return stories[0] if len(stories) == 1 else None


def _in_json(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return json.dumps(escaped, ensure_ascii=False)[1:-1]
