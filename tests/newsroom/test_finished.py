"""What is kept, for how long, and how much of it."""

from __future__ import annotations

from threading import Thread

import pytest

from bot.newsroom import finished
from bot.newsroom.finished import Finished


class Made(list[str]):
    """Makes things, and remembers which."""

    def of(self, name: str) -> str:
        self.append(name)
        return f"{name} {len(self)}"


@pytest.fixture
def made() -> Made:
    return Made()


def get(kept: Finished[str], made: Made, *names: str) -> None:
    for name in names:
        kept.get(name, lambda name=name: made.of(name))  # type: ignore[misc]


def test_what_was_asked_for_last_is_kept(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finished, "MOST", 2)
    kept = Finished[str](weigh=len)
    get(kept, made, "a", "b", "a", "c", "a", "b")

    assert made == ["a", "b", "c", "b"]


def test_it_is_bounded_in_size_its_questions_too(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finished, "CHARACTERS", 1000)
    kept = Finished[str](weigh=len)
    get(kept, made, "a", "a", "q" * 498, "a", "z" * 2000, "z" * 2000, "a")

    assert [name[0] for name in made] == ["a", "q", "a", "z", "z"]


def test_another_edition_is_asked_anew(made: Made) -> None:
    editions = [1]
    kept = Finished[str](edition=lambda: editions[-1], weigh=len)
    get(kept, made, "a", "a")
    editions.append(2)
    get(kept, made, "a", "a")

    assert made == ["a", "a"]


def test_what_was_begun_before_a_change_is_not_kept_after_it(made: Made) -> None:
    """The answer of the old index, slow to come, must not be given to those who ask later."""
    editions = [1]
    kept = Finished[str](edition=lambda: editions[-1], weigh=len)

    def slow() -> str:
        editions.append(2)
        get(kept, made, "other")
        return "old"

    assert kept.get("a", slow) == "old"
    assert kept.get("a", lambda: "new") == "new"


def test_many_threads_may_ask(made: Made) -> None:
    kept = Finished[str](weigh=len)
    threads = [Thread(target=get, args=(kept, made, *(str(n % 7) for n in range(500)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(made) == {str(n) for n in range(7)}
    assert len(made) < 100
