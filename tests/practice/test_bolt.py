"""A real Bolt app over a real Socket Mode connection: what people do reaches it, and its answers are seen."""

from __future__ import annotations

import gc
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import websocket
from slack_bolt import Ack, App, Respond
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from slack_sdk import WebClient

from bot.practice import handover
from bot.practice.interactions import Result
from bot.practice.model import ME, Message
from bot.practice.server import PracticeServer
from bot.practice.tokens import APP_TOKEN
from tests.bolt import connect
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


SHARE = {"type": "button", "text": plain("Share"), "action_id": "share", "value": "fliggy"}
PICK = {"type": "external_select", "action_id": "pick", "min_query_length": 1}
ANSWER = [{"type": "actions", "block_id": "row", "elements": [SHARE, PICK]}]
NAME = {"type": "plain_text_input", "action_id": "name"}
INPUT = {"type": "input", "block_id": "who", "label": plain("Company"), "element": NAME}
MODAL = {"type": "modal", "title": plain("Follow"), "submit": plain("Follow"), "blocks": [INPUT]}


# What the form says of a name.
ERRORS: dict[str, Json] = {
    "nobody": {"who": "No such company."},
    "elsewhere": {"whom": "No such company."},
    "silently": {"who": ""},
}


class Bot:
    """A bot that answers everything once, and writes down what it heard."""

    def __init__(self, slack: WebClient) -> None:
        self.heard: list[Json] = []
        self.app = App(client=slack)
        self.app.command("/roundup")(self.roundup)
        self.app.action("share")(self.share)
        self.app.options("pick")(self.names)
        self.app.view("")(self.follow)
        for event in ("app_mention", "message", "app_home_opened", "channel_archive"):
            self.app.event(event)(self.event)

    def roundup(self, ack: Ack, command: Json, client: WebClient) -> None:
        self.heard.append(command)
        match command["text"]:
            case "silence":
                return
            case "public":
                ack(text="for all", response_type="in_channel")
            case "modal":
                ack()
                client.views_open(trigger_id=command["trigger_id"], view=MODAL)
            case "broken":
                ack(text="x", blocks=[{"type": "marquee"}])
            case text:
                ack(text=f"you said {text}", blocks=ANSWER)

    def share(self, ack: Ack, body: Json, respond: Respond) -> None:
        self.heard.append(body)
        ack()
        respond(text="shared", replace_original=True)

    def names(self, ack: Ack, payload: Json) -> None:
        ack(options=[{"text": plain(payload["value"].title()), "value": payload["value"]}])

    def follow(self, ack: Ack, view: Json) -> None:
        name = view["state"]["values"]["who"]["name"]["value"]
        if name in ERRORS:
            ack(response_action="errors", errors=ERRORS[name])
        else:
            ack()
        self.heard.append(view)

    def event(self, event: Json) -> None:
        self.heard.append(event)

    def hears(self, kind: str) -> Json:
        def found() -> Json | None:
            return next((each for each in self.heard if each.get("type") == kind), None)

        return until(found, kind) or {}


@pytest.fixture(autouse=True)
def _forgiven() -> Iterator[None]:
    """websocket-client leaves the sockets of refused and lost connections to the garbage collector."""
    yield
    gc.collect()


@pytest.fixture
def bot(server: PracticeServer, slack: WebClient) -> Iterator[Bot]:
    bot = Bot(slack)
    handler = connect(bot.app)
    until(lambda: server.socket_mode.connected, "the bot is connected")
    yield bot
    _close(handler, server)


def _close(handler: SocketModeHandler, server: PracticeServer) -> None:
    # websocket-client often waits ten seconds on a line it has just closed itself; a cut line wakes it.
    handler.client.auto_reconnect_enabled = False
    server.fault("socket", "abort", times=10)
    until(lambda: not handler.client.is_connected(), "the line is cut")
    handler.close()  # type: ignore[no-untyped-call]


def ask(server: PracticeServer, text: str, channel: str = "news") -> Message:
    result = server.command("/roundup", text, channel=channel)
    assert result.ok, result
    return result.messages[-1]


def test_a_command_is_answered_for_its_asker_only(server: PracticeServer, bot: Bot) -> None:
    """Also in a channel the bot is not in."""
    answer = ask(server, "fligy", channel="other")

    assert (answer.text, answer.seen_by) == ("you said fligy", ME)
    assert bot.heard[0]["channel_name"] == "other"
    assert server.workspace.posted("other") == []


def test_a_public_answer_shows_the_question(server: PracticeServer, bot: Bot) -> None:
    question, answer = server.command("/roundup", "public", channel="news").messages

    assert (question.user, question.text) == (ME, "/roundup public")
    assert answer.seen_by is None


def test_what_a_person_sees_when_the_bot_fails(
    server: PracticeServer, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.practice.socket.ACK_TIMEOUT", 0.2)

    assert server.command("/roundup", "silence", channel="news").error == "operation_timeout"
    assert server.command("/roundup", "broken", channel="news").error == "invalid_blocks"
    assert server.command("/digest", "x", channel="news").error == "unknown_command"


def test_nobody_listening_is_a_failed_dispatch(server: PracticeServer) -> None:
    assert server.command("/roundup", "x", channel="news").error == "dispatch_failed"


def test_a_button_replaces_its_own_ephemeral_message(server: PracticeServer, bot: Bot) -> None:
    answer = ask(server, "fligy")

    assert server.press("news", answer.ts, "share").ok
    until(lambda: answer.text == "shared", "it is shared")
    heard = bot.hears("block_actions")
    assert heard["actions"][0]["value"] == "fliggy"
    assert heard["actions"][0]["block_id"] == "row"
    assert "message" not in heard  # Slack does not send an ephemeral message back


def test_a_button_that_is_not_there_cannot_be_pressed(server: PracticeServer, bot: Bot) -> None:
    answer = ask(server, "fligy")

    assert server.press("news", answer.ts, "retract").error == "unknown_action"
    assert server.press("news", "1.000001", "share").error == "unknown_action"


def test_an_external_select_is_filled_as_one_types(server: PracticeServer, bot: Bot) -> None:
    answer = ask(server, "fligy")
    typed = {"action_id": "pick", "block_id": "row", "value": "fliggy"}

    offered = server.wait(server.interactions.options(action=typed, channel="news", ts=answer.ts))

    assert offered["options"][0]["text"]["text"] == "Fliggy"

    typed["value"] = "w" * 151
    refused = server.wait(server.interactions.options(action=typed, channel="news", ts=answer.ts))
    assert refused["error"] == "invalid_options"


def test_a_modal_is_opened_checked_and_closed(server: PracticeServer, bot: Bot) -> None:
    server.command("/roundup", "modal", channel="news")
    (view,) = until(lambda: server.workspace.views.modals, "the modal is open")

    def submitted(name: str) -> Result:
        values = {"who": {"name": {"type": "plain_text_input", "value": name}}}
        return server.wait(server.interactions.submit(view.id, values))

    def submit(name: str) -> Json:
        return submitted(name).errors

    assert submit("") == {"who": "Please complete this required field."}
    assert submit("nobody") == ERRORS["nobody"]
    for odd in ("elsewhere", "silently"):  # Slack shows then that something went wrong
        assert submitted(odd).error == "invalid_errors"
    assert submit("Fliggy") == {}
    assert server.workspace.views.modals == []


def test_a_mention_and_a_direct_message_are_heard(server: PracticeServer, bot: Bot) -> None:
    server.interactions.say("news", "@roundup Fliggy <!channel>")
    server.interactions.say("D024BE7LH", "Fliggy")
    server.interactions.say("news", "nobody is meant")

    assert bot.hears("app_mention")["text"] == "<@U0ROUNDUP1> Fliggy &lt;!channel&gt;"
    assert bot.hears("message")["channel_type"] == "im"
    assert len(bot.heard) == 2


def test_opening_the_home_and_archiving_are_heard(server: PracticeServer, bot: Bot) -> None:
    server.interactions.open_home()
    server.workspace.archive("news")

    assert bot.hears("app_home_opened")["tab"] == "home"
    assert bot.hears("channel_archive")["channel"] == "C0PRACTICE1"


def test_a_cut_connection_is_made_anew(server: PracticeServer, bot: Bot) -> None:
    (first,) = server.socket_mode.connections
    server.fault("socket", "abort")

    line = server.socket_mode
    until(lambda: line.connected and first not in line.connections, "there is a new connection")
    assert ask(server, "fligy").text == "you said fligy"
    assert server.requests["apps.connections.open"] >= 2


def test_an_envelope_may_come_twice(server: PracticeServer, bot: Bot) -> None:
    server.fault("socket", "duplicate")

    ask(server, "fligy")
    ask(server, "again")

    assert [heard["text"] for heard in bot.heard] == ["fligy", "fligy", "again"]


def test_an_unacknowledged_event_is_sent_again(server: PracticeServer, slack: WebClient) -> None:
    """Nobody listens yet; the retry finds the bot."""
    server.interactions.retries = (0.0, 0.0)
    tried = []

    class Deaf:
        connected = True

        async def deliver(self, kind: str, payload: Json, *, retry: int = 0, reason: str = "") -> Json:
            tried.append((payload["event_id"], retry, reason))
            raise handover.DeliveryError("operation_timeout")

    server._delivery = Deaf()

    result = server.event({"type": "channel_archive", "channel": "C0PRACTICE1"})

    assert not result.ok
    assert [retry for _, retry, _ in tried] == [0, 1, 2]
    assert tried[1][2] == "timeout"
    assert len({event_id for event_id, _, _ in tried}) == 1


def connected(slack: WebClient) -> tuple[websocket.WebSocket, Json]:
    """Open a bare connection and return it with the first word on it."""
    line = websocket.create_connection(
        slack.apps_connections_open(app_token=APP_TOKEN)["url"], timeout=PATIENCE
    )
    return line, json.loads(line.recv())


def test_a_connection_is_asked_to_go_and_then_closed(server: PracticeServer, slack: WebClient) -> None:
    """While it lasts, what is new goes to the others."""
    old, _ = connected(slack)
    server.fault("socket", "disconnect")
    told = json.loads(old.recv())
    new, _ = connected(slack)
    asking = threading.Thread(target=server.command, args=("/roundup", "x"), kwargs={"channel": "news"})
    asking.start()
    envelope = json.loads(new.recv())
    new.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
    asking.join()
    end = old.recv()
    old.close()
    new.close()

    assert (told["type"], told["reason"]) == ("disconnect", "refresh_requested")
    assert (envelope["type"], envelope["payload"]["text"]) == ("slash_commands", "x")
    assert end == ""


def test_a_ticket_is_good_once(server: PracticeServer, slack: WebClient) -> None:
    url = slack.apps_connections_open(app_token=APP_TOKEN)["url"]
    line = websocket.create_connection(url)
    hello = line.recv()
    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(url)
    line.close()

    assert '"num_connections": 1' in hello


def test_there_are_ten_connections_at_most(server: PracticeServer, slack: WebClient) -> None:
    lines = [connected(slack) for _ in range(11)]

    assert lines[9][1]["num_connections"] == 10
    assert lines[10][1]["reason"] == "too_many_websockets"
    for line, _ in lines:
        line.close()


def test_the_end_is_quick_with_a_connection_open(slack: WebClient) -> None:
    """The practice workspace may go before the bot does."""
    server = PracticeServer(channels=["news"])
    server.start()
    bot = Bot(WebClient(slack.token, base_url=server.api_url))
    handler = connect(bot.app)
    until(lambda: server.socket_mode.connected, "the bot is connected")

    handler.client.auto_reconnect_enabled = False
    stopped = threading.Thread(target=server.stop)
    stopped.start()
    stopped.join(30)
    alive = stopped.is_alive()
    handler.close()  # type: ignore[no-untyped-call]

    assert not alive
