"""The page's API: what it shows, what its visitor can do, and whom it keeps out."""

# ruff: noqa: S310 - every address is the test's own server

from __future__ import annotations

import http.client
import json
import threading
import urllib.error
import urllib.request
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.practice.server import PracticeServer
from tests.waiting import PATIENCE

Json = dict[str, Any]


def get(server: PracticeServer, path: str, **headers: str) -> Json:
    with urllib.request.urlopen(urllib.request.Request(server.url + path, headers=headers)) as answer:
        return dict(json.loads(answer.read()))


def send(server: PracticeServer, path: str, body: Json) -> Json:
    request = urllib.request.Request(
        f"{server.url}/practice/{path}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return dict(json.loads(answer.read()))


def status_of(request: urllib.request.Request) -> int:
    try:
        with urllib.request.urlopen(request) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_the_state_names_what_a_page_needs(server: PracticeServer) -> None:
    state = get(server, "/practice/state")

    assert set(state) == {"team", "me", "users", "app", "channels", "commands", "connected", "messages_tab"}
    assert state["me"] == {"id": "U024BE7LH", "name": "You"}
    assert state["users"][state["app"]["bot_user"]]["is_bot"]
    assert not state["connected"]
    assert [(c["name"], c["kind"], c["member"], c["archived"]) for c in state["channels"]] == [
        ("news", "channel", True, False),
        ("other", "channel", False, False),
        ("secret", "private", False, False),
        ("old", "channel", True, True),
        ("general", "channel", False, False),
        ("U024BE7LH", "dm", True, False),
    ]


def test_messages_and_threads_are_read_apart(server: PracticeServer, slack: WebClient) -> None:
    parent = slack.chat_postMessage(channel="news", text="digest")["ts"]
    reply = slack.chat_postMessage(channel="news", text="story", thread_ts=parent)["ts"]
    slack.chat_postEphemeral(channel="news", user="U024BE7LH", text="for you")
    slack.chat_postEphemeral(channel="news", user="U0READER01", text="not for you")

    top = get(server, "/practice/messages?channel=C0PRACTICE1")["messages"]
    thread = get(server, f"/practice/messages?channel=C0PRACTICE1&thread={parent}")["messages"]

    assert [(m["text"], m["ephemeral"], m["reply_count"]) for m in top] == [
        ("digest", False, 1),
        ("for you", True, 0),
    ]
    assert [m["ts"] for m in thread] == [parent, reply]
    assert top[0]["latest_reply"] == reply


def test_a_visitor_writes_invites_and_is_told_what_fails(server: PracticeServer) -> None:
    assert send(server, "send", {"channel": "news", "text": "a < b"})["ok"]
    assert send(server, "send", {"channel": "other", "text": "/invite @roundup"})["ok"]
    failures = [
        send(server, "send", {"channel": "news", "text": "/roundup x"})["error"],
        send(server, "send", {"channel": "news", "text": "/digest"})["error"],
        send(server, "send", {"channel": "old", "text": "hello"})["error"],
        send(server, "send", {"channel": "nowhere", "text": "hello"})["error"],
        send(server, "view", {"view_id": "V1", "values": {}})["error"],
        send(server, "action", {"channel": "news", "ts": "1.0", "action_id": "x"})["error"],
    ]

    assert failures == [
        "dispatch_failed",
        "unknown_command",
        "is_archived",
        "channel_not_found",
        "not_found",
        "unknown_action",
    ]
    assert [m["text"] for m in get(server, "/practice/messages?channel=news")["messages"]] == ["a &lt; b"]
    assert get(server, "/practice/state")["channels"][1]["member"]


def test_home_and_modals_are_shown(server: PracticeServer, slack: WebClient) -> None:
    divider = [{"type": "divider"}]
    before = get(server, "/practice/home")["view"]
    slack.views_publish(user_id="U024BE7LH", view={"type": "home", "blocks": divider})
    modal = {"type": "modal", "title": {"type": "plain_text", "text": "Follow"}, "blocks": divider}
    slack.views_open(trigger_id=server.workspace.permits.issue_trigger("U024BE7LH"), view=modal)

    (shown,) = get(server, "/practice/views")["views"]
    assert before is None
    assert get(server, "/practice/home")["view"]["blocks"][0]["type"] == "divider"
    assert shown["title"]["text"] == "Follow"
    assert send(server, "view/close", {"view_id": shown["id"]}) == {"ok": True}
    assert get(server, "/practice/views")["views"] == []


def test_every_change_streams_to_the_page_and_the_stream_ends_with_the_server(slack: WebClient) -> None:
    server = PracticeServer(channels=["news"])
    server.start()
    client = WebClient(slack.token, base_url=server.api_url)
    stream = urllib.request.urlopen(server.url + "/practice/events", timeout=PATIENCE)
    stream.readline()

    ts = client.chat_postMessage(channel="news", text="x")["ts"]
    client.chat_update(channel="C0PRACTICE1", ts=ts, text="y")
    client.chat_delete(channel="C0PRACTICE1", ts=ts)
    seen: list[Json] = []
    while len(seen) < 3:
        line = stream.readline().decode()
        if line.startswith("data: "):
            seen.append(json.loads(line.removeprefix("data: ")))
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    rest = stream.read()
    stopping.join(3)
    stream.close()

    assert [(change["type"], change["ts"]) for change in seen] == [
        ("message", ts),
        ("changed", ts),
        ("deleted", ts),
    ]
    assert seen[1]["message"]["text"] == "y"
    assert rest.strip() == b""
    assert not stopping.is_alive()


@pytest.mark.parametrize("host", ["evil.example.com", "127.0.0.1.evil.example.com", ""])
def test_another_host_s_name_is_refused(server: PracticeServer, host: str) -> None:
    """A web site must not reach the workspace by pointing its own name at this machine."""
    line = http.client.HTTPConnection(server.url.removeprefix("http://"))
    line.putrequest("GET", "/practice/state", skip_host=True)
    line.putheader("Host", host)
    line.endheaders()
    status = line.getresponse().status
    line.close()

    assert status == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_form_of_another_site_cannot_post(server: PracticeServer, kind: str) -> None:
    body = b'{"channel": "news", "text": "hello"}'
    request = urllib.request.Request(server.url + "/practice/send", data=body, headers={"Content-Type": kind})

    assert status_of(request) == 415
    assert get(server, "/practice/messages?channel=news")["messages"] == []


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b"\xff"])
def test_a_body_that_is_no_object_is_refused(server: PracticeServer, body: bytes) -> None:
    request = urllib.request.Request(
        server.url + "/practice/send", data=body, headers={"Content-Type": "application/json"}
    )

    assert status_of(request) == 400


@pytest.mark.parametrize("path", ["/static/..%2Fserver.py", "/static/%2Fetc%2Fpasswd", "/static/nothing.js"])
def test_only_the_page_s_own_files_are_served(server: PracticeServer, path: str) -> None:
    assert status_of(urllib.request.Request(server.url + path)) == 404
