"""Mails of text alone: headings between and above rules of signs, boxes, what rules part, contents."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import pytest

from bot.importing.cues import LISTED
from bot.importing.draft import Draft, Role
from bot.importing.mail import read_mail
from bot.importing.pasted import read_text
from tests.importing.languages import ISSUES, Issue
from tests.importing.test_text_parts import address, stories, wanted

RULE = "-" * 68
FORMS = {
    "underlined": "{h}\n==========\n\n{b}\n\n{u}\n",
    "underlined, text at once": "{h}\n----------\n{b}\n{u}\n",
    "between": f"{RULE}\n{{h}}\n{RULE}\n{{b}}\n\n{{u}}\n",
    "between two kinds": f"{'=' * 68}\n{{i}}. {{h}}\n{RULE}\n{{b}}\n\n{{u}}\n",
    "between short ones": "---\n{i}. {h}\n--\n{b}\n\n{u}\n",
    "parted": f"{RULE}\n\n{{h}}\n\n{{b}}\n\n{{u}}\n",
    "parted by stars": "* * *\n\n* {h}\n\n{b}\n\n{u}\n",
    "marked and parted": "- - -\n» {h}\n{b}\n{u}\n",
}
MARGIN = f"+{RULE}+"


def framed(*lines: str) -> str:
    return "\n".join([MARGIN, *(f"| {line:<66} |" for line in lines), MARGIN])


def text_of(issue: Issue, told: Sequence[str]) -> str:
    return "\n".join([*issue.above, "", issue.title, "", issue.intro, "", *told, "", *issue.below])


def bodies(draft: Draft) -> list[str]:
    return [line.text for line in draft.lines if line.role is Role.BODY]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", ISSUES)
def test_rules_set_headlines_off(language: str, form: str) -> None:
    issue = ISSUES[language]
    told = [FORMS[form].format(h=h, b=b, u=address(n), i=n + 1) for n, (h, b) in enumerate(issue.stories)]

    draft = read_text(text_of(issue, told))

    assert stories(draft) == wanted(issue)
    assert bodies(draft) == [b for _, b in issue.stories]
    assert draft.headline() == issue.title


@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_box_holds_a_headline_who_posted_it_and_its_address(count: int) -> None:
    issue = ISSUES["en"]
    told = [
        f"{framed(h, '  posted by ann on Friday, @14:06 (ports)', '  ' + address(n))}\n\n{b}\n"
        for n, (h, b) in enumerate(issue.stories[:count])
    ]

    draft = read_text(text_of(issue, told))

    assert stories(draft) == wanted(issue)[:count]


def test_a_heading_that_was_wrapped_is_one() -> None:
    heading = "2. Ports for Ferries, Freight, Fish,\n   and Sailing Boats"
    told = [
        f"{RULE}\n{h}\n{RULE}\nThe harbour says so, and more of it.\n" for h in ("1. Ships Sail", heading)
    ]

    draft = read_text("\n".join(["Harbour Weekly", "", *told]))

    assert [h for h, _ in stories(draft)] == [
        "Ships Sail",
        "Ports for Ferries, Freight, Fish, and Sailing Boats",
    ]


@pytest.mark.parametrize("mark", ["* {h}", "{i}. {h}", "0{i}. {h}", "- {h}"])
@pytest.mark.parametrize("language", ISSUES)
def test_a_list_of_contents_is_no_list_of_stories(language: str, mark: str) -> None:
    issue = ISSUES[language]
    listed = [mark.format(h=h, i=n + 1) for n, (h, _) in enumerate(issue.stories)]
    told = [f"{mark.format(h=h, i=n + 1)}\n{RULE}\n{b}\n" for n, (h, b) in enumerate(issue.stories)]

    draft = read_text("\n".join([issue.title, "", issue.intro, "", *listed, "", *told]))

    assert [h for h, _ in stories(draft)] == [h for h, _ in issue.stories]
    assert [line.text for line in draft.lines if line.reason == LISTED] == listed


def test_capitals_begin_numbered_texts() -> None:
    """The contents name them; letters in capitals and a stop end them."""
    issue = ISSUES["en"]
    listed = [f"0{n}. {h}" for n, (h, _) in enumerate(issue.stories, start=1)]
    told = [
        textwrap.fill(f"0{n}. {h.upper()}.  {b}", 75) + "\n"
        for n, (h, b) in enumerate(issue.stories, start=1)
    ]

    draft = read_text("\n".join(["IN THIS ISSUE:", "", *listed, "", *told]))

    assert [h for h, _ in stories(draft)] == [h.upper() for h, _ in issue.stories]
    assert bodies(draft) == [b for _, b in issue.stories]


@pytest.mark.parametrize("width", [66, 72, 78])
@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "pt", "it"])
def test_wrapped_texts_are_whole(language: str, width: int) -> None:
    issue = ISSUES[language]
    told = [
        f"{h}\n{'=' * len(h)}\n\n{textwrap.fill(f'{b} {b}', width, break_on_hyphens=False)}\n"
        for h, b in issue.stories
    ]
    longer = f"http://example.com/{'a-long-path/' * 9}"

    draft = read_text(text_of(issue, [*told, longer]))

    assert [h for h, _ in stories(draft)] == [h for h, _ in issue.stories]
    assert bodies(draft) == [f"{b} {b}" for _, b in issue.stories]


def test_sections_of_titles_and_addresses_are_no_stories() -> None:
    """The heading of a section is dropped with its reason, and what it lists is found as elsewhere."""
    listed = "".join(f"Ships of the {name} Line\n{address(n)}\n\n" for n, name in enumerate("ABCDE"))
    sections = [
        f"=======\n{name}\n=======\n\n{listed.replace('Ships', name)}" for name in ("FERRIES", "TRAINS")
    ]

    draft = read_text("Harbour Weekly\n\n" + "\n".join(sections))

    assert [h for h, _ in stories(draft)] == [
        f"{name} of the {letter} Line" for name in ("FERRIES", "TRAINS") for letter in "ABCDE"
    ]


@pytest.mark.parametrize("between", ["{h}\n    {s}\n    {u}\n", "    {h}\n    {s}\n        {u}\n"])
def test_a_line_may_stand_between_a_headline_and_its_address(between: str) -> None:
    told = [
        between.format(h=f"Ships of the {name} Line", s="They will sail again...", u=address(n))
        for n, name in enumerate("ABCDE")
    ]

    draft = read_text("\n".join(["Harbour Weekly", "", "Ferries", "", *told[:2], "Trains", "", *told[2:]]))

    assert stories(draft) == [(f"Ships of the {n} Line", address(i)) for i, n in enumerate("ABCDE")]


@pytest.mark.parametrize("label", ["--------ADVERTISEMENT" + "-" * 40, f"{RULE}\nANZEIGE\n{RULE}"])
def test_what_a_sponsor_paid_for_stands_between_rules(label: str) -> None:
    told = [f"{h}\n{RULE}\n{b}\n" for h, b in ISSUES["en"].stories]
    paid = f"{label}\n\nWin a Ferry!\n\nExample Lines will give you one, and ten more of them.\n\n{RULE}\n"

    draft = read_text("\n".join(["Harbour Weekly", "", paid, told[0], "", paid, *told[1:]]))

    assert [h for h, _ in stories(draft)] == [h for h, _ in ISSUES["en"].stories]
    assert "Ferry" not in "".join(bodies(draft))


def test_addresses_listed_below_each_story_stand_where_its_words_say() -> None:
    """Number first, as a browser without pictures writes it; a mail's address is none a digest may hold."""
    listed = "Links:\n    0. mailto:ann@example.com\n    1. {u}\n"
    told = [
        f"{head}\n-----\n[0]Ann writes that a [1]ship sails again.\n\n{listed.format(u=address(n))}"
        for n, head in enumerate(["Ships", "Ports"])
    ]

    draft = read_text("\n".join(["Harbour Weekly", "", *told]))

    assert bodies(draft) == [f"Ann writes that a ship ({address(n)}) sails again." for n in range(2)]


def test_a_sentence_above_a_rule_is_no_heading() -> None:
    text = "\n".join(
        f"Ship {n} sails again.\n{RULE}\nNobody believes it on this day, says Ann.\n" for n in "ABC"
    )

    assert not stories(read_text(f"Harbour Weekly\n\n{text}"))


def test_a_text_part_in_markdown_is_read_as_markdown() -> None:
    """Some senders' programs write the text part so."""
    told = "".join(
        f"#### **[{h}]({address(n)})**\n\n{b}\n\n" for n, (h, b) in enumerate(ISSUES["en"].stories)
    )
    head = "From: a@example.com\nTo: b@example.com\nSubject: Harbour Weekly\nContent-Type: text/plain\n\n"

    draft = read_mail((head + told).encode())

    assert stories(draft) == wanted(ISSUES["en"])
    assert draft.headline() == "Harbour Weekly"


@pytest.mark.parametrize("language", ISSUES)
@pytest.mark.parametrize(
    ("listed", "head", "read"),
    [
        ("* {h}", "* {h}", "{h}"),
        ("* {h}", "*{h}", "{h}"),
        ("{i}. {h}.", "{i}. {h}", "{h}"),
        ("- {h}", "{h} | Harbour News", "{h} | Harbour News"),
        ("   - {h}", "{H}", "{H}"),
    ],
)
def test_what_a_list_of_contents_names_are_the_headlines(
    language: str, listed: str, head: str, read: str
) -> None:
    """Whatever addresses stand in the texts."""
    issue = ISSUES[language]
    notes = "A note of it:\nhttps://example.com/a\n\nAnother one:\nhttps://example.com/b\n"
    told = [
        *(listed.format(h=h, i=n) for n, (h, _) in enumerate(issue.stories, start=1)),
        *(
            f"\n\n{head.format(h=h, H=h.upper(), i=n)}\n\n{b}\n\n{notes}"
            for n, (h, b) in enumerate(issue.stories, start=1)
        ),
    ]

    draft = read_text(text_of(issue, told))

    heads = [line.text for line in draft.lines if line.role is Role.HEADLINE]
    assert heads == [read.format(h=h, H=h.upper()) for h, _ in issue.stories]


def test_what_is_called_otherwise_in_the_contents_is_told_by_its_form() -> None:
    names = ["Ships sail again", "A bridge opens", "The ferry is late"]
    body = "It was a long week in the harbour, and the first ships came in on Monday morning at last."
    listed = [f"* {name}" for name in (*names[:2], "Ferry: another delay")]
    told = [f"* {name}\n\n{body}\n\n* Boston\n* Porto\n" for name in names]

    draft = read_text("\n".join(["Harbour Weekly", "", *listed, "", "", *told]))

    assert [line.text for line in draft.lines if line.role is Role.HEADLINE] == names
