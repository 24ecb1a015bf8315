"""What is logged, and how: our own events as they are, and what libraries say in our form and at our levels.

ERROR means that a person must look. To a library every line that drops is an error, each second anew.
"""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import Callable
from http.client import HTTPException
from socket import gaierror
from ssl import SSLError
from urllib.error import URLError

log = logging.getLogger(__name__)

OURS = frozenset({"bot", "root", "__main__"})
# Expected ends of a request, which heal by themselves. Not OSError: a file that is not there is a bug.
BAD_DAYS = (ConnectionError, TimeoutError, URLError, gaierror, SSLError, HTTPException)
BAD_DAYS_BY_NAME = frozenset({"LedgerError"})  # the database is away; to import it would bring all of it
REPEAT_SECONDS = 300.0
MOST_KNOWN = 200
MOST_TEXT = 300
# Addresses of sockets hold a ticket, and nobody knows what else a library puts into its words.
SECRETS = re.compile(r"\bwss?://\S+|\bxox[a-z]-\S+|\bxapp-\S+")


def set_up_logging(level: str) -> None:
    """Log to stderr, one event a line, in UTC."""
    logging.Formatter.converter = time.gmtime
    handler = _Lines(Libraries(time.monotonic))
    logging.basicConfig(
        level=level, handlers=[handler], format="%(asctime)sZ %(levelname)s %(name)s %(message)s"
    )
    for chatty in ("apscheduler", "slack_bolt", "slack_sdk", "uvicorn", "websocket"):
        logging.getLogger(chatty).setLevel(max(logging.getLevelName(level), logging.WARNING))
    # Anybody can send what is no HTTP, as often as they like.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    # What goes wrong there comes to us as an exception, and is said once, in a line of ours.
    logging.getLogger("slack_sdk.web").setLevel(logging.CRITICAL)


class _Lines(logging.StreamHandler):  # type: ignore[type-arg]
    def __init__(self, libraries: Libraries) -> None:
        super().__init__(sys.stderr)
        self._libraries = libraries

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, or have it said in our words first."""
        if record.name.partition(".")[0] in OURS:
            super().emit(record)
        else:
            self._libraries.tell(record)


class Libraries:
    """Says what libraries log: the first time, then once in five minutes with how often it came."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[float, int]] = {}  # when it was said, and how often since

    def tell(self, record: logging.LogRecord) -> None:
        """Log it again as an event of ours, unless that was said just now."""
        text = SECRETS.sub("…", record.getMessage())[:MOST_TEXT]
        again = self._again(record.name, re.sub(r"\d+", "#", text))
        if again is None:
            return
        error = record.exc_info[1] if record.exc_info else None
        if record.levelno >= logging.ERROR and not _is_bad_day(error):
            log.error(
                "library_failed logger=%s text=%r again=%d",
                record.name,
                text,
                again,
                exc_info=record.exc_info,
            )
        elif record.levelno >= logging.WARNING:
            log.warning("library_warned logger=%s text=%r again=%d", record.name, text, again)
        else:
            log.info("library_said logger=%s text=%r again=%d", record.name, text, again)

    def _again(self, name: str, text: str) -> int | None:
        """Return how often it came since it was said, or None if that was just now."""
        now = self._clock()
        said, times = self._known.get((name, text), (None, 0))
        if said is not None and now - said < REPEAT_SECONDS:
            self._known[name, text] = said, times + 1
            return None
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[name, text] = now, 0
        return times


def _is_bad_day(error: BaseException | None) -> bool:
    return isinstance(error, BAD_DAYS) or type(error).__name__ in BAD_DAYS_BY_NAME
