"""A headline that is pasted finds its own story first, whatever of it would ask for something else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.core.search.answer import AnswerKind, Document
from bot.search.engine import SearchEngine
from tests.search.stories import TODAY

_DAY = date(2020, 5, 1)
_HEADLINES = {
    "what": "What is Tea?",
    "opening": "Tea Opens a Shop",
    "why": "Why Are There More Than Two Shops in a Street?",
    "street": "Why Does This Street Have Two Shops?",
    "grants": "Tea Foundation March 2019 Update",
    "update": "Tea Foundation Update",
    "new": "What's New in Tea Gardens",
    "gardens": "Teaching in Tea Gardens",
    "without": "How to Live Without Coffee",
    "coffee": "How to Live Long",
}
_BODIES = {"opening": "Tea, tea, tea: what it is.", "update": "A report of March and of 2019 is an update."}


@pytest.fixture
def engine(index_folder: Path) -> Iterator[SearchEngine]:
    stories = [
        Document(id=id_, headline=headline, body=_BODIES.get(id_, "It is so."), date=_DAY)
        for id_, headline in _HEADLINES.items()
    ]
    # Of the days that two of them seem to name, with the words that are left then.
    stories += [
        Document(id="day", headline="Tea Foundation", body="An update of theirs.", date=date(2019, 3, 5)),
        Document(id="newest", headline="Tea in Gardens", body="What is it?", date=date(2020, 6, 1)),
    ]
    with SearchEngine.over(stories, {}, today=lambda: TODAY) as engine:
        yield engine


@pytest.mark.parametrize("limit", [1, 5])
@pytest.mark.parametrize("id_", _HEADLINES)
def test_headline_finds_its_story_first(id_: str, limit: int, engine: SearchEngine) -> None:
    for asked in (_HEADLINES[id_], _HEADLINES[id_].lower(), f"  {_HEADLINES[id_]} "):
        answer = engine.search(asked, limit=limit)

        assert answer.kind is AnswerKind.MATCHES, asked
        assert answer.matches[0].story.id == id_, asked


def test_others_follow_and_are_told_once(engine: SearchEngine) -> None:
    whole = engine.search("What is tea?", limit=20)
    ids = [match.story.id for match in whole.matches]

    assert len(ids) == len(set(ids)) == whole.total > 1
    pages = [engine.search("What is tea?", limit=2, offset=at) for at in range(0, whole.total, 2)]
    assert [match.story.id for page in pages for match in page.matches] == ids


@pytest.mark.parametrize(
    ("query", "story"),
    [
        ("tea foundation in march 2019", "day"),  # no headline says it in this order
        ("tea foundation march 2019 update during:2019-03", "day"),
    ],
)
def test_what_is_in_no_headline_is_read_as_before(query: str, story: str, engine: SearchEngine) -> None:
    answer = engine.search(query)

    assert [match.story.id for match in answer.matches][:1] == [story]
