"""What editors see at a glance, as Slack gets it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.core.delivery.calendar import Coming
from bot.core.delivery.copies import Copy, Stale
from bot.core.delivery.state import Delivery, State
from bot.core.digest import Digest, Story
from bot.core.imported import Imported
from bot.core.message import Message
from bot.core.schedule import Slot
from bot.core.sheets import Sheet
from bot.core.versions import Version
from bot.delivery.overview import Overview, waits
from bot.delivery.status import StatusRow
from bot.slack.views.desk import card
from bot.slack.views.kit import reading, section, without_images
from bot.slack.views.mrkdwn import literal
from bot.slack.views.overview import COPIES, home_blocks, status_message
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


def test_a_title_is_read_as_it_is_written_in_every_list() -> None:
    """A title is plain text, whatever marks are in it: none is bold here and plain in its channel."""
    title = "Sale *now* in `a_b_c` ~all~"
    story = Story(id="d/1", n=1, headline=title)
    digest = Digest(id="d", title=title, date=SLOT.date(), stories=(story,))
    slot = Coming(
        channel="#news",
        slot=Slot(at=SLOT, day=SLOT.date()),
        local=SLOT,
        timezone="UTC",
        spoken="Mon",
        digest=digest,
        skipped=False,
    )
    sheet = Sheet(
        version=Version(digest="d", number=1, fingerprint="", who="U1", place="", at=SLOT),
        text="",
        digest=digest,
    )
    imported = Imported(digest=digest, dated=True, found=(title,), dropped=(title,), doubts=())
    said = [*home_blocks(seen(coming=(slot,), drafts=(digest,))), *card(sheet, digest, imported).blocks]
    marked = [each["text"] for each in objects(said) if each.get("type") == "mrkdwn"]

    assert sum(text.count(literal(title)) for text in marked) == 4
    assert title not in str(marked)


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


def test_the_status_names_what_readers_shared_and_nobody_can_change() -> None:
    """The newest first; as many as an alarm counts and does not name."""
    about: dict[str, Any] = {"digest": "d", "stories": ("d/1",), "name": "elsewhere", "who": "U0READER01"}
    shared = [Copy(**about, channel=f"C{n}", at=SLOT, stale=Stale.RETRACTED) for n in range(COPIES + 2)]
    message = status_message(seen(), shared)
    words = reading(message.blocks)

    assert f"<#C{COPIES + 1}> on 2026-09-07 09:00 UTC by <@U0READER01>: cannot be removed" in words
    assert words.index(f"<#C{COPIES + 1}>") < words.index("<#C2>")
    assert "<#C1>" not in words
    assert "and 2 more" in words
    assert "Shared by readers" not in reading(status_message(seen()).blocks)
    assert len(message.blocks) < 50


def test_a_correction_that_slack_refuses_waits_for_somebody() -> None:
    d = Delivery(
        digest="d",
        channel="C1",
        part=0,
        state=State.SENT,
        slot=SLOT,
        since=SLOT,
        dated=SLOT.date(),
        wanted="new",
        shown="old",
        refused="new",
    )
    row = StatusRow(delivery=d, channel="#news", error="edit_window_closed", next="stays as it is")

    assert waits(d)
    assert not waits(replace(d, refused=None))
    assert "editor_try_again" in json.dumps([*home_blocks(seen(waiting=(row,)))])


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
