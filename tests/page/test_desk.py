"""The desk as editors see it: the whole way in a browser, and what the page's forms hand over."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, expect

from bot.practice.model import EDITOR
from tests.page.conftest import Room, Visit, field, plain
from tests.page.walk import HEADLINE, Walk, approve_and_send, write_and_time
from tests.slack.desk import Desk
from tests.waiting import until

MOST_PRESSES = 15
CHANNELS = ("#alibaba-news", "#alibaba-news-london")


def test_a_newsletter_becomes_an_approved_digest_in_few_presses(browser: Browser, tmp_path: Path) -> None:
    with Desk.open(tmp_path, approval="required") as desk:
        walk = Walk(browser=browser, url=desk.server.url)
        try:
            write_and_time(walk, desk.direct())
            assert not any(desk.server.workspace.posted(channel) for channel in CHANNELS)
            approve_and_send(walk, desk.direct(EDITOR))
        finally:
            walk.close()
        posted = desk.server.workspace.posted
        until(lambda: all(posted(channel) for channel in CHANNELS), "it is in both channels")
        desk.bot.posting.publisher.tick()

        assert walk.presses <= MOST_PRESSES
        for channel in CHANNELS:
            (post,) = [message for message in posted(channel) if message.in_channel]
            assert HEADLINE in str(post.blocks)


def test_rich_text_a_moment_and_a_file_reach_the_bot(
    visit: Visit, room: Room, window: Callable[..., Visit]
) -> None:
    """What is typed bold or as a link stays so; what is attached can be saved, and is never shown."""
    view = {
        "type": "modal",
        "title": plain("Write"),
        "submit": plain("Send"),
        "blocks": [
            {**field("Name", "name"), "optional": True},
            field("Text", "text", type="rich_text_input", focus_on_load=True),
            field("At", "at", type="datetimepicker"),
        ],
    }
    trigger = visit.server.workspace.permits.issue_trigger("U024BE7LH")
    room.client.views_open(trigger_id=trigger, view=view)
    dialog = visit.page.locator("dialog.modal")
    expect(dialog.get_by_role("textbox", name="Text")).to_be_focused()
    visit.page.keyboard.press("Control+b")
    visit.page.keyboard.type("Fliggy")
    visit.page.keyboard.press("Control+b")
    visit.page.keyboard.type(" sells trips")
    visit.page.evaluate(
        PASTE, '<p>see <a href="https://example.com/x">there</a><script>no</script></p><ul><li>one</li></ul>'
    )
    dialog.get_by_role("textbox", name="At").fill("2026-12-04T09:00")
    with visit.page.expect_request("**/practice/view") as sent:
        dialog.get_by_role("button", name="Send").click()
    values = json.loads(sent.value.post_data or "")["values"]
    assert values["at"]["value"]["selected_date_time"] % 60 == 0
    section, *_, items = values["text"]["value"]["rich_text_value"]["elements"]
    assert section["elements"][0] == {"type": "text", "text": "Fliggy", "style": {"bold": True}}
    assert {"type": "link", "url": "https://example.com/x", "text": "there"} in section["elements"]
    assert "no" not in str(values).replace("None", "")
    assert items["style"] == "bullet"
    visit.server.workspace.views.close(*visit.server.workspace.views.modals)
    dialog.wait_for(state="hidden")

    visit.page.locator("#composer input[type=file]").set_input_files(
        {"name": "news.html", "mimeType": "text/html", "buffer": b"<script>alert(1)</script>"}
    )
    visit.page.get_by_role("button", name="Send", exact=True).first.click()
    card = visit.messages.last.locator(".file-card")
    expect(card).to_contain_text("news.html")
    with visit.page.expect_download() as saved:
        card.click()
    assert saved.value.suggested_filename == "news.html"


PASTE = """(html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  const paste = { clipboardData: data, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", paste));
}"""
