"""A digest's file that is renamed between two people: only what was approved goes out, and once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.delivery.state import State
from bot.core.errors import RoundupError
from bot.practice.model import EDITOR
from tests.slack.desk import Desk
from tests.slack.test_bad_moments import look
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("hurried")

CHANNELS = ("#alibaba-news", "#alibaba-news-london")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    day = datetime.now(UTC).date() + timedelta(days=360)
    text = f"title: News of a name\ndate: {day}\nstories:\n- {{headline: One, body: As approved.}}\n"
    with Desk.open(tmp_path, approval="required") as desk:
        (tmp_path / "digests" / "first.yaml").write_text(text)
        until(lambda: "first" in desk.bot.newsroom.library.waiting(), "it waits for an approval")
        yield desk


def rename(desk: Desk) -> None:
    file = desk.config.parent / "digests" / "first.yaml"
    file.rename(file.with_name("second.yaml"))
    library = desk.bot.newsroom.library
    until(lambda: "second" in library.waiting() and "first" in library.gone(), "it is known by its new name")


def posted(desk: Desk) -> list[int]:
    """Count what stands in each channel."""
    return [len([m for m in desk.server.workspace.posted(c) if m.in_channel]) for c in CHANNELS]


def held(desk: Desk) -> list[str]:
    """Return why what is held is held."""
    rows = desk.bot.posting.desk.status()
    return [row.error for row in rows if row.delivery.state is State.HELD]


def test_who_approves_by_the_old_name_sends_what_they_saw_once(desk: Desk) -> None:
    seen = look(desk, "first", EDITOR)
    rename(desk)
    desk.press(seen, "desk_approve_and_send", user=EDITOR)
    until(lambda: posted(desk) == [1, 1], "what was approved is out")
    shell, second = desk.bot.posting.desk, desk.bot.newsroom.library.find("second")
    with pytest.raises(RoundupError, match="second is not approved"):
        shell.post_now(second, who="the test")
    shell.approve(second, number=1, who=EDITOR, send=True)
    until(lambda: len(held(desk)) == len(CHANNELS), "somebody is asked, as it seems to be there")

    assert held(desk) == ["it seems to be first, which this channel has"] * len(CHANNELS)
    assert posted(desk) == [1, 1]


def test_what_is_renamed_once_it_is_approved_waits_for_an_approval_again(desk: Desk) -> None:
    """An approval is of one version of one digest; whoever renames a file may have changed it, too."""
    desk.press(look(desk, "first", EDITOR), "desk_approve", user=EDITOR)
    until(lambda: not desk.bot.newsroom.library.waiting(), "it is approved")
    rename(desk)
    shell = desk.bot.posting.desk
    assert [each.digest.id for each in shell.unapproved()] == ["second"]
    with pytest.raises(RoundupError, match="second is not approved"):
        shell.post_now(desk.bot.newsroom.library.find("second"), who="the test")
    assert posted(desk) == [0, 0]
    desk.press(look(desk, "second", EDITOR), "desk_approve_and_send", user=EDITOR)
    until(lambda: posted(desk) == [1, 1], "it is out")
    until(lambda: len(shell.posted(desk.bot.newsroom.library.find("second"))) == 2, "under its new name")

    names = {(m.metadata or {})["event_payload"]["digest"] for m in desk.server.workspace.posted(CHANNELS[0])}
    assert names == {"second"}
