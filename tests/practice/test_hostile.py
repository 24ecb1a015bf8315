"""What comes from elsewhere in the browser, and what no program sends that means well."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import product
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.practice.api import METHODS
from bot.practice.server import PracticeServer
from bot.practice.tokens import APP_TOKEN, BOT_TOKEN
from tests.waiting import PATIENCE

FORM = "application/x-www-form-urlencoded"


def ask(
    server: PracticeServer, method: str, path: str, body: bytes = b"", /, **headers: str
) -> tuple[int, bytes]:
    """Send a request as it is; `Sec_Fetch_Site` is the header Sec-Fetch-Site."""
    ((status, answer),) = ask_all(server, method, path, [body], **headers)
    return status, answer


def ask_all(
    server: PracticeServer, method: str, path: str, bodies: Iterable[bytes], /, **headers: str
) -> Iterator[tuple[int, bytes]]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    for body in bodies:  # each on a line of its own: kept open, a line waits 40 ms for the kernel each time
        line = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=PATIENCE)
        with closing(line):
            line.request(method, path, body, sent)
            answer = line.getresponse()
            yield answer.status, answer.read()


OTHER_PAGES = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},  # a file, a sandboxed frame
    {"Origin": "http://127.0.0.1:1"},  # another program's page on this machine
    {"Origin": "http://127.0.0.1.evil.example"},
    {"Origin": ""},
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "same-site"},
]


@pytest.mark.parametrize("headers", OTHER_PAGES, ids=str)
def test_another_page_changes_nothing(
    server: PracticeServer, slack: WebClient, headers: dict[str, str]
) -> None:
    """A page of any site can send requests here from the same browser, which says whose they are."""
    server.fault("chat.postMessage", "http_500", times=2)
    form = f"token={BOT_TOKEN}&channel=%23news&text=forged".encode()
    posted = b'{"channel": "news", "text": "forged"}'
    as_json = {"Content_Type": "application/json", **headers}
    tries = [
        ask(server, "POST", "/api/chat.postMessage", form, Content_Type=FORM, **headers),
        ask(
            server,
            "GET",
            "/api/chat.postMessage?channel=%23news&text=forged",
            Authorization=f"Bearer {BOT_TOKEN}",
            **headers,
        ),
        ask(server, "POST", "/practice/send", posted, **as_json),
        ask(server, "DELETE", "/practice/faults", **headers),
        ask(server, "POST", "/response/1", posted, **headers),
        ask(server, "GET", "/practice/messages?channel=news", **headers),
    ]

    assert [status for status, _ in tries] == [403] * len(tries)
    assert server.requests["chat.postMessage"] == 0
    assert server.workspace.messages["C0PRACTICE1"] == {}
    assert [fault["times"] for fault in server.faults.listed()] == [2]


def test_a_picture_s_address_posts_nothing(server: PracticeServer) -> None:
    """An old browser says nothing of a picture's page; but a picture sends no Authorization header."""
    path = f"/api/chat.postMessage?token={BOT_TOKEN}&channel=%23news&text=forged"

    assert json.loads(ask(server, "GET", path)[1]) == {"ok": False, "error": "not_authed"}
    assert server.workspace.messages["C0PRACTICE1"] == {}


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec_Fetch_Site": "same-origin"}, {"Sec_Fetch_Site": "none"}],
    ids=str,
)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_page_itself_and_programs_go_on(
    server: PracticeServer, host: str, headers: dict[str, str]
) -> None:
    own = f"{host}:{server.url.rpartition(':')[2]}"
    posted = b'{"channel": "news", "text": "hello"}'
    headers = {"Host": own, "Content_Type": "application/json", **headers}
    if headers.get("Sec_Fetch_Site") == "same-origin":
        headers["Origin"] = f"http://{own}"

    assert json.loads(ask(server, "POST", "/practice/send", posted, **headers)[1])["ok"]
    assert ask(server, "GET", "/", **headers)[0] == 200


def test_a_link_on_another_page_opens_the_page_and_no_frame_holds_it(server: PracticeServer) -> None:
    """A link in a mail or a chat is fine. In a frame, another page could lay itself over our buttons."""
    followed = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}

    assert ask(server, "GET", "/", Sec_Fetch_Dest="document", **followed)[0] == 200
    assert ask(server, "GET", "/", Sec_Fetch_Dest="iframe", **followed)[0] == 403
    path = f"/api/chat.postMessage?token={BOT_TOKEN}&channel=news&text=x"
    assert ask(server, "GET", path, Sec_Fetch_Dest="document", **followed)[0] == 403
    line = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=PATIENCE)
    with closing(line):
        line.request("GET", "/")
        assert line.getresponse().getheader("Content-Security-Policy") == "frame-ancestors 'none'"


# --- nothing that is sent is a fault of ours ------------------------------------------------------------

DEEP: Any = "x"
for _ in range(200):
    DEEP = [DEEP] if _ % 2 else {"elements": DEEP}
ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**400,
    1e300,
    "",
    "\0",
    "x" * 5000,
    [],
    [None],
    {},
    {"type": {}},
    DEEP,
    "[" * 5000,
)
BODIES = [
    *(b"", b"null", b"[]", b'"x"', b"{", b"\xff", b"\0", b'{"a": NaN}', b'{"text": 1e999}', b"1" * 5000),
    *(b'{"text": "\\ud800"}', b"[" * 100_000, b'{"a":' * 100_000),
    b'{"blocks": ' + b"[" * 900 + b"]" * 900 + b"}",
]  # fmt: skip
NAMES = {
    "channel": "news", "text": "x", "ts": "1.0", "user": "U024BE7LH", "user_id": "U024BE7LH", "users": "U1",
    "view": {"type": "modal"}, "blocks": [], "metadata": {}, "attachments": [], "thread_ts": "1.0",
    "trigger_id": "x", "view_id": "x", "hash": "x", "external_id": "x", "message": {}, "markdown_text": "x",
    "limit": 1, "cursor": "bmV4dDox", "oldest": "1", "types": "im", "message_ts": "1.0", "bot": "x",
}  # fmt: skip
BLOCKS: list[Any] = [
    {"type": "image", "image_url": "http://[", "alt_text": "x"},
    {"type": "image", "image_url": "https://e.example/\ud800", "alt_text": "x"},
    {"type": "section", "text": {"type": {}, "text": "x"}},
    {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "accessory": {"type": []}},
    {"type": "actions", "elements": [{"type": "button", "text": {}, "action_id": [], "url": "http://["}]},
    {"type": "actions", "elements": {}, "block_id": {}},
    {"type": "context", "elements": [1]},
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "link", "url": "http://[x"}]}]},
    {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": {}, "elements": [[]]}]},
    {"type": "table", "rows": [[{}], 1]},
    {"type": "header", "text": [], "level": {}},
    {"type": "input", "label": 1, "element": {"type": []}},
    {"type": "markdown", "text": []},
    {"type": "carousel", "elements": [1]},
    {"type": "card", "title": 1, "actions": 1},
    {"type": []},
    1,
]  # fmt: skip


def json_of(value: Any) -> bytes:
    return json.dumps(value).encode()


def odd_arguments() -> Iterator[bytes]:
    for name, odd in product(NAMES, ODD):
        yield json_of({**NAMES, name: odd})
    for block in BLOCKS:
        for name in ("blocks", "view", "message"):
            view = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": [block]}
            yield json_of({"channel": "news", name: [block] if name == "blocks" else view, "trigger_id": "x"})


def at_fault(bodies: Iterable[bytes], answers: Iterable[tuple[int, bytes]]) -> list[bytes]:
    """Return the ends of the bodies that the server stumbled over."""
    return [body[-200:] for body, (status, _) in zip(bodies, answers, strict=True) if status >= 500]


@pytest.fixture
def calm(server: PracticeServer, slack: WebClient) -> PracticeServer:
    """A workspace with something to answer to."""
    slack.chat_postMessage(channel="news", text="x")
    return server


@pytest.mark.parametrize("method", sorted(METHODS))
def test_no_argument_is_a_fault_of_the_web_api(calm: PracticeServer, method: str) -> None:
    token = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
    headers = {"Authorization": f"Bearer {token}", "Content_Type": "application/json"}

    bodies = [*odd_arguments(), *BODIES]
    answers = list(ask_all(calm, "POST", f"/api/{method}", bodies, **headers))

    assert at_fault(bodies, answers) == []
    assert all("ok" in json.loads(answer) for _, answer in answers)


@pytest.mark.parametrize("kind", [FORM, "text/plain", "application/json;charset=latin-1", "x/\xff", ""])
def test_no_form_is_a_fault(calm: PracticeServer, kind: str) -> None:
    bodies = [
        b"blocks=" + b"[" * 50_000,
        b"text=%00%ff&channel=news",
        b"limit=" + b"9" * 5000,
        b"&=&=%",
        *BODIES,
    ]
    headers = {"Authorization": f"Bearer {BOT_TOKEN}", "Content_Type": kind}

    for method in ("chat.postMessage", "conversations.history"):
        answers = list(ask_all(calm, "POST", f"/api/{method}", bodies, **headers))
        assert at_fault(bodies, answers) == []


PAGES = ("send", "action", "options", "view", "view/close", "home", "faults")


@pytest.mark.parametrize("path", PAGES)
def test_nothing_the_page_might_send_is_a_fault(calm: PracticeServer, path: str) -> None:
    (ts,) = calm.workspace.messages["C0PRACTICE1"]
    modal = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": [{"type": "divider"}]}
    trigger = calm.workspace.permits.use_trigger(calm.workspace.permits.issue_trigger("U024BE7LH"))
    view = calm.workspace.views.open(trigger, modal)
    fault = {"method": "chat.postMessage", "kind": "hang", "times": 1, "seconds": 1, "reason": "warning"}
    senders: dict[str, dict[str, Any]] = {
        "send": {"channel": "news", "text": "x", "thread_ts": ts},
        "action": {"channel": "news", "ts": ts, "action_id": "x", "block_id": "x", "view_id": ""},
        "options": {"channel": "news", "ts": ts, "action_id": "x", "value": "x", "state": {}},
        "view": {"view_id": view.id, "values": {"x": {"x": {"value": "x"}}}},
        "view/close": {"view_id": "x"},
        "faults": fault,
    }
    right = senders.get(path, {})
    bodies = [*(json_of({**right, name: odd}) for name, odd in product(right, ODD)), *BODIES]

    answers = list(ask_all(calm, "POST", f"/practice/{path}", bodies, Content_Type="application/json"))

    assert at_fault(bodies, answers) == []


def test_no_answer_to_a_command_is_a_fault(calm: PracticeServer) -> None:
    bodies = [*(json_of({"text": "x", name: odd}) for name, odd in product(NAMES, ODD)), *BODIES]
    id_ = calm.workspace.permits.issue_response_url("U024BE7LH", "C0PRACTICE1")
    calm.workspace.permits.response_urls[id_].uses = -len(bodies)

    assert at_fault(bodies, list(ask_all(calm, "POST", f"/response/{id_}", bodies))) == []


@pytest.mark.parametrize(
    "path",
    [
        *("/static/%00", "/static/app.js%00", "/static/" + "x" * 5000, "/static/" + "x/" * 3000),
        *("/static/.", "/static/..", "/static/%ff", "/%00", "/practice/%00", "/api/%00", "/response/%00"),
        *("/practice/messages?channel=%00&thread=%ff", "/practice/messages?channel=" + "%F0" * 5000),
    ],
)
def test_no_address_is_a_fault(server: PracticeServer, path: str) -> None:
    for method in ("GET", "POST", "DELETE", "HEAD", "OPTIONS"):
        assert ask(server, method, path)[0] < 500


@pytest.mark.parametrize("path", ["/api/chat.postMessage", "/practice/send", "/response/1"])
def test_a_body_without_end_is_refused(server: PracticeServer, path: str) -> None:
    headers = {"Authorization": f"Bearer {BOT_TOKEN}", "Content_Type": "application/json"}

    status, answer = ask(server, "POST", path, b'{"text": "' + b"x" * 6_000_000 + b'"}', **headers)

    assert status == 413
    assert b"request_too_large" in answer
