"""What the publisher asks the plan about: what may have changed, and never less than that."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from bot.core.delivery.plan import plan
from bot.core.delivery.state import Verdict
from bot.core.digest import Digest
from bot.delivery import planning
from bot.delivery.planning import Planning
from tests.delivery.world import CALM, START, Shelf, Simulation, World, channel, digest, settings

HOUR = 3600.0
WEEK = 7 * 24 * HOUR
TODAY = START.date()


class Calls(list[list[str]]):
    """Which digests the plan was asked about, each time."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Calls:
    calls = Calls()

    def recording(digests: Sequence[Digest], *rest: Any, **more: Any) -> Any:
        calls.append([each.id for each in digests])
        return plan(digests, *rest, **more)

    monkeypatch.setattr(planning, "plan", recording)
    return calls


def ten_years(*coming: Digest) -> list[Digest]:
    return [*(digest(TODAY - timedelta(weeks=n), name=f"old-{n}") for n in range(4, 524)), *coming]


def simulated(digests: Sequence[Digest], seed: int = 1) -> Simulation:
    chance = Random(seed)  # noqa: S311 - chance that can be repeated
    world = World(random=chance, weather=CALM)
    shelf = Shelf(digests)
    return Simulation(world, settings(channel("news"), channel("travel")), shelf, replicas=1, skew=0)


def test_while_nothing_changes_nothing_is_planned(asked: Calls) -> None:
    simulation = simulated(ten_years())
    simulation.run(20)
    simulation._tick(0)
    asked.clear()
    for _ in range(100):
        simulation._tick(0)

    assert asked == []


def test_one_change_is_planned_over_a_few_weeks_digests(asked: Calls) -> None:
    simulation = simulated(ten_years(digest(TODAY, name="due")))
    simulation.run(20 * HOUR)
    assert simulation.ledger.postings() != ()
    asked.clear()
    shelf = simulation.shelf.shelf
    shelf["old-400"] = replace(shelf["old-400"], title="Other")
    simulation.run(21 * HOUR)

    assert asked
    assert all({"due", "old-400"} <= {*names} and len(names) < 5 for names in asked)


@pytest.mark.again
@pytest.mark.long
def test_no_digest_is_passed_over_that_has_something_coming(monkeypatch: pytest.MonkeyPatch) -> None:
    """Edits, editors' orders, other settings, clocks that leap: as if the plan had been asked about all."""
    of_interest, fewer = Planning._of_interest, 0

    def compared(self: Planning, world: Any, wall: Any) -> Sequence[Digest]:
        nonlocal fewer
        some = of_interest(self, world, wall)
        fewer += len(some) < len(world.settled)
        whole = {"now": wall, "rules": simulation.settings.delivery, "ordered": world.published}
        assert plan(some, world.targets, self.postings, **whole) == plan(
            world.settled, world.targets, self.postings, **whole
        )
        return some

    monkeypatch.setattr(Planning, "_of_interest", compared)
    for _ in range(20):
        simulation = simulated([digest(TODAY, name="first")], seed=random.getrandbits(32))
        _live(simulation)

    assert fewer > 100


def _live(simulation: Simulation) -> None:
    chance, shelf = simulation.world.random, simulation.shelf.shelf
    for _ in range(60):
        now = simulation.world.now()
        match chance.randrange(8):
            case 0 | 1:
                day = now.date() + timedelta(days=chance.randrange(-40, 20))
                shelf.setdefault(f"d-{day}", digest(day, name=f"d-{day}"))
            case 2 | 3:
                name = chance.choice([*shelf])
                shelf[name] = replace(shelf[name], title=f"Title {chance.random()}")
            case 4:
                _order(simulation)
            case 5:
                rules = replace(
                    simulation.settings.delivery, catch_up=timedelta(hours=chance.choice([1, 12, 900]))
                )
                only = chance.choice([(), ("nobody",)])
                simulation.settings = settings(channel("news"), channel("travel", only=only), rules=rules)
        simulation.world.time += chance.choice([1, HOUR, 24 * HOUR, WEEK, 4 * WEEK, -HOUR, -5 * WEEK])
        for _ in range(3):
            simulation._tick(0)
            simulation.world.advance(1)


def _order(simulation: Simulation) -> None:
    """An editor's "Post now", "Next slot" or "Retract", of any age."""
    postings = simulation.ledger.postings()
    if not postings:
        return
    chance, now = simulation.world.random, simulation.world.now()
    posting = chance.choice(postings)
    changes: list[dict[str, Any]] = [
        {"verdict": Verdict.OPEN, "ordered": now},
        {"verdict": Verdict.OPEN, "moved_to": now + timedelta(days=chance.randrange(60))},
        {"verdict": Verdict.RETRACTED},
    ]
    simulation.ledger.decide(postings=[replace(posting, **chance.choice(changes))])
