"""What a bot costs that has nothing to do, and how soon it is there, with years of digests.

    python -m benchmarks.idle [--before TREE] [--digests 10 100 520 2000] [--channels 2] [--ticks 60]
        [--people 1] [--drafts 0]

Each row is a process of its own: the real bot but for Slack, which it is never asked to reach, over a new
SQLite database, in a folder of weekly digests with the first digest's stories, the last one four weeks old.
As many people are named as editors and as approvers, and so many drafts lie on the desk.
CPU milliseconds a second are those of ticks without a pause between them (one is one second of a quiet bot);
"first start" reads every file and makes the index, "restart" finds both as they were. All of it is CPU
time of that process, imports apart. With *TREE*, another checkout, its rows are taken in turn with ours.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FIRST = ROOT / "digests/2020-05-01-road-to-recovery.yaml"
WARM = 5  # ticks before those that count: the first ones read decisions and plan


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--before", type=Path)
    parser.add_argument("--digests", type=int, nargs="+", default=[10, 100, 520, 2000])
    parser.add_argument("--channels", type=int, default=2)
    parser.add_argument("--ticks", type=int, default=60)
    parser.add_argument("--people", type=int, default=1)
    parser.add_argument("--drafts", type=int, default=0)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(_measured(options.measure, options.ticks, options.drafts)))
        return
    trees = {"now": ROOT} | ({"before": options.before.resolve()} if options.before else {})
    print("| digests | tree | idle, ms a second | first start, s | restart, s | imports, s | RSS, MB |")
    print("|---|---|---|---|---|---|---|")
    for count in options.digests:
        for name, tree in trees.items():
            with tempfile.TemporaryDirectory() as folder:
                _write(Path(folder), count, options.channels, options.people)
                first, again = (_run(tree, Path(folder), options.ticks, options.drafts) for _ in range(2))
            print(
                f"| {count:,} | {name} | {again['idle']:.1f} | {first['start']:.2f} | {again['start']:.2f} "
                f"| {again['imports']:.2f} | {again['rss']:.0f} |",
                flush=True,
            )


def _write(folder: Path, digests: int, channels: int, people: int) -> None:
    written = FIRST.read_text("utf-8")
    (folder / "digests").mkdir()
    last = datetime.now(UTC).date() - timedelta(weeks=4)
    for n in range(digests):
        day = last - timedelta(weeks=n)
        text = re.sub(r"(?m)^date:.*$", f"date: {day}", written).replace("Road to Recovery", f"Issue {n}")
        (folder / "digests" / f"{day}-issue.yaml").write_text(text, "utf-8")
    entries = "".join(f'  - {{channel: "#news-{n}", post: fri 09:00}}\n' for n in range(channels))
    who = ", ".join(f"U024BE7{n:03}" for n in range(people))
    named = f"editors: [{who}]\napprovers: [{who}]\n"
    # Quiet is over by then for what lies there: what has just changed is looked at until it is.
    config = f"timezone: UTC\ndigests: digests\n{named}channels:\n{entries}delivery: {{quiet: 0s}}\n"
    (folder / "config.yaml").write_text(config, "utf-8")


def _run(tree: Path, folder: Path, ticks: int, drafts: int) -> dict[str, float]:
    """Measure in a process of its own, with that tree's code."""
    how = ("--measure", folder, "--ticks", ticks, "--drafts", drafts)
    # -P: beside this file are others that are called like Python's own modules.
    command = [sys.executable, "-P", __file__, *map(str, how)]
    environ = {**os.environ, "PYTHONPATH": str(tree), "XDG_CACHE_HOME": str(folder / "cache")}
    done = subprocess.run(command, cwd=tree, env=environ, check=True, capture_output=True, text=True)
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _measured(folder: Path, ticks: int, drafts: int) -> dict[str, float]:
    imports = time.process_time()
    bot_class = _bot_class()
    began = time.process_time()
    environ = {"SLACK_BOT_TOKEN": "xoxb-idle", "DATABASE_URL": f"sqlite:///{folder}/roundup.db"}
    # Nobody listens there: that channels cannot be found is told once, and the ticks go on.
    environ["SLACK_API_URL"] = "http://127.0.0.1:9/api/"
    bot = bot_class(folder / "config.yaml", environ)
    tick = bot._wake  # noqa: SLF001 - what the alarm clock calls every second
    tick()
    start = time.process_time() - began
    _lay(bot, drafts)
    for _ in range(WARM):
        tick()
    before = time.process_time()
    for _ in range(ticks):
        tick()
    idle = time.process_time() - before
    rss = int(re.findall(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())[0])
    bot.stop()
    return {"imports": began - imports, "start": start, "idle": 1000 * idle / ticks, "rss": rss / 1024}


def _lay(bot: Any, drafts: int) -> None:
    """Put drafts on the desk, where they do not lie there yet."""
    text = FIRST.read_text("utf-8") + "\ndraft: true\n"
    for n in range(drafts):
        bot.writing.add(f"draft-{n}", text, who="the shell")


def _bot_class() -> Any:
    try:
        return import_module("bot.app.bot").Bot
    except ModuleNotFoundError:  # a tree from before the rooms
        return import_module("bot.app").Bot


if __name__ == "__main__":
    main()
