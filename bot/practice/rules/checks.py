"""The words in which the rules are written: a check yields Slack's own sentences, each with a JSON pointer.

Nothing here knows a workspace or sends anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.practice.model import SlackError

Fault = str
Check = Callable[[Any, str], Iterator[Fault]]  # (value, JSON pointer) -> what is wrong with it

ENTITY_OR_TOKEN = re.compile(r"&(?:amp|lt|gt);|<[^<>\n]+>")


def length(text: str) -> int:
    """Return a text's length as Slack counts it, after escaping.

    In which units is not documented: UTF-16 ones are the stricter reading (an emoji counts two).
    """
    return len(_with_entities(text).encode("utf-16-le", "surrogatepass")) // 2


def _with_entities(text: str) -> str:
    parts, start = [], 0
    for kept in ENTITY_OR_TOKEN.finditer(text):
        parts += [escaped(text[start : kept.start()]), kept.group()]
        start = kept.end()
    return "".join([*parts, escaped(text[start:])])


def escaped(text: str) -> str:
    """Escape the three characters that mean something to Slack."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def text(*kinds: str, most: int, least: int = 1) -> Check:
    """Check a text object of one of these kinds."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield f"must provide an object [json-pointer:{at}]"
        elif value.get("type") not in kinds:
            yield f"must be one of: {', '.join(kinds)} [json-pointer:{at}/type]"
        else:
            allowed = {"type", "text", *(("emoji",) if value["type"] == "plain_text" else ("verbatim",))}
            yield from _unknown(value, allowed, at)
            yield from string(most, least=least)(value.get("text"), f"{at}/text")

    return check


def string(most: int, *, least: int = 1) -> Check:
    """Check a string's length."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield f"must provide a string [json-pointer:{at}]"
        elif length(value) < least:
            yield f"must be more than {least - 1} characters [json-pointer:{at}]"
        elif length(value) > most:
            yield f"must be less than {most + 1} characters [json-pointer:{at}]"

    return check


def url(value: Any, at: str) -> Iterator[Fault]:
    """Check a web address."""
    faults = list(string(3000)(value, at))
    yield from faults
    if not faults and not _is_address(value):
        yield f"invalid url [json-pointer:{at}]"


def _is_address(value: str) -> bool:
    try:
        address = urlsplit(value)
    except ValueError:  # half an IPv6 address
        return False
    if address.scheme == "mailto":
        return bool(address.path)
    return address.scheme in ("http", "https") and bool(address.hostname) and " " not in value


def boolean(value: Any, at: str) -> Iterator[Fault]:
    """Check true or false."""
    if not isinstance(value, bool):
        yield f"must be a boolean [json-pointer:{at}]"


def number(least: int, most: int) -> Check:
    """Check a whole number's range."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, int) or not least <= value <= most:
            yield f"must be a number between {least} and {most} [json-pointer:{at}]"

    return check


def one_of(*values: str) -> Check:
    """Check a word."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        if value not in values:
            yield f"must be one of: {', '.join(values)} [json-pointer:{at}]"

    return check


def anything(value: Any, at: str) -> Iterator[Fault]:
    """Take what comes: Slack's rules for it are not needed here."""
    yield from ()


def items(check_item: Check, *, most: int, least: int = 1) -> Check:
    """Check a list and what is in it."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield f"must be an array [json-pointer:{at}]"
            return
        if len(value) > most:
            yield f"no more than {most} items allowed [json-pointer:{at}]"
        if len(value) < least:
            yield f"no fewer than {least} items allowed [json-pointer:{at}]"
        for n, item in enumerate(value):
            yield from check_item(item, f"{at}/{n}")

    return check


def shape(required: Mapping[str, Check], **optional: Check) -> Check:
    """Check an object's fields. Slack refuses fields it does not know."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield f"must provide an object [json-pointer:{at}]"
            return
        yield from _unknown(value, {"type", *required, *optional}, at)
        for name, check_field in required.items():
            if value.get(name) is None:
                yield f"missing required field: {name} [json-pointer:{at}]"
            else:
                yield from check_field(value[name], f"{at}/{name}")
        for name, check_field in optional.items():
            if value.get(name) is not None:
                yield from check_field(value[name], f"{at}/{name}")

    return check


def either(*names: str) -> Check:
    """Check that exactly one of these fields is there."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        if isinstance(value, dict) and sum(name in value for name in names) != 1:
            yield f"must define exactly one of: {', '.join(names)} [json-pointer:{at}]"

    return check


def at_least_one(*names: str) -> Check:
    """Check that some of these fields is there."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        if isinstance(value, dict) and not any(value.get(name) for name in names):
            yield f"must define at least one of: {', '.join(names)} [json-pointer:{at}]"

    return check


def both(*checks: Check) -> Check:
    """Apply several checks."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        for each in checks:
            yield from each(value, at)

    return check


def one_by_one(*checks: Check) -> Check:
    """Apply several checks, each only to what the ones before it have found well formed."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        yield from next(filter(None, (list(each(value, at)) for each in checks)), [])

    return check


def typed(checks: Mapping[str, Check]) -> Check:
    """Check an object by the rules of its `type`."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in checks:
            yield f"unsupported type: {kind} [json-pointer:{at}/type]"
        else:
            yield from checks[kind](value, at)

    return check


def among(checks: Mapping[str, Check], *kinds: str) -> Check:
    """Check an object by its `type`, of which only these are allowed here."""
    return typed({kind: checks[kind] for kind in kinds})


def _unknown(value: Mapping[str, Any], known: set[str], at: str) -> Iterator[Fault]:
    for name in value:
        if name not in known:
            yield f"invalid additional property: {name} [json-pointer:{at}]"


def refuse(error: str, faults: Sequence[Fault]) -> None:
    """Raise Slack's refusal if there is any fault."""
    if faults:
        messages = [f"[ERROR] {fault}" for fault in faults]
        raise SlackError(error, errors=list(faults), response_metadata={"messages": messages})
