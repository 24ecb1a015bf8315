"""Asks Slack whether everything is in place, and says of every fault what exactly to do. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.core.environment import Environment, missing
from bot.core.errors import RoundupError
from bot.core.settings import Settings
from bot.slack.connection import in_words, whoami
from bot.slack.manifest import OPTIONAL_SCOPES, SCOPES
from bot.slack.messenger import Identity, Messenger

TIMEOUT_SECONDS = 10
REINSTALL = "add it on the app's page OAuth & Permissions, then press Reinstall to Workspace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at. *remedy* is empty when all is well."""

    what: str
    remedy: str = ""

    @property
    def ok(self) -> bool:
        """Tell whether there is nothing to do."""
        return not self.remedy


def examine(environment: Environment, settings: Settings) -> Iterator[Finding]:
    """Yield a finding for each thing the bot needs, in the order in which one would mend them."""
    try:
        if not environment.bot_token:
            raise missing("SLACK_BOT_TOKEN")
        timeout = settings.delivery.timeout
        identity = whoami(
            Messenger(environment.bot_token, base_url=environment.api_url, timeout=lambda: timeout)
        )
    except RoundupError as error:
        yield Finding(what="bot token", remedy=str(error))
        return
    except ConnectionError as error:
        yield Finding(
            what="Slack", remedy=f"cannot be reached ({error}): check the network and SLACK_API_URL"
        )
        return
    yield Finding(what=f"bot token: @{identity.user} in {identity.team}")
    yield from _scopes(identity)
    yield from _way_in(environment)
    client = WebClient(
        token=environment.bot_token,
        base_url=environment.api_url,
        timeout=TIMEOUT_SECONDS,
        retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=2)],
    )
    yield from _channels(client, identity, settings)


def _scopes(identity: Identity) -> Iterator[Finding]:
    lacking = {scope: purpose for scope, purpose in SCOPES.items() if scope not in identity.scopes}
    for scope, purpose in lacking.items():
        yield Finding(what=f"scope {scope}", remedy=f"missing, needed for {purpose}: {REINSTALL}")
    if not lacking:
        optional = sorted(scope for scope in OPTIONAL_SCOPES if scope not in identity.scopes)
        without = f" (without the optional {', '.join(optional)})" if optional else ""
        yield Finding(what=f"scopes{without}")


def _way_in(environment: Environment) -> Iterator[Finding]:
    if environment.app_token:
        try:
            WebClient(base_url=environment.api_url, timeout=TIMEOUT_SECONDS).apps_connections_open(
                app_token=environment.app_token
            )
        except SlackApiError as error:
            yield Finding(
                what="Socket Mode",
                remedy=f"refused ({error.response['error']}): SLACK_APP_TOKEN needs the scope"
                " connections:write, and Socket Mode must be on for this app",
            )
        except (SlackClientError, HTTPException, OSError) as error:
            yield Finding(what="Socket Mode", remedy=f"cannot be reached: {in_words(error)}")
        else:
            yield Finding(what="Socket Mode")
    elif environment.signing_secret:
        yield Finding(what="HTTP mode: signing secret is set (only Slack's next request can prove it right)")
    else:
        yield Finding(
            what="commands",
            remedy="neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP mode) is set, so"
            " /roundup cannot reach the bot",
        )


def _channels(client: WebClient, identity: Identity, settings: Settings) -> Iterator[Finding]:
    try:
        known = list(_conversations(client, identity.scopes))
    except (SlackClientError, HTTPException, OSError) as error:
        yield Finding(what="channels", remedy=f"cannot be listed: {in_words(error)}")
        return
    by_name = {name: channel for channel in known for name in (channel["id"], channel["name"])}
    for entry in settings.channels:
        yield _channel(client, identity, entry.channel, by_name.get(entry.channel.removeprefix("#")))


def _conversations(client: WebClient, scopes: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    kinds = "public_channel,private_channel" if "groups:read" in scopes else "public_channel"
    for page in client.conversations_list(types=kinds, limit=200):
        yield from page["channels"]


def _channel(client: WebClient, identity: Identity, name: str, channel: Mapping[str, Any] | None) -> Finding:
    invite = f"type `/invite @{identity.user}` in {name}"
    if channel is None:
        scope = "" if "groups:read" in identity.scopes else " and add the scope groups:read"
        return Finding(
            what=name,
            remedy="Slack shows us no such channel: correct it in the configuration, or, if it is private,"
            f" {invite}{scope}",
        )
    if channel.get("is_archived"):
        return Finding(what=name, remedy="is archived: unarchive it, or take it out of the configuration")
    if not channel.get("is_member"):
        joins = not channel.get("is_private") and "channels:join" in identity.scopes
        if not joins:
            return Finding(what=name, remedy=f"the bot is not in it: {invite}")
        return Finding(what=f"{name}: not joined yet; the bot joins by itself when it starts")
    return _history(client, name, channel)


def _history(client: WebClient, name: str, channel: Mapping[str, Any]) -> Finding:
    try:
        client.conversations_history(channel=channel["id"], limit=1)
    except SlackApiError as error:
        scope = "groups:history" if channel.get("is_private") else "channels:history"
        return Finding(
            what=name,
            remedy=f"its history cannot be read ({error.response['error']}), so a post whose answer is lost"
            f" would be held for you to decide: add the scope {scope}; {REINSTALL}",
        )
    except (SlackClientError, HTTPException, OSError) as error:
        return Finding(what=name, remedy=f"its history cannot be read: {in_words(error)}")
    return Finding(what=f"{name}: member, history readable")
