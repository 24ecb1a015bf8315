"""What is wrong in files is told once it has lasted, and only if it still is."""

from __future__ import annotations

from datetime import timedelta

from bot.core.errors import Problem, Severity
from bot.newsroom.mistakes import Mistakes

QUIET = timedelta(seconds=60)


def wrong(file: str, text: str = "missing") -> Problem:
    return Problem(file=file, line=1, column=1, severity=Severity.ERROR, text=text)


def test_what_has_lasted_is_told_once() -> None:
    mistakes, title = Mistakes(), wrong("a.yaml")
    mistakes.take([title], 1000)
    assert mistakes.lasting([title], 1059, QUIET) == ()

    told = mistakes.lasting([title], 1060, QUIET)
    mistakes.told(told)

    assert told == (title,)
    assert mistakes.lasting([title], 2000, QUIET) == ()


def test_what_was_mended_before_is_forgotten_and_lasts_anew() -> None:
    mistakes, title = Mistakes(), wrong("a.yaml")
    mistakes.take([title], 1000)
    assert mistakes.lasting([], 1030, QUIET) == ()
    mistakes.take([title], 1040)

    assert mistakes.lasting([title], 1070, QUIET) == ()
    assert mistakes.lasting([title], 1100, QUIET) == (title,)


def test_a_file_is_told_whole_and_another_one_waits() -> None:
    """Or whoever mends the one mistake hears of the next one a minute later."""
    mistakes, first, second, other = Mistakes(), wrong("a.yaml"), wrong("a.yaml", "empty"), wrong("b.yaml")
    mistakes.take([first], 1000)
    mistakes.take([second, other], 1050)

    assert mistakes.lasting([first, second, other], 1060, QUIET) == (first, second)


def test_what_could_not_be_told_is_told_later() -> None:
    mistakes, title = Mistakes(), wrong("a.yaml")
    mistakes.take([title], 1000)

    assert mistakes.lasting([title], 1060, QUIET) == (title,)
    assert mistakes.lasting([title], 1061, QUIET) == (title,)
