"""What Slack lets a message, a modal and an App Home look like: its limits, and a sentence for each fault.

A fault is Slack's own sentence with a JSON pointer. Nothing here knows a workspace or sends anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.practice.model import SlackError

Fault = str
Check = Callable[[Any, str], Iterator[Fault]]  # (value, JSON pointer) -> what is wrong with it

TEXT_CUT = 40_000  # of a posted message; longer is cut, not refused
UPDATE_TEXT = 4_000  # of chat.update; longer is refused
MARKDOWN = 12_000  # over all markdown blocks of a message, and of `markdown_text`
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
VIEW_BYTES = 250_000
ATTACHMENTS = 100

# Slack documents no limit for all the text of a message's blocks. 13,172 and 13,297 characters were refused
# (slackapi/bolt-js#2509); 13,200 with 100 a header is the model that fits the reports. What a link's address
# counts is not known: here it counts in full.
ALL_TEXT, HEADER_COST = 13_200, 100

# The size limit of metadata is not documented; the design keeps to 1 KB, so that is where we stop.
METADATA_BYTES = 1_024

ENTITY_OR_TOKEN = re.compile(r"&(?:amp|lt|gt);|<[^<>\n]+>")
SNAKE_CASE = re.compile(r"[a-z][a-z0-9_]*")


# --- counting


def length(text: str) -> int:
    """Return a text's length as Slack counts it, after escaping.

    In which units is not documented: UTF-16 ones are the stricter reading (an emoji counts two).
    """
    return len(_with_entities(text).encode("utf-16-le", "surrogatepass")) // 2


def _with_entities(text: str) -> str:
    parts, start = [], 0
    for kept in ENTITY_OR_TOKEN.finditer(text):
        parts += [escaped(text[start : kept.start()]), kept.group()]
        start = kept.end()
    return "".join([*parts, escaped(text[start:])])


def escaped(text: str) -> str:
    """Escape the three characters that mean something to Slack."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def all_text(value: Any) -> int:
    """Return the length of everything a block shows, link addresses included."""
    match value:
        case {"type": "header", "text": {"text": str(text)}}:
            return length(text) + HEADER_COST
        case Mapping():
            return sum(
                length(item) if key in ("text", "url") and isinstance(item, str) else all_text(item)
                for key, item in value.items()
                if key not in ("alt_text", "accessory") or not isinstance(item, str)
            )
        case list() | tuple():
            return sum(all_text(item) for item in value)
        case _:
            return 0


# --- the words of the check language


def text(*kinds: str, most: int, least: int = 1) -> Check:
    """Check a text object of one of these kinds."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield f"must provide an object [json-pointer:{at}]"
        elif value.get("type") not in kinds:
            yield f"must be one of: {', '.join(kinds)} [json-pointer:{at}/type]"
        else:
            allowed = {"type", "text", *(("emoji",) if value["type"] == "plain_text" else ("verbatim",))}
            yield from _unknown(value, allowed, at)
            yield from string(most, least=least)(value.get("text"), f"{at}/text")

    return check


def string(most: int, *, least: int = 1) -> Check:
    """Check a string's length."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield f"must provide a string [json-pointer:{at}]"
        elif length(value) < least:
            yield f"must be more than {least - 1} characters [json-pointer:{at}]"
        elif length(value) > most:
            yield f"must be less than {most + 1} characters [json-pointer:{at}]"

    return check


def url(value: Any, at: str) -> Iterator[Fault]:
    """Check a web address."""
    faults = list(string(3000)(value, at))
    yield from faults
    if not faults and not _is_address(value):
        yield f"invalid url [json-pointer:{at}]"


def _is_address(value: str) -> bool:
    address = urlsplit(value)
    if address.scheme == "mailto":
        return bool(address.path)
    return address.scheme in ("http", "https") and bool(address.hostname) and " " not in value


def boolean(value: Any, at: str) -> Iterator[Fault]:
    """Check true or false."""
    if not isinstance(value, bool):
        yield f"must be a boolean [json-pointer:{at}]"


def number(least: int, most: int) -> Check:
    """Check a whole number's range."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, int) or not least <= value <= most:
            yield f"must be a number between {least} and {most} [json-pointer:{at}]"

    return check


def one_of(*values: str) -> Check:
    """Check a word."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        if value not in values:
            yield f"must be one of: {', '.join(values)} [json-pointer:{at}]"

    return check


def anything(value: Any, at: str) -> Iterator[Fault]:
    """Take what comes: Slack's rules for it are not needed here."""
    yield from ()


def items(check_item: Check, *, most: int, least: int = 1) -> Check:
    """Check a list and what is in it."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield f"must be an array [json-pointer:{at}]"
            return
        if len(value) > most:
            yield f"no more than {most} items allowed [json-pointer:{at}]"
        if len(value) < least:
            yield f"no fewer than {least} items allowed [json-pointer:{at}]"
        for n, item in enumerate(value):
            yield from check_item(item, f"{at}/{n}")

    return check


def shape(required: Mapping[str, Check], **optional: Check) -> Check:
    """Check an object's fields. Slack refuses fields it does not know."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield f"must provide an object [json-pointer:{at}]"
            return
        yield from _unknown(value, {"type", *required, *optional}, at)
        for name, check_field in required.items():
            if value.get(name) is None:
                yield f"missing required field: {name} [json-pointer:{at}]"
            else:
                yield from check_field(value[name], f"{at}/{name}")
        for name, check_field in optional.items():
            if value.get(name) is not None:
                yield from check_field(value[name], f"{at}/{name}")

    return check


def either(*names: str) -> Check:
    """Check that exactly one of these fields is there."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        if isinstance(value, dict) and sum(name in value for name in names) != 1:
            yield f"must define exactly one of: {', '.join(names)} [json-pointer:{at}]"

    return check


def at_least_one(*names: str) -> Check:
    """Check that some of these fields is there."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        if isinstance(value, dict) and not any(value.get(name) for name in names):
            yield f"must define at least one of: {', '.join(names)} [json-pointer:{at}]"

    return check


def both(*checks: Check) -> Check:
    """Apply several checks."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        for each in checks:
            yield from each(value, at)

    return check


def typed(checks: Mapping[str, Check]) -> Check:
    """Check an object by the rules of its `type`."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in checks:
            yield f"unsupported type: {kind} [json-pointer:{at}/type]"
        else:
            yield from checks[kind](value, at)

    return check


def among(checks: Mapping[str, Check], *kinds: str) -> Check:
    """Check an object by its `type`, of which only these are allowed here."""
    return typed({kind: checks[kind] for kind in kinds})


def _unknown(value: Mapping[str, Any], known: set[str], at: str) -> Iterator[Fault]:
    for name in value:
        if name not in known:
            yield f"invalid additional property: {name} [json-pointer:{at}]"


# --- elements

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
    "static_select": both(
        _STATIC, _select(options=OPTIONS, option_groups=GROUPS, initial_option=PLAIN_OPTION)
    ),
    "multi_static_select": both(
        _STATIC,
        _select(
            options=OPTIONS, option_groups=GROUPS, initial_options=items(PLAIN_OPTION, most=100), **_MANY
        ),
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
    "checkboxes": shape(
        {"options": items(OPTION, most=10)}, **_PRESS, initial_options=items(OPTION, most=10)
    ),
    "radio_buttons": shape({"options": items(OPTION, most=10)}, **_PRESS, initial_option=OPTION),
    "datepicker": _select(initial_date=string(10)),
    "timepicker": _select(initial_time=string(5), timezone=string(255)),
    "datetimepicker": shape({}, **_PRESS, initial_date_time=number(0, 9_999_999_999)),
    "plain_text_input": shape(
        {},
        **_FILL,
        initial_value=string(3000, least=0),
        multiline=boolean,
        min_length=number(0, 3000),
        max_length=number(1, 3000),
        dispatch_action_config=anything,
    ),
    "rich_text_input": shape({}, **_FILL, initial_value=anything, dispatch_action_config=anything),
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
ACTIONS = ("button", "workflow_button", "overflow", *SELECTS, *PICKERS, "plain_text_input")
INPUTS = (*SELECTS, *PICKERS, *(name for name in ELEMENTS if name.endswith("_input")))

# --- rich text

_STYLE = anything
_RICH: dict[str, Check] = {
    "text": shape({"text": string(ALL_TEXT)}, style=_STYLE),
    "link": shape({"url": url}, text=string(ALL_TEXT, least=0), unsafe=boolean, style=_STYLE),
    "emoji": shape({"name": string(255)}, unicode=string(255), skin_tone=anything, style=_STYLE, url=url),
    "user": shape({"user_id": string(255)}, style=_STYLE),
    "usergroup": shape({"usergroup_id": string(255)}, style=_STYLE),
    "channel": shape({"channel_id": string(255)}, style=_STYLE),
    "team": shape({"team_id": string(255)}, style=_STYLE),
    "broadcast": shape({"range": one_of("here", "channel", "everyone")}, style=_STYLE),
    "color": shape({"value": string(255)}, style=_STYLE),
    "date": shape(
        {"timestamp": number(0, 9_999_999_999), "format": string(255)},
        url=url,
        fallback=string(255),
        style=_STYLE,
    ),
}
_RICH_RUN = items(typed(_RICH), most=10_000, least=0)
_RICH_SECTION = shape({"elements": _RICH_RUN})
RICH_PARTS: dict[str, Check] = {
    "rich_text_section": _RICH_SECTION,
    "rich_text_list": shape(
        {
            "style": one_of("bullet", "ordered"),
            "elements": items(typed({"rich_text_section": _RICH_SECTION}), most=1000),
        },
        indent=number(0, 8),
        offset=number(0, 100_000),
        border=number(0, 1),
    ),
    "rich_text_preformatted": shape({"elements": _RICH_RUN}, border=number(0, 1), language=string(255)),
    "rich_text_quote": shape({"elements": _RICH_RUN}, border=number(0, 1)),
}

# --- blocks


def _block(required: Mapping[str, Check], **optional: Check) -> Check:
    return shape(required, block_id=ID, **optional)


_CARD_ACTIONS = items(among(ELEMENTS, "button", "icon_button"), most=3)
_BLOCK_IMAGE = typed({"image": ELEMENTS["image"]})
_SECTION_ACCESSORY = among(ELEMENTS, "image", "button", "workflow_button", "overflow", *SELECTS, *PICKERS)
_CARD = both(
    at_least_one("hero_image", "title", "body", "actions"),
    _block(
        {},
        hero_image=_BLOCK_IMAGE,
        icon=_BLOCK_IMAGE,
        slack_icon=anything,
        title=text(*EITHER, most=150),
        subtitle=text(*EITHER, most=150),
        body=text(*EITHER, most=200),
        subtext=text(*EITHER, most=200),
        actions=_CARD_ACTIONS,
    ),
)

BLOCKS: dict[str, Check] = {
    "section": both(
        at_least_one("text", "fields"),
        _block(
            {},
            text=text(*EITHER, most=3000),
            fields=items(text(*EITHER, most=2000), most=10),
            accessory=_SECTION_ACCESSORY,
            expand=boolean,
        ),
    ),
    "header": _block({"text": text(*PLAIN, most=150)}),
    "divider": _block({}),
    "image": both(
        IMAGE_SOURCE,
        _block(
            {"alt_text": string(2000)},
            image_url=url,
            slack_file=SLACK_FILE,
            title=text(*PLAIN, most=2000),
        ),
    ),
    "context": _block(
        {
            "elements": items(
                typed(
                    {
                        "image": ELEMENTS["image"],
                        "mrkdwn": text("mrkdwn", most=3000),
                        "plain_text": text("plain_text", most=3000),
                    }
                ),
                most=10,
            )
        }
    ),
    "actions": _block({"elements": items(among(ELEMENTS, *ACTIONS), most=25)}),
    "context_actions": _block(
        {"elements": items(among(ELEMENTS, "feedback_buttons", "icon_button"), most=5)}
    ),
    "input": _block(
        {"label": text(*PLAIN, most=2000), "element": among(ELEMENTS, *INPUTS)},
        hint=text(*PLAIN, most=2000),
        optional=boolean,
        dispatch_action=boolean,
    ),
    "markdown": _block({"text": string(MARKDOWN)}),
    "rich_text": _block({"elements": items(typed(RICH_PARTS), most=1000)}),
    "file": _block({"external_id": string(255), "source": one_of("remote")}),
    "video": _block(
        {
            "alt_text": string(2000),
            "title": text(*PLAIN, most=199),
            "thumbnail_url": url,
            "video_url": url,
        },
        title_url=url,
        description=text(*PLAIN, most=199),
        author_name=string(49),
        provider_name=string(49),
        provider_icon_url=url,
    ),
    "table": _block(
        {"rows": items(items(anything, most=20), most=100)}, column_settings=items(anything, most=20)
    ),
    "data_table": _block(
        {"rows": items(items(anything, most=20), most=201, least=2)},
        page_size=number(1, 100),
        caption=anything,
    ),
    "data_visualization": anything,
    "card": _CARD,
    "carousel": _block({"elements": items(typed({"card": _CARD}), most=10)}),
    "alert": _block(
        {"text": text(*EITHER, most=200)}, level=one_of("default", "info", "warning", "error", "success")
    ),
    "plan": _block({"title": anything}, tasks=items(anything, most=50, least=0)),
    "task_card": anything,
}
# Inside a container any other block of a message may stand; one level deep.
BLOCKS["container"] = both(
    at_least_one("title", "rich_text_title"),
    _block(
        {"child_blocks": items(typed(dict(BLOCKS)), most=10)},
        title=text(*EITHER, most=150),
        rich_text_title=typed({"rich_text": BLOCKS["rich_text"]}),
        subtitle=text(*EITHER, most=150),
        icon=_BLOCK_IMAGE,
        width=one_of("narrow", "standard", "wide", "full"),
        is_collapsible=boolean,
        default_collapsed=boolean,
    ),
)

SURFACES = {
    "message": frozenset(BLOCKS) - {"alert"},
    "modal": frozenset(
        {"actions", "alert", "card", "context", "divider", "header", "image", "input", "rich_text"}
        | {"section", "video"}
    ),
    "home": frozenset(
        {"actions", "card", "carousel", "container", "context", "data_table", "data_visualization"}
        | {"divider", "header", "image", "input", "rich_text", "section", "table", "video"}
    ),
}


def block_faults(blocks: Any, *, surface: str, at: str = "") -> list[Fault]:
    """Return everything that is wrong with the blocks of a message, a modal or a home."""
    if not isinstance(blocks, list):
        return [f"must be an array [json-pointer:{at}/blocks]"]
    allowed = {kind: BLOCKS[kind] for kind in SURFACES[surface]}
    most = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    faults = list(items(typed(allowed), most=most, least=0)(blocks, f"{at}/blocks"))
    return faults or [*_repeated_ids(blocks, at)]


def _repeated_ids(blocks: Sequence[Mapping[str, Any]], at: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for n, block in enumerate(blocks):
        id_ = block.get("block_id")
        if id_ in seen:
            yield f"block_id {id_} already exists [json-pointer:{at}/blocks/{n}/block_id]"
        seen |= {id_} if id_ else set()
        actions = [element.get("action_id") for element in block.get("elements", [])]
        for m, action_id in enumerate(actions):
            if action_id and action_id in actions[:m]:
                pointer = f"{at}/blocks/{n}/elements/{m}/action_id"
                yield f"action_id {action_id} already exists [json-pointer:{pointer}]"


# --- whole messages and views


def refuse(error: str, faults: Sequence[Fault]) -> None:
    """Raise Slack's refusal if there is any fault."""
    if faults:
        messages = [f"[ERROR] {fault}" for fault in faults]
        raise SlackError(error, errors=list(faults), response_metadata={"messages": messages})


def check_message(said: str, blocks: list[Any], attachments: list[Any]) -> None:
    """Refuse a message that Slack would refuse, with its code."""
    if not (said.strip() or blocks or attachments):
        raise SlackError("no_text")
    refuse("invalid_blocks", block_faults(blocks, surface="message"))
    if sum(block["type"] == "table" for block in blocks) > 1:
        refuse("invalid_attachments", ["only_one_table_allowed"])
    if all_text(blocks) >= ALL_TEXT or _markdown_length(blocks) > MARKDOWN:
        raise SlackError("msg_blocks_too_long")
    if len(attachments) > ATTACHMENTS:
        raise SlackError("too_many_attachments")


def _markdown_length(blocks: list[Any]) -> int:
    return sum(length(block["text"]) for block in blocks if block["type"] == "markdown")


VIEW = {
    "type": anything,
    "blocks": anything,
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
MODAL = shape(
    {"title": text(*PLAIN, most=24), "blocks": anything},
    **{name: check for name, check in VIEW.items() if name not in ("type", "blocks")},
    submit=text(*PLAIN, most=24),
    close=text(*PLAIN, most=24),
    clear_on_close=boolean,
    notify_on_close=boolean,
    submit_disabled=boolean,
)
HOME = shape({"blocks": anything}, **{name: check for name, check in VIEW.items() if name != "blocks"})
VIEWS = {"modal": MODAL, "home": HOME}


def view_faults(body: Any, kind: str = "") -> list[Fault]:
    """Return everything that is wrong with a view, of that kind or of the one it says it is."""
    if not isinstance(body, dict) or body.get("type") not in VIEWS:
        return ["must provide a view of type modal or home [json-pointer:/view]"]
    if kind and body["type"] != kind:
        return [f"must be one of: {kind} [json-pointer:/view/type]"]
    faults = list(VIEWS[body["type"]](body, "/view"))
    blocks = body.get("blocks") or []
    faults += block_faults(blocks, surface=body["type"], at="/view")
    if not faults and not blocks:
        faults.append("no fewer than 1 items allowed [json-pointer:/view/blocks]")
    if not faults and body["type"] == "modal" and not body.get("submit") and _has_input(blocks):
        faults.append("missing required field: submit [json-pointer:/view]")
    return faults


def _has_input(blocks: list[Any]) -> bool:
    return any(block["type"] == "input" for block in blocks)


def check_view(body: Any, kind: str) -> None:
    """Refuse a view that Slack would refuse."""
    refuse("invalid_arguments", view_faults(body, kind))
    if len(json.dumps(body, ensure_ascii=False).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")


def check_metadata(value: Any) -> dict[str, Any]:
    """Return metadata as it is kept, `{}` for none, or refuse it."""
    if value == {}:
        return {}
    match value:
        case {"event_type": str(kind), "event_payload": dict(payload)} if SNAKE_CASE.fullmatch(kind):
            if len(json.dumps(payload).encode()) > METADATA_BYTES:
                raise SlackError("metadata_too_large")
            return {"event_type": kind, "event_payload": payload}
        case _:
            raise SlackError("invalid_metadata_format")
