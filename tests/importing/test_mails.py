# ruff: noqa: E501 - mails are as wide as they are
"""The layouts of newsletters that came by mail: what each shows to its reader, in cases of our own making."""

from __future__ import annotations

from datetime import date

import pytest

from bot.importing import cues
from bot.importing.draft import Draft, Role, digest_of
from bot.importing.pages import read_newsletter
from bot.importing.pasted import read_text
from bot.importing.reading import Format, Wish, read_draft
from tests.importing.languages import ISSUES
from tests.importing.test_kinds import stories

BODY = "It was a long week in the harbour, and the first ships came in on Monday morning at last."


def mail(*rows: str) -> Draft:
    html = "".join(f"<tr><td>{row}</td></tr>" for row in rows)
    text = f"<html><head><title>Harbour Weekly</title></head><body><table>{html}</table></body></html>"
    return read_draft(text.encode(), "x", wish=Wish(form=Format.MAIL))


def headlines(draft: Draft) -> list[str]:
    return [line.text for line in draft.lines if line.role is Role.HEADLINE]


def dropped(draft: Draft) -> dict[str, str]:
    return {line.text: line.reason for line in draft.lines if line.role is Role.DROPPED}


def linked(n: int, rest: str, *, bold: bool = True) -> str:
    link = f"<a href='https://example.com/{n}'>Ship {n} sails north</a>"
    return f"<p>{f'<b>{link}</b>' if bold else link}{rest}</p>"


def test_a_link_in_bold_before_a_dash_is_a_headline_whatever_stands_between() -> None:
    """By-lines are as many as the stories; and one story says no more than its headline."""
    draft = mail(
        linked(1, f" — {BODY}"), "<p>Ann Example</p>", linked(2, ""), "<p>Ben Example</p>",
        "<p style='font-size: 1.6em'>Tools</p>", linked(3, f" — {BODY}"), "<p>Cem Example</p>",
    )  # fmt: skip

    assert headlines(draft) == [f"Ship {n} sails north" for n in (1, 2, 3)]
    assert dropped(draft)["Tools"] == "heading of a section; name it as the section of its stories"


def test_links_with_their_source_behind_them_are_headlines_however_short() -> None:
    names = ("Kuleshov effect", "How ports work", "Tarrare")
    draft = mail(
        "<h2>#Learn</h2>",
        *(f"<p><a href='https://example.com/{n}'>{name}</a> //wikipedia <a href='https://example.com/c'>comments</a></p>" for n, name in enumerate(names)),
        "<h2>#Fun</h2>", f"<p>{BODY}</p>",
    )  # fmt: skip

    assert headlines(draft)[:3] == list(names)


def test_a_company_in_a_list_is_no_share_button() -> None:
    companies = ["Zoom", "Reddit", "YouTube", "Tinder"]
    items = "".join(f"<li><a href='https://example.com/{name}'>{name}</a></li>" for name in companies)

    assert headlines(mail("<h2>Outages</h2>", f"<ul>{items}</ul>")) == companies


def test_the_first_storys_headline_may_be_the_subject() -> None:
    top = "<p><a href='https://example.com'>PortWeekly</a></p>"
    stories = "".join(
        f"<p><a href='https://example.com/{n}'>{h}</a></p><p>{BODY}</p>"
        for n, h in enumerate(["Harbour rebuilt in a day", "Ferries are back again"])
    )
    content = f"From: a@b.c\nTo: d@e.f\nSubject: PortWeekly 130 - Harbour rebuilt in a day\nContent-Type: text/html\n\n{top}{stories}"

    assert headlines(read_draft(content.encode(), "x.eml")) == ["Harbour rebuilt in a day", "Ferries are back again"]  # fmt: skip


def test_bold_lines_with_a_colon_are_parts_of_the_story_whose_heading_is_a_link() -> None:
    story = "<h4><a href='https://example.com/{0}'>Ship {0} sails north</a></h4><p>{1}</p><p><b>The details:</b></p><ul><li>It rained.</li><li>It snowed.</li></ul>"
    draft = mail(*(story.format(n, BODY) for n in (1, 2, 3)))

    assert headlines(draft) == [f"Ship {n} sails north" for n in (1, 2, 3)]
    assert sum(line.text == "The details:" and line.role is Role.BODY for line in draft.lines) == 3


def test_the_list_of_contents_is_no_story() -> None:
    stories = [f"<h3>Ship {n} sails north</h3><p>{BODY}</p>" for n in (1, 2, 3)]
    listed = "".join(f"<li>Ship {n} sails</li>" for n in (1, 2, 3))
    draft = mail("<p><b>In today's edition:</b></p>", f"<ul>{listed}</ul>", *stories)

    assert headlines(draft) == [f"Ship {n} sails north" for n in (1, 2, 3)]
    assert dropped(draft)["Ship 1 sails"] == "list of contents"


def test_a_list_of_contents_without_stories_is_the_news() -> None:
    draft = mail("<p><b>In this edition:</b></p>", "<ul><li>Ships sail</li><li>Ports open</li></ul>")

    assert "list of contents" not in dropped(draft).values()


def test_the_credit_of_a_picture_left_out_is_no_text() -> None:
    draft = mail(
        "<h3>Ships sail</h3><img src='https://example.com/1.png'><p>Image source: Example</p>"
        f"<p>{BODY}</p><h3>Ports open</h3><p>{BODY}</p>"
    )

    assert dropped(draft)["Image source: Example"] == "the words of a picture left out"


def test_a_sign_for_a_video_makes_no_list() -> None:
    rows = [linked(n, f" — {BODY}") for n in range(1, 9)]
    rows[1] = rows[1].replace("<p>", "<p>▶ ")
    rows[6] = rows[6].replace("<p>", "<p>▶ ")

    assert len(headlines(mail(*rows))) == 8


def test_lines_in_capitals_above_their_texts_are_headlines() -> None:
    """Wrapped ones, and with their text directly below; stars head sections."""
    text = """***RELEASES***

PREDICTIVE FUTURES: THE NORMALISATION OF MONITORING IN THE PORTS AND IN
EDUCATION

It was a long week in the harbour, and the first ships came in on
Monday morning at last.
https://example.com/1

THE RISK MAKERS
Inside the decades-long failure of an industry to reckon with it. (Example)
https://example.com/2

***EVENTS***

SHIPS, TRAINS AND BUSES: A TALK

It was a long week in the harbour, and the first ships came in on
Monday morning at last.
https://example.com/3
"""
    draft = read_draft(text.encode(), "x", form=Format.TEXT)

    assert headlines(draft) == [
        "PREDICTIVE FUTURES: THE NORMALISATION OF MONITORING IN THE PORTS AND IN EDUCATION",
        "THE RISK MAKERS",
        "SHIPS, TRAINS AND BUSES: A TALK",
    ]
    assert dropped(draft)["***EVENTS***"] == "heading of a section; name it as the section of its stories"


def test_a_caption_below_a_picture_without_words_describes_it() -> None:
    picture = "<img src='https://example.com/1.png' width=600><p><em>The port at night</em></p>"
    draft = mail(f"<h3>Ships sail</h3><p>{BODY}</p>{picture}", f"<h3>Ports open</h3><p>{BODY}</p>")

    captions = [(line.text, line.url) for line in draft.lines if line.role is Role.CAPTION]
    assert captions == [("The port at night", "https://example.com/1.png")]
    assert dropped(draft) == {}


def test_a_polls_answers_side_by_side_go_with_its_question() -> None:
    answers = " | ".join(
        f"<a href='https://example.com/{n}'>{said}</a>"
        for n, said in enumerate(["😀 Super", "😐 Geht so", "🙁 Schlecht"])
    )
    draft = mail(headed("Nord", 1), headed("Süd", 3), "<p>Wie hat Ihnen diese Ausgabe gefallen?</p>", f"<p>{answers}</p>")  # fmt: skip

    assert dropped(draft)["😀 Super | 😐 Geht so | 🙁 Schlecht"] == "a poll"


@pytest.mark.parametrize("selector", [".outer .pre", "div.outer > span.pre", "td .outer .pre"])
def test_a_preheader_hidden_within_another_element_is_hidden(selector: str) -> None:
    style = f"<style>{selector} {{ display: none }} .elsewhere .seen {{ display: none }}</style>"
    draft = mail(f"{style}<div class='outer'><span class='pre'>All in here</span></div><div class='seen'>Hello.</div>", headed("North", 1), headed("South", 3))  # fmt: skip

    assert dropped(draft)["All in here"] == "hidden"
    assert "Hello." not in dropped(draft)


def test_a_company_of_the_senders_name_may_be_a_headline() -> None:
    content = f"From: Harbour Lines <a@b.c>\nTo: d@e.f\nSubject: Weekly 12\nContent-Type: text/html\n\n<h2>Ships sail</h2><p>{BODY}</p><h2>Harbour Lines</h2><p>{BODY}</p>"

    assert headlines(read_draft(content.encode(), "x.eml")) == ["Ships sail", "Harbour Lines"]


def test_a_sign_before_every_headline_is_none_of_it() -> None:
    text = "".join(
        f"■ {h}\n{BODY} {BODY}\n\n" for h in ("Ships Sail Again", "Ports Open Early", "Trains Run Late")
    )
    page = "".join(f"<h2>◆ {h}</h2><p>{BODY}</p>" for h in ("Ships sail", "Ports open"))

    assert headlines(read_draft(text.encode(), "x")) == [
        "Ships Sail Again",
        "Ports Open Early",
        "Trains Run Late",
    ]
    assert headlines(mail(page)) == ["Ships sail", "Ports open"]


@pytest.mark.parametrize("size", ["22px", "17pt", "1.6em", "160%"])
def test_a_line_in_larger_letters_is_a_heading(size: str) -> None:
    row = "<div style='font-size: {size}; font-weight: 400'>Ship {n} sails north</div><div>{body}</div>"
    stories = (row.format(size=size, n=n, body=BODY) for n in (1, 2, 3))
    draft = mail("<p style='font-size: 14px'>" + "</p><p style='font-size: 14px'>".join(stories) + "</p>")

    assert headlines(draft) == [f"Ship {n} sails north" for n in (1, 2, 3)]


def test_large_words_in_a_paragraph_make_no_heading() -> None:
    draft = mail(headed("North", 1), f"<p><span style='font-size: 30px'>I</span>t rained. {BODY}</p>", headed("South", 3))  # fmt: skip

    assert len(headlines(draft)) == 2


def test_a_signature_of_a_page_is_dropped() -> None:
    draft = mail(headed("North", 1), headed("South", 3), "-- <br>Ann Example<br>Harbour Office")

    assert [dropped(draft)[text] for text in ("Ann Example", "Harbour Office")] == ["the signature"] * 2


@pytest.mark.parametrize("form", [Format.TEXT, Format.MAIL])
def test_words_in_lenticular_brackets_are_the_headline_of_what_follows(form: Format) -> None:
    said = {
        "码头启用": "新码头可以同时停靠两艘船，首批旅客周一抵达。",
        "列车恢复": "每晚十点发车，共有四节卧铺车厢。",
    }
    rows = [f"【{headline}】{text}" for headline, text in said.items()]
    text = "\n\n".join(rows) if form is Format.TEXT else "".join(f"<p>{row}</p>" for row in rows)
    draft = read_draft(text.encode(), "x", form=form)

    assert headlines(draft) == list(said)
    assert [line.text for line in draft.lines if line.role is Role.BODY] == list(said.values())


def test_a_list_below_the_only_heading_is_the_news() -> None:
    text = "# Resumo\n\n- Porto abre terminal\n  - Custou 40 milhões\n- Trens voltam\n"
    draft = read_draft(text.encode(), "week.md")

    assert draft.headline() == "Resumo"
    assert headlines(draft) == ["Porto abre terminal", "Trens voltam"]


# Sponsors


def headed(heading: str, n: int, more: str = "") -> str:
    return f"<h6>{heading}</h6><h4><a href='https://example.com/{n}'>Ship {n} sails north</a></h4><p>{BODY}</p>{more}"


@pytest.mark.parametrize(
    "words",
    [
        "TOGETHER WITH EXAMPLE",
        "Presented by Example",
        "A word from our sponsor",
        "Anzeige",
        "Présenté par Exemple",
        "Contenido patrocinado",
        "Oferecido por Exemplo",
        "Contenuto sponsorizzato",
        "广告",
        "スポンサー",
    ],
)
def test_a_story_below_a_sponsors_heading_is_the_sponsors_and_the_next_is_not(words: str) -> None:
    call = "<ul><li>Save time</li></ul><p><a href='https://example.com/x'>Try it now for free</a></p>"
    draft = mail(headed("North", 1), headed(words, 2, call), headed("South", 3))

    assert headlines(draft) == ["Ship 1 sails north", "Ship 3 sails north"]
    assert [dropped(draft)[text] for text in ("Ship 2 sails north", "Save time", "Try it now for free")] == ["advertising"] * 3  # fmt: skip
    assert sum(line.role is Role.BODY for line in draft.lines) == 2


def test_who_pays_for_the_whole_mail_takes_no_story() -> None:
    draft = mail(
        "<p><b>Presented by Example</b></p>", f"<p>{BODY}</p>", headed("North", 1), headed("South", 3)
    )

    assert headlines(draft) == ["Ship 1 sails north", "Ship 3 sails north"]
    assert BODY in [line.text for line in draft.lines if line.role is Role.INTRO]


def test_a_sponsors_message_at_the_top_is_no_intro() -> None:
    draft = mail("<h2>A message from our sponsor, Example:</h2>", "<p>Buy our boats, they float well.</p>", headed("North", 1), headed("South", 3))  # fmt: skip

    assert dropped(draft)["Buy our boats, they float well."] == "advertising"
    assert len(headlines(draft)) == 2


def test_a_sponsors_picture_alone_takes_no_story() -> None:
    picture = (
        "<h6>TOGETHER WITH EXAMPLE</h6><img src='https://example.com/1.png' alt='Boats that float well'>"
    )
    draft = mail(headed("North", 1), picture, headed("South", 3))

    assert headlines(draft) == ["Ship 1 sails north", "Ship 3 sails north"]


def test_a_line_below_a_story_says_that_it_is_a_sponsors() -> None:
    draft = mail(linked(1, f" — {BODY}"), "<p>Ann Example</p>", linked(2, f" — {BODY}"), "<p>Example, Inc. sponsor</p>", linked(3, f" — {BODY}"))  # fmt: skip

    assert headlines(draft) == ["Ship 1 sails north", "Ship 3 sails north"]


@pytest.mark.parametrize("note", [" (Sponsor)", " [Anzeige]", "（广告）", " // example sponsored"])
def test_a_note_behind_a_headline_says_that_it_is_a_sponsors(note: str) -> None:
    items = (linked(n, note if n == 2 else "", bold=False) for n in (1, 2, 3))
    draft = mail(f"<ul>{''.join(item.replace('<p>', '<li>') for item in items)}</ul>")

    assert headlines(draft) == ["Ship 1 sails north", "Ship 3 sails north"]


def test_a_pasted_sponsors_story_is_dropped() -> None:
    text = f"Harbour Weekly\n\nShips Sail Again\n\n{BODY} {BODY}\n\nTOGETHER WITH EXAMPLE\n\nBoats That Float Well\n\n{BODY} {BODY}\n\nPorts Open Early\n\n{BODY} {BODY}\n"
    draft = read_draft(text.encode(), "x", form=Format.TEXT)

    assert headlines(draft) == ["Ships Sail Again", "Ports Open Early"]
    assert dropped(draft)["Boats That Float Well"] == "advertising"


def test_an_empty_place_for_an_advertisement_in_an_article_takes_nothing() -> None:
    text = f"Ships Sail Again\n\n{BODY} {BODY}\n\nAdvertisement\n\n{BODY} {BODY}\n\nPorts Open Early\n\n{BODY} {BODY}\n"
    draft = read_draft(text.encode(), "x", form=Format.TEXT)

    assert dropped(draft) == {"Advertisement": "advertising"}


STORIES = [f"<p><b>Ship {n} sails north</b></p><p>{BODY}</p>" for n in (1, 2, 3)]
LINKS = [f"<p><a href='https://example.com/{n}'>Page {n} of ours</a></p>" for n in range(6)]


@pytest.mark.parametrize(
    "layout",
    [
        "<tr><td>{links}</td><td>{stories}</td></tr>",
        "<tr><td>{stories}</td><td width='160'><p>Look here</p>{links}</td></tr>",
        # The column reaches down beside the row with the stories.
        "<tr><td><img src='https://example.com/logo.png'></td><td rowspan='2'>{links}</td></tr><tr><td>{stories}</td></tr>",
        "<tr><td>{stories}<table align='right'><tr><td>{links}</td></tr></table></td></tr>",
    ],
)
def test_a_column_of_links_beside_the_stories_is_no_news(layout: str) -> None:
    draft = mail(f"<table>{layout.format(stories=''.join(STORIES), links=''.join(LINKS))}</table>")

    assert headlines(draft) == [f"Ship {n} sails north" for n in (1, 2, 3)]
    assert dropped(draft)["Page 5 of ours"] == "links beside the stories"


@pytest.mark.parametrize(
    "rows", [[*LINKS, BODY], [f"<table><tr><td>{''.join(LINKS)}</td><td>So far.</td></tr></table>"]]
)
def test_links_that_no_story_stands_beside_are_the_news(rows: list[str]) -> None:
    assert headlines(mail(*rows)) == [f"Page {n} of ours" for n in range(6)]


def test_links_above_their_texts_are_stories_too_beside_a_column_of_links() -> None:
    stories = [f"<p><a href='https://example.com/s{n}'>Ship {n} sails</a></p><p>{BODY}</p>" for n in (1, 2)]
    draft = mail(f"<table><tr><td>{''.join(LINKS)}</td><td>{''.join(stories)}</td></tr></table>")

    assert headlines(draft) == ["Ship 1 sails", "Ship 2 sails"]


def test_links_beside_words_on_their_sender_are_the_news() -> None:
    about = f"<h3>About us</h3><p>{BODY} {BODY}</p>"
    draft = mail(f"<table><tr><td>{''.join(LINKS)}</td><td>{about}</td></tr></table>")

    assert {f"Page {n} of ours" for n in range(6)} <= {*headlines(draft)}


def test_what_leads_further_down_is_the_list_of_contents_and_names_the_stories() -> None:
    """The subject may be the first story's headline; a text's own links do not make its heading a section."""
    names = ["Brother, can you spare a jet?", "Synergy at the harbour"]
    notes = "<p>Titles elsewhere</p><p><a href='https://example.com/e'>https://example.com/e</a></p>"
    html = "".join(
        [
            *(f"<p><a href='#{n}'>{name}</a></p>" for n, name in enumerate(names)),
            *(f"<p><b>{name}</b></p><p>{BODY}</p>{notes}" for name in names),
            "<p><a href='#top'>Back to top</a></p>",
        ]
    )

    draft = read_draft(
        f"From: a@example.com\nTo: b@example.com\nSubject: {names[0]}\nContent-Type: text/html\n\n{html}".encode(),
        "x.eml",
    )

    assert headlines(draft) == names
    assert [line.reason for line in draft.lines[:2]] == ["list of contents"] * 2
    assert draft.headline() == names[0]


@pytest.mark.parametrize("words", ["Reach it!", "Get the PDF", "Go to article", "Watch on YouTube"])
def test_a_link_below_each_story_is_its_address_though_all_are_called_alike(words: str) -> None:
    again = "<p><a href='https://example.com/{n}'>{words}</a></p>"
    draft = mail(*(f"{story}{again.format(n=n, words=words)}" for n, story in enumerate(STORIES)))

    assert headlines(draft) == [f"Ship {n} sails north" for n in (1, 2, 3)]
    assert [s.url for s in digest_of(draft, day=date(2026, 9, 7), slug_id="x", registry={}).stories] == [
        f"https://example.com/{n}" for n in range(3)
    ]


@pytest.mark.parametrize(
    "words", ["Read Full Story", "Read his full commentary", "Watch Video", "Weiterlesen", "阅读全文"]
)
def test_a_link_in_bold_to_the_rest_is_its_storys(words: str) -> None:
    rest = f"<p><b><a href='https://example.com/full'>{words}</a></b></p>"

    draft = mail(STORIES[0] + rest, STORIES[1])

    assert headlines(draft) == ["Ship 1 sails north", "Ship 2 sails north"]
    assert "https://example.com/full" in [line.url for line in draft.lines if line.role is Role.LINK]


def test_who_forwarded_a_tip_covers_nothing() -> None:
    """Above it stood thirty lines, which a reader of headers dropped as a covering note."""
    draft = mail(*STORIES, "<p><b>Think of it</b></p><p>Forwarded by JW</p>", f"<p>{BODY}</p>")

    assert headlines(draft)[:3] == [f"Ship {n} sails north" for n in (1, 2, 3)]


@pytest.mark.parametrize("line", ["NEW YORK / AP", "TICKER: FLGY", "ALL OF IT"])
def test_a_line_in_capitals_stays_in_its_story(line: str) -> None:
    """Above a headline it was dropped as the name of a section."""
    draft = read_newsletter(
        f"<h1>Harbour Weekly</h1><h2>A</h2><p>{line}</p><h2>B</h2><p>{line}</p><h2>C</h2><p>Yes.</p>"
    )

    assert [texts for _, texts, _ in stories(draft)][:2] == [(line,), (line,)]


@pytest.mark.parametrize("language", ISSUES)
def test_a_line_below_the_title_and_who_wrote_it_are_no_story(language: str) -> None:
    issue = ISSUES[language]
    told = "".join(f"<h3>{h}</h3><p>{b}</p>" for h, b in issue.stories)
    head = f"<h1><a href='https://example.com/p'>{issue.title}</a></h1><h2>{issue.stories[0][0][:9]}</h2>"
    by = f"<p>Ann Example</p><p>{issue.date}</p><p>❤</p>"

    draft = read_newsletter(f"{head}{by}<p>{issue.intro}</p>{told}", title=issue.title)

    assert [h for h, *_ in stories(draft)] == [h for h, _ in issue.stories]
    said = {line.text: (line.role, line.reason) for line in draft.lines}
    assert said[issue.stories[0][0][:9].strip()] == (Role.INTRO, "")
    assert said["Ann Example"] == (Role.DROPPED, cues.BYLINE)


@pytest.mark.parametrize("ending", ["Viel Spaß beim Lesen!", "Bonne lecture !", "Cheers,", "Schöne Woche"])
def test_an_intro_ends_as_a_letter_does_and_its_stories_stand_below(ending: str) -> None:
    """All of them were dropped as the footer."""
    intro = ["Hello all.", "Much was up.", "Very much.", ending]
    above, heads = "".join(f"<p>{said}</p>" for said in intro), [h for h, _ in ISSUES["en"].stories[:3]]
    links = "\n".join(f"{h} https://example.com/{n}" for n, h in enumerate(heads))

    page = read_newsletter(
        f"<h1>Harbour Weekly</h1>{above}{''.join(f'<h2>{h}</h2><p>Yes.</p>' for h in heads[:2])}"
    )
    paste = read_text("\n\n".join(["Harbour Weekly", *intro, links]))

    assert [h for h, *_ in stories(page)] == heads[:2]
    assert [h for h, *_ in stories(paste)] == heads


@pytest.mark.parametrize("said", ["May 5, 2020", "By Ann Example", "Share"])
def test_a_first_story_with_a_date_below_its_headline_is_no_subtitle(said: str) -> None:
    """It was the intro."""
    told = "".join(f"<h2>{h}</h2><p>{said}</p><p>{b}</p>" for h, b in ISSUES["en"].stories)

    draft = read_newsletter(f"<h1>Harbour Weekly</h1>{told}", title="Harbour Weekly")

    assert [(h, texts) for h, texts, _ in stories(draft)] == [(h, (b,)) for h, b in ISSUES["en"].stories]
