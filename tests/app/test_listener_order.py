"""Which of our listeners Bolt asks on the way to an answer: each one it asks costs every reader's command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import BoltRequest
from slack_bolt.listener.listener import Listener

from bot.app.bot import Bot
from tests.files.written_files import CONFIG, DIGEST, write


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    write(tmp_path / "digests" / "first.yaml", DIGEST)
    environ = {
        "SLACK_BOT_TOKEN": "xoxb-test",
        "SLACK_API_URL": "http://127.0.0.1:9/api/",
        "DATABASE_URL": f"sqlite:///{tmp_path}/roundup.db",
    }
    bot = Bot(write(tmp_path / "config.yaml", CONFIG), environ)
    yield bot
    bot.stop()


@pytest.mark.parametrize(
    ("text", "listeners"), [("Fliggy", []), ("previews", []), ("Preview x", ["acknowledge"])]
)
def test_question_is_answered_before_any_listener_is_asked(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, text: str, listeners: list[str]
) -> None:
    """And what editors order is asked of the first one."""
    asked: list[str] = []
    matches = Listener.matches

    def recording(self: Any, **what: Any) -> Any:
        asked.append(self.ack_function.__name__)
        return matches(self, **what)

    monkeypatch.setattr(Listener, "matches", recording)

    answer = _ask(bot, text)

    assert asked == listeners
    assert ("ephemeral" in answer) == (not listeners)


def test_answer_is_made_once(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the newest digest, the welcome and a question: looked up and laid out at the first time only."""
    bodies = [_ask(bot, text) for text in ("latest", "", "Fliggy", "help")]
    with _nothing_is_made(monkeypatch):
        assert [_ask(bot, text) for text in ("latest", "", "Fliggy", "help")] == bodies


def _ask(bot: Bot, text: str) -> str:
    body = {"command": "/roundup", "text": text, "team_id": "T1", "user_id": "U1", "channel_id": "C1"}
    answer: str = bot.bolt.dispatch(BoltRequest(mode="socket_mode", body=body)).body
    return answer


@contextmanager
def _nothing_is_made(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.delattr("bot.slack.listeners.readers.answer_message")
        patched.delattr("bot.search.engine.SearchEngine.search")
        yield
