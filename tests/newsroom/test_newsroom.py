"""What a running bot takes in of changed files, and what it keeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.search.answer import Answer
from bot.newsroom.library import Library
from bot.newsroom.newsroom import Newsroom
from bot.search.engine import SearchEngine

CONFIG = """\
timezone: UTC
digests: {folder}
channels:
  - {{channel: "#news", post: fri 09:00}}
companies:
  Fliggy: [{alias}]
"""
DIGEST = """\
title: Roundup
date: 2020-05-01
stories:
  - headline: {company} sells trips
    body: Words.
    companies: [{company}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, company in (("old", "Fliggy"), ("new", "Decathlon")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "first.yaml").write_text(DIGEST.format(company=company))
    (tmp_path / "config.yaml").write_text(CONFIG.format(folder="old", alias="Alitrip"))
    return tmp_path


def headlines(newsroom: Newsroom, question: str) -> list[str]:
    answer = newsroom.answers.ask(question)
    assert isinstance(answer, Answer)
    return [match.story.headline for match in answer.matches]


def test_another_folder_of_digests_is_taken_up_while_running(folder: Path) -> None:
    """A digest put where the configuration says must not wait for a restart."""
    newsroom = Newsroom(folder / "config.yaml", page=5)
    (folder / "config.yaml").write_text(CONFIG.format(folder="new", alias="Alitrip, Feizhu"))

    assert newsroom.refresh() == ()
    assert headlines(newsroom, "Decathlon") == ["Decathlon sells trips"]
    assert headlines(newsroom, "Fliggy") == []


def test_new_other_name_of_a_company_is_known_while_running(folder: Path) -> None:
    newsroom = Newsroom(folder / "config.yaml", page=5)
    (folder / "config.yaml").write_text(CONFIG.format(folder="old", alias="Alitrip, Feizhu"))
    newsroom.refresh()

    assert headlines(newsroom, "Feizhu") == ["Fliggy sells trips"]


def test_new_synonyms_are_known_while_running(folder: Path) -> None:
    newsroom = Newsroom(folder / "config.yaml", page=5)
    assert headlines(newsroom, "journeys") == []
    config = CONFIG.format(folder="old", alias="Alitrip") + "synonyms: {journeys: [trips]}\n"
    (folder / "config.yaml").write_text(config)
    newsroom.refresh()

    assert headlines(newsroom, "journeys") == ["Fliggy sells trips"]


def test_bad_configuration_leaves_the_last_good_one_in_force_and_is_told_once(folder: Path) -> None:
    newsroom = Newsroom(folder / "config.yaml", page=5)
    (folder / "config.yaml").write_text("digests: new\n")
    told, again = newsroom.refresh(), newsroom.refresh()

    assert [problem.file for problem in told] == [str(folder / "config.yaml")] * len(told) != []
    assert again == ()
    assert headlines(newsroom, "Alitrip") == ["Fliggy sells trips"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What reached the index."""
    questions: list[str] = []
    search = SearchEngine.search

    def counting(self: SearchEngine, query: str, **page: int) -> Answer:
        questions.append(query)
        return search(self, query, **page)

    monkeypatch.setattr(SearchEngine, "search", counting)
    return questions


def test_question_asked_again_does_not_reach_the_index(folder: Path, asked: list[str]) -> None:
    newsroom = Newsroom(folder / "config.yaml", page=5)
    first = newsroom.answers.ask("Fliggy")
    newsroom.refresh()

    assert newsroom.answers.ask(" Fliggy ") is first
    assert newsroom.answers.more("Fliggy", 5) is newsroom.answers.more("Fliggy", 5) is not first
    assert asked == ["Fliggy", "Fliggy"]
    assert newsroom.answers.ask("latest") is newsroom.answers.ask("latest")
    assert newsroom.answers.ask("") is newsroom.answers.ask("")


def test_changed_digest_empties_the_finished_answers(folder: Path) -> None:
    newsroom = Newsroom(folder / "config.yaml", page=5)
    asked = ("Fliggy", "latest", "#2018-1", "")
    before = [newsroom.answers.ask(text) for text in asked]
    (folder / "old" / "first.yaml").write_text(DIGEST.format(company="Fliggy").replace("Words", "Corrected"))
    newsroom.refresh()

    assert headlines(newsroom, "Corrected") == ["Fliggy sells trips"]
    assert all(newsroom.answers.ask(text) != old for text, old in zip(asked, before, strict=True))


def test_new_day_empties_the_finished_answers(folder: Path) -> None:
    """`during:` a month that has no year means another one then."""
    days = [datetime(2020, 5, 31, tzinfo=UTC)]
    newsroom = Newsroom(folder / "config.yaml", page=5, clock=lambda: days[0])
    (folder / "config.yaml").touch()
    first = newsroom.answers.ask("Fliggy")
    days[0] += timedelta(hours=23)
    assert newsroom.answers.ask("Fliggy") is first

    days[0] += timedelta(hours=1)
    assert newsroom.answers.ask("Fliggy") is not first


def test_another_alias_empties_the_finished_answers(folder: Path) -> None:
    newsroom = Newsroom(folder / "config.yaml", page=5)
    assert headlines(newsroom, "Feizhu") == []
    (folder / "config.yaml").write_text(CONFIG.format(folder="old", alias="Alitrip, Feizhu"))
    newsroom.refresh()

    assert headlines(newsroom, "Feizhu") == ["Fliggy sells trips"]


def test_what_was_wrong_at_the_start_is_told_once(folder: Path) -> None:
    (folder / "old" / "bad.yaml").write_text("title: x\n")
    newsroom = Newsroom(folder / "config.yaml", page=5)
    told, again = newsroom.refresh(), newsroom.refresh()

    assert {problem.file for problem in told} == {str(folder / "old" / "bad.yaml")}
    assert again == ()


def test_quiet_second_takes_nothing_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newsroom = Newsroom(folder / "config.yaml", page=5)
    newsroom.refresh()
    monkeypatch.delattr(Library, "documents")
    monkeypatch.delattr(SearchEngine, "update")

    assert newsroom.refresh() == ()
