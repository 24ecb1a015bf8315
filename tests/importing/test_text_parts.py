"""The text part of a mail, pasted: where a link leads stands behind its words, or in a list at the end."""

from __future__ import annotations

import textwrap
from datetime import date

import pytest

from bot.importing.draft import Draft, Role, digest_of
from bot.importing.inline import LIST_OF_ADDRESSES
from bot.importing.pasted import read_text
from tests.importing.languages import ISSUES, Issue

FORMS = {
    "round": "{h} ({u})",
    "round, with blanks": "{h} ( {u} )",
    "square": "{h} [{u}]",
    "pointed": "{h} <{u}>",
    "colon": "{h}: {u}",
    "marked": "* {h} ({u})",
    "headed": "** {h} ({u})",
    "numbered": "{i}. {h} ({u})",
}
SHAPES = {"alone": "\n", "text in its paragraph": "\n{b}\n", "text below": "\n\n{b}\n"}


def stories(draft: Draft) -> list[tuple[str, str]]:
    digest = digest_of(draft, day=date(2026, 11, 27), slug_id="x", registry={})
    return [(story.headline, story.url) for story in digest.stories]


def address(n: int) -> str:
    return f"https://example.com/issues/48?story={n}"


def wanted(issue: Issue) -> list[tuple[str, str]]:
    return [(h, address(n)) for n, (h, _) in enumerate(issue.stories)]


def text_of(issue: Issue, form: str, shape: str) -> str:
    told = [(form + shape).format(h=h, b=b, u=address(n), i=n + 1) for n, (h, b) in enumerate(issue.stories)]
    return "\n".join([*issue.above, "", issue.title, "", issue.intro, "", *told, "", *issue.below])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", ISSUES)
def test_an_address_behind_a_title_is_its_link(language: str, form: str, shape: str) -> None:
    issue = ISSUES[language]

    draft = read_text(text_of(issue, FORMS[form], SHAPES[shape]))

    assert stories(draft) == wanted(issue)
    texts = {line.text for line in draft.lines if line.role is Role.BODY}
    assert texts == (set() if shape == "alone" else {b for _, b in issue.stories})


@pytest.mark.parametrize("listed", ["[{i}] {u}", "[{i}]: {u}", "{i}. {u}", "({i}) <{u}>"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("language", ISSUES)
def test_a_number_behind_a_title_leads_where_the_list_says(language: str, shape: str, listed: str) -> None:
    """A list of footnote addresses is no list of stories."""
    issue = ISSUES[language]
    links = [listed.format(i=n + 1, u=address(n)) for n in range(len(issue.stories))]
    text = text_of(issue, "{h} [{i}]", SHAPES[shape])

    draft = read_text("\n".join([text, "", "Links:", *links]))

    assert stories(draft) == wanted(issue)
    dropped = [line.text for line in draft.lines if line.reason == LIST_OF_ADDRESSES]
    assert dropped == ["Links:", *links]


@pytest.mark.parametrize("width", [66, 72, 76])
@pytest.mark.parametrize("form", ["{h} ( {u} ) — {b}", "{h} <{u}> — {b}", "{h} [{u}] - {b}"])
@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "pt", "it"])
def test_what_an_address_tore_is_whole_again(language: str, form: str, width: int) -> None:
    issue = ISSUES[language]
    told = [form.format(h=h, b=b * 2, u=address(n)) for n, (h, b) in enumerate(issue.stories)]
    rows = [
        textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)
        for text in (issue.intro, *told)
    ]

    draft = read_text("\n\n".join([issue.title, *rows]))

    assert stories(draft) == wanted(issue)
    texts = [line.text for line in draft.lines if line.role is Role.BODY]
    assert texts == [b * 2 for _, b in issue.stories]


@pytest.mark.parametrize("marks", ["()", "[]", "<>"])
@pytest.mark.parametrize("at", [20, 37, 50])
def test_an_address_that_was_torn_itself_is_whole_again(marks: str, at: int) -> None:
    long = "https://example.com/a/very/long/path/that/has-no-room/in-a-line/of-mail"
    told = [f"Ships Sail Again {marks[0]}{long[:at]}\n{long[at:]}{n}{marks[1]}\n" for n in range(3)]

    draft = read_text("\n".join(told).replace("Again", "Again{}").format(" I", " II", " III"))

    assert stories(draft) == [
        (f"Ships Sail Again {name}", f"{long}{n}") for n, name in enumerate(["I", "II", "III"])
    ]


def test_an_address_that_fills_its_line_goes_on_in_the_next() -> None:
    first, rest = "https://example.com/" + "a-long-path/" * 4 + "of", "/mail/and?story="
    told = [f"Ships Sail for the {n}th Time\n{first}\n{rest}{n}\n" for n in range(4, 8)]

    draft = read_text("Weekly Roundup\n\n" + "\n".join(told))

    assert stories(draft) == [(f"Ships Sail for the {n}th Time", f"{first}{rest}{n}") for n in range(4, 8)]


@pytest.mark.parametrize("name", ["Port_(harbour)", "(b)/c", "a?b=(c)&d=(e)"])
def test_an_address_keeps_brackets_of_its_own(name: str) -> None:
    said = [("Ships Sail", address(1)), ("Ports Open", f"https://example.com/{name}")]

    assert stories(read_text("\n\n".join(f"{title} ({url})" for title, url in said))) == said


PROSE = "The company said on Monday that it will open a second port ({u}), and that a third one may follow."


def test_sources_in_sentences_make_no_stories() -> None:
    rows = ["Weekly Roundup", "Ports Open Again", PROSE, "Trains Run Late", PROSE, "Ships Sail", PROSE]

    draft = read_text("\n\n".join(rows).format(u=address(1)))

    assert [h for h, _ in stories(draft)] == ["Ports Open Again", "Trains Run Late", "Ships Sail"]


def test_numbered_stories_that_are_addresses_are_no_footnotes() -> None:
    text = "\n".join(["Weekly Roundup", *(f"{n}. {address(n)}" for n in range(1, 5))])

    assert not [line for line in read_text(text).lines if line.reason == LIST_OF_ADDRESSES]


def test_a_footnote_that_is_not_in_the_list_stays() -> None:
    listed = f"[1] {address(1)}\n[2] {address(2)}"

    draft = read_text(f"Weekly\n\nShips Sail [1]\n\nPorts Open [2]\n\nTrains Run [7]\n\n{listed}")

    assert stories(draft) == [("Ships Sail", address(1)), ("Ports Open", address(2))]
    assert "Trains Run [7]" in [line.text for line in draft.lines]


def test_each_section_may_have_its_own_list() -> None:
    section = "Ships {s} [1]\n\nPorts {s} [2]\n\n[1] {a}\n[2] {b}\n\n"
    said = [section.format(s="Sail", a=address(1), b=address(2))]
    said += [section.format(s="Rest", a=address(3), b=address(4))]

    draft = read_text("Weekly Roundup\n\n" + "".join(said))

    assert [url for _, url in stories(draft)] == [address(n) for n in range(1, 5)]


def test_buttons_with_addresses_are_furniture_and_companies_in_a_list_are_not() -> None:
    buttons = f"View in your browser ({address(0)})\n\nFacebook ({address(0)})\n\n"
    items = "".join(f"* {name} ({address(n)})\n" for n, name in enumerate(["Ports", "Reddit", "Trains"]))

    draft = read_text(f"Weekly Roundup\n\n{buttons}{items}")

    assert [h for h, _ in stories(draft)] == ["Ports", "Reddit", "Trains"]
