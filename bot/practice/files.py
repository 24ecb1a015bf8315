"""Files that people and the bot put into the workspace, and how Slack speaks of them.

Kept in memory, as everything here. Their bytes are handed out in `transfers`, never to be shown by a browser.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from threading import Lock
from urllib.parse import quote

from bot.practice.model import TEAM_ID, Json, SlackError

# What Slack calls a file, by how its name ends; whatever else is "binary".
_TYPES = {
    ".csv": ("csv", "text/csv", "CSV"),
    ".docx": (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "Word Document",
    ),
    ".eml": ("email", "message/rfc822", "Email"),
    ".htm": ("html", "text/html", "HTML"),
    ".html": ("html", "text/html", "HTML"),
    ".md": ("markdown", "text/markdown", "Markdown (raw)"),
    ".pdf": ("pdf", "application/pdf", "PDF"),
    ".txt": ("text", "text/plain", "Plain Text"),
    ".yaml": ("yaml", "text/yaml", "YAML"),
    ".yml": ("yaml", "text/yaml", "YAML"),
}
_CANVAS = ("quip", "application/vnd.slack-docs", "Canvas")


@dataclass(slots=True, kw_only=True)
class File:
    """A file. *mode* as Slack has it: hosted, snippet, quip (a canvas) or external (a link elsewhere)."""

    id: str
    name: str
    content: bytes
    user: str
    created: int
    mode: str = "hosted"
    title: str = ""
    link: str = ""  # of an external one
    deleted: bool = False

    @property
    def kind(self) -> tuple[str, str, str]:
        """Return its filetype, mimetype and pretty_type."""
        if self.mode == "quip":
            return _CANVAS
        return _TYPES.get(
            PurePath(self.name).suffix.lower(), ("binary", "application/octet-stream", "Binary")
        )


@dataclass(slots=True, kw_only=True)
class Upload:
    """Leave for the bot to send the bytes of one file, and what came of it."""

    file: File
    length: int
    complete: bool = False


class Files:
    """All files there are. *number* is one that was never used; *url* is where the workspace is."""

    def __init__(self, *, number: Callable[[], int], seconds: Callable[[], int]) -> None:
        self.uploads: dict[str, Upload] = {}  # by file
        self._number, self._seconds = number, seconds
        self._files: dict[str, File] = {}
        self._lock = Lock()

    def add(self, name: str, content: bytes, *, user: str, mode: str = "hosted", link: str = "") -> File:
        """Keep a file that somebody brought."""
        file = self.new(name, user=user, mode=mode, link=link)
        file.content = content
        self.keep(file)
        return file

    def new(self, name: str, *, user: str, mode: str = "hosted", link: str = "") -> File:
        """Return an empty file that nobody finds yet."""
        with self._lock:
            id_ = f"F0PRACTICE{self._number()}"
        name = PurePath(name).name or "untitled"
        return File(
            id=id_,
            name=name,
            title=name,
            content=b"",
            user=user,
            created=self._seconds(),
            mode=mode,
            link=link,
        )

    def keep(self, file: File) -> None:
        """Let a file be found."""
        self._files[file.id] = file

    def kept(self, id_: str) -> File:
        """Return a file that there is or was."""
        return self._files[id_]

    def find(self, id_: str) -> File:
        """Return a file, or refuse as Slack does: unknown, or deleted by who had brought it."""
        file = self._files.get(id_)
        if file is None:
            raise SlackError("file_not_found")
        if file.deleted:
            raise SlackError("file_deleted")
        return file


def file_json(file: File, url: str) -> Json:
    """Return a file as Slack sends it; *url* is the workspace's."""
    if file.deleted:
        return {"id": file.id, "mode": "tombstone"}
    filetype, mimetype, pretty = file.kind
    private = f"{url}/files-pri/{TEAM_ID}-{file.id}"
    shown = {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": mimetype,
        "filetype": filetype,
        "pretty_type": pretty,
        "user": file.user,
        "user_team": TEAM_ID,
        "editable": file.mode == "snippet",
        "size": len(file.content),
        "mode": file.mode,
        "is_external": file.mode == "external",
        "external_type": "gdrive" if file.mode == "external" else "",
        "is_public": False,
        "url_private": file.link or f"{private}/{quote(file.name)}",
        "permalink": f"{url}/files/{file.user}/{file.id}/{quote(file.name)}",
        "file_access": "visible",
    }
    if file.mode != "external":  # what is elsewhere, Slack cannot hand out
        shown["url_private_download"] = f"{private}/download/{quote(file.name)}"
    return shown
