"""What people do in Slack, through a real Bolt app."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from slack_bolt import BoltRequest

from bot.core.digest import Digest, Story
from bot.core.markdown.source import literal
from bot.core.message import Message
from bot.core.search.answer import Answer, AnswerKind, Document, Help, Match, Reply
from bot.slack.bolt import build_app
from bot.slack.listeners.presses import STALE
from bot.slack.listeners.readers import GONE, SHARED_ALREADY, Readers
from bot.slack.listeners.responses import Responder
from bot.slack.messenger import Identity
from bot.slack.views.answers import NOT_ANSWERED
from bot.store.database import LedgerError

STORY = Story(
    id="d/1", n=1, headline="Fliggy Fuels Travel", body=literal("Coupons for all."), companies=("Fliggy",)
)
DIGEST = Digest(id="d", title="Roundup", date=date(2020, 5, 1), stories=(STORY,))
FOUND = Answer(
    query="fligy",
    kind=AnswerKind.MATCHES,
    total=1,
    matches=(
        Match(
            story=Document(id="d/1", headline=STORY.headline, date=DIGEST.date),
            score=1.0,
            why="spelled “fligy”, read as Fliggy",
        ),
    ),
)

SHARED = json.dumps({"stories": ["d/1"]})
PLACE: dict[str, Any] = {"channel": {"id": "C1", "name": "news"}, "container": {"message_ts": "1.0"}}

Sent = list[tuple[str, str, Message]]


class KeepingResponder(Responder):
    """Keeps what would be sent to a response_url."""

    def __init__(self) -> None:
        super().__init__(lambda url: True)
        self.takes = True  # whether Slack does
        self.sent: Sent = []

    def replace(self, response_url: str, message: Message) -> bool:
        self.sent.append(("replace", response_url, message))
        return self.takes

    def tell(self, response_url: str, message: Message, *, thread: str = "") -> bool:
        self.sent.append(("tell", response_url, message))
        return self.takes

    def share(self, response_url: str, message: Message) -> bool:
        self.sent.append(("share", response_url, message))
        return self.takes


class Presses:
    """Remembers what was shared; *away* as a database is."""

    def __init__(self) -> None:
        self.known: dict[str, list[str]] = {}
        self.away = False

    def share(self, press: str, stories: Iterable[str], *, channel: str, name: str, who: str) -> bool:
        if self.away:
            raise LedgerError("away")
        new = press not in self.known
        self.known.setdefault(press, [*stories, channel, name, who])
        return new

    def unshare(self, press: str) -> None:
        del self.known[press]


@pytest.fixture
def bot() -> Bot:
    return Bot()


class Bot:
    """A Bolt app with our listeners, asked without any network."""

    def __init__(self, copies: Presses | None = None) -> None:
        self.asked: list[str | tuple[str, int]] = []
        self.responder = KeepingResponder()
        self.copies = copies or Presses()
        identity = Identity(team="T", team_id="T1", user_id="UBOT", bot_id="BBOT")
        self.app = build_app(token="xoxb-test", api_url="http://127.0.0.1:9/api/", identity=lambda: identity)
        self.new_to_us: set[str] = set()
        self.refused: set[str] = set()
        readers = Readers(
            answers=self,
            stories=self,
            copies=self.copies,
            people=self,
            links=self,
            responder=self.responder,
        )
        readers.register_commands(self.app)
        readers.register_presses(self.app)

    def story(self, story_id: str) -> tuple[Digest, Story] | None:
        return (DIGEST, STORY) if story_id == STORY.id else None

    def to(self, digest: Digest, story: Story, *, near: str) -> str:
        return f"https://example.com/archives/{near}/p1"

    def knows(self, user: str, team: str) -> bool | None:
        return None if user in self.new_to_us else user not in self.refused

    def admits(self, user: str, team: str) -> bool:
        return user not in self.refused  # of somebody new Slack may go on saying nothing

    def newest(self) -> Digest:
        return DIGEST

    def more(self, query: str, offset: int) -> Reply:
        return self.ask((query, offset))

    def ask(self, text: str | tuple[str, int]) -> Reply:
        self.asked.append(text)
        return FOUND if "flig" in text or isinstance(text, tuple) else Help()

    def command(self, text: str) -> dict[str, Any]:
        body = {"command": "/roundup", "text": text, "team_id": "T1", "user_id": "U1", "channel_id": "C1"}
        response = self.app.dispatch(BoltRequest(mode="socket_mode", body=body))
        assert response.status == 200
        answer: dict[str, Any] = json.loads(response.body)
        return answer

    def press(self, action_id: str, value: object, **other: object) -> Sent:
        body = {
            "type": "block_actions",
            "team": {"id": "T1"},
            "user": {"id": "U1"},
            "response_url": "https://hooks.slack.com/actions/1",
            "actions": [{"action_id": action_id, "block_id": "b", "type": "button", "value": value}],
            **other,
        }
        response = self.app.dispatch(BoltRequest(mode="socket_mode", body=body))
        assert response.status == 200
        self.app.listener_runner.listener_executor.shutdown(wait=True)
        return self.responder.sent


def test_command_is_answered_in_the_ack_for_the_asker_alone(bot: Bot) -> None:
    answer = bot.command("fligy")

    assert answer["response_type"] == "ephemeral"
    assert "Fliggy Fuels Travel" in json.dumps(answer["blocks"])
    assert bot.asked == ["fligy"]


@pytest.mark.parametrize("action", ["editor_postpone", "answer_translate"])
def test_button_that_we_have_no_more_is_said_to_do_nothing(action: str, bot: Bot) -> None:
    """A message stands for years, longer than its buttons do."""
    [(how, where, message)] = bot.press(action, "anything")

    assert (how, where) == ("tell", "https://hooks.slack.com/actions/1")
    assert message.text.startswith("That button does nothing any more")


def test_endless_question_is_cut(bot: Bot) -> None:
    bot.command("x" * 100_000)

    assert len(bot.asked[0]) == 4000


def test_command_without_text_field_is_a_bare_command(bot: Bot) -> None:
    body = {"command": "/roundup", "team_id": "T1", "user_id": "U1", "channel_id": "C1"}

    assert bot.app.dispatch(BoltRequest(mode="socket_mode", body=body)).status == 200
    assert bot.asked == [""]


def test_suggested_name_is_asked_for_and_replaces_the_suggestion(bot: Bot) -> None:
    [(kind, url, message)] = bot.press("suggest_0", "fliggy")

    assert (kind, url) == ("replace", "https://hooks.slack.com/actions/1")
    assert "Fliggy Fuels Travel" in json.dumps(message.blocks)


def test_more_asks_for_the_next_page(bot: Bot) -> None:
    [(kind, _, _)] = bot.press("answer_more", json.dumps({"q": "fligy", "offset": 5}))

    assert kind == "replace"
    assert bot.asked == [("fligy", 5)]


def test_a_story_is_read_in_the_place_of_its_answer_and_back(bot: Bot) -> None:
    value = json.dumps({"story": "d/1", "q": "fligy", "offset": 5})
    [(kind, _, message)] = bot.press("answer_read", value, **PLACE)

    assert kind == "replace"
    assert "Coupons for all." in message.text
    pressed = {
        one["text"]["text"]: one
        for block in message.blocks
        for one in block.get("elements", ())
        if "text" in one and isinstance(one["text"], dict)
    }
    assert pressed["In the channel"]["url"] == "https://example.com/archives/C1/p1"
    assert json.loads(pressed["Back"]["value"]) == {"q": "fligy", "offset": 5}
    again = Bot()
    again.press(pressed["Back"]["action_id"], pressed["Back"]["value"])
    assert again.asked == [("fligy", 5)]


def test_a_story_without_a_way_back_is_read_all_the_same(bot: Bot) -> None:
    """Slack carries no question of 2,000 letters."""
    [(kind, _, message)] = bot.press("answer_read", json.dumps({"story": "d/1"}))

    assert kind == "replace"
    assert "answer_back" not in json.dumps(message.blocks)


@pytest.mark.parametrize("value", ['{"story": "gone/1"}', "no JSON", '{"story": 5}', None])
def test_reading_what_is_not_there_is_told(bot: Bot, value: object) -> None:
    [(kind, _, message)] = bot.press("answer_read", value)

    assert kind == "tell"
    assert message.text == (GONE if "gone" in str(value) else STALE)


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("suggest_0", "fliggy"),
        ("answer_more", '{"q": "fligy", "offset": 5}'),
        ("answer_back", '{"q": "fligy", "offset": 0}'),
        ("answer_read", '{"story": "d/1"}'),
        ("answer_share", SHARED),
    ],
)
def test_who_is_not_answered_is_told_so_politely(bot: Bot, action: str, value: str) -> None:
    """A guest, or somebody of another organisation, whatever they press; nothing of the news is said."""
    bot.refused = {"U1"}
    [(kind, _, message)] = bot.press(action, value)

    assert (kind, message.text) == ("tell", NOT_ANSWERED)
    assert bot.command("fligy")["text"] == NOT_ANSWERED
    assert bot.asked == []


@pytest.mark.parametrize("refused", [set[str](), {"U1"}])
def test_somebody_new_is_answered_once_slack_has_said_who_they_are(bot: Bot, refused: set[str]) -> None:
    """Slack is never asked within the acknowledgement."""
    bot.new_to_us, bot.refused = {"U1"}, refused
    body = {"command": "/roundup", "text": "fligy", "user_id": "U1", "channel_id": "C1", "response_url": "u"}
    response = bot.app.dispatch(BoltRequest(mode="socket_mode", body=body))
    bot.app.listener_runner.listener_executor.shutdown(wait=True)

    assert not response.body
    [(kind, url, message)] = bot.responder.sent
    assert (kind, url) == ("tell", "u")
    assert ("Fliggy Fuels Travel" in message.text) is not bool(refused)


def test_the_same_answer_has_links_of_its_own_in_each_channel(bot: Bot) -> None:
    """What was rendered once is kept; a link to another channel must not come with it."""
    for channel in ("C1", "C2", "C1"):
        body = {"command": "/roundup", "text": "fligy", "user_id": "U1", "channel_id": channel}
        answer = bot.app.dispatch(BoltRequest(mode="socket_mode", body=body)).body
        assert f"archives/{channel}/p1" in answer


def test_what_is_asked_again_is_not_written_again(bot: Bot) -> None:
    body = {"command": "/roundup", "text": "fligy", "user_id": "U1", "channel_id": "C1"}
    first, again = (bot.app.dispatch(BoltRequest(mode="socket_mode", body=body)).body for _ in range(2))

    assert first is again


def test_shared_answer_names_who_shared_it(bot: Bot) -> None:
    [(kind, _, message)] = bot.press("answer_share", json.dumps({"stories": ["d/1"]}))

    assert kind == "share"
    assert "U1" in json.dumps(message.blocks)


def test_shared_answer_is_written_down_before_it_is_posted(bot: Bot) -> None:
    bot.press("answer_share", SHARED, **PLACE)

    assert list(bot.copies.known.values()) == [["d/1", "C1", "news", "U1"]]


def test_second_press_of_the_same_button_shares_nothing(bot: Bot) -> None:
    """Not in another replica either."""
    others: list[dict[str, Any]] = [
        {"container": {"message_ts": "2.0"}},  # another answer
        {"user": {"id": "U2"}},
        {"channel": {"id": "C2"}},
    ]
    bot.press("answer_share", SHARED, **PLACE)

    [(how, _, said)] = Bot(bot.copies).press("answer_share", SHARED, **PLACE)
    assert (how, said.text) == ("tell", SHARED_ALREADY)
    for other in others:
        [(kind, _, _)] = Bot(bot.copies).press("answer_share", SHARED, **{**PLACE, **other})
        assert kind == "share"


def test_what_slack_did_not_take_can_be_shared_again(bot: Bot) -> None:
    bot.responder.takes = False
    bot.press("answer_share", SHARED, **PLACE)

    [(kind, _, _)] = Bot(bot.copies).press("answer_share", SHARED, **PLACE)
    assert kind == "share"


def test_nothing_is_shared_that_cannot_be_written_down(bot: Bot) -> None:
    """Nobody could say later where it is, and a double click would share it twice."""
    bot.copies.away = True
    [(kind, _, message)] = bot.press("answer_share", SHARED, **PLACE)

    assert kind == "tell"
    assert "Not shared" in message.text


@pytest.mark.parametrize(
    "value",
    [
        *('{"stories": ["gone/1"]}', '{"stories": 5}', '{"stories": [[]]}', "not json", "{}", "", "5"),
        *('{"stories": ' + "[" * 5000, '{"stories": ["' + "x" * 100_000 + '"]}', 5, None, {"stories": []}),
    ],
)
def test_share_of_what_is_not_there_is_told_to_who_pressed_alone(bot: Bot, value: object) -> None:
    """It was silence, and a traceback where the value was nested without end."""
    [(kind, _, message)] = bot.press("answer_share", value)

    assert (kind, message.text) == ("tell", GONE)


@pytest.mark.parametrize("value", ["not json", "[]", "{}", '{"q": "x", "offset": "5"}', "[" * 9999, None])
def test_odd_value_is_a_line_in_the_log(value: object, bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    """It was an ERROR with a traceback, as a bug is."""
    [(kind, _, message)] = bot.press("answer_more", value)

    assert (kind, message.text) == ("tell", STALE)
    assert [(r.levelname, r.getMessage()) for r in caplog.records] == [
        ("WARNING", "press_unreadable action=answer_more")
    ]


@pytest.mark.parametrize("offset", [-1, 10**9, 10**400])
def test_a_page_that_cannot_be_is_told(bot: Bot, offset: int) -> None:
    """SQLite counts no further than 64 bits, and an error of its is a traceback."""
    [(kind, _, message)] = bot.press("answer_more", json.dumps({"q": "fligy", "offset": offset}))

    assert (kind, message.text) == ("tell", STALE)
    assert bot.asked == []


@pytest.mark.parametrize(
    ("action", "value"), [("suggest_0", "fliggy"), ("answer_more", '{"q": "fligy", "offset": 5}')]
)
def test_payload_without_an_address_goes_to_none(
    action: str, value: str, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    """The responder refuses an address that is none."""
    [(_, url, _)] = bot.press(action, value, response_url=None, user=None)

    assert url == ""
    assert caplog.messages == []


def test_link_button_is_acknowledged(bot: Bot) -> None:
    assert bot.press("open_link_3", "") == []


@pytest.mark.parametrize("kind", ["member_joined_channel", "app_home_opened", "message"])
def test_event_of_no_use_is_acknowledged_without_a_word(
    bot: Bot, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    """Bolt answers 404 otherwise, and logs a page of advice for programmers."""
    body = {"type": "event_callback", "team_id": "T1", "event": {"type": kind, "user": "U1", "channel": "C1"}}

    assert bot.app.dispatch(BoltRequest(mode="socket_mode", body=body)).status == 200
    assert caplog.messages == []
