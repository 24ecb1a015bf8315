"""Every refusal that a person can mend comes with what to do, and where."""

from __future__ import annotations

import pytest

from bot.core.delivery.remedies import code_of, passing, remedy

# What chat.postMessage, chat.update, chat.delete and conversations.join are documented to answer, but for
# what only a bug of ours could cause.
OF_A_CHANNEL = [
    "cant_delete_message",
    "cant_update_message",
    "channel_is_limited_access",
    "channel_not_found",
    "edit_window_closed",
    "is_archived",
    "is_inactive",
    "message_limit_exceeded",
    "messages_tab_disabled",
    "method_not_supported_for_channel_type",
    "not_in_channel",
    "restricted_action",
    "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel",
    "restricted_action_thread_locked",
    "restricted_action_thread_only_channel",
    "too_many_members",
]
OF_THE_WORKSPACE = [
    "access_denied",
    "accesslimited",
    "account_inactive",
    "ekm_access_denied",
    "invalid_auth",
    "missing_scope",
    "not_allowed_token_type",
    "not_authed",
    "org_login_required",
    "team_added_to_org",
    "token_expired",
    "token_revoked",
]


@pytest.mark.parametrize("code", [*OF_A_CHANNEL, *OF_THE_WORKSPACE])
@pytest.mark.parametrize("said", ["{}", "{}: more of Slack's words", "{} (channels:history)"])
def test_a_refusal_has_its_remedy_however_much_slack_says(code: str, said: str) -> None:
    assert code_of(said.format(code)) == code
    assert remedy(said.format(code), "#news")


@pytest.mark.parametrize("code", ["not_in_channel", "is_archived", "channel_not_found", "restricted_action"])
def test_the_remedy_names_the_channel(code: str) -> None:
    """An editor has many of them."""
    assert "#news" in remedy(code, "#news")


def test_what_we_know_nothing_of_has_no_made_up_remedy() -> None:
    assert remedy("a_new_error", "#news") == ""


@pytest.mark.parametrize(
    "error",
    [
        "fatal_error",
        "internal_error",
        "rate_limited",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "HTTP 502, not Slack's JSON",
        "TimeoutError",
    ],
)
def test_a_bad_moment_of_slacks_leaves_nothing_to_mend(error: str) -> None:
    assert passing(error)


@pytest.mark.parametrize("error", [*OF_A_CHANNEL, *OF_THE_WORKSPACE, "a_new_error", "org2_needed: more"])
def test_a_word_of_slacks_does_not_pass(error: str) -> None:
    assert not passing(error)
