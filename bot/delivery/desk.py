"""The editors' hand on the wheel, the same from the shell and from Slack. Every move is safe to repeat.

Orders are written into the ledger; whichever replica ticks next carries them out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.core.delivery.answers import UNREAD
from bot.core.delivery.approvals import Approved
from bot.core.delivery.calendar import Coming, coming_of
from bot.core.delivery.changes import retried
from bot.core.delivery.copies import Copy, Stale
from bot.core.delivery.plan import Target, first_of_interest
from bot.core.delivery.reminders import Unapproved, unapproved
from bot.core.delivery.state import Delivery, Posting, State, Verdict
from bot.core.delivery.ways import IN_SHELL, Ways, ways_of
from bot.core.digest import Digest
from bot.core.errors import RoundupError
from bot.delivery.consent import Consent
from bot.delivery.days_off import DaysOff
from bot.delivery.needs import Digests
from bot.delivery.orders import Orders
from bot.delivery.places import Places
from bot.delivery.resolving import Choice, Resolving
from bot.delivery.status import Status, StatusRow
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


class Desk:
    """Orders and answers about deliveries. *who* is whoever gives an order: a user's ID, or "the shell"."""

    def __init__(
        self,
        *,
        places: Places,
        consent: Consent,
        orders: Orders,
        days: DaysOff,
        ledger: Ledger,
        shares: Shares,
        library: Digests,
        clock: Callable[[], datetime],
    ) -> None:
        self._places, self._consent, self._orders, self._days = places, consent, orders, days
        self._ledger, self._shares, self._library, self._clock = ledger, shares, library, clock
        self._resolving = Resolving(orders=orders, consent=consent, ledger=ledger, clock=clock)
        self._status = Status(ledger, places)

    def places(self, name: str = "") -> tuple[Target, ...]:
        """Return every configured channel, or the one of that name or ID; RoundupError with the nearest."""
        return self._places.called(name)

    def place(self, name: str) -> Target:
        """Return the one of that name or ID; RoundupError for an empty name, too."""
        return self._places.one(name)

    def find(self, name: str = "") -> Digest:
        """Return the digest of that name; without one, the next to go out, else the newest that was posted.

        Before anything was posted it is the newest there is; what was taken back comes last.
        """
        if name:
            return self._library.find(name)
        places, postings, now = self.places(), self._orders.postings(), self._clock()
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
        return coming_of(digest, self.places(), self._orders.postings(), now=self._clock())

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
        self._consent.must_be_given(digest.id)
        return {
            place.name: self._send_now(digest, place, who, dry_run=dry_run) for place in self.places(channel)
        }

    def refusals(self, digest: Digest, *, ways: Ways) -> dict[str, str]:
        """Return why an order to send it now would be refused, by the names of the channels."""
        asked = {
            place.name: self._why_not(digest, place, self._orders.posting(digest.id, place), ways)
            for place in self.places()
        }
        return {name: why for name, why in asked.items() if why}

    def _send_now(self, digest: Digest, place: Target, who: str, *, dry_run: bool) -> str:
        for _ in range(TRIES):
            posting = self._orders.posting(digest.id, place)
            refusal = self._why_not(digest, place, posting, ways_of(who))
            if refusal or dry_run:
                return refusal or self._now_or_then(digest, place)
            note = f"ordered by {who}"
            order = replace(posting, verdict=Verdict.OPEN, ordered=self._clock(), note=note)
            decision = self._orders.note(who, "post now", order)
            if self._ledger.decide(decision, postings=[order]):
                return self._now_or_then(digest, place)
        raise self._orders.changed(posting, who)

    def approve(
        self, digest: Digest, *, number: int, who: str, author: str = "", send: bool = False
    ) -> dict[str, str]:
        """Let a digest go out as its version of that *number* says; safe to repeat. Its *author* hears it.

        With *send* it goes out now: return what that means for each channel, by its name. RoundupError if it
        has another version by now, or *who* wrote that. Whether *who* may approve is for the caller to ask.
        """
        self._consent.give(digest, number=number, who=who, author=author, send=send)
        return self.post_now(digest, who=who) if send else {}

    def revoke(self, digest: str, *, who: str) -> str:
        """Take back an approval, as long as nothing that it let out is on its way."""
        return self._consent.revoke(digest, who=who)

    def approval(self, digest: str, *, number: int) -> Approved | None:
        """Return what lets a version of a digest go out, or None."""
        return self._consent.approval(digest, number=number)

    def retract(self, digest: str, *, channel: str = "", who: str) -> dict[str, str]:
        """Order every part of a digest to be removed; return what that means for each channel."""
        known = {p.channel: p for p in self._ledger.postings(digest=digest) if p.verdict is not Verdict.OPEN}
        names = self._places.names()
        wanted = {place.channel for place in self.places(channel)} if channel else known.keys()
        told = {names.get(c, c): self._retract(known[c], who) for c in known if c in wanted}
        for place in wanted if channel else ("",):
            self._shares.outdate(digest, Stale.RETRACTED, channel=place)
        return told or {channel or digest: "nothing was posted there: nothing to retract"}

    def skip(self, channel: str, day: date, *, who: str) -> str:
        """Leave a day out for a channel; RoundupError if it gets nothing that day anyway."""
        return self._days.skip(self.place(channel), day, self._due(channel, day), who=who)

    def unskip(self, channel: str, day: date, *, who: str) -> str:
        """Let a channel have a day again that an editor left out; RoundupError if that is over."""
        return self._days.unskip(self.place(channel), day, self._due(channel, day), who=who)

    def left_out(self) -> tuple[str, ...]:
        """Return the days to come that editors left out, in words, the nearest first."""
        return self._days.left_out(self._places.names())

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
        place, postings, now = self.place(channel), self._orders.postings(), self._clock()
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
                decision = self._orders.note(who, "retry", old)
                if self._ledger.decide(decision, deliveries=[(old, new)]):
                    tried.append(new)
        return tuple(tried)

    def resolve(self, digest: str, *, channel: str, choice: Choice, who: str, ts: str = "") -> str:
        """Decide a held or missed delivery; the same decision again does no harm.

        With *ts* its message can be corrected later. RoundupError if there is nothing to decide.
        """
        return self._resolving.resolve(digest, self.place(channel), choice, who=who, ts=ts)

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
        return self._status.rows(since=since, waiting=waiting, digest=digest, channel=channel, ways=ways)

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
        decision = self._orders.note(who, "retract", posting)
        if not self._ledger.decide(decision, postings=[new], unwanted=[new]):
            return RETRACT_AGAIN
        return "is taken back"

    def _resting(self, posting: Posting) -> bool:
        """Tell whether no part of a posting is in the channel, on its way, or perhaps there."""
        parts = self._ledger.deliveries(digest=posting.digest, channel=posting.channel)
        return not any(
            (d.state in UNDER_WAY and (d.part == 0 or d.ts)) or (d.state is State.HELD and d.asked)
            for d in parts
        )
