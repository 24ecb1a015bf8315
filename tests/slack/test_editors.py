"""Editors in Slack: what they see, what their buttons do, and who may press them."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import BoltRequest

from bot.app.bot import Bot
from bot.core.delivery.alarms import Alarm
from bot.core.delivery.outbox import News, Pace
from bot.core.delivery.state import State
from bot.core.message import Message
from bot.core.settings import Layout
from bot.delivery.desk import Desk
from bot.practice.model import ME
from bot.practice.model import Message as Sent
from bot.practice.server import SIGNING_SECRET, PracticeServer
from bot.practice.tokens import APP_TOKEN, BOT_TOKEN
from bot.slack.listeners.editors import NO_CHANNEL
from bot.slack.listeners.responses import Responder
from bot.slack.views.alarms import AlarmWording, decided
from bot.store.database import LedgerError
from bot.store.ledger import Ledger
from bot.store.outbox import Outbox
from bot.store.shares import Shares
from bot.store.versions import KeptVersions
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("hurried")

DIGEST = """\
title: Next week's roundup
date: 2099-01-02
stories:
  - headline: Fliggy Sells Trips
    body: To many people. And more.
    companies: [Fliggy]
"""
FRIDAY = 4


def coming_fridays() -> str:
    """List the next ones: nothing is due then, or from each Thursday on an editor was reminded first."""
    days = (datetime.now(UTC).date() + timedelta(days=n) for n in range(30))
    return ", ".join(day.isoformat() for day in days if day.weekday() == FRIDAY)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[EditorsDesk]:
    (tmp_path / "digests").mkdir()
    (tmp_path / "digests" / "2099-01-02-next.yaml").write_text(DIGEST, encoding="utf-8")
    with EditorsDesk.open(tmp_path) as desk:
        yield desk


class EditorsDesk:
    """A bot in a practice workspace, and an editor who types and presses."""

    def __init__(self, server: PracticeServer, bot: Bot) -> None:
        self.server, self.bot = server, bot

    @classmethod
    @contextmanager
    def open(cls, folder: Path, editors: str = ME) -> Iterator[EditorsDesk]:
        config = folder / "config.yaml"
        config.write_text(
            f'timezone: UTC\ndigests: digests\neditors: [{editors}]\nchannels:\n  - channel: "#news"\n'
            f"    post: fri 09:00\n    skip: [{coming_fridays()}]\ndelivery: {{quiet: 0s}}\n",
            encoding="utf-8",
        )
        with PracticeServer(channels=["#news"], limits=None) as server:
            environ = {
                "SLACK_API_URL": server.api_url,
                "SLACK_BOT_TOKEN": BOT_TOKEN,
                "SLACK_APP_TOKEN": APP_TOKEN,
                "SLACK_SIGNING_SECRET": SIGNING_SECRET,
                "DATABASE_URL": f"sqlite:///{folder}/roundup.db",
            }
            bot = Bot(config, environ)
            try:
                bot.connect(socket=True)
                until(bot.posting.desk.places, "the channel is found")
                yield cls(server, bot)
            finally:
                bot.stop()

    def preview(self, text: str = "preview") -> list[dict[str, Any]]:
        before = len(self.server.workspace.ephemerals("#news"))
        assert self.server.command("/roundup", text, channel="#news").ok
        until(lambda: len(self.server.workspace.ephemerals("#news")) > before, "the preview is there")
        return self.server.workspace.ephemerals("#news")[-1].blocks

    def press(self, action_id: str) -> str:
        shown = self.server.workspace.ephemerals("#news")[-1]
        self.server.press("#news", shown.ts, action_id)
        until(lambda: "PREVIEW" not in self.last_text(), "the answer has replaced the preview")
        return self.last_text()

    def share(self, channel: str) -> None:
        """Ask for what is out, and press Share twice, as a double click does."""
        # Not when it is known to be out: the index takes it in a moment later.
        until(lambda: self.bot.newsroom._documents, "what is out can be found")
        before = len(self.server.workspace.posted(channel))
        assert self.server.command("/roundup", "Fliggy", channel=channel).ok
        answer = self.server.workspace.ephemerals(channel)[-1]
        for _ in range(2):
            assert self.server.press(channel, answer.ts, "answer_share").ok
        until(lambda: len(self.server.workspace.posted(channel)) > before, "it is shared")
        self.server.press(channel, answer.ts, "answer_share")
        self.preview()  # a later press has been dealt with by then

    def last_text(self) -> str:
        return self.server.workspace.ephemerals("#news")[-1].text


def test_posted_code_stays_when_an_earlier_digest_of_its_week_comes_later(tmp_path: Path) -> None:
    """People have quoted it. Nor does a restart make a difference, or a post from the shell."""
    folder = tmp_path / "digests"
    folder.mkdir()
    (folder / "friday.yaml").write_text(DIGEST, encoding="utf-8")
    with EditorsDesk.open(tmp_path) as desk:
        library = desk.bot.newsroom.library
        desk.bot.posting.desk.post_now(library.find("friday"), who="the test")
        until(lambda: len(desk.server.workspace.posted("#news")) == 2, "parent and thread are there")
        posted = json.dumps(desk.server.workspace.posted("#news")[0].blocks)
        early = DIGEST.replace("2099-01-02", "2098-12-29").replace("Fliggy Sells", "Taobao Sells")
        (folder / "early.yaml").write_text(early, encoding="utf-8")
        until(lambda: "early" in library.digests, "the file is read")
        before = {code: library.by_code(code) for code in ("#9901-1", "#9901b-1")}
    with EditorsDesk.open(tmp_path) as desk:
        after = {code: desk.bot.newsroom.library.by_code(code) for code in before}

    assert "/roundup #9901-1" in posted
    assert [known and known[0].id for known in before.values()] == ["friday", "early"]
    assert after == before


@pytest.mark.parametrize("typed", ["preview", "Preview"])  # telephones begin with a capital
def test_editor_sees_the_post_and_when_it_goes_out(typed: str, desk: EditorsDesk) -> None:
    blocks = json.dumps(desk.preview(typed), ensure_ascii=False)

    assert "PREVIEW" in blocks
    assert "Fliggy Sells Trips" in blocks
    assert "#news: Fri 02 Jan 2099 09:00 UTC, 09:00 UTC, in " in blocks
    assert "Post now" in blocks


def test_post_now_posts_once_however_often_it_is_pressed(desk: EditorsDesk) -> None:
    desk.preview()
    first = desk.press("editor_post_now")
    until(lambda: len(desk.server.workspace.posted("#news")) == 2, "parent and thread are there")
    desk.preview()
    second = desk.press("editor_post_now")

    assert "#news gets it now" in first
    assert "#news already has it" in second
    assert len(desk.server.workspace.posted("#news")) == 2


def test_what_is_held_is_not_said_to_be_there(desk: EditorsDesk, tmp_path: Path) -> None:
    """Whether Slack has it is just what nobody knows."""
    desk.preview()
    desk.press("editor_post_now")
    until(lambda: len(desk.server.workspace.posted("#news")) == 2, "parent and thread are there")
    with closing(sqlite3.connect(tmp_path / "roundup.db")) as ledger, ledger:
        ledger.execute("UPDATE deliveries SET state = 'held' WHERE part = 0")
    blocks = json.dumps(desk.preview())

    assert "Not settled in #news: `/roundup status` says what is known." in blocks
    assert "Already in" not in blocks
    assert "editor_retract" not in blocks


def test_retracted_digest_is_gone_with_its_thread(desk: EditorsDesk) -> None:
    desk.preview()
    desk.press("editor_post_now")
    until(lambda: len(desk.server.workspace.posted("#news")) == 2, "parent and thread are there")
    blocks = json.dumps(desk.preview())
    said = desk.press("editor_retract")
    until(lambda: all(message.deleted for message in desk.server.workspace.posted("#news")), "all is gone")

    assert "Already in #news." in blocks
    assert "#news is taken back." in said


def test_copy_that_a_reader_shared_is_told_when_it_is_no_longer_true(
    desk: EditorsDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack does not say where it is: it can be neither edited nor removed."""
    office, digest = desk.bot.posting, desk.bot.newsroom.library.find("2099-01-02-next")
    monkeypatch.setattr(office.telling, "pace", Pace(gap=timedelta(0)))  # another letter at once
    office.desk.post_now(digest, who="the test")
    until(lambda: len(desk.server.workspace.posted("#news")) == 2, "parent and thread are there")
    desk.share("#news")
    share_once = len(desk.server.workspace.posted("#news"))
    unchanged = office.desk.copies()
    corrected = DIGEST.replace("To many people", "To millions")
    (tmp_path / "digests" / "2099-01-02-next.yaml").write_text(corrected, encoding="utf-8")
    told = until(lambda: desk.server.workspace.posted(f"D{ME[1:]}"), "the editor is told")
    desk.preview()
    said = desk.press("editor_retract")

    assert share_once == 3
    assert unchanged == ()
    where = rf"2099-01-02-next/1 shared in #news on .* UTC by {ME}: cannot be"
    assert re.search(rf"{where} edited; ask them to delete it", told[0].text)
    assert f"<@{ME}>" in json.dumps(told[0].blocks)
    assert re.search(rf"#news is taken back\.\n{where} removed; ask them to delete it", said)
    [line] = office.desk.copies()
    assert re.match(f"{where} removed", line)
    until(lambda: len(desk.server.workspace.posted(f"D{ME[1:]}")) == 2, "the editor is told of that, too")


def test_newest_is_the_newest_that_was_posted(desk: EditorsDesk, tmp_path: Path) -> None:
    """What was taken back is the last thing an editor wants to see."""
    old, draft = tmp_path / "digests" / "2020-01-03-old.yaml", tmp_path / "digests" / "draft.yaml"
    old.write_text(DIGEST.replace("2099-01-02", "2020-01-03").replace("Next week's", "An old"), "utf-8")
    draft.write_text(DIGEST.replace("Next week's", "A sketch of a") + "draft: true\n", "utf-8")
    until(lambda: len(desk.bot.newsroom.library.digests) == 3, "the files are read")
    order = desk.bot.posting.desk
    for name in ("2020-01-03-old", "2099-01-02-next"):
        order.post_now(desk.bot.newsroom.library.find(name), who="the test")
    until(lambda: len(desk.server.workspace.posted("#news")) == 4, "both are there")
    order.retract("2099-01-02-next", who="the test")
    desk.preview()

    assert desk.last_text().startswith("PREVIEW: An old roundup")


def test_skipped_week_stays_skipped(desk: EditorsDesk) -> None:
    desk.preview()
    first = desk.press("editor_skip_week")
    blocks = json.dumps(desk.preview(), ensure_ascii=False)
    second = desk.press("editor_skip_week")

    assert "#news gets nothing on Fri 2099-01-02" in first
    assert "– skipped" in blocks
    assert "#news already skips Fri 2099-01-02" in second


def test_where_there_is_nothing_to_skip_that_is_said(desk: EditorsDesk) -> None:
    """A preview may be older than what became of its digest; a message without a word is refused."""
    desk.preview()
    desk.bot.posting.desk.post_now(desk.bot.newsroom.library.find("2099-01-02-next"), who="the test")
    until(lambda: desk.server.workspace.posted("#news"), "it is there")
    said = desk.press("editor_skip_week")

    assert said == "2099-01-02-next is not going out by itself any more: nothing is skipped."


def test_where_no_channel_can_be_found_that_is_said(
    desk: EditorsDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.preview()
    monkeypatch.setattr(Desk, "places", lambda desk, name="": ())
    said = desk.press("editor_post_now")

    assert said == NO_CHANNEL


def test_a_skip_is_undone_by_a_press(desk: EditorsDesk) -> None:
    desk.preview()
    skipped = desk.press("editor_skip_week")
    shown = desk.server.workspace.ephemerals("#news")[-1]
    assert desk.server.press("#news", shown.ts, "desk_unskip").ok
    until(lambda: desk.last_text() != skipped, "the answer has replaced the skip")
    undone, blocks = desk.last_text(), json.dumps(desk.preview(), ensure_ascii=False)

    assert "#news" in undone
    assert "2099-01-02-next" in undone
    assert "– skipped" not in blocks


def told_at_once_of_what_slack_refused(desk: EditorsDesk, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Order a post that Slack refuses; return the letter on it, which otherwise waits for two minutes."""
    monkeypatch.setattr(desk.bot.posting.telling, "pace", Pace(wait=timedelta(0), gap=timedelta(0)))
    workspace = desk.server.workspace
    workspace.channel("#news").restriction = "restricted_action"
    desk.preview()
    desk.press("editor_post_now")
    until(lambda: workspace.posted(workspace.direct(ME).id), "the editor is told")
    (letter,) = workspace.posted(workspace.direct(ME).id)
    return letter


def test_what_slack_refused_is_tried_again_by_a_press(
    desk: EditorsDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to wait until it is tried again, or to find somebody who has a shell."""
    letter = told_at_once_of_what_slack_refused(desk, monkeypatch)
    workspace, direct = desk.server.workspace, desk.server.workspace.direct(ME).id
    assert letter.text.startswith("#news did not get 2099-01-02-next (restricted_action): an admin must let")
    assert "Look into" not in json.dumps(letter.blocks)
    workspace.channel("#news").restriction = ""
    assert desk.server.command("/roundup", "status", channel="#news").ok
    until(lambda: "Waits for somebody" in json.dumps(workspace.ephemerals("#news")[-1].blocks), "status")
    status = json.dumps(workspace.ephemerals("#news")[-1].blocks)
    assert "then press Try again" in status
    assert "editor_try_again" in status

    assert desk.server.press(direct, letter.ts, "editor_try_again").ok
    until(lambda: len(workspace.posted("#news")) == 2, "all of it is there")
    until(lambda: letter.text == "2099-01-02-next in #news is tried again now.", "it is said")


def test_what_does_not_fail_any_more_is_not_tried_again(
    desk: EditorsDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = told_at_once_of_what_slack_refused(desk, monkeypatch)
    workspace, direct = desk.server.workspace, desk.server.workspace.direct(ME).id
    workspace.channel("#news").restriction = ""
    desk.bot.posting.desk.retry(who="the test")
    until(lambda: len(workspace.posted("#news")) == 2, "all of it is there")
    assert desk.server.press(direct, letter.ts, "editor_try_again").ok

    until(lambda: "nothing that failed: `/roundup status` says" in letter.text, "it is said")
    assert len(workspace.posted("#news")) == 2


def test_unknown_digest_is_answered_with_the_nearest(desk: EditorsDesk) -> None:
    desk.preview("preview 2099-01-02-nxt")

    assert "2099-01-02-next" in desk.last_text()


def test_whoever_is_no_editor_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "digests").mkdir()
    with EditorsDesk.open(tmp_path, editors="U0SOMEBODY") as desk:
        desk.preview()

        assert desk.last_text().startswith("Only editors may do that")


def test_a_refused_press_leaves_the_buttons_to_those_who_may_decide(
    desk: EditorsDesk, tmp_path: Path
) -> None:
    """The alarm that a former editor pressed is the one place with its buttons."""
    desk.preview()
    shown = desk.server.workspace.ephemerals("#news")[-1]
    config = tmp_path / "config.yaml"
    config.write_text(config.read_text().replace(ME, "U0SOMEBODY"))
    until(lambda: desk.bot.newsroom.refresh() or ME not in desk.bot.newsroom.settings.current.editors, "read")
    desk.server.press("#news", shown.ts, "editor_post_now")
    until(lambda: desk.last_text().startswith("Only editors may do that"), "the refusal is there")

    assert "editor_post_now" in json.dumps(desk.server.workspace.ephemerals("#news")[-2].blocks)
    assert desk.server.workspace.posted("#news") == []


def test_an_order_while_the_database_is_away_is_answered(
    desk: EditorsDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.preview()

    def away(*_: object, **__: object) -> None:
        raise LedgerError("away")

    monkeypatch.setattr(Ledger, "postings", away)
    assert "The database is away" in desk.press("editor_post_now")


def test_an_order_that_is_half_written_down_is_not_said_to_be_none(
    desk: EditorsDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database went away behind the order itself, which is carried out; the same order again says so."""

    def away(*_: object, **__: object) -> None:
        raise LedgerError("away")

    desk.preview()
    desk.press("editor_post_now")
    until(lambda: desk.server.workspace.posted("#news"), "posted")
    desk.preview()
    shown = desk.server.workspace.ephemerals("#news")[-1]
    with monkeypatch.context() as patch:
        patch.setattr(Shares, "outdate", away)
        told = desk.press("editor_retract")
    until(lambda: all(m.deleted for m in desk.server.workspace.posted("#news")), "taken back all the same")
    desk.server.press("#news", shown.ts, "editor_retract")

    until(lambda: "#news was already retracted" in shown.text, "said once it can be")
    assert "what you asked for may not be done, or only in part" in told


def test_who_was_second_is_told_where_by_the_channels_name(
    desk: EditorsDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.preview()
    monkeypatch.setattr(Ledger, "decide", lambda *_, **__: False)

    assert "in #news has just changed" in desk.press("editor_post_now")


def test_an_order_that_another_gives_in_the_same_moment_is_no_reason_to_refuse_it(
    desk: EditorsDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.preview()
    decide, lost = Ledger.decide, iter([False])
    monkeypatch.setattr(Ledger, "decide", lambda *a, **more: next(lost, True) and decide(*a, **more))

    assert "#news gets it now" in desk.press("editor_post_now")


def test_broken_file_is_told_once_the_database_is_back(
    desk: EditorsDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whom we told is written there; without it the editors would never have heard."""
    tell, outage = Outbox.tell, iter([LedgerError("away"), LedgerError("away")])

    def flaky(outbox: Outbox, news: News) -> None:
        if error := next(outage, None):
            raise error
        tell(outbox, news)

    monkeypatch.setattr(Outbox, "tell", flaky)
    (tmp_path / "digests" / "broken.yaml").write_text("titel: Roundup\n", encoding="utf-8")
    told = until(lambda: desk.server.workspace.posted(f"D{ME[1:]}"), "the editor is told")

    assert "digests/broken.yaml:1:1: error: title: missing" in told[0].text
    assert len(desk.server.workspace.posted(f"D{ME[1:]}")) == 1


def test_a_file_that_is_broken_while_it_is_written_is_nobodys_alarm(
    desk: EditorsDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each slow copy and each save in between was one, to every editor."""
    monkeypatch.setattr("bot.app.bot.WRITTEN", timedelta(hours=1))
    config, digests, newsroom = tmp_path / "config.yaml", tmp_path / "digests", desk.bot.newsroom
    said = config.read_text(encoding="utf-8")
    config.write_text(said.replace("quiet: 0s", "quiet: 1h"), encoding="utf-8")
    until(lambda: newsroom.settings.current.delivery.quiet, "the config is taken in")
    (digests / "slow.yaml").write_text("title: Roun", encoding="utf-8")
    until(lambda: newsroom.problems, "it is found broken")
    config.write_text("timezone: U", encoding="utf-8")
    until(lambda: newsroom.settings.problems, "the config is broken, too")
    (digests / "slow.yaml").unlink()
    (digests / "broken.yaml").write_text("titel: Roundup\n", encoding="utf-8")
    config.write_text(said, encoding="utf-8")
    told = until(lambda: desk.server.workspace.posted(f"D{ME[1:]}"), "the editor is told")

    assert "digests/broken.yaml:1:1: error: title: missing" in told[0].text
    assert "slow.yaml" not in told[0].text
    assert "config.yaml" not in told[0].text


@pytest.mark.parametrize(
    ("state", "choices"),
    [
        (
            State.MISSED,
            {"Post now": "editor_post_again", "Next slot": "editor_next_slot", "Skip": "editor_drop"},
        ),
        (
            State.HELD,
            {"It is there": "editor_is_there", "Post it": "editor_post_again", "Leave it out": "editor_drop"},
        ),
        (State.FAILED, {"Try again": "editor_try_again"}),
        (None, {}),
    ],
)
def test_alarm_carries_the_buttons_that_decide_it(state: State | None, choices: dict[str, str]) -> None:
    """By names that never change: an alarm of an older version is pressed after an upgrade."""
    alarm = Alarm(subject="late", text="It is late & <odd>.", digest="d", channel="C1", state=state)
    message = AlarmWording().letter([alarm])
    buttons = [b for block in message.blocks if block["type"] == "actions" for b in block["elements"]]

    assert message.text == "It is late &amp; &lt;odd&gt;."
    assert {button["text"]["text"]: button["action_id"] for button in buttons} == choices
    assert ("<#C1>" in str(message.blocks)) == (state in (State.MISSED, State.HELD))
    assert all(json.loads(button["value"]) == {"digest": "d", "channel": "C1"} for button in buttons)


def test_a_decision_in_a_letter_leaves_the_others_their_buttons() -> None:
    """Or whoever answers the first of thirty alarms has nothing to press for the rest."""
    alarms = [
        Alarm(subject=name, text=f"{name} is missed", digest=name, channel="C1", state=State.MISSED)
        for name in ("one", "two")
    ]
    blocks = [{**block, "block_id": str(n)} for n, block in enumerate(AlarmWording().letter(alarms).blocks)]
    rows = [block["block_id"] for block in blocks if block["type"] == "actions"]
    message = decided(blocks, rows[0], "one is <dropped>.")

    assert [block.get("block_id") for block in message.blocks if block["type"] == "actions"] == rows[1:]
    assert "one is &lt;dropped&gt;." in json.dumps(message.blocks)
    assert len(message.blocks) == len(blocks)


@pytest.mark.parametrize(
    "value", ["not json", "5", "{}", '{"digest": 5}', '{"digest": "' + "x" * 5000 + '"}']
)
def test_order_that_cannot_be_read_is_a_line_in_the_log(
    value: str, desk: EditorsDesk, caplog: pytest.LogCaptureFixture
) -> None:
    body = {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": ME},
        "actions": [{"action_id": "editor_retract", "block_id": "b", "type": "button", "value": value}],
    }
    assert desk.bot.bolt.dispatch(BoltRequest(mode="socket_mode", body=body)).status == 200
    desk.bot.bolt.listener_runner.listener_executor.shutdown(wait=True)

    # Only what we say: of a busy machine, the alarm clock says that it rang too often.
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("bot.") and r.levelname != "INFO"]
    assert ours == [
        "press_unreadable action=editor_retract",
        "response_url_refused",  # where the answer would go; this press has none
    ]


def test_home_tab_shows_how_to_ask_and_the_newest_digest_that_is_out(desk: EditorsDesk) -> None:
    def home() -> str:
        desk.server.workspace.views.homes.pop(ME, None)
        desk.server.interactions.open_home()
        homes = desk.server.workspace.views.homes
        until(lambda: ME in homes, "the home tab is published")
        return json.dumps(homes[ME].body)

    coming = home()
    digest = desk.bot.posting.desk.find()
    desk.bot.posting.desk.post_now(digest, who="the test")
    until(lambda: desk.bot.newsroom.out.has(digest.id), "the bot knows that it is out")

    assert "Ask the roundup" in coming
    assert "Fliggy Sells Trips" not in coming
    assert "Fliggy Sells Trips" in home()


def test_files_of_a_host_that_are_older_are_told_of_once(desk: EditorsDesk, tmp_path: Path) -> None:
    """They change nothing there; who deploys it would never know."""
    kept = KeptVersions(desk.bot.posting.books.database)
    until(lambda: kept.entered()[1], "the file has entered")
    kept.enter("2099-01-02-next", DIGEST.replace("many", "more"), who="a file", place="web-2:/digests")
    told = until(lambda: desk.server.workspace.posted(f"D{ME[1:]}"), "the editor is told")
    looks = desk.bot.newsroom.library.older(datetime.now(UTC), timedelta(0))
    desk.preview()  # later, the bot has looked again

    assert len(looks) == 1
    assert "2099-01-02-next.yaml says what version 2 (" in told[0].text
    assert "from web-2) has replaced" in told[0].text
    assert str(tmp_path) not in told[0].text
    assert len(desk.server.workspace.posted(f"D{ME[1:]}")) == 1


def test_a_preview_is_shown_where_the_workspace_takes_no_folded_stories(
    desk: EditorsDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its headlines alone: an editor who gets no answer at all cannot tell why."""
    config = tmp_path / "config.yaml"
    config.write_text(config.read_text().replace("post: fri", "layout: folded\n    post: fri"))
    until(lambda: desk.bot.newsroom.settings.current.channels[0].layout is Layout.FOLDED, "it is read")
    assert "container" in json.dumps(desk.preview())
    replace = Responder.replace

    def refuse_folded(self: Responder, response_url: str, message: Message) -> bool:
        return not message.folds and replace(self, response_url, message)

    monkeypatch.setattr(Responder, "replace", refuse_folded)

    blocks = json.dumps(desk.preview())

    assert "container" not in blocks
    assert "Fliggy Sells Trips" in blocks
