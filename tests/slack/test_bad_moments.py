"""What goes wrong while editors are at it: each is told what to do, nothing is lost, and nothing is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.core.digest import Digest
from bot.core.sheets import Sheet
from bot.practice.model import EDITOR, GUEST, ME, READER, STRANGER, Message
from bot.slack.screens import Screens
from bot.store.approvals import Approvals
from bot.store.versions import KeptVersions
from tests.slack.desk import SHORT, Desk, Json, away, draft_of, id_of, typed, with_headline, without_editor
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("hurried")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Desk.open(tmp_path_factory.mktemp("moments")) as desk:
        yield desk


@pytest.fixture(autouse=True)
def _no_form_of_another_test(desk: Desk) -> None:
    views = desk.server.workspace.views
    views.close(*views.modals)


@pytest.mark.parametrize("head", [False, True])
def test_an_editor_who_is_none_any_more_saves_nothing(desk: Desk, head: bool) -> None:
    answer = draft_of(desk, f"News of roles {head}")
    form, field = opened(desk, answer, head=head)
    with without_editor(desk, ME):
        assert desk.submit(form, **{field: typed("Too late")}) == {}
        said = desk.modal(saying="Only editors")

    assert "'initial_value': 'Too late'" in str(said)
    assert desk.bot.writing.read(id_of(answer)).version.number == 1


def test_an_editor_who_is_none_any_more_moves_nothing(desk: Desk) -> None:
    answer = draft_of(desk, "News of movers")
    desk.press(answer, "desk_edit")
    stories = desk.modal(saying="1. Fliggy")
    with without_editor(desk, ME):
        desk.press_in(stories, "desk_down", block="story:1")
        desk.modal(saying="Only editors")

    assert desk.bot.writing.read(id_of(answer)).version.number == 1


def test_an_editor_who_is_none_any_more_keeps_what_they_pasted(desk: Desk) -> None:
    form = new_form(desk)
    with without_editor(desk, ME):
        assert desk.submit(form, text=pasted("News of pasters")) == {}
        said = desk.modal(saying="Only editors")

    assert "Fliggy Sells Trips" in str(said)
    assert "News of pasters" not in {draft.title for draft in desk.bot.writing.drafts()}


def new_form(desk: Desk) -> Json:
    channel = desk.server.workspace.channel("#alibaba-news").id
    assert desk.server.command("/roundup", "new", channel=channel).ok
    return desk.modal(saying="rich_text_input")


def pasted(title: str) -> Json:
    text = {"type": "text", "text": (SHORT % title.encode()).decode()}
    written = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [text]}]}
    return {"type": "rich_text_input", "rich_text_value": written}


def card_of(desk: Desk, title: str) -> Json:
    """Paste a roundup into the form, and return what stands there then."""
    assert desk.submit(new_form(desk), text=pasted(title)) == {}
    return desk.modal(saying="New draft")


def test_what_was_pasted_is_discarded_and_brought_back_in_the_same_place(desk: Desk) -> None:
    desk.press_in(card_of(desk, "News of thrift"), "desk_discard")
    desk.press_in(desk.modal(saying="is discarded."), "desk_bring_back")

    assert "2 stories" in str(desk.modal(saying="Brought back"))


def test_who_can_be_shown_nothing_any_more_is_told_directly(desk: Desk) -> None:
    """Closed meanwhile; and where something went wrong, it is too late to open another."""
    card = card_of(desk, "News of walls")
    letters, before = desk.server.workspace.posted, len(desk.server.workspace.posted(desk.direct()))

    def is_said(words: str) -> None:
        until(lambda: any(words in m.text for m in letters(desk.direct())[before:]), words)

    with without_editor(desk, ME):
        desk.server.fault("views.update", "http_500")
        desk.server.fault("views.open", "expired_trigger_id")
        desk.press_in(card, "desk_discard")
        is_said("Only editors")
    desk.server.fault("views.update", "http_500")
    desk.press_in(card, "desk_discard")
    is_said("is discarded.")


@pytest.mark.parametrize("head", [False, True])
def test_what_was_typed_is_still_there_when_the_database_is_back(
    desk: Desk, head: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = draft_of(desk, f"News of outages {head}")
    form, field = opened(desk, answer, head=head)
    with monkeypatch.context() as patch:
        patch.setattr(KeptVersions, "versions_of", away)
        assert desk.submit(form, **{field: typed("Typed in bad weather")}) == {}
        again = desk.modal(saying="The database is away")

    assert "'initial_value': 'Typed in bad weather'" in str(again)
    assert desk.submit(again) == {}
    assert "Typed in bad weather" in str(desk.modal(saying="Saved."))
    assert desk.bot.writing.read(id_of(answer)).version.number == 2


@pytest.mark.parametrize("head", [False, True])
def test_a_form_of_what_was_discarded_meanwhile_keeps_what_was_typed(desk: Desk, head: bool) -> None:
    answer = draft_of(desk, f"News of waste {head}")
    form, field = opened(desk, answer, head=head)
    desk.bot.writing.discard(id_of(answer), expected=1, who=EDITOR)

    assert desk.submit(form, **{field: typed("Not in vain")}) == {}
    again = desk.modal(saying="it was discarded")
    assert "'initial_value': 'Not in vain'" in str(again)


def test_who_has_closed_the_form_hears_what_became_of_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = draft_of(desk, "News of doors")
    form, _ = opened(desk, answer, head=False)
    sheet = desk.bot.writing.read(id_of(answer))
    desk.bot.writing.update(with_headline(sheet, "Theirs"), expected=1, who=EDITOR)
    letters, show = desk.server.workspace.posted, Screens.show

    def closed_before(screens: Screens, id_: str, view: Json) -> bool:
        views = desk.server.workspace.views
        views.close(*views.modals)
        return show(screens, id_, view)

    with monkeypatch.context() as patch:
        patch.setattr(Screens, "show", closed_before)
        assert desk.submit(form, headline=typed("Mine")) == {}
        said = f"Not saved yet: <@{EDITOR}> changed"
        until(lambda: [m for m in letters(desk.direct()) if said in m.text], "it is said")


def scheduled_today(desk: Desk, answer: Message) -> Digest:
    sheet = desk.bot.writing.schedule(id_of(answer), datetime.now(UTC).date(), expected=1, who=ME)
    assert isinstance(sheet, Sheet)
    assert sheet.digest
    return sheet.digest


def send_out(desk: Desk, digest: Digest) -> None:
    desk.bot.posting.desk.post_now(digest, who=EDITOR)
    until(lambda: len(desk.bot.posting.desk.posted(digest)) == 2, "it is out")


def test_who_edits_what_was_posted_meanwhile_is_told(desk: Desk) -> None:
    answer = draft_of(desk, "News of haste")
    digest = scheduled_today(desk, answer)
    desk.press(answer, "desk_edit")
    desk.press_in(desk.modal(saying="1. Fliggy"), "desk_story", block="story:1")
    form = desk.modal(saying="headline|")
    send_out(desk, digest)

    assert desk.submit(form, headline=typed("Late")) == {}
    desk.modal(saying="It is posted in #alibaba-news, #alibaba-news-london, and corrected there.")


def opened(desk: Desk, answer: Message, *, head: bool) -> tuple[Json, str]:
    """Open the form of the digest's head, or of its first story; return it and the name of a field."""
    desk.press(answer, "desk_edit")
    stories = desk.modal(saying="1. Fliggy")
    if head:
        desk.press_in(stories, "desk_head")
        return desk.modal(saying="The web version"), "title"
    desk.press_in(stories, "desk_story", block="story:1")
    return desk.modal(saying="headline|"), "headline"


def test_what_was_pasted_is_still_there_when_the_database_is_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = new_form(desk)
    with monkeypatch.context() as patch:
        patch.setattr(KeptVersions, "save", away)
        assert desk.submit(form, text=pasted("News of pastes in bad weather")) == {}
        again = desk.modal(saying="The database is away")

    assert "Fliggy Sells Trips" in str(again)
    assert desk.submit(again) == {}
    assert "News of pastes in bad weather" in str(desk.modal(saying="New draft"))


def test_a_file_that_comes_while_the_database_is_away_is_asked_for_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(KeptVersions, "save", away)
        assert "The database is away" in draft_of(desk, "News of files in bad weather").text

    assert "New draft" in draft_of(desk, "News of files in bad weather").text


def test_a_story_is_left_out_while_the_database_is_away_and_is_not(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = draft_of(desk, "News of lists in bad weather")
    desk.press(answer, "desk_edit")
    stories = desk.modal(saying="1. Fliggy")
    row = next(b["block_id"] for b in stories["blocks"] if "Leave out: Fliggy" in str(b))
    with monkeypatch.context() as patch:
        patch.setattr(KeptVersions, "save", away)
        desk.press_in(stories, "desk_leave_out", block=row)
        desk.modal(saying="The database is away just now: what you asked for may not be done")

    assert desk.bot.writing.read(id_of(answer)).version.number == 1


def test_a_form_that_stood_open_for_an_hour_is_taken(tmp_path: Path) -> None:
    """By then Slack opens no modal for it, and takes no answer to the press that it came from."""
    ahead = [timedelta(0)]
    with Desk.open(tmp_path, clock=lambda: datetime.now(UTC) + ahead[0]) as desk:
        desk.server.workspace.permits.trigger_life = timedelta(minutes=30)
        answer = draft_of(desk, "News of patience")
        form, field = opened(desk, answer, head=False)
        new = desk.server.workspace.views.stack(ME)
        ahead[0] = timedelta(hours=1)
        assert desk.submit(form, **{field: typed("At last")}) == {}
        stories = desk.modal(saying="Saved.")
        ahead[0] = timedelta(hours=2)
        desk.press_in(stories, "desk_down", block="story:1")
        desk.modal(saying="Moved.")

        assert len(new) == 1
        assert desk.bot.writing.read(id_of(answer)).version.number == 3


def test_what_was_posted_meanwhile_is_not_discarded(desk: Desk) -> None:
    answer = draft_of(desk, "News of remorse")
    send_out(desk, scheduled_today(desk, answer))
    desk.press(answer, "desk_discard")

    desk.told("is or was in a channel: Retract in its preview takes it back", channel=answer.channel)
    assert not desk.bot.writing.read(id_of(answer)).is_discarded


# --- approval ------------------------------------------------------------------------------------------


def waiting_for_approval(desk: Desk, title: str) -> str:
    """Have a digest of ME's that is to go out in a year; return its id."""
    name = id_of(draft_of(desk, title))
    day = datetime.now(UTC).date() + timedelta(days=360)
    assert isinstance(desk.bot.writing.schedule(name, day, expected=1, who=ME), Sheet)
    until(lambda: name in desk.bot.newsroom.library.waiting(), "it waits")
    return name


def look(desk: Desk, name: str, user: str) -> Message:
    """Return what an approver sees of it, with the buttons."""
    channel = desk.server.workspace.channel("#alibaba-news").id
    assert desk.server.command("/roundup", f"preview {name}", channel=channel, user=user).ok
    return desk.told(f'"{name}"', channel=channel, user=user)


def letters(desk: Desk, user: str, saying: str) -> list[str]:
    return [m.text for m in desk.server.workspace.posted(desk.direct(user)) if saying in m.text]


def test_of_two_approvals_at_once_one_counts_and_both_are_told_so(tmp_path: Path) -> None:
    """And of two presses of one person, too: their author hears of it once."""
    with Desk.open(tmp_path, approval="required", editors=(ME, EDITOR, READER)) as desk:
        name = waiting_for_approval(desk, "News of haste")
        looks = {user: look(desk, name, user) for user in (EDITOR, READER)}
        presses = [(user, message) for user, message in looks.items() for _ in range(2)]
        with ThreadPoolExecutor(len(presses)) as pool:
            done = [
                pool.submit(desk.server.press, m.channel, m.ts, "desk_approve_and_send", user=user)
                for user, m in presses
            ]
            assert all(press.result().ok for press in done)
        for user, seen in looks.items():
            desk.told("is approved", channel=seen.channel, user=user)
        for channel in ("#alibaba-news", "#alibaba-news-london"):
            until(lambda c=channel: desk.server.workspace.posted(c), "it is out")  # type: ignore[misc]
        until(lambda: letters(desk, ME, "Approved: "), "its author hears")
        desk.press(look(desk, name, EDITOR), "desk_edit", user=EDITOR)  # later: all that was pressed is over
        desk.modal(saying="1. Fliggy", user=EDITOR)

        assert len(letters(desk, ME, "Approved: ")) == 1
        for channel in ("#alibaba-news", "#alibaba-news-london"):
            assert len([m for m in desk.server.workspace.posted(channel) if m.in_channel]) == 1
        given = [a for a in desk.bot.posting.desk._consent._approvals.approved(digest=name) if not a.revoked]
        assert len(given) == 1


def test_who_may_approve_no_more_approves_nothing(tmp_path: Path) -> None:
    with Desk.open(tmp_path, approval="required", editors=(EDITOR, ME, READER)) as desk:
        name = waiting_for_approval(desk, "News of former approvers")
        seen = look(desk, name, EDITOR)
        with without_editor(desk, EDITOR):
            desk.press(seen, "desk_approve", user=EDITOR)
            desk.told("Only those may approve whom an operator lists", channel=seen.channel, user=EDITOR)

        assert desk.bot.posting.desk.approval(name, number=2) is None


def test_an_approval_while_the_database_is_away_is_none_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Desk.open(tmp_path, approval="required") as desk:
        name = waiting_for_approval(desk, "News of approval in bad weather")
        seen = look(desk, name, EDITOR)
        with monkeypatch.context() as patch:
            patch.setattr(Approvals, "approve", away)
            desk.press(seen, "desk_approve", user=EDITOR)
            desk.told("The database is away", channel=seen.channel, user=EDITOR)
        assert desk.bot.posting.desk.approval(name, number=2) is None
        desk.press(seen, "desk_approve", user=EDITOR)
        desk.told("is approved as it stands", channel=seen.channel, user=EDITOR)


def test_an_edit_of_what_is_posted_says_that_it_waits_for_approval(tmp_path: Path) -> None:
    with Desk.open(tmp_path, approval="required") as desk:
        name = waiting_for_approval(desk, "News of second thoughts")
        digest = desk.bot.writing.read(name).digest
        assert digest
        seen = look(desk, name, ME)
        desk.press(seen, "desk_edit")
        desk.press_in(desk.modal(saying="1. Fliggy"), "desk_story", block="story:1")
        form = desk.modal(saying="headline|")
        desk.bot.posting.desk.approve(digest, number=2, who=EDITOR, send=True)
        until(lambda: len(desk.bot.posting.desk.posted(digest)) == 2, "it is out")

        assert desk.submit(form, headline=typed("Unapproved")) == {}
        desk.modal(saying="and corrected there, once approved.")
        until(lambda: name in desk.bot.newsroom.library.edited(), "the edit is known")
        posted = desk.server.workspace.posted("#alibaba-news")
        assert "Unapproved" not in str(posted)
        assert len([message for message in posted if message.in_channel]) == 1  # its thread may still follow


# --- people of elsewhere -------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [GUEST, STRANGER])
def test_who_is_no_member_does_nothing_at_the_desk_whatever_the_config_says(tmp_path: Path, who: str) -> None:
    rule = 'required\nnewsroom: "#editors"'
    with Desk.open(tmp_path, approval=rule, editors=(ME, EDITOR, who)) as desk:
        draft_of(desk, "News of strangers")
        card, channel = (
            desk.server.workspace.posted("#editors")[0],
            desk.server.workspace.channel("#editors").id,
        )
        name = id_of(card)

        def refused(act: Callable[[], Any]) -> None:
            before = len(desk.server.workspace.ephemerals(channel, who))
            act()
            until(lambda: len(desk.server.workspace.ephemerals(channel, who)) > before, "it is refused")

        for action in ("desk_preview", "desk_edit", "desk_when", "desk_versions", "desk_discard"):
            refused(partial(desk.press, card, action, user=who))
        for word in ("new", "plan", "status", f"preview {name}"):
            refused(partial(desk.server.command, "/roundup", word, channel=channel, user=who))
        sent = draft_of(desk, "News from elsewhere", user=who)
        desk.server.interactions.open_home(who)
        until(lambda: who in desk.server.workspace.views.homes, "Home is shown")

        said = {m.text for m in desk.server.workspace.ephemerals(channel, who)}
        assert all(text.startswith(("Only members", "Only editors", "You ")) for text in said), said
        assert "Only" in sent.text
        assert not desk.server.workspace.views.stack(who)
        assert "The coming weeks" not in str(desk.server.workspace.views.homes[who].body)
        assert [v.number for v in desk.bot.writing.history(name)] == [1]
        assert not desk.server.workspace.posted("#alibaba-news")


def test_an_approver_who_became_a_guest_approves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.visitors.KEPT", timedelta(0))
    with Desk.open(tmp_path, approval="required") as desk:
        name = waiting_for_approval(desk, "News of guests")
        seen, people = look(desk, name, EDITOR), desk.server.workspace.users
        people[EDITOR] = replace(people[EDITOR], is_guest=True)
        desk.press(seen, "desk_approve", user=EDITOR)

        desk.told("Only members of this workspace", channel=seen.channel, user=EDITOR)
        assert desk.bot.posting.desk.approval(name, number=2) is None
