"""Editors at the desk, in a practice workspace with the whole bot: what they send, press and fill in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

from bot.app.bot import Bot
from bot.core.digest import Digest
from bot.core.sheets import Sheet
from bot.practice.model import EDITOR, ME, Message
from bot.practice.server import SIGNING_SECRET, PracticeServer
from bot.practice.tokens import APP_TOKEN, BOT_TOKEN
from bot.store.database import LedgerError
from tests.waiting import PATIENCE, until

Json = dict[str, Any]
SEED = Path(__file__).parent.parent / "data" / "alibaba-news-roundup-road-to-recovery.txt"
CONFIG = """\
timezone: Asia/Shanghai
digests: digests
editors: [{editors}]
approval: {approval}
channels:
  - channel: "#alibaba-news"
    post: fri 09:00
    remind: never  # a letter to editors just before another one makes that wait for a minute
  - channel: "#alibaba-news-london"
    post: fri 09:00
    remind: never
    timezone: Europe/London
    layout: full
companies: {{Fliggy: [飞猪], MYbank: []}}
delivery: {{quiet: 0s}}
"""

SHORT = b"""\
%s

Fliggy Sells Trips

To many people, who like to go far away from home, and to come back again after a while.

MYbank Lends Money

To shops that need it, at a rate that they can pay, and for as long as they need it for.
"""


class Desk:
    """A bot, its workspace, and whoever sits at the page."""

    def __init__(self, server: PracticeServer, bot: Bot, config: Path) -> None:
        self.server, self.bot, self.config = server, bot, config

    @classmethod
    @contextmanager
    def open(
        cls, folder: Path, *, approval: str = "none", editors: Sequence[str] = (ME, EDITOR), **server: Any
    ) -> Iterator[Desk]:
        (folder / "digests").mkdir(exist_ok=True)
        config = folder / "config.yaml"
        config.write_text(CONFIG.format(editors=", ".join(editors), approval=approval), encoding="utf-8")
        with PracticeServer(
            channels=["#alibaba-news", "#alibaba-news-london", "#editors"], limits=None, **server
        ) as practice:
            practice.workspace.permits.trigger_life = timedelta(seconds=PATIENCE)
            environ = {
                "SLACK_API_URL": practice.api_url,
                "SLACK_BOT_TOKEN": BOT_TOKEN,
                "SLACK_APP_TOKEN": APP_TOKEN,
                "SLACK_SIGNING_SECRET": SIGNING_SECRET,
                "DATABASE_URL": f"sqlite:///{folder}/roundup.db",
            }
            bot = Bot(config, environ)
            try:
                bot.connect(socket=True)
                until(lambda: len(bot.posting.desk.places()) == 2, "the channels are found")
                yield cls(practice, bot, config)
            finally:
                bot.stop()

    def direct(self, user: str = ME) -> str:
        return self.server.workspace.direct(user).id

    def send(self, name: str, content: bytes, *, user: str = ME, thread: str = "", **how: Any) -> Message:
        """Send a file, and return the bot's answer to it."""
        channel = self.direct(user)
        return self._answer(
            channel,
            lambda: self.server.interactions.share(
                channel, [(name, content)], user=user, thread_ts=thread or None, **how
            ),
        )

    def say(self, text: str, *, user: str = ME) -> Message:
        channel = self.direct(user)
        return self._answer(channel, lambda: self.server.interactions.say(channel, text, user=user))

    def _answer(self, channel: str, act: Callable[[], Message]) -> Message:
        """Return what the bot says below a message: reminders and files of other drafts may come, too."""
        before = len(self.server.workspace.posted(channel))
        root = (sent := act()).thread_ts or sent.ts

        def answers() -> list[Message]:
            posted = self.server.workspace.posted(channel)[before:]
            return [m for m in posted if m.thread_ts == root and not m.files]

        until(answers, "the bot has answered")
        return answers()[0]

    def told(self, saying: str, *, channel: str, user: str = ME) -> Message:
        """Return what only that person sees, once it says that."""

        def said() -> list[Message]:
            shown = self.server.workspace.ephemerals(channel, user)
            return [m for m in shown if saying in f"{m.text} {m.blocks}"]

        until(said, f"it is said: {saying}")
        return said()[-1]

    # --- presses and modals

    def press(self, message: Message, action: str, *, user: str = ME) -> None:
        assert self.server.press(message.channel, message.ts, action, user=user).ok

    def modal(self, *, user: str = ME, saying: str = "") -> Json:
        """Return what stands open in front of somebody, once it says that."""

        def top() -> Json | None:
            for view in self.server.workspace.views.stack(user)[-1:]:
                waits = any(words in str(view.body) for words in ("One moment…", "Saving…", "Reading it…"))
                if saying in str(view.body) and not waits:
                    return {**view.body, "id": view.id}
            return None

        return until(top, f"a form is open that says {saying!r}") or {}

    def close(self, *, user: str = ME) -> None:
        """Close all that stands open in front of somebody."""
        self.server.workspace.views.close(*self.server.workspace.views.stack(user))

    def press_in(self, view: Json, action: str, *, block: str = "", user: str = ME, **chosen: Any) -> None:
        about = {"view_id": view["id"], "action_id": action, "block_id": block, **chosen}
        assert self.server.wait(self.server.interactions.press(action=about, user=user)).ok

    def submit(self, view: Json, **typed: Json) -> Json:
        """Fill fields in, leave the others as they are, and send the form; return the errors at fields."""
        values: Json = {}
        for block in view["blocks"]:
            if block["type"] == "input":
                name = block["block_id"].partition("|")[0]
                element = block["element"]
                values[block["block_id"]] = {element["action_id"]: typed.get(name) or _untouched(element)}
        result = self.server.wait(self.server.interactions.submit(view["id"], values))
        assert result.ok or result.errors, result.error
        return dict(result.errors)

    def text_of(self, message: Message) -> str:
        return f"{message.text} {message.blocks}"


def draft_of(desk: Desk, title: str, *, user: str = ME) -> Message:
    """Send a short roundup of that title, and return the bot's answer."""
    return desk.send(f"{title}.txt", SHORT % title.encode(), user=user)


def id_of(answer: Message) -> str:
    buttons = next(block["elements"] for block in answer.blocks if block["type"] == "actions")
    return str(json.loads(buttons[0]["value"])["digest"])


def with_headline(sheet: Sheet, headline: str) -> Digest:
    assert sheet.digest
    first, *rest = sheet.digest.stories
    return replace(sheet.digest, stories=(replace(first, headline=headline), *rest))


def _untouched(element: Json) -> Json:
    starts = {
        "initial_value": "rich_text_value" if element["type"] == "rich_text_input" else "value",
        "initial_options": "selected_options",
        "initial_option": "selected_option",
        "initial_date": "selected_date",
    }
    return {"type": element["type"], **{to: element[of] for of, to in starts.items() if of in element}}


def typed(text: str) -> Json:
    return {"type": "plain_text_input", "value": text}


@contextmanager
def without_editor(desk: Desk, editor: str) -> Iterator[None]:
    """Take an editor out of the config for a while."""
    settings, written = desk.bot.newsroom.settings, desk.config.read_text(encoding="utf-8")
    desk.config.write_text(written.replace(f"{editor}, ", ""), encoding="utf-8")
    try:
        until(lambda: editor not in settings.current.editors, "the config is read")
        yield
    finally:
        desk.config.write_text(written, encoding="utf-8")
        until(lambda: editor in settings.current.editors, "the config is read again")


def away(*_: object, **__: object) -> NoReturn:
    raise LedgerError("away")
