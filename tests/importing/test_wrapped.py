"""Lines that were broken where they were full are one paragraph again, however narrow they are."""

from __future__ import annotations

import re
import textwrap

import pytest

from bot.importing.pasted import read_text
from tests.importing.languages import ISSUES
from tests.importing.test_kinds import stories


def wrapped(text: str, letters: int) -> list[str]:
    if text.isascii() or " " in text:
        return textwrap.wrap(text, letters, break_on_hyphens=False)
    # No line begins with a stop or a comma.
    return re.findall(f".{{1,{letters // 2}}}[、。，！？]*", text)


def pasted(language: str, letters: int, below: str, *, headlines: int) -> str:
    issue = ISSUES[language]
    told = [[*wrapped(h, headlines), below, *wrapped(b, letters)] for h, b in issue.stories]
    return "\n\n".join([issue.title, *("\n".join(filter(None, rows)) for rows in told)]).replace("\0", "")


@pytest.mark.parametrize("below", ["", "\0"], ids=["glued", "parted"])
@pytest.mark.parametrize("letters", [28, 32, 36, 40])
@pytest.mark.parametrize("language", ISSUES)
def test_a_narrow_columns_lines_are_paragraphs(language: str, letters: int, below: str) -> None:
    """Each was a line of the intro: in German many begin with a capital."""
    draft = read_text(pasted(language, letters, below, headlines=200))

    assert [(h, "".join(texts)) for h, texts, _ in stories(draft)] == [*ISSUES[language].stories]


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "pt", "it"])
def test_one_line_that_stands_out_is_no_width(language: str) -> None:
    """A footer of 79 letters in a mail of 72: what was broken stayed so, and stories had others' links."""
    issue = ISSUES[language]
    told = [
        "\n".join([h, "", *wrapped(b, 72), f"https://example.com/{n}"])
        for n, (h, b) in enumerate(issue.stories)
    ]
    footer = "The example company of this harbour, 12 Harbour Street, 24103 Kiel and others."

    draft = read_text("\n\n".join([issue.title, issue.intro[:70], *told, footer]))

    assert [(h, url) for h, _, url in stories(draft)] == [
        (h, f"https://example.com/{n}") for n, (h, _) in enumerate(issue.stories)
    ]


LISTS = [
    "Harbour opens a new crane|Ferry wins an old prize|Trains sail to the sea|Museum counts its ships",
    "iPhone sales rise again now|eBay buys a smaller harbour|iRobot moves to the sea now|bpost opens more",
]


@pytest.mark.parametrize("titles", LISTS)
def test_titles_of_one_length_are_no_paragraph(titles: str) -> None:
    draft = read_text(titles.replace("|", "\n"))

    assert [line.text for line in draft.lines] == titles.split("|")
