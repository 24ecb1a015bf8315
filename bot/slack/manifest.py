"""The Slack app's manifest: paste it into Slack, and the app has what the bot needs and nothing else."""

from __future__ import annotations

from typing import Any

# Each with what would not work without it.
SCOPES = {
    "commands": "/roundup",
    "chat:write": "the weekly post, its thread and its corrections; alarms to editors",
    "channels:read": "a channel's ID for its name; whether it is archived",
    "channels:history": "looking whether a post whose answer was lost is there, instead of posting twice",
}
# An admin may leave these out at installation; `roundup doctor` says what is then missing.
OPTIONAL_SCOPES = {
    "channels:join": "joining a configured public channel without an invitation",
    "files:read": "reading a roundup that an editor sends the bot as a file",
    "files:write": "handing a draft back as a Markdown file",
    "groups:read": "channels:read for private channels",
    "groups:history": "channels:history for private channels",
    "im:history": "hearing what an editor sends the bot in a direct message; looking whether an alarm whose"
    " answer was lost arrived, instead of sending it twice",
    "im:write": "the same look: finding the direct message with an editor",
    "usergroups:read": "user groups among the editors",
    "users:read": "telling guests and strangers from members; whether an editor's ID is anybody's",
}


def manifest(*, url: str | None = None) -> dict[str, Any]:
    """Return the manifest for Socket Mode, or for HTTP at that base address ("https://roundup.example.com")."""
    events = f"{url.rstrip('/')}/slack/events" if url else None
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Roundup",
            "description": "Posts the weekly news digest and answers questions about it",
            "background_color": "#1d3557",
        },
        "features": {
            "bot_user": {"display_name": "roundup", "always_online": True},
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "slash_commands": [_command(events)],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES), "bot_optional": list(OPTIONAL_SCOPES)}},
        "settings": {
            "event_subscriptions": {
                "bot_events": ["app_home_opened", "message.im"],
                **({"request_url": events} if events else {}),
            },
            "interactivity": {"is_enabled": True, **({"request_url": events} if events else {})},
            "org_deploy_enabled": False,
            "socket_mode_enabled": events is None,
            "token_rotation_enabled": False,
        },
    }


def _command(events: str | None) -> dict[str, Any]:
    command = {
        "command": "/roundup",
        "description": "Find stories of the weekly roundup",
        "usage_hint": "company or keyword | latest | help | new",
        "should_escape": False,
    }
    return {**command, "url": events} if events else command
