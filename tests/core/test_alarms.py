"""Whose block it was that Slack would not take."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.delivery.alarms import culprit
from bot.core.message import Message, Part
from tests.delivery.world import digest

WEEK = digest(date(2026, 9, 7), "one", "two")
ONE, TWO = (story.id for story in WEEK.stories)
PART = Part(message=Message(text=""), stories=(ONE, TWO), whose=("", ONE, "", TWO, TWO, ""))


@pytest.mark.parametrize(
    ("block", "headline"), [(0, None), (1, "one"), (2, None), (3, "two"), (4, "two"), (5, None), (6, None)]
)
def test_the_block_that_slack_points_at_names_its_story(block: int, headline: str | None) -> None:
    """Not the story above: a footer's fault is nobody's."""
    found = culprit(PART, WEEK, f"invalid_blocks: no more than 3000 [json-pointer:/blocks/{block}/text]")

    assert (found.headline if found else None) == headline


def test_without_a_pointer_only_a_message_of_one_story_tells() -> None:
    alone = Part(message=Message(text=""), stories=(TWO,))

    assert culprit(PART, WEEK, "msg_blocks_too_long") is None
    assert culprit(alone, WEEK, "msg_blocks_too_long") is WEEK.stories[1]
    assert culprit(alone, WEEK, "invalid_blocks: [json-pointer:/blocks/3]") is WEEK.stories[1]


def test_a_story_that_a_correction_took_out_is_not_blamed() -> None:
    gone = digest(date(2026, 9, 7), "one")

    assert culprit(PART, gone, "invalid_blocks: [json-pointer:/blocks/3]") is None
