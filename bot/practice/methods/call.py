"""One request to a method: its arguments, read as Slack reads them, and how a method is entered."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.practice.door import read_json
from bot.practice.model import Channel, Json, SlackError
from bot.practice.workspace import Workspace

# How often a minute a method of Slack's tiers may be asked.
TIER_2, TIER_3, TIER_4 = 20, 50, 100


@dataclass(slots=True, kw_only=True)
class Call:
    """One request to a method."""

    workspace: Workspace
    args: Mapping[str, Any]
    scopes: set[str]
    socket_url: Callable[[], str]
    lag: float = 0.0  # seconds by which the history is behind, by order of a fault

    def need(self, *names: str) -> list[str]:
        """Return required arguments as text, or refuse."""
        values = [self.args.get(name) for name in names]
        if missing := [name for name, value in zip(names, values, strict=True) if value in (None, "")]:
            messages = [f"[ERROR] missing required field: {name}" for name in missing]
            raise SlackError("invalid_arguments", response_metadata={"messages": messages})
        return [str(value) for value in values]

    def flag(self, name: str) -> bool:
        return self.args.get(name) in (True, 1, "1", "true", "True")

    def scope(self, needed: str) -> None:
        """Refuse unless the token was given that scope."""
        if needed not in self.scopes:
            raise SlackError("missing_scope", needed=needed, provided=",".join(sorted(self.scopes)))

    def channel(self, name: str = "channel") -> Channel:
        ref = self.args.get(name)
        if not ref:
            raise SlackError("channel_not_found")
        return self.workspace.visible_channel(str(ref))

    def json(self, name: str) -> Any:
        """Return an argument that is JSON, whether it came as such or as text; broken text as None."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return read_json(value)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method and what a caller needs for it. *per_minute* is its tier; 0 leaves it to the posting rules."""

    run: Callable[[Call], Json]
    caller: str  # whose token it takes: "bot", "app", "any" of them, or "none"
    scope: str
    per_minute: int


class Family(dict[str, Method]):
    """Methods that belong together, each entered where it is written."""

    def method(
        self, name: str, *, scope: str = "", caller: str = "bot", per_minute: int = 0
    ) -> Callable[[Callable[[Call], Json]], Callable[[Call], Json]]:
        """Enter a function as a Web API method."""

        def enter(run: Callable[[Call], Json]) -> Callable[[Call], Json]:
            self[name] = Method(run=run, caller=caller, scope=scope, per_minute=per_minute)
            return run

        return enter


def paged(call: Call, items: list[Any], *, default: int, most: int) -> tuple[list[Any], str]:
    """Return one page and the cursor of the next, empty at the end."""
    try:
        limit = int(call.args.get("limit") or default)
        cursor = str(call.args.get("cursor") or "")
        start = int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:")) if cursor else 0
    except (ValueError, TypeError) as error:  # no number, no base64, no text
        raise SlackError("invalid_cursor" if call.args.get("cursor") else "invalid_limit") from error
    if not 1 <= limit <= most:
        raise SlackError("invalid_limit")
    end = start + limit
    more = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return items[start:end], more
