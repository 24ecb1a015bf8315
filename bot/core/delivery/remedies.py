"""What Slack's refusals mean to the people who can mend them."""

from __future__ import annotations

import re

# The whole workspace is shut to us: nothing is posted anywhere until it is mended.
WORKSPACE_ERRORS = {
    "access_denied": "ask a workspace admin to allow the app",
    "accesslimited": "ask a workspace admin to allow the app",
    "account_inactive": "the app was removed or its user deactivated: install it again, set SLACK_BOT_TOKEN",
    "ekm_access_denied": "the workspace's key management suspends posting: ask its admin",
    "invalid_auth": "SLACK_BOT_TOKEN is wrong: copy it again from OAuth & Permissions",
    "missing_scope": "it lacks a permission: an operator installs the app again, from `roundup manifest`",
    "not_allowed_token_type": "SLACK_BOT_TOKEN must be a bot token, xoxb-…",
    "not_authed": "SLACK_BOT_TOKEN is empty: copy it from OAuth & Permissions",
    "org_login_required": "the workspace is moving to an organisation: wait until it is done",
    "team_added_to_org": "the workspace is moving to an organisation: wait until it is done",
    "token_expired": "SLACK_BOT_TOKEN has expired: install the app again, set the new one",
    "token_revoked": "SLACK_BOT_TOKEN was revoked: install the app again, set the new one",
}

_CHANNEL_ERRORS = {
    "cant_delete_message": "Slack does not let us delete it: an admin can",
    "cant_update_message": "Slack does not let us edit it",
    "channel_is_limited_access": "ask a channel manager to add the bot: /invite @roundup in {channel}",
    "channel_not_found": "no such channel, or a private one without the bot: /invite @roundup in {channel}",
    "edit_window_closed": "the workspace's settings forbid editing by now",
    "is_archived": "unarchive {channel}, or take it out of the config",
    "is_inactive": "unarchive {channel}, or take it out of the config",
    "message_limit_exceeded": "the workspace's plan takes no more messages",
    "messages_tab_disabled": "enable the Messages Tab in the app's settings (App Home)",
    "method_not_supported_for_channel_type": "the bot cannot join by itself: /invite @roundup in {channel}",
    "not_in_channel": "/invite @roundup in {channel}",
    "restricted_action": "an admin must let the app post in {channel}",
    "restricted_action_non_threadable_channel": "an admin must allow threads in {channel}",
    "restricted_action_read_only_channel": "an admin must let the app post in {channel}",
    "restricted_action_thread_locked": "a channel manager must unlock the thread in {channel}",
    "restricted_action_thread_only_channel": "{channel} takes only replies: use another channel",
    "too_many_members": "the bot cannot join by itself: /invite @roundup in {channel}",
}

# Slack or the line is having a bad moment: who asks again later is told.
_PASSING = frozenset(
    {
        "fatal_error",
        "internal_error",
        "rate_limited",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
    }
)


def passing(error: str) -> bool:
    """Tell whether an error is no word of Slack's on what was asked, so that there is nothing to mend."""
    code = code_of(error)
    return code in _PASSING or not re.fullmatch("[a-z][a-z0-9_]*", code)


def code_of(error: str) -> str:
    """Return Slack's code of an error as we keep it: code, then its details."""
    return error.partition(":")[0].partition(" (")[0].strip()


def remedy(error: str, channel: str) -> str:
    """Return what to do about an error in a channel, or "" if we know nothing better than the error."""
    code = code_of(error)
    return WORKSPACE_ERRORS.get(code) or _CHANNEL_ERRORS.get(code, "").format(channel=channel)
