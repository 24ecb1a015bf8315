# ruff: noqa: E501 - the layouts of other people's newsletters are as wide as they are
"""Measures the import on public archives nobody here wrote.

    python -m benchmarks.importing MIRRORS [NAME...]

MIRRORS holds bare git copies of the repositories named below, each as `<owner>+<name>/repo`. None of their content is
kept here. The truth is never our own reading: it is the archive's data (Perl Weekly's JSON, laid out as that
project's templates lay it out), one plain rule per source about how its editors write (a list item's link; in mails
the place in each sender's layout, see `mails.py`), or the headings of a page's published clean version, whose text
alone is pasted.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import textwrap
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any

from benchmarks.mails import later_mails, mails, text_mails
from benchmarks.scores import Gold, Mirror, Score
from bot.core.errors import RoundupError
from bot.importing.draft import Draft
from bot.importing.feed import read_feed
from bot.importing.markdown import read_markdown
from bot.importing.pages import read_html, read_newsletter
from bot.importing.pasted import read_text
from bot.importing.reading import Format, read_draft
from bot.importing.words import tidy, title_case
from tests.importing.languages import ISSUES, Issue, in_markdown, mailed
from tests.importing.languages import pasted as pastes_of


def _shown(text: str) -> str:
    """Return what a reader sees of a title that may hold mark-up."""
    return tidy(unescape(re.sub(r"<[^>]*>", "", text)))


# Perl Weekly: the truth is its JSON


def perlweekly(mirrors: Path) -> Iterator[tuple[str, Score]]:
    """Lay each issue out as Markdown, text and HTML mail, and read it back."""
    scores = {"Markdown": Score(), "text mail": Score(), "HTML mail": Score()}
    for name, content in Mirror(mirrors / "szabgab+perlweekly" / "repo").files(r"^src/\d+\.json$"):
        issue = json.loads(content)
        number = re.sub(r"\D", "", name.rsplit("/", 1)[-1])
        gold = [_shown(entry["title"]) for chapter in issue["chapters"] for entry in chapter["entries"]]
        scores["Markdown"].add(read_markdown, _as_markdown(issue, number), gold)
        scores["text mail"].add(read_text, _as_text(issue, number), gold)
        if int(number) % 8 == 0:
            scores["HTML mail"].add(read_newsletter, _as_mail(issue, number), gold)
    yield from ((f"Perl Weekly, {form}", score) for form, score in scores.items())


def _perl_page(issue: dict[str, Any], number: str) -> Page:
    """Return what a copy from the web page holds: no address, one line for each title."""
    paragraphs = [_shown(text) for text in issue["header"]]
    gold: list[str] = []
    labels: list[str] = []
    for chapter in issue["chapters"]:
        paragraphs += [chapter["title"], _shown(chapter.get("header") or "")]
        labels.append(chapter["title"])
        for entry in chapter["entries"]:
            author = f"by {_author(entry)}" if _author(entry) else ""
            paragraphs += [_shown(entry["title"]), author, _shown(entry.get("text") or "")]
            (gold if entry.get("text") else labels).append(_shown(entry["title"]))
    return Page(f"Perl Weekly #{number}: {issue['subject']}", list(filter(None, paragraphs)), gold, labels)


def _author(entry: dict[str, Any]) -> str:
    return str(entry.get("author") or "").replace("_", " ").title()


def _as_markdown(issue: dict[str, Any], number: str) -> str:
    rows = ["---", f"title: Perl Weekly #{number} - {issue['subject']}", "published: true", "description: ",
            "tags: perl, news, programming", f"canonical_url: https://perlweekly.com/archive/{number}.html",
            "series: perl-weekly", "---", "",
            f"Originally published at [Perl Weekly {number}](https://perlweekly.com/archive/{number}.html)", ""]  # fmt: skip
    rows += [part for text in issue["header"] for part in (text, "")]
    rows += ["  --", "  Your editor: Someone Here.", ""]
    for chapter in issue["chapters"]:
        rows += [f"## {chapter['title']}", chapter.get("header") or "", "  "]
        for entry in chapter["entries"]:
            rows += [f"### [{entry['title']}]({entry['url']})", f"by {_author(entry)}\n" if _author(entry) else "",
                     entry.get("text") or "", "", "  "]  # fmt: skip
        rows += [chapter.get("footer") or "", "---", ""]
    rows += [part for text in issue.get("footer", []) for part in (text, "")]
    rows += ["You joined the Perl Weekly to get weekly e-mails about the Perl programming language and related topics.",
             "", "Want to see more? See the [archives](https://perlweekly.com/archive/) of all the issues.", "",
             "Not yet subscribed to the newsletter? [Join us free of charge](https://perlweekly.com/subscribe.html)!",
             "", "(C) Copyright [Gabor Szabo](https://szabgab.com/)",
             "The articles are copyright the respective authors."]  # fmt: skip
    return "\n".join(rows)


def _wrapped(html: str | None, indent: str) -> str:
    text = re.sub(r"<a href=[\"']?([^>\"']+)[\"']?>([^<]+)</a>", r"\2 ( \1 )", html or "").replace(
        "<br>", "\n"
    )
    lines = textwrap.wrap(text, 75, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines)


def _as_text(issue: dict[str, Any], number: str) -> str:
    rows = [f"Perl Weekly {issue.get('title', '')}", "", "https://perlweekly.com/", "",
            "You can read the newsletter on the web, if you prefer.",
            f"https://perlweekly.com/archive/{number}.html", "", ""]  # fmt: skip
    rows += [part for text in issue["header"] for part in (_wrapped(text, ""), "")]
    rows += ["  --", "  Your editor: Someone Here.", ""]
    for chapter in issue["chapters"]:
        rows += ["", chapter["title"], _wrapped(chapter.get("header"), "  "), "  "]
        for entry in chapter["entries"]:
            url = entry.get("link") or entry["url"]
            rows += [f"  {entry['title']}", f"  {url}", " ", f"  {_wrapped(entry.get('text'), '  ')}",
                     "  --------------", "", "  "]  # fmt: skip
        rows += [_wrapped(chapter.get("footer"), "  "), "============="]
    rows += [part for text in issue.get("footer", []) for part in (_wrapped(text, ""), "")]
    rows += ["", "You joined the Perl Weekly to get weekly e-mails about the Perl programming language and related topics.",
             "", "Want to see more? See the archives ( https://perlweekly.com/archive/ ) of all the issues.", "",
             "Reading this as a non-subscriber? Join us free of charge. https://perlweekly.com/", "",
             "(C) Copyright Gabor Szabo https://szabgab.com/", "The articles are copyright the respective authors.", "",
             "You can freely redistribute this message if", "you keep the whole message intact, including",
             "the Copyright notice and this text.", "", "If you don't want to receive mails any more",
             "you can unsubscribe here: https://perlweekly.com/unsubscribe.html"]  # fmt: skip
    return "\n".join(rows)


def _as_mail(issue: dict[str, Any], number: str) -> str:
    subject = f"Issue #{number} - {issue['date']} - {issue['subject']}"
    header = "".join(f'<p style="font-size: 16px">{text}</p>' for text in issue["header"])
    chapters = "".join(map(_mail_chapter, issue["chapters"]))
    footer = "".join(f"<p>{text}</p>" for text in issue.get("footer", []))
    return f"""<!DOCTYPE html><html lang="en"><head><title>Perl Weekly {subject}</title></head><body><style>p {{}}</style>
<table border="0" align="center"><tr><td>
<p id="logo"><a href="https://perlweekly.com/" style="font-size: 40px; font-weight: bold;">Perl Weekly</a></p>
<p id="issue" style="font-size: 18px;">{subject}</p>
<a href="https://perlweekly.com/latest.html">latest</a> | <a href="https://perlweekly.com/archive">archive</a> |
edited by <a href="https://szabgab.com/">Gabor Szabo</a>
<div>This edition was made possible by the <a href="https://example.com/">supporters of our cause</a>.</div>
<div style="text-align: center">You can <a href="https://perlweekly.com/archive/{number}.html">read the newsletter on
the web</a>, if you prefer.</div></td></tr>
<tr><td><table><tr><td>{header}<p style="font-size: 14px">Your editor: Gabor Szabo.</p></td>
<td><img src="https://perlweekly.com/img/editor.png" /></td></tr></table></td></tr>
{chapters}<tr><td>{footer}<div id="footer"><p>You joined the Perl Weekly to get weekly e-mails about the Perl programming
language and related topics.<br />Want to see more? See <a href="https://perlweekly.com/archive/">the archives</a> of all
the issues.<br />Reading this as a non-subscriber? <a href="https://perlweekly.com/">click here to join us</a> free of
charge.<br />(C) Copyright <a href="https://szabgab.com/">Gabor Szabo</a>. The articles are copyright the respective
authors.</p>You can <a href="https://perlweekly.com/unsubscribe.html">unsubscribe here</a> if you don't want to receive
mails any more.</p><p>You can freely redistribute this message if you keep the whole message intact, including the
Copyright notice and this text.</p></div></td></tr></table></body></html>"""


def _mail_chapter(chapter: dict[str, Any]) -> str:
    header = f'<p style="font-size: 16px">{chapter["header"]}</p>' if chapter.get("header") else ""
    footer = (
        f'<tr><td><p style="font-size: 16px">{chapter["footer"]}</p></td></tr>'
        if chapter.get("footer")
        else ""
    )
    entries = "".join(map(_mail_entry, chapter["entries"]))
    return (f'<tr><td><hr /><div style="font-size: 18px; font-weight: bold;">{chapter["title"]}</div>{header}</td></tr>'
            f"{entries}{footer}")  # fmt: skip


def _mail_entry(entry: dict[str, Any]) -> str:
    by = f'<span style="font-size: 14px"> by {escape(_author(entry))}</span>' if _author(entry) else ""
    return f"""<tr><td><table style="width:100%"><tr><td><div><p style="margin-left: 1.5em;">
<a href="{escape(entry.get("link") or entry["url"])}" style="font-size: 18px; font-weight: bold;">{escape(entry["title"])}</a>
<br />{by}<p style="font-size: 16px">{entry.get("text") or ""}</p></div></td><td style="width:100px">
<img src="https://perlweekly.com/img/a.png" title="{escape(_author(entry))}" width="80" /></td></tr></table></td></tr>"""


# Markdown archives: the truth is one rule about how their editors write an item

_WHEN = r"\*{0,2}[^*\[\n]{0,25}\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b[^*\[\n]{0,12}\*{0,2}:? *"
_ITEM_LINK = re.compile(
    r"^ {0,3}[-*+] +(?:\\?\[[^\]]{1,18}\] |" + _WHEN + r")?\[((?:[^\[\]]|\[[^\[\]]*\])+)\](?:\(|\[)",
    re.MULTILINE,
)
_ITEM = re.compile(r"^ ?[-*+] +(\S.*(?:\n(?! {0,3}[-*+] |#).*\S)*)", re.MULTILINE)
_NESTED_LINK = re.compile(_ITEM_LINK.pattern.replace("{0,3}", "{4,}"), re.MULTILINE)
_ITEM_BOLD = re.compile(
    r"^[-*] +\*\*(?:\[)?(.+?)(?:\]\[[^\]]*\]|\]\([^)]*\))?:?\*\*", re.MULTILINE | re.DOTALL
)
_LINK_ALONE = re.compile(r"^\*{0,2}\[((?:[^\[\]]|\[[^\[\]]*\])+)\]\([^)\s]*\)\*{0,2}\s*$", re.MULTILINE)
_HEADING = re.compile(r"^#{1,5} +(.*?)\s*#*$")


def _markdown_words(text: str) -> str:
    text = re.sub(r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\](\([^)]*\)|\[[^\]]*\])", r"\1", text)
    return re.sub(r"(?<!\w)[*_]{1,3}(.+?)[*_]{1,3}(?!\w)", r"\1", text.replace("`", "").replace("\\", ""))


def haskellweekly(mirrors: Path) -> Iterator[tuple[str, Score]]:
    """Every story is a list item that begins with a link, unless it is noted as "(ad)"; a heading with prose is one too."""
    score = Score()
    for _, content in Mirror(mirrors / "haskellweekly+haskellweekly" / "repo").files(
        r"newsletter/.*issue-\d+\.markdown$"
    ):
        text = content.decode()
        gold = _stories(re.sub(r"^- .*\(ad\)$", "", text, flags=re.MULTILINE))
        score.add(read_markdown, text, gold, items=_without_link(text))
    yield "Haskell Weekly, Markdown (link items)", score


def bitcoinops(mirrors: Path) -> Iterator[tuple[str, Score]]:
    """Every story is a list item that begins in bold or with a link; a heading with a paragraph is one too.

    A year's summary begins with its list of contents.
    """
    score = Score()
    for _, content in Mirror(mirrors / "bitcoinops+bitcoinops.github.io" / "repo").files(
        r"_posts/en/newsletters/.*\.md$"
    ):
        text = re.sub(r"<!--.*?-->|\{%.*?%\}", "", content.decode(), flags=re.DOTALL)
        text = re.sub(r"^## Contents\n(?:(?!#).*\n)*", "", text, flags=re.MULTILINE)
        gold = _stories(text, bold=True)
        score.add(read_markdown, content.decode(), gold, items=_without_link(text))
    yield "Bitcoin Optech, Markdown (bold and link items)", score


def rust(mirrors: Path) -> Iterator[tuple[str, Score]]:
    """Every story is a list item that begins with a link; a heading with a paragraph is one too."""
    score = Score()
    for i, (_, content) in enumerate(
        Mirror(mirrors / "rust-lang+this-week-in-rust" / "repo").files(r"^content/.*\.md$")
    ):
        if i % 4 == 0:
            text = content.decode()
            gold = _stories(text)
            score.add(read_markdown, text, gold, items=_without_link(text))
    yield "This Week in Rust, Markdown (link items), every fourth", score


def _stories(text: str, *, bold: bool = False, alone: bool = False) -> list[str]:
    """Return the items that begin with a link (or in bold), and the headings of sections that have prose instead."""
    found: list[str] = []
    for section in re.split(r"^(?=#{1,5} )", text, flags=re.MULTILINE):
        items = _ITEM_LINK.findall(section) + (_ITEM_BOLD.findall(section) if bold else [])
        items = items if len(items) >= len(_ITEM.findall(section)) / 2 else []
        items += _LINK_ALONE.findall(section) if alone else []
        nested = [] if items else _NESTED_LINK.findall(section)
        heading, _, rest = section.partition("\n")
        if items or nested:
            found += items or nested
        elif re.search(
            r"^\s*[\w\[*+`\"(-]", re.sub(r"^\[[^\]]+\]:.*$", "", rest, flags=re.MULTILINE), re.MULTILINE
        ):
            found += _HEADING.findall(heading)
    return [_markdown_words(words) for words in found]


def _without_link(text: str) -> list[str]:
    """Return the items that begin with no link, nor in bold; in a list of links they count neither way."""
    items = [
        item for item in _ITEM.findall(text) if not re.match(r"(\*\*|\\?\[[^\]]{1,18}\] )?\[|\*\*", item)
    ]
    return [_markdown_words(item) for item in items]


def kubernetes(mirrors: Path) -> Iterator[tuple[str, Score]]:
    """Every story is a list item that begins with a link, or a line that is one; a heading with a paragraph is one too."""
    score = Score()
    for _, content in Mirror(mirrors / "kubernetes-sigs+lwkd" / "repo").files(r"^_posts/.*\.md$"):
        body = re.sub(r"^---\n.*?\n---\n", "", content.decode(), count=1, flags=re.DOTALL)
        score.add(read_markdown, content.decode(), _stories(body, alone=True), items=_without_link(body))
    yield "Last Week in Kubernetes, Markdown (headings)", score


# Pasted pages: the truth is which lines were headings

# Name, repository, files, and how many of them: every n-th.
PASTED = {
    "Ember Times": ("ember-learn+ember-blog", r"^content/.*ember-times.*\.md$", 1),
    "Flux's monthly updates": ("fluxcd+website", r"^content/en/blog/.*update.*\.md$", 1),
    "Haiku's reports": ("haiku+website", r"^content/(blog|news)/.*(report|newsletter|monthly).*\.md$", 1),
    "Bitcoin Optech": ("bitcoinops+bitcoinops.github.io", r"_posts/en/newsletters/.*\.md$", 1),
    "Last Week in Kubernetes": ("kubernetes-sigs+lwkd", r"^_posts/.*\.md$", 1),
    "Rust's blog": ("rust-lang+blog.rust-lang.org", r"^content/.*\.md$", 1),
    "18F's blog": ("18F+18f.gsa.gov", r"^content/posts/.*\.md$", 1),
    "Rails weblog": ("rails+weblog", r"^_posts/.*\.(md|markdown)$", 1),
    "Digital.gov": ("GSA+digitalgov.gov", r"^content/news/.*\.md$", 3),
    "OpenTelemetry": ("open-telemetry+opentelemetry.io", r"^content/en/blog/.*\.md$", 1),
    "Tidyverse": ("tidyverse+tidyverse.org", r"^content/blog/.*\.md$", 1),
    "Carpentries": ("carpentries+carpentries.org", r"^content/posts/.*\.md$", 2),
    "rOpenSci": ("ropensci+roweb3", r"^content/blog/.*index\.md$", 1),
    "Let's Encrypt": ("letsencrypt+website", r"^content/en/post/.*\.md$", 1),
    "Servo": ("servo+servo.org", r"^_posts/.*\.md$", 1),
    "Kubernetes contributors": ("kubernetes+contributor-site", r"^content/en/blog/.*\.md$", 1),
    "Node.js": ("nodejs+nodejs.org", r"^apps/site/pages/en/blog/.*\.mdx?$", 3),
    "Perl Weekly, no addresses": ("szabgab+perlweekly", r"^src/\d+\.json$", 8),
    "Readability's pages": ("mozilla+readability", r"test-pages/.*/expected\.html$", 1),
}


@dataclass(frozen=True)
class Page:
    """What a page shows, paragraph by paragraph."""

    title: str
    paragraphs: Sequence[str]
    headlines: Gold  # headings with a paragraph of prose below
    labels: Gold  # other headings: above a list, a table, another heading
    items: frozenset[int] = frozenset()  # which paragraphs are items of a list or cells of a table

    def in_title_case(self) -> bool:
        """Tell whether most headlines are in title case."""
        return sum(title_case(g) >= 0.8 for g in self.headlines) >= 0.75 * len(self.headlines)


class Pastes:
    """The scores of one source's pages, in the shapes a copy has."""

    def __init__(self, source: str) -> None:
        kinds = ("all", "title-case headings")
        self._scores = {(shape, kind): Score() for kind in kinds for shape in SHAPES}
        self._source = source

    def add(self, page: Page) -> None:
        """Paste one page in each shape."""
        for (shape, kind), score in self._scores.items():
            if kind == "all" or page.in_title_case():
                score.add(read_text, SHAPES[shape](page), page.headlines, neutral=page.labels)

    def __iter__(self) -> Iterator[tuple[str, Score]]:
        for (shape, kind), score in self._scores.items():
            yield f"{self._source}, pasted, {shape}, {kind}", score


def _loose(page: Page) -> str:
    top = [page.title, "Main Content", page.title] if page.title else []
    return "\n\n".join([*top, *page.paragraphs])


def _tight(page: Page) -> str:
    return "\n".join(page.paragraphs)


def _copied(page: Page) -> str:
    """Lay a page out as a browser does: blank lines between paragraphs, none inside a list."""
    rows = [page.title, ""] if page.title else []
    for n, paragraph in enumerate(page.paragraphs):
        rows += [""] if n and not {n - 1, n} <= page.items else []
        rows.append(paragraph)
    return "\n".join(rows)


SHAPES: dict[str, Callable[[Page], str]] = {
    "blank lines everywhere, title twice": _loose,
    "no blank lines, no title": _tight,
    "blank lines but inside lists": _copied,
}


def pages_of(mirrors: Path, source: str) -> Iterator[Page]:
    """Yield a source's pages that have two headlines or more."""
    repository, pattern, every = PASTED[source]
    mirror = Mirror(mirrors / repository / "repo")
    for n, (name, content) in enumerate(mirror.files(pattern)):
        if n % every == 0 and len((page := _page_of(mirror, name, content)).headlines) >= 2:
            yield page


def _page_of(mirror: Mirror, name: str, content: bytes) -> Page:
    match Path(name).suffix:
        case ".json":
            return _perl_page(json.loads(content), re.sub(r"\D", "", Path(name).stem))
        case ".html":
            facts = json.loads(mirror.file(name.replace("expected.html", "expected-metadata.json")))
            return _page(facts.get("title") or "", content.decode())
        case _:
            return _page(*_rendered(content.decode()))


def pasted(mirrors: Path) -> Iterator[tuple[str, Score]]:
    """Paste each article in each shape."""
    for source in PASTED:
        pastes = Pastes(source)
        for page in pages_of(mirrors, source):
            pastes.add(page)
        yield from pastes


def ember(mirrors: Path) -> Iterator[tuple[str, Score]]:
    """Read a newsletter of headings and paragraphs as Markdown, as a saved page, as a mail in tables."""
    scores = {"Markdown": Score(), "saved page": Score(), "HTML mail": Score()}
    for _, content in Mirror(mirrors / "ember-learn+ember-blog" / "repo").files(
        r"^content/.*ember-times.*\.md$"
    ):
        text = content.decode()
        title, html = _rendered(text.replace("{{", "{ {"))  # what it writes about, no template's tags
        page = _page(title, html)
        facts = page.headlines
        scores["Markdown"].add(read_markdown, text, facts, neutral=page.labels)
        scores["saved page"].add(read_html, _as_saved_page(title, html), facts, neutral=page.labels)
        scores["HTML mail"].add(read_newsletter, _as_table_mail(title, html), facts, neutral=page.labels)
    yield from ((f"Ember Times, {form}", score) for form, score in scores.items())


def _rendered(text: str) -> tuple[str, str]:
    """Return a Markdown article's title and HTML, without its code, pictures and template tags."""
    from markdown_it import MarkdownIt

    title = re.search(r"^title\s*[:=] *(.*)$", text, re.MULTILINE)
    body = re.sub(r"\A\s*(---|\+\+\+)\s*\n.*?\n\1\s*\n", "", text, count=1, flags=re.DOTALL)
    body = re.sub(r"<!--.*?-->|\{[%{].*?[%}]\}|!\[[^\]]*\]\([^)]*\)", "", body, flags=re.DOTALL)
    html = str(MarkdownIt("commonmark").enable("table").render(body))
    return title[1].strip("\"' ") if title else "", re.sub(r"<pre>.*?</pre>", "", html, flags=re.DOTALL)


def _page(title: str, html: str) -> Page:
    """Return the paragraphs of a page, and its headings: with prose below before the next, or without."""
    from lxml import html as lxml_html

    paragraphs: list[str] = []
    headlines: list[str] = []
    labels: list[str] = []
    items: set[int] = set()
    pending = ""
    for element in lxml_html.fromstring(f"<div>{html}</div>").iter(*_TEXT):
        words = tidy(element.text_content())
        if not words or _counted_elsewhere(element):
            continue
        if element.tag[0] == "h" or _all_bold(element, words):
            labels += [pending] if pending else []
            pending = words
        else:
            if pending:
                (headlines if element.tag == "p" and len(words) > 40 else labels).append(pending)
                pending = ""
            if element.tag in {"li", "td"} or next(element.iterancestors("li"), None) is not None:
                items.add(len(paragraphs))
        paragraphs.append(words)
    return Page(title, paragraphs, headlines, [*labels, pending], frozenset(items))


_TEXT = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "pre", "blockquote", "figcaption", "td")


def _all_bold(element: Any, words: str) -> bool:
    bold = element.find("strong") if element.tag == "p" else None
    return bold is not None and tidy(bold.text_content()) == words and len(words) <= 120


def _counted_elsewhere(element: Any) -> bool:
    if element.tag in {"li", "blockquote"} and element.find(".//p") is not None:
        return True
    return any(
        a.tag in {"p", "pre", "li"} and a.find(".//p") is None
        for a in element.iterancestors("p", "pre", "li")
    )


def _as_saved_page(title: str, html: str) -> str:
    return f"""<!DOCTYPE html><html lang="en"><head><title>{escape(title)} | The Blog</title></head><body>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/about">About</a></li></ul></nav></header>
<main><article><h1>{escape(title)}</h1><div class="entry-content">{html}</div></article></main>
<aside class="related"><h3>Related Posts You May Like</h3><p><a href="/x">Something Else We Wrote Last Year</a></p></aside>
<footer><p>Copyright by the authors. <a href="/privacy">Privacy policy</a></p></footer></body></html>"""


def _as_table_mail(title: str, html: str) -> str:
    """Lay an article out as mail programs do: each section in a table of its own, headings bold and no heading."""
    sections = re.split(r"(?=<h[1-6]>)", re.sub(r"<hr />", "", html))
    rows = "".join(
        f"<tr><td><table><tr><td>{re.sub(_MAIL_HEADING, _MAIL_TITLE, section)}</td></tr></table></td></tr>"
        for section in sections
    )
    return f"""<html><head><title>{escape(title)}</title></head><body><table><tr><td><img src="https://example.com/l.png"
alt="Logo"></td></tr>{rows}<tr><td><p>You received this email because you subscribed.
<a href="https://example.com/u">Unsubscribe</a></p></td></tr></table></body></html>"""


_MAIL_HEADING = re.compile(r"<h[1-6]>(.*?)</h[1-6]>", re.DOTALL)
_MAIL_TITLE = r'<div style="font-size: 20px; font-weight: bold">\1</div>'


@dataclass(frozen=True)
class Weekly:
    """An archive of Markdown issues, and how its editors write a story."""

    repo: str
    files: str
    truth: Callable[[str], Gold]
    mail: bool = False  # measured as HTML mail in tables, too


def _links(text: str) -> Gold:
    return _stories(text, alone=True)


def _shortcut_links(text: str) -> Gold:
    """Return the stories where a link may be `[words]` alone, with its address elsewhere."""
    return _stories(
        re.sub(r"^( {0,3}[-*+] +)\[([^\]]{2,})\](?![\[(:])", r"\1[\2][]", text, flags=re.MULTILINE)
    )


def _linked_headings(text: str) -> Gold:
    """Return the headings that are links, whatever is below, and the stories of the other sections.

    A heading with a sentence about the headings below it is no story.
    """
    stories: Gold = []
    sections = re.split(r"^(?=#{1,5} )", text, flags=re.MULTILINE)
    for section, following in zip(sections, [*sections[1:], ""], strict=True):
        heading, _, below = section.partition("\n")
        if re.fullmatch(r"#+ +\[.*\]\([^)]*\)\s*", heading) and below.strip():
            stories.append(_markdown_words(heading.strip("# ")))
        elif _ITEM.search(below) or not following.startswith("#" + heading.split(" ")[0]):
            stories += _stories(section)
    return stories


# Their first rules were written down before our reading of any was looked at: see README.md for both figures.
WEEKLIES = {
    "R Weekly": Weekly("rweekly+rweekly.org", r"^_posts/.*\.md$", _links, mail=True),
    "NixOS Weekly": Weekly("NixOS+nixos-weekly", r"^content/.*\.md$", _stories),
    "IPFS Weekly": Weekly(
        "ipfs+weekly", r"^published/.*\.md$", lambda text: _stories(text, bold=True), mail=True
    ),
    "Swift Weekly": Weekly("SwiftWeekly+swiftweekly.github.io", r"^_posts/.*\.md$", _links),
    "This Week in Servo": Weekly("servo+servo.org", r"^_posts/.*twis.*\.md$", _links),
    "Embedded Rust": Weekly("rust-embedded+blog", r"^content/.*newsletter-\d+\.md$", _shortcut_links),
    "Rust OSDev": Weekly(
        "rust-osdev+homepage", r"^content/this-month/.*/index\.md$", _linked_headings, mail=True
    ),
}


def weeklies(mirrors: Path) -> Iterator[tuple[str, Score]]:
    """Read the archives that nobody had looked at while the first rules were made."""
    for name, weekly in WEEKLIES.items():
        scores = {"Markdown": Score()} | ({"HTML mail": Score()} if weekly.mail else {})
        for _, content in Mirror(mirrors / weekly.repo / "repo").files(weekly.files):
            text = content.decode()
            title, html = _rendered(text)
            shown = re.sub(_NOT_SHOWN, "", text, flags=re.DOTALL)
            labels, items = _neither_way(shown), _without_link(shown)
            gold = [words for words in weekly.truth(shown) if words not in labels]
            scores["Markdown"].add(read_markdown, text, gold, neutral=labels, items=items)
            if weekly.mail:
                mail = _as_table_mail(title, html)
                scores["HTML mail"].add(read_newsletter, mail, gold, neutral=labels, items=items)
        yield from ((f"{name}, {form}", score) for form, score in scores.items())


_NOT_SHOWN = r"\A(---|\+\+\+)\n.*?\n\1\n|```.*?```|<!--.*?-->|\{%.*?%\}|</?[a-zA-Z][^>]*>"


def _neither_way(text: str) -> list[str]:
    """Return what counts neither way: the issue's title, and the names in lists of people."""
    titles = re.findall(r"\A\s*#+ +(.*)", text)
    sections = re.split(r"^(?=#+ )", text, flags=re.MULTILINE)
    people = [s for s in sections if re.match(r"#+ .*\bContributors?\b", s, re.IGNORECASE)]
    return [
        _markdown_words(words)
        for words in titles + [i for section in people for i in _ITEM_LINK.findall(section)]
    ]


# Numbered weeklies in Chinese: the truth is what their editors number, or set in bold on a line of its own

_COUNTED = re.compile(
    r"^\*{0,2}(?:\d{1,3}[、.．]|[(（]\d{1,3}[)）]) *(?:\*\*)?(?:\[((?:[^\[\]]|\[[^\]]*\])+)\]\(|([^\[\]*\n]{2,60})\*{0,2}$)",
    re.MULTILINE,
)
_BOLD_LINE = re.compile(r"^\*\*([^*\n]+)\*\* *$", re.MULTILINE)


def _counted_items(text: str) -> Gold:
    """Return what is numbered, and the headings that have prose and nothing numbered below."""
    found: Gold = []
    for section in re.split(r"^(?=#{1,5} )", text, flags=re.MULTILINE):
        items = [link or words for link, words in _COUNTED.findall(section)]
        heading, _, rest = section.partition("\n")
        prose = re.search(r"^[^\s!<>#].{15,}", rest, re.MULTILINE) and not re.search(
            r"^\d+、\s*$", rest, re.MULTILINE
        )
        found += items or (_HEADING.findall(heading) if prose and not re.match(r"# ", heading) else [])
    return [_markdown_words(words) for words in found]


def _bold_lines(text: str) -> Gold:
    return [_markdown_words(words) for words in _BOLD_LINE.findall(text)]


NUMBERED = {
    "Ruanyf's weekly": Weekly("ruanyf+weekly", r"^docs/issue-\d+\.md$", _counted_items),
    "HelloGitHub": Weekly("521xueweihan+HelloGitHub", r"^content/HelloGitHub\d+\.md$", _counted_items),
    "Tw93's weekly": Weekly("tw93+weekly", r"^src/pages/posts/.*\.md$", _bold_lines),
}


def numbered(mirrors: Path) -> Iterator[tuple[str, Score]]:
    """Read numbered weeklies as Markdown, as saved pages and as a paste of what a page shows."""
    for name, weekly in NUMBERED.items():
        scores = {"Markdown": Score(), "saved page": Score(), "pasted": Score()}
        for n, (_, content) in enumerate(Mirror(mirrors / weekly.repo / "repo").files(weekly.files)):
            if n % 2:
                continue
            text = content.decode()
            gold = weekly.truth(re.sub(_NOT_SHOWN, "", text, flags=re.DOTALL))
            gold = [words for words in gold if words != "目录"]
            # What heads a section of what is numbered, and what is said of the weekly itself.
            neutral = [
                words for h in re.findall(r"^#+ .*", text, re.MULTILINE) for words in _HEADING.findall(h)
            ]
            title, html = _rendered(text)
            scores["Markdown"].add(read_markdown, text, gold, neutral=neutral)
            scores["saved page"].add(read_html, _as_saved_page(title, html), gold, neutral=neutral)
            scores["pasted"].add(read_text, _as_shown(html), gold, neutral=neutral)
        yield from ((f"{name}, {form}", score) for form, score in scores.items())


def _as_shown(html: str) -> str:
    from lxml import html as lxml_html

    blocks = re.split(r"(?=<(?:p|h\d|li|blockquote)\b)", re.sub(r"<br />\n?", "\n", html))
    # What language an article is in stands beside its headline, and is none of it.
    return "\n\n".join(
        re.sub("（[中英]文）$", "", text)
        for block in blocks
        if block.strip() and (text := lxml_html.fromstring(f"<div>{block}</div>").text_content().strip())
    )


def languages(_: Path) -> Iterator[tuple[str, Score]]:
    """Read roundups of our own in eight languages, in the forms of a mailbox; see `tests/importing/languages.py`."""
    kinds: dict[str, tuple[Callable[[Issue], Iterator[tuple[str, str]]], Callable[[str], Draft]]] = {
        "pasted": (pastes_of, read_text),
        "mail": (mailed, read_newsletter),
        "Markdown": (in_markdown, read_markdown),
    }
    for kind, (forms, read) in kinds.items():
        by_form: dict[str, Score] = {}
        by_language = {language: Score() for language in ISSUES}
        for language, issue in ISSUES.items():
            gold = [headline for headline, _ in issue.stories]
            for form, text in forms(issue):
                by_form.setdefault(form, Score()).add(read, text, gold)
                by_language[language].add(read, text, gold)
        yield from ((f"eight languages, {kind}, {name}", score) for name, score in by_form.items())
        yield from ((f"{kind}, {name}", score) for name, score in by_language.items())


def readability(mirrors: Path) -> Iterator[tuple[str, Score]]:
    """Read the saved pages themselves."""
    saved = Score()
    files = dict(Mirror(mirrors / "mozilla+readability" / "repo").files(r"test-pages/.*\.(html|json)$"))
    for name in (name for name in files if name.endswith("/expected.html")):
        facts = json.loads(files[name.replace("expected.html", "expected-metadata.json")])
        page = _page(facts.get("title") or "", files[name].decode())
        if len(page.headlines) >= 2:
            source = files[name.replace("expected.html", "source.html")].decode(errors="replace")
            saved.add(read_html, source, page.headlines, neutral=page.labels)
    yield "Readability's pages, saved HTML", saved


# What must not break


def damaged(_: Path) -> Iterator[tuple[str, str]]:
    """Cut, shuffle, double and spoil small documents of every kind, and count what is not a plain refusal."""
    dice = random.Random(5)
    seeds = [
        (Format.TEXT, _as_text(_SAMPLE, "1").encode()),
        (Format.MARKDOWN, _as_markdown(_SAMPLE, "1").encode()),
        (Format.HTML, _as_mail(_SAMPLE, "1").encode()),
        (Format.MAIL, b"From: a@b.c\r\nTo: d@e.f\r\nSubject: =?utf-8?q?x?=\r\nDate: Fri, 1 May 2020 10:00:00 +0800\r\n"
         b"Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
         + _as_mail(_SAMPLE, "1").encode() + b"\r\n--x--"),
        (Format.FEED, b'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><item><title>One</title><link>'
         b"https://example.com/</link><description>&lt;p&gt;x&lt;/p&gt;</description></item></channel></rss>"),
        (Format.FEED, json.dumps({"version": "https://jsonfeed.org/version/1", "title": "t", "items": [
            {"id": "1", "title": "One", "content_html": "<p>x</p>"}]}).encode()),
        (Format.CSV, b"title;link;summary\nShips sail;https://example.com/1;\"It rained.\"\nPorts open;https://example.com/2;x\n"),
        (Format.DOCX, _word()),
        *((Format.TEXT, next(pastes_of(issue))[1].encode()) for issue in ISSUES.values()),
        *((Format.MARKDOWN, text.encode()) for _, text in in_markdown(ISSUES["zh"])),
        *((Format.HTML, text.encode("gb18030")) for _, text in mailed(ISSUES["zh"])),
    ]  # fmt: skip
    crashes, refused, slowest, total = [], 0, 0.0, 5000
    for n in range(total):
        form, seed = seeds[n % len(seeds)]
        content = _spoilt(seed, dice)
        start = time.process_time()  # other people's work on the machine is not ours
        try:
            read_draft(content, "damaged", form=form if n % 3 else None)
        except RoundupError:
            refused += 1
        except Exception as e:
            crashes.append(f"{form}: {e!r}")
        slowest = max(slowest, time.process_time() - start)
    yield (
        "damaged inputs",
        f"{total} inputs, {len(crashes)} crashes, {refused} refused, slowest {slowest:.2f} s {crashes[:3]}",
    )


_SAMPLE: dict[str, Any] = {
    "subject": "Sample", "date": "2020-05-01", "header": ["Hello there, this is the week's list of articles."],
    "chapters": [{"title": "Articles", "entries": [
        {"title": f"Something Happened {n}", "url": f"https://example.com/{n}", "text": "It was a long story. " * 6}
        for n in range(8)]}],
}  # fmt: skip


def _word() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
        )
        archive.writestr("word/document.xml", "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/"
                         "2006/main'><w:body><w:p><w:r><w:t>Ships sail</w:t></w:r></w:p></w:body></w:document>")  # fmt: skip
    return made.getvalue()


def _spoilt(content: bytes, dice: random.Random) -> bytes:
    for _ in range(dice.randint(1, 6)):
        at, end = sorted(dice.randrange(len(content) + 1) for _ in "ab")
        match dice.randrange(7):
            case 0:
                content = content[:at] + content[end:]
            case 1:
                content = content[:at] + bytes(dice.randrange(256) for _ in range(20)) + content[at:]
            case 2:
                content = content[:end] + content[at:end] * dice.randint(1, 5) + content[end:]
            case 3:
                content = content[end:] + content[at:end] + content[:at]
            case 4:
                content = (
                    content.replace(b"\n", b"\r") if dice.random() < 0.5 else content.replace(b"\n", b"")
                )
            case 5:
                content = (
                    content[:at]
                    + dice.choice([b"<", b">", b"&", b"\0", b"\xff\xfe", b"]]>", b"<!--", b"```"])
                    + content[at:]
                )
            case 6:
                content = (
                    content.decode("utf-8", "replace").encode("utf-16") if dice.random() < 0.2 else content
                )
        content = content[:200_000]
    return content


def speed(_: Path) -> Iterator[tuple[str, str]]:
    """Read 200 kB of each kind of text."""
    for name, unit in (("roundup", "A Fine Headline Says It All\n\n" + "Prose goes on and on about it. " * 25 + "\n\n"),
                       ("words", "aB " * 300 + "\n"), ("one line", "word "), ("short lines", "Title Case Here\n"),
                       ("joined", "aB")):  # fmt: skip
        text = (unit * (200_000 // len(unit) + 1))[:200_000]
        start = time.perf_counter()
        read_text(text)
        yield f"200 kB of {name}", f"{time.perf_counter() - start:.2f} s"


def feeds(mirrors: Path) -> Iterator[tuple[str, str]]:
    """Read the test suites of two feed parsers; only crashes count, since their truth is about those parsers."""
    read = refused = crashed = 0
    slowest, bad = 0.0, []
    for repo in ("kurtmckee+feedparser", "mmcdole+gofeed"):
        for name, content in Mirror(mirrors / repo / "repo").files(r"test.*\.(xml|json)$"):
            start = time.perf_counter()
            try:
                draft = read_feed(content)
                read += 1
                bad += [
                    f"{name}: {line.url}"
                    for line in draft.lines
                    if line.url and not line.url.lower().startswith("http")
                ]
            except RoundupError:
                refused += 1
            except Exception as e:
                crashed += 1
                bad.append(f"{name}: {e!r}")
            slowest = max(slowest, time.perf_counter() - start)
    yield (
        "feed suites",
        f"{read} read, {refused} refused, {crashed} crashes, slowest {slowest:.2f} s {bad[:5]}",
    )


MEASURES: dict[str, Callable[[Path], Iterator[tuple[str, Any]]]] = {
    "perlweekly": perlweekly,
    "haskellweekly": haskellweekly,
    "bitcoinops": bitcoinops,
    "rust": rust,
    "kubernetes": kubernetes,
    "ember": ember,
    "pasted": pasted,
    "weeklies": weeklies,
    "numbered": numbered,
    "mails": mails,
    "text mails": text_mails,
    "later mails": later_mails,
    "languages": languages,
    "readability": readability,
    "feeds": feeds,
    "damaged": damaged,
    "speed": speed,
}


def main() -> None:
    """Print a line for each measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("mirrors", type=Path)
    parser.add_argument("names", nargs="*", choices=[*MEASURES, []], help="default: all")
    parser.add_argument("--show", type=int, default=0, help="examples of mistakes")
    arguments = parser.parse_args()
    for name in arguments.names or MEASURES:
        for what, score in MEASURES[name](arguments.mirrors):
            print(f"{what}: {score}", flush=True)
            if arguments.show and isinstance(score, Score):
                dice = random.Random(1)
                for label, examples in (("made up", score.wrong), ("missed", score.missed)):
                    for example in dice.sample(examples, min(arguments.show, len(examples))):
                        print(f"    {label}: {example[:110]}")


if __name__ == "__main__":
    main()
