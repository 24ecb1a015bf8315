"""What stands open in front of editors, with a Slack that answers as written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bot.core.delivery.answers import Refused
from bot.slack.screens import Screens

FORM = {"id": "V1", "hash": "form"}


class Script:
    """Answers in turn, and remembers which hash was named."""

    def __init__(self, *answers: Mapping[str, Any] | Refused) -> None:
        self._answers = list(answers)
        self.named: list[str] = []

    def ask(self, method: str, arguments: Mapping[str, Any]) -> Mapping[str, Any] | Refused:
        assert (method, arguments["view_id"]) == ("views.update", "V1")
        self.named.append(str(arguments.get("hash", "")))
        return self._answers.pop(0)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.screens.UNTIL_COVERED", (0.0, 0.0, 0.0))


def test_a_form_is_waited_for_until_its_acknowledgement_covers_it() -> None:
    """Else "Saving…" came later than what became of it, and stood there for ever."""
    slack = Script({"view": {"hash": "ours"}}, Refused(error="hash_conflict"))

    assert Screens(slack).submitted(FORM) == "V1"
    assert slack.named == ["form", "ours"]


def test_what_is_covered_already_is_not_waited_for() -> None:
    slack = Script(Refused(error="hash_conflict"))

    assert Screens(slack).submitted(FORM) == "V1"
    assert slack.named == ["form"]


def test_nobody_waits_for_an_acknowledgement_for_ever() -> None:
    slack = Script(*({"view": {"hash": f"{n}"}} for n in range(3)))

    assert Screens(slack).submitted(FORM) == "V1"
    assert slack.named == ["form", "0", "1"]
