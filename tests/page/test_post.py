"""A digest's post in the page, as readers get it: how tall it is, and its stories opened in place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from bot.core.settings import Layout
from bot.files.digest_file import read_digest
from bot.practice.model import ME
from bot.slack.views.posts import digest_parts
from tests.page.conftest import Room, Visit

SEED = Path(__file__).parents[2] / "digests/2020-05-01-road-to-recovery.yaml"
WIDE = {"viewport": {"width": 1280, "height": 800}}
SERIOUS = {"serious", "critical"}
SMALL = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def post_seed(room: Room, layout: Layout) -> None:
    digest, _ = read_digest(SEED)
    assert digest
    parent = ""
    for part in digest_parts(digest, digest.stories, layout=layout):
        blocks = json.loads(json.dumps(part.message.blocks))
        ts = room.post(part.message.text, blocks=blocks, **({"thread_ts": parent} if parent else {}))
        parent = parent or ts


def press_key(button: Locator) -> None:
    button.focus()
    button.press("Enter")


@pytest.mark.parametrize(("size", "tallest"), [(WIDE, 780), (SMALL, 1_400)], ids=["wide", "small"])
def test_a_compact_post_is_one_screen_and_a_half_on_a_phone(
    window: Callable[..., Visit], room: Room, size: dict[str, object], tallest: int
) -> None:
    """Three and a half they were, of a post that calls itself compact."""
    post_seed(room, Layout.HEADLINES)
    visit = window(**size).open(room.id)

    message = visit.messages.first
    expect(message).to_contain_text("Full stories in the thread")
    box = message.bounding_box()
    assert box
    assert box["height"] <= tallest


@pytest.mark.parametrize(
    ("size", "scheme", "press"),
    [(WIDE, "light", Locator.click), (SMALL, "dark", press_key)],
    ids=["wide-light-pointer", "small-dark-keys"],
)
def test_a_folded_story_is_opened_and_closed_in_place(
    window: Callable[..., Visit],
    room: Room,
    size: dict[str, object],
    scheme: str,
    press: Callable[[Locator], None],
) -> None:
    post_seed(room, Layout.FOLDED)
    visit = window(color_scheme=scheme, **size).open(room.id)
    message = visit.messages.first
    headline = message.get_by_role("button", name="Fliggy Fuels Travel and Hospitality Sectors")
    story = message.get_by_text("rolled out a series of measures")
    expect(message.locator("button.container-head")).to_have_count(10)
    expect(story).to_be_hidden()

    press(headline)
    expect(story).to_be_visible()
    expect(headline).to_have_attribute("aria-expanded", "true")
    room.post("What is said meanwhile leaves it open.")
    expect(visit.messages).to_have_count(2)
    expect(story).to_be_visible()
    press(headline)
    expect(story).to_be_hidden()
    wide = "document.documentElement.scrollWidth - window.innerWidth"
    assert visit.page.evaluate(wide) <= 0


@pytest.mark.parametrize("layout", Layout)
def test_axe_finds_nothing_serious_in_a_post_and_its_thread(
    window: Callable[..., Visit], room: Room, layout: Layout
) -> None:
    """In the layouts' two colours and sizes by turns; what is folded, opened."""
    post_seed(room, layout)
    kind = {"color_scheme": "dark", **SMALL} if layout is Layout.FULL else WIDE
    visit = window(**kind).open(room.id)
    expect(visit.messages.first).to_contain_text("Fliggy")
    for headline in visit.messages.first.locator("button.container-head").all()[:2]:
        headline.click()
    for replies in visit.messages.locator(".replies").all():
        replies.click()
        expect(visit.thread.locator("article")).to_have_count(4)

    assert serious(visit) == []


def test_axe_finds_nothing_serious_on_a_long_home_which_scrolls_by_keyboard(
    window: Callable[..., Visit], room: Room
) -> None:
    visit = window(**WIDE).open(room.id)
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": f"Line {n}"}} for n in range(60)]
    visit.page.goto(f"{visit.server.url}/#/home")
    home = visit.page.locator("#home")
    # The bot draws it when it is opened; what is looked at is a home longer than the window.
    expect(home.locator(".header")).to_be_visible()
    room.client.views_publish(user_id=ME, view={"type": "home", "blocks": blocks})
    expect(home.locator(".block")).to_have_count(60)

    assert serious(visit) == []
    home.focus()
    visit.page.keyboard.press("End")
    expect(home.locator(".block").last).to_be_in_viewport()


def serious(visit: Visit) -> list[str]:
    found = Axe().run(visit.page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in SERIOUS]
