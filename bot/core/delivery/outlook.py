"""What happens next to a delivery, in words for whoever looks after it."""

from __future__ import annotations

from bot.core.delivery.answers import UNREAD
from bot.core.delivery.remedies import remedy
from bot.core.delivery.state import WITHHELD, Delivery, Posting, State, Verdict
from bot.core.delivery.ways import IN_SHELL, Ways


def outlook(
    d: Delivery,
    first: Delivery,
    *,
    posting: Posting | None,
    name: str,
    listed: bool,
    ways: Ways = IN_SHELL,
) -> str:
    """Say what happens next to a part, or what somebody must do, and in which *ways*; "" if nothing.

    *first* is the first part of its post, *posting* what was decided about it, *name* the channel's,
    *listed* whether the config still has it.
    """
    match d.state:
        case State.PENDING | State.FAILED if not listed:
            return "nothing: the channel is no longer in the config"
        case State.PENDING | State.SENDING | State.UNSURE:
            return _under_way(d, first, ways)
        case State.SENT:
            return _there(d, first, name, ways)
        case State.FAILED:
            again = "" if d.refused else f" (or {_when(d)})"
            return f"{remedy(d.error, name) or 'mend it'}; then {ways.retry}{again}"
        case State.HELD | State.MISSED:
            return _to_decide(d, posting, ways)
    return f"stays deleted; {ways.bring_back} brings it back" if d.by_person else ""


def _to_decide(d: Delivery, posting: Posting | None, ways: Ways) -> str:
    if d.state is State.MISSED and posting and posting.verdict is Verdict.OPEN:  # decided by now
        return f"goes out at {posting.moved_to:%Y-%m-%d %H:%M} UTC" if posting.moved_to else "goes out now"
    if d.state is State.MISSED:
        return f"decide: {ways.missed}"
    may_be_there = d.asked or d.error.startswith(UNREAD)
    return f"decide, after a look into the channel: {ways.held if may_be_there else ways.held_unasked}"


def _under_way(d: Delivery, first: Delivery, ways: Ways) -> str:
    if d.state is State.SENDING:
        until = f" at {d.lease_until:%H:%M:%S} UTC" if d.lease_until else ""
        return f"Slack is being asked; without an answer the history is searched after the lease ends{until}"
    if d.state is State.UNSURE and d.part and not (d.parent or first.ts):
        return "follows its first message"
    if d.state is State.UNSURE:
        at = f"at {d.not_before:%H:%M:%S} UTC" if d.not_before else "now"
        return f"the history is searched {at}; if it is not there, it is sent again"
    if d.part and first.state is State.SENT and not first.ts:
        return f"cannot follow, as nobody said where its first message is: {ways.say_where}"
    if d.part and not (first.state is State.SENT and first.ts):
        return "follows its first message"
    return _in_turn(d)


def _in_turn(d: Delivery) -> str:
    if d.wanted == WITHHELD:
        return "sent once its post is corrected, as the digest was edited since"
    return _when(d) if d.not_before else "sent in its turn"


def _there(d: Delivery, first: Delivery, name: str, ways: Ways) -> str:
    if d.part and first.by_person:
        return f"counts as deleted, as its first message was; {ways.bring_back} brings it back"
    if d.wanted == d.shown:
        return ""
    if not d.ts:
        what = "corrected" if d.wanted else "removed"
        return f"cannot be {what}, as nobody said where it is: {ways.say_where}"
    if d.refused == d.wanted:
        return f"stays as it is: {remedy(d.error, name) or d.error}; then {ways.retry}"
    return f"{'corrected' if d.wanted else 'removed'}, {_when(d)}"


def _when(d: Delivery) -> str:
    return f"tried again at {d.not_before:%H:%M:%S} UTC" if d.not_before else "tried now"
