"""What becomes of a letter: by each answer, each look into the history, and where its owner fell silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

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
from bot.core.delivery.outbox import (
    LOG,
    SLOWEST,
    Letter,
    Mail,
    Notice,
    answered,
    claimed,
    lapsed,
    searched,
    tasks,
    unsent,
)
from bot.core.delivery.state import Kind, State
from bot.core.settings import DeliverySettings

RULES = DeliverySettings()
NOW = datetime(2026, 9, 7, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NEW = Letter(id="1", whom="U1", version=1, error="before")


def asked(letter: Letter = NEW, kind: Kind = Kind.SEND, *, slack: datetime | None = None) -> Letter:
    return claimed(letter, kind, owner="me", now=NOW, rules=RULES, slack=slack)


def after(outcome: Outcome, letter: Letter = NEW) -> Letter:
    return answered(asked(letter), outcome, now=NOW + MINUTE, rules=RULES)


def found(finding: Finding, letter: Letter | None = None) -> Letter:
    return searched(letter or after(Unknown("timeout")), finding, now=NOW + MINUTE, rules=RULES)


def test_a_letter_holds_what_fits_and_neither_what_rests_nor_what_is_in_another() -> None:
    one = Notice(id=1, at=NOW, whom="U1", topic="", alarm=Alarm(subject="s", text="t"), due=NOW)
    more = (replace(one, id=2), replace(one, id=3, due=None), replace(one, id=4, letter="0"))
    mail = Mail(now=NOW, notices=(one, *more))

    def held(most: int) -> tuple[list[int], bool]:
        (task,) = tasks(mail, rules=RULES, fits=lambda alarms: len(alarms) <= most)
        return [notice.id for notice in task.notices], task.full

    assert held(1) == ([1], True)
    assert held(9) == ([1, 2], False)


def test_who_is_at_it_has_it_for_a_lease_and_a_search_is_no_attempt() -> None:
    sending, again = asked(), asked(replace(NEW, first_asked=NOW - MINUTE, attempts=1, not_before=NOW))
    looking = asked(replace(NEW, state=State.UNSURE), Kind.SEARCH)

    assert (sending.state, sending.owner, sending.lease_until) == (State.SENDING, "me", NOW + RULES.lease)
    assert (sending.first_asked, sending.attempts) == (None, 1)  # as long as nobody knows what time Slack has
    assert asked(NEW, slack=NOW - MINUTE).first_asked == NOW - MINUTE
    assert (again.first_asked, again.attempts, again.not_before) == (NOW - MINUTE, 2, None)
    assert (looking.state, looking.owner, looking.attempts) == (State.UNSURE, "me", 0)


@pytest.mark.parametrize("known", [after(Accepted("D1", "7.0")), found(Found("7.0"))])
def test_what_is_there_is_over(known: Letter) -> None:
    assert (known.state, known.ts, known.error) == (State.SENT, "7.0", "")
    assert (known.owner, known.lease_until) == ("", None)


def test_a_lost_answer_is_looked_for_once_it_could_show() -> None:
    for unsure in (after(Unknown("timeout")), lapsed(replace(asked(), lease_until=NOW + MINUTE), RULES)):
        assert (unsure.state, unsure.lost, unsure.owner) == (State.UNSURE, 1, "")
        assert unsure.not_before == NOW + MINUTE + RULES.settle
    assert after(Unknown("timeout")).error == "timeout"
    assert lapsed(asked(), RULES).error == "the replica fell silent"


def test_whose_owner_fell_silent_is_noted_by_who_comes_next() -> None:
    late = replace(asked(), lease_until=NOW)
    (task,) = tasks(Mail(now=NOW, letters=(late,)), rules=RULES, fits=lambda _: True)

    assert (task.kind, task.becomes) == (Kind.NOTE, lapsed(late, RULES))


def test_who_fell_silent_without_having_asked_leaves_it_as_it_was() -> None:
    line, looking = (
        asked(replace(NEW, whom=LOG)),
        asked(replace(NEW, state=State.UNSURE, lost=1), Kind.SEARCH),
    )

    assert (lapsed(line, RULES).state, lapsed(line, RULES).lost, lapsed(line, RULES).owner) == (
        State.PENDING,
        0,
        "",
    )
    assert (lapsed(looking, RULES).state, lapsed(looking, RULES).lost) == (State.UNSURE, 1)
    assert lapsed(looking, RULES).owner == unsent(looking).owner == ""


@pytest.mark.parametrize(
    ("outcome", "before", "wait", "changed"),
    [
        (Deferred(MINUTE), NEW, MINUTE, {}),
        (Refused("thread_not_found"), replace(NEW, parent="1.0"), timedelta(0), {"parent": ""}),
        (Refused("invalid_blocks"), NEW, timedelta(0), {"plain": True}),
        (Refused("invalid_blocks"), replace(NEW, plain=True), MINUTE, {}),
        (Refused("user_disabled"), NEW, MINUTE, {}),
        (Refused("user_disabled"), replace(NEW, attempts=2), 4 * MINUTE, {}),
        (Refused("user_disabled"), replace(NEW, attempts=10_000), SLOWEST, {}),
    ],
)
def test_a_no_is_tried_again_ever_more_seldom_or_at_once_as_slack_may_take_it(
    outcome: Deferred | Refused, before: Letter, wait: timedelta, changed: dict[str, object]
) -> None:
    new = after(outcome, before)

    assert (new.state, new.error, new.owner) == (State.PENDING, outcome.error, "")
    assert new.not_before == NOW + MINUTE + wait
    assert {name: getattr(new, name) for name in ("parent", "plain")} == {
        "parent": before.parent,
        "plain": before.plain,
        **changed,
    }


def test_what_the_history_does_not_have_is_sent_again_with_no_doubt_left() -> None:
    new = found(Absent(), replace(after(Unknown("timeout")), checks=3))

    assert (new.state, new.lost, new.checks, new.error) == (State.PENDING, 0, 0, "")
    assert new.not_before == NOW + MINUTE


def test_where_no_history_tells_the_second_lost_answer_is_the_last() -> None:
    unreadable = Unreadable("missing_scope", lasting=True)
    once, twice = found(unreadable), found(unreadable, replace(after(Unknown("timeout")), lost=2))

    assert (once.state, once.error) == (State.PENDING, "missing_scope")
    assert (twice.state, twice.error, twice.owner) == (State.HELD, "missing_scope", "")


@pytest.mark.parametrize(
    ("finding", "checks", "wait"),
    [
        (Unreadable("ratelimited", after=5 * MINUTE), 1, 5 * MINUTE),
        (Unreadable("HTTP 500"), 0, RULES.timeout * 2),
        (Unreadable("HTTP 500"), 1, RULES.timeout * 4),
        (Unreadable("HTTP 500"), 10_000, SLOWEST),
    ],
)
def test_a_history_that_fails_is_read_again_ever_more_seldom(
    finding: Unreadable, checks: int, wait: timedelta
) -> None:
    new = found(finding, replace(after(Unknown("timeout")), checks=checks))

    assert (new.state, new.checks, new.error) == (State.UNSURE, checks + 1, finding.error)
    assert new.not_before == NOW + MINUTE + wait
