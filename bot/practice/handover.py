"""How Slack hands a payload to the bot: the ways it can fail, and the way by signed HTTP requests."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlencode

from bot.practice.model import Json

# How long Slack waits for an acknowledgement.
ACK_TIMEOUT = 3.0


class DeliveryError(Exception):
    """The bot did not get it, or did not say so in time; the text is the code a person would see."""


class Delivery(Protocol):
    """A way to the bot."""

    @property
    def connected(self) -> bool:
        """Tell whether anybody listens."""

    async def deliver(self, kind: str, payload: Json, *, retry: int = 0, reason: str = "") -> Json:
        """Hand over a payload and return what the acknowledgement carried."""


class HttpDelivery:
    """Requests to the bot's address, signed as Slack signs them."""

    def __init__(self, url: str, *, secret: str) -> None:
        self.url = url
        self._secret = secret
        self.connected = True  # nobody knows before the first request

    async def deliver(self, kind: str, payload: Json, *, retry: int = 0, reason: str = "") -> Json:
        """Send it as Slack sends that kind: commands as a form, presses as `payload=`, events as JSON."""
        headers = {}
        if retry:
            why = {"timeout": "http_timeout"}.get(reason, reason)
            headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": why}
        if kind == "slash_commands":
            return await self.send(urlencode(payload), headers=headers)
        if kind == "interactive":
            return await self.send(urlencode({"payload": json.dumps(payload)}), headers=headers)
        return await self.send(json.dumps(payload), content_type="application/json", headers=headers)

    async def ssl_check(self) -> Json:
        """Send the probe that Slack sends to a command's address."""
        return await self.send(urlencode({"ssl_check": "1", "token": "practice"}))

    async def url_verification(self) -> Json:
        """Send the challenge that an address must echo before it gets events."""
        body = {"type": "url_verification", "token": "practice", "challenge": "practice-challenge"}
        return await self.send(json.dumps(body), content_type="application/json")

    async def send(
        self,
        body: str,
        *,
        content_type: str = "application/x-www-form-urlencoded",
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        """Send any body, signed now."""
        # Real time, whatever the workspace's clock says: the bot compares it with its own.
        proof = signature(self._secret, body, timestamp=int(time.time()))
        signed = {"Content-Type": content_type, **proof, **(headers or {})}
        return await asyncio.to_thread(self._request, body.encode(), signed)

    def _request(self, body: bytes, headers: Mapping[str, str]) -> Json:
        request = urllib.request.Request(self.url, data=body, headers=dict(headers))  # noqa: S310 - ours
        try:
            with urllib.request.urlopen(request, timeout=ACK_TIMEOUT) as answer:  # noqa: S310 - likewise
                return _acknowledgement(answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:  # an unread answer holds its connection
                code = "http_client_error" if error.code < 500 else "dispatch_unknown_error"
            raise DeliveryError(code) from error
        except TimeoutError as error:
            raise DeliveryError("operation_timeout") from error
        except OSError as error:  # refused, reset, no such host
            timed_out = isinstance(getattr(error, "reason", None), TimeoutError)
            raise DeliveryError("operation_timeout" if timed_out else "dispatch_failed") from error


def signature(secret: str, body: str, *, timestamp: int) -> dict[str, str]:
    """Return the headers that prove a body comes from Slack. They hold for five minutes."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


def _acknowledgement(body: str) -> Json:
    if not body.strip():
        return {}
    try:
        value: Any = json.loads(body)
    except json.JSONDecodeError:
        return {"text": body}
    return value if isinstance(value, dict) else {"text": body}
