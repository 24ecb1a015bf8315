"""Takes the documents' pictures anew: `python docs/pictures.py` drives Chromium through the demo's page.

The demo's configuration has a channel for each layout but one: that one is added. The editors' are taken on
the way that tests/page/test_desk.py walks, so that what they show works.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a script, which sees only its own folder

from playwright.sync_api import Browser, Locator, Page, ViewportSize  # noqa: E402 - after the path

from bot.cli.demo import Demo  # noqa: E402
from bot.practice.model import EDITOR  # noqa: E402
from tests.page.chromium import chromium  # noqa: E402
from tests.page.walk import Walk, approve_and_send, write_and_time  # noqa: E402
from tests.slack.desk import Desk  # noqa: E402

IMAGES = ROOT / "docs" / "images"
SIZE: ViewportSize = {"width": 1440, "height": 900}
PATIENCE_SECONDS = 60
NARROW: ViewportSize = {"width": 1100, "height": 900}
QUESTION = "/roundup fligy"
FULL, FOLDED = "alibaba-news-london", "alibaba-news-folded"
OPENED = "Fliggy Fuels Travel and Hospitality Sectors"


@contextmanager
def _config() -> Iterator[Path]:
    """Return the demo's configuration with one channel more."""
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    text = text.replace("digests: digests ", f"digests: {ROOT / 'digests'} ")
    more = f'channels:\n  - {{channel: "#{FOLDED}", post: fri 09:00, layout: folded}}\n'
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yaml"
        config.write_text(text.replace("channels:\n", more, 1), encoding="utf-8")
        yield config


@contextmanager
def _page(browser: Browser) -> Iterator[Page]:
    """Open the demo's page, in the light, once the newest digest is there."""
    with _config() as config, Demo(config, port=0, first_port=0) as demo:
        demo.post_newest(PATIENCE_SECONDS, whole=True)
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(demo.url)
        page.locator("#channel-scroller .header").first.wait_for()
        yield page
        page.close()


def _open(page: Page, channel: str) -> None:
    """Go to a channel, at the top of its post."""
    page.locator("#nav a", has=page.get_by_text(channel, exact=True)).click()
    page.locator(".intro", has_text=channel).wait_for()
    page.locator("#channel-scroller .header").first.wait_for()
    page.locator("#channel-scroller").evaluate("node => { node.scrollTop = 0; }")
    page.locator(".jump").evaluate_all("nodes => nodes.forEach(node => node.remove())")  # on the words


def main() -> None:
    """Take all of them."""
    IMAGES.mkdir(exist_ok=True)
    with chromium() as browser:
        _of_readers(browser)
        _of_editors(browser)


def _of_editors(browser: Browser) -> None:
    """Take pictures of a draft, the forms that edit and time it, and of what an approver sees."""

    def picture(name: str, of: Locator | Page) -> None:
        hidden = ".jump, .tries { visibility: hidden !important; }"
        of.screenshot(style=hidden, path=IMAGES / f"{name}.png")

    with tempfile.TemporaryDirectory() as folder, Desk.open(Path(folder), approval="required") as desk:
        walk = Walk(browser=browser, url=desk.server.url, picture=picture)
        write_and_time(walk, desk.direct())
        approve_and_send(walk, desk.direct(EDITOR))
        walk.close()


def _of_readers(browser: Browser) -> None:
    """Take pictures of the post in each layout, of an answer, and of a story read in place."""
    with _page(browser) as page:
        _open(page, "alibaba-news")
        page.locator("#channel-scroller .replies").first.click()
        page.locator("#thread article").nth(1).wait_for()
        page.locator("#channel-scroller").evaluate("node => { node.scrollTop = 0; }")
        page.locator("#thread article").nth(1).evaluate("node => node.scrollIntoView({block: 'start'})")
        page.locator(".jump").evaluate_all("nodes => nodes.forEach(node => node.remove())")  # on the words
        page.mouse.move(0, 0)
        page.screenshot(path=IMAGES / "digest.png")
        page.set_viewport_size(NARROW)
        _open(page, FULL)
        page.screenshot(path=IMAGES / "full.png")
        _open(page, FOLDED)
        page.get_by_role("button", name=OPENED).click()
        page.locator("#channel-scroller").evaluate("node => { node.scrollTop = 0; }")
        page.mouse.move(0, 0)
        page.screenshot(path=IMAGES / "folded.png")
        _open(page, "alibaba-news")
        page.locator("#composer textarea").fill(QUESTION)
        page.locator("#composer textarea").press("Enter")
        answer = page.locator(".ephemeral").last
        answer.get_by_role("button", name="Read").wait_for()
        page.mouse.move(0, 0)
        answer.screenshot(path=IMAGES / "answer.png")
        answer.get_by_role("button", name="Read").click()
        answer.get_by_role("button", name="Back").wait_for()
        page.mouse.move(0, 0)
        answer.screenshot(path=IMAGES / "read.png")


if __name__ == "__main__":
    main()
