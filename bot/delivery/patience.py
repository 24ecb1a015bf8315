"""Waits for a database that is away, while what is to be written down is still ours to write."""

from __future__ import annotations

from collections.abc import Callable

from bot.store.database import LedgerError


def outlast(write: Callable[[], None], *, over: Callable[[], bool], sleep: Callable[[float], None]) -> str:
    """Try to write until it is done; return why it could not be before it was *over*, "" if it was done."""
    wait = 0.1
    while True:
        try:
            write()
        except LedgerError as error:
            if over():
                return str(error)
            sleep(wait)
            wait = min(wait * 2, 2.0)
        else:
            return ""
