"""What an operator sets: tokens, addresses, the database. Secrets live only here and never show in a repr."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.core.errors import RoundupError

SLACK_API_URL = "https://slack.com/api/"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

WHERE = {
    "SLACK_BOT_TOKEN": "copy the Bot User OAuth Token (xoxb-…) from your app's page OAuth & Permissions",
    "SLACK_APP_TOKEN": "make an app-level token (xapp-…) with the scope connections:write on your app's page"
    " Basic Information",
    "SLACK_SIGNING_SECRET": "copy the Signing Secret from your app's page Basic Information",
}
TOKEN_KINDS = {"xoxb-": "a bot token", "xoxp-": "a user token", "xapp-": "an app-level token"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The variables of the contract, read once. Empty text means: not set."""

    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    api_url: str = SLACK_API_URL
    database_url: str = field(default="sqlite:///roundup.db", repr=False)  # may hold a password
    host: str = "0.0.0.0"  # noqa: S104 - a container's port is reached from outside
    port: int | None = None
    log_level: str = "INFO"

    @property
    def is_slack(self) -> bool:
        """Tell whether we talk to Slack itself, not to a practice workspace."""
        return self.api_url == SLACK_API_URL

    @property
    def database_file(self) -> Path | None:
        """Return the file that the database is in, or None if a server has it."""
        kind, _, file = self.database_url.partition(":///")
        return Path(file.partition("?")[0]) if kind.partition("+")[0] == "sqlite" else None

    def accepts_response_url(self, url: str) -> bool:
        """Tell whether a `response_url` is Slack's, or of the very server that SLACK_API_URL names."""
        try:
            given, api = urlsplit(url), urlsplit(self.api_url)
            same_server = (given.scheme, given.hostname, given.port) == (api.scheme, api.hostname, api.port)
        except ValueError:  # a port that is no number, a broken IPv6 address
            return False
        if given.username or given.password:
            return False
        if given.scheme == "https" and given.hostname == "hooks.slack.com" and given.port in {None, 443}:
            return True
        return not self.is_slack and same_server


def read_environment(environ: Mapping[str, str]) -> Environment:
    """Read and check the variables. Raise RoundupError with the name of the one at fault and its remedy."""
    return Environment(
        bot_token=_token(environ, "SLACK_BOT_TOKEN", "xoxb-"),
        app_token=_token(environ, "SLACK_APP_TOKEN", "xapp-"),
        signing_secret=_secret(environ, "SLACK_SIGNING_SECRET"),
        api_url=_api_url(environ.get("SLACK_API_URL") or SLACK_API_URL),
        database_url=environ.get("DATABASE_URL") or "sqlite:///roundup.db",
        host=environ.get("HOST") or "0.0.0.0",  # noqa: S104
        port=_port(environ.get("PORT", "")),
        log_level=_log_level(environ.get("LOG_LEVEL") or "INFO"),
    )


def missing(name: str) -> RoundupError:
    """Return the error for a variable that is needed and not set."""
    return RoundupError(
        f"{name} is not set: {WHERE[name]}, then `export {name}=…`."
        " README.md shows it step by step; `make run` needs no Slack at all."
    )


def _secret(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if value != value.strip() or value[:1] in {'"', "'"} or not value.isascii() or not value.isprintable():
        raise RoundupError(f"{name} has quotes, spaces or line breaks around or in it: set the bare value.")
    return value


def _token(environ: Mapping[str, str], name: str, prefix: str) -> str:
    value = _secret(environ, name)
    if not value or value.startswith(prefix):
        return value
    kind = next((kind for start, kind in TOKEN_KINDS.items() if value.startswith(start)), "something else")
    raise RoundupError(f"{name} holds {kind}; it must start with {prefix}: {WHERE[name]}.")


def _api_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme in {"http", "https"} and parts.hostname and value.endswith("/api/"):
        return value
    raise RoundupError("SLACK_API_URL must be an http(s) address that ends in /api/; unset it to use Slack.")


def _port(value: str) -> int | None:
    if not value:
        return None
    if value.isascii() and value.isdigit() and int(value) <= 65535:
        return int(value)
    raise RoundupError(f"PORT is {value[:20]!r}: it must be a number from 0 to 65535.")


def _log_level(value: str) -> str:
    if value.upper() in LOG_LEVELS:
        return value.upper()
    raise RoundupError(f"LOG_LEVEL is {value[:20]!r}: use one of {', '.join(LOG_LEVELS)}.")


def port_error(host: str, port: int, error: OSError) -> RoundupError:
    """Return the error for a port we cannot have."""
    reason = (error.strerror or str(error)).lower()
    return RoundupError(f"Cannot listen on {host}:{port}: {reason}. Set PORT to a free one.")
