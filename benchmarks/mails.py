# ruff: noqa: E501 - a layout's rule is one line
"""Newsletters as they lay in mailboxes of other people: where in each sender's layout the headlines stand.

Each rule was written down from reading the mails themselves, before our reading of any was looked at, and what it
yields was read once from top to bottom. What a sponsor paid for is no story; jobs, events and remarks without a
headline count neither way.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.scores import Gold, Mirror, Score
from bot.importing.mail import read_mail
from bot.importing.pasted import read_text
from bot.importing.words import tidy

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# An XPath for the headlines, and one for what counts neither way.
_COOPERPRESS = (
    "//span[contains(@class,'mainlink')][not(ancestor::table[1]//span[contains(@class,'tag-sponsor')])]"
    "[not(preceding::p[contains(@style,'font-size: 1.6em')][1][contains(.,'Jobs')])]",
    "//span[contains(@class,'mainlink')][preceding::p[contains(@style,'font-size: 1.6em')][1][contains(.,'Jobs')]]"
    " | //li",
)

# Lines without a small letter, above a text; "***RELEASES***" heads a section.
_CAPITALS = re.compile(
    r"^(?![*\s]|SUPPORT OUR WORK)((?:[^a-z\n]*[A-Z]{2}[^a-z\n]*\n)+)(?=\n?.*[a-z])", re.MULTILINE
)


@dataclass(frozen=True)
class Sender:
    """Whose mails they are, and where their headlines stand."""

    name: str
    repo: str
    files: str
    sent_by: str  # in the From header
    headlines: str  # of a mail of text alone nothing: its headlines are in capitals
    neutral: str = ""
    commit: str = "HEAD"


_READER, _FIXTURES = "lucasluitjes+email_reader", r"^test/fixtures/files/.*\.(eml|txt)$"
SENDERS = [
    Sender("Hacker Newsletter", _READER, _FIXTURES, "hackernewsletter",
           "//p/a[not(preceding-sibling::node()[normalize-space()])][not(parent::p[contains(.,'sponsored')])]"),
    Sender("Ruby Weekly", _READER, _FIXTURES, "rw@", *_COOPERPRESS),
    Sender("JavaScript Weekly", _READER, _FIXTURES, "jsw@", *_COOPERPRESS),
    # One of them was forwarded.
    Sender("DB Weekly", _READER, _FIXTURES, "dbweekly|lucas@luitjes", *_COOPERPRESS),
    Sender("SRE Weekly", _READER, _FIXTURES, "sreweekly",
           "//div[@class='sreweekly-title'] | //ul[@class='sreweekly-outages']/li/a[1]"),
    Sender("CloudSecList", _READER, _FIXTURES, "cloudseclist", "//div/span/strong/a"),
    Sender("Blendle (Dutch)", _READER, _FIXTURES, "blendle", "//td/h2"),
    Sender("ElixirWeekly", _READER, _FIXTURES, "elixirweekly", "//td[@class='content-block']/div/div/p/a"),
    Sender("Tactical Tech (text)", _READER, _FIXTURES, "Tactical", ""),
    Sender("The Batch", "vayuvegula+newsletters", r"^experiments/samples/.*\.eml$", "deeplearning",
           "//h1[following::h1][preceding::h1]", "//h1"),
    Sender("The Rundown", "tonkaintl+tki-inbox-insights", r"^src/raw-email-source/.*\.eml$", "therundown",
           "//td[not(.//td)]/h4[not(preceding::h6[1][contains(.,'TOGETHER') or contains(.,'PRESENTED')])]",
           "//h3[following::h3] | //p[preceding::h3][following::h3] | //p[preceding::h3][following::h3]//a",
           commit="e1aaceb3964b826b364cf8a58426fc9231191152"),
]  # fmt: skip


def mails(mirrors: Path) -> Iterator[tuple[str, Score]]:
    """Read the mails as an editor would save them, and a copy of their text part."""
    together = {"mail": Score(), "text part, pasted": Score()}
    for sender in SENDERS:
        scores = {kind: Score() for kind in together}
        for content, truth, neutral in mails_of(sender, mirrors):
            text = _body(email.message_from_bytes(content, policy=email.policy.default), "plain")
            for counted in (scores, together):
                counted["mail"].add(read_mail, content, truth, neutral=neutral, items=neutral)
                if text:
                    counted["text part, pasted"].add(read_text, text, truth, neutral=neutral, items=neutral)
        yield from ((f"{sender.name}, {kind}", score) for kind, score in scores.items())
    yield from ((f"all senders, {kind}", score) for kind, score in together.items())


def mails_of(sender: Sender, mirrors: Path) -> Iterator[tuple[bytes, Gold, Gold]]:
    """Yield each mail once, its headlines, and what counts neither way."""
    seen = set[bytes]()
    for _, content in Mirror(mirrors / sender.repo / "repo", sender.commit).files(sender.files):
        mail = email.message_from_bytes(content, policy=email.policy.default)
        if content in seen or not re.search(sender.sent_by, str(mail["from"])):
            continue
        seen.add(content)
        if sender.headlines:
            yield content, *_truth(_body(mail, "html"), sender)
        else:
            yield content, [tidy(words) for words in _CAPITALS.findall(_body(mail, "plain"))], []


def _body(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    return str(body.get_content()).replace("\r\n", "\n") if body else ""


def _truth(html: str, sender: Sender) -> tuple[Gold, Gold]:
    from lxml import html as lxml_html

    utf8 = lxml_html.HTMLParser(encoding="utf-8")
    root = lxml_html.document_fromstring(html.encode(), parser=utf8)
    return _words(root, sender.headlines), _words(root, sender.neutral) if sender.neutral else []


def _words(root: HtmlElement, where: str) -> Gold:
    return [words for element in root.xpath(where) if (words := tidy(element.text_content()))]
