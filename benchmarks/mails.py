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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.scores import Gold, Mirror, Score
from bot.importing.draft import Draft
from bot.importing.mail import read_mail
from bot.importing.reading import read_draft
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
    text: str = ""  # and in its text part, where that says more than the HTML: a pattern


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
    Sender("Blendle (Dutch)", _READER, _FIXTURES, "blendle", "//td/h2",
           text=r"^» (\[.+)$"),
    Sender("ElixirWeekly", _READER, _FIXTURES, "elixirweekly", "//td[@class='content-block']/div/div/p/a"),
    Sender("Tactical Tech (text)", _READER, _FIXTURES, "Tactical", ""),
    Sender("The Batch", "vayuvegula+newsletters", r"^experiments/samples/.*\.eml$", "deeplearning",
           "//h1[following::h1][preceding::h1]", "//h1"),
    Sender("The Rundown", "tonkaintl+tki-inbox-insights", r"^src/raw-email-source/.*\.eml$", "therundown",
           "//td[not(.//td)]/h4[not(preceding::h6[1][contains(.,'TOGETHER') or contains(.,'PRESENTED')])]",
           "//h3[following::h3] | //p[preceding::h3][following::h3] | //p[preceding::h3][following::h3]//a",
           commit="e1aaceb3964b826b364cf8a58426fc9231191152"),
]  # fmt: skip


@dataclass(frozen=True)
class TextSender:
    """Whose mails of text alone they are, and what comes before and behind a headline in them."""

    name: str
    files: str
    sent_by: str
    headlines: str  # a pattern with the headline as its first group
    neutral: str = ""  # and one for what counts neither way


_CORPUS = "stdlib-js+datasets-spam-assassin"  # of which only what is no spam
_HARD = r"^data/hard-ham-1/.*\.txt$"
# In such tables stand advertisements. A section without a headline of its own counts neither way.
_LOCKERGNOME = (
    "//b[not(ancestor::table[@cellpadding='10'])][.!='Get Listed Here'][not(contains(.,'kbAlertz'))]",
    "//p[@class='title'] | //b[contains(.,'kbAlertz')] | //a[starts-with(.,'Q')]",
)
TEXT_SENDERS = [
    TextSender("use Perl, stories", r"^data/easy-ham-[12]/(0006|0012|0013|017|018|0135|0136).*\.txt$", "pudge@perl",
               r"^\| (\S.*?) +\|\n\|  +posted by|^(\S.*)\n    posted by"),
    TextSender("The Register", r"^data/hard-ham-1/00(014|031|052|066|078|088|105|125|136|145).*\.txt$", "theregister",
               r"^ {4}(\S.*)\n {4}\S.*\n\s*http"),
    TextSender("Media Unspun", r"^data/(easy-ham-1/00166|hard-ham-1/00(173|179|180|223|226)).*\.txt$", "mediaunspun",
               r"^-{40,}\n(?!IN THIS ISSUE|EDITOR|ADVERTISE|OTHER STORIES)([^a-z\n]{8,})\n-{40,}$",
               r"^(?=(\S.*\n\S.*|\S.*)\nhttp)"),
    TextSender("EFFector", r"^data/hard-ham-1/00(171|188|213|239).*\.txt$", "eff.org",
               r"(?<=\n\n)\* ?(.+(?:\n(?!\*).+)?)\n\s*\n(?=[\s\S]*Deep Links)", r"^\* ?(.+(?:\n(?!\*).+)?)"),
    TextSender("Neat Net Tricks", r"^data/hard-ham-1/00(182|248).*\.txt$", "NNT",
               r"^\d\d\. ([A-Z][^a-z]+?)\.  "),
    TextSender("iSilo", r"^data/hard-ham-1/00(184|238).*\.txt$", "iSilo",
               r"^={60,}\n\d\. (.+(?:\n {3}.+)*)\n-{60,}"),
    TextSender("jobfair24 (German)", r"^data/hard-ham-1/00006.*\.txt$", "jobfair24", r"^--+\n\d\. (.+)\n--"),
    TextSender("ISO17799 Newsletter", r"^data/hard-ham-1/00005.*\.txt$", "iso17799",
               r"^(?!.*REMINDER)(.+)\n={10,}$", r"^(.*REMINDER)$"),
    TextSender("spamNEWS", r"^data/hard-ham-1/00230.*\.txt$", "petemoss", r"^(.+?) <http\S+>$"),
    TextSender("Wrox", r"^data/hard-ham-1/00151.*\.txt$", "wrox.com", r"^(?!\*\*\*WROX|Programmer)(\S.*)\nhttp"),
]  # fmt: skip

# Found when the reader knew all of those above.
LATER_SENDERS = [
    # Beside the stories stand the titles of others, as links. Two mails review a week, in another layout.
    Sender("CNET News.com", _CORPUS, r"^data/hard-ham-1/(?!00062|00134).*\.txt$", "News.com Daily Dispatch",
           "//b[not(contains(.,'Full Story'))][following::b[1][contains(.,'Full Story')]]"
           "[not(preceding::b[contains(.,'From our partners')])]",
           "//b[preceding::b[contains(.,'From our partners')]][following::b[1][contains(.,'Full Story')]]"
           " | //td[@width='286']//a"),
    Sender("ZDNet Tech Update", _CORPUS, _HARD, "Tech Update Today", "//font[@size='+1'][not(@color)]//b",
           "//td[@bgcolor='#fffff3']//a"),
    Sender("Lockergnome Windows Daily", _CORPUS, _HARD, "Windows Daily", *_LOCKERGNOME),
    Sender("Lockergnome Tech Specialist", _CORPUS, _HARD, "Tech Specialist", *_LOCKERGNOME),
    Sender("WinXPnews", _CORPUS, _HARD, "WinXPnews", "//font[@size='3']/b"
           "[not(contains(.,'Lawyers') or contains(.,'Subscription'))]"),
]  # fmt: skip
LATER_TEXT_SENDERS = [
    TextSender("DivX News", _HARD, "DivX News", r"^ +(?!In This Week)(\S.*)\n +-{10,}$"),
    TextSender("World Wide Words", _HARD, "Quinion", r"^\d\. (.+)\n-{50,}", r"^(?:[A-Z]\. (.+)|([A-Z]{4,}[A-Z ]*)  .*)$"),
    TextSender("TechTarget", _HARD, "techtarget",
               r"^(?!SEARCH|IN THIS ISSUE|TAKE OUR)([A-Z]\S*(?: [^|\n]+)? \| .+(?:\nSearch\w+)?)$",
               r"^(?:- ([^a-z\n]+)|(TAKE OUR POLL.*|PREVIOUS POLL.*))$"),
    TextSender("SourceForge", _HARD, "noreply@sourceforge", r"^\d\. (\S.*)\n\s*(?!\d\. )\S", r"^(?:\d+ (\S.*)\nhttp|\d\. (.*))"),
]  # fmt: skip


def later_mails(mirrors: Path) -> Iterator[tuple[str, Score]]:
    """Read the mails of senders that were found later."""
    yield from mails(mirrors, LATER_SENDERS)
    yield from text_mails(mirrors, LATER_TEXT_SENDERS)


def text_mails(mirrors: Path, senders: Sequence[TextSender] = TEXT_SENDERS) -> Iterator[tuple[str, Score]]:
    """Read mails of text alone, as an editor would save them, and a copy of their text."""
    together = {"mail": Score(), "pasted": Score()}
    for sender in senders:
        scores = {kind: Score() for kind in together}
        for _, content in Mirror(mirrors / _CORPUS / "repo").files(sender.files):
            mail = email.message_from_bytes(content, policy=email.policy.default)
            text = _body(mail, "plain")
            if not re.search(sender.sent_by, str(mail["from"])) or not text:
                continue
            truth, neutral = _found(sender.headlines, text), _found(sender.neutral, text)
            for counted in (scores, together):
                counted["mail"].add(read_mail, content, truth, neutral=neutral)
                counted["pasted"].add(_paste, text, truth, neutral=neutral)
        yield from ((f"{sender.name}, {kind}", score) for kind, score in scores.items())
    yield from ((f"all senders of text, {kind}", score) for kind, score in together.items())


def _found(pattern: str, text: str) -> Gold:
    if not pattern:
        return []
    return [tidy(next(filter(None, m.groups()))) for m in re.finditer(pattern, text, re.MULTILINE)]


def mails(mirrors: Path, senders: Sequence[Sender] = SENDERS) -> Iterator[tuple[str, Score]]:
    """Read the mails as an editor would save them, and a copy of their text part."""
    together = {"mail": Score(), "text part, pasted": Score()}
    for sender in senders:
        scores = {kind: Score() for kind in together}
        for content, truth, neutral in mails_of(sender, mirrors):
            text = _body(email.message_from_bytes(content, policy=email.policy.default), "plain")
            for counted in (scores, together):
                counted["mail"].add(read_mail, content, truth, neutral=neutral, items=neutral)
                if text:
                    said = _found(sender.text, text) or truth
                    counted["text part, pasted"].add(_paste, text, said, neutral=neutral, items=neutral)
        yield from ((f"{sender.name}, {kind}", score) for kind, score in scores.items())
    yield from ((f"all senders, {kind}", score) for kind, score in together.items())


def _paste(text: str) -> Draft:
    """Read what was copied as `roundup import -` does."""
    return read_draft(text.encode(), "-")


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
