"""From a newsletter in somebody's mailbox to an approved digest, press by press, as two people do it.

The test walks it, and docs/pictures.py takes the pictures of docs/editors.md on the way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from bot.practice.model import EDITOR

SEED = Path(__file__).parent.parent / "data" / "alibaba-news-roundup-road-to-recovery.txt"
HEADLINE = "Fliggy Helps Travellers Back on the Road"
Picture = Callable[[str, Locator | Page], None]


@dataclass(slots=True, kw_only=True)
class Walk:
    """Two windows, and how often something was pressed in either."""

    browser: Browser
    url: str
    picture: Picture = lambda name, of: None
    presses: int = 0
    pages: list[Page] = field(default_factory=list)

    def window(self, address: str) -> Page:
        """Open a window of its own, as another person has another machine."""
        context = self.browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{self.url}{address}")
        page.wait_for_selector("#composer textarea")
        page.wait_for_selector(".intro")
        self.pages.append(page)
        return page

    def press(self, button: Locator) -> None:
        """Press it, once it is there."""
        button.click()
        self.presses += 1

    def close(self) -> None:
        for page in self.pages:
            page.context.close()


def write_and_time(walk: Walk, direct: str) -> None:
    """Send the raw text to the bot, look, retype a headline, say when, and ask for approval."""
    page = walk.window(f"/#/{direct}")
    page.locator("#composer input[type=file]").set_input_files(SEED)
    walk.presses += 1  # Attach a file
    walk.press(page.get_by_role("button", name="Send", exact=True).first)
    replies = page.locator("#channel-scroller .replies").last
    expect(replies).to_contain_text("2 replies")  # a press is lost if one more draws it anew
    walk.press(replies)
    thread = page.locator("#thread")
    answer = thread.locator("article").nth(1)
    expect(answer).to_contain_text("10 stories")
    expect(thread.locator(".file-card").nth(1)).to_be_visible()
    answer.get_by_role("button", name="Preview").scroll_into_view_if_needed()
    walk.picture("desk-draft", page)
    walk.press(answer.get_by_role("button", name="Preview"))
    expect(thread.locator(".ephemeral")).to_contain_text("PREVIEW")
    walk.press(answer.get_by_role("button", name="Edit"))
    dialog = page.locator("dialog.modal")
    walk.press(dialog.get_by_role("button", name="Edit: Fliggy Fuels Travel"))
    field = dialog.get_by_label("Headline")
    field.fill(HEADLINE)
    walk.picture("desk-edit", dialog)
    walk.press(dialog.get_by_role("button", name="Save"))
    expect(dialog).to_contain_text(HEADLINE)
    walk.press(dialog.get_by_role("button", name="When"))
    expect(dialog).to_contain_text("Europe/London")
    walk.picture("desk-when", dialog)
    walk.press(dialog.get_by_role("button", name="Schedule"))
    walk.press(dialog.get_by_role("button", name="Ask for approval"))
    expect(dialog).to_contain_text("are asked")


def approve_and_send(walk: Walk, direct: str) -> None:
    """Look at it as another person, and let it out."""
    page = walk.window(f"/?as={EDITOR}#/{direct}")
    walk.press(page.get_by_role("button", name="Look and approve").last)
    look = page.locator("#channel-scroller .ephemeral").last
    expect(look).to_contain_text(HEADLINE)
    look.get_by_role("button", name="Approve and send now").scroll_into_view_if_needed()
    walk.picture("desk-approve", page)
    walk.press(look.get_by_role("button", name="Approve and send now"))
    expect(page.locator("#channel-scroller .ephemeral").last).to_contain_text("is approved")
