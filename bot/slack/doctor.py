"""Asks Slack whether everything is in place, and says of every fault what exactly to do. Changes nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from bot.core.delivery.alarms import culprit
from bot.core.delivery.answers import Deferred, Refused, Unknown
from bot.core.delivery.remedies import code_of, passing
from bot.core.delivery.state import Trouble
from bot.core.digest import Digest
from bot.core.environment import Environment, missing
from bot.core.errors import RoundupError
from bot.core.message import Part
from bot.core.settings import Settings
from bot.slack.connection import OPENING, whoami
from bot.slack.directory import Info, find_channels
from bot.slack.manifest import OPTIONAL_SCOPES, SCOPES
from bot.slack.messenger import LIMITED, Identity, Messenger, header
from bot.slack.network import Network
from bot.slack.people import is_group

EDITOR, APPROVER = "editor", "approver"  # each is listed under its plural in config.yaml
NOT_FOUND = "channel_not_found"
OFF = timedelta(minutes=1)  # beyond it, a clock is said to be off
NOBODY = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
SHARED = (
    "is shared with another organisation, whose people read every post: take it out of the configuration, or"
    " end the sharing (the channel's name, then Settings, then Shared with)"
)
REINSTALL = "add it on the app's page OAuth & Permissions, then press Reinstall to Workspace"
UNREAD_GROUPS = {
    "missing_scope": f"the scope usergroups:read is missing: {REINSTALL}",
    "no_such_subteam": "Slack knows no user group of that ID: copy it again (the group, ⋮, Copy group ID), or"
    " take it out of the configuration",
    "plan_upgrade_required": "this workspace's plan has no user groups: name people (U…) in its place",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One thing looked at. *remedy* is empty when all is well."""

    what: str
    remedy: str = ""

    @property
    def ok(self) -> bool:
        """Tell whether there is nothing to do."""
        return not self.remedy


def examine(
    environment: Environment, settings: Settings, *, clock: Callable[[], datetime]
) -> Iterator[Diagnosis]:
    """Yield a diagnosis for each thing the bot needs of Slack, in the order in which one would mend them."""
    try:
        if not environment.bot_token:
            raise missing("SLACK_BOT_TOKEN")
        messenger = _patient(environment, settings)
        identity = whoami(messenger)
        ahead = messenger.ahead(clock())
    except RoundupError as error:
        yield Diagnosis(what="bot token", remedy=str(error))
        return
    except ConnectionError as error:
        yield Diagnosis(what="Slack", remedy=f"cannot be reached ({error}): {_check(environment)}")
        return
    yield Diagnosis(what=f"bot token: @{identity.user} in {identity.team}")
    yield from _scopes(identity)
    yield clock_diagnosis("Slack's", ahead)
    yield from _way_in(environment, settings)
    yield from _people(messenger, identity, settings.editors, EDITOR)
    approvers = [id_ for id_ in settings.approvers if id_ not in settings.editors]
    yield from _people(messenger, identity, approvers, APPROVER)
    yield from _channels(messenger, identity, settings)


def _check(environment: Environment) -> str:
    """Say what the way to Slack depends on, as far as somebody has set it."""
    ways = {"HTTPS_PROXY": environment.proxy, "SSL_CERT_FILE": environment.certificates}
    return ", ".join(["check the network", *filter(ways.get, ways)]) + " and SLACK_API_URL"


def validate(
    environment: Environment, settings: Settings, about: str, digest: Digest, parts: Sequence[Part]
) -> Iterator[Diagnosis]:
    """Have Slack check a post's blocks, which it does without posting them, and for anybody."""
    messenger, faults = _patient(environment, settings), 0
    for n, part in enumerate(parts, start=1):
        blocks = json.dumps(part.message.blocks, ensure_ascii=False)
        answer = messenger.ask("blocks.validate", {"blocks": blocks})
        if not isinstance(answer, Mapping):
            faults += 1
            yield Diagnosis(what=f"blocks of {about}, message {n}", remedy=_blamed(answer, digest, part))
    if not faults:
        yield Diagnosis(what=f"blocks of {about}")


def _blamed(no: Refused | Deferred | Unknown, digest: Digest, part: Part) -> str:
    if not isinstance(no, Refused):
        return f"could not be checked ({no.error}): try again later"
    story = culprit(part, digest, no.detail)
    where = f'change the story "{story.headline}", line {story.line} of the file' if story else "report this"
    return f"Slack would not take it ({no.error}: {no.detail}): {where}"


def clock_diagnosis(whose: str, ahead: timedelta | None) -> Diagnosis:
    """Compare this host's clock, which is so much *ahead* of another; None if nobody knows."""
    if ahead is None:
        return Diagnosis(what=f"clock: nothing to compare it with, as {whose} is not told")
    if abs(ahead) < OFF:
        return Diagnosis(what=f"clock: as {whose}")
    way = "ahead of" if ahead > timedelta(0) else "behind"
    return Diagnosis(
        what="clock",
        remedy=f"this host's is {abs(ahead).total_seconds():.0f} s {way} {whose}: set it by the network"
        " (timedatectl set-ntp true); beyond 5 minutes, Slack's requests are refused",
    )


def _patient(environment: Environment, settings: Settings, token: str = "") -> _Patient:
    return _Patient(
        token or environment.bot_token,
        base_url=environment.api_url,
        timeout=lambda: settings.delivery.timeout,
        network=Network(environment),
    )


class _Patient(Messenger):
    """Waits, twice, as long as Slack asks it to: nothing is posted, and who looks has the time."""

    _date = ""

    def ahead(self, now: datetime) -> timedelta | None:
        """Return how far *now* is ahead of what Slack's last answer says; None if it says nothing."""
        try:
            return now - parsedate_to_datetime(self._date)
        except (ValueError, TypeError, OverflowError):  # no date, or one without a zone
            return None

    def _call(
        self, method: str, arguments: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]] | Refused | Deferred | Unknown:
        answer = super()._call(method, arguments)
        if isinstance(answer, tuple):
            self._date = header(answer[1], "date")
        return answer

    def ask(self, method: str, arguments: Mapping[str, Any]) -> Info | Refused | Deferred | Unknown:
        for _ in range(2):
            answer = super().ask(method, arguments)
            if not (isinstance(answer, Deferred) and answer.error in LIMITED):
                return answer
            time.sleep(answer.after.total_seconds())
        return super().ask(method, arguments)


def _scopes(identity: Identity) -> Iterator[Diagnosis]:
    if not identity.scopes:  # a token without any would not even be told who it is
        yield Diagnosis(
            what="scopes",
            remedy="not known, as Slack's answer came without its header X-OAuth-Scopes: let the proxy on the"
            " way to Slack pass it on",
        )
        return
    lacking = {scope: purpose for scope, purpose in SCOPES.items() if scope not in identity.scopes}
    for scope, purpose in lacking.items():
        yield Diagnosis(what=f"scope {scope}", remedy=f"missing, needed for {purpose}: {REINSTALL}")
    if not lacking:
        yield Diagnosis(what="scopes")
        for scope in sorted(OPTIONAL_SCOPES.keys() - identity.scopes):
            yield Diagnosis(what=f"without the optional {scope}: no {OPTIONAL_SCOPES[scope]}")


def _way_in(environment: Environment, settings: Settings) -> Iterator[Diagnosis]:
    if environment.app_token:
        yield _socket_mode(_patient(environment, settings, environment.app_token).ask(OPENING, {}))
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


def _socket_mode(answer: Info | Refused | Deferred | Unknown) -> Diagnosis:
    if isinstance(answer, Mapping):
        remedy = ""
    elif passing(answer.error):
        remedy = f"cannot be reached ({answer.error}): try again later"
    else:
        remedy = (
            f"refused ({answer.error}): SLACK_APP_TOKEN needs the scope connections:write, and Socket Mode"
            " must be on for this app"
        )
    return Diagnosis(what="Socket Mode", remedy=remedy)


def _people(messenger: Messenger, identity: Identity, ids: Sequence[str], role: str) -> Iterator[Diagnosis]:
    """Look up who is listed under the key that *role* is one of."""
    people = [id_ for id_ in ids if not is_group(id_)]
    for group in filter(is_group, ids):
        yield _group(group, messenger.members(group), role)
    if people and identity.scopes and "users:read" not in identity.scopes:
        yield Diagnosis(what=f"{role}s: not looked up (without the optional users:read)")
        return
    found = [_person(id_, messenger.ask("users.info", {"user": id_}), role) for id_ in people]
    yield from (diagnosis for diagnosis in found if not diagnosis.ok)
    if people and all(diagnosis.ok for diagnosis in found):
        yield Diagnosis(what=f"{role}s: {', '.join(people)}")


def _person(id_: str, answer: Info | Refused | Deferred | Unknown, role: str) -> Diagnosis:
    who, key = f"{role} {id_}", f"`{role}s`"
    if not isinstance(answer, Mapping):
        if answer.error not in NOBODY:
            return Diagnosis(what=who, remedy=f"cannot be looked up ({answer.error}): try again later")
        copy = f"copy it again (profile, ⋮, Copy member ID), or take it out of {key}"
        return Diagnosis(what=who, remedy=f"Slack knows nobody of that ID ({answer.error}): {copy}")
    user = answer.get("user") or {}
    if user.get("deleted"):
        return Diagnosis(what=who, remedy=f"was deactivated: take it out of {key}")
    if user.get("is_bot"):
        return Diagnosis(what=who, remedy=f"is an app, not a person: take it out of {key}")
    return Diagnosis(what=who)


def _group(id_: str, answer: Sequence[str] | Refused | Deferred | Unknown, role: str) -> Diagnosis:
    group = f"{role}s' user group {id_}"
    if isinstance(answer, Refused | Deferred | Unknown):
        code = code_of(answer.error)
        what_to_do = UNREAD_GROUPS.get(code, f"try again later; until then nobody in it is an {role}")
        return Diagnosis(what=group, remedy=f"cannot be read ({code}): {what_to_do}")
    if not answer:
        return Diagnosis(what=group, remedy="has nobody in it: add people to it in Slack, or take it out")
    return Diagnosis(what=f"{group}: {len(answer)} people")


def _channels(messenger: Messenger, identity: Identity, settings: Settings) -> Iterator[Diagnosis]:
    found = find_channels(messenger, settings.rooms, ids={})
    troubles = {info.error for info in found.values() if isinstance(info, Trouble)}
    if unseen := sorted(error for error in troubles if not _is_hidden(error, identity)):
        yield Diagnosis(what="channels", remedy=f"cannot be listed: {', '.join(unseen)}")
    for name, info in found.items():
        if isinstance(info, Trouble):
            if _is_hidden(info.error, identity):
                yield _as_newsroom(_not_found(identity, name), name, settings)
            continue
        yield _as_newsroom(_channel(messenger, identity, name, info), name, settings)
        if info.get("is_ext_shared"):
            yield Diagnosis(what=name, remedy=SHARED)


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
