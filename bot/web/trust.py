"""Whom we believe over TLS: the public authorities, and those of a file that may be replaced as we run."""

from __future__ import annotations

import logging
import os
import ssl
from functools import cache

log = logging.getLogger(__name__)


def trusted(file: str) -> ssl.SSLContext:
    """Return what to open connections with: it trusts the public authorities and, if one is named, a file's.

    OSError if that cannot be read and never could.
    """
    return _authorities(file).context


class _Authorities:
    def __init__(self, file: str) -> None:
        self._file = file
        self._seen = _signature(file)
        self._context = _read(file)

    @property
    def context(self) -> ssl.SSLContext:
        """The one of the file as it is now; to read it takes 10 ms."""
        seen = _signature(self._file)
        if seen != self._seen:
            self._seen = seen
            self._read_again()
        return self._context

    def _read_again(self) -> None:
        try:
            self._context = _read(self._file)
        except OSError as error:  # half written, or gone: whoever replaces it is not done
            log.warning("certificates_unreadable error=%s", type(error).__name__)
        else:
            log.info("certificates_read_again")


_authorities = cache(_Authorities)


def _read(file: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if file:
        context.load_verify_locations(file)
    return context


def _signature(file: str) -> tuple[int, ...]:
    try:
        found = os.stat(file)
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
