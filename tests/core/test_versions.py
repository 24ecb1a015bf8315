"""When a file's text becomes the digest's newest version, and when it is merely an older copy."""

from __future__ import annotations

import pytest

from bot.core.versions import News, news_of


@pytest.mark.parametrize(
    ("file", "had", "versions", "news"),
    [
        ("a", None, [], News.NEW),
        ("a", None, ["a"], News.NONE),
        ("b", "a", ["a"], News.NEW),
        ("a", "b", ["a", "b"], News.NEW),
        ("a", "a", ["a", "b"], News.OLDER),
        ("a", None, ["a", "b"], News.OLDER),
        ("c", None, ["a", "b"], News.NEW),
        ("b", "a", ["a", "b"], News.NONE),
    ],
    ids=[
        "the first",
        "a copy on a new host",
        "an edit",
        "an edit undone",
        "a host that was not updated",
        "a new host with an old copy",
        "a new host with another text",
        "a host that was updated later",
    ],
)
def test_what_a_file_is(file: str, had: str | None, versions: list[str], news: News) -> None:
    assert news_of(file, had=had, versions=versions) is news
