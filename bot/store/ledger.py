"""Remembers what was decided about digests, what was asked of Slack and what it said.

"Once" is in the schema: a part has one row, and a row changes only for who has read its present version.
Decides nothing: what a part becomes is said in bot.core.delivery.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from bot.core.delivery.approvals import Words
from bot.core.delivery.changes import claimed
from bot.core.delivery.outbox import NOTHING, News
from bot.core.delivery.plan import fingerprint
from bot.core.delivery.revival import left, revived
from bot.core.delivery.state import Delivery, Key, Posting, State, Step, Verdict, in_the_air
from bot.core.message import Message, Part
from bot.core.settings import DeliverySettings
from bot.store.approvals import may_go_out
from bot.store.clock import MARKS, ClockWasSetError, Expected, as_expected, marks_in, of_this_machine
from bot.store.codes import hand_on
from bot.store.database import NOW, Database, insert, wrote
from bot.store.decisions import Decision, count_change, record
from bot.store.limits import Limit, Wait, take_turns
from bot.store.outbox import spread
from bot.store.tables import STANDING_OUT, UNSETTLED, columns, deliveries, delivery, posting, postings

_DELIVERY = columns(deliveries, Delivery)
_POSTING = columns(postings, Posting)
# Whole posts of which a part may need something.
IN_UNSETTLED = sa.tuple_(deliveries.c.digest, deliveries.c.channel).in_(
    sa.select(deliveries.c.digest, deliveries.c.channel).where(UNSETTLED).distinct()
)
# Asked at each tick, so they are made once. Mostly nothing needs anything, which the first one tells.
_SEEN = sa.select(NOW, sa.exists().where(UNSETTLED).select_from(deliveries), *MARKS)
_NEEDY = sa.select(*_DELIVERY).where(IN_UNSETTLED)
# Set when the row is written first, or by the plan; never by delivering.
_FIXED = frozenset({"digest", "channel", "part", "dated", "wanted", "version"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Every part of every post that may need something, at *now* by the ledger's clock."""

    now: datetime
    changes: int  # counts what was ever decided about postings, skips and orders
    deliveries: tuple[Delivery, ...]
    steps: int = 0  # how often the ledger's clock was set
    latest: datetime | None = None  # what it has shown lately, should it have been set while nobody ran
    uptime: float | None = None  # and when, see Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A part that is ours until its lease ends, and the message frozen for it."""

    delivery: Delivery
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Posts, each with all of its parts, oldest slot first, and what was decided about them."""

    postings: tuple[Posting, ...]
    deliveries: tuple[Delivery, ...]


class Ledger:
    """The one place where deliveries are written down."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def now(self) -> datetime:
        """Return the ledger's time: the one clock that all replicas share."""
        return self._database.now()

    def look(self) -> Look:
        """Return what may need something, whole posts of it, and the number of decisions made so far."""
        with self._database.reading() as db:
            now, is_any, *noted = db.execute(_SEEN, of_this_machine()).one()
            found = tuple(map(delivery, db.execute(_NEEDY))) if is_any else ()
        seen = marks_in(noted)
        return Look(
            now=self._database.shown(now),
            changes=seen.changes,
            deliveries=found,
            steps=seen.steps,
            latest=seen.latest,
            uptime=seen.uptime,
        )

    def postings(
        self, *, after: int = -1, digest: str | None = None, digests: Collection[str] | None = None
    ) -> tuple[Posting, ...]:
        """Return what was decided about digests, or some; or only what changed after that many decisions."""
        query = sa.select(*_POSTING).where(postings.c.change > after)
        if digest is not None:
            query = query.where(postings.c.digest == digest)
        if digests is not None:
            query = query.where(postings.c.digest.in_(digests))
        with self._database.reading() as db:
            return tuple(map(posting, db.execute(query)))

    def deliveries(self, *, digest: str | None = None, channel: str | None = None) -> tuple[Delivery, ...]:
        """Return every part, or only a digest's or a channel's, in order."""
        c = deliveries.c
        query = sa.select(*_DELIVERY).order_by(c.slot, c.digest, c.channel, c.part)
        if digest is not None:
            query = query.where(c.digest == digest)
        if channel is not None:
            query = query.where(c.channel == channel)
        with self._database.reading() as db:
            return tuple(map(delivery, db.execute(query)))

    def history(
        self, *, since: datetime | None = None, waiting: bool = False, digest: str = "", channel: str = ""
    ) -> History:
        """Return whole posts: those of a slot from *since* on, and if *waiting* whatever stands out.

        Without *since* they are of any time; *digest* and *channel* leave out all others.
        """
        wanted = _posts(since, waiting=waiting, digest=digest, channel=channel)
        with self._database.reading() as db:
            decided = tuple(map(posting, db.execute(_within(postings, _POSTING, wanted))))
            parts = tuple(map(delivery, db.execute(_within(deliveries, _DELIVERY, wanted))))
        # Not ORDER BY: SQLite would rather walk through all of them in that order.
        return History(postings=decided, deliveries=tuple(sorted(parts, key=lambda d: (d.slot, d.key))))

    def versions(self) -> dict[Key, int]:
        """Return how often each part was written."""
        c = deliveries.c
        with self._database.reading() as db:
            rows = db.execute(sa.select(c.digest, c.channel, c.part, c.version))
            return {Key(digest, channel, part): version for digest, channel, part, version in rows}

    def counts(self) -> dict[str, int]:
        """Return how many parts are in each state that any is in."""
        with self._database.reading() as db:
            counted = db.execute(sa.select(deliveries.c.state, sa.func.count()).group_by(deliveries.c.state))
            return {row[0]: row[1] for row in counted}

    def last_posts(self, *, since: datetime | None = None) -> dict[str, str]:
        """Return the ts of each channel's last digest that is there; only of slots from *since* on."""
        c = deliveries.c
        # As text, which is also their order in time: each has ten digits before its point.
        query = sa.select(c.channel, sa.func.max(c.ts)).where(c.part == 0, c.ts != "").group_by(c.channel)
        if since is not None:
            query = query.where(c.slot >= since)
        with self._database.reading() as db:
            return {row[0]: row[1] for row in db.execute(query)}

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
        """Freeze a post's parts, all at once; False if the posting has changed since *posting* was read.

        False, too, if its *words* may not go out at this moment. Then people hear the *news*. Parts beyond
        the ones given shall vanish. Parts that are in one of the *revive* states start anew. Without parts,
        the first part's row is written with *state*, for the record.
        """
        with self._database.writing() as db:
            if words and not may_go_out(db, posting.digest, words):
                return False
            if not _put_posting(db, posting):
                return False
            now = self._database.time(db)
            rows = _rows(posting, parts, state=state, now=now)
            row = insert(db, deliveries)
            fresh = {"wanted": row.excluded.wanted, "payload": row.excluded.payload}
            key = ["digest", "channel", "part"]
            db.execute(row.on_conflict_do_update(index_elements=key, set_=fresh), rows)
            _want_nothing(db, posting, beyond=len(parts))
            assert posting.slot is not None  # noqa: S101 - what is arranged has a slot
            if not parts:
                _change(db, posting, partial(left, state=state, error=error, slot=posting.slot, now=now))
            elif revive:
                _change(db, posting, partial(revived, states=revive, slot=posting.slot, now=now))
            spread(db, news, now)
        return True

    def take_over(self, old: Posting, new: Posting) -> bool:
        """Let a digest have the posts that another one had in a channel; False if that cannot be now.

        Nothing may be in the air: the history, where it would be looked for, has it under the old name.
        """
        with self._database.writing() as db:
            parts = [delivery(row) for row in db.execute(sa.select(*_DELIVERY).where(_of(old)))]
            taken = db.execute(sa.select(deliveries.c.part).where(_of(new))).first()
            gone = replace(old, verdict=Verdict.SKIPPED, note=f"is called {new.digest} now")
            at_rest = not taken and not any(map(in_the_air, parts))
            if not (at_rest and _put_posting(db, new) and _put_posting(db, gone)):
                db.rollback()
                return False
            hand_on(db, old.digest, new.digest)
            moved = {"digest": new.digest, "version": deliveries.c.version + 1}
            db.execute(deliveries.update().where(_of(old)).values(moved))
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
        """Make a part ours, and take its turn in the limits; None if it is no longer as *step* saw it.

        *slack* is what time Slack has, as far as is known. None also if the clock is not as *expected*.
        """
        with self._database.writing() as db:
            now = self._database.time(db)
            if not as_expected(db, now, expected):
                db.rollback()
                return None
            if wait := take_turns(db, limits, now):
                db.rollback()
                return wait
            ours = claimed(step.delivery, step, owner=owner, now=now, rules=rules, slack=slack)
            payload = swap(db, step.delivery, ours)
            if payload is None:
                db.rollback()
                return None
        return Claim(delivery=replace(ours, version=step.delivery.version + 1), part=_thaw(payload))

    def write(
        self, old: Delivery, new: Delivery, news: News = NOTHING, *, expected: Expected | None = None
    ) -> bool:
        """Write down what is now known of a part, and the *news* of it; False if somebody else has since.

        ClockWasSetError if the clock is not as *expected*.
        """
        with self._database.writing() as db:
            time = self._database.time(db)
            if not as_expected(db, time, expected):
                raise ClockWasSetError("its clock was set")
            done = swap(db, old, new) is not None
            if done and news != NOTHING:
                spread(db, news, time)
        return done

    def adopt(
        self,
        posting: Posting,
        parts: Sequence[tuple[Delivery | None, Delivery, Part | None]],
    ) -> bool:
        """Write down what was found in a channel; False, and nothing, if anything has changed meanwhile.

        Each part as it was known, or None, and as it is known now; with a message if it has to be sent yet.
        """
        with self._database.writing() as db:
            done = _put_posting(db, posting) and all(
                _take_in(db, old, new, _freeze(part, posting.content) if part else "")
                for old, new, part in parts
            )
            if not done:
                db.rollback()
        return done

    def decide(
        self,
        decision: Decision | None = None,
        *,
        postings: Sequence[Posting] = (),
        deliveries: Sequence[tuple[Delivery, Delivery]] = (),
        unwanted: Sequence[Posting] = (),
        words: Words | None = None,
    ) -> bool:
        """Write an editor's decision down, all of it or, if anything has changed since it was read, nothing.

        Every part of the *unwanted* postings shall vanish. Nothing, too, if *words* may not go out.
        """
        with self._database.writing() as db:
            done = words is None or all(may_go_out(db, posting.digest, words) for posting in postings)
            done = done and all(_put_posting(db, posting) for posting in postings)
            done = done and all(swap(db, old, new) is not None for old, new in deliveries)
            if not done:
                db.rollback()
                return False
            for posting in unwanted:
                _want_nothing(db, posting)
            if decision:
                record(db, decision)
        return True


def _posts(since: datetime | None, *, waiting: bool, digest: str, channel: str) -> sa.FromClause | None:
    """Return which posts are meant, None for all."""
    c = deliveries.c
    about = [column == value for column, value in ((c.digest, digest), (c.channel, channel)) if value]
    posts = sa.select(c.digest, c.channel).where(*about)
    if since is None:
        return posts.distinct().subquery() if about else None
    recent = posts.where(c.slot >= since)
    # Not OR: then neither database takes the index of the few that stand out.
    return (recent.union(posts.where(STANDING_OUT)) if waiting else recent.distinct()).subquery()


def _within(
    table: sa.Table, wanted: Sequence[sa.Column[Any]], posts: sa.FromClause | None
) -> sa.Select[tuple[Any, ...]]:
    if posts is None:
        return sa.select(*wanted)
    same = sa.and_(table.c.digest == posts.c.digest, table.c.channel == posts.c.channel)
    return sa.select(*wanted).select_from(posts.join(table, same))


def swap(db: sa.Connection, old: Delivery, new: Delivery) -> str | None:
    """Replace a row, within a transaction, only while it is the version that was read; return its payload."""
    changed = {name: value for name, value in asdict(new).items() if name not in _FIXED}
    row = deliveries.update().where(_is(old.key), deliveries.c.version == old.version)
    if new.asked != old.asked:  # what is asked must be what is wanted: the payload given out is that one
        row = row.where(deliveries.c.wanted == old.wanted)
    payload: str | None = db.scalar(
        row.values(**changed, version=old.version + 1).returning(deliveries.c.payload)
    )
    return payload


def _take_in(db: sa.Connection, old: Delivery | None, new: Delivery, payload: str) -> bool:
    known = asdict(new) | {"version": new.version + 1}
    if old is None:
        row = insert(db, deliveries).values(**known, payload=payload).on_conflict_do_nothing()
        return wrote(db, row.returning(deliveries.c.version))
    update = deliveries.update().where(_is(old.key), deliveries.c.version == old.version).values(**known)
    return wrote(db, update.returning(deliveries.c.version))


def _put_posting(db: sa.Connection, posting: Posting) -> bool:
    known = asdict(posting) | {"version": posting.version + 1, "change": count_change(db)}
    if posting.version == 0:
        row = insert(db, postings).values(known).on_conflict_do_nothing()
        return wrote(db, row.returning(postings.c.version))
    same = sa.and_(postings.c.digest == posting.digest, postings.c.channel == posting.channel)
    update = postings.update().where(same, postings.c.version == posting.version).values(known)
    return wrote(db, update.returning(postings.c.version))


def _rows(posting: Posting, parts: Sequence[Part], *, state: State, now: datetime) -> list[dict[str, Any]]:
    """Return a new row for each part; one that wants nothing where there is none."""
    contents = [(fingerprint(part.message), _freeze(part, posting.content)) for part in parts] or [("", "")]
    return [
        {
            "digest": posting.digest,
            "channel": posting.channel,
            "part": i,
            "state": state,
            "slot": posting.slot,
            "since": now,
            "dated": posting.dated,
            "wanted": wanted,
            "by_person": False,
            "error": "",
            "version": 1,
            "payload": payload,
        }
        for i, (wanted, payload) in enumerate(contents)
    ]


def _want_nothing(db: sa.Connection, posting: Posting, *, beyond: int = 0) -> None:
    all_of_it = deliveries.update().where(_of(posting), deliveries.c.part >= beyond)
    db.execute(all_of_it.values(wanted="", payload=""))


def _change(db: sa.Connection, posting: Posting, change: Callable[[Delivery], Delivery]) -> None:
    # Its rows were written just before, so nobody else can change them before this is over.
    for old in map(delivery, db.execute(sa.select(*_DELIVERY).where(_of(posting))).all()):
        new = change(old)
        if new != old:
            swap(db, old, new)


def _is(key: Key) -> sa.ColumnElement[bool]:
    c = deliveries.c
    return sa.and_(c.digest == key.digest, c.channel == key.channel, c.part == key.part)


def _of(posting: Posting) -> sa.ColumnElement[bool]:
    return sa.and_(deliveries.c.digest == posting.digest, deliveries.c.channel == posting.channel)


def _freeze(part: Part, words: str) -> str:
    message = part.message
    about = {"stories": part.stories, "whose": part.whose, "words": words}
    return json.dumps({"text": message.text, "blocks": message.blocks, **about})


def _thaw(payload: str) -> Part:
    if not payload:  # nothing is wanted there any more
        return Part(message=Message(text=""))
    frozen = json.loads(payload)
    message = Message(text=frozen["text"], blocks=tuple(frozen["blocks"]))
    whose, words = tuple(frozen.get("whose", ())), frozen.get("words", "")  # earlier versions froze none
    return Part(message=message, stories=tuple(frozen["stories"]), whose=whose, words=words)
