"""User groups among the editors: who is in one may decide and is told, as Slack last said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from bot.core.delivery.alarms import APPROVAL, Alarm
from bot.core.delivery.outbox import LOG, Address, News, Said
from bot.core.settings import Settings
from bot.core.sheets import Sheet
from bot.practice.model import EDITOR, ME, READER
from bot.practice.server import PracticeServer
from bot.practice.tokens import BOT_TOKEN
from bot.slack.listeners.counter import NOT_AN_EDITOR
from bot.slack.messenger import Messenger
from bot.slack.people import AT_MOST, DAILY, EVERY, People
from tests.slack.desk import Desk, draft_of, id_of
from tests.slack.test_editors import DIGEST, EditorsDesk
from tests.store.whole import open_store
from tests.waiting import PATIENCE, until

GROUP, OTHERS = "S0EDITORS1", "S0EDITORS2"
OTHER = "U0OTHER001"


@dataclass
class Group:
    """A workspace with a user group, and somebody who wants to know who is in it."""

    slack: PracticeServer
    editors: list[str] = field(default_factory=lambda: [GROUP])
    now: float = 1000.0

    def __post_init__(self) -> None:
        self._written = Settings(digests=Path(), editors=tuple(self.editors))
        messenger = Messenger(BOT_TOKEN, base_url=self.slack.api_url, timeout=lambda: timedelta(seconds=15))
        self.people = People(messenger, lambda: self._written, elapsed=lambda: self.now)

    def write(self, *editors: str) -> None:
        self._written = Settings(digests=Path(), editors=editors)

    def editors_now(self) -> tuple[str, ...]:
        return self.people.settings().editors

    def asked(self) -> int:
        return self.slack.requests["usergroups.users.list"]


@pytest.fixture
def group() -> Iterator[Group]:
    with PracticeServer(channels=["#news"], limits=None) as slack:
        slack.workspace.groups[GROUP] = [ME, EDITOR]
        yield Group(slack)


def test_a_group_stands_for_its_members(group: Group) -> None:
    group.write(READER, GROUP, ME)
    group.people.look_up()

    assert group.editors_now() == (READER, ME, EDITOR)
    assert group.people.settings() is group.people.settings()


def test_nobody_asks_where_there_is_no_group(group: Group) -> None:
    group.write(READER)
    group.people.look_up()

    assert not group.people.due()
    assert not group.people.is_editor(ME)
    assert group.people.is_editor(READER)
    assert group.asked() == 0


def test_what_slack_does_not_tell_stays_as_it_was(group: Group) -> None:
    """An outage makes nobody less of an editor."""
    group.people.look_up()
    group.slack.fault("usergroups.users.list", "http_503")
    group.people.look_up()

    assert group.editors_now() == (ME, EDITOR)


def test_a_group_that_was_dissolved_has_no_editors(group: Group) -> None:
    group.people.look_up()
    del group.slack.workspace.groups[GROUP]
    group.people.look_up()

    assert group.editors_now() == ()


def test_a_group_that_could_not_be_read_is_asked_for_soon_and_told_of_once(
    group: Group, caplog: pytest.LogCaptureFixture
) -> None:
    group.slack.fault("usergroups.users.list", "missing_scope", times=3)
    for _ in range(3):
        assert group.people.due()
        group.people.look_up()
        assert not group.people.due()
        assert not group.people.is_editor(READER)  # which asks no sooner
        group.now += AT_MOST.total_seconds()
    group.people.look_up()

    assert group.editors_now() == (ME, EDITOR)
    assert [r.getMessage() for r in caplog.records] == [f"group_unreadable group={GROUP} error=missing_scope"]


def test_a_group_that_is_not_there_takes_nothing_from_the_others(group: Group) -> None:
    group.write(OTHERS, GROUP)
    group.people.look_up()

    assert group.editors_now() == (ME, EDITOR)


def test_a_group_is_asked_for_again_after_a_while_and_a_new_one_at_once(group: Group) -> None:
    group.slack.workspace.groups[OTHERS] = [READER]
    assert group.people.due()
    group.people.look_up()
    assert not group.people.due()

    group.write(GROUP, OTHERS)
    assert group.people.due()
    group.people.look_up()
    assert not group.people.due()
    group.now += EVERY.total_seconds()

    assert group.people.due()


def test_who_has_just_joined_is_an_editor_and_who_is_none_makes_us_ask_once_a_minute(group: Group) -> None:
    group.people.look_up()
    for _ in range(5):
        assert not group.people.is_editor(READER)
    assert group.asked() == 1

    group.slack.workspace.groups[GROUP].append(READER)
    group.now += AT_MOST.total_seconds()

    assert group.people.is_editor(READER)
    assert group.asked() == 2


def test_nobody_walks_the_named_every_second(group: Group) -> None:
    """A bot with nothing to do costs what it costs without them. Who is named anew is asked of at once."""
    group.write(READER, EDITOR)
    group.people.look_up()
    assert not group.people.due()
    walked = list[str]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(group.people, "_due_at", walked.append)
        for _ in range(50):
            group.now += 1
            assert not group.people.due()
    group.write(READER, EDITOR, "U0FRESH001")

    assert walked == []
    assert group.people.due()


def test_whose_account_was_deactivated_is_none_from_the_next_day_on_until_it_is_active_again(
    group: Group,
) -> None:
    """Slack takes messages to them, which nobody reads."""
    group.write(READER, EDITOR)
    group.people.look_up()
    group.slack.workspace.users[READER].deleted = True
    assert not group.people.due()
    group.now += DAILY.total_seconds()
    assert group.people.due()
    group.people.look_up()
    gone, said = group.editors_now(), group.people.left()
    group.slack.fault("users.info", "missing_scope", times=4)
    for _ in range(2):  # what Slack does not say changes nothing
        group.now += DAILY.total_seconds()
        group.people.look_up()
        unsaid = group.editors_now()
        group.slack.workspace.users[READER].deleted = False

    assert gone == (EDITOR,)
    assert said == (
        f"{READER} was deactivated in Slack: an operator takes it out of `editors` in config.yaml.",
    )
    group.slack.faults.clear()
    group.now += DAILY.total_seconds()
    group.people.look_up()
    assert unsaid == (EDITOR,)
    assert group.editors_now() == (READER, EDITOR)
    assert group.people.left() == ()


def test_of_whom_slack_cannot_say_just_now_it_is_asked_again_soon(group: Group) -> None:
    """A start in Slack's bad minute would let a digest wait all day for somebody who left."""
    group.write(READER, EDITOR)
    group.slack.workspace.users[READER].deleted = True
    group.slack.fault("users.info", "internal_error", times=9)
    group.people.look_up()
    assert not group.people.due()
    group.slack.faults.clear()
    group.now += EVERY.total_seconds()
    assert group.people.due()
    group.people.look_up()

    assert group.editors_now() == (EDITOR,)
    group.now += EVERY.total_seconds()
    assert not group.people.due()


def test_nobody_who_presses_waits_while_people_are_looked_up(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    due: list[bool] = []
    said: list[bool] = []
    asked = group.people._messenger.ask

    def ask(method: str, arguments: Any) -> Any:
        if method == "users.info":
            due.append(group.people.due())
            group.now += AT_MOST.total_seconds()
            presses = Thread(target=lambda: said.append(group.people.is_editor(OTHER)), daemon=True)
            presses.start()  # who may have joined the group: it is asked for
            presses.join(PATIENCE)
        return asked(method, arguments)

    group.write(READER, GROUP)
    group.people.look_up()
    group.now += DAILY.total_seconds()
    monkeypatch.setattr(group.people._messenger, "ask", ask)
    group.people.look_up()

    assert due == [False]
    assert said == [False]


@pytest.mark.parametrize(
    ("gone", "says", "asked"),
    [({READER}, f"{EDITOR} alone can", {EDITOR}), ({READER, EDITOR}, "nobody can", {ME})],
)
def test_an_approver_who_left_is_asked_no_more_and_the_others_are_told(
    tmp_path: Path, gone: set[str], says: str, asked: set[str]
) -> None:
    """Or a digest would wait for somebody who will never see that it does."""
    rule = f"required\napprovers: [{READER}, {EDITOR}]"
    with Desk.open(tmp_path, approval=rule) as desk:
        name = id_of(draft_of(desk, "News of leavers"))
        sheet = desk.bot.writing.schedule(name, desk.bot.writing.next_free_day(), expected=1, who=ME)
        assert isinstance(sheet, Sheet)
        for who in gone:
            desk.server.workspace.users[who].deleted = True
        desk.bot.posting.edge.people._asked.clear()  # a day later
        desk.bot._look_people_up()
        posted = desk.server.workspace.posted
        until(lambda: [m for m in posted(desk.direct(ME)) if "was deactivated" in m.text], "the editors hear")
        asks = Alarm(subject=f"{APPROVAL}{name} asked 2", text="Please approve.", digest=name)
        [news] = desk.bot.posting.telling._news(asks).said

        said = [m.text for m in posted(desk.direct(ME)) if "was deactivated" in m.text]
        assert f"Now {says} approve, and nobody approves what they wrote: name somebody else." in said[0]
        assert {address.whom for address in news.to} - {LOG} == asked


def test_what_waits_for_a_member_waits_until_the_group_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A start in Slack's bad minute took everybody for struck off, and threw away what they had to hear."""
    with closing(open_store(f"sqlite:///{tmp_path}/roundup.db")) as store:
        before = Alarm(subject="before", text="Something was amiss.")
        store.outbox.tell(News(said=(Said(alarm=before, to=(Address(whom=ME),), wait=timedelta(0)),)))
    real = PracticeServer.__init__

    def with_group(self: PracticeServer, **more: object) -> None:
        real(self, **more)  # type: ignore[arg-type]
        self.workspace.groups[GROUP] = [ME]
        self.faults.order({"method": "usergroups.users.list", "kind": "missing_scope", "times": 99})

    monkeypatch.setattr(PracticeServer, "__init__", with_group)
    with EditorsDesk.open(tmp_path, editors=GROUP) as desk:
        desk.bot.posting.telling.alarm(Alarm(subject="now", text="Nobody is there to hear this."))
        until(lambda: any("Nobody is there" in line for line in caplog.messages), "the mail was looked at")
        desk.server.faults.clear()
        desk.bot.posting.edge.people.look_up()
        told = desk.server.workspace.direct(ME).id
        until(lambda: [m for m in desk.server.workspace.posted(told) if "was amiss" in m.text], "it is told")


def test_a_member_previews_and_is_told_of_alarms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the start on: the group is asked for before anything is posted."""
    (tmp_path / "digests").mkdir()
    (tmp_path / "digests" / "2099-01-02-next.yaml").write_text(DIGEST, encoding="utf-8")
    real = PracticeServer.__init__

    def with_group(self: PracticeServer, **more: object) -> None:
        real(self, **more)  # type: ignore[arg-type]
        self.workspace.groups[GROUP] = [ME]

    monkeypatch.setattr(PracticeServer, "__init__", with_group)
    with EditorsDesk.open(tmp_path, editors=GROUP) as desk:
        assert desk.preview()[0]
        desk.bot.posting.telling.alarm(Alarm(subject="test", text="Something is amiss."))
        told = desk.server.workspace.direct(ME).id
        until(
            lambda: [m for m in desk.server.workspace.posted(told) if "amiss" in m.text], "the member is told"
        )
        assert desk.server.workspace.ephemerals("#news")[-1].text != NOT_AN_EDITOR
