"""Reads what Slack sends, in both modes. It is Slack's, and still not taken for what Slack promises to send:
Bolt's matchers and our listeners raise on an event that is no object, or an id that is no text.
"""

from __future__ import annotations

import json
import re
from typing import Any, TypeGuard
from urllib.parse import parse_qsl

Payload = dict[str, Any]

# Not the workflow steps that Slack retired, for which Bolt still looks.
TYPES = (
    "app_rate_limited",
    "block_actions",
    "block_suggestion",
    "event_callback",
    "message_action",
    "shortcut",
    "url_verification",
    "view_closed",
    "view_submission",
)
VIEWS = ("home", "modal")
MAX_FIELDS = 100  # of a form; a slash command has about 15
NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")  # as JSON has it; not a typed \u0000, whose \ is doubled there
MAX_DEPTH = 60  # Slack nests about 15 deep; Bolt copies what it hands to lazy listeners recursively


def read_payload(body: bytes, content_type: bytes) -> Payload | None:
    """Return a payload that every listener can read, or None."""
    try:
        text = body.decode()
        if content_type.partition(b";")[0].strip().lower() == b"application/json":
            return _checked(read_json(text))
        form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS))
        if "payload" in form:
            return _checked(read_json(form["payload"]))
    except ValueError:  # no UTF-8, too many fields, or no JSON
        return None
    return _command(form)


def read_envelope(kind: object, payload: object) -> Payload | None:
    """Return what came over the socket in an envelope of that kind, or None as well."""
    if kind == "slash_commands" and isinstance(payload, dict):
        return _command({name: value for name, value in payload.items() if isinstance(value, str)})
    return _checked(payload)


def read_json(text: str) -> Any:
    """Parse JSON. ValueError also for what is nested without end, and for half a character.

    No database takes that one. The character zero, which PostgreSQL does not take, is a blank.
    """
    try:
        parsed = json.loads(NUL.sub(r"\1 ", text))
    except RecursionError as error:
        raise ValueError("nested without end") from error
    if "\\ud" in text.lower():  # only so does half a one get in; emoji come in halves that json puts together
        json.dumps(parsed, ensure_ascii=False).encode()
    return parsed


def _command(form: dict[str, str]) -> Payload | None:
    # All values of a form are text, which Bolt does not expect of an event.
    if "command" not in form or "event" in form or "type" in form:
        return None
    return {name: value.replace("\0", " ") for name, value in form.items()}  # whatever is typed has an answer


def _checked(payload: object) -> Payload | None:
    if not isinstance(payload, dict) or not _is_shallow(payload):
        return None
    # Null says no more than absence, and Bolt trips over it.
    payload = {name: value for name, value in payload.items() if value is not None}
    return payload if payload.get("type") in TYPES and _fits(payload) else None


def _fits(payload: Payload) -> bool:
    """Tell whether that by which a listener is chosen is text, where it is there at all."""
    return (
        "command" not in payload  # in JSON it is none of Slack's, and the question could be anything
        and all(isinstance(payload.get(name, ""), str) for name in ("callback_id", "action_id"))
        and ("event" not in payload or _names(payload["event"], "type"))
        and ("view" not in payload or _is_view(payload["view"]))
        and ("actions" not in payload or _are_actions(payload["actions"]))
    )


def _is_view(view: object) -> bool:
    return _names(view, "type", "callback_id") and view["type"] in VIEWS


def _are_actions(actions: object) -> bool:
    return (
        isinstance(actions, list) and bool(actions) and all(_names(action, "action_id") for action in actions)
    )


def _names(fields: object, *names: str) -> TypeGuard[dict[str, Any]]:
    return isinstance(fields, dict) and all(isinstance(fields.get(name), str) for name in names)


def _is_shallow(payload: Payload) -> bool:
    layer: list[Any] = [payload]
    for _ in range(MAX_DEPTH):
        layer = [
            inner
            for outer in layer
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        if not layer:
            return True
    return False
