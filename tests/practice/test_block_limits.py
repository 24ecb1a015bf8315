"""Every documented limit of Block Kit: at the limit it passes, one beyond it is refused with a pointer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.practice.rules.views import view_faults
from bot.practice.server import PracticeServer
from bot.practice.tokens import BOT_TOKEN

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**fields: Any) -> Json:
    return {"type": "section", **fields}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def button(n: int = 0, **fields: Any) -> Json:
    return {"type": "button", "text": plain("Share"), "action_id": f"b{n}", **fields}


def option(**fields: Any) -> Json:
    return {"text": plain("Fliggy"), "value": "fliggy", **fields}


def select(**fields: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": [option()], **fields}


def image(**fields: Any) -> Json:
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A boat", **fields}


def confirm(**fields: Any) -> Json:
    words = {"title": "Post", "text": "Now?", "confirm": "Yes", "deny": "No"}
    return {**{name: plain(word) for name, word in words.items()}, **fields}


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": list(parts)}


def address(length: int) -> str:
    return "https://example.com/".ljust(length, "a")


SEVERAL = {"type": "multi_static_select"}
GROUPED = {
    "type": "static_select",
    "action_id": "s",
    "option_groups": [{"label": plain("a"), "options": [option()]}],
}
DIVIDER: Json = {"type": "divider"}
RUN = [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]


def dividers(count: int) -> list[Json]:
    return [DIVIDER] * count


def card(**fields: Any) -> Json:
    return {"type": "card", **fields}


def container(*inside: Json, **fields: Any) -> Json:
    return {"type": "container", "title": plain("a"), "child_blocks": list(inside), **fields}


# what is limited: (at the limit, one beyond it, where Slack points)
LIMITS: dict[str, tuple[list[Json], list[Json], str]] = {
    "blocks": (dividers(50), dividers(51), "/blocks"),
    "block_id": (
        [DIVIDER | {"block_id": "i" * 255}],
        [DIVIDER | {"block_id": "i" * 256}],
        "/blocks/0/block_id",
    ),
    "section text": (
        [section(text=mrkdwn("a" * 3000))],
        [section(text=mrkdwn("a" * 3001))],
        "/blocks/0/text/text",
    ),
    "section text, escaped": (
        [section(text=mrkdwn("&amp;" * 600))],
        [section(text=mrkdwn("&amp;" * 600 + "a"))],
        "/blocks/0/text/text",
    ),
    "section text, not escaped": (
        [section(text=plain("&" * 600))],
        [section(text=plain("&" * 601))],
        "/blocks/0/text/text",
    ),
    "section text, emoji": (
        [section(text=plain("🛍" * 1500))],
        [section(text=plain("🛍" * 1501))],
        "/blocks/0/text/text",
    ),
    "section fields": (
        [section(fields=[mrkdwn("a")] * 10)],
        [section(fields=[mrkdwn("a")] * 11)],
        "/blocks/0/fields",
    ),
    "section field text": (
        [section(fields=[mrkdwn("a" * 2000)])],
        [section(fields=[mrkdwn("a" * 2001)])],
        "/blocks/0/fields/0/text",
    ),
    "header text": (
        [{"type": "header", "text": plain("a" * 150)}],
        [{"type": "header", "text": plain("a" * 151)}],
        "/blocks/0/text/text",
    ),
    "header is plain": (
        [{"type": "header", "text": plain("a")}],
        [{"type": "header", "text": mrkdwn("a")}],
        "/blocks/0/text/type",
    ),
    "context elements": (
        [{"type": "context", "elements": [mrkdwn("a")] * 10}],
        [{"type": "context", "elements": [mrkdwn("a")] * 11}],
        "/blocks/0/elements",
    ),
    "context is not empty": (
        [{"type": "context", "elements": [mrkdwn("a")]}],
        [{"type": "context", "elements": []}],
        "/blocks/0/elements",
    ),
    "actions elements": (
        [actions(*(button(n) for n in range(25)))],
        [actions(*(button(n) for n in range(26)))],
        "/blocks/0/elements",
    ),
    "action_id": (
        [actions(button(action_id="a" * 255))],
        [actions(button(action_id="a" * 256))],
        "/blocks/0/elements/0/action_id",
    ),
    "button text": (
        [actions(button(text=plain("a" * 75)))],
        [actions(button(text=plain("a" * 76)))],
        "/blocks/0/elements/0/text/text",
    ),
    "button text is plain": (
        [actions(button())],
        [actions(button(text=mrkdwn("a")))],
        "/blocks/0/elements/0/text/type",
    ),
    "button value": (
        [actions(button(value="a" * 2000))],
        [actions(button(value="a" * 2001))],
        "/blocks/0/elements/0/value",
    ),
    "button url": (
        [actions(button(url=address(3000)))],
        [actions(button(url=address(3001)))],
        "/blocks/0/elements/0/url",
    ),
    "button url is one": (
        [actions(button(url="https://example.com"))],
        [actions(button(url="javascript:alert(1)"))],
        "/blocks/0/elements/0/url",
    ),
    "button label": (
        [actions(button(accessibility_label="a" * 75))],
        [actions(button(accessibility_label="a" * 76))],
        "/blocks/0/elements/0/accessibility_label",
    ),
    "button style": (
        [actions(button(style="danger"))],
        [actions(button(style="default"))],
        "/blocks/0/elements/0/style",
    ),
    "confirm title": (
        [actions(button(confirm=confirm(title=plain("a" * 100))))],
        [actions(button(confirm=confirm(title=plain("a" * 101))))],
        "/blocks/0/elements/0/confirm/title/text",
    ),
    "confirm text": (
        [actions(button(confirm=confirm(text=plain("a" * 300))))],
        [actions(button(confirm=confirm(text=plain("a" * 301))))],
        "/blocks/0/elements/0/confirm/text/text",
    ),
    "confirm deny": (
        [actions(button(confirm=confirm(deny=plain("a" * 30))))],
        [actions(button(confirm=confirm(deny=plain("a" * 31))))],
        "/blocks/0/elements/0/confirm/deny/text",
    ),
    "options": (
        [actions(select(options=[option()] * 100))],
        [actions(select(options=[option()] * 101))],
        "/blocks/0/elements/0/options",
    ),
    "option text": (
        [actions(select(options=[option(text=plain("a" * 75))]))],
        [actions(select(options=[option(text=plain("a" * 76))]))],
        "/blocks/0/elements/0/options/0/text/text",
    ),
    "option value": (
        [actions(select(options=[option(value="a" * 150)]))],
        [actions(select(options=[option(value="a" * 151)]))],
        "/blocks/0/elements/0/options/0/value",
    ),
    "option description": (
        [actions(select(options=[option(description=plain("a" * 75))]))],
        [actions(select(options=[option(description=plain("a" * 76))]))],
        "/blocks/0/elements/0/options/0/description/text",
    ),
    "the first choice is an option": (
        [actions(select(initial_option=option()))],
        [actions(select(initial_option=option(value="other")))],
        "/blocks/0/elements/0/initial_option",
    ),
    "the first choices are options": (
        [section(text=mrkdwn("a"), accessory=select(**SEVERAL, initial_options=[option()]))],
        [section(text=mrkdwn("a"), accessory=select(**SEVERAL, initial_options=[option(value="other")]))],
        "/blocks/0/accessory/initial_options",
    ),
    "the first choice of a group is an option": (
        [actions(GROUPED | {"initial_option": option()})],
        [actions(GROUPED | {"initial_option": option(text=plain("Feizhu"))})],
        "/blocks/0/elements/0/initial_option",
    ),
    "several are not chosen in a row of actions": (
        [section(text=mrkdwn("a"), accessory=select(**SEVERAL))],
        [actions(select(**SEVERAL))],
        "/blocks/0/elements/0/type",
    ),
    "the checked radio button is there": (
        [actions({"type": "radio_buttons", "options": [option()], "initial_option": option()})],
        [actions({"type": "radio_buttons", "options": [option()], "initial_option": option(value="other")})],
        "/blocks/0/elements/0/initial_option",
    ),
    "placeholder": (
        [actions(select(placeholder=plain("a" * 150)))],
        [actions(select(placeholder=plain("a" * 151)))],
        "/blocks/0/elements/0/placeholder/text",
    ),
    "overflow options": (
        [actions({"type": "overflow", "options": [option()] * 5})],
        [actions({"type": "overflow", "options": [option()] * 6})],
        "/blocks/0/elements/0/options",
    ),
    "checkboxes": (
        [actions({"type": "checkboxes", "options": [option()] * 10})],
        [actions({"type": "checkboxes", "options": [option()] * 11})],
        "/blocks/0/elements/0/options",
    ),
    "image alt text": (
        [section(text=mrkdwn("a"), accessory=image())],
        [section(text=mrkdwn("a"), accessory=image(alt_text=""))],
        "/blocks/0/accessory/alt_text",
    ),
    "image block alt text": (
        [image(alt_text="a" * 2000)],
        [image(alt_text="a" * 2001)],
        "/blocks/0/alt_text",
    ),
    "image title": (
        [image(title=plain("a" * 2000))],
        [image(title=plain("a" * 2001))],
        "/blocks/0/title/text",
    ),
    "image url": ([image(image_url=address(3000))], [image(image_url=address(3001))], "/blocks/0/image_url"),
    "image has a source": ([image()], [{"type": "image", "alt_text": "A boat"}], "/blocks/0"),
    "rich text indent": (
        [rich({"type": "rich_text_list", "style": "bullet", "elements": RUN, "indent": 8})],
        [rich({"type": "rich_text_list", "style": "bullet", "elements": RUN, "indent": 9})],
        "/blocks/0/elements/0/indent",
    ),
    "block_id is unique": (
        [DIVIDER | {"block_id": "a"}, DIVIDER | {"block_id": "b"}],
        [DIVIDER | {"block_id": "a"}, DIVIDER | {"block_id": "a"}],
        "/blocks/1/block_id",
    ),
    "action_id is unique": (
        [actions(button(1), button(2))],
        [actions(button(1), button(1))],
        "/blocks/0/elements/1/action_id",
    ),
    "table rows": (
        [{"type": "table", "rows": [[{}]] * 100}],
        [{"type": "table", "rows": [[{}]] * 101}],
        "/blocks/0/rows",
    ),
    "table columns": (
        [{"type": "table", "rows": [[{}] * 20]}],
        [{"type": "table", "rows": [[{}] * 21]}],
        "/blocks/0/rows/0",
    ),
    "card body": ([card(body=mrkdwn("a" * 200))], [card(body=mrkdwn("a" * 201))], "/blocks/0/body/text"),
    "card is not empty": ([card(title=plain("a"))], [card(subtext=plain("a"))], "/blocks/0"),
    "carousel cards": (
        [{"type": "carousel", "elements": [card(title=plain("a"))] * 10}],
        [{"type": "carousel", "elements": [card(title=plain("a"))] * 11}],
        "/blocks/0/elements",
    ),
    "container blocks": (
        [container(*dividers(10))],
        [container(*dividers(11))],
        "/blocks/0/child_blocks",
    ),
    "container title": (
        [container(DIVIDER, title=plain("a" * 150))],
        [container(DIVIDER, title=plain("a" * 151))],
        "/blocks/0/title/text",
    ),
    "container title is plain": (
        [container(DIVIDER)],
        [container(DIVIDER, title=mrkdwn("a"))],
        "/blocks/0/title/type",
    ),
    "container subtitle": (
        [container(DIVIDER, subtitle=mrkdwn("a" * 150))],
        [container(DIVIDER, subtitle=mrkdwn("a" * 151))],
        "/blocks/0/subtitle/text",
    ),
    "container takes no rich text": (
        [container(section(text=mrkdwn("a"), expand=True))],
        [container(rich(*RUN))],
        "/blocks/0/child_blocks/0/type",
    ),
    "container takes no container": (
        [container(DIVIDER)],
        [container(container(DIVIDER))],
        "/blocks/0/child_blocks/0/type",
    ),
    "container folds before it is folded": (
        [container(DIVIDER, is_collapsible=True, default_collapsed=True)],
        [container(DIVIDER, default_collapsed=True)],
        "/blocks/0/default_collapsed",
    ),
    "container with a line does not fold": (
        [container(DIVIDER, has_header_divider=True)],
        [container(DIVIDER, has_header_divider=True, is_collapsible=True)],
        "/blocks/0/has_header_divider",
    ),
    "alert is for modals": ([DIVIDER], [{"type": "alert", "text": plain("a")}], "/blocks/0/type"),
    "known types": ([DIVIDER], [{"type": "marquee"}], "/blocks/0/type"),
    "known fields": ([DIVIDER], [DIVIDER | {"colour": "red"}], "/blocks/0"),
}


@pytest.fixture(scope="module")
def slack() -> Iterator[WebClient]:
    """One workspace for the whole table: a refused message leaves nothing behind."""
    with PracticeServer(channels=["news"], limits=None) as server:
        yield WebClient(BOT_TOKEN, base_url=server.api_url, retry_handlers=[])


@pytest.mark.parametrize("limit", LIMITS)
def test_a_block_at_its_limit_is_posted_and_one_beyond_it_refused(slack: WebClient, limit: str) -> None:
    fits, too_much, pointer = LIMITS[limit]

    posted = slack.chat_postMessage(channel="news", text="x", blocks=fits)
    with pytest.raises(SlackApiError) as refused:
        slack.chat_postMessage(channel="news", text="x", blocks=too_much)

    assert posted["ok"]
    answer = refused.value.response
    assert answer.status_code == 200
    assert answer["error"] == "invalid_blocks"
    assert f"[json-pointer:{pointer}]" in answer["errors"][0]
    assert answer["response_metadata"]["messages"][0] == f"[ERROR] {answer['errors'][0]}"


def test_the_text_of_all_blocks_together_is_limited(slack: WebClient) -> None:
    """No single block is too long; Slack refuses the message all the same (bolt-js#2509)."""
    heading = {"type": "header", "text": plain("a" * 100)}
    sections = [section(text=mrkdwn("a" * 3000))] * 4

    slack.chat_postMessage(
        channel="news", text="x", blocks=[heading, *sections, section(text=mrkdwn("a" * 999))]
    )
    with pytest.raises(SlackApiError, match="msg_blocks_too_long"):
        slack.chat_postMessage(
            channel="news", text="x", blocks=[heading, *sections, section(text=mrkdwn("a" * 1000))]
        )


MODAL = {"type": "modal", "title": plain("Follow"), "blocks": [DIVIDER]}
HOME = {"type": "home", "blocks": [DIVIDER]}


def home(*elements: Json) -> Json:
    return HOME | {"blocks": [{"type": "input", "label": plain("a"), "element": each} for each in elements]}


TYPED: Json = {"type": "plain_text_input"}
WRITTEN: Json = {"type": "rich_text_input"}
VIEW_LIMITS: dict[str, tuple[Json, Json, str]] = {
    "title": (MODAL | {"title": plain("a" * 24)}, MODAL | {"title": plain("a" * 25)}, "/view/title/text"),
    "submit": (MODAL | {"submit": plain("a" * 24)}, MODAL | {"submit": plain("a" * 25)}, "/view/submit/text"),
    "close": (MODAL | {"close": plain("a" * 24)}, MODAL | {"close": plain("a" * 25)}, "/view/close/text"),
    "callback_id": (
        MODAL | {"callback_id": "a" * 255},
        MODAL | {"callback_id": "a" * 256},
        "/view/callback_id",
    ),
    "private_metadata": (
        MODAL | {"private_metadata": "a" * 3000},
        MODAL | {"private_metadata": "a" * 3001},
        "/view/private_metadata",
    ),
    "blocks": (MODAL | {"blocks": dividers(100)}, MODAL | {"blocks": dividers(101)}, "/view/blocks"),
    "no blocks": (MODAL, MODAL | {"blocks": []}, "/view/blocks"),
    "modal without title": (MODAL, {"type": "modal", "blocks": [DIVIDER]}, "/view"),
    "markdown is for messages": (
        MODAL,
        MODAL | {"blocks": [{"type": "markdown", "text": "a"}]},
        "/view/blocks/0/type",
    ),
    "home has no title": (HOME, HOME | {"title": plain("a")}, "/view"),
    "home takes no alert": (
        HOME,
        HOME | {"blocks": [{"type": "alert", "text": plain("a")}]},
        "/view/blocks/0/type",
    ),
    "input needs submit": (
        MODAL,
        MODAL
        | {
            "blocks": [
                {
                    "type": "input",
                    "label": plain("a"),
                    "element": {"type": "plain_text_input", "action_id": "t"},
                }
            ]
        },
        "/view",
    ),
    "one field is typed in at first": (
        home(TYPED | {"focus_on_load": True}, TYPED),
        home(TYPED | {"focus_on_load": True}, WRITTEN | {"focus_on_load": True}),
        "/view/blocks",
    ),
    "what stands in a field is no longer than it takes": (
        home(TYPED | {"initial_value": "abc", "max_length": 3}),
        home(TYPED | {"initial_value": "abcd", "max_length": 3}),
        "/view/blocks/0/element/initial_value",
    ),
    "what stands in a field of rich text is that": (
        home(WRITTEN | {"initial_value": rich(*RUN)}),
        home(WRITTEN | {"initial_value": rich()}),
        "/view/blocks/0/element/initial_value/elements",
    ),
    "input length": (
        HOME,
        HOME
        | {
            "blocks": [
                {
                    "type": "input",
                    "label": plain("a"),
                    "element": {"type": "plain_text_input", "max_length": 3001},
                }
            ]
        },
        "/view/blocks/0/element/max_length",
    ),
}


@pytest.mark.parametrize("limit", VIEW_LIMITS)
def test_a_view_beyond_its_limit_is_refused(limit: str) -> None:
    fits, too_much, pointer = VIEW_LIMITS[limit]

    assert view_faults(fits) == []
    assert f"[json-pointer:{pointer}]" in view_faults(too_much)[0]


def test_blocks_are_linted_without_a_token(slack: WebClient) -> None:
    """`blocks.validate` needs no token and names each fault by pointer."""
    nobody = WebClient(base_url=slack.base_url)

    assert nobody.blocks_validate(blocks=[DIVIDER])["ok"]
    with pytest.raises(SlackApiError) as refused:
        nobody.blocks_validate(blocks=[section(text=mrkdwn(""))])

    assert refused.value.response["errors"][0]["pointer"] == "/0/text/text"
