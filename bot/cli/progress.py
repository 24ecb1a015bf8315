"""How far a command has got, for whoever waits at a terminal for more than a second."""

from __future__ import annotations

from contextlib import ExitStack
from time import monotonic
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.status import Status

SOON = 1.0  # seconds in which nobody wonders


class Progress:
    """A line on stderr that changes and vanishes; nothing where nobody watches."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._began = monotonic()
        self._status: Status | None = None
        self._ending = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.close()

    def __call__(self, words: str) -> None:
        """Say what is being done."""
        if not self._console.is_terminal or monotonic() - self._began < SOON:
            return
        if self._status is None:
            self._status = self._ending.enter_context(self._console.status(words))
        self._status.update(words)
