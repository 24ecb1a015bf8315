"""What years of posts cost: `roundup status` and the counts behind `/metrics`, on a small and a large ledger.

python -m benchmarks.history

Both in one run, in turns, in seconds of CPU, so that their ratio holds on a busy machine. The command is
the whole command, from the start of Python on; what it shows is the same 400 parts on both.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.core.delivery.state import Delivery, Posting, State, Verdict
from bot.store.database import open_database
from bot.store.ledger import Ledger
from bot.store.tables import deliveries, postings

CHANNELS, PARTS, ROUNDS = 20, 5, 3
SIZES = {"1,000 parts": 10, "100,000 parts": 1000}  # weeks of one digest
CONFIG = "timezone: UTC\ndigests: digests\nchannels:\n  - channel: C0000001\n    post: mon 09:00\n"
WORDS = "x" * 64


def main() -> None:
    """Print the best of some rounds for each size."""
    with tempfile.TemporaryDirectory() as folder:
        places = {size: _fill(Path(folder) / str(weeks), weeks) for size, weeks in SIZES.items()}
        for what, run in {"roundup status": _status, "counts by state": _count}.items():
            best = dict.fromkeys(places, float("inf"))
            for _ in range(ROUNDS):
                for size, place in places.items():
                    best[size] = min(best[size], run(place))
            small, large = best.values()
            told = ", ".join(f"{size} {1000 * seconds:.0f} ms" for size, seconds in best.items())
            print(f"{what}, CPU: {told}, ratio {large / small:.2f}")


def _fill(place: Path, weeks: int) -> Path:
    (place / "digests").mkdir(parents=True)
    (place / "config.yaml").write_text(CONFIG)
    posts = [_posting(week, channel) for week in range(weeks) for channel in range(CHANNELS)]
    parts = [_part(post, part) for post in posts for part in range(PARTS)]
    url = f"sqlite:///{place}/roundup.db"
    with closing(open_database(url, environ={})) as database, database.writing() as db:
        db.execute(postings.insert(), [asdict(post) | {"change": 1} for post in posts])
        db.execute(deliveries.insert(), [asdict(part) | {"payload": WORDS * 8} for part in parts])
    return place


def _posting(week: int, channel: int) -> Posting:
    slot = datetime.now(UTC) - timedelta(weeks=week, days=1)
    digest, verdict = f"week-{week}", Verdict.POST
    return Posting(digest=digest, channel=f"C{channel:07}", verdict=verdict, slot=slot, dated=slot.date())


def _part(post: Posting, part: int) -> Delivery:
    assert post.slot
    assert post.dated
    return Delivery(
        digest=post.digest,
        channel=post.channel,
        part=part,
        state=State.SENT,
        slot=post.slot,
        since=post.slot,
        dated=post.dated,
        wanted=WORDS,
        asked=WORDS,
        shown=WORDS,
        ts="1.0",
    )


def _status(place: Path) -> float:
    environ = {**os.environ, "DATABASE_URL": f"sqlite:///{place}/roundup.db"}
    command = [sys.executable, "-m", "bot", "--config", str(place / "config.yaml"), "status"]
    began = _cpu(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environ, check=True, stdout=subprocess.DEVNULL)
    return _cpu(resource.RUSAGE_CHILDREN) - began


def _count(place: Path) -> float:
    with closing(open_database(f"sqlite:///{place}/roundup.db", environ={})) as database:
        began = _cpu(resource.RUSAGE_SELF)
        Ledger(database).counts()
        return _cpu(resource.RUSAGE_SELF) - began


def _cpu(whose: int) -> float:
    used = resource.getrusage(whose)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
