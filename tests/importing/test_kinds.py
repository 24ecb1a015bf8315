# ruff: noqa: E501 - sources and tables of cases are as wide as they are
"""The roundups people really have: each kind is read, and nothing of it leaves no trace."""

from __future__ import annotations

import io
import random
import zipfile
from contextlib import suppress
from datetime import date
from itertools import islice

import pytest

from bot.core.digest import Digest
from bot.core.errors import RoundupError
from bot.importing.draft import Draft, Role, digest_of, relative_links
from bot.importing.one_line import split_cells
from bot.importing.reading import Format, Wish, read_draft
from bot.importing.report import report
from bot.importing.rows import rows_of
from tests.importing.languages import ISSUES, in_markdown, mailed, pasted

BODY = "It was a long week in the harbour, and the first ships came in on Monday morning at last."


def read(text: str | bytes, name: str = "x", form: Format | None = None) -> Draft:
    return read_draft(text if isinstance(text, bytes) else text.encode(), name, wish=Wish(form=form))


def digest(draft: Draft) -> Digest:
    return digest_of(draft, day=draft.date or date(2026, 11, 27), slug_id="x", registry={})


def stories(draft: Draft) -> list[tuple[str, tuple[str, ...], str]]:
    return [(story.headline, story.body.paragraphs, story.url) for story in digest(draft).stories]


def dropped(draft: Draft) -> dict[str, str]:
    return {line.text: line.reason for line in draft.lines if line.role is Role.DROPPED}


@pytest.mark.parametrize("language", ISSUES)
def test_a_roundup_is_read_in_every_language_and_form(language: str) -> None:
    issue = ISSUES[language]
    wanted = [headline for headline, _ in issue.stories]
    kinds = [(pasted, Format.TEXT), (mailed, Format.MAIL), (in_markdown, Format.MARKDOWN)]
    found = {
        (form.value, name): [story.headline for story in digest(read(text, form=form)).stories]
        for make, form in kinds
        for name, text in islice(make(issue), 9)
    }

    assert {kind: said for kind, said in found.items() if said != wanted} == {}


@pytest.mark.parametrize(
    "mark",
    ["{}、", "（{}）", "({}) ", "{}. ", "{}）", "#{} "],
    ids=["comma", "wide", "brackets", "dot", "half", "hash"],
)
def test_what_is_numbered_is_a_story_with_the_text_below_it(mark: str) -> None:
    text = "# Weekly\n\n## Tools\n\n" + "".join(
        f"{mark.format(n)}[Ship {n} sails](https://example.com/{n})\n\n{BODY}\n\n" for n in (1, 2, 3)
    )

    assert stories(read(text, "week.md")) == [
        (f"Ship {n} sails", (BODY,), f"https://example.com/{n}") for n in (1, 2, 3)
    ]


def test_prose_is_paired_with_the_link_below_it() -> None:
    text = "".join(
        f"In harbour {n} it rained. {BODY}\n\n[Read more](https://example.com/{n})\n\n" for n in (1, 2, 3)
    )

    assert stories(read(text, "week.md")) == [
        (f"In harbour {n} it rained", (BODY,), f"https://example.com/{n}") for n in (1, 2, 3)
    ]


def test_bold_words_that_a_sentence_goes_on_from_are_no_headlines() -> None:
    text = "# Weekly\n\n## World leaders meet\n\n- **Parliament** saw a long night.\n- **Ministers** were away.\n"

    assert [headline for headline, _, _ in stories(read(text, "week.md"))] == ["World leaders meet"]


def test_bold_lines_below_headings_are_the_headlines() -> None:
    text = "# Weekly\n\n" + "".join(
        f"## {section}\n\n**Ship {section} sails**\n\n{BODY}\n\n**Ship {section} sinks**\n\n{BODY}\n\n"
        for section in ("North", "South", "East")
    )

    draft = read(text, "week.md")

    assert len(stories(draft)) == 6
    assert dropped(draft)["North"] == "heading of a section; name it as the section of its stories"


def test_a_picture_has_its_caption_and_one_without_words_is_listed() -> None:
    text = (
        f"# Weekly\n\n## Ships sail\n\n{BODY}\n\n![](https://example.com/a.png)\n\n*The port at night*\n\n"
        f"Photo: Ann Example\n\n## Ports open\n\n{BODY}\n\n![IMG_1234.jpg](https://example.com/b.png)\n"
    )

    draft = read(text, "week.md")
    first, second = digest(draft).stories

    assert first.image
    assert first.image.alt == "The port at night"
    assert first.image.url == "https://example.com/a.png"
    assert first.image.caption == "Photo: Ann Example"
    assert second.image is None
    assert "nothing describes" in dropped(draft)["IMG_1234.jpg"]


def test_a_headline_never_takes_another_link_for_its_own() -> None:
    text = "- [Ships sail](/ships) said [the port](https://example.com/port)\n- [Ports open](https://example.com/2)\n"

    draft = read(text, "week.md")

    assert [url for _, _, url in stories(draft)] == ["", "https://example.com/2"]
    assert any("lead nowhere" in row and "/ships" in row for row in report(draft, {}))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("<html><base href='https://example.com/w/'><body><h2><a href='1'>Ships sail</a></h2><p>It sails.</p>", "x.html"),
        ("---\ncanonical_url: https://example.com/w/\n---\n## [Ships sail](1)\n\nIt sails.\n", "x.md"),
        ("## [Ships sail](1)\n\nIt sails.\n\n## [x](https://a.bc)\n", "https://example.com/w/x.md"),
        ("From: a@b.c\nTo: d@e.f\nSubject: x\nContent-Base: https://example.com/w/\nContent-Type: text/html\n\n"
         "<h2><a href='1'>Ships sail</a></h2><p>It sails.</p>", "x.eml"),
        ("<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://example.com/w/'><title>t</title><entry>"
         "<title>Ships sail</title><link href='1'/><content type='html'>It sails.</content></entry></feed>", "x"),
        ("<rss version='2.0'><channel><title>t</title><link>https://example.com/w/</link><item>"
         "<title>Ships sail</title><link>1</link><description>It sails.</description></item></channel></rss>", "x"),
        ('{"version": "https://jsonfeed.org/version/1.1", "home_page_url": "https://example.com/w/", '
         '"items": [{"title": "Ships sail", "url": "1", "content_text": "It sails."}]}', "x"),
    ],
    ids=["base", "header", "address", "mail", "feed", "rss", "json"],
)  # fmt: skip
def test_relative_addresses_lead_from_where_the_source_stands(text: str, name: str) -> None:
    assert stories(read(text, name))[0][2] == "https://example.com/w/1"


@pytest.mark.parametrize(
    "part",
    [
        "![A ship](https://a.bc/s.png) It sails.",
        "![A ship](https://a.bc/s.png)\nIt sails.",
        "It sails.\n![A ship](https://a.bc/s.png)",
        "![A ship](https://a.bc/s.png)\n*At dusk. Photo: Harbour Press*\n\nIt sails.",
    ],
)
def test_a_picture_within_a_paragraph_of_markdown_is_its_storys(part: str) -> None:
    draft = read(f"# Weekly\n\n## Ships\n\n{part}\n\n## Boats\n\nThey sail.\n", "x.md")
    image = digest(draft).stories[0].image

    assert stories(draft)[0][1] == ("It sails.",)
    assert image is not None
    assert (image.alt, image.url) == ("A ship", "https://a.bc/s.png")
    assert image.caption == ("At dusk. Photo: Harbour Press" if "dusk" in part else "")


@pytest.mark.parametrize(
    ("alt", "role"), [("Build status", Role.DROPPED), ("Two ships at dusk", Role.CAPTION)]
)
def test_a_badge_within_a_sentence_is_no_storys_picture(alt: str, role: Role) -> None:
    draft = read(f"# Weekly\n\n## Ships\n\nThey ![{alt}](https://a.bc/s.svg) sail.\n", "x.md")

    assert stories(draft) == [("Ships", ("They sail.",), "")]
    assert [(line.text, line.role) for line in draft.lines if line.url] == [(alt, role)]


def test_a_sentence_that_points_at_its_address_is_no_headline() -> None:
    """Its heading is; it was dropped as a section's."""
    parts = [f"## Ship {n}\n\nIt sails. Read more: https://a.bc/{n}\n" for n in (1, 2, 3)]
    draft = read("\n".join(["# Weekly\n", *parts]), "x.md")

    assert [headline for headline, _, _ in stories(draft)] == ["Ship 1", "Ship 2", "Ship 3"]


@pytest.mark.parametrize(
    "begun",
    [
        "<h2><a href='one.html'>Ships sail</a></h2><p>They do, {0}.</p>",
        "<h2>Ships sail</h2><p>They do, <a href='one.html'>all of them</a>, {0}.</p>",
        "<ul><li><a href='one.html'>Ships sail</a>: they do, {0}.</li></ul>",
    ],
)
def test_what_leads_nowhere_is_listed_and_takes_no_other_link_instead(begun: str) -> None:
    part = begun.format("says <a href='https://other.example/'>another</a>")
    page = f"<html><body><h1>Weekly</h1>{part}{part.replace('Ships', 'Boats')}</body></html>"

    draft = read(page, "x.html")

    assert [url for _, _, url in stories(draft)] == ["", ""]
    assert [*relative_links(draft).values()] == [("one.html",)] * 2


def test_a_feed_is_cut_by_its_days_newest_first() -> None:
    items = "".join(
        f"<item><title>Ship {n}</title><pubDate>Fri, {n:02} May 2020 10:00:00 GMT</pubDate></item>"
        for n in (1, 9, 5)
    )
    feed = f"<rss version='2.0'><channel><title>t</title>{items}</channel></rss>".encode()

    draft = read_draft(feed, "x", wish=Wish(since=date(2020, 5, 4), until=date(2020, 5, 30)))

    assert [headline for headline, _, _ in stories(draft)] == ["Ship 9", "Ship 5"]


@pytest.mark.parametrize("header", ["draft: true", "published: false"])
def test_a_draft_stays_one(header: str) -> None:
    assert read(f"---\ntitle: x\n{header}\n---\n## A\n\nText.\n\n## B\n\nText.\n", "x.md").draft


# Mails


HEADERS = "From: a@b.c\nTo: d@e.f\nDate: Fri, 4 Dec 2026 10:00:00 +0000\nMIME-Version: 1.0\n"
NEWS = "".join(f"Ship number {n} sails\n{BODY}\n\n" for n in (1, 2, 3))
HEADLINES = [f"Ship number {n} sails" for n in (1, 2, 3)]


def multipart(*parts: tuple[str, str], subject: str = "Harbour Weekly", kind: str = "mixed") -> str:
    said = "".join(f"--b\nContent-Type: {of}; charset=utf-8\n\n{text}\n" for of, text in parts)
    return f"{HEADERS}Subject: {subject}\nContent-Type: multipart/{kind}; boundary=b\n\n{said}--b--\n"


def test_all_text_parts_of_a_mail_are_read() -> None:
    half = NEWS.index("Ship number 2")
    mail = multipart(("text/plain", NEWS[:half]), ("image/png", "x"), ("text/plain", NEWS[half:]))

    assert [h for h, _, _ in stories(read(mail))] == HEADLINES


def test_html_that_is_only_a_picture_yields_to_the_text() -> None:
    html = "<style>p { color: red }</style><img src='https://example.com/a.png'><p>View online</p>"
    mail = multipart(("text/plain", NEWS), ("text/html", html), kind="alternative")

    assert [h for h, _, _ in stories(read(mail))] == HEADLINES


@pytest.mark.parametrize(
    "marker", ["---------- Forwarded message ---------", "", "Anfang der weitergeleiteten Nachricht:"]
)
@pytest.mark.parametrize("quote", ["", "> "])
@pytest.mark.parametrize("headers", [f"{HEADERS}Subject: Fwd: Harbour Weekly\n\n", ""], ids=["mail", "paste"])
def test_a_forwarded_newsletter_is_read_without_what_covers_it(marker: str, quote: str, headers: str) -> None:
    inner = f"From: Port <a@b.c>\nDate: Fri, 27 Nov 2026\nSubject: Harbour Weekly\nTo: x@y.z\n\n{NEWS}"
    quoted = "".join(f"{quote}{row}\n" for row in inner.splitlines())

    draft = read(f"{headers}Have a look at this one.\n\n{marker}\n{quoted}")

    assert [h for h, _, _ in stories(draft)] == HEADLINES
    assert (draft.headline(), draft.date) == ("Harbour Weekly", date(2026, 11, 27))
    assert "covers" in dropped(draft)["Have a look at this one."]


def test_an_attached_newsletter_is_read() -> None:
    inner = f"{HEADERS}Subject: Harbour Weekly\n\n{NEWS}"
    mail = multipart(("text/plain", "See this."), ("message/rfc822", inner), subject="FYI")

    draft = read(mail)

    assert [h for h, _, _ in stories(draft)] == HEADLINES
    assert draft.headline() == "Harbour Weekly"


def test_a_signature_and_an_older_mail_are_no_news() -> None:
    mail = f"{HEADERS}Subject: Re: Harbour Weekly\n\n{NEWS}-- \nAnn\n\nOn Fri, 27 Nov 2026 Ann wrote:\n> Old words.\n"

    draft = read(mail)

    assert [h for h, _, _ in stories(draft)] == HEADLINES
    assert dropped(draft)["Ann"] == "the signature"
    assert dropped(draft)["> Old words."] == "a quoted mail"


@pytest.mark.parametrize("headers", [f"{HEADERS}Subject: Re: Harbour Weekly\n\n", ""], ids=["mail", "paste"])
@pytest.mark.parametrize(
    "whose", ["", "Am 27.11.2026 um 10:00 schrieb Ann Beispiel:", "安于2026年11月27日写道："]
)
def test_a_quoted_newsletter_is_read_below_the_note_that_answers_it(headers: str, whose: str) -> None:
    """Each line of it kept its sign, and blank ones were rulers."""
    quoted = "\n".join(f"> {row}".rstrip() for row in f"Harbour Weekly\n\n{NEWS}".splitlines())

    draft = read(f"{headers}Take this one.\n\n{whose}\n\n{quoted}\n>\n>> What about it?\n>> Bob\n")

    assert [h for h, _, _ in stories(draft)] == HEADLINES
    assert draft.headline() == "Harbour Weekly"
    assert "covers" in dropped(draft)["Take this one."]


def test_a_list_typed_behind_signs_of_quoting_is_covered_by_nothing() -> None:
    draft = read("Harbour Weekly\n\n> Ships sail again after nine years\n> The port counts its cranes\n")

    assert "Harbour Weekly" not in dropped(draft)


@pytest.mark.parametrize(
    "last",
    [
        f"Meet us\nThe harbour is open to everybody.\nDate: 5 May 2026\nFrom: 10:00\nTo: 18:00\n\nThe crane moves\n{BODY}",
        f"Trefft uns\nDer Hafen ist offen.\nDatum: 5. Mai 2026\nVon: 10 Uhr\nAn: alle\n\nThe crane moves\n{BODY}",
        f"A new night train\nIt goes to the sea.\nFrom: Berlin\nTo: Ostend\nDate: daily\n\nThe crane moves\n{BODY}",
        f"Original message\n{BODY}",
        "The captain answers\nOn Tuesday evening the captain wrote:\n> We sail again.\n> In winter, too.",
        "Der Kapitän antwortet\nAm Dienstagabend schrieb der Kapitän:\n> Wir fahren wieder.",
        "船长回应\n船长在港口的网站上写道：\n> 我们明天再次出发。",
        f"-- \nThe crane moves\n{BODY}",
    ],
)
def test_what_only_looks_like_a_mail_in_a_paste_is_news(last: str) -> None:
    """All above an event was dropped as a note, and what a story quoted as an old mail."""
    draft = read(f"Harbour Weekly\n\n{NEWS}\n{last}\n")

    assert {"covers", "headers", "quoted", "signature"}.isdisjoint(" ".join(dropped(draft).values()).split())
    assert [h for h, _, _ in stories(draft)][: len(HEADLINES)] == HEADLINES


def test_a_long_quotation_in_the_last_story_covers_none_above() -> None:
    above = "Harbour Weekly\n\nShips sail\nThey sail again.\n\nThe captain answers\n"

    draft = read(f"{above}> {BODY}\n>\n> {BODY}\n>\n> {BODY}\n")

    assert dropped(draft).keys().isdisjoint({"Ships sail", "They sail again.", "The captain answers"})


def test_a_mail_below_more_than_a_note_is_not_what_is_forwarded() -> None:
    older = "From: Port <a@b.c>\nDate: Fri, 27 Nov 2026\nSubject: An old mail\n\nSee you on Monday."

    draft = read(f"Harbour Weekly\n\n{NEWS}\n{older}\n")

    assert [h for h, _, _ in stories(draft)][: len(HEADLINES)] == HEADLINES


def test_of_several_mails_one_is_asked_for() -> None:
    box = "".join(
        f"From a@b.c Fri Nov 27 10:00:00 2026\n{HEADERS}Subject: Week {n}\n\n{NEWS}\n" for n in (1, 2)
    )

    with pytest.raises(RoundupError, match=r"2 mails; say which with --mail: 1 'Week 1', 2 'Week 2'"):
        read(box)
    assert read_draft(box.encode(), "x", wish=Wish(which=2)).headline() == "Week 2"


# Documents and tables


def word(document: str, **others: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
        )
        archive.writestr(
            "word/document.xml",
            "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' "
            "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'><w:body>"
            f"{document}</w:body></w:document>",
        )
        for name, content in others.items():
            archive.writestr(name, content)
    return made.getvalue()


def paragraph(text: str, *, bold: bool = False) -> str:
    return f"<w:p><w:r>{'<w:rPr><w:b/></w:rPr>' if bold else ''}<w:t>{text}</w:t></w:r></w:p>"


def test_a_word_document_is_read() -> None:
    said = "".join(paragraph(h, bold=True) + paragraph(BODY) for h in HEADLINES)

    assert [(h, b) for h, b, _ in stories(read(word(said), "week.docx"))] == [(h, (BODY,)) for h in HEADLINES]


def test_a_word_document_that_unpacks_without_end_is_refused() -> None:
    with pytest.raises(RoundupError, match="unpacks to more than"):
        read(word(paragraph("a" * 9_000_000)), "week.docx")
    with pytest.raises(RoundupError, match="declares entities"):
        read(word("x", **{"word/x.xml": "<!DOCTYPE x>"}), "week.docx")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<w:p/>" * 3001, "more than 3,000 paragraphs"),
        ("<w:p>" * 50_001, "more than 3,000 paragraphs"),
        (f"<w:p>{'<w:r/>' * 15_000}</w:p>", "15,0.* elements"),
        (f"<w:tbl><w:tr>{'<w:tc/>' * 15_000}</w:tr></w:tbl>", "15,0.* elements"),
    ],
)
def test_a_word_document_of_elements_without_end_is_refused(body: str, said: str) -> None:
    """A file of 4 kB, which unpacks to 330,000 empty paragraphs, took more than twenty seconds."""
    with pytest.raises(RoundupError, match=f"this (document )?has {said}.*; c"):
        read(word(body), "week.docx")


def test_how_the_words_of_a_word_document_look_counts_for_nothing() -> None:
    """Word writes the letters' size and language for every few words, more than all else that it says."""
    looks = "<w:rFonts w:ascii='Arial'/><w:sz w:val='22'/><w:lang w:val='en-GB'/>"
    said = "".join(paragraph(h, bold=True) + paragraph(BODY) for h in HEADLINES)
    said = said.replace("<w:b/>", f"<w:b/>{looks}").replace("<w:r>", f"{'<w:proofErr/>' * 3000}<w:r>")

    assert [headline for headline, _, _ in stories(read(word(said), "week.docx"))] == HEADLINES


def test_whose_a_quotation_is_heads_no_story_and_is_no_storys_address() -> None:
    """What said "— Ann Example" with a link was the headline of the text above it, or the story's link."""
    said = "> We are glad.\n\n— [Ann Example](https://example.com/{n})\n"
    told = "".join(f"{BODY}\n\n{said.format(n=n)}\n" for n in range(2))
    story = f"## Ships sail\n\n{told}\n[Read more](https://example.com/ships)\n"

    assert stories(read(f"# Weekly\n\n{told}", form=Format.MARKDOWN)) == []
    assert stories(read(f"# Weekly\n\n{story}", "week.md")) == [
        ("Ships sail", (BODY, "We are glad.", "— Ann Example") * 2, "https://example.com/ships")
    ]


@pytest.mark.parametrize(
    "by", ["by Ann Example.", "von Ann Example.", "par @ann.", "por Ann Example.", "di Ann Example."]
)
@pytest.mark.parametrize("form", ["week.md", "week.html", "week.eml"])
def test_bold_words_before_who_wrote_it_are_a_headline(by: str, form: str) -> None:
    """Nothing parts them from what goes on in small letters, as a sentence does whose subject is in bold."""
    told = [("Ferries sail to the north again", f"{by} {BODY}"), *((h, BODY) for h in HEADLINES[:2])]
    page = "".join(f"<p><b>{h}</b> {b}</p>" for h, b in told)
    source = {
        "week.md": "# Weekly\n\n" + "".join(f"**{h}** {b}\n\n" for h, b in told),
        "week.html": f"<html><body><h1>Weekly</h1>{page}</body></html>",
        "week.eml": f"{HEADERS}Subject: Weekly\nContent-Type: text/html\n\n<h1>Weekly</h1>{page}",
    }

    assert [(h, b) for h, b, _ in stories(read(source[form], form))] == [(h, (b,)) for h, b in told]


@pytest.mark.parametrize(
    "page",
    [
        "".join(f'<p>{h} <a href="https://example.com/a{n}">in short</a> https://example.com/b{n}</p>' for n, h in enumerate(HEADLINES)),
        "".join(f'<p>{n}. {h} <a href="https://example.com/a{n}">in short</a> <a href="https://example.com/b{n}">at length</a></p><p>{BODY}</p>' for n, h in enumerate(HEADLINES, 1)),
    ],
)  # fmt: skip
def test_the_second_address_of_a_headline_is_told_of(page: str) -> None:
    """It was lost without a line in the report."""
    draft = read(f"<html><body><h1>Weekly</h1>{page}</body></html>", "week.html")

    told = {url for line in draft.lines for url in (line.url, *line.lost)}
    assert len({url for url in told if "example.com/" in url}) == 2 * len(HEADLINES)


def test_paragraphs_that_all_begin_in_bold_are_stories_however_they_go_on() -> None:
    """One that goes on as the sentence it began, or has a short headline, was the text of the one above."""
    told = [
        "**Ferries sail north**, as they have",
        "**The harbour of Kiel** opens",
        "**Trains sail again at night** The",
    ]
    page = "".join(f"{said} {BODY}\n\n" for said in told)
    people = "".join(f"**{name}** says that {BODY}\n\n" for name in ("Ann", "Ben Example", "Parliament"))

    assert len(stories(read(f"# Weekly\n\n{page}", "week.md"))) == 3
    assert stories(read(f"# Weekly\n\n{people}", "week.md")) == []


def test_stories_with_a_dash_below_a_quotation_are_stories() -> None:
    """Only one that stands alone there says whose the quotation is."""
    listed = "".join(
        f"— [{name}](https://example.com/{name[:5]})\n\n" for name in ("Ships sail", "Ports open")
    )

    assert [
        headline for headline, _, _ in stories(read(f"# Weekly\n\n> We are glad.\n\n{listed}", "week.md"))
    ] == [
        "Ships sail",
        "Ports open",
    ]


def test_what_a_word_document_has_besides_its_words_is_not_counted() -> None:
    chart = {"word/charts/chart1.xml": f"<c>{'<v/>' * 60_000}</c>"}

    draft = read(word(paragraph("https://a.bc/1"), **chart), "week.docx")

    assert [line.text for line in draft.lines] == ["https://a.bc/1"]


def test_a_table_and_a_list_of_addresses_are_read() -> None:
    table = "Title;Link;Summary;Owner\nShips sail;https://example.com/1;It rained.;Ann\nPorts open;https://example.com/2;;Bo\n"

    draft = read(table, "week.csv")

    assert stories(draft) == [
        ("Ships sail", ("It rained.",), "https://example.com/1"),
        ("Ports open", (), "https://example.com/2"),
    ]
    assert dropped(draft)["Ann"] == "column Owner: a digest has none"
    assert [url for _, _, url in stories(read("https://a.bc/1\nhttps://a.bc/2\n"))] == [
        "https://a.bc/1",
        "https://a.bc/2",
    ]


@pytest.mark.parametrize(
    "names",
    ["Titular;Enlace;Resumen", "Schlagzeile;Link;Beschreibung", "Manchete;Link;Descrição", "标题;链接;摘要"],
)
def test_a_tables_columns_have_names_in_every_language(names: str) -> None:
    """However short what stands below them is."""
    draft = read(f"{names}\nAda;https://example.com/1;Sails.\n", "week.csv")

    assert stories(draft) == [("Ada", ("Sails.",), "https://example.com/1")]


def test_a_feeds_stories_keep_their_links_and_bold() -> None:
    feed = (
        "<rss version='2.0'><channel><title>t</title>"
        + "".join(
            f"<item><title>Ship {n}</title><link>https://example.com/{n}</link><description>"
            "&lt;p&gt;See &lt;b&gt;the&lt;/b&gt; &lt;a href='https://example.com/x'&gt;port&lt;/a&gt;.&lt;/p&gt;</description></item>"
            for n in (1, 2)
        )
        + "</channel></rss>"
    )

    assert digest(read(feed)).stories[0].body.source == "See **the** [port](https://example.com/x)."


LONG = "It was a long week in the harbour, and the first ships came in on Monday, nobody knew why."


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ("2026-11-20;Ships sail again;{0};https://example.com/1\n2026-11-21;Ports open early;{0};https://example.com/2\n", "w.csv"),
        ("{0}\thttps://example.com/1\tShips sail again\n{0}\thttps://example.com/2\tPorts open early\n", "x"),
        ("Rubrik,Länk,Mer\nShips sail again,https://example.com/1,{1}\nPorts open early,https://example.com/2,{1}\n", "w.csv"),
    ],
    ids=["a file", "a copy", "names nobody knows"],
)  # fmt: skip
def test_columns_without_a_known_name_are_told_by_what_is_in_them(rows: str, name: str) -> None:
    draft = read(rows.format(LONG, f'"{LONG}"'), name)

    assert stories(draft) == [
        ("Ships sail again", (LONG,), "https://example.com/1"),
        ("Ports open early", (LONG,), "https://example.com/2"),
    ]
    assert "no column is named headline or url" in draft.warnings[0]
    assert draft.date == (date(2026, 11, 21) if "2026" in rows else None)


def test_a_table_in_which_nothing_is_told_asks_for_its_names() -> None:
    with pytest.raises(
        RoundupError, match="none looks like one; write headline,url,body,tags above its columns"
    ):
        read("1,2,3\n4,5,6\n", "week.csv")


@pytest.mark.parametrize(
    ("table", "at"),
    [("headline,url\nShips{0}\n", 2), ("headline{0}\nShips,x\n", 1), ("Ships{0}\nSail{0}\n", 1)],
)
def test_a_row_of_cells_without_end_is_refused_and_one_of_empty_ones_is_not(table: str, at: int) -> None:
    """100,000 cells took more than a second, and made as many lines of the report."""
    with pytest.raises(RoundupError, match=f"row {at} of this table has 100,001 cells, and .* 100; keep"):
        read(table.format(",x" * 100_000), "week.csv", Format.CSV)

    assert len(stories(read(f"headline,url\nShips,https://example.com/1{',' * 300}\n", "week.csv"))) == 1


def test_lines_with_commas_are_no_table() -> None:
    draft = read("Ships sail, trains run.\nPorts open, ferries wait.\n")

    assert [line.text for line in draft.lines] == ["Ships sail, trains run.", "Ports open, ferries wait."]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Acme: opens a port in Kiel on Monday. It rained.\nOther: closes two plants in the south.\nThird: finds a buyer at last.\n", "Acme: opens a port in Kiel on Monday"),
        ("Exemple : ouvre un terminal à Brest lundi. Il pleut.\nAutre : ferme deux usines dans le sud.\nNord : trouve un repreneur.\n", "Exemple : ouvre un terminal à Brest lundi"),
        ("示例航运：第二座码头周一启用。下雨了。\n例子造船：南方企业接收全部员工，价格没有公布。\n样本铁路：每晚十点发车，共有四节卧铺车厢。\n", "示例航运：第二座码头周一启用"),
    ],
    ids=["en", "fr", "zh"],
)  # fmt: skip
def test_each_line_that_names_whom_it_is_about_is_a_story(text: str, name: str) -> None:
    for above in ("", "Weekly roundup\n\n"):
        draft = read(above + text)

        assert len(stories(draft)) == 3
        assert stories(draft)[0][0] == name


def test_the_lines_of_a_talk_are_no_stories() -> None:
    said = "Ann: What do you think of the port now?\nBen: I think that it is a fine port.\n"

    assert stories(read("An interview\n\n" + said * 3)) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<?xml version='1.0'?><opml version='2.0'></opml>", "OPML"),
        ("<!DOCTYPE NETSCAPE-Bookmark-file-1><DL><DT><A HREF='https://a.bc'>x</A></DL>", "bookmarks"),
    ],
)
def test_what_is_no_roundup_is_refused_by_its_name(text: str, said: str) -> None:
    with pytest.raises(RoundupError, match=said):
        read(text)


def test_a_google_document_is_read_by_its_classes() -> None:
    page = (
        "<html><head><style>.c1{font-weight:700}.c2{font-weight:400}.c9{display:none}</style></head><body>"
        "<p class='c9'>Not for you</p>"
        + "".join(
            f"<p><span class='c1'>{h}</span></p><p><span class='c2'>{BODY} </span><a "
            f"href='https://www.google.com/url?q=https://example.com/{n}&amp;sa=D'>More</a></p>"
            for n, h in enumerate(HEADLINES)
        )
    )

    draft = read(page, "x.html", Format.MAIL)

    assert [(h, url) for h, _, url in stories(draft)] == [
        (h, f"https://example.com/{n}") for n, h in enumerate(HEADLINES)
    ]
    assert dropped(draft)["Not for you"] == "hidden"


def test_a_notion_pages_properties_are_no_intro() -> None:
    text = f"# Harbour Weekly\n\nDate: November 27, 2026\nTags: Ships, Ports\nStatus: Draft\n\n## Ships sail\n\n{BODY}\n\n## Ports open\n\n{BODY}\n"

    draft = read(text, "week.md")

    assert (digest(draft).intro.source, draft.date, draft.draft) == ("", date(2026, 11, 27), True)
    assert draft.digest_tags() == ("Ships", "Ports")


def test_what_is_struck_out_is_dropped_with_the_reason() -> None:
    draft = read(
        f"# Weekly\n\n## Ships sail\n\nThey ~~never~~ sail. {BODY}\n\n## Ports open\n\n~~Not yet.~~\n\n{BODY}\n",
        "week.md",
    )

    assert [body[0] for _, body, _ in stories(draft)] == [f"They sail. {BODY}", BODY]
    assert dropped(draft)["never"] == dropped(draft)["Not yet."] == "struck out"


# Characters


CHINESE = "港口周刊\n\n" + "".join(
    f"{n}、青岛港第{n}座客运码头启用\n\n新码头耗资四千万元，可以同时停靠两艘船。首批旅客周一抵达。\n\n"
    for n in (1, 2, 3)
)


@pytest.mark.parametrize("codec", ["gb18030", "utf-16", "utf-8"])
def test_undeclared_encodings_are_recognised(codec: str) -> None:
    draft = read(CHINESE.encode(codec))

    assert stories(draft)[0][0] == "青岛港第1座客运码头启用"
    assert any("gb18030" in warning for warning in draft.warnings) == (codec == "gb18030")


def test_what_is_declared_counts_as_browsers_take_it() -> None:
    page = f"<html><head><meta charset='gb2312'></head><body><h2>青岛镕</h2><p>{CHINESE[6:60]}</p><h2>x</h2></body>"

    assert "青岛镕" in [line.text for line in read(page.encode("gb18030"), "x.html").lines]
    declared = read_draft(
        "Ships\n\nPrice: 5 €, said the café.".encode("cp1252"),
        "x",
        content_type="text/plain; charset=iso-8859-1",
    )
    assert "Price: 5 €, said the café." in [line.text for line in declared.lines]


def test_an_encoding_that_is_given_counts_and_an_unknown_one_is_refused() -> None:
    draft = read_draft(CHINESE.encode("big5", "replace"), "x", wish=Wish(encoding="big5"))

    assert draft.headline() == "港口周刊".encode("big5", "replace").decode("big5")
    with pytest.raises(RoundupError, match="no such encoding"):
        read_draft(b"x", "x", wish=Wish(encoding="rot13"))


def test_what_looks_garbled_is_never_written_without_a_word() -> None:
    draft = read(
        "Ships sail again\n\nThe cafÃ© at the port isnâ€™t open, and nobody at the port knows when it will be.\n"
    )

    assert any("garbled" in warning and "--encoding" in warning for warning in draft.warnings)


@pytest.mark.parametrize("odd", ["&#xD800;", "&#xDFFF;", "\\ud800", "&#0;", "\u202e\ufffe"])
def test_any_character_is_survived(odd: str) -> None:
    rss = f"<rss version='2.0'><channel><title>{odd}</title><item><title>{odd} Ships</title><description>{odd}</description></item></channel></rss>"
    feed = f'{{"version": "https://jsonfeed.org/version/1", "items": [{{"title": "{odd} Ships", "content_html": "{odd}"}}]}}'
    for text, form in ((rss, Format.FEED), (feed, Format.FEED), (rss, Format.HTML), (odd, Format.MARKDOWN)):
        for story in digest(read(text, form=form)).stories if odd != text else ():
            (story.headline + story.body.source).encode()


@pytest.mark.parametrize("form", Format)
def test_damaged_sources_are_read_or_refused(form: Format) -> None:
    """A sample; `benchmarks.importing damaged` reads 5,000."""
    dice = random.Random(form)  # noqa: S311 - any will do, the same each time
    issue = ISSUES["zh"]
    whole = [
        *(text.encode() for make in (pasted, mailed, in_markdown) for _, text in islice(make(issue), 3)),
        multipart(("text/plain", NEWS)).encode(),
        word(paragraph("Ships sail")),
        b"title;link\nShips sail;https://example.com/1\n",
        b"<rss version='2.0'><channel><title>t</title><item><title>One &#xD800;</title></item></channel></rss>",
    ]
    for content in whole:
        at, end = sorted(dice.randrange(len(content)) for _ in "ab")
        for spoilt in (content[:at] + content[end:], content[:at] + dice.randbytes(9) + content[at:]):
            with suppress(RoundupError):
                read(spoilt, form=form)


@pytest.mark.parametrize(
    "items",
    [
        "**Ships sail.** They do, at last.\n\n**Ports open.** All but one.\n",
        "- [Ships sail](https://example.com/1)\n- [Ports open](https://example.com/2)\n",
        "It rained.\n\n[Ships sail](https://example.com/1)\n\nIt snowed.\n\n[Ports open](https://example.com/2)\n",
    ],
    ids=["bold", "items", "links"],
)
def test_the_only_heading_above_several_stories_is_the_title(items: str) -> None:
    draft = read(f"# From the quay\n\n{items}", "week.md")

    assert digest(draft).title == "From the quay"
    assert [headline for headline, _, _ in stories(draft)] == ["Ships sail", "Ports open"]


def test_texts_with_their_addresses_below_are_stories() -> None:
    text = "From the quay this week\n\n" + "".join(
        f"Ship {n} sailed on Monday at last, and nobody on the quay waved.\nhttps://example.com/{n}\n\n"
        for n in (1, 2, 3)
    )

    assert stories(read(text, "week.txt")) == [
        (f"Ship {n} sailed on Monday at last, and nobody on the quay waved", (), f"https://example.com/{n}")
        for n in (1, 2, 3)
    ]


def test_a_short_mail_with_broken_lines_is_joined() -> None:
    text = "From the quay this week\n\n" + "".join(
        f"SHIP {n} SAILS\nShip {n} sailed on Monday at last, and nobody on the quay had\na flag to wave.\n\n"
        for n in (1, 2)
    )

    told = "sailed on Monday at last, and nobody on the quay had a flag to wave."
    assert stories(read(text, "x")) == [(f"SHIP {n} SAILS", (f"Ship {n} {told}",), "") for n in (1, 2)]


def test_the_address_below_a_referral_is_no_storys() -> None:
    text = f"From the quay\n\nShips sail at last\n\n{BODY}\n\nPorts open again\n\n{BODY}\n\nRefer 3 friends to get a mug.\nhttps://example.com/ref\n"

    draft = read(text, "x")

    assert [url for _, _, url in stories(draft)] == ["", ""]
    assert dropped(draft)["https://example.com/ref"] == "a referral box"


def test_what_is_numbered_and_ends_with_who_sent_it_in_is_a_story() -> None:
    told = [
        "一个开源的跨平台工具，支持 macOS 和 GitHub。（@example 投稿）",
        "开源的浏览器插件，可与 Tmall、Fliggy、Youku 互动。",
        "轻量的库，很好用。（@sample 投稿）",
    ]
    text = "科技周刊第 3 期\n\n这里记录每周值得分享的内容。\n\n工具\n\n" + "".join(
        f"{n}、Tool {n}\n\n{words}\n\n" for n, words in enumerate(told, start=1)
    )

    assert stories(read(text, "x")) == [(f"Tool {n}", (words,), "") for n, words in enumerate(told, start=1)]


def test_a_long_numbered_list_of_names_is_the_stories_whatever_parts_them() -> None:
    code = "let x = 1;\nlet y = 2;\nlet z = 3;\n"
    text = "每月工具\n\n" + "".join(
        f"{n}、tool{n}：一个用来做各种事情的开源命令行工具\n\n{code}\n" for n in range(1, 10)
    )

    found = [headline for headline, _, _ in stories(read(text, "x"))]

    assert found == [f"tool{n}" for n in range(1, 10)]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("cp1252", "It is naïve to think that the café will not open; a résumé was read."),
        ("cp1252", "Perché la città è così? Più avanti si vedrà, però."),
        ("cp1252", "På søndag åbner havnen, og æbler er billige."),
        ("cp1250", "Zażółć gęślą jaźń, powiedział burmistrz — będzie świetnie w łodzi."),
        ("cp1250", "Az őrült fűnyíró több időt kért, mondta a polgármester."),
        ("cp1254", "Şehir limanı bugün açıldı, belediye başkanı güzel bir gün olduğunu söyledi."),
    ],
)
def test_windows_alphabets_are_told_by_whose_letters_they_are(encoding: str, told: str) -> None:
    draft = read(f"Ships sail at last\n\n{told}\n".encode(encoding))

    assert told in {line.text for line in draft.lines}
    assert any(encoding in warning for warning in draft.warnings)


def test_a_line_without_a_mark_is_split_at_its_first_dash() -> None:
    text = "Harbour weekly\n\n" + "".join(
        f"Ship {n} sails at last – It was late – https://example.com/{n}\n" for n in (1, 2, 3)
    )

    assert stories(read(text)) == [
        (f"Ship {n} sails at last", ("It was late",), f"https://example.com/{n}") for n in (1, 2, 3)
    ]


def test_what_counts_is_no_pictures_caption() -> None:
    text = "Harbour weekly\n\nHi friends,\n\nIt was quite a week on the quay.\n\n" + "".join(
        f"{n}. Ship {n} sails at last\n{BODY}\n\n" for n in (1, 2, 3)
    )

    assert stories(read(text)) == [(f"Ship {n} sails at last", (BODY,), "") for n in (1, 2, 3)]


def test_the_newsletters_name_at_a_mails_top_is_no_headline() -> None:
    stories_said = "".join(f"<p><b>Ship {n} sails</b></p><p>{BODY}</p>" for n in (1, 2, 3))
    mail = (
        "From: Harbour News <a@example.com>\nSubject: Ships sail\nMIME-Version: 1.0\n"
        f"Content-Type: text/html\n\n<p><b>Harbour News</b></p><p>Hello all.</p>{stories_said}"
    )

    draft = read(mail, "x.eml")

    assert [headline for headline, _, _ in stories(draft)] == [f"Ship {n} sails" for n in (1, 2, 3)]
    assert dropped(draft)["Harbour News"] == "the newsletter's name"


def test_a_documents_own_title_style_is_its_title() -> None:
    text = f'<p class="c1 title">From the quay</p><p><b>Ships sail</b></p><p>{BODY}</p><p><b>Ports open</b></p><p>{BODY}</p>'

    assert digest(read(f"<html><body>{text}</body></html>", "x.html")).title == "From the quay"


@pytest.mark.parametrize(
    "picture", ["<img src='/a.png' alt='The port at night'>", "<img src='cid:1' alt='Port'>"]
)
def test_a_picture_that_leads_nowhere_is_listed(picture: str) -> None:
    text = f"<h1>A week</h1><h2>Ships sail</h2><p>{BODY}</p>{picture}<h2>Ports open</h2><p>{BODY}</p>"

    assert any("leads nowhere" in reason for reason in dropped(read(text, "x.html")).values())


def test_a_pointer_below_a_short_text_is_its_link() -> None:
    text = "Hafenbrief – KW 48\n\n" + "".join(
        f"Schiff {n} läuft aus\nEs war Montag, und niemand winkte dem Schiff {n} am Kai zu.\nWeiterlesen: https://example.com/{n}\n\n"
        for n in (1, 2, 3)
    )

    assert stories(read(text)) == [
        (
            f"Schiff {n} läuft aus",
            (f"Es war Montag, und niemand winkte dem Schiff {n} am Kai zu.",),
            f"https://example.com/{n}",
        )
        for n in (1, 2, 3)
    ]


def test_a_note_beside_a_bold_headline_leaves_it_one() -> None:
    text = "# Harbour weekly\n\n" + "".join(
        f"**[Ship {n} sails](https://example.com/{n})** (5 minute read)\n{BODY}\n\n" for n in (1, 2, 3)
    )

    assert [(headline[:12], body, url) for headline, body, url in stories(read(text, "week.md"))] == [
        (f"Ship {n} sails", (BODY,), f"https://example.com/{n}") for n in (1, 2, 3)
    ]


def test_a_pages_table_becomes_a_line_a_row() -> None:
    table = "<table><tr><th>Ship</th><th>Port</th></tr><tr><td>Ann</td><td><b>Hull</b></td></tr></table>"
    text = f"<h1>A week</h1><h2>Ships sail</h2><p>{BODY}</p>{table}<h2>Ports open</h2><p>{BODY}</p>"

    assert stories(read(text, "x.html"))[0][1] == (BODY, "Ship | Port", "Ann | Hull")


@pytest.mark.parametrize(
    "table",
    [
        "{}\n\nNorth\tExample Inc.\nSouth\tSample Ltd.\nWest\tSpecimen S.A.",
        "{}\nRound\tAmount\tSource\nFirst one\t10 million\thttps://a.b/1\nSecond one\t20 million\thttps://a.b/2",
        "{}\n\nPort\tNews\nKiel\tIt opens a second terminal.\nVigo\tIt opens a first terminal.",
        "{}\nKiel\tIt opens a second terminal.\nVigo\tIt opens a first terminal.",
        "{}\n\nSeries A\thttps://a.b/1\nSeries B\thttps://a.b/2\nSeries C\thttps://a.b/3",
    ],
    ids=["names", "columns", "columns, parted", "glued", "addresses"],
)
def test_a_table_of_facts_is_no_stories(table: str) -> None:
    told = table.format(NEWS.rstrip())

    draft = read(f"Harbour Weekly\n\n{told}\n\nThe crane moves\n{BODY}\n")

    assert [h for h, _, _ in stories(draft)] == [*HEADLINES, "The crane moves"]


def test_a_number_in_a_cell_is_a_part_of_the_text() -> None:
    rows = "1\tPort hires\t300\tIt hired people in Kiel.\n2\tLine hires\t250\tIt hired people in Vigo.\n"

    draft = read(f"Harbour Weekly\n\n{BODY}\n\n{rows}")

    assert [(h, texts) for h, texts, _ in stories(draft)] == [
        ("Port hires", ("300 | It hired people in Kiel.",)),
        ("Line hires", ("250 | It hired people in Vigo.",)),
    ]


def test_a_line_that_goes_on_below_its_cells_loses_nothing() -> None:
    rows = rows_of("A ship\tIt sails over the sea.\n\nA boat\tIt sails over the lake.")
    for row in rows:
        row.text += " And back again."

    split_cells(rows)

    assert [row.text[-16:] for row in rows] == [" And back again."] * 2
