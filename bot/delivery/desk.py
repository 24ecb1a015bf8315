"""The editors' hand on the wheel, the same from the shell and from Slack. Every move is safe to repeat.

Orders are written into the ledger; whichever replica ticks next carries them out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Protocol

from bot.core.delivery.answers import UNREAD
from bot.core.delivery.approvals import Approved, Refusal, approved_by
from bot.core.delivery.calendar import Coming, coming_of, span
from bot.core.delivery.changes import dropped, is_absent, is_there, retried
from bot.core.delivery.copies import Copy, Stale
from bot.core.delivery.plan import Target, first_of_interest, target_of
from bot.core.delivery.reminders import Unapproved, unapproved
from bot.core.delivery.state import Delivery, Posting, Room, State, Verdict, to_be_changed
from bot.core.delivery.ways import IN_SHELL, Ways, ways_of
from bot.core.delivery.wording import whole
from bot.core.digest import Digest
from bot.core.errors import RoundupError
from bot.core.nearest import nearest_of
from bot.core.settings import Approval, Settings
from bot.delivery.days_off import DaysOff
from bot.delivery.needs import Digests, Rooms
from bot.delivery.sender import corrections_take
from bot.delivery.status import StatusRow, in_rows
from bot.store.approvals import Approvals
from bot.store.channels import KnownChannels
from bot.store.decisions import Decision, Decisions
from bot.store.ledger import Ledger
from bot.store.shares import Shares

# What is in the channel, on its way there, or may be there: no second order may send it.
UNDER_WAY = frozenset({State.PENDING, State.SENDING, State.SENT, State.UNSURE})
# Not there for certain, and not over either.
UNSETTLED = frozenset(State) - {State.SENT, State.SKIPPED, State.WITHDRAWN}
LATELY = timedelta(weeks=2)  # no slot is longer ago that somebody may still want a digest in
TRIES = 5  # at an order: who gave the same one in the same moment is no reason to refuse it
# Somebody else decided about it in the same moment.
RETRACT_AGAIN = "has just changed: retract it again"


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


class Desk:
    """Orders and answers about deliveries. *who* is whoever gives an order: a user's ID, or "the shell"."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        decisions: Decisions,
        known: KnownChannels,
        shares: Shares,
        approvals: Approvals,
        rooms: Rooms,
        library: Digests,
        settings: Callable[[], Settings],
        clock: Callable[[], datetime],
    ) -> None:
        self._ledger, self._decisions, self._known, self._shares = ledger, decisions, known, shares
        self._approvals, self._rooms, self._library = approvals, rooms, library
        self._settings, self._clock = settings, clock
        self._days = DaysOff(ledger=ledger, decisions=decisions, known=known, clock=clock)

    def places(self, name: str = "") -> tuple[Target, ...]:
        """Return every configured channel, or the one of that name or ID; RoundupError with the nearest."""
        # An order is about what is to come: what was before now is none of its business.
        rooms, skipped, now = self._rooms.rooms, self._known.skipped(), self._clock()
        wanted = name.removeprefix("#")
        named = tuple(
            target_of(entry, room.id, since=now, skipped=skipped)
            for entry in self._settings().channels
            if isinstance(room := rooms.get(entry.channel), Room)
            if not name or wanted in (entry.channel.removeprefix("#"), room.id, room.name)
        )
        if name and not named:
            raise RoundupError(self._no_such_channel(name))
        return named

    def find(self, name: str = "") -> Digest:
        """Return the digest of that name; without one, the next to go out, else the newest that was posted.

        Before anything was posted it is the newest there is; what was taken back comes last.
        """
        if name:
            return self._library.find(name)
        places, postings, now = self.places(), self._by_place(), self._clock()
        following = (d for d in self._library.published() if coming_of(d, places, postings, now=now))
        decided = {(posting.digest, posting.verdict) for posting in postings.values()}

        def merit(d: Digest) -> tuple[bool, bool, date, str]:
            return (d.id, Verdict.POST) in decided, (d.id, Verdict.RETRACTED) not in decided, d.date, d.id

        digest = next(following, None) or max(self._library.digests.values(), key=merit, default=None)
        if digest is None:
            raise RoundupError("There is no digest yet.")
        return digest

    def coming(self, digest: Digest) -> list[Coming]:
        """Return where and when a digest is still to go out."""
        return coming_of(digest, self.places(), self._by_place(), now=self._clock())

    def posted(self, digest: Digest) -> list[str]:
        """Return the channels, by name, that have the digest's first message."""
        return self._in_state(digest, {State.SENT})

    def without_stories(self, digest: Digest) -> list[str]:
        """Name the channels that get nothing of a digest, as none of its stories is for them."""
        return [place.name for place in self.places() if not place.settings.selection(digest)]

    def unsettled(self, digest: Digest) -> list[str]:
        """Return the channels that may have it, or get it, or wait for somebody's decision."""
        return self._in_state(digest, UNSETTLED)

    def post_now(
        self, digest: Digest, *, channel: str = "", who: str, dry_run: bool = False
    ) -> dict[str, str]:
        """Order a digest to go out now; return what that means for each channel, by its name."""
        if digest.draft:
            raise RoundupError(
                f"{digest.id} is a draft: press When in Slack, or take `draft: true` out of its file"
            )
        self._must_be_approved(digest.id)
        return {
            place.name: self._send_now(digest, place, who, dry_run=dry_run) for place in self.places(channel)
        }

    def refusals(self, digest: Digest, *, ways: Ways) -> dict[str, str]:
        """Return why an order to send it now would be refused, by the names of the channels."""
        asked = {
            place.name: self._why_not(digest, place, self._posting(digest.id, place), ways)
            for place in self.places()
        }
        return {name: why for name, why in asked.items() if why}

    def _send_now(self, digest: Digest, place: Target, who: str, *, dry_run: bool) -> str:
        for _ in range(TRIES):
            posting = self._posting(digest.id, place)
            refusal = self._why_not(digest, place, posting, ways_of(who))
            if refusal or dry_run:
                return refusal or self._now_or_then(digest, place)
            note = f"ordered by {who}"
            order = replace(posting, verdict=Verdict.OPEN, ordered=self._clock(), note=note)
            decision = _decision(self._ledger.now(), who, "post now", order)
            if self._ledger.decide(decision, postings=[order]):
                return self._now_or_then(digest, place)
        raise self._changed(posting, who)

    def approve(
        self, digest: Digest, *, number: int, who: str, author: str = "", send: bool = False
    ) -> dict[str, str]:
        """Let a digest go out as its version of that *number* says; safe to repeat. Its *author* hears it.

        With *send* it goes out now: return what that means for each channel, by its name. RoundupError if it
        has another version by now, or *who* wrote that. Whether *who* may approve is for the caller to ask.
        """
        news = approved_by(who, digest.id, number, author=author, send=send)
        refusal = self._approvals.approve(digest.id, number, whole(digest), who=who, news=news)
        if refusal not in (None, Refusal.ALREADY):
            raise RoundupError(f"{digest.id} was not approved: {refusal}")
        return self.post_now(digest, who=who) if send else {}

    def revoke(self, digest: str, *, who: str) -> str:
        """Take back an approval, as long as nothing that it let out is on its way."""
        if not self._approvals.revoke(digest, who=who):
            return f"{digest} is not approved: there is nothing to take back"
        return f"{digest} is not approved any more; what is in a channel stays, until it is retracted"

    def approval(self, digest: str, *, number: int) -> Approved | None:
        """Return what lets a version of a digest go out, or None."""
        given = self._approvals.approved(digest=digest)
        return next((a for a in given if a.number == number and not a.revoked), None)

    def retract(self, digest: str, *, channel: str = "", who: str) -> dict[str, str]:
        """Order every part of a digest to be removed; return what that means for each channel."""
        known = {p.channel: p for p in self._postings(digest) if p.verdict is not Verdict.OPEN}
        names = {place.channel: place.name for place in self.places()}
        wanted = {place.channel for place in self.places(channel)} if channel else known.keys()
        told = {names.get(c, c): self._retract(known[c], who) for c in known if c in wanted}
        for place in wanted if channel else ("",):
            self._shares.outdate(digest, Stale.RETRACTED, channel=place)
        return told or {channel or digest: "nothing was posted there: nothing to retract"}

    def skip(self, channel: str, day: date, *, who: str) -> str:
        """Leave a day out for a channel; RoundupError if it gets nothing that day anyway."""
        return self._days.skip(self.places(channel)[0], day, self._due(channel, day), who=who)

    def unskip(self, channel: str, day: date, *, who: str) -> str:
        """Let a channel have a day again that an editor left out; RoundupError if that is over."""
        return self._days.unskip(self.places(channel)[0], day, self._due(channel, day), who=who)

    def left_out(self) -> tuple[str, ...]:
        """Return the days to come that editors left out, in words, the nearest first."""
        return self._days.left_out({place.channel: place.name for place in self.places()})

    def unapproved(self) -> tuple[Unapproved, ...]:
        """Return the digests that wait for an approval, each with its first slot, past or to come."""
        if not (waiting := self._library.waiting()):
            return ()
        now = self._clock()
        places = [replace(place, since=now - LATELY) for place in self.places()]
        near = [d for d in self._library.published() if d.id in waiting and d.date >= first_of_interest(now)]
        known = self._ledger.postings(digests=[digest.id for digest in near])
        postings = {(posting.digest, posting.channel): posting for posting in known}
        return (*unapproved(places, near, postings, waiting=waiting, now=now, catch_up=LATELY),)

    def _due(self, channel: str, day: date) -> list[str]:
        """Return the digests that have a channel's slots of that day, skipped or not."""
        place, postings, now = self.places(channel)[0], self._by_place(), self._clock()
        return [
            digest.id
            for digest in self._library.published()
            if any(post.slot.day == day for post in coming_of(digest, [place], postings, now=now))
        ]

    def retry(self, *, digest: str = "", channel: str = "", who: str) -> tuple[Delivery, ...]:
        """Try failed and held deliveries again now, where the config still has the channel; return them."""
        channels = {place.channel for place in self.places(channel)}
        now, tried = self._ledger.now(), []
        for old in self._ledger.deliveries(digest=digest or None):
            new = retried(old, now=now, wall=self._clock())
            if new != old and old.channel in channels:
                decision = _decision(now, who, "retry", old)
                if self._ledger.decide(decision, deliveries=[(old, new)]):
                    tried.append(new)
        return tuple(tried)

    def resolve(self, digest: str, *, channel: str, choice: Choice, who: str, ts: str = "") -> str:
        """Decide a held or missed delivery; the same decision again does no harm.

        With *ts* its message can be corrected later. RoundupError if there is nothing to decide.
        """
        case = self._case(digest, self.places(channel)[0], choice, who, ts)
        where = f"{digest} in {case.place.name}"
        over = not case.waiting or case.posting.verdict is Verdict.OPEN
        if over and self._last_order(case.posting) == _order(choice):
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

    def status(
        self,
        *,
        since: datetime | None = None,
        waiting: bool = False,
        digest: str = "",
        channel: str = "",
        ways: Ways = IN_SHELL,
    ) -> tuple[StatusRow, ...]:
        """Return deliveries in words, oldest slot first; which ones, see `Ledger.history`.

        *channel* is the name or ID of a channel, of one that the config has no more, too; *ways* are how
        whoever reads it can do what there is to do.
        """
        names = {room.id: name for name, room in self._rooms.rooms.items() if isinstance(room, Room)}
        place = self._id_of(channel, names) if channel else ""
        known = self._ledger.history(since=since, waiting=waiting, digest=digest, channel=place)
        return in_rows(known, names, ways=ways, long=self._how_long(known.deliveries))

    def _how_long(self, shown: Collection[Delivery]) -> str:
        """Say how long corrections will take, if any of *shown* waits for its turn among many."""
        if not any(map(to_be_changed, shown)):
            return ""
        takes = corrections_take(self._ledger.look().deliveries)
        return f"; all corrections take about {span(takes)}, as Slack allows no more" if takes else ""

    def _id_of(self, channel: str, names: Mapping[str, str]) -> str:
        """Return the ID of a channel of now or once; RoundupError with the nearest name."""
        known = {**self._known.known(), **{name: found for found, name in names.items()}}
        ids = {name.removeprefix("#"): found for name, found in known.items()}
        wanted = channel.removeprefix("#")
        configured = [entry.channel.removeprefix("#") for entry in self._settings().channels]
        if wanted in ids or wanted in ids.values() or wanted in configured:
            return ids.get(wanted, wanted)  # one that was never found was posted nothing
        raise RoundupError(self._no_such_channel(channel))

    def copies(self, digest: str = "") -> tuple[str, ...]:
        """Return where readers shared what is corrected or taken back by now, in words, oldest first."""
        return tuple(copy.spoken for copy in self.shared() if digest in ("", copy.digest))

    def shared(self) -> tuple[Copy, ...]:
        """Return the same as values."""
        return self._shares.stale_copies()

    def _in_state(self, digest: Digest, states: Collection[State]) -> list[str]:
        parts = self._ledger.deliveries(digest=digest.id)
        there = {part.channel for part in parts if part.part == 0 and part.state in states}
        return [place.name for place in self.places() if place.channel in there]

    def _must_be_approved(self, digest: str) -> None:
        rule = self._settings().approval
        if rule is Approval.NONE:
            return
        if not self._approvals.lets_out(digest, of_files_too=rule is Approval.REQUIRED):
            raise RoundupError(f"{digest} is not approved as it stands: an approver lets it go out, in Slack")

    def _why_not(self, digest: Digest, place: Target, posting: Posting, ways: Ways) -> str:
        if not place.settings.selection(digest):
            return f"gets nothing of it: its `only` is {', '.join(place.settings.only)}"
        if posting.verdict is Verdict.HELD and not self._could_not_look(posting):
            return f"looks like a digest this channel has: {ways.repost} sends it all the same"
        if posting.verdict is Verdict.POST and not self._resting(posting):
            return "already has it, or is getting it"
        if self._was_deleted(posting):
            return f"stays without it, as somebody deleted it there: {ways.bring_back} brings it back"
        return ""

    def _could_not_look(self, posting: Posting) -> bool:
        """Tell whether a posting is held because its channel could not be read: it may be readable by now."""
        parts = self._ledger.deliveries(digest=posting.digest, channel=posting.channel)
        return any(d.state is State.HELD and not d.asked and d.error.startswith(UNREAD) for d in parts)

    def _was_deleted(self, posting: Posting) -> bool:
        """Tell whether a person deleted a post's first message, and with it the post."""
        parts = self._ledger.deliveries(digest=posting.digest, channel=posting.channel)
        return bool(parts) and parts[0].by_person

    def _now_or_then(self, digest: Digest, place: Target) -> str:
        schedule = place.settings.schedule
        slot = schedule.first_slot(digest.date)
        planned = slot.at > self._clock()
        return "gets it now" + (f", not at {schedule.spoken(slot.at)}" if planned else "")

    def _retract(self, posting: Posting, who: str) -> str:
        if posting.verdict is Verdict.RETRACTED:
            return "was already retracted"
        new = replace(posting, verdict=Verdict.RETRACTED, note=f"retracted by {who}")
        decision = _decision(self._ledger.now(), who, "retract", posting)
        if not self._ledger.decide(decision, postings=[new], unwanted=[new]):
            return RETRACT_AGAIN
        return "is taken back"

    # One function for each choice about what waits for a decision

    def _case(self, digest: str, place: Target, choice: Choice, who: str, ts: str) -> _Case:
        parts = self._ledger.deliveries(digest=digest, channel=place.channel)
        # With its first message a person deleted the whole post.
        gone = {State.SENT} if parts and parts[0].by_person else set[State]()
        waiting = [d for d in parts if d.state in {State.HELD, State.MISSED} | gone or d.by_person]
        if choice is Choice.THERE and ts:  # whoever said it before may not have had the link at hand
            waiting += [d for d in parts if d.state is State.SENT and not d.ts][:1]
        posting = self._posting(digest, place)
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
        self._must_be_approved(case.posting.digest)
        note = f"ordered by {case.who}"
        new = replace(case.posting, verdict=Verdict.OPEN, ordered=self._clock(), allowed=True, note=note)
        self._decide(case.who, _order(Choice.REPOST), new)
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
        self._decide(case.who, _order(Choice.NEXT), new)
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
        decision = _decision(now, case.who, _order(choice), posting)
        if not self._ledger.decide(decision, postings=[posting], deliveries=changes):
            raise self._changed(posting, case.who)
        return f"{posting.digest} in {case.place.name} is settled: {choice}"

    def _last_order(self, posting: Posting) -> str:
        """Return what an editor last said about a posting, or ""."""
        about = (posting.digest, posting.channel)
        said = (d.what for d in reversed(self._decisions.all()) if (d.digest, d.channel) == about)
        return next(said, "")

    def _resting(self, posting: Posting) -> bool:
        """Tell whether no part of a posting is in the channel, on its way, or perhaps there."""
        parts = self._ledger.deliveries(digest=posting.digest, channel=posting.channel)
        return not any(
            (d.state in UNDER_WAY and (d.part == 0 or d.ts)) or (d.state is State.HELD and d.asked)
            for d in parts
        )

    def _by_place(self) -> Mapping[tuple[str, str], Posting]:
        return {(posting.digest, posting.channel): posting for posting in self._ledger.postings()}

    def _postings(self, digest: str) -> Sequence[Posting]:
        return self._ledger.postings(digest=digest)

    def _posting(self, digest: str, place: Target) -> Posting:
        fresh = Posting(digest=digest, channel=place.channel)
        return next((p for p in self._postings(digest) if p.channel == place.channel), fresh)

    def _decide(self, who: str, what: str, posting: Posting) -> None:
        decision = _decision(self._ledger.now(), who, what, posting)
        if not self._ledger.decide(decision, postings=[posting]):
            raise self._changed(posting, who)

    def _changed(self, posting: Posting, who: str) -> RoundupError:
        names = {place.channel: place.name for place in self.places()}
        where = f"{posting.digest} in {names.get(posting.channel, posting.channel)}"
        return RoundupError(f"{where} has just changed: look at {ways_of(who).status} and decide again")

    def _no_such_channel(self, name: str) -> str:
        rooms = self._rooms.rooms
        entries = [entry.channel for entry in self._settings().channels]
        configured = next((e for e in entries if e.removeprefix("#") == name.removeprefix("#")), "")
        if configured:
            room = rooms.get(configured)
            return f"{configured} cannot be found in Slack ({room or 'not asked yet'}): is the bot in it?"
        guess = nearest_of(f"#{name.removeprefix('#')}", entries)
        return f"{name} is not in the config{guess}"


def _order(choice: Choice) -> str:
    return f"resolve {choice}"


def _decision(at: datetime, who: str, what: str, about: Posting | Delivery) -> Decision:
    return Decision(at=at, who=who, what=what, digest=about.digest, channel=about.channel)
