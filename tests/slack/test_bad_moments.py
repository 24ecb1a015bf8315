"""What goes wrong while editors are at it: each is told what to do, nothing is lost, and nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.core.sheets import Sheet
from bot.practice.model import EDITOR, ME, Message
from bot.slack.screens import Screens
from bot.store.versions import KeptVersions
from tests.slack.desk import Desk, Json, away, draft_of, id_of, typed, with_headline, without_editor
from tests.waiting import until


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Desk.open(tmp_path_factory.mktemp("moments")) as desk:
        yield desk


@pytest.fixture(autouse=True)
def _no_form_of_another_test(desk: Desk) -> None:
    views = desk.server.workspace.views
    views.close(*views.modals)


def test_an_editor_who_is_none_any_more_saves_nothing(desk: Desk) -> None:
    answer = draft_of(desk, "News of roles")
    desk.press(answer, "desk_edit")
    desk.press_in(desk.modal(saying="1. Fliggy"), "desk_story", block="story:1")
    form = desk.modal(saying="headline|")
    with without_editor(desk, ME):
        assert desk.submit(form, headline=typed("Too late")) == {}
        said = desk.modal(saying="Only editors")

    assert "'initial_value': 'Too late'" in str(said)
    assert desk.bot.writing.read(id_of(answer)).version.number == 1


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


def test_who_edits_what_was_posted_meanwhile_is_told(desk: Desk) -> None:
    answer = draft_of(desk, "News of haste")
    sheet = desk.bot.writing.schedule(id_of(answer), datetime.now(UTC).date(), expected=1, who=ME)
    assert isinstance(sheet, Sheet)
    assert sheet.digest
    digest = sheet.digest
    desk.press(answer, "desk_edit")
    desk.press_in(desk.modal(saying="1. Fliggy"), "desk_story", block="story:1")
    form = desk.modal(saying="headline|")
    desk.bot.posting.desk.post_now(digest, who=EDITOR)
    until(lambda: len(desk.bot.posting.desk.posted(digest)) == 2, "it is out")

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
