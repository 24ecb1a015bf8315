"""Whoever reads in Slack is told what to press there; only operators are sent to a shell."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path

import pytest

import bot
from bot.core.delivery import remedies
from bot.core.delivery.state import State
from bot.core.delivery.ways import IN_SHELL, IN_SLACK, for_operators, ways_of
from bot.importing.ways import OR_NAME_IT, for_sender
from bot.slack.views.alarms import CHOICES
from tests.shell_words import shell_words, told_in

ROOT = Path(bot.__file__).parent
ROOMS = ("core", "delivery", "importing", "newsroom", "slack")
# Whose words only a shell shows, or that hold them for it.
OF_THE_SHELL = frozenset(
    {
        "core/delivery/ways.py",
        "core/environment.py",
        "importing/ways.py",
        "newsroom/preflight.py",
        "slack/connection.py",
        "slack/doctor.py",
    }
)
# Functions whose words only a shell shows.
ASKED_BY_THE_SHELL = frozenset({"_must_replace_no_edit", "report", "_codec"})


def words_of(file: Path) -> Iterator[str]:
    """Yield the texts of a module, each with {} for what is put in; no docstrings, nothing for the log."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    left_out = {node for each in ast.walk(tree) if _is_no_answer(each) for node in ast.walk(each)}
    inside = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if node in left_out:
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values)
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node not in inside
            and " " in node.value
        ):
            yield node.value


def _is_no_answer(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="log"))):
            return True
        case ast.FunctionDef(name=name):
            return name in ASKED_BY_THE_SHELL
    return False


FILES = [
    file
    for room in ROOMS
    for file in sorted((ROOT / room).rglob("*.py"))
    if file.relative_to(ROOT).as_posix() not in OF_THE_SHELL
]


def test_no_words_of_ours_send_anybody_in_slack_to_a_shell() -> None:
    found = {
        file.relative_to(ROOT).as_posix(): said for file in FILES if (said := shell_words(words_of(file)))
    }

    assert len(FILES) > 150
    assert found == {}


def test_a_word_of_the_shell_is_seen() -> None:
    seen = [
        "then `roundup retry`; or not",
        "see `/roundup status`. Try --from text.",
        "it is listed in config.yaml",
        "look at `/roundup plan`",
        "ask an operator to run `roundup retry`",
    ]

    assert shell_words(seen) == ["then `roundup retry`;", "Try --from text.", "it is listed in config.yaml"]


def test_what_a_workspace_shows_of_the_bot_is_heard() -> None:
    said = {"type": "section", "text": {"type": "mrkdwn", "text": "then `roundup retry`"}}
    below = {"type": "context", "elements": [{"type": "plain_text", "text": "try --from text"}]}

    assert len(shell_words(told_in({"message": {"bot": True, "text": "", "blocks": [said, below]}}))) == 2
    assert len(shell_words(told_in({"view": {"blocks": [said]}}))) == 1
    assert told_in({"message": {"bot": False, "text": "roundup retry"}}) == []  # who asks may say so
    assert told_in({"type": "view", "view": None}) == []


def test_each_place_has_words_of_its_own_for_what_can_be_done() -> None:
    """An order of a person came from Slack; all others, from a shell."""
    assert ways_of("U0EDITOR01") is IN_SLACK
    assert ways_of("the shell") is IN_SHELL
    assert shell_words(astuple(IN_SLACK)) == []
    assert all("roundup " in way for way in astuple(IN_SHELL))
    assert for_operators(f"x; {IN_SLACK.status} says") == f"x; {IN_SHELL.status} says"


def test_what_is_to_be_pressed_is_there() -> None:
    """Each button is called what our sentences call it, and stands under what they speak of."""
    labels = {state: [label for label, _ in choices] for state, choices in CHOICES.items()}
    retry = [IN_SLACK.retry.removeprefix("press ")]

    assert listed(IN_SLACK.missed) == labels[State.MISSED]
    assert listed(IN_SLACK.held) == labels[State.HELD]
    assert listed(IN_SLACK.held_unasked) == labels[State.HELD][1:]
    assert retry == labels[State.FAILED] == labels[State.SENT]
    assert IN_SLACK.repost.removesuffix(" in `/roundup status`") in labels[State.HELD]


def listed(labels: str) -> list[str]:
    return re.split(", | or ", labels)


def test_remedies_are_for_whoever_reads_them() -> None:
    for error in remedies.WORKSPACE_ERRORS:
        assert shell_words([remedies.remedy(error, "#news")]) == []


@pytest.mark.parametrize(
    ("shell", "slack"),
    [
        ("this is no HTML (odd); try --from text", "this is no HTML (odd); paste its text instead"),
        ("2 mails; say which with --mail: 1 'a'", "2 mails; send the one you mean alone: 1 'a'"),
        (
            "if that is it, give --date 2026-09-07 or --date 2026-07-09",
            "if that is it, choose it with When",
        ),
        (f"save it as UTF-8{OR_NAME_IT}", "save it as UTF-8"),
    ],
)
def test_who_sends_a_file_is_told_what_to_send_instead(shell: str, slack: str) -> None:
    assert for_sender(shell) == slack
    assert shell_words([shell])
    assert not shell_words([slack])
