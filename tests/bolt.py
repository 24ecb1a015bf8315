"""Connects a real Bolt app by Socket Mode, once."""

from __future__ import annotations

from slack_bolt import App
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler

from bot.practice.tokens import APP_TOKEN


def connect(app: App) -> SocketModeHandler:
    """Connect *app* to the practice workspace that its client knows, and to no second line at once.

    slack_sdk's watch over the line takes one that is still being opened for dead, opens another, and closes
    the first while questions are on their way through it; so these apps go without the watch.
    """
    handler = SocketModeHandler(app, APP_TOKEN)
    handler.client.current_app_monitor_started = True
    handler.connect()  # type: ignore[no-untyped-call]
    return handler
