"""What waits for a database that is away asks again soon at first, and never gives up while it may write."""

from __future__ import annotations

import pytest

from bot.delivery.patience import outlast
from bot.store.database import LedgerError


def test_a_database_that_is_away_is_asked_ever_more_seldom_but_every_two_seconds() -> None:
    answers, waits = [LedgerError("away")] * 7, list[float]()

    def write() -> None:
        if answers:
            raise answers.pop()

    assert outlast(write, over=lambda: False, sleep=waits.append) == ""
    assert waits == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0])


def test_what_could_not_be_written_while_it_was_ours_is_said() -> None:
    def write() -> None:
        raise LedgerError("away")

    assert outlast(write, over=lambda: True, sleep=lambda _: None) == "away"
