"""Reads a newsletter as it lies in a mailbox (.eml), or its HTML alone."""

from __future__ import annotations

import email
import re
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parseaddr, parsedate_to_datetime
from functools import lru_cache, partial
from typing import Any, cast

from bot.core.errors import RoundupError
from bot.importing.draft import Draft, Line, Role
from bot.importing.encoding import decoded
from bot.importing.forwarded import COVERING, bare_subject, read_uncovered
from bot.importing.pages import read_newsletter
from bot.importing.pasted import read_text
from bot.importing.source import check_words
from bot.importing.ways import WHICH_MAIL
from bot.importing.words import tidy, web_address, without_tags

_HEADER = re.compile(
    rb"(?:^|\n)(from|to|subject|date|mime-version|received|message-id|return-path):", re.IGNORECASE
)


# Far more than a subject or a type ever has; email's parser takes the square of a header's length.
_MOST_OF_A_HEADER = 2000


# Characters; what says so much was not made for its pictures.
_MUCH = 600
_NAMED = 10
_ENVELOPE = re.compile(rb"^From \S+ +[^\n]*\d{4}[^\n]*\n", re.MULTILINE)
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


def read_mail(content: bytes, *, names: Collection[str] = (), which: int = 0, encoding: str = "") -> Draft:
    """Give every block of a newsletter its role; its HTML is preferred to its text, unless it says nothing.

    A newsletter that was forwarded or attached is read, and what covers it is dropped. *which* is the mail of
    a file of several, from 1.
    """
    if (parts := len(_PART.findall(content))) > MOST_PARTS:
        raise RoundupError(
            f"this mail has {parts:,} parts with parts of their own, and a newsletter at most {MOST_PARTS}; "
            "save it as a page or text and import that"
        )
    message = email.message_from_bytes(_one_of(content, which), policy=_POLICY)
    assert isinstance(message, EmailMessage)  # noqa: S101 - what this policy makes
    # Looked for in the bytes first: a part's type costs time each time it is asked for.
    note, message = _attached(message) if b"message/rfc822" in content.lower() else ("", message)
    draft = _read(message, names, encoding)
    day = _date(message)
    return replace(
        draft,
        lines=(*_noted(note), *draft.lines),
        # What is forwarded has a subject and a day of its own.
        title=draft.title or _subject(message),
        date=draft.date or day,
        date_from=draft.date_from or ("the mail's Date header" if day else ""),
        url=draft.url or web_address(_header(message, "archived-at").strip("<>")),
    )


def _noted(note: str) -> Iterable[Line]:
    return [Line(at=0, text=note, role=Role.DROPPED, reason=COVERING)] if note else []


def _read(message: EmailMessage, names: Collection[str], encoding: str) -> Draft:
    html, text = _texts(message, encoding)
    words, plain_words = len(tidy(without_tags(_shown(html)))), len(tidy(text))
    # An HTML part that is one picture, or says far less, is there for its looks.
    if words and (words >= _MUCH or 2 * words >= plain_words):
        return read_newsletter(html, title=_subject(message), base=_base(message), sender=_sender(message))
    check_words(text)
    return read_uncovered(text, partial(_read_words, names=names), subject=_subject(message))


def _shown(html: str) -> str:
    """Return HTML without its styles and scripts."""
    for name in ("style", "script"):
        kept, at, lowered = [], 0, html.lower()
        while (start := lowered.find(f"<{name}", at)) >= 0:
            kept.append(html[at:start])
            end = lowered.find(f"</{name}", start)
            at = len(html) if end < 0 else end
        html = "".join([*kept, html[at:]])
    return html


def _read_words(text: str, subject: str, *, names: Collection[str]) -> Draft:
    from bot.importing.markdown import looks_like_markdown, read_markdown

    if looks_like_markdown(text):  # as some senders' programs write the text part
        draft = read_markdown(text)
        return replace(draft, title=draft.title or subject)
    return read_text(text, names=names, title=subject)


def _one_of(content: bytes, which: int) -> bytes:
    """Return the mail, or the one that is asked for of a file of several."""
    mails = [content]
    if content.startswith(b"From "):
        mails = [mail for mail in _ENVELOPE.split(content) if mail.strip()]
    if which > len(mails) or (len(mails) > 1 and which < 1):
        raise RoundupError(f"this file holds {len(mails):,} mails; {WHICH_MAIL}: {_subjects(mails)}")
    return mails[max(which, 1) - 1]


def _subjects(mails: Sequence[bytes]) -> str:
    named = []
    for n, mail in enumerate(mails[:_NAMED], start=1):
        message = email.message_from_bytes(mail[:20_000], policy=_POLICY)
        named.append(f"{n} {_header(cast('EmailMessage', message), 'subject')[:60]!r}")
    return ", ".join(named) + (" …" if len(mails) > _NAMED else "")


def _attached(message: EmailMessage) -> tuple[str, EmailMessage]:
    """Return what a covering note says, and the mail that is attached to it; else nothing, and the mail."""
    inner = next((p for p in message.walk() if p.get_content_type() == "message/rfc822"), None)
    payload = inner.get_payload() if inner is not None else None
    if not isinstance(payload, list) or not payload or not isinstance(payload[0], EmailMessage):
        return "", message
    inside = {id(part) for part in payload[0].walk()}
    notes = (p for p in message.walk() if p.get_content_type() == "text/plain" and id(p) not in inside)
    note = next((words for part in notes if (words := tidy(_content(part, "")))), "")
    return note or _header(message, "subject") or "(a mail with an attached one)", payload[0]


def _subject(message: EmailMessage) -> str:
    return bare_subject(_header(message, "subject"))


def _sender(message: EmailMessage) -> str:
    """Return the name a mail comes under."""
    return tidy(parseaddr(_header(message, "from"))[0])


def _base(message: EmailMessage) -> str:
    """Return what relative addresses in a mail are meant from, as it says."""
    said = (web_address(_header(message, name)) for name in ("content-base", "content-location"))
    return next(filter(None, said), "")


def _header(message: EmailMessage, name: str) -> str:
    """Return a header's text; a damaged one says nothing."""
    try:
        return tidy(str(message.get(name, "")))
    except _STUMBLES:
        return ""


def _date(message: EmailMessage) -> date | None:
    try:
        return parsedate_to_datetime(_header(message, "date")).date()
    except (ValueError, TypeError, IndexError, OverflowError):  # no date, or none that is one
        return None


def _texts(message: EmailMessage, encoding: str) -> tuple[str, str]:
    """Return what is HTML and what is text, each in all its parts, as well as their charsets let us."""
    found: dict[str, list[str]] = {"text/html": [], "text/plain": []}
    for part in message.walk():  # once: a part's type is read anew each time it is asked for
        kind = part.get_content_type()
        if kind in found and not part.is_attachment() and (said := _content(part, encoding)):
            found[kind].append(said)
    return "\n".join(found["text/html"]), "\n\n".join(found["text/plain"])


def _content(part: EmailMessage, encoding: str) -> str:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    declared = part.get_content_charset() or ""
    return decoded(
        raw, declared=declared, override=encoding, html=part.get_content_type() == "text/html"
    ).text
