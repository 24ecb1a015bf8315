"""Reads a newsletter as it lies in a mailbox (.eml), or its HTML alone."""

from __future__ import annotations

import email
import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import date
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

from bot.core.errors import RoundupError
from bot.importing.draft import Draft
from bot.importing.pages import read_newsletter
from bot.importing.pasted import read_text
from bot.importing.source import check_words
from bot.importing.words import tidy, web_address, without_tags

_HEADER = re.compile(
    rb"(?:^|\n)(from|to|subject|date|mime-version|received|message-id|return-path):", re.IGNORECASE
)


# Far more than a subject or a type ever has; email's parser takes the square of a header's length.
_MOST_OF_A_HEADER = 2000


# email's parser calls itself for each part in a part; a newsletter has three.
_PART = re.compile(rb"boundary\*?=|message/rfc822", re.IGNORECASE)
MOST_PARTS = 100
# What email's parser says of a damaged header; the last of brackets in brackets.
_STUMBLES = (MessageError, ValueError, IndexError, AttributeError, TypeError, RecursionError)


class _Policy(EmailPolicy):
    """email's modern policy, which reads no header further than one can be meant."""

    # For each part of a mail the type of the whole is asked for, and of the part itself several times.
    @lru_cache(maxsize=64)  # noqa: B019 - this policy is made once
    def header_fetch_parse(self, name: str, value: str) -> Any:
        for said in (value[:_MOST_OF_A_HEADER], re.split("[;(]", value)[0][:_MOST_OF_A_HEADER]):
            with suppress(*_STUMBLES):
                return super().header_fetch_parse(name, said)
        return super().header_fetch_parse(name, "")


_POLICY = _Policy()


def looks_like_mail(content: bytes) -> bool:
    """Tell a mail by its headers: at least three of the usual ones, at the very top."""
    top = re.split(rb"\r?\n\r?\n", content[:20_000].lstrip(), maxsplit=1)[0]
    return len({name.lower() for name in _HEADER.findall(top)}) >= 3


def read_mail(content: bytes, *, names: Collection[str] = ()) -> Draft:
    """Give every block of a newsletter its role; its HTML is preferred to its text."""
    if (parts := len(_PART.findall(content))) > MOST_PARTS:
        raise RoundupError(
            f"this mail has {parts:,} parts with parts of their own, and a newsletter at most {MOST_PARTS}; "
            "save it as a page or text and import that"
        )
    message = email.message_from_bytes(content, policy=_POLICY)
    assert isinstance(message, EmailMessage)  # noqa: S101 - what this policy makes
    subject = _header(message, "subject")
    html, text = _texts(message)
    if tidy(without_tags(html)):
        draft = read_newsletter(html, title=subject, base=_base(message))
    else:
        check_words(text)
        draft = read_text(text, names=names)
    day = _date(message)
    return replace(
        draft,
        title=subject or draft.title,
        date=day,
        date_from="the mail's Date header" if day else "",
        url=draft.url or web_address(_header(message, "archived-at").strip("<>")),
    )


def _base(message: EmailMessage) -> str:
    """Return what relative addresses in a mail are meant from, as it says."""
    return next(
        (a for name in ("content-base", "content-location") if (a := web_address(_header(message, name)))), ""
    )


def _header(message: EmailMessage, name: str) -> str:
    """Return a header's text; a damaged one says nothing."""
    try:
        return tidy(str(message.get(name, "")))
    except _STUMBLES:
        return ""


def _date(message: EmailMessage) -> date | None:
    try:
        return parsedate_to_datetime(_header(message, "date")).date()
    except (ValueError, TypeError, IndexError):  # no date, or none that is one
        return None


def _texts(message: EmailMessage) -> tuple[str, str]:
    """Return the first part that is HTML and the first that is text, as well as their charsets let us."""
    found: dict[str, str] = {}
    for part in message.walk():  # once: a part's type is read anew each time it is asked for
        kind = part.get_content_type()
        if kind in {"text/html", "text/plain"} and kind not in found and not part.is_attachment():
            raw = part.get_payload(decode=True)
            if isinstance(raw, bytes):
                found[kind] = _decoded(raw, part.get_content_charset() or "utf-8")
    return found.get("text/html", ""), found.get("text/plain", "")


def _decoded(raw: bytes, charset: str) -> str:
    try:
        return raw.decode(charset)
    except (LookupError, UnicodeDecodeError):  # a charset nobody knows, or not the one it says
        return raw.decode("utf-8", "replace") if b"\x00" not in raw else raw.decode("utf-16", "replace")
