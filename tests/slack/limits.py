"""What Slack takes: our own table of limits, slack_sdk's models, its types for JavaScript as a schema, the
practice workspace's rules, and the independent `blockkit` and `slackblocks`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import blockkit
import jsonschema
import slackblocks
from slack_sdk.models.blocks import Block as SdkBlock

from bot.core.message import Message
from bot.practice.rules.messages import check_message
from bot.practice.rules.views import check_view

LIMITS = {
    ("section", "text"): 3000,
    ("header", "text"): 150,
    ("container", "title"): 150,
    ("container", "child_blocks"): 10,
    ("button", "text"): 75,
    ("button", "value"): 2000,
    ("button", "url"): 3000,
    ("image", "alt_text"): 2000,
    ("image", "image_url"): 3000,
    ("link", "url"): 3000,
    ("context", "elements"): 10,
    ("actions", "elements"): 25,
}
# Derived from `@slack/types`, which is newer than what we pin in Python, by `npx ts-json-schema-generator`.
SCHEMA = json.loads((Path(__file__).parents[1] / "data/slack-blocks.schema.json").read_text(encoding="utf-8"))
# Those types leave out what Slack's reference has, and its Python SDK: from where a numbered list counts.
SCHEMA["definitions"]["RichTextList"]["properties"]["offset"] = {"type": "number"}
KNOWN = {
    "section": "SectionBlock",
    "header": "HeaderBlock",
    "context": "ContextBlock",
    "actions": "ActionsBlock",
    "divider": "DividerBlock",
    "rich_text": "RichTextBlock",
    "container": "ContainerBlock",
    "input": "InputBlock",
}
TYPES = {
    kind: jsonschema.Draft7Validator({**SCHEMA, "$ref": f"#/definitions/{name}"})
    for kind, name in KNOWN.items()
}
OURS = re.compile(r"<(?:https?://[^\s<>|]+\|[^<>]+|mailto:[^\s<>|]+\|[^<>]+|@U[A-Z0-9]+|#C1)>")


def assert_valid(message: Message) -> None:
    """Fail unless every one of them takes the message."""
    blocks = json.loads(json.dumps(message.blocks))
    check_message(message.text, blocks, [])
    assert 1 <= len(blocks) <= 45
    assert counted(blocks) <= 10_000
    assert 1 <= len(message.text) <= 4000
    assert_mrkdwn(message.text)
    for block in blocks:
        for one in objects(block):
            _assert_limits(one)
        assert not [fault.message for fault in TYPES[block["type"]].iter_errors(block)]
        parsed = SdkBlock.parse(block)
        assert parsed is not None
        assert parsed.to_dict() == block
    for block in unfolded(blocks):
        rebuilt = component(block).build()
        assert rebuilt == block
        if block["type"] in {"header", "context", "divider"}:
            slackblocks.Block.from_dict(block)


def assert_valid_view(view: Mapping[str, Any]) -> None:
    """Fail unless Slack takes the modal or the Home."""
    body = json.loads(json.dumps(view, ensure_ascii=False).encode())  # half a character is in none
    check_view(body, body["type"])
    for one in objects(body):
        _assert_limits(one)
    for block in body["blocks"]:
        assert not [fault.message for fault in TYPES[block["type"]].iter_errors(block)]


def unfolded(blocks: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the blocks, those inside of containers for the container, which is looked at itself."""
    for block in blocks:
        if block["type"] == "container":
            _assert_container(block)
            yield from block["child_blocks"]
        else:
            yield block


def _assert_container(block: dict[str, Any]) -> None:
    # Of its own kinds alone; that Slack takes rich_text in it, too, is doubted by whoever asked it.
    assert {child["type"] for child in block["child_blocks"]} <= {"section", "context"}
    rest = {key: value for key, value in block.items() if key not in {"type", "title", "child_blocks"}}
    built = slackblocks.ContainerBlock(
        [slackblocks.DividerBlock() for _ in block["child_blocks"]],
        title=slackblocks.Text(block["title"]["text"], type_=slackblocks.TextType.PLAINTEXT),
        **rest,
    )
    assert built.is_collapsible
    assert built.default_collapsed


def assert_mrkdwn(text: str) -> None:
    """Fail on anything in angle brackets that is not ours, and on anything escaped by halves."""
    rest = OURS.sub("", text)
    assert "<" not in rest
    assert ">" not in rest
    assert not re.search(r"&(?!(?:amp|lt|gt);)", rest)


def counted(blocks: Iterable[Mapping[str, Any]]) -> int:
    """Count as Slack may: every text, escaped."""
    texts = (one.get(key, "") for block in blocks for one in objects(block) for key in ("text", "alt_text"))
    return sum(
        len(text) + 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))
        for text in texts
        if isinstance(text, str)
    )


def objects(value: object) -> Iterator[dict[str, Any]]:
    """Yield every JSON object inside, outermost first."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from objects(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from objects(inner)


def _assert_limits(one: dict[str, Any]) -> None:
    for key, value in one.items():
        limit = LIMITS.get((one.get("type", ""), key))
        size = len(value["text"]) if isinstance(value, dict) and "text" in value else value
        if limit and not isinstance(size, int):
            size = len(size)
        assert not limit or 1 <= size <= limit, (one.get("type"), key)
    if one.get("type") == "mrkdwn":
        assert one["verbatim"] is True
        assert_mrkdwn(one["text"])
    if one.get("type") in {"plain_text", "text", "link"}:
        assert one["text"]
        assert not re.search("<[!@#]", one["text"])


RICH = {
    "text": blockkit.RichTextEl,
    "link": blockkit.RichLinkEl,
    "rich_text_section": blockkit.RichTextSection,
    "rich_text_list": blockkit.RichTextList,
    "rich_text_quote": blockkit.RichTextQuote,
    "rich_text_preformatted": blockkit.RichTextPreformatted,
}
KINDS = {
    "section": blockkit.Section,
    "header": blockkit.Header,
    "context": blockkit.Context,
    "actions": blockkit.Actions,
    "divider": blockkit.Divider,
    "rich_text": blockkit.RichText,
    "button": blockkit.Button,
    "confirm": blockkit.Confirm,
    "image": blockkit.ImageEl,
    **RICH,
}


def component(one: Mapping[str, Any]) -> Any:
    """Build the block anew from blockkit's own classes, which refuse what Slack refuses."""
    if one["type"] in {"plain_text", "mrkdwn"}:
        return blockkit.Text(**one)
    arguments = {key: _argument(key, value) for key, value in one.items() if key != "type"}
    # The one object that Slack has no type for.
    arguments |= {"confirm": component({"type": "confirm", **one["confirm"]})} if "confirm" in one else {}
    return KINDS[one["type"]](**arguments)


def _argument(key: str, value: object) -> Any:
    if key == "style" and isinstance(value, dict):
        return blockkit.RichStyle(**value)
    if isinstance(value, dict) and "type" in value:
        return component(value)
    return [component(inner) for inner in value] if isinstance(value, list) else value
