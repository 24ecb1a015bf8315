"""24 weeks of a newsletter in virtual time: is every post at its local time, and does memory stay?

python -m benchmarks.weeks --weeks 24
"""

from __future__ import annotations

import gc
import logging
import tempfile
from pathlib import Path

import click

from tests.delivery.weeks import ZONES, Months


@click.command()
@click.option("--weeks", default=24, show_default=True)
def main(weeks: int) -> None:
    """Live through them, and print what became of the posts and of memory."""
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        months = Months(Path(folder))
        months.live(4)
        fourth = _resident()
        months.live(weeks - 4)
        last = _resident()
        there = months.posted.total() + len(months.world.posts)
        print(f"{there} of {weeks * 2 * len(ZONES) * 2} parts, {len(months.wrong)} not at their local time")
        print(f"unsettled: {months.unsettled() or 'none'}")
        print(f"memory: {fourth / 1e6:.1f} MB in week 4, {last / 1e6:.1f} MB in week {weeks}")
        print(f"week {weeks} to week 4: {last / fourth:.3f}")
        for line in months.wrong:
            print(line)
        months.close()


def _resident() -> int:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


if __name__ == "__main__":
    main()
