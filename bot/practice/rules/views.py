"""What Slack takes as a modal or an App Home."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.practice.model import SlackError
from bot.practice.rules.blocks import block_faults
from bot.practice.rules.checks import Fault, anything, boolean, refuse, shape, string, text
from bot.practice.rules.elements import PLAIN

VIEW_BYTES = 250_000

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
    if not isinstance(body, dict) or body.get("type") not in list(VIEWS):
        return ["must provide a view of type modal or home [json-pointer:/view]"]
    if kind and body["type"] != kind:
        return [f"must be one of: {kind} [json-pointer:/view/type]"]
    faults = list(VIEWS[body["type"]](body, "/view"))
    blocks = body.get("blocks") or []
    faults += block_faults(blocks, surface=body["type"], at="/view")
    if not faults and not blocks:
        faults.append("no fewer than 1 items allowed [json-pointer:/view/blocks]")
    if not faults and body["type"] == "modal" and not body.get("submit") and inputs(blocks):
        faults.append("missing required field: submit [json-pointer:/view]")
    if not faults and sum(_focused(blocks)) > 1:
        faults.append("only one element may have focus_on_load [json-pointer:/view/blocks]")
    return faults


def inputs(blocks: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the block ids of what can be filled in."""
    return [block.get("block_id", "") for block in blocks if block["type"] == "input"]


def _focused(blocks: Sequence[Mapping[str, Any]]) -> Iterator[bool]:
    for block in blocks:
        for element in (block.get("element", {}), *block.get("elements", [])):
            yield bool(element.get("focus_on_load"))


def check_errors(errors: Any, blocks: Sequence[Mapping[str, Any]]) -> None:
    """Refuse what a form is told to be wrong with, unless each is a word at a field that it has."""
    known = inputs(blocks)
    if not (isinstance(errors, dict) and errors and all(name in known and errors[name] for name in errors)):
        raise SlackError("invalid_errors")


def check_view(body: Any, kind: str) -> None:
    """Refuse a view that Slack would refuse."""
    refuse("invalid_arguments", view_faults(body, kind))
    if len(json.dumps(body, ensure_ascii=False).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
