"""Sends what a button asked for through its `response_url`: works in channels the bot is not in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.core.message import Message

log = logging.getLogger(__name__)

# Of one request; a person is waiting, and Slack allows the address for 30 minutes only.
TIMEOUT_SECONDS = 10


class Responder:
    """Uses an address only if it is Slack's own (or the practice workspace's): it comes in from outside."""

    def __init__(self, accepts: Callable[[str], bool]) -> None:
        self._accepts = accepts

    def replace(self, response_url: str, message: Message) -> None:
        """Put the message in the place of the one whose button was pressed."""
        self._send(response_url, {**message.as_ephemeral(), "replace_original": True})

    def tell(self, response_url: str, message: Message) -> None:
        """Say something more to who pressed, and leave their message as it is."""
        self._send(response_url, {**message.as_ephemeral(), "replace_original": False})

    def share(self, response_url: str, message: Message) -> bool:
        """Post the message for everybody in that channel; False if it is certainly not there."""
        return self._send(
            response_url,
            {**message.as_arguments(), "response_type": "in_channel", "replace_original": False},
        )

    def _send(self, response_url: str, payload: dict[str, Any]) -> bool:
        """Send it once; False if Slack certainly did not take it."""
        if not self._accepts(response_url):
            log.warning("response_url_refused")
            return False
        # No retry handlers: the default one sends twice when an answer is lost.
        client = WebhookClient(response_url, timeout=TIMEOUT_SECONDS, retry_handlers=[])
        try:
            response = client.send_dict(payload)
        except (SlackClientError, OSError) as error:  # no network, no answer in time
            log.warning("response_failed error=%s", type(error).__name__)
            return True  # it may have got there
        if response.status_code != 200:
            log.warning("response_failed status=%d", response.status_code)
        return response.status_code == 200 or response.status_code >= 500
