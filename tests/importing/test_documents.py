# ruff: noqa: E501 - documents are quoted as they come
"""Markdown, pages, mails, feeds and previews: the stories are found, the rest is accounted for."""

from __future__ import annotations

import json
from datetime import date
from email.message import EmailMessage
from typing import Any

import pytest

from bot.core.errors import RoundupError
from bot.importing.draft import Draft, Role, digest_of
from bot.importing.pages import read_newsletter
from bot.importing.reading import Format, read_draft
from bot.importing.words import tidy

PROSE = (
    "It was a long week, and so many things were said about this that one sentence is hardly enough for it."
)
DAY = date(2020, 5, 1)


def read(text: str | bytes, source: str = "x", form: Format | None = None) -> Draft:
    return read_draft(text.encode() if isinstance(text, str) else text, source, form=form)


def stories(draft: Draft) -> list[tuple[str, tuple[str, ...], str]]:
    digest = digest_of(draft, day=DAY, slug_id="x", registry={})
    return [(story.headline, story.body.paragraphs, story.url) for story in digest.stories]


def said(draft: Draft, role: Role) -> list[str]:
    return [line.text for line in draft.lines if line.role is role]


# Markdown


def test_headings_with_prose_are_stories() -> None:
    draft = read(
        f"# The Week\n\nHello there.\n\n## Ships Sail\n\n{PROSE}\n\nAnd more besides.\n\n## [Ports](https://a.bc/p)\n\n{PROSE}\n"
    )

    assert said(draft, Role.TITLE) == ["The Week"]
    assert said(draft, Role.INTRO) == ["Hello there."]
    assert stories(draft) == [
        ("Ships Sail", (PROSE, "And more besides."), ""),
        ("Ports", (PROSE,), "https://a.bc/p"),
    ]


def test_items_that_begin_with_a_link_are_stories() -> None:
    draft = read(
        "# W\n\n## News\n\n- [Ships sail](https://a.bc/1) by Ann\n\n  > They do.\n\n- [Ports open](https://a.bc/2)\n"
    )

    assert stories(draft) == [
        ("Ships sail", ("by Ann", "They do."), "https://a.bc/1"),
        ("Ports open", (), "https://a.bc/2"),
    ]
    assert [line.text for line in draft.lines if "section" in line.reason] == ["News"]


def test_items_that_begin_in_bold_are_stories() -> None:
    draft = read(
        "# W\n\n## News\n\n- **Ships sail:** they do, [here](https://a.bc/1).\n\n  And more.\n\n- **Ports open.** Too.\n"
    )

    assert stories(draft) == [
        ("Ships sail", ("they do, here.", "And more."), "https://a.bc/1"),
        ("Ports open.", ("Too.",), ""),
    ]


def test_paragraphs_that_begin_with_a_link_are_stories() -> None:
    draft = read(
        "# W\n\n### News\n\n[Ships sail the sea](https://a.bc/1)\n\nThey do.\n\n[Ports open once more](https://a.bc/2)\n"
    )

    assert stories(draft) == [
        ("Ships sail the sea", ("They do.",), "https://a.bc/1"),
        ("Ports open once more", (), "https://a.bc/2"),
    ]


def test_a_list_below_its_introduction_is_in_the_story_where_headings_are_stories() -> None:
    """An editor wants "Addons" with its links in the body, not one story for each."""
    prose = "".join(f"## Story {n}\n\n{PROSE}\n\n" for n in range(3))
    draft = read(
        f"{prose}## Addons\n\nHere is what came out.\n\n- [one](https://a.bc/1) works\n- [two](https://a.bc/2)\n"
    )

    assert stories(draft)[3] == (
        "Addons",
        ("Here is what came out.", "• one works", "• two"),
        "https://a.bc/1",
    )


def test_a_list_of_links_among_such_lists_gives_a_story_for_each() -> None:
    draft = read(
        "".join(
            f"## News {n}\n\nHere is what came out.\n\n- [{n} sails](https://a.bc/{n})\n\n" for n in range(4)
        )
    )

    assert [headline for headline, _, _ in stories(draft)] == [f"{n} sails" for n in range(4)]


def test_an_item_without_a_link_in_front_is_a_story_among_those_with_one() -> None:
    """Nothing an editor may want is dropped; "none this week" is, with the reason."""
    text = f"""# W\n\n## News\n\n- [Ships sail](https://a.bc/1)\n- Introducing [Ports](https://a.bc/2). They open.
- A milestone\n\n  It took years.\n- {PROSE} {PROSE}\n- [Cargo waits](https://a.bc/3)\n- [Cranes](https://a.bc/4)\n- [Mail](https://a.bc/5)\n- None.\n"""
    draft = read(text)

    assert stories(draft) == [
        ("Ships sail", (), "https://a.bc/1"),
        ("Introducing Ports", ("They open.",), "https://a.bc/2"),
        ("A milestone", ("It took years.",), ""),
        (PROSE.removesuffix("."), (PROSE,), ""),
        ("Cargo waits", (), "https://a.bc/3"),
        ("Cranes", (), "https://a.bc/4"),
        ("Mail", (), "https://a.bc/5"),
    ]
    assert [line.text for line in draft.lines if line.reason == "a list item that begins with no link"] == [
        "None."
    ]


def test_a_list_in_which_few_items_begin_with_a_link_is_its_headings_story() -> None:
    draft = read(
        "# W\n\n## Merges\n\n- Handle [ships](https://a.bc/1)\n- Ports are open\n- [Cargo](https://a.bc/2) waits\n"
    )

    assert stories(draft) == [
        ("Merges", ("• Handle ships", "• Ports are open", "• Cargo waits"), "https://a.bc/1")
    ]


@pytest.mark.parametrize("long", ["word " * 40 + "end", "快乐" * 100])
def test_a_headline_longer_than_slack_shows_is_cut_and_told_in_full_below(long: str) -> None:
    draft = read(f"## News\n\n- [Ships sail](https://a.bc/1)\n- {long}\n")

    (_, (headline, body, _)) = stories(draft)
    assert 140 < len(headline) <= 150
    assert headline.endswith("…")
    assert body == (long,)


def test_a_date_in_front_of_an_items_link_is_no_headline() -> None:
    draft = read(
        "## Events\n\n- **28-30 July 2019:** [Camp](https://a.bc/1) in Rome\n- 2 Mar: [Fair](https://a.bc/2), Oslo\n"
    )

    assert stories(draft) == [
        ("Camp", ("28-30 July 2019: in Rome",), "https://a.bc/1"),
        ("Fair", ("2 Mar: Oslo",), "https://a.bc/2"),
    ]


def test_what_is_cited_or_in_a_table_holds_no_headline() -> None:
    draft = read(
        "## Numbers\n\nHere they are.\n\n| [Ships](https://a.bc/1) | 13 |\n|---|---|\n| [Ports](https://a.bc/2) | 5 |\n\n"
        "## Said\n\nAnn says:\n\n> - [Cargo](https://a.bc/3) waits\n"
    )

    assert stories(draft) == [
        ("Numbers", ("Here they are.", "Ships | 13", "Ports | 5"), "https://a.bc/1"),
        ("Said", ("Ann says:", "• Cargo waits"), "https://a.bc/3"),
    ]


def test_a_link_alone_below_a_headings_prose_is_the_storys_address() -> None:
    draft = read(
        f"# W\n\n## Ships Sail\n\n{PROSE}\n\n[Take a deep dive](https://a.bc/1)\n\n## Ports\n\n{PROSE}\n"
    )

    assert stories(draft) == [("Ships Sail", (PROSE,), "https://a.bc/1"), ("Ports", (PROSE,), "")]


def test_a_heading_with_several_paragraphs_is_a_story_though_most_headings_are_links() -> None:
    linked = "".join(f"## [Story {n}](https://a.bc/{n})\n\n{PROSE}\n\n" for n in range(3))
    draft = read(f"{linked}## Podcasts\n\n{PROSE}\n\nAnd more.\n\n## [Last](https://a.bc/9)\n\n{PROSE}\n")

    assert ("Podcasts", (PROSE, "And more."), "") in stories(draft)


@pytest.mark.parametrize(
    "header",
    [
        "---\ntitle: Perl Weekly #458 - x\ndate: 2020-05-01 10:00:00 +0800\ntags: [a b, c]\n---\n",
        '+++\ntitle = "Perl Weekly #458 - x"\ndate = 2020-05-01T10:00:00Z\ntags = ["a b", "c"]\n+++\n',
        "Title: Perl Weekly #458 - x\nDate: 2020-05-01\nTags: a b, c\n",
        "---\ntitle: ! 'Perl Weekly #458 - x'\ndate: 2020-05-01\ntags:\n  - a b\n  - c\n---\n",
    ],
    ids=["YAML", "TOML", "Pelican", "Jekyll"],
)
def test_the_header_says_title_date_and_tags(header: str) -> None:
    """YAML would end the title at its #."""
    draft = read(f"{header}\n## Ships Sail\n\n{PROSE}\n")

    assert draft.headline() == "Perl Weekly #458 - x"
    assert draft.date == DAY
    assert draft.digest_tags() == ("a b", "c")


def test_what_is_taken_from_the_header_is_not_called_dropped() -> None:
    draft = read(
        "---\ntitle: Week 7\ndate: 2020-05-01\nauthor: Ann\ntags: Travel\nurl: https://a.bc/7\n---\n\n"
        f"## Ships Sail\n\n{PROSE}\n\n## Ports Open\n\n{PROSE}\n"
    )

    assert [(line.at, line.role, line.reason) for line in draft.lines if line.at < 8] == [
        (1, Role.DROPPED, "header"),
        (2, Role.TITLE, ""),
        (3, Role.DROPPED, "header; the date is taken from it"),
        (4, Role.DROPPED, "header"),
        (5, Role.TAG, ""),
        (6, Role.LINK, ""),
        (7, Role.DROPPED, "header"),
    ]
    assert draft.headline() == "Week 7"
    assert draft.digest_tags() == ("Travel",)
    assert digest_of(draft, day=DAY, slug_id="x", registry={}).url == "https://a.bc/7"


def test_a_title_in_header_and_heading_is_taken_once() -> None:
    draft = read(f"---\ntitle: Week 7\n---\n\n# Week 7\n\n## Ships Sail\n\n{PROSE}\n\n## Ports\n\n{PROSE}\n")

    assert draft.headline() == "Week 7"
    assert draft.lines[1].reason == "header; the title is taken from the heading below"


def test_every_line_of_markdown_is_accounted_for() -> None:
    text = (
        "---\ntitle: W\n---\n\n<!-- a\n  comment -->\n# W\n\nHi.\n\n## News\n\n- [A][a] x\n- plain\n- [B](https://a.bc/b)\n\n"
        "```\ncode\n```\n\n| a | b |\n|---|---|\n| c | d |\n\n![A picture](https://a.bc/p.png)\n\n[a]: https://a.bc/a\n"
    )

    draft = read(text)

    covered = {n for line in draft.lines for n in range(line.at, max(line.at, line.last) + 1)}
    assert {n for n, row in enumerate(text.splitlines(), start=1) if tidy(row)} <= covered


def test_the_date_may_be_in_the_files_name() -> None:
    draft = read(f"# W\n\n## Ships\n\n{PROSE}\n", source="posts/2020-05-01-week.md")

    assert (draft.date, draft.date_from) == (DAY, "the file's name")


# Pages

PAGE = f"""<!DOCTYPE html><html><head><title>Road to Recovery | Example News</title>
<meta property="article:published_time" content="2020-05-01T08:00:00+08:00"><meta property="og:title" content="Road to Recovery">
<meta property="article:tag" content="Travel"><meta property="article:tag" content="E-Commerce">
<link rel="canonical" href="https://news.example.com/road"></head><body>
<nav><a href="/">Home</a> <a href="/all">All our stories</a></nav><script>var x = "Not A Headline";</script>
<article><h1>Road to Recovery</h1><p>Published May 1, 2020</p><p>This is what happened in the week. {PROSE}</p>
<h2>Fliggy Fuels Travel</h2><p>{PROSE} <a href="/fliggy">Read it</a>. {PROSE}</p>
<figure><img src="/mascot.png" alt="Two mascots run"><figcaption>The mascots on their way.</figcaption></figure>
<h2>Ports &amp; Ships Open <em>Again</em></h2><p>{PROSE} 1 &lt; 2 &amp; 3. {PROSE}</p><p>{PROSE}</p>
</article><aside><h3>Related</h3><p>Something else</p></aside><footer><p>(C) Example</p></footer></body></html>"""


def test_a_saved_article_gives_its_stories_pictures_and_data() -> None:
    draft = read(PAGE)
    digest = digest_of(draft, day=DAY, slug_id="x", registry={})

    assert (digest.title, draft.date, digest.url) == (
        "Road to Recovery",
        DAY,
        "https://news.example.com/road",
    )
    assert digest.tags == ("Travel", "E-Commerce")
    assert [story.headline for story in digest.stories] == ["Fliggy Fuels Travel", "Ports & Ships Open Again"]
    assert digest.stories[0].url == "https://news.example.com/fliggy"
    assert digest.stories[1].body.paragraphs == (f"{PROSE} 1 < 2 & 3. {PROSE}", PROSE)
    image = digest.stories[0].image
    assert image is not None
    assert (image.alt, image.caption) == ("Two mascots run", "The mascots on their way.")
    assert image.url == "https://news.example.com/mascot.png"


def test_what_is_around_the_article_is_dropped_with_the_reason() -> None:
    dropped = {line.text: line.reason for line in read(PAGE).lines if line.role is Role.DROPPED}

    assert dropped["Home All our stories"] == "page navigation"
    assert dropped["Something else"] == "beside the article"
    assert dropped["Published May 1, 2020"] == "time stamp"
    assert "the page's footer" in dropped.values()
    assert not any("Not A Headline" in line.text for line in read(PAGE).lines)


def page(article: str) -> Draft:
    return read(
        f"<!DOCTYPE html><html><head><title>Week</title></head><body><article>{article}</article></body></html>"
    )


SHIPS = f"<h2>Ships</h2><p>{PROSE} {PROSE}</p><p>{PROSE}</p>"
PORTS = f"<h2>Ports</h2><p>{PROSE} {PROSE}</p>"


def test_the_links_of_a_pages_table_are_no_headlines() -> None:
    """An encyclopedia's box of facts has a hundred."""
    rows = "".join(f'<tr><th><a href="https://a.bc/{n}">Fact {n}</a></th><td>{n}</td></tr>' for n in range(3))
    draft = page(f"<table>{rows}</table><p>{PROSE}</p>{SHIPS}")

    assert said(draft, Role.HEADLINE) == ["Ships"]
    assert "Fact 1 | 1" in said(draft, Role.INTRO)


@pytest.mark.parametrize("marks", ['class="share-container"', 'id="ships"'])
def test_an_article_is_not_furniture_because_of_what_its_wrapper_is_called(marks: str) -> None:
    draft = page(f"<div {marks}>{SHIPS}{PORTS}</div>")

    assert said(draft, Role.HEADLINE) == ["Ships", "Ports"]


def test_a_sections_id_made_of_its_heading_says_nothing_about_it() -> None:
    sharing = f'<div id="sharing-ships"><h2>Sharing ships</h2><p>{PROSE}</p></div>'
    draft = page(f"{SHIPS}{sharing}{PORTS}")

    assert said(draft, Role.HEADLINE) == ["Ships", "Sharing ships", "Ports"]


def test_the_titles_in_a_gallery_are_the_pictures() -> None:
    gallery = f'<div class="full-gallery"><ul><li><h2>1/2 A mast</h2><p>{PROSE[:40]}</p></li></ul></div>'
    draft = page(f"{SHIPS}{gallery}{PORTS}")

    assert said(draft, Role.HEADLINE) == ["Ships", "Ports"]
    assert "1/2 A mast" in said(draft, Role.CAPTION)


# Mails

MAIL = f"""<html><head><title>Weekly 7</title></head><body><table><tr><td><a href="https://a.bc">Weekly</a></td></tr>
<tr><td><p>Dear reader, here is the week.</p></td></tr><tr><td><div style="font-weight: bold">News</div></td></tr>
<tr><td><table><tr><td><a href="https://a.bc/1" style="font-weight:bold">Ships sail</a><br>by Ann Lee<p>{PROSE}</p></td>
<td><img src="a.png" width="80"></td></tr></table></td></tr>
<tr><td><a href="https://a.bc/2" style="font-weight:bold">Ports open</a><br><p>{PROSE}</p></td></tr>
<tr><td>You can <a href="https://a.bc/u">unsubscribe here</a>.</td></tr></table></body></html>"""


def mail(html: str, **headers: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "a@example.com", "b@example.com"
    message["Subject"] = headers.get("subject", "Weekly 7: 快乐")
    message["Date"] = headers.get("date", "Fri, 01 May 2020 23:30:00 -0700")
    message.set_content("text version")
    message.add_alternative(html, subtype="html")
    return message.as_bytes()


def test_a_newsletter_mail_gives_its_stories_and_its_date() -> None:
    draft = read(mail(MAIL))

    assert draft.headline() == "Weekly 7: 快乐"
    assert draft.date == DAY
    assert stories(draft) == [
        ("Ships sail", (PROSE,), "https://a.bc/1"),
        ("Ports open", (PROSE,), "https://a.bc/2"),
    ]
    assert said(draft, Role.INTRO) == ["Dear reader, here is the week."]
    assert {line.text: line.reason for line in draft.lines}["You can unsubscribe here."] == "the footer"


def test_a_mail_of_a_year_beyond_all_years_has_no_date() -> None:
    sent = b"From: a@example.com\nDate: Mon, 01 Jan 99999999999999999999 10:00:00 GMT\nSubject: Week\n\nShips sail."

    assert read(sent).date is None


def test_hidden_words_are_dropped_with_the_reason_and_change_nothing_else() -> None:
    """A preheader is shown in the list of mails only; it is no intro, and not lost silently either."""
    rows = "".join(f"<tr><td><h2>Ship {n} {{}}Sails</h2></td><td><p>{PROSE}</p></td></tr>" for n in range(3))
    preheader = '<div style="display: none; x: y">See <b>inside</b><script>no()</script></div>'
    padding = "<div hidden>&nbsp;&zwnj;&nbsp;</div>"

    plain, hiding = (
        read(f"<html><body>{top}<table>{rows.replace('{}', inside)}</table></body></html>", "x.html")
        for top, inside in [("", ""), (preheader + padding, "<span hidden>never</span> ")]
    )

    assert [(x.text, x.reason) for x in hiding.lines if x.role is Role.DROPPED] == [
        ("See inside", "hidden"),
        *([("never", "hidden")] * 3),
    ]
    assert stories(hiding) == stories(plain)


def test_a_feeds_hidden_words_are_no_text() -> None:
    entry = {"title": "Ships", "content_html": f"<p hidden>psst</p><p>{PROSE}</p>"}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Week", "items": [entry, entry]}

    draft = read(json.dumps(feed), "feed.json")

    assert stories(draft) == [("Ships", (PROSE,), "")] * 2
    assert [x.reason for x in draft.lines if x.text == "psst"] == ["hidden", "hidden"]


def test_a_table_newsletter_without_mail_headers_is_read_as_one() -> None:
    assert [headline for headline, _, _ in stories(read(MAIL))] == ["Ships sail", "Ports open"]


def test_an_item_of_a_mail_that_is_a_list_of_names_is_no_line_of_tags() -> None:
    draft = read_newsletter(
        '<ul><li><a href="https://a.bc/1">AzureR: AzureStor, AzureVM, AzureGraph</a></li></ul>'
    )

    assert said(draft, Role.HEADLINE) == ["AzureR: AzureStor, AzureVM, AzureGraph"]


def test_a_damaged_mail_still_says_something() -> None:
    damaged = (
        mail(MAIL)
        .replace(b"multipart/alternative", b"multipart/alternativ\xff")
        .replace(b"01 May", b"99 Foo")
    )

    draft = read(damaged, form=Format.MAIL)

    assert draft.date is None


# Feeds

ENTRIES = [("Ships sail", "https://a.bc/1"), ("Ports &amp; more", "https://a.bc/2")]
RSS = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Week</title><link>https://a.bc/</link>'
    "<pubDate>Fri, 01 May 2020 10:00:00 GMT</pubDate>"
    + "".join(
        f"<item><title>{t}</title><link>{u}</link><category>Travel</category><description>&lt;p&gt;{PROSE}&lt;/p&gt;"
        f"&lt;script&gt;x()&lt;/script&gt;</description></item>"
        for t, u in ENTRIES
    )
    + "</channel></rss>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>Week</title><updated>2020-05-01T00:00:00Z</updated>'
    + "".join(
        f'<entry><title>{t}</title><link href="{u}"/><category term="Travel"/><content type="html">&lt;p&gt;{PROSE}&lt;/p&gt;'
        "</content></entry>"
        for t, u in ENTRIES
    )
    + "</feed>"
)
JSON_FEED = json.dumps({
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Week",
    "items": [
        {"id": u, "url": u, "title": t.replace("&amp;", "&"), "content_html": f"<p>{PROSE}</p>", "tags": ["Travel"],
         "date_published": "2020-05-01T00:00:00Z"}
        for t, u in ENTRIES
    ],
})  # fmt: skip


@pytest.mark.parametrize("feed", [RSS, ATOM, JSON_FEED], ids=["RSS", "Atom", "JSON Feed"])
def test_a_feeds_entries_are_stories(feed: str) -> None:
    draft = read(feed)
    digest = digest_of(draft, day=DAY, slug_id="x", registry={})

    assert (digest.title, draft.date) == ("Week", DAY)
    assert [(s.headline, s.body.paragraphs, s.url, s.tags) for s in digest.stories] == [
        ("Ships sail", (PROSE,), "https://a.bc/1", ("Travel",)),
        ("Ports & more", (PROSE,), "https://a.bc/2", ("Travel",)),
    ]


def test_a_feed_of_issues_gives_its_newest_issue() -> None:
    issue = "".join(f"&lt;h2&gt;Story {n}&lt;/h2&gt;&lt;p&gt;{PROSE}&lt;/p&gt;" for n in range(4))
    items = "".join(
        f"<item><title>Weekly Roundup #{n}</title><link>https://a.bc/{n}</link><pubDate>Fri, 0{n} May 2020 10:00:00 GMT"
        f"</pubDate><description>{issue}</description></item>"
        for n in (1, 2)
    )

    draft = read(f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>')

    assert (draft.headline(), draft.date) == ("Weekly Roundup #2", date(2020, 5, 2))
    assert [headline for headline, _, _ in stories(draft)] == [f"Story {n}" for n in range(4)]
    assert said(draft, Role.DROPPED) == ["Weekly Roundup #1"]


# Bad input


def nested(depth: int) -> str:
    return "<html><body>" + "<div>" * depth + "x" + "</div>" * depth


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">' for n in range(1, 12))
    + "]><rss><channel><title>&a11;</title><item><title>&a11;</title></item></channel></rss>"
)
MANY = '<rss version="2.0"><channel>' + "<item><title>x</title></item>" * 5000 + "</channel></rss>"


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (nested(100_000), Format.HTML),
        (nested(100_000), Format.MAIL),
        ("> " * 50_000 + "x", Format.MARKDOWN),
        ("[" * 50_000, Format.MARKDOWN),
        ("- " * 20_000 + "x", Format.MARKDOWN),
        (LAUGHS, Format.FEED),
        ("<html>", Format.FEED),
        ('{"version": "https://jsonfeed.org/version/1", "items": 3}', None),
        ("[" * 100_000, None),
        ("<!-- -->", Format.HTML),
        ("<html><body>&nbsp;<script>alert(1)</script></body></html>", None),
        ('[{"channel": 1, "thread": 2, "text": 3, "blocks": [{"type": "header"}]}]', None),
    ],
)
def test_hostile_input_is_read_or_refused_and_nothing_else(content: str, form: Format | None) -> None:
    try:
        draft = read(content, form=form)
    except RoundupError:
        return
    assert sum(len(line.text) for line in draft.lines) < 10 * len(content)


def test_a_feed_of_5000_entries_is_refused() -> None:
    with pytest.raises(RoundupError, match="5,000 entries"):
        read(MANY)


def test_markup_becomes_words_and_only_web_addresses_are_kept() -> None:
    page = (
        '<rss version="2.0"><channel><title>&lt;b&gt;Week&lt;/b&gt;</title><item><title>A &amp;lt;script&amp;gt; for you</title>'
        "<link>javascript:alert(1)</link><description>&lt;img src=x onerror=alert(1)&gt;Hi &amp;amp; ho</description>"
        "</item></channel></rss>"
    )

    draft = read(page)

    assert draft.headline() == "Week"
    assert stories(draft) == [("A <script> for you", ("Hi & ho",), "")]


def test_utf_16_is_read() -> None:
    draft = read(f"Weekly Roundup\n\nShips Sail Again\n\n{PROSE}\n".encode("utf-16"))

    assert [headline for headline, _, _ in stories(draft)] == ["Ships Sail Again"]


def test_what_a_preview_shows_comes_back() -> None:
    """As the preview's JSON says it, in short; the real one is imported in the command's own test."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": "Week"}},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "Friday, 1 May 2020 · 1 story · <https://a.bc/?a=1&amp;b|Web version>"}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
            {"type": "link", "url": "https://a.bc/1", "text": "Ships sail", "style": {"bold": True}}]}]},
        {"type": "section", "text": {"type": "plain_text", "text": f"{PROSE}\n\nMore."}},
        {"type": "context", "elements": [{"type": "plain_text", "text": "#2018-1 · Fliggy · Travel"}]},
        {"type": "divider"},
        {"type": "actions", "elements": [{"type": "button", "url": "https://a.bc/n", "text": {"type": "plain_text", "text": "Sign up"}}]},
    ]  # fmt: skip
    draft = read(json.dumps([{"channel": "#x", "thread": False, "text": "", "blocks": blocks}]))
    digest = digest_of(draft, day=draft.date or date(1970, 1, 1), slug_id="x", registry={"Fliggy": []})

    assert (digest.title, digest.date, digest.url, digest.newsletter) == (
        "Week",
        DAY,
        "https://a.bc/?a=1&b",
        "https://a.bc/n",
    )
    (story,) = digest.stories
    assert (story.headline, story.body.paragraphs, story.url) == (
        "Ships sail",
        (PROSE, "More."),
        "https://a.bc/1",
    )
    assert (story.companies, story.tags) == (("Fliggy",), ("Travel",))


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Ships sail. " * 42_000, "x.txt"),
        ("- [Ships](https://a.bc) sail\n" * 20_000, "x.md"),
        ("a\n" * 20_001, "x.txt"),
        (f"<p>{'Ships sail. ' * 42_000}</p>", "x.html"),
        ("<p>Ships<br>" * 20_001, "x.html"),
        ("Subject: a\nFrom: b\nDate: c\n\n" + "Ships sail. " * 42_000, "x.eml"),
    ],
    ids=["text", "Markdown", "lines", "page", "blocks", "mail"],
)
def test_what_is_far_longer_than_a_roundup_is_refused_unread(text: str, source: str) -> None:
    """Reading 5 MB of words took half a minute, only to end in an error."""
    with pytest.raises(
        RoundupError, match=r"this has more than [\d,]+ [a-z ]+ of text, and no roundup has so many; cut"
    ):
        read(text, source)


def test_a_pages_scripts_do_not_count_as_its_words() -> None:
    page = f"<html><body><script>{'x' * 600_000}</script><h2>Ships Sail</h2><p>{PROSE}</p></body></html>"

    assert stories(read(page, "x.html")) == [("Ships Sail", (PROSE,), "")]
