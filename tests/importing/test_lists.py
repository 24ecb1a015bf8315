"""Stories of a line each, beside others that are told at length: in brief, or as links at the end."""

from __future__ import annotations

import pytest

from bot.importing import cues
from bot.importing.draft import Role
from bot.importing.reading import read_draft
from bot.importing.report import report
from tests.importing.languages import ISSUES
from tests.importing.test_everywhere import PLAIN, READERS, head, issue_of, item, linked, p, read, roles
from tests.importing.test_kinds import stories

SHORT = [
    "Cainiao moves parcels by night train",
    "Fliggy maps every pier of the river",
    "Amap counts its stairs",
]
BRIEFS = "In Brief|Also:|Kurz notiert|En bref|En breve|Também|Altre notizie|简讯|その他のニュース"
HEADLINES = [h for h, _ in ISSUES["en"].stories]
FULL = READERS.keys() - PLAIN


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("heading", BRIEFS.split("|"))
def test_what_is_told_in_brief_is_a_story_each(heading: str, reader: str) -> None:
    """Where the others have headings, the list was the text of a story "In Brief", or no part of the page."""
    listed = [item(linked(n, title)) for n, title in enumerate(SHORT)]

    draft = read(issue_of(above=[p(ISSUES["en"].intro)], below=[head(heading), *listed]), reader)

    assert [h for h, *_ in stories(draft)] == [*HEADLINES, *SHORT]
    assert roles(draft)[heading] == (Role.DROPPED, cues.SECTION)


@pytest.mark.parametrize("reader", FULL)
@pytest.mark.parametrize("language", ISSUES)
def test_links_at_the_end_are_stories_where_others_are_links(language: str, reader: str) -> None:
    """The first was the last story's link, and the others were part of neither, or of no article."""
    issue = ISSUES[language]
    first, second, *listed = issue.stories
    title = p(issue.title, kind="h1")
    wanted = [h for h, _ in issue.stories]
    for begin in (head, item):
        told = [
            part for n, (h, b) in enumerate([first, second, first]) for part in (begin(linked(n, h)), p(b))
        ]
        links = [p(linked(n, h)) for n, (h, _) in enumerate([*listed, *listed], start=7)]

        draft = read([title, p(issue.intro), *told, *links], reader)

        assert [h for h, *_ in stories(draft)] == [*wanted[:2], wanted[0], *wanted[2:], *wanted[2:]], begin


@pytest.mark.parametrize("reader", ["Markdown", "mail, HTML", "docx"])
def test_links_below_the_text_of_a_heading_among_others_are_its_own(reader: str) -> None:
    """They were stories, and the last story was no more than the name of their section."""
    links = [p(linked(n, title)) for n, title in enumerate(SHORT)]

    draft = read(issue_of(below=links), reader)

    assert [h for h, *_ in stories(draft)] == HEADLINES
    assert [line.text for line in draft.lines if line.role is Role.LINK] == SHORT


def test_a_headline_that_ends_with_a_quoted_word_is_no_quotation() -> None:
    """What stood below it with a dash was taken for whose it is, and its address was left in it."""
    told = [
        f'{title} "{n}"\n– It is so since {n} o’clock. https://example.com/{n}'
        for n, title in enumerate(SHORT)
    ]

    read = stories(read_draft("\n\n".join(["The week", *told]).encode(), "week.txt"))

    assert [(h, url) for h, _, url in read] == [
        (f'{title} "{n}"', f"https://example.com/{n}") for n, title in enumerate(SHORT)
    ]


QUOTED = '"{0}"|“{0}”|„{0}“|« {0} »|»{0}«|「{0}」|> {0}'
WHOSE = "— Ann Example ({0})|– Ann Example, Fliggy ({0})|-- Ann Example: {0}|― Ann Example"


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("whose", WHOSE.split("|"))
def test_whose_a_quotation_is_heads_no_story_in_any_form(whose: str, reader: str) -> None:
    """ "Ann Example" was a headline, and in a paste the next headline its text."""
    for quotation in QUOTED.split("|"):
        said = [
            p(quotation.format("We have waited nine years for this.")),
            p(whose.format("https://example.com/ann")),
        ]

        draft = read(
            issue_of(
                above=[p(ISSUES["en"].intro)], below=[*said, head(SHORT[0]), p(ISSUES["en"].stories[0][1])]
            ),
            reader,
        )

        assert [h for h, *_ in stories(draft)] == [*HEADLINES, SHORT[0]], quotation
        assert [line.role for line in draft.lines if line.text.startswith(whose[:5])] == [Role.BODY]


def test_titles_alone_are_warned_of_once() -> None:
    """A line for each of forty stories said what one line says, and hid the others."""
    titles = "\n".join(["Harbour Weekly", *SHORT, *HEADLINES])

    said = [row for row in report(read_draft(titles.encode(), "-"), {}) if row.startswith("warning")]

    assert said == [
        f"warning: nothing stands under 7 of 7 headlines, first {SHORT[0]!r}; what has no text is its own"
        " text, too"
    ]


@pytest.mark.parametrize("heading", ["Also", "Kurz notiert", "En bref", "简讯"])
def test_briefs_above_a_farewell_that_stands_apart_are_all_read(heading: str) -> None:
    """The last was taken for the headline of the farewell, and the stories above for one."""
    told = [f"{h}\n{b}" for h, b in ISSUES["en"].stories]
    farewell = "There was more than we have room for this week, and we thank everybody who wrote in about it."
    pasted = [ISSUES["en"].title, ISSUES["en"].intro, *told, "\n".join([heading, *SHORT]), farewell]

    draft = read_draft("\n\n".join(pasted).encode(), "-")

    assert [h for h, *_ in stories(draft)] == [*HEADLINES, *SHORT]


def test_a_short_link_before_who_wrote_it_is_a_headline() -> None:
    told = "\n\n".join(
        f"**[Ship {n}](https://example.com/{n})** by **[Ann](https://example.com/ann)**" for n in "123"
    )

    draft = read_draft(f"# Weekly\n\n## News\n\n{told}\n".encode(), "week.md")

    assert [(h, url) for h, _, url in stories(draft)] == [
        (f"Ship {n}", f"https://example.com/{n}") for n in "123"
    ]


@pytest.mark.parametrize("language", ISSUES)
def test_stories_with_their_source_and_briefs_with_their_address_are_read_side_by_side(language: str) -> None:
    """The source was a picture's words, and the address stayed in each brief's headline."""
    first, second, *briefs = [(h.rstrip("?？"), b) for h, b in ISSUES[language].stories]
    told = [
        f"{h}\n{b}\nFonte: The Quay (https://example.com/{n})" for n, (h, b) in enumerate([first, second])
    ]
    listed = [f"* {h} (https://example.com/{n})" for n, (h, _) in enumerate(briefs, start=2)]
    pasted = [ISSUES[language].title, ISSUES[language].intro, *told, ">>> IN BREVE <<<", "\n".join(listed)]

    draft = read_draft("\n\n".join([*pasted, "Viele Grüße\nAnn Example"]).encode(), "-")

    assert [(h, url) for h, _, url in stories(draft)] == [
        (h, f"https://example.com/{n}") for n, (h, _) in enumerate([first, second, *briefs])
    ]
    assert [line.reason for line in draft.lines[-2:]] == ["the page's footer"] * 2
