"""Ports that nobody listens on, and that nobody else is given before the test uses them."""

from __future__ import annotations

import os
import socket
from itertools import count

# Below those that the system hands out (from 32768 on): between asking for a free one and listening on it,
# another process would now and then be given the same. Each process of the tests begins elsewhere.
_FIRST, _LAST = 20_000, 32_000
_numbers = count(_FIRST + os.getpid() * 64 % (_LAST - _FIRST))


def free_port() -> int:
    """Return a port of this machine that is free, each time another."""
    return next(port for port in _numbers if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
