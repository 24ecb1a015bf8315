"""What people do in the workspace, as Slack's payloads, and what becomes of the bot's answers to them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from bot.practice.handover import Delivery, DeliveryError
from bot.practice.methods.call import Call
from bot.practice.methods.content import read_content
from bot.practice.model import (
    APP_ID,
    BOT_USER,
    ME,
    TEAM_ID,
    Channel,
    Content,
    Json,
    Message,
    SlackError,
    View,
    pressable,
)
from bot.practice.objects import files_json, slack_message
from bot.practice.open_views import view_json
from bot.practice.permits import ResponseUrl
from bot.practice.rules.checks import both, either, escaped, items, shape
from bot.practice.rules.elements import GROUPS, PLAIN_OPTION
from bot.practice.rules.views import check_errors, check_view
from bot.practice.workspace import Workspace
from bot.practice.writing import refuse_unsent, typed_blocks

COMMANDS = (
    {"command": "/roundup", "description": "Ask the news roundup", "usage_hint": "Fliggy | latest | help"},
)
EVENTS = frozenset(
    [
        "app_home_opened",
        "app_mention",
        "channel_archive",
        "channel_rename",
        "member_joined_channel",
        "message.im",
    ]
)
# When an event that was not acknowledged is sent again: at once, after a minute, after five more.
RETRIES: tuple[float, ...] = (0.0, 60.0, 300.0)
_CHOICES = ("option", "user", "channel", "conversation")
# Under which names Slack reports what is chosen or written.
SELECTED = (
    *(f"selected_{what}{many}" for what in _CHOICES for many in ("", "s")),
    *("selected_date", "selected_time", "selected_date_time", "value"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a person saw at once: an error code, or the messages that came with the acknowledgement."""

    ok: bool
    error: str = ""
    ack: Json = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    errors: Json = field(default_factory=dict)  # of a submitted view: block_id -> text


class Interactions:
    """The person's hands."""

    def __init__(self, workspace: Workspace, *, url: str, delivery: Callable[[], Delivery]) -> None:
        self.workspace = workspace
        self.commands: Sequence[Json] = COMMANDS
        self.subscriptions = set(EVENTS)
        self.retries = RETRIES
        self._url = url
        self._delivery = delivery

    # --- commands

    async def command(self, command: str, text: str, *, channel: str, user: str = ME) -> Result:
        """Type a slash command."""
        if command not in [known["command"] for known in self.commands]:
            return Result(ok=False, error="unknown_command")
        place = self.workspace.channel(channel)
        leave, url = self._leave(user, place.id)
        payload = {
            "token": "practice",
            "team_id": self.workspace.users[user].team,
            "team_domain": self.workspace.team["domain"],
            "channel_id": place.id,
            "channel_name": _channel_name(place),
            "user_id": user,
            "user_name": self.workspace.users[user].name,
            "command": command,
            "text": text,
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": url,
            "trigger_id": self.workspace.permits.issue_trigger(user),
        }
        try:
            ack = await self._delivery().deliver("slash_commands", payload)
            messages = self._acknowledged(ack, leave, said=f"{command} {text}".strip())
        except (DeliveryError, SlackError) as error:
            return Result(ok=False, error=str(error))
        return Result(ok=True, ack=ack, messages=messages)

    def _acknowledged(self, ack: Json, leave: ResponseUrl, *, said: str) -> tuple[Message, ...]:
        public = ack.get("response_type") == "in_channel"
        messages = []
        if public:  # a public answer shows the question
            channel = self.workspace.channels[leave.channel]
            messages.append(self.workspace.post(channel, Content(text=said), user=leave.user))
        if ack.get("text") or ack.get("blocks") or ack.get("attachments"):
            messages += self.answer(leave, ack)
        return tuple(messages)

    def answer(self, leave: ResponseUrl, body: Json) -> list[Message]:
        """Do what an answer to a command or a press asks for; `SlackError` if Slack would refuse it."""
        channel = self.workspace.channels[leave.channel]
        original = self.workspace.messages[channel.id].get(leave.source or "")
        if body.get("delete_original"):
            if original:
                self.workspace.delete(original)
            return []
        content = read_content(self._call(body))
        # A command has no original: what it asks to replace stays, and the answer is a new message.
        if body.get("replace_original") and original:
            self.workspace.edit(original, content)
            return [original]
        thread_ts = body.get("thread_ts")
        if thread_ts:
            thread_ts = self.workspace.parent(channel, str(thread_ts)).ts
        seen_by = None if body.get("response_type") == "in_channel" else leave.user
        return [self.workspace.post(channel, content, thread_ts=thread_ts, seen_by=seen_by)]

    # --- buttons, selects, modals

    async def press(self, *, action: Json, user: str = ME, channel: str = "", ts: str = "") -> Result:
        """Press or choose something in a message, or, with `view_id` in *action*, in a view."""
        view = self.workspace.views.find(str(action.get("view_id")))
        message = None if view else self._message(channel, ts, user)
        source = view or message
        element = _element(source, action) if source else None
        if source is None or element is None:
            return Result(ok=False, error="unknown_action")
        payload = {**self._envelope("block_actions", user, view), **self._place(source, action, user)}
        payload["actions"] = [{**element, "action_ts": self.workspace.next_ts()}]
        return await self._interact(payload)

    async def options(self, *, action: Json, user: str = ME, channel: str = "", ts: str = "") -> Json:
        """Type into an external select; return what it offers."""
        view = self.workspace.views.find(str(action.get("view_id")))
        source = view or self._message(channel, ts, user)
        if source is None:
            return {"ok": False, "error": "unknown_action"}
        payload = {**self._envelope("block_suggestion", user, None), **self._place(source, action, user)}
        payload |= {key: action.get(key, "") for key in ("action_id", "block_id", "value")}
        for unused in ("response_url", "state", "trigger_id"):
            payload.pop(unused, None)
        try:
            ack = await self._delivery().deliver("interactive", payload)
        except DeliveryError as error:
            return {"ok": False, "error": str(error)}
        faults = [*_SUGGESTIONS(ack, "")]
        return {"ok": False, "error": "invalid_options", "errors": faults} if faults else {"ok": True, **ack}

    async def submit(self, view_id: str, values: Json) -> Result:
        """Submit a modal; what the bot answers decides what becomes of it."""
        view = self.workspace.views.find(view_id)
        if view is None:
            return Result(ok=False, error="not_found")
        if missing := _missing(view, values):
            return Result(ok=False, error="errors", errors=missing)
        payload = self._envelope("view_submission", view.user, view)
        payload |= {"view": self._view_with(view, values), "response_urls": []}
        try:
            ack = await self._delivery().deliver("interactive", payload)
            return self._submitted(view, ack)
        except (DeliveryError, SlackError) as error:
            return Result(ok=False, error=str(error))

    def _submitted(self, view: View, ack: Json) -> Result:
        match ack.get("response_action"):
            case None:
                self.workspace.views.close(view)
            case "clear":
                self.workspace.views.close(*self.workspace.views.stack(view.user))
            case "errors":
                check_errors(ack.get("errors"), view.body["blocks"])
                return Result(ok=False, error="errors", ack=ack, errors=dict(ack["errors"]))
            case "update" | "push" as action:
                body = ack.get("view")
                check_view(body, "modal")
                self._show(view, dict(body or {}), push=action == "push")
            case _:
                raise SlackError("invalid_response_action")
        return Result(ok=True, ack=ack)

    def _show(self, view: View, body: Json, *, push: bool) -> None:
        if push:
            permits = self.workspace.permits
            trigger = permits.use_trigger(permits.issue_trigger(view.user, view.id))
            self.workspace.views.open(trigger, body, push=True)
        else:
            self.workspace.views.update(view, body, None)

    async def close(self, view_id: str) -> Result:
        """Dismiss a modal; the bot hears of it only if it asked to."""
        view = self.workspace.views.find(view_id)
        if view is None:
            return Result(ok=False, error="not_found")
        self.workspace.views.close(view)
        if not view.body.get("notify_on_close"):
            return Result(ok=True)
        payload = self._envelope("view_closed", view.user, view)
        payload |= {"view": view_json(view), "is_cleared": False}
        return await self._interact(payload)

    async def _interact(self, payload: Json) -> Result:
        try:
            return Result(ok=True, ack=await self._delivery().deliver("interactive", payload))
        except DeliveryError as error:
            return Result(ok=False, error=str(error))

    def _envelope(self, type_: str, user: str, view: View | None) -> Json:
        person = self.workspace.users[user]
        return {
            "type": type_,
            "user": {"id": user, "username": person.name, "name": person.name, "team_id": person.team},
            "api_app_id": APP_ID,
            "token": "practice",
            "trigger_id": self.workspace.permits.issue_trigger(user, view.id if view else None),
            "team": {"id": TEAM_ID, "domain": self.workspace.team["domain"]},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _place(self, source: View | Message, action: Json, user: str) -> Json:
        """Return where it was pressed. A view has no channel and no response_url."""
        chosen = action.get("state")
        state: Json = {"values": chosen if isinstance(chosen, dict) else {}}
        if isinstance(source, View):
            view = self._view_with(source, state["values"])
            return {"container": {"type": "view", "view_id": source.id}, "view": view}
        channel = self.workspace.channels[source.channel]
        container = {
            "type": "message",
            "message_ts": source.ts,
            "channel_id": channel.id,
            "is_ephemeral": source.seen_by is not None,
        }
        if source.thread_ts:
            container["thread_ts"] = source.thread_ts
        place = {
            "container": container,
            "channel": {"id": channel.id, "name": _channel_name(channel)},
            "state": state,
            "response_url": self._leave(user, channel.id, source.ts)[1],
        }
        if source.seen_by is None:  # Slack does not send an ephemeral message back
            place["message"] = slack_message(self.workspace, source)
        return place

    def _view_with(self, view: View, values: Json) -> Json:
        return {**view_json(view), "state": {"values": values}}

    def _message(self, channel: str, ts: str, user: str) -> Message | None:
        try:
            found = self.workspace.messages[self.workspace.channel(channel).id].get(ts)
        except SlackError:
            return None
        return found if found and not found.deleted and found.seen_by in (None, user) else None

    # --- words and events

    def say(self, channel: str, text: str, *, user: str = ME, thread_ts: str | None = None) -> Message:
        """Write a message as a person does; the bot hears of it if it is spoken to."""
        return self._send(channel, text, [], user, thread_ts)

    def share(
        self,
        channel: str,
        files: Sequence[tuple[str, bytes]],
        *,
        text: str = "",
        user: str = ME,
        thread_ts: str | None = None,
        mode: str = "hosted",
        link: str = "",
    ) -> Message:
        """Send files, each a name and what is in it, as a person does by button or drop."""
        keep = self.workspace.files.add
        kept = [keep(name, content, user=user, mode=mode, link=link).id for name, content in files]
        return self._send(channel, text, kept, user, thread_ts)

    def person(self, id_: str) -> str:
        """Return whom the page is used as; the bot's own hands are no one's."""
        if id_ and (id_ not in self.workspace.users or id_ == BOT_USER):
            raise SlackError("user_not_found")
        return id_ or ME

    def _send(self, channel: str, text: str, files: list[str], user: str, thread_ts: str | None) -> Message:
        place = self.workspace.channel(channel)
        if place.archived:
            raise SlackError("is_archived")
        if place.kind == "dm" and not self.workspace.messages_tab:
            raise SlackError("messages_tab_disabled")
        if thread_ts:
            self.workspace.parent(place, thread_ts)
        refuse_unsent(text, with_file=bool(files))
        written = escaped(text).replace("@roundup", f"<@{BOT_USER}>")
        content = Content(text=written, blocks=typed_blocks(text) if text.strip() else [])
        message = self.workspace.post(place, content, user=user, thread_ts=thread_ts, files=files)
        if BOT_USER in place.members:
            self._heard(place, message)
        return message

    def _heard(self, place: Channel, message: Message) -> None:
        event: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
        event |= {"channel": place.id, "event_ts": message.ts, "team": TEAM_ID}
        if message.thread_ts:
            event["thread_ts"] = message.thread_ts
        if message.blocks:
            event["blocks"] = deepcopy(message.blocks)
        if message.files:
            event |= {"subtype": "file_share", "files": files_json(self.workspace, message), "upload": False}
        if place.kind == "dm":
            self.workspace.on_event({**event, "channel_type": "im"})
        elif f"<@{BOT_USER}>" in message.text:
            self.workspace.on_event({**event, "type": "app_mention"})

    def open_home(self, user: str = ME) -> None:
        """Open the App Home."""
        event: Json = {"type": "app_home_opened", "user": user, "tab": "home"}
        event |= {"channel": self.workspace.direct(user).id, "event_ts": self.workspace.next_ts()}
        if home := self.workspace.views.homes.get(user):
            event["view"] = view_json(home)
        self.workspace.on_event(event)

    async def event(self, event: Json) -> Result:
        """Send an event, again and again until it is acknowledged, as the Events API does."""
        name = f"{event['type']}.im" if event.get("channel_type") == "im" else event["type"]
        if name not in self.subscriptions:
            return Result(ok=False, error="not_subscribed")
        body = self._event_body(event)
        error = ""
        # Until it is acknowledged, three times more: a bot that is slow hears an event twice, and must bear
        # it.
        for attempt, wait in enumerate((0.0, *self.retries)):
            await asyncio.sleep(wait)
            try:
                ack = await self._delivery().deliver(
                    "events_api", body, retry=attempt, reason=_retry_reason(error)
                )
            except DeliveryError as failure:
                error = str(failure)
            else:
                return Result(ok=True, ack=ack)
        return Result(ok=False, error=error)

    def _event_body(self, event: Json) -> Json:
        now = int(self.workspace.clock().timestamp())
        authorization = {"enterprise_id": None, "team_id": TEAM_ID, "user_id": BOT_USER, "is_bot": True}
        return {
            "token": "practice",
            "team_id": TEAM_ID,
            "api_app_id": APP_ID,
            "event": {"event_ts": self.workspace.next_ts(), **event},
            "type": "event_callback",
            "event_id": f"Ev{self.workspace.next_ts().replace('.', '')}",
            "event_time": now,
            "authorizations": [{**authorization, "is_enterprise_install": False}],
            "is_ext_shared_channel": False,
        }

    # --- leave to answer

    def _leave(self, user: str, channel: str, source: str | None = None) -> tuple[ResponseUrl, str]:
        id_ = self.workspace.permits.issue_response_url(user, channel, source)
        return self.workspace.permits.response_urls[id_], f"{self._url}/response/{id_}"

    def _call(self, body: Json) -> Call:
        return Call(workspace=self.workspace, args=body, scopes=set(), socket_url=str)


# No option at all is an answer, too: nothing fits what is typed.
_SUGGESTIONS = both(
    either("options", "option_groups"),
    shape({}, options=items(PLAIN_OPTION, most=100, least=0), option_groups=GROUPS),
)


def _element(source: View | Message, action: Json) -> Json | None:
    """Return the pressed element as Slack reports it: what it is, and what is now chosen in it."""
    blocks = source.body["blocks"] if isinstance(source, View) else source.blocks
    for block in (inner for outer in blocks for inner in (outer, *outer.get("child_blocks", ()))):
        for element in pressable(block):
            if element.get("action_id") != action.get("action_id"):
                continue
            if action.get("block_id") not in (None, "", block["block_id"]):
                continue
            kept = {
                key: element[key] for key in ("type", "action_id", "text", "value", "style") if key in element
            }
            chosen = {key: action[key] for key in SELECTED if action.get(key) is not None}
            return deepcopy({**kept, "block_id": block["block_id"], **chosen})
    return None


def _missing(view: View, values: Json) -> Json:
    """Return what Slack's own form says about required fields left empty."""
    missing = {}
    for block in view.body["blocks"]:
        if block["type"] != "input" or block.get("optional"):
            continue
        of_block = values.get(block["block_id"])
        state = of_block.get(block["element"]["action_id"]) if isinstance(of_block, dict) else None
        if not isinstance(state, dict) or not any(
            state.get(key) for key in (*SELECTED, "rich_text_value", "files")
        ):
            missing[block["block_id"]] = "Please complete this required field."
    return missing


def _channel_name(channel: Channel) -> str:
    return {"dm": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name)


def _retry_reason(error: str) -> str:
    known = {"": "", "operation_timeout": "timeout", "dispatch_failed": "connection_failed"}
    return known.get(error, "http_error")
