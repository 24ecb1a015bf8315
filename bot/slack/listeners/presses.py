"""What came with the press of a button. It is signed, which makes it Slack's but not ours: it may be odd."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from bot.core.message import Block
from bot.slack.payload import read_json

log = logging.getLogger(__name__)

STALE = "That button does nothing any more: ask again. What waits for editors is in `/roundup status`."
# Of a button's value: Slack takes no longer one from us.
MOST_OF_A_VALUE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """Who pressed which button, and where the answer goes; "" for what the payload does not have."""

    action: str
    value: str
    user: str
    team: str  # the user's, not the one that the app is installed in
    channel: str
    channel_name: str
    message: str  # ts of the message whose button it is, an ephemeral one's too
    row: str  # the block that the button stands in
    blocks: tuple[Block, ...]  # of that message; none of an ephemeral one
    response_url: str
    trigger: str = ""  # leave to open a modal, for three seconds
    view: str = ""  # the modal or home that the button stands in
    view_type: str = ""
    thread: str = ""  # ts of the thread that the message stands in
    note: str = ""  # what the view carries unseen

    @property
    def once(self) -> str:
        """Return what a second press of the same button by the same person has in common with the first."""
        # Without a message nothing tells them apart from others but the address, which each has for itself.
        what = (self.user, self.channel, self.message or self.response_url, self.value)
        return sha256(json.dumps(what).encode()).hexdigest()

    def read(self, **wanted: type) -> Mapping[str, Any] | None:
        """Return the fields of the value; None, and a line in the log, unless the *wanted* ones are there."""
        try:
            fields = read_json(self.value) if len(self.value) <= MOST_OF_A_VALUE else None
        except ValueError:
            fields = None
        if isinstance(fields, dict) and all(isinstance(fields.get(n), kind) for n, kind in wanted.items()):
            return fields
        log.warning("press_unreadable action=%s", self.action)
        return None


def read_press(body: Mapping[str, Any], action: Mapping[str, Any]) -> Press:
    """Return what is of use in a `block_actions` payload and its action."""
    return Press(
        action=text(action, "action_id"),
        value=text(action, "value")[: MOST_OF_A_VALUE + 1],
        user=_within(body, "user", "id"),
        team=_within(body, "user", "team_id"),
        channel=_within(body, "channel", "id"),
        channel_name=_within(body, "channel", "name"),
        message=_within(body, "container", "message_ts"),
        row=text(action, "block_id"),
        blocks=_blocks(body.get("message")),
        response_url=text(body, "response_url"),
        trigger=text(body, "trigger_id"),
        view=_within(body, "view", "id"),
        view_type=_within(body, "view", "type"),
        thread=_within(body, "container", "thread_ts"),
        note=_within(body, "view", "private_metadata"),
    )


def by_whom(body: Mapping[str, Any]) -> tuple[str, str]:
    """Return the user and the team of whoever sent a form."""
    return _within(body, "user", "id"), _within(body, "user", "team_id")


def _within(body: Mapping[str, Any], what: str, name: str) -> str:
    fields = body.get(what)
    return text(fields, name) if isinstance(fields, dict) else ""


def _blocks(message: Any) -> tuple[Block, ...]:
    return objects(message, "blocks") if isinstance(message, dict) else ()


def objects(fields: Mapping[str, Any], name: str) -> tuple[dict[str, Any], ...]:
    """Return the objects in a field that is a list, or none."""
    listed = fields.get(name)
    return tuple(each for each in listed if isinstance(each, dict)) if isinstance(listed, list) else ()


def text(fields: Mapping[str, Any], name: str) -> str:
    """Return a field that is text, or ""."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""
