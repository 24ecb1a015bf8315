"""A paste whose stories look alike is read by what repeats, in whatever layout and language."""

from __future__ import annotations

from itertools import product

import pytest

from bot.core.sentences import sentences
from bot.importing.cues import SECTION
from bot.importing.draft import Role, links_left_out
from bot.importing.pages import read_html, read_newsletter
from bot.importing.pasted import read_text
from bot.importing.reading import read_draft
from tests.importing.languages import ISSUES
from tests.importing.layouts import DOCUMENTS, EMOJI, LAYOUTS, SOURCE, Told, page_of, paste_of
from tests.importing.test_kinds import digest

pytestmark = pytest.mark.again


@pytest.mark.parametrize("language", ISSUES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_stories_that_look_alike_are_found(language: str, layout: str) -> None:
    """With one sentence each or several, with blank lines between them or not, alone or within a mail."""
    issue = ISSUES[language]
    for loose, short, mailed in product([False, True], repeat=3):
        told = [
            Told(n, headline, sentences(text)[0].strip() if short else text, language)
            for n, (headline, text) in enumerate(issue.stories, start=1)
        ]
        above = [issue.title, *issue.above, issue.date, issue.intro] if mailed else [issue.title]
        pasted = paste_of(told, layout, above=above, below=[*issue.below] if mailed else [], loose=loose)

        read = digest(read_text(pasted)).stories

        addressed = told[0].url in pasted
        assert [(story.headline.lstrip(EMOJI), story.url) for story in read] == [
            (story.headline, story.url if addressed else "") for story in told
        ], pasted
        if told[0].text in pasted:
            said = ["".join(text for text in story.body.paragraphs if text != SOURCE) for story in read]
            assert said == [story.text for story in told], pasted


@pytest.mark.parametrize("language", ISSUES)
@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if layout.endswith("text, address")])
def test_stories_without_a_title_above_them_lose_none_to_it(language: str, layout: str) -> None:
    """Their first line was the title, and its text the intro; of two alone nothing was read."""
    stories = ISSUES[language].stories
    all_told = [Told(n, *story, language) for n, story in enumerate(stories, start=1)]
    several = [told for told in (all_told[:2], all_told[:3], all_told) if "source" not in layout or told[2:]]
    for told, loose in product(several, [False, True]):
        draft = read_text(paste_of(told, layout, above=[], below=[], loose=loose))

        assert [(s.headline, s.url) for s in digest(draft).stories] == [(s.headline, s.url) for s in told]


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("layout", ["headline, text", "headline, blank line, text"])
@pytest.mark.parametrize("language", ISSUES)
def test_stories_without_title_and_address_lose_none_to_a_title(
    language: str, layout: str, count: int
) -> None:
    """Of two the first was title and intro. Where all lines stand apart, three may well have a title."""
    told = [Told(n, *story, language) for n, story in enumerate(ISSUES[language].stories[:count], start=1)]
    if "blank" in layout and count > 2:
        return

    draft = read_text(paste_of(told, layout, above=[], below=[], loose=True))

    assert [(s.headline, "".join(s.body.paragraphs)) for s in digest(draft).stories] == [
        (s.headline, s.text) for s in told
    ]


@pytest.mark.parametrize("language", sorted(ISSUES.keys() - {"zh", "ja"}))  # of which none is guessed
def test_a_title_above_an_intro_stays_one(language: str) -> None:
    issue = ISSUES[language]
    told = [f"{h}\n{b}" for h, b in issue.stories[:2]]

    draft = read_text("\n\n".join([issue.stories[3][0], issue.intro, *told]))

    assert draft.headline() == issue.stories[3][0]
    assert [s.headline for s in digest(draft).stories] == [h for h, _ in issue.stories[:2]]


@pytest.mark.parametrize(
    "intro",
    [
        *(
            "Diese Woche gab es viel zu erzählen, vor allem aus China.",
            "Not much happened, but what did mattered a lot.",
        ),
        *(
            "Cette semaine, beaucoup de choses à raconter, surtout en Chine.",
            "Esta semana hubo mucho que contar, y casi todo en China.",
        ),
        *(
            "Esta semana houve muito para contar, sobretudo na China.",
            "Questa settimana c'è molto da raccontare, specie dalla Cina.",
        ),
    ],
)
def test_a_title_right_above_an_intro_is_no_story(intro: str) -> None:
    told = [f"{h}\n{b}" for h, b in ISSUES["en"].stories[:3]]

    draft = read_text("\n\n".join([f"Greetings from the road\n{intro}", *told]))

    assert draft.headline() == "Greetings from the road"
    assert [s.headline for s in digest(draft).stories] == [h for h, _ in ISSUES["en"].stories[:3]]


def test_a_title_that_became_a_headline_is_told() -> None:
    draft = read_text("\n\n".join(f"{h}\n{b}" for h, b in ISSUES["en"].stories[:3]))

    assert draft.warnings == (
        f"line 1 was taken as the first headline, and may be the title: {ISSUES['en'].stories[0][0]!r}",
    )


@pytest.mark.parametrize("language", ISSUES)
@pytest.mark.parametrize("between", [" ", "\n"])
def test_one_text_with_its_address_is_a_story(language: str, between: str) -> None:
    """No story was found in it, though an editor pastes one after the other."""
    text = ISSUES[language].stories[0][1]

    draft = read_text(f"{text}{between}https://example.com/1")

    first = sentences(text)[0].strip()
    assert [(s.headline, s.url) for s in digest(draft).stories] == [
        (first.rstrip(".。"), "https://example.com/1")
    ]


@pytest.mark.parametrize("language", ISSUES)
def test_the_first_of_titles_alone_is_one_of_them(language: str) -> None:
    titles = [h.rstrip("?？") for h, _ in [*ISSUES[language].stories, ("Five more ships sail home", "")]]

    draft = read_text("\n".join(titles))

    assert [s.headline for s in digest(draft).stories] == titles


@pytest.mark.parametrize("farewell", ["Ahoy to all of you\nAnn Example", "Ann Example"])
def test_who_sent_it_takes_no_address_from_the_last_story(farewell: str) -> None:
    """Each headline had the address of the story above, and "Ahoy to all of you" that of the last."""
    told = [Told(n, *story) for n, story in enumerate(ISSUES["en"].stories, start=1)]
    pasted = paste_of(told, "headline, text, read more", above=["Hello all,"], below=[], loose=True)

    read = digest(read_text(f"{pasted}\n{farewell}\n")).stories

    assert [(s.headline, s.url) for s in read][:4] == [(s.headline, s.url) for s in told]


def test_an_article_with_two_links_is_no_two_stories() -> None:
    pasted = (
        "Ships sail again\n\nThe ships sail from Monday on, says the port.\n\n"
        "What it costs\n\nThere is a list of it.\nhttps://example.com/list\n\n"
        "The trips take nine hours.\n\nAnother port has ships, too.\nhttps://example.com/other"
    )

    assert "What it costs" in [story.headline for story in digest(read_text(pasted)).stories]
    assert "The trips take nine hours" not in str([s.headline for s in digest(read_text(pasted)).stories])


@pytest.mark.parametrize("language", ISSUES)
@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if layout.endswith(", text, address")])
def test_a_story_that_has_another_line_or_no_address_is_seen_by_the_others(
    language: str, layout: str
) -> None:
    """A section's name above it, a paragraph more, or no address of its own."""
    issue = ISSUES[language]
    told = [Told(n, *story, language) for n, story in enumerate(issue.stories, start=1)]
    one, two, three, four = (paste_of([s], layout, above=[], below=[], loose=False).strip() for s in told)
    line = told[2].text

    def read(*stories: str) -> list[tuple[str, str]]:
        draft = read_text("\n".join([f"{issue.title}\n", *stories]))
        return [(story.headline.lstrip(EMOJI), story.url) for story in digest(draft).stories]

    wanted = [(story.headline, story.url) for story in told]
    assert read(one, two, "2026", three, four) == wanted
    if layout[0] != "h" or "source" not in layout:
        assert read(one, two, three.replace(line, f"{line}\n{line}"), four) == wanted
        assert read(one, two.replace(f"\n{told[1].url}", ""), three, four) == [
            (headline, "" if n == 1 else url) for n, (headline, url) in enumerate(wanted)
        ]


@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if "**" not in layout])
def test_a_paste_that_is_called_markdown_is_read_as_the_paste_that_it_is(layout: str) -> None:
    issue = ISSUES["en"]
    told = [Told(n, *story) for n, story in enumerate(issue.stories, start=1)]
    pasted = paste_of(told, layout, above=[issue.title], below=[], loose=False).encode()

    assert read_draft(pasted, "week.md").lines == read_draft(pasted, "week.txt").lines


@pytest.mark.parametrize("name", ["week.md", "week.txt"])
@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if "**" in layout])
@pytest.mark.parametrize("language", ISSUES)
def test_what_is_typed_in_bold_is_a_headline_whether_it_is_called_markdown_or_not(
    language: str, layout: str, name: str
) -> None:
    """All lines of a paragraph, they were one; in a text they lost but the first star."""
    issue = ISSUES[language]
    told = [Told(n, *story, language) for n, story in enumerate(issue.stories, start=1)]
    pasted = paste_of(told, layout, above=[issue.title], below=[], loose=False)

    read = digest(read_draft(pasted.encode(), name)).stories

    assert [(s.headline, "".join(s.body.paragraphs), s.url) for s in read] == [
        (s.headline, s.text, s.url) for s in told
    ]


@pytest.mark.parametrize("language", ISSUES)
@pytest.mark.parametrize("layout", DOCUMENTS)
def test_stories_that_look_alike_are_found_in_pages_and_mails(language: str, layout: str) -> None:
    issue = ISSUES[language]
    told = [Told(n, *story, language) for n, story in enumerate(issue.stories, start=1)]
    for read, around in product([read_html, read_newsletter], [False, True]):
        above = [*issue.above, issue.date, issue.intro] if around else []
        below = [*issue.below] if around else []
        page = page_of(told, layout, title=issue.title, above=above, below=below)

        stories = digest(read(page)).stories

        assert [(story.headline, story.url) for story in stories] == [(s.headline, s.url) for s in told], page
        if told[0].text in page:
            said = ["".join(text for text in story.body.paragraphs if text != SOURCE) for story in stories]
            assert said == [story.text for story in told], page


def test_the_first_of_two_addresses_is_the_storys() -> None:
    """The article's, then where it is talked about; a story of one address among them is found as well."""
    issue = ISSUES["en"]
    rows = [issue.title]
    for n, (headline, _) in enumerate(issue.stories):
        rows += [headline, f"https://example.com/{n}", *([f"https://example.org/{n}"] if n else [])]

    for between in ("\n", "\n\n"):
        read = digest(read_text(between.join(rows))).stories

        assert [(story.headline, story.url) for story in read] == [
            (headline, f"https://example.com/{n}") for n, (headline, _) in enumerate(issue.stories)
        ]


def test_a_text_keeps_its_blanks_where_its_pointer_is_taken_for_the_storys_link() -> None:
    """They stand in runs of their own, as the link does, and went with it: "Shipssail"."""
    told = "<p><b>Ships</b> <i>sail</i> <a href='https://e.example/a'>far</a>. <a href='{}'>Read more</a></p>"
    pages = "".join(f"<h2>Ship {n}</h2>{told.format(f'https://e.example/{n}')}" for n in (1, 2, 3))

    read = digest(read_newsletter(f"<body>{pages}</body>")).stories

    assert [(story.body.paragraphs, story.url) for story in read] == [
        (("Ships sail far.",), f"https://e.example/{n}") for n in (1, 2, 3)
    ]


def test_what_points_at_a_storys_address_is_in_the_line_of_its_link() -> None:
    """It went without a trace."""
    stories = "".join(f"Ship {n} sails\nIt does. Read more: https://e.example/{n}\n" for n in (1, 2, 3))

    draft = read_text(f"Weekly Roundup\n\n{stories}")

    assert [line.text for line in draft.lines if line.role is Role.LINK] == [
        f"Read more: https://e.example/{n}" for n in (1, 2, 3)
    ]


def test_a_link_within_a_headline_is_kept_beside_the_storys() -> None:
    told = "".join(
        f"<p>Ship {n} <a href='https://e.example/s{n}'>sails</a></p><p>It does.</p><p>https://e.example/{n}</p>"
        for n in (1, 2, 3)
    )
    draft = read_newsletter(f"<body>{told}</body>")

    assert [(story.headline, story.url) for story in digest(draft).stories] == [
        (f"Ship {n} sails", f"https://e.example/{n}") for n in (1, 2, 3)
    ]
    assert links_left_out(draft) == {f"Ship {n} sails": (f"https://e.example/s{n}",) for n in (1, 2, 3)}


@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize("mark", ["", "- "])
@pytest.mark.parametrize("language", ISSUES)
def test_titles_alone_are_stories_and_short_lines_above_them_name_sections(
    language: str, mark: str, between: str
) -> None:
    """Nothing stands below them, no text and no address: they were the intro, or one story's body."""
    issue = ISSUES[language]
    titles = [headline for headline, _ in issue.stories]
    said = [f"{mark}{title}" for title in titles]
    pasted = between.join([issue.title, issue.intro, "Fliggy", *said[:2], "Cainiao", *said[2:]])

    draft = read_text(pasted)

    assert [line.text for line in draft.lines if line.role is Role.HEADLINE] == titles
    assert [line.text for line in draft.lines if line.reason == SECTION] == ["Fliggy", "Cainiao"]


def test_what_is_below_an_item_heads_nothing_unless_items_follow() -> None:
    """The rest of an item that was broken was dropped as the name of a section, and so was a farewell."""
    draft = read_text(
        "Weekly\nTravel\n- Ships sail again after a year\nof repairs\n- Trains stop at night\n"
        "Business\n- Prices rise again\n- Harbours are sold\nAhoy to all of you"
    )

    bodies = [line.text for line in draft.lines if line.role is Role.BODY]
    assert bodies == ["of repairs", "Ahoy to all of you"]
    assert [line.text for line in draft.lines if line.reason == SECTION] == ["Travel", "Business"]


def test_a_headline_that_was_said_above_is_one() -> None:
    """It was dropped as said again and again, and then was a headline with a reason: nothing was read."""
    told = [
        f"Ships sail to pier {n}\nThe harbour opens on day {n} of this week.\nhttps://example.com/{n}"
        for n in range(5)
    ]

    read = digest(read_text("\n\n".join(["Ships sail to pier 0", "Ships sail to pier 0", *told]))).stories

    assert [(s.headline, s.url) for s in read] == [
        (f"Ships sail to pier {n}", f"https://example.com/{n}") for n in range(5)
    ]


@pytest.mark.parametrize(
    "pasted",
    [
        "The ship\ngoes down the river\nand nobody knows\nwhere it comes from\nor will go",
        "Fliggy\nCainiao\nTaobao Live\nYouku\nAlibaba Cloud",
        "Friday meeting\n09:00 Coffee\n09:30 Talk on ships\n10:30 Break\n12:00 Lunch",
        "Alibaba Xixi Park\n969 Wen Yi Road\nYuhang\nHangzhou 311121\nChina",
    ],
    ids=["verse", "names", "agenda", "address"],
)
def test_short_lines_that_are_no_titles_are_no_stories(pasted: str) -> None:
    assert not [line for line in read_text(pasted).lines if line.role is Role.HEADLINE]


@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize("language", ISSUES)
def test_titles_above_their_addresses_are_stories_whatever_else_the_text_has(
    language: str, between: str
) -> None:
    """Below texts without an address they were part of the last one; a section's name parts them."""
    issue = ISSUES[language]
    told = [Told(n, *story, language) for n, story in enumerate(issue.stories, start=1)]
    texts = [f"Taobao {n}{between}{s.text}{between}{s.text}{between}{s.text}" for n, s in enumerate(told)]
    listed = [f"{s.headline}{between}{s.url}{between}https://example.org/{s.n}" for s in told]
    pasted = between.join([issue.title, *texts, *listed[:2], "Cainiao", *listed[2:]])

    read = digest(read_text(pasted)).stories

    assert [(s.headline, s.url) for s in read if s.url] == [(s.headline, s.url) for s in told]


@pytest.mark.parametrize("brackets", ["【{}吗？】", "「{}吗？」", "『{}吗？』", "（{}吗？）"])
@pytest.mark.parametrize(
    "layout", [layout for layout in LAYOUTS if "address" in layout and "【" not in layout]
)
def test_a_question_in_chinese_brackets_is_a_headline(layout: str, brackets: str) -> None:
    """It was taken for a sentence, and the text below it for the headline."""
    stories = ISSUES["zh"].stories
    told = [
        Told(n, brackets.format(h.rstrip("？")), text, "zh") for n, (h, text) in enumerate(stories, start=1)
    ]

    read = digest(read_text(paste_of(told, layout, above=[ISSUES["zh"].title], below=[], loose=True))).stories

    said = [story.headline.lstrip(EMOJI).strip("【】「」『』（）") for story in read]
    assert said == [story.headline[1:-1] for story in told]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_chinese_headlines_and_texts_may_be_short(layout: str) -> None:
    """They say in six signs what takes twelve letters elsewhere."""
    said = {
        "阿里发布新品": "周一上市。",
        "淘宝上线新版": "首批用户已经收到。",
        "盒马开出新店": "店里有三千种商品。",
    }
    told = [Told(n, headline, text, "zh") for n, (headline, text) in enumerate(said.items(), start=1)]

    read = digest(read_text(paste_of(told, layout, above=["阿里周刊"], below=[], loose=False))).stories

    assert [story.headline.lstrip(EMOJI) for story in read] == list(said)
