"""What a running bot takes in of changed files, and what it keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.search.answer import Answer
from bot.newsroom.newsroom import Newsroom

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


def test_bad_configuration_leaves_the_last_good_one_in_force_and_is_told_once(folder: Path) -> None:
    newsroom = Newsroom(folder / "config.yaml", page=5)
    (folder / "config.yaml").write_text("digests: new\n")
    told, again = newsroom.refresh(), newsroom.refresh()

    assert [problem.file for problem in told] == [str(folder / "config.yaml")] * len(told) != []
    assert again == ()
    assert headlines(newsroom, "Alitrip") == ["Fliggy sells trips"]
