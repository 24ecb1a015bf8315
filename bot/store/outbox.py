"""What people are to hear, until they have: written down with what it tells of, claimed, told once.

A notice is in one letter at most, and a letter changes only for who has read its present version: of all
replicas one sends it. Decides nothing: what becomes of a letter is said in bot.core.delivery.outbox.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.core.delivery.alarms import APPROVAL, Alarm, all_clear
from bot.core.delivery.copies import Copy, Stale
from bot.core.delivery.outbox import Address, Letter, Mail, News, Notice, Said, Task, claimed, redirected
from bot.core.delivery.state import State
from bot.core.settings import DeliverySettings
from bot.store.clock import ClockWasSetError, Expected, as_expected
from bot.store.database import NOW, Database, inserting, wrote
from bot.store.limits import Limit, Wait, take_turns
from bot.store.shares import mark_told
from bot.store.tables import LASTING, MAIL_UNDER_WAY, columns, envelopes, outbox, told, values

if TYPE_CHECKING:
    from bot.store.database import Insert

_LETTER = columns(envelopes, Letter)
_NOTICE: tuple[sa.Column[Any], ...] = tuple(
    outbox.c[name] for name in ("id", "at", "whom", "topic", "said", "due", "letter")
)
GONE = "withdrawn"  # in a letter's place: nobody is to hear it any more
# Asked at each tick, so they are made once. Mostly there is nothing to hear, which the first one tells.
_ANY = sa.select(
    NOW,
    sa.or_(
        sa.exists().where(LASTING).select_from(outbox),
        sa.exists().where(MAIL_UNDER_WAY).select_from(envelopes),
        sa.exists().where(outbox.c.letter == ""),
    ),
)
_FAULTS = sa.select(outbox.c.subject).where(LASTING).distinct()
_LETTERS = sa.select(*_LETTER).where(MAIL_UNDER_WAY)
_WAITING = outbox.c.letter.in_(sa.bindparam("letters", expanding=True))
_NOTICES = sa.select(*_NOTICE).where(_WAITING).order_by(outbox.c.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A letter that is ours until its lease ends, with what it says."""

    letter: Letter
    notices: tuple[Notice, ...]


class Outbox:
    """The one place where messages to people are written down."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tell(self, news: News) -> None:
        """Write down what people shall hear; each subject once until it is over."""
        with self._database.writing() as db:
            spread(db, news, self._database.time(db))

    def tell_of_copies(self, news: News, digest: str, count: int) -> bool:
        """Write down what people shall hear of so many copies; False if somebody else has just done so."""
        with self._database.writing() as db:
            if mark_told(db, digest) != count:
                db.rollback()
                return False
            for said in news.said:
                _put(db, said, self._database.time(db))
        return True

    def thread(self, whom: str, topic: str) -> str:
        """Return the ts of the newest message that stands in the newsroom for that digest, "" for none."""
        with self._database.reading() as db:
            return _thread(db, whom, topic)

    def begin_thread(self, whom: str, topic: str, ts: str) -> None:
        """Take a message that stands in the newsroom for the first of that digest's thread."""
        letter = Letter(id=f"card {ts}", whom=whom, topic=topic, state=State.SENT, ts=ts, version=1)
        card = Alarm(subject=letter.id, text="", digest=topic)
        said = Said(alarm=card, to=(Address(whom=whom, topic=topic),), wait=timedelta(0))
        with self._database.writing() as db:
            # With a notice that has been heard: it keeps the letter, which is forgotten together with that.
            _put(db, said, self._database.time(db), letter=letter.id)
            db.execute(envelopes.insert().values(asdict(letter)))

    def mail(self) -> Mail:
        """Return whatever somebody has still to hear."""
        with self._database.reading() as db:
            now, is_any = db.execute(_ANY).one()
            if not is_any:
                return Mail(now=self._database.shown(now), notices=(), letters=(), lasting=frozenset())
            lasting = frozenset(db.scalars(_FAULTS))
            letters = tuple(map(_letter, db.execute(_LETTERS)))
            holding = ["", *(letter.id for letter in letters)]
            notices = tuple(map(_notice, db.execute(_NOTICES, {"letters": holding})))
            # Last: what was said meanwhile would be said in the future, as if the clock had been set back.
            now = self._database.time(db)
        return Mail(now=now, notices=notices, letters=letters, lasting=lasting)

    def claim(
        self,
        task: Task,
        *,
        owner: str,
        rules: DeliverySettings,
        limits: Sequence[Limit],
        slack: datetime | None = None,
        expected: Expected | None = None,
    ) -> Claimed | Wait | None:
        """Make a letter ours, and take its turn in the limits; None if it is no longer as *task* saw it.

        *slack* is what time Slack has, as far as is known. None also if the clock is not as *expected*.
        """
        with self._database.writing() as db:
            now = self._database.time(db)
            if not as_expected(db, now, expected):
                db.rollback()
                return None
            # First: whoever else writes to this person waits here, and then sees what we have written.
            if wait := take_turns(db, limits, now):
                db.rollback()
                return wait
            old = task.letter if task.letter.version else _begin(db, task)
            ours = claimed(old, task.kind, owner=owner, now=now, rules=rules, slack=slack) if old else None
            if old is None or ours is None or not _swap(db, old, ours):
                db.rollback()
                return None
        return Claimed(letter=replace(ours, version=old.version + 1), notices=task.notices)

    def write(self, old: Letter, new: Letter, *, expected: Expected | None = None) -> bool:
        """Write down what is now known of a letter; False if somebody else has since.

        ClockWasSetError if the clock is not as *expected*.
        """
        with self._database.writing() as db:
            if not as_expected(db, self._database.time(db), expected):
                raise ClockWasSetError("its clock was set")
            return _swap(db, old, new)

    def redirect(self, whom: str, to: Iterable[Address]) -> None:
        """Let others hear what somebody has not heard and shall not hear any more."""
        c, e = outbox.c, envelopes.c
        waiting = sa.select(e.id).where(e.whom == whom, MAIL_UNDER_WAY)
        theirs = sa.and_(c.whom == whom, sa.or_(c.letter == "", c.letter.in_(waiting)))
        with self._database.writing() as db:
            rows = db.execute(sa.select(*outbox.c).where(theirs).order_by(c.id)).all()
            done = outbox.update().where(c.id.in_([row.id for row in rows]))
            db.execute(done.values(letter=GONE, lasting=False))
            gone = envelopes.update().where(e.whom == whom, MAIL_UNDER_WAY)
            db.execute(gone.values(state=State.WITHDRAWN, owner="", version=e.version + 1))
            known = {row.id: values(row) for row in rows}
            copies = redirected(map(_notice, rows), to)
            new = [_again(known[notice.id], address) for notice, address in copies]
            if new:
                db.execute(outbox.insert(), new)


def spread(db: sa.Connection, news: News, now: datetime) -> None:
    """Write down what people shall hear, within the transaction that gives it to tell."""
    for subject in news.over:
        _end(db, subject, now, news)
    if news.approved:
        _ask_no_more(db, news.approved)
    for said in news.said:
        if wrote(db, _first_telling(inserting(db)), {"subject": said.alarm.subject, "at": now}):
            _put(db, said, now)


@cache
def _first_telling(insert: Callable[[sa.Table], Insert]) -> sa.Executable:
    """Return what writes down a subject that nobody was told of, and nothing else."""
    return insert(told).on_conflict_do_nothing().returning(told.c.subject)


def _ask_no_more(db: sa.Connection, digest: str) -> None:
    """Let nobody hear that a digest waits for an approval who has not heard it yet."""
    c = outbox.c
    unheard = sa.and_(c.subject.startswith(f"{APPROVAL}{digest} ", autoescape=True), c.letter == "")
    rows = db.execute(sa.select(c.id, c.subject, c.said).where(unheard)).all()
    # Not those of a digest "week 2", asked of "week".
    ours = [row for row in rows if _thawed(row.said).digest == digest]
    db.execute(outbox.update().where(c.id.in_([row.id for row in ours])).values(letter=GONE))
    # Edited again, it is asked again.
    db.execute(told.delete().where(told.c.subject.in_([row.subject for row in ours])))


def _put(db: sa.Connection, said: Said, now: datetime, *, letter: str = "") -> None:
    alarm = said.alarm
    rests = alarm.state is State.MISSED and _has_a_fault(db, alarm.place)
    common = {
        "subject": alarm.subject,
        "place": alarm.place,
        "said": _frozen(alarm),
        "at": now,
        "due": None if rests else now + said.wait,
        "lasting": alarm.passes,
        "letter": letter,
    }
    db.execute(outbox.insert(), [{**common, "whom": a.whom, "topic": a.topic} for a in said.to])


def _has_a_fault(db: sa.Connection, place: str) -> bool:
    # Its digests cannot but be missed, one a week: they are told of together, once they can be posted.
    fault = sa.select(outbox.c.id).where(LASTING, outbox.c.place.in_([place, ""])).limit(1)
    return db.execute(fault).first() is not None


def _end(db: sa.Connection, subject: str, now: datetime, news: News) -> None:
    """Let a subject be over: who has not heard of it never does, and who has hears that."""
    c = outbox.c
    db.execute(told.delete().where(told.c.subject == subject))
    lasted = sa.and_(c.subject == subject, LASTING)
    ended = db.execute(outbox.update().where(lasted).values(lasting=False).returning(*c)).all()
    unheard = outbox.update().where(c.id.in_([row.id for row in ended]), c.letter == "")
    db.execute(unheard.values(letter=GONE))
    for row in ended:
        if row.letter not in ("", GONE):
            to = (Address(whom=row.whom, topic=row.topic),)
            alarm = all_clear(_thawed(row.said), news.instead)
            _put(db, Said(alarm=alarm, to=to, wait=news.ease), now)
    if ended:
        _wake(db, now)


def _wake(db: sa.Connection, now: datetime) -> None:
    """Let be heard what rested because of a fault that is over."""
    fault = outbox.alias()
    still = sa.select(fault.c.id).where(fault.c.lasting, fault.c.place.in_([outbox.c.place, ""])).exists()
    resting = sa.and_(outbox.c.due.is_(None), outbox.c.letter == "", sa.not_(still))
    db.execute(outbox.update().where(resting).values(due=now))


def _begin(db: sa.Connection, task: Task) -> Letter | None:
    """Put notices into a new letter; None if any of them is in another one by now."""
    new, c = task.letter, outbox.c
    if new.topic:
        new = replace(new, parent=_thread(db, new.whom, new.topic))
        if not new.parent and _begins(db, new):
            return None
    ids = [notice.id for notice in task.notices]
    put = outbox.update().where(c.id.in_(ids), c.letter == "").values(letter=new.id)
    if len(db.execute(put.returning(c.id)).all()) < len(ids):
        return None
    new = replace(new, version=1)
    db.execute(envelopes.insert().values(asdict(new)))
    return new


def _thread(db: sa.Connection, whom: str, topic: str) -> str:
    e = envelopes.c
    first = sa.and_(e.whom == whom, e.topic == topic, e.parent == "", e.ts != "")
    return db.scalar(sa.select(e.ts).where(first).order_by(e.ts.desc()).limit(1)) or ""


def _begins(db: sa.Connection, letter: Letter) -> bool:
    """Tell whether another letter is about to begin that thread."""
    e = envelopes.c
    first = sa.and_(e.whom == letter.whom, e.topic == letter.topic, e.parent == "", MAIL_UNDER_WAY)
    return db.execute(sa.select(e.id).where(first)).first() is not None


def _swap(db: sa.Connection, old: Letter, new: Letter) -> bool:
    """Replace a row only as long as it is the version that was read."""
    row = envelopes.update().where(envelopes.c.id == old.id, envelopes.c.version == old.version)
    changed = row.values({**asdict(new), "version": old.version + 1})
    return wrote(db, changed.returning(envelopes.c.version))


def _again(row: dict[str, Any], address: Address) -> dict[str, Any]:
    fresh = {"letter": "", "whom": address.whom, "topic": address.topic}
    return {name: value for name, value in {**row, **fresh}.items() if name != "id"}


def _letter(row: sa.Row[Any]) -> Letter:
    known = values(row)
    return Letter(**{**known, "state": State(known["state"])})


def _notice(row: sa.Row[Any]) -> Notice:
    return Notice(
        id=row.id,
        at=row.at,
        whom=row.whom,
        topic=row.topic,
        alarm=_thawed(row.said),
        due=row.due,
        letter=row.letter,
    )


def _frozen(alarm: Alarm) -> str:
    return json.dumps(asdict(alarm), default=str)


def _thawed(said: str) -> Alarm:
    known = json.loads(said)
    copies = tuple(
        Copy(
            **{
                **copy,
                "stories": tuple(copy["stories"]),
                "at": datetime.fromisoformat(copy["at"]),
                "stale": Stale(copy["stale"]),
            }
        )
        for copy in known["copies"]
    )
    state = State(known["state"]) if known["state"] else None
    return Alarm(**{**known, "state": state, "copies": copies})
