"""What one reader knows every reader knows: each kind of roundup, in each form that it may come in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import pytest

from bot.importing import cues
from bot.importing.draft import Draft, Role
from bot.importing.reading import read_draft
from tests.importing.languages import ISSUES, Issue
from tests.importing.test_cues import CASES
from tests.importing.test_kinds import stories, word
from tests.importing.test_text_parts import address

# What is found: headline, text, address.
Found = list[tuple[str, tuple[str, ...], str]]


@dataclass(frozen=True)
class Run:
    """Words, in bold or struck out, and where they lead."""

    text: str
    url: str = ""
    bold: bool = False
    strike: bool = False


@dataclass(frozen=True)
class Part:
    """A paragraph, an item, a heading, a line across the page."""

    runs: Sequence[Run] = ()
    kind: str = "p"  # li, h1, h2, hr

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


def p(*said: str | Run, kind: str = "p") -> Part:
    return Part([Run(each) if isinstance(each, str) else each for each in said], kind)


def item(*said: str | Run) -> Part:
    return p(*said, kind="li")


def head(*said: str | Run) -> Part:
    return p(*said, kind="h2")


RULER = Part(kind="hr")


# The readers


def pasted(parts: Iterable[Part]) -> tuple[bytes, str]:
    """What is copied keeps no address behind words."""
    return "\n\n".join(_plain(part, "{0}") for part in parts).encode(), "-"


def mail_text(parts: Iterable[Part]) -> tuple[bytes, str]:
    text = "\n\n".join(_plain(part, "{0} ({1})") for part in parts)
    return _mail("text/plain", text), "week.eml"


def _plain(part: Part, link: str) -> str:
    said = "".join(
        link.format(run.text, run.url) if run.url and run.url != run.text else run.text for run in part.runs
    )
    return {"hr": "---", "li": f"* {said}"}.get(part.kind, said)


def _mail(kind: str, text: str) -> bytes:
    headers = "From: a@example.com\nTo: b@example.com\nSubject: Harbour Weekly\n"
    return f"{headers}Content-Type: {kind}; charset=utf-8\n\n{text}\n".encode()


def markdown(parts: Iterable[Part]) -> tuple[bytes, str]:
    marks = {"li": "- ", "h1": "# ", "h2": "## "}
    rows = ["---" if part.kind == "hr" else marks.get(part.kind, "") + _marked(part.runs) for part in parts]
    return "\n\n".join(rows).encode(), "week.md"


def _marked(runs: Iterable[Run]) -> str:
    said = ""
    for run in runs:
        text = f"[{run.text}]({run.url})" if run.url and run.url != run.text else run.text
        for mark, on in (("**", run.bold), ("~~", run.strike)):
            text = f"{mark}{text}{mark}" if on else text
        said += text
    return said


def _html(part: Part) -> str:
    said = ""
    for run in part.runs:
        text = escape(run.text)
        for tag, on in (("b", run.bold), ("s", run.strike)):
            text = f"<{tag}>{text}</{tag}>" if on else text
        said += f'<a href="{escape(run.url)}">{text}</a>' if run.url else text
    return {"hr": "<hr>", "li": f"<ul><li>{said}</li></ul>"}.get(
        part.kind, f"<{part.kind}>{said}</{part.kind}>"
    )


def page(parts: Iterable[Part]) -> tuple[bytes, str]:
    article = "".join(map(_html, parts))
    return f"<!doctype html><html><body><article>{article}</article></body></html>".encode(), "week.html"


def mail_html(parts: Iterable[Part]) -> tuple[bytes, str]:
    rows = "".join(f"<tr><td>{_html(part)}</td></tr>" for part in parts)
    return _mail("text/html", f"<html><body><table>{rows}</table></body></html>"), "week.eml"


def docx(parts: Iterable[Part]) -> tuple[bytes, str]:
    urls: list[str] = []
    body = "".join(_word(part, urls) for part in parts)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    links = "".join(
        f'<Relationship Id="r{n}" Type="{kind}" Target="{escape(url)}" TargetMode="External"/>'
        for n, url in enumerate(urls)
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    rels = f'<Relationships xmlns="{package}">{links}</Relationships>'
    return word(body, **{"word/_rels/document.xml.rels": rels, "word/numbering.xml": NUMBERING}), "week.docx"


NUMBERING = (
    "<w:numbering xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
    "<w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:numFmt w:val='bullet'/></w:lvl></w:abstractNum>"
    "<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num></w:numbering>"
)


def _word(part: Part, urls: list[str]) -> str:
    style = {"h1": "Heading1", "h2": "Heading2", "li": "ListParagraph"}.get(part.kind, "")
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>' if part.kind == "li" else ""
    looks = f'<w:pPr><w:pStyle w:val="{style}"/>{listed}</w:pPr>' if style else ""
    said = ""
    for run in [Run("---")] if part.kind == "hr" else part.runs:
        marks = "<w:b/>" * run.bold + "<w:strike/>" * run.strike
        text = f'<w:r><w:rPr>{marks}</w:rPr><w:t xml:space="preserve">{escape(run.text)}</w:t></w:r>'
        if run.url:
            said += f'<w:hyperlink r:id="r{len(urls)}">{text}</w:hyperlink>'
            urls.append(run.url)
        else:
            said += text
    return f"<w:p>{looks}{said}</w:p>"


READERS: Mapping[str, Callable[[Iterable[Part]], tuple[bytes, str]]] = {
    "pasted": pasted,
    "Markdown": markdown,
    "page": page,
    "mail, text": mail_text,
    "mail, HTML": mail_html,
    "docx": docx,
}
PLAIN = {"pasted", "mail, text"}


# The kinds


def linked(n: int, h: str) -> Run:
    return Run(h, address(n))


def bare(n: int) -> Run:
    return Run(address(n), address(n))


def counted(mark: str) -> Callable[[int, str, str], list[Part]]:
    return lambda n, h, b: [p(mark.format(n + 1), linked(n, h)), p(b)]


def stop(h: str) -> str:
    """Return what ends a headline that its text goes on from; a question has its own."""
    return "" if h[-1] in "?？" else "." if h.isascii() or max(h) < "\u2e80" else "。"


KINDS: Mapping[str, Callable[[int, str, str], list[Part]]] = {
    "1、": counted("{}、"),
    "（1）": counted("（{}）"),
    "(1)": counted("({}) "),
    "1.": counted("{}. "),
    "#1": counted("#{} "),
    "headings": lambda n, h, b: [head(h), p(b), p(bare(n))],
    "linked headings": lambda n, h, b: [head(linked(n, h)), p(b)],
    "bold lines": lambda n, h, b: [p(Run(h, bold=True)), p(b), p(bare(n))],
    "bold links": lambda n, h, b: [p(Run(h, address(n), bold=True)), p(b)],
    "bold items": lambda n, h, b: [item(Run(h, bold=True)), p(b), p(bare(n))],
    "run-in": lambda n, h, b: [p(Run(h + stop(h), bold=True), f" {b}"), p(bare(n))],
    "ruled": lambda n, h, b: [p(h), p(b), p(bare(n)), RULER],
    "link items": lambda n, h, b: [item(linked(n, h)), p(b)],
    "items": lambda n, h, b: [item(linked(n, h), f" – {b}")],
    "typed items": lambda n, h, b: [p(f"• {h} ", bare(n))],
    "typed arrows": lambda n, h, b: [p(f"➤ {h}"), p(b), p(bare(n))],
    "Read more": lambda n, h, b: [head(h), p(b), p("Read more: ", bare(n))],
    "Source": lambda n, h, b: [head(h), p(b), p("Source: ", bare(n))],
    "one line": lambda n, h, b: [p(f"{h} – {b} ", bare(n))],
    "in brackets": lambda n, h, b: [p(f"【{h}】{b} ", bare(n))],
    "address below the text": lambda n, h, b: [p(h), p(b), p(bare(n))],
    "address above the text": lambda n, h, b: [p(h), p(bare(n)), p(b)],
    "address behind": lambda n, h, b: [p(f"{h} (", bare(n), ")"), p(b)],
    "address pointed at": lambda n, h, b: [p(f"{h} <", bare(n), ">"), p(b)],
    "address behind a colon": lambda n, h, b: [p(f"{h}: ", bare(n)), p(b)],
}
ALONE = {"typed items"}


def told(issue: Issue, kind: str) -> list[Part]:
    parts = [part for n, (h, b) in enumerate(issue.stories) for part in KINDS[kind](n, h, b)]
    above = [p(line) for line in issue.above]
    below = [p(line) for line in issue.below]
    return [*above, p(issue.title, kind="h1"), p(issue.date), p(issue.intro), *parts, *below]


def read(parts: Iterable[Part], reader: str) -> Draft:
    content, name = READERS[reader](parts)
    return read_draft(content, name)


def wanted(issue: Issue, kind: str, reader: str) -> Found:
    alone = any(run.url == run.text for part in KINDS[kind](0, "h", "b") for run in part.runs if run.url)
    kept = alone or reader != "pasted"
    return [
        (h, () if kind in ALONE else (b,), address(n) if kept else "")
        for n, (h, b) in enumerate(issue.stories)
    ]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ISSUES)
def test_a_kind_is_read_in_every_form(language: str, kind: str, reader: str) -> None:
    issue = ISSUES[language]

    draft = read(told(issue, kind), reader)

    assert stories(draft) == wanted(issue, kind, reader)
    assert issue.title in {draft.headline(), *(line.text for line in draft.lines)}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(("reason", "lines"), CASES)
def test_furniture_is_dropped_in_every_form(reason: str, lines: str, reader: str) -> None:
    """Between two stories, and what stands beside it stays."""
    issue = ISSUES["en"]
    # A sponsor's words take the story below, and a rule is no line but in a text.
    for line in lines.split("|") if reason not in {cues.RULER, cues.SPONSOR, cues.PAID_FOR} else ():
        first, *others = issue.stories
        parts = [
            p(issue.title, kind="h1"),
            p(issue.intro),
            *KINDS["linked headings"](0, *first),
            p(line),
            *(part for n, (h, b) in enumerate(others, start=1) for part in KINDS["linked headings"](n, h, b)),
        ]

        draft = read(parts, reader)

        assert stories(draft) == wanted(issue, "linked headings", reader), line
        assert {each.text for each in draft.lines if each.role is Role.DROPPED} >= {line}
