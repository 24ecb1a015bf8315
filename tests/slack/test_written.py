"""What people write in Slack, as its rich_text blocks have it: words, shape and Markdown."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.written import has_shape, markdown_in, words_in

Json = dict[str, Any]


def text(words: str, **style: bool) -> Json:
    return {"type": "text", "text": words, **({"style": style} if style else {})}


def line(*parts: Json) -> Json:
    return {"type": "rich_text_section", "elements": [*parts]}


def listed(*items: str, style: str = "bullet", **more: int) -> Json:
    return {
        "type": "rich_text_list",
        "style": style,
        **more,
        "elements": [line(text(item)) for item in items],
    }


def block(*elements: Json) -> list[Json]:
    return [{"type": "rich_text", "elements": [*elements]}]


LINK = {"type": "link", "url": "https://example.com/a", "text": "a link"}
BARE_LINK = {"type": "link", "url": "https://example.com/a"}


@pytest.mark.parametrize(
    ("elements", "markdown"),
    [
        ([line(text("one\ntwo"))], "one\n\ntwo"),
        ([line(text("b", bold=True), text(" i", italic=True))], "**b** *i*"),
        ([line(text("s", strike=True), text(" "), text("c", code=True))], "~~s~~ `c`"),
        ([line(text("see "), LINK)], "see [a link](https://example.com/a)"),
        ([listed("one", "two\nlines")], "- one\n- two lines"),
        ([listed("one", "two", style="ordered")], "1. one\n2. two"),
        ([listed("three", "four", style="ordered", offset=2)], "3. three\n4. four"),
        ([listed("one"), listed("deeper", indent=1)], "- one\n  - deeper"),
        ([{"type": "rich_text_quote", "elements": [text("said")]}], "> said"),
        ([{"type": "rich_text_preformatted", "elements": [text("a\n  b")]}], "```\na\n  b\n```"),
    ],
)
def test_its_shape_is_kept_as_markdown(elements: list[Json], markdown: str) -> None:
    assert markdown_in(block(*elements)).strip() == markdown


@pytest.mark.parametrize(
    ("elements", "is_shaped"),
    [
        ([line(text("words"))], False),
        ([line(text("words", bold=True))], True),
        ([line(LINK)], True),
        ([line(BARE_LINK)], False),
        ([line({**BARE_LINK, "text": BARE_LINK["url"]})], False),
        ([listed("one")], True),
    ],
    ids=["plain", "bold", "named link", "bare link", "link named by its address", "list"],
)
def test_an_address_that_slack_made_a_link_is_no_shape(elements: list[Json], is_shaped: bool) -> None:
    assert has_shape(block(line(text("before")), *elements)) is is_shaped


@pytest.mark.parametrize(
    ("emoji", "shown"),
    [
        ({"name": "wave", "unicode": "1f44b"}, "\U0001f44b"),
        ({"name": "flag-cn", "unicode": "1f1e8-1f1f3"}, "\U0001f1e8\U0001f1f3"),
        ({"name": "our_own"}, ":our_own:"),
        ({"name": "odd", "unicode": "zzz"}, ":odd:"),
        ({"name": "far", "unicode": "fffffffff"}, ":far:"),
        ({"name": "half", "unicode": "d83d"}, ":half:"),
        ({"name": "halves", "unicode": "d83d-de00"}, ":halves:"),
        ({"name": "zero", "unicode": "0"}, ":zero:"),
        ({"name": "one", "unicode": "0031-fe0f-20e3"}, "1\ufe0f\u20e3"),
    ],
)
def test_an_emoji_is_its_characters_or_its_name(emoji: Json, shown: str) -> None:
    assert words_in(block(line({"type": "emoji", **emoji}))) == shown


@pytest.mark.parametrize("indent", [9, 10**9, 10**30])
def test_a_list_is_no_deeper_than_slack_lets_it_be(indent: int) -> None:
    assert markdown_in(block({**listed("one"), "indent": indent})) == markdown_in(
        block({**listed("one"), "indent": 8})
    )


@pytest.mark.parametrize("indent", [-1, -(10**9), None, "2", 1.5, []])
def test_a_list_of_no_depth_is_not_set_in(indent: object) -> None:
    assert markdown_in(block({**listed("one"), "indent": indent})) == "- one"


@pytest.mark.parametrize(("offset", "number"), [(-5, 1), (2, 3), (10**30, 1_000_000)])
def test_a_list_counts_from_where_markdown_can(offset: int, number: int) -> None:
    counted = {**listed("one"), "style": "ordered", "offset": offset}

    assert markdown_in(block(counted)) == f"{number}. one"


def test_words_alone_are_a_line_for_each_and_name_nobody() -> None:
    person = {"type": "user", "user_id": "U1"}
    written = block(line(text("By "), person, BARE_LINK), listed("one", "two"))

    assert words_in(written) == "By https://example.com/a\none\ntwo"


@pytest.mark.parametrize("blocks", [None, [None], [{"type": "section"}], [{"type": "rich_text"}]])
def test_blocks_of_another_kind_say_nothing(blocks: Any) -> None:
    assert words_in(blocks) == ""
    assert not has_shape(blocks)
