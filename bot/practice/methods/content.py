"""What a request to post or to edit wants said, or Slack's refusal of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bot.practice.methods.call import Call
from bot.practice.model import Content, Json, Message, SlackError
from bot.practice.rules.blocks import MARKDOWN
from bot.practice.rules.checks import refuse
from bot.practice.rules.messages import TEXT_CUT, check_message, check_metadata
from bot.practice.workspace import Workspace


def read_content(call: Call) -> Content:
    """Return what a posting method was given to say, or refuse it."""
    blocks, attachments = call.json("blocks"), call.json("attachments")
    metadata = check_metadata(call.json("metadata")) if "metadata" in call.args else None
    text, markdown = str(call.args.get("text") or ""), call.args.get("markdown_text")
    if call.args.get("blocks") not in (None, "", []) and not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if call.args.get("attachments") not in (None, "", []) and not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    blocks, attachments = blocks or [], attachments or []
    if markdown is not None:
        blocks = [*_markdown(str(markdown), text, blocks)]
    check_message(text, blocks, attachments)
    refuse("invalid_blocks", [*_unsupported(call.workspace, blocks)])
    _refuse_images(call.workspace, blocks)
    return Content(text=text[:TEXT_CUT], blocks=blocks, attachments=attachments, metadata=metadata or None)


def _unsupported(workspace: Workspace, blocks: Iterable[Json]) -> Iterator[str]:
    for n, block in enumerate(blocks):
        if block["type"] in workspace.refused_blocks:
            yield f"unsupported type: {block['type']} [json-pointer:/blocks/{n}/type]"


def edited_content(call: Call, message: Message) -> Content:
    """Return what an edit makes of a message.

    Blocks stay only if neither text nor blocks are given; metadata stays unless given, `{}` clears it.
    """
    said = {name: value for name, value in call.args.items() if value is not None}
    if not {"text", "blocks", "markdown_text", "attachments"} & set(said):
        if "metadata" not in said:
            raise SlackError("no_text")
        said |= {"text": message.text, "blocks": message.blocks, "attachments": message.content.attachments}
    content = read_content(
        Call(workspace=call.workspace, args=said, scopes=call.scopes, socket_url=call.socket_url)
    )
    if "metadata" not in said:
        content.metadata = message.metadata
    return content


def _markdown(markdown: str, text: str, blocks: list[Any]) -> Iterable[Json]:
    if text or blocks:
        raise SlackError("markdown_text_conflict")
    if len(markdown) > MARKDOWN:
        raise SlackError("msg_too_long")
    return [{"type": "markdown", "text": markdown}]


def _refuse_images(workspace: Workspace, blocks: list[Json]) -> None:
    """Slack fetches image blocks (and only those) while posting; here a list says what can be fetched."""
    faults = [
        f"downloading image failed [json-pointer:/blocks/{n}/image_url]"
        for n, block in enumerate(blocks)
        if block["type"] == "image" and "image_url" in block and not workspace.reachable(block["image_url"])
    ]
    refuse("invalid_blocks", faults)
