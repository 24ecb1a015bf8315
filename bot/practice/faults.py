"""Orders to misbehave: which request goes wrong next, and how. It only keeps the orders; `server` obeys.

A kind that may or may not have reached Slack comes twice: plain (Slack never took it) and with `_accepted`
(Slack took it, and only the answer is lost, late or false).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bot.core.errors import RoundupError
from bot.practice.api import METHODS, POSTING

# How an answer goes missing on the way.
ON_THE_WAY = ("close", "reset", "hang", "http_500", "http_503", "html", "truncated")
# Codes of which Slack itself says that some of the operation may have succeeded.
DOUBTFUL = ("fatal_error", "internal_error", "request_timeout", "service_unavailable")
# Codes that say for certain: nothing was posted (reference, §5.2).
DEFINITE = frozenset(
    [
        "access_denied",
        "accesslimited",
        "account_inactive",
        "attachment_payload_limit_exceeded",
        "block_mismatch",
        "cannot_reply_to_message",
        "cant_delete_message",
        "cant_update_message",
        "channel_not_found",
        "duplicate_channel_not_found",
        "duplicate_external_id",
        "duplicate_message_not_found",
        "edit_window_closed",
        "ekm_access_denied",
        "expired_trigger_id",
        "file_deleted",
        "file_not_found",
        "exchanged_trigger_id",
        "hash_conflict",
        "invalid_arguments",
        "invalid_auth",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "invalid_trigger_id",
        "is_archived",
        "is_inactive",
        "markdown_text_conflict",
        "message_limit_exceeded",
        "message_not_found",
        "messages_tab_disabled",
        "metadata_must_be_sent_from_app",
        "metadata_too_large",
        "missing_scope",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "not_authed",
        "not_enabled",
        "not_in_channel",
        "push_limit_reached",
        "rate_limited",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
        "streaming_state_conflict",
        "team_added_to_org",
        "thread_not_found",
        "token_expired",
        "token_revoked",
        "too_many_attachments",
        "too_many_members",
        "user_not_found",
        "user_not_in_channel",
        "view_too_large",
        "channel_is_limited_access",
        "method_not_supported_for_channel_type",
    ]
)
OTHERS = ("ratelimited", "late_commit", "history_lag", "scopes_untold")
REASONS = ("refresh_requested", "warning", "link_disabled")
SOCKET = ("disconnect", "abort", "half_open", "duplicate")
AT_ONCE = ("disconnect", "abort", "half_open")  # to the lines there are; the others wait for a request
ALIASES = {"lost_answer": "close_accepted", "reset_before": "reset", "reset_after": "reset_accepted"}

_PLAIN = (*ON_THE_WAY, *DOUBTFUL)
KINDS = frozenset([*_PLAIN, *(f"{kind}_accepted" for kind in _PLAIN), *DEFINITE, *ALIASES, *SOCKET, *OTHERS])
ANY_POST = "*"
RESPONSE_URL = "response_url"
FILE_DOWNLOAD = "file_download"  # of a private file by the bot; `html` is Slack's sign-in page


@dataclass(slots=True, kw_only=True)
class Fault:
    """One order: the next *times* requests to *method* go wrong like that."""

    method: str
    kind: str
    times: int = 1
    retry_after: int = 1  # of `ratelimited`
    seconds: float = 1.0  # of `late_commit`, `history_lag`; how long `hang` holds is up to the client
    reason: str = "refresh_requested"  # of `disconnect`

    @property
    def accepted(self) -> bool:
        """Tell whether Slack does what it was asked, whatever it answers."""
        return self.how != self.kind_known

    @property
    def kind_known(self) -> str:
        return ALIASES.get(self.kind, self.kind)

    @property
    def how(self) -> str:
        """Return the kind without `_accepted`."""
        return self.kind_known.removesuffix("_accepted")


class Faults:
    """The orders not yet carried out, oldest first."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []

    def order(self, order: Any) -> Fault:
        """Take an order; RoundupError says what is wrong with it. Socket orders are not kept."""
        fault = _read(order)
        if fault.kind not in AT_ONCE:
            self._orders.append(fault)
        return fault

    def take(self, method: str) -> Fault | None:
        """Return what goes wrong with this request, if anything does."""
        for fault in self._orders:
            if fault.method == method or (fault.method == ANY_POST and method in POSTING):
                fault.times -= 1
                if fault.times == 0:
                    self._orders.remove(fault)
                return fault
        return None

    def listed(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._orders]

    def clear(self) -> None:
        self._orders.clear()


def _read(order: Any) -> Fault:
    if not isinstance(order, dict):
        raise RoundupError('a fault is an object: {"method": "chat.postMessage", "kind": "lost_answer"}')
    if unknown := sorted(set(order) - set(Fault.__dataclass_fields__)):
        raise RoundupError(f"a fault has no {unknown[0]!r}; it has {', '.join(Fault.__dataclass_fields__)}")
    kind = order.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise RoundupError(f"kind: no fault {kind!r}; there are {', '.join(sorted(KINDS))}")
    method = order.get("method", "socket" if kind in SOCKET else None)
    _check_method(method, kind)
    times = order.get("times", 1)
    if not isinstance(times, int) or isinstance(times, bool) or times < 1:
        raise RoundupError(f"times: {times!r} is not a whole number from 1")
    for name in ("seconds", "retry_after"):
        value = order.get(name, 1)
        if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
            raise RoundupError(f"{name}: {value!r} is not a number of seconds")
    if order.get("reason", REASONS[0]) not in REASONS:
        raise RoundupError(f"reason: {order['reason']!r} is none of {', '.join(REASONS)}")
    return Fault(**{**order, "method": method, "times": times})


def _check_method(method: Any, kind: str) -> None:
    if kind in SOCKET and method != "socket":
        raise RoundupError(f'method: {kind} happens to the socket; say "socket"')
    if kind not in SOCKET and method not in (*METHODS, ANY_POST, RESPONSE_URL, FILE_DOWNLOAD):
        known = ", ".join((ANY_POST, RESPONSE_URL, FILE_DOWNLOAD, *sorted(METHODS)))
        raise RoundupError(f"method: {method!r} cannot fail like that; there are {known}")
    if kind == "history_lag" and method not in ("conversations.history", "conversations.replies"):
        raise RoundupError("method: history_lag happens to conversations.history or conversations.replies")
