"""What editors see at a glance, as Slack gets it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from bot.core.delivery.calendar import Coming
from bot.core.delivery.state import Delivery, State
from bot.core.message import Message
from bot.core.schedule import Slot
from bot.delivery.overview import Overview
from bot.delivery.status import StatusRow
from bot.slack.views.kit import reading, section, without_images
from bot.slack.views.overview import home_blocks
from tests.slack.limits import objects

SLOT = datetime(2026, 9, 7, 9, tzinfo=UTC)


def seen(**more: Any) -> Overview:
    nothing: dict[str, Any] = {"coming": (), "unapproved": frozenset(), "asked": (), "edited": {}}
    return Overview(**{**nothing, "drafts": (), "waiting": (), "posts": (), **more})


def test_a_slot_that_gets_nothing_says_for_which_digests_there_is_no_story() -> None:
    slot = Coming(
        channel="#news",
        slot=Slot(at=SLOT, day=SLOT.date()),
        local=SLOT,
        timezone="UTC",
        spoken="Mon 07 Sep, 09:00 (UTC)",
        digest=None,
        skipped=False,
        left_out=("2026-09-07", "a & b"),
    )
    words = "\n".join(map(reading, ([block] for block in home_blocks(seen(coming=(slot,))))))

    assert "#news, Mon 07 Sep, 09:00 (UTC): nothing, as no story of 2026-09-07, a &amp; b is for it" in words


def test_what_waits_is_decided_about_the_digest_and_channel_it_names() -> None:
    d = Delivery(
        digest="d", channel="C1", part=0, state=State.MISSED, slot=SLOT, since=SLOT, dated=SLOT.date()
    )
    row = StatusRow(delivery=d, channel="#news", error="", next="")
    values = [
        json.loads(each["value"])
        for each in objects([*home_blocks(seen(waiting=(row,)))])
        if each.get("value")
    ]

    assert {"digest": "d", "channel": "C1"}.items() <= values[-1].items()
    assert len([value for value in values if "channel" in value]) > 1


def test_the_last_of_several_pictures_is_described_without_it() -> None:
    def story(n: int) -> dict[str, Any]:
        picture = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": f"number {n}"}
        return {**section(f"story {n}"), "accessory": picture}

    message = without_images(Message(text="t", blocks=(story(1), section("between"), story(2))))

    assert [
        words for words in ("Picture: number 1", "Picture: number 2") if words in reading(message.blocks)
    ] == [
        "Picture: number 1",
        "Picture: number 2",
    ]
    assert "image_url" not in json.dumps(message.blocks)
