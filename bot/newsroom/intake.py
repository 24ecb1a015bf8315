"""The desk's letter box: what somebody sent becomes a digest, read in a process that can do no harm."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

import bot
from bot.core.errors import RoundupError
from bot.core.imported import Imported
from bot.core.settings import Settings
from bot.files.digest_file import read_digest

log = logging.getLogger(__name__)

DEADLINE = timedelta(seconds=60)  # for all of it, on a busy host
AT_ONCE = 2  # processes; more wait, so that a flood of files takes no more than two
_HERE = Path(bot.__file__).resolve().parent.parent
_HANDED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "VIRTUAL_ENV", "TMPDIR")
TOO_MUCH = "took too long or too much memory to read: send the roundup alone, as text"


class Intake:
    """Reads what editors send. Any thread may ask."""

    def __init__(self, settings: Callable[[], Settings], *, deadline: timedelta = DEADLINE) -> None:
        self._settings, self._deadline = settings, deadline
        self._turns = BoundedSemaphore(AT_ONCE)

    def read(self, content: bytes, name: str, *, day: date, plain: bytes = b"") -> Imported:
        """Return the digest that *content* holds, of that *day* if it says none; RoundupError without one.

        *plain* is the same without its shape: it is taken where more stories are found in that.
        """
        request = {
            "contents": [b64encode(each).decode() for each in (content, *filter(None, [plain]))],
            "name": name,
            "companies": {key: list(names) for key, names in self._settings().companies.items()},
            "day": day.isoformat(),
        }
        with self._turns:
            answer = self._ask(json.dumps(request), name)
        if "error" in answer:
            raise RoundupError(str(answer["error"]))
        digest, problems = read_digest(Path("draft.yaml"), str(answer["text"]).encode())
        if digest is None:
            raise RoundupError("\n".join([f"{name} is no digest:", *(p.text for p in problems[:5])]))
        return Imported(
            digest=digest,
            dated=bool(answer["dated"]),
            version=int(answer.get("version", 0)),
            found=tuple(answer["found"]),
            dropped=tuple(answer["dropped"]),
            doubts=tuple(answer["doubts"]),
        )

    def _ask(self, request: str, name: str) -> Mapping[str, Any]:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "bot.newsroom.apart"],
                input=request,
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=self._deadline.total_seconds(),
                # No token is in it: who reads what strangers wrote shall have nothing to tell.
                env={**{n: os.environ[n] for n in _HANDED_ON if n in os.environ}, "PYTHONPATH": str(_HERE)},
                check=False,
            )
            answer: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {}
            fault = _fault(done.stderr) or f"ended {done.returncode}"
        except subprocess.TimeoutExpired:
            answer, fault = {}, "too late"
        if not answer:  # killed by a limit; a bug of a reader is told the same way, and logged
            log.warning("import_given_up error=%s", fault)
            raise RoundupError(f"{name} {TOO_MUCH}")
        return answer


def _fault(trace: str) -> str:
    """Return what was raised, and where; not what it says, as that may be what somebody wrote."""
    rows = trace.strip().splitlines()
    frames = [row.strip() for row in rows if row.startswith('  File "')]
    return f"{rows[-1].partition(':')[0]} at {frames[-1]}" if frames else ""
