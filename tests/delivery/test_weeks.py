"""A few weeks of a newsletter over clock changes, with all that happens; benchmarks/ has 24 of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.delivery.weeks import ZONES, Months

pytestmark = [pytest.mark.again, pytest.mark.long, pytest.mark.virtual]


def test_weeks_over_clock_changes_bring_every_post_at_its_local_time(tmp_path: Path) -> None:
    """Santiago's clocks change in the first of them, Sydney's in the fifth."""
    months = Months(tmp_path)
    months.live(5)
    everything = months.posted.total() + len(months.world.posts)

    assert months.wrong == []
    assert months.unsettled() == []
    # The corrections of each Friday: neither version mends how the other has laid it out.
    assert months.world.count["edit"] == 5 * len(ZONES) * 2
    assert everything == 5 * 2 * len(ZONES) * 2  # weeks, digests, channels, parts
    months.close()
