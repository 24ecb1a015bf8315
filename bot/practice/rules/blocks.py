"""Every kind of block, and which of them a message, a modal and an App Home may have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.practice.rules.checks import (
    Check,
    Fault,
    among,
    anything,
    at_least_one,
    boolean,
    both,
    items,
    number,
    one_of,
    shape,
    string,
    text,
    typed,
    url,
)
from bot.practice.rules.elements import (
    ACTIONS,
    EITHER,
    ELEMENTS,
    ID,
    IMAGE_SOURCE,
    INPUTS,
    PICKERS,
    PLAIN,
    SELECTS,
    SLACK_FILE,
)
from bot.practice.rules.rich_text import RICH_TEXT

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MARKDOWN = 12_000  # over all markdown blocks of a message, and of `markdown_text`


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
    "rich_text": RICH_TEXT,
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
# What both Slack's documentation and its own validator, as it answered others, let stand in a container: not
# rich_text, which the one names and the other refuses, and no container.
_FOLDABLE = among(BLOCKS, "actions", "context", "divider", "header", "image", "section", "table", "video")


def _folding(value: Any, at: str) -> Iterator[Fault]:
    if isinstance(value, dict) and value.get("default_collapsed") and not value.get("is_collapsible"):
        yield f"default_collapsed requires is_collapsible [json-pointer:{at}/default_collapsed]"
    if isinstance(value, dict) and value.get("has_header_divider") and value.get("is_collapsible"):
        yield f"has_header_divider requires a fixed container [json-pointer:{at}/has_header_divider]"


BLOCKS["container"] = both(
    at_least_one("title", "rich_text_title"),
    _folding,
    _block(
        {"child_blocks": items(_FOLDABLE, most=10)},
        title=text(*PLAIN, most=150),
        rich_text_title=typed({"rich_text": BLOCKS["rich_text"]}),
        subtitle=text(*EITHER, most=150),
        icon=_BLOCK_IMAGE,
        width=one_of("narrow", "standard", "wide", "full"),
        is_collapsible=boolean,
        default_collapsed=boolean,
        has_header_divider=boolean,
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
    # Only then: what repeats in broken blocks cannot be looked up safely.
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
