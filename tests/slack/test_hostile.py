"""Requests that nobody at Slack would send, signed and not: each is answered, none is an error of ours."""

from __future__ import annotations

import copy
import json
import logging
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.app.bot import Bot
from bot.practice.server import PracticeServer
from bot.practice.tokens import BOT_TOKEN
from bot.slack.listeners.editors import ORDERS
from bot.slack.views import answers, desk, editing, history, kit, stories, timing
from tests.slack.test_http import SECRET, Client
from tests.waiting import finished

REQUESTS = 5_000  # in a run; every run draws others

EDITOR = "U024BE7LH"
PERSON = {"team": {"id": "T1", "domain": "practice"}, "user": {"id": EDITOR, "name": "ann", "team_id": "T1"}}
PLACE = {"channel": {"id": "C1", "name": "news"}, "container": {"type": "message", "message_ts": "1.1"}}
VIEW = {"id": "V1", "type": "modal", "callback_id": "any", "state": {"values": {"b": {"a": {"value": "x"}}}}}
NOTE = {"d": "d", "n": 1, "s": 1, "p": 0, "b": ["\n\n"], "g": {"alt": [" "]}, "m": "|1.1.0"}
NOTE |= {"way": "next", "day": "2020-05-08", "free": "2020-05-08", "said": "0123456789abcdef"}
FILLED: dict[str, dict[str, Any]] = {
    "text|1": {
        "value": {"rich_text_value": {"type": "rich_text", "elements": [{"type": "rich_text_section"}]}}
    },
    "headline|1.1.0": {"value": {"type": "plain_text_input", "value": "Fliggy Sells Trips"}},
    "body0|1.1.0": {"value": {"type": "plain_text_input", "value": "To many people."}},
    "tags|1.1.0": {editing.TAGS: {"selected_options": [{"value": "travel"}]}},
    "date|h.1.0": {"value": {"type": "datepicker", "selected_date": "2020-05-08"}},
    "way": {timing.WAY: {"type": "radio_buttons", "selected_option": {"value": "date"}}},
    "day": {timing.DAY: {"type": "datepicker", "selected_date": "2020-05-08"}},
}
FORM = {**VIEW, "hash": "1.a", "private_metadata": json.dumps(NOTE), "state": {"values": FILLED}}
FORMS = [desk.NEW_FORM, editing.STORY_FORM, editing.HEAD_FORM, timing.WHEN_FORM]
IN_FORMS = [
    *(editing.STORY, editing.ADD, editing.HEAD, editing.UP, editing.DOWN, editing.LEAVE_OUT, editing.PAGE),
    *(editing.TAKE_OVER, timing.WAY, timing.DAY, history.LOOK, history.RESTORE, history.EARLIER),
]
AT_THE_DESK = [
    *(desk.EDIT, desk.WHEN, desk.DISCARD, desk.BRING_BACK, desk.TAKE_SENT, desk.TAKE_IN, desk.READ_ALL),
    *(desk.ASK, desk.APPROVE, desk.PREVIEW, history.VERSIONS, timing.UNSKIP),
]
PRESSED = [
    *AT_THE_DESK,
    *(stories.MORE, stories.BACK, stories.READ, stories.SHARE),
    f"{answers.SUGGEST}0",
    kit.OPEN_LINK,
    *ORDERS,
]
VALUES = [
    '{"q": "fligy", "offset": 5}',
    '{"digest": "d", "channel": "#news"}',
    '{"digest": "d", "number": 1, "now": 1, "sent": 1, "base": 1, "file": "F1"}',
    '{"days": [["#news", "2020-05-08"]]}',
    '{"days": [["#news"], "2020-05-08", ["#news", "soon"]]}',
    '{"story": "d/1", "q": "fligy", "offset": 5}',
    '{"story": "\\ud800", "q": [], "offset": true}',
    '{"stories": ["d/1"]}',
    '{"digest": "\\ud800", "channel": "#news"}',
    '{"stories": ["\\ud800"]}',
    '{"q": "\\ud800", "offset": 5}',
    "fligy",
]

JSON: list[dict[str, Any]] = [
    {"type": "url_verification", "challenge": "3eZ", "token": "t"},
    {
        "type": "event_callback",
        "team_id": "T1",
        "authorizations": [{"team_id": "T1", "user_id": "UBOT", "is_bot": True}],
        "event": {"type": "app_home_opened", "user": EDITOR, "channel": "D1", "tab": "home"},
    },
    {
        "type": "event_callback",
        "team_id": "T1",
        "is_ext_shared_channel": True,
        "event": {
            "type": "message",
            "subtype": "message_changed",
            "channel": "C1",
            "channel_type": "im",
            "thread_ts": "1.1",
            "message": {"user": EDITOR, "text": "hi", "thread_ts": "1.1"},
            "previous_message": {"user": EDITOR},
        },
    },
    {
        "type": "event_callback",
        "team_id": "T1",
        "event": {
            "type": "message",
            "channel": "D1",
            "channel_type": "im",
            "user": EDITOR,
            "ts": "1.1",
            "files": [{"id": "F1"}],
            "blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{}]}]}],
        },
    },
]
PAYLOADS: list[dict[str, Any]] = [
    *(
        {
            "type": "block_actions",
            "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value}],
            "response_url": "https://hooks.slack.test/x",
            "message": {"ts": "1.1", "text": "hi", "thread_ts": "1.0"},
            **PERSON,
            **PLACE,
        }
        for action in PRESSED
        for value in VALUES
    ),
    *(
        {"type": "view_submission", "view": {**FORM, "callback_id": form}, **PERSON}
        for form in FORMS
        for _ in range(5)  # they hold more than others that can be odd
    ),
    *(
        {
            "type": "block_actions",
            "actions": [{"type": "button", "action_id": action, "block_id": "story:1", "value": value}],
            "view": FORM,
            "trigger_id": "1",
            **PERSON,
        }
        for action in IN_FORMS
        for value in ('{"s": 1, "p": 1, "v": 1}', "{}")
    ),
    {
        "type": "block_suggestion",
        "action_id": editing.TAGS,
        "block_id": "b",
        "value": "f",
        "view": FORM,
        **PERSON,
    },
    {"type": "view_submission", "view": VIEW, "response_urls": [{"response_url": "x"}], **PERSON},
    {"type": "view_closed", "view": VIEW, "is_cleared": False, **PERSON},
    {"type": "block_suggestion", "action_id": "any", "block_id": "b", "value": "f", "view": VIEW, **PERSON},
    {"type": "shortcut", "callback_id": "any", "trigger_id": "1", **PERSON},
    {"type": "message_action", "callback_id": "any", "message": {"ts": "1.1"}, **PERSON, **PLACE},
    {"type": "workflow_step_edit", "callback_id": "any", "workflow_step": {}, **PERSON},
    {"type": "interactive_message", "callback_id": "any", "actions": [{"name": "a"}], **PERSON},
]
COMMAND = {
    "command": "/roundup",
    "text": "fligy",
    "user_id": EDITOR,
    "channel_id": "C1",
    "response_url": "x",
}

NESTED = '{"a":' * 200 + "1" + "}" * 200
ENDLESS = "[" * 100_000
JUNK: list[Any] = [
    None, True, False, 0, -1, 1e308, 10**400, "", " ", "x" * 5000, "\ud800", "\x00", "飞猪", "𝔣", "<!here>",
    [], {}, [[]], [{}], [None], {"": ""}, {"id": 5}, {"id": None}, {"type": []}, {"type": "message"},
    ["a"], [1, "b", {}], {"value": {"value": {}}}, json.loads(NESTED), "workflow_step", "function_executed",
]  # fmt: skip


class Hostile:
    """Draws requests: what Slack sends, broken in some place, or no such thing at all."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - to be repeated

    def request(self) -> dict[str, Any]:
        """Return the arguments of `Client.post`."""
        body, kind = self._random.choice([self._event, self._interaction, self._command, self._rubbish])()
        asked: dict[str, Any] = {
            "text": body,
            "kind": self._sometimes(kind, ["", "text/plain", "application/json", "ä"]),
            "method": self._sometimes("POST", ["GET", "PUT", "OPTIONS"]),
            "pieces": self._random.choice([1, 1, 3]),
        }
        return asked | self._random.choice([{}] * 12 + [{"signature": "v0=0"}, {"at": 5}, {"at": "soon"}])

    def _event(self) -> tuple[str, str]:
        return json.dumps(self._broken(self._random.choice(JSON))), "application/json"

    def _interaction(self) -> tuple[str, str]:
        payload = json.dumps(self._broken(self._random.choice(PAYLOADS)))
        return urlencode({"payload": payload}), "application/x-www-form-urlencoded"

    def _command(self) -> tuple[str, str]:
        fields = self._broken(COMMAND).items()
        form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields}
        return urlencode(form, errors="replace"), "application/x-www-form-urlencoded"

    def _rubbish(self) -> tuple[bytes, str]:
        drawn = self._random.choice([
            self._random.randbytes(self._random.randrange(200)),
            NESTED.encode(), ENDLESS.encode(), b"payload=" + ENDLESS.encode(), b"payload=" + NESTED.encode(),
            b"&a=" * 2000, b"payload=%ff", b'{"type": "event_callback"', b"[]", b"null", b"1" * 5000,
            b'"' + b"\\ud800" * 10 + b'"', json.dumps({**COMMAND, "text": 5}).encode(),
        ])  # fmt: skip
        return drawn, self._random.choice(["application/json", "application/x-www-form-urlencoded"])

    def _broken(self, payload: dict[str, Any]) -> dict[str, Any]:
        broken = copy.deepcopy(payload)
        for _ in range(self._random.choice([0, 1, 1, 1, 2, 4])):
            self._break(self._random.choice(list(_places(broken))))
        if self._random.random() < 0.1:
            broken[self._random.choice(["event", "view", "actions", "command", "user", "team"])] = (
                self._junk()
            )
        return broken

    def _break(self, place: Any) -> None:
        names = [*(place if isinstance(place, dict) else range(len(place)))]
        if not names:
            return
        name = self._random.choice(names)
        if isinstance(place[name], str) and place[name].startswith(
            "{"
        ):  # JSON within, which comes back as we sent it
            place[name] = self._broken_text(place[name])
        elif self._random.random() < 0.3:
            del place[name]
        else:
            place[name] = self._junk()

    def _broken_text(self, text: str) -> str:
        try:
            return json.dumps(self._broken(json.loads(text)))
        except RecursionError:  # broken before
            return ENDLESS[:3000]

    def _junk(self) -> Any:
        return copy.deepcopy(self._random.choice(JUNK))

    def _sometimes(self, usual: str, others: list[str]) -> str:
        return self._random.choice(others) if self._random.random() < 0.1 else usual


def _places(fields: Any) -> Iterator[Any]:
    """Yield every object and list in it."""
    yield fields
    for inner in fields.values() if isinstance(fields, dict) else fields:
        if isinstance(inner, dict | list):
            yield from _places(inner)


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    """Everything that listens, in a practice workspace."""
    (tmp_path / "digests").mkdir()
    (tmp_path / "digests" / "d.yaml").write_text(
        "title: Roundup\ndate: 2020-05-01\nstories:\n  - headline: Fliggy Sells Trips\n    body: To many.\n",
        encoding="utf-8",
    )
    (tmp_path / "config.yaml").write_text(
        f'timezone: UTC\neditors: [{EDITOR}]\nchannels:\n  - channel: "#news"\n    post: fri 09:00\n',
        encoding="utf-8",
    )
    with PracticeServer(channels=["#news"], limits=None) as practice:
        environ = {
            "SLACK_API_URL": practice.api_url,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "DATABASE_URL": f"sqlite:///{tmp_path}/roundup.db",
        }
        bot = Bot(tmp_path / "config.yaml", environ)
        yield bot
        bot.stop()


def test_whatever_is_sent_is_answered_and_no_error_of_ours(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    """Drawn anew each time. An error of what goes on after the answer counts, too."""
    caplog.set_level(logging.CRITICAL, logger="slack_sdk.web")  # as in `set_up_logging`
    caplog.set_level(logging.WARNING)  # last: it is the handler's level, too
    seed = random.SystemRandom().randrange(2**32)
    hostile, client = Hostile(seed), Client(bot.bolt)
    statuses: set[int] = set()

    async def send_all() -> None:
        for n in range(REQUESTS):
            asked = hostile.request()
            status, _ = await client.ask(**asked)
            statuses.add(status)
            assert status < 500, f"seed {seed}, request {n}: {str(asked)[:2000]}"

    finished(send_all())
    bot.bolt.listener_runner.listener_executor.shutdown(wait=True)

    assert statuses == {200, 400, 401, 404, 405}
    assert [_told(record) for record in caplog.records if _is_ours_to_mend(record)] == [], f"seed {seed}"


def _form(name: str, values: dict[str, Any] = FILLED, note: str = json.dumps(NOTE)) -> dict[str, Any]:
    view = {**FORM, "callback_id": name, "private_metadata": note, "state": {"values": values}}
    return {"type": "view_submission", "view": view, **PERSON}


def _pressed(action: str, value: str) -> dict[str, Any]:
    return {"type": "block_actions", "actions": [{"action_id": action, "value": value}], **PERSON, **PLACE}


ODD = {
    "date": _form(editing.HEAD_FORM, {"date": {"value": {"selected_date": "soon"}}}),
    "day": _form(timing.WHEN_FORM, {"day": {timing.DAY: {"selected_date": True}}}),
    "way": _form(timing.WHEN_FORM, {"way": {timing.WAY: {"selected_option": {"value": "soon"}}}}),
    "no-day": _form(timing.WHEN_FORM, {}, "{}"),
    "endless-note": _form(editing.STORY_FORM, note=ENDLESS[:3000]),
    "half-character": _form(editing.STORY_FORM, note='{"d": "\\ud800"}'),
    "endless-story": _pressed(stories.SHARE, '{"stories":' + "[" * 1900),
    "no-days": _pressed(timing.UNSKIP, '{"days": [["#news", "soon"]]}'),
    "files": {
        "type": "event_callback",
        "event": {"type": "message", "channel_type": "im", "channel": "D1", "user": EDITOR, "files": 5},
    },
}


@pytest.mark.parametrize("payload", ODD.values(), ids=ODD)
def test_no_part_of_what_a_form_or_a_button_of_ours_brings_back_is_trusted(
    bot: Bot, payload: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    body = urlencode({"payload": json.dumps(payload)})

    assert Client(bot.bolt).post(body)[0] == 200
    bot.bolt.listener_runner.listener_executor.shutdown(wait=True)
    assert [_told(record) for record in caplog.records if _is_ours_to_mend(record)] == []


def test_the_home_of_who_has_no_name_is_no_error(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    opened = {"type": "app_home_opened", "tab": "home"}
    odd: list[object] = [{}, [], {"id": "U1"}, {"id": ["U1"]}]
    for n, user in enumerate(odd):
        body = {"type": "event_callback", "event_id": f"Ev{n}", "event": {**opened, "user": user}}
        assert Client(bot.bolt).post(json.dumps(body), kind="application/json")[0] == 200
    bot.bolt.listener_runner.listener_executor.shutdown(wait=True)

    assert [_told(record) for record in caplog.records if _is_ours_to_mend(record)] == []


def _is_ours_to_mend(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.ERROR or bool(record.exc_info) or "\n" in record.getMessage()


def _told(record: logging.LogRecord) -> str:
    return logging.Formatter().format(record)
