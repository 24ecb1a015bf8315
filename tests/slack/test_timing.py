"""When a digest goes out, as editors choose it: only what stands there in words counts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.core.delivery.state import Posting, State, Verdict
from bot.core.sheets import Sheet
from bot.practice.model import EDITOR, ME, Message
from bot.slack.listeners.timing import WAITS
from bot.store.versions import KeptVersions
from tests.slack.desk import Desk, Json, away, draft_of, id_of, without_editor
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("hurried")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Desk.open(tmp_path_factory.mktemp("timing")) as desk:
        yield desk


@pytest.fixture(autouse=True)
def _no_form_of_another_test(desk: Desk) -> None:
    views = desk.server.workspace.views
    views.close(*views.modals)


def test_what_a_date_means_is_said_before_it_counts(desk: Desk) -> None:
    answer = draft_of(desk, "News of dates")
    desk.press(answer, "desk_when")
    form = desk.modal(saying="This means")
    radio = next(block["element"] for block in form["blocks"] if block.get("block_id") == "way")
    way = {"type": "radio_buttons", "selected_option": radio["options"][1]}
    day = datetime.now(UTC).date() + timedelta(days=400)
    friday = day + timedelta(days=(4 - day.weekday()) % 7)

    assert [*desk.submit(form, way=way, day=picked("2020-01-01"))] == ["day"]
    assert desk.submit(form, way=way, day=picked(day.isoformat())) == {}
    said = desk.modal(saying=f"{friday:%a %d %b %Y} 09:00 Europe/London")
    assert desk.bot.writing.read(id_of(answer)).version.number == 1
    assert desk.submit(said) == {}
    desk.modal(saying="It is set")
    digest = desk.bot.writing.read(id_of(answer)).digest
    assert digest
    assert (digest.date, digest.draft) == (day, False)


def test_a_date_that_is_picked_is_chosen(desk: Desk) -> None:
    """Nobody has to say twice that it goes out on another day than the next free one."""
    answer = draft_of(desk, "News of a pick")
    desk.press(answer, "desk_when")
    form = desk.modal(saying="This means")
    day = datetime.now(UTC).date() + timedelta(days=450)
    friday = day + timedelta(days=(4 - day.weekday()) % 7)
    state = {"day": {"desk_day": picked(day.isoformat())}}

    desk.press_in(form, "desk_day", block="day", selected_date=day.isoformat(), state=state)
    form = desk.modal(saying=f"{friday:%a %d %b %Y} 09:00 Europe/London")
    radio = next(block for block in form["blocks"] if block.get("block_id", "").startswith("way"))

    assert radio["element"]["initial_option"]["value"] == "date"
    assert radio["block_id"] != "way"  # else Slack would go on showing what was chosen there
    assert desk.submit(form) == {}
    desk.modal(saying="It is set")
    digest = desk.bot.writing.read(id_of(answer)).digest
    assert digest
    assert digest.date == day


def test_a_form_that_was_open_while_another_set_the_time_says_what_it_means_now(desk: Desk) -> None:
    """Only what was read may count: the slot that was free then is not any more."""
    first, second = draft_of(desk, "News of an hour"), draft_of(desk, "News of its rival")
    desk.press(first, "desk_when")
    form = desk.modal(saying="This means")
    free = json.loads(form["private_metadata"])["free"]
    taken = desk.bot.writing.schedule(id_of(second), date.fromisoformat(free), expected=1, who=EDITOR)
    assert isinstance(taken, Sheet)
    moved = desk.bot.writing.schedule(id_of(first), date(2020, 1, 3), expected=1, who=EDITOR)
    assert isinstance(moved, Sheet)
    until(lambda: id_of(second) in {d.id for d in desk.bot.newsroom.library.published()}, "it is known")

    assert desk.submit(form) == {}
    again = desk.modal(saying="by now it means something else")
    assert json.loads(again["private_metadata"])["free"] > free
    assert desk.bot.writing.read(id_of(first)).version.number == 2
    assert desk.submit(again) == {}
    desk.modal(saying="It is set")
    assert desk.bot.writing.read(id_of(first)).version.number == 3


def test_a_form_that_was_open_while_its_digest_went_out_says_so_first(desk: Desk) -> None:
    answer = draft_of(desk, "News of then")
    day = datetime.now(UTC).date()
    sheet = desk.bot.writing.schedule(id_of(answer), day + timedelta(days=300), expected=1, who=ME)
    assert isinstance(sheet, Sheet)
    digest = sheet.digest
    assert digest
    desk.press(answer, "desk_when")
    form = desk.modal(saying="This means")
    desk.bot.posting.desk.post_now(digest, who=EDITOR)
    until(lambda: len(desk.bot.posting.desk.posted(digest)) == 2, "it is out")

    assert desk.submit(form) == {}
    again = desk.modal(saying="by now it means something else")
    assert str(again).count("has it already") == 2
    assert desk.bot.writing.read(id_of(answer)).version.number == 2


def test_a_form_that_was_open_while_its_digest_was_retracted_says_what_sends_it_again(desk: Desk) -> None:
    answer = draft_of(desk, "News of regret")
    day, order = datetime.now(UTC).date() + timedelta(days=330), desk.bot.posting.desk
    sheet = desk.bot.writing.schedule(id_of(answer), day, expected=1, who=ME)
    assert isinstance(sheet, Sheet)
    digest = sheet.digest
    assert digest
    order.post_now(digest, who=EDITOR)
    until(lambda: len(order.posted(digest)) == 2, "it is out")
    desk.press(answer, "desk_when")
    form = desk.modal(saying="has it already")
    order.retract(digest.id, who=EDITOR)
    until(lambda: not order.posted(digest), "it is gone")

    assert desk.submit(form) == {}
    again = desk.modal(saying="by now it means something else")
    assert str(again).count("nothing, as it was taken back there: only Now sends it again") == 2
    assert desk.bot.writing.read(sheet.id).version.number == 2
    until(lambda: all(m.deleted for m in posted_of(desk, digest.id)), "no copy of it is left")


def posted_of(desk: Desk, digest: str) -> list[Message]:
    posted = desk.server.workspace.posted("#alibaba-news")
    return [m for m in posted if (m.metadata or {}).get("event_payload", {}).get("digest") == digest]


def test_who_is_no_editor_any_more_sets_no_time(desk: Desk) -> None:
    answer = draft_of(desk, "News of former editors")
    desk.press(answer, "desk_when")
    form = desk.modal(saying="This means")
    with without_editor(desk, ME):
        assert desk.submit(form) == {}
        desk.modal(saying="Only editors")

    assert desk.bot.writing.read(id_of(answer)).version.number == 1


def test_a_time_set_while_the_database_is_away_is_none_and_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = draft_of(desk, "News of no database")
    desk.press(answer, "desk_when")
    form = desk.modal(saying="This means")
    with monkeypatch.context() as patch:
        patch.setattr(KeptVersions, "versions_of", away)
        assert desk.submit(form) == {}
        desk.modal(saying="The database is away")

    assert desk.bot.writing.read(id_of(answer)).version.number == 1


def test_a_time_for_what_was_discarded_meanwhile_is_none_and_says_so(desk: Desk) -> None:
    answer = draft_of(desk, "News of nothing")
    desk.press(answer, "desk_when")
    form = desk.modal(saying="This means")
    desk.bot.writing.discard(id_of(answer), expected=1, who=EDITOR)

    assert desk.submit(form) == {}
    desk.modal(saying="was discarded meanwhile: bring it back first")
    assert desk.bot.writing.read(id_of(answer)).is_discarded


def test_a_skipped_slot_is_said_before_the_digest_is_set_for_it(desk: Desk) -> None:
    """In that channel alone: what it means is said for each."""
    answer = draft_of(desk, "News of rest")
    day = datetime.now(UTC).date() + timedelta(days=800)
    friday = day + timedelta(days=(4 - day.weekday()) % 7)
    desk.bot.posting.desk.skip("#alibaba-news", friday, who=ME)
    desk.press(answer, "desk_when")
    form = desk.modal(saying="This means")
    radio = next(block["element"] for block in form["blocks"] if block.get("block_id") == "way")
    way = {"type": "radio_buttons", "selected_option": radio["options"][1]}
    assert desk.submit(form, way=way, day=picked(friday.isoformat())) == {}
    said = str(desk.modal(saying=f"{friday:%a %d %b %Y} 09:00 Europe/London"))

    assert said.count(", which is skipped: it gets nothing") == 1
    assert said.index("Asia/Shanghai") < said.index("which is skipped") < said.index("Europe/London")


@pytest.mark.parametrize(
    ("verdict", "state", "why", "now"),
    [
        (Verdict.SKIPPED, State.SKIPPED, "as it was left out there: only Now sends it", "at once"),
        (
            Verdict.MISSED,
            State.MISSED,
            "until somebody decides: `/roundup status` has the buttons",
            "at once",
        ),
        (
            Verdict.HELD,
            State.HELD,
            "until somebody decides: `/roundup status` has the buttons",
            "looks like a digest this channel has: Post it in `/roundup status` sends it all the same",
        ),
    ],
)
def test_where_nothing_comes_whatever_the_date_it_is_said_why_and_what_now_does(
    desk: Desk, verdict: Verdict, state: State, why: str, now: str
) -> None:
    """What the form says is what the press then does."""
    answer = draft_of(desk, f"News that is {verdict}")
    day, order = datetime.now(UTC).date() + timedelta(days=500), desk.bot.posting.desk
    sheet = desk.bot.writing.schedule(id_of(answer), day, expected=1, who=ME)
    assert isinstance(sheet, Sheet)
    digest = sheet.digest
    assert digest
    until(lambda: sheet.id in {d.id for d in desk.bot.newsroom.library.published()}, "it is known")
    place, slot = order.places("#alibaba-news")[0], datetime.now(UTC)
    posting = Posting(
        digest=sheet.id, channel=place.channel, verdict=verdict, slot=slot, title=digest.title, dated=day
    )
    assert desk.bot.posting.books.ledger.arrange(posting, state=state)
    desk.press(answer, "desk_when")
    form = desk.modal(saying=f"#alibaba-news: nothing, {why}")
    assert "Europe/London" in str(form)
    radio = next(block["element"] for block in form["blocks"] if block.get("block_id") == "way")
    way = {"type": "radio_buttons", "selected_option": radio["options"][2]}
    assert desk.submit(form, way=way) == {}
    form = desk.modal(saying=f"#alibaba-news: {now}")
    assert desk.submit(form) == {}
    desk.modal(saying="It is set")

    until(lambda: "#alibaba-news-london" in order.posted(digest), "the other channel has it")
    if now == "at once":
        until(lambda: "#alibaba-news" in order.posted(digest), "it is sent")
    assert bool(posted_of(desk, sheet.id)) == (now == "at once")


def test_sending_what_is_approved_takes_no_approval_away(tmp_path: Path) -> None:
    """Nor does it write a version of what is posted, which would correct it for nothing."""
    with Desk.open(tmp_path, approval="required") as desk:
        answer = draft_of(desk, "News of now")
        far = datetime.now(UTC).date() + timedelta(days=400)
        sheet = desk.bot.writing.schedule(id_of(answer), far, expected=1, who=ME)
        assert isinstance(sheet, Sheet)
        digest = sheet.digest
        assert digest
        desk.bot.posting.desk.approve(digest, number=2, who=EDITOR)
        for said in ("at once", "has it already"):
            desk.press(answer, "desk_when")
            form = desk.modal(saying="This means")
            radio = next(block["element"] for block in form["blocks"] if block.get("block_id") == "way")
            way = {"type": "radio_buttons", "selected_option": radio["options"][2]}
            assert desk.submit(form, way=way) == {}
            form = desk.modal(saying=said)
            assert WAITS not in str(form)
            assert desk.submit(form) == {}
            desk.modal(saying="It is set")
            until(lambda: len(desk.bot.posting.desk.posted(digest)) == 2, "it is known to be out")
            desk.server.workspace.views.close(*desk.server.workspace.views.modals)

        assert desk.bot.writing.read(sheet.id).version.number == 2


@pytest.mark.parametrize(
    ("minutes", "said"), [(30, "nothing by itself, as its slot of that date is over"), (600, "at once, as")]
)
def test_a_date_whose_slot_is_over_says_whether_it_goes_out_all_the_same(
    tmp_path: Path, minutes: int, said: str
) -> None:
    """Nobody reads "at once, or not any more", presses Schedule, and waits."""
    slot = datetime.now(UTC) - timedelta(hours=2)
    here = {zone: slot.astimezone(ZoneInfo(zone)) for zone in ("Asia/Shanghai", "Europe/London")}
    with Desk.open(tmp_path) as desk:
        text = desk.config.read_text(encoding="utf-8").replace(
            "quiet: 0s", f"quiet: 0s, catch_up: {minutes}m"
        )
        times = iter([f"post: {local:%a %H:%M}".casefold() for local in here.values()])
        desk.config.write_text(re.sub("post: fri 09:00", lambda _: next(times), text), encoding="utf-8")
        rules = desk.bot.newsroom.settings
        until(lambda: rules.current.delivery.catch_up == timedelta(minutes=minutes), "the config is read")
        desk.press(draft_of(desk, "News of yesterday"), "desk_when")
        form = desk.modal(saying="This means")
        radio = next(block["element"] for block in form["blocks"] if block.get("block_id") == "way")
        way = {"type": "radio_buttons", "selected_option": radio["options"][1]}
        day = min(local.date() for local in here.values())
        assert desk.submit(form, way=way, day=picked(day.isoformat())) == {}

        assert str(desk.modal(saying="its slot of that date")).count(said) == 2


def test_now_before_an_approval_says_who_sends_it_and_when_else_it_goes(tmp_path: Path) -> None:
    """An approval alone lets it out at its slot: nobody reads "at once" and waits for days."""
    with Desk.open(tmp_path, approval="required") as desk:
        answer = draft_of(desk, "News of haste")
        desk.press(answer, "desk_when")
        form = desk.modal(saying="This means")
        radio = next(block["element"] for block in form["blocks"] if block.get("block_id") == "way")
        assert desk.submit(form, way={"type": "radio_buttons", "selected_option": radio["options"][2]}) == {}
        form = desk.modal(saying="as soon as somebody presses Approve and send now")
        assert WAITS in str(form)
        assert form["submit"]["text"] == "Schedule"
        assert ": at once" not in str(form)
        far = datetime.now(UTC).date() + timedelta(days=400)
        desk.server.workspace.views.close(*desk.server.workspace.views.modals)
        sheet = desk.bot.writing.schedule(id_of(answer), far, expected=1, who=ME)
        assert isinstance(sheet, Sheet)
        until(lambda: [d for d in desk.bot.newsroom.library.published() if d.id == sheet.id], "it is known")
        letters = desk.direct(EDITOR)
        assert desk.server.command("/roundup", f"preview {sheet.id}", channel=letters, user=EDITOR).ok
        look = desk.told("desk_approve_and_send", channel=letters, user=EDITOR)
        desk.press(look, "desk_approve", user=EDITOR)
        told = desk.told("is approved as it stands", channel=letters, user=EDITOR)

        assert "09:00 Europe/London, 0" in desk.text_of(told)  # and 8 or 9 by UTC, as the year goes


def picked(day: str) -> Json:
    return {"type": "datepicker", "selected_date": day}
