"""What stands in blocks and can be pressed, chosen or filled in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.practice.rules.checks import (
    Check,
    Fault,
    anything,
    boolean,
    both,
    either,
    items,
    number,
    one_by_one,
    one_of,
    shape,
    string,
    text,
    typed,
    url,
)
from bot.practice.rules.rich_text import RICH_TEXT

PLAIN, EITHER = ("plain_text",), ("plain_text", "mrkdwn")
ID = string(255)
STYLE = one_of("primary", "danger")
CONFIRM = shape(
    {
        "title": text(*PLAIN, most=100),
        "text": text(*EITHER, most=300),
        "confirm": text(*PLAIN, most=30),
        "deny": text(*PLAIN, most=30),
    },
    style=STYLE,
)
OPTION = shape(
    {"text": text(*EITHER, most=75), "value": string(150)}, description=text(*EITHER, most=75), url=url
)
PLAIN_OPTION = shape(
    {"text": text(*PLAIN, most=75), "value": string(150)}, description=text(*PLAIN, most=75), url=url
)
OPTIONS = items(PLAIN_OPTION, most=100)
GROUPS = items(shape({"label": text(*PLAIN, most=75), "options": OPTIONS}), most=100)
PLACEHOLDER = text(*PLAIN, most=150)
IMAGE_SOURCE = either("image_url", "slack_file")
SLACK_FILE = both(either("id", "url"), shape({}, id=string(255), url=url))


def _of_the_options(name: str) -> Check:
    """Check that what is chosen at first is one of the options, word for word; many of them, in a list."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        groups = value.get("option_groups") or [{"options": value.get("options")}]
        offered = [option for group in groups for option in group["options"]]
        chosen = value.get(name) or []
        for each in chosen if isinstance(chosen, list) else [chosen]:
            if each not in offered:
                yield f"must be one of the options [json-pointer:{at}/{name}]"

    return check


def _short_enough(value: Any, at: str) -> Iterator[Fault]:
    if len(value.get("initial_value") or "") > value.get("max_length", 3000):
        yield f"must be no longer than max_length [json-pointer:{at}/initial_value]"


# Common to everything that can be pressed or filled in.
_PRESS: dict[str, Check] = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": boolean}
_FILL: dict[str, Check] = {"action_id": ID, "placeholder": PLACEHOLDER, "focus_on_load": boolean}


def _select(**optional: Check) -> Check:
    return shape({}, **_FILL, confirm=CONFIRM, **optional)


_MANY = {"max_selected_items": number(1, 1000)}
_STATIC = both(either("options", "option_groups"), anything)
_CHANNEL = {"response_url_enabled": boolean}
_CONVERSATION = {**_CHANNEL, "default_to_current_conversation": boolean, "filter": anything}

ELEMENTS: dict[str, Check] = {
    "button": shape(
        {"text": text(*PLAIN, most=75)},
        **_PRESS,
        url=url,
        value=string(2000),
        style=STYLE,
        accessibility_label=string(75),
    ),
    "icon_button": shape(
        {"icon": one_of("trash"), "text": text(*PLAIN, most=75)},
        **_PRESS,
        value=string(2000),
        accessibility_label=string(75),
        visible_to_user_ids=items(string(255), most=10),
    ),
    "feedback_buttons": shape({"positive_button": anything, "negative_button": anything}, action_id=ID),
    "image": both(IMAGE_SOURCE, shape({"alt_text": string(2000)}, image_url=url, slack_file=SLACK_FILE)),
    "static_select": one_by_one(
        _STATIC,
        _select(options=OPTIONS, option_groups=GROUPS, initial_option=PLAIN_OPTION),
        _of_the_options("initial_option"),
    ),
    "multi_static_select": one_by_one(
        _STATIC,
        _select(
            options=OPTIONS, option_groups=GROUPS, initial_options=items(PLAIN_OPTION, most=100), **_MANY
        ),
        _of_the_options("initial_options"),
    ),
    "external_select": _select(min_query_length=number(0, 300), initial_option=PLAIN_OPTION),
    "multi_external_select": _select(
        min_query_length=number(0, 300), initial_options=items(PLAIN_OPTION, most=100), **_MANY
    ),
    "users_select": _select(initial_user=string(255)),
    "multi_users_select": _select(initial_users=items(string(255), most=100), **_MANY),
    "conversations_select": _select(initial_conversation=string(255), **_CONVERSATION),
    "multi_conversations_select": _select(
        initial_conversations=items(string(255), most=100), **_CONVERSATION, **_MANY
    ),
    "channels_select": _select(initial_channel=string(255), **_CHANNEL),
    "multi_channels_select": _select(initial_channels=items(string(255), most=100), **_MANY),
    "overflow": shape({"options": items(PLAIN_OPTION, most=5)}, action_id=ID, confirm=CONFIRM),
    "checkboxes": one_by_one(
        shape({"options": items(OPTION, most=10)}, **_PRESS, initial_options=items(OPTION, most=10)),
        _of_the_options("initial_options"),
    ),
    "radio_buttons": one_by_one(
        shape({"options": items(OPTION, most=10)}, **_PRESS, initial_option=OPTION),
        _of_the_options("initial_option"),
    ),
    "datepicker": _select(initial_date=string(10)),
    "timepicker": _select(initial_time=string(5), timezone=string(255)),
    "datetimepicker": shape({}, **_PRESS, initial_date_time=number(0, 9_999_999_999)),
    "plain_text_input": one_by_one(
        shape(
            {},
            **_FILL,
            initial_value=string(3000, least=0),
            multiline=boolean,
            min_length=number(0, 3000),
            max_length=number(1, 3000),
            dispatch_action_config=anything,
        ),
        _short_enough,
    ),
    "rich_text_input": shape(
        {}, **_FILL, initial_value=typed({"rich_text": RICH_TEXT}), dispatch_action_config=anything
    ),
    "email_text_input": shape(
        {}, **_FILL, initial_value=string(3000, least=0), dispatch_action_config=anything
    ),
    "url_text_input": shape(
        {}, **_FILL, initial_value=string(3000, least=0), dispatch_action_config=anything
    ),
    "number_input": shape(
        {"is_decimal_allowed": boolean},
        **_FILL,
        initial_value=string(100),
        min_value=string(100),
        max_value=string(100),
        dispatch_action_config=anything,
    ),
    "file_input": shape({}, action_id=ID, filetypes=items(string(255), most=100), max_files=number(1, 10)),
    "workflow_button": shape(
        {"text": text(*PLAIN, most=75), "workflow": anything},
        **_PRESS,
        style=STYLE,
        accessibility_label=string(75),
    ),
}
SELECTS = tuple(name for name in ELEMENTS if name.endswith("_select"))
PICKERS = ("datepicker", "timepicker", "datetimepicker", "checkboxes", "radio_buttons")
# Of selects only those of one choice: Slack refuses the others there, as it answered who asked it.
ACTIONS = (
    *("button", "workflow_button", "overflow", *PICKERS, "plain_text_input"),
    *(name for name in SELECTS if not name.startswith("multi_")),
)
INPUTS = (*SELECTS, *PICKERS, *(name for name in ELEMENTS if name.endswith("_input")))
