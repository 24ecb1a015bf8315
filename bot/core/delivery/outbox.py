"""What is said to people and kept like a post: who hears what, when it is due, and what one letter holds.

A notice is one thing said to one person; a letter joins the notices of one minute. State says of letters
what it says of parts of a digest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.delivery.alarms import Alarm
from bot.core.delivery.answers import (
    Absent,
    Accepted,
    Deferred,
    Finding,
    Found,
    Outcome,
    Refused,
    Unknown,
    Unreadable,
)
from bot.core.delivery.changes import CONTENT, GONE
from bot.core.delivery.state import Kind, State
from bot.core.settings import DeliverySettings, Settings

LOG = ""  # hears everything: without editors its line is the alarm
TWICE = 2  # never more often, where an answer was lost and no history tells
SLOWEST = timedelta(hours=1)  # between two attempts at a letter that Slack refuses
FIRST = timedelta(minutes=1)  # before the second one; then twice as long each time
ON_THEIR_WAY = (State.PENDING, State.SENDING, State.UNSURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How much time is given: to a fault, before it is told; to a person, between two letters; and so on."""

    wait: timedelta = timedelta(minutes=2)
    gap: timedelta = timedelta(minutes=1)
    ease: timedelta = timedelta(seconds=10)  # before an all-clear: what it leaves to decide comes with it


PACE = Pace()


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Who hears something: a user's ID, the newsroom as the config names it, or the log."""

    whom: str
    topic: str = ""  # the digest in whose thread it belongs; "" in a direct message


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An alarm and whoever shall hear it, once it has not been over for so long."""

    alarm: Alarm
    to: tuple[Address, ...]
    wait: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a change gives to tell, and the subjects that it ends. Written down with it, or not at all."""

    said: tuple[Said, ...] = ()
    over: tuple[str, ...] = ()
    approved: str = ""  # the digest whose approval nobody need be asked for any more
    ease: timedelta = timedelta(0)  # before an all-clear
    instead: str = ""  # of the all-clear's own words


NOTHING = News()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing that one person shall hear, as the ledger keeps it."""

    id: int
    at: datetime
    whom: str
    topic: str
    alarm: Alarm
    due: datetime | None  # None: it rests until the fault of its channel is over
    letter: str = ""  # "" until it is put into one


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message to one person, with the notices it joins: for good, however often it is tried."""

    id: str
    whom: str
    topic: str = ""
    parent: str = ""  # ts of the message that began its thread
    state: State = State.PENDING
    ts: str = ""
    owner: str = ""
    lease_until: datetime | None = None
    not_before: datetime | None = None
    first_asked: datetime | None = None  # by Slack's clock; None also if nobody knew it
    attempts: int = 0
    lost: int = 0  # answers that never came, since a history last told
    checks: int = 0
    plain: bool = False  # without blocks, because Slack refused them
    error: str = ""
    version: int = 0  # 0: not written down yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Everything that somebody has still to hear, at *now* by the ledger's clock."""

    now: datetime
    notices: tuple[Notice, ...] = ()  # in the order in which they were said
    letters: tuple[Letter, ...] = ()
    lasting: frozenset[str] = frozenset()  # subjects of faults that are not over

    def within(self, letter: Letter) -> tuple[Notice, ...]:
        """Return what a letter holds."""
        return tuple(notice for notice in self.notices if notice.letter == letter.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be done with one letter now. *becomes* is what a NOTE writes down."""

    kind: Kind
    letter: Letter
    notices: tuple[Notice, ...] = ()
    becomes: Letter | None = None
    full: bool = False  # there is more for this person than one message holds


# --- who hears it --------------------------------------------------------------------------------------


def said(alarm: Alarm, settings: Settings, pace: Pace) -> Said:
    """Return an alarm addressed: to the log, and to the newsroom or each editor."""
    newsroom = not alarm.subject.startswith("newsroom ")
    whom = settings.may_approve if alarm.asks_approvers else None
    people = readers(settings, whom=whom, topic=alarm.digest, newsroom=newsroom)
    to = (Address(whom=LOG), *people)
    return Said(alarm=alarm, to=to, wait=pace.wait if alarm.passes else timedelta(0))


def readers(
    settings: Settings, *, whom: Iterable[str] | None = None, topic: str = "", newsroom: bool = True
) -> tuple[Address, ...]:
    """Return where people, the editors, are told: in the newsroom, else each by direct message."""
    if settings.newsroom and newsroom:
        return (Address(whom=settings.newsroom, topic=topic),)
    return tuple(Address(whom=person) for person in (settings.editors if whom is None else whom))


def strays(mail: Mail, settings: Settings) -> Iterator[tuple[str, tuple[Address, ...]]]:
    """Yield whoever is not told any more, with those who hear it instead."""
    known = {LOG, settings.newsroom, *settings.editors, *settings.approvers}
    waiting = {notice.whom for notice in mail.notices} | {letter.whom for letter in mail.letters}
    for whom in sorted(waiting - known):
        # Nobody follows an editor who was struck off: the others have heard it all themselves.
        yield whom, readers(settings) if is_room(whom) else ()


def is_room(whom: str) -> bool:
    """Tell a channel from a person."""
    return whom.startswith(("#", "C", "G"))


# --- what is to be done now ----------------------------------------------------------------------------


def tasks(mail: Mail, *, rules: DeliverySettings, fits: Callable[[Sequence[Alarm]], bool]) -> Iterator[Task]:
    """Yield what each letter needs, old ones first, and a new one for whoever has something to hear."""
    for letter in mail.letters:
        yield from _task(letter, mail, rules)
    closed = {(letter.whom, letter.topic) for letter in mail.letters if _keeps_others_waiting(letter)}
    for (whom, topic), due in _due(mail).items():
        if (whom, topic) not in closed:
            enough = _one_letter(due, fits)
            # Unique for good, even in a database that begins to count anew.
            name = f"{due[0].id}-{due[0].at:%Y%m%dT%H%M%S%f}"
            letter = Letter(id=name, whom=whom, topic=topic)
            yield Task(kind=Kind.SEND, letter=letter, notices=enough, full=len(enough) < len(due))


def _task(letter: Letter, mail: Mail, rules: DeliverySettings) -> Iterator[Task]:
    now = mail.now
    if letter.owner:
        if letter.lease_until and letter.lease_until <= now:
            yield Task(kind=Kind.NOTE, letter=letter, becomes=lapsed(letter, rules))
    elif letter.not_before is None or letter.not_before <= now:
        kind = Kind.SEARCH if letter.state is State.UNSURE else Kind.SEND
        yield Task(kind=kind, letter=letter, notices=mail.within(letter))


def _keeps_others_waiting(letter: Letter) -> bool:
    # One in doubt holds up nobody, unless the thread begins with it that the next one belongs into.
    return letter.state is not State.UNSURE or bool(letter.topic and not letter.parent)


def _due(mail: Mail) -> Mapping[tuple[str, str], list[Notice]]:
    """Return what each person may hear, if anything of it is due: only a fault is still given its time."""
    may: dict[tuple[str, str], list[Notice]] = {}
    for notice in mail.notices:
        if not notice.letter and notice.due and (_is_due(notice, mail) or not notice.alarm.passes):
            may.setdefault((notice.whom, notice.topic), []).append(notice)
    return {whom: notices for whom, notices in may.items() if any(_is_due(n, mail) for n in notices)}


def _is_due(notice: Notice, mail: Mail) -> bool:
    # Said in what is the future now: the clock was set back, and nobody knows for how long it waited.
    return notice.due is not None and (notice.due <= mail.now or notice.at > mail.now)


def _one_letter(due: Sequence[Notice], fits: Callable[[Sequence[Alarm]], bool]) -> tuple[Notice, ...]:
    """Return as many as one message holds, and always one: whatever it is, it is said."""
    count = 1
    while count < len(due) and fits([notice.alarm for notice in due[: count + 1]]):
        count += 1
    return tuple(due[:count])


# --- what becomes of a letter --------------------------------------------------------------------------


def claimed(
    letter: Letter,
    kind: Kind,
    *,
    owner: str,
    now: datetime,
    rules: DeliverySettings,
    slack: datetime | None = None,
) -> Letter:
    """Return a letter while *owner* is at it. Asking comes first: from here on Slack may have it.

    *slack* is what time Slack has, None if it never said: a search begins there, not where the ledger's
    clock was, which may have been days ahead.
    """
    ours = replace(letter, owner=owner, lease_until=now + rules.lease, not_before=None)
    if kind is Kind.SEARCH:
        return ours
    first = letter.first_asked or slack
    return replace(ours, state=State.SENDING, first_asked=first, attempts=letter.attempts + 1)


def unsent(letter: Letter) -> Letter:
    """Return a letter given back: the claim took too long, so nothing was asked."""
    return _let_go(replace(letter, state=State.PENDING) if letter.state is State.SENDING else letter)


def lapsed(letter: Letter, rules: DeliverySettings) -> Letter:
    """Return a letter after its owner fell silent: if it was asked for, we look once that could show."""
    if letter.whom == LOG:
        return _let_go(replace(letter, state=State.PENDING))
    if letter.state is not State.SENDING or letter.lease_until is None:
        return _let_go(letter)
    return _in_doubt(letter, letter.lease_until, "the replica fell silent", rules)


def answered(letter: Letter, outcome: Outcome, *, now: datetime, rules: DeliverySettings) -> Letter:
    """Return what Slack's answer makes of a letter."""
    match outcome:
        case Accepted(ts=ts):
            return _let_go(replace(letter, state=State.SENT, ts=ts, error=""))
        case Unknown(error=error):
            return _in_doubt(letter, now, error, rules)
        case Deferred(after=after, error=error):
            return _later(letter, now + after, error)
        case Refused(error=error) if error in GONE and letter.parent:
            # Somebody deleted the message that began the thread: this one begins it anew.
            return _later(replace(letter, parent=""), now, error)
        case Refused(error=error) if error in CONTENT and not letter.plain:
            return _later(replace(letter, plain=True), now, error)
        case Refused(error=error):
            wait = min(FIRST * 2 ** min(letter.attempts - 1, 10), SLOWEST)
            return _later(letter, now + wait, error)


def searched(letter: Letter, finding: Finding, *, now: datetime, rules: DeliverySettings) -> Letter:
    """Return what the history makes of a letter whose answer was lost."""
    match finding:
        case Found(ts=ts):
            return _let_go(replace(letter, state=State.SENT, ts=ts, error=""))
        case Absent():
            return _later(replace(letter, lost=0, checks=0), now, "")
        case Unreadable(error=error, lasting=True):
            # Slack has just spoken to us, so the next answer will hardly be lost as well. If it is, two may
            # be there and none may: a third would be one too many more often than it would be the first.
            if letter.lost < TWICE:
                return _later(letter, now, error)
            return _let_go(replace(letter, state=State.HELD, error=error))
        case Unreadable(error=error, after=after):
            checks = letter.checks + 1
            wait = after or min(rules.timeout * 2 ** min(checks, 10), SLOWEST)
            return _let_go(replace(letter, checks=checks, not_before=now + wait, error=error))


def _in_doubt(letter: Letter, since: datetime, why: str, rules: DeliverySettings) -> Letter:
    unsure = replace(letter, state=State.UNSURE, lost=letter.lost + 1, not_before=since + rules.settle)
    return _let_go(replace(unsure, error=why))


def _later(letter: Letter, at: datetime, error: str) -> Letter:
    return _let_go(replace(letter, state=State.PENDING, not_before=at, error=error))


def _let_go(letter: Letter) -> Letter:
    return replace(letter, owner="", lease_until=None)


def redirected(notices: Iterable[Notice], to: Iterable[Address]) -> list[tuple[Notice, Address]]:
    """Return each notice with each of those who hear it instead."""
    return [(notice, address) for address in to for notice in notices]
