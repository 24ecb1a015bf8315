"""What each part does next, and what each answer makes of it: examples, then the promise as a property."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from bot.core.delivery.changes import DOUBTS, answered, claimed, is_absent, retried, searched, slept, unsent
from bot.core.delivery.state import Delivery, Kind, Rung, State, Step, passing
from bot.core.delivery.steps import steps
from bot.core.settings import DeliverySettings, OnUnknown

RULES = DeliverySettings()
MONDAY = date(2026, 9, 7)
SLOT = datetime(2026, 9, 7, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = SLOT + MINUTE


def part(n: int = 0, **changes: Any) -> Delivery:
    known = Delivery(
        digest="d",
        channel="NEWS",
        part=n,
        state=State.PENDING,
        slot=SLOT,
        since=SLOT,
        dated=MONDAY,
        wanted="w",
    )
    return replace(known, **changes)


def sent(n: int = 0, **changes: Any) -> Delivery:
    return part(n, **{"state": State.SENT, "ts": f"{n}.0", "shown": "w", "asked": "w", **changes})


def ready(
    *parts: Delivery, now: datetime = NOW, configured: tuple[str, ...] = ("NEWS",), sure: bool = True
) -> list[Step]:
    return steps(parts, now=now, wall=now, rules=RULES, configured=frozenset(configured), sure=sure)


def doing(*parts: Delivery, **more: Any) -> list[tuple[Kind, int]]:
    return [(step.kind, step.delivery.part) for step in ready(*parts, **more)]


def test_a_part_follows_only_the_one_before() -> None:
    assert doing(part(0), part(1), part(2)) == [(Kind.SEND, 0)]
    assert doing(sent(0), part(1), part(2)) == [(Kind.SEND, 1)]
    assert ready(sent(0), part(1))[0].parent == "0.0"


def test_first_parts_go_before_any_thread_and_in_turns_of_their_own() -> None:
    firsts = [part(0, channel=name) for name in ("A", "B", "C")]
    threads = [replace(sent(0), channel="D"), part(1, channel="D")]
    other = [replace(first, digest="e") for first in firsts]
    order = [step.delivery.channel for step in ready(*threads, *firsts, configured=tuple("ABCD"))]
    next_week = [step.delivery.channel for step in ready(*other, configured=tuple("ABCD"))]

    assert order[-1] == "D"
    assert sorted(order[:3]) == ["A", "B", "C"]
    assert order[:3] != next_week


def test_two_digests_of_a_slot_keep_their_order() -> None:
    older = part(0, digest="z", dated=MONDAY - DAY)

    assert [step.delivery.digest for step in ready(part(0), older)] == ["z"]
    assert [step.delivery.digest for step in ready(part(0), replace(older, state=State.FAILED))][-1] == "d"


def test_a_channel_taken_out_gets_nothing_more() -> None:
    assert doing(part(0), configured=()) == []
    assert doing(sent(0, wanted="new"), configured=()) == []
    assert doing(sent(0, wanted=""), configured=()) == [(Kind.REMOVE, 0)]


def test_a_first_part_too_late_is_missed_but_a_thread_is_finished() -> None:
    late = SLOT + RULES.catch_up + MINUTE
    missed = ready(part(0), part(1), now=late)[0]

    assert missed.becomes is not None
    assert missed.becomes.state is State.MISSED
    assert doing(sent(0), part(1), now=late) == [(Kind.SEND, 1)]


def test_nothing_is_too_late_by_a_clock_that_slack_has_not_confirmed() -> None:
    """A replica whose clock is two days ahead may live for a second: what it gives up stays given up."""
    late = SLOT + RULES.catch_up + MINUTE

    assert ready(part(0), part(1), now=late, sure=False) == []


def test_a_silent_replica_is_waited_for_then_looked_after() -> None:
    until = NOW + RULES.lease
    dead = part(0, state=State.SENDING, owner="dead", lease_until=until, asked="w")

    assert doing(dead) == []
    lapsed = ready(dead, now=until)[0].becomes
    assert lapsed is not None
    assert (lapsed.state, lapsed.not_before) == (State.UNSURE, until + RULES.settle)
    assert doing(lapsed, now=until + RULES.settle - MINUTE) == []
    assert doing(lapsed, now=until + RULES.settle) == [(Kind.SEARCH, 0)]


def test_the_parent_is_corrected_before_its_thread() -> None:
    assert doing(sent(0, wanted="new"), sent(1, wanted="new")) == [(Kind.EDIT, 0)]
    assert doing(sent(0), sent(1, wanted="new")) == [(Kind.EDIT, 1)]


def test_an_old_edit_that_may_still_land_is_waited_out() -> None:
    """Otherwise it would undo the newer one."""
    until = NOW + RULES.lease
    dead = sent(0, wanted="newer", shown=None, owner="dead", lease_until=until)

    assert doing(dead, now=until) == []
    assert doing(dead, now=until + RULES.settle) == [(Kind.EDIT, 0)]


def test_what_grew_is_appended_and_what_shrank_is_removed() -> None:
    assert doing(sent(0), sent(1), part(2)) == [(Kind.SEND, 2)]
    assert doing(sent(0), sent(1, wanted="")) == [(Kind.REMOVE, 1)]
    (step,) = ready(sent(0), part(1, wanted=""))
    assert step.becomes is not None
    assert (step.becomes.state, step.becomes.since) == (State.WITHDRAWN, NOW)


def test_what_a_person_deleted_stays_deleted_and_takes_its_thread_along() -> None:
    gone = part(0, state=State.WITHDRAWN, by_person=True)
    step = ready(gone, part(1))[0]

    assert step.becomes is not None
    assert (step.delivery.part, step.becomes.state, step.becomes.by_person) == (1, State.WITHDRAWN, True)


def test_with_its_first_message_a_person_deleted_the_whole_post() -> None:
    """Its thread once went on being corrected, under a message that is gone."""
    gone = part(0, state=State.WITHDRAWN, by_person=True, error="message_not_found")
    first, second = ready(gone, sent(1, wanted="new"), sent(2))

    for step in (first, second):
        assert step.becomes is not None
        assert (step.becomes.state, step.becomes.by_person) == (State.WITHDRAWN, True)
        assert step.becomes.error == "message_not_found"


def test_new_posts_and_their_threads_go_before_corrections() -> None:
    """Correcting five hundred channels takes half an hour."""
    corrected = [sent(0, channel=f"C{n}", wanted="new") for n in range(3)]
    threaded = [sent(0, channel="D"), part(1, channel="D")]
    fresh = part(0, channel="E")
    order = ready(*corrected, *threaded, fresh, configured=("C0", "C1", "C2", "D", "E"))

    assert [step.delivery.channel for step in order][:2] == ["E", "D"]
    assert {step.kind for step in order[2:]} == {Kind.EDIT}


def test_what_cannot_be_looked_for_keeps_no_other_digest_waiting() -> None:
    lost = part(0, digest="z", dated=MONDAY - DAY, state=State.UNSURE, asked="w", not_before=NOW + HOUR)

    assert doing(part(0), lost) == []
    assert doing(part(0), replace(lost, checks=1)) == [(Kind.SEND, 0)]


def given_up(d: Delivery) -> tuple[Delivery, int, datetime]:
    """Look into a history that cannot be read until it is held; also return how often, and when last."""
    looks, at = 0, NOW + RULES.settle
    while d.state is State.UNSURE:
        at = d.not_before or at
        d, looks = searched(d, Unreadable("HTTP 500"), now=at, rules=RULES), looks + 1
    return d, looks, at


def test_editors_hear_of_a_history_that_fails_within_ten_minutes() -> None:
    """It was 38, in which nobody knew and the next digest waited."""
    d, _, at = given_up(part(0, state=State.UNSURE, asked="w"))

    assert d.state is State.HELD
    assert at - NOW < 10 * MINUTE


def test_what_is_retried_is_looked_for_as_often_as_the_first_time() -> None:
    held, looks, _ = given_up(part(0, state=State.UNSURE, asked="w"))
    again = retried(held, now=NOW, wall=NOW)
    lost_anew = replace(is_absent(held, now=NOW, wall=NOW), state=State.UNSURE)

    assert doing(again) == [(Kind.SEARCH, 0)]
    assert looks == DOUBTS
    assert given_up(again)[1] == given_up(lost_anew)[1] == looks


def test_what_may_have_gone_out_while_nobody_ran_is_looked_for_as_if_it_had_just_been_asked() -> None:
    """By a copy of the database that was put back it was never sent, or refused, or tried often."""
    before = part(state=State.FAILED, refused="w", not_before=NOW + HOUR, checks=2, since=SLOT - HOUR)
    (doubtful,) = slept([before], now=NOW, catch_up=RULES.catch_up)

    assert (doubtful.asked, doubtful.first_asked, doubtful.since) == ("w", SLOT - HOUR, NOW)
    assert doing(doubtful) == [(Kind.SEARCH, 0)]
    assert given_up(doubtful)[1] == DOUBTS
    assert doing(found(doubtful, Absent())) == [(Kind.SEND, 0)]


@pytest.mark.parametrize(
    "before",
    [
        part(wanted=""),
        part(owner="me"),
        part(state=State.SENT, ts="1.0"),
        part(state=State.FAILED, slot=NOW - RULES.catch_up),
        part(state=State.HELD),
        part(state=State.MISSED),
    ],
    ids=lambda d: str(d.state),
)
def test_what_nobody_can_have_sent_meanwhile_is_not_looked_for(before: Delivery) -> None:
    assert slept([before], now=NOW, catch_up=RULES.catch_up) == []


def test_what_follows_nothing_is_not_looked_for_after_a_silence() -> None:
    """Its first message waits for an editor, or nobody knows where it is."""
    for first in (part(state=State.HELD), sent(ts="")):
        assert slept([first, part(1)], now=NOW, catch_up=RULES.catch_up) == []
    assert [d.part for d in slept([sent(), part(1)], now=NOW, catch_up=RULES.catch_up)] == [1]
    assert slept([], now=NOW, catch_up=RULES.catch_up) == []


def test_a_command_waits_for_what_passes_and_for_nothing_else() -> None:
    """`roundup post` ends when all is there, or when only somebody's help brings it further."""
    correcting = sent(wanted="new")

    assert all(map(passing, [correcting, part(owner="me"), part(not_before=NOW), part(state=State.UNSURE)]))
    assert not any(
        map(passing, [sent(), replace(correcting, refused="new"), part(1), part(state=State.FAILED)])
    )
    assert not any(map(passing, [part(state=State.HELD, asked="w"), part(state=State.MISSED)]))


def asked(kind: Kind = Kind.SEND, d: Delivery | None = None) -> Delivery:
    d = d or (part(0) if kind is Kind.SEND else sent(0, wanted="new"))
    return claimed(d, Step(kind=kind, delivery=d), owner="me", now=NOW, rules=RULES)


def test_each_request_is_counted_once() -> None:
    assert [asked(kind).attempts for kind in (Kind.SEND, Kind.EDIT, Kind.SEARCH)] == [1, 1, 0]


@pytest.mark.parametrize(
    "before",
    [part(0), part(0, state=State.FAILED, asked="old", attempts=2), sent(0, wanted="new", attempts=1)],
    ids=["new", "failed", "posted"],
)
def test_a_claim_that_is_given_back_leaves_everything_as_it_was(before: Delivery) -> None:
    """Nothing was asked: whoever comes next shall not look for what cannot be there."""
    kind = Kind.EDIT if before.ts else Kind.SEND
    back = unsent(asked(kind, before), before, now=NOW)

    assert back == replace(before, replica="me", first_asked=back.first_asked, since=back.since)


def after(outcome: Outcome, kind: Kind = Kind.SEND, d: Delivery | None = None) -> Delivery:
    return answered(asked(kind, d), kind, outcome, now=NOW, rules=RULES)


def test_an_ambiguous_answer_is_never_an_answer() -> None:
    d = after(Unknown("timeout"))

    assert (d.state, d.not_before, d.owner) == (State.UNSURE, NOW + RULES.settle, "")


def test_a_limit_is_waited_for_in_the_ledger() -> None:
    d = after(Deferred(timedelta(seconds=30)))

    assert (d.state, d.not_before) == (State.PENDING, NOW + timedelta(seconds=30))


def found(d: Delivery, finding: Finding) -> Delivery:
    return searched(d, finding, now=NOW, rules=RULES)


def test_only_a_full_read_without_it_leads_to_a_second_post() -> None:
    unsure = after(Unknown("timeout"))

    assert found(unsure, Absent()).state is State.PENDING
    assert found(unsure, Found("7.0")).ts == "7.0"
    assert found(unsure, Unreadable("timeout")).state is State.UNSURE
    assert found(unsure, Unreadable("missing_scope", lasting=True)).state is State.HELD
    assert found(replace(unsure, checks=DOUBTS - 1), Unreadable("timeout")).state is State.HELD


@pytest.mark.parametrize("finding", [Found("7.0"), Absent()])
def test_what_the_history_has_settled_is_no_trouble_any_more(finding: Finding) -> None:
    """`status` would still show the error of the answer that was lost."""
    doubted = found(after(Unknown("timeout")), Unreadable("HTTP 500"))
    d = found(doubted, finding)

    assert (doubted.error, doubted.checks) == ("HTTP 500", 1)
    assert (d.error, d.checks, d.not_before) == ("", 0, None)


def test_an_unreadable_history_reposts_only_where_the_admin_says_so() -> None:
    rules = replace(RULES, on_unknown=OnUnknown.REPOST)
    unreadable = Unreadable("missing_scope", lasting=True)

    assert searched(after(Unknown("x")), unreadable, now=NOW, rules=rules).state is State.PENDING


def test_a_limit_on_reading_is_no_doubt() -> None:
    limited = Unreadable("ratelimited", after=MINUTE)
    d = searched(after(Unknown("x")), limited, now=NOW, rules=RULES)

    assert (d.checks, d.not_before) == (0, NOW + MINUTE)


def test_a_refused_image_is_left_out_then_the_blocks_then_it_has_failed() -> None:
    image = Refused("invalid_blocks", "downloading image failed [json-pointer:/blocks/3/accessory/image_url]")
    first = after(image)
    second = after(image, d=replace(first, not_before=None))
    third = after(Refused("msg_too_long"), d=replace(second, not_before=None))

    assert (first.state, first.rung) == (State.PENDING, Rung.NO_IMAGES)
    assert (second.state, second.rung) == (State.PENDING, Rung.NO_BLOCKS)
    assert third.state is State.FAILED
    assert ready(third, now=NOW + HOUR) == []


def test_a_channel_that_refuses_is_asked_again_while_it_is_not_late() -> None:
    failed = after(Refused("is_archived"))

    assert (failed.state, failed.error) == (State.FAILED, "is_archived")
    assert doing(failed) == []
    assert doing(failed, now=NOW + HOUR) == [(Kind.SEND, 0)]
    assert doing(failed, now=NOW + DAY) == []


def test_a_correction_never_turns_a_posted_message_into_a_failed_one() -> None:
    for outcome in (Refused("edit_window_closed"), Unknown("timeout"), Deferred(MINUTE)):
        assert after(outcome, Kind.EDIT).state is State.SENT
    stuck = after(Refused("edit_window_closed"), Kind.EDIT)
    assert ready(stuck, now=NOW + HOUR) == []
    assert doing(replace(stuck, wanted="yet newer"), now=NOW + HOUR) == [(Kind.EDIT, 0)]


@pytest.mark.parametrize("gone", ["message_not_found", "thread_not_found", "cannot_reply_to_message"])
@pytest.mark.parametrize(
    ("kind", "before"), [(Kind.EDIT, sent(0, wanted="new")), (Kind.SEND, part(1))], ids=["edit", "reply"]
)
def test_a_message_that_is_not_there_was_deleted_by_a_person(gone: str, kind: Kind, before: Delivery) -> None:
    d = after(Refused(gone), kind, before)

    assert (d.state, d.by_person) == (State.WITHDRAWN, True)
    assert ready(d, now=NOW + HOUR) == []


OUTCOMES: st.SearchStrategy[Outcome] = st.sampled_from(
    [
        Accepted("NEWS", "5.0"),
        Deferred(MINUTE),
        Unknown("timeout"),
        Refused("is_archived"),
        Refused("invalid_blocks"),
    ]
)
FINDINGS: st.SearchStrategy[Finding] = st.sampled_from(
    [Found("5.0"), Absent(), Unreadable("timeout"), Unreadable("missing_scope", lasting=True)]
)


@given(data=st.data(), history=st.lists(st.sampled_from(["ask", "die", "correct", "retract"]), max_size=20))
@settings(deadline=None)
def test_whatever_happens_to_a_part_it_never_forgets_what_may_be_there(
    data: st.DataObject, history: list[str]
) -> None:
    """A message that Slack may have is sent again only after a full read without it."""
    d, now, may_be_there = part(0), NOW, False
    for n, happening in enumerate(history):
        now += data.draw(st.sampled_from([MINUTE, HOUR]))
        if happening in ("correct", "retract"):
            d = replace(d, wanted="" if happening == "retract" else f"w{n}")
        step = next(iter(steps([d], now=now, wall=NOW, rules=RULES, configured=frozenset({"NEWS"}))), None)
        if step is None:
            continue
        if step.becomes is not None:
            d = step.becomes
            continue
        assert not (step.kind is Kind.SEND and may_be_there)
        d = claimed(d, step, owner="me", now=now, rules=RULES)
        if happening == "die":
            may_be_there |= step.kind is Kind.SEND
            continue
        if step.kind is Kind.SEARCH:
            finding = data.draw(FINDINGS)
            may_be_there &= not isinstance(finding, Absent | Found)
            d = searched(d, finding, now=now, rules=RULES)
            continue
        outcome = data.draw(OUTCOMES)
        d = answered(d, step.kind, outcome, now=now, rules=RULES)
        if step.kind is Kind.SEND:
            may_be_there = isinstance(outcome, Unknown)
        assert not (may_be_there and d.state not in (State.UNSURE, State.HELD))
        assert d.state is not State.FAILED or not d.ts


def test_a_message_that_was_deleted_shows_nothing() -> None:
    """Else it would count as standing there, and be edited again."""
    d = answered(
        asked(Kind.EDIT, sent(0, wanted="new")), Kind.EDIT, Refused("message_not_found"), now=NOW, rules=RULES
    )

    assert (d.state, d.ts, d.shown) == (State.WITHDRAWN, "", "")
