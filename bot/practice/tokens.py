"""The workspace's two tokens, what each may do, and Slack's no to any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.practice.model import SlackError

BOT_TOKEN = "xoxb-practice"  # noqa: S105 - opens nothing but the practice workspace
APP_TOKEN = "xapp-practice"  # noqa: S105 - likewise

# What the manifest asks for and what an admin may add; a test takes some away.
SCOPES = frozenset(
    [
        "app_mentions:read",
        "channels:history",
        "channels:join",
        "channels:read",
        "chat:write",
        "chat:write.public",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "usergroups:read",
        "users:read",
    ]
)


@dataclass(slots=True, kw_only=True)
class Token:
    """A token, what it may do, and what Slack says of it if it is dead (`token_revoked`, …)."""

    kind: str  # "bot" or "app"
    scopes: set[str]
    dead: str = ""


def practice_tokens() -> dict[str, Token]:
    """Return the two tokens of a freshly installed app."""
    return {
        BOT_TOKEN: Token(kind="bot", scopes=set(SCOPES)),
        APP_TOKEN: Token(kind="app", scopes={"connections:write"}),
    }


def authorise(tokens: Mapping[str, Token], token: str, caller: str) -> Token:
    """Return what we know of the token, or refuse as Slack does; *caller* is whose token it must be."""
    if not token:
        raise SlackError("not_authed")
    known = tokens.get(token)
    if known is None:
        raise SlackError("invalid_auth")
    if known.dead:
        raise SlackError(known.dead)
    if caller not in (known.kind, "any"):
        raise SlackError("not_allowed_token_type")
    return known
