"""What we know of a post on its way, and the steps it takes. State says what we know, not what we hope."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple


class State(StrEnum):
    """Where one part of one digest stands in one channel."""

    PENDING = "pending"  # written down, not yet asked
    SENDING = "sending"  # asked Slack; whether it has it is unknown until told
    SENT = "sent"  # Slack has it, and we have its ts
    UNSURE = "unsure"  # the answer was lost; its history will tell
    HELD = "held"  # we cannot know or may not decide: the editors do
    FAILED = "failed"  # Slack refused for good, until healed
    SKIPPED = "skipped"  # an editor or the config left it out
    MISSED = "missed"  # too late to go out unasked: the editors decide
    WITHDRAWN = "withdrawn"  # retracted, or deleted by a person


# Wanted of a part that may stand in a thread nobody can read, and whose digest was edited since: it is not
# sent before its post is arranged anew.
WITHHELD = "withheld"


class Rung(IntEnum):
    """How far down the never-lose ladder a message had to go for Slack to take it."""

    WHOLE = 0
    NO_IMAGES = 1
    NO_BLOCKS = 2


class Verdict(StrEnum):
    """What was decided about one digest in one channel."""

    OPEN = ""  # nothing yet, or an editor's order that is still to be carried out
    POST = "post"  # its parts are frozen and on their way, or there
    HELD = "held"  # looks like one already posted: the editors decide
    MISSED = "missed"  # too late to go out unasked: the editors decide
    SKIPPED = "skipped"  # left out by an editor or the config
    RETRACTED = "retracted"  # an editor took it back


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One digest in one channel, as the ledger knows it."""

    digest: str
    channel: str
    verdict: Verdict = Verdict.OPEN
    slot: datetime | None = None  # the one it was decided for; None while nothing is decided
    title: str = ""
    dated: date | None = None
    content: str = ""  # fingerprint of the words it was frozen from
    layout: str = ""
    corrected: date | None = None  # what its footer says
    moved_to: datetime | None = None  # an editor's "Next slot"
    ordered: datetime | None = None  # an editor's "Post now"
    allowed: bool = False  # an editor said that it is no double of another digest
    note: str = ""  # who decided what, in words
    version: int = 0  # 0: not written down yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One part of one digest in one channel, on its way. *wanted* is set by the plan, the rest by delivering.

    Fingerprints tell messages apart: *wanted* should be there ("" for nothing), *asked* is what Slack was
    last asked for, *shown* is what it certainly shows (None: not known), *refused* what it would not take.
    """

    digest: str
    channel: str
    part: int
    state: State
    slot: datetime
    since: datetime  # when the state last changed
    dated: date  # its digest's; older digests of one slot go first
    wanted: str = ""
    asked: str = ""
    shown: str | None = None
    refused: str | None = None
    rung: Rung = Rung.WHOLE
    ts: str = ""
    parent: str = ""  # the ts it stands under; "" for the first part
    owner: str = ""  # the replica that is at it; "" for none
    lease_until: datetime | None = None  # by the ledger's clock; then anybody may take over
    not_before: datetime | None = None  # by the ledger's clock
    first_asked: datetime | None = None  # by Slack's clock: how far back a search must look
    attempts: int = 0
    checks: int = 0  # searches that could not read the history
    by_person: bool = False  # withdrawn because a person deleted it
    error: str = ""  # what Slack said last, or why we wait
    replica: str = ""  # who touched it last
    version: int = 0  # 0: not written down yet

    @property
    def key(self) -> Key:
        """Return what its row is known by."""
        return Key(self.digest, self.channel, self.part)


def posted_at(ts: str) -> datetime | None:
    """Return when a message was posted, by Slack's clock; None if its ts is none."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):  # no number, or none that is a time
        return None


def unsettled(d: Delivery) -> bool:
    """Tell whether a part may still need something; what does not is history, and nobody looks at it again.

    A database says the same in SQL, so that an index finds these rows among years of others.
    """
    match d.state:
        case State.PENDING | State.SENDING | State.UNSURE | State.FAILED:
            return True
        case State.HELD if d.asked:  # it may be there: the history is still searched now and then
            return True
    return bool(d.owner) or to_be_changed(d)


def to_be_changed(d: Delivery) -> bool:
    """Tell whether what stands in the channel is not what should, and Slack has not refused to change it."""
    return d.state is State.SENT and bool(d.ts) and d.wanted not in (d.shown, d.refused)


def refused_folded(d: Delivery) -> bool:
    """Tell whether a post waits to be arranged otherwise: Slack would not take it folded, nothing is sent."""
    return d.state is State.PENDING and not d.part and not d.ts and bool(d.wanted) and d.refused == d.wanted


def standing_out(d: Delivery) -> bool:
    """Tell whether a part is not what it should be, or somebody has to decide: `status` shows it for years.

    A database says the same in SQL, as it does for what is unsettled.
    """
    if d.state is State.SENT:
        return d.wanted != d.shown
    return d.state not in (State.SKIPPED, State.WITHDRAWN)


def in_the_air(d: Delivery) -> bool:
    """Tell whether Slack may have been asked for a part, under its present name, without our knowing more."""
    return (
        bool(d.owner) or d.state in (State.SENDING, State.UNSURE) or (d.state is State.HELD and bool(d.asked))
    )


def passing(d: Delivery) -> bool:
    """Tell whether what a part is in will be over by itself soon; less than *unsettled*.

    What failed waits for somebody to mend it, what is held for the editors, and what is pending without
    a time to wait for follows a part of which this must be asked instead.
    """
    match d.state:
        case State.SENT:
            return to_be_changed(d)
        case State.PENDING:
            return bool(d.owner) or d.not_before is not None
    return bool(d.owner) or d.state is State.UNSURE


class Key(NamedTuple):
    """Names a part for good: a second row for it cannot exist."""

    digest: str
    channel: str
    part: int

    def __str__(self) -> str:
        return f"{self.digest}/{self.channel}/{self.part}"


class Kind(IntEnum):
    """What to do with a part; the order is the order in which they are done."""

    NOTE = 0  # nothing to ask Slack: only to be written down
    REMOVE = 1
    SEND = 2
    EDIT = 3
    SEARCH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is to be done with one part now. *becomes* is what a NOTE writes down."""

    kind: Kind
    delivery: Delivery
    parent: str = ""  # ts of the first part, for what goes into its thread
    becomes: Delivery | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A channel as Slack has it. *trouble* is why we cannot post there, as Slack names it, or ""."""

    id: str
    name: str  # without #
    trouble: str = ""
    renamed: bool = False  # the config knows it by a name that it had before
    # Known to be one that anybody may look into; not a part of which channel it is.
    public: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a channel could not be found, as Slack names it. *passing*: Slack did not say."""

    error: str
    passing: bool = False

    def __str__(self) -> str:
        return self.error
