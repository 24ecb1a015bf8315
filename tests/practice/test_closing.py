"""A practice workspace that ends while somebody comes leaves nothing open."""

from __future__ import annotations

import asyncio
import gc
import socket
import threading
from contextlib import ExitStack

import pytest

from bot.practice.server import HOST, PracticeServer


@pytest.mark.parametrize("turns", range(6))
def test_who_comes_while_it_ends_is_sent_away(turns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In whichever turn of its loop: it is held until they stand at the door, and told to stop soon after."""
    left_open: list[object] = []
    monkeypatch.setattr("sys.unraisablehook", lambda report: left_open.append(report.exc_value))
    held, come = threading.Event(), threading.Event()

    with ExitStack() as guests, PracticeServer(channels=["#news"]) as server:

        async def hold() -> None:
            held.set()
            come.wait()
            for _ in range(turns):
                await asyncio.sleep(0)
            server._stopping.set()

        stopping = threading.Thread(target=lambda: server.wait(hold()))
        stopping.start()
        held.wait()
        for _ in range(20):
            guests.enter_context(socket.create_connection((HOST, int(server.url.rpartition(":")[2]))))
        come.set()
        stopping.join()
        server.stop()

    gc.collect()
    assert not left_open
