"""What is known after a response_url was used: only a certain no lets a reader share again."""

from __future__ import annotations

import pytest

from bot.core.message import Message
from bot.practice.model import ME
from bot.practice.server import PracticeServer
from bot.slack.listeners.responses import Responder

SHARED = Message(text="shared")


@pytest.mark.parametrize(
    ("fault", "there", "said"),
    [
        ("", 1, True),
        ("http_500_accepted", 1, True),
        ("lost_answer", 1, True),
        ("http_500", 0, True),  # it might be there: that cannot be told from outside
        ("used", 0, False),
    ],
)
def test_only_what_is_certainly_not_there_is_said_not_to_be(fault: str, there: int, said: bool) -> None:
    with PracticeServer(channels=["#news"], limits=None) as server:
        place = server.workspace.channel("#news")
        url = f"{server.url}/response/{server.workspace.permits.issue_response_url(ME, place.id, None)}"
        responder = Responder(lambda _: True)
        if fault == "used":
            for _ in range(5):
                responder.tell(url, SHARED)
        elif fault:
            server.fault("response_url", fault)

        assert responder.share(url, SHARED) is said
        assert len(server.workspace.posted("#news")) == there


def test_foreign_address_gets_nothing() -> None:
    assert not Responder(lambda _: False).share("https://example.com/", SHARED)
