"""Texts as Markdown: what Slack can show has its shape, everything else reads as it was written."""

from __future__ import annotations

import re
from itertools import groupby

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.core.addresses import leads_where_it_says
from bot.core.markdown.source import literal, written
from bot.core.markdown.tree import BREAK, Code, Item, Node, Paragraph, Quote, Run, Text
from bot.files.markdown import read_text

some = settings(max_examples=150, deadline=None)
# Pieces of Markdown, also broken ones, between words that are told apart by their numbers.
MARKS = (
    *(
        "*",
        "**",
        "_",
        "__",
        "~~",
        "`",
        "``",
        "```\n",
        "\n\n",
        "\n",
        "  \n",
        "\\\n",
        " ",
        "\t",
        "\\",
        "#",
        "# ",
    ),
    *(
        "- ",
        "\n- ",
        "\n  - ",
        "\n1. ",
        "\n2. ",
        "\n   1) ",
        "> ",
        "\n> ",
        "\n>",
        "\n---\n",
        "* * *",
        "+ ",
        "    ",
    ),
    *("[", "](https://example.com/", ")", "](", "![", "<", ">", "<https://example.com>", "&amp;", "<b>", "|"),
    *(
        "https://example.com/a_b_",
        "http://",
        "<!channel>",
        "<@U1>",
        "://",
        "www.example.com",
        "javascript:",
        "\u2028",
    ),
)
pieces = st.lists(st.sampled_from(MARKS) | st.just("W") | st.text(max_size=4), max_size=30)


def numbered(some_pieces: list[str]) -> str:
    """Join the pieces, each W a word of its own."""
    return "".join(f"word{n}x" if piece == "W" else piece for n, piece in enumerate(some_pieces))


def p(*runs: str | Run) -> Paragraph:
    return Paragraph(tuple(Run(run) if isinstance(run, str) else run for run in runs))


def item(text: str, depth: int = 0, number: int | None = None) -> Item:
    return Item((Run(text),), depth, number)


SHAPES: dict[str, tuple[Node, ...]] = {
    "In this issue:\n- one\n- two": (p("In this issue:"), item("one"), item("two")),
    "a **b** *c* ~~d~~ `e_f_g`": (
        p(
            "a ",
            Run("b", bold=True),
            " ",
            Run("c", italic=True),
            " ",
            Run("d", strike=True),
            " ",
            Run("e_f_g", code=True),
        ),
    ),
    "**b *both* b**": (p(Run("b ", bold=True), Run("both", bold=True, italic=True), Run(" b", bold=True)),),
    "[l **b**](https://example.com/x_y_)": (
        p(Run("l ", "https://example.com/x_y_"), Run("b", "https://example.com/x_y_", bold=True)),
    ),
    "See https://example.com/a_b_c?d=1, (https://example.com/e).": (
        p(
            "See ",
            Run("https://example.com/a_b_c?d=1", "https://example.com/a_b_c?d=1"),
            ", (",
            Run("https://example.com/e", "https://example.com/e"),
            ").",
        ),
    ),
    "见https://example.com/一。二": (
        p("见", Run("https://example.com/一", "https://example.com/%E4%B8%80"), "。二"),
    ),
    "<https://example.com>": (p(Run("https://example.com", "https://example.com")),),
    "1. a\n2. b\n   - c\n\n   more\n3. d": (
        item("a", 0, 1),
        item("b", 0, 2),
        Item((Run("c\nmore"),), 1),
        item("d", 0, 3),
    ),
    "> a\n> b\n>\n> - c": (Quote((Run("a b\n• c"),)),),
    "```py\na\n  b\n```\nc": (Code("a\n  b"), p("c")),
    "- a\n  ```\n  b\n  ```": (Item((Run("a\n"), Run("b", code=True))),),
    "# A head\ntext": (p(Run("A head", bold=True)), p("text")),
    "one\ntwo  \nthree": (p("one two three"),),
}


@pytest.mark.parametrize("source", SHAPES)
def test_what_slack_can_show_has_its_shape(source: str) -> None:
    assert read_text(source).nodes == SHAPES[source]


PLAIN = (
    "5 * 3 = 15, and a lone * or _ or ` or ~",
    "snake_case, __ and 2*3*4",
    "On\n1. May the fair opens, and\n12. and more",
    "1. May is a holiday.",
    "We are the\n# 1 in Asia",
    "# 1 in Asia",
    "#",
    "Issue #5, C# and #hashtag",
    "Title\n---\nmore",
    "    indented, as pasted text is",
    "<b>bold</b> AT&amp;T <!-- no --> <br>",
    "![A ship](https://example.com/ship.png)",
    "[x](y) [here](javascript:alert(1)) [file](/etc/passwd) []() [x]: y",
    "[ref]: https",
    ">",
    "-",
    "C:\\temp\\new",
    "[https://bank.example](https://evil.example/)",
    "[www.bank.example](https://evil.example/)",
    "[bank.example](https://evil.example/)",
    "[x](https://bank.example@evil.example/)",
    "*|FNAME|*",
)


@pytest.mark.parametrize("source", PLAIN)
def test_a_plain_text_reads_as_it_is(source: str) -> None:
    read = read_text(source)

    assert " ".join(read.words.split()) == " ".join(source.split())
    assert not any(run.bold or run.italic or run.code for node in read.nodes for run in node.runs)


@some
@given(pieces)
@example(["~~~~", "W", "\x1e", "*"])
def test_every_word_is_read_once_and_in_order(drawn: list[str]) -> None:
    source = numbered(drawn)
    read = read_text(source)

    assert re.findall(r"word\d+x", read.words) == _outside_addresses(source, read)


def _outside_addresses(source: str, read: Text) -> list[str]:
    """Return the words of the source but for those in the address of a link, or a code's language."""
    shown = read.words
    hidden = "".join(run.url for node in read.nodes for run in node.runs if "://" not in run.text)
    in_fences = "".join(re.findall(r"(?m)(?:```|~~~)(\S+)\s*$", "\n".join(source.splitlines())))
    return [
        word
        for word in re.findall(r"word\d+x", source)
        if word in shown or not (word in hidden or word in in_fences)
    ]


@pytest.mark.parametrize("source", ["` `", "`\n`", "**` `**", "- ` `", "> ` `", "- \xa0"])
def test_marks_around_nothing_that_is_seen_stay_as_they_were_written(source: str) -> None:
    (node,) = read_text(source).nodes

    assert all(run.text.strip() for run in node.runs)


@some
@given(pieces)
@example(["`", "\n", "`"])
def test_no_link_leads_elsewhere_than_to_the_web(drawn: list[str]) -> None:
    for node in read_text(numbered(drawn)).nodes:
        for run in node.runs:
            assert not run.url or run.url.lower().startswith(("http://", "https://", "mailto:"))
            assert run == BREAK or run.text


@some
@given(st.lists(st.text(max_size=40), max_size=4))
def test_literal_words_read_as_they_are(paragraphs: list[str]) -> None:
    text = literal(*paragraphs)

    assert read_text(text.source).words == text.words


@some
@given(pieces)
@example(["**", "W", "** ", "[", "W", "](https://example.com/", "W", ")", "\n- ", "`", "W", "`", "\n  - W"])
@example(["1. W", "\n2. ", "W", "\n   - ", "W", "\n\n     ", "W"])
@example(["<https://example.com>", "<https://example.com>"])
@example(["<https://example.com>,W"])
@example(["**<https://example.com>**#"])
@example(["W**<https://example.com>**"])
@example(["*W)*W"])
@example(["# \\"])
@example(["\\\n# W"])
@example(["![W](https://example.com/)", "W]"])
@example(["* * *_* * *"])
@example(["# _._|*,+|"])
@example(["<http://example.com::///>"])
def test_what_is_written_reads_as_it_was_read(drawn: list[str]) -> None:
    """What an importer keeps must stand in the channel as it stood in its source."""
    read = read_text(numbered(drawn))
    # A number alone makes no list; it was one for what stood in a line behind it, and that may be gone.
    numbers = {(node.depth, node.number) for node in read.nodes if isinstance(node, Item) and node.number}
    assume(all({(depth, n - 1), (depth, n + 1)} & numbers for depth, n in numbers))
    # A host of nothing but a sign that is folded away is read as an address, and as no label of one.
    links = [run for node in read.nodes for run in node.runs if run.url]
    assume(all(leads_where_it_says(run.text, run.url) for run in links))
    again = read_text(written(read.nodes))

    assert _squeezed(again.words) == _squeezed(read.words)
    assert _addresses(again) == _addresses(read)


# Marks around addresses, rules below items, addresses in letters of any script.
@pytest.mark.parametrize(
    "source",
    [
        *(
            "_http://a.bc_",
            "**<https://a.bc/>** and",
            "*;*<http:>",
            "# http://a.bc",
            "* --",
            "- - --",
            "<http://_>",
        ),
        *("http://a.bc/\u200d", "http://猪)x", "http://x'}$", "<http://é.bc/><http://é.bc/>", "*x*`y`*z*"),
    ],
)
def test_what_is_written_has_the_looks_that_were_read(source: str) -> None:
    read = read_text(source)

    assert read_text(written(read.nodes)).nodes == read.nodes


def _squeezed(words: str) -> str:
    return " ".join(words.split())


def _addresses(text: Text) -> list[str]:
    return [url for url, _ in groupby(run.url for node in text.nodes for run in node.runs if run.url)]


@pytest.mark.parametrize("source", SHAPES)
def test_every_shape_is_written_as_it_was(source: str) -> None:
    nodes = SHAPES[source]

    assert read_text(written(nodes)).nodes == nodes


def test_a_lone_sign_of_a_heading_reads_alike_with_and_without_a_blank_behind_it() -> None:
    assert read_text("words\n#").nodes == read_text("words\n# ").nodes
