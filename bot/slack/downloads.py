"""Fetches what an editor sent, from Slack's own file host alone, and puts drafts there as files.

The token goes to no other host; a redirect is an answer, and is not followed.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.request import Request

from bot.core.delivery.answers import Deferred, Refused, Unknown
from bot.core.errors import RoundupError
from bot.slack.network import DIRECT, Network, what_failed

log = logging.getLogger(__name__)

MOST_BYTES = 5 * 1024 * 1024  # twenty times the longest roundup seen
TIMEOUT_SECONDS = 15  # for all of it, until the last byte
OR_PASTE = "or paste its text here"
NO_SCOPE = (
    "I may not read files in this workspace (the scope files:read is missing; `roundup doctor` tells an"
    " operator what to do). Paste the text here, or use `/roundup new`."
)


class Slack(Protocol):
    """What is asked of Slack; see bot.slack.messenger."""

    def ask(
        self, method: str, arguments: Mapping[str, Any]
    ) -> Mapping[str, Any] | Refused | Deferred | Unknown: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A file as somebody sent it."""

    name: str
    content: bytes


class FileHost:
    """Slack's files. *accepts* tells which addresses are on Slack's own host."""

    def __init__(
        self, slack: Slack, *, token: str, accepts: Callable[[str], bool], network: Network = DIRECT
    ) -> None:
        self._slack, self._token, self._accepts, self._network = slack, token, accepts, network

    def fetch(self, file: str) -> Sent:
        """Return a file by its ID; RoundupError with one clear line if that cannot be."""
        about = self._about(file)
        name = str(about.get("name") or "the file")[:100]
        if about.get("is_external") or about.get("mode") == "external":
            raise RoundupError(f"{name} is a link to somewhere else: send the file itself, {OR_PASTE}.")
        if int(about.get("size") or 0) > MOST_BYTES:
            raise RoundupError(f"{name} has more than 5 MB: send the roundup alone, as text.")
        url = str(about.get("url_private_download") or about.get("url_private") or "")
        if not self._accepts(url):
            raise RoundupError(f"{name} is not at Slack's own file host: send it again, {OR_PASTE}.")
        # A canvas comes as a page; by its name the importer knows.
        is_canvas = about.get("mode") in {"quip", "canvas"} and not name.endswith(".html")
        return Sent(name=f"{name}.html" if is_canvas else name, content=self._download(url, name))

    def put(self, name: str, content: bytes, *, channel: str, thread: str = "") -> bool:
        """Put a file into a conversation; False where Slack does not let us."""
        told = self._slack.ask("files.getUploadURLExternal", {"filename": name, "length": len(content)})
        url = str(told.get("upload_url") or "") if isinstance(told, Mapping) else ""
        if not isinstance(told, Mapping) or not self._accepts(url) or not self._upload(url, content):
            return False
        where = {"channel_id": channel, **({"thread_ts": thread} if thread else {})}
        files = json.dumps([{"id": told.get("file_id"), "title": name}])
        done = self._slack.ask("files.completeUploadExternal", {"files": files, **where})
        return isinstance(done, Mapping)

    def _about(self, file: str) -> Mapping[str, Any]:
        match self._slack.ask("files.info", {"file": file}):
            case Refused(error="file_not_found" | "file_deleted" | "file_not_visible"):
                raise RoundupError(f"Slack does not have that file any more: send it again, {OR_PASTE}.")
            case Refused() | Deferred() | Unknown() as no if no.error.startswith("missing_scope"):
                raise RoundupError(NO_SCOPE)
            case Refused() | Deferred() | Unknown() as no:
                raise RoundupError(f"Slack did not hand the file out ({no.error}): send it again.")
            case answer:
                about = answer.get("file")
                return about if isinstance(about, Mapping) else {}

    def _download(self, url: str, name: str) -> bytes:
        request = Request(url, headers={"Authorization": f"Bearer {self._token}"})  # noqa: S310 - accepted
        try:
            with self._network.open(request, timeout=TIMEOUT_SECONDS) as answer:
                if _is_page(answer):
                    raise _sign_in(name)
                content = answer.read(MOST_BYTES + 1)
        except HTTPError as error:
            with error:
                raise (
                    _sign_in(name) if error.code < 400 or error.code in {401, 403} else _lost(name)
                ) from None
        except (OSError, HTTPException) as error:
            log.warning("download_failed error=%s", what_failed(error))
            raise _lost(name) from None
        if len(content) > MOST_BYTES:
            raise RoundupError(f"{name} has more than 5 MB: send the roundup alone, as text.")
        return content

    def _upload(self, url: str, content: bytes) -> bool:
        headers = {"Content-Type": "application/octet-stream"}
        request = Request(url, content, headers, method="POST")  # noqa: S310 - accepted
        try:
            with self._network.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return answer.status == 200
        except (OSError, HTTPException) as error:
            log.warning("upload_failed error=%s", what_failed(error))
            return False


def _is_page(answer: HTTPResponse) -> bool:
    """Tell a page of Slack's, such as the one to sign in, from a file, which is always an attachment."""
    kind, disposition = (answer.headers.get(name, "") for name in ("Content-Type", "Content-Disposition"))
    return kind.startswith("text/html") and not disposition.startswith("attachment")


def _sign_in(name: str) -> RoundupError:
    return RoundupError(
        f"Slack asked me to sign in instead of handing {name} out: {OR_PASTE.removeprefix('or ')}, and ask"
        " an operator to run `roundup doctor`."
    )


def _lost(name: str) -> RoundupError:
    return RoundupError(f"{name} did not arrive from Slack: send it again, {OR_PASTE}.")
