"""The preview file: whole in itself, safe with any text, and drawn as the practice workspace draws it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.practice.preview_page import preview_html
from tests.page.conftest import HOSTILE, Json, actions, button, plain, section

NASTY = "</script><script>alert(1)</script><!-- & $title"


def message(channel: str, text: str, *, thread: bool = False, blocks: list[Json] | None = None) -> Json:
    return {"channel": channel, "thread": thread, "text": text, "blocks": blocks or []}


MESSAGES = [
    message(
        "#alibaba-news",
        "Road to Recovery",
        blocks=[{"type": "header", "text": plain("Road to Recovery")}, section("飞猪 &amp; MYbank")],
    ),
    message("#alibaba-news", "one", thread=True, blocks=[section("Story one in full")]),
    message(
        "#alibaba-news",
        "two",
        thread=True,
        blocks=[{"type": "header", "text": plain(NASTY)}, actions(button("Share", "share"))],
    ),
    message("#travel", "Only travel", blocks=[section("Only travel")]),
]


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The preview opened as an editor opens it: from a file, without any server."""
    path = tmp_path / "preview.html"
    path.write_text(preview_html(MESSAGES, title=NASTY), encoding="utf-8")
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path.as_uri())
    yield page
    context.close()
    assert said == []


def test_channels_are_headings_and_threads_hang_below_their_post(page: Page) -> None:
    rooms = page.locator(".room")
    expect(rooms.locator("> h2")).to_have_text(["alibaba-news", "travel"])
    expect(rooms.first.locator("> article .header")).to_have_text("Road to Recovery")
    expect(rooms.first.locator("details summary")).to_have_text("2 replies in the thread")
    expect(rooms.first.locator("details article")).to_have_count(2)
    expect(rooms.last.locator("article")).to_have_text(re.compile("Only travel"))


def test_text_that_would_end_the_script_stays_text(page: Page) -> None:
    expect(page.locator("h1")).to_have_text(NASTY)
    expect(page.locator("details .header")).to_have_text(NASTY)
    assert page.locator("script").count() == 2


def test_it_is_dark_where_the_system_is(page: Page) -> None:
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 25, 29)"


def test_the_file_asks_nobody_for_anything() -> None:
    """No file beside it, no address: it can be mailed."""
    made = preview_html([message("#c", HOSTILE)], title="t")

    assert re.findall(r'\b(?:src|href)=["\']', made.split("<script", 1)[0]) == []
    assert not re.search(r"^\s*(import|export) ", made, re.MULTILINE)


def test_buttons_that_nobody_answers_say_so(page: Page) -> None:
    expect(page.get_by_role("button", name="Share")).to_have_attribute("aria-disabled", "true")
