"""What goes in and out as bytes: files that the page sends, that the bot fetches with its token, and sends.

Nothing of a file is ever shown by a browser: it is handed out as an attachment, whatever it says it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.practice.door import TooBigError, read_body
from bot.practice.files import File
from bot.practice.interactions import Interactions
from bot.practice.model import TEAM_ID, SlackError
from bot.practice.tokens import Token, authorise

# From the page: enough to try what the bot says of a file that is too long for it.
MOST_BYTES = 20_000_000
# A page of somebody else's making would otherwise run here, with all that this page may do.
_AS_ATTACHMENT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store",
}


class Transfers:
    """The handlers. Who comes from another page was turned away at the door."""

    def __init__(self, interactions: Interactions, tokens: Mapping[str, Token]) -> None:
        self._interactions, self._tokens = interactions, tokens
        self._workspace = interactions.workspace

    def routes(self) -> list[Route]:
        """Return the paths and who answers them; `download` is the server's, as it can be made to fail."""
        return [
            Route("/upload/v1/{file}", self.take, methods=["POST", "PUT"]),
            Route("/practice/upload", self.bring, methods=["POST"]),
            Route("/practice/file/{file}", self.fetch),
        ]

    async def bring(self, request: Request) -> Response:
        """Take a file from the page, and put it where its person says."""
        query = request.query_params
        try:
            content = await read_body(request, most=MOST_BYTES)
            message = self._interactions.share(
                query.get("channel", ""),
                [(query.get("name", ""), content)],
                text=query.get("text", ""),
                user=self._interactions.person(query.get("as", "")),
                thread_ts=query.get("thread") or None,
            )
        except SlackError as error:
            status = 413 if isinstance(error, TooBigError) else 200
            return JSONResponse({"ok": False, "error": error.error}, status)
        return JSONResponse({"ok": True, "ts": message.ts})

    async def fetch(self, request: Request) -> Response:
        """Hand a file out to the page, if its person is where it was shared."""
        try:
            person = self._interactions.person(request.query_params.get("as", ""))
            file = self._workspace.files.find(request.path_params["file"])
        except SlackError as error:
            return PlainTextResponse(f"{error.error}\n", 404)
        if not self._workspace.may_see(file.id, person):
            return PlainTextResponse("file_not_found\n", 404)
        return _attachment(file)

    def download(self, request: Request) -> Response:
        """Hand a private file out to the bot; to whoever has no right to it, the way to the sign-in page."""
        if not self._may_read(request.headers.get("authorization", "")):
            # As Slack: a browser lands at the sign-in page, and so does a program that follows.
            return RedirectResponse(f"{self._workspace.url}/?redir={quote(request.url.path)}", 302)
        team, _, id_ = request.path_params["file"].partition("-")
        try:
            return _attachment(self._workspace.files.find(id_ if team == TEAM_ID else ""))
        except SlackError:
            return PlainTextResponse("not found", 404)

    def _may_read(self, authorization: str) -> bool:
        scheme, _, token = authorization.partition(" ")
        try:
            return scheme.lower() == "bearer" and "files:read" in authorise(self._tokens, token, "bot").scopes
        except SlackError:
            return False

    async def take(self, request: Request) -> Response:
        """Take the bytes of a file that the bot has announced."""
        upload = self._workspace.files.uploads.get(request.path_params["file"])
        if upload is None:
            return PlainTextResponse("no such upload", 404)
        try:
            content = await read_body(request, most=MOST_BYTES)
        except TooBigError as error:
            return PlainTextResponse(error.error, 413)
        if len(content) != upload.length:
            return PlainTextResponse("length differs", 400)
        upload.file.content, upload.complete = content, True
        return PlainTextResponse(f"OK - {len(content)}")


def _attachment(file: File) -> Response:
    name = quote(file.name)
    headers = {**_AS_ATTACHMENT, "Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(file.content, media_type="application/octet-stream", headers=headers)
