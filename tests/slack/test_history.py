"""What a digest said before, in Slack: who changed what and when, all of it, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.errors import RoundupError
from bot.core.sheets import Sheet
from bot.practice.model import EDITOR, ME, READER, Message
from bot.slack.listeners.history import _Turn
from bot.slack.listeners.presses import STALE
from bot.slack.views.history import SHOWN
from tests.slack.desk import Desk, Json, draft_of, id_of, with_headline
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("hurried")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Desk.open(tmp_path_factory.mktemp("history")) as desk:
        yield desk


@pytest.fixture(autouse=True)
def _no_form_of_another_test(desk: Desk) -> None:
    views = desk.server.workspace.views
    views.close(*views.modals)


def edited(desk: Desk, answer: Message, headline: str, *, who: str = ME) -> Sheet:
    """Give the first story another headline, as if in a form."""
    sheet = desk.bot.writing.read(id_of(answer))
    saved = desk.bot.writing.update(with_headline(sheet, headline), expected=sheet.version.number, who=who)
    assert isinstance(saved, Sheet)
    return saved


def row_of(view: Json, spoken: str) -> str:
    """Return the block of the button that is spoken so."""
    return next(str(b["block_id"]) for b in view["blocks"] if f"'{spoken}'" in str(b))


def headline_of(desk: Desk, name: str) -> str:
    digest = desk.bot.writing.read(name).digest
    assert digest
    return digest.stories[0].headline


def test_versions_say_who_changed_what_and_any_is_brought_back(desk: Desk) -> None:
    answer = draft_of(desk, "News of old")
    edited(desk, answer, "Second", who=EDITOR)
    edited(desk, answer, "Third")
    desk.press(answer, "desk_versions")
    view = desk.modal(saying="*Version 3*, in force")
    said = str(view)
    assert f"by <@{EDITOR}>" in said
    assert '"Fliggy Sells Trips" has another headline' in said
    assert "Bring back version 3" not in said
    desk.press_in(view, "desk_look", block=row_of(view, "Look at version 2"))
    looked = desk.modal(saying="Only you see this")
    assert "Second" in str(looked)
    assert "at a rate that they can pay" in str(looked)
    assert "share" not in str(looked)
    desk.press_in(looked, "desk_restore")

    back = desk.modal(saying="Version 2 is brought back: it is version 4 now.")
    assert "as version 2 was" in str(back)
    assert headline_of(desk, id_of(answer)) == "Second"
    assert [v.who for v in desk.bot.writing.history(id_of(answer))] == [ME, EDITOR, ME, ME]


def test_who_brings_back_while_another_edits_is_told_and_nothing_is_lost(desk: Desk) -> None:
    answer = draft_of(desk, "News of haste")
    edited(desk, answer, "Second")
    desk.press(answer, "desk_edit")
    desk.press_in(desk.modal(saying="1. Second"), "desk_versions")
    view = desk.modal(saying="*Version 2*, in force")
    edited(desk, answer, "Third", who=EDITOR)
    desk.press_in(view, "desk_restore", block=row_of(view, "Bring back version 1"))

    again = desk.modal(saying=f"Nothing was changed: <@{EDITOR}> changed")
    assert headline_of(desk, id_of(answer)) == "Third"
    desk.press_in(again, "desk_restore", block=row_of(again, "Bring back version 1"))
    desk.modal(saying="it is version 4 now")
    assert headline_of(desk, id_of(answer)) == "Fliggy Sells Trips"


def test_many_versions_are_in_pages(desk: Desk) -> None:
    answer = draft_of(desk, "News of many")
    for n in range(SHOWN + 1):
        edited(desk, answer, f"Headline {n}")
    desk.press(answer, "desk_versions")
    view = desk.modal(saying=f"*Version {SHOWN + 2}*, in force")
    assert "*Version 2*" not in str(view)
    desk.press_in(view, "desk_earlier")

    assert "as it came in" in str(desk.modal(saying="*Version 1*"))


def test_a_version_longer_than_a_form_is_read_to_its_end(desk: Desk) -> None:
    answer = draft_of(desk, "News of length")
    sheet = desk.bot.writing.read(id_of(answer))
    assert sheet.digest
    first = sheet.digest.stories[0]
    stories = tuple(replace(first, id=f"{sheet.id}/{n}", headline=f"Headline {n}.") for n in range(1, 81))
    desk.bot.writing.update(replace(sheet.digest, stories=stories), expected=1, who=ME)
    desk.press(answer, "desk_versions")
    view = desk.modal(saying="*Version 2*, in force")
    desk.press_in(view, "desk_look", block=row_of(view, "Look at version 2"))
    pages = [desk.modal(saying="Headline 1.")]
    while "desk_look_on" in str(pages[-1]):
        desk.press_in(pages[-1], "desk_look_on")
        until(lambda: str(desk.modal()) != str(pages[-1]), "the next page is there")
        pages.append(desk.modal())

    read = "".join(map(str, pages))
    assert len(pages) > 1
    assert [n for n in range(1, 81) if f"Headline {n}." not in read] == []


@pytest.mark.parametrize("number", [None, "2", 0, -1])
def test_a_button_that_names_no_version_brings_back_none(number: object) -> None:
    turn = _Turn(screen="V1", who=ME, digest="week", newest=3, value={"v": number})

    with pytest.raises(RoundupError, match=STALE):
        _ = turn.number


def test_a_reader_sees_no_versions(desk: Desk) -> None:
    answer = draft_of(desk, "News of nobody")
    desk.press(answer, "desk_versions", user=READER)

    desk.told("Only editors may do that", channel=answer.channel, user=READER)


def test_what_is_brought_back_needs_an_approval_and_stays_on_its_day(tmp_path: Path) -> None:
    with Desk.open(tmp_path, approval="required") as desk:
        answer = draft_of(desk, "News of days")
        day = desk.bot.writing.next_free_day()
        edited(desk, answer, "Second")
        sheet = desk.bot.writing.schedule(id_of(answer), day, expected=2, who=ME)
        assert isinstance(sheet, Sheet)
        assert sheet.digest
        desk.bot.posting.desk.approve(sheet.digest, number=3, who=EDITOR)
        desk.press(answer, "desk_versions")
        view = desk.modal(saying="it is no draft any more")
        assert "It needs an approval again." in str(view)
        desk.press_in(view, "desk_restore", block=row_of(view, "Bring back version 1"))
        desk.modal(saying="it is version 4 now")

        back = desk.bot.writing.read(sheet.id).digest
        assert back
        assert (back.stories[0].headline, back.draft, back.date) == ("Fliggy Sells Trips", False, day)
        until(lambda: sheet.id in desk.bot.newsroom.library.waiting(), "nobody has approved it")


def test_a_files_versions_are_looked_at_and_not_brought_back(tmp_path: Path) -> None:
    with Desk.open(tmp_path) as desk:
        file = tmp_path / "digests" / "week.yaml"
        for headline in ("One", "Two"):
            file.write_text(f"title: Week\ndate: 2040-01-06\nstories:\n- {{headline: {headline}, body: x}}\n")
            until(lambda h=headline: _says(desk, h), "it came in")  # type: ignore[misc]
        channel = desk.server.workspace.channel("#alibaba-news").id
        assert desk.server.command("/roundup", "preview week", channel=channel).ok
        look = desk.told("desk_versions", channel=channel)
        desk.press(look, "desk_versions")

        view = desk.modal(saying="*Version 2*, in force")
        assert "by a file" in str(view)
        assert "take it over" in str(view)
        assert "desk_restore" not in str(view)


def _says(desk: Desk, headline: str) -> bool:
    return "week" in desk.bot.newsroom.library.digests and headline == headline_of(desk, "week")
