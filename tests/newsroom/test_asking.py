"""Which words are commands, and what they are answered with."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.digest import Digest, Story
from bot.core.search.answer import Answer, AnswerKind, Document, Help, Latest, Names
from bot.newsroom.asking import Answers

DAY = date(2020, 5, 1)
STORIES = (
    Document(id="a/1", headline="A", companies=("Fliggy", "飞猪"), tags=("Travel",), date=DAY),
    Document(id="a/2", headline="B", companies=("Feizhu", "H&M"), tags=("travel", "E-Commerce"), date=DAY),
    Document(id="a/3", headline="C", date=DAY),
)


class Newsroom:
    """One digest, and a search that remembers what it was asked."""

    def __init__(self) -> None:
        self.searched: list[tuple[str, int]] = []
        self.digest = Digest(id="a", title="A", date=DAY, stories=())
        self.answers = Answers(
            self, self.search, edition=lambda: 0, companies=lambda: {"Fliggy": ("飞猪", "Feizhu")}
        )

    def newest(self) -> Digest:
        return self.digest

    def by_code(self, code: str) -> tuple[Digest, Story] | None:
        return None

    def documents(self) -> tuple[Document, ...]:
        return STORIES

    def search(self, query: str, *, offset: int = 0) -> Answer:
        self.searched.append((query, offset))
        return Answer(query=query, kind=AnswerKind.NOTHING)


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom()


@pytest.mark.parametrize(
    "asked",
    [
        *("latest", "news", "News?", " what's  new", "What’s new?!", "whats new", "this week", "what is new"),
        *("THE LATEST", "new", "newest", "latest news", "this week’s news"),
    ],
)
def test_asking_for_news_alone_means_the_latest(newsroom: Newsroom, asked: str) -> None:
    assert newsroom.answers.ask(asked) == Latest(digest=newsroom.digest)
    assert newsroom.answers.more(asked, 10) == Latest(digest=newsroom.digest)
    assert newsroom.searched == []


@pytest.mark.parametrize(
    "asked", ["news of Fliggy", "this week in travel", "what's new at H&M?", "New Balance"]
)
def test_with_anything_more_it_is_a_question(newsroom: Newsroom, asked: str) -> None:
    newsroom.answers.ask(asked)

    assert newsroom.searched == [(asked, 0)]


def test_companies_are_counted_under_the_name_they_are_known_by(newsroom: Newsroom) -> None:
    """However they are written, and once a story."""
    assert newsroom.answers.ask("Companies") == Names(what="companies", names=(("Fliggy", 2), ("H&M", 1)))
    assert newsroom.answers.ask("tags?") == Names(what="tags", names=(("travel", 2), ("E-Commerce", 1)))


def test_the_first_page_of_nothing_is_the_welcome(newsroom: Newsroom) -> None:
    """Back from a story that was opened under a bare `/roundup`."""
    assert newsroom.answers.more("", 0) == Help(welcome=True, digest=newsroom.digest)
    assert newsroom.answers.ask("?") == Help(digest=newsroom.digest)
    newsroom.answers.more("rain", 5)
    assert newsroom.searched == [("rain", 5)]
