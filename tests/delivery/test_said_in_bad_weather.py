"""The outbox in virtual time: whatever dies, freezes or is lost, each editor hears each alarm once."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from bot.core.delivery.outbox import PACE
from tests.delivery.world import START, Shelf, Simulation, Weather, World, channel, digest, settings

pytestmark = [pytest.mark.again, pytest.mark.virtual]

EDITORS = ("U0EDITOR01", "U0EDITOR02")
SEEDS = 20
DAY = 86400.0


def heard(seed: int) -> tuple[Counter[tuple[str, str]], int]:
    """Let three replicas come up half a day late, in bad weather; return what each editor heard how often."""
    world = World(random=Random(seed), weather=Weather())  # noqa: S311 - chance that can be repeated
    config = settings(*(channel(f"news-{n}", remind=None) for n in range(3)), editors=EDITORS)
    shelf = Shelf([digest(START.date())])
    simulation = Simulation(world, config, shelf, pace=PACE)
    world.time = 0.6 * DAY  # its slot is over by more than twelve hours
    simulation.run(0.6 * DAY + 3600)
    simulation.calm_down(rounds=3600)
    said = [
        (p.key.channel, line)
        for p in world.posts
        if p.key.channel in EDITORS
        for line in p.text.splitlines()
        if "clock" not in line  # the weather sets clocks, too, now and then for longer than a moment
    ]
    return Counter(said), world.doubled


def test_every_editor_hears_every_alarm_once() -> None:
    for seed in range(SEEDS):
        said, doubled = heard(seed)

        assert doubled == 0, f"seed {seed}"
        assert set(said.values()) <= {1}, f"seed {seed}: {said}"
        assert len(said) == 6, f"seed {seed}: {said}"  # three channels, two editors
