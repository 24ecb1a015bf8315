"""What one reader knows every reader knows: each kind of roundup, in each form that it may come in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

import pytest

from bot.core.digest import Image
from bot.importing import cues
from bot.importing.draft import Draft, Role, digest_of
from bot.importing.reading import read_draft
from tests.importing.languages import ISSUES, Issue
from tests.importing.test_cues import CASES
from tests.importing.test_kinds import stories, word
from tests.importing.test_text_parts import address

pytestmark = pytest.mark.again

# What is found: headline, text, address.
Found = list[tuple[str, tuple[str, ...], str]]


@dataclass(frozen=True)
class Run:
    """Words, in bold or struck out, and where they lead."""

    text: str
    url: str = ""
    bold: bool = False
    strike: bool = False
    italic: bool = False


@dataclass(frozen=True)
class Part:
    """A paragraph, an item, a heading, a line across the page, a table with a run for each row, a picture."""

    runs: Sequence[Run] = ()
    kind: str = "p"  # li, h1, h2, hr, table, img

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


def table(*rows: str) -> Part:
    return p(*rows, kind="table")


def cells(part: Part) -> list[list[str]]:
    return [run.text.split(" | ") for run in part.runs]


def picture(alt: str, url: str) -> Part:
    return p(Run(alt, url), kind="img")


# The readers


def pasted(parts: Iterable[Part]) -> tuple[bytes, str]:
    """What is copied keeps no address behind words."""
    return "\n\n".join(_plain(part, "{0}") for part in parts).encode(), "-"


def mail_text(parts: Iterable[Part]) -> tuple[bytes, str]:
    text = "\n\n".join(_plain(part, "{0} ({1})") for part in parts)
    return _mail("text/plain", text), "week.eml"


def _plain(part: Part, link: str) -> str:
    if part.kind == "table":
        return "\n".join("\t".join(row) for row in cells(part))
    said = "".join(
        link.format(run.text, run.url) if run.url and run.url != run.text else run.text for run in part.runs
    )
    return {"hr": "---", "li": f"* {said}"}.get(part.kind, said)


def _mail(kind: str, text: str) -> bytes:
    headers = "From: a@example.com\nTo: b@example.com\nSubject: Harbour Weekly\n"
    return f"{headers}Content-Type: {kind}; charset=utf-8\n\n{text}\n".encode()


def markdown(parts: Iterable[Part]) -> tuple[bytes, str]:
    marks = {"li": "- ", "h1": "# ", "h2": "## "}
    whole: Mapping[str, Callable[[Part], str]] = {
        "hr": lambda _: "---",
        "table": _ruled,
        "img": lambda part: f"!{_marked(part.runs)}",
    }
    rows = [
        whole[part.kind](part) if part.kind in whole else marks.get(part.kind, "") + _marked(part.runs)
        for part in parts
    ]
    return "\n\n".join(rows).encode(), "week.md"


def _ruled(part: Part) -> str:
    first, *others = (" | ".join(row) for row in cells(part))
    return "\n".join(f"| {row} |" for row in (first, " | ".join(["---"] * len(cells(part)[0])), *others))


def _marked(runs: Iterable[Run]) -> str:
    said = ""
    for run in runs:
        text = f"[{run.text}]({run.url})" if run.url and run.url != run.text else run.text
        for mark, on in (("**", run.bold), ("~~", run.strike), ("*", run.italic)):
            text = f"{mark}{text}{mark}" if on else text
        said += text
    return said


def _html(part: Part) -> str:
    if part.kind == "table":
        rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in cells(part))
        return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    if part.kind == "img":
        return f'<p><img src="{escape(part.runs[0].url)}" alt="{escape(part.text)}"></p>'
    said = ""
    for run in part.runs:
        text = escape(run.text)
        for tag, on in (("b", run.bold), ("s", run.strike), ("i", run.italic)):
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
    drawn = f'<Relationship Id="drawn" Type="{kind.replace("hyperlink", "image")}" Target="media/1.png"/>'
    rels = f'<Relationships xmlns="{package}">{links}{drawn}</Relationships>'
    return word(body, **{"word/_rels/document.xml.rels": rels, "word/numbering.xml": NUMBERING}), "week.docx"


NUMBERING = (
    "<w:numbering xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
    "<w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:numFmt w:val='bullet'/></w:lvl></w:abstractNum>"
    "<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num></w:numbering>"
)


DRAWING = (
    "<w:p><w:r><w:drawing><wp:inline "
    "xmlns:wp='http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing'>"
    "<wp:docPr id='1' name='Picture 1' descr='{}'/>"
    "<a:graphic xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'><a:graphicData>"
    "<pic:pic xmlns:pic='http://schemas.openxmlformats.org/drawingml/2006/picture'>"
    "<pic:blipFill><a:blip r:embed='drawn'/></pic:blipFill></pic:pic>"
    "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
)


def _word(part: Part, urls: list[str]) -> str:
    if part.kind == "img":
        return DRAWING.format(escape(part.text))
    if part.kind == "table":
        rows = (
            "".join(f"<w:tc><w:p><w:r><w:t>{escape(cell)}</w:t></w:r></w:p></w:tc>" for cell in row)
            for row in cells(part)
        )
        return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"
    style = {"h1": "Heading1", "h2": "Heading2", "li": "ListParagraph"}.get(part.kind, "")
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>' if part.kind == "li" else ""
    looks = f'<w:pPr><w:pStyle w:val="{style}"/>{listed}</w:pPr>' if style else ""
    said = ""
    for run in [Run("---")] if part.kind == "hr" else part.runs:
        marks = "<w:b/>" * run.bold + "<w:strike/>" * run.strike + "<w:i/>" * run.italic
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


@pytest.mark.parametrize("reader", ["Markdown", "mail, HTML", "docx"])
@pytest.mark.parametrize("kind", ["address behind", "address pointed at", "address behind a colon"])
@pytest.mark.parametrize("language", ISSUES)
def test_what_stands_beside_a_list_is_told_in_its_own_way(language: str, kind: str, reader: str) -> None:
    """A list of stories does not make everything else in its section part of none."""
    issue = ISSUES[language]
    told = [KINDS["items" if n < 2 else kind](n, h, b) for n, (h, b) in enumerate(issue.stories)]

    draft = read(
        [p(issue.title, kind="h1"), p(issue.intro), *(part for parts in told for part in parts)], reader
    )

    assert stories(draft) == wanted(issue, kind, reader)


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


FIGURES = {
    "en": ("Year | Passengers", "2025 | 410,000", "2026 | 500,000"),
    "de": ("Jahr | Fahrgäste", "2025 | 410.000", "2026 | 500.000"),
    "fr": ("Année | Passagers", "2025 | 410 000", "2026 | 500 000"),
    "es": ("Año | Pasajeros", "2025 | 410.000", "2026 | 500.000"),
    "pt": ("Ano | Passageiros", "2025 | 410.000", "2026 | 500.000"),
    "it": ("Anno | Passeggeri", "2025 | 410.000", "2026 | 500.000"),
    "zh": ("年份 | 旅客", "2025年 | 四十一万", "2026年 | 五十万"),
    "ja": ("年 | 乗客", "2025年 | 四十一万人", "2026年 | 五十万人"),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("language", ISSUES)
def test_a_table_is_lines_of_its_story(language: str, reader: str) -> None:
    """A cell, or a row of them, is one; none is a headline, and nothing of it is lost."""
    issue = ISSUES[language]
    parts = [
        part
        for n, (h, b) in enumerate(issue.stories)
        for part in (*KINDS["linked headings"](n, h, b), *([table(*FIGURES[language])] if n == 1 else []))
    ]

    draft = read([p(issue.title, kind="h1"), p(issue.intro), *parts], reader)

    found = stories(draft)
    assert [h for h, *_ in found] == [h for h, _ in issue.stories]
    assert found[1][1][0] == issue.stories[1][1]
    told = " ".join(found[1][1][1:]).replace("|", " ").split()
    assert told == " ".join(FIGURES[language]).replace("|", " ").split()


CAPTIONS = {
    "en": ("A ferry leaves the pier", "The first ferry on Monday morning."),
    "de": ("Eine Fähre legt ab", "Die erste Fähre am Montagmorgen."),
    "fr": ("Un ferry quitte le quai", "Le premier ferry lundi matin."),
    "es": ("Un ferri deja el muelle", "El primer ferri el lunes por la mañana."),
    "pt": ("Uma balsa deixa o cais", "A primeira balsa na manhã de segunda."),
    "it": ("Un traghetto lascia il molo", "Il primo traghetto lunedì mattina."),
    "zh": ("渡轮离开码头", "周一早上的第一班渡轮。"),
    "ja": ("桟橋を離れるフェリー", "月曜の朝、最初のフェリー。"),
}


@pytest.mark.parametrize("above", [True, False])
@pytest.mark.parametrize("reader", ["Markdown", "page", "mail, HTML"])
@pytest.mark.parametrize("language", ISSUES)
def test_a_picture_has_its_description_and_its_caption(language: str, reader: str, above: bool) -> None:
    """Whether it stands above its story's text or below it."""
    issue = ISSUES[language]
    alt, caption = CAPTIONS[language]
    shown = [picture(alt, "https://example.com/p.jpg"), p(Run(caption, italic=True))]
    parts = []
    for n, (h, b) in enumerate(issue.stories):
        heading, text = KINDS["linked headings"](n, h, b)
        parts += [heading, *shown, text] if above and n == 1 else [heading, text, *(shown if n == 1 else [])]

    draft = read([p(issue.title, kind="h1"), p(issue.intro), *parts], reader)

    assert stories(draft) == wanted(issue, "linked headings", reader)
    image = digest_of(draft, day=date(2026, 11, 27), slug_id="x", registry={}).stories[1].image
    assert image == Image(alt=alt, caption=caption, url="https://example.com/p.jpg")


@pytest.mark.parametrize("described", [True, False])
@pytest.mark.parametrize("language", ISSUES)
def test_a_picture_in_a_word_document_is_listed_with_its_words(language: str, described: bool) -> None:
    """It has no address on the web; what is written below it is no text without it."""
    issue = ISSUES[language]
    alt, caption = CAPTIONS[language] if described else ("", CAPTIONS[language][1])
    shown = [picture(alt, ""), p(Run(caption, italic=True))]
    parts = [part for n, each in enumerate(issue.stories) for part in KINDS["linked headings"](n, *each)]

    draft = read([p(issue.title, kind="h1"), p(issue.intro), *parts[:4], *shown, *parts[4:]], "docx")

    assert stories(draft) == wanted(issue, "linked headings", "docx")
    assert roles(draft)[alt or "picture"][0] is Role.DROPPED
    assert roles(draft)[caption][0] is Role.DROPPED


HIDDEN = [
    'style="display:none"',
    'style="display: none !important; mso-hide: all"',
    'style="visibility:hidden"',
    'style="font-size:0;line-height:0"',
    'style="max-height:0;overflow:hidden"',
    'style="opacity:0;height:0"',
    'class="preheader"',
    "hidden",
]


@pytest.mark.parametrize("reader", ["page", "mail, HTML"])
@pytest.mark.parametrize("how", HIDDEN)
@pytest.mark.parametrize("language", ISSUES)
def test_a_hidden_preheader_is_dropped_with_the_reason(language: str, how: str, reader: str) -> None:
    issue = ISSUES[language]
    content, name = READERS[reader](told(issue, "linked headings"))
    teaser = f"{issue.stories[2][0]} …"
    top = f"<style>.preheader{{display:none}}</style></head><body><div {how}>{teaser}</div>".encode()

    draft = read_draft(content.replace(b"<html><body>", b"<html><head>" + top), name)

    assert stories(draft) == wanted(issue, "linked headings", reader)
    assert roles(draft)[teaser][0] is Role.DROPPED
