"""What is said to people is kept like a post: gathered, paced, tried again, said once, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.core.delivery.alarms import Alarm, gathered
from bot.core.delivery.answers import Absent, Deferred, Refused, Unknown, Unreadable
from bot.core.delivery.approvals import approved_by
from bot.core.delivery.outbox import PACE, Address, Letter, Mail, News, Notice, Said, tasks, unsent
from bot.core.delivery.state import Room, State, Trouble
from bot.delivery.errands import WORKERS, Errands
from bot.practice.server import PracticeServer
from bot.slack.views.alarms import AlarmWording
from bot.store.outbox import Claimed
from tests.delivery.test_publisher import EDITOR, MONDAY, SLOT, Office
from tests.delivery.test_tellings import about
from tests.delivery.wire import DAY, TODAY, Replica, replica
from tests.delivery.wire import SLOT as NINE
from tests.delivery.world import RULES, channel, digest
from tests.store.whole import open_store

ARCHIVED = Refused("is_archived")
LIMITED = Deferred(timedelta(seconds=30))
LOST = Unknown("timeout")
NO_SCOPE = Unreadable("history not readable: missing_scope", lasting=True)


@contextmanager
def unhurried(*args: Any, **more: Any) -> Iterator[Replica]:
    """A replica that gives faults and people the time that production gives them."""
    with replica(*args, **more) as one:
        one.simulation.pace = PACE
        yield one


def many(count: int) -> Any:
    return [channel(f"news-{n:02}", remind=None) for n in range(count)]


NEWS = many(1)


def lines(one: Replica) -> list[str]:
    return [line for text in one.wire.told for line in text.splitlines()]


def test_a_rate_limit_loses_no_alarm() -> None:
    """Today one 429 loses it for ever."""
    with replica(channels=NEWS) as one:
        one.wire.mail_answers.extend([LIMITED, LIMITED])
        one.at(NINE + 13 * 3600)
        one.until(one.world.time + 120, every=10)

        assert len(about(one.wire.told, "is missed")) == 3  # refused twice, then taken
        assert one.simulation.ledger.outbox.mail().notices == ()


def test_thirty_alarms_at_once_are_a_few_messages_and_none_is_lost() -> None:
    with unhurried(channels=many(30)) as one:
        one.at(NINE + 13 * 3600)
        one.until(one.world.time + 120, every=10)
        told = lines(one)

        assert all(len(about(told, f"#news-{n:02} is missed")) == 1 for n in range(30))
        assert len(one.wire.told) == 2  # twenty posts are decided in one tick, and a minute is waited


def test_who_wrote_a_digest_hears_of_its_approval_at_once_whatever_was_said_before() -> None:
    """They may sit there and wait for it; everything else waits for a minute after a letter."""
    with unhurried(channels=NEWS) as one:

        def tell(subject: str) -> None:
            alarm = Alarm(subject=subject, text=f"said: {subject}")
            said = Said(alarm=alarm, to=(Address(whom=EDITOR),), wait=timedelta(0))
            one.simulation.ledger.outbox.tell(News(said=(said,)))

        tell("something")
        one.until(one.world.time + 5, every=1)
        tell("something else")
        one.until(one.world.time + 5, every=1)
        kept_back = [*one.wire.told]
        tell(approved_by("U0ANN", "d", 2, author=EDITOR, send=False).said[0].alarm.subject)
        one.until(one.world.time + 5, every=1)

        assert kept_back == ["said: something"]
        assert len(about(lines(one), "said: approved d 2 by U0ANN")) == 1
        assert len(about(lines(one), "said: something else")) == 1  # it comes along


def test_one_message_holds_what_slack_takes_and_each_alarm_keeps_its_buttons() -> None:
    alarms = [
        Alarm(
            subject=f"{n}",
            text=f"{n} is missed",
            digest=f"d{n}",
            channel="C1",
            place="#news",
            state=State.MISSED,
        )
        for n in range(30)
    ]
    wording, letters = AlarmWording(), []
    while alarms:
        count = max(n for n in range(1, len(alarms) + 1) if n == 1 or wording.fits(alarms[:n]))
        letters.append(wording.letter(alarms[:count]))
        alarms = alarms[count:]
    buttons = [
        b for m in letters for block in m.blocks if block["type"] == "actions" for b in block["elements"]
    ]

    assert all(len(message.blocks) <= 50 for message in letters)
    assert len(buttons) == 90
    assert len({button["accessibility_label"] for button in buttons}) == 90


def test_a_fault_that_heals_within_two_minutes_is_nobodys_alarm() -> None:
    with unhurried(digest(TODAY), channels=NEWS) as one:
        one.wire.answers.append(Deferred(timedelta(seconds=60), "token_revoked"))
        one.at(NINE - 5)
        one.until(NINE + 900, every=10)

        assert one.wire.told == []
        assert len(one.texts()) == 3


def test_who_heard_the_alarm_hears_the_all_clear() -> None:
    with unhurried(digest(TODAY), channels=NEWS) as one:
        one.wire.answers.extend([Deferred(timedelta(seconds=60), "token_revoked")] * 5)
        one.at(NINE - 5)
        one.until(NINE + 900, every=10)

        assert [text.partition(" (")[0] for text in one.wire.told] == [
            "Nothing can be posted",
            "Slack takes posts again; what was due goes out.",
        ]


@pytest.mark.parametrize(
    ("trouble", "asked"),
    [
        (Room(id="NEWS", name="news", trouble="is_archived"), False),
        (Trouble("channel_not_found"), True),
    ],
    ids=["refused", "not found"],
)
def test_a_channel_that_is_away_for_three_months_is_one_alarm_and_one_all_clear(
    trouble: Room | Trouble, asked: bool
) -> None:
    """Not one for each week; what may still be decided comes with the all-clear."""
    weeks = 12
    digests = [digest(TODAY + timedelta(weeks=n)) for n in range(weeks)]
    weekly = [channel("news", f"{TODAY.weekday()} 09:00", remind=None)]
    with unhurried(*digests, channels=weekly) as one:
        one.at(0)
        rooms = one.simulation.rooms
        well, rooms.rooms = rooms.rooms, {"#news": trouble}
        one.simulation._alive[0]._channels.look_again()  # type: ignore[union-attr]
        one.wire.answers.extend([ARCHIVED] * 10_000)
        for week in range(weeks):
            for hour in (0, 0.1, 1, 12.5, 13, 14):
                one.at(NINE + week * 7 * DAY + hour * 3600)
        away = list(one.wire.told)
        rooms.rooms = well
        one.until(one.world.time + 300, every=5)
        back = one.wire.told[len(away) :]

        assert len(away) == 1
        assert about(away, "#news")
        assert len(back) == 1
        assert about(back, "#news gets its posts again")
        assert len([d for d in digests if f"{d.id} in #news is missed" in back[0]]) == (weeks if asked else 0)


@pytest.mark.parametrize(
    ("answers", "findings", "sends"),
    [
        ([LOST], [Absent()], 2),
        ([LOST], [Unreadable("HTTP 500"), Absent()], 2),
        ([LOST], [NO_SCOPE], 2),
        ([LOST, LOST], [NO_SCOPE, NO_SCOPE], 2),
    ],
    ids=["absent", "read later", "not readable", "lost twice"],
)
def test_a_lost_answer_is_looked_up_and_else_sent_again_but_never_a_third_time(
    answers: list[Any], findings: list[Any], sends: int
) -> None:
    with replica(channels=NEWS) as one:
        one.wire.mail_answers.extend(answers)
        one.wire.mail_findings.extend(findings)
        one.at(NINE + 13 * 3600)
        one.until(one.world.time + 900, every=15)

        assert len(about(one.wire.told, "is missed")) == sends
        assert not one.wire.mail_findings
        assert one.simulation.ledger.outbox.mail().notices == ()


def test_what_slack_will_not_take_goes_as_text_and_what_it_refuses_is_tried_again() -> None:
    with replica(channels=NEWS) as one:
        one.wire.mail_answers.extend([Refused("invalid_blocks"), Refused("user_disabled")])
        one.at(NINE + 13 * 3600)
        one.until(one.world.time + 900, every=15)

        assert len(about(one.wire.told, "is missed")) == 3


@pytest.mark.parametrize("error", ["ratelimited", "TimeoutError", "HTTP 500, not Slack's JSON"])
def test_a_look_up_that_fails_for_a_moment_is_nobodys_alarm(
    error: str, open_office: Callable[..., Office]
) -> None:
    office = open_office()
    office.tick(SLOT - timedelta(hours=3))
    office.publisher._arranging._telling.of_trouble("#news", error)
    office.tick()

    assert office.told() == []


def test_nobody_is_reminded_where_the_config_says_never() -> None:
    channels = [channel("news", remind=None), channel("early", remind=timedelta(hours=2))]
    with replica(digest(TODAY - timedelta(days=30)), channels=channels) as one:
        one.until(NINE - 3590)

        assert len(about(one.wire.told, "There is no digest yet for #early")) == 1
        assert about(one.wire.told, "#news") == []


def in_newsroom(office: Office) -> None:
    office.config = replace(office.config, newsroom="#desk")


def test_the_newsroom_hears_instead_of_each_editor_a_thread_a_digest(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    practice.workspace.add_channel("desk", member=True)
    other = digest(MONDAY, title="Other", name="other")
    office = open_office(digest(MONDAY), other)
    in_newsroom(office)
    office.tick(SLOT + timedelta(hours=13))
    office.tick()
    told = practice.workspace.posted("#desk")
    parents = {m.ts: m for m in told if m.thread_ts in (None, m.ts)}
    threads = {parents[m.thread_ts or m.ts].text.split()[0]: m.text for m in told}
    missed = [line for m in told for line in m.text.splitlines() if "is missed" in line]

    assert office.told() == []
    assert len(missed) == 4
    assert sorted(line.split()[0] for line in missed) == [str(MONDAY)] * 2 + ["other"] * 2
    assert threads.keys() >= {str(MONDAY), "other"}
    assert all(m.text.split()[0] == parents[m.thread_ts].text.split()[0] for m in told if m.thread_ts)


def test_a_newsroom_that_takes_nothing_leaves_it_to_direct_messages(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    practice.workspace.add_channel("desk", member=True)
    practice.workspace.archive("#desk")
    office = open_office()
    in_newsroom(office)
    office.tick(SLOT + timedelta(hours=13))
    office.tick()

    assert len([text for text in office.told() if "is missed" in text]) >= 1
    assert about(office.told(), "#desk cannot be reached (is_archived)")


def test_who_is_no_editor_any_more_hears_nothing_more(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    office = open_office()
    practice.fault("chat.postMessage", "channel_not_found")
    office.tick(SLOT + timedelta(hours=13))
    refused = office.publisher._mail._outbox.mail().letters
    office.config = replace(office.config, editors=())
    office.tick()

    assert [letter.whom for letter in refused] == [EDITOR]
    assert office.publisher._mail._outbox.mail().letters == ()


def test_reminders_of_one_letter_are_one_sentence() -> None:
    told = gathered(Alarm(subject=f"{n}", text="", empty=f"#news-{n}") for n in range(22))

    assert told[0].text.startswith("There is no digest yet for #news-0, #news-1, ")
    assert told[0].text.endswith("#news-19 and 2 more channels. Without one nothing is posted.")
    assert len(told) == 1


def test_a_clock_that_was_set_back_delays_nothing() -> None:
    """What waits two minutes must not wait until the clock is there again."""
    mail = Mail(now=SLOT, notices=(notice(at=SLOT + timedelta(hours=1)),))

    assert [task.letter.whom for task in tasks(mail, rules=RULES, fits=lambda _: True)] == [EDITOR]


def notice(*, at: datetime, over: str = "over") -> Notice:
    alarm = Alarm(subject="channel C is_archived", text="t", over=over)
    return Notice(id=1, at=at, whom=EDITOR, topic="", alarm=alarm, due=at + timedelta(minutes=2))


def test_a_search_that_came_too_late_is_not_taken_for_an_unasked_letter() -> None:
    """Else it would be sent again without having looked."""
    letter = Letter(id="1", whom=EDITOR, state=State.UNSURE, owner="me", lease_until=SLOT)

    assert unsent(letter).state is State.UNSURE
    assert unsent(replace(letter, state=State.SENDING)).state is State.PENDING


class Idle(Executor):
    """Has no thread free."""

    def submit(self, work: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        return Future()


def test_no_letter_is_claimed_while_nobody_is_free_to_carry_it(open_office: Callable[..., Office]) -> None:
    """Its lease would run out meanwhile."""
    office = open_office()
    office.tick()
    mail = office.publisher._mail
    mail._replica.errands = busy = Errands(Idle())
    for _ in range(WORKERS):
        busy.start(lambda: None)
    mail._telling.alarm(Alarm(subject="s", text="t"))
    mail.turn()
    waiting = mail._outbox.mail()

    assert ({notice.letter for notice in waiting.notices}, waiting.letters) == ({""}, ())


def test_what_is_over_stays_over_when_others_are_told_instead(database_url: str) -> None:
    store = open_store(database_url)
    fault = Alarm(subject="channel C is_archived", text="t", place="#news", over="over")
    to = (Address(whom="#desk"),)
    store.outbox.tell(News(said=(Said(alarm=fault, to=to, wait=timedelta(0)),)))
    (task,) = tasks(store.outbox.mail(), rules=RULES, fits=lambda _: True)
    assert store.outbox.claim(task, owner="me", rules=RULES, limits=())
    lasting = store.outbox.mail().lasting
    store.outbox.tell(News(over=(fault.subject,)))
    store.outbox.redirect("#desk", [Address(whom=EDITOR)])
    mail = store.outbox.mail()
    store.close()

    assert lasting == {fault.subject}
    assert mail.lasting == frozenset()
    assert [(n.whom, n.alarm.text) for n in mail.notices] == [(EDITOR, "t"), (EDITOR, "over")]


def test_what_is_over_is_unsaid_for_who_has_not_heard_it_and_for_nobody_else(database_url: str) -> None:
    """A letter under way keeps what it says: tried again, it must say the same."""
    store = open_store(database_url)
    fault = Alarm(subject="channel C is_archived", text="t", place="#news", over="over")
    other = replace(fault, subject="channel D is_archived", place="#travel")
    soon, late = timedelta(0), timedelta(hours=1)
    store.outbox.tell(News(said=(Said(alarm=fault, to=(Address(whom="A"),), wait=soon),)))
    (task,) = tasks(store.outbox.mail(), rules=RULES, fits=lambda _: True)
    claimed = store.outbox.claim(task, owner="me", rules=RULES, limits=())
    store.outbox.tell(News(over=(fault.subject,)))
    again = Said(alarm=fault, to=(Address(whom="B"),), wait=late)
    store.outbox.tell(News(said=(again, Said(alarm=other, to=(Address(whom="B"),), wait=late))))
    store.outbox.tell(News(over=(fault.subject,)))
    mail = store.outbox.mail()
    store.close()

    assert isinstance(claimed, Claimed)
    assert [notice.alarm.text for notice in mail.within(claimed.letter)] == ["t"]
    assert [(n.whom, n.alarm.text) for n in mail.notices if not n.letter] == [("A", "over"), ("B", "t")]
    assert mail.lasting == {other.subject}
