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


def issue_of(*between: Sequence[Part], above: Sequence[Part] = (), below: Sequence[Part] = ()) -> list[Part]:
    """Lay out the stories under headings, with the same parts between each and its text."""
    issue = ISSUES["en"]
    told = [
        part
        for h, b in issue.stories
        for part in (head(h), *(part for parts in between for part in parts), p(b))
    ]
    return [p(issue.title, kind="h1"), *above, *told, *below]


HEADLINES = [h for h, _ in ISSUES["en"].stories]
EDITORIALS = "Editor's note|Vorwort|Édito|Carta del editor|Nota da redação|Editoriale|编者按|はじめに"
ABOUTS = "About this newsletter|Impressum|À propos de nous|Quiénes somos|Chi siamo|关于我们|編集部について"


def roles(draft: Draft) -> dict[str, tuple[Role, str]]:
    return {line.text.removeprefix("* "): (line.role, line.reason) for line in draft.lines}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("heading", EDITORIALS.split("|"))
def test_an_editors_word_is_the_intro(heading: str, reader: str) -> None:
    intro = ISSUES["en"].intro

    draft = read(issue_of(above=[head(heading), p(intro)]), reader)

    assert [h for h, *_ in stories(draft)] == HEADLINES
    assert roles(draft)[heading] == (Role.DROPPED, cues.INTRO_HEADING)
    assert roles(draft)[intro] == (Role.INTRO, "")


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("heading", ABOUTS.split("|"))
def test_what_a_roundup_says_of_itself_is_no_story(heading: str, reader: str) -> None:
    said = "We write about ships and trains, and have done so for nine years now, with little but our hands."

    draft = read(issue_of(above=[p(ISSUES["en"].intro)], below=[head(heading), p(said)]), reader)

    assert [h for h, *_ in stories(draft)] == HEADLINES
    assert roles(draft)[said] == (Role.DROPPED, cues.ITSELF)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("heading", ["In this issue:", "In dieser Ausgabe", "Au sommaire", "本期目录"])
def test_contents_above_the_stories_are_dropped(heading: str, reader: str) -> None:
    listed = [p(heading), *(item(h) for h in HEADLINES)]

    draft = read(issue_of(above=[p(ISSUES["en"].intro), *listed]), reader)

    assert [h for h, *_ in stories(draft)] == HEADLINES
    reasons = [line.text.removeprefix("* ") for line in draft.lines if line.reason == "list of contents"]
    assert reasons == [heading, *HEADLINES]


@pytest.mark.parametrize("reader", READERS)
def test_sections_of_items_are_no_stories(reader: str) -> None:
    issue = ISSUES["en"]
    items = [item(linked(n, h), f" – {b}") for n, (h, b) in enumerate(issue.stories)]
    parts = [p(issue.title, kind="h1"), p(issue.intro), head("Ships"), *items[:2], head("Trains"), *items[2:]]

    draft = read(parts, reader)

    assert stories(draft) == wanted(issue, "items", reader)
    assert roles(draft)["Trains"][0] is Role.DROPPED


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "credit", ["Photo: Ann Example", "Foto: Anna Beispiel", "图片来源：示例", "写真：例"]
)
def test_who_took_a_picture_is_no_text(credit: str, reader: str) -> None:
    draft = read(issue_of([p(credit)], above=[p(ISSUES["en"].intro)]), reader)

    assert [(h, b) for h, b, _ in stories(draft)] == [(h, (b,)) for h, b in ISSUES["en"].stories]
    assert roles(draft)[credit][0] is Role.CAPTION


@pytest.mark.parametrize("reader", set(READERS) - PLAIN)
def test_struck_out_words_are_dropped(reader: str) -> None:
    issue = ISSUES["en"]
    told = [part for h, b in issue.stories for part in (head(h), p(f"{b} ", Run("Ten sank.", strike=True)))]

    draft = read([p(issue.title, kind="h1"), p(issue.intro), *told], reader)

    assert [(h, b) for h, b, _ in stories(draft)] == [(h, (b,)) for h, b in issue.stories]
    assert roles(draft)["Ten sank."] == (Role.DROPPED, "struck out")


@pytest.mark.parametrize("reader", set(READERS) - {"page"})
@pytest.mark.parametrize(
    "line", ["Sponsored by Example Lines", "Präsentiert von Beispiel", "本期由示例公司赞助"]
)
def test_a_sponsors_story_is_dropped(line: str, reader: str) -> None:
    """In an article's page such a line is an empty place."""
    parts = [
        part
        for n, (h, b) in enumerate(ISSUES["en"].stories)
        for part in ([p(line)] if n == 1 else []) + KINDS["linked headings"](n, h, b)
    ]

    draft = read([p(ISSUES["en"].title, kind="h1"), p(ISSUES["en"].intro), *parts], reader)

    assert [h for h, *_ in stories(draft)] == [HEADLINES[0], *HEADLINES[2:]]


COVERS = (
    ("---------- Forwarded message ---------", "From", "Date", "Subject", "To"),
    ("-------- Weitergeleitete Nachricht --------", "Von", "Datum", "Betreff", "An"),
    ("---------- Message transféré ---------", "De", "Date", "Objet", "À"),
    ("---------- Mensaje reenviado ---------", "De", "Fecha", "Asunto", "Para"),
    ("---------- Mensagem encaminhada ---------", "De", "Data", "Assunto", "Para"),
    ("---------- Messaggio inoltrato ---------", "Da", "Data", "Oggetto", "A"),
    ("---------- 转发邮件 ---------", "发件人", "日期", "主题", "收件人"),
    ("---------- 転送メッセージ ---------", "差出人", "日時", "件名", "宛先"),
)


@pytest.mark.parametrize("reader", ["mail, text", "mail, HTML"])
@pytest.mark.parametrize(("cover", "language"), list(zip(COVERS, ISSUES, strict=False)))
def test_a_forwarded_newsletter_is_read_in_every_language(
    cover: Sequence[str], language: str, reader: str
) -> None:
    marker, *names = cover
    said = ["Ann <ann@example.com>", "2026-11-27", "Harbour Weekly 7", "Ben <ben@example.com>"]
    headers = [p(f"{name}: {value}") for name, value in zip(names, said, strict=True)]
    issue = ISSUES[language]

    draft = read([p("Have a look at this!"), p(marker), *headers, *told(issue, "linked headings")], reader)

    assert stories(draft) == wanted(issue, "linked headings", reader)
    assert roles(draft)["Have a look at this!"][0] is Role.DROPPED


@pytest.mark.parametrize("reader", set(READERS) - PLAIN - {"docx"})
@pytest.mark.parametrize("language", ISSUES)
def test_relative_addresses_stand_against_what_the_source_says(language: str, reader: str) -> None:
    """What leads nowhere takes no other link instead."""
    issue = ISSUES[language]
    parts = [part for n, (h, b) in enumerate(issue.stories) for part in (head(Run(h, f"/news/{n}")), p(b))]
    content, name = READERS[reader]([p(issue.title, kind="h1"), p(issue.intro), *parts])
    based = {
        "Markdown": b"---\nurl: https://example.com/weekly/7\n---\n\n" + content,
        "page": content.replace(b"<html>", b"<html><head><base href='https://example.com/weekly/7'></head>"),
        "mail, HTML": b"Content-Base: https://example.com/weekly/7\n" + content,
    }[reader]

    draft = read_draft(based, name)

    assert stories(draft) == [
        (h, (b,), f"https://example.com/news/{n}") for n, (h, b) in enumerate(issue.stories)
    ]
    assert [url for _, _, url in stories(read_draft(content, name))] == [""] * len(issue.stories)
