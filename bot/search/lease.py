"""Who has an index file open, across processes: many may read it, and who is alone with it may change it.

Locks of the whole file, which the system lets go when a process ends. SQLite's own are of another kind: the
readers' connections take none.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

_PATIENCE = 5.0  # seconds for which a file that is being changed is waited for: a change takes less than one
_AGAIN = 0.02


class Lease:
    """A lock that lasts until it is closed, or forgotten."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def close(self) -> None:
        """Let go. Doing it twice is harmless."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    __del__ = close

    def reads(self, path: Path) -> bool:
        """Tell whether that is still the file there: it may have been replaced before it was locked."""
        try:
            return os.path.samestat(os.fstat(self._descriptor), path.stat())
        except OSError:
            return False

    def alone(self) -> bool:
        """Take the file for ourselves, or return False if somebody else has it open.

        Only for who has the folder's lease: between two locks there is a moment without any.
        """
        if _take(self._descriptor):
            return True
        self.share()
        return False

    def share(self) -> None:
        """Let others read again."""
        _share(self._descriptor)


def read_lease(path: Path) -> Lease:
    """Wait until nobody changes that file, and keep it so. OSError if that takes too long, or as of open."""
    descriptor = os.open(path, os.O_RDONLY)
    until = time.monotonic() + _PATIENCE
    while not _share(descriptor):
        if time.monotonic() > until:
            os.close(descriptor)
            raise TimeoutError("being changed by another process")
        time.sleep(_AGAIN)
    return Lease(descriptor)


def folder_lease(folder: Path) -> Lease | None:
    """Be the only one who changes a file of that folder, or return None if somebody else is."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        if _take(descriptor):
            return Lease(descriptor)
        os.close(descriptor)
    return None


def _share(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks, where nobody is ever alone
        pass
    return True


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # somebody has it, or nobody can
        return False
    return True
