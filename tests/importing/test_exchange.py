"""The Markdown file that a draft is handed out as: people change it, and send it back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from bot.core.addresses import USER_INFO
from bot.core.digest import Digest, Story
from bot.core.markdown.tree import Text
from bot.files.digest_file import read_digest
from bot.files.markdown import read_text
from bot.importing.draft import Draft, digest_of
from bot.importing.exchange import as_yaml, is_exchange, version_of, write_markdown
from tests.importing.test_round_trip import soup
from tests.importing.test_writer import drafts, plain


def back(markdown: str) -> Digest:
    assert is_exchange(markdown)
    digest, problems = read_digest(Path("x.yaml"), as_yaml(markdown).encode())
    assert [p.text for p in problems if p.severity == "error"] == []
    assert digest is not None
    return digest


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(draft=drafts())
def test_it_comes_back_as_the_same_digest(draft: Draft) -> None:
    digest = digest_of(draft, day=date(2020, 5, 1), slug_id="x", registry={})

    markdown = write_markdown(digest, version=7)
    assert plain(back(markdown)) == plain(digest)
    assert version_of(markdown) == 7


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sources=st.tuples(soup, soup, soup))
@example(sources=("One", "Two", "```\n```\n# "))
def test_marks_thrown_together_come_back_too(sources: tuple[str, ...]) -> None:
    texts = [read_text(f"words {source}".strip()) for source in sources]  # as the loader has them
    assume(not any(USER_INFO.search(text.source) for text in texts))
    story = Story(id="x/1", n=1, headline="One", body=texts[1], summary=texts[2])
    digest = Digest(id="x", title="News", date=date(2020, 5, 1), intro=texts[0], stories=(story, story))

    again = back(write_markdown(digest))
    assert [text.nodes for text in (again.intro, *_texts(again))] == [
        text.nodes for text in (digest.intro, *_texts(digest))
    ]


def _texts(digest: Digest) -> list[Text]:
    return [text for story in digest.stories for text in (story.body, story.summary)]


@pytest.mark.parametrize(
    "body", ["```\n## no end", "- a\n  ```\n  b", "```about\nx\n```", "```\nblanks  \n```"]
)
def test_a_text_that_would_take_its_neighbours_stands_in_quotes(body: str) -> None:
    """Code that no line ends, a block that is called as ours is, blanks that a line ends with."""
    stories = tuple(Story(id=f"x/{n}", n=n, headline=f"Story {n}", body=read_text(body)) for n in (1, 2))
    digest = Digest(id="x", title="News", date=date(2020, 5, 1), intro=read_text(body), stories=stories)

    markdown = write_markdown(digest)
    again = back(markdown)
    assert markdown.count("body: ") == 2
    assert "intro: " in markdown
    assert {text.source for text in (again.intro, *(story.body for story in again.stories))} == {body}


@pytest.mark.parametrize("body", ["```\n## no story\n```", "~~~~\n~~~\n## no story\n~~~~", "> ## quoted"])
def test_what_looks_like_a_story_within_one_is_none(body: str) -> None:
    story = Story(id="x/1", n=1, headline="One", body=Text(body))
    digest = Digest(id="x", title="News", date=date(2020, 5, 1), stories=(story,))

    (only,) = back(write_markdown(digest)).stories
    assert only.body.source == body


def test_a_story_written_by_hand_needs_nothing_but_its_headline_and_text() -> None:
    digest = Digest(
        id="x",
        title="News",
        date=date(2020, 5, 1),
        stories=(Story(id="x/1", n=1, headline="One", url="https://a.bc/"),),
    )
    markdown = write_markdown(digest) + "\n## Two\n\nWords.\n"

    assert [(s.headline, s.body.source) for s in back(markdown).stories] == [("One", ""), ("Two", "Words.")]
