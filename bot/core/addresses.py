"""What a web address really leads to: not where it seems to, or nowhere a reader can go."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from urllib.parse import quote, unquote, urlsplit

from bot.core import sizes
from bot.core.message import escape

# "https://bank.test@evil.test/" leads to evil.test. The backslash is a slash to browsers, and none to us.
USER_INFO = re.compile(r"https?://[^\s<>\"'/?#]*@[^\s<>\"')\]]*", re.IGNORECASE)
DECEIVES = "what stands before the @ is no part of where it leads; write the address without it"

# All of IPv6 that is given out for the internet. What wraps an IPv4 address is looked at as that one.
_GIVEN_OUT = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NUMBER = re.compile(r"0x[0-9a-f]{0,16}|0[0-7]{0,20}|[1-9][0-9]{0,16}", re.IGNORECASE | re.ASCII)
# An address by its looks: with its scheme, or a whole label that is nothing but a host and a path.
_SHOWN = re.compile(
    r"https?://[^\s<>\"')\]]+|\bwww\.[^\s<>\"')\]]+|^\s*(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?\s*$", re.IGNORECASE
)
_LOCAL_NAMES = re.compile(r"(?:.*\.)?(?:localhost|local|internal|home\.arpa)\.?", re.IGNORECASE)


def has_user_info(url: str) -> bool:
    """Tell whether an address shows a name that is not the host it leads to."""
    return USER_INFO.match(url) is not None


def web_address(url: str) -> str:
    """Return the address as a link can take it, or "" if it is none we would send a reader to."""
    leads = _leads_somewhere(url) and not has_user_info(url)
    return _quoted(url) if leads and length(url) <= sizes.URL else ""


def _leads_somewhere(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:  # such as half an IPv6 host, or a port that no host has
        return False
    if parts.scheme == "mailto":
        return bool(parts.path)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def length(url: str) -> int:
    """Return how long Slack takes an address for: a letter that is not ASCII is up to twelve, an & five."""
    return len(escape(_quoted(url)))


def _quoted(url: str) -> str:
    # Everything an address may hold stays; blanks, "|", "<", ">" and quotes would end the link.
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~-._", errors="replace")


def leads_where_it_says(label: str, url: str) -> bool:
    """Tell whether each address that stands in the label of a link is at the host the link leads to."""
    return all(_host(shown) == _host(url) for shown in _SHOWN.findall(_without_unseen(label)))


def _host(url: str) -> str:
    try:
        host = urlsplit(url if "://" in url else f"https://{url}").hostname or ""
    except ValueError:  # such as half an IPv6 host
        return url
    # As a browser takes it: ¹ is 1 in a host, whether it is quoted or not.
    return unicodedata.normalize("NFKC", unquote(host)).casefold().removeprefix("www.").rstrip(".")


def _without_unseen(text: str) -> str:
    return "".join(
        c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) not in {"Cf", "Cc"}
    )


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the public internet, also when it is wrapped in IPv6."""
    ip = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast
    # A private address in IPv6's clothes (mapped, 6to4, Teredo, NAT64) is private all the same.
    inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
    if inner is None and ip in _NAT64:
        inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if inner is not None:
        return is_public(str(inner))
    return ip in _GIVEN_OUT and ip.is_global


def is_local(url: str) -> bool:
    """Tell whether an address leads into the network, or the machine, of whoever opens it."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:  # such as half an IPv6 host
        return False
    host = unicodedata.normalize("NFKC", host).replace("。", ".")
    if _LOCAL_NAMES.fullmatch(host):
        return True
    try:
        return not is_public(_ipv4(host) or host)
    except ValueError:  # a name
        return False


def _ipv4(host: str) -> str:
    """Return the IPv4 address that browsers take a host for, "" if for none.

    One to four numbers, each decimal, octal or hexadecimal, of which the last fills what is left: 2130706433,
    0x7f.1 and 017700000001 are 127.0.0.1 (https://url.spec.whatwg.org/#concept-ipv4-parser).
    """
    numbers = host.removesuffix(".").split(".")
    if len(numbers) > 4 or not all(map(_NUMBER.fullmatch, numbers)):
        return ""
    *first, last = (_number(number) for number in numbers)
    if any(number > 255 for number in first) or last >= 256 ** (4 - len(first)):
        return ""
    whole = sum(number << 8 * (3 - place) for place, number in enumerate(first)) + last
    return str(ipaddress.IPv4Address(whole))


def _number(written: str) -> int:
    if written.lower().startswith("0x"):
        return int(written[2:] or "0", 16)
    return int(written, 8 if written.startswith("0") else 10)
