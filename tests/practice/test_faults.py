"""One row a fault: what the real client sees of it, and what is then in the channel."""

# ruff: noqa: S310 - every address is the test's own server

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException, IncompleteRead, RemoteDisconnected
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.core.errors import RoundupError
from bot.practice.faults import DEFINITE, KINDS, SOCKET
from bot.practice.server import PracticeServer
from bot.practice.tokens import BOT_TOKEN
from tests.practice.conftest import Clock
from tests.waiting import HASTE, PATIENCE, until

# what the client meets: an exception, or the code and status of an answer
Seen = type[Exception] | tuple[int, str]
# kind: (seen by the client, messages in the channel)
FAULTS: dict[str, tuple[Seen, int]] = {
    "lost_answer": (RemoteDisconnected, 1),
    "close": (RemoteDisconnected, 0),
    "close_accepted": (RemoteDisconnected, 1),
    "reset": (ConnectionResetError, 0),
    "reset_before": (ConnectionResetError, 0),
    "reset_accepted": (ConnectionResetError, 1),
    "reset_after": (ConnectionResetError, 1),
    "hang": (TimeoutError, 0),
    "hang_accepted": (TimeoutError, 1),
    "http_500": ((500, ""), 0),
    "http_500_accepted": ((500, ""), 1),
    "http_503": ((503, ""), 0),
    "http_503_accepted": ((503, ""), 1),
    "html": ((200, ""), 0),
    "html_accepted": ((200, ""), 1),
    "truncated": (IncompleteRead, 0),
    "truncated_accepted": (IncompleteRead, 1),
    "internal_error": ((200, "internal_error"), 0),
    "internal_error_accepted": ((200, "internal_error"), 1),
    "fatal_error": ((200, "fatal_error"), 0),
    "fatal_error_accepted": ((200, "fatal_error"), 1),
    "request_timeout": ((200, "request_timeout"), 0),
    "request_timeout_accepted": ((200, "request_timeout"), 1),
    "service_unavailable": ((200, "service_unavailable"), 0),
    "service_unavailable_accepted": ((200, "service_unavailable"), 1),
    "ratelimited": ((429, "ratelimited"), 0),
    "late_commit": (RemoteDisconnected, 0),
}


def seen_by(slack: WebClient) -> Seen:
    try:
        answer = slack.chat_postMessage(channel="news", text="x")
    except SlackApiError as error:
        data = error.response.data
        # A page instead of JSON is put into `error` by the client.
        code = data["error"] if isinstance(data, dict) and error.response.headers else "no JSON"
        return error.response.status_code, code if code.isidentifier() else ""
    except urllib.error.URLError as error:
        return type(error.reason) if isinstance(error.reason, Exception) else type(error)
    except (HTTPException, OSError) as error:
        return type(error)
    return answer.status_code, "ok"


def test_the_table_names_every_kind() -> None:
    assert set(FAULTS) | DEFINITE == KINDS - {*SOCKET, "history_lag", "scopes_untold"}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_is_seen_once_and_then_all_is_well(
    kind: str, server: PracticeServer, slack: WebClient
) -> None:
    """*accepted* kinds are in the channel whatever the client was told; the others never are."""
    if kind.startswith("hang"):
        slack.timeout = HASTE
    expected, posted = FAULTS[kind]
    server.fault("chat.postMessage", kind)

    seen = seen_by(slack)
    slack.timeout = PATIENCE
    after_fault = len(server.workspace.posted("news"))

    assert seen == expected
    assert after_fault == posted
    assert seen_by(slack) == (200, "ok")
    assert server.requests["chat.postMessage"] == 2


@pytest.fixture(scope="module")
def refusing() -> Iterator[PracticeServer]:
    with PracticeServer(channels=["news"], limits=None) as server:
        yield server


@pytest.mark.parametrize("code", sorted(DEFINITE))
def test_a_definite_code_posts_nothing(code: str, refusing: PracticeServer) -> None:
    slack = WebClient(BOT_TOKEN, base_url=refusing.api_url, retry_handlers=[])
    refusing.fault("chat.postMessage", code)

    assert seen_by(slack) == (200, code)
    assert refusing.workspace.posted("news") == []


def test_the_default_client_posts_twice_when_an_answer_is_lost(server: PracticeServer) -> None:
    """Why the publisher's own client has no retry handlers: this one says ok, and the channel has two."""
    slack = WebClient(BOT_TOKEN, base_url=server.api_url)
    server.fault("chat.postMessage", "lost_answer")

    assert slack.chat_postMessage(channel="news", text="x")["ok"]
    assert len(server.workspace.posted("news")) == 2


def test_a_late_message_appears_when_its_time_has_come(
    server: PracticeServer, slack: WebClient, clock: Clock
) -> None:
    server.fault("chat.postMessage", "late_commit", seconds=60)
    seen_by(slack)

    def history() -> int:
        return len(slack.conversations_history(channel="C0PRACTICE1")["messages"])

    early = history()
    clock.forward(seconds=61)

    assert (early, history()) == (0, 1)


def test_a_lagging_history_does_not_show_the_newest(
    server: PracticeServer, slack: WebClient, clock: Clock
) -> None:
    slack.chat_postMessage(channel="news", text="old")
    clock.forward(seconds=10)
    slack.chat_postMessage(channel="news", text="new")
    server.fault("conversations.history", "history_lag", seconds=5)

    def history() -> list[str]:
        return [m["text"] for m in slack.conversations_history(channel="C0PRACTICE1")["messages"]]

    assert history() == ["old"]
    assert history() == ["new", "old"]


def test_times_counts_and_a_star_means_any_posting_method(server: PracticeServer, slack: WebClient) -> None:
    server.fault("*", "is_archived", times=2)

    slack.auth_test()
    first = seen_by(slack)
    with pytest.raises(SlackApiError, match="is_archived"):
        slack.chat_update(channel="C0PRACTICE1", ts="1.000001", text="y")

    assert first == (200, "is_archived")
    assert seen_by(slack) == (200, "ok")


def test_retry_after_is_as_ordered(server: PracticeServer, slack: WebClient) -> None:
    server.fault("chat.postMessage", "ratelimited", retry_after=30)

    with pytest.raises(SlackApiError) as refused:
        slack.chat_postMessage(channel="news", text="x")

    assert refused.value.response.headers["Retry-After"] == "30"


def ordered(server: PracticeServer, body: bytes, kind: str = "application/json") -> tuple[int, Any]:
    request = urllib.request.Request(
        f"{server.url}/practice/faults", data=body, headers={"Content-Type": kind}
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


BAD_ORDERS = {
    "no kind": ({"method": "chat.postMessage"}, "kind"),
    "unknown kind": ({"method": "chat.postMessage", "kind": "tired"}, "'tired'"),
    "unknown method": ({"method": "chat.shout", "kind": "hang"}, "'chat.shout'"),
    "no method": ({"kind": "hang"}, "method"),
    "no times": ({"method": "*", "kind": "hang", "times": 0}, "times"),
    "times as text": ({"method": "*", "kind": "hang", "times": "2"}, "times"),
    "negative wait": ({"method": "*", "kind": "late_commit", "seconds": -1}, "seconds"),
    "unknown key": ({"method": "*", "kind": "hang", "tmes": 2}, "'tmes'"),
    "unknown reason": ({"method": "socket", "kind": "disconnect", "reason": "tired"}, "reason"),
    "socket fault of a method": ({"method": "chat.postMessage", "kind": "abort"}, "socket"),
    "method fault of the socket": ({"method": "socket", "kind": "hang"}, "'socket'"),
    "lag of a post": ({"method": "chat.postMessage", "kind": "history_lag"}, "history_lag"),
}


@pytest.mark.parametrize("what", BAD_ORDERS)
def test_a_bad_order_is_refused_with_a_reason(what: str, server: PracticeServer) -> None:
    order, reason = BAD_ORDERS[what]

    status, answer = ordered(server, json.dumps(order).encode())

    assert status == 400
    assert reason in answer["error"]
    assert server.faults.listed() == []


def test_orders_are_listed_and_forgotten(server: PracticeServer, slack: WebClient) -> None:
    ordered(server, b'{"method": "chat.postMessage", "kind": "hang", "times": 3}')
    url = f"{server.url}/practice/faults"
    with urllib.request.urlopen(url) as answer:
        listed = json.loads(answer.read())["faults"]
    with urllib.request.urlopen(urllib.request.Request(url, method="DELETE")):
        pass

    assert [(order["method"], order["kind"], order["times"]) for order in listed] == [
        ("chat.postMessage", "hang", 3)
    ]
    assert seen_by(slack) == (200, "ok")


def test_a_hanging_request_does_not_hold_up_the_end() -> None:
    """The workspace closes at once, whoever is still waiting for an answer."""
    server = PracticeServer(channels=["news"])
    server.start()
    server.fault("chat.postMessage", "hang")
    slack = WebClient(BOT_TOKEN, base_url=server.api_url, retry_handlers=[], timeout=2 * PATIENCE)
    seen: list[Seen] = []
    asking = threading.Thread(target=lambda: seen.append(seen_by(slack)))
    asking.start()
    until(lambda: server.requests["chat.postMessage"] == 1, "the request is there")

    server.stop()
    asking.join(PATIENCE)

    assert not asking.is_alive()
    assert seen
    assert seen != [(200, "ok")]


def test_a_port_that_is_taken_is_said_so(server: PracticeServer) -> None:
    port = int(server.url.rpartition(":")[2])

    with pytest.raises(RoundupError, match=f"port {port}"):
        PracticeServer(channels=["news"], port=port)
