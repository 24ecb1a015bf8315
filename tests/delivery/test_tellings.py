"""What editors are told: that it is told, once, and again when it happens again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from bot.core.delivery.answers import Deferred, Refused
from bot.core.delivery.outbox import Pace
from bot.core.delivery.state import Trouble
from bot.core.digest import Digest
from bot.core.markdown.source import literal
from bot.delivery.desk import Desk
from bot.practice.server import PracticeServer
from bot.store.ledger import Ledger
from tests.delivery.scene import wait_for
from tests.delivery.test_publisher import EDITOR, MONDAY, SLOT, Office
from tests.delivery.wire import DAY, TODAY, replica
from tests.delivery.wire import SLOT as NINE
from tests.delivery.world import AT_ONCE, Killed, channel, digest
from tests.store.whole import Store, open_store
from tests.waiting import PATIENCE

pytestmark = pytest.mark.usefixtures("hurried")

REFUSED, NO_TOKEN = Refused("restricted_action"), Deferred(timedelta(seconds=60), "token_revoked")


def about(told: list[str], *words: str) -> list[str]:
    return [text for text in told if all(word in text for word in words)]


@pytest.mark.parametrize(
    ("trouble", "words"),
    [(REFUSED, "did not get"), (NO_TOKEN, "Nothing can be posted")],
    ids=["channel", "token"],
)
def test_what_was_over_is_told_again_when_it_happens_again(trouble: Any, words: str) -> None:
    """Or the editors take the first, healed time for the only one."""
    with replica(digest(TODAY), digest(TODAY + timedelta(days=1))) as one:
        one.wire.answers.extend([trouble, trouble])
        one.until(NINE + DAY - 3600, every=10)
        first = len(about(one.wire.told, words))
        assert len(one.texts()) == 3
        one.wire.answers.extend([trouble, trouble])
        one.until(NINE + DAY + 3600, every=10)

        assert first == 1
        assert len(about(one.wire.told, words)) == 2
        assert len(one.texts()) == 6


def test_one_workspaces_trouble_is_told_once_for_all_that_waits() -> None:
    with replica(digest(TODAY, *"abc"), digest(TODAY, *"abc", title="Other", name="other")) as one:
        one.wire.answers.extend([NO_TOKEN] * 6)
        one.until(NINE + 600)

        assert len(about(one.wire.told, "Nothing can be posted", "token_revoked")) == 1


def test_a_correction_that_slack_refuses_is_told_and_the_post_stays_as_it_is() -> None:
    """A posted message never becomes a failed one, and Slack is not asked the same again."""
    with replica(digest(TODAY, "one")) as one:
        one.until(NINE + 60)
        one.wire.edits.append(Refused("edit_window_closed"))
        one.simulation.shelf.shelf = {str(TODAY): digest(TODAY, "mended")}
        one.until(NINE + 1800, every=10)

        assert one.texts() == [f"Roundup {TODAY}", "mended"]
        assert len(about(one.wire.told, "part 0, was not corrected (edit_window_closed)")) == 1
        assert [what for what, _ in one.wire.asked].count("edit") == 2


def test_a_message_that_slack_does_not_delete_is_told() -> None:
    with replica(digest(TODAY, "one", "two")) as one:
        one.until(NINE + 60)
        one.wire.removals.append(Refused("cant_delete_message"))
        one.simulation.shelf.shelf = {str(TODAY): digest(TODAY, "one")}
        one.until(NINE + 1800, every=10)

        assert "two" in one.texts()
        assert len(about(one.wire.told, "part 2, was not removed (cant_delete_message)")) == 1


def test_what_was_missed_is_told_with_what_may_be_done() -> None:
    with replica() as one:
        one.at(NINE + 13 * 3600)

        assert len(about(one.wire.told, f"{TODAY} in #news is missed", "Post now, Next slot or Skip?")) == 1
        assert one.texts() == []


@pytest.mark.parametrize(("count", "more"), [(20, ""), (21, " and 1 more channels")])
def test_a_reminder_names_twenty_channels_and_counts_the_rest(count: int, more: str) -> None:
    """One message, however many channels have no digest yet."""
    names = [f"news-{n:02}" for n in range(count)]
    with replica(digest(TODAY - timedelta(days=30)), channels=[channel(name) for name in names]) as one:
        one.until(NINE - 3590)
        (reminder,) = about(one.wire.told, "There is no digest yet for")

        assert [name for name in names if f"#{name} " in reminder] == names[:20]
        assert reminder.endswith(f"UTC){more}. Without one nothing is posted.")


def test_a_channel_that_is_archived_a_second_time_is_told_a_second_time(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    """Before any digest is due: whoever mended it once can do so again in time."""
    news = practice.workspace.channel("#news")
    for _ in range(2):
        practice.workspace.archive("#news")
        office = open_office()
        office.tick(SLOT - timedelta(hours=3))
        news.archived = False
        office.tick(SLOT - timedelta(hours=2))

    assert len(about(office.told(), "#news", "is_archived")) == 2


def test_what_is_found_out_during_a_tick_is_still_told(
    open_office: Callable[..., Office], practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever works till nothing is left to do must not end before it."""
    office = open_office()
    office.tick(SLOT - timedelta(hours=4))
    practice.workspace.archive("#news")
    turn, look_up = office.publisher._mail.turn, office.publisher._channels._directory.look_up
    turned = Event()

    def look_up_late() -> Any:
        assert turned.wait(PATIENCE)
        return look_up()

    def turn_first() -> None:
        turn()
        turned.set()
        assert wait_for(lambda: office.publisher._replica.errands.under_way == 0)

    monkeypatch.setattr(office.publisher._channels._directory, "look_up", look_up_late)
    monkeypatch.setattr(office.publisher._mail, "turn", turn_first)
    office.publisher._channels.look_again()
    office.tick(SLOT - timedelta(hours=3))

    assert len(about(office.told(), "#news", "is_archived")) == 1


def test_a_renamed_channel_is_told_of_once(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    practice.workspace.rename("#news", "daily")
    for _ in range(2):
        office = open_office_without_names(open_office, practice)
        office.tick(SLOT - timedelta(hours=3))

    assert len(about(office.told(), "#news is called #daily now")) == 1


def open_office_without_names(open_office: Callable[..., Office], practice: PracticeServer) -> Office:
    """The channel is not what it was called when the office last saw it."""
    room = practice.workspace.channel("#daily")
    practice.workspace.rename("#daily", "news")
    office = open_office()
    practice.workspace.rename("#news", "daily")
    assert room.name == "daily"
    return office


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Store]:
    """What another process has of the office's database: it writes down what readers share."""
    opened = open_store(f"sqlite:///{tmp_path}/a.db")
    yield opened
    opened.close()


def dying_after(method: Callable[..., Any]) -> Callable[..., Any]:
    """The transaction is through; the process that wanted it is gone."""

    def dies(*args: Any, **kwargs: Any) -> Any:
        method(*args, **kwargs)
        raise Killed

    return dies


def tagged(tag: str) -> Digest:
    plain = digest(MONDAY)
    return replace(plain, stories=tuple(replace(story, tags=(tag,)) for story in plain.stories))


@pytest.mark.parametrize(
    ("correction", "write"),
    [(replace(tagged("Travel"), intro=literal("New.")), "arrange"), (tagged("Sports"), "decide")],
    ids=["reworded", "nothing left"],
)
def test_who_dies_over_a_correction_does_not_take_the_telling_along(
    correction: Digest,
    write: str,
    open_office: Callable[..., Office],
    ledger: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Once the correction is written down nobody decides it again: what readers shared is marked before."""
    entries = (channel("news", "0 09:00", only=("Travel",)),)
    office = open_office(tagged("Travel"), channels=entries)
    office.tick(SLOT)
    ledger.share("a press", [f"{MONDAY}/1"], channel="C0ELSEWHERE", name="elsewhere", who="U0READER01")
    office.shelf.shelf = {correction.id: correction}
    office.wall = SLOT + timedelta(hours=1)
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, write, dying_after(getattr(Ledger, write)))
        with pytest.raises(Killed):
            office.publisher.tick()
    successor = open_office(correction, channels=entries)
    successor.tick(SLOT + timedelta(hours=2))

    assert len(about(successor.told(), "was corrected", "shared in #elsewhere")) == 1


def test_a_retraction_that_was_cut_off_is_told_when_it_is_given_again(
    open_office: Callable[..., Office], ledger: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every order is safe to repeat, and then does what the first one did not come to."""
    office = open_office()
    office.tick(SLOT)
    ledger.share("a press", [f"{MONDAY}/1"], channel="C0ELSEWHERE", name="elsewhere", who="U0READER01")
    with monkeypatch.context() as patch:
        patch.setattr(Desk, "_retract", dying_after(Desk._retract))
        with pytest.raises(Killed):
            office.desk.retract(str(MONDAY), who=EDITOR)
    office.desk.retract(str(MONDAY), who=EDITOR)
    office.tick()

    assert office.channel() == office.channel("travel") == []
    assert len(about(office.told(), "was retracted", "shared in #elsewhere")) == 1
    assert office.desk.copies(str(MONDAY)) == office.desk.copies()
    assert len(office.desk.copies()) == 1


@pytest.mark.parametrize(("count", "more"), [(20, ""), (21, "; 20 of 21, see `/roundup status`")])
def test_twenty_copies_are_named_and_the_rest_counted(
    count: int, more: str, open_office: Callable[..., Office], ledger: Store
) -> None:
    office = open_office()
    office.tick(SLOT)
    for n in range(count):
        ledger.share(f"press {n}", [f"{MONDAY}/1"], channel=f"C0SHARED{n:02}", name="", who="U0READER01")
    office.desk.retract(str(MONDAY), who=EDITOR)
    office.tick()
    (said,) = about(office.told(), "was retracted")

    assert said.splitlines()[0] == f"{MONDAY} was retracted, but not what readers shared of it{more}:"
    assert said.count("cannot be removed") == 20


def test_an_alarm_that_slack_refuses_is_a_line_for_the_operator(
    open_office: Callable[..., Office], practice: PracticeServer, caplog: pytest.LogCaptureFixture
) -> None:
    practice.workspace.archive("#news")
    practice.fault("chat.postMessage", "channel_not_found")
    office = open_office()
    office.tick(SLOT - timedelta(hours=3))
    lines = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]

    assert office.told() == []
    assert about(lines, "editors_told", "unarchive #news")
    assert about(lines, "editor_not_told", EDITOR)


def open_office_with_a_slip(open_office: Callable[..., Office], pace: Pace = AT_ONCE) -> Office:
    """Open one whose config names a channel that is nowhere."""
    office = open_office()
    office.publisher._channels._telling.pace = pace
    office.config = replace(office.config, channels=(*office.config.channels, channel("nwes", "0 09:00")))
    office.tick(SLOT - timedelta(hours=4))
    return office


def mend_the_slip(office: Office) -> None:
    office.config = replace(office.config, channels=office.config.channels[:-1])
    office.tick(SLOT - timedelta(hours=3))


def test_a_channel_that_is_left_out_is_no_fault_any_more(open_office: Callable[..., Office]) -> None:
    office = open_office_with_a_slip(open_office)
    mend_the_slip(office)

    assert about(office.told(), "#nwes")[1:] == ["#nwes is not in the config any more."]


def test_a_slip_in_the_config_that_is_mended_in_time_is_nobodys_alarm(
    open_office: Callable[..., Office],
) -> None:
    """Two minutes after #nwes became #news everybody heard that #nwes gets nothing."""
    office = open_office_with_a_slip(open_office, Pace())
    outbox = office.publisher._mail._outbox
    assert {notice.alarm.place for notice in outbox.mail().notices} == {"#nwes"}
    mend_the_slip(office)

    assert outbox.mail().notices == ()
    assert office.told() == []


def test_what_was_asked_before_a_channel_was_left_out_is_told_of_no_more(
    open_office: Callable[..., Office],
) -> None:
    office = open_office()
    office.tick(SLOT - timedelta(hours=4))
    office.publisher._channels._hear({"#nwes": Trouble("channel_not_found")})
    office.tick()

    assert office.told() == []
