"""What an operator sets: tokens, addresses, the database. Secrets live only here and never show in a repr."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.core.errors import RoundupError

SLACK_API_URL = "https://slack.com/api/"
HOOKS = "hooks.slack.com"
FILES = f"files.{HOOKS.partition('.')[2]}"  # what people share, and where a bot puts a file
GOVERNMENT = "slack-gov.com"  # where Slack serves the United States' agencies
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
    proxy: str = field(default="", repr=False)  # may hold a password
    no_proxy: str = ""
    certificates: str = ""  # the file with a private authority's, trusted beside the public ones

    @property
    def is_slack(self) -> bool:
        """Tell whether we talk to Slack itself, not to a practice workspace."""
        return self.api_url == SLACK_API_URL or self._is_government

    @property
    def _is_government(self) -> bool:
        host = urlsplit(self.api_url).hostname or ""
        return host == GOVERNMENT or host.endswith(f".{GOVERNMENT}")

    @property
    def database_file(self) -> Path | None:
        """Return the file that the database is in, or None if a server has it."""
        kind, _, file = self.database_url.partition(":///")
        return Path(file.partition("?")[0]) if kind.partition("+")[0] == "sqlite" else None

    def accepts_response_url(self, url: str) -> bool:
        """Tell whether a `response_url` is Slack's, or of the very server that SLACK_API_URL names."""
        return self._is_on(url, HOOKS, f"hooks.{GOVERNMENT}")

    def accepts_file_url(self, url: str) -> bool:
        """Tell whether an address is of Slack's own files, or of the very server that SLACK_API_URL names."""
        return self._is_on(url, FILES, f"files.{GOVERNMENT}")

    def _is_on(self, url: str, commercial: str, governmental: str) -> bool:
        try:
            given, api = urlsplit(url), urlsplit(self.api_url)
            same_server = (given.scheme, given.hostname, given.port) == (api.scheme, api.hostname, api.port)
        except ValueError:  # a port that is no number, a broken IPv6 address
            return False
        # Blanks and tabs are dropped by who takes an address apart, and not by who asks there.
        if "@" in given.netloc or " " in url or not url.isprintable():
            return False
        host = governmental if self._is_government else commercial
        if given.scheme == "https" and given.hostname == host and given.port in {None, 443}:
            return True
        return not self.is_slack and same_server

    def proxy_for(self, url: str) -> str:
        """Return the proxy to ask for that address, or nothing if it is asked directly."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme in {"https", "wss"} else 80)
        # Blanks alone separate them for some, as they do for curl.
        exempt = any(_is_exempt(host, port, entry) for entry in self.no_proxy.replace(",", " ").split())
        return "" if exempt else self.proxy


def read_environment(environ: Mapping[str, str]) -> Environment:
    """Read and check the variables. Raise RoundupError with the name of the one at fault and its remedy."""
    return Environment(
        bot_token=_token(environ, "SLACK_BOT_TOKEN", "xoxb-"),
        app_token=_token(environ, "SLACK_APP_TOKEN", "xapp-"),
        signing_secret=_bare("SLACK_SIGNING_SECRET", _secret(environ, "SLACK_SIGNING_SECRET")),
        api_url=_api_url(environ.get("SLACK_API_URL") or SLACK_API_URL),
        database_url=_database_url(environ) or "sqlite:///roundup.db",
        host=environ.get("HOST") or "0.0.0.0",  # noqa: S104
        port=_port(environ.get("PORT", "")),
        log_level=_log_level(environ.get("LOG_LEVEL") or "INFO"),
        proxy=_proxy(environ.get("HTTPS_PROXY") or environ.get("https_proxy") or ""),
        no_proxy=environ.get("NO_PROXY") or environ.get("no_proxy") or "",
        certificates=_certificates(environ.get("SSL_CERT_FILE") or ""),
    )


def missing(name: str) -> RoundupError:
    """Return the error for a variable that is needed and not set."""
    return RoundupError(
        f"{name} is not set: {WHERE[name]}, then `export {name}=…`."
        " README.md shows it step by step; `roundup demo` needs no Slack at all."
    )


def _secret(environ: Mapping[str, str], name: str) -> str:
    """Return a secret, from its variable or from the file that NAME_FILE names."""
    value, file = environ.get(name) or "", environ.get(f"{name}_FILE") or ""
    if not file:
        return value
    if value:
        raise RoundupError(f"{name} and {name}_FILE are both set: unset one of them.")
    read = _read(f"{name}_FILE", file).rstrip("\r\n")
    if not read:
        raise RoundupError(f"{name}_FILE names {file}, which is empty: put the bare value there.")
    return read


def _read(name: str, file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8-sig")  # without the mark that some editors begin it with
    except (OSError, ValueError) as error:
        raise _cannot_be_read(name, file, error) from error


def _cannot_be_read(name: str, file: str, error: Exception) -> RoundupError:
    why = (getattr(error, "strerror", None) or "it is no text").lower()
    return RoundupError(f"{name} names {file}, which cannot be read: {why}.")


def _bare(name: str, value: str, *, ascii_only: bool = True) -> str:
    is_bare = value == value.strip() and value[:1] not in {'"', "'"} and value.isprintable()
    if not is_bare or (ascii_only and not value.isascii()):
        raise RoundupError(f"{name} has quotes, spaces or line breaks around or in it: set the bare value.")
    return value


def _database_url(environ: Mapping[str, str]) -> str:
    # Its folder may be called in any language.
    return _bare("DATABASE_URL", _secret(environ, "DATABASE_URL"), ascii_only=False)


def _token(environ: Mapping[str, str], name: str, prefix: str) -> str:
    value = _bare(name, _secret(environ, name))
    if not value or value.startswith(prefix):
        return value
    kind = next((kind for start, kind in TOKEN_KINDS.items() if value.startswith(start)), "something else")
    raise RoundupError(f"{name} holds {kind}; it must start with {prefix}: {WHERE[name]}.")


def _api_url(value: str) -> str:
    # It shows in a repr, so that nobody may stand in it.
    if value.endswith("/api/") and not {"@", "?", "#"} & {*value} and _is_address(value):
        return value
    raise RoundupError("SLACK_API_URL must be an http(s) address that ends in /api/; unset it to use Slack.")


def _proxy(value: str) -> str:
    if not value:
        return ""
    # `proxy:3128` is as common. Whatever it says, the way to the proxy itself is plain HTTP, as with curl.
    address = value if "://" in value else f"http://{value}"
    # With a / in the password, what stands before it would be the host.
    if _is_address(address) and "@" not in address.partition(urlsplit(address).netloc)[2]:
        return address
    raise RoundupError(
        "HTTPS_PROXY must be like http://proxy.example.com:3128; unset it to use none."
        " In a password write / as %2F, # as %23 and ? as %3F."
    )


def _is_address(value: str) -> bool:
    """Tell whether it is an http(s) address that can be asked."""
    try:
        parts = urlsplit(value)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a broken IPv6 address
        return False
    return sound and value.isprintable() and " " not in value


def _certificates(file: str) -> str:
    if not file:
        return ""
    import ssl  # nobody else pays for it

    # OpenSSL by itself says nothing of a file it cannot read; every connection would fail with "self-signed".
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except ssl.SSLError as error:
        raise RoundupError(
            f"SSL_CERT_FILE names {file}, which holds no certificate in PEM form, or a damaged one."
        ) from error
    except OSError as error:
        raise _cannot_be_read("SSL_CERT_FILE", file, error) from error
    return file


def _is_exempt(host: str, port: int, entry: str) -> bool:
    """Tell whether an entry of NO_PROXY means that host: a name, a domain, an address, a network, or all."""
    name, only = _name_and_port(entry)
    if only and only != str(port):
        return False
    try:
        return ip_address(host) in ip_network(name, strict=False)
    except ValueError:  # one of them is a name
        domain, host = name.lower().removeprefix("*").strip("."), host.rstrip(".")
        return name == "*" or (bool(domain) and (host == domain or host.endswith(f".{domain}")))


def _name_and_port(entry: str) -> tuple[str, str]:
    if entry.startswith("["):  # an IPv6 address, as in an address
        name, _, rest = entry[1:].partition("]")
        return name, rest.removeprefix(":")
    name, _, port = entry.partition(":") if entry.count(":") == 1 else (entry, "", "")
    return name, port


def proxy_credentials(proxy: str) -> dict[str, str]:
    """Return the headers that say who we are to a proxy, if its address does."""
    parts = urlsplit(proxy)
    if not parts.username:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
    return {"Proxy-Authorization": f"Basic {b64encode(pair).decode()}"}


def _port(value: str) -> int | None:
    if not value:
        return None
    if value.isascii() and value.isdigit() and len(value) <= 5 and int(value) <= 65535:
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
