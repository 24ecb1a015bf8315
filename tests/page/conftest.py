"""A real browser at a real practice workspace, with a small real bot in it that speaks over Socket Mode."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from slack_bolt import App
from slack_sdk import WebClient

from bot.practice.server import PracticeServer
from bot.practice.tokens import BOT_TOKEN
from tests.bolt import connect
from tests.missing import missing
from tests.page.chromium import PROGRAMS, chromium, program
from tests.waiting import PATIENCE

Json = dict[str, Any]

expect.set_options(timeout=PATIENCE * 1000)

HOSTILE = "<img src=x onerror=alert(1)> & <script>alert(2)</script>"
ESCAPED = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(text: str, action: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action, **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(text: str) -> Json:
    return {"text": plain(text), "value": text.lower()}


def field(label: str, name: str, **element: Any) -> Json:
    kind = {"type": "plain_text_input", "action_id": "value", **element}
    return {"type": "input", "block_id": name, "label": plain(label), "element": kind}


FOLLOW = {
    "type": "modal",
    "callback_id": "follow",
    "title": plain("Follow a company"),
    "submit": plain("Follow"),
    "blocks": [
        field("Company", "company"),
        field("Layout", "layout", type="static_select", options=[option("Headlines"), option("Full")]),
        {**field("Note", "note", multiline=True), "optional": True},
    ],
}

ANSWER = [
    {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "1 story"}]}],
    },
    section("*Fliggy Fuels Travel and Hospitality Sectors*\nFliggy rolled out a series of measures."),
    actions(button("Share to channel", "share", value="1")),
]


def build_app(server: PracticeServer, submitted: list[Json]) -> App:
    """The bot: answers a command, a press, a modal and a select, and has a home."""
    app = App(client=WebClient(token=BOT_TOKEN, base_url=server.api_url))

    @app.command("/roundup")
    def roundup(ack: Any, command: Json, client: WebClient) -> None:
        text = command.get("text", "")
        if text == "follow":
            ack()
            client.views_open(trigger_id=command["trigger_id"], view=FOLLOW)
        elif text == "hostile":
            ack(text=ESCAPED, blocks=[section(ESCAPED), {"type": "header", "text": plain(HOSTILE)}])
        else:
            ack(text="1 story", blocks=ANSWER)

    @app.action("share")
    def share(ack: Any, respond: Any) -> None:
        ack()
        respond(text="Shared.", replace_original=True)

    @app.action("record")
    def record(ack: Any, action: Json) -> None:
        ack()
        submitted.append(action)

    @app.options("record")
    def companies(ack: Any, payload: Json) -> None:
        found = [
            name for name in ("Fliggy", "Freshippo", "MYbank") if payload["value"].lower() in name.lower()
        ]
        ack(options=[option(name) for name in found])

    @app.view("follow")
    def follow(ack: Any, view: Json) -> None:
        if view["state"]["values"]["company"]["value"]["value"] == "nobody":
            ack(response_action="errors", errors={"company": "No company of that name."})
            return
        ack()
        submitted.append(view["state"]["values"])

    @app.event("app_home_opened")
    def home(event: Json, client: WebClient) -> None:
        blocks = [
            {"type": "header", "text": plain("Your roundup")},
            actions(button("Press", "record", value="home")),
        ]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    return app


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A channel of a test's own, with what its bot and its browser see of it."""

    id: str
    name: str
    client: WebClient
    submitted: list[Json]  # what was pressed, chosen and submitted, as the bot got it

    def post(self, text: str, *, blocks: list[Json] | None = None, **more: Any) -> str:
        answer = self.client.chat_postMessage(channel=self.id, text=text, blocks=blocks, **more)
        return str(answer["ts"])

    def digest(self) -> str:
        """Post a small digest with its thread."""
        story = section(
            "*Fliggy Fuels Travel and Hospitality Sectors*\nFliggy rolled out a series of measures."
        )
        title = {"type": "header", "text": plain("Road to Recovery")}
        when = {
            "type": "context",
            "elements": [{"type": "mrkdwn", "text": "Friday, 1 May 2020 · 10 stories"}],
        }
        parent = self.post("Road to Recovery", blocks=[title, when, {"type": "divider"}, story])
        for n in range(1, 4):
            self.post(f"Story {n} in full", thread_ts=parent)
        return parent


class Visit:
    """One reader's browser window, and what they do most."""

    def __init__(self, page: Page, server: PracticeServer) -> None:
        self.page = page
        self.server = server
        self.requests: list[str] = []
        self.faults: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    def open(self, channel: str) -> Visit:
        self.page.goto(f"{self.server.url}/#/{channel}")
        self.page.wait_for_selector("#composer textarea")
        self.page.wait_for_selector(".intro")
        return self

    def is_quiet(self) -> None:
        """Check that the page threw no error and asked nobody but this machine."""
        assert self.faults == []
        assert [url for url in self.requests if not url.startswith("http://127.0.0.1:")] == []
        self.requests.clear()

    @property
    def field(self) -> Locator:
        return self.page.locator("#composer textarea")

    @property
    def messages(self) -> Locator:
        return self.page.locator("#channel-scroller article")

    @property
    def replies(self) -> Locator:
        """What opens a digest's thread, once all is there: one more draws it anew, and a press is lost."""
        replies = self.messages.locator(".replies")
        expect(replies).to_contain_text("3 replies")
        return replies

    @property
    def thread(self) -> Locator:
        return self.page.locator("#thread")

    def say(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")


def new_visit(browser: Browser, server: PracticeServer, **options: Any) -> Visit:
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
    context.set_default_timeout(PATIENCE * 1000)
    return Visit(context.new_page(), server)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if program() is None:
        missing(f"Chromium is not installed: the page is not tested (apt-get install {PROGRAMS[0]})")
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def submitted() -> list[Json]:
    return []


@pytest.fixture(scope="session")
def server(submitted: list[Json]) -> Iterator[PracticeServer]:
    with PracticeServer(channels=["alibaba-news"], limits=None) as server:
        handler = connect(build_app(server, submitted))
        yield server
        handler.close()  # type: ignore[no-untyped-call]


_NUMBERS = itertools.count(1)


@pytest.fixture
def room(server: PracticeServer, submitted: list[Json]) -> Room:
    submitted.clear()
    channel = server.workspace.add_channel(f"room-{next(_NUMBERS)}", member=True)
    client = WebClient(token=BOT_TOKEN, base_url=server.api_url)
    return Room(id=channel.id, name=channel.name, client=client, submitted=submitted)


@pytest.fixture
def window(browser: Browser, server: PracticeServer) -> Iterator[Callable[..., Visit]]:
    """Open windows of their own kind: dark, small, or at another workspace."""
    visits: list[Visit] = []

    def open_window(**options: Any) -> Visit:
        visits.append(new_visit(browser, server, **options))
        return visits[-1]

    yield open_window
    for visit in visits:
        visit.page.context.close()
        visit.is_quiet()


@pytest.fixture(scope="session")
def tab(browser: Browser, server: PracticeServer) -> Iterator[Visit]:
    """One window for most tests, because opening one takes longer than all they do."""
    visit = new_visit(browser, server)
    yield visit
    visit.page.context.close()


@pytest.fixture
def visit(tab: Visit, room: Room) -> Iterator[Visit]:
    """A reader new to the page, at the test's own channel."""
    yield tab.open(room.id)
    tab.page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    tab.page.goto("about:blank")
    tab.is_quiet()
