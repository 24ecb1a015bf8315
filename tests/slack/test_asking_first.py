"""Buttons that cannot be taken back ask first, and say what they would do where."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.core.delivery.calendar import coming_of
from bot.core.delivery.plan import Target
from bot.core.message import Message
from bot.core.settings import Layout
from bot.slack.views.posts import digest_parts
from bot.slack.views.previews import preview_message
from tests.delivery.world import channel, digest

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
FRIDAY = digest(date(2026, 9, 4))


def preview(
    *, posted: tuple[str, ...] = (), skipped: bool = False, left_out: tuple[str, ...] = ()
) -> Message:
    days = frozenset([FRIDAY.date] if skipped else [])
    target = Target(channel="C1", settings=channel("news", "4 09:00"), since=NOW, skipped=days)
    return preview_message(
        FRIDAY,
        digest_parts(FRIDAY, FRIDAY.stories, layout=Layout.HEADLINES),
        coming=[] if posted else coming_of(FRIDAY, [target], {}, now=NOW),
        posted=posted,
        unsettled=(),
        left_out=left_out,
        now=NOW,
    )


def test_a_preview_names_the_channels_that_get_nothing() -> None:
    said = json.dumps(preview(left_out=("#fliggy", "#travel")).blocks)

    assert "Nothing of it for #fliggy, #travel: no story is about what its `only` names." in said
    assert "Nothing of it" not in json.dumps(preview().blocks)


def buttons(message: Message) -> dict[str, dict[str, Any]]:
    (row,) = [block for block in message.blocks if block["type"] == "actions"][-1:]
    return {button["text"]["text"]: button for button in row["elements"]}


@pytest.mark.parametrize(
    ("posted", "what", "says"),
    [
        ((), "Post now", "It goes out now, not at its slot: #news."),
        ((), "Skip this week", "Nothing in that slot: #news."),
        (("#news", "#travel"), "Retract", "Every message of it is deleted: #news, #travel."),
    ],
)
def test_what_cannot_be_taken_back_asks_first(posted: tuple[str, ...], what: str, says: str) -> None:
    asks = buttons(preview(posted=posted))[what]["confirm"]

    assert asks["text"] == {"type": "plain_text", "text": says, "emoji": False}
    assert asks["deny"]["text"] == "Cancel"
    assert asks["confirm"]["text"] in what
    assert asks["title"]["text"] == f"{what}?"


def test_only_what_can_be_done_is_offered() -> None:
    """Nothing to retract before it is there, no slot to skip after."""
    assert list(buttons(preview())) == ["Post now", "Skip this week"]
    assert list(buttons(preview(posted=("#news",)))) == ["Post now", "Retract"]


def test_an_editor_reads_when_it_goes_out_and_how_long_that_is() -> None:
    said = str(preview().blocks)

    assert "#news: Fri 04 Sep 2026 09:00 UTC, 09:00 UTC, in 3 days 1 h" in said
    assert "skipped" not in said
    assert "in 3 days 1 h – skipped" in str(preview(skipped=True).blocks)
    assert NOW + timedelta(days=3, hours=1) == datetime(2026, 9, 4, 9, tzinfo=UTC)
