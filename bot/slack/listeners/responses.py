"""Sends what a button asked for through its `response_url`: works in channels the bot is not in."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request

from bot.core.message import Message
from bot.slack.network import DIRECT, Network, no_line, what_failed

log = logging.getLogger(__name__)

# Of one request; a person is waiting, and Slack allows the address for 30 minutes only.
TIMEOUT_SECONDS = 10


class Responder:
    """Uses an address only if it is Slack's own (or the practice workspace's): it comes in from outside."""

    def __init__(self, accepts: Callable[[str], bool], network: Network = DIRECT) -> None:
        self._accepts, self._network = accepts, network

    def replace(self, response_url: str, message: Message) -> bool:
        """Put it in the place of the message whose button was pressed; False if it certainly is not there."""
        return self._send(response_url, {**message.as_ephemeral(), "replace_original": True})

    def tell(self, response_url: str, message: Message, *, thread: str = "") -> bool:
        """Say something more to who pressed; False if it certainly is not there."""
        where = {"thread_ts": thread} if thread else {}
        return self._send(response_url, {**message.as_ephemeral(), "replace_original": False, **where})

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
        body = json.dumps(payload).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        try:
            request = Request(response_url, body, headers, method="POST")  # noqa: S310 - accepted above
            # The status says it all; what else comes back is not read, however much it is.
            with self._network.open(request, timeout=TIMEOUT_SECONDS) as answer:
                status = answer.status
        except HTTPError as error:  # a redirect, too: it is not followed
            error.close()
            status = error.code
        except (OSError, HTTPException, ValueError) as error:  # no network, no answer, no HTTP, no address
            log.warning("response_failed error=%s", what_failed(error))
            return no_line(error) is None  # then it may have got there
        if status != 200:
            log.warning("response_failed status=%d", status)
        return status < 400 or status >= 500
