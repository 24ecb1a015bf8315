"""Says why what came from Slack, or in its name, is refused: however many somebody sends."""

from __future__ import annotations

import logging
from collections import Counter
from threading import Lock
from time import monotonic

log = logging.getLogger(__name__)

REPEAT_SECONDS = 1.0  # from one line on a refusal to the next


class Refusals:
    """Of each reason a line a second; any thread may say one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._said: dict[str, float] = {}
        self._unsaid: Counter[str] = Counter()

    def say(self, reason: str) -> None:
        """Log a reason, unless it was said just now; else how often it came since is said with the next."""
        kind, now = reason.partition(" ")[0], monotonic()
        with self._lock:
            if now - self._said.get(kind, -REPEAT_SECONDS) < REPEAT_SECONDS:
                self._unsaid[kind] += 1
                return
            self._said[kind] = now
            again = self._unsaid.pop(kind, 0)
        log.warning("request_refused reason=%s%s", reason, f" again={again}" if again else "")
