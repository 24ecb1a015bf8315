"""What a source shows in a style of its own is written as Markdown; where Markdown cannot, as its words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.core.addresses import leads_where_it_says
from bot.core.markdown.tree import Node, Paragraph, Quote, Run, joined, words_of
from bot.importing.shape import text_of
from tests.files.test_markdown import MARKS

ADDRESSES = ("", "https://a.bc/", "https://a.bc/(x)", "mailto:a@b.cd", "https://a.bc/&amp;")
SAID = [mark for mark in MARKS if mark == " " or not mark[-1:].isspace()]
words = st.lists(st.sampled_from([*SAID, "W", "9", "飞", "。"]), min_size=1, max_size=5).map(
    lambda drawn: " ".join("".join(drawn).split()) or "w"
)
runs = st.builds(
    Run, words, st.sampled_from(ADDRESSES), st.booleans(), st.booleans(), st.booleans(), st.booleans()
)
nodes = st.builds(
    lambda kind, drawn: kind(joined(drawn)),
    st.sampled_from([Paragraph, Quote]),
    st.lists(runs, min_size=1, max_size=5),
)


@settings(max_examples=200, deadline=None)
@given(said=st.lists(nodes, min_size=1, max_size=3))
def test_words_and_links_of_any_styles_are_written_and_read_again(said: list[Node]) -> None:
    """A page may print half a word in bold, next to a sign, inside of a link; no mark is left over."""
    assume(all(leads_where_it_says(words_of(label), url) for url, label in _labels(said) if url))
    text = text_of(said)

    assert [words_of(node.runs) for node in text.nodes] == [words_of(node.runs) for node in said]
    assert _links(text.nodes) == _links(said)


def _links(said: Sequence[Node]) -> list[str]:
    return [url for url, _ in groupby(run.url for node in said for run in node.runs if run.url)]


def _labels(said: Sequence[Node]) -> list[tuple[str, list[Run]]]:
    return [(url, [*label]) for node in said for url, label in groupby(node.runs, key=lambda run: run.url)]


@pytest.mark.parametrize(
    "said",
    [
        [Run("3"), Run("x", italic=True), Run("4")],
        [Run("[", bold=True), Run("https://a.bc/", "https://a.bc/"), Run("](https://a.bc/", bold=True)],
        [Run("a[0]", "https://a.bc/", code=True)],
        [Run("\\](", "https://a.bc/")],
        [Run("b", bold=True), Run("(", bold=True, italic=True), Run("c")],
    ],
)
def test_no_mark_is_left_over(said: list[Run]) -> None:
    (node,) = text_of([Paragraph(tuple(said))]).nodes

    assert words_of(node.runs) == words_of(said)
    assert [run.url for run in node.runs if run.url] == [run.url for run in said if run.url]


def test_what_cannot_be_marked_costs_no_other_text_its_looks() -> None:
    text = text_of(
        [Paragraph((Run("a"), Run("(b)", bold=True), Run("c"))), Paragraph((Run("d", bold=True),))]
    )

    assert text.source == "a(b)c\n\n**d**"
