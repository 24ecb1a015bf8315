"""The promise, in virtual time and with production's numbers: once, in its place, whatever dies or is lost.

A bug that is seen in production and that this cannot show is a bug of the simulation.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import takewhile
from random import Random

import pytest

from bot.core.delivery.state import Key
from bot.core.settings import DeliverySettings
from tests.delivery.world import RULES, START, Shelf, Simulation, Weather, World, channel, digest, settings

pytestmark = [pytest.mark.again, pytest.mark.virtual]

DAY = 86400.0
CHANNELS = ("news", "travel")
DAYS = 2
SEEDS = int(os.environ.get("ROUNDUP_SEEDS", "40"))
PARTS = 4  # of them, so that each process of the tests takes what it can


@dataclass(frozen=True)
class Tally:
    """What became of a seed's posts."""

    expected: int = 0
    doubled: int = 0
    lost: int = 0
    orphaned: int = 0
    stale: int = 0
    kills: int = 0

    def __add__(self, other: Tally) -> Tally:
        names = self.__dataclass_fields__
        return Tally(**{name: getattr(self, name) + getattr(other, name) for name in names})


def play(
    seed: int, *, rules: DeliverySettings = RULES, weather: Weather | None = None, reconcile: bool = True
) -> Tally:
    """Post a digest a day to every channel in bad weather, correct one of them, and count what is there."""
    chance = Random(seed)  # noqa: S311 - chance that can be repeated
    world = World(random=chance, weather=weather or Weather(), reconcile=reconcile)
    digests = [digest((START + timedelta(days=n)).date()) for n in range(DAYS)]
    shelf = Shelf(digests)
    simulation = Simulation(world, settings(*map(channel, CHANNELS), rules=rules), shelf)
    for day in range(DAYS):
        simulation.run(day * DAY + 3600 + 1800 * chance.random())
        if day == 1:
            first = digests[0]
            shelf.shelf[first.id] = replace(
                first, stories=tuple(replace(s, headline="new") for s in first.stories)
            )
    simulation.run(DAYS * DAY)
    simulation.calm_down()
    keys = [Key(d.id, name.upper(), part) for d in digests for name in CHANNELS for part in range(3)]
    return sum(
        (_judge(world, key, digests[0].id) for key in keys),
        Tally(kills=world.count["kill"], doubled=world.doubled),
    )


def _judge(world: World, key: Key, corrected: str) -> Tally:
    there = world.live(key)
    parents = {posted.ts for posted in world.live(key._replace(part=0))}
    wrong = [posted for posted in there if (posted.parent in parents) == (key.part == 0)]
    stale = [
        posted
        for posted in there
        if key.digest == corrected and not posted.text.endswith(("new", "corrected"))
    ]
    return Tally(expected=1, lost=not there, orphaned=len(wrong), stale=len(stale))


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_everything_is_posted_once_whatever_happens(part: int) -> None:
    """So many runs of two days, each time others, with a replica dying every few calls."""
    first = random.getrandbits(32)
    tallies = {seed: play(seed) for seed in range(first + part, first + SEEDS, PARTS)}

    assert sum(tally.kills for tally in tallies.values()) > 20 * len(tallies)
    once = Tally(expected=DAYS * len(CHANNELS) * 3)
    assert {seed: tally for seed, tally in tallies.items() if replace(tally, kills=0) != once} == {}


def play_hosts(seed: int) -> tuple[Tally, int, set[str]]:
    """Post a digest of which each host has another text; edit it here and there, and undo some of that.

    Return what is there in the end, how many edits an hour of calm brought forth, and in what the threads
    differ from the version in force.
    """
    chance = Random(seed)  # noqa: S311 - chance that can be repeated
    world = World(random=chance)
    name = str(START.date())
    texts = [digest(START.date(), word, word) for word in ("first", "second", "third")]
    hosts = [{name: text} for text in texts]
    simulation = Simulation(world, settings(*map(channel, CHANNELS)), Shelf(()), hosts=hosts)
    for _ in range(6):
        simulation.run(world.time + 3600 * chance.random())
        chance.choice(hosts)[name] = chance.choice(texts)
    simulation.run(DAY)
    simulation.calm_down()
    before = world.count["edit"]
    simulation.run(world.time + 3600)
    keys = [Key(name, channel.upper(), part) for channel in CHANNELS for part in range(3)]
    tally = sum((_judge(world, key, "") for key in keys), Tally(doubled=world.doubled))
    said = {posted.text for key in keys if key.part for posted in world.live(key)}
    _, versions = simulation.ledger.entered()
    truth = simulation._written[simulation.ledger.texts(versions[-1:])[name]].stories[0].headline
    return tally, world.count["edit"] - before, said ^ {truth}


def test_hosts_whose_files_differ_come_to_one_text_and_then_leave_it() -> None:
    """Each edited what the other had posted, for ever."""
    first = random.getrandbits(32)
    ended = {seed: play_hosts(seed) for seed in range(first, first + SEEDS // 10)}

    once = Tally(expected=len(CHANNELS) * 3)
    assert {seed: end for seed, end in ended.items() if end != (once, 0, set())} == {}


def test_without_looking_into_the_history_posts_are_doubled() -> None:
    """A control: a simulation that cannot show a double proves nothing."""
    assert any(play(seed, reconcile=False).doubled for seed in range(20))


def test_without_settling_posts_are_doubled() -> None:
    """A control: what was accepted late is not in the history yet."""
    rules = replace(RULES, settle=timedelta(0))

    assert any(play(seed, rules=rules).doubled for seed in range(24, 32))


def test_a_freeze_between_the_last_look_and_the_send_is_the_window_that_remains() -> None:
    """docs/delivery.md says so; if this ever finds none, say that there instead."""
    weather = replace(Weather(), frozen_at_last_look=0.8)
    tallies = (play(seed, weather=weather) for seed in range(25, 50))
    until_one_is_doubled = list(takewhile(lambda tally: not tally.doubled, tallies))

    assert len(until_one_is_doubled) < 25
    assert not any(tally.lost for tally in until_one_is_doubled)
