"""An answer in the page, with the whole bot behind it: a story is read in place, and shared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from bot.app.bot import Bot
from bot.practice.model import EDITOR
from bot.practice.server import PracticeServer
from bot.practice.tokens import APP_TOKEN, BOT_TOKEN
from bot.slack.listeners.readers import SHARED_ALREADY
from tests.page.conftest import Visit, new_visit
from tests.waiting import until

CONFIG = """\
timezone: UTC
digests: {digests}
editors: [{editor}]
channels:
  - {{channel: "#news", post: mon 09:00}}
companies: {{Fliggy: [飞猪]}}
"""
ISSUE = """\
title: Roundup
date: 2020-05-01
stories:
  - headline: Fliggy fuels travel
    body: "Fliggy has coupons.\\n\\nThey are for trains."
    companies: [Fliggy]
  - {headline: It rained, body: "All week.\\n\\nAnd on Sunday."}
"""
WIDE = {"viewport": {"width": 1280, "height": 800}}
SMALL = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}

Press = Callable[[Locator], None]


@dataclass(frozen=True, slots=True)
class Reader:
    """A window at a workspace with the real bot in it."""

    visit: Visit

    def ask(self, text: str) -> Locator:
        before = self.visit.messages.count()
        self.visit.say(f"/roundup {text}".strip())
        answer = self.visit.messages.nth(before)
        expect(answer).to_contain_text("Only visible to you")
        return answer


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeServer]:
    folder: Path = tmp_path_factory.mktemp("reading")
    (folder / "digests").mkdir()
    (folder / "digests" / "issue.yaml").write_text(ISSUE)
    config = folder / "config.yaml"
    config.write_text(CONFIG.format(digests=folder / "digests", editor=EDITOR))
    with PracticeServer(channels=["news"], limits=None) as server:
        environ = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": server.api_url,
            "DATABASE_URL": f"sqlite:///{folder}/roundup.db",
        }
        bot = Bot(config, environ)
        assert bot.connect(socket=True)
        desk = bot.posting.desk
        until(lambda: len(list(desk.places())) == 1, "the channel is found")
        desk.post_now(desk.find("issue"), who=EDITOR)
        until(lambda: bot.newsroom.out.posts("issue"), "the post is out, and known to be")
        yield server
        bot.stop()


@pytest.fixture(
    params=[
        *(
            (size, scheme, how)
            for size, scheme in ((WIDE, "light"), (SMALL, "dark"))
            for how in ("pointer", "keys")
        )
    ],
    ids=["wide-light-pointer", "wide-light-keys", "small-dark-pointer", "small-dark-keys"],
)
def way(
    request: pytest.FixtureRequest, browser: Browser, practice: PracticeServer
) -> Iterator[tuple[Reader, Press]]:
    size, scheme, how = request.param
    visit = new_visit(browser, practice, color_scheme=scheme, **size)
    channel = practice.workspace.channel("#news")
    visit.open(channel.id)
    there = practice.workspace.in_channel(channel) + practice.workspace.ephemerals("#news")
    expect(visit.messages).to_have_count(len(there))
    yield Reader(visit), press_key if how == "keys" else Locator.click
    visit.page.context.close()
    visit.is_quiet()


def press_key(button: Locator) -> None:
    button.focus()
    button.press("Enter")


def test_a_story_is_read_in_place_and_back(way: tuple[Reader, Press]) -> None:
    reader, press = way
    answer = reader.ask("fligy")
    count = reader.visit.messages.count()
    expect(answer).to_contain_text("Why: spelled “fligy”, read as Fliggy")

    press(answer.get_by_role("button", name="Read: Fliggy fuels travel"))
    expect(answer).to_contain_text("They are for trains.")
    expect(reader.visit.messages).to_have_count(count)
    press(answer.get_by_role("button", name="Back"))
    expect(answer).to_contain_text("Why:")
    expect(answer).not_to_contain_text("They are for trains.")
    assert reader.visit.page.evaluate("document.documentElement.scrollWidth") <= reader.visit.page.evaluate(
        "window.innerWidth"
    )


def test_a_headline_of_the_welcome_opens(way: tuple[Reader, Press]) -> None:
    reader, press = way
    welcome = reader.ask("")

    press(welcome.get_by_role("button", name="Read: It rained"))
    expect(welcome).to_contain_text("And on Sunday.")
    press(welcome.get_by_role("button", name="Back"))
    expect(welcome).to_contain_text("Ask the roundup")


def test_a_story_is_shared_for_all_to_see_and_once(way: tuple[Reader, Press]) -> None:
    reader, press = way
    answer = reader.ask("rained")
    shared = reader.visit.page.locator("#channel-scroller article", has_text="Shared by")
    before = shared.count()
    share = answer.get_by_role("button", name="Share: It rained")

    press(share)
    expect(shared).to_have_count(before + 1)
    press(share)
    expect(reader.visit.messages.last).to_contain_text(SHARED_ALREADY)
    expect(shared).to_have_count(before + 1)


def test_the_link_opens_the_post_with_its_thread(way: tuple[Reader, Press], practice: PracticeServer) -> None:
    reader, _ = way
    link = reader.ask("fligy").get_by_role("link", name="In the channel: Fliggy fuels travel")
    expect(link).to_be_visible()

    reader.visit.page.goto(link.get_attribute("href") or "")
    expect(reader.visit.thread.locator("article").first).to_contain_text("Fliggy fuels travel")
