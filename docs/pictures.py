"""Takes the pictures of README.md and docs/editors.md anew: `python docs/pictures.py` drives Chromium.

The editors' are taken on the way that tests/page/test_desk.py walks, so that what they show works.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a script, which sees only its own folder

from playwright.sync_api import Browser, Locator, Page, ViewportSize, sync_playwright  # noqa: E402 - after the path

from bot.cli.demo import Demo  # noqa: E402
from bot.practice.model import EDITOR  # noqa: E402
from tests.page.walk import Walk, approve_and_send, write_and_time  # noqa: E402
from tests.slack.desk import Desk  # noqa: E402

IMAGES = ROOT / "docs" / "images"
SIZE: ViewportSize = {"width": 1440, "height": 900}
PATIENCE_SECONDS = 60
NARROW: ViewportSize = {"width": 1100, "height": 900}
QUESTION = "/roundup fligy"


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        yield browser
        browser.close()


@contextmanager
def _page(browser: Browser) -> Iterator[Page]:
    """Open the demo's page, in the light, once the newest digest is there."""
    with Demo(ROOT / "config.yaml", port=0, first_port=0) as demo:
        demo.post_newest(PATIENCE_SECONDS, whole=True)
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(demo.url)
        page.locator("#channel-scroller .header").first.wait_for()
        yield page
        page.close()


def main() -> None:
    """Take all of them."""
    IMAGES.mkdir(exist_ok=True)
    with _browser() as browser:
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
    """Take a picture of the post with its thread, one of an answer, and one of its story read in place."""
    with _page(browser) as page:
        page.locator("#channel-scroller .replies").first.click()
        page.locator("#thread article").nth(1).wait_for()
        page.locator("#channel-scroller").evaluate("node => { node.scrollTop = 0; }")
        page.locator("#thread article").nth(1).evaluate("node => node.scrollIntoView({block: 'start'})")
        page.locator(".jump").evaluate_all("nodes => nodes.forEach(node => node.remove())")  # on the words
        page.mouse.move(0, 0)
        page.screenshot(path=IMAGES / "digest.png")
        page.set_viewport_size(NARROW)
        page.reload()
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
