"""Asks Slack whether everything is in place, and says of every fault what exactly to do. Changes nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.core.delivery.answers import Deferred, Refused, Unknown
from bot.core.delivery.remedies import code_of
from bot.core.delivery.state import Trouble
from bot.core.environment import Environment, missing
from bot.core.errors import RoundupError
from bot.core.settings import Settings
from bot.slack.connection import in_words, whoami
from bot.slack.directory import Info, find_channels
from bot.slack.manifest import OPTIONAL_SCOPES, SCOPES
from bot.slack.messenger import LIMITED, Identity, Messenger
from bot.slack.network import Network, SlackClient, quiet_logger

TIMEOUT_SECONDS = 10
NOT_FOUND = "channel_not_found"
REINSTALL = "add it on the app's page OAuth & Permissions, then press Reinstall to Workspace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One thing looked at. *remedy* is empty when all is well."""

    what: str
    remedy: str = ""

    @property
    def ok(self) -> bool:
        """Tell whether there is nothing to do."""
        return not self.remedy


def examine(environment: Environment, settings: Settings) -> Iterator[Diagnosis]:
    """Yield a diagnosis for each thing the bot needs, in the order in which one would mend them."""
    try:
        if not environment.bot_token:
            raise missing("SLACK_BOT_TOKEN")
        timeout = settings.delivery.timeout
        messenger = _Patient(
            environment.bot_token,
            base_url=environment.api_url,
            timeout=lambda: timeout,
            network=Network(environment),
        )
        identity = whoami(messenger)
    except RoundupError as error:
        yield Diagnosis(what="bot token", remedy=str(error))
        return
    except ConnectionError as error:
        yield Diagnosis(
            what="Slack", remedy=f"cannot be reached ({error}): check the network and SLACK_API_URL"
        )
        return
    yield Diagnosis(what=f"bot token: @{identity.user} in {identity.team}")
    yield from _scopes(identity)
    yield from _way_in(environment)
    yield from _channels(messenger, identity, settings)


class _Patient(Messenger):
    """Waits, twice, as long as Slack asks it to: nothing is posted, and who looks has the time."""

    def ask(self, method: str, arguments: Mapping[str, Any]) -> Info | Refused | Deferred | Unknown:
        for _ in range(2):
            answer = super().ask(method, arguments)
            if not (isinstance(answer, Deferred) and answer.error in LIMITED):
                return answer
            time.sleep(answer.after.total_seconds())
        return super().ask(method, arguments)


def _scopes(identity: Identity) -> Iterator[Diagnosis]:
    lacking = {scope: purpose for scope, purpose in SCOPES.items() if scope not in identity.scopes}
    for scope, purpose in lacking.items():
        yield Diagnosis(what=f"scope {scope}", remedy=f"missing, needed for {purpose}: {REINSTALL}")
    if not lacking:
        optional = sorted(scope for scope in OPTIONAL_SCOPES if scope not in identity.scopes)
        without = f" (without the optional {', '.join(optional)})" if optional else ""
        yield Diagnosis(what=f"scopes{without}")


def _way_in(environment: Environment) -> Iterator[Diagnosis]:
    if environment.app_token:
        try:
            client = SlackClient(
                Network(environment),
                base_url=environment.api_url,
                timeout=TIMEOUT_SECONDS,
                logger=quiet_logger(),
            )
            client.apps_connections_open(app_token=environment.app_token)
        except SlackApiError as error:
            yield Diagnosis(
                what="Socket Mode",
                remedy=f"refused ({error.response['error']}): SLACK_APP_TOKEN needs the scope"
                " connections:write, and Socket Mode must be on for this app",
            )
        except (SlackClientError, HTTPException, OSError) as error:
            yield Diagnosis(what="Socket Mode", remedy=f"cannot be reached: {in_words(error)}")
        else:
            yield Diagnosis(what="Socket Mode")
    elif environment.signing_secret:
        yield Diagnosis(
            what="HTTP mode: signing secret is set (only Slack's next request can prove it right)"
        )
    else:
        yield Diagnosis(
            what="commands",
            remedy="neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP mode) is set, so"
            " /roundup cannot reach the bot",
        )


def _channels(messenger: Messenger, identity: Identity, settings: Settings) -> Iterator[Diagnosis]:
    found = find_channels(messenger, settings.rooms, ids={})
    troubles = {info.error for info in found.values() if isinstance(info, Trouble)}
    if unseen := sorted(error for error in troubles if not _is_hidden(error, identity)):
        yield Diagnosis(what="channels", remedy=f"cannot be listed: {', '.join(unseen)}")
    for name, info in found.items():
        known = not isinstance(info, Trouble) or _is_hidden(info.error, identity)
        if known:
            told = _channel(messenger, identity, name, info) if not isinstance(info, Trouble) else None
            yield _as_newsroom(told or _not_found(identity, name), name, settings)


def _as_newsroom(told: Diagnosis, name: str, settings: Settings) -> Diagnosis:
    """Return what is said of a channel, with what is at stake if it is where editors are told things."""
    if name != settings.newsroom:
        return told
    meanwhile = ". Until then each editor is told by direct message" if settings.editors else ""
    remedy = f"{told.remedy}{meanwhile}" if told.remedy else ""
    return Diagnosis(what=f"newsroom {told.what}", remedy=remedy)


def _is_hidden(error: str, identity: Identity) -> bool:
    """Tell whether a channel does not exist, or is one that Slack hides from us."""
    # Who may see public channels lacks nothing but the scope for private ones.
    private = code_of(error) == "missing_scope" and "channels:read" in identity.scopes
    return error == NOT_FOUND or private


def _not_found(identity: Identity, name: str) -> Diagnosis:
    scope = "" if "groups:read" in identity.scopes else " and add the scope groups:read"
    return Diagnosis(
        what=name,
        remedy="Slack shows us no such channel: correct it in the configuration, or, if it is private,"
        f" {_invite(identity, name)}{scope}",
    )


def _invite(identity: Identity, name: str) -> str:
    return f"type `/invite @{identity.user}` in {name}"


def _channel(messenger: Messenger, identity: Identity, name: str, channel: Info) -> Diagnosis:
    if channel.get("is_archived"):
        return Diagnosis(what=name, remedy="is archived: unarchive it, or take it out of the configuration")
    if not channel.get("is_member"):
        joins = not channel.get("is_private") and "channels:join" in identity.scopes
        if not joins:
            return Diagnosis(what=name, remedy=f"the bot is not in it: {_invite(identity, name)}")
        return Diagnosis(what=f"{name}: not joined yet; the bot joins by itself when it starts")
    return _history(messenger, name, channel)


def _history(messenger: Messenger, name: str, channel: Info) -> Diagnosis:
    answer = messenger.ask("conversations.history", {"channel": channel["id"], "limit": 1})
    match answer:
        case Mapping():
            return Diagnosis(what=f"{name}: member, history readable")
        case Unknown(error=error):
            return Diagnosis(what=name, remedy=f"its history cannot be read: {error}")
    scope = "groups:history" if channel.get("is_private") else "channels:history"
    return Diagnosis(
        what=name,
        remedy=f"its history cannot be read ({code_of(answer.error)}), so a post whose answer is lost"
        f" would be held for you to decide: add the scope {scope}; {REINSTALL}",
    )
