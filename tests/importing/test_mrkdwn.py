"""What was written in Slack, copied as Slack keeps it."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.digest import Digest
from bot.core.errors import RoundupError
from bot.importing.draft import Draft, Role, digest_of
from bot.importing.mrkdwn import is_mrkdwn
from bot.importing.reading import read_draft
from bot.importing.words import tidy
from tests.importing.languages import ISSUES, Issue

FORMS = {
    "bold, text": "*{h}*\n{b}\n",
    "bold, blank line": "*{h}*\n\n{b}\n",
    "bold link": "*<{u}|{h}>*\n{b}\n",
    "link, text": "<{u}|{h}>\n{b}\n",
    "list of links": "• <{u}|{h}>",
    "list of links, texts below": "• <{u}|{h}>\n{b}",
    "bold item": "• *{h}* – {b}",
    "bold linked item": "• *<{u}|{h}>*: {b}",
    "titles with addresses": "• {h} <{u}>",
    "emoji, bold, address": ":ship: *{h}*\n{b}\n<{u}>\n",
    "own emoji": ":our_ship: *{h}*\n{b}\n",
    "emoji, link": ":newspaper: <{u}|{h}>\n{b}\n",
    "read more": "*{h}*\n{b} <{u}|Read more>\n",
    "run-in": "*{h}.* {b}\n",
    "numbered": "{i}. *{h}*\n{b}\n",
    "numbered links": "{i}. <{u}|{h}> – {b}",
    "italic": "*{h}*\n_{b}_\n",
    "quoted": "*<{u}|{h}>*\n> {b}\n",
}
TITLES = ["*{t}*\n\n{i}\n\n", ":tada: *{t}* :tada:\n{i}\n\n", "{t}\n\n{i}\n\n"]


def read(text: str) -> Draft:
    return read_draft(text.encode(), "-")


def digest(text: str) -> Digest:
    return digest_of(read(text), day=date(2026, 11, 27), slug_id="x", registry={})


def written(issue: Issue, title: str, form: str) -> str:
    told = (
        form.format(h=h, b=b, u=f"https://example.com/{n}?a=1&amp;b=2", i=n + 1)
        for n, (h, b) in enumerate(issue.stories)
    )
    return title.format(t=issue.title, i=issue.intro) + "\n".join(told) + "\n"


def bare(headline: str) -> str:
    """Return a headline without an emoji before it."""
    return headline.lstrip("🚢📰 ")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("language", ISSUES)
def test_a_message_is_read_as_its_reader_does(language: str, title: str, form: str) -> None:
    issue = ISSUES[language]

    found = digest(written(issue, title, FORMS[form]))

    assert issue.title in found.title
    assert [bare(story.headline) for story in found.stories] == [h for h, _ in issue.stories]
    linked = "{u}" in FORMS[form]
    assert [s.url for s in found.stories] == [f"https://example.com/{n}?a=1&b=2" * linked for n in range(4)]


@pytest.mark.parametrize("form", FORMS)
def test_every_line_is_accounted_for_where_it_stood(form: str) -> None:
    text = written(ISSUES["en"], TITLES[1], FORMS[form])

    draft = read(text)

    lines = {n for line in draft.lines for n in range(line.at, max(line.at, line.last) + 1)}
    assert {n for n, row in enumerate(text.splitlines(), start=1) if tidy(row)} <= lines
    assert max(lines) <= len(text.splitlines())


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("It was *big* and _new_.", "It was **big** and *new*."),
        ("It was *_both_* at `a*b*c`.", "It was **_both_** at `a*b*c`."),
        ("See <https://example.com/a_b_c|the _port_>.", "See [the _port_](https://example.com/a_b_c)."),
        ("2 * 3 * 4 is snake_case_words, ~5", "2 * 3 * 4 is snake_case_words, ~5"),
        ("Ships &amp; ports &lt;3 [1] a\\b", "Ships & ports <3 [1] a\\b"),
        (":rocket: It flew :tada: at 10:30:45 :our_own:", "🚀 It flew 🎉 at 10:30:45 :our_own:"),
        ("In <#C012AB3CD|ports> asked <@U012AB3CD>.", "In #ports asked ."),
        ("Write to <mailto:desk@example.com|the desk>.", "Write to the desk."),
        ("#1 of all ports", "#1 of all ports"),
    ],
)
def test_words_keep_their_shape(said: str, source: str) -> None:
    text = f"*Weekly Roundup*\n\n*Ships sail*\n{said}\n*Ports open*\nThey do.\n"

    assert digest(text).stories[0].body.source == source


def test_lists_quotes_and_code_stay_what_they_are() -> None:
    said = "In short:\n• one\n    ◦ _two_\n> said so\n```\na *b*\n```"
    text = f"*Weekly Roundup*\n*Ships sail*\n{said}\n*Ports open*\nNow.\n"

    assert digest(text).stories[0].body.source == (
        "In short:\n\n- one\n  - _two_\n\n> said so\n\n```\na *b*\n```"
    )


@pytest.mark.parametrize("deeper", ["    • b", "\t• b", "  - b", "    ◦ b", "◦ b"])
def test_a_list_in_a_list_stays_one(deeper: str) -> None:
    text = f"*Weekly Roundup*\n*Ships sail*\nIn short:\n• a\n{deeper}\n• c\n*Ports open*\nNow.\n"

    assert digest(text).stories[0].body.source == "In short:\n\n- a\n  - b\n- c"


@pytest.mark.parametrize("language", ISSUES)
def test_what_is_struck_out_is_dropped_with_the_reason(language: str) -> None:
    (first, text), (second, _) = ISSUES[language].stories[:2]

    draft = read(f"*Weekly Roundup*\n*{first}*\n~{text}~ {text}\n*{second}*\n{text}\n")

    assert [line.text for line in draft.lines if line.reason == "struck out"] == [text]
    assert [line.text for line in draft.lines if line.role is Role.BODY] == [text, text]


def test_an_emoji_of_one_workspace_before_a_line_is_told_and_left_out() -> None:
    draft = read(":our_ship: *Ships sail*\nNow.\n:our_port: :tada: *Ports open*\nNow, too.\n")

    assert [line.text for line in draft.lines if line.role is Role.HEADLINE] == [
        "Ships sail",
        "🎉 Ports open",
    ]
    assert any(":our_ship:, :our_port:" in warning for warning in draft.warnings)


@pytest.mark.parametrize(
    "text",
    [
        "Ships sail (https://example.com/1)\n\nPorts open <https://example.com/2>\n",
        "# Weekly\n\n**Ships sail**\n\n* one\n* two\n",
        "Weekly\n\n• Ships sail https://example.com/1\n• Ports open https://example.com/2\n",
        "*Ships sail*\n" + "The company said on Monday that it will have a second port, and\nthat " * 5,
        "It costs 5 * 3 * 2, as :symbols: do.\n",
        "|a|b|\n|-|-|\n|<b>|c|\n",
    ],
)
def test_what_others_write_is_not_taken_for_slacks(text: str) -> None:
    assert not is_mrkdwn(text)


def test_far_more_lines_than_a_roundups_are_refused() -> None:
    with pytest.raises(
        RoundupError, match=r"this has more than 3,000 paragraphs or single lines of text, .*; cut"
    ):
        read("*a*\n" * 6000)
