"""What is wrong in files and has still to be told: what is mended while it is written is nobody's alarm."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

from bot.core.errors import Problem


class Mistakes:
    """Keeps what went wrong until it has lasted; asked for by the seconds that nobody can set."""

    def __init__(self) -> None:
        self._since: dict[Problem, float] = {}

    def take(self, news: Iterable[Problem], uptime: float) -> None:
        """Note what has just gone wrong."""
        for problem in news:
            self._since.setdefault(problem, uptime)

    def lasting(self, wrong: Collection[Problem], uptime: float, written: timedelta) -> tuple[Problem, ...]:
        """Return what has been wrong for longer than it is *written*; what is mended is forgotten.

        A file is told whole: what else is wrong in it by then goes with it.
        """
        self._since = {problem: since for problem, since in self._since.items() if problem in wrong}
        lasted = {p.file for p, since in self._since.items() if uptime - since >= written.total_seconds()}
        return tuple(problem for problem in self._since if problem.file in lasted)

    def told(self, problems: Iterable[Problem]) -> None:
        """Forget what was told."""
        for problem in problems:
            del self._since[problem]
