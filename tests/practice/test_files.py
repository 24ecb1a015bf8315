"""Files in the workspace: private, handed out as attachments alone, and seen by who was there."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.practice.model import EDITOR, ME, SlackError
from bot.practice.server import PracticeServer
from bot.practice.tokens import BOT_TOKEN

PAGE = b"<script>alert(1)</script>"


def get(url: str, headers: Mapping[str, str] = {}) -> tuple[int, bytes, Mapping[str, str]]:
    try:
        request = urllib.request.Request(url, headers=dict(headers))  # noqa: S310 - this machine
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - likewise
            return answer.status, answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b"", dict(error.headers)


def test_a_private_file_is_an_attachment_for_the_token_alone(
    server: PracticeServer, slack: WebClient
) -> None:
    direct = server.workspace.direct(ME)
    message = server.interactions.share(direct.id, [("news.html", PAGE)])
    about = slack.files_info(file=message.files[0])["file"]

    status, content, headers = get(about["url_private_download"], {"Authorization": f"Bearer {BOT_TOKEN}"})
    assert (status, content) == (200, PAGE)
    assert headers["content-disposition"].startswith("attachment")
    assert headers["content-type"] == "application/octet-stream"
    own = f"{server.url}/practice/file/{message.files[0]}"
    assert get(own)[2]["content-disposition"].startswith("attachment")
    assert get(f"{own}?as={EDITOR}")[0] == 404  # who is not where it was sent does not get it


@pytest.mark.parametrize(
    ("file", "scope", "error"), [("F0NONE", "", "file_not_found"), ("", "files:read", "missing_scope")]
)
def test_slack_says_why_there_is_no_file(
    file: str, scope: str, error: str, server: PracticeServer, slack: WebClient
) -> None:
    server.tokens[BOT_TOKEN].scopes.discard(scope)
    known = server.workspace.files.add("news.txt", b"News", user=ME)

    with pytest.raises(SlackApiError, match=error):
        slack.files_info(file=file or known.id)


def test_the_bot_puts_a_file_into_a_thread(server: PracticeServer, slack: WebClient) -> None:
    """With the SDK's own three steps."""
    direct = server.workspace.direct(ME)
    parent = server.interactions.say(direct.id, "here")

    slack.files_upload_v2(filename="draft.md", content="# News", channel=direct.id, thread_ts=parent.ts)
    (reply,) = server.workspace.replies(parent)
    assert server.workspace.files.find(reply.files[0]).content == b"# News"


def test_people_see_their_own_conversations_and_forms(server: PracticeServer) -> None:
    trigger = server.workspace.permits.use_trigger(server.workspace.permits.issue_trigger(EDITOR))
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Edit"}, "blocks": [{"type": "divider"}]}
    server.workspace.views.open(trigger, view)

    assert get(f"{server.url}/practice/views")[1] == b'{"views":[]}'
    assert b'"Edit"' in get(f"{server.url}/practice/views?as={EDITOR}")[1]
    direct = server.workspace.direct(EDITOR).id
    assert get(f"{server.url}/practice/messages?channel={direct}")[0] == 404
    assert get(f"{server.url}/practice/messages?channel={direct}&as={EDITOR}")[0] == 200


def test_an_app_may_have_no_composer(server: PracticeServer) -> None:
    server.workspace.messages_tab = False

    with pytest.raises(SlackError, match="messages_tab_disabled"):
        server.interactions.say(server.workspace.direct(ME).id, "hello")
