"""What Slack or a proxy sends again, because the first answer was lost, has one effect in either mode."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt import App, BoltResponse

from bot.slack import once
from bot.slack.bolt import acknowledge, build_app
from bot.slack.once import Once, name_of
from tests.slack.test_http import IDENTITY, Client
from tests.waiting import until

WHO = {"team": {"id": "T1"}, "user": {"id": "U1"}}
VIEW = {"id": "V1", "hash": "1.a", "type": "modal", "callback_id": "deed"}
COMMAND = {
    "command": "/roundup",
    "text": "fligy",
    "team_id": "T1",
    "user_id": "U1",
    "channel_id": "C1",
    "trigger_id": "1.2.abc",
}
EVENT = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": {"type": "channel_archive"}}
PRESS = {"type": "block_actions", **WHO, "trigger_id": "1.2.abc", "actions": [{"action_id": "deed"}]}
PRESS_WITHOUT_TRIGGER = {
    "type": "block_actions",
    **WHO,
    "actions": [{"action_id": "deed", "action_ts": "1588300000.1"}],
}
SUBMISSION = {"type": "view_submission", **WHO, "trigger_id": "1.2.abc", "view": VIEW}
SHORTCUT = {"type": "shortcut", **WHO, "callback_id": "deed", "action_ts": "1588300000.1"}
DEEDS: dict[str, dict[str, Any]] = {
    "command": COMMAND,
    "event": EVENT,
    "press": PRESS,
    "press without trigger": PRESS_WITHOUT_TRIGGER,
    "submission": SUBMISSION,
    "shortcut": SHORTCUT,
}
NEXT: dict[str, dict[str, Any]] = {
    "command": {**COMMAND, "trigger_id": "1.2.abd"},
    "event": {**EVENT, "event_id": "Ev2"},
    "press": {**PRESS, "trigger_id": "1.2.abd"},
    "press without trigger": {
        **PRESS_WITHOUT_TRIGGER,
        "actions": [{"action_id": "deed", "action_ts": "1588300000.2"}],
    },
    "submission": {**SUBMISSION, "trigger_id": "1.2.abd"},
    "shortcut": {**SHORTCUT, "action_ts": "1588300000.2"},
}


class Deeds:
    """A bare bot that counts what it was made to do."""

    def __init__(self) -> None:
        self.done = 0
        self.acknowledged = 0
        self.app: App = build_app(
            token="xoxb-test", api_url="http://127.0.0.1:9/api/", identity=lambda: IDENTITY
        )
        self.client = Client(self.app)
        for connect in (
            self.app.event("channel_archive"),
            self.app.action("deed"),
            self.app.view("deed"),
            self.app.shortcut("deed"),
        ):
            connect(ack=acknowledge, lazy=[self._do])
        self.app.command("/roundup")(ack=self._answer, lazy=[self._do])

    def _answer(self, ack: Any) -> None:
        self.acknowledged += 1
        ack(f"answer {self.acknowledged}")

    def _do(self) -> None:
        self.done += 1

    def post(self, payload: dict[str, Any]) -> tuple[int, bytes]:
        if "command" in payload:
            return self.client.post(urlencode(payload))
        if payload["type"] == "event_callback":
            return self.client.post(json.dumps(payload), kind="application/json")
        return self.client.post(urlencode({"payload": json.dumps(payload)}))


@pytest.mark.parametrize("kind", DEEDS)
def test_what_comes_again_over_http_is_answered_alike_and_done_once(kind: str) -> None:
    """Slack's next try of an event is a new request, signed anew; of anything else a proxy may make one."""
    deeds = Deeds()
    answers = {deeds.post(DEEDS[kind]) for _ in range(3)}
    next_answer = deeds.post(NEXT[kind])
    until(lambda: deeds.done >= 2, "what was new is done")
    deeds.app.listener_runner.listener_executor.shutdown()

    assert len(answers) == 1
    assert {status for status, _ in (*answers, next_answer)} == {200}
    assert deeds.done == 2


def test_two_tries_at_once_are_one() -> None:
    deeds = Deeds()
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(lambda _: deeds.post(COMMAND), range(8)))

    assert answers == {(200, b"answer 1")}


def test_one_trigger_for_two_questions_is_two_questions() -> None:
    deeds = Deeds()

    assert deeds.post(COMMAND) != deeds.post({**COMMAND, "text": "cainiao"})


def test_what_has_no_name_is_done_each_time() -> None:
    """As what a reader types into a menu: the same letters may find something else the next time."""
    nameless = {name: value for name, value in COMMAND.items() if name != "trigger_id"}
    deeds = Deeds()

    assert deeds.post(nameless) != deeds.post(nameless)


def said(text: str = "", status: int = 200) -> BoltResponse:
    return BoltResponse(status=status, body=text)


def test_a_failure_is_no_answer_to_the_next_try() -> None:
    answers = Once()
    failed = answers.answer("a", lambda: said("no", 500))
    with pytest.raises(ZeroDivisionError):
        answers.answer("a", lambda: said(str(1 // 0)))

    assert failed.status == 500
    assert answers.answer("a", lambda: said("yes")).body == "yes"
    assert answers.answer("a", lambda: said("again")).body == "yes"


@pytest.mark.parametrize(("name", "most"), [("MOST", 10), ("CHARACTERS", 1000)])
def test_memory_is_bounded_and_the_oldest_goes_first(
    name: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(once, name, most)
    answers = Once()
    for number in range(100):
        answers.answer(str(number), lambda: said("x" * 100))

    assert answers.answer("91", lambda: said("anew")).body != "anew"
    assert answers.answer("0", lambda: said("anew")).body == "anew"
    assert len(answers._answers) <= 10


def test_who_is_answered_late_after_many_others_is_not_counted() -> None:
    """Pushed out while it was under way, it weighs nothing."""
    answers, begun, go = Once(), threading.Event(), threading.Event()

    def slow() -> BoltResponse:
        begun.set()
        go.wait()
        return said("x" * 1000)

    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(answers.answer, "late", slow)
        begun.wait()
        for number in range(once.MOST + 1):
            answers.answer(str(number), said)
        go.set()

    assert late.result().body == "x" * 1000
    assert answers._weight == 0


def test_a_name_is_short_however_long_what_it_names_is() -> None:
    assert len(name_of({"event_id": "x" * 100_000})) == len(name_of({"trigger_id": "1", "text": "x" * 9999}))
